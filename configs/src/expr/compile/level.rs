//! Leaves of the static and profile level: literals, runtime registers, columns of the profile table.

use crate::expr::error::ExprError;
use crate::expr::field::{Class, Kind};
use crate::expr::format::{Format, Reciprocal};
use crate::expr::program::{Column, ColumnSource, Node, NodeId, Op, StaticRegister};
use crate::expr::source::{Param, SourceId, SourceOp};

use super::{Compiled, Compiler, fit, float, unsupported};

/// Largest error of a folded literal, relative to its magnitude or to 1.
const FOLDING_ERROR: f64 = 1.0 / (1u64 << 40) as f64;

/// Fraction bits of a constant at most.
const CONSTANT_FRAC: u32 = 32;

/// Bits left of the point of a magnitude, negative for as many zeros right of it.
fn magnitude_bits(value: f64) -> i32 {
    (value.abs().log2().floor() as i32).saturating_add(1)
}

impl Compiler<'_> {
    pub(super) fn is_runtime(&self, id: SourceId) -> bool {
        match self.source.nodes[id].op {
            SourceOp::Param(index) => !matches!(self.policy.params[index].1, Param::Number(_)),
            op => op.operands().into_iter().any(|id| self.is_runtime(id)),
        }
    }

    /// A product of static factors: a literal, or a runtime register when a parameter is set at run time.
    pub(super) fn static_product(&mut self, factors: &[SourceId]) -> Compiled {
        if factors.iter().any(|id| self.is_runtime(*id)) {
            return self.static_register(factors, false);
        }
        let constant = |id: &SourceId| self.source.constant(*id, self.policy);
        let value: f64 = factors.iter().map(constant).product();
        let literal = |id: &SourceId| self.source.nodes[*id].op.operands().is_empty();
        let node = self.constant(value)?;
        if factors.len() > 1 || !factors.iter().all(literal) {
            // Folding runs in f64.
            self.rounding[node] += value.abs().max(1.0) * FOLDING_ERROR;
        }
        Ok(node)
    }

    pub(super) fn constant(&mut self, value: f64) -> Compiled {
        if let Some(float) = self.widths.float {
            return self.float_constant(value, float);
        }
        let spare = (self.widths.numbers.constant as i32).saturating_sub(magnitude_bits(value));
        let mut frac = spare.clamp(0, CONSTANT_FRAC as i32) as u32;
        let raw = (value * f64::from(frac).exp2()).round_ties_even();
        if value != 0.0 && raw == 0.0 {
            return Err(unsupported(
                format!("the constant {value} rounds to zero"),
                "constants have at most 32 fraction bits: use at least 1.2e-10, or scale the other factor",
            ));
        }
        if value.abs() >= 20f64.exp2() {
            return Err(unsupported(
                format!("the constant {value} is too large"),
                "constants must stay below 2^20",
            ));
        }
        let mut raw = raw as i128;
        while frac > 0 && raw & 1 == 0 {
            raw >>= 1;
            frac -= 1;
        }
        let format = fit((raw, raw), frac);
        let node = self.push(Node {
            op: Op::Const(raw),
            kind: Kind::Ratio,
            class: Class::Static,
            format,
            reciprocal: false,
            float: None,
            range: (raw, raw),
            exact: format,
            saturates: false,
        });
        let error = (value - format.value(raw)).abs();
        self.rounding[node] = self.rounding[node].max(error);
        Ok(node)
    }

    /// A runtime register; a `scaled` one shares a power of two with a column.
    pub(super) fn static_register(&mut self, factors: &[SourceId], scaled: bool) -> Compiled {
        let durations = factors
            .iter()
            .filter(|id| self.source.nodes[**id].kind == Kind::Duration)
            .count();
        if durations != 1
            || factors
                .iter()
                .any(|id| !matches!(self.source.nodes[*id].kind, Kind::Duration | Kind::Ratio))
        {
            return Err(unsupported(
                "a product of parameters is not a time",
                "multiply at most one parameter in cycles with plain numbers",
            ));
        }
        let mut factors = factors.to_vec();
        factors.sort_unstable();
        let float = self.widths.float;
        let fixed = match scaled {
            true => self.widths.numbers.scaled(),
            false => self.widths.numbers.register(),
        };
        let format = float.map_or(fixed, float::word);
        let index = self
            .statics
            .iter()
            .position(|s| s.factors == factors && s.scaled == scaled)
            .unwrap_or_else(|| {
                self.statics.push(StaticRegister {
                    name: format!("static_{}", self.statics.len()),
                    factors,
                    format,
                    float,
                    scaled,
                });
                self.statics.len() - 1
            });
        let kind = if scaled { Kind::Ratio } else { Kind::Duration };
        let node = self.leaf(Op::Static(index), kind, Class::Static, format);
        Ok(self.as_float(node, float))
    }

    /// A sub-expression of profile fields and constants as a column of the profile table.
    pub(super) fn column(&mut self, id: SourceId) -> Compiled {
        let kind = self.source.nodes[id].kind;
        let (format, reciprocal) = match kind {
            Kind::Inverse => (Reciprocal::word(self.widths.numbers.reciprocal), true),
            Kind::Duration => (Format::unsigned(self.widths.numbers.duration, 0), false),
            Kind::Area => (Format::unsigned(56, 0), false),
            Kind::Ratio => (Format::unsigned(16, 16), false),
            _ => {
                return Err(unsupported(
                    format!("a value of a profile is {}", kind.name()),
                    "keep profile values to times, numbers and reciprocal times",
                ));
            }
        };
        let float = self.widths.float;
        let (format, reciprocal) = float.map_or((format, reciprocal), |f| (float::word(f), false));
        if self.is_runtime(id) {
            return Err(unsupported(
                "a profile value depends on a runtime parameter",
                "use a plain number, or multiply in the score itself",
            ));
        }
        let index = self.column_index(id, (format, reciprocal), None);
        let node = self.leaf(Op::Profile(index), kind, Class::Profile, format);
        self.nodes[node].reciprocal = reciprocal;
        Ok(self.as_float(node, float))
    }

    fn column_index(
        &mut self,
        id: SourceId,
        (format, reciprocal): (Format, bool),
        scale: Option<usize>,
    ) -> usize {
        let source = ColumnSource::Value(id);
        let same = |c: &Column| c.source == source && c.scale == scale;
        if let Some(index) = self.columns.iter().position(same) {
            return index;
        }
        let mut name = match self.source.nodes[id].op {
            SourceOp::Field(field) => field.name().to_string(),
            _ => format!("column_{}", self.columns.len()),
        };
        if self.columns.iter().any(|c| c.name == name) {
            name = format!("{name}_{}", self.columns.len());
        }
        self.columns.push(Column {
            name,
            source,
            format,
            reciprocal,
            float: self.widths.float,
            scale,
        });
        self.columns.len() - 1
    }

    /// A reciprocal column and a runtime register that multiply the same candidate value: both scaled by a power of two, so that
    /// they are plain fixed-point numbers. `None` where the product has another form.
    pub(super) fn scaled_pair(
        &mut self,
        statics: &[SourceId],
        early: &[SourceId],
        late: &[SourceId],
    ) -> Result<Option<[NodeId; 2]>, ExprError> {
        let inverse = |id: &SourceId| {
            let node = &self.source.nodes[*id];
            node.kind == Kind::Inverse && node.class == Class::Profile && !self.is_runtime(*id)
        };
        let runtime = statics.iter().any(|id| self.is_runtime(*id));
        let ([column], true) = (early, runtime && !late.is_empty()) else {
            return Ok(None);
        };
        if self.widths.float.is_some() || !inverse(column) {
            return Ok(None);
        }
        let register = self.static_register(statics, true)?;
        let Op::Static(scale) = self.nodes[register].op else {
            return Ok(None);
        };
        let format = self.widths.numbers.scaled();
        let index = self.column_index(*column, (format, false), Some(scale));
        let column = self.leaf(Op::Profile(index), Kind::Ratio, Class::Profile, format);
        Ok(Some([column, register]))
    }

    /// The value of a scaled runtime register or a product with one.
    pub(super) fn is_scaled_register(&self, id: NodeId) -> bool {
        match self.nodes[id].op {
            Op::Static(index) => self.statics[index].scaled,
            op => op.operands().iter().any(|id| self.is_scaled_register(*id)),
        }
    }

    /// A column that shares a power of two with a runtime register.
    pub(super) fn is_scaled_column(&self, id: NodeId) -> bool {
        matches!(self.nodes[id].op, Op::Profile(index) if self.columns[index].scale.is_some())
    }
}
