//! The numeric state of the golden model along the recorded schedules of policy `dysta`: the recordings' times and choices are
//! imposed, and candidates, γ and scores must follow.

mod support;

use dysta_config::system::{System, check_system};
use dysta_sim::bounds::score_bound;
use dysta_sim::exact::Exact;
use dysta_sim::golden::{ForcedCandidate, ForcedDecision, ForcedState, forced};
use dysta_sim::scenario::Scenario;
use dysta_sim::table::{RecordedDecision, RecordedRun, Recording};
use dysta_sim::trace::ProfileTrace;
use dysta_sim::units::seconds_to_cycles;
use dysta_sim::workload::Workload;
use support::{FAMILIES, profiles, recordings};

const BETA: f64 = 0.01;
/// Largest distance of γ (design: scheduler, "How a wrong RTL could pass").
const GAMMA_BOUND: f64 = 1.0 / 8192.0;

/// `edge` as the recordings were made: 200 MHz, penalties in seconds.
fn system() -> System {
    let sets = [
        "clock_mhz=200",
        "scheduler.policy.params.penalty_scale=clock",
    ]
    .map(str::to_owned);
    check_system("edge", &sets).expect("a valid system").0
}

fn scenario(
    system: &System,
    name: &str,
    recording: &Recording,
    traces: &[ProfileTrace],
) -> Scenario {
    let requests = recording.requests(name, traces).expect("valid table");
    let workload = Workload::new(name, traces.to_vec(), requests).expect("valid workload");
    Scenario::new(system.scheduler.clone(), system.clock_hz, workload).expect("the tables hold it")
}

/// Times and choices of a recorded run; a layer ends its own latency after its decision.
fn schedule(scenario: &Scenario, run: &RecordedRun) -> Vec<ForcedDecision> {
    let mut executed = vec![0; scenario.requests.len()];
    let cycles = |seconds| seconds_to_cycles(seconds, scenario.clock_hz).expect("a time in range");
    let decision = |decision: &RecordedDecision| {
        let chosen = decision.chosen as usize;
        let request = &scenario.workload.requests[chosen];
        let sample = &scenario.workload.profiles[request.profile].samples[request.sample];
        let latency = sample.latency_s[executed[chosen]];
        executed[chosen] += 1;
        ForcedDecision {
            now: cycles(decision.time_s),
            chosen,
            end: cycles(decision.time_s + latency),
        }
    };
    run.trace.iter().map(decision).collect()
}

/// Largest distances of γ and of the score, the latter in units of time.
#[derive(Default)]
struct Distance {
    gamma: f64,
    score_units: f64,
}

impl Distance {
    fn add(&mut self, gamma: f64, score_units: f64) {
        self.gamma = self.gamma.max(gamma);
        self.score_units = self.score_units.max(score_units);
    }
}

/// A recorded value is slack plus penalty; the score is the remaining time and beta times it.
fn real_score_s(scenario: &Scenario, candidate: &ForcedCandidate, values: &[f64]) -> f64 {
    let profile = scenario.workload.requests[candidate.request].profile;
    let stats = &scenario.workload.stats[profile];
    values[1] * stats.remaining_s[candidate.layer as usize] + BETA * values[0]
}

fn check_decision(
    scenario: &Scenario,
    state: &ForcedState,
    recorded: &RecordedDecision,
    worst: &mut Distance,
) {
    let found: Vec<u64> = state
        .candidates
        .iter()
        .map(|candidate| candidate.request as u64)
        .collect();
    let wanted: Vec<u64> = recorded.queue.iter().map(|entry| entry.request).collect();
    assert_eq!(found, wanted, "candidates at {} s", recorded.time_s);
    let program = &scenario.params.program;
    let units = scenario.clock_hz as f64 / f64::from(scenario.params.spec.time_unit_cycles);
    let one = scenario.params.spec.numbers.gamma_one() as f64;
    for (candidate, entry) in state.candidates.iter().zip(&recorded.queue) {
        let score = program.score_value(candidate.score);
        let real = real_score_s(scenario, candidate, &entry.values) * units;
        worst.add(
            (candidate.gamma as f64 / one - entry.values[1]).abs(),
            (score - real).abs(),
        );
    }
}

fn check_recording(name: &str, scenario: &Scenario, run: &RecordedRun) {
    let exact = Exact::new(&scenario.params, &scenario.image);
    let states = forced(
        &scenario.shape(),
        &exact,
        &scenario.requests,
        &schedule(scenario, run),
    );
    assert_eq!(states.len(), run.trace.len());
    let mut worst = Distance::default();
    for (state, recorded) in states.iter().zip(&run.trace) {
        check_decision(scenario, state, recorded, &mut worst);
    }
    let bound = score_bound(scenario);
    assert_eq!(bound.saturating, Vec::<String>::new(), "{name}");
    let bound = bound.error_units;
    assert!(
        worst.gamma <= GAMMA_BOUND,
        "{name}: gamma is off by {}",
        worst.gamma
    );
    assert!(
        worst.score_units <= bound,
        "{name}: a score is off by {} units, {bound} are allowed",
        worst.score_units
    );
}

#[test]
fn golden_follows_every_short_recording() {
    let system = system();
    let traces = FAMILIES.map(|family| (family, profiles(family)));
    let mut decisions = 0;
    for (name, recording) in recordings("small") {
        let family = traces
            .iter()
            .find(|(family, _)| *family == recording.table.family);
        let scenario = scenario(&system, &name, &recording, &family.expect("known family").1);
        let run = &recording.runs["dysta"];
        check_recording(&name, &scenario, run);
        decisions += run.trace.len();
    }
    assert_eq!(decisions, 7_420);
}
