//! Folders of recordings are checked run by run, whatever they hold.

mod support;

use std::fs;
use std::path::Path;

use dysta_sim::engine::Semantics;
use dysta_sim::reference::{Report, base_targets_s, check};
use dysta_sim::table::read_recording;
use serde_json::{Value, json};
use support::{FAMILIES, derived, profiles, reference};

fn run(folder: &Path, semantics: Semantics) -> Report {
    check(folder, semantics).expect("a folder of recordings")
}

#[test]
fn every_recording_of_the_repository_is_identical() {
    let report = run(&reference(""), Semantics::Published2023);
    assert_eq!(report.first_difference(), None);
    assert_eq!((report.runs.len(), report.identical()), (264, 264));
    assert_eq!(report.missing, ["metrics"]);
}

#[test]
fn base_targets_follow_from_the_traces() {
    for family in FAMILIES {
        let ours = base_targets_s(&profiles(family));
        let bits = |(name, base): (&String, &f64)| (name.clone(), base.to_bits());
        let recorded = derived(family).base_targets_s();
        assert!(
            ours.iter().map(bits).eq(recorded.iter().map(bits)),
            "{family}"
        );
    }
}

/// A folder whose metrics are those of two recordings, without derived data: the targets follow from the traces.
fn metrics_folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let make = |name: &str| fs::create_dir_all(folder.path().join(name)).expect("created");
    ["tables", "metrics"].iter().for_each(|name| make(name));
    let mut rows = Vec::new();
    for (name, seed) in [
        ("sanger_rate50_slo10_seed1", 1),
        ("sanger_rate40_slo10_seed2", 2),
    ] {
        let path = reference(&format!("full/{name}.json.gz"));
        let recording = read_recording(name, fs::read(path).expect("a file")).expect("a recording");
        let table = &recording.table;
        let text = json!({
            "family": table.family, "rate": table.rate, "seed": seed, "models": table.models,
            "arrival": table.arrival, "model": table.model, "priority": table.priority, "sample": table.sample,
        });
        let path = folder.path().join(format!("tables/{name}.json"));
        fs::write(path, text.to_string()).expect("written");
        for (policy, run) in &recording.runs {
            rows.push(json!([
                table.rate,
                10,
                seed,
                policy,
                run.violation,
                run.antt,
                run.stp,
                run.decisions,
                run.switches,
                run.clock_back_n,
                run.clock_back_s
            ]));
        }
    }
    write_metrics(folder.path(), &rows);
    let traces = folder.path().join("traces/sanger");
    fs::create_dir_all(&traces).expect("created");
    for entry in fs::read_dir(reference("traces/sanger")).expect("traces") {
        let entry = entry.expect("an entry");
        fs::copy(entry.path(), traces.join(entry.file_name())).expect("copied");
    }
    folder
}

fn write_metrics(folder: &Path, rows: &[Value]) {
    let columns = [
        "rate",
        "slo_mult",
        "seed",
        "policy",
        "violation",
        "antt",
        "stp",
        "decisions",
        "switches",
        "clock_back_n",
        "clock_back_s",
    ];
    let text = json!({"family": "sanger", "columns": columns, "rows": rows});
    fs::write(folder.join("metrics/sanger.json"), text.to_string()).expect("written");
}

#[test]
fn metrics_are_checked_against_their_tables() {
    let folder = metrics_folder();
    let report = run(folder.path(), Semantics::Published2023);
    assert_eq!(report.first_difference(), None);
    assert_eq!((report.runs.len(), report.missing.len()), (22, 2));
    // The recorded clock goes back in every one of these runs but those that never idle.
    let correct = run(folder.path(), Semantics::Correct);
    assert!(correct.identical() < 22, "{}", correct.identical());
}

/// Changes one value of a recording of 20 requests and gives what the check says of it.
fn changed(pointer: &str, value: Value) -> (usize, &'static str, Option<u64>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let link = |name: &str| {
        std::os::unix::fs::symlink(reference(name), folder.path().join(name)).expect("linked");
    };
    ["traces", "derived"].iter().for_each(|name| link(name));
    let bytes =
        fs::read(reference("small/sanger_n20_rate60_slo2_seed101.json.gz")).expect("a file");
    let text = dysta_sim::trace::decode_text("recording", bytes).expect("text");
    let mut recording: Value = serde_json::from_str(&text).expect("JSON");
    *recording.pointer_mut(pointer).expect("a value") = value;
    fs::create_dir(folder.path().join("small")).expect("created");
    let path = folder.path().join("small/changed.json");
    fs::write(path, recording.to_string()).expect("written");
    let report = run(folder.path(), Semantics::Published2023);
    let first = report.first_difference().expect("a difference");
    let difference = first.difference.as_ref().expect("a difference");
    assert_eq!(first.policy, "prema");
    (report.identical(), difference.what, difference.place)
}

#[test]
fn the_smallest_change_of_a_recording_is_found() {
    let cases = [
        (
            "/runs/prema/trace/7/2/0/1",
            json!(9.000000000000002),
            "queue",
            Some(7),
        ),
        ("/runs/prema/trace/7/0", json!(1.0), "time", Some(7)),
        ("/runs/prema/finish/3", json!(0.5), "finish", Some(3)),
        ("/runs/prema/isolated/3", json!(0.5), "isolated", Some(3)),
        ("/runs/prema/schedule/0", json!(1), "schedule", Some(0)),
        ("/runs/prema/violation", json!(0.25), "violation", None),
        ("/runs/prema/stp", json!(50.0), "stp", None),
        ("/runs/prema/antt", json!(2.0), "antt", None),
        ("/runs/prema/switches", json!(1), "switches", None),
    ];
    for (pointer, value, what, place) in cases {
        assert_eq!(changed(pointer, value), (10, what, place), "{pointer}");
    }
}
