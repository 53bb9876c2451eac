//! The recorded tables on `edge` with the settings of the recordings.

use std::path::{Path, PathBuf};

use dysta_rtl_tests::{Bench, system};
use dysta_sim::scenario::{Play, Scenario, recorded};

use super::{FCFS, report};

const SETTINGS: [&str; 2] = [
    "clock_mhz=200",
    "scheduler.policy.params.penalty_scale=clock",
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../configs/data/reference")
}

/// Names of the recorded tables of a subfolder, sorted.
fn tables(of: &str) -> Vec<String> {
    let entries = std::fs::read_dir(folder().join(of)).expect("the folder of recordings");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("an entry").file_name())
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// Plays a table `of/name`.
#[track_caller]
fn check(of: &str, name: &str, sets: &[&str], decisions: usize, contested: usize) {
    check_on("edge", of, name, sets, decisions, contested);
}

/// Plays a table `of/name` on a system.
#[track_caller]
pub(super) fn check_on(
    on: &str,
    of: &str,
    name: &str,
    sets: &[&str],
    decisions: usize,
    contested: usize,
) {
    let family = name.split('_').next().unwrap_or_default();
    let traces = folder().join("traces").join(family);
    let workload = recorded(&folder().join(of).join(name), &traces);
    let workload = workload.unwrap_or_else(|error| panic!("{error}"));
    let system = system(on, sets);
    let scenario = Scenario::new(system.scheduler, system.clock_hz, workload);
    let scenario = scenario.unwrap_or_else(|error| panic!("{error}"));
    let bench = Bench::of_scenario(&scenario);
    let outcome = bench.check(name, &scenario.stimulus(&Play::default()), 1);
    report(name, &outcome, decisions, contested);
}

#[test]
fn full_tables() {
    let names = tables("full");
    assert_eq!(names.len(), 8);
    for name in names {
        check("full", &name, &SETTINGS, 12_000, 8_000);
    }
}

#[test]
fn small_tables() {
    let names = tables("small");
    assert_eq!(names.len(), 16);
    for name in names {
        check("small", &name, &SETTINGS, 200, 100);
    }
}

#[test]
fn another_policy() {
    let name = &tables("full")[0];
    check("full", name, &["clock_mhz=200", FCFS], 12_000, 9_000);
}
