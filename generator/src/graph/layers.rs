//! Layers of a graph: longest paths, with the edges that close a cycle left out.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::stable_graph::{EdgeIndex, NodeIndex};

use super::Graph;

/// Finds the channels that close a cycle, walking depth first in the order nodes and channels were added.
pub(super) fn back_edges(graph: &Graph) -> BTreeSet<EdgeIndex> {
    let mut walk = Walk {
        graph,
        state: BTreeMap::new(),
        back: BTreeSet::new(),
    };
    for id in graph.ids() {
        walk.visit(id);
    }
    walk.back
}

struct Walk<'a> {
    graph: &'a Graph,
    /// False while the walk is below a node, true afterwards.
    state: BTreeMap<NodeIndex, bool>,
    back: BTreeSet<EdgeIndex>,
}

impl Walk<'_> {
    fn visit(&mut self, node: NodeIndex) {
        if self.state.contains_key(&node) {
            return;
        }
        self.state.insert(node, false);
        for link in self.graph.side(node, petgraph::Outgoing) {
            if self.state.get(&link.target) == Some(&false) {
                self.back.insert(link.id);
            } else {
                self.visit(link.target);
            }
        }
        self.state.insert(node, true);
    }
}

/// Gives each node the greatest sum of `weight` over all paths that end before it, back edges left out.
pub(super) fn longest(
    graph: &Graph,
    back: &BTreeSet<EdgeIndex>,
    weight: impl Fn(NodeIndex) -> u32,
) -> BTreeMap<NodeIndex, u32> {
    let mut depth: BTreeMap<NodeIndex, u32> = graph.ids().map(|id| (id, 0)).collect();
    // Without back edges a path has fewer channels than there are nodes.
    for _ in 0..depth.len() {
        let mut changed = false;
        for link in graph.links().filter(|link| !back.contains(&link.id)) {
            let reached = depth[&link.source].saturating_add(weight(link.source));
            if reached > depth[&link.target] {
                depth.insert(link.target, reached);
                changed = true;
            }
        }
        if !changed {
            break;
        }
    }
    depth
}
