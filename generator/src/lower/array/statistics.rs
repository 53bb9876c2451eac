//! Counters: what each element does in each clock, gathered column by column.

use super::{Builder, Centre};
use crate::graph::{Direction, Field, Node, NodeIndex, Protocol};

/// Adds the counters and their read port; `elements` are the first and the last element of each column.
pub(super) fn add(b: &mut Builder<'_>, centre: &Centre, elements: &[[NodeIndex; 2]]) {
    let counters = b.leaf("statistics", "statistics", &[], &[]);
    causes(b, centre, counters);
    let rows = b.accelerator.rows;
    let mut before = counters;
    for (index, [first, last]) in elements.iter().enumerate() {
        let stalls = b.leaf("stalls", &format!("stalls{index}"), &[("ROWS", rows)], &[]);
        b.chain(stalls, *first, &["activity"]);
        b.chain(*last, stalls, &["activity"]);
        b.same(counters, stalls, &["counted", "starved"]);
        b.wires(centre.weights, stalls, &[("dry", "weights_dry")]);
        b.wires(centre.write, stalls, &[("full", "output_full")]);
        b.chain(before, stalls, &["counts"]);
        before = stalls;
    }
    b.chain(before, counters, &["counts"]);
    read_port(b, counters);
}

/// When a layer runs, and why its elements may have nothing to do.
fn causes(b: &mut Builder<'_>, centre: &Centre, counters: NodeIndex) {
    b.same(centre.control, counters, &["start", "running", "add"]);
    b.same(centre.read, counters, &["asked"]);
    b.same(centre.write, counters, &["answered"]);
    b.same(centre.feeder, counters, &["awaits"]);
    if let Some(&last) = centre.drains.last() {
        b.wires(last, counters, &[("next_busy_drain", "draining")]);
    }
    for (node, pin, cause) in [
        (centre.feeder, "busy", "feeding"),
        (centre.input, "dry", "input_dry"),
        (centre.weights, "dry", "weights_dry"),
        (centre.write, "full", "output_full"),
    ] {
        b.wires(node, counters, &[(pin, cause)]);
    }
}

fn read_port(b: &mut Builder<'_>, counters: NodeIndex) {
    let value = |direction, name: &str, width, doc: &str| {
        let fields = vec![Field::new(name, width)];
        Node::port(direction, name, Protocol::Signal, fields).doc(doc)
    };
    let address = value(
        Direction::Input,
        "statistics_address",
        3,
        "Counter to read: 0 clocks, 1 products, idle clocks 2 no activation, 3 no weight, 4 conflict, 5 drain, 6 memory.",
    );
    let data = value(
        Direction::Output,
        "statistics_data",
        48,
        "Its value, a clock later; final 24 clocks after the end of the layer, until the next one begins.",
    );
    let (address, data) = (b.graph.add(address), b.graph.add(data));
    b.wire((address, "statistics_address"), (counters, "address"));
    b.wire((counters, "data"), (data, "statistics_data"));
}
