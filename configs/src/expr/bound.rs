//! Value ranges and error bounds of a program over given inputs: what `dysta check` prints.
//!
//! The bound is the largest distance between the exact value of the hardware and the same formula in real arithmetic on the
//! unrounded inputs. Each node carries the range of its real value, the range of the value that hardware holds, and the
//! distance of the two. Sums add errors, products |real a|·eb + |held b|·ea, min and max take the larger error, a select whose
//! condition may flip adds the distance of its branches; truncation adds one step, rounding of a floating-point value half a
//! step of its magnitude (or the smallest number, below which it is flushed), saturation what the format cuts off.
//! The bound holds for inputs that saturate, too; it is then as large as the part that is cut off.

use std::collections::BTreeMap;

use super::field::Field;
use super::program::{NodeId, Op, Program, never_before};
use crate::soft_float::FloatFormat;

/// Covers the rounding of this analysis, which runs in f64.
const MARGIN: f64 = 1.0 + 1e-9;

/// Covers the cancellation of large f64 values.
const F64_STEP: f64 = 1.0 / (1u64 << 50) as f64;

/// Interval of real values with a bound on the error of the hardware value.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Interval {
    /// Smallest real value.
    pub low: f64,
    /// Largest real value.
    pub high: f64,
    /// Largest distance of the hardware value from the real one.
    pub error: f64,
}

impl Interval {
    /// An interval with an error bound.
    pub fn new(low: f64, high: f64, error: f64) -> Interval {
        Interval { low, high, error }
    }
}

/// Ranges of the inputs, times in units.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Inputs {
    /// Fields; points in time count from any common origin.
    pub fields: BTreeMap<Field, Interval>,
    /// Columns of the profile table.
    pub columns: Vec<Interval>,
    /// Runtime registers.
    pub statics: Vec<Interval>,
}

/// Outcome of [`analyse`].
#[derive(Debug, Clone, PartialEq)]
pub struct Analysis {
    /// Interval of each node.
    pub nodes: Vec<Interval>,
    /// Nodes whose format these inputs can leave.
    pub saturating: Vec<NodeId>,
}

/// Ranges and errors of every node of `program`. Inputs that are not given span their whole format without error.
pub fn analyse(program: &Program, inputs: &Inputs) -> Analysis {
    let mut known: Vec<Known> = Vec::new();
    let mut saturating = Vec::new();
    for id in 0..program.nodes.len() {
        let (value, saturates) = match leaf(program, inputs, id) {
            Some(interval) => stored(program, interval, id),
            None => rounded(program, operator(program, &known, id), id),
        };
        if saturates {
            saturating.push(id);
        }
        known.push(value);
    }
    Analysis {
        nodes: known.into_iter().map(|value| value.real).collect(),
        saturating,
    }
}

/// A range of values, both ends included.
type Range = (f64, f64);

/// What is known of a node.
#[derive(Debug, Clone, Copy)]
struct Known {
    /// Real value, with the distance of the hardware value.
    real: Interval,
    /// Hardware value.
    held: Range,
}

impl Known {
    fn reals(&self) -> Range {
        (self.real.low, self.real.high)
    }
}

fn magnitude(range: Range) -> f64 {
    range.0.abs().max(range.1.abs())
}

/// Largest distance of a value of `a` from a value of `b`.
fn distance(a: Range, b: Range) -> f64 {
    (a.1 - b.0).max(b.1 - a.0).max(0.0)
}

/// Ends of the format of a node; a packed reciprocal reaches 1.
fn ends(program: &Program, id: NodeId) -> Range {
    program.nodes[id].ends()
}

