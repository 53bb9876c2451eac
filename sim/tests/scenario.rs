//! Scenarios: the hardware's numbers against f64 on the same states, over recordings and over real traces.

mod support;

use dysta_config::expr::Kind;
use dysta_config::expr::bound::analyse;
use dysta_config::system::{System, check_system};
use dysta_sim::bounds::inputs;
use dysta_sim::golden::Sight;
use dysta_sim::scenario::{FloatJudge, Play, Scenario, drawn, recorded};
use dysta_sim::units::MAX_CYCLES;
use support::{FAMILIES, reference};

fn system(name: &str, sets: &[&str]) -> System {
    let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
    check_system(name, &sets).expect("a valid system").0
}

fn scenario(name: &str, sets: &[&str]) -> Scenario {
    let system = system(name, sets);
    let workload = drawn(&system.workload).expect("a workload");
    Scenario::new(system.scheduler, system.clock_hz, workload).expect("it fits")
}

/// Contested decisions, and those that f64 takes otherwise.
fn judged(scenario: &Scenario) -> (usize, usize) {
    let mut judge = FloatJudge::new(scenario);
    let stimulus = scenario.stimulus(&Play::default());
    let trace = scenario
        .golden(&stimulus, &mut judge)
        .expect("the run ends");
    let contested = trace
        .decisions
        .iter()
        .filter(|decision| decision.contested());
    assert_eq!(judge.contested, contested.count());
    (judge.contested, judge.differences.len())
}

#[test]
fn fixed_point_decides_as_f64_on_long_recordings() {
    let sets = [
        "clock_mhz=200",
        "scheduler.policy.params.penalty_scale=clock",
    ];
    let system = system("edge", &sets);
    let (mut tables, mut all) = (0, 0);
    for family in FAMILIES {
        let folder = std::fs::read_dir(reference("full")).expect("recordings");
        let paths = folder.map(|entry| entry.expect("an entry").path());
        for path in paths.filter(|path| path.to_string_lossy().contains(family)) {
            let workload = recorded(&path, &reference("traces").join(family)).expect("a recording");
            let scenario = Scenario::new(system.scheduler.clone(), system.clock_hz, workload);
            let (contested, different) = judged(&scenario.expect("it fits"));
            // At most 1 in 10,000.
            assert!(
                different * 10_000 <= contested,
                "{}: {different} of {contested}",
                path.display()
            );
            tables += 1;
            all += contested;
        }
    }
    assert_eq!(tables, 8);
    assert!(all > 150_000, "{all} contested decisions were judged");
}

/// fp32 decides as f64; fp16 now and then takes a score that is too near to tell from the smallest.
#[test]
fn floating_point_decides_nearly_as_f64() {
    let table = |name: &str| reference("full").join(format!("{name}_slo10_seed1.json.gz"));
    for (on, family, name, most) in [
        ("paper_fp16", "sanger", "sanger_rate50", 0.041),
        ("paper_fp16", "eyerissv2", "eyerissv2_rate6", 0.041),
        ("paper_fp32", "sanger", "sanger_rate50", 0.0001),
    ] {
        let system = system(on, &["clock_mhz=200"]);
        let workload = recorded(&table(name), &reference("traces").join(family));
        let workload = workload.expect("a recording");
        let scenario = Scenario::new(system.scheduler, system.clock_hz, workload);
        let (contested, different) = judged(&scenario.expect("it fits"));
        let share = different as f64 / contested as f64;
        assert!(share <= most, "{on} {name}: {different} of {contested}");
        assert_eq!(different > 0, on == "paper_fp16", "{on} {name}");
    }
}

#[test]
fn fixed_point_decides_as_f64_on_real_traces() {
    for policy in ["dysta", "fcfs", "edf", "sjf", "llf", "slack_srpt"] {
        let (mut contested, mut different) = (0, 0);
        for seed in 1..=5 {
            let sets = [
                format!("scheduler.policy={policy}"),
                format!("workload.seed={seed}"),
            ];
            let (more, others) = judged(&scenario("edge", &sets.each_ref().map(String::as_str)));
            contested += more;
            different += others;
        }
        // At most 1 in 2,000.
        assert!(
            different * 2_000 <= contested,
            "{policy}: {different} of {contested}"
        );
    }
}

