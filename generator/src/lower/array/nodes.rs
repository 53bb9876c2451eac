//! Nodes from the descriptions of leaves.

use super::paths;
use crate::graph::{Clocking, Direction, Field, Node, NodeKind, Port, Protocol};
use crate::leaf::{self, Interface};

/// A node of leaf `dysta_array_MODULE`, or `dysta_MODULE` where there is no such leaf.
///
/// A pin is a port of its own, but the pins of a stream named in `streams` are one port.
pub(super) fn leaf(module: &str, name: &str, params: &[(&str, u32)], streams: &[&str]) -> Node {
    let names = [format!("dysta_array_{module}"), format!("dysta_{module}")];
    let found = names.iter().find_map(|name| leaf::find(name));
    let interface = found.and_then(|leaf| leaf.interface(params));
    let mut node = Node::new(NodeKind::Leaf, name, &names[0]);
    let (Some(leaf), Some(interface)) = (found, interface) else {
        // A node without pins fails the check of its module, which names it.
        return node;
    };
    node.module = leaf.name.to_owned();
    node.doc = leaf.doc.to_owned();
    for (name, value) in &interface.parameters {
        node = node.param(*name, (*value).into());
    }
    node.clocking = clocking(&interface);
    node.ports = ports(&interface, streams);
    node.paths = paths::through_leaf(&node);
    node
}

fn clocking(interface: &Interface) -> Clocking {
    let has = |name: &str| interface.ports.iter().any(|(port, _)| port.name == name);
    match (has("clk_i"), has("rst_ni")) {
        (false, _) => Clocking::None,
        (true, false) => Clocking::Clock,
        (true, true) => Clocking::ClockAndReset,
    }
}

/// Name of a pin without its direction.
fn stem(pin: &str) -> &str {
    let low = pin.strip_suffix('i').or_else(|| pin.strip_suffix('o'));
    pin.strip_suffix("_i")
        .or_else(|| pin.strip_suffix("_o"))
        .or_else(|| low.filter(|stem| stem.ends_with("_n")))
        .unwrap_or(pin)
}

fn ports(interface: &Interface, streams: &[&str]) -> Vec<Port> {
    let mut ports: Vec<Port> = Vec::new();
    for (pin, width) in &interface.ports {
        let stem = stem(pin.name);
        if matches!(pin.name, "clk_i" | "rst_ni") {
            continue;
        }
        let field = |stream: &&str| stem.strip_prefix(*stream)?.strip_prefix('_');
        let stream = streams.iter().find_map(|s| Some((*s, field(s)?)));
        match stream {
            Some((stream, "valid")) => ports.push(port(pin.direction, stream, Protocol::Stream)),
            Some((_, "ready")) => {}
            Some((_, field)) => {
                if let Some(port) = ports.last_mut() {
                    port.payload.push(Field::new(field, *width));
                }
            }
            None => {
                let mut port = port(pin.direction, stem, Protocol::Signal);
                port.payload.push(Field::new(stem, *width));
                ports.push(port);
            }
        }
    }
    ports
}

fn port(direction: Direction, name: &str, protocol: Protocol) -> Port {
    match direction {
        Direction::Input => Port::input(name, protocol, Vec::new()),
        Direction::Output => Port::output(name, protocol, Vec::new()),
    }
}
