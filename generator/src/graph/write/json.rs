//! A graph as data.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::graph::passes::estimate;
use crate::graph::{Buffer, Cost, Direction, Field, Graph, Link, Node, NodeKind, Port, Protocol};

#[derive(Serialize)]
struct GraphJson<'a> {
    name: &'a str,
    nodes: Vec<NodeJson<'a>>,
    channels: Vec<ChannelJson>,
    estimate: EstimateJson,
}

#[derive(Serialize)]
struct NodeJson<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    module: &'a str,
    kind: NodeKind,
    doc: &'a str,
    params: BTreeMap<&'a str, u64>,
    ports: Vec<PortJson<'a>>,
    holds_words: bool,
    cost: Cost,
    latency_cycles: u32,
}

#[derive(Serialize)]
struct PortJson<'a> {
    name: &'a str,
    direction: &'static str,
    protocol: Protocol,
    payload: &'a [Field],
    width_bits: u32,
}

#[derive(Serialize)]
struct ChannelJson {
    from: String,
    to: String,
    buffer: Buffer,
}

#[derive(Serialize)]
struct EstimateJson {
    origin: &'static str,
    cost: Cost,
    latency_cycles: u32,
}

/// Makes a JSON value of nodes, ports, channels and estimate, in the order of the graph.
///
/// Keys carry their unit (`width_bits`, `latency_cycles`); the estimate says that it comes from a model.
///
/// # Errors
/// Never for a graph: all its keys are text. The type is that of the serialiser.
pub fn json(graph: &Graph) -> serde_json::Result<Value> {
    let total = estimate(graph);
    serde_json::to_value(GraphJson {
        name: &graph.name,
        nodes: graph.nodes().map(|(_, node)| node_json(node)).collect(),
        channels: graph
            .links()
            .map(|link| channel_json(graph, link))
            .collect(),
        estimate: EstimateJson {
            origin: "model",
            cost: total.cost,
            latency_cycles: total.latency_cycles,
        },
    })
}

fn node_json(node: &Node) -> NodeJson<'_> {
    NodeJson {
        name: &node.name,
        module: &node.module,
        kind: node.kind,
        doc: &node.doc,
        params: node
            .params
            .iter()
            .map(|(name, value)| (name.as_str(), *value))
            .collect(),
        ports: node.ports.iter().map(port_json).collect(),
        holds_words: node.holds_words,
        cost: node.cost,
        latency_cycles: node.latency_cycles,
    }
}

fn port_json(port: &Port) -> PortJson<'_> {
    PortJson {
        name: &port.name,
        direction: match port.direction {
            Direction::Input => "input",
            Direction::Output => "output",
        },
        protocol: port.protocol,
        payload: &port.payload,
        width_bits: port.width_bits(),
    }
}

fn channel_json(graph: &Graph, link: Link) -> ChannelJson {
    ChannelJson {
        from: graph.endpoint(link.source, &link.channel.from),
        to: graph.endpoint(link.target, &link.channel.to),
        buffer: link.channel.buffer,
    }
}
