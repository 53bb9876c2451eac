//! Resources and latency, added up from the model of each block.

use serde::Serialize;

use crate::graph::layers::{back_edges, longest};
use crate::graph::node::Cost;
use crate::graph::{Graph, NodeIndex};

/// Resources and latency of one node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NodeEstimate {
    /// Name of the node.
    pub node: String,
    /// Resources.
    pub cost: Cost,
    /// Clocks from its inputs to its outputs.
    pub latency_cycles: u32,
}

/// Resources and latency of a graph; a model, not the result of synthesis.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Estimate {
    /// Each block in the order of the graph.
    pub nodes: Vec<NodeEstimate>,
    /// Sum of the resources.
    pub cost: Cost,
    /// Clocks along the slowest way through the graph that takes no channel back.
    pub latency_cycles: u32,
}

/// Adds up the resources of all blocks and finds the slowest way through them.
pub fn estimate(graph: &Graph) -> Estimate {
    let blocks = graph.nodes().filter(|(_, node)| !node.is_port());
    let nodes: Vec<NodeEstimate> = blocks
        .map(|(_, node)| NodeEstimate {
            node: node.name.clone(),
            cost: node.cost,
            latency_cycles: node.latency_cycles,
        })
        .collect();
    let own = |id: NodeIndex| graph.node(id).latency_cycles;
    let before = longest(graph, &back_edges(graph), own);
    Estimate {
        cost: nodes
            .iter()
            .fold(Cost::default(), |sum, node| sum + node.cost),
        latency_cycles: before
            .iter()
            .map(|(&id, &sum)| sum.saturating_add(own(id)))
            .max()
            .unwrap_or(0),
        nodes,
    }
}
