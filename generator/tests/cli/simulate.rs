//! `dysta simulate`: the same schedule as the hardware, recorded runs, files, costs.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;

use crate::tool::{dysta, folder, repository};

#[track_caller]
fn json(arguments: &str) -> Value {
    let run = dysta(folder().path(), arguments);
    assert_eq!(run.code, 0, "{arguments}\n{}{}", run.stdout, run.stderr);
    serde_json::from_str(&run.stdout).expect("JSON")
}

/// What co-simulation and simulation must agree on.
fn figures(report: &Value) -> Vec<Value> {
    let keys = [
        "schedule_sha256",
        "metrics",
        "contested_decisions",
        "digest",
        "violation_rate",
        "antt",
        "stp",
    ];
    keys.map(|key| report[key].clone()).to_vec()
}

#[test]
fn exact_numerics_give_the_schedule_of_the_hardware() {
    let data = repository().join("configs/data/reference");
    let table = data.join("small/sanger_n20_rate120_slo2_seed101.json.gz");
    let traces = data.join("traces/sanger");
    let recorded = format!(
        "--reference {} --traces {}",
        table.display(),
        traces.display()
    );
    let cases = [
        ("tiny", "--policy dysta"),
        ("tiny", "--policy fcfs --seed 3"),
        ("tiny", "--policy edf --set workload.requests=40"),
        ("edge", "--set scheduler.policy.params.penalty_scale=clock"),
        ("edge", recorded.as_str()),
    ];
    for (system, arguments) in cases {
        let hardware = json(&format!("cosim --system {system} {arguments} --json"));
        let model = json(&format!(
            "simulate {system} --numerics exact {arguments} --json"
        ));
        assert_eq!(figures(&model), figures(&hardware), "{system} {arguments}");
        assert_eq!(model["decisions"], hardware["decisions_compared"]);
        assert_eq!(model["preemptions"], hardware["statistics"]["preemptions"]);
        assert_eq!(model["clock_hz"], hardware["clock_hz"]);
        assert_eq!(model["settings"], hardware["settings"]);
        if system == "tiny" {
            // Doubles decide alike here, and their times differ by roundings to cycles only.
            let doubles = json(&format!("simulate tiny {arguments} --json"));
            let schedule = &model["schedule_sha256"];
            assert_eq!(&doubles["schedule_sha256"], schedule, "{arguments}");
        }
    }
}

#[test]
fn recorded_runs_are_repeated() {
    let data = repository().join("configs/data/reference");
    let check = format!("simulate --reference-dir {} --check --json", data.display());
    let report = json(&check);
    assert_eq!(
        (&report["runs_checked"], &report["runs_identical"]),
        (&Value::from(264), &Value::from(264))
    );
    assert!(report["first_difference"].is_null());
    let other = dysta(folder().path(), &format!("{check} --compat none"));
    assert_eq!(other.code, 4, "{}", other.stderr);
    let report: Value = serde_json::from_str(&other.stdout).expect("JSON");
    assert!(report["runs_identical"].as_u64() < Some(264));
    let first = &report["first_difference"];
    assert_eq!(
        (first["folder"].as_str(), first["what"].as_str()),
        (Some("full"), Some("schedule"))
    );
}

#[test]
fn the_page_tells_rules_and_costs() {
    for (name, arguments) in [
        ("doubles", "simulate tiny"),
        ("exact", "simulate tiny --numerics exact"),
        ("fp16", "simulate edge --numerics fp16"),
        ("published", "simulate tiny --compat published-2023"),
        (
            "costs",
            "simulate tiny --policy prema --decision-latency 500ns --preemption-cost 2% --admission-cost 1us",
        ),
        (
            "apart",
            "simulate tiny --policy slack_srpt --samples apart --predictor latency_ratio --seed 5",
        ),
    ] {
        let run = dysta(folder().path(), arguments);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{arguments}");
        let mut settings = insta::Settings::clone_current();
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        let page = format!("$ dysta {arguments}\n\n{}", run.stdout);
        settings.bind(|| insta::assert_snapshot!(format!("simulate_{name}"), page));
    }
}

