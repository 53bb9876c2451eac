//! The exact evaluation of a score stays within the printed bound of rational setting on the unrounded inputs.

mod genes;
mod rational;

use std::cell::Cell;

use dysta_config::expr::bound::{Inputs, Interval, analyse};
use dysta_config::expr::{Binding, Class, Field, Numbers, Param, PolicySpec, Program};
use dysta_config::params::{
    NumberFormat, OnFull, Pipeline, Predictor, SchedulerParams, SchedulerSpec,
};
use dysta_sim::bounds;
use dysta_sim::exact::{self, Exact};
use dysta_sim::golden::{Arithmetic, Candidate, EntryNumbers};
use dysta_sim::scenario::Scenario;
use dysta_sim::table::Request;
use dysta_sim::trace::{LayerMeta, ProfileTrace, SampleTrace};
use dysta_sim::workload::Workload;
use genes::{Genes, Unit, expression};
use num_rational::BigRational;
use num_traits::Signed;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use rational::{ratio, real};

/// Cycles of a unit, and the clock: a second is a unit.
const UNIT: u32 = 64;
const PRIORITIES: u64 = 255;
const LAYERS: u64 = 60;
const CAPACITY: u64 = 64;

/// Latency in seconds of the layers of two profiles.
const LATENCIES: [&[f64]; 2] = [&[3.0, 40.0, 7.0], &[600.0, 1250.0, 9000.0, 153.0]];

const PRESETS: [&str; 13] = [
    "gamma * lat_remaining + beta * (max(0, deadline - now - gamma * lat_remaining) + (now - last_run) * inv_isolated * inv_queue * scale)",
    "arrival",
    "deadline",
    "lat_remaining",
    "gamma * lat_remaining",
    "max(0, deadline - now - gamma * lat_remaining)",
    "deadline - now - gamma * lat_remaining",
    "(now - arrival) * inv_isolated",
    "gamma * lat_remaining + select(deadline - now - gamma * lat_remaining < 0, 350, 1) * max(0, min(deadline - now - gamma * lat_remaining, 5 * scale))",
    "priority * isolated + running * scale",
    "gamma * lat_remaining * isolated",
    "isolated * (select(layer < 1, 0.95, 1) * gamma * lat_remaining + select(deadline - now - gamma * lat_remaining < 0, 0.35 * isolated, 0.02 * min(deadline - now - gamma * lat_remaining, 5 * isolated) + 0.002 * (deadline - now - gamma * lat_remaining)))",
    "isolated * gamma * gamma * lat_remaining * select(layer < 1, 0.97, 1) * select(deadline - now - gamma * lat_remaining < 0, 1.25, 0.6 + min(0.4, 0.12 * (deadline - now - gamma * lat_remaining) * inv_isolated) + 0.01 * (deadline - now - gamma * lat_remaining) * inv_isolated)",
];

/// What a case computes with.
#[derive(Debug, Clone, Copy)]
struct Setting {
    predictor: Predictor,
    format: NumberFormat,
    numbers: Numbers,
}

impl Setting {
    fn new(predictor: Predictor, format: NumberFormat) -> Setting {
        Setting {
            predictor,
            format,
            numbers: Numbers::default(),
        }
    }
}

/// Other widths than the usual ones.
fn numbers(genes: &mut Genes<'_>) -> Numbers {
    let mut width = |low, high| genes.value(low, high) as u32;
    Numbers {
        gamma_int: width(1, 8),
        gamma_frac: width(6, 24),
        reciprocal: width(8, 24),
        constant: width(8, 24),
        number_frac: width(8, 24),
        register: width(18, 32),
        register_int: width(10, 18),
        duration: width(16, 32),
        score_frac: width(0, 16),
        ..Numbers::default()
    }
}

