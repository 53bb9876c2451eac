//! Units, workloads in cycles and measures, on numbers worked out by hand.

use dysta_sim::metrics::{Metrics, Outcome, Percentiles};
use dysta_sim::table::Request;
use dysta_sim::trace::{LayerMeta, ProfileTrace, SampleTrace, nonzeros};
use dysta_sim::units::{
    MAX_CYCLES, cycles_to_seconds, cycles_to_units, layer_cycles, seconds_to_cycles, sum_cycles,
    sum_units,
};
use dysta_sim::workload::{CycleRequest, LayerRun, Workload};

const CLOCK_HZ: u64 = 1000;

fn request(profile: usize, arrival_s: f64, target_s: f64) -> Request {
    Request {
        profile,
        sample: 0,
        arrival_s,
        target_s,
        priority: 3,
    }
}

fn cycle_request(arrival: u64, deadline: u64, latencies: &[u64]) -> CycleRequest {
    let layer = |&latency_cycles: &u64| LayerRun {
        latency_cycles,
        nnz: 1,
    };
    CycleRequest {
        id: 0,
        profile: 0,
        arrival,
        deadline,
        priority: 1,
        layers: latencies.iter().map(layer).collect(),
    }
}

#[test]
fn seconds_round_to_even_cycles() {
    let cases = [
        (0.0005, 0),
        (0.0015, 2),
        (0.0025, 2),
        (0.00251, 3),
        (0.0, 0),
    ];
    for (seconds, cycles) in cases {
        assert_eq!(
            seconds_to_cycles(seconds, CLOCK_HZ),
            Some(cycles),
            "{seconds}"
        );
    }
    assert_eq!(layer_cycles(0.0, CLOCK_HZ), Some(1));
    assert_eq!(
        seconds_to_cycles(MAX_CYCLES as f64 / 1e3, CLOCK_HZ),
        Some(MAX_CYCLES)
    );
}

#[test]
fn times_that_are_no_cycle_counts_are_refused() {
    for seconds in [
        f64::NAN,
        f64::INFINITY,
        -0.001,
        (MAX_CYCLES + 1) as f64 / 1e3,
    ] {
        assert_eq!(seconds_to_cycles(seconds, CLOCK_HZ), None, "{seconds}");
    }
}

#[test]
fn cycles_round_down_to_units_and_sums_to_even_units() {
    for (cycles, units) in [(0, 0), (63, 0), (64, 1), (127, 1), (128, 2)] {
        assert_eq!(cycles_to_units(cycles, 64), units);
    }
    for (cycles, units) in [(32.0, 0), (32.5, 1), (96.0, 2), (160.0, 2), (f64::NAN, 0)] {
        assert_eq!(sum_units(cycles, 64), units);
    }
    assert_eq!(sum_cycles(&[0.001, 0.0025], CLOCK_HZ), 3.5);
    assert_eq!(cycles_to_seconds(2500, CLOCK_HZ), 2.5);
}

#[test]
fn nonzeros_round_half_to_even() {
    for (sparsity, elements, count) in [
        (0.5, 5, 2),
        (0.5, 7, 4),
        (0.0, 7, 7),
        (1.0, 7, 0),
        (0.25, 8, 6),
    ] {
        assert_eq!(
            nonzeros(sparsity, elements),
            count,
            "{sparsity} of {elements}"
        );
    }
    assert_eq!(nonzeros(0.0, u64::from(u32::MAX)), u32::MAX);
}

