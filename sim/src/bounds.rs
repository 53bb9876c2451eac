//! Over which ranges the inputs of a score vary in a scenario, how far the hardware's inputs are from the real ones, and how far
//! that moves a score.
//!
//! Real inputs are seconds times the clock, unrounded averages and integer counts of non-zeros. Their hardware values are
//! cycles rounded and divided down to units, table values rounded to nearest, reciprocals of a short mantissa, γ from truncated ratios
//! (design: scheduler, "Numbers").

use dysta_config::expr::bound::{Inputs, Interval, analyse};
use dysta_config::expr::{
    ColumnSource, Field, Format, INV_LAYERS, Kind, NodeId, Numbers, Program, SourceId,
    inverse_count,
};
use dysta_config::params::Predictor;

use crate::float::{FloatScore, Scale};
use crate::profile::ProfileStats;
use crate::scenario::Scenario;
use crate::units::sum_cycles;

/// Covers the rounding of values that are computed in f64 here and exactly in hardware.
const MARGIN: f64 = 1.0 + 1e-9;

/// How far a score of the hardware can be from its real value.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct ScoreBound {
    /// Largest distance in units of the score: time units for a time, 1 for a number.
    pub error_units: f64,
    /// The same in cycles, for a score that is a time.
    pub error_cycles: Option<f64>,
    /// A sentence for each value that the scenario can drive out of its format; the presets have none.
    pub saturating: Vec<String>,
    /// A sentence for each value that is out of its format in every case.
    pub beyond: Vec<String>,
}

/// Error bound of the score and all values that can saturate.
pub fn score_bound(scenario: &Scenario) -> ScoreBound {
    let program = &scenario.params.program;
    let analysis = analyse(program, &inputs(scenario));
    let (score, error) = (
        &program.nodes[program.score],
        analysis.nodes[program.score].error,
    );
    let is_time = matches!(score.kind, Kind::Duration | Kind::Instant);
    let unit = f64::from(scenario.params.spec.time_unit_cycles);
    let always = |id: &NodeId| {
        let (value, (least, most)) = (analysis.nodes[*id], program.nodes[*id].ends());
        value.low > most || value.high < least
    };
    let (beyond, possible): (Vec<NodeId>, _) =
        analysis.saturating.iter().copied().partition(always);
    let beyond = beyond.iter().map(|id| {
        let (value, (_, most)) = (analysis.nodes[*id], program.nodes[*id].ends());
        format!(
            "{} always saturates: its values are {:.6} to {:.6}, the format ends at {most}",
            name(program, *id),
            value.low,
            value.high
        )
    });
    let nodes = possible
        .iter()
        .map(|id| can_saturate(&name(program, *id), analysis.nodes[*id]));
    ScoreBound {
        error_units: error,
        error_cycles: is_time.then_some(error * unit),
        saturating: predictions(scenario).saturating().chain(nodes).collect(),
        beyond: beyond.collect(),
    }
}

fn can_saturate(name: &str, value: Interval) -> String {
    let Interval { high, error, .. } = value;
    format!("{name} can saturate: its values reach {high:.6} with an error of {error:.6}")
}

/// What a node is called in reports: its stored value or table column where it is one, else its operator, and its format.
fn name(program: &Program, id: NodeId) -> String {
    let node = &program.nodes[id];
    let stored = program.entry_values.iter().find(|value| value.node == id);
    let what = match (id == program.score, stored) {
        (true, _) => "score",
        (false, Some(value)) => &value.name,
        (false, None) => node.op.name(),
    };
    format!("{what} ({})", node.format_name())
}

/// Ranges and errors of the inputs of the score, times in units of the scheduler.
///
/// Points in time span from 0 to the last deadline or to the time by which all work can be done one request after the other,
/// whichever is later; γ spans all samples of the traces.
pub fn inputs(scenario: &Scenario) -> Inputs {
    let real = Real::new(scenario);
    let program = &scenario.params.program;
    Inputs {
        fields: fields(scenario).into_iter().collect(),
        columns: (0..program.columns.len())
            .map(|index| real.column(index))
            .collect(),
        statics: (0..program.statics.len())
            .map(|index| real.register(index))
            .collect(),
    }
}

