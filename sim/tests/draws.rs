//! Drawn tables: same seed, same bytes; the settings are met.

mod support;

use dysta_sim::arrivals::Process;
use dysta_sim::draw::{Arrivals, Draw, Share, draw, mix_isolated_s};
use dysta_sim::profile::ProfileStats;
use dysta_sim::table::Request;
use dysta_sim::trace::ProfileTrace;
use dysta_sim::workload::Workload;
use proptest::prelude::*;

fn attention() -> (Vec<ProfileTrace>, Vec<ProfileStats>) {
    let traces = support::profiles("sanger");
    let stats = traces.iter().map(ProfileStats::new).collect();
    (traces, stats)
}

fn share(profile: usize, weight: f64, slo_multiplier: f64) -> Share {
    let mut share = Share::new(profile, weight, slo_multiplier, &attention().1);
    share.priorities = vec![1, 3, 9];
    share
}

fn spec(requests: u32, arrivals: Arrivals) -> Draw {
    Draw {
        requests,
        seed: 7,
        arrivals,
        process: Process::Poisson,
        mix: vec![share(0, 1.0, 10.0), share(2, 3.0, 4.0)],
    }
}

/// Every field of every request, times as the bits of the double.
fn bytes(requests: &[Request]) -> String {
    let line = |r: &Request| {
        let times = format!(
            "{:016x} {:016x}",
            r.arrival_s.to_bits(),
            r.target_s.to_bits()
        );
        format!("{} {:2} {times} {}\n", r.profile, r.sample, r.priority)
    };
    requests.iter().map(line).collect()
}

#[test]
fn a_seed_gives_the_same_bytes_everywhere() {
    let requests = draw(&spec(12, Arrivals::Load(0.8)), &attention().1).expect("valid settings");
    insta::assert_snapshot!("seed_7", bytes(&requests));
}

#[test]
fn another_seed_gives_another_table() {
    let (_, stats) = attention();
    let first = spec(12, Arrivals::Rate(40.0));
    let second = Draw {
        seed: 8,
        ..first.clone()
    };
    assert_ne!(
        draw(&first, &stats).expect("valid"),
        draw(&second, &stats).expect("valid")
    );
}

/// Relative distance of a measured mean from what was asked for.
fn error(measured: f64, asked: f64) -> f64 {
    (measured / asked - 1.0).abs()
}

#[test]
fn long_tables_meet_rate_mix_priorities_and_samples() {
    let (_, stats) = attention();
    let requests = draw(&spec(40_000, Arrivals::Rate(40.0)), &stats).expect("valid settings");
    let count =
        |wanted: &dyn Fn(&Request) -> bool| requests.iter().filter(|r| wanted(r)).count() as f64;
    let last = requests.last().expect("requests").arrival_s;
    assert!(error(40_000.0 / last, 40.0) < 0.02);
    assert!(error(count(&|r| r.profile == 2), 30_000.0) < 0.02);
    assert_eq!(count(&|r| r.profile == 1), 0.0);
    for priority in [1, 3, 9] {
        assert!(error(count(&|r| r.priority == priority), 40_000.0 / 3.0) < 0.02);
    }
    for sample in [0, 50, 99] {
        assert!(error(count(&|r| r.sample == sample), 400.0) < 0.15);
    }
    assert!(
        requests
            .iter()
            .all(|r| r.target_s == [10.0, 0.0, 4.0][r.profile] * stats[r.profile].isolated_s)
    );
}

#[test]
fn gaps_are_exponential() {
    let requests =
        draw(&spec(40_000, Arrivals::Rate(1.0)), &attention().1).expect("valid settings");
    let gaps: Vec<f64> = requests
        .windows(2)
        .map(|pair| pair[1].arrival_s - pair[0].arrival_s)
        .collect();
    for limit in [0.1_f64, 0.5, 1.0, 3.0] {
        let longer = gaps.iter().filter(|gap| **gap > limit).count() as f64 / gaps.len() as f64;
        assert!((longer - (-limit).exp()).abs() < 0.01, "{limit}");
    }
}

#[test]
fn load_is_the_isolated_work_per_time() {
    let (traces, stats) = attention();
    let settings = spec(40_000, Arrivals::Load(0.9));
    let workload =
        Workload::new("drawn", traces, draw(&settings, &stats).expect("valid")).expect("valid");
    let work = workload.isolated_s().iter().sum::<f64>();
    let last = workload.requests.last().expect("requests").arrival_s;
    assert!(error(work / last, 0.9) < 0.02);
    let mean = (stats[0].isolated_s + 3.0 * stats[2].isolated_s) / 4.0;
    assert!(error(mix_isolated_s(&settings.mix, &stats), mean) < 1e-15);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn settings_are_refused_or_give_a_valid_workload(
        requests in 0_u32..50,
        seed in any::<u64>(),
        value in prop_oneof![1e-3..1e3, any::<f64>()],
        load in any::<bool>(),
        weights in prop::collection::vec((0_usize..4, prop_oneof![0.0..2.0, any::<f64>()]), 0..4),
        slo_multiplier in prop_oneof![0.0..20.0, any::<f64>()],
    ) {
        let (traces, stats) = attention();
        let arrivals = if load { Arrivals::Load(value) } else { Arrivals::Rate(value) };
        let mix = weights.into_iter().map(|(profile, weight)| share(profile, weight, slo_multiplier));
        let settings = Draw { requests, seed, arrivals, process: Process::Poisson, mix: mix.collect() };
        if let Ok(drawn) = draw(&settings, &stats) {
            prop_assert_eq!(drawn.len(), requests as usize);
            if drawn.iter().all(|r| r.arrival_s.is_finite() && r.target_s.is_finite()) {
                prop_assert!(Workload::new("drawn", traces, drawn).is_ok());
            }
        }
    }
}