fn leaf(program: &Program, inputs: &Inputs, id: NodeId) -> Option<Interval> {
    let node = &program.nodes[id];
    let given = match node.op {
        Op::Field(field) => inputs.fields.get(&field),
        Op::Static(index) => inputs.statics.get(index),
        Op::Profile(index) => inputs.columns.get(index),
        Op::Const(raw) => {
            let (value, error) = (node.value(raw), program.rounding[id]);
            return Some(Interval::new(value - error, value + error, error));
        }
        _ => return None,
    };
    let (low, high) = match node.float {
        _ if node.reciprocal => node.ends(),
        Some(_) => node.ends(),
        None => (
            node.format.value(node.range.0),
            node.format.value(node.range.1),
        ),
    };
    Some(given.copied().unwrap_or(Interval::new(low, high, 0.0)))
}

/// A leaf in its format: values that lie further outside than the given error are cut off.
fn stored(program: &Program, given: Interval, id: NodeId) -> (Known, bool) {
    let (least, most) = ends(program, id);
    let over = (given.high - most).max(least - given.low);
    let error = if over > given.error {
        over * MARGIN + magnitude((given.low, given.high)) * F64_STEP
    } else {
        given.error
    };
    let held = |value: f64| value.clamp(least, most);
    let value = Known {
        real: Interval { error, ..given },
        held: (held(given.low - error), held(given.high + error)),
    };
    (value, over > given.error)
}

/// An operator on what is known of its operands, before truncation and saturation.
fn operator(program: &Program, known: &[Known], id: NodeId) -> Known {
    match program.nodes[id].op {
        Op::Add(a, b) => lifted(known[a], known[b], |x, y| (x.0 + y.0, x.1 + y.1)),
        Op::Sub(a, b) => {
            let ordered = never_before(&program.nodes, a, b);
            let least = if ordered { 0.0 } else { f64::NEG_INFINITY };
            lifted(known[a], known[b], |x, y| {
                ((x.0 - y.1).max(least), (x.1 - y.0).max(least))
            })
        }
        Op::SatSub(a, b) => lifted(known[a], known[b], |x, y| {
            ((x.0 - y.1).max(0.0), (x.1 - y.0).max(0.0))
        }),
        Op::Mul(a, b) | Op::MulInv(a, b) => product(known[a], known[b]),
        Op::Min(a, b) => nearest(known[a], known[b], f64::min),
        Op::Max(a, b) => nearest(known[a], known[b], f64::max),
        Op::Select(c, a, b) => select(program, known, c, known[a], known[b]),
        Op::ToFloat(a) => known[a],
        // A condition; its error shows in the select that it steers.
        _ => Known {
            real: Interval::new(0.0, 1.0, 0.0),
            held: (0.0, 1.0),
        },
    }
}

/// An operator whose error is the sum of the errors of its operands.
fn lifted(a: Known, b: Known, op: impl Fn(Range, Range) -> Range) -> Known {
    let (low, high) = op(a.reals(), b.reals());
    Known {
        real: Interval::new(low, high, a.real.error + b.real.error),
        held: op(a.held, b.held),
    }
}

/// Minimum or maximum: its error is the larger of both.
fn nearest(a: Known, b: Known, op: impl Fn(f64, f64) -> f64) -> Known {
    let both = |x: Range, y: Range| (op(x.0, y.0), op(x.1, y.1));
    let (low, high) = both(a.reals(), b.reals());
    Known {
        real: Interval::new(low, high, a.real.error.max(b.real.error)),
        held: both(a.held, b.held),
    }
}

fn corners(a: Range, b: Range) -> Range {
    let products = [a.0 * b.0, a.0 * b.1, a.1 * b.0, a.1 * b.1];
    (
        products.into_iter().fold(f64::INFINITY, f64::min),
        products.into_iter().fold(f64::NEG_INFINITY, f64::max),
    )
}

/// ra·rb − ha·hb = ra·(rb − hb) + hb·(ra − ha), and the same with a and b exchanged.
fn product(a: Known, b: Known) -> Known {
    let error =
        |x: Known, y: Known| magnitude(x.reals()) * y.real.error + magnitude(y.held) * x.real.error;
    let (low, high) = corners(a.reals(), b.reals());
    Known {
        real: Interval::new(low, high, error(a, b).min(error(b, a))),
        held: corners(a.held, b.held),
    }
}

