//! Over which ranges the inputs of a score vary in a scenario, and how far the hardware's inputs are from the real ones.

use dysta_config::expr::{Field, Program, bound};
use dysta_config::layout::index_width;

use crate::scenario::Scenario;
use crate::units::cycles_to_seconds;

use bound::{Inputs, Interval};

/// Relative error of a 16-bit mantissa rounded to nearest.
const RECIPROCAL_ERROR: f64 = 1.0 / 65536.0;

/// Ranges and errors of the inputs of the score, times in units of the scheduler.
///
/// Points in time span from the first clock to the last deadline or to the time by which all work can be done one request
/// after the other, whichever is later.
pub fn inputs(scenario: &Scenario) -> Inputs {
    let program = &scenario.params.program;
    Inputs {
        fields: fields(scenario).into_iter().collect(),
        columns: (0..program.columns.len())
            .map(|index| column(scenario, index))
            .collect(),
        statics: statics(scenario, program),
    }
}

fn fields(scenario: &Scenario) -> Vec<(Field, Interval)> {
    let spec = &scenario.params.spec;
    let instant = Interval::new(0.0, horizon(scenario), 1.0);
    let stats = &scenario.workload.stats;
    let remaining = stats.iter().flat_map(|s| s.remaining_s.iter().copied());
    let isolated = || stats.iter().map(|s| s.isolated_s);
    let lengths = |(low, high): (f64, f64)| {
        let units = units_of_seconds(scenario);
        Interval::new(low * units, high * units, 0.5)
    };
    let capacity = f64::from(spec.capacity);
    let priorities = scenario.requests.iter().map(|r| f64::from(r.priority));
    let (low, high) = extent(priorities);
    let layers = f64::from((1u32 << index_width(spec.layers)) - 1);
    vec![
        (Field::Now, instant),
        (Field::Deadline, instant),
        (Field::Arrival, instant),
        (Field::LastRun, instant),
        (Field::Priority, Interval::new(low, high, 0.0)),
        (Field::Gamma, gamma(scenario)),
        (Field::LatRemaining, lengths(extent(remaining))),
        (Field::Isolated, lengths(extent(isolated()))),
        (Field::Queue, Interval::new(1.0, capacity, 0.0)),
        (
            Field::InvQueue,
            Interval::new(1.0 / capacity, 1.0, 0.5 * RECIPROCAL_ERROR),
        ),
        (Field::Layer, Interval::new(0.0, layers, 0.0)),
    ]
}

fn units_of_seconds(scenario: &Scenario) -> f64 {
    scenario.clock_hz as f64 / f64::from(scenario.params.spec.time_unit_cycles)
}

/// Smallest and largest of some values; 0 to 0 where there is none.
fn extent(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values
        .map(|value| (value, value))
        .reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
        .unwrap_or((0.0, 0.0))
}

/// Latest time, in units: the last deadline, or the last arrival and then all work in a row.
fn horizon(scenario: &Scenario) -> f64 {
    let requests = &scenario.requests;
    let deadline = requests.iter().map(|r| r.deadline).max().unwrap_or(0);
    let arrival = requests.iter().map(|r| r.arrival).max().unwrap_or(0);
    let work: u64 = requests.iter().map(|r| r.isolated_cycles()).sum();
    let cycles = deadline.max(arrival.saturating_add(work));
    cycles_to_seconds(cycles, scenario.clock_hz) * units_of_seconds(scenario)
}

/// γ over all requests, with the error of the sum of truncated ratios and of the rounded mean.
fn gamma(scenario: &Scenario) -> Interval {
    let format = dysta_config::expr::GAMMA;
    let (low, high) = extent(scenario.requests.iter().flat_map(|request| {
        let averages = &scenario.workload.stats[request.profile as usize].avg_nnz;
        let ratios = request.layers.iter().zip(averages);
        let mut sum = 0.0;
        ratios.enumerate().map(move |(index, (layer, average))| {
            sum += f64::from(layer.nnz) / average;
            sum / (index + 1) as f64
        })
    }));
    let step = 2.0 * format.half_step();
    let error = 2.0 * RECIPROCAL_ERROR * high + step + format.half_step();
    Interval::new(low.min(1.0), high.max(1.0), error)
}

fn column(scenario: &Scenario, index: usize) -> Interval {
    let column = &scenario.params.program.columns[index];
    let profiles = scenario.image.profiles.iter().map(|p| p.columns[index]);
    if column.reciprocal {
        let values = profiles.map(|word| reciprocal(word).value());
        let (low, high) = extent(values);
        return Interval::new(low, high, high * RECIPROCAL_ERROR);
    }
    let (low, high) = extent(profiles.map(|raw| column.format.value(i128::from(raw))));
    Interval::new(low, high, column.format.half_step())
}

fn reciprocal(word: u64) -> dysta_config::expr::Reciprocal {
    dysta_config::expr::Reciprocal {
        mantissa: (word & 0xFFFF) as u32,
        shift: (word >> 16) as u32 & 0x3F,
    }
}

fn statics(scenario: &Scenario, program: &Program) -> Vec<Interval> {
    let registers = program.statics.iter().zip(&scenario.image.statics);
    registers
        .map(|(register, raw)| {
            let value = register.format.value(i128::from(*raw));
            Interval::new(value, value, register.format.half_step())
        })
        .collect()
}