fn spec(score: &str, setting: Setting) -> SchedulerSpec {
    let params = [
        ("beta", Param::Number(0.01)),
        ("k", Param::Number(0.3)),
        ("scale", Param::Cycles(41_357.0)),
    ];
    SchedulerSpec {
        name: "random".to_owned(),
        capacity: CAPACITY as u32,
        lanes: 1,
        profiles: 2,
        layers: 64,
        id_bits: 16,
        priority_bits: 8,
        on_full: OnFull::Wait,
        complete_depth: 4,
        predictor: setting.predictor,
        number_format: setting.format,
        time_unit_cycles: UNIT,
        numbers: setting.numbers,
        binding: Binding::Dedicated,
        pipeline: Pipeline::Short,
        statistics: true,
        admission_start: 0,
        policy: PolicySpec {
            name: "random".to_owned(),
            score: score.to_owned(),
            lets: Vec::new(),
            params: params
                .map(|(name, param)| (name.to_owned(), param))
                .to_vec(),
        },
    }
}

fn workload() -> Workload {
    let profile = |(index, latency_s): (usize, &&[f64])| ProfileTrace {
        name: format!("net.{index}"),
        model: "net".to_owned(),
        layers: (0..latency_s.len())
            .map(|layer| LayerMeta {
                name: layer.to_string(),
                elements: 64,
            })
            .collect(),
        samples: vec![SampleTrace {
            id: 0,
            latency_s: latency_s.to_vec(),
            sparsity: vec![0.5; latency_s.len()],
        }],
    };
    let request = Request {
        profile: 0,
        sample: 0,
        arrival_s: 0.0,
        target_s: 1.0,
        priority: 1,
    };
    let profiles = LATENCIES.iter().enumerate().map(profile).collect();
    Workload::new("random", profiles, vec![request]).expect("valid workload")
}

/// The scheduler of a score on the tables of both profiles, or why the score is refused.
fn scenario(score: &str, predictor: Predictor) -> Result<Scenario, String> {
    scenario_in(score, Setting::new(predictor, NumberFormat::Fixed))
}

fn scenario_in(score: &str, setting: Setting) -> Result<Scenario, String> {
    let spec = spec(score, setting);
    let params = SchedulerParams::new(spec).map_err(|e| format!("{e:?}"))?;
    Scenario::new(params, u64::from(UNIT), workload()).map_err(|e| e.to_string())
}

/// Largest inputs of a case: times in cycles, remaining latency in units, γ raw.
#[derive(Debug, Clone, Copy)]
struct Limits {
    horizon: u64,
    lat_remaining: u64,
    gamma: u64,
}

impl Limits {
    fn largest(numbers: &Numbers) -> Limits {
        Limits {
            horizon: (1 << 48) - 1,
            lat_remaining: (1 << numbers.duration) - 1,
            gamma: (1 << numbers.gamma().width()) - 1,
        }
    }

    fn halved(self, numbers: &Numbers) -> Limits {
        Limits {
            horizon: self.horizon / 16,
            lat_remaining: self.lat_remaining / 8,
            gamma: (self.gamma / 2).max(numbers.gamma_one()),
        }
    }
}

/// The largest isolated latency is always among the inputs.
const ISOLATED: u64 = 11_003;

fn inputs(scenario: &Scenario, limits: Limits) -> Inputs {
    let mut inputs = bounds::inputs(scenario);
    let unit = f64::from(UNIT);
    let instant = Interval::new(0.0, limits.horizon as f64 / unit, 1.0 - 1.0 / unit);
    for field in [Field::Now, Field::Deadline, Field::Arrival, Field::LastRun] {
        inputs.fields.insert(field, instant);
    }
    let mut whole = |field, high: f64| inputs.fields.insert(field, Interval::new(0.0, high, 0.0));
    whole(Field::Priority, PRIORITIES as f64);
    whole(Field::Layer, LAYERS as f64);
    whole(
        Field::Gamma,
        limits.gamma as f64 / scenario.params.spec.numbers.gamma_one() as f64,
    );
    let remaining = limits.lat_remaining.max(ISOLATED) as f64;
    whole(Field::LatRemaining, remaining);
    if let Some(float) = scenario.params.spec.number_format.float() {
        let most = remaining.min(float.limit());
        let error = (most * float.half_step()).max(remaining - most);
        let value = Interval::new(0.0, remaining, error);
        inputs.fields.insert(Field::LatRemaining, value);
    }
    inputs
}

