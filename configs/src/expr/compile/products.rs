//! Sums and products: distribution over sums, grouping by binding time, order of additions.

use crate::expr::error::ExprError;
use crate::expr::field::{Class, Kind};
use crate::expr::program::{NodeId, Op};
use crate::expr::schedule;
use crate::expr::source::{SourceId, SourceOp};

use super::{Compiled, Compiler, unsupported};

impl Compiler<'_> {
    pub(super) fn summands(&self, id: SourceId, into: &mut Vec<SourceId>) {
        match self.source.nodes[id] {
            ref node if node.kind == Kind::Instant => into.push(id),
            ref node => match node.op {
                SourceOp::Add(a, b) => {
                    self.summands(a, into);
                    self.summands(b, into);
                }
                _ => into.push(id),
            },
        }
    }

    pub(super) fn sum(&mut self, id: SourceId) -> Compiled {
        if self.source.nodes[id].kind == Kind::Instant {
            let SourceOp::Add(a, b) = self.source.nodes[id].op else {
                return self.convert(id);
            };
            let (a, b) = (self.convert(a)?, self.convert(b)?);
            return self.operator(Op::Add(a, b), Kind::Instant);
        }
        let mut summands = Vec::new();
        self.summands(id, &mut summands);
        let mut terms = Vec::new();
        for summand in summands {
            match self.source.nodes[summand].op {
                SourceOp::Mul(..) => self.product_terms(&self.factors(summand), &mut terms)?,
                _ => terms.push(self.convert(summand)?),
            }
        }
        self.add_terms(terms)
    }

    /// Adds what is ready first, so that late terms wait least.
    pub(super) fn add_terms(&mut self, mut terms: Vec<NodeId>) -> Compiled {
        while terms.len() > 1 {
            let mut depths: Vec<(u32, usize)> = terms
                .iter()
                .enumerate()
                .map(|(i, t)| (schedule::depth(&self.nodes, *t, false), i))
                .collect();
            depths.sort_unstable();
            let (first, second) = (depths[0].1.min(depths[1].1), depths[0].1.max(depths[1].1));
            let b = terms.remove(second);
            let a = terms.remove(first);
            let kind = self.wider_kind(a, b);
            let sum = self.operator(Op::Add(a, b), kind)?;
            terms.insert(first, sum);
        }
        Ok(terms[0])
    }

    pub(super) fn subtract(&mut self, a: NodeId, b: NodeId) -> Compiled {
        let kind = match (self.nodes[a].kind, self.nodes[b].kind) {
            (Kind::Instant, Kind::Instant) => Kind::Duration,
            _ => self.wider_kind(a, b),
        };
        self.operator(Op::Sub(a, b), kind)
    }

    pub(super) fn maximum(&mut self, a: SourceId, b: SourceId) -> Compiled {
        let (zero, other) = if self.source.nodes[a].zero {
            (true, b)
        } else {
            (self.source.nodes[b].zero, a)
        };
        if zero {
            self.clamp(other)
        } else {
            self.convert_pair(a, b, Op::Max)
        }
    }

    /// max(0, x)
    pub(super) fn clamp(&mut self, id: SourceId) -> Compiled {
        if let SourceOp::Sub(a, b) = self.source.nodes[id].op {
            let b = self.convert(b)?;
            if self.nodes[b].range.0 >= 0 {
                if let Some(difference) = self.difference(a)? {
                    let numbers = &self.widths.numbers;
                    let caps = (numbers.duration, numbers.score_frac);
                    let clamped = Op::SatSub(difference, b);
                    return self.fixed_operator(clamped, Kind::Duration, Some(caps));
                }
                let a = self.clamp(a)?;
                let instants =
                    self.nodes[a].kind == Kind::Instant && self.nodes[b].kind == Kind::Instant;
                let kind = if instants {
                    Kind::Duration
                } else {
                    self.wider_kind(a, b)
                };
                return self.operator(Op::SatSub(a, b), kind);
            }
        }
        let x = self.convert(id)?;
        if self.nodes[x].range.0 >= 0 {
            return Ok(x);
        }
        let zero = self.constant(0.0)?;
        let kind = self.nodes[x].kind;
        self.operator(Op::Max(x, zero), kind)
    }

    /// The difference of two points in time with its sign and all its bits, so that only what follows is clamped.
    fn difference(&mut self, id: SourceId) -> Result<Option<NodeId>, ExprError> {
        let SourceOp::Sub(a, b) = self.source.nodes[id].op else {
            return Ok(None);
        };
        let is_instant = |id: SourceId| self.source.nodes[id].kind == Kind::Instant;
        if self.widths.float.is_some() || !is_instant(a) || !is_instant(b) {
            return Ok(None);
        }
        let difference = Op::Sub(self.convert(a)?, self.convert(b)?);
        let caps = (self.widths.instant, 0);
        self.fixed_operator(difference, Kind::Duration, Some(caps))
            .map(Some)
    }

    pub(super) fn factors(&self, id: SourceId) -> Vec<SourceId> {
        let within = |id: SourceId| match self.shared_entry(id) {
            true => vec![id],
            false => self.factors(id),
        };
        match self.source.nodes[id].op {
            SourceOp::Mul(a, b)
                if !matches!(self.source.nodes[id].class, Class::Static | Class::Profile) =>
            {
                let mut factors = within(a);
                factors.extend(within(b));
                factors
            }
            _ => vec![id],
        }
    }

    /// A product of class entry that several operators read: it is computed once, so it stays whole.
    fn shared_entry(&self, id: SourceId) -> bool {
        let nodes = &self.source.nodes;
        let readers = nodes.iter().flat_map(|node| node.op.operands());
        nodes[id].class == Class::Entry && readers.filter(|operand| *operand == id).count() > 1
    }

    pub(super) fn product(&mut self, factors: &[SourceId]) -> Compiled {
        let mut terms = Vec::new();
        self.product_terms(factors, &mut terms)?;
        self.add_terms(terms)
    }

    /// The product as a list of summands: one, or several when a factor is distributed over a sum.
    pub(super) fn product_terms(
        &mut self,
        factors: &[SourceId],
        terms: &mut Vec<NodeId>,
    ) -> Result<(), ExprError> {
        match self.distributable(factors) {
            Some((sum, others)) => {
                let mut summands = Vec::new();
                self.summands(sum, &mut summands);
                for summand in summands {
                    let mut all = self.factors(summand);
                    all.extend(&others);
                    self.product_terms(&all, terms)?;
                }
                Ok(())
            }
            None => {
                terms.push(self.grouped(factors)?);
                Ok(())
            }
        }
    }

    /// The one sum among `factors` and the other factors, if they should be distributed over it.
    pub(super) fn distributable(&self, factors: &[SourceId]) -> Option<(SourceId, Vec<SourceId>)> {
        let is_sum = |id: &SourceId| {
            self.source.nodes[*id].class == Class::Candidate
                && matches!(self.source.nodes[*id].op, SourceOp::Add(..))
        };
        let mut sums = factors.iter().copied().filter(is_sum);
        let (sum, None) = (sums.next()?, sums.next()) else {
            return None;
        };
        let others: Vec<SourceId> = factors.iter().copied().filter(|id| *id != sum).collect();
        let early = |id: &SourceId| {
            matches!(
                self.source.nodes[*id].class,
                Class::Static | Class::Decision
            )
        };
        let mut summands = Vec::new();
        self.summands(sum, &mut summands);
        let meets = summands
            .iter()
            .any(|s| self.factors(*s).len() > 1 && self.factors(*s).iter().any(early));
        (!others.is_empty() && others.iter().all(early) && meets).then_some((sum, others))
    }

    /// One product, its factors grouped by binding time.
    pub(super) fn grouped(&mut self, factors: &[SourceId]) -> Compiled {
        let of = |wanted: &[Class]| -> Vec<SourceId> {
            factors
                .iter()
                .copied()
                .filter(|id| wanted.contains(&self.source.nodes[*id].class))
                .collect()
        };
        let statics = of(&[Class::Static]);
        let early = of(&[Class::Profile, Class::Entry]);
        let decision = of(&[Class::Decision]);
        let late = of(&[Class::Request, Class::Candidate]);
        let mut candidates = self.convert_all(&late)?;
        let mut decision = self.convert_all(&decision)?;
        let scaled = self.scaled_pair(&statics, &early, &late)?;
        let mut entry = match scaled {
            Some([column, _]) => vec![column],
            None => self.convert_all(&early)?,
        };
        if let Some([_, register]) = scaled {
            decision.push(register);
        } else if !statics.is_empty() {
            let factor = self.static_product(&statics)?;
            let runtime = matches!(self.nodes[factor].op, Op::Static(_));
            let home = if !decision.is_empty() {
                &mut decision
            } else if !runtime && !entry.is_empty() {
                &mut entry
            } else {
                &mut candidates
            };
            home.push(factor);
        }
        // With a candidate factor, profile values multiply in the lane one by one: a reciprocal turns a time into a number first.
        if candidates.is_empty() || entry.iter().any(|id| self.nodes[*id].class == Class::Entry) {
            entry = self.multiply_early(entry)?.into_iter().collect();
        }
        let decision = self.multiply_all(&decision)?;
        let mut order = candidates;
        order.extend(entry);
        order.extend(decision);
        match self.multiply_all(&order)? {
            Some(product) => Ok(product),
            None => self.constant(1.0),
        }
    }

    pub(super) fn convert_all(&mut self, ids: &[SourceId]) -> Result<Vec<NodeId>, ExprError> {
        ids.iter().map(|id| self.convert(*id)).collect()
    }

    /// The product of entry factors: what the update unit has first meets first, so that γ waits for nothing.
    fn multiply_early(&mut self, mut factors: Vec<NodeId>) -> Result<Option<NodeId>, ExprError> {
        while factors.len() > 1 {
            factors.sort_by_key(|id| schedule::update_ready(&self.nodes, *id));
            let product = self.multiply(factors[0], factors[1])?;
            factors.splice(0..2, [product]);
        }
        Ok(factors.pop())
    }

    pub(super) fn multiply_all(&mut self, factors: &[NodeId]) -> Result<Option<NodeId>, ExprError> {
        let mut product: Option<NodeId> = None;
        for factor in factors {
            product = Some(match product {
                None => *factor,
                Some(so_far) => self.multiply(so_far, *factor)?,
            });
        }
        Ok(product)
    }

    pub(super) fn multiply(&mut self, a: NodeId, b: NodeId) -> Compiled {
        let is_one = |id: NodeId| {
            let node = &self.nodes[id];
            matches!(node.op, Op::Const(raw) if node.value(raw) == 1.0) && self.rounding[id] == 0.0
        };
        if is_one(a) || is_one(b) {
            return Ok(if is_one(a) { b } else { a });
        }
        let kind = match (self.nodes[a].kind, self.nodes[b].kind) {
            (Kind::Ratio, k) | (k, Kind::Ratio) => k,
            (Kind::Duration, Kind::Inverse) | (Kind::Inverse, Kind::Duration) => Kind::Ratio,
            (Kind::Area, Kind::Inverse) | (Kind::Inverse, Kind::Area) => Kind::Duration,
            _ => Kind::Area,
        };
        let (x, y) = (&self.nodes[a], &self.nodes[b]);
        if x.reciprocal && y.reciprocal {
            return Err(unsupported(
                "a product multiplies two reciprocals",
                "multiply each reciprocal with a time first",
            ));
        }
        let op = match (x.reciprocal, y.reciprocal) {
            (true, _) => Op::MulInv(b, a),
            (_, true) => Op::MulInv(a, b),
            _ if x.width() >= y.width() => Op::Mul(a, b),
            _ => Op::Mul(b, a),
        };
        self.operator(op, kind)
    }
}
