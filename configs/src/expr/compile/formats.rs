//! Formats: the exact range of each operator, what is kept of it, the port format of the score.

use crate::expr::error::ExprError;
use crate::expr::field::{Class, Kind};
use crate::expr::format::Format;
use crate::expr::program::{Node, NodeId, Op, never_before};

use super::{Compiled, Compiler, SCALED_TIME_FRAC, unsupported};

/// Integer bits that an intermediate time may grow by before the score saturates.
const GUARD: u32 = 4;

/// Format that holds `range` at `frac` fraction bits.
pub(super) fn fit(range: (i128, i128), frac: u32) -> Format {
    let magnitude = range.1.max(-(range.0 + 1)).max(0);
    let bits = 128 - magnitude.leading_zeros();
    Format {
        signed: range.0 < 0,
        int: bits.saturating_sub(frac),
        frac,
    }
}

fn never_fits(range: (i128, i128), format: Format, op: Op) -> ExprError {
    let (low, high) = (format.value(range.0), format.value(range.1));
    let ends = (
        format.value(format.min_raw()),
        format.value(format.max_raw()),
    );
    let name = op.name();
    let message = format!(
        "the values of a {name} lie between {low} and {high}, its format {format} holds {} to {}",
        ends.0, ends.1
    );
    ExprError::overflow(message, 0..0)
}

/// Smallest and largest product of values of two ranges.
fn corners(a: (i128, i128), b: (i128, i128)) -> (i128, i128) {
    let products = [a.0 * b.0, a.0 * b.1, a.1 * b.0, a.1 * b.1];
    let (least, most) = (products.iter().min(), products.iter().max());
    (
        least.copied().unwrap_or_default(),
        most.copied().unwrap_or_default(),
    )
}

