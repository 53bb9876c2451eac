//! The compiled score: typed operators with formats, binding times and a schedule. Golden model and RTL are both built from it.

use super::field::{Class, Field, Kind};
use super::format::{Format, Reciprocal};
use super::numbers::Numbers;
use super::schedule::{LaneSchedule, UpdateSchedule};
use super::source::{Source, SourceId};
use crate::params::Predictor;
use crate::soft_float::FloatFormat;

/// Index of a node in a [`Program`].
pub type NodeId = usize;

/// Operators.
///
/// Fixed point: operand formats are aligned at the larger fraction, results are truncated towards minus infinity and
/// saturated. Floating point: results are rounded to nearest even and saturate at the largest finite number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// A field, read where it is stored.
    Field(Field),
    /// A literal in the node's format.
    Const(i128),
    /// Runtime register, index into [`Program::statics`].
    Static(usize),
    /// Column of the profile table, index into [`Program::columns`].
    Profile(usize),
    /// a + b
    Add(NodeId, NodeId),
    /// a − b
    Sub(NodeId, NodeId),
    /// max(0, a − b)
    SatSub(NodeId, NodeId),
    /// a · b, a the wider operand.
    Mul(NodeId, NodeId),
    /// a · b where b is a packed [`super::format::Reciprocal`].
    MulInv(NodeId, NodeId),
    /// The smaller one.
    Min(NodeId, NodeId),
    /// The larger one.
    Max(NodeId, NodeId),
    /// a < b
    Lt(NodeId, NodeId),
    /// a ≤ b
    Le(NodeId, NodeId),
    /// c ? a : b
    Select(NodeId, NodeId, NodeId),
    /// A fixed-point value as a floating-point number, rounded to nearest even, saturating.
    ToFloat(NodeId),
}

impl Op {
    /// Operands in order.
    pub fn operands(self) -> Vec<NodeId> {
        match self {
            Op::Field(_) | Op::Const(_) | Op::Static(_) | Op::Profile(_) => Vec::new(),
            Op::Add(a, b) | Op::Sub(a, b) | Op::SatSub(a, b) | Op::Mul(a, b) => vec![a, b],
            Op::MulInv(a, b) | Op::Min(a, b) | Op::Max(a, b) | Op::Lt(a, b) | Op::Le(a, b) => {
                vec![a, b]
            }
            Op::Select(c, a, b) => vec![c, a, b],
            Op::ToFloat(a) => vec![a],
        }
    }

    /// The same operator on renumbered operands.
    pub fn map(self, f: impl Fn(NodeId) -> NodeId) -> Op {
        match self {
            Op::Field(_) | Op::Const(_) | Op::Static(_) | Op::Profile(_) => self,
            Op::Add(a, b) => Op::Add(f(a), f(b)),
            Op::Sub(a, b) => Op::Sub(f(a), f(b)),
            Op::SatSub(a, b) => Op::SatSub(f(a), f(b)),
            Op::Mul(a, b) => Op::Mul(f(a), f(b)),
            Op::MulInv(a, b) => Op::MulInv(f(a), f(b)),
            Op::Min(a, b) => Op::Min(f(a), f(b)),
            Op::Max(a, b) => Op::Max(f(a), f(b)),
            Op::Lt(a, b) => Op::Lt(f(a), f(b)),
            Op::Le(a, b) => Op::Le(f(a), f(b)),
            Op::Select(c, a, b) => Op::Select(f(c), f(a), f(b)),
            Op::ToFloat(a) => Op::ToFloat(f(a)),
        }
    }

    /// Needs a multiplier.
    pub fn multiplies(self) -> bool {
        matches!(self, Op::Mul(..) | Op::MulInv(..))
    }

    /// Name in reports and RTL signals.
    pub fn name(self) -> &'static str {
        match self {
            Op::Field(field) => field.name(),
            Op::Const(_) => "const",
            Op::Static(_) => "static",
            Op::Profile(_) => "column",
            Op::Add(..) => "add",
            Op::Sub(..) => "sub",
            Op::SatSub(..) => "sat_sub",
            Op::Mul(..) => "mul",
            Op::MulInv(..) => "mul_inv",
            Op::Min(..) => "min",
            Op::Max(..) => "max",
            Op::Lt(..) => "lt",
            Op::Le(..) => "le",
            Op::Select(..) => "select",
            Op::ToFloat(..) => "to_float",
        }
    }
}

/// One node of the program.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Node {
    /// Operator.
    pub op: Op,
    /// Unit.
    pub kind: Kind,
    /// Binding time.
    pub class: Class,
    /// Format of the value; of a packed reciprocal ([`Node::reciprocal`]) or a floating-point word ([`Node::float`]) an integer
    /// of as many bits.
    pub format: Format,
    /// The value is a packed reciprocal.
    pub reciprocal: bool,
    /// The value is a floating-point word of this format.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub float: Option<FloatFormat>,
    /// Raw value range over all inputs that the fields can hold; of a floating-point value the range of its sign
    /// (0 and above: the sign bit is never set).
    pub range: (i128, i128),
    /// Format of the result before truncation and saturation; for leaves the format itself.
    pub exact: Format,
    /// Some input can leave the format: the operator saturates.
    pub saturates: bool,
}