/// Inputs of one score.
#[derive(Debug, Clone, Copy)]
struct Point {
    now: u64,
    last_run: u64,
    arrival: u64,
    deadline: u64,
    priority: u32,
    profile: u32,
    layer: u32,
    gamma: u64,
    lat_remaining: u64,
    running: bool,
    queue: u32,
}

fn point(genes: &mut Genes<'_>, limits: Limits, numbers: &Numbers) -> Point {
    let now = genes.value(0, limits.horizon);
    let last_run = genes.value(0, now);
    let profile = genes.choose(2);
    let first = genes.choose(4) == 0;
    let isolated: f64 = LATENCIES[profile].iter().sum();
    Point {
        now,
        last_run,
        arrival: genes.value(0, last_run),
        deadline: genes.value(0, limits.horizon),
        priority: genes.value(0, PRIORITIES) as u32,
        profile: profile as u32,
        layer: if first {
            0
        } else {
            genes.value(1, LAYERS) as u32
        },
        gamma: if first {
            numbers.gamma_one()
        } else {
            genes.value(0, limits.gamma)
        },
        lat_remaining: if first {
            isolated as u64
        } else {
            genes.value(0, limits.lat_remaining)
        },
        running: !first && genes.choose(2) == 0,
        queue: genes.value(2, CAPACITY) as u32,
    }
}

/// The score as hardware computes it, in its unit.
fn held(scenario: &Scenario, point: &Point) -> BigRational {
    let exact = Exact::new(&scenario.params, &scenario.image);
    let program = &scenario.params.program;
    let float = scenario.params.spec.number_format.float();
    let remaining = match float {
        Some(float) => i128::from(float.from_f64(point.lat_remaining as f64)),
        None => i128::from(point.lat_remaining),
    };
    let values = exact::entry_values(
        program,
        i128::from(point.gamma),
        remaining,
        point.layer,
        &|index| scenario.image.column(point.profile, index),
        &|index| scenario.image.register(index),
    );
    let mut numbers = EntryNumbers {
        gamma: point.gamma,
        values,
        ..EntryNumbers::default()
    };
    if point.layer == 0 {
        let admitted = exact.admit(point.profile);
        assert_eq!(admitted.values, numbers.values, "initial columns");
        numbers = admitted;
    }
    let candidate = Candidate {
        arrival: point.arrival,
        deadline: point.deadline,
        last_run: point.last_run,
        priority: point.priority,
        profile: point.profile,
        layer: point.layer,
        running: point.running,
        numbers: &numbers,
    };
    let raw = exact.score(&exact.decision(point.now, point.queue), &candidate);
    let score = &program.nodes[program.score];
    if score.float.is_some() {
        return real(program.score_value(raw));
    }
    let frac = score.format.frac;
    ratio(program.score_raw(raw), 1 << frac)
}

/// The score as written, on the real inputs.
fn wanted(scenario: &Scenario, point: &Point) -> BigRational {
    let isolated: f64 = LATENCIES[point.profile as usize].iter().sum();
    let mean: f64 = LATENCIES.iter().flat_map(|l| l.iter()).sum::<f64>() / 2.0;
    let unit = i128::from(UNIT);
    let predicts = scenario.params.spec.predictor != Predictor::None;
    let one = scenario.params.spec.numbers.gamma_one();
    let gamma = if predicts { point.gamma } else { one };
    let field = |field: Field| match field {
        Field::Now => ratio(i128::from(point.now), unit),
        Field::Deadline => ratio(i128::from(point.deadline), unit),
        Field::Arrival => ratio(i128::from(point.arrival), unit),
        Field::LastRun => ratio(i128::from(point.last_run), unit),
        Field::Priority => ratio(i128::from(point.priority), 1),
        Field::Gamma => ratio(i128::from(gamma), i128::from(one)),
        Field::LatRemaining => ratio(i128::from(point.lat_remaining), 1),
        Field::Isolated => real(isolated),
        Field::InvIsolated => real(isolated).recip(),
        Field::Queue => ratio(i128::from(point.queue), 1),
        Field::InvQueue => ratio(1, i128::from(point.queue)),
        Field::Layer => ratio(i128::from(point.layer), 1),
        Field::Running => ratio(i128::from(point.running), 1),
    };
    let params = &scenario.params.spec.policy.params;
    let value = |param: &(String, Param)| match param.1 {
        Param::Number(number) => real(number),
        Param::Cycles(cycles) => real(cycles) / ratio(unit, 1),
        Param::Clock => ratio(1, 1),
        Param::MeanIsolated => real(mean),
    };
    let params: Vec<BigRational> = params.iter().map(value).collect();
    let source = &scenario.params.program.source;
    rational::evaluate(source, &params, &field, source.score)
}

