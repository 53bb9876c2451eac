//! `dysta profile`.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::tool::{Run, command, folder};

fn target() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../target")
}

/// Runs `dysta` with the models of the array that the tests of the RTL build as well.
fn dysta(folder: &Path, arguments: &str) -> Run {
    let mut command = command(folder);
    command.env("DYSTA_CACHE", target().join("models"));
    let output = command.args(arguments.split_whitespace()).output();
    let output = output.expect("the binary starts");
    Run {
        code: output.status.code().expect("not killed by a signal"),
        stdout: String::from_utf8(output.stdout).expect("text"),
        stderr: String::from_utf8(output.stderr).expect("text"),
    }
}

#[track_caller]
fn run(folder: &Path, arguments: &str) -> String {
    let run = dysta(folder, arguments);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{arguments}");
    run.stdout
}

/// A folder with the networks that `make models` brings, the inputs of one in a folder of their own.
fn prepared() -> tempfile::TempDir {
    let folder = folder();
    fs::create_dir(folder.path().join("pictures")).expect("created");
    for (name, place) in [
        ("person_detect.tflite", "person_detect.tflite"),
        ("micro_speech.tflite", "micro_speech.tflite"),
        ("person_detect.person.data", "pictures/a.data"),
        ("person_detect.no_person.data", "pictures/b.data"),
    ] {
        fs::copy(
            target().join("networks").join(name),
            folder.path().join(place),
        )
        .expect("`make models` fetches it");
    }
    folder
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

const WORKLOAD: &str = "traces: [{ model: person_detect, patterns: [dense] }]
data: traces
requests: 60
load: 0.9
slo_multiplier: 10
";
const BENCHMARK: &str = "title: Profiled
seeds: 2
experiments:
  - { name: profiled, title: Profiled, workloads: [./workload.yaml], loads: [0.9], policies: [dysta, fcfs] }
";

#[test]
fn a_profiled_trace_is_a_workload() {
    let folder = prepared();
    let folder = folder.path();
    let page = run(
        folder,
        "profile person_detect.tflite --inputs pictures --uint8 -o traces/person_detect.dense.csv",
    );
    assert!(page.contains("2 inputs, in the mean "), "{page}");
    assert!(page.contains("(origin: model)"), "{page}");
    fs::write(folder.join("workload.yaml"), WORKLOAD).expect("written");
    fs::write(folder.join("benchmark.yaml"), BENCHMARK).expect("written");
    let simulated = run(folder, "simulate edge --workload ./workload.yaml --json");
    assert_eq!(json(&simulated)["requests"], 60, "{simulated}");
    run(folder, "bench ./benchmark.yaml -o results");
    let cosim = run(
        folder,
        "cosim --system edge --workload ./workload.yaml --json",
    );
    assert_eq!(json(&cosim)["rtl_golden_mismatches"], 0, "{cosim}");
}

#[test]
fn the_rtl_gives_what_the_co_simulation_gives() {
    let folder = prepared();
    let folder = folder.path();
    let traced = "profile person_detect.tflite --inputs pictures --uint8 --system tiny --rtl --json -o person_detect.rtl.csv";
    let profile = json(&run(folder, traced));
    let inputs = "--input pictures/a.data,pictures/b.data --uint8";
    let cosim = format!("cosim --network person_detect.tflite {inputs} --system tiny --json");
    let cosim = json(&run(folder, &cosim));
    assert_eq!(profile["origin"], "cosim");
    for sample in 0..2 {
        let clocks = &profile["samples"][sample]["latency_cycles"];
        assert!(clocks.as_u64() > Some(100_000), "{clocks}");
        assert_eq!(*clocks, cosim["runs"][sample]["latency_cycles"]);
    }
    let trace = fs::read_to_string(folder.join("person_detect.rtl.csv")).expect("a trace");
    let layers = cosim["runs"][1]["layers"].as_array().expect("layers");
    let on_array = layers.iter().filter(|l| l["computed_by"] == "array");
    for layer in on_array {
        let row = format!(
            ",{},{},cosim,b.data\n",
            layer["latency_cycles"], layer["input_nonzeros"]
        );
        assert!(trace.contains(&row), "{row}");
    }
    assert_eq!(trace.lines().count(), 1 + 2 * 29);
}

#[test]
fn drawn_inputs_give_the_same_trace_again() {
    let folder = prepared();
    let folder = folder.path();
    let profile = |name: &str, seed: u32| {
        let drawn = format!("--samples 3 --seed {seed} -o {name}");
        run(folder, &format!("profile micro_speech.tflite {drawn}"));
        fs::read_to_string(folder.join(name)).expect("a trace")
    };
    let first = profile("micro_speech.a.csv", 5);
    assert_eq!(first, profile("micro_speech.b.csv", 5));
    assert_ne!(first, profile("micro_speech.c.csv", 6));
    // Depthwise convolution and fully connected layer of three inputs; the driver computes the rest.
    assert_eq!(first.lines().count(), 1 + 3 * 2);
}

/// Runs in a folder with bad things; keeps standard error.
#[track_caller]
fn check_refused(name: &str, arguments: &str, code: i32) {
    let folder = prepared();
    let path = folder.path();
    let model = fs::read(path.join("micro_speech.tflite")).expect("a model");
    fs::write(path.join("cut.tflite"), &model[..model.len() / 2]).expect("written");
    fs::write(path.join("text.tflite"), "no model").expect("written");
    fs::write(
        path.join("other.json"),
        r#"{"layers": [{"name": "conv1"}]}"#,
    )
    .expect("written");
    fs::create_dir(path.join("empty")).expect("created");
    let run = dysta(path, arguments);
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (code, ""),
        "{}",
        run.stderr
    );
    let traces = fs::read_dir(path).expect("a folder");
    let is_trace = |entry: fs::DirEntry| entry.file_name().to_string_lossy().ends_with(".csv");
    assert!(!traces.flatten().any(is_trace), "{arguments}");
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let text = format!("$ dysta {arguments}\n\n{}", run.stderr);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

#[test]
fn bad_input_is_explained() {
    let speech = "profile micro_speech.tflite -o speech.int8.csv";
    for (name, arguments) in [
        ("profile_no_folder", format!("{speech} --inputs nowhere")),
        ("profile_no_inputs", format!("{speech} --inputs empty")),
        ("profile_other_size", format!("{speech} --inputs pictures")),
        ("profile_does_not_fit", format!("{speech} --system tiny")),
    ] {
        check_refused(name, &arguments, 1);
    }
    check_refused("profile_no_model", "profile none.tflite -o a.b.csv", 1);
    check_refused("profile_cut_model", "profile cut.tflite -o a.b.csv", 1);
    check_refused("profile_other_format", "profile text.tflite -o a.b.csv", 1);
    let speech = "profile micro_speech.tflite --samples 1 -o";
    check_refused("profile_no_pattern", &format!("{speech} speech.csv.txt"), 1);
    check_refused(
        "profile_other_layers",
        &format!("{speech} other.int8.csv"),
        1,
    );
    check_refused(
        "profile_spread",
        &format!("{speech} a.b.csv --memory-spread 3"),
        2,
    );
}
