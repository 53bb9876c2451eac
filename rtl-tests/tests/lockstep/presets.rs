//! Every system preset under policies that use every part of the hardware: a real workload, a recorded table, and a stream that
//! keeps all entries taken.

use std::path::Path;

use dysta_rtl_tests::{Bench, Stream, profile, system};
use dysta_sim::scenario::{Play, Scenario, drawn, recorded};

use super::{PHASES, report};

const POLICIES: [&str; 5] = [
    "scheduler.policy=dysta",
    "scheduler.policy=sjf_sparse",
    "scheduler.policy=llf",
    "scheduler.policy=slack_srpt",
    PHASES,
];

/// The first requests of the preset's own workload.
fn real(name: &str, policy: &str) -> Scenario {
    let system = system(name, &[policy]);
    let workload = drawn(&system.workload).unwrap_or_else(|error| panic!("{error}"));
    let scenario = Scenario::new(system.scheduler, system.clock_hz, workload);
    scenario
        .unwrap_or_else(|error| panic!("{error}"))
        .truncated(60)
}

/// A recorded table that never has more than eight requests live for long, at the clock of the recordings.
fn recording(name: &str, policy: &str) -> Scenario {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../configs/data/reference");
    let table = folder.join("small/sanger_n20_rate60_slo10_seed101.json.gz");
    let workload = recorded(&table, &folder.join("traces/sanger"));
    let system = system(name, &[policy, "clock_mhz=200"]);
    let workload = workload.unwrap_or_else(|error| panic!("{error}"));
    let scenario = Scenario::new(system.scheduler, system.clock_hz, workload);
    scenario.unwrap_or_else(|error| panic!("{error}"))
}

#[track_caller]
fn check_scenario(title: &str, scenario: &Scenario, decisions: usize) {
    let play = Play {
        pressure: 40,
        ..Play::default()
    };
    let outcome = Bench::of_scenario(scenario).check(title, &scenario.stimulus(&play), 1);
    report(title, &outcome, decisions, decisions / 2);
}

/// Short networks that come faster than they run. Time does not jump while a request waits, so layers are short too.
#[track_caller]
fn check_overload(name: &str, policy: &str, full: usize) {
    let params = system(name, &[policy]).scheduler;
    let layers = |count: u64| -> Vec<(u64, u64)> {
        (0..count)
            .map(|layer| (100 + 37 * (layer % 3), 900 - 100 * (layer % 5)))
            .collect()
    };
    let profiles = [2, 9].map(|count| profile(&format!("of_{count}"), &layers(count)));
    let bench = Bench::with_profiles(&params, &profiles);
    let capacity = params.spec.capacity;
    let stream = Stream {
        requests: capacity + full as u32 + 60,
        profiles: vec![(0, 2), (1, 9)],
        priority_bits: params.spec.priority_bits,
        id_bits: params.spec.id_bits,
        ..Stream::default()
    };
    let title = format!("{name} {policy} overload");
    let outcome = bench.check(&title, &stream.stimulus(), 1);
    report(&title, &outcome, full, full);
    let found = outcome.decisions_with(capacity as usize);
    assert!(
        found >= full,
        "{title}: {found} decisions when full, of {full}"
    );
}

#[track_caller]
fn check(name: &str) {
    for policy in POLICIES {
        let title = |kind: &str| format!("{name} {policy} {kind}");
        check_scenario(&title("real"), &real(name, policy), 200);
        check_scenario(&title("recording"), &recording(name, policy), 200);
        check_overload(name, policy, 200);
    }
}

#[test]
fn tiny() {
    check("tiny");
}

#[test]
fn wearable() {
    check("wearable");
}

#[test]
fn phone() {
    check("phone");
}

#[test]
fn edge() {
    check("edge");
}

#[test]
fn paper_fp16() {
    check("paper_fp16");
}

#[test]
fn paper_fp32() {
    check("paper_fp32");
}

/// The same operators on shared units: the policies that use them most.
#[test]
fn paper_shared() {
    for name in ["paper_fp16_shared", "paper_fp32_shared"] {
        let policy = POLICIES[0];
        let title = |kind: &str| format!("{name} {policy} {kind}");
        check_scenario(&title("real"), &real(name, policy), 200);
        check_scenario(&title("recording"), &recording(name, policy), 200);
        check_overload(name, policy, 200);
    }
}

#[test]
fn datacenter_lite() {
    check("datacenter_lite");
}

/// Full for a thousand decisions, each within 80 clocks.
#[test]
fn datacenter() {
    check("datacenter");
    check_overload("datacenter", POLICIES[0], 1000);
    let params = system("datacenter", &[]).scheduler;
    let (capacity, lanes) = (params.spec.capacity, params.spec.lanes);
    assert_eq!(capacity, 512);
    assert!(params.timing().latency(capacity, lanes) <= 80);
}
