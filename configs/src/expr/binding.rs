//! Binding of operators to units: each its own, or a few multipliers and adders that a lane shares in a modulo schedule.

use super::field::{Class, Field};
use super::program::{Node, NodeId, Op};
use super::schedule::{LaneSchedule, UPDATE_MULTIPLY, float_latency, saturating_clocks};

/// Clocks between two candidates at most (design: scheduler, "Decision latency").
pub const LONGEST_INTERVAL: u32 = 5;

/// Which hardware unit computes which operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Binding {
    /// Every operator of the lane has its own unit; a candidate a clock.
    #[default]
    Dedicated,
    /// The operators of a lane share units.
    Shared(SharedUnits),
}

/// SharedUnits that the operators of a lane share. A single lane lends the first multiplier to the update unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct SharedUnits {
    /// Multipliers of a lane.
    pub multipliers: u32,
    /// Adders of a lane for sums and differences; each has its own when not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adders: Option<u32>,
    /// Clocks between two candidates (II); the least that works when not given.
    pub ii: Option<u32>,
}

/// Kind of a shared unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitKind {
    /// Products.
    Multiplier,
    /// Sums and differences.
    Adder,
    /// Differences of a point in time and `now`, which is always the minuend: `x - now` comes out inverted.
    Subtractor,
}

impl UnitKind {
    /// Every kind.
    pub const ALL: [UnitKind; 3] = [UnitKind::Multiplier, UnitKind::Adder, UnitKind::Subtractor];

    /// Name for messages.
    pub fn name(self) -> &'static str {
        match self {
            UnitKind::Multiplier => "multiplier",
            UnitKind::Adder => "adder",
            UnitKind::Subtractor => "subtractor",
        }
    }
}

fn is_now(nodes: &[Node], id: NodeId) -> bool {
    nodes[id].op == Op::Field(Field::Now)
}

/// A difference `x - now` can stay inverted at no cost: its only user takes something off it and clamps the rest at 0.
fn may_stay_inverted(nodes: &[Node], id: NodeId) -> bool {
    let clamps = |user: &Node| {
        matches!(user.op, Op::SatSub(a, b) if a == id && b != id) && saturating_clocks(user) > 0
    };
    let mut users = nodes.iter().filter(|n| n.op.operands().contains(&id));
    nodes[id].format == nodes[id].exact
        && users.next().is_some_and(clamps)
        && users.next().is_none()
}

impl SharedUnits {
    /// Number of units of a kind; `None` when each operator has its own.
    pub fn count(&self, kind: UnitKind) -> Option<u32> {
        match kind {
            UnitKind::Multiplier => Some(self.multipliers),
            UnitKind::Adder => self.adders,
            UnitKind::Subtractor => None,
        }
    }

    /// The kind of unit that an operator of the lane is bound to, if it is bound.
    fn kind(&self, node: &Node) -> Option<UnitKind> {
        let kind = match node.op {
            op if op.multiplies() => UnitKind::Multiplier,
            // Points in time are subtracted as integers, whatever the format of the score.
            Op::Add(..) | Op::Sub(..) | Op::SatSub(..) => UnitKind::Adder,
            _ => return None,
        };
        self.count(kind).map(|_| kind)
    }
}

/// An operator of the lane on a shared unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct LaneIssue {
    /// The operator.
    pub node: NodeId,
    /// Kind of its unit.
    pub kind: UnitKind,
    /// Its unit, from 0 in each kind.
    pub unit: u32,
    /// The clock, counted from the candidate's fields, in which the unit takes its operands.
    pub clock: u32,
}

/// A shared unit is floating point, or takes integers.
pub fn is_float(nodes: &[Node], id: NodeId) -> bool {
    float_latency(nodes, &nodes[id]).is_some()
}

/// Clocks from the operands of an operator of a shared lane until its unit shows the result; a register takes it then.
pub fn unit_latency(nodes: &[Node], id: NodeId) -> u32 {
    let node = &nodes[id];
    match float_latency(nodes, node) {
        Some(clocks) => clocks,
        None if node.op.multiplies() => UPDATE_MULTIPLY,
        None => saturating_clocks(node),
    }
}

/// Clocks from the operands of an operator of a shared lane to its register; leaves take none.
pub fn shared_latency(nodes: &[Node], id: NodeId) -> u32 {
    match nodes[id].op.operands().is_empty() {
        true => 0,
        false => unit_latency(nodes, id) + 1,
    }
}

/// A unit of the lane as the schedule sees it: what integers and floating-point words need differs.
type Pool = (UnitKind, bool);

/// What a shared lane is scheduled for.
#[derive(Debug, Clone, Copy)]
pub struct Machine<'a> {
    /// Nodes of the program.
    pub nodes: &'a [Node],
    /// The shared units.
    pub units: SharedUnits,
    /// The update unit takes a clock of the first multiplier.
    pub update_shares: bool,
    /// See [`LaneSchedule::saturates_late`].
    pub saturates_late: bool,
}

