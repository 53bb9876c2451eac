//! Streams made for the limits of the scheduler: full, tied, in every clock, faulty, at both ends of every range.

use dysta_config::params::{OnFull, SchedulerParams, SchedulerSpec};
use dysta_rtl_tests::{Bench, Deadlines, Outcome, Stream, profile, system};
use dysta_sim::golden::{CompleteStatus, EventKind};
use dysta_sim::units::MAX_CYCLES;

use super::{EDF, FCFS, NO_PREDICTOR, PHASES, report};

/// The hardware of a preset, changed, with rows for networks of 1, 3 and as many layers as it keeps; the next row is not
/// loaded.
fn bench(name: &str, sets: &[&str], change: impl FnOnce(&mut SchedulerSpec)) -> Bench {
    let mut spec = system(name, sets).scheduler.spec;
    change(&mut spec);
    let params = SchedulerParams::new(spec).unwrap_or_else(|errors| panic!("{errors:?}"));
    let layers = |count: u32| -> Vec<(u64, u64)> {
        let layer = |layer: u32| {
            (
                100 + 37 * u64::from(layer % 7),
                1000 - 90 * u64::from(layer % 11),
            )
        };
        (0..count).map(layer).collect()
    };
    let profiles = depths(&params).map(|count| profile(&format!("of_{count}"), &layers(count)));
    Bench::with_profiles(&params, &profiles)
}

/// Layers of the loaded rows.
fn depths(params: &SchedulerParams) -> [u32; 3] {
    [1, 3, params.spec.layers]
}

/// The first row that is not loaded.
const UNKNOWN: (u32, u32) = (3, 0);

fn plain(name: &str) -> Bench {
    bench(name, &[], |_| ())
}

fn rejecting(name: &str) -> Bench {
    bench(name, &[], |spec| {
        spec.on_full = OnFull::Reject;
        spec.complete_depth = 2;
        spec.admission_start = u32::MAX - 2;
    })
}

/// Enough requests of all loaded networks, all at once, to keep every entry taken.
fn flood(bench: &Bench) -> Stream {
    Stream {
        requests: 4 * bench.params.spec.capacity + 100,
        profiles: (0..).zip(depths(&bench.params)).collect(),
        priority_bits: bench.params.spec.priority_bits,
        id_bits: bench.params.spec.id_bits,
        ..Stream::default()
    }
}

/// Plays a stream; at least `full` decisions must find every entry taken.
#[track_caller]
fn check(name: &str, bench: &Bench, stream: &Stream, full: usize) -> Outcome {
    let outcome = bench.check(name, &stream.stimulus(), 1);
    report(name, &outcome, full.max(100), full.max(30));
    let found = outcome.decisions_with(bench.params.spec.capacity as usize);
    assert!(
        found >= full,
        "{name}: {found} decisions of {full} when full"
    );
    outcome
}

#[test]
fn full_for_a_thousand_decisions() {
    for name in ["tiny", "edge"] {
        let lanes = "scheduler.lanes=4";
        for sets in [&[][..], &[FCFS], &[EDF], &[PHASES], &[lanes]] {
            let bench = bench(name, sets, |_| ());
            check(&format!("{name} {sets:?}"), &bench, &flood(&bench), 1000);
        }
    }
}

#[test]
fn full_under_back_pressure() {
    for name in ["tiny", "edge"] {
        let bench = plain(name);
        for pressure in [64, 200] {
            let stream = Stream {
                pressure,
                seed: u64::from(pressure),
                ..flood(&bench)
            };
            check(&format!("{name} {pressure}"), &bench, &stream, 1000);
        }
    }
}

#[test]
fn rejects_when_full() {
    for name in ["tiny", "edge"] {
        let bench = rejecting(name);
        for (pressure, gap) in [(0, 0..=300), (64, 0..=300), (200, 0..=600)] {
            let stream = Stream {
                requests: 600,
                gap,
                pressure,
                ..flood(&bench)
            };
            let outcome = check(&format!("{name} {pressure}"), &bench, &stream, 100);
            assert!(outcome.records(CompleteStatus::RejectedFull) > 50);
        }
    }
}

