//! What each command prints when all is well.

use std::io::Read;
use std::process::Stdio;

use serde_json::Value;

use crate::tool::{Run, command, dysta, folder, repository};

#[track_caller]
fn succeeds(arguments: &str) -> Run {
    let run = dysta(folder().path(), arguments);
    assert_eq!(run.code, 0, "{arguments}\n{}{}", run.stdout, run.stderr);
    run
}

#[track_caller]
fn json(arguments: &str) -> Value {
    let run = succeeds(arguments);
    assert_eq!(run.stderr, "", "{arguments}");
    serde_json::from_str(&run.stdout).expect("JSON")
}

#[test]
fn check_prints_what_will_be_built() {
    for (system, policy) in [
        ("tiny", "dysta"),
        ("tiny", "fcfs"),
        ("edge", "dysta"),
        ("edge", "edf"),
    ] {
        let run = succeeds(&format!("check {system} --policy {policy}"));
        assert_eq!(run.stderr, "", "presets give no warning");
        insta::assert_snapshot!(format!("check_{system}_{policy}"), run.stdout);
    }
}

/// Minutes between two requests: more time units than a time in a score can hold.
const SLOW: &str = "\
scheduler: { extends: tiny, numbers: { time_unit_cycles: 1 }, policy: { score: \"now - arrival\" } }
workload:
  traces: [{ model: minilm_l6, patterns: [nat_t02] }]
  requests: 20
  rate_per_s: 0.01
  slo_multiplier: 10
";

#[test]
fn check_warns_of_saturation() {
    let folder = folder();
    std::fs::write(folder.path().join("slow.yaml"), SLOW).expect("written");
    let run = dysta(folder.path(), "check slow.yaml");
    assert_eq!(run.code, 0, "{}", run.stderr);
    insta::assert_snapshot!("check_saturation", run.stderr);
}

#[test]
fn check_gives_the_latency_of_the_formula() {
    let report = json("check edge --json");
    let constants = &report["timing"]["constants_cycles"];
    let number = |value: &Value| value.as_u64().expect("a number");
    let examples = report["timing"]["examples"].as_array().expect("a list");
    assert_eq!(examples.len(), 6);
    for example in examples {
        let queue = number(&example["candidates"]);
        let scan = number(&constants["ii"]) * queue;
        let expected = match queue {
            1 => number(&constants["single"]),
            _ => scan.max(number(&constants["update_slot"])) + number(&constants["constant"]),
        };
        assert_eq!(
            number(&example["decision_latency_cycles"]),
            expected,
            "{queue}"
        );
    }
}

#[test]
fn set_changes_the_digest_and_the_order_counts() {
    let digest =
        |arguments: &str| json(&format!("check tiny --json {arguments}"))["digest"].clone();
    let plain = digest("");
    assert_eq!(plain, digest("--set scheduler.capacity=8"));
    assert_eq!(
        plain,
        digest("--set scheduler.capacity=4 --set scheduler.capacity=8")
    );
    assert_ne!(plain, digest("--set scheduler.capacity=4"));
    assert_ne!(plain, digest("--policy edf"));
}

#[test]
fn graph_shows_every_block_in_every_format() {
    let graph = json("graph tiny --format json");
    let svg = succeeds("graph tiny --format svg").stdout;
    let dot = succeeds("graph tiny").stdout;
    assert!(svg.starts_with("<svg ") && dot.starts_with("digraph"));
    let nodes = graph["nodes"].as_array().expect("nodes");
    assert!(nodes.len() > 10);
    for node in nodes {
        let name = node["name"].as_str().expect("a name");
        assert!(svg.contains(name) && dot.contains(name), "{name}");
    }
    assert!(
        graph["score"]["nodes"]
            .as_array()
            .is_some_and(|nodes| !nodes.is_empty())
    );
}

/// No candidate of policy `dysta` needs a product with gamma or a column of the layer table: both are entry values.
#[test]
fn lanes_of_dysta_have_no_gamma_multiplier() {
    let graph = json("graph edge --format json");
    let nodes = graph["score"]["nodes"].as_array().expect("nodes");
    let class = |op: &str| {
        nodes
            .iter()
            .find(|node| node["op"] == op)
            .map(|node| node["class"].clone())
    };
    assert_eq!(class("gamma"), Some(Value::from("entry")));
    assert_eq!(class("lat_remaining"), Some(Value::from("entry")));
    for node in nodes.iter().filter(|node| node["class"] == "candidate") {
        for operand in node["operands"].as_array().expect("operands") {
            let operand = &nodes[operand.as_u64().expect("an index") as usize]["op"];
            assert!(operand != "gamma" && operand != "lat_remaining", "{node}");
        }
    }
}

#[test]
fn schema_is_the_committed_one() {
    for kind in ["system", "scheduler", "workload", "policy"] {
        let path = repository().join(format!("configs/schema/{kind}.schema.json"));
        let committed = std::fs::read_to_string(path).expect("a schema");
        assert_eq!(succeeds(&format!("schema {kind}")).stdout, committed);
    }
    let page = std::fs::read_to_string(repository().join("configs/REFERENCE.md"));
    assert_eq!(succeeds("schema --markdown").stdout, page.expect("a page"));
}

