//! Runs in the numbers of the hardware: the golden model of a scheduler with room for every queue.

use dysta_config::fields::raw::{Metric, Numerics, PenaltyScale};

use super::plan::{Point, predictor_name};
use super::run::PointResult;
use super::setup::{BenchError, Setup, hardware_params};
use crate::golden::{Observer, Sight};
use crate::metrics::Outcome;
use crate::scenario::{Play, Scenario, Variation};

/// Largest and summed queue of a run.
#[derive(Default)]
struct Queue {
    decisions: u64,
    sum: u64,
    max: u64,
}

impl Observer for Queue {
    fn decision(&mut self, sight: &Sight<'_>) {
        let queue = sight.decision.queue as u64;
        self.decisions += 1;
        self.sum += queue;
        self.max = self.max.max(queue);
    }
}

pub(super) fn run(
    setup: &Setup,
    point: &Point,
    variation: &Variation,
) -> Result<PointResult, BenchError> {
    let (params, clock_hz) = hardware_params(&sets(setup, point)).map_err(BenchError::Config)?;
    let workload = setup.supply(point).draw(variation)?;
    let scenario = Scenario::new(params, clock_hz, workload)?;
    let stimulus = scenario.stimulus(&Play::default());
    let mut queue = Queue::default();
    let trace = scenario.golden(&stimulus, &mut queue)?;
    let outcomes: Vec<Outcome> = scenario.outcomes(&stimulus, &trace);
    let mut result = setup.measured(point, &outcomes);
    result.metrics.extend([
        (
            Metric::QueueMean,
            queue.sum as f64 / queue.decisions.max(1) as f64,
        ),
        (Metric::QueueMax, queue.max as f64),
    ]);
    Ok(result)
}

/// Policy, predictor and numbers; floating point with the units of the presets that are made for it.
fn sets(setup: &Setup, point: &Point) -> Vec<String> {
    let experiment = setup.experiment(point);
    let series = &point.cell.series;
    let policy = &experiment.policies[series.policy].value;
    let (format, unit) = match series.numerics {
        Numerics::F64 | Numerics::Fixed => ("fixed", 64),
        Numerics::Fp16 => ("fp16", 16384),
        Numerics::Fp32 => ("fp32", 64),
    };
    let mut sets = vec![
        format!("scheduler.policy={policy}"),
        format!("scheduler.numbers.format={format}"),
        format!("scheduler.numbers.time_unit_cycles={unit}"),
    ];
    if series.numerics == Numerics::Fixed {
        sets.push("scheduler.numbers.static_int_bits=22".to_owned());
    }
    if let Some(predictor) = series.predictor {
        sets.push(format!("scheduler.predictor={}", predictor_name(predictor)));
    }
    let published = experiment.penalty_scale == PenaltyScale::Clock;
    if published && policy == "dysta" {
        sets.push("scheduler.policy.params.penalty_scale=clock".to_owned());
    }
    sets
}