#[test]
fn costs_are_reported_and_change_the_run() {
    let total =
        |arguments: &str| json(&format!("simulate tiny --json {arguments}"))["costs"].clone();
    let free = total("--decision-latency none");
    assert_eq!(
        (&free["decision_s"], &free["preemption_s"]),
        (&Value::from(0.0), &Value::from(0.0))
    );
    let fixed = total("--decision-latency 1us");
    let seconds = fixed["decision_s"].as_f64().expect("a number");
    assert!((seconds - 400e-6).abs() < 1e-12, "{seconds}");
    let costly = total("--preemption-cost 10us --admission-cost 5us");
    assert!(costly["preemption_s"].as_f64() >= Some(10e-6));
    let admissions = costly["admission_s"].as_f64().expect("a number");
    assert!((admissions - 100e-6).abs() < 1e-12, "{admissions}");
}

#[test]
fn options_that_contradict_end_with_2() {
    for arguments in [
        "simulate",
        "simulate tiny --check",
        "simulate --reference-dir .",
        "simulate tiny --reference-dir . --check",
        "simulate tiny --decision-latency soon",
        "simulate tiny --decision-latency -1us",
        "simulate tiny --preemption-cost 5",
        "simulate tiny --preemption-cost nan%",
        "simulate tiny --numerics f16",
        "simulate tiny --numerics exact --policy prema",
        "simulate tiny --numerics exact --compat published-2023",
        "simulate tiny --numerics exact --decision-latency none",
        "simulate tiny --numerics fixed --preemption-cost 1us",
    ] {
        let run = dysta(folder().path(), arguments);
        assert_eq!(
            (run.code, run.stdout.as_str()),
            (2, ""),
            "{arguments}\n{}",
            run.stderr
        );
    }
}

/// A run writes files once and for all, the same bytes each time.
#[test]
fn files_hold_every_request_layer_and_event() {
    let folder = folder();
    let arguments = "simulate tiny --csv requests.csv --schedule layers.csv --timeline run.json";
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).expect("a file");
    let mut before = Vec::new();
    for round in 0..2 {
        assert_eq!(dysta(folder.path(), arguments).code, 0);
        let files = ["requests.csv", "layers.csv", "run.json"].map(read);
        assert_eq!(files[0].lines().count(), 21);
        assert_eq!(files[1].lines().count(), 401);
        check_timeline(&serde_json::from_str(&files[2]).expect("JSON"));
        if round == 1 {
            assert_eq!(files.to_vec(), before);
        }
        before = files.to_vec();
    }
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 3);
}

/// Slices of a track do not overlap, arrows join slices of one request, and every life that begins ends.
fn check_timeline(trace: &Value) {
    let events = trace["traceEvents"].as_array().expect("a list");
    let number = |value: &Value| value.as_f64().expect("a number");
    let mut tracks: BTreeMap<u64, Vec<(f64, f64)>> = BTreeMap::new();
    let (mut starts, mut lives, mut arrows) = (Vec::new(), 0, 0);
    for event in events {
        match event["ph"].as_str().expect("a phase") {
            "X" => {
                let (start, tid) = (
                    number(&event["ts"]),
                    event["tid"].as_u64().expect("a track"),
                );
                let end = start + number(&event["dur"]);
                tracks.entry(tid).or_default().push((start, end));
                starts.push((tid, start.to_bits(), event["args"]["request"].as_u64()));
            }
            "b" => lives += 1,
            "e" => lives -= 1,
            "s" | "t" | "f" => {
                let tid = event["tid"].as_u64().expect("a track");
                let joined = (tid, number(&event["ts"]).to_bits(), event["id"].as_u64());
                assert!(starts.contains(&joined), "{event}");
                arrows += usize::from(event["ph"] == "f");
            }
            phase => assert!(["M", "C"].contains(&phase), "{phase}"),
        }
    }
    assert_eq!((lives, tracks.len(), tracks[&1].len()), (0, 4, 400));
    assert_eq!(arrows, 20, "each request has its arrows");
    for slices in tracks.values() {
        // Times are rounded to the nanosecond.
        let apart = |pair: &[(f64, f64)]| pair[0].1 <= pair[1].0 + 0.0015;
        assert!(slices.windows(2).all(apart));
    }
}
