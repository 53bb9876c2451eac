//! Schedules of a program: pipeline stages of the lane, cycles of the update unit, latency constants.

use super::binding::{
    self, Binding, LONGEST_INTERVAL, LaneIssue, UnitKind, shared_lane, shared_latency,
};
use super::error::ExprError;
use super::field::{Class, Field};
use super::program::{EntryValue, Node, NodeId, Op, Timing};
use crate::params::Predictor;

/// Clocks of a multiplier in the lane (partial products, sum).
pub const LANE_MULTIPLY: u32 = 2;
/// Clocks of the shared multiplier of the update unit (operands, partial products, sum).
pub const UPDATE_MULTIPLY: u32 = 3;
/// Clocks of the floating-point operators: product, sum, comparison, conversion. A clamp or choice behind them takes none.
pub const FLOAT_MULTIPLY: u32 = 3;
/// See [`FLOAT_MULTIPLY`].
pub const FLOAT_ADD: u32 = 4;
/// See [`FLOAT_MULTIPLY`].
pub const FLOAT_COMPARE: u32 = 1;
/// See [`FLOAT_MULTIPLY`].
pub const FLOAT_CONVERT: u32 = 2;
/// Cycle in which the sum behind γ of the entry that ran is written.
pub const SUM_CYCLE: u32 = 5;
/// Cycle in which the run time of the layer is added to that of the layers before.
pub const RUN_TIME_CYCLE: u32 = 2;
/// First cycle in which entry values can be written: in cycle 2 a request is written that came with the end of the layer.
const FIRST_WRITE: u32 = 3;
/// First cycle in which candidate fields can enter the lane.
const FIRST_CANDIDATE: u32 = 3;

/// Pipeline of the lane.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct LaneSchedule {
    /// For each candidate node the clock, counted from its candidate's fields, in which its value is visible.
    pub stage: Vec<Option<u32>>,
    /// Clocks from candidate fields to score.
    pub depth: u32,
    /// II: clocks between two candidates. A value stays in its register for so long.
    pub ii: u32,
    /// Operators on shared units, by unit and clock; empty when each has its own.
    pub issues: Vec<LaneIssue>,
    /// A difference has a register in front of its saturation, and where each operator has its own unit, one behind it, too.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub saturates_late: bool,
}

impl LaneSchedule {
    /// Operators share multipliers.
    pub fn shared(&self) -> bool {
        self.ii > 1 || !self.issues.is_empty()
    }

    /// Clock in which a node takes its operands.
    pub fn start(&self, nodes: &[Node], id: NodeId) -> u32 {
        match self.issues.iter().find(|issue| issue.node == id) {
            Some(issue) => issue.clock,
            None if self.shared() => self.stage[id].unwrap_or(0) - shared_latency(nodes, id),
            None => self.stage[id].unwrap_or(0) - lane_latency(nodes, id, self.saturates_late),
        }
    }
}

/// A product that the shared multiplier computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Product {
    /// nnz · inv_density: density ratio of the layer that ended.
    Ratio,
    /// ratio sum · 1/layers, or run time · inv_elapsed: γ.
    Gamma,
    /// A node of the program.
    Node(NodeId),
}

/// Steps of the update unit, in cycles from Ts.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct UpdateSchedule {
    /// Products in issue order with the cycle in which the multiplier takes their operands.
    pub issues: Vec<(Product, u32)>,
    /// For each node of class entry or decision the cycle from which its register holds the value.
    pub visible: Vec<Option<u32>>,
    /// Cycle from which γ is visible.
    pub gamma_visible: Option<u32>,
    /// Cycle in which the entry values are written.
    pub write_cycle: Option<u32>,
    /// Last cycle in which the unit is busy.
    pub last_cycle: u32,
}

/// Clocks that an operator with a unit of its own takes in the lane; differences may [saturate late](LaneSchedule::saturates_late).
pub fn lane_latency(nodes: &[Node], id: NodeId, saturates_late: bool) -> u32 {
    let node = &nodes[id];
    let late = u32::from(saturates_late && late_difference(node));
    float_latency(nodes, node).unwrap_or_else(|| fixed_latency(node) + late)
}

/// A difference that saturates on one side only: no register is cleared for it, so its saturation is look-up tables.
pub fn late_difference(node: &Node) -> bool {
    node.saturates && matches!(node.op, Op::Sub(..))
}

