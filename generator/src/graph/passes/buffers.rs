//! Skid buffers and FIFOs in place of the channels that ask for one.

use crate::estimate::leaf_cost;
use crate::graph::node::{Buffer, Node, NodeKind, Port, Protocol, RESET};
use crate::graph::{EdgeIndex, Graph, Link, NodeIndex};

/// Replaces each channel with a buffer by a node of leaf `dysta_skid` or `dysta_fifo` and two plain channels.
///
/// The node is named after the output port: `admission_entry_fifo`, or `submit_skid` behind a port of the top level.
/// Expects a graph that [`check_protocols`](super::check_protocols) finds right; channels whose source port is unknown
/// stay as they are.
pub fn insert_buffers(graph: &mut Graph) {
    let planned: Vec<(EdgeIndex, Node)> = graph
        .links()
        .filter_map(|link| Some((link.id, buffer_node(graph, link)?)))
        .collect();
    for (id, node) in planned {
        replace(graph, id, node);
    }
}

fn buffer_node(graph: &Graph, link: Link) -> Option<Node> {
    let source = graph.node(link.source);
    let port = source.find_port(&link.channel.from)?;
    let width = port.width_bits();
    let (kind, module) = match link.channel.buffer {
        Buffer::None => return None,
        Buffer::Skid => ("skid", "dysta_skid"),
        Buffer::Fifo(_) => ("fifo", "dysta_fifo"),
    };
    let stream = |name: &str| Port::input(name, Protocol::Stream, port.payload.clone()).packed();
    let behind = match source.is_port() {
        true => source.name.clone(),
        false => format!("{}_{}", source.name, port.name),
    };
    let mut node = Node::new(NodeKind::Leaf, format!("{behind}_{kind}"), module)
        .doc(format!("Buffer of {behind}."))
        .param("WIDTH", width.into());
    if let Buffer::Fifo(depth) = link.channel.buffer {
        node = node.param("DEPTH", depth.into());
    }
    let cost = leaf_cost(&node.module, &node.params);
    let output = Port::output("out", Protocol::Stream, port.payload.clone()).packed();
    Some(
        node.with_port(stream("in"))
            .with_port(output)
            .holds_words()
            .cost(cost, 1),
    )
}

/// Where the reset of a node comes from, if it has one of its own.
fn reset(graph: &Graph, node: NodeIndex) -> Option<(NodeIndex, String)> {
    let links = graph.producers(node, RESET);
    let link = links.first()?;
    Some((link.source, link.channel.from.clone()))
}

fn replace(graph: &mut Graph, id: EdgeIndex, node: Node) {
    let ends = graph.inner.edge_endpoints(id);
    let (Some((source, target)), Some(channel)) = (ends, graph.inner.remove_edge(id)) else {
        return;
    };
    let reset = reset(graph, target);
    let node = if reset.is_some() {
        node.own_reset()
    } else {
        node
    };
    let buffer = graph.add(node);
    if let Some((from, port)) = reset {
        graph.connect((from, &port), (buffer, RESET), Buffer::None);
    }
    graph.connect((source, &channel.from), (buffer, "in"), Buffer::None);
    graph.connect((buffer, "out"), (target, &channel.to), Buffer::None);
}