/// Every score of a run lies within the printed bound of the real one, and within the printed range.
#[track_caller]
fn check_bound(name: &str, sets: &[&str]) {
    let scenario = scenario(name, sets);
    let program = &scenario.params.program;
    let range = analyse(program, &inputs(&scenario)).nodes[program.score];
    let units_per_s = scenario.clock_hz as f64 / f64::from(scenario.params.spec.time_unit_cycles);
    let scale = match program.nodes[program.score].kind {
        Kind::Area => units_per_s * units_per_s,
        _ => units_per_s,
    };
    let judge = FloatJudge::new(&scenario);
    let mut scores = 0;
    let mut observer = |sight: &Sight<'_>| {
        for (position, raw) in sight.scores.iter().enumerate() {
            let exact = program.score_value(*raw);
            let float = judge.evaluate(sight, position) * scale;
            assert!(
                (exact - float).abs() <= range.error,
                "{exact} {float} {range:?}"
            );
            assert!(
                (range.low..=range.high).contains(&float),
                "{float} {range:?}"
            );
            scores += 1;
        }
    };
    let stimulus = scenario.stimulus(&Play::default());
    scenario
        .golden(&stimulus, &mut observer)
        .expect("the run ends");
    assert!(scores > 500, "{scores}");
}

#[test]
fn scores_stay_within_the_printed_bound() {
    check_bound("tiny", &[]);
    check_bound("tiny", &["scheduler.policy=edf"]);
    check_bound("tiny", &["scheduler.predictor=none"]);
    check_bound("edge", &[]);
    check_bound("edge", &["scheduler.policy=fcfs"]);
    check_bound("paper_fp16", &[]);
    check_bound("paper_fp16", &["scheduler.policy=llf"]);
    check_bound("paper_fp32", &[]);
    check_bound("edge", &["scheduler.policy.params.penalty_scale=clock"]);
}

const PREDICTORS: [&str; 5] = [
    "none",
    "density_last",
    "density_last_n",
    "density_average",
    "latency_ratio",
];

/// Each policy with each predictor: scores within their bound, and decisions as f64 takes them.
#[test]
fn every_policy_and_predictor_follows_f64() {
    let policies = [
        "dysta",
        "llf",
        "sjf_sparse",
        "weighted_srpt",
        "slack_srpt",
        "slack_ramp",
    ];
    for policy in policies {
        for predictor in PREDICTORS {
            let policy = format!("scheduler.policy={policy}");
            let predictor = format!("scheduler.predictor={predictor}");
            let sets = [policy.as_str(), &predictor, "workload.requests=60"];
            check_bound("tiny", &sets);
            let (contested, different) = judged(&scenario("edge", &[&policy, &predictor]));
            assert!(
                different * 500 <= contested,
                "{policy} {predictor}: {different} of {contested}"
            );
        }
    }
}

#[test]
fn a_later_start_moves_every_stamp() {
    let scenario = scenario("tiny", &["scheduler.policy=edf"]);
    let start = 1 << 40;
    let late = Play {
        now_start: start,
        ..Play::default()
    };
    let run = |play: &Play| {
        let stimulus = scenario.stimulus(play);
        let trace = scenario.golden(&stimulus, &mut ()).expect("the run ends");
        let stamps: Vec<u64> = trace
            .events
            .iter()
            .map(|event| event.stamp - play.now_start)
            .collect();
        (stamps, scenario.metrics(&stimulus, &trace).finished)
    };
    assert_eq!(run(&Play::default()), run(&late));
    let end = Play {
        now_start: MAX_CYCLES - 1,
        ..Play::default()
    };
    let stimulus = scenario.stimulus(&end);
    assert!(
        stimulus
            .requests
            .iter()
            .all(|request| request.deadline <= MAX_CYCLES)
    );
    assert!(scenario.golden(&stimulus, &mut ()).is_err());
}

#[test]
fn a_scheduler_that_is_too_small_is_refused() {
    let small = system("edge", &["scheduler.policy=fcfs"]);
    let workload = drawn(&small.workload).expect("a workload");
    let mut spec = small.scheduler.spec.clone();
    spec.profiles = 4;
    let params = dysta_config::params::SchedulerParams::new(spec).expect("valid");
    let problem = Scenario::new(params, small.clock_hz, workload).expect_err("8 profiles");
    assert_eq!(
        problem.to_string(),
        "the workload has 8 profiles, the scheduler's table holds 4"
    );
}
