//! Source graph → [`Program`]: products grouped by binding time, sums ordered by readiness, formats inferred.
//!
//! Rewrites, each exact in real arithmetic:
//! - a product is regrouped so that static, profile, entry and decision factors meet first;
//! - a static or decision factor is distributed over a sum when a summand already has such a factor, so that they become
//!   one decision value (dysta: β·(slack + idle·inv_isolated·inv_queue·scale) needs no third product in series);
//! - `max(0, a − b)` with b ≥ 0 becomes a saturating subtraction;
//! - sums add what is ready first.

use std::collections::BTreeMap;

use super::error::ExprError;
use super::field::{Class, Field, Kind};
use super::format::Format;
use super::program::{Column, ColumnSource, EntryValue, Node, NodeId, Op, Program, StaticRegister};
use super::schedule;
use super::source::{KeyedError, Param, PolicySpec, Source, SourceId, SourceOp, resolve};

/// Widths of the fields and of everything derived, from the scheduler's Params.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Widths {
    /// Bits of a point in time in units.
    pub instant: u32,
    /// Bits of a stored time in units.
    pub duration: u32,
    /// Bits of `priority`.
    pub priority: u32,
    /// Bits of `layer`.
    pub layer: u32,
    /// Largest number of candidates.
    pub capacity: u32,
    /// Integer bits of a static register of [`DECISION_WIDTH`] bits.
    pub static_int: u32,
    /// γ is predicted (otherwise it is the constant 1).
    pub predicts: bool,
}

/// Integer and fraction bits of γ (design: scheduler, "Numbers").
pub const GAMMA: Format = Format::unsigned(3, 14);
/// Format of the density ratio of one layer.
pub const LAYER_RATIO: Format = Format::unsigned(4, 14);
/// Format of the sum of layer ratios.
pub const RATIO_SUM: Format = Format::unsigned(12, 14);
/// Fraction bits of `inv_queue` and of constants.
pub const UNIT_FRAC: u32 = 16;
/// Bits of a decision value or static register: one operand of a hardware multiplier.
pub const DECISION_WIDTH: u32 = 24;
/// Integer bits that an intermediate time may grow to before the score saturates.
const GUARD_DURATION: u32 = 36;

/// Compiles a policy. Errors name the key under `policy` they belong to.
pub fn compile(policy: &PolicySpec, widths: Widths) -> Result<Program, Vec<KeyedError>> {
    let source = resolve(policy)?;
    let mut compiler = Compiler {
        policy,
        widths,
        source: &source,
        nodes: Vec::new(),
        memo: BTreeMap::new(),
        statics: Vec::new(),
        columns: Vec::new(),
    };
    let score = compiler
        .convert(source.score)
        .and_then(|id| compiler.finish_score(id))
        .map_err(|e| vec![("score".to_string(), e)])?;
    let Compiler {
        nodes,
        statics,
        columns,
        ..
    } = compiler;
    Ok(assemble(source, nodes, score, statics, columns, widths))
}

fn assemble(
    source: Source,
    nodes: Vec<Node>,
    score: NodeId,
    statics: Vec<StaticRegister>,
    mut columns: Vec<Column>,
    widths: Widths,
) -> Program {
    let (nodes, score) = prune(&nodes, score);
    let entry_values = store_entry_values(&nodes, score, &mut columns);
    let decision_values: Vec<NodeId> = used_by_lane(&nodes, score, Class::Decision)
        .into_iter()
        .filter(|id| !matches!(nodes[*id].op, Op::Field(_)))
        .collect();
    let lane = schedule::lane(&nodes, score);
    let update = schedule::update(&nodes, &entry_values, &decision_values, widths.predicts);
    let timing = schedule::timing(&nodes, &lane, &update, &decision_values);
    Program {
        source,
        nodes,
        score,
        statics,
        columns,
        entry_values,
        decision_values,
        lane,
        update,
        timing,
    }
}

/// Keeps the nodes that the score needs, in order.
fn prune(nodes: &[Node], score: NodeId) -> (Vec<Node>, NodeId) {
    let mut wanted = vec![false; nodes.len()];
    let mut stack = vec![score];
    while let Some(id) = stack.pop() {
        wanted[id] = true;
        stack.extend(nodes[id].op.operands());
    }
    let kept: Vec<NodeId> = (0..nodes.len()).filter(|id| wanted[*id]).collect();
    let moved = |id: NodeId| kept.binary_search(&id).unwrap_or_default();
    let nodes = kept
        .iter()
        .map(|id| Node {
            op: nodes[*id].op.map(moved),
            ..nodes[*id].clone()
        })
        .collect();
    (nodes, moved(score))
}