impl Machine<'_> {
    fn pool(&self, id: NodeId) -> Option<Pool> {
        let node = &self.nodes[id];
        let kind = self.units.kind(node)?;
        let pool = (kind, is_float(self.nodes, id));
        (node.class == Class::Candidate && self.shares(pool)).then_some(pool)
    }

    /// Integers in front of floating-point numbers keep their own units: they are differences of points in time.
    fn shares(&self, (_, float): Pool) -> bool {
        let floats = self.nodes.iter().any(|node| node.float.is_some());
        float || !floats
    }

    /// Operators of the lane that share units.
    fn bound(&self) -> Vec<NodeId> {
        let ids = 0..self.nodes.len();
        ids.filter(|id| self.pool(*id).is_some()).collect()
    }

    /// Differences of a candidate's points in time and `now` that one subtractor takes at this II, where there are several.
    fn subtracted(&self, ii: u32) -> Vec<NodeId> {
        let changes = |id: NodeId| !self.nodes[id].stable();
        let takes = |id: &NodeId| match self.nodes[*id].op {
            _ if self.nodes[*id].class != Class::Candidate => false,
            Op::Sub(a, b) if is_now(self.nodes, a) => changes(b),
            Op::Sub(a, b) if is_now(self.nodes, b) => {
                changes(a) && may_stay_inverted(self.nodes, *id)
            }
            _ => false,
        };
        let free = (0..self.nodes.len()).filter(|id| self.units.adders.is_none() && takes(id));
        let taken: Vec<NodeId> = free.take(ii as usize).collect();
        match taken.len() {
            0 | 1 => Vec::new(),
            _ => taken,
        }
    }

    fn reserves(&self, kind: UnitKind) -> bool {
        self.update_shares && kind == UnitKind::Multiplier
    }

    /// The least II at which the units take all operators of a candidate, and leave a clock to the update unit where it shares
    /// one; with the kind that is busiest.
    pub fn least_interval(&self) -> (u32, UnitKind) {
        let bound = self.bound();
        let of = |kind: UnitKind| {
            let is = |id: &&NodeId| self.units.kind(&self.nodes[**id]) == Some(kind);
            let count = bound.iter().filter(is).count() as u32;
            let units = self.units.count(kind).unwrap_or(u32::MAX);
            (count + u32::from(self.reserves(kind))).div_ceil(units)
        };
        let least = [UnitKind::Multiplier, UnitKind::Adder].map(|kind| (of(kind).max(1), kind));
        least
            .into_iter()
            .max_by_key(|(ii, kind)| (*ii, *kind == UnitKind::Multiplier))
            .unwrap_or((1, UnitKind::Multiplier))
    }
}

/// Places operators by their readiness, those with the longest way to the score first.
struct Modulo<'a> {
    machine: Machine<'a>,
    ii: u32,
    subtracted: Vec<NodeId>,
    issues: Vec<LaneIssue>,
}

