//! Planted bugs: lock-step must notice every one, and a bug that no longer applies to the emitted text fails as well.

#[path = "mutants/predictors.rs"]
mod predictors;
#[path = "mutants/table.rs"]
mod table;

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use dysta_config::params::SchedulerParams;
use dysta_rtl_tests::{
    Bench, Deadlines, Kit, Mutant, Stream, cache, profile, read, shell, source, system,
};
use dysta_sim::cosim::{CosimError, Model, compare_scores};
use dysta_sim::golden::{Stimulus, Trace};
use dysta_sim::units::MAX_CYCLES;

use table::MUTANTS;

/// A stimulus with what it must lead to, on tables of its own.
struct Probe {
    name: &'static str,
    bench: Bench,
    stimulus: Stimulus,
    golden: Trace,
}

impl Probe {
    fn new(name: &'static str, bench: Bench, stream: &Stream) -> Self {
        let stimulus = stream.stimulus();
        let golden = bench.golden(&stimulus);
        Self {
            name,
            bench,
            stimulus,
            golden,
        }
    }
}

/// `tiny` whose first admission number is about to wrap; average layers of one to five `unit_cycles`.
fn bench(unit_cycles: u64, penalty_scale: &str, nnz: impl Fn(u64) -> u64) -> Bench {
    bench_of("density_average", unit_cycles, penalty_scale, nnz)
}

/// The same with a predictor.
fn bench_of(
    predictor: &str,
    unit_cycles: u64,
    penalty_scale: &str,
    nnz: impl Fn(u64) -> u64,
) -> Bench {
    let scale = format!("scheduler.policy.params.penalty_scale={penalty_scale}");
    let predictor = format!("scheduler.predictor={predictor}");
    let mut spec = system("tiny", &[&scale, &predictor]).scheduler.spec;
    spec.admission_start = u32::MAX - 2;
    let params = SchedulerParams::new(spec).unwrap_or_else(|errors| panic!("{errors:?}"));
    let layer = |index: u64| (unit_cycles * (1 + index % 5), nnz(index));
    let profiles = [1, 3, 32].map(|count: u64| {
        let layers: Vec<(u64, u64)> = (0..count).map(layer).collect();
        profile(&format!("of_{count}"), &layers)
    });
    Bench::with_profiles(&params, &profiles)
}

const SHORT: (u32, u32) = (0, 1);
const MIDDLE: (u32, u32) = (1, 3);
const DEEP: (u32, u32) = (2, 32);
const UNKNOWN: (u32, u32) = (3, 0);

