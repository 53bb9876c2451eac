use dysta_config::system::check_system;

use super::scheduler;
use crate::leaf;

fn texts(system: &str, sets: &[&str]) -> (Vec<(&'static str, String)>, String) {
    let sets: Vec<String> = sets.iter().map(|s| s.to_string()).collect();
    let (system, _) = check_system(system, &sets)
        .unwrap_or_else(|d| panic!("{}", d.render(dysta_config::diag::Style::Plain)));
    let design = scheduler(&system.scheduler).unwrap_or_else(|e| panic!("{e}"));
    let leaves = design
        .leaves
        .iter()
        .map(|l| (l.name, l.render(&[]).unwrap_or_default()));
    let printed = design.printed.iter().map(|m| (name(&m.name), m.print(&[])));
    (leaves.chain(printed).collect(), design.top)
}

/// Module names as the tools helper wants them; a test may leak a few bytes.
fn name(name: &str) -> &'static str {
    Box::leak(name.to_string().into_boxed_str())
}

/// Names of nets and modules that a scheduler has, and that it has not.
#[track_caller]
fn check_parts(settings: &[&str], present: &[&str], absent: &[&str]) {
    let (files, _) = texts("tiny", settings);
    let of_policy = |name: &str| ["dysta_lane", "dysta_update", "dysta_entries"].contains(&name);
    let printed = files.iter().filter(|(name, _)| of_policy(name));
    let text: String = printed.map(|(_, text)| text.as_str()).collect();
    for part in present {
        assert!(text.contains(part), "{settings:?} lacks {part}");
    }
    for part in absent {
        assert!(!text.contains(part), "{settings:?} has {part}");
    }
}

#[test]
fn only_what_a_score_needs_is_built() {
    let update = "module dysta_update";
    for policy in ["fcfs", "edf"] {
        check_parts(
            &[&format!("scheduler.policy={policy}")],
            &[],
            &[update, "dysta_mul", "last_run", "gamma_", "inv_"],
        );
    }
    check_parts(
        &["scheduler.policy=sjf"],
        &[update],
        &["dysta_mul", "gamma_", "inv_"],
    );
    check_parts(
        &["scheduler.policy=weighted_srpt"],
        &[update, "gamma_sum"],
        &["last_run", "inv_queue"],
    );
    check_parts(
        &["scheduler.policy=llf"],
        &[update, "gamma_sum"],
        &["last_run", "inv_queue", "inv_isolated"],
    );
    let predictors: [(&str, &[&str], &[&str]); 5] = [
        ("none", &[], &["gamma_", "nnz", "inv_density", "run_time"]),
        ("density_last", &["nnz_i"], &["sum_valid", "inv_layers"]),
        ("density_last_n", &["ratios_", "last_ratio"], &["run_time"]),
        ("density_average", &["gamma_sum"], &["ratios_", "run_time"]),
        (
            "latency_ratio",
            &["run_time", "inv_elapsed"],
            &["nnz", "inv_density", "inv_layers", "ratio_"],
        ),
    ];
    for (predictor, present, absent) in predictors {
        let predictor = format!("scheduler.predictor={predictor}");
        check_parts(
            &["scheduler.policy=sjf_sparse", &predictor],
            present,
            absent,
        );
    }
}

#[test]
fn presets_are_lint_clean_in_all_tools() {
    let cases: [(&str, &[&str]); 20] = [
        ("tiny", &["scheduler.lanes=2"]),
        (
            "tiny",
            &["scheduler.policy.score=select(running < 1, arrival, deadline)"],
        ),
        ("edge", &["scheduler.lanes=8", "scheduler.capacity=60"]),
        ("tiny", &[]),
        ("edge", &[]),
        ("edge", &["scheduler.policy=fcfs"]),
        ("edge", &["scheduler.policy=edf"]),
        ("tiny", &["scheduler.policy=sjf"]),
        ("tiny", &["scheduler.policy=sjf_sparse"]),
        ("tiny", &["scheduler.policy=llf"]),
        ("tiny", &["scheduler.predictor=density_last"]),
        ("tiny", &["scheduler.predictor=density_last_n"]),
        (
            "tiny",
            &["scheduler.predictor=latency_ratio", "scheduler.lanes=2"],
        ),
        ("edge", &["scheduler.policy=weighted_srpt"]),
        ("edge", &["scheduler.policy=slack_srpt"]),
        (
            "tiny",
            &["scheduler.policy=slack_srpt", "scheduler.lanes=2"],
        ),
        ("edge", &["scheduler.policy=slack_ramp"]),
        (
            "tiny",
            &[
                "scheduler.policy.score=(gamma - 1) * (priority - 3) * (deadline - now) * inv_isolated * (queue - 5)",
            ],
        ),
        ("datacenter", &[]),
        ("datacenter_lite", &[]),
    ];
    for (system, sets) in cases {
        let (files, top) = texts(system, sets);
        crate::vlog::tests::tools::assert_reads(&files, &top, &[]);
    }
    assert!(!leaf::LEAVES.is_empty());
}
