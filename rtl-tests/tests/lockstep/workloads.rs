//! Workloads drawn from traces: policies, predictors, back-pressure, starting times, values before reset.

use dysta_rtl_tests::{Bench, system};
use dysta_sim::scenario::{Play, Scenario, drawn};
use dysta_sim::units::MAX_CYCLES;

use super::{EDF, FCFS, NO_PREDICTOR, PHASES, report};

fn scenario(name: &str, sets: &[&str]) -> Scenario {
    let system = system(name, sets);
    let workload = drawn(&system.workload).unwrap_or_else(|error| panic!("{error}"));
    let scenario = Scenario::new(system.scheduler, system.clock_hz, workload);
    scenario.unwrap_or_else(|error| panic!("{error}"))
}

/// Sixty requests of `tiny` or 200 of `edge`, with the registers of each seed.
#[track_caller]
fn check_seeds(name: &str, sets: &[&str], play: Play, random_seeds: &[u32]) {
    let requests = match name {
        "tiny" => "workload.requests=60",
        _ => "workload.requests=200",
    };
    let scenario = scenario(name, &[&[requests], sets].concat());
    let bench = Bench::of_scenario(&scenario);
    let stimulus = scenario.stimulus(&play);
    let policy = &scenario.params.spec.policy.name;
    for seed in random_seeds {
        let title = format!("{name} {policy} {play:?} registers {seed}");
        let outcome = bench.check(&title, &stimulus, *seed);
        report(&title, &outcome, 1000, 600);
    }
}

#[track_caller]
fn check(name: &str, sets: &[&str], play: Play) {
    check_seeds(name, sets, play, &[1]);
}

/// Starts so late that the run ends just before the end of time.
fn late(name: &str) -> Play {
    let scenario = scenario(name, &[]);
    let golden = scenario.golden(&scenario.stimulus(&Play::default()), &mut ());
    let golden = golden.unwrap_or_else(|error| panic!("{error}"));
    let span = golden.events.last().map_or(0, |event| event.stamp);
    Play {
        now_start: MAX_CYCLES - 8 * span,
        ..Play::default()
    }
}

#[test]
fn policies_and_predictors_of_tiny() {
    let play = Play::default();
    check("tiny", &[], play);
    check("tiny", &[FCFS], play);
    check("tiny", &[EDF], play);
    check("tiny", &[PHASES], play);
    check("tiny", &[NO_PREDICTOR], play);
    check("tiny", &[PHASES, NO_PREDICTOR], play);
}

#[test]
fn policies_and_predictors_of_edge() {
    let play = Play::default();
    check("edge", &[], play);
    check("edge", &[FCFS], play);
    check("edge", &[EDF], play);
    check("edge", &[PHASES], play);
    check("edge", &[NO_PREDICTOR], play);
    check("edge", &[PHASES, NO_PREDICTOR], play);
}

/// Score and update on one multiplier, sums on a few adders or each on its own; fixed and floating point, one lane and several.
#[test]
fn shared_units() {
    let shared = "scheduler.binding.units=shared";
    let adders = "scheduler.binding.adders=2";
    let three = "scheduler.binding.multipliers=3";
    let fp16 = "scheduler.numbers.format=fp16";
    let unit = "scheduler.numbers.time_unit_cycles=16384";
    let cases: [(&str, &str, &[&str]); 9] = [
        ("tiny", "dysta", &[]),
        ("tiny", "slack_srpt", &[adders]),
        ("edge", "slack_ramp", &[]),
        ("edge", "slack_ramp", &[adders, three]),
        ("tiny", "llf", &[adders]),
        ("tiny", "dysta", &["scheduler.lanes=4", adders]),
        ("tiny", "dysta", &["scheduler.lanes=4", adders, fp16, unit]),
        ("paper_fp16_shared", "slack_srpt", &[adders, three]),
        ("paper_fp32_shared", "slack_ramp", &[adders, three]),
    ];
    for (name, policy, more) in cases {
        let policy = format!("scheduler.policy={policy}");
        let sets = [&[shared, policy.as_str()], more].concat();
        check(name, &sets, Play::default());
    }
}

#[test]
fn intensities() {
    let play = Play::default();
    for load in ["workload.load=0.5", "workload.load=1.2"] {
        check("tiny", &[load], play);
        check("edge", &[load], play);
    }
    check("edge", &["workload.load=3"], play);
}

#[test]
fn several_lanes() {
    let play = Play {
        pressure: 100,
        seed: 3,
        ..Play::default()
    };
    let capacity = "scheduler.capacity=60";
    check("tiny", &["scheduler.lanes=2"], play);
    check("tiny", &["scheduler.lanes=4", PHASES], play);
    check("tiny", &["scheduler.lanes=8"], play);
    check("edge", &["scheduler.lanes=8", capacity], play);
    check(
        "edge",
        &["scheduler.lanes=16", "workload.load=3", EDF],
        play,
    );
}

#[test]
fn back_pressure() {
    for (pressure, seed) in [(64, 1), (200, 2), (255, 3)] {
        let play = Play {
            pressure,
            seed,
            ..Play::default()
        };
        check("tiny", &[], play);
        check("edge", &[], play);
        check("tiny", &[PHASES], play);
    }
}

#[test]
fn starting_times() {
    let early = Play {
        now_start: 1 << 40,
        ..Play::default()
    };
    for name in ["tiny", "edge"] {
        check(name, &[], early);
        check(name, &[], late(name));
    }
    check("tiny", &[FCFS], late("tiny"));
    check("tiny", &[PHASES], late("tiny"));
}

#[test]
fn values_before_reset_do_not_matter() {
    let play = Play {
        pressure: 64,
        ..Play::default()
    };
    check_seeds("tiny", &[], play, &[1, 2, 3]);
    check_seeds("edge", &[], play, &[1, 2, 3]);
}
