//! Ranges and errors of the numbers of a scenario: presets saturate nowhere, and γ stays within its bound.

mod support;

use dysta_config::expr::Field;
use dysta_config::params::Predictor;
use dysta_config::system::{System, check_system};
use dysta_sim::bounds::{inputs, score_bound};
use dysta_sim::exact::Exact;
use dysta_sim::golden::{Arithmetic, Measured};
use dysta_sim::image::{ImageError, TableImage};
use dysta_sim::scenario::{Scenario, drawn};
use dysta_sim::units::layer_cycles;
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, ToPrimitive, Zero};
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

const POLICIES: [&str; 9] = [
    "dysta",
    "edf",
    "fcfs",
    "llf",
    "sjf",
    "sjf_sparse",
    "slack_ramp",
    "slack_srpt",
    "weighted_srpt",
];
const PREDICTORS: [&str; 5] = [
    "none",
    "density_last",
    "density_last_n",
    "density_average",
    "latency_ratio",
];

#[test]
fn presets_saturate_nowhere() {
    for name in ["paper_fp16", "paper_fp32"] {
        let bound = score_bound(&preset(name, &[]));
        assert_eq!(bound.saturating, Vec::<String>::new(), "{name}");
    }
    for name in ["tiny", "edge"] {
        for (policy, predictor) in POLICIES
            .into_iter()
            .flat_map(|p| PREDICTORS.map(|q| (p, q)))
        {
            let policy = format!("scheduler.policy={policy}");
            let predictor = format!("scheduler.predictor={predictor}");
            let bound = score_bound(&preset(name, &[&policy, &predictor]));
            let none: [&str; 0] = [];
            assert_eq!(bound.saturating, none, "{name} {policy} {predictor}");
            if let Some(cycles) = bound.error_cycles {
                assert_eq!(cycles, bound.error_units * 64.0);
            }
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

fn rational(value: f64) -> BigRational {
    BigRational::from_float(value).expect("finite")
}

/// γ in rational arithmetic after each layer of a sample.
fn real_gammas(scenario: &Scenario, profile: usize, sample: usize) -> Vec<BigRational> {
    let trace = &scenario.workload.profiles[profile];
    let stats = &scenario.workload.stats[profile];
    let ratio = |layer: usize| {
        let nnz = trace.nnz(sample, layer).expect("a layer of the sample");
        BigRational::from_integer(BigInt::from(nnz)) / rational(stats.avg_nnz[layer])
    };
    let mean = |first: usize, end: usize| {
        let sum = (first..end).fold(BigRational::zero(), |sum, layer| sum + ratio(layer));
        sum / BigInt::from(end - first)
    };
    let time = |seconds: &[f64]| {
        let layers = seconds.iter().map(|s| rational(*s));
        layers.fold(BigRational::zero(), |sum, layer| sum + layer)
    };
    let after = |executed: usize| match scenario.params.spec.predictor {
        Predictor::None => rational(1.0),
        Predictor::DensityLast => ratio(executed - 1),
        Predictor::DensityLastN(n) => mean(executed.saturating_sub(n as usize), executed),
        Predictor::DensityAverage => mean(0, executed),
        Predictor::LatencyRatio => {
            let ran = time(&trace.samples[sample].latency_s[..executed]);
            ran / time(&stats.avg_latency_s[..executed])
        }
    };
    (1..=trace.layers.len()).map(after).collect()
}

/// γ of a profile after each layer of a sample, against rational arithmetic; gives the largest distance.
fn check_gamma(scenario: &Scenario, profile: usize, sample: usize) -> f64 {
    let exact = Exact::new(&scenario.params, &scenario.image);
    let bound = inputs(scenario).fields[&Field::Gamma];
    let trace = &scenario.workload.profiles[profile];
    let mut numbers = exact.admit(profile as u32);
    let mut worst = 0.0_f64;
    let real = real_gammas(scenario, profile, sample);
    for (layer, real) in real.iter().enumerate() {
        let seconds = trace.samples[sample].latency_s[layer];
        let measured = Measured {
            nnz: trace.nnz(sample, layer).expect("a layer of the sample"),
            run_time: layer_cycles(seconds, scenario.clock_hz).expect("a time"),
        };
        let executed = layer as u32 + 1;
        assert!(!exact.after_layer(&mut numbers, profile as u32, executed, measured));
        let held = BigRational::new(
            BigInt::from(numbers.gamma),
            BigInt::from(scenario.params.spec.numbers.gamma_one()),
        );
        let distance = (&held - real).abs();
        assert!(
            distance <= rational(bound.error),
            "{profile} {sample} {layer}"
        );
        assert!(rational(bound.low - 1e-9) <= *real && *real <= rational(bound.high + 1e-9));
        worst = worst.max(distance.to_f64().expect("a number"));
    }
    worst
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

/// γ of every profile with one predictor in some widths; `slack` is how much larger the bound may be than what was found.
fn check_gammas(predictor: &str, widths: &[&str], slack: f64) {
    let predictor = format!("scheduler.predictor={predictor}");
    let sets = [&[predictor.as_str()], widths].concat();
    let edge = system("edge", &sets);
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
        assert!(bound < slack * worst, "{sets:?}: {worst} of {bound}");
    }
}

#[test]
fn gamma_is_within_its_bound() {
    // Times are rounded to cycles: that they all err by half a cycle is rare, and is what remains of the bound when the rest is fine.
    for (predictor, fine) in [
        ("density_last", 4.0),
        ("density_last_n", 4.0),
        ("density_average", 4.0),
        ("latency_ratio", 80.0),
    ] {
        check_gammas(predictor, &[], 4.0);
        check_gammas(predictor, &COARSE, 4.0);
        check_gammas(predictor, &FINE, fine);
    }
}

const COARSE: [&str; 3] = [
    "scheduler.numbers.gamma_frac_bits=8",
    "scheduler.numbers.ratio_frac_bits=10",
    "scheduler.numbers.reciprocal_bits=9",
];
const FINE: [&str; 4] = [
    "scheduler.numbers.gamma_frac_bits=22",
    "scheduler.numbers.ratio_frac_bits=20",
    "scheduler.numbers.reciprocal_bits=24",
    "scheduler.numbers.gamma_int_bits=4",
];

/// The sum over a window comes back to the same bits: what is taken away is what was added.
#[test]
fn a_window_does_not_drift() {
    let scenario = preset(
        "tiny",
        &[
            "scheduler.predictor=density_last_n",
            "scheduler.predictor_window=3",
        ],
    );
    let exact = Exact::new(&scenario.params, &scenario.image);
    let mut numbers = exact.admit(0);
    let mut sums = Vec::new();
    let counts = [0, u32::MAX, 7, 1_000_003, 5, 6, 7, u32::MAX, 5, 6, 7];
    for (executed, nnz) in (1..).zip(counts) {
        // The row of the first layer, so that equal counts have equal ratios.
        let measured = Measured { nnz, run_time: 0 };
        exact.after_layer(&mut numbers, 0, 1, measured);
        assert_eq!(numbers.ratios.len(), 3.min(executed));
        assert_eq!(numbers.ratios.iter().sum::<u64>(), numbers.gamma_sum);
        sums.push(numbers.gamma_sum);
    }
    assert_eq!(sums[6], sums[10], "5, 6, 7 before and after a large count");
}

#[test]
fn a_register_that_would_be_negative_is_refused() {
    let set = "scheduler.policy={score: \"max(0, deadline - now) + (0 - pause)\", params: {pause: 400 cycles}}";
    let system = system("tiny", &[set]);
    let workload = drawn(&system.workload).expect("embedded traces");
    let error = TableImage::new(&system.scheduler, &workload.stats, system.clock_hz);
    assert!(matches!(error, Err(ImageError::Register { value, .. }) if value == -6.25));
}