/// What a mutant would have to survive, by what is special: cheap ones first.
fn streams() -> [(&'static str, Stream); 9] {
    let base = Stream {
        profiles: vec![SHORT, MIDDLE, DEEP],
        priority_bits: 8,
        ..Stream::default()
    };
    let full = Stream {
        requests: 100,
        ..base.clone()
    };
    let busy = Stream {
        requests: 500,
        profiles: vec![SHORT, MIDDLE],
        latency: 1..=9,
        gap: 0..=110,
        ..base.clone()
    };
    let extreme = Stream {
        requests: 120,
        gap: 0..=2000,
        deadlines: Deadlines::Extreme,
        now_start: 1 << 40,
        nnz: 0..=9000,
        pressure: 100,
        ..base.clone()
    };
    let tied = Stream {
        requests: 200,
        profiles: vec![SHORT],
        latency: 1..=4,
        gap: 0..=30,
        deadlines: Deadlines::At(0),
        ..base.clone()
    };
    let prompt = Stream {
        requests: 400,
        profiles: vec![SHORT, MIDDLE, UNKNOWN],
        latency: 1..=3,
        gap: 0..=60,
        deadlines: Deadlines::After(0..=60),
        faults_per_mille: 80,
        pressure: 180,
        ..base.clone()
    };
    let refused = Stream {
        requests: 300,
        profiles: vec![SHORT, SHORT, UNKNOWN],
        latency: 1..=3,
        gap: 0..=10,
        pressure: 250,
        ..base.clone()
    };
    let rare = Stream {
        requests: 60,
        profiles: vec![SHORT, MIDDLE],
        gap: 500..=9000,
        ..base.clone()
    };
    // Means of ratios half a step below the end of gamma.
    let rounding = Stream {
        requests: 60,
        profiles: vec![MIDDLE],
        latency: 1..=90,
        nnz: (1 << 17) - 1..=1 << 17,
        ..base.clone()
    };
    // Never more than the entries hold: time does not jump while a request waits.
    let long = Stream {
        requests: 8,
        latency: 1..=1 << 39,
        gap: 0..=1 << 36,
        deadlines: Deadlines::After(0..=MAX_CYCLES >> 4),
        nnz: 0..=40_000,
        ..base
    };
    [
        ("full", full),
        ("busy", busy),
        ("extreme", extreme),
        ("tied", tied),
        ("prompt", prompt),
        ("refused", refused),
        ("rare", rare),
        ("long", long),
        ("rounding", rounding),
    ]
}

fn probes() -> Vec<Probe> {
    let nnz = |index| 100 + 90 * (index % 7);
    let usual = bench(120, "50000 cycles", nnz);
    let giant = bench(1 << 31, "16000000 cycles", nnz);
    let exact = bench(120, "50000 cycles", |_| 1 << 14);
    let bench = |name| match name {
        "long" => &giant,
        "rounding" => &exact,
        _ => &usual,
    };
    let probe =
        |(name, stream): (&'static str, Stream)| Probe::new(name, bench(name).clone(), &stream);
    streams().into_iter().map(probe).collect()
}

/// The first probe that notices a difference.
fn killer(model: &std::sync::Arc<Model>, probes: &[Probe]) -> Option<(&'static str, String)> {
    probes.iter().find_map(|probe| {
        let bench = probe.bench.on(model.clone());
        let run = bench.judge(&probe.stimulus, &probe.golden, 1);
        let how = match run {
            Ok(rtl) if rtl.clocks == probe.golden.clocks => return None,
            Ok(rtl) => format!("{} clocks, not {}", rtl.clocks, probe.golden.clocks),
            Err(CosimError::Mismatch(mismatch)) => mismatch.reason.to_string(),
            Err(error @ (CosimError::Stopped { .. } | CosimError::Clocks { .. })) => {
                error.to_string()
            }
            Err(error) => panic!("{}: {error}", probe.name),
        };
        Some((probe.name, how))
    })
}

#[test]
fn the_design_itself_passes() {
    for probe in probes() {
        let outcome = probe.bench.check(probe.name, &probe.stimulus, 1);
        println!("{}: {} decisions", probe.name, outcome.decisions());
        assert!(outcome.decisions() >= 60, "{}", probe.name);
    }
}

#[test]
fn every_mutant_is_killed() {
    let probes = probes();
    let original = source(&probes[0].bench.params);
    let survivors = each_mutant(|mutant| judge(mutant, &original, &probes));
    assert!(survivors.is_empty(), "{survivors:#?}");
}

/// What the predictors are tried with: usual networks with few and many non-zeros, and times that saturate.
fn predictor_probes(predictor: &str) -> Vec<Probe> {
    let usual = bench_of(predictor, 120, "50000 cycles", |index| {
        100 + 90 * (index % 7)
    });
    let giant = bench_of(predictor, 1 << 31, "16000000 cycles", |_| 100);
    let wanted = ["full", "extreme", "long"];
    let streams = streams().into_iter();
    let streams = streams.filter(|(name, _)| wanted.contains(name));
    let probe = |(name, stream): (&'static str, Stream)| {
        let bench = if name == "long" { &giant } else { &usual };
        Probe::new(name, bench.clone(), &stream)
    };
    streams.map(probe).collect()
}

#[test]
fn mutants_of_predictors_are_killed() {
    for (predictor, mutants) in predictors::MUTANTS {
        let probes = predictor_probes(predictor);
        for probe in &probes {
            probe.bench.check(probe.name, &probe.stimulus, 1);
        }
        let original = source(&probes[0].bench.params);
        let survivors = mutants.iter().filter_map(|m| judge(m, &original, &probes));
        let survivors: Vec<String> = survivors.collect();
        assert!(survivors.is_empty(), "{predictor}: {survivors:#?}");
    }
}

/// What `look` says of the mutants, two at a time.
fn each_mutant<T: Send>(look: impl Fn(&Mutant) -> Option<T> + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let found = Mutex::new(Vec::new());
    let work = || {
        while let Some(mutant) = MUTANTS.get(next.fetch_add(1, Ordering::Relaxed)) {
            if let Some(one) = look(mutant) {
                found.lock().expect("no panic").push(one);
            }
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(work);
        scope.spawn(work);
    });
    found.into_inner().expect("no panic")
}

/// A user may have the emitted testbench and nothing else; its workload is an ordinary one, without unknown profiles, ties or
/// times near their ends.
#[test]
fn the_emitted_testbench_alone_finds_ten_mutants() {
    let kit = Kit::emitted("tiny", "dysta");
    let found = each_mutant(|mutant| testbench_finds(mutant, &kit));
    println!("{} of {}: {found:#?}", found.len(), MUTANTS.len());
    assert!(MUTANTS.len() >= 17 && found.len() >= 10);
}

/// The name of a mutant that the emitted testbench refuses in Icarus.
fn testbench_finds(mutant: &Mutant, kit: &Kit) -> Option<&'static str> {
    let folder = kit.write();
    let file = format!("rtl/{}.sv", mutant.module);
    let text = mutant.edit(&read(folder.path(), &file));
    let text = text.unwrap_or_else(|problem| panic!("{problem}"));
    std::fs::write(folder.path().join(&file), text).expect("the file is written");
    let compile = "iverilog -g2012 -s dysta_scheduler_tb -o tb.vvp -f tb.f";
    let compiled = shell(folder.path(), compile);
    assert!(compiled.success, "{}: {}", mutant.name, compiled.text);
    // A mutant may hang as well; the testbench has a limit of clocks of its own.
    let run = shell(folder.path(), "timeout 60 vvp -n tb.vvp");
    (!run.success).then_some(mutant.name)
}

/// What is wrong with a mutant: it does not apply, or nothing noticed it.
fn judge(
    mutant: &Mutant,
    original: &dysta_sim::cosim::RtlSource,
    probes: &[Probe],
) -> Option<String> {
    let mutated = match mutant.apply(original) {
        Ok(mutated) => mutated,
        Err(problem) => return Some(problem),
    };
    let model = Model::build(&mutated, &cache(), false);
    let model = model.unwrap_or_else(|error| panic!("{}: {error}", mutant.name));
    match killer(&std::sync::Arc::new(model), probes) {
        Some((probe, how)) => {
            println!(
                "{}: {probe}: {}",
                mutant.name,
                how.lines().next().unwrap_or_default()
            );
            None
        }
        None => Some(format!("{}: nothing noticed it", mutant.name)),
    }
}

/// The largest score of a run never wins, so only probes can tell that it is wrong.
#[test]
fn probes_see_a_wrong_score_that_loses() {
    let probe = &probes()[1];
    let log = probe.bench.scores(&probe.stimulus);
    let scores = log.scores();
    let largest = scores.iter().max_by_key(|row| row.score).expect("scores");
    let (from, to) = (
        "assign scored_score_o = add_18_q;",
        format!(
            "assign scored_score_o = add_18_q + {{39'd0, add_18_q == 40'd{}}};",
            largest.score
        ),
    );
    let mut mutated = source(&probe.bench.params);
    let lane = mutated.files.iter_mut().find(|f| f.name == "dysta_lane.sv");
    let lane = lane.expect("a lane");
    assert_eq!(lane.text.matches(from).count(), 1);
    lane.text = lane.text.replace(from, &to);
    let model = Model::build(&mutated, &cache(), false).expect("the design builds");
    let bench = probe.bench.on(std::sync::Arc::new(model));
    let rtl = bench.judge(&probe.stimulus, &probe.golden, 1);
    let rtl = rtl.expect("every event is right");
    let mismatch = compare_scores(scores, &rtl.scores).expect_err("a wrong score");
    let wrong = mismatch.rtl.expect("a score");
    assert_eq!(wrong.score, largest.score + 1);
}
