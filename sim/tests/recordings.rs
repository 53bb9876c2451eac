//! Every recorded run of every policy of the paper is reproduced, schedule, times and scores in every bit.

mod support;

use dysta_config::system::check_system;
use dysta_sim::engine::{
    Monitor, Open, Options, Policy, Profiles, Recorder, Semantics, Summary, run,
};
use dysta_sim::float::{FloatScore, Scale};
use dysta_sim::metrics::Metrics;
use dysta_sim::policies::{Expression, PAPER, Scores, Settings, of_paper};
use dysta_sim::table::{RecordedRun, Recording, Request};
use support::{FAMILIES, bits, profiles, recordings};

const PUBLISHED: Semantics = Semantics::Published2023;

fn play(
    profiles: &Profiles,
    requests: &[Request],
    policy: &mut dyn Policy,
    semantics: Semantics,
) -> (Summary, Recorder) {
    let options = Options {
        semantics,
        ..Options::default()
    };
    let mut recorder = match requests.len() {
        ..100 => Recorder::with_decisions(),
        _ => Recorder::default(),
    };
    let mut requests = Open::new(requests.iter().copied());
    let summary = run(profiles, &mut requests, policy, &options, &mut recorder);
    (summary.expect("valid requests"), recorder)
}

fn check_run(label: &str, (summary, result): (Summary, Recorder), recorded: &RecordedRun) {
    let executed: Vec<(u64, u32)> = recorded
        .executed()
        .map(|(r, l)| (u64::from(r), l))
        .collect();
    assert!(result.schedule == executed, "{label}: schedule");
    assert_eq!(bits(&result.finish_s()), bits(&recorded.finish), "{label}");
    assert_eq!(summary.decisions, recorded.decisions, "{label}: decisions");
    assert_eq!(summary.switches, recorded.switches, "{label}: switches");
    let isolated = result
        .outcomes()
        .iter()
        .map(|o| o.isolated_s)
        .collect::<Vec<_>>();
    assert_eq!(bits(&isolated), bits(&recorded.isolated), "{label}");
    let metrics = Metrics::new(&result.outcomes());
    let pairs = [
        (metrics.violation_rate, recorded.violation),
        (metrics.inferences_per_s, recorded.stp),
    ];
    for (ours, theirs) in pairs {
        assert_eq!(ours.to_bits(), theirs.to_bits(), "{label}");
    }
    assert!(
        (metrics.antt / recorded.antt - 1.0).abs() < 1e-12,
        "{label}"
    );
    for (index, (ours, theirs)) in result.decisions.iter().zip(&recorded.trace).enumerate() {
        assert_eq!(
            row_of(ours),
            recorded_row(theirs),
            "{label}: decision {index}"
        );
    }
}

/// Time, chosen request and, for each live request in order, its index and values.
type Row = (u64, u64, Vec<(u64, Vec<u64>)>);

fn row_of(decision: &dysta_sim::engine::RecordedDecision) -> Row {
    let entry = |entry: &dysta_sim::engine::Scored| (entry.index, bits(&entry.values));
    let queue = decision.queue.iter().map(entry).collect();
    (decision.time_s.to_bits(), decision.chosen, queue)
}

fn recorded_row(decision: &dysta_sim::table::RecordedDecision) -> Row {
    let entry = |entry: &dysta_sim::table::RecordedEntry| (entry.request, bits(&entry.values));
    let queue = decision.queue.iter().map(entry).collect();
    (decision.time_s.to_bits(), decision.chosen, queue)
}

/// Replays every recording of a folder under every policy; gives the number of runs.
fn check_folder(folder: &str, mut check: impl FnMut(&str, &Profiles, &[Request], &Recording)) {
    let traces = FAMILIES.map(|family| (family, profiles(family)));
    for (name, recording) in recordings(folder) {
        let family = traces
            .iter()
            .find(|(family, _)| *family == recording.table.family);
        let traces = &family.expect("known family").1;
        let requests = recording.requests(&name, traces).expect("valid table");
        let profiles = Profiles::new(traces, Monitor::Sparsity, Default::default());
        check(
            &name,
            &profiles.expect("equal layers"),
            &requests,
            &recording,
        );
    }
}

fn check_policies(folder: &str) -> usize {
    let mut runs = 0;
    check_folder(folder, |name, profiles, requests, recording| {
        assert_eq!(recording.runs.len(), PAPER.len());
        for (policy, recorded) in &recording.runs {
            let mut native = of_paper(policy, &Settings::published()).expect("a policy");
            let label = format!("{name} {policy}");
            check_run(
                &label,
                play(profiles, requests, &mut *native, PUBLISHED),
                recorded,
            );
            // A correct clock differs where the recorded one went back, and nowhere else.
            let correct = play(profiles, requests, &mut *native, Semantics::Correct);
            match recorded.clock_back_n {
                0 => check_run(&label, correct, recorded),
                _ => assert_ne!(correct.1.finish_s(), recorded.finish, "{label}"),
            }
            runs += 1;
        }
    });
    runs
}

#[test]
fn long_recordings_are_reproduced() {
    assert_eq!(check_policies("full"), 88);
}

#[test]
fn short_recordings_are_reproduced() {
    assert_eq!(check_policies("small"), 176);
}

/// A policy preset in f64, with penalties in seconds where it has any: compiled, and evaluated node by node.
fn preset(policy: &str) -> (Expression, FloatScore) {
    let mut sets = vec![format!("scheduler.policy={policy}")];
    if policy == "dysta" {
        sets.push("scheduler.policy.params.penalty_scale=clock".to_owned());
    }
    let (system, _) = check_system("edge", &sets).expect("a preset");
    let scheduler = system.scheduler;
    let scale = Scale::seconds(system.clock_hz, 0.02);
    let spec = &scheduler.spec.policy;
    (
        Expression::new(&scheduler.program, spec, scale),
        FloatScore::new(&scheduler.program, spec, scale),
    )
}

#[test]
fn presets_of_recorded_policies_are_the_recorded_policies() {
    check_folder("small", |name, profiles, requests, recording| {
        for policy in ["fcfs", "dysta", "sjf_sparse"] {
            let (mut compiled, _) = preset(policy);
            let (_, result) = play(profiles, requests, &mut compiled, PUBLISHED);
            let recorded = bits(&recording.runs[policy].finish);
            assert_eq!(bits(&result.finish_s()), recorded, "{name} {policy}");
        }
    });
}

#[test]
fn compiled_scores_have_the_bits_of_the_expression() {
    let presets = [
        "dysta",
        "edf",
        "fcfs",
        "llf",
        "sjf",
        "sjf_sparse",
        "slack_ramp",
        "slack_srpt",
        "weighted_srpt",
    ];
    check_folder("small", |name, profiles, requests, _| {
        for policy in presets {
            let (mut compiled, score) = preset(policy);
            let mut reference = Scores::new(compiled.needs(), score);
            let compiled = play(profiles, requests, &mut compiled, Semantics::Correct).1;
            let reference = play(profiles, requests, &mut reference, Semantics::Correct).1;
            assert_eq!(compiled.decisions.len(), reference.decisions.len());
            for (ours, theirs) in compiled.decisions.iter().zip(&reference.decisions) {
                assert_eq!(row_of(ours), row_of(theirs), "{name} {policy}");
            }
        }
    });
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
