//! Rules of the yardstick that the recordings do not decide, on small workloads.

use dysta_sim::table::Request;
use dysta_sim::trace::{LayerMeta, ProfileTrace, SampleTrace};
use dysta_sim::workload::Workload;
use dysta_sim::yardstick::{Knowledge, Monitor, Options, Predictor, ScoreEnv, YardstickRun, run};

/// Two samples of three layers; averages: latency 2, 4, 6; sparsity 0.5; non-zeros 4 of 8, 2 of 4, 8 of 16.
fn profile() -> ProfileTrace {
    let layer = |elements: u64| LayerMeta {
        name: elements.to_string(),
        elements,
    };
    let sample = |id, latency_s: [f64; 3], sparsity: [f64; 3]| SampleTrace {
        id,
        latency_s: latency_s.to_vec(),
        sparsity: sparsity.to_vec(),
    };
    ProfileTrace {
        name: "net.dense".to_owned(),
        model: "net".to_owned(),
        layers: vec![layer(8), layer(4), layer(16)],
        samples: vec![
            sample(0, [1.0, 2.0, 3.0], [0.25, 0.5, 0.75]),
            sample(1, [3.0, 6.0, 9.0], [0.75, 0.5, 0.25]),
        ],
    }
}

/// Requests as (sample, arrival), with a target of 20 s.
fn workload(requests: &[(usize, f64)]) -> Workload {
    let request = |&(sample, arrival_s): &(usize, f64)| Request {
        profile: 0,
        sample,
        arrival_s,
        target_s: 20.0,
        priority: 1,
    };
    let requests = requests.iter().map(request).collect();
    Workload::new("test", vec![profile()], requests).expect("valid")
}

fn traced(workload: &Workload, score: impl Fn(&ScoreEnv) -> f64) -> YardstickRun {
    let options = Options {
        trace: true,
        ..Options::default()
    };
    run(workload, &options, &score)
}

/// Live requests at each decision.
fn queues(run: &YardstickRun) -> Vec<Vec<u32>> {
    let ids = |decision: &dysta_sim::yardstick::Decision| {
        decision.queue.iter().map(|entry| entry.request).collect()
    };
    run.trace.iter().map(ids).collect()
}

/// Gamma at the decisions of one request alone.
fn gammas(sample: usize, predictor: Predictor, monitor: Monitor) -> Vec<f64> {
    let options = Options {
        predictor,
        monitor,
        trace: true,
        ..Options::default()
    };
    let result = run(&workload(&[(sample, 0.0)]), &options, &|_: &ScoreEnv| 0.0);
    result
        .trace
        .iter()
        .map(|decision| decision.queue[0].gamma)
        .collect()
}

#[test]
fn each_predictor_follows_its_definition() {
    let cases = [
        (Predictor::None, [1.0, 1.0, 1.0]),
        (Predictor::DensityLast, [1.0, 1.5, 1.0]),
        (Predictor::DensityLastN(0), [1.0, 1.5, 1.0]),
        (Predictor::DensityLastN(1), [1.0, 1.5, 1.0]),
        (Predictor::DensityLastN(2), [1.0, 1.5, 1.25]),
        (Predictor::DensityAverage, [1.0, 1.5, 1.25]),
        (Predictor::LatencyRatio, [1.0, 0.5, 0.5]),
    ];
    for (predictor, expected) in cases {
        for monitor in [Monitor::Sparsity, Monitor::Nonzeros] {
            assert_eq!(
                gammas(0, predictor, monitor),
                expected,
                "{predictor:?} {monitor:?}"
            );
        }
    }
}

#[test]
fn a_layer_without_average_has_ratio_1() {
    let mut workload = workload(&[(0, 0.0)]);
    workload.stats[0].avg_sparsity[0] = 1.0;
    workload.stats[0].avg_nnz[0] = 0.0;
    for monitor in [Monitor::Sparsity, Monitor::Nonzeros] {
        let options = Options {
            monitor,
            trace: true,
            ..Options::default()
        };
        let result = run(&workload, &options, &|_: &ScoreEnv| 0.0);
        assert_eq!(result.trace[1].queue[0].gamma, 1.0);
    }
}

#[test]
fn an_arrival_at_the_clock_waits_for_the_next_decision() {
    let result = traced(&workload(&[(0, 0.0), (0, 1.0)]), |env| env.arrival);
    assert_eq!(queues(&result)[..3], [vec![0], vec![0], vec![0, 1]]);
}