#[test]
fn a_workload_in_cycles_keeps_order_and_gives_each_layer_a_cycle() {
    let layer = |name: &str, elements| LayerMeta {
        name: name.to_owned(),
        elements,
    };
    let profile = ProfileTrace {
        name: "net.dense".to_owned(),
        model: "net".to_owned(),
        layers: vec![layer("a", 8), layer("b", 5)],
        samples: vec![SampleTrace {
            id: 4,
            latency_s: vec![0.0001, 0.0025],
            sparsity: vec![0.25, 0.5],
        }],
    };
    let requests = vec![request(0, 0.0021, 0.01), request(0, 0.0022, 0.0103)];
    let workload = Workload::new("test", vec![profile], requests).expect("valid");
    let cycles = workload.cycle_requests(CLOCK_HZ).expect("fits");
    let times: Vec<_> = cycles
        .iter()
        .map(|r| (r.id, r.arrival, r.deadline, r.priority))
        .collect();
    assert_eq!(times, [(0, 2, 12, 3), (1, 2, 12, 3)]);
    let layers: Vec<_> = cycles[1]
        .layers
        .iter()
        .map(|run| (run.latency_cycles, run.nnz))
        .collect();
    assert_eq!(layers, [(1, 6), (2, 2)]);
    assert_eq!(cycles[1].isolated_cycles(), 3);
    assert_eq!(workload.mean_isolated_s(), 0.0026);
}

#[test]
fn percentiles_are_nearest_ranks() {
    let all = Percentiles::new((1..=200).rev().map(f64::from).collect());
    assert_eq!(
        (all.p50, all.p90, all.p95, all.p99, all.max),
        (100.0, 180.0, 190.0, 198.0, 200.0)
    );
    let three = Percentiles::new(vec![3.0, 1.0, 2.0]);
    assert_eq!((three.p50, three.p90, three.max), (2.0, 3.0, 3.0));
    assert_eq!(Percentiles::new(Vec::new()), Percentiles::default());
}

#[test]
fn measures_of_two_requests() {
    // Turnaround 2 and 4, isolated 1 and 4: slowdown 2 and 1, progress 0.5 and 1. The second ends on its deadline.
    let outcomes = [
        Outcome::from_seconds(&request(0, 1.0, 1.5), 3.0, 1.0),
        Outcome::from_seconds(&request(1, 2.0, 4.0), 6.0, 4.0),
    ];
    let metrics = Metrics::new(&outcomes);
    assert_eq!((metrics.requests, metrics.finished), (2, 2));
    assert_eq!(metrics.violation_rate, 0.5);
    assert_eq!(metrics.antt, 1.5);
    assert_eq!(metrics.stp, 1.5);
    assert_eq!(metrics.inferences_per_s, 2.0 / 5.0);
    assert_eq!(metrics.fairness, 2.25 / (2.0 * 1.25));
    assert_eq!((metrics.latency_s.p50, metrics.latency_s.max), (2.0, 4.0));
    assert_eq!((metrics.slowdown.p50, metrics.slowdown.max), (1.0, 2.0));
    assert_eq!(
        metrics
            .violations_by_profile
            .into_iter()
            .collect::<Vec<_>>(),
        [(0, 1), (1, 0)]
    );
}

#[test]
fn measures_in_cycles_compare_integers() {
    let request = cycle_request(1000, 4000, &[500, 500]);
    let outcome = |finish| Outcome::from_cycles(&request, finish, CLOCK_HZ);
    let on_time = Metrics::new(&[outcome(Some(4000))]);
    assert_eq!(
        (on_time.violation_rate, on_time.antt, on_time.latency_s.max),
        (0.0, 3.0, 3.0)
    );
    let late = Metrics::new(&[outcome(Some(4001)), outcome(None)]);
    assert_eq!(
        (late.requests, late.finished, late.violation_rate),
        (2, 1, 1.0)
    );
}

#[test]
fn requests_that_never_finish_are_violations_and_in_no_mean() {
    let outcome = Outcome::from_cycles(&cycle_request(0, 10, &[5]), None, CLOCK_HZ);
    let metrics = Metrics::new(&[outcome]);
    assert_eq!((metrics.finished, metrics.violation_rate), (0, 1.0));
    assert_eq!(
        (metrics.antt, metrics.stp, metrics.inferences_per_s),
        (0.0, 0.0, 0.0)
    );
}
