//! Random valid configurations.

use dysta_config::expr::{Binding, Numbers, SharedUnits};
use dysta_config::params::{
    NumberFormat, OnFull, Pipeline, Predictor, SchedulerParams, SchedulerSpec,
};
use dysta_rtl_tests::{Bench, Words, profile};
use proptest::prelude::*;

use crate::policy;

/// Configurations that the checks accept.
pub fn strategy() -> impl Strategy<Value = SchedulerParams> {
    let sizes = (2u32..=20, 0u32..=2, 1u32..=5, 1u32..=20, 9u32..=16);
    let widths = (1u32..=8, 0u32..=8, 0u32..=5);
    let predictor = prop_oneof![
        Just(Predictor::None),
        Just(Predictor::DensityLast),
        (2u32..=8).prop_map(Predictor::DensityLastN),
        Just(Predictor::DensityAverage),
        Just(Predictor::LatencyRatio),
    ];
    let pipeline = prop_oneof![3 => Just(Pipeline::Short), 1 => Just(Pipeline::Long)];
    let choices = (
        any::<bool>(),
        predictor,
        any::<u32>(),
        binding(),
        numbers(),
        pipeline,
    );
    (sizes, widths, choices, policy::strategy()).prop_filter_map("valid", |parts| {
        let ((capacity, lanes_log2, profiles, layers, id_bits), widths, choices, policy) = parts;
        let (priority_bits, unit_log2, complete_depth) = widths;
        let (rejects, predictor, admission_start, binding, numbers, pipeline) = choices;
        let spec = SchedulerSpec {
            name: "random".to_owned(),
            capacity,
            lanes: (1 << lanes_log2)
                .min(capacity.next_power_of_two() / 2)
                .max(1),
            profiles,
            layers,
            id_bits,
            priority_bits,
            on_full: if rejects {
                OnFull::Reject
            } else {
                OnFull::Wait
            },
            complete_depth,
            predictor,
            number_format: NumberFormat::Fixed,
            time_unit_cycles: 1 << unit_log2,
            numbers,
            binding,
            pipeline,
            statistics: true,
            admission_start,
            policy,
        };
        SchedulerParams::new(spec).ok()
    })
}

/// The usual widths, or others.
fn numbers() -> impl Strategy<Value = Numbers> {
    let gamma = (1u32..=6, 6u32..=24, 1u32..=6, 10u32..=24, 9u32..=16);
    let operands = (8u32..=24, 8u32..=24, 8u32..=24, 18u32..=32, 14u32..=18);
    let times = (20u32..=32, 0u32..=12);
    let other = (gamma, operands, times).prop_map(|(gamma, operands, times)| Numbers {
        gamma_int: gamma.0,
        gamma_frac: gamma.1,
        ratio_int: gamma.2,
        ratio_frac: gamma.3,
        sum_int: gamma.4,
        reciprocal: operands.0,
        constant: operands.1,
        number_frac: operands.2,
        register: operands.3,
        register_int: operands.4,
        duration: times.0,
        score_frac: times.1,
    });
    prop_oneof![Just(Numbers::default()), other]
}

/// Every operator its own unit, or a few that all share; the least interval, or a given one.
fn binding() -> impl Strategy<Value = Binding> {
    let adders = proptest::option::of(1u32..=3);
    let shared = (1u32..=3, adders, proptest::option::of(1u32..=5));
    let shared = shared.prop_map(|(multipliers, adders, ii)| {
        Binding::Shared(SharedUnits {
            multipliers,
            adders,
            ii,
        })
    });
    prop_oneof![Just(Binding::Dedicated), shared]
}

/// The hardware with random averages in all rows but, where there are several, the last.
pub fn bench(params: &SchedulerParams, number: u32) -> Bench {
    let mut words = Words::new(number.into());
    let loaded = params.spec.profiles.max(2) - 1;
    let profiles = (0..loaded).map(|row| {
        let count = words.within(&(1..=u64::from(params.spec.layers)));
        let layer = |_| (words.within(&(1..=600)), words.within(&(1..=3000)));
        let layers: Vec<(u64, u64)> = (0..count).map(layer).collect();
        profile(&format!("row_{row}"), &layers)
    });
    Bench::with_profiles(params, &profiles.collect::<Vec<_>>())
}