/// Clocks of the floating-point leaf of a node; `None` for all other nodes.
pub fn float_latency(nodes: &[Node], node: &Node) -> Option<u32> {
    let floats = |a: NodeId| nodes[a].float.is_some();
    match node.op {
        Op::ToFloat(_) => Some(FLOAT_CONVERT),
        Op::Mul(a, _) if floats(a) => Some(FLOAT_MULTIPLY),
        Op::Add(a, _) | Op::Sub(a, _) | Op::SatSub(a, _) if floats(a) => Some(FLOAT_ADD),
        Op::Lt(a, _) | Op::Le(a, _) | Op::Min(a, _) | Op::Max(a, _) if floats(a) => {
            Some(FLOAT_COMPARE)
        }
        _ => None,
    }
}

/// Clocks that a difference takes to saturate on both sides: it is clamped to 0 by the reset of one register, to the largest value by
/// the set input of the next.
pub fn saturating_clocks(node: &Node) -> u32 {
    u32::from(node.saturates && node.float.is_none() && matches!(node.op, Op::SatSub(..)))
}

fn fixed_latency(node: &Node) -> u32 {
    match node.op {
        Op::Field(_) | Op::Const(_) | Op::Static(_) | Op::Profile(_) => 0,
        Op::Mul(..) => LANE_MULTIPLY + u32::from(node.saturates),
        Op::MulInv(..) => LANE_MULTIPLY + 1,
        Op::SatSub(..) => 1 + saturating_clocks(node),
        _ => 1,
    }
}

/// Clock in which a node's value is visible in the lane, see [`lane_latency`].
pub fn depth(nodes: &[Node], id: NodeId, saturates_late: bool) -> u32 {
    if nodes[id].class != Class::Candidate {
        return 0;
    }
    let operands = nodes[id].op.operands().into_iter();
    let ready = operands.map(|o| depth(nodes, o, saturates_late)).max();
    ready.unwrap_or(0) + lane_latency(nodes, id, saturates_late)
}

/// Cycle from which the update unit could hold a value if its multiplier were always free.
pub fn update_ready(nodes: &[Node], id: NodeId) -> u32 {
    let node = &nodes[id];
    let operands = node.op.operands();
    let ready = operands.iter().map(|o| update_ready(nodes, *o)).max();
    match (node.op, ready) {
        // Two products in a row and a sum between them.
        (Op::Field(Field::Gamma), _) => 2 * (UPDATE_MULTIPLY + 1) + 2,
        (_, None) => 2,
        (op, Some(ready)) if op.multiplies() => ready + UPDATE_MULTIPLY + 1,
        (_, Some(ready)) => ready + 1,
    }
}

/// As-soon-as-possible pipeline of all candidate nodes.
pub fn lane(nodes: &[Node], score: NodeId, saturates_late: bool) -> LaneSchedule {
    let visible = |id| depth(nodes, id, saturates_late);
    let stage = (0..nodes.len())
        .map(|id| (nodes[id].class == Class::Candidate).then(|| visible(id)))
        .collect();
    LaneSchedule {
        stage,
        depth: visible(score),
        ii: 1,
        issues: Vec::new(),
        saturates_late,
    }
}

/// Clocks of a multiplier that the candidates of a lane leave to the update unit.
struct Rest<'a> {
    lane: &'a LaneSchedule,
    /// Cycle in which the fields of the first candidate are there.
    first: u32,
}

impl Rest<'_> {
    fn taken(&self, cycle: u32) -> bool {
        let of_multiplier =
            |issue: &&LaneIssue| (issue.kind, issue.unit) == (UnitKind::Multiplier, 0);
        let mut issues = self.lane.issues.iter().filter(of_multiplier);
        issues.any(|issue| {
            let start = self.first + issue.clock;
            cycle >= start && (cycle - start).is_multiple_of(self.lane.ii)
        })
    }
}

struct Scheduler<'a> {
    nodes: &'a [Node],
    issues: Vec<(Product, u32)>,
    visible: Vec<Option<u32>>,
    gamma_visible: Option<u32>,
    rest: Option<Rest<'a>>,
}