/// The same scheduler with formats that nothing leaves.
fn widened(scenario: &Scenario) -> Scenario {
    let mut wide = scenario.clone();
    for node in &mut wide.params.program.nodes {
        if !node.op.operands().is_empty() {
            node.format.int += 24;
        }
    }
    wide
}

/// Some points within `limits`: all are within the bound, and none saturates where the analysis says so.
fn check(
    scenario: &Scenario,
    genes: &mut Genes<'_>,
    limits: Limits,
) -> Result<bool, TestCaseError> {
    let program = &scenario.params.program;
    let analysis = analyse(program, &inputs(scenario, limits));
    let score = analysis.nodes[program.score];
    let near = 1e-9 * (1.0 + score.low.abs().max(score.high.abs()));
    let saturates = !analysis.saturating.is_empty();
    let fixed = scenario.params.spec.number_format == NumberFormat::Fixed;
    let wide = (fixed && !saturates && program.score_width() <= 40).then(|| widened(scenario));
    for _ in 0..12 {
        let point = point(genes, limits, &scenario.params.spec.numbers);
        let (held_value, real_value) = (held(scenario, &point), wanted(scenario, &point));
        let error = (&held_value - &real_value).abs();
        prop_assert!(
            error <= real(score.error),
            "{point:?}: {held_value} for {real_value}, bound {}",
            score.error
        );
        let inside = real(score.low - near) <= real_value && real_value <= real(score.high + near);
        prop_assert!(inside, "{point:?}: {real_value} outside {score:?}");
        if let Some(wide) = &wide {
            prop_assert_eq!(
                &held(wide, &point),
                &held_value,
                "saturation at {:?}",
                point
            );
        }
    }
    Ok(saturates)
}

/// Checks a score at the largest limits and at smaller ones until nothing saturates; true if it comes that far.
fn check_score(scenario: &Scenario, genes: &mut Genes<'_>) -> Result<bool, TestCaseError> {
    let numbers = &scenario.params.spec.numbers;
    let mut limits = Limits::largest(numbers);
    for _ in 0..9 {
        if !check(scenario, genes, limits)? {
            return Ok(true);
        }
        limits = limits.halved(numbers);
    }
    Ok(false)
}

/// Operators run in the update unit or in the lane: tables, registers and request fields only hold values.
fn check_homes(program: &Program) {
    let operators = program.nodes.iter().filter(|n| !n.op.operands().is_empty());
    for node in operators {
        let home = matches!(
            node.class,
            Class::Entry | Class::Decision | Class::Candidate
        );
        assert!(home, "{node:?}");
    }
}

