//! Every policy with every predictor on `tiny`: drawn requests under back-pressure, then a stream that keeps every entry
//! taken.

use dysta_rtl_tests::{Bench, Stream, profile, system};
use dysta_sim::scenario::{Play, Scenario, drawn};

use super::{PHASES, SIGNED, report};

const PREDICTORS: [&str; 5] = [
    "none",
    "density_last",
    "density_last_n",
    "density_average",
    "latency_ratio",
];

fn scenario(sets: &[&str]) -> Scenario {
    let system = system("tiny", sets);
    let workload = drawn(&system.workload).unwrap_or_else(|error| panic!("{error}"));
    let scenario = Scenario::new(system.scheduler, system.clock_hz, workload);
    scenario.unwrap_or_else(|error| panic!("{error}"))
}

/// Requests of two networks, all at once, whose layers run longer or shorter than on average and count more or fewer non-zeros.
fn flood(bench: &Bench) -> Stream {
    Stream {
        requests: 50,
        profiles: vec![(0, 3), (1, 16)],
        latency: 20..=500,
        nnz: 0..=3000,
        pressure: 30,
        priority_bits: bench.params.spec.priority_bits,
        id_bits: bench.params.spec.id_bits,
        ..Stream::default()
    }
}

/// The policy with one predictor: nothing may differ.
fn check_with(policy: &str, predictor: &str) {
    let predictor = format!("scheduler.predictor={predictor}");
    let sets = ["workload.requests=40", policy, &predictor];
    let scenario = scenario(&sets);
    let play = Play {
        pressure: 40,
        ..Play::default()
    };
    let title = format!("{policy} {predictor}");
    let outcome = Bench::of_scenario(&scenario).check(&title, &scenario.stimulus(&play), 1);
    report(&title, &outcome, 600, 300);
    let layers = |count: u64| -> Vec<(u64, u64)> {
        (0..count)
            .map(|l| (100 + 37 * (l % 7), 1000 - 90 * (l % 11)))
            .collect()
    };
    let profiles = [3, 16].map(|count| profile(&format!("of_{count}"), &layers(count)));
    let bench = Bench::with_profiles(&scenario.params, &profiles);
    let outcome = bench.check(&title, &flood(&bench).stimulus(), 1);
    report(&title, &outcome, 400, 300);
    assert!(outcome.decisions_with(8) > 200, "{title}");
}

#[track_caller]
fn check(policies: &[&str]) {
    for policy in policies {
        for predictor in PREDICTORS {
            let policy = match policy.contains('=') {
                true => (*policy).to_owned(),
                false => format!("scheduler.policy={policy}"),
            };
            check_with(&policy, predictor);
        }
    }
}

#[test]
fn dysta_and_what_needs_no_prediction() {
    check(&["dysta", "fcfs", "edf", "sjf"]);
}

#[test]
fn laxity_and_remaining_time() {
    check(&["llf", "sjf_sparse", "weighted_srpt"]);
}

#[test]
fn slack_policies() {
    check(&["slack_srpt", "slack_ramp"]);
}

#[test]
fn policies_of_users() {
    check(&[PHASES, SIGNED]);
}
