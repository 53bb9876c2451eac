//! A graph in the language of Graphviz.

use std::fmt::Write;

use super::label;
use crate::graph::{Graph, NodeKind};

/// Writes the graph as DOT: boxes with name and module, arrows with port and payload width in bits.
pub fn dot(graph: &Graph) -> String {
    let mut out = format!(
        "digraph {} {{\n  rankdir=LR;\n  node [shape=box];\n",
        quoted(&graph.name)
    );
    for (_, node) in graph.nodes() {
        let (module, style) = match node.kind {
            NodeKind::Port => ("port", ", style=rounded"),
            _ => (node.module.as_str(), ""),
        };
        let name = quoted(&node.name);
        let text = format!("{}\n{module}", node.name);
        // Writing to a String cannot fail.
        let _ = writeln!(out, "  {name} [label={}{style}];", quoted(&text));
    }
    for link in graph.links() {
        let source = quoted(&graph.node(link.source).name);
        let target = quoted(&graph.node(link.target).name);
        let text = quoted(&label(graph, &link));
        let _ = writeln!(out, "  {source} -> {target} [label={text}];");
    }
    out.push_str("}\n");
    out
}

fn quoted(text: &str) -> String {
    let text = text
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n");
    format!("\"{text}\"")
}