impl Node {
    /// Bits of the value in hardware.
    pub fn width(&self) -> u32 {
        self.format.width()
    }

    /// Format for reports.
    pub fn format_name(&self) -> String {
        format_name(self.format, self.reciprocal, self.float)
    }

    /// Real value of a word that is no packed reciprocal.
    pub fn value(&self, raw: i128) -> f64 {
        value(self.format, self.float, raw)
    }

    /// Smallest and largest value of the format.
    pub fn ends(&self) -> (f64, f64) {
        match (self.reciprocal, self.float) {
            (true, _) => (0.0, 1.0),
            (_, Some(float)) => (-float.limit(), float.limit()),
            _ => (
                self.format.value(self.format.min_raw()),
                self.format.value(self.format.max_raw()),
            ),
        }
    }

    /// The same value for every candidate of a decision.
    pub fn stable(&self) -> bool {
        matches!(self.class, Class::Static | Class::Decision)
    }
}

fn format_name(format: Format, reciprocal: bool, float: Option<FloatFormat>) -> String {
    match (reciprocal, float) {
        (true, _) => "reciprocal".to_owned(),
        (_, Some(float)) => float.to_string(),
        _ => format.to_string(),
    }
}

fn value(format: Format, float: Option<FloatFormat>, raw: i128) -> f64 {
    match float {
        Some(float) => float.to_f64(raw as u32),
        None => format.value(raw),
    }
}

/// A value that the static level makes for each profile.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnSource {
    /// f64 value of a source node, rounded to the column's format (or to the nearest reciprocal).
    Value(SourceId),
    /// An entry value before the first layer: gamma = 1, layer = 0, lat_remaining = isolated, evaluated exactly.
    Initial(NodeId),
}

/// A column of the profile table.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Column {
    /// Name in RTL and headers.
    pub name: String,
    /// How software computes it.
    pub source: ColumnSource,
    /// Format of the value.
    pub format: Format,
    /// The value is a packed reciprocal.
    pub reciprocal: bool,
    /// The value is a floating-point word of this format.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub float: Option<FloatFormat>,
    /// Runtime register whose power of two ([`StaticRegister::scaled`]) multiplies the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale: Option<usize>,
}

impl Column {
    /// Format for reports.
    pub fn format_name(&self) -> String {
        format_name(self.format, self.reciprocal, self.float)
    }

    /// Real value of a word.
    pub fn value(&self, raw: u64) -> f64 {
        match self.reciprocal {
            true => Reciprocal::unpack(raw, self.format).value(),
            false => value(self.format, self.float, i128::from(raw)),
        }
    }

    /// Bits in the table row.
    pub fn width(&self) -> u32 {
        self.format.width()
    }
}

/// A runtime register with the value of a static sub-expression.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct StaticRegister {
    /// Name in RTL and headers.
    pub name: String,
    /// Sub-expression, evaluated in f64 with times in units.
    pub factors: Vec<SourceId>,
    /// Format of the register.
    pub format: Format,
    /// The register holds a floating-point word of this format.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub float: Option<FloatFormat>,
    /// The static level divides the value by a power of two and multiplies a column by it, so that a product of both needs no
    /// shift in the lane: reciprocals of some networks span far fewer bits than those of all.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub scaled: bool,
}

impl StaticRegister {
    /// Format for reports.
    pub fn format_name(&self) -> String {
        format_name(self.format, false, self.float)
    }

    /// Real value of a word.
    pub fn value(&self, raw: i128) -> f64 {
        value(self.format, self.float, raw)
    }
}

/// A value of class entry, computed by the update unit and stored in the entry.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct EntryValue {
    /// Name in RTL.
    pub name: String,
    /// Its node.
    pub node: NodeId,
    /// Column that holds its value before the first layer.
    pub initial: usize,
}

/// Latency constants of the scheduler (design: scheduler, "Decision latency").
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Timing {
    /// Initiation interval of a lane, clocks a candidate.
    pub ii: u32,
    /// U: slot from which the updated entry can be read.
    pub update_slot: u32,
    /// C: clocks from the last slot to `dispatch_valid`.
    pub constant: u32,
    /// Clocks from Ts to `dispatch_valid` with one candidate.
    pub single: u32,
    /// w: cycle in which the entry values of the updated entry are written; `None` when the policy stores none.
    pub write_cycle: Option<u32>,
    /// Clocks inserted before slot 0 so that decision values are ready.
    pub scan_delay: u32,
    /// Clocks from candidate fields to score.
    pub lane_depth: u32,
}

