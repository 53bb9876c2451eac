//! Bit-exact evaluation of a [`Program`]: what the hardware computes, in integers.

use dysta_config::expr::{
    Class, Field, Format, INV_LAYERS, Node, NodeId, Numbers, Op, Program, Reciprocal, inverse_count,
};
use dysta_config::params::{Predictor, SchedulerParams};
use dysta_config::soft_float::FloatFormat;

use crate::golden::{Arithmetic, Candidate, EntryNumbers, Measured};
use crate::image::TableImage;

/// Raw value of a leaf: fields, runtime registers and columns.
pub trait Leaves {
    /// Raw value of a field in its format.
    fn field(&self, field: Field) -> i128;
    /// Raw value of a column of the profile table; a reciprocal is packed.
    fn column(&self, index: usize) -> i128;
    /// Raw value of a runtime register.
    fn register(&self, index: usize) -> i128;
}

/// Raw result of the operator of `node` on operand values in `values`.
///
/// Operands are aligned at the larger fraction; the result is truncated towards minus infinity to the node's fraction and
/// saturated to its format.
pub fn apply(program: &Program, node: &Node, values: &[i128], leaves: &impl Leaves) -> i128 {
    let frac = |id: NodeId| program.nodes[id].format.frac;
    let aligned = |a: NodeId, b: NodeId| {
        let common = frac(a).max(frac(b));
        (
            values[a] << (common - frac(a)),
            values[b] << (common - frac(b)),
            common,
        )
    };
    if let Some(result) = apply_float(program, node, values) {
        return result;
    }
    let (raw, raw_frac) = match node.op {
        // A conversion has a floating-point result.
        Op::ToFloat(_) => return 0,
        Op::Field(field) => return leaves.field(field),
        Op::Const(raw) => return raw,
        Op::Static(index) => return leaves.register(index),
        Op::Profile(index) => return leaves.column(index),
        Op::Add(a, b) => {
            let (x, y, common) = aligned(a, b);
            (x + y, common)
        }
        Op::Sub(a, b) => {
            let (x, y, common) = aligned(a, b);
            (x - y, common)
        }
        Op::SatSub(a, b) => {
            let (x, y, common) = aligned(a, b);
            ((x - y).max(0), common)
        }
        Op::Mul(a, b) => (values[a] * values[b], frac(a) + frac(b)),
        Op::MulInv(a, b) => (
            Reciprocal::unpack(values[b] as u64, program.nodes[b].format).multiply(
                values[a],
                frac(a),
                node.format.frac,
                false,
            ),
            node.format.frac,
        ),
        Op::Min(a, b) => {
            let (x, y, common) = aligned(a, b);
            (x.min(y), common)
        }
        Op::Max(a, b) => {
            let (x, y, common) = aligned(a, b);
            (x.max(y), common)
        }
        Op::Lt(a, b) => {
            let (x, y, _) = aligned(a, b);
            return i128::from(x < y);
        }
        Op::Le(a, b) => {
            let (x, y, _) = aligned(a, b);
            return i128::from(x <= y);
        }
        Op::Select(c, a, b) => {
            let (x, y, common) = aligned(a, b);
            (if values[c] != 0 { x } else { y }, common)
        }
    };
    node.format.saturate(raw >> (raw_frac - node.format.frac))
}

/// Result of an operator on floating-point values or of a conversion to one; `None` for all other nodes.
///
/// Sums and products are rounded to nearest even and saturate; of two equal operands `min` and `max` take the second.
fn apply_float(program: &Program, node: &Node, values: &[i128]) -> Option<i128> {
    let word = |id: NodeId| values[id] as u32;
    let float_of = |id: NodeId| program.nodes[id].float;
    let result = match node.op {
        Op::ToFloat(a) => node
            .float?
            .from_fixed(values[a], program.nodes[a].format.frac),
        Op::Add(a, b) => float_of(a)?.add_saturating(word(a), word(b)),
        Op::Sub(a, b) => float_of(a)?.sub_saturating(word(a), word(b)),
        Op::SatSub(a, b) => {
            let float = float_of(a)?;
            let difference = float.sub_saturating(word(a), word(b));
            match difference & float.zero(true) {
                0 => difference,
                _ => 0,
            }
        }
        Op::Mul(a, b) => float_of(a)?.mul_saturating(word(a), word(b)),
        Op::Min(a, b) => word(if float_of(a)?.lt(word(a), word(b)) {
            a
        } else {
            b
        }),
        Op::Max(a, b) => word(if float_of(a)?.le(word(a), word(b)) {
            b
        } else {
            a
        }),
        Op::Lt(a, b) => u32::from(float_of(a)?.lt(word(a), word(b))),
        Op::Le(a, b) => u32::from(float_of(a)?.le(word(a), word(b))),
        Op::Select(c, a, b) => {
            float_of(a)?;
            word(if values[c] != 0 { a } else { b })
        }
        _ => return None,
    };
    Some(i128::from(result))
}