fn fields(scenario: &Scenario) -> Vec<(Field, Interval)> {
    let spec = &scenario.params.spec;
    let unit = f64::from(spec.time_unit_cycles);
    // Seconds are rounded to cycles, cycles down to units.
    let instant = Interval::new(0.0, horizon_cycles(scenario) / unit, 1.0 - 0.5 / unit);
    let stats = &scenario.workload.stats;
    let remaining = stats.iter().flat_map(|s| &s.remaining_s);
    let (least, most) = extent(remaining.map(|seconds| seconds * units_a_second(scenario)));
    let (low, high) = extent(scenario.requests.iter().map(|r| f64::from(r.priority)));
    let layers = extent(stats.iter().map(|s| s.layers as f64)).1;
    let capacity = f64::from(spec.capacity);
    let half_step = Format::unsigned(0, spec.numbers.number_frac).half_step();
    // Half a step of the largest value, or what is flushed to 0.
    let float_step = |most: f64| {
        let float = spec.number_format.float();
        float.map(|float| (most * float.half_step()).max(float.smallest()))
    };
    vec![
        (Field::Now, instant),
        (Field::Deadline, instant),
        (Field::Arrival, instant),
        (Field::LastRun, instant),
        (Field::Priority, Interval::new(low, high, 0.0)),
        (Field::Gamma, predictions(scenario).gamma()),
        (
            Field::LatRemaining,
            Interval::new(least, most, float_step(most).unwrap_or(0.5) * MARGIN),
        ),
        (Field::Queue, Interval::new(2.0, capacity, 0.0)),
        (
            Field::InvQueue,
            Interval::new(1.0 / capacity, 0.5, float_step(0.5).unwrap_or(half_step)),
        ),
        (Field::Layer, Interval::new(0.0, layers, 0.0)),
    ]
}

fn units_a_second(scenario: &Scenario) -> f64 {
    scenario.clock_hz as f64 / f64::from(scenario.params.spec.time_unit_cycles)
}

/// Smallest and largest of some values; 0 to 0 where there is none.
fn extent(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values
        .map(|value| (value, value))
        .reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
        .unwrap_or((0.0, 0.0))
}

/// Latest time in cycles: the last deadline, or the last arrival and then all work in a row, each layer with the longest
/// decision before it.
fn horizon_cycles(scenario: &Scenario) -> f64 {
    let requests = &scenario.requests;
    let spec = &scenario.params.spec;
    let decision = u64::from(scenario.params.timing().latency(spec.capacity, spec.lanes));
    let work = requests
        .iter()
        .map(|r| r.isolated_cycles() + decision * r.layers.len() as u64);
    let deadline = requests.iter().map(|r| r.deadline).max().unwrap_or(0);
    let arrival = requests.iter().map(|r| r.arrival).max().unwrap_or(0);
    deadline.max(arrival.saturating_add(work.sum())) as f64
}

/// Table values before they are rounded.
struct Real<'a> {
    scenario: &'a Scenario,
    float: FloatScore,
}

impl<'a> Real<'a> {
    fn new(scenario: &'a Scenario) -> Self {
        let (params, mean) = (&scenario.params, scenario.workload.mean_isolated_s());
        let scale = Scale::units(scenario.clock_hz, params.spec.time_unit_cycles, mean);
        let float = FloatScore::new(&params.program, &params.spec.policy, scale);
        Self { scenario, float }
    }

    fn value(&self, id: SourceId, stats: &ProfileStats) -> f64 {
        let cycles = sum_cycles(&stats.avg_latency_s, self.scenario.clock_hz);
        let isolated = cycles / f64::from(self.scenario.params.spec.time_unit_cycles);
        self.float.evaluate(id, &|field| match field {
            Field::InvIsolated => 1.0 / isolated,
            _ => isolated,
        })
    }

    /// Values of a column over the loaded profiles, against what their rows hold.
    fn column(&self, index: usize) -> Interval {
        let column = &self.scenario.params.program.columns[index];
        let ColumnSource::Value(id) = column.source else {
            return Interval::new(0.0, 0.0, 0.0);
        };
        let rows = self
            .scenario
            .image
            .profiles
            .iter()
            .map(|p| p.columns[index]);
        let held = |raw: u64| column.value(raw);
        let scale = self.scenario.image.column_scale(column);
        let stats = &self.scenario.workload.stats;
        let pairs = stats.iter().zip(rows);
        interval(pairs.map(|(stats, raw)| (self.value(id, stats) * scale, held(raw))))
    }

    fn register(&self, index: usize) -> Interval {
        let register = &self.scenario.params.program.statics[index];
        let held = register.value(self.scenario.image.register(index));
        let factors = register.factors.iter();
        let value: f64 = factors
            .map(|id| self.float.evaluate(*id, &|_| 1.0))
            .product();
        let scale = f64::from(self.scenario.image.exponents[index]).exp2();
        interval(std::iter::once((value / scale, held)))
    }
}

/// Range of real values with the largest distance of the held ones.
fn interval(pairs: impl Iterator<Item = (f64, f64)> + Clone) -> Interval {
    let (low, high) = extent(pairs.clone().map(|(real, _)| real));
    let error = |(real, held): (f64, f64)| (real - held).abs() + real.abs() * (MARGIN - 1.0);
    Interval::new(low, high, pairs.map(error).fold(0.0, f64::max))
}

/// What the predictor makes of the samples of all traces: largest values with their errors.
#[derive(Debug, Clone, Copy)]
struct Predictions {
    ratio: Interval,
    sum: Interval,
    gamma: Interval,
    sum_format: Format,
    numbers: Numbers,
}

impl Predictions {
    /// γ, which is 1 before the first layer.
    fn gamma(&self) -> Interval {
        let gamma = self.gamma;
        Interval::new(gamma.low.min(1.0), gamma.high.max(1.0), gamma.error)
    }

