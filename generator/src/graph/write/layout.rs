//! Where boxes and arrows go: layers by longest path, columns from left to right.
//!
//! A channel that spans several layers gets a cell of its own in each layer it passes, so that no arrow runs through a
//! box. A channel that closes a cycle is laid out the other way round. Cells of a column are stacked, which keeps them
//! apart by construction; between columns there is room for the labels first and for the curves after them.
//! All lengths are pixels.

use std::collections::BTreeMap;

use super::label;
use crate::graph::layers::{back_edges, longest};
use crate::graph::{EdgeIndex, Graph, Link, NodeIndex};

/// Width of a character of the font.
pub(super) const CHARACTER: u32 = 8;
/// Height of a line of text, and distance of arrows at a box.
pub(super) const LINE: u32 = 18;
const MARGIN: u32 = 24;
const TITLE: u32 = 44;
const ROW_GAP: u32 = 22;
const CURVE: u32 = 72;
const SWEEPS: usize = 6;

/// What stands in a column.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    /// The box of a node; none where an arrow passes.
    pub(crate) node: Option<NodeIndex>,
    /// Index of the column.
    pub(crate) layer: usize,
    /// Upper left corner.
    pub(crate) x: u32,
    /// Upper left corner.
    pub(crate) y: u32,
    /// Width, that of the column.
    pub(crate) width: u32,
    /// Height.
    pub(crate) height: u32,
    /// Hops at the right side, after `attach` in the order they are drawn.
    right: Vec<usize>,
    /// Hops at the left side, after `attach` in the order they are drawn.
    left: Vec<usize>,
}

/// The part of an arrow between two neighbouring columns.
#[derive(Debug, Clone)]
struct Hop {
    from: usize,
    to: usize,
}

/// An arrow as drawn from left to right.
#[derive(Debug, Clone)]
pub(crate) struct Arrow {
    /// The channel.
    pub(crate) id: EdgeIndex,
    /// Whether its target is at the left end.
    pub(crate) back: bool,
    /// Ends of its hops: start, length of the straight piece for the label, end.
    pub(crate) points: Vec<[u32; 5]>,
}

/// A graph in the plane.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    /// Boxes and passages.
    pub(crate) cells: Vec<Cell>,
    /// Arrows, except those that start and end at the same box.
    pub(crate) arrows: Vec<Arrow>,
    /// Width of the drawing.
    pub(crate) width: u32,
    /// Height of the drawing.
    pub(crate) height: u32,
}

impl Layout {
    /// Lays a graph out.
    pub(crate) fn new(graph: &Graph) -> Self {
        let mut builder = Builder::new(graph);
        builder.order();
        builder.attach();
        builder.place()
    }
}

struct Builder<'a> {
    graph: &'a Graph,
    cells: Vec<Cell>,
    hops: Vec<Hop>,
    /// Channel, whether it is turned round, and its hops.
    routes: Vec<(EdgeIndex, bool, Vec<usize>)>,
    columns: Vec<Vec<usize>>,
    /// Room for labels behind each column.
    labels: Vec<u32>,
}

impl<'a> Builder<'a> {
    fn new(graph: &'a Graph) -> Self {
        let back = back_edges(graph);
        let depth = longest(graph, &back, |_| 1);
        let layers = depth.values().max().map_or(0, |&d| d as usize + 1);
        let mut builder = Self {
            graph,
            cells: Vec::new(),
            hops: Vec::new(),
            routes: Vec::new(),
            columns: vec![Vec::new(); layers],
            labels: vec![0; layers],
        };
        let places: BTreeMap<NodeIndex, usize> = depth
            .iter()
            .map(|(&id, &layer)| (id, builder.cell(Some(id), layer as usize)))
            .collect();
        for link in graph.links().filter(|link| link.source != link.target) {
            let turned = back.contains(&link.id);
            builder.route(&link, turned, &places);
        }
        builder
    }

    fn cell(&mut self, node: Option<NodeIndex>, layer: usize) -> usize {
        self.cells.push(Cell {
            node,
            layer,
            x: 0,
            y: 0,
            width: 0,
            height: 0,
            right: Vec::new(),
            left: Vec::new(),
        });
        let index = self.cells.len() - 1;
        self.columns[layer].push(index);
        index
    }

    fn route(&mut self, link: &Link, turned: bool, places: &BTreeMap<NodeIndex, usize>) {
        let ends = (places[&link.source], places[&link.target]);
        let (first, last) = if turned { (ends.1, ends.0) } else { ends };
        let (low, high) = (self.cells[first].layer, self.cells[last].layer);
        let text = label(self.graph, link).chars().count() as u32 * CHARACTER + 16;
        self.labels[low] = self.labels[low].max(text);
        let mut hops = Vec::new();
        let mut from = first;
        for layer in low + 1..=high {
            let to = if layer == high {
                last
            } else {
                self.cell(None, layer)
            };
            self.cells[from].right.push(self.hops.len());
            self.cells[to].left.push(self.hops.len());
            hops.push(self.hops.len());
            self.hops.push(Hop { from, to });
            from = to;
        }
        self.routes.push((link.id, turned, hops));
    }

