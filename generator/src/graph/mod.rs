//! The dataflow graph: hardware blocks with typed ports, joined by channels.
//!
//! A node is an instance of one module, or one stream of the top level. A channel joins an output port to an
//! input port of the same protocol and payload. From the graph, and only from it, come the structural top
//! ([`structural`]), the FIFOs and skid buffers ([`insert_buffers`](passes::insert_buffers)), the checks, the
//! estimate of resources and latency, and the drawings ([`write`](mod@write)). What a block computes is no matter here.
//!
//! ```text
//! Graph ─► run (PASSES: check_protocols, insert_buffers, check_cycles, estimate) ─► structural ─► vlog::Module
//!                                                                               └─► write::{dot, json, svg}
//! ```

mod layers;
mod node;
pub mod passes;
mod pins;
mod problem;
mod structural;
#[cfg(test)]
mod tests;
pub mod write;

use std::collections::BTreeMap;

use petgraph::Direction::{Incoming, Outgoing};
use petgraph::stable_graph::StableDiGraph;
use petgraph::visit::{EdgeRef, IntoEdgeReferences};

use crate::vlog;

pub use node::{
    Buffer, Channel, Clocking, CombPath, Cost, End, Field, Node, NodeKind, Port, Protocol, RESET,
};
pub(crate) use passes::wire_edges;
pub use passes::{Estimate, NodeEstimate, PASSES, Pass, Report, run};
pub use petgraph::stable_graph::{EdgeIndex, NodeIndex};
pub use pins::{Part, Pin};
pub use problem::{GraphError, Problem};
pub use structural::structural;
pub use vlog::Direction;

/// A design: named blocks and the channels between them.
///
/// Nodes and channels keep the order in which they were added; every output follows it.
#[derive(Debug, Clone)]
pub struct Graph {
    /// Name of the module that [`structural`] makes.
    pub name: String,
    /// Purpose of that module, for the comment above it.
    pub doc: String,
    inner: StableDiGraph<Node, Channel>,
}

/// A channel with the two nodes it joins.
#[derive(Debug, Clone, Copy)]
pub struct Link<'a> {
    /// Its place in the graph.
    pub id: EdgeIndex,
    /// Node of the output port.
    pub source: NodeIndex,
    /// Node of the input port.
    pub target: NodeIndex,
    /// Port names and buffer.
    pub channel: &'a Channel,
}

impl Graph {
    /// Makes an empty graph.
    pub fn new(name: impl Into<String>, doc: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            doc: doc.into(),
            inner: StableDiGraph::new(),
        }
    }

    /// Adds a node.
    pub fn add(&mut self, node: Node) -> NodeIndex {
        self.inner.add_node(node)
    }

    /// Joins an output port to an input port; [`passes::check_protocols`] judges whether that is allowed.
    ///
    /// # Panics
    /// If a node is not of this graph.
    pub fn connect(
        &mut self,
        from: (NodeIndex, &str),
        to: (NodeIndex, &str),
        buffer: Buffer,
    ) -> EdgeIndex {
        let channel = Channel {
            from: from.1.to_owned(),
            to: to.1.to_owned(),
            buffer,
        };
        self.inner.add_edge(from.0, to.0, channel)
    }

    /// Gives one node.
    ///
    /// # Panics
    /// If the node is not of this graph.
    pub fn node(&self, id: NodeIndex) -> &Node {
        &self.inner[id]
    }

    /// Sets the resources of every block.
    pub fn price(&mut self, cost: impl Fn(&Node) -> Cost) {
        let blocks = self.inner.node_weights_mut();
        for node in blocks.filter(|node| !node.is_port()) {
            node.cost = cost(node);
        }
    }

    /// Finds a node by name.
    pub fn find(&self, name: &str) -> Option<NodeIndex> {
        self.ids().find(|&id| self.inner[id].name == name)
    }

    /// Lists the nodes in the order they were added.
    pub fn ids(&self) -> impl Iterator<Item = NodeIndex> + '_ {
        self.inner.node_indices()
    }

    /// Lists the nodes with their places, in the order they were added.
    pub fn nodes(&self) -> impl Iterator<Item = (NodeIndex, &Node)> {
        self.ids().map(|id| (id, &self.inner[id]))
    }

    /// Lists the channels in the order they were added.
    pub fn links(&self) -> impl Iterator<Item = Link<'_>> {
        self.inner.edge_references().map(|edge| Link {
            id: edge.id(),
            source: edge.source(),
            target: edge.target(),
            channel: edge.weight(),
        })
    }

    /// Lists the channels that leave a node, in the order they were added.
    pub fn outgoing(&self, node: NodeIndex) -> Vec<Link<'_>> {
        self.side(node, Outgoing)
    }

    /// Lists the channels that leave a port, in the order they were added.
    pub fn consumers(&self, node: NodeIndex, port: &str) -> Vec<Link<'_>> {
        let mut links = self.side(node, Outgoing);
        links.retain(|link| link.channel.from == port);
        links
    }

    /// Lists the channels that enter a port, in the order they were added; a legal graph has one.
    pub fn producers(&self, node: NodeIndex, port: &str) -> Vec<Link<'_>> {
        let mut links = self.side(node, Incoming);
        links.retain(|link| link.channel.to == port);
        links
    }

    fn side(&self, node: NodeIndex, direction: petgraph::Direction) -> Vec<Link<'_>> {
        let edges = self.inner.edges_directed(node, direction);
        let mut links: Vec<Link> = edges
            .map(|edge| Link {
                id: edge.id(),
                source: edge.source(),
                target: edge.target(),
                channel: edge.weight(),
            })
            .collect();
        links.sort_by_key(|link| link.id);
        links
    }

    /// Gives the interfaces of all modules that nodes instantiate, for the check of the structural top.
    pub fn library(&self) -> vlog::Library {
        let blocks = self.nodes().filter(|(_, node)| node.kind != NodeKind::Port);
        let interfaces = blocks.map(|(_, node)| (node.module.clone(), node.interface()));
        interfaces.collect::<BTreeMap<_, _>>()
    }

    /// Names one side of a channel for messages: `node.port`.
    fn endpoint(&self, node: NodeIndex, port: &str) -> String {
        format!("{}.{port}", self.node(node).name)
    }
}