/// Evaluates all nodes for which `wanted` holds, in order, into `values`.
fn evaluate(
    program: &Program,
    values: &mut [i128],
    leaves: &impl Leaves,
    wanted: impl Fn(&Node) -> bool,
) {
    for (id, node) in program.nodes.iter().enumerate() {
        if wanted(node) {
            values[id] = apply(program, node, values, leaves);
        }
    }
}

/// γ of `layers` executed layers from their ratio sum: the sum times the nearest reciprocal, rounded half up, not yet saturated.
pub fn gamma(numbers: &Numbers, sum: u64, layers: u32) -> i128 {
    let product = i128::from(sum) * i128::from(inverse_count(layers, INV_LAYERS.frac));
    let dropped = numbers.ratio_frac + INV_LAYERS.frac - numbers.gamma_frac;
    ((product >> (dropped - 1)) + 1) >> 1
}

/// Density ratio of one layer at `frac` fraction bits: counted non-zeros times the reciprocal of their average, truncated, not
/// yet saturated.
pub fn layer_ratio(nnz: u32, inv_density: Reciprocal, frac: u32) -> i128 {
    inv_density.multiply(i128::from(nnz), 0, frac, false)
}

/// `inv_queue` of `queue` candidates: 1 / queue to the nearest, or the nearest floating-point word.
pub fn inv_queue(numbers: &Numbers, queue: u32, float: Option<FloatFormat>) -> i128 {
    if let Some(float) = float {
        return i128::from(float.from_f64(1.0 / f64::from(queue.max(1))));
    }
    i128::from(inverse_count(queue, numbers.number_frac))
}

/// Entry values of a request with γ, remaining latency and executed layers given raw.
pub fn entry_values(
    program: &Program,
    gamma: i128,
    lat_remaining: i128,
    layer: u32,
    column: &impl Fn(usize) -> i128,
    register: &impl Fn(usize) -> i128,
) -> Vec<i128> {
    let leaves = EntryLeaves {
        gamma,
        lat_remaining,
        layer,
        column,
        register,
    };
    let mut values = vec![0; program.nodes.len()];
    evaluate(program, &mut values, &leaves, |n| {
        matches!(n.class, Class::Static | Class::Profile | Class::Entry)
    });
    program
        .entry_values
        .iter()
        .map(|value| values[value.node])
        .collect()
}

struct EntryLeaves<'a, C, R> {
    gamma: i128,
    lat_remaining: i128,
    layer: u32,
    column: &'a C,
    register: &'a R,
}

impl<C: Fn(usize) -> i128, R: Fn(usize) -> i128> Leaves for EntryLeaves<'_, C, R> {
    fn field(&self, field: Field) -> i128 {
        match field {
            Field::Gamma => self.gamma,
            Field::LatRemaining => self.lat_remaining,
            Field::Layer => i128::from(self.layer),
            _ => 0,
        }
    }

    fn column(&self, index: usize) -> i128 {
        (self.column)(index)
    }

    fn register(&self, index: usize) -> i128 {
        (self.register)(index)
    }
}

/// Values of one decision.
#[derive(Debug, Clone)]
pub struct Decision {
    now_units: i128,
    queue: u32,
    /// Static and decision nodes are filled in.
    values: Vec<i128>,
}

/// Exact arithmetic of one scheduler with loaded tables.
#[derive(Debug, Clone)]
pub struct Exact<'a> {
    params: &'a SchedulerParams,
    image: &'a TableImage,
}

impl<'a> Exact<'a> {
    /// Arithmetic of `params` on the tables of `image`.
    pub fn new(params: &'a SchedulerParams, image: &'a TableImage) -> Exact<'a> {
        Exact { params, image }
    }

    fn program(&self) -> &'a Program {
        &self.params.program
    }

    fn units(&self, cycles: u64) -> i128 {
        i128::from(cycles >> self.params.unit_log2)
    }

    fn entry_values(
        &self,
        profile: u32,
        gamma: i128,
        lat_remaining: i128,
        layer: u32,
    ) -> Vec<i128> {
        let column = |index: usize| self.image.column(profile, index);
        let register = |index: usize| self.image.register(index);
        entry_values(
            self.program(),
            gamma,
            lat_remaining,
            layer,
            &column,
            &register,
        )
    }
}

/// Takes the newest ratio into a window and gives the one that leaves it; without a window nothing leaves.
fn shift_in(predictor: Predictor, ratios: &mut Vec<u64>, ratio: u64) -> u64 {
    let Predictor::DensityLastN(window) = predictor else {
        return 0;
    };
    ratios.insert(0, ratio);
    if ratios.len() > window as usize {
        ratios.pop().unwrap_or_default()
    } else {
        0
    }
}

