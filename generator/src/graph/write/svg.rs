//! A graph as a drawing that reads on light and dark paper.

use std::fmt::Write;

use super::layout::{Arrow, Cell, LINE, Layout, texts};
use super::{label, story};
use crate::graph::{Graph, Link, NodeIndex, NodeKind};

const STYLE: &str = "\
text{font:12px ui-monospace,Menlo,Consolas,monospace;fill:#76808c}\
.name{font-weight:bold}\
.title{font-size:15px;font-weight:bold}\
rect{fill:#76808c;fill-opacity:.08;stroke-width:1.5}\
.leaf{stroke:#3f8f5f}.printed{stroke:#3b7fc4}.port{stroke:#b5792b;stroke-dasharray:5 3}\
path{fill:none;stroke:#76808c;stroke-width:1.2}\
.back{stroke-dasharray:4 3}\
polygon{fill:#76808c}";

/// Draws the graph: layers from left to right, a box per node with name and module, an arrow per channel with port name
/// and payload width in bits. Channels that close a cycle are dashed.
pub fn svg(graph: &Graph) -> String {
    let layout = Layout::new(graph);
    let (width, height) = (layout.width, layout.height);
    let name = escaped(&graph.name);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\">\n<title>{name}</title>\n<style>{STYLE}</style>\n\
         <text class=\"title\" x=\"24\" y=\"26\">{name}</text>\n"
    );
    for arrow in &layout.arrows {
        let link = graph.links().find(|link| link.id == arrow.id);
        out.extend(link.map(|link| draw_arrow(graph, arrow, &link)));
    }
    for cell in &layout.cells {
        out.extend(cell.node.map(|id| draw_box(graph, cell, id)));
    }
    out.push_str("</svg>\n");
    out
}

fn draw_box(graph: &Graph, cell: &Cell, id: NodeIndex) -> String {
    let node = graph.node(id);
    let (class, radius) = match node.kind {
        NodeKind::Leaf => ("leaf", 3),
        NodeKind::Printed => ("printed", 3),
        NodeKind::Port => ("port", 14),
    };
    let (x, y, width, height) = (cell.x, cell.y, cell.width, cell.height);
    let mut out = format!(
        "<g><title>{}</title><rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" \
         rx=\"{radius}\"/>",
        escaped(&node.doc)
    );
    for (i, text) in texts(graph, id).iter().enumerate() {
        let class = if i == 0 { " class=\"name\"" } else { "" };
        // What follows name and module stands at the foot, below the arrows.
        let base = if i < 2 {
            y + LINE * (i as u32 + 1) - 3
        } else {
            y + height - LINE * (i as u32 - 1)
        };
        // Writing to a String cannot fail.
        let _ = write!(
            out,
            "<text{class} x=\"{}\" y=\"{base}\">{}</text>",
            x + 10,
            escaped(text)
        );
    }
    out + "</g>\n"
}

fn draw_arrow(graph: &Graph, arrow: &Arrow, link: &Link) -> String {
    let Some((&[x, y, ..], &[.., end_x, end_y])) = arrow.points.first().zip(arrow.points.last())
    else {
        return String::new();
    };
    let class = if arrow.back { " class=\"back\"" } else { "" };
    let head = match arrow.back {
        true => format!("{x},{y} {},{} {},{}", x + 8, y - 4, x + 8, y + 4),
        false => format!(
            "{end_x},{end_y} {},{} {},{}",
            end_x - 8,
            end_y - 4,
            end_x - 8,
            end_y + 4
        ),
    };
    format!(
        "<g><title>{}</title><path{class} d=\"{}\"/><polygon points=\"{head}\"/><text x=\"{}\" y=\"{}\">{}</text></g>\n",
        escaped(&story(graph, link)),
        curve(arrow),
        x + 10,
        y - 3,
        escaped(&label(graph, link)),
    )
}

/// Joins the hops: straight along the labels, a curve across, straight through the columns passed.
fn curve(arrow: &Arrow) -> String {
    let mut path = String::new();
    for (i, &[x1, y1, straight, x2, y2]) in arrow.points.iter().enumerate() {
        let command = if i == 0 { 'M' } else { 'L' };
        let (bend, middle) = (x1 + straight, (x1 + straight + x2 - 10) / 2);
        let _ = write!(
            path,
            "{command}{x1} {y1}H{bend}C{middle} {y1} {middle} {y2} {} {y2}H{x2}",
            x2 - 10
        );
    }
    path
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
