//! The emitted hardware under Verilator against the golden model, clock by clock.
//!
//! Every case compares all events, the counters and the latency of every decision, and must decide often enough to mean
//! something.

#[path = "lockstep/floats.rs"]
mod floats;
#[path = "lockstep/limits.rs"]
mod limits;
#[path = "lockstep/policies.rs"]
mod policies;
#[path = "lockstep/presets.rs"]
mod presets;
#[path = "lockstep/recordings.rs"]
mod recordings;
#[path = "lockstep/workloads.rs"]
mod workloads;

use dysta_rtl_tests::Outcome;

/// A policy of this folder as a setting.
const PHASES: &str = concat!(
    "scheduler.policy=",
    env!("CARGO_MANIFEST_DIR"),
    "/tests/policies/phases.yaml"
);
const SIGNED: &str = concat!(
    "scheduler.policy=",
    env!("CARGO_MANIFEST_DIR"),
    "/tests/policies/signed.yaml"
);
const FCFS: &str = "scheduler.policy=fcfs";
const EDF: &str = "scheduler.policy=edf";
const NO_PREDICTOR: &str = "scheduler.predictor=none";

/// Prints a line about a run and refuses one with fewer decisions, or contested ones, than it needs to mean something.
#[track_caller]
fn report(name: &str, outcome: &Outcome, decisions: usize, contested: usize) {
    let found = (outcome.decisions(), outcome.contested());
    let speed = outcome.rtl.clocks_per_second() / 1e6;
    let clocks = outcome.rtl.clocks;
    println!(
        "{name}: {} decisions, {} contested, {clocks} clocks, {speed:.1} M/s",
        found.0, found.1
    );
    let enough = found.0 >= decisions && found.1 >= contested;
    assert!(enough, "{name}: {found:?} of {decisions} and {contested}");
}
