//! Scores in fp16 and fp32 beyond the presets: negative scores, several lanes, times that saturate, long recorded tables.

use dysta_rtl_tests::{Bench, system};
use dysta_sim::scenario::{Play, Scenario, drawn};

use super::recordings::check_on;
use super::{EDF, SIGNED, report};

const FP16: &str = "scheduler.numbers.format=fp16";
const FP32: &str = "scheduler.numbers.format=fp32";

/// Drawn requests under back-pressure. In fp16 a unit of 64 cycles makes times that saturate, one of 4096 none.
#[track_caller]
fn check(sets: &[&str]) {
    let system = system("tiny", &[&["workload.requests=60"], sets].concat());
    let workload = drawn(&system.workload).unwrap_or_else(|error| panic!("{error}"));
    let scenario = Scenario::new(system.scheduler, system.clock_hz, workload);
    let scenario = scenario.unwrap_or_else(|error| panic!("{error}"));
    let play = Play {
        pressure: 40,
        ..Play::default()
    };
    let title = sets.join(" ");
    let outcome = Bench::of_scenario(&scenario).check(&title, &scenario.stimulus(&play), 1);
    report(&title, &outcome, 1000, 600);
}

#[test]
fn fp16_policies() {
    let coarse = "scheduler.numbers.time_unit_cycles=4096";
    check(&[FP16]);
    check(&[FP16, coarse, "scheduler.policy=slack_ramp"]);
    check(&[FP16, coarse, EDF]);
    check(&[FP16, SIGNED, "scheduler.lanes=2"]);
}

#[test]
fn fp32_policies() {
    check(&[FP32, SIGNED, "scheduler.predictor=latency_ratio"]);
}

#[test]
fn recordings_in_fp16() {
    let name = "sanger_rate50_slo10_seed1.json.gz";
    check_on("paper_fp16", "full", name, &[], 12_000, 11_000);
    let name = "eyerissv2_rate6_slo10_seed1.json.gz";
    check_on("paper_fp16", "full", name, &[], 30_000, 30_000);
}
