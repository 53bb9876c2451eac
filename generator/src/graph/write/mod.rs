//! Drawings and data of a graph: DOT, JSON and SVG as text, same graph, same bytes.

mod dot;
mod json;
mod layout;
mod svg;

pub use dot::dot;
pub use json::json;
pub use svg::svg;

use super::{Graph, Link};

/// Width and name of what a channel carries: `entry 20`.
fn label(graph: &Graph, link: &Link) -> String {
    let port = graph.node(link.source).find_port(&link.channel.from);
    let width = port.map_or(0, |port| port.width_bits());
    format!("{} {width}", link.channel.from)
}

/// The full story of a channel: `a.x -> b.y: stream, 20 bits`.
fn story(graph: &Graph, link: &Link) -> String {
    let port = graph.node(link.source).find_port(&link.channel.from);
    let (protocol, width) = port.map_or(("unknown", 0), |p| (p.protocol.name(), p.width_bits()));
    let from = graph.endpoint(link.source, &link.channel.from);
    let to = graph.endpoint(link.target, &link.channel.to);
    format!("{from} -> {to}: {protocol}, {width} bits")
}

#[cfg(test)]
pub(super) use layout::Layout;
