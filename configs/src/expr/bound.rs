//! Value ranges and error bounds of a program over given inputs: what `dysta check` prints.
//!
//! The bound is the largest distance between the exact fixed-point value and the same formula in real arithmetic on the
//! unrounded inputs. Rules: sums add errors, products |a|·eb + |b|·ea + ea·eb, min and max take the larger error, a select whose
//! condition may flip adds the distance of its branches; truncation adds one step, saturation the part cut off.

use std::collections::BTreeMap;

use super::field::Field;
use super::program::{NodeId, Op, Program};

/// Interval of real values with a bound on the error of the hardware value.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Interval {
    /// Smallest value.
    pub low: f64,
    /// Largest value.
    pub high: f64,
    /// Largest distance of the hardware value from the real one.
    pub error: f64,
}

impl Interval {
    /// An interval with an error bound.
    pub fn new(low: f64, high: f64, error: f64) -> Interval {
        Interval { low, high, error }
    }

    fn magnitude(self) -> f64 {
        self.low.abs().max(self.high.abs())
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
    let mut analysis = Analysis {
        nodes: Vec::new(),
        saturating: Vec::new(),
    };
    for id in 0..program.nodes.len() {
        let exact = exact(program, inputs, &analysis.nodes, id);
        let (kept, cut) = rounded(program, exact, id);
        if cut {
            analysis.saturating.push(id);
        }
        analysis.nodes.push(kept);
    }
    analysis
}

fn exact(program: &Program, inputs: &Inputs, done: &[Interval], id: NodeId) -> Interval {
    let node = &program.nodes[id];
    let whole = Interval::new(
        node.format.value(node.range.0),
        node.format.value(node.range.1),
        0.0,
    );
    match node.op {
        Op::Field(field) => inputs.fields.get(&field).copied().unwrap_or(whole),
        Op::Const(raw) => Interval::new(
            node.format.value(raw),
            node.format.value(raw),
            node.format.half_step(),
        ),
        Op::Static(index) => inputs.statics.get(index).copied().unwrap_or(whole),
        Op::Profile(index) => inputs.columns.get(index).copied().unwrap_or(whole),
        Op::Add(a, b) => Interval::new(
            done[a].low + done[b].low,
            done[a].high + done[b].high,
            done[a].error + done[b].error,
        ),
        Op::Sub(a, b) if !is_age(program, a, b) => difference(done[a], done[b]),
        Op::Sub(a, b) | Op::SatSub(a, b) => {
            let d = difference(done[a], done[b]);
            Interval::new(d.low.max(0.0), d.high.max(0.0), d.error)
        }
        Op::Mul(a, b) | Op::MulInv(a, b) => product(done[a], done[b]),
        Op::Min(a, b) => Interval::new(
            done[a].low.min(done[b].low),
            done[a].high.min(done[b].high),
            done[a].error.max(done[b].error),
        ),
        Op::Max(a, b) => Interval::new(
            done[a].low.max(done[b].low),
            done[a].high.max(done[b].high),
            done[a].error.max(done[b].error),
        ),
        Op::Lt(..) | Op::Le(..) => Interval::new(0.0, 1.0, 0.0),
        Op::Select(c, a, b) => select(program, done, c, done[a], done[b]),
    }
}

/// `now - arrival` or `now - last_run`: what has happened is never later than now, which the two ranges alone do not tell.
fn is_age(program: &Program, a: NodeId, b: NodeId) -> bool {
    let is = |id: NodeId, fields: &[Field]| matches!(program.nodes[id].op, Op::Field(field) if fields.contains(&field));
    is(a, &[Field::Now]) && is(b, &[Field::Arrival, Field::LastRun])
}

fn difference(a: Interval, b: Interval) -> Interval {
    Interval::new(a.low - b.high, a.high - b.low, a.error + b.error)
}

fn product(a: Interval, b: Interval) -> Interval {
    let corners = [
        a.low * b.low,
        a.low * b.high,
        a.high * b.low,
        a.high * b.high,
    ];
    let low = corners.iter().copied().fold(f64::INFINITY, f64::min);
    let high = corners.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    Interval::new(
        low,
        high,
        a.magnitude() * b.error + b.magnitude() * a.error + a.error * b.error,
    )
}

fn select(
    program: &Program,
    done: &[Interval],
    condition: NodeId,
    a: Interval,
    b: Interval,
) -> Interval {
    let operands = program.nodes[condition].op.operands();
    let can_flip = operands.iter().any(|o| done[*o].error > 0.0);
    let branches = (a.high - b.low).abs().max((b.high - a.low).abs());
    let error = a.error.max(b.error) + if can_flip { branches } else { 0.0 };
    Interval::new(a.low.min(b.low), a.high.max(b.high), error)
}

/// Truncation to the node's fraction and saturation to its format.
fn rounded(program: &Program, exact: Interval, id: NodeId) -> (Interval, bool) {
    let node = &program.nodes[id];
    if node.op.operands().is_empty() || matches!(node.op, Op::Lt(..) | Op::Le(..)) {
        return (exact, false);
    }
    let step = if truncates(program, id) {
        2.0 * node.format.half_step()
    } else {
        0.0
    };
    let (least, most) = (
        node.format.value(node.format.min_raw()),
        node.format.value(node.format.max_raw()),
    );
    let reach = exact.error + step;
    let over = (exact.high + reach - most)
        .max(least - exact.low + reach)
        .max(0.0);
    // The lower end of an unsigned format is reached by error only where the exact value is never negative.
    let over = if exact.low >= 0.0 && least == 0.0 {
        (exact.high + reach - most).max(0.0)
    } else {
        over
    };
    let interval = Interval::new(
        exact.low.clamp(least, most),
        exact.high.clamp(least, most),
        exact.error + step + over,
    );
    (interval, over > 0.0)
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