impl Arithmetic for Exact<'_> {
    type Decision = Decision;

    fn admit(&self, profile: u32) -> EntryNumbers {
        let values = self
            .program()
            .entry_values
            .iter()
            .map(|v| {
                let word = self.image.column(profile, v.initial) as u64;
                self.program().columns[v.initial].format.unpack(word)
            })
            .collect();
        EntryNumbers {
            gamma: self.program().numbers.gamma_one(),
            values,
            ..EntryNumbers::default()
        }
    }

    fn after_layer(
        &self,
        numbers: &mut EntryNumbers,
        profile: u32,
        executed: u32,
        measured: Measured,
    ) -> bool {
        let Some(row) = self.image.row(profile, executed.saturating_sub(1)) else {
            return false;
        };
        let mut saturated = false;
        let widths = &self.program().numbers;
        let mut keep = |raw: i128, format: Format| {
            saturated |= raw != format.saturate(raw);
            format.saturate(raw)
        };
        match self.program().prediction() {
            Predictor::None => {}
            Predictor::LatencyRatio => {
                let sum = i128::from(numbers.gamma_sum) + i128::from(measured.run_time);
                let sum = keep(sum, self.params.run_time());
                numbers.gamma_sum = sum as u64;
                let gamma = row.inv_elapsed.multiply(sum, 0, widths.gamma_frac, true);
                numbers.gamma = keep(gamma, widths.gamma()) as u64;
            }
            Predictor::DensityLast => {
                let ratio = layer_ratio(measured.nnz, row.inv_density, widths.gamma_frac);
                numbers.gamma = keep(ratio, widths.gamma()) as u64;
            }
            predictor => {
                let ratio = layer_ratio(measured.nnz, row.inv_density, widths.ratio_frac);
                let ratio = keep(ratio, widths.ratio());
                let left = shift_in(predictor, &mut numbers.ratios, ratio as u64);
                let sum = i128::from(numbers.gamma_sum) + ratio - i128::from(left);
                numbers.gamma_sum = keep(sum, widths.sum()) as u64;
                let mean = gamma(widths, numbers.gamma_sum, predictor.divisor(executed));
                numbers.gamma = keep(mean, widths.gamma()) as u64;
            }
        }
        numbers.values = self.entry_values(
            profile,
            i128::from(numbers.gamma),
            i128::from(row.lat_remaining),
            executed,
        );
        saturated
    }

    fn decision(&self, now_cycles: u64, queue: u32) -> Decision {
        let mut decision = Decision {
            now_units: self.units(now_cycles),
            queue,
            values: vec![0; self.program().nodes.len()],
        };
        let leaves = LaneLeaves {
            exact: self,
            now_units: decision.now_units,
            queue,
            candidate: None,
        };
        let mut values = std::mem::take(&mut decision.values);
        evaluate(self.program(), &mut values, &leaves, |n| {
            matches!(n.class, Class::Static | Class::Decision)
        });
        decision.values = values;
        decision
    }

    fn score(&self, decision: &Decision, candidate: &Candidate<'_>) -> u64 {
        let program = self.program();
        let mut values = decision.values.clone();
        let leaves = LaneLeaves {
            exact: self,
            now_units: decision.now_units,
            queue: decision.queue,
            candidate: Some(candidate),
        };
        for (value, raw) in program.entry_values.iter().zip(&candidate.numbers.values) {
            values[value.node] = *raw;
        }
        let layer = |n: &Node| n.op == Op::Field(Field::Layer);
        evaluate(program, &mut values, &leaves, |n| {
            matches!(n.class, Class::Profile | Class::Request | Class::Candidate) || layer(n)
        });
        program.score_word(values[program.score])
    }
}

struct LaneLeaves<'a> {
    exact: &'a Exact<'a>,
    now_units: i128,
    queue: u32,
    candidate: Option<&'a Candidate<'a>>,
}

impl Leaves for LaneLeaves<'_> {
    fn field(&self, field: Field) -> i128 {
        let of = |f: fn(&Candidate<'_>) -> u64| self.candidate.map_or(0, f);
        match field {
            Field::Now => self.now_units,
            Field::Queue => i128::from(self.queue),
            Field::InvQueue => {
                let spec = &self.exact.params.spec;
                inv_queue(&spec.numbers, self.queue, spec.number_format.float())
            }
            Field::Deadline => self.exact.units(of(|c| c.deadline)),
            Field::Arrival => self.exact.units(of(|c| c.arrival)),
            Field::LastRun => self.exact.units(of(|c| c.last_run)),
            Field::Priority => i128::from(of(|c| u64::from(c.priority))),
            Field::Layer => i128::from(of(|c| u64::from(c.layer))),
            Field::Running => i128::from(of(|c| u64::from(c.running))),
            Field::Gamma | Field::LatRemaining | Field::Isolated | Field::InvIsolated => 0,
        }
    }

    fn column(&self, index: usize) -> i128 {
        self.candidate
            .map_or(0, |c| self.exact.image.column(c.profile, index))
    }

    fn register(&self, index: usize) -> i128 {
        self.exact.image.register(index)
    }
}
