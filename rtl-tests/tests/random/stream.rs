//! Random streams for a scheduler.

use dysta_rtl_tests::{Bench, Deadlines, Stream};
use dysta_sim::units::MAX_CYCLES;
use proptest::prelude::*;

fn deadlines() -> impl Strategy<Value = Deadlines> {
    prop_oneof![
        (0..=MAX_CYCLES).prop_map(Deadlines::At),
        (0u64..=100_000).prop_map(|most| Deadlines::After(0..=most)),
        Just(Deadlines::Extreme),
    ]
}

/// Streams that `bench` can play. Handles are unique: there are fewer requests than handles.
pub fn strategy(bench: &Bench) -> impl Strategy<Value = Stream> + use<> {
    let rows = bench.image.layer_counts();
    let known = (0..).zip(rows.iter().copied());
    let unknown =
        (rows.len() < bench.params.spec.profiles as usize).then_some((rows.len() as u32, 0));
    let profiles: Vec<(u32, u32)> = known.chain(unknown).collect();
    let (id_bits, priority_bits) = (bench.params.spec.id_bits, bench.params.spec.priority_bits);
    let times = (0u64..=600, 1u64..=300, 0u64..=20_000, deadlines());
    let rest = (
        prop_oneof![Just(0), 0u64..=100],
        prop_oneof![Just(0), any::<u8>()],
        prop_oneof![Just(0), 0..=1u64 << 47],
        any::<bool>(),
    );
    (any::<u64>(), 20u32..=120, times, rest).prop_map(move |(seed, requests, times, rest)| {
        let (gap, latency, nnz, deadlines) = times;
        let (faults_per_mille, pressure, now_start, jump) = rest;
        Stream {
            seed,
            requests,
            profiles: profiles.clone(),
            gap: 0..=gap,
            latency: 0..=latency,
            nnz: 0..=nnz,
            deadlines,
            priority_bits,
            faults_per_mille,
            first_id: seed as u32,
            id_bits,
            pressure,
            now_start,
            jump,
        }
    })
}
