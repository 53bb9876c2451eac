//! The processing element: tap, queue, look-up, queue, multiplier, and three memories.

use dysta_config::accelerator::Accelerator;

use super::nodes::leaf;
use super::paths;
use crate::graph::{Buffer, Direction, Field, Graph, Node, NodeIndex, NodeKind, Port, Protocol};

/// Steps of the layer.
pub(super) const STEPS: [&str; 4] = [
    "segment_column_step",
    "segment_row_step",
    "base_column_step",
    "base_row_step",
];

/// What the weights of the row write.
pub(super) const WEIGHTS: [&str; 7] = [
    "pointer_we",
    "pointer_waddr",
    "pointer_wdata",
    "entry_we",
    "entry_waddr",
    "entry_wdata",
    "loaded",
];

/// A graph whose blocks get their outside ports as they need them.
struct Builder {
    graph: Graph,
    lookup: NodeIndex,
    mac: NodeIndex,
    tap: NodeIndex,
}

/// The graph of `dysta_pe`.
pub(super) fn graph(a: &Accelerator) -> Graph {
    let doc = "Processing element: multiplies the non-zero activations of its column with the non-zero weights of its row.\nLatency: 9 clocks from an activation to its first sum. Throughput: one product a clock.";
    let mut graph = Graph::new("dysta_pe", doc);
    let act_width = a.segment_bits + a.sum_bits + 17;
    let tap = [("WIDTH", act_width), ("PLACES", a.rows)];
    let [segment, entry, sum] = [
        ("SEGMENT_W", a.segment_bits),
        ("ENTRY_W", a.entry_bits),
        ("SUM_W", a.sum_bits),
    ];
    let tap = graph.add(leaf("tap", "tap", &tap, &["out"]));
    let lookup = graph.add(leaf(
        "lookup",
        "lookup",
        &[segment, entry, sum],
        &["act", "run"],
    ));
    let mac = graph.add(leaf(
        "mac",
        "mac",
        &[("ROWS", a.rows), entry, sum],
        &["run"],
    ));
    let memory = |name: &str, width: u32, bits: u32| {
        leaf(
            "ram_block",
            name,
            &[("WIDTH", width), ("DEPTH", 1 << bits), ("ADDR_W", bits)],
            &[],
        )
    };
    let pointers = graph.add(memory("pointers", a.entry_bits + 7, a.segment_bits + 1));
    let entries = graph.add(memory("entries", 36, a.entry_bits));
    let sums = graph.add(memory("sums", 32, a.sum_bits + 1));
    let mut b = Builder {
        graph,
        lookup,
        mac,
        tap,
    };
    b.graph
        .connect((tap, "out"), (lookup, "act"), Buffer::Fifo(a.queue_depth));
    b.graph
        .connect((lookup, "run"), (mac, "run"), Buffer::Fifo(a.queue_depth));
    b.reads(lookup, "", pointers);
    b.reads(mac, "", entries);
    b.reads(mac, "sum_", sums);
    for pin in ["we", "waddr", "wdata"] {
        b.wire((mac, &format!("sum_{pin}")), (sums, pin));
    }
    b.outside(pointers, entries);
    if a.statistics {
        b.activity(a.rows);
    }
    b.graph
}

impl Builder {
    fn wire(&mut self, from: (NodeIndex, &str), to: (NodeIndex, &str)) {
        self.graph.connect(from, to, Buffer::None);
    }

    /// Joins a read port to a memory.
    fn reads(&mut self, user: NodeIndex, prefix: &str, memory: NodeIndex) {
        for pin in ["re", "raddr"] {
            self.wire((user, &format!("{prefix}{pin}")), (memory, pin));
        }
        self.wire((memory, "rdata"), (user, &format!("{prefix}rdata")));
    }

    /// Width of a port that carries one value.
    fn width(&self, node: NodeIndex, port: &str) -> u32 {
        self.graph
            .node(node)
            .find_port(port)
            .map_or(1, Port::width_bits)
    }

    fn input(&mut self, name: &str, users: &[(NodeIndex, &str)]) {
        let width = users
            .first()
            .map_or(1, |(node, port)| self.width(*node, port));
        let node = Node::port(
            Direction::Input,
            name,
            Protocol::Signal,
            vec![Field::new(name, width)],
        );
        let node = self.graph.add(node);
        for user in users {
            self.wire((node, name), *user);
        }
    }

    fn output(&mut self, name: &str, from: (NodeIndex, &str)) {
        let width = self.width(from.0, from.1);
        let node = Node::port(
            Direction::Output,
            name,
            Protocol::Signal,
            vec![Field::new(name, width)],
        );
        let node = self.graph.add(node);
        self.wire(from, (node, name));
    }

    /// What the element does in each clock, for the counters of its column.
    fn activity(&mut self, rows: u32) {
        let activity = leaf("activity", "monitor", &[("ROWS", rows)], &[]);
        let activity = self.graph.add(activity);
        for name in ["multiplies", "waits", "runs", "filled"] {
            self.wire((self.mac, name), (activity, name));
        }
        self.wire((self.lookup, "looks"), (activity, "looks"));
        self.input("activity", &[(activity, "activity")]);
        self.output("next_activity", (activity, "next_activity"));
    }

    fn outside(&mut self, pointers: NodeIndex, entries: NodeIndex) {
        let Self {
            lookup, mac, tap, ..
        } = *self;
        self.input("act_valid", &[(tap, "bus_valid")]);
        self.input("act_mask", &[(tap, "bus_mask")]);
        self.input("act_word", &[(tap, "bus_word")]);
        self.output("next_act_mask", (tap, "next_bus_mask"));
        self.input("room", &[(tap, "room")]);
        self.output("next_room", (tap, "next_room"));
        for step in STEPS {
            self.input(step, &[(lookup, step)]);
        }
        self.input("maximum", &[(mac, "maximum")]);
        for (memory, prefix) in [(pointers, "pointer"), (entries, "entry")] {
            for pin in ["we", "waddr", "wdata"] {
                self.input(&format!("{prefix}_{pin}"), &[(memory, pin)]);
            }
        }
        self.input("loaded", &[(lookup, "loaded"), (mac, "loaded")]);
        for name in ["drain_valid", "drain_address", "drain_done"] {
            self.input(name, &[(mac, name)]);
        }
        for name in ["full", "finished", "drain_chain", "drain_rows"] {
            self.input(name, &[(mac, name)]);
            let next = format!("next_{name}");
            self.output(&next, (mac, &next));
        }
    }
}

/// A processing element in the graph of the array: the ports of the module that its graph makes.
pub(super) fn node(name: &str, element: &Graph) -> Node {
    let mut node = Node::new(NodeKind::Printed, name, &element.name);
    node.ports = element
        .nodes()
        .filter(|(_, node)| node.kind == NodeKind::Port)
        .flat_map(|(_, node)| node.ports.iter().cloned())
        .map(|port| Port {
            direction: match port.direction {
                Direction::Input => Direction::Output,
                Direction::Output => Direction::Input,
            },
            ..port
        })
        .collect();
    node.paths = paths::through_graph(element);
    node
}