impl Scheduler<'_> {
    /// Cycle from which a value can be an operand.
    fn ready(&self, id: NodeId) -> Option<u32> {
        match self.nodes[id].op {
            Op::Field(Field::Gamma) => self.gamma_visible,
            // Memory outputs of the entry that ran are captured in cycle 1; Q is registered in cycle 1.
            Op::Field(Field::Layer | Field::Queue | Field::InvQueue) | Op::Profile(_) => Some(2),
            Op::Field(_) | Op::Const(_) | Op::Static(_) => Some(1),
            _ => self.visible[id],
        }
    }

    fn operands_ready(&self, id: NodeId) -> Option<u32> {
        self.nodes[id]
            .op
            .operands()
            .into_iter()
            .map(|o| self.ready(o))
            .try_fold(1, |latest, r| r.map(|r| r.max(latest)))
    }

    /// A product that the lane's multiplier takes: beside floating-point scores, γ has a multiplier of its own.
    fn lent(&self, product: Product) -> bool {
        lent(self.nodes, product)
    }

    /// First free slot of the multiplier from `earliest` on.
    fn issue(&mut self, product: Product, earliest: u32) -> u32 {
        let mut cycle = earliest;
        let lends = self.lent(product);
        let lane_takes = |cycle| lends && self.rest.as_ref().is_some_and(|rest| rest.taken(cycle));
        while self.issues.iter().any(|(_, taken)| *taken == cycle) || lane_takes(cycle) {
            cycle += 1;
        }
        self.issues.push((product, cycle));
        cycle
    }

    /// γ: the ratio alone, or a sum in the cycle after it; the run time is known at once and summed in cycle [`RUN_TIME_CYCLE`].
    fn predict(&mut self, predictor: Predictor) {
        if predictor == Predictor::None {
            return;
        }
        let summed = if predictor == Predictor::LatencyRatio {
            RUN_TIME_CYCLE + 1
        } else {
            let ratio = self.issue(Product::Ratio, 1) + UPDATE_MULTIPLY + 1;
            if predictor == Predictor::DensityLast {
                self.gamma_visible = Some(ratio);
                return;
            }
            ratio + 1
        };
        self.gamma_visible = Some(self.issue(Product::Gamma, summed) + UPDATE_MULTIPLY + 1);
    }

    fn place(&mut self, id: NodeId) {
        let Some(earliest) = self.operands_ready(id) else {
            return;
        };
        self.visible[id] = Some(if self.nodes[id].op.multiplies() {
            self.issue(Product::Node(id), earliest) + UPDATE_MULTIPLY + 1
        } else {
            earliest + 1 + float_latency(self.nodes, &self.nodes[id]).unwrap_or(0)
        });
    }

    /// Operator nodes that `roots` need, operands first.
    fn cone(&self, roots: &[NodeId]) -> Vec<NodeId> {
        let mut wanted = vec![false; self.nodes.len()];
        let mut stack = roots.to_vec();
        while let Some(id) = stack.pop() {
            wanted[id] = true;
            stack.extend(self.nodes[id].op.operands());
        }
        (0..self.nodes.len())
            .filter(|id| wanted[*id] && !self.nodes[*id].op.operands().is_empty())
            .collect()
    }
}

/// A product of the update unit that a lane's multiplier can take: one in the arithmetic of the scores.
pub fn lent(nodes: &[Node], product: Product) -> bool {
    let floats = nodes.iter().any(|node| node.float.is_some());
    let float = matches!(product, Product::Node(id) if binding::is_float(nodes, id));
    float == floats
}

/// List schedule of γ, entry values and decision values on one multiplier; γ and the entry values go first.
fn update(stored: Stored<'_>, predictor: Predictor, rest: Option<Rest<'_>>) -> UpdateSchedule {
    let Stored {
        nodes,
        entry_values,
        decision_values,
    } = stored;
    let mut s = Scheduler {
        nodes,
        issues: Vec::new(),
        visible: vec![None; nodes.len()],
        gamma_visible: None,
        rest,
    };
    let roots: Vec<NodeId> = entry_values.iter().map(|v| v.node).collect();
    let used = nodes.iter().any(|n| n.op == Op::Field(Field::Gamma));
    let predictor = if used { predictor } else { Predictor::None };
    s.predict(predictor);
    for id in s.cone(&roots) {
        s.place(id);
    }
    for id in s.cone(decision_values) {
        s.place(id);
    }
    s.issues.sort_by_key(|(_, cycle)| *cycle);
    // A value is written in the cycle before its register holds it; one that saturates from its register, whose set input then
    // saturates it.
    let written = |value: &EntryValue| {
        let early = u32::from(!nodes[value.node].saturates);
        (s.ready(value.node).unwrap_or(1) - early).max(FIRST_WRITE)
    };
    let write_cycle = entry_values.iter().map(written).max();
    let values_end = write_cycle.unwrap_or(1);
    let decisions_end = decision_values
        .iter()
        .filter_map(|id| s.visible[*id])
        .max()
        .unwrap_or(1);
    let sum_end = if predictor.keeps_sum() { SUM_CYCLE } else { 1 };
    UpdateSchedule {
        last_cycle: values_end.max(decisions_end).max(sum_end),
        visible: s.visible,
        gamma_visible: s.gamma_visible,
        issues: s.issues,
        write_cycle,
    }
}