impl Timing {
    /// Clocks from Ts to the first clock of `dispatch_valid` with `queue` ≥ 1 candidates on `lanes` lanes.
    pub fn latency(&self, queue: u32, lanes: u32) -> u32 {
        if queue <= 1 {
            return self.single;
        }
        (self.ii * queue.div_ceil(lanes)).max(self.update_slot) + self.constant
    }
}

/// `a − b` cannot be negative: the present is never before a stamp.
pub(super) fn never_before(nodes: &[Node], a: NodeId, b: NodeId) -> bool {
    let field = |id: NodeId| match nodes[id].op {
        Op::Field(field) => Some(field),
        _ => None,
    };
    matches!(
        (field(a), field(b)),
        (Some(Field::Now), Some(Field::LastRun | Field::Arrival))
            | (Some(Field::LastRun), Some(Field::Arrival))
    )
}

/// A score expression compiled to operators.
#[derive(Debug, Clone, PartialEq)]
pub struct Program {
    /// The expression as written; the f64 evaluation runs on it.
    pub source: Source,
    /// What γ is made from.
    pub predictor: Predictor,
    /// Widths of γ, of what it is made from, and of everything derived.
    pub numbers: Numbers,
    /// Nodes, operands before operators.
    pub nodes: Vec<Node>,
    /// Rounding error of each node that is a literal; 0 for the others.
    pub rounding: Vec<f64>,
    /// The score.
    pub score: NodeId,
    /// Runtime registers.
    pub statics: Vec<StaticRegister>,
    /// Columns of the profile table.
    pub columns: Vec<Column>,
    /// Stored entry values.
    pub entry_values: Vec<EntryValue>,
    /// Values computed once a decision, used in the lane.
    pub decision_values: Vec<NodeId>,
    /// Pipeline of the lane.
    pub lane: LaneSchedule,
    /// Steps of the update unit.
    pub update: UpdateSchedule,
    /// Latency constants.
    pub timing: Timing,
}

impl Program {
    /// Some node reads `field` (a field that only software reads does not count).
    pub fn uses(&self, field: Field) -> bool {
        self.nodes.iter().any(|n| n.op == Op::Field(field))
    }

    /// What γ is made from, when the score uses it.
    pub fn prediction(&self) -> Predictor {
        match self.uses(Field::Gamma) {
            true => self.predictor,
            false => Predictor::None,
        }
    }

    /// Arithmetic of the score where it is floating point: of all operators but those on points in time.
    pub fn float(&self) -> Option<FloatFormat> {
        self.nodes.iter().find_map(|node| node.float)
    }

    /// Lane nodes in evaluation order.
    pub fn lane_nodes(&self) -> impl Iterator<Item = NodeId> + '_ {
        (0..self.nodes.len()).filter(|id| self.nodes[*id].class == Class::Candidate)
    }

    /// Request fields and columns that a candidate brings into the lane, besides the entry values.
    pub fn lane_leaves(&self) -> Vec<NodeId> {
        let mut leaves: Vec<NodeId> = self
            .lane_nodes()
            .flat_map(|id| self.nodes[id].op.operands())
            .chain([self.score])
            .collect();
        leaves.sort_unstable();
        leaves.dedup();
        leaves.retain(|id| {
            self.nodes[*id].class != Class::Candidate
                || self.nodes[*id].op == Op::Field(Field::Running)
        });
        leaves
    }

    /// Bits of the score.
    pub fn score_width(&self) -> u32 {
        self.nodes[self.score].width()
    }

    /// The score as an unsigned word in the order of the scores: what leaves the lane. A signed fixed-point score is offset,
    /// a floating-point one that can be negative is mapped by its sign ([`FloatFormat::ordered`]).
    pub fn score_word(&self, raw: i128) -> u64 {
        let node = &self.nodes[self.score];
        match node.float {
            Some(_) if node.range.0 >= 0 => raw as u64,
            Some(float) => u64::from(float.ordered(raw as u32)),
            None if node.format.signed => (raw + (1i128 << (node.format.width() - 1))) as u64,
            None => raw as u64,
        }
    }

    /// The score behind [`Program::score_word`].
    pub fn score_raw(&self, word: u64) -> i128 {
        let node = &self.nodes[self.score];
        match node.float {
            Some(_) if node.range.0 >= 0 => i128::from(word),
            Some(float) => i128::from(float.unordered(word as u32)),
            None if node.format.signed => i128::from(word) - (1i128 << (node.format.width() - 1)),
            None => i128::from(word),
        }
    }

    /// Real value of the score behind [`Program::score_word`].
    pub fn score_value(&self, word: u64) -> f64 {
        self.nodes[self.score].value(self.score_raw(word))
    }
}