/// Nodes of `class` that lane operators read, or that are the score.
fn used_by_lane(nodes: &[Node], score: NodeId, class: Class) -> Vec<NodeId> {
    let lane = nodes.iter().filter(|n| n.class == Class::Candidate);
    let mut ids: Vec<NodeId> = lane
        .flat_map(|n| n.op.operands())
        .chain([score])
        .filter(|id| nodes[*id].class == class)
        .collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// Entry nodes that the lane reads become stored values, each with a column for its value before the first layer.
fn store_entry_values(nodes: &[Node], score: NodeId, columns: &mut Vec<Column>) -> Vec<EntryValue> {
    let stored = used_by_lane(nodes, score, Class::Entry)
        .into_iter()
        .filter(|id| nodes[*id].op != Op::Field(Field::Layer));
    stored
        .enumerate()
        .map(|(index, node)| {
            let format = nodes[node].format;
            columns.push(Column {
                name: format!("initial_{index}"),
                source: ColumnSource::Initial(node),
                format,
                reciprocal: false,
            });
            EntryValue {
                name: format!("value_{index}"),
                node,
                initial: columns.len() - 1,
            }
        })
        .collect()
}

struct Compiler<'a> {
    policy: &'a PolicySpec,
    widths: Widths,
    source: &'a Source,
    nodes: Vec<Node>,
    memo: BTreeMap<SourceId, NodeId>,
    statics: Vec<StaticRegister>,
    columns: Vec<Column>,
}

type Compiled = Result<NodeId, ExprError>;

fn unsupported(message: impl Into<String>, hint: &str) -> ExprError {
    ExprError::unsupported(message.into(), hint, 0..0)
}

/// Format that holds `range` at `frac` fraction bits.
fn fit(range: (i128, i128), frac: u32) -> Format {
    let magnitude = range.1.max(-(range.0 + 1)).max(0);
    let bits = 128 - magnitude.leading_zeros();
    Format {
        signed: range.0 < 0,
        int: bits.saturating_sub(frac),
        frac,
    }
}