#[test]
fn completions_and_version_are_printed() {
    for shell in ["bash", "zsh", "fish"] {
        assert!(
            succeeds(&format!("completions {shell}"))
                .stdout
                .contains("cosim")
        );
    }
    assert_eq!(
        succeeds("--version").stdout,
        format!("dysta {}\n", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut child = command(folder().path())
        .args(["schema", "--markdown"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    drop(child.stdout.take());
    let mut stderr = String::new();
    let pipe = child.stderr.as_mut().expect("a pipe");
    pipe.read_to_string(&mut stderr).expect("text");
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
    assert_eq!(stderr, "");
}

#[test]
fn doctor_finds_the_tools_of_the_tests() {
    let report = json("doctor --json");
    assert_eq!(report["install"], Value::Null);
    assert_eq!(report["tools"].as_array().expect("tools").len(), 11);
}

#[test]
fn missing_tools_end_with_5_and_say_how_to_install_them() {
    for arguments in [["doctor", "--json"], ["cosim", "--json"]] {
        let folder = folder();
        let mut bare = command(folder.path());
        bare.env("PATH", "").env("DYSTA_CACHE", folder.path());
        let output = bare.args(arguments).output().expect("the binary starts");
        assert_eq!(output.status.code(), Some(5), "{arguments:?}");
        let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert!(
            report
                .to_string()
                .contains("sudo apt-get install verilator"),
            "{report}"
        );
    }
}

#[test]
fn cosim_reports_every_figure() {
    let report = json("cosim --system tiny --probe scores --json");
    for key in ["rtl_golden_mismatches", "f64_mismatches"] {
        assert_eq!(report[key], 0, "{key}");
    }
    assert_eq!(report["decision_latency_cycles"]["predicted_mismatches"], 0);
    assert_eq!(
        report["decisions_compared"],
        report["statistics"]["decisions"]
    );
    let figures = "contested_decisions scores_compared violation_rate antt stp inferences_per_s rtl_cycles cycles_per_second build_seconds \
                   run_seconds";
    for key in figures.split_whitespace() {
        assert!(report[key].is_number(), "{key}");
    }
    for key in ["min", "mean", "max"] {
        assert!(report["decision_latency_cycles"][key].is_number(), "{key}");
    }
    for origin in report["origin"].as_object().expect("origins").keys() {
        assert!(!report[origin].is_null(), "{origin}");
    }
}

#[test]
fn cosim_of_a_recording_takes_its_clock_and_penalty_scale() {
    let data = repository().join("configs/data/reference");
    let table = data.join("small/sanger_n20_rate120_slo2_seed101.json.gz");
    let traces = data.join("traces/sanger");
    let (table, traces) = (table.display(), traces.display());
    let report = json(&format!(
        "cosim --system edge --reference {table} --traces {traces} --json"
    ));
    assert_eq!(report["decisions_compared"], 240);
    assert_eq!(report["clock_hz"], 200_000_000);
    let settings = [
        "clock_mhz=200",
        "scheduler.policy.params.penalty_scale=clock",
    ];
    assert_eq!(report["settings"], Value::from(settings.to_vec()));
}

#[test]
fn cosim_writes_a_waveform_and_keeps_the_package() {
    let folder = folder();
    let arguments =
        "cosim --system tiny --set workload.requests=3 --trace run.fst --keep kept --pressure 100";
    let run = dysta(
        folder.path(),
        &format!("{arguments} --set scheduler.capacity=4"),
    );
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        folder
            .path()
            .join("run.fst")
            .metadata()
            .is_ok_and(|file| file.len() > 1000)
    );
    assert!(folder.path().join("kept/manifest.json").is_file());
}

/// Stepping every clock changes nothing but the number of clocks.
#[test]
fn cosim_finds_the_same_with_and_without_jumps() {
    let arguments = "cosim --system tiny --set workload.requests=4 --json";
    let (jumps, steps) = (json(arguments), json(&format!("{arguments} --no-jump")));
    for key in [
        "decisions_compared",
        "metrics",
        "decision_latency_cycles",
        "statistics",
    ] {
        assert_eq!(jumps[key], steps[key], "{key}");
    }
    assert!(jumps["rtl_cycles"].as_u64() < steps["rtl_cycles"].as_u64());
}

#[test]
fn a_missed_goal_ends_with_6_and_keeps_its_report() {
    for (limit, code) in [("0.5", 0), ("0", 6)] {
        let arguments = format!("cosim --system tiny --json --require-violation-below {limit}");
        let run = dysta(folder().path(), &arguments);
        assert_eq!(run.code, code, "{}", run.stderr);
        let report: Value = serde_json::from_str(&run.stdout).expect("JSON");
        assert_eq!(report["rtl_golden_mismatches"], 0);
    }
}

#[test]
fn cosim_compares_policies_in_one_table() {
    let run = succeeds("cosim --system tiny --policy dysta,fcfs,edf");
    let names: Vec<&str> = run
        .stdout
        .lines()
        .map(|line| line.split(' ').next().unwrap_or(""))
        .collect();
    assert_eq!(names, ["policy", "dysta", "fcfs", "edf"]);
}
