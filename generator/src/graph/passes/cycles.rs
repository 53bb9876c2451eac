//! Does every cycle of channels hold storage?

use std::collections::{BTreeMap, BTreeSet};

use crate::graph::node::{Buffer, End, Protocol};
use crate::graph::problem::Problem;
use crate::graph::{Graph, NodeIndex};

/// A bundle of wires: one direction of the port of a node that drives or reads it.
type Wire = (NodeIndex, End);

/// Finds loops of wires without a register and loops of streams in which no word can wait.
///
/// Each strongly connected part of the graph is reported once, by one of its shortest cycles.
pub fn check_cycles(graph: &Graph) -> Vec<Problem> {
    let wires = cycles(&wire_edges(graph));
    let loops = wires.into_iter().map(|cycle| Problem::CombinationalLoop {
        path: path(&cycle, |(node, end)| {
            graph.endpoint(*node, &end.to_string())
        }),
    });
    let streams = cycles(&stream_edges(graph));
    let locks = streams.into_iter().map(|cycle| Problem::StreamLoop {
        path: path(&cycle, |node| graph.node(*node).name.clone()),
    });
    loops.chain(locks).collect()
}

/// Names a cycle, the first member again at the end.
fn path<T>(cycle: &[T], name: impl Fn(&T) -> String) -> String {
    let names: Vec<String> = cycle.iter().chain(cycle.first()).map(name).collect();
    names.join(" -> ")
}

/// Successors of each vertex, in a fixed order.
type Edges<T> = BTreeMap<T, BTreeSet<T>>;

/// Joins what nodes drive to what they read: through channels without buffer and through nodes without register.
pub(crate) fn wire_edges(graph: &Graph) -> Edges<Wire> {
    let mut edges = Edges::new();
    for (id, node) in graph.nodes() {
        for path in &node.paths {
            let (from, to) = ((id, path.from.clone()), (id, path.to.clone()));
            edges.entry(from).or_default().insert(to);
        }
    }
    let plain = graph
        .links()
        .filter(|link| link.channel.buffer == Buffer::None);
    for link in plain {
        let (from, to) = (&link.channel.from, &link.channel.to);
        let forward = (link.target, End::Forward(to.clone()));
        let source = (link.source, End::Forward(from.clone()));
        edges.entry(source).or_default().insert(forward);
        let backward = (link.source, End::Backward(from.clone()));
        let target = (link.target, End::Backward(to.clone()));
        edges.entry(target).or_default().insert(backward);
    }
    edges
}

/// Joins nodes that hold no words, through streams without buffer.
fn stream_edges(graph: &Graph) -> Edges<NodeIndex> {
    let mut edges = Edges::new();
    for link in graph.links() {
        let port = graph.node(link.source).find_port(&link.channel.from);
        let stream = port.is_some_and(|port| port.protocol == Protocol::Stream);
        let held = [link.source, link.target]
            .iter()
            .any(|&id| graph.node(id).holds_words);
        if stream && !held && link.channel.buffer == Buffer::None {
            edges.entry(link.source).or_default().insert(link.target);
        }
    }
    edges
}

/// Finds one shortest cycle for every set of vertices that reach each other.
fn cycles<T: Ord + Clone>(edges: &Edges<T>) -> Vec<Vec<T>> {
    let mut reported: BTreeSet<T> = BTreeSet::new();
    let mut found = Vec::new();
    for start in edges.keys() {
        if reported.contains(start) {
            continue;
        }
        if let Some(cycle) = shortest_cycle(edges, start) {
            let ahead = reachable(edges, start);
            let same_part = ahead
                .into_iter()
                .filter(|v| reachable(edges, v).contains(start));
            reported.extend(same_part);
            found.push(cycle);
        }
    }
    found
}

/// Finds a shortest cycle through `start`, breadth first; it starts with `start`.
fn shortest_cycle<T: Ord + Clone>(edges: &Edges<T>, start: &T) -> Option<Vec<T>> {
    let mut parent: BTreeMap<T, T> = BTreeMap::new();
    let mut queue = std::collections::VecDeque::from([start.clone()]);
    while let Some(vertex) = queue.pop_front() {
        for next in edges.get(&vertex).into_iter().flatten() {
            if next == start {
                return Some(trace(&parent, vertex));
            }
            if !parent.contains_key(next) {
                parent.insert(next.clone(), vertex.clone());
                queue.push_back(next.clone());
            }
        }
    }
    None
}

/// Follows the parents of a vertex back to where there is none and turns the way round.
fn trace<T: Ord + Clone>(parent: &BTreeMap<T, T>, last: T) -> Vec<T> {
    let mut way = vec![last];
    while let Some(before) = way.last().and_then(|vertex| parent.get(vertex)) {
        way.push(before.clone());
    }
    way.reverse();
    way
}

fn reachable<T: Ord + Clone>(edges: &Edges<T>, start: &T) -> BTreeSet<T> {
    let mut seen = BTreeSet::new();
    let mut stack = vec![start.clone()];
    while let Some(vertex) = stack.pop() {
        for next in edges.get(&vertex).into_iter().flatten() {
            if seen.insert(next.clone()) {
                stack.push(next.clone());
            }
        }
    }
    seen
}