    /// Intermediate values; γ itself is an input of the score and reported there.
    fn saturating(self) -> impl Iterator<Item = String> {
        let sum = match self.sum_format == self.numbers.sum() {
            true => "sum of ratios",
            false => "run time",
        };
        let values = [
            ("ratio of a layer", self.ratio, self.numbers.ratio()),
            (sum, self.sum, self.sum_format),
        ];
        let beyond = |(_, value, format): &(&str, Interval, Format)| {
            value.high + value.error > format.value(format.max_raw())
        };
        let text = |(name, value, format): (&str, Interval, Format)| {
            can_saturate(&format!("{name} ({format})"), value)
        };
        values.into_iter().filter(beyond).map(text)
    }
}

fn widen(all: &mut Interval, value: f64, error: f64) {
    *all = Interval::new(
        all.low.min(value),
        all.high.max(value),
        all.error.max(error * MARGIN),
    );
}

/// γ over all samples, with the errors of truncated ratios, rounded reciprocals and the rounded mean.
fn predictions(scenario: &Scenario) -> Predictions {
    let one = Interval::new(1.0, 1.0, 0.0);
    let params = &scenario.params;
    let predictor = params.program.prediction();
    let mut all = Predictions {
        ratio: one,
        sum: one,
        gamma: one,
        sum_format: match predictor {
            Predictor::LatencyRatio => params.run_time(),
            _ => params.spec.numbers.sum(),
        },
        numbers: params.spec.numbers,
    };
    if predictor == Predictor::None {
        return all;
    }
    for (profile, trace) in scenario.workload.profiles.iter().enumerate() {
        for sample in 0..trace.samples.len() {
            match predictor {
                Predictor::LatencyRatio => latencies(scenario, profile, sample, &mut all),
                _ => densities(scenario, profile, sample, &mut all),
            }
        }
    }
    all
}

/// Real value with the distance of the hardware value.
type Near = (f64, f64);

/// A sum over some layers and what it is divided by: the quotient, rounded to γ.
fn quotient(numbers: &Numbers, (sum, error): Near, inverse: f64, divisor: f64) -> Near {
    let inverse_error = sum * (inverse - 1.0 / divisor).abs();
    (
        sum / divisor,
        error * inverse + inverse_error + numbers.gamma().half_step(),
    )
}

fn densities(scenario: &Scenario, profile: usize, sample: usize, all: &mut Predictions) {
    let rows = &scenario.image.profiles[profile].rows;
    let averages = &scenario.workload.stats[profile].avg_nnz;
    let predictor = scenario.params.program.prediction();
    let numbers = &scenario.params.spec.numbers;
    let format = match predictor {
        Predictor::DensityLast => numbers.gamma(),
        _ => numbers.ratio(),
    };
    let mut ratios: Vec<Near> = Vec::new();
    for (layer, (row, average)) in rows.iter().zip(averages).enumerate() {
        let nnz = scenario.workload.profiles[profile].nnz(sample, layer);
        let nnz = f64::from(nnz.unwrap_or(0));
        let inverse_error = (row.inv_density.value() - 1.0 / average).abs();
        let ratio = (
            nnz / average,
            nnz * inverse_error + 2.0 * format.half_step(),
        );
        ratios.push(ratio);
        if predictor == Predictor::DensityLast {
            widen(&mut all.gamma, ratio.0, ratio.1);
            continue;
        }
        widen(&mut all.ratio, ratio.0, ratio.1);
        let divisor = predictor.divisor(ratios.len() as u32);
        let window = ratios.iter().rev().take(divisor as usize);
        let sum = window.fold((0.0, 0.0), |sum, r| (sum.0 + r.0, sum.1 + r.1));
        let inverse = INV_LAYERS.value(inverse_count(divisor, INV_LAYERS.frac).into());
        let gamma = quotient(numbers, sum, inverse, f64::from(divisor));
        widen(&mut all.sum, sum.0, sum.1);
        widen(&mut all.gamma, gamma.0, gamma.1);
    }
}

/// The layers of a sample in a row, without waiting for `layer_done`; each takes its time rounded to cycles.
fn latencies(scenario: &Scenario, profile: usize, sample: usize, all: &mut Predictions) {
    let rows = &scenario.image.profiles[profile].rows;
    let averages = &scenario.workload.stats[profile].avg_latency_s;
    let numbers = &scenario.params.spec.numbers;
    let times = &scenario.workload.profiles[profile].samples[sample].latency_s;
    for (layer, row) in rows.iter().enumerate() {
        let cycles = |seconds: &[f64]| sum_cycles(&seconds[..=layer], scenario.clock_hz);
        let sum = (cycles(times), 0.5 * (layer + 1) as f64);
        let gamma = quotient(numbers, sum, row.inv_elapsed.value(), cycles(averages));
        widen(&mut all.sum, sum.0, sum.1);
        widen(&mut all.gamma, gamma.0, gamma.1);
    }
}
