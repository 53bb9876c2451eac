//! Rules of the engine that the recordings do not decide, on small workloads.

use dysta_sim::engine::{
    Averages, Costs, DecisionCost, Monitor, Needs, Open, Options, Predictor, Profiles, Recorder,
    SampleUse, ScoreEnv, Semantics, Summary, run,
};
use dysta_sim::policies::Scores;
use dysta_sim::table::Request;
use dysta_sim::trace::{LayerMeta, ProfileTrace, SampleTrace};

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
type Arrivals<'a> = &'a [(usize, f64)];

fn request(&(sample, arrival_s): &(usize, f64)) -> Request {
    Request {
        profile: 0,
        sample,
        arrival_s,
        target_s: 20.0,
        priority: 1,
    }
}

const GAMMA: Needs = Needs {
    averages: Averages::Pattern,
    gamma: true,
};

fn play(
    profiles: &Profiles,
    requests: Arrivals<'_>,
    options: &Options,
    needs: Needs,
    score: impl Fn(&ScoreEnv) -> f64,
) -> (Summary, Recorder) {
    let mut recorder = Recorder::with_decisions();
    let mut requests = Open::new(requests.iter().map(request));
    let mut policy = Scores::new(needs, score);
    let summary = run(profiles, &mut requests, &mut policy, options, &mut recorder);
    (summary.expect("valid requests"), recorder)
}

fn profiles(monitor: Monitor) -> Profiles {
    Profiles::new(&[profile()], monitor, SampleUse::Shared).expect("one pattern")
}

fn traced(requests: Arrivals<'_>, score: impl Fn(&ScoreEnv) -> f64) -> (Summary, Recorder) {
    played(requests, &Options::default(), score)
}

fn played(
    requests: Arrivals<'_>,
    options: &Options,
    score: impl Fn(&ScoreEnv) -> f64,
) -> (Summary, Recorder) {
    play(
        &profiles(Monitor::Sparsity),
        requests,
        options,
        GAMMA,
        score,
    )
}

fn order(run: &Recorder) -> Vec<u64> {
    run.schedule.iter().map(|layer| layer.0).collect()
}

/// Live requests at each decision.
fn queues(run: &Recorder) -> Vec<Vec<u64>> {
    let queue = |decision: &dysta_sim::engine::RecordedDecision| {
        decision.queue.iter().map(|entry| entry.index).collect()
    };
    run.decisions.iter().map(queue).collect()
}

/// Gamma at the decisions of one request alone.
fn gammas(profiles: &Profiles, sample: usize, predictor: Predictor) -> Vec<f64> {
    let options = Options {
        predictor,
        ..Options::default()
    };
    let (_, run) = play(profiles, &[(sample, 0.0)], &options, GAMMA, |_| 0.0);
    let gamma = |decision: &dysta_sim::engine::RecordedDecision| decision.queue[0].values[1];
    run.decisions.iter().map(gamma).collect()
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
                gammas(&profiles(monitor), 0, predictor),
                expected,
                "{predictor:?} {monitor:?}"
            );
        }
    }
}

#[test]
fn a_layer_without_average_has_ratio_1() {
    let mut dense = profile();
    dense
        .samples
        .iter_mut()
        .for_each(|sample| sample.sparsity[0] = 1.0);
    for monitor in [Monitor::Sparsity, Monitor::Nonzeros] {
        let profiles = Profiles::new(&[dense.clone()], monitor, SampleUse::Shared);
        let profiles = profiles.expect("one pattern");
        assert_eq!(gammas(&profiles, 0, Predictor::DensityLast)[1], 1.0);
    }
}

#[test]
fn an_arrival_at_the_clock_waits_for_the_next_decision() {
    let (_, result) = traced(&[(0, 0.0), (0, 1.0)], |env| env.arrival);
    assert_eq!(queues(&result)[..3], [vec![0], vec![0], vec![0, 1]]);
}

#[test]
fn an_idle_machine_waits_for_the_next_arrival_only() {
    let (_, result) = traced(&[(0, 0.0), (0, 50.0), (0, 50.0)], |env| env.arrival);
    assert_eq!(result.decisions[3].time_s, 50.0);
    assert_eq!(queues(&result)[3..5], [vec![1], vec![1, 2]]);
}

#[test]
fn the_clock_never_goes_back_to_an_arrival() {
    // The second request arrives while the last layer of the first runs.
    let (_, result) = traced(&[(0, 0.0), (0, 5.5)], |env| env.arrival);
    assert_eq!(result.finish_s(), [6.0, 12.0]);
}

#[test]
fn all_that_arrived_during_the_last_layer_are_admitted_together() {
    let (_, result) = traced(&[(0, 0.0), (0, 5.0), (0, 5.5), (0, 6.0)], |env| env.arrival);
    assert_eq!(queues(&result)[3], [1, 2]);
}

#[test]
fn the_published_clock_goes_back_and_admits_one() {
    let options = Options {
        semantics: Semantics::Published2023,
        ..Options::default()
    };
    let arrivals = [(0, 0.0), (0, 5.0), (0, 5.5), (0, 6.0)];
    let (summary, result) = played(&arrivals[..1], &options, |env| env.arrival);
    assert_eq!((summary.clock_back_n, summary.clock_back_s), (0, 0.0));
    assert_eq!(result.finish_s(), [6.0]);
    // The first ends at 6: the clock goes back to 5, where only the second is live; the others wait until it has run a layer.
    let back = [(0, 0.0), (0, 5.0), (0, 5.0), (0, 5.5)];
    let (summary, result) = played(&[back[0], (0, 5.5)], &options, |env| env.arrival);
    assert_eq!((summary.clock_back_n, summary.clock_back_s), (1, 0.5));
    assert_eq!(result.finish_s(), [6.0, 11.5]);
    let (_, result) = played(&back, &options, |env| -env.arrival);
    assert_eq!(queues(&result)[2..4], [vec![0], vec![1]]);
}