#[test]
fn all_candidates_tied() {
    let sets = [EDF, "scheduler.numbers.time_unit_cycles=4096"];
    for (name, sets, full) in [
        ("tiny", &sets[..1], 500),
        ("edge", &sets[..1], 500),
        ("tiny", &sets[1..], 500),
        ("tiny", &["scheduler.lanes=2", EDF], 500),
    ] {
        let bench = bench(name, sets, |spec| spec.admission_start = u32::MAX - 2);
        let stream = Stream {
            deadlines: Deadlines::At(1000),
            ..flood(&bench)
        };
        check(&format!("{name} {sets:?}"), &bench, &stream, full);
    }
}

#[test]
fn layers_of_one_cycle() {
    for (name, reject) in [("tiny", false), ("tiny", true), ("edge", false)] {
        let bench = if reject { rejecting(name) } else { plain(name) };
        let stream = Stream {
            requests: 1500,
            profiles: vec![(0, 1), (1, 3)],
            gap: 0..=60,
            latency: 0..=2,
            ..flood(&bench)
        };
        check(&format!("{name} {reject}"), &bench, &stream, 0);
    }
}

/// Registers in front of the entries: full, then single layers, faults and rejects of short layers under back-pressure.
#[test]
fn long_pipelines() {
    let long = "scheduler.pipeline=long";
    let cases: [(&str, &[&str]); 5] = [
        ("tiny", &[long]),
        ("tiny", &[long, FCFS]),
        ("tiny", &[long, PHASES]),
        ("tiny", &[long, "scheduler.lanes=4"]),
        ("edge", &[long]),
    ];
    for (name, sets) in cases {
        let bench = bench(name, sets, |spec| spec.complete_depth = 0);
        let title = format!("{name} {sets:?}");
        check(&title, &bench, &flood(&bench), 1000);
        let short = Stream {
            requests: 1500,
            profiles: vec![(0, 1), (1, 3), UNKNOWN],
            gap: 0..=60,
            latency: 0..=2,
            pressure: 64,
            faults_per_mille: 40,
            ..flood(&bench)
        };
        let outcome = check(&title, &bench, &short, 0);
        assert!(outcome.records(CompleteStatus::Failed) > 5);
        assert!(outcome.records(CompleteStatus::RejectedProfile) > 50);
    }
}

/// Without a prediction the entry value of the request that ran is ready at once; it must not take the write port from a request
/// that came in the clock of `layer_done`.
#[test]
fn an_early_value_leaves_the_port_to_a_request() {
    let bench = bench(
        "tiny",
        &[NO_PREDICTOR, "scheduler.policy=sjf_sparse"],
        |_| (),
    );
    let stream = Stream {
        requests: 2000,
        profiles: vec![(1, 3)],
        gap: 0..=160,
        latency: 0..=9,
        ..flood(&bench)
    };
    let outcome = check("tiny", &bench, &stream, 0);
    let beside = outcome.submits_beside(&[EventKind::LayerDone]);
    assert!(beside > 20, "{beside}");
}

/// Rejects leave three clocks after they came, so among many of them all streams meet in one clock. The known profiles between
/// them are few enough that the entries do not fill up.
#[test]
fn all_streams_in_one_clock() {
    for (name, pressure, unknown) in [("tiny", 0, 24), ("tiny", 100, 24), ("edge", 0, 60)] {
        // Without a FIFO no layer ends in the clock in which a record leaves.
        let bench = bench(name, &[], |spec| spec.complete_depth = 4);
        let stream = Stream {
            requests: 600 * unknown,
            profiles: [vec![(0, 1), (1, 3)], vec![UNKNOWN; unknown as usize]].concat(),
            gap: 1..=7,
            latency: 0..=2,
            pressure,
            ..flood(&bench)
        };
        let title = format!("{name} {pressure}");
        let busiest = check(&title, &bench, &stream, 0)
            .submits_beside(&[EventKind::LayerDone, EventKind::Complete]);
        assert!(busiest > 20, "{title}: {busiest}");
    }
}

