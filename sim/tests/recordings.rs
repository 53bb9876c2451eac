//! The yardstick equals the recorded runs bit for bit wherever the recorded clock never went backwards.

mod support;

use std::cell::RefCell;

use dysta_config::system::check_system;
use dysta_sim::float::{FloatScore, Scale};
use dysta_sim::metrics::Metrics;
use dysta_sim::profile::model_latencies;
use dysta_sim::table::{RecordedRun, Recording};
use dysta_sim::trace::ProfileTrace;
use dysta_sim::workload::Workload;
use dysta_sim::yardstick::{
    Knowledge, Options, Predictor, ScoreEnv, ScorePolicy, YardstickRun, run,
};
use support::{FAMILIES, bits, profiles, recordings};

const BETA: f64 = 0.01;

/// Slack plus penalty in seconds, as the reference groups it.
fn urgency(env: &ScoreEnv, remaining: f64) -> f64 {
    let slack = (env.deadline - env.now) - remaining;
    let slack = if slack < 0.0 { 0.0 } else { slack };
    let penalty = ((env.now - env.last_run) / env.isolated) / env.queue;
    slack + penalty
}

fn dysta(env: &ScoreEnv) -> f64 {
    let remaining = env.gamma * env.lat_remaining;
    remaining + BETA * urgency(env, remaining)
}

/// A policy preset in f64, with penalties in seconds where it has any.
fn preset(policy: &str) -> FloatScore {
    let mut sets = vec![format!("scheduler.policy={policy}")];
    if policy == "dysta" {
        sets.push("scheduler.policy.params.penalty_scale=clock".to_owned());
    }
    let (system, _) = check_system("edge", &sets).expect("a preset");
    let scheduler = system.scheduler;
    let scale = Scale::seconds(system.clock_hz, f64::NAN);
    FloatScore::new(&scheduler.program, &scheduler.spec.policy, scale)
}

fn sjf(env: &ScoreEnv) -> f64 {
    env.gamma * env.lat_remaining
}

/// Policy `dysta` that keeps each value as the recordings do: without the remaining time and beta.
#[derive(Default)]
struct LoggedDysta {
    urgencies: RefCell<Vec<f64>>,
}

impl ScorePolicy for LoggedDysta {
    fn score(&self, env: &ScoreEnv) -> f64 {
        let remaining = env.gamma * env.lat_remaining;
        self.urgencies.borrow_mut().push(urgency(env, remaining));
        dysta(env)
    }
}

