//! Are the ports of all channels there, alike and used as their protocol allows?

use std::collections::BTreeSet;

use crate::graph::node::{Buffer, CombPath, End, Node, Port, Protocol};
use crate::graph::problem::Problem;
use crate::graph::{Direction, Graph, Link, NodeIndex};
use crate::leaf;

/// Checks names, pins, directions, protocols, payloads, drivers and the places of buffers.
///
/// Returns all problems, first those of nodes, then those of channels.
pub fn check_protocols(graph: &Graph) -> Vec<Problem> {
    let mut problems = duplicate_nodes(graph);
    for (id, node) in graph.nodes() {
        problems.extend(node_shape(node));
        problems.extend(node.paths.iter().flat_map(|path| bad_path(node, path)));
        for port in &node.ports {
            problems.extend(usage(graph, id, port));
        }
    }
    for link in graph.links() {
        problems.extend(channel(graph, link));
    }
    problems
}

fn duplicate_nodes(graph: &Graph) -> Vec<Problem> {
    let mut seen = BTreeSet::new();
    let names = graph.nodes().map(|(_, node)| &node.name);
    names
        .filter(|name| !seen.insert(*name))
        .map(|node| Problem::DuplicateNode { node: node.clone() })
        .collect()
}

fn node_shape(node: &Node) -> Vec<Problem> {
    let mut problems = Vec::new();
    if node.is_port() && node.ports.len() != 1 {
        let (node, count) = (node.name.clone(), node.ports.len());
        problems.push(Problem::PortNode { node, count });
    }
    let mut seen: BTreeSet<String> = node.clocking.pins().iter().map(|p| p.to_string()).collect();
    for pin in node.ports.iter().flat_map(Port::pins) {
        if !seen.insert(pin.name()) {
            let (node, pin) = (node.name.clone(), pin.name());
            problems.push(Problem::DuplicatePin { node, pin });
        }
    }
    let fields = node
        .ports
        .iter()
        .flat_map(|p| p.payload.iter().map(move |f| (p, f)));
    problems.extend(
        fields
            .filter(|(_, field)| field.width_bits == 0)
            .map(|(port, field)| Problem::ZeroWidth {
                port: format!("{}.{}", node.name, port.name),
                field: field.name.clone(),
            }),
    );
    problems
}

/// A path leads from forward of an input or backward of an output, to the opposite.
fn bad_path(node: &Node, path: &CombPath) -> Vec<Problem> {
    let direction = |end: &End| match end {
        End::Forward(port) => node
            .find_port(port)
            .map(|p| p.direction == Direction::Input),
        End::Backward(port) => node
            .find_port(port)
            .map(|p| p.direction == Direction::Output),
    };
    let unknown = [&path.from, &path.to]
        .into_iter()
        .filter(|end| direction(end).is_none());
    let mut problems: Vec<Problem> = unknown
        .map(|end| Problem::UnknownPort {
            place: format!("a path of node `{}`", node.name),
            port: end.port().to_owned(),
        })
        .collect();
    if direction(&path.from) == Some(false) || direction(&path.to) == Some(true) {
        problems.push(Problem::Path {
            node: node.name.clone(),
            from: path.from.to_string(),
            to: path.to.to_string(),
        });
    }
    problems
}

/// Checks how many channels end at a port.
fn usage(graph: &Graph, id: NodeIndex, port: &Port) -> Option<Problem> {
    let name = graph.endpoint(id, &port.name);
    let protocol = port.protocol.name();
    if port.direction == Direction::Input {
        let drivers = graph.producers(id, &port.name);
        return match drivers.len() {
            0 => Some(Problem::Undriven { port: name }),
            1 => None,
            _ => Some(Problem::ManyDrivers {
                port: name,
                drivers: endpoints(
                    drivers
                        .iter()
                        .map(|l| graph.endpoint(l.source, &l.channel.from)),
                ),
            }),
        };
    }
    let consumers = graph.consumers(id, &port.name);
    match consumers.len() {
        _ if !port.is_point_to_point() => None,
        0 => Some(Problem::Dangling {
            port: name,
            protocol,
        }),
        1 => None,
        _ => Some(Problem::FanOut {
            port: name,
            protocol,
            consumers: endpoints(
                consumers
                    .iter()
                    .map(|l| graph.endpoint(l.target, &l.channel.to)),
            ),
        }),
    }
}