/// Differences of a lane saturate late where the entry memories have registers in front, for a short clock.
pub fn saturates_late(read_clocks: u32) -> bool {
    read_clocks > 0
}

/// Latency constants that follow from the schedules.
fn timing(
    lane: &LaneSchedule,
    update: &UpdateSchedule,
    scan_delay: u32,
    machine: Machine,
) -> Timing {
    let update_slot = update
        .write_cycle
        .map_or(1, |w| w.saturating_sub(1 + scan_delay).max(1));
    Timing {
        ii: lane.ii,
        // The updated entry enters the lane at the pace of the others.
        update_slot: update_slot.next_multiple_of(lane.ii),
        // Behind several lanes each level of the arg-min tree takes a clock.
        constant: lane.depth
            + 5
            + scan_delay
            + machine.lanes.trailing_zeros()
            + 2 * machine.read_clocks,
        single: 4 + machine.read_clocks,
        write_cycle: update.write_cycle,
        scan_delay,
        lane_depth: lane.depth,
    }
}

/// Clocks before the first candidate, so that the decision values are there when it needs them.
fn scan_delay(
    stored: Stored<'_>,
    lane: &LaneSchedule,
    update: &UpdateSchedule,
    first_candidate: u32,
) -> u32 {
    let nodes = stored.nodes;
    // The clock of a decision value's first use, counted from the candidate's fields.
    let first_use = |value: NodeId| {
        let users = (0..nodes.len()).filter(|id| {
            nodes[*id].class == Class::Candidate && nodes[*id].op.operands().contains(&value)
        });
        users.map(|id| lane.start(nodes, id)).min().unwrap_or(0)
    };
    let delay = |value: &NodeId| {
        update.visible[*value]
            .unwrap_or(0)
            .saturating_sub(first_candidate + first_use(*value))
    };
    let values = stored.decision_values.iter();
    values.map(delay).max().unwrap_or(0)
}

/// What the schedules are made for.
#[derive(Clone, Copy)]
pub struct Stored<'a> {
    /// Nodes of the program.
    pub nodes: &'a [Node],
    /// Values of class entry that the lane reads.
    pub entry_values: &'a [EntryValue],
    /// Values of class decision that the lane reads.
    pub decision_values: &'a [NodeId],
}

/// Sizes and choices that the schedules follow.
#[derive(Clone, Copy)]
pub struct Machine {
    /// Candidates scored in parallel.
    pub lanes: u32,
    /// Prediction of γ.
    pub predictor: Predictor,
    /// Units of the operators.
    pub binding: Binding,
    /// Registers in front of the entry memories: everything read from them comes so many clocks later.
    pub read_clocks: u32,
}

/// Schedules of lane and update unit, and the latency constants.
///
/// # Errors
/// When the given multipliers cannot take the products at the wanted II.
pub fn schedule(
    stored: Stored<'_>,
    score: NodeId,
    machine: Machine,
) -> Result<(LaneSchedule, UpdateSchedule, Timing), ExprError> {
    let free = update(stored, machine.predictor, None);
    let lends = |(product, _): &(Product, u32)| lent(stored.nodes, *product);
    let shares = machine.lanes == 1 && free.issues.iter().any(lends);
    let saturates_late = saturates_late(machine.read_clocks);
    let lane = match machine.binding {
        Binding::Dedicated => lane(stored.nodes, score, saturates_late),
        Binding::Shared(units) => {
            let shared = binding::Machine {
                nodes: stored.nodes,
                units,
                update_shares: shares,
                saturates_late,
            };
            let (least, kind) = shared.least_interval();
            let wanted = units.ii.unwrap_or(least);
            if wanted < least || wanted > LONGEST_INTERVAL {
                let count = units.count(kind).unwrap_or(0);
                return Err(ExprError::interval((kind, count), wanted, least));
            }
            shared_lane(shared, score, wanted)
        }
    };
    // A later first candidate leaves the update unit more clocks, until its values are there in time.
    let first_candidate = FIRST_CANDIDATE + machine.read_clocks;
    let mut delay = 0;
    loop {
        let rest = (shares && lane.shared()).then(|| Rest {
            lane: &lane,
            first: first_candidate + delay,
        });
        let update = update(stored, machine.predictor, rest);
        let needed = scan_delay(stored, &lane, &update, first_candidate);
        if needed <= delay {
            let timing = timing(&lane, &update, delay, machine);
            return Ok((lane, update, timing));
        }
        delay = needed;
    }
}