impl Modulo<'_> {
    fn nodes(&self) -> &[Node] {
        self.machine.nodes
    }

    fn pool(&self, id: NodeId) -> Option<Pool> {
        match self.subtracted.contains(&id) {
            true => Some((UnitKind::Subtractor, false)),
            false => self.machine.pool(id),
        }
    }

    /// Clock in which a value is visible; `None` while an operator before it has no place.
    fn visible(&self, id: NodeId) -> Option<u32> {
        if self.nodes()[id].class != Class::Candidate {
            return Some(0);
        }
        let start = match self.pool(id) {
            Some(_) => self.issues.iter().find(|issue| issue.node == id)?.clock,
            None => self.ready(id)?,
        };
        Some(start + shared_latency(self.nodes(), id))
    }

    /// Clock from which all operands are there.
    fn ready(&self, id: NodeId) -> Option<u32> {
        let operands = self.nodes()[id].op.operands();
        let mut visible = operands.into_iter().map(|o| self.visible(o));
        visible.try_fold(0, |latest, v| v.map(|v| v.max(latest)))
    }

    /// Clocks from the operands of each node to the score.
    fn heights(&self) -> Vec<u32> {
        let nodes = self.nodes();
        let mut heights = vec![0; nodes.len()];
        for id in (0..nodes.len()).rev() {
            heights[id] += shared_latency(nodes, id);
            for operand in nodes[id].op.operands() {
                let above = match nodes[id].class {
                    Class::Candidate => heights[id],
                    _ => 0,
                };
                heights[operand] = heights[operand].max(above);
            }
        }
        heights
    }

    fn free(&self, kind: UnitKind, unit: u32, clock: u32) -> bool {
        let issues = self
            .issues
            .iter()
            .filter(|i| (i.kind, i.unit) == (kind, unit));
        let mut clocks = issues.map(|issue| issue.clock % self.ii);
        self.taken(kind, unit) < self.ii && !clocks.any(|taken| taken == clock % self.ii)
    }

    /// The clocks of a unit that are taken.
    fn taken(&self, kind: UnitKind, unit: u32) -> u32 {
        let issues = self
            .issues
            .iter()
            .filter(|i| (i.kind, i.unit) == (kind, unit));
        let spare = unit == 0 && self.machine.reserves(kind);
        issues.count() as u32 + u32::from(spare)
    }

    /// The first clock from `ready` on in which a unit is free, and of its free units the one that is taken least, so that choices
    /// stay small; there is one within II clocks.
    fn place(&mut self, node: NodeId, kind: UnitKind, ready: u32) {
        let units = match kind {
            UnitKind::Subtractor => 1,
            _ => self.machine.units.count(kind).unwrap_or(0),
        };
        let this = &*self;
        let free = |clock: u32| (0..units).filter(move |unit| this.free(kind, *unit, clock));
        let mut clocks = ready..ready + self.ii;
        let chosen = clocks.find_map(|clock| {
            let unit = free(clock).min_by_key(|unit| this.taken(kind, *unit))?;
            Some((unit, clock))
        });
        if let Some((unit, clock)) = chosen {
            self.issues.push(LaneIssue {
                node,
                kind,
                unit,
                clock,
            });
        }
    }

    fn run(&mut self) {
        let heights = self.heights();
        let mut left = self.machine.bound();
        left.extend(&self.subtracted);
        while !left.is_empty() {
            let known = left.iter().filter_map(|id| Some((self.ready(*id)?, *id)));
            let next = known.min_by_key(|(ready, id)| (*ready, u32::MAX - heights[*id], *id));
            let Some((ready, id)) = next else { return };
            left.retain(|other| *other != id);
            if let Some((kind, _)) = self.pool(id) {
                self.place(id, kind, ready);
            }
        }
    }

    /// The product of an inverted value moves to the multiplier that chooses between lane and update unit: there the choice
    /// inverts it back.
    fn lend_inverted(&mut self) {
        let nodes = self.machine.nodes;
        let clamp = |id: NodeId| matches!(nodes[id].op, Op::SatSub(a, _) if inverted(nodes, &self.issues, a));
        let multiplies = |issue: &&LaneIssue| issue.kind == UnitKind::Multiplier;
        let of = |unit: u32| {
            self.issues
                .iter()
                .filter(multiplies)
                .filter(move |i| i.unit == unit)
        };
        let fits = |issue: &&LaneIssue| of(issue.unit).count() < self.ii as usize;
        let takes = |issue: &&LaneIssue| nodes[issue.node].op.operands().into_iter().any(clamp);
        let chosen = self
            .issues
            .iter()
            .filter(multiplies)
            .filter(takes)
            .find(fits);
        let Some(chosen) = chosen.map(|issue| issue.unit) else {
            return;
        };
        for issue in self
            .issues
            .iter_mut()
            .filter(|i| i.kind == UnitKind::Multiplier)
        {
            issue.unit = match issue.unit {
                0 => chosen,
                unit if unit == chosen => 0,
                unit => unit,
            };
        }
    }
}

/// A value that its register holds inverted.
pub fn inverted(nodes: &[Node], issues: &[LaneIssue], id: NodeId) -> bool {
    let subtracts = |i: &LaneIssue| i.kind == UnitKind::Subtractor && i.node == id;
    matches!(nodes[id].op, Op::Sub(_, b) if is_now(nodes, b)) && issues.iter().any(subtracts)
}

/// Modulo schedule of the lane: a candidate enters every `ii` clocks, at least [`Machine::least_interval`].
pub fn shared_lane(machine: Machine<'_>, score: NodeId, ii: u32) -> LaneSchedule {
    let mut modulo = Modulo {
        machine,
        ii,
        subtracted: machine.subtracted(ii),
        issues: Vec::new(),
    };
    modulo.run();
    if machine.update_shares {
        modulo.lend_inverted();
    }
    let nodes = machine.nodes;
    let stage = (0..nodes.len())
        .map(|id| match nodes[id].class {
            Class::Candidate => modulo.visible(id),
            _ => None,
        })
        .collect();
    // The last candidate stays on the memory outputs for II clocks before the result is looked for.
    let depth = modulo.visible(score).unwrap_or(0).max(ii - 1);
    modulo
        .issues
        .sort_by_key(|issue| (issue.kind, issue.unit, issue.clock));
    LaneSchedule {
        stage,
        depth,
        ii,
        issues: modulo.issues,
        saturates_late: machine.saturates_late,
    }
}