/// Where a score comes from.
enum Score {
    Preset(&'static str),
    Native(fn(&ScoreEnv) -> f64),
}

/// A policy of the recordings and how the yardstick reproduces it.
struct Case {
    policy: &'static str,
    score: Score,
    predictor: Predictor,
    knowledge: Knowledge,
    per_model: bool,
}

const fn case(policy: &'static str, score: Score) -> Case {
    Case {
        policy,
        score,
        predictor: Predictor::None,
        knowledge: Knowledge::Profile,
        per_model: false,
    }
}

const CASES: [Case; 6] = [
    Case {
        predictor: Predictor::DensityAverage,
        ..case("dysta", Score::Preset("dysta"))
    },
    Case {
        knowledge: Knowledge::Sample,
        ..case("dysta_oracle", Score::Native(dysta))
    },
    Case {
        per_model: true,
        ..case("dysta_naive", Score::Native(dysta))
    },
    Case {
        predictor: Predictor::DensityAverage,
        ..case("sjf_sparse", Score::Native(sjf))
    },
    Case {
        per_model: true,
        ..case("sjf", Score::Native(sjf))
    },
    case("fcfs", Score::Preset("fcfs")),
];

fn workload(name: &str, recording: &Recording, traces: &[ProfileTrace]) -> Workload {
    let requests = recording.requests(name, traces).expect("valid table");
    Workload::new(name, traces.to_vec(), requests).expect("valid workload")
}

fn replay(case: &Case, mut workload: Workload) -> (Workload, YardstickRun) {
    if case.per_model {
        let models = model_latencies(&workload.profiles).expect("equal layers");
        for (stats, profile) in workload.stats.iter_mut().zip(&workload.profiles) {
            *stats = stats.with_latencies(&models[&profile.model]);
        }
    }
    let options = Options {
        predictor: case.predictor,
        knowledge: case.knowledge,
        ..Options::default()
    };
    let result = match case.score {
        Score::Preset(policy) => run(&workload, &options, &preset(policy)),
        Score::Native(score) => run(&workload, &options, &score),
    };
    (workload, result)
}

fn check_run(label: &str, workload: &Workload, result: &YardstickRun, recorded: &RecordedRun) {
    let executed: Vec<(u32, u32)> = recorded.executed().collect();
    assert_eq!(result.schedule, executed, "{label}: schedule");
    assert_eq!(
        bits(&result.finish_s),
        bits(&recorded.finish),
        "{label}: finish"
    );
    assert_eq!(
        bits(&workload.isolated_s()),
        bits(&recorded.isolated),
        "{label}: isolated"
    );
    assert_eq!(result.decisions(), recorded.decisions, "{label}: decisions");
    assert_eq!(result.switches(), recorded.switches, "{label}: switches");
    let metrics = Metrics::of_yardstick(workload, result);
    assert_eq!(
        metrics.violation_rate.to_bits(),
        recorded.violation.to_bits(),
        "{label}: violation"
    );
    assert_eq!(
        metrics.inferences_per_s.to_bits(),
        recorded.stp.to_bits(),
        "{label}: inferences per second"
    );
    assert!(
        (metrics.antt / recorded.antt - 1.0).abs() < 1e-12,
        "{label}: antt"
    );
}

/// Replays every recording of a folder and counts those of each case that a correct clock can reproduce.
fn check_folder(folder: &str) -> [usize; CASES.len()] {
    let traces = FAMILIES.map(|family| (family, profiles(family)));
    let mut counts = [0; CASES.len()];
    for (name, recording) in recordings(folder) {
        let family = traces
            .iter()
            .find(|(family, _)| *family == recording.table.family);
        let workload = workload(&name, &recording, &family.expect("known family").1);
        for (case, count) in CASES.iter().zip(&mut counts) {
            let recorded = &recording.runs[case.policy];
            if recorded.clock_back_n == 0 {
                let (workload, result) = replay(case, workload.clone());
                check_run(
                    &format!("{name} {}", case.policy),
                    &workload,
                    &result,
                    recorded,
                );
                *count += 1;
            }
        }
    }
    counts
}

#[test]
fn long_recordings_are_reproduced() {
    assert_eq!(check_folder("full"), [6; 6]);
}

#[test]
fn short_recordings_are_reproduced() {
    assert_eq!(check_folder("small"), [16; 6]);
}

/// Time, chosen request and, for each live request in order, its index, slack plus penalty and gamma.
type Row = (u64, u64, Vec<(u64, [u64; 2])>);

fn recorded_rows(recorded: &RecordedRun) -> Vec<Row> {
    let rows = recorded.trace.iter().map(|decision| {
        let entry = |entry: &dysta_sim::table::RecordedEntry| {
            let values = entry.values.as_slice();
            (entry.request, [values[0].to_bits(), values[1].to_bits()])
        };
        let queue = decision.queue.iter().map(entry).collect();
        (decision.time_s.to_bits(), decision.chosen, queue)
    });
    rows.collect()
}

fn replayed_rows(workload: &Workload) -> Vec<Row> {
    let policy = LoggedDysta::default();
    let options = Options {
        trace: true,
        ..Options::default()
    };
    let result = run(workload, &options, &policy);
    let mut urgencies = policy.urgencies.into_inner().into_iter();
    let mut rows = Vec::new();
    for decision in result.trace {
        let mut queue = Vec::new();
        for entry in decision.queue {
            let urgency = urgencies.next().expect("one score for each live request");
            queue.push((
                u64::from(entry.request),
                [urgency.to_bits(), entry.gamma.to_bits()],
            ));
        }
        rows.push((decision.time_s.to_bits(), u64::from(decision.chosen), queue));
    }
    rows
}

#[test]
fn every_score_and_gamma_of_short_recordings_is_reproduced() {
    let mut decisions = 0;
    for (name, recording) in recordings("small") {
        let workload = workload(&name, &recording, &profiles(&recording.table.family));
        let recorded = recorded_rows(&recording.runs["dysta"]);
        let replayed = replayed_rows(&workload);
        assert_eq!(replayed.len(), recorded.len(), "{name}");
        for (index, (ours, theirs)) in replayed.iter().zip(&recorded).enumerate() {
            assert_eq!(ours, theirs, "{name}: decision {index}");
        }
        decisions += recorded.len();
    }
    assert_eq!(decisions, 7_420);
}

#[test]
fn targets_follow_from_the_base_target() {
    for (name, recording) in recordings("small") {
        let base = support::derived(&recording.table.family).base_targets_s();
        let targets = recording
            .table
            .targets_s(&name, &base, recording.slo_mult)
            .expect("known models");
        assert_eq!(bits(&targets), bits(&recording.target), "{name}");
    }
}