fn select(program: &Program, known: &[Known], condition: NodeId, a: Known, b: Known) -> Known {
    let union = |x: Range, y: Range| (x.0.min(y.0), x.1.max(y.1));
    let same = a.real.error.max(b.real.error);
    let other = distance(a.held, b.reals()).max(distance(b.held, a.reals()));
    let error = if can_flip(program, known, condition) {
        same.max(other)
    } else {
        same
    };
    let (low, high) = union(a.reals(), b.reals());
    Known {
        real: Interval::new(low, high, error),
        held: union(a.held, b.held),
    }
}

/// The hardware can decide a comparison otherwise: its operands have errors and come near enough.
fn can_flip(program: &Program, known: &[Known], condition: NodeId) -> bool {
    let (Op::Lt(a, b) | Op::Le(a, b)) = program.nodes[condition].op else {
        return false;
    };
    let (x, y) = (known[a].real, known[b].real);
    let error = x.error + y.error;
    error > 0.0 && x.low - y.high <= error && y.low - x.high <= error
}

/// Rounding to nearest, flushing and saturation of a floating-point result.
fn rounded_float(float: FloatFormat, exact: Known) -> (Known, bool) {
    let limit = float.limit();
    let step =
        |range: Range| (magnitude(range).min(limit) * float.half_step()).max(float.smallest());
    let error = (exact.real.error + step(exact.held)) * MARGIN;
    let low = exact.held.0.max(exact.real.low - error);
    let high = exact.held.1.min(exact.real.high + error);
    let saturates = high > limit || low < -limit;
    let over = (exact.real.high - limit).max(-limit - exact.real.low);
    let error = match saturates {
        true => error.max(over * MARGIN + magnitude(exact.reals()) * F64_STEP),
        false => error,
    };
    let wider = step((low, high));
    let held = |value: f64, by: f64| (value + by).clamp(-limit, limit);
    // A result that cannot be negative rounds to none.
    let least = if low >= 0.0 {
        held(low, -wider).max(0.0)
    } else {
        held(low, -wider)
    };
    let value = Known {
        real: Interval {
            error,
            ..exact.real
        },
        held: (least, held(high, wider)),
    };
    (value, saturates)
}

/// Truncation to the node's fraction, then saturation to its format.
fn rounded(program: &Program, exact: Known, id: NodeId) -> (Known, bool) {
    match (program.nodes[id].op, program.nodes[id].float) {
        // A choice takes a value as it is.
        (Op::Min(..) | Op::Max(..) | Op::Select(..), Some(_)) => return (exact, false),
        (_, Some(float)) => return rounded_float(float, exact),
        _ => {}
    }
    let format = program.nodes[id].format;
    let step = 2.0 * format.half_step();
    let cut = if truncates(program, id) { step } else { 0.0 };
    let error = (exact.real.error + cut) * MARGIN;
    let (least, most) = ends(program, id);
    // A held value is a multiple of the step, so it leaves the format a whole step above its end.
    let low = exact.held.0.max(exact.real.low - error);
    let high = exact.held.1.min(exact.real.high + error);
    let saturates = high > most + step * (2.0 - MARGIN) || low < least;
    let over = (exact.real.high - most).max(least - exact.real.low);
    let error = if saturates {
        error.max(over * MARGIN + magnitude(exact.reals()) * F64_STEP)
    } else {
        error
    };
    let value = Known {
        real: Interval {
            error,
            ..exact.real
        },
        held: ((low - cut).clamp(least, most), high.clamp(least, most)),
    };
    (value, saturates)
}

fn truncates(program: &Program, id: NodeId) -> bool {
    let frac = |o: NodeId| program.nodes[o].format.frac;
    let kept = program.nodes[id].format.frac;
    match program.nodes[id].op {
        Op::MulInv(..) => true,
        Op::Mul(a, b) => frac(a) + frac(b) > kept,
        op => op.operands().iter().any(|o| frac(*o) > kept),
    }
}
