//! f64 evaluation of a score, in the order the user wrote it.
//!
//! A product with `inv_isolated` or `inv_queue` divides by `isolated` or `queue`, so that the arithmetic is the one of the
//! published simulator to the bit.

use dysta_config::expr::{Field, Param, PolicySpec, Program, Source, SourceId, SourceOp};

use crate::engine::{Score, ScoreEnv};

/// What symbolic parameters are worth, in one unit of time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    /// Units of time in one cycle.
    pub per_cycle: f64,
    /// Units of time in one second: what `clock` stands for.
    pub per_second: f64,
    /// Mean of isolated over the loaded profiles, in units of time.
    pub mean_isolated: f64,
}

impl Scale {
    /// Times in seconds.
    pub fn seconds(clock_hz: u64, mean_isolated_s: f64) -> Scale {
        Scale {
            per_cycle: 1.0 / clock_hz as f64,
            per_second: 1.0,
            mean_isolated: mean_isolated_s,
        }
    }

    /// Times in units of `time_unit` cycles.
    pub fn units(clock_hz: u64, time_unit: u32, mean_isolated_s: f64) -> Scale {
        let per_cycle = 1.0 / f64::from(time_unit);
        let per_second = clock_hz as f64 * per_cycle;
        Scale {
            per_cycle,
            per_second,
            mean_isolated: mean_isolated_s * per_second,
        }
    }

    fn value(&self, param: Param) -> f64 {
        match param {
            Param::Number(value) => value,
            Param::Cycles(cycles) => cycles * self.per_cycle,
            Param::Clock => self.per_second,
            Param::MeanIsolated => self.mean_isolated,
        }
    }
}

/// A score expression ready for f64 evaluation.
#[derive(Debug, Clone)]
pub struct FloatScore {
    source: Source,
    params: Vec<f64>,
}

impl FloatScore {
    /// Binds the parameters of `policy` in the unit of time of `scale`.
    pub fn new(program: &Program, policy: &PolicySpec, scale: Scale) -> FloatScore {
        let params = policy
            .params
            .iter()
            .map(|(_, param)| scale.value(*param))
            .collect();
        FloatScore {
            source: program.source.clone(),
            params,
        }
    }

    /// Value of one node of the source graph; comparisons are 0 or 1.
    pub fn evaluate(&self, id: SourceId, field: &impl Fn(Field) -> f64) -> f64 {
        let value = |id: SourceId| self.evaluate(id, field);
        match self.source.nodes[id].op {
            SourceOp::Field(name) => field(name),
            SourceOp::Number(number) => number,
            SourceOp::Param(index) => self.params[index],
            SourceOp::Add(a, b) => value(a) + value(b),
            SourceOp::Sub(a, b) => value(a) - value(b),
            SourceOp::Mul(a, b) => self.product(a, b, field),
            SourceOp::Min(a, b) => value(a).min(value(b)),
            SourceOp::Max(a, b) => value(a).max(value(b)),
            SourceOp::Lt(a, b) => f64::from(value(a) < value(b)),
            SourceOp::Le(a, b) => f64::from(value(a) <= value(b)),
            SourceOp::Select(c, a, b) => value(if value(c) != 0.0 { a } else { b }),
        }
    }

    fn product(&self, a: SourceId, b: SourceId, field: &impl Fn(Field) -> f64) -> f64 {
        match self.as_quotient(a, b) {
            Some((dividend, divisor)) => self.evaluate(dividend, field) / field(divisor),
            None => self.evaluate(a, field) * self.evaluate(b, field),
        }
    }

    /// The dividend and the divisor of a product of two nodes, when one is a reciprocal.
    pub(crate) fn as_quotient(&self, a: SourceId, b: SourceId) -> Option<(SourceId, Field)> {
        let second = self.divisor(b).map(|divisor| (a, divisor));
        second.or_else(|| Some((b, self.divisor(a)?)))
    }

    /// The graph as written.
    pub(crate) fn source(&self) -> &Source {
        &self.source
    }

    /// Value of a parameter.
    pub(crate) fn param(&self, index: usize) -> f64 {
        self.params[index]
    }

    /// The field whose reciprocal a node is.
    fn divisor(&self, id: SourceId) -> Option<Field> {
        match self.source.nodes[id].op {
            SourceOp::Field(Field::InvIsolated) => Some(Field::Isolated),
            SourceOp::Field(Field::InvQueue) => Some(Field::Queue),
            _ => None,
        }
    }
}

impl Score for FloatScore {
    fn score(&self, env: &ScoreEnv) -> f64 {
        let field = |name: Field| match name {
            Field::Now => env.now,
            Field::Deadline => env.deadline,
            Field::Arrival => env.arrival,
            Field::LastRun => env.last_run,
            Field::Priority => env.priority,
            Field::Gamma => env.gamma,
            Field::LatRemaining => env.lat_remaining,
            Field::Isolated => env.isolated,
            Field::InvIsolated => 1.0 / env.isolated,
            Field::Queue => env.queue,
            Field::InvQueue => 1.0 / env.queue,
            Field::Layer => env.layer,
            Field::Running => env.running,
        };
        self.evaluate(self.source.score, &field)
    }
}
