//! Binding of products to multipliers: each its own, or a few that a lane shares in a modulo schedule.

use super::field::Class;
use super::program::{Node, NodeId};
use super::schedule::{LaneSchedule, UPDATE_MULTIPLY, lane_latency};

/// Clocks between two candidates at most (design: scheduler, "Decision latency").
pub const LONGEST_INTERVAL: u32 = 5;

/// Which hardware unit computes which operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Binding {
    /// Every operator of the lane has its own unit; a candidate a clock.
    #[default]
    Dedicated,
    /// The products of a lane share multipliers; a single lane shares the first of them with the update unit.
    Shared {
        /// Multipliers of a lane.
        multipliers: u32,
        /// Clocks between two candidates (II); the least that works when not given.
        ii: Option<u32>,
    },
}

/// A product of the lane on a shared multiplier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct LaneIssue {
    /// The product.
    pub node: NodeId,
    /// Its multiplier, from 0.
    pub unit: u32,
    /// The clock, counted from the candidate's fields, in which the multiplier takes its operands.
    pub clock: u32,
}

/// Products of the lane that a candidate needs.
fn products(nodes: &[Node]) -> Vec<NodeId> {
    (0..nodes.len())
        .filter(|id| nodes[*id].class == Class::Candidate && nodes[*id].op.multiplies())
        .collect()
}

/// The least II at which the multipliers take all products of a candidate, and leave a clock to the update unit where it
/// shares one.
pub fn least_interval(nodes: &[Node], multipliers: u32, update_shares: bool) -> u32 {
    let count = products(nodes).len() as u32 + u32::from(update_shares);
    count.div_ceil(multipliers).max(1)
}

/// Places products by their readiness, those with the longest way to the score first.
struct Modulo<'a> {
    nodes: &'a [Node],
    multipliers: u32,
    ii: u32,
    /// The first unit has a clock that no product takes.
    reserves: bool,
    issues: Vec<LaneIssue>,
}

impl Modulo<'_> {
    /// Clock in which a value is visible; `None` while a product before it has no place.
    fn visible(&self, id: NodeId) -> Option<u32> {
        let node = &self.nodes[id];
        if node.class != Class::Candidate {
            return Some(0);
        }
        if node.op.multiplies() {
            let issue = self.issues.iter().find(|issue| issue.node == id)?;
            return Some(issue.clock + UPDATE_MULTIPLY + 1);
        }
        Some(self.ready(id)? + lane_latency(self.nodes, node))
    }

    /// Clock from which all operands are there.
    fn ready(&self, id: NodeId) -> Option<u32> {
        let operands = self.nodes[id].op.operands();
        let mut visible = operands.into_iter().map(|o| self.visible(o));
        visible.try_fold(0, |latest, v| v.map(|v| v.max(latest)))
    }

    /// Clocks from the operands of a node to the score.
    fn height(&self, id: NodeId) -> u32 {
        let users = (id + 1..self.nodes.len()).filter(|user| {
            self.nodes[*user].class == Class::Candidate
                && self.nodes[*user].op.operands().contains(&id)
        });
        let own = match self.nodes[id].op.multiplies() {
            true => UPDATE_MULTIPLY + 1,
            false => lane_latency(self.nodes, &self.nodes[id]),
        };
        own + users.map(|user| self.height(user)).max().unwrap_or(0)
    }

    fn free(&self, unit: u32, clock: u32) -> bool {
        let of_unit = || self.issues.iter().filter(|issue| issue.unit == unit);
        let taken = of_unit().any(|issue| issue.clock % self.ii == clock % self.ii);
        let spare = unit == 0 && self.reserves;
        !taken && of_unit().count() as u32 + u32::from(spare) < self.ii
    }

    /// The first free multiplier from `clock` on; there is one within II clocks.
    fn place(&mut self, node: NodeId, ready: u32) {
        let slots = (ready..ready + self.ii)
            .flat_map(|clock| (0..self.multipliers).map(move |unit| (unit, clock)));
        let mut free = slots.filter(|(unit, clock)| self.free(*unit, *clock));
        if let Some((unit, clock)) = free.next() {
            self.issues.push(LaneIssue { node, unit, clock });
        }
    }

    fn run(&mut self) {
        let mut left = products(self.nodes);
        while !left.is_empty() {
            let known = left.iter().filter_map(|id| Some((self.ready(*id)?, *id)));
            let next = known.min_by_key(|(ready, id)| (*ready, u32::MAX - self.height(*id), *id));
            let Some((ready, id)) = next else { return };
            left.retain(|other| *other != id);
            self.place(id, ready);
        }
    }
}

/// Modulo schedule of the lane: a candidate enters every `ii` clocks, at least [`least_interval`].
pub fn shared_lane(
    nodes: &[Node],
    score: NodeId,
    multipliers: u32,
    ii: u32,
    update_shares: bool,
) -> LaneSchedule {
    let mut modulo = Modulo {
        nodes,
        multipliers,
        ii,
        reserves: update_shares,
        issues: Vec::new(),
    };
    modulo.run();
    let stage = (0..nodes.len())
        .map(|id| match nodes[id].class {
            Class::Candidate => modulo.visible(id),
            _ => None,
        })
        .collect();
    // The last candidate stays on the memory outputs for II clocks before the result is looked for.
    let depth = modulo.visible(score).unwrap_or(0).max(ii - 1);
    modulo.issues.sort_by_key(|issue| (issue.unit, issue.clock));
    LaneSchedule {
        stage,
        depth,
        ii,
        issues: modulo.issues,
    }
}