#[test]
fn ties_go_to_the_earliest_admitted() {
    let (summary, result) = traced(&[(0, 0.0), (0, 0.0), (0, 0.0)], |_| 7.0);
    assert_eq!(order(&result), [0, 0, 0, 1, 1, 1, 2, 2, 2]);
    assert_eq!(
        (summary.preemptions, summary.switches, summary.contested),
        (0, 2, 5)
    );
}

#[test]
fn a_nan_never_wins_against_a_number() {
    let first_is_nan = |env: &ScoreEnv| if env.arrival == 0.0 { f64::NAN } else { 1.0 };
    let (_, result) = traced(&[(0, 0.0), (0, 0.5)], first_is_nan);
    assert_eq!(result.schedule[..4], [(0, 0), (1, 0), (1, 1), (1, 2)]);
    let (_, all_nan) = traced(&[(0, 0.0), (0, 0.5)], |_| f64::NAN);
    assert_eq!(all_nan.schedule[..3], [(0, 0), (0, 1), (0, 2)]);
}

#[test]
fn preemptions_count_only_requests_with_layers_left() {
    // The latest arrival runs: it preempts once and its end is no preemption.
    let (summary, result) = traced(&[(0, 0.0), (0, 0.5)], |env| -env.arrival);
    assert_eq!(order(&result), [0, 1, 1, 1, 0, 0]);
    assert_eq!(
        (summary.preemptions, summary.switches, summary.contested),
        (1, 2, 3)
    );
    assert_eq!((summary.queue_max, summary.queue_sum), (2, 9));
}

#[test]
fn costs_are_added_where_they_arise() {
    let options = Options {
        costs: Costs {
            decision: DecisionCost::Fixed(0.25),
            preemption_s: 0.5,
            preemption_share: 0.25,
            admission_s: 0.125,
        },
        ..Options::default()
    };
    // Layers of request 0: 1, 2, 3. The second request runs after the first layer of the first and preempts it.
    let (summary, result) = played(&[(0, 0.0), (0, 0.5)], &options, |env| -env.arrival);
    assert_eq!(order(&result), [0, 1, 1, 1, 0, 0]);
    let times: Vec<_> = result
        .layers
        .iter()
        .map(|l| (l.decided_s, l.start_s, l.end_s))
        .collect();
    assert_eq!(
        times[..3],
        [
            (0.125, 0.375, 1.375),
            (1.375, 1.625, 3.375),
            (3.375, 3.625, 5.625)
        ]
    );
    assert_eq!(
        (
            summary.decision_s,
            summary.preemption_s,
            summary.admission_s
        ),
        (1.5, 0.75, 0.25)
    );
    assert_eq!(summary.busy_s, 12.75);
}

#[test]
fn profiling_samples_are_apart_from_run_samples() {
    let apart = Profiles::new(&[profile()], Monitor::Sparsity, SampleUse::Apart);
    let apart = apart.expect("one pattern");
    let apart = &apart.list()[0];
    assert_eq!((apart.stats.isolated_s, apart.runnable()), (6.0, &[1][..]));
    let mut single = profile();
    single.samples.truncate(1);
    let single = Profiles::new(&[single], Monitor::Sparsity, SampleUse::Apart);
    assert_eq!(single.expect("one pattern").list()[0].runnable(), [0]);
}

#[test]
fn requests_that_cannot_run_end_the_run() {
    let profiles = profiles(Monitor::Sparsity);
    let good = request(&(0, 1.0));
    let cases = [
        Request { profile: 1, ..good },
        Request { sample: 2, ..good },
        Request {
            arrival_s: 0.5,
            ..good
        },
        Request {
            arrival_s: f64::NAN,
            ..good
        },
        Request {
            arrival_s: f64::INFINITY,
            ..good
        },
        Request {
            target_s: -1.0,
            ..good
        },
        Request {
            target_s: f64::NAN,
            ..good
        },
    ];
    for bad in cases {
        let mut requests = Open::new([good, bad]);
        let mut policy = Scores::new(GAMMA, |_: &ScoreEnv| 0.0);
        let result = run(
            &profiles,
            &mut requests,
            &mut policy,
            &Options::default(),
            &mut (),
        );
        assert!(result.is_err(), "{bad:?}");
    }
}

#[test]
fn the_fields_of_a_score_are_those_of_the_request() {
    let seen = std::cell::RefCell::new(Vec::new());
    traced(&[(0, 0.0), (1, 0.5)], |env| {
        seen.borrow_mut().push(*env);
        env.arrival
    });
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
    let oracle = Needs {
        averages: Averages::Sample,
        gamma: false,
    };
    let profiles = profiles(Monitor::Sparsity);
    play(&profiles, &[(1, 0.0)], &Options::default(), oracle, |env| {
        remaining
            .borrow_mut()
            .push((env.lat_remaining, env.isolated));
        0.0
    });
    assert_eq!(
        *remaining.borrow(),
        [(18.0, 18.0), (15.0, 18.0), (9.0, 18.0)]
    );
}