#[test]
fn single_layers_alone_and_in_company() {
    for gap in [0..=0, 10..=60, 0..=200] {
        let bench = plain("tiny");
        let stream = Stream {
            requests: 400,
            gap: gap.clone(),
            profiles: vec![(0, 1)],
            ..flood(&bench)
        };
        check(&format!("{gap:?}"), &bench, &stream, 0);
    }
}

#[test]
fn deepest_networks() {
    let bench = plain("edge");
    let stream = Stream {
        requests: 70,
        profiles: vec![UNKNOWN, (2, 64)],
        gap: 0..=3000,
        ..flood(&bench)
    };
    let outcome = check("edge", &bench, &stream, 0);
    assert!(outcome.records(CompleteStatus::RejectedProfile) > 20);
}

#[test]
fn deadlines_at_both_ends() {
    for name in ["tiny", "edge"] {
        for deadlines in [
            Deadlines::Extreme,
            Deadlines::At(0),
            Deadlines::At(MAX_CYCLES),
        ] {
            let bench = plain(name);
            let stream = Stream {
                deadlines,
                now_start: 1 << 40,
                ..flood(&bench)
            };
            check(
                &format!("{name} {:?}", stream.deadlines),
                &bench,
                &stream,
                1000,
            );
        }
    }
}

#[test]
fn unknown_profiles() {
    for (name, reject) in [("tiny", false), ("tiny", true), ("edge", false)] {
        let bench = if reject { rejecting(name) } else { plain(name) };
        for pressure in [0, 128] {
            let mut stream = Stream {
                requests: 500,
                gap: 0..=200,
                pressure,
                ..flood(&bench)
            };
            stream.profiles.push(UNKNOWN);
            let outcome = check(&format!("{name} {pressure}"), &bench, &stream, 0);
            assert!(outcome.records(CompleteStatus::RejectedProfile) > 50);
        }
    }
}

#[test]
fn faults() {
    for (name, reject) in [("tiny", false), ("tiny", true), ("edge", false)] {
        let bench = if reject { rejecting(name) } else { plain(name) };
        let stream = Stream {
            requests: 500,
            gap: 0..=100,
            faults_per_mille: 80,
            ..flood(&bench)
        };
        let outcome = check(name, &bench, &stream, 100);
        assert!(outcome.records(CompleteStatus::Failed) > 5);
    }
}

#[test]
fn counts_of_non_zeros_at_both_ends() {
    for nnz in [0..=0, 0..=u64::from(u32::MAX), 3000..=20_000] {
        let bench = plain("tiny");
        let stream = Stream {
            nnz: nnz.clone(),
            ..flood(&bench)
        };
        let outcome = check(&format!("{nnz:?}"), &bench, &stream, 1000);
        let saturates = *nnz.end() > 0;
        assert_eq!(outcome.golden.statistics.saturations > 0, saturates);
    }
}

/// Ratios of 16 in 300 layers: their sum passes 4096.
#[test]
fn the_sum_of_ratios_saturates() {
    let bench = bench("tiny", &["scheduler.layers=300"], |_| ());
    let stream = Stream {
        requests: 12,
        profiles: vec![(2, 300)],
        latency: 1..=9,
        nnz: 1 << 31..=u64::from(u32::MAX),
        ..flood(&bench)
    };
    let outcome = check("tiny of 300 layers", &bench, &stream, 1000);
    assert!(outcome.golden.statistics.saturations > 1000);
}

/// Two ratios around 8 whose mean is half a step below 8: rounding alone leaves the range of gamma.
#[test]
fn gamma_saturates_by_rounding() {
    let params = system("tiny", &[]).scheduler;
    let layers = [(100, 1 << 14); 3];
    let bench = Bench::with_profiles(&params, &[profile("exact", &layers)]);
    let stream = Stream {
        requests: 200,
        profiles: vec![(0, 3)],
        latency: 1..=90,
        nnz: (1 << 17) - 1..=1 << 17,
        ..flood(&bench)
    };
    let outcome = check("tiny at gamma 8", &bench, &stream, 300);
    assert!(outcome.golden.statistics.saturations > 50);
}
