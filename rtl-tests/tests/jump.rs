//! Time jumps change nothing: the same requests with and without them, in the golden model and in the hardware.

use dysta_rtl_tests::{Bench, Outcome, system};
use dysta_sim::golden::Stimulus;
use dysta_sim::scenario::{Play, Scenario, drawn};

/// A thousandth of all times, so that every clock can be stepped.
fn shrunk(stimulus: Stimulus) -> Stimulus {
    let mut stimulus = stimulus;
    for request in &mut stimulus.requests {
        request.arrival /= 1000;
        request.deadline /= 1000;
        for layer in &mut request.layers {
            layer.latency_cycles = (layer.latency_cycles / 1000).max(1);
        }
    }
    stimulus
}

#[track_caller]
fn check(name: &str, sets: &[&str], pressure: u8) {
    let system = system(name, sets);
    let workload = drawn(&system.workload).unwrap_or_else(|error| panic!("{error}"));
    let scenario = Scenario::new(system.scheduler, system.clock_hz, workload);
    let scenario = scenario.unwrap_or_else(|error| panic!("{error}"));
    let bench = Bench::of_scenario(&scenario);
    let run = |jump: bool| -> Outcome {
        let play = Play {
            jump,
            pressure,
            ..Play::default()
        };
        let stimulus = shrunk(scenario.stimulus(&play));
        bench.check(&format!("{name} {sets:?} {jump}"), &stimulus, 1)
    };
    let (jumping, stepping) = (run(true), run(false));
    println!(
        "{name} {sets:?}: {} decisions, {} and {} clocks",
        jumping.decisions(),
        jumping.rtl.clocks,
        stepping.rtl.clocks
    );
    assert!(jumping.decisions() >= 2000, "{}", jumping.decisions());
    assert!(jumping.rtl.clocks < stepping.rtl.clocks, "nothing jumped");
    assert_eq!(jumping.golden.events, stepping.golden.events);
    assert_eq!(jumping.rtl.events, stepping.rtl.events);
    assert_eq!(jumping.rtl.offers, stepping.rtl.offers);
    assert_eq!(jumping.rtl.statistics, stepping.rtl.statistics);
}

#[test]
fn time_jumps_change_no_event() {
    check("tiny", &["workload.requests=120"], 0);
    check("tiny", &["workload.requests=120", "workload.load=0.4"], 90);
    check("edge", &[], 0);
    check("edge", &["scheduler.policy=fcfs", "workload.load=0.4"], 0);
}