#[test]
fn an_idle_machine_waits_for_the_next_arrival_only() {
    let result = traced(&workload(&[(0, 0.0), (0, 50.0), (0, 50.0)]), |env| {
        env.arrival
    });
    assert_eq!(result.trace[3].time_s, 50.0);
    assert_eq!(queues(&result)[3..5], [vec![1], vec![1, 2]]);
}

#[test]
fn the_clock_never_goes_back_to_an_arrival() {
    // The second request arrives while the last layer of the first runs.
    let result = traced(&workload(&[(0, 0.0), (0, 5.5)]), |env| env.arrival);
    assert_eq!(result.finish_s, [6.0, 12.0]);
}

#[test]
fn all_that_arrived_during_the_last_layer_are_admitted_together() {
    let result = traced(
        &workload(&[(0, 0.0), (0, 5.0), (0, 5.5), (0, 6.0)]),
        |env| env.arrival,
    );
    assert_eq!(queues(&result)[3], [1, 2]);
}

#[test]
fn ties_go_to_the_earliest_admitted() {
    let result = traced(&workload(&[(0, 0.0), (0, 0.0), (0, 0.0)]), |_| 7.0);
    assert_eq!(
        result.schedule.iter().map(|run| run.0).collect::<Vec<_>>(),
        [0, 0, 0, 1, 1, 1, 2, 2, 2]
    );
    assert_eq!(
        (result.preemptions, result.switches(), result.contested),
        (0, 2, 5)
    );
}

#[test]
fn a_nan_never_wins_against_a_number() {
    let first_is_nan = |env: &ScoreEnv| if env.arrival == 0.0 { f64::NAN } else { 1.0 };
    let result = traced(&workload(&[(0, 0.0), (0, 0.5)]), first_is_nan);
    assert_eq!(result.schedule[..4], [(0, 0), (1, 0), (1, 1), (1, 2)]);
    let all_nan = traced(&workload(&[(0, 0.0), (0, 0.5)]), |_| f64::NAN);
    assert_eq!(all_nan.schedule[..3], [(0, 0), (0, 1), (0, 2)]);
}

#[test]
fn preemptions_count_only_requests_with_layers_left() {
    // The latest arrival runs: it preempts once and its end is no preemption.
    let result = traced(&workload(&[(0, 0.0), (0, 0.5)]), |env| -env.arrival);
    assert_eq!(
        result.schedule.iter().map(|run| run.0).collect::<Vec<_>>(),
        [0, 1, 1, 1, 0, 0]
    );
    assert_eq!(
        (result.preemptions, result.switches(), result.contested),
        (1, 2, 3)
    );
}

#[test]
fn the_fields_of_a_score_are_those_of_the_request() {
    let seen = std::cell::RefCell::new(Vec::new());
    let policy = |env: &ScoreEnv| {
        seen.borrow_mut().push(*env);
        env.arrival
    };
    run(
        &workload(&[(0, 0.0), (1, 0.5)]),
        &Options::default(),
        &policy,
    );
    let (first, second) = (seen.borrow()[1], seen.borrow()[2]);
    let expected = ScoreEnv {
        now: 1.0,
        deadline: 20.0,
        arrival: 0.0,
        last_run: 1.0,
        priority: 1.0,
        gamma: 1.5,
        lat_remaining: 10.0,
        isolated: 12.0,
        queue: 2.0,
        layer: 1.0,
        running: 1.0,
    };
    assert_eq!(first, expected);
    let waiting = ScoreEnv {
        deadline: 20.5,
        arrival: 0.5,
        last_run: 0.5,
        gamma: 1.0,
        lat_remaining: 12.0,
        layer: 0.0,
        running: 0.0,
        ..expected
    };
    assert_eq!(second, waiting);
}

#[test]
fn an_oracle_knows_the_sample() {
    let remaining = std::cell::RefCell::new(Vec::new());
    let policy = |env: &ScoreEnv| {
        remaining
            .borrow_mut()
            .push((env.lat_remaining, env.isolated));
        0.0
    };
    let options = Options {
        knowledge: Knowledge::Sample,
        ..Options::default()
    };
    run(&workload(&[(1, 0.0)]), &options, &policy);
    assert_eq!(
        *remaining.borrow(),
        [(18.0, 18.0), (15.0, 18.0), (9.0, 18.0)]
    );
}
