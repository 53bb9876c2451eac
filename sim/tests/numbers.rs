//! Ranges and errors of the numbers of a scenario: presets saturate nowhere, and γ stays within its bound.

mod support;

use dysta_config::expr::Field;
use dysta_config::system::{System, check_system};
use dysta_sim::bounds::{inputs, score_bound};
use dysta_sim::exact::Exact;
use dysta_sim::golden::Arithmetic;
use dysta_sim::image::{ImageError, TableImage};
use dysta_sim::scenario::{Scenario, drawn};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, Zero};
use support::{FAMILIES, profiles};

use dysta_sim::table::Request;
use dysta_sim::trace::ProfileTrace;
use dysta_sim::workload::Workload;

fn system(name: &str, sets: &[&str]) -> System {
    let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
    check_system(name, &sets).expect("a valid system").0
}

fn scenario(system: &System, workload: Workload) -> Scenario {
    Scenario::new(system.scheduler.clone(), system.clock_hz, workload).expect("it fits")
}

fn preset(name: &str, sets: &[&str]) -> Scenario {
    let system = system(name, sets);
    scenario(&system, drawn(&system.workload).expect("embedded traces"))
}

#[test]
fn presets_saturate_nowhere() {
    for name in ["tiny", "edge"] {
        for policy in ["dysta", "fcfs", "edf"] {
            let set = format!("scheduler.policy={policy}");
            let bound = score_bound(&preset(name, &[&set]));
            assert_eq!(bound.saturating, Vec::<String>::new(), "{name} {policy}");
            let unit = 64.0;
            assert_eq!(bound.error_cycles, Some(bound.error_units * unit));
        }
    }
}

#[test]
fn values_that_can_saturate_are_named() {
    let cases: [(&str, &[&str]); 4] = [
        ("priority * priority * priority", &["score (UQ16.0)"]),
        ("max(0, deadline - now) * 900000", &["score (UQ32.0)"]),
        (
            "min(max(0, deadline - now) * 900000, lat_remaining)",
            &["mul (UQ36.0)"],
        ),
        ("deadline - now", &[]),
    ];
    let named = |texts: &[String], what: &str| -> Vec<String> {
        let parts = texts.iter().filter_map(|text| text.split(what).next());
        parts.map(str::to_owned).collect()
    };
    for (score, expected) in cases {
        let set = format!("scheduler.policy={{score: \"{score}\"}}");
        for (priorities, always) in [
            ("[0, 200]", false),
            ("[200]", score.starts_with("priority")),
        ] {
            let priorities = format!("workload.priorities={priorities}");
            let bound = score_bound(&preset("tiny", &[&set, &priorities]));
            let (texts, what) = match always {
                true => (&bound.beyond, " always saturates"),
                false => (&bound.saturating, " can saturate"),
            };
            assert_eq!(named(texts, what), expected, "{score}");
            assert_eq!(bound.beyond.is_empty(), !always, "{score}");
        }
    }
}

#[test]
fn a_prediction_that_can_saturate_is_named() {
    let mut scenario = preset("tiny", &[]);
    // A profile whose counts were a twentieth of what its requests show.
    for nnz in &mut scenario.workload.stats[0].avg_nnz {
        *nnz /= 20.0;
    }
    let system = system("tiny", &[]);
    let stats = &scenario.workload.stats;
    let image = TableImage::new(&system.scheduler, stats, system.clock_hz);
    scenario.image = image.expect("it fits");
    let saturating = score_bound(&scenario).saturating.join("\n");
    insta::assert_snapshot!("saturating_prediction", saturating);
}

/// γ of a profile after each layer of a sample, against rational arithmetic.
fn check_gamma(scenario: &Scenario, profile: usize, sample: usize) -> f64 {
    let exact = Exact::new(&scenario.params, &scenario.image);
    let bound = inputs(scenario).fields[&Field::Gamma];
    let trace = &scenario.workload.profiles[profile];
    let mut numbers = exact.admit(profile as u32);
    let (mut sum, mut worst) = (BigRational::zero(), 0.0_f64);
    for layer in 0..trace.layers.len() {
        let nnz = trace.nnz(sample, layer).expect("a layer of the sample");
        let executed = layer as u32 + 1;
        assert!(!exact.after_layer(&mut numbers, profile as u32, executed, nnz));
        let average = scenario.workload.stats[profile].avg_nnz[layer];
        let average = BigRational::from_float(average).expect("finite");
        sum += BigRational::from_integer(BigInt::from(nnz)) / average;
        let real = &sum / BigInt::from(executed);
        let held = BigRational::new(BigInt::from(numbers.gamma), BigInt::from(1 << 14));
        let error = |value: f64| BigRational::from_float(value).expect("finite");
        let distance = (&held - &real).abs();
        assert!(distance <= error(bound.error), "{profile} {sample} {layer}");
        assert!(error(bound.low - 1e-9) <= real && real <= error(bound.high + 1e-9));
        let scaled = distance * BigInt::from(1_u64 << 40);
        worst = worst.max(
            scaled
                .to_integer()
                .to_string()
                .parse::<f64>()
                .expect("digits"),
        );
    }
    worst / (1_u64 << 40) as f64
}

/// One request, so that the profiles can be loaded.
fn loaded(traces: Vec<ProfileTrace>) -> Workload {
    let request = Request {
        profile: 0,
        sample: 0,
        arrival_s: 0.0,
        target_s: 1.0,
        priority: 1,
    };
    Workload::new("traces", traces, vec![request]).expect("valid workload")
}

#[test]
fn gamma_is_within_its_bound() {
    let edge = system("edge", &[]);
    let wearable = drawn(&edge.workload).expect("embedded traces");
    let reference = FAMILIES.map(|family| loaded(profiles(family)));
    for workload in reference.into_iter().chain([wearable]) {
        let scenario = scenario(&edge, workload);
        let bound = inputs(&scenario).fields[&Field::Gamma].error;
        let mut worst = 0.0_f64;
        for profile in 0..scenario.workload.profiles.len() {
            for sample in [0, 1, scenario.workload.profiles[profile].samples.len() - 1] {
                worst = worst.max(check_gamma(&scenario, profile, sample));
            }
        }
        assert!(bound < 4.0 * worst, "{worst} of {bound}");
    }
}

#[test]
fn a_register_that_would_be_negative_is_refused() {
    let set = "scheduler.policy={score: \"max(0, deadline - now) + (0 - pause)\", params: {pause: 400 cycles}}";
    let system = system("tiny", &[set]);
    let workload = drawn(&system.workload).expect("embedded traces");
    let error = TableImage::new(&system.scheduler, &workload.stats, system.clock_hz);
    assert!(matches!(error, Err(ImageError::Register { value, .. }) if value == -6.25));
}