fn endpoints(names: impl Iterator<Item = String>) -> String {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    names.join(" and ")
}

fn channel(graph: &Graph, link: Link) -> Vec<Problem> {
    let from = graph.endpoint(link.source, &link.channel.from);
    let to = graph.endpoint(link.target, &link.channel.to);
    let source = graph.node(link.source).find_port(&link.channel.from);
    let target = graph.node(link.target).find_port(&link.channel.to);
    let mut problems = Vec::new();
    for (port, name) in [(source, &from), (target, &to)] {
        if port.is_none() {
            let place = format!("channel {from} -> {to}");
            let port = name.clone();
            problems.push(Problem::UnknownPort { place, port });
        }
    }
    if let (Some(source), Some(target)) = (source, target) {
        problems.extend(directions(source, target, &from, &to));
        problems.extend(mismatch(source, target, &from, &to));
        problems.extend(
            bad_buffer(source, link.channel.buffer).map(|reason| Problem::Buffer {
                from,
                to,
                reason,
            }),
        );
    }
    problems
}

fn directions(source: &Port, target: &Port, from: &str, to: &str) -> Vec<Problem> {
    let wrong = |port: &str, is, wants| Problem::Direction {
        from: from.to_owned(),
        to: to.to_owned(),
        port: port.to_owned(),
        is,
        wants,
    };
    let mut problems = Vec::new();
    if source.direction == Direction::Input {
        problems.push(wrong(from, "input", "output"));
    }
    if target.direction == Direction::Output {
        problems.push(wrong(to, "output", "input"));
    }
    problems
}

/// Compares protocol and payload; the names of single fields may differ, because ports name them.
fn mismatch(source: &Port, target: &Port, from: &str, to: &str) -> Option<Problem> {
    let (from, to) = (from.to_owned(), to.to_owned());
    if source.protocol != target.protocol {
        return Some(Problem::Protocol {
            from,
            to,
            source_protocol: source.protocol.name(),
            target_protocol: target.protocol.name(),
        });
    }
    let single = source.payload.len() == 1;
    let same = source.payload.len() == target.payload.len()
        && source.payload.iter().zip(&target.payload).all(|(a, b)| {
            let named = single || a.name == b.name;
            named && a.width_bits == b.width_bits && a.backward == b.backward
        });
    (!same).then(|| Problem::Payload {
        from,
        to,
        source_payload: payload(source),
        target_payload: payload(target),
    })
}

/// Writes a payload as `(id:16, rdata:8 back)`.
fn payload(port: &Port) -> String {
    let back = |backward| if backward { " back" } else { "" };
    let fields = port.payload.iter();
    let fields: Vec<String> = fields
        .map(|f| format!("{}:{}{}", f.name, f.width_bits, back(f.backward)))
        .collect();
    format!("({})", fields.join(", "))
}

/// Tells why a buffer cannot stand behind this port.
fn bad_buffer(source: &Port, buffer: Buffer) -> Option<String> {
    if buffer == Buffer::None {
        return None;
    }
    if source.protocol != Protocol::Stream {
        return Some(format!("it is a {}, not a stream", source.protocol.name()));
    }
    if source.width_bits() == 0 || source.payload.iter().any(|field| field.backward) {
        return Some("its payload is empty or flows back".to_owned());
    }
    let Buffer::Fifo(depth) = buffer else {
        return None;
    };
    let parameters = leaf::find("dysta_fifo").map_or(&[][..], |leaf| leaf.parameters.as_slice());
    let limits = parameters.iter().find(|p| p.name == "DEPTH")?;
    let fits = (limits.min..=limits.max).contains(&depth);
    (!fits).then(|| format!("depth {depth} is not in {} to {}", limits.min, limits.max))
}
