//! The averages of the static level have the bits of the recorded ones.

mod support;

use dysta_sim::profile::{ProfileStats, model_latencies};
use support::{FAMILIES, bits, derived, profile, profiles};

#[test]
fn profiles_are_listed_in_the_order_that_tables_index() {
    for family in FAMILIES {
        let names: Vec<String> = profiles(family)
            .into_iter()
            .map(|profile| profile.name)
            .collect();
        assert_eq!(names, derived(family).models);
    }
}

#[test]
fn averages_of_a_profile_equal_the_recorded_bits() {
    for family in FAMILIES {
        let recorded = derived(family);
        for trace in profiles(family) {
            let stats = ProfileStats::new(&trace);
            let expected = &recorded.per_model[&trace.name];
            assert_eq!(
                bits(&stats.avg_latency_s),
                bits(&expected.avg_lat_per_pattern),
                "{}",
                trace.name
            );
            assert_eq!(
                bits(&stats.avg_sparsity),
                bits(&expected.avg_sparsity),
                "{}",
                trace.name
            );
            assert_eq!(stats.samples, 100);
        }
    }
}

#[test]
fn averages_of_a_model_equal_the_recorded_bits() {
    for family in FAMILIES {
        let traces = profiles(family);
        let models = model_latencies(&traces).expect("equal layers");
        let recorded = derived(family);
        for trace in &traces {
            let expected = &recorded.per_model[&trace.name].avg_lat_per_model;
            assert_eq!(
                bits(&models[&trace.model]),
                bits(expected),
                "{}",
                trace.name
            );
        }
    }
}

#[test]
fn isolated_latency_agrees_with_the_base_target_of_attention_files() {
    // The recorded target is a pairwise mean over the samples; ours a sum of layer means.
    for (name, expected) in derived("sanger").per_model {
        let stats = ProfileStats::new(&profile("sanger", &name));
        assert!(
            (stats.isolated_s / expected.base_target - 1.0).abs() < 1e-14,
            "{name}"
        );
    }
}

#[test]
fn remaining_time_is_summed_from_the_left() {
    let stats = ProfileStats::new(&profile("sanger", "load_balance_bert_squad_384"));
    let a = &stats.avg_latency_s;
    assert_eq!(stats.remaining_s.len(), 13);
    assert_eq!(
        stats.remaining_s[9].to_bits(),
        (a[9] + a[10] + a[11]).to_bits()
    );
    assert_eq!(stats.remaining_s[12], 0.0);
    assert_eq!(stats.isolated_s, stats.remaining_s[0]);
}
