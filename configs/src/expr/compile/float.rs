//! Floating-point programs: which values are integers, where they become floating-point numbers.
//!
//! Points in time stay integers in units and the difference of two of them is exact; what a difference, γ or a small count
//! becomes in a score is converted once ([`Op::ToFloat`]). Tables and registers hold floating-point words. Of a
//! floating-point value only the range of its sign is followed: it decides whether a clamp or a mapping of the score is
//! needed.

use crate::expr::field::{Class, Field, Kind};
use crate::expr::format::Format;
use crate::expr::program::{Node, NodeId, Op};
use crate::params::Predictor;
use crate::soft_float::FloatFormat;

use super::{Compiled, Compiler, unsupported};

/// The integer format that carries a floating-point word.
pub(super) fn word(float: FloatFormat) -> Format {
    Format::unsigned(float.bits(), 0)
}

impl Compiler<'_> {
    /// A leaf whose table or register holds floating-point words of values that are not negative.
    pub(super) fn as_float(&mut self, id: NodeId, float: Option<FloatFormat>) -> NodeId {
        if float.is_some() {
            self.nodes[id].float = float;
            self.nodes[id].range = (0, 1);
        }
        id
    }

    pub(super) fn float_constant(&mut self, value: f64, float: FloatFormat) -> Compiled {
        let held = float.from_f64(value);
        if value != 0.0 && float.to_f64(held) == 0.0 {
            return Err(unsupported(
                format!("the constant {value} rounds to zero in {float}"),
                &format!(
                    "use at least {:e}, or scale the other factor",
                    float.smallest()
                ),
            ));
        }
        if value.abs() > float.limit() {
            return Err(unsupported(
                format!("the constant {value} is too large for {float}"),
                &format!("constants must not exceed {:e}", float.limit()),
            ));
        }
        // A literal zero has no sign.
        let raw = i128::from(if value == 0.0 { 0 } else { held });
        let sign = i128::from(value > 0.0) - i128::from(value < 0.0);
        let node = self.push(Node {
            float: Some(float),
            range: (sign, sign),
            ..self.float_node(Op::Const(raw), Kind::Ratio, Class::Static, float)
        });
        let error = (value - float.to_f64(held)).abs();
        self.rounding[node] = self.rounding[node].max(error);
        Ok(node)
    }

    fn float_node(&self, op: Op, kind: Kind, class: Class, float: FloatFormat) -> Node {
        Node {
            op,
            kind,
            class,
            format: word(float),
            reciprocal: false,
            float: Some(float),
            range: (0, 1),
            exact: word(float),
            saturates: false,
        }
    }

    /// A field: a point in time as it is, a table value as a floating-point word, anything else converted.
    pub(super) fn float_field(&mut self, field: Field, float: FloatFormat) -> NodeId {
        let id = self.field(field);
        match field {
            Field::Now | Field::Deadline | Field::Arrival | Field::LastRun => id,
            Field::Gamma if self.widths.predictor == Predictor::None => id,
            Field::LatRemaining | Field::Isolated | Field::InvIsolated | Field::InvQueue => {
                let leaf = self.float_node(self.nodes[id].op, field.kind(), field.class(), float);
                self.push(leaf)
            }
            Field::Priority | Field::Gamma | Field::Queue | Field::Layer | Field::Running => {
                self.convert_to_float(id, float)
            }
        }
    }

    /// The conversion of a fixed-point value.
    fn convert_to_float(&mut self, id: NodeId, float: FloatFormat) -> NodeId {
        let (range, kind) = (self.nodes[id].range, self.nodes[id].kind);
        let op = Op::ToFloat(id);
        let node = Node {
            range: (range.0.signum(), range.1.signum()),
            ..self.float_node(op, kind, self.home(op), float)
        };
        self.push(node)
    }

    /// An operator on points in time, whose result is converted unless it is one, or on floating-point values.
    pub(super) fn float_operator(&mut self, op: Op, kind: Kind, float: FloatFormat) -> Compiled {
        let integer = |id: &NodeId| self.nodes[*id].float.is_none();
        let numbers: Vec<NodeId> = match op {
            Op::Select(_, a, b) => vec![a, b],
            op => op.operands(),
        };
        if numbers.iter().all(integer) {
            let result = self.fixed_operator(op, kind, None)?;
            return Ok(match kind {
                Kind::Instant | Kind::Bool => result,
                _ => self.convert_to_float(result, float),
            });
        }
        if numbers.iter().any(integer) {
            return Err(unsupported(
                "a floating-point score combines a point in time with a time or number",
                "take the difference of two points in time first, for instance (deadline - now) - t_rem",
            ));
        }
        let class = self.home(op);
        let node = match op {
            Op::Lt(..) | Op::Le(..) => return self.fixed_operator(op, kind, None),
            _ => Node {
                range: self.sign(op),
                ..self.float_node(op, kind, class, float)
            },
        };
        Ok(self.push(node))
    }

    /// Range of the sign of a result; from 0 on, the sign bit is never set.
    fn sign(&self, op: Op) -> (i128, i128) {
        let of = |id: NodeId| self.nodes[id].range;
        match op {
            Op::Add(a, b) | Op::Select(_, a, b) => (of(a).0.min(of(b).0), of(a).1.max(of(b).1)),
            Op::Sub(a, b) => (of(a).0.min(-of(b).1), of(a).1.max(-of(b).0)),
            // Zero times a negative number is -0.
            Op::Mul(a, b) => (of(a).0.min(of(b).0).min(0), 1),
            Op::Min(a, b) => (of(a).0.min(of(b).0), of(a).1.min(of(b).1)),
            // Of two zeros the second is taken.
            Op::Max(_, b) if of(b).0 >= 0 => (0, 1),
            Op::Max(a, b) => (of(a).0.min(of(b).0), of(a).1.max(of(b).1)),
            _ => (0, 1),
        }
    }
}