impl Compiler<'_> {
    fn push(&mut self, node: Node) -> NodeId {
        if let Some(same) = self.nodes.iter().position(|n| *n == node) {
            return same;
        }
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    fn leaf(&mut self, op: Op, kind: Kind, class: Class, format: Format) -> NodeId {
        let range = (format.min_raw(), format.max_raw());
        self.push(Node {
            op,
            kind,
            class,
            format,
            reciprocal: false,
            range,
            exact: format,
            saturates: false,
        })
    }

    fn convert(&mut self, id: SourceId) -> Compiled {
        if let Some(done) = self.memo.get(&id) {
            return Ok(*done);
        }
        let node = self.convert_new(id)?;
        self.memo.insert(id, node);
        Ok(node)
    }

    fn convert_new(&mut self, id: SourceId) -> Compiled {
        let source = &self.source.nodes[id];
        match source.class {
            Class::Static => return self.static_product(&[id]),
            Class::Profile => return self.column(&[id]),
            _ => {}
        }
        match source.op {
            SourceOp::Field(field) => Ok(self.field(field)),
            SourceOp::Number(_) | SourceOp::Param(_) => self.static_product(&[id]),
            SourceOp::Add(..) => self.sum(id),
            SourceOp::Mul(..) => self.product(&self.factors(id)),
            SourceOp::Sub(a, b) => {
                let (a, b) = (self.convert(a)?, self.convert(b)?);
                self.subtract(a, b)
            }
            SourceOp::Max(a, b) => self.maximum(a, b),
            SourceOp::Min(a, b) => self.convert_pair(a, b, Op::Min),
            SourceOp::Lt(a, b) => self.convert_pair(a, b, Op::Lt),
            SourceOp::Le(a, b) => self.convert_pair(a, b, Op::Le),
            SourceOp::Select(c, a, b) => {
                let (c, a, b) = (self.convert(c)?, self.convert(a)?, self.convert(b)?);
                self.operator(Op::Select(c, a, b), source.kind)
            }
        }
    }

    fn convert_pair(&mut self, a: SourceId, b: SourceId, op: fn(NodeId, NodeId) -> Op) -> Compiled {
        let (a, b) = (self.convert(a)?, self.convert(b)?);
        let kind = match op(a, b) {
            Op::Lt(..) | Op::Le(..) => Kind::Bool,
            _ => self.wider_kind(a, b),
        };
        self.operator(op(a, b), kind)
    }

    /// Unit of two operands of which one may be a literal zero.
    fn wider_kind(&self, a: NodeId, b: NodeId) -> Kind {
        if self.nodes[a].op == Op::Const(0) {
            self.nodes[b].kind
        } else {
            self.nodes[a].kind
        }
    }

    fn field(&mut self, field: Field) -> NodeId {
        let w = self.widths;
        let format = match field {
            Field::Now | Field::Deadline | Field::Arrival | Field::LastRun => {
                Format::unsigned(w.instant, 0)
            }
            Field::Priority => Format::unsigned(w.priority, 0),
            Field::Gamma if !w.predicts => return self.constant(1.0).unwrap_or_default(),
            Field::Gamma => GAMMA,
            Field::LatRemaining | Field::Isolated => Format::unsigned(w.duration, 0),
            Field::InvIsolated | Field::InvQueue => Format::unsigned(0, UNIT_FRAC),
            Field::Queue => Format::unsigned(u32::BITS - w.capacity.leading_zeros(), 0),
            Field::Layer => Format::unsigned(w.layer, 0),
            Field::Running => Format::unsigned(1, 0),
        };
        let id = self.leaf(Op::Field(field), field.kind(), field.class(), format);
        if field == Field::InvQueue {
            // Scores are computed for two candidates or more.
            self.nodes[id].range = (0, 1 << (UNIT_FRAC - 1));
        }
        id
    }

    // Static level ----------------------------------------------------------------------------------------------------

    fn is_runtime(&self, id: SourceId) -> bool {
        match self.source.nodes[id].op {
            SourceOp::Param(index) => !matches!(self.policy.params[index].1, Param::Number(_)),
            SourceOp::Field(_) | SourceOp::Number(_) => false,
            SourceOp::Select(c, a, b) => [c, a, b].into_iter().any(|x| self.is_runtime(x)),
            SourceOp::Add(a, b) | SourceOp::Sub(a, b) | SourceOp::Mul(a, b) => {
                self.is_runtime(a) || self.is_runtime(b)
            }
            SourceOp::Min(a, b) | SourceOp::Max(a, b) | SourceOp::Lt(a, b) | SourceOp::Le(a, b) => {
                self.is_runtime(a) || self.is_runtime(b)
            }
        }
    }

    /// A product of static factors: a literal, or a runtime register when a parameter is set at run time.
    fn static_product(&mut self, factors: &[SourceId]) -> Compiled {
        if factors.iter().any(|id| self.is_runtime(*id)) {
            return self.static_register(factors);
        }
        let mut value = 1.0;
        for id in factors {
            value *= self.source.constant(*id, self.policy);
        }
        self.constant(value)
    }

    fn constant(&mut self, value: f64) -> Compiled {
        let scale = f64::from(1u32 << UNIT_FRAC);
        let raw = (value * scale).round_ties_even();
        if value != 0.0 && raw == 0.0 {
            return Err(unsupported(
                format!("the constant {value} rounds to zero"),
                "constants have 16 fraction bits: use at least 0.0000077, or scale the other factor",
            ));
        }
        if raw.abs() >= 36f64.exp2() {
            return Err(unsupported(
                format!("the constant {value} is too large"),
                "constants must stay below 2^20",
            ));
        }
        let mut raw = raw as i128;
        let mut frac = UNIT_FRAC;
        while frac > 0 && raw & 1 == 0 {
            raw >>= 1;
            frac -= 1;
        }
        let format = fit((raw, raw), frac);
        Ok(self.push(Node {
            op: Op::Const(raw),
            kind: Kind::Ratio,
            class: Class::Static,
            format,
            reciprocal: false,
            range: (raw, raw),
            exact: format,
            saturates: false,
        }))
    }

    fn static_register(&mut self, factors: &[SourceId]) -> Compiled {
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
                "a product of parameters that is not a time",
                "multiply at most one parameter in cycles with plain numbers",
            ));
        }
        let mut factors = factors.to_vec();
        factors.sort_unstable();
        let format = Format::unsigned(
            self.widths.static_int,
            DECISION_WIDTH - self.widths.static_int,
        );
        let index = self
            .statics
            .iter()
            .position(|s| s.factors == factors)
            .unwrap_or_else(|| {
                self.statics.push(StaticRegister {
                    name: format!("static_{}", self.statics.len()),
                    factors,
                    format,
                });
                self.statics.len() - 1
            });
        Ok(self.leaf(Op::Static(index), Kind::Duration, Class::Static, format))
    }

    // Profile level ---------------------------------------------------------------------------------------------------

    /// A product of profile and constant factors as a column of the profile table.
    fn column(&mut self, factors: &[SourceId]) -> Compiled {
        let [id] = factors else {
            return Err(unsupported(
                "a product of several profile factors",
                "write the profile factors as one `let` of their own",
            ));
        };
        let kind = self.source.nodes[*id].kind;
        let (format, reciprocal) = match kind {
            Kind::Inverse => (Format::unsigned(0, UNIT_FRAC), true),
            Kind::Duration => (Format::unsigned(self.widths.duration, 0), false),
            Kind::Ratio => (Format::unsigned(16, 16), false),
            _ => {
                return Err(unsupported(
                    format!("{} as a value of a profile", kind.name()),
                    "keep profile values to times, numbers and reciprocal times",
                ));
            }
        };
        if self.is_runtime(*id) {
            return Err(unsupported(
                "a profile value that depends on a runtime parameter",
                "use a plain number, or multiply in the score itself",
            ));
        }
        let source = ColumnSource::Value(*id);
        let index = self
            .columns
            .iter()
            .position(|c| c.source == source)
            .unwrap_or_else(|| {
                let name = match self.source.nodes[*id].op {
                    SourceOp::Field(field) => field.name().to_string(),
                    _ => format!("column_{}", self.columns.len()),
                };
                self.columns.push(Column {
                    name,
                    source,
                    format,
                    reciprocal,
                });
                self.columns.len() - 1
            });
        let node = self.leaf(Op::Profile(index), kind, Class::Profile, format);
        self.nodes[node].reciprocal = reciprocal;
        Ok(node)
    }

    // Sums ------------------------------------------------------------------------------------------------------------

    fn summands(&self, id: SourceId, into: &mut Vec<SourceId>) {
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

    fn sum(&mut self, id: SourceId) -> Compiled {
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
    fn add_terms(&mut self, mut terms: Vec<NodeId>) -> Compiled {
        while terms.len() > 1 {
            let mut depths: Vec<(u32, usize)> = terms
                .iter()
                .enumerate()
                .map(|(i, t)| (schedule::depth(&self.nodes, *t), i))
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

    fn subtract(&mut self, a: NodeId, b: NodeId) -> Compiled {
        let kind = match (self.nodes[a].kind, self.nodes[b].kind) {
            (Kind::Instant, Kind::Instant) => Kind::Duration,
            _ => self.wider_kind(a, b),
        };
        self.operator(Op::Sub(a, b), kind)
    }

    fn maximum(&mut self, a: SourceId, b: SourceId) -> Compiled {
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
    fn clamp(&mut self, id: SourceId) -> Compiled {
        if let SourceOp::Sub(a, b) = self.source.nodes[id].op {
            let b = self.convert(b)?;
            if self.nodes[b].range.0 >= 0 {
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

    // Products --------------------------------------------------------------------------------------------------------

    fn factors(&self, id: SourceId) -> Vec<SourceId> {
        match self.source.nodes[id].op {
            SourceOp::Mul(a, b)
                if !matches!(self.source.nodes[id].class, Class::Static | Class::Profile) =>
            {
                let mut factors = self.factors(a);
                factors.extend(self.factors(b));
                factors
            }
            _ => vec![id],
        }
    }

    fn product(&mut self, factors: &[SourceId]) -> Compiled {
        let mut terms = Vec::new();
        self.product_terms(factors, &mut terms)?;
        self.add_terms(terms)
    }

    /// The product as a list of summands: one, or several when a factor is distributed over a sum.
    fn product_terms(
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
    fn distributable(&self, factors: &[SourceId]) -> Option<(SourceId, Vec<SourceId>)> {
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
    fn grouped(&mut self, factors: &[SourceId]) -> Compiled {
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
        let mut entry = self.convert_all(&early)?;
        let mut decision = self.convert_all(&decision)?;
        if !statics.is_empty() {
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
            entry = self.multiply_all(&entry)?.into_iter().collect();
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

    fn convert_all(&mut self, ids: &[SourceId]) -> Result<Vec<NodeId>, ExprError> {
        ids.iter().map(|id| self.convert(*id)).collect()
    }

    fn multiply_all(&mut self, factors: &[NodeId]) -> Result<Option<NodeId>, ExprError> {
        let mut product: Option<NodeId> = None;
        for factor in factors {
            product = Some(match product {
                None => *factor,
                Some(so_far) => self.multiply(so_far, *factor)?,
            });
        }
        Ok(product)
    }

    fn multiply(&mut self, a: NodeId, b: NodeId) -> Compiled {
        let is_one =
            |id: NodeId| self.nodes[id].op == Op::Const(1) && self.nodes[id].format.frac == 0;
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
        if x.range.0 < 0 || y.range.0 < 0 {
            return Err(unsupported(
                "a product with a factor that can be negative",
                "clamp the factor with max(0, …) before multiplying",
            ));
        }
        if x.reciprocal && y.reciprocal {
            return Err(unsupported(
                "a product of two reciprocals",
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

    // Formats ---------------------------------------------------------------------------------------------------------

    fn operator(&mut self, op: Op, kind: Kind) -> Compiled {
        let class = op
            .operands()
            .iter()
            .fold(Class::Static, |class, id| class.join(self.nodes[*id].class));
        let (range, frac) = self.exact_range(op);
        let exact = fit(range, frac);
        let (int_cap, frac_cap) = self.caps(op, kind, class);
        let kept = frac.min(frac_cap);
        let range = (range.0 >> (frac - kept), range.1 >> (frac - kept));
        let mut format = fit(range, kept);
        if class == Class::Decision {
            format.frac = format.frac.min(DECISION_WIDTH.saturating_sub(format.int));
        }
        let range = (
            range.0 >> (kept - format.frac),
            range.1 >> (kept - format.frac),
        );
        let saturates = format.int > int_cap;
        format.int = format.int.min(int_cap);
        let range = (format.saturate(range.0), format.saturate(range.1));
        Ok(self.push(Node {
            op,
            kind,
            class,
            format,
            reciprocal: false,
            range,
            exact,
            saturates,
        }))
    }

    /// Range of the exact result with its fraction bits.
    fn exact_range(&self, op: Op) -> ((i128, i128), u32) {
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
                let low = if self.never_before(a, b) {
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
                (
                    (x.range.0 * y.range.0, x.range.1 * y.range.1),
                    x.format.frac + y.format.frac,
                )
            }
            Op::MulInv(a, _) => {
                let x = &self.nodes[a];
                let frac = UNIT_FRAC.max(x.format.frac);
                ((0, x.range.1 << (frac - x.format.frac)), frac)
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
            Op::Field(_) | Op::Const(_) | Op::Static(_) | Op::Profile(_) => ((0, 0), 0),
        }
    }

    /// `a − b` cannot be negative: the present is never before a stamp.
    fn never_before(&self, a: NodeId, b: NodeId) -> bool {
        let field = |id: NodeId| match self.nodes[id].op {
            Op::Field(f) => Some(f),
            _ => None,
        };
        matches!(
            (field(a), field(b)),
            (Some(Field::Now), Some(Field::LastRun | Field::Arrival))
                | (Some(Field::LastRun), Some(Field::Arrival))
        )
    }

    /// Integer and fraction bits that a result keeps.
    fn caps(&self, op: Op, kind: Kind, class: Class) -> (u32, u32) {
        let duration = self.widths.duration;
        let stored = class == Class::Entry;
        let difference =
            matches!(op, Op::Sub(a, _) | Op::SatSub(a, _) if self.nodes[a].kind == Kind::Instant);
        match kind {
            Kind::Instant => (self.widths.instant, 0),
            Kind::Duration if stored => (duration, 0),
            Kind::Duration if difference => (duration, 8),
            Kind::Duration => (GUARD_DURATION, 8),
            Kind::Area if stored => (56, 0),
            Kind::Area => (56, 8),
            Kind::Ratio | Kind::Inverse => (16, UNIT_FRAC),
            Kind::Bool => (1, 0),
        }
    }

    /// Brings the score to its port format: UQ32.8 for times, saturating (design: scheduler, "Numbers").
    fn finish_score(&mut self, id: NodeId) -> Compiled {
        let node = self.nodes[id].clone();
        let cap = match node.kind {
            Kind::Duration => self.widths.duration,
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
                "a score wider than 64 bits",
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