    /// Orders each column by the mean place of the neighbours, back and forth, to untangle the arrows.
    fn order(&mut self) {
        let layers = self.columns.len();
        for sweep in 0..SWEEPS {
            for step in 1..layers {
                let layer = if sweep % 2 == 0 {
                    step
                } else {
                    layers - 1 - step
                };
                self.order_column(layer, sweep % 2 == 0);
            }
        }
    }

    fn order_column(&mut self, layer: usize, from_left: bool) {
        let place = self.places();
        let mean = |cell: usize| {
            let Cell { left, right, .. } = &self.cells[cell];
            let sum: usize = match from_left {
                true => left.iter().map(|&hop| place[self.hops[hop].from]).sum(),
                false => right.iter().map(|&hop| place[self.hops[hop].to]).sum(),
            };
            let count = if from_left { left.len() } else { right.len() };
            usize::checked_div(sum * 1000, count).unwrap_or(place[cell] * 1000)
        };
        let mut column = self.columns[layer].clone();
        column.sort_by_cached_key(|&cell| mean(cell));
        self.columns[layer] = column;
    }

    /// The place of each cell in its column.
    fn places(&self) -> Vec<usize> {
        let mut places = vec![0; self.cells.len()];
        for column in &self.columns {
            for (place, &cell) in column.iter().enumerate() {
                places[cell] = place;
            }
        }
        places
    }

    /// Gives every hop its place at the sides of its cells, in the order of their other ends.
    fn attach(&mut self) {
        let place = self.places();
        let hops = &self.hops;
        for cell in &mut self.cells {
            cell.right.sort_by_key(|&h| place[hops[h].to]);
            cell.left.sort_by_key(|&h| place[hops[h].from]);
        }
    }

    fn place(mut self) -> Layout {
        for cell in 0..self.cells.len() {
            self.cells[cell].height = self.height(&self.cells[cell]);
        }
        let heights: Vec<u32> = self.columns.iter().map(|c| self.column_height(c)).collect();
        let tallest = heights.iter().copied().max().unwrap_or(0);
        let mut x = MARGIN;
        for (layer, height) in heights.into_iter().enumerate() {
            let width = self.column_width(layer);
            self.stack(layer, x, width, TITLE + (tallest - height) / 2);
            let gap = if layer + 1 < self.columns.len() {
                self.labels[layer] + CURVE
            } else {
                0
            };
            x += width + gap;
        }
        Layout {
            arrows: self.routes.iter().map(|route| self.arrow(route)).collect(),
            cells: self.cells,
            width: x + MARGIN,
            height: TITLE + tallest + MARGIN,
        }
    }

    fn height(&self, cell: &Cell) -> u32 {
        let Some(node) = cell.node else {
            return LINE;
        };
        let slots = cell.left.len().max(cell.right.len()) as u32;
        let loops = self_loops(self.graph, node).len() as u32;
        2 * LINE + (slots + loops) * LINE + LINE
    }

    fn column_height(&self, column: &[usize]) -> u32 {
        let cells: u32 = column.iter().map(|&cell| self.cells[cell].height).sum();
        cells + (column.len().saturating_sub(1) as u32) * ROW_GAP
    }

    fn column_width(&self, layer: usize) -> u32 {
        let nodes = self.columns[layer]
            .iter()
            .filter_map(|&cell| self.cells[cell].node);
        let longest = nodes
            .flat_map(|id| texts(self.graph, id))
            .map(|t| t.chars().count() as u32);
        longest.max().unwrap_or(0) * CHARACTER + 24
    }

    fn stack(&mut self, layer: usize, x: u32, width: u32, top: u32) {
        let mut y = top;
        for index in self.columns[layer].clone() {
            let cell = &mut self.cells[index];
            (cell.x, cell.y, cell.width) = (x, y, width);
            y += cell.height + ROW_GAP;
        }
    }

    fn arrow(&self, (id, back, hops): &(EdgeIndex, bool, Vec<usize>)) -> Arrow {
        let points = hops.iter().map(|&hop| {
            let (from, to) = (
                &self.cells[self.hops[hop].from],
                &self.cells[self.hops[hop].to],
            );
            let (y1, y2) = (slot(from, &from.right, hop), slot(to, &to.left, hop));
            [from.x + from.width, y1, self.labels[from.layer], to.x, y2]
        });
        Arrow {
            id: *id,
            back: *back,
            points: points.collect(),
        }
    }
}

/// The height at which a hop meets a side of its cell.
fn slot(cell: &Cell, side: &[usize], hop: usize) -> u32 {
    if cell.node.is_none() {
        return cell.y + cell.height / 2;
    }
    let place = side.iter().position(|&h| h == hop).unwrap_or(0) as u32;
    cell.y + 2 * LINE + LINE / 2 + place * LINE
}

/// The lines of text at the top of a box: name, and module or `port`.
pub(super) fn texts(graph: &Graph, id: NodeIndex) -> Vec<String> {
    let node = graph.node(id);
    let module = if node.is_port() { "port" } else { &node.module };
    let mut lines = vec![node.name.clone(), module.to_owned()];
    lines.extend(self_loops(graph, id));
    lines
}

/// Channels from a node to itself, which are told inside the box.
pub(super) fn self_loops(graph: &Graph, id: NodeIndex) -> Vec<String> {
    let out = graph.outgoing(id).into_iter();
    let own = out.filter(|link| link.target == id);
    own.map(|link| format!("to itself: {}", label(graph, &link)))
        .collect()
}