impl Compiler<'_> {
    pub(super) fn operator(&mut self, op: Op, kind: Kind) -> Compiled {
        match self.widths.float {
            Some(float) => self.float_operator(op, kind, float),
            None => self.fixed_operator(op, kind, None),
        }
    }

    /// An operator in fixed point; `caps` are its integer and fraction bits at most, by default those of its kind.
    pub(super) fn fixed_operator(
        &mut self,
        op: Op,
        kind: Kind,
        caps: Option<(u32, u32)>,
    ) -> Compiled {
        let class = self.home(op);
        let (range, frac) = self.exact_range(op);
        let exact = fit(range, frac);
        let (int_cap, frac_cap) = caps.unwrap_or_else(|| self.caps(op, kind, class));
        let kept = frac.min(frac_cap);
        let range = (range.0 >> (frac - kept), range.1 >> (frac - kept));
        let mut format = fit(range, kept);
        if class == Class::Decision {
            let register = self.widths.numbers.register;
            format.frac = format.frac.min(register.saturating_sub(format.int));
        }
        let range = (
            range.0 >> (kept - format.frac),
            range.1 >> (kept - format.frac),
        );
        let saturates = format.int > int_cap;
        format.int = format.int.min(int_cap);
        if range.0 > format.max_raw() || range.1 < format.min_raw() {
            return Err(never_fits(range, format, op));
        }
        let range = (format.saturate(range.0), format.saturate(range.1));
        Ok(self.push(Node {
            op,
            kind,
            class,
            format,
            reciprocal: false,
            float: None,
            range,
            exact,
            saturates,
        }))
    }

    /// Binding time of an operator: operators run in the update unit or in the lane, never in the tables.
    pub(super) fn home(&self, op: Op) -> Class {
        let operands = op.operands();
        let classes = operands.iter().map(|id| self.nodes[*id].class);
        match classes.fold(Class::Static, Class::join) {
            Class::Static => Class::Decision,
            Class::Profile => Class::Entry,
            class => class,
        }
    }

    /// Range of the exact result with its fraction bits.
    pub(super) fn exact_range(&self, op: Op) -> ((i128, i128), u32) {
        let aligned = |a: NodeId, b: NodeId| {
            let (x, y) = (&self.nodes[a], &self.nodes[b]);
            let frac = x.format.frac.max(y.format.frac);
            let up = |n: &Node| {
                (
                    n.range.0 << (frac - n.format.frac),
                    n.range.1 << (frac - n.format.frac),
                )
            };
            (up(x), up(y), frac)
        };
        match op {
            Op::Add(a, b) => {
                let (x, y, frac) = aligned(a, b);
                ((x.0 + y.0, x.1 + y.1), frac)
            }
            Op::Sub(a, b) => {
                let (x, y, frac) = aligned(a, b);
                let low = if never_before(&self.nodes, a, b) {
                    0
                } else {
                    x.0 - y.1
                };
                ((low, x.1 - y.0), frac)
            }
            Op::SatSub(a, b) => {
                let (x, y, frac) = aligned(a, b);
                ((0, (x.1 - y.0).max(0)), frac)
            }
            Op::Mul(a, b) => {
                let (x, y) = (&self.nodes[a], &self.nodes[b]);
                (corners(x.range, y.range), x.format.frac + y.format.frac)
            }
            Op::MulInv(a, _) => {
                // A reciprocal lies between 0 and 1.
                let x = &self.nodes[a];
                let frac = self.widths.numbers.number_frac.max(x.format.frac);
                let up = |raw: i128| raw << (frac - x.format.frac);
                ((up(x.range.0.min(0)), up(x.range.1.max(0))), frac)
            }
            Op::Min(a, b) => {
                let (x, y, frac) = aligned(a, b);
                ((x.0.min(y.0), x.1.min(y.1)), frac)
            }
            Op::Max(a, b) => {
                let (x, y, frac) = aligned(a, b);
                ((x.0.max(y.0), x.1.max(y.1)), frac)
            }
            Op::Select(_, a, b) => {
                let (x, y, frac) = aligned(a, b);
                ((x.0.min(y.0), x.1.max(y.1)), frac)
            }
            Op::Lt(..) | Op::Le(..) => ((0, 1), 0),
            Op::ToFloat(_) | Op::Field(_) | Op::Const(_) | Op::Static(_) | Op::Profile(_) => {
                ((0, 0), 0)
            }
        }
    }

    /// Integer and fraction bits that a result keeps.
    pub(super) fn caps(&self, op: Op, kind: Kind, class: Class) -> (u32, u32) {
        let numbers = &self.widths.numbers;
        let (duration, fraction) = (numbers.duration, numbers.score_frac);
        if let Op::Mul(a, b) = op {
            let scaled = |is_it: fn(&Self, NodeId) -> bool| is_it(self, a) || is_it(self, b);
            if class == Class::Decision && scaled(Self::is_scaled_register) {
                return (numbers.register, numbers.register);
            }
            if scaled(Self::is_scaled_column) {
                return (duration, SCALED_TIME_FRAC);
            }
        }
        let stored = class == Class::Entry;
        let difference =
            matches!(op, Op::Sub(a, _) | Op::SatSub(a, _) if self.nodes[a].kind == Kind::Instant);
        match kind {
            Kind::Instant => (self.widths.instant, 0),
            Kind::Duration if stored => (duration, 0),
            Kind::Duration if difference => (duration, fraction),
            Kind::Duration => (duration + GUARD, fraction),
            Kind::Area if stored => (56, 0),
            Kind::Area => (56, fraction),
            Kind::Ratio | Kind::Inverse => (16, numbers.number_frac),
            Kind::Bool => (1, 0),
        }
    }

    /// Brings the score to its port format: UQ32.8 for times, saturating (design: scheduler, "Numbers").
    pub(super) fn finish_score(&mut self, id: NodeId) -> Compiled {
        let node = self.nodes[id].clone();
        if node.float.is_some() {
            return Ok(id);
        }
        let cap = match node.kind {
            Kind::Duration => self.widths.numbers.duration,
            Kind::Instant => self.widths.instant,
            Kind::Area => 56,
            _ => 16,
        };
        let mut format = node.format;
        format.int = format.int.min(cap);
        if format.width() > 64 {
            format.frac -= format.width() - 64;
        }
        if format == node.format {
            return Ok(id);
        }
        if node.op.operands().is_empty() || node.class != Class::Candidate {
            return Err(unsupported(
                format!("the score does not fit its port of {cap} integer bits"),
                "scale the score down",
            ));
        }
        let range = (
            format.saturate(node.range.0 >> (node.format.frac - format.frac)),
            format.saturate(node.range.1 >> (node.format.frac - format.frac)),
        );
        let saturates = node.saturates || format.int < node.format.int;
        Ok(self.push(Node {
            format,
            range,
            saturates,
            ..node
        }))
    }
}