#[test]
fn scores_of_known_policies_are_within_the_bound() {
    let mut runner = TestRunner::new(ProptestConfig {
        cases: 20,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let bytes = prop::collection::vec(any::<u8>(), 4000);
    for score in PRESETS {
        let formats = [NumberFormat::Fixed, NumberFormat::Fp16, NumberFormat::Fp32];
        let fixed_only = Setting::new(Predictor::None, NumberFormat::Fixed);
        let cases = formats.map(|format| Setting::new(Predictor::DensityAverage, format));
        for setting in cases.into_iter().chain([fixed_only]) {
            let scenario = scenario_in(score, setting);
            let scenario = scenario.unwrap_or_else(|e| panic!("{score}: {e}"));
            let result = runner.run(&bytes, |bytes| {
                let settled = check_score(&scenario, &mut Genes::new(&bytes))?;
                prop_assert!(settled, "saturates at the smallest limits");
                Ok(())
            });
            result.unwrap_or_else(|error| panic!("{score}: {error}"));
        }
    }
}

#[test]
fn random_scores_are_within_the_bound() {
    let mut runner = TestRunner::new(ProptestConfig {
        cases: 6000,
        max_shrink_iters: 4000,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let (accepted, settled) = (Cell::new(0), Cell::new(0));
    let strategy = (
        prop::collection::vec(any::<u8>(), 0..60),
        prop::collection::vec(any::<u8>(), 600),
        prop::sample::select(vec![
            NumberFormat::Fixed,
            NumberFormat::Fp16,
            NumberFormat::Fp32,
        ]),
    );
    let floats = Cell::new(0);
    let result = runner.run(&strategy, |(tree, points, format)| {
        let mut genes = Genes::new(&tree);
        let unit = [Unit::Time, Unit::Number, Unit::Point, Unit::Area][genes.choose(4)];
        let score = expression(&mut genes, unit, 4, false);
        let predictor = [Predictor::DensityAverage, Predictor::None][genes.choose(2)];
        let mut setting = Setting::new(predictor, format);
        if genes.choose(2) == 0 {
            setting.numbers = numbers(&mut genes);
        }
        let Ok(scenario) = scenario_in(&score, setting) else {
            return Ok(());
        };
        accepted.set(accepted.get() + 1);
        check_homes(&scenario.params.program);
        let done = check_score(&scenario, &mut Genes::new(&points));
        let done =
            done.map_err(|error| TestCaseError::fail(format!("{setting:?} {score}: {error}")))?;
        settled.set(settled.get() + u32::from(done));
        floats.set(floats.get() + u32::from(done && format != NumberFormat::Fixed));
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
    // Shapes that the hardware does not support are refused, and some products saturate with every input.
    assert!(accepted.get() > 3000, "{} accepted", accepted.get());
    assert!(settled.get() > 2900, "{} settled", settled.get());
    assert!(floats.get() > 1500, "{} in floating point", floats.get());
}

/// Inputs at the ends of their ranges.
const EXTREME: Point = Point {
    now: (1 << 48) - 1,
    last_run: 0,
    arrival: 0,
    deadline: 0,
    priority: 255,
    profile: 0,
    layer: 1,
    gamma: (1 << 17) - 1,
    lat_remaining: (1 << 32) - 1,
    running: true,
    queue: 2,
};

#[test]
fn saturated_scores_stay_at_the_end_of_their_format() {
    let largest_time = ratio((1 << 32) - 1, 1);
    let cases = [
        ("lat_remaining + lat_remaining", largest_time.clone()),
        ("gamma * lat_remaining", largest_time.clone()),
        ("priority * (now - arrival)", largest_time),
        (
            "(now - arrival) * inv_isolated",
            ratio((1 << 32) - 1, 1 << 16),
        ),
        ("now + lat_remaining", ratio((1 << 42) - 1, 1)),
        ("deadline - now", -ratio(1 << 32, 1)),
        ("30 * (30 * (700 * priority))", ratio((1 << 16) - 1, 1)),
        ("max(0, deadline - lat_remaining)", ratio(0, 1)),
    ];
    let limits = Limits {
        horizon: EXTREME.now,
        lat_remaining: EXTREME.lat_remaining,
        gamma: EXTREME.gamma,
    };
    for (score, expected) in cases {
        let scenario = scenario(score, Predictor::DensityAverage).expect(score);
        assert_eq!(held(&scenario, &EXTREME), expected, "{score}");
        let analysis = analyse(&scenario.params.program, &inputs(&scenario, limits));
        let program_score = scenario.params.program.score;
        let reported = analysis.saturating.contains(&program_score);
        assert_eq!(reported, expected != ratio(0, 1), "{score}");
    }
}
