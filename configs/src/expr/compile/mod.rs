//! Source graph → [`Program`]: products grouped by binding time, sums ordered by readiness, formats inferred.
//!
//! Rewrites, each exact in real arithmetic:
//! - a product is regrouped so that static, profile, entry and decision factors meet first;
//! - a static or decision factor is distributed over a sum when a summand already has such a factor, so that they become
//!   one decision value (dysta: β·(slack + idle·inv_isolated·inv_queue·scale) needs no third product in series);
//! - `max(0, a − b)` with b ≥ 0 becomes a saturating subtraction;
//! - sums add what is ready first.

mod float;
mod formats;
mod level;
mod products;

use std::collections::BTreeMap;

use super::binding::Binding;
use super::error::ExprError;
use super::field::{Class, Field, Kind};
use super::format::{Format, Reciprocal};
use super::numbers::Numbers;
use super::program::{Column, ColumnSource, EntryValue, Node, NodeId, Op, Program, StaticRegister};
use super::schedule;
use super::source::{KeyedError, PolicySpec, Source, SourceId, SourceOp, resolve};
use crate::params::Predictor;
use crate::soft_float::FloatFormat;
use formats::fit;

/// Widths of the fields and of everything derived, from the scheduler's Params.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Widths {
    /// Bits of a point in time in units.
    pub instant: u32,
    /// Bits of `priority`.
    pub priority: u32,
    /// Bits of `layer`.
    pub layer: u32,
    /// Largest number of candidates.
    pub capacity: u32,
    /// Candidates scored in parallel.
    pub lanes: u32,
    /// What γ is made from.
    pub predictor: Predictor,
    /// Widths of fixed-point numbers.
    pub numbers: Numbers,
    /// Arithmetic of everything but points in time; fixed point when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub float: Option<FloatFormat>,
    /// Units of the lane's operators; formats and results do not depend on it.
    pub binding: Binding,
    /// Registers in front of the entry memories.
    pub read_clocks: u32,
}

/// Fraction bits of the product of a time and a scaled column: with them it takes two multipliers of 17 bits.
const SCALED_TIME_FRAC: u32 = 2;
/// Clocks of a score in a lane at most.
pub const MAX_LANE_DEPTH: u32 = 40;

/// Compiles a policy. Errors name the key under `policy` they belong to.
pub fn compile(policy: &PolicySpec, widths: Widths) -> Result<Program, Vec<KeyedError>> {
    let source = resolve(policy)?;
    let mut compiler = Compiler {
        policy,
        widths,
        source: &source,
        nodes: Vec::new(),
        rounding: Vec::new(),
        memo: BTreeMap::new(),
        statics: Vec::new(),
        columns: Vec::new(),
    };
    let score = compiler
        .convert(source.score)
        .and_then(|id| compiler.finish_score(id))
        .map_err(|e| vec![("score".to_string(), e)])?;
    let graph = prune(&compiler.nodes, &compiler.rounding, score);
    let late = schedule::saturates_late(widths.read_clocks);
    let deep = schedule::depth(&graph.0, graph.2, late);
    if deep > MAX_LANE_DEPTH {
        let error = ExprError::too_deep(deep, MAX_LANE_DEPTH);
        return Err(vec![("score".to_string(), error)]);
    }
    let (statics, columns) = (compiler.statics, compiler.columns);
    assemble(source, graph, statics, columns, widths).map_err(|e| vec![("binding".to_string(), e)])
}

/// Nodes, the rounding error of each literal, the score.
type Graph = (Vec<Node>, Vec<f64>, NodeId);

fn assemble(
    source: Source,
    (nodes, rounding, score): Graph,
    statics: Vec<StaticRegister>,
    mut columns: Vec<Column>,
    widths: Widths,
) -> Result<Program, ExprError> {
    let entry_values = store_entry_values(&nodes, score, &mut columns);
    let decision_values: Vec<NodeId> = used_by_lane(&nodes, score, Class::Decision)
        .into_iter()
        .filter(|id| !matches!(nodes[*id].op, Op::Field(_)))
        .collect();
    let stored = schedule::Stored {
        nodes: &nodes,
        entry_values: &entry_values,
        decision_values: &decision_values,
    };
    let machine = schedule::Machine {
        lanes: widths.lanes,
        predictor: widths.predictor,
        binding: widths.binding,
        read_clocks: widths.read_clocks,
    };
    let (lane, update, timing) = schedule::schedule(stored, score, machine)?;
    Ok(Program {
        source,
        predictor: widths.predictor,
        numbers: widths.numbers,
        nodes,
        rounding,
        score,
        statics,
        columns,
        entry_values,
        decision_values,
        lane,
        update,
        timing,
    })
}

/// Keeps the nodes that the score needs, in order.
fn prune(nodes: &[Node], rounding: &[f64], score: NodeId) -> Graph {
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
    let rounding = kept.iter().map(|id| rounding[*id]).collect();
    (nodes, rounding, moved(score))
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
            let (format, float) = (nodes[node].format, nodes[node].float);
            columns.push(Column {
                name: format!("initial_{index}"),
                source: ColumnSource::Initial(node),
                format,
                reciprocal: false,
                float,
                scale: None,
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
    /// Rounding error of each node that is a literal, else 0.
    rounding: Vec<f64>,
    memo: BTreeMap<SourceId, NodeId>,
    statics: Vec<StaticRegister>,
    columns: Vec<Column>,
}

type Compiled = Result<NodeId, ExprError>;

fn unsupported(message: impl Into<String>, hint: &str) -> ExprError {
    ExprError::unsupported(message.into(), hint, 0..0)
}

impl Compiler<'_> {
    fn push(&mut self, node: Node) -> NodeId {
        if let Some(same) = self.nodes.iter().position(|n| *n == node) {
            return same;
        }
        self.nodes.push(node);
        self.rounding.push(0.0);
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
            float: None,
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
            Class::Profile => return self.column(id),
            _ => {}
        }
        match source.op {
            SourceOp::Field(field) => Ok(match self.widths.float {
                Some(float) => self.float_field(field, float),
                None => self.field(field),
            }),
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
            Field::Gamma if w.predictor == Predictor::None => {
                return self.constant(1.0).unwrap_or_default();
            }
            Field::Gamma => w.numbers.gamma(),
            Field::LatRemaining | Field::Isolated => Format::unsigned(w.numbers.duration, 0),
            Field::InvIsolated => Reciprocal::word(w.numbers.reciprocal),
            Field::InvQueue => Format::unsigned(0, w.numbers.number_frac),
            Field::Queue => Format::unsigned(u32::BITS - w.capacity.leading_zeros(), 0),
            Field::Layer => Format::unsigned(w.layer, 0),
            Field::Running => Format::unsigned(1, 0),
        };
        let id = self.leaf(Op::Field(field), field.kind(), field.class(), format);
        if field == Field::InvQueue {
            // Scores are computed for two candidates or more.
            self.nodes[id].range = (0, 1 << (w.numbers.number_frac - 1));
        }
        id
    }
}
