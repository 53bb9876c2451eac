//! Accelerator → dataflow graph → typed Verilog: the sparse compute array.
//!
//! The processing element is a graph of its own, `dysta_pe`; the array instantiates it once for each row and column. What
//! belongs to all elements of a row or column travels in chains from element to element.

mod element;
mod nodes;
mod statistics;

use dysta_config::accelerator::Accelerator;

use super::{Design, LowerError, leaves, library};
use crate::graph::{self, Buffer, Direction, Field, Graph, Node, NodeIndex, Protocol, RESET};
use nodes::leaf;

/// Builds the hardware of an array: graph, structural top, processing element, list of leaves.
///
/// # Errors
/// If a pass refuses a graph or a printed module does not check.
pub fn array(accelerator: &Accelerator) -> Result<Design, LowerError> {
    let mut element = element::graph(accelerator);
    graph::run(&mut element)?;
    let mut graph = build(accelerator, &element);
    let estimate = graph::run(&mut graph)?;
    let printed = vec![graph::structural(&element), graph::structural(&graph)];
    let mut modules = library(&element, &printed);
    modules.extend(library(&graph, &printed));
    for module in &printed {
        module.check(&modules)?;
    }
    Ok(Design {
        top: graph.name.clone(),
        leaves: leaves(&[&element, &graph], &printed),
        graph,
        estimate,
        printed,
    })
}

/// The array under construction.
struct Builder<'a> {
    accelerator: &'a Accelerator,
    graph: Graph,
}

impl Builder<'_> {
    fn leaf(
        &mut self,
        module: &str,
        name: &str,
        params: &[(&str, u32)],
        streams: &[&str],
    ) -> NodeIndex {
        self.graph.add(leaf(module, name, params, streams))
    }

    /// A block of the datapath, which is reset when a layer is given up.
    fn inner(
        &mut self,
        control: NodeIndex,
        module: &str,
        name: &str,
        params: &[(&str, u32)],
        streams: &[&str],
    ) -> NodeIndex {
        let node = leaf(module, name, params, streams);
        self.reset_by(control, node)
    }

    fn reset_by(&mut self, control: NodeIndex, node: Node) -> NodeIndex {
        let node = self.graph.add(node.own_reset());
        if self.graph.node(node).find_port(RESET).is_some() {
            self.wire((control, "datapath_rst_n"), (node, RESET));
        }
        node
    }

    fn wire(&mut self, from: (NodeIndex, &str), to: (NodeIndex, &str)) {
        self.graph.connect(from, to, Buffer::None);
    }

    /// Joins ports by name: each pair is (output of `from`, input of `to`).
    fn wires(&mut self, from: NodeIndex, to: NodeIndex, pairs: &[(&str, &str)]) {
        for (output, input) in pairs {
            self.wire((from, output), (to, input));
        }
    }

    /// Joins ports of one name.
    fn same(&mut self, from: NodeIndex, to: NodeIndex, names: &[&str]) {
        for name in names {
            self.wire((from, name), (to, name));
        }
    }

    /// Hands a chain on: output `next_x` of `from` to input `x` of `to`.
    fn chain(&mut self, from: NodeIndex, to: NodeIndex, names: &[&str]) {
        for name in names {
            self.wire((from, &format!("next_{name}")), (to, name));
        }
    }

    fn port(
        &mut self,
        direction: Direction,
        name: &str,
        fields: &[(&str, u32)],
        doc: &str,
    ) -> NodeIndex {
        let fields = fields.iter().map(|(name, width)| Field::new(*name, *width));
        let node = Node::port(direction, name, Protocol::Stream, fields.collect());
        self.graph.add(node.doc(doc))
    }
}

/// Blocks outside of rows and columns.
struct Centre {
    control: NodeIndex,
    read: NodeIndex,
    input: NodeIndex,
    weights: NodeIndex,
    write: NodeIndex,
    deal: NodeIndex,
    feeder: NodeIndex,
    drain: NodeIndex,
    add: NodeIndex,
    compress: NodeIndex,
}

fn build(accelerator: &Accelerator, element: &Graph) -> Graph {
    let doc = format!(
        "Runs layers of sparse neural networks, one descriptor after the other, on {} x {} processing elements; zeros of weights\nand of activations cost nothing.",
        accelerator.rows, accelerator.columns
    );
    let mut b = Builder {
        accelerator,
        graph: Graph::new("dysta_array", doc),
    };
    let centre = centre(&mut b);
    let columns = columns(&mut b, &centre);
    let rows = rows(&mut b, &centre);
    let last = elements(&mut b, element, &centre, &columns, &rows);
    if b.accelerator.statistics {
        statistics::add(&mut b, &centre, &last);
    }
    b.graph
}

/// Bits of the clocks in which nothing may go on. Between two steps of the feeder an element works on four positions at most, each weight of its bank four
/// clocks, and sums of all columns may have to be drained.
fn watchdog_bits(a: &Accelerator) -> u32 {
    a.entry_bits.max(a.segment_bits).max(a.sum_bits) + 7
}

fn centre(b: &mut Builder<'_>) -> Centre {
    let a = *b.accelerator;
    let grid = [("ROWS", a.rows), ("COLUMNS", a.columns)];
    let sizes = [("SEGMENT_W", a.segment_bits), ("SUM_W", a.sum_bits)];
    let chunk = ("CHUNK_W", a.chunk_bits);
    let limits = [
        sizes[0],
        sizes[1],
        chunk,
        grid[0],
        ("WATCHDOG_W", watchdog_bits(&a)),
    ];
    let control = b.leaf("control", "control", &limits, &["descriptor", "layer_done"]);
    let streams = ["burst0", "burst1", "m_axi_ar", "m_axi_r"];
    let read = b.leaf("read", "read", &[], &streams);
    let fetch = ["burst", "word"];
    let depth = [("DEPTH", a.prefetch_words)];
    let input = b.leaf("fetch", "input_fetch", &depth, &fetch);
    let weights = b.leaf("fetch", "weight_fetch", &depth, &fetch);
    let deal = b.inner(control, "deal", "deal", &grid[..1], &["word"]);
    let loader = b.inner(control, "loader", "loader", &[chunk], &["word"]);
    let feeder_sizes = [grid[0], grid[1], chunk, sizes[0], sizes[1]];
    let feeder = b.inner(control, "feeder", "feeder", &feeder_sizes, &[]);
    let drain = b.inner(
        control,
        "drain",
        "drain",
        &[grid[0], grid[1], sizes[1]],
        &[],
    );
    let latency = ("LATENCY", 7);
    let compress = b.inner(
        control,
        "compress",
        "compress",
        &[grid[0], latency],
        &["word"],
    );
    let add = adder(b, control);
    let write = b.leaf(
        "write",
        "write",
        &[],
        &["word", "m_axi_aw", "m_axi_w", "m_axi_b"],
    );
    let memory = |name: &str, width: u32, bits: u32| {
        let params = [("WIDTH", width), ("DEPTH", 1 << bits), ("ADDR_W", bits)];
        leaf("ram_block", name, &params, &[])
    };
    let bitmaps = b.graph.add(memory("bitmaps", 32, a.chunk_bits));
    let codes = b.graph.add(memory("codes", 128, a.chunk_bits + 1));

    streams_outside(b, control, read, write);
    b.wire((input, "burst"), (read, "burst0"));
    b.wire((weights, "burst"), (read, "burst1"));
    for (fetch, valid) in [(input, "data0_valid"), (weights, "data1_valid")] {
        b.wires(read, fetch, &[(valid, "data_valid"), ("data", "data")]);
    }
    b.wire((input, "word"), (add, "first"));
    b.wire((add, "loader"), (loader, "word"));
    b.wire((weights, "word"), (add, "second"));
    b.wire((add, "weights"), (deal, "word"));
    b.wire((compress, "word"), (write, "word"));
    b.same(loader, add, &["length_valid", "length"]);
    for (node, valid, words) in [
        (input, "total_first_valid", "total_first"),
        (weights, "total_second_valid", "total_second"),
    ] {
        b.wires(add, node, &[(valid, "total_valid"), (words, "total_words")]);
    }
    for node in [input, weights, write] {
        b.same(control, node, &["start"]);
    }
    for node in [loader, feeder, drain] {
        b.wires(control, node, &[("start_sums", "start")]);
    }
    let busy = [
        (input, "busy_fetch"),
        (weights, "busy_weights"),
        (loader, "busy_loader"),
        (feeder, "busy_feeder"),
        (drain, "busy_drain"),
        (write, "busy_write"),
    ];
    for (node, name) in busy {
        b.wire((node, "busy"), (control, name));
    }
    for (node, name) in [
        (input, "owed_input"),
        (weights, "owed_weights"),
        (write, "owed_write"),
    ] {
        b.wire((node, "owed"), (control, name));
        b.same(control, node, &["abort"]);
    }
    b.same(feeder, control, &["step"]);
    b.wires(
        write,
        control,
        &[("done", "written"), ("error", "write_error")],
    );
    b.wires(read, control, &[("error", "read_error")]);
    b.wires(loader, add, &[("nonzeros", "counted")]);
    b.same(add, control, &["nonzeros"]);
    b.same(loader, feeder, &["loaded_rows"]);
    b.same(feeder, loader, &["freed_rows"]);
    for (node, prefix) in [(bitmaps, "bitmap"), (codes, "codes")] {
        for pin in ["we", "waddr", "wdata"] {
            b.wire((loader, &format!("{prefix}_{pin}")), (node, pin));
        }
        for pin in ["re", "raddr"] {
            b.wire((feeder, &format!("{prefix}_{pin}")), (node, pin));
        }
        b.wire((node, "rdata"), (feeder, &format!("{prefix}_rdata")));
    }
    for field in ["valid", "group", "position_ends", "last_block", "last"] {
        let sum = format!("sum_{field}");
        b.wire((drain, &sum), (add, &format!("drain_{field}")));
        b.wire((add, &sum), (compress, &sum));
    }
    b.same(compress, add, &["taken"]);
    b.wires(add, drain, &[("drain_taken", "taken")]);
    b.same(control, deal, &["group_log2"]);
    configure(
        b,
        control,
        [input, weights, loader, feeder, drain, compress, write],
    );
    Centre {
        control,
        read,
        input,
        weights,
        write,
        deal,
        feeder,
        drain,
        add,
        compress,
    }
}

/// The adder stands between the readers and their users, and before the compressor.
fn adder(b: &mut Builder<'_>, control: NodeIndex) -> NodeIndex {
    let rows = [("ROWS", b.accelerator.rows)];
    let streams = ["first", "loader", "second", "weights"];
    let add = b.inner(control, "add", "add", &rows, &streams);
    let fields = [
        "add",
        "chunks",
        "last_channels",
        "in_zero",
        "out_zero",
        "least",
        "greatest",
        "table_we",
        "table_address",
        "table_data",
    ];
    b.same(control, add, &fields);
    b.same(control, add, &["start_sums"]);
    b.wires(control, add, &[("start_add", "start")]);
    add
}

/// Streams of the top level.
fn streams_outside(b: &mut Builder<'_>, control: NodeIndex, read: NodeIndex, write: NodeIndex) {
    use Direction::{Input, Output};
    let descriptor = b.port(
        Input,
        "descriptor",
        &[("data", 32), ("last", 1)],
        "Descriptors of layers.",
    );
    b.wire((descriptor, "descriptor"), (control, "descriptor"));
    let done = [("nnz", 32), ("status", 2)];
    let done = b.port(
        Output,
        "layer_done",
        &done,
        "Ends of layers: non-zeros of the input; status 0 ok, 1 error.",
    );
    b.wire((control, "layer_done"), (done, "layer_done"));
    let address = [("id", 1), ("addr", 32), ("len", 8)];
    let ar = b.port(
        Output,
        "m_axi_ar",
        &address,
        "AXI4 read addresses: bursts of words of 16 bytes.",
    );
    b.wire((read, "m_axi_ar"), (ar, "m_axi_ar"));
    let r = b.port(
        Input,
        "m_axi_r",
        &[("id", 1), ("data", 128), ("resp", 2)],
        "AXI4 read data.",
    );
    b.wire((r, "m_axi_r"), (read, "m_axi_r"));
    let aw = b.port(Output, "m_axi_aw", &address[1..], "AXI4 write addresses.");
    b.wire((write, "m_axi_aw"), (aw, "m_axi_aw"));
    let w = b.port(
        Output,
        "m_axi_w",
        &[("data", 128), ("last", 1)],
        "AXI4 write data.",
    );
    b.wire((write, "m_axi_w"), (w, "m_axi_w"));
    let answer = b.port(Input, "m_axi_b", &[("resp", 2)], "AXI4 write answers.");
    b.wire((answer, "m_axi_b"), (write, "m_axi_b"));
}

/// Fields of the descriptor to their users.
fn configure(b: &mut Builder<'_>, control: NodeIndex, users: [NodeIndex; 7]) {
    let [input, weights, loader, feeder, drain, compress, write] = users;
    b.wires(
        control,
        input,
        &[
            ("input_address", "address"),
            ("input_words", "words"),
            ("once", "times"),
        ],
    );
    b.wires(
        control,
        weights,
        &[
            ("weights_address", "address"),
            ("weights_words", "words"),
            ("weights_times", "times"),
        ],
    );
    b.wires(control, write, &[("output_address", "address")]);
    b.same(
        control,
        loader,
        &[
            "height",
            "width",
            "chunks",
            "last_channels",
            "column_shift",
            "row_shift",
            "buffer_rows",
        ],
    );
    b.wires(
        control,
        loader,
        &[
            ("in_tile_rows", "tile_rows"),
            ("in_tile_columns", "tile_columns"),
            ("in_set_tiles", "set_tiles"),
            ("in_block_chunks", "block_chunks"),
            ("in_tiles", "tiles"),
        ],
    );
    let image = [
        "height",
        "width",
        "chunks",
        "column_shift",
        "row_shift",
        "tiles",
        "row_tiles",
        "first_row",
        "first_column",
        "row_step",
        "column_step",
        "patch_rows",
        "patch_columns",
        "blocks",
        "channel_tiles",
        "tile_channels",
        "depthwise",
        "resident",
        "group_log2",
        "groups",
        "table_we",
        "table_address",
        "table_word",
    ];
    b.same(control, feeder, &image);
    let tiles = [
        "tiles",
        "row_tiles",
        "tile_rows",
        "tile_columns",
        "channels",
        "blocks",
        "resident",
        "group_log2",
        "groups",
        "taps",
        "taps_back",
        "pooled",
        "rows_before",
        "columns_before",
        "rows_behind",
        "columns_behind",
    ];
    b.same(control, drain, &tiles);
    b.wires(
        control,
        drain,
        &[("out_height", "height"), ("out_width", "width")],
    );
    b.same(control, compress, &["group_log2", "block_channels"]);
    b.wires(
        control,
        compress,
        &[
            ("out_zero", "zero_point"),
            ("last_block_channels", "last_channels"),
        ],
    );
}

const UNIT: [&str; 14] = [
    "unit_valid",
    "unit_column",
    "unit_mark",
    "unit_last",
    "unit_high",
    "unit_codes",
    "unit_bitmap",
    "unit_offset",
    "unit_channel",
    "unit_segment",
    "unit_base",
    "unit_rows",
    "unit_columns",
    "unit_mask",
];

/// Heads of the columns.
fn columns(b: &mut Builder<'_>, centre: &Centre) -> Vec<NodeIndex> {
    let a = *b.accelerator;
    let mut heads: Vec<NodeIndex> = Vec::new();
    for column in 0..a.columns {
        let params = [
            ("ROWS", a.rows),
            ("COLUMNS", a.columns),
            ("COLUMN", column),
            ("SEGMENT_W", a.segment_bits),
            ("SUM_W", a.sum_bits),
        ];
        let name = format!("column{column}");
        let head = b.inner(centre.control, "column", &name, &params, &[]);
        b.same(centre.feeder, head, &UNIT);
        b.wires(
            centre.control,
            head,
            &[
                ("in_zero", "zero_point"),
                ("depthwise", "depthwise"),
                ("group_log2", "group_log2"),
            ],
        );
        b.same(
            centre.drain,
            head,
            &["drain_valid", "drain_all", "drain_column", "drain_done"],
        );
        match heads.last() {
            Some(&before) => b.chain(before, head, &["taken", "drain_finished"]),
            None => {
                b.chain(centre.feeder, head, &["taken"]);
                b.wires(centre.drain, head, &[("next_finished", "drain_finished")]);
            }
        }
        heads.push(head);
    }
    if let Some(&last) = heads.last() {
        b.chain(last, centre.feeder, &["taken"]);
        b.wires(last, centre.drain, &[("next_drain_finished", "finished")]);
    }
    heads
}

/// Weights and requantiser of one row.
struct Row {
    weights: NodeIndex,
    lane: NodeIndex,
}

fn rows(b: &mut Builder<'_>, centre: &Centre) -> Vec<Row> {
    let a = *b.accelerator;
    let mut rows: Vec<Row> = Vec::new();
    let mut taps: Vec<NodeIndex> = Vec::new();
    for row in 0..a.rows {
        let tap = b.leaf(
            "tap",
            &format!("tap{row}"),
            &[("WIDTH", 128), ("PLACES", a.rows)],
            &["out"],
        );
        let params = [("SEGMENT_W", a.segment_bits), ("ENTRY_W", a.entry_bits)];
        let name = format!("weights{row}");
        let weights = b.inner(centre.control, "weights", &name, &params, &["word"]);
        let lane = b.inner(
            centre.control,
            "lane",
            &format!("lane{row}"),
            &[("ROWS", a.rows), ("ROW", row)],
            &[],
        );
        b.same(centre.deal, tap, &["bus_valid", "bus_word"]);
        match taps.last() {
            Some(&before) => b.chain(before, tap, &["bus_mask", "room"]),
            None => {
                b.same(centre.deal, tap, &["bus_mask"]);
                b.chain(centre.deal, tap, &["room"]);
            }
        }
        b.graph
            .connect((tap, "out"), (weights, "word"), Buffer::Fifo(a.queue_depth));
        let sizes = ["segments", "channels", "parameters", "pooled"];
        b.same(centre.control, weights, &sizes);
        b.wires(centre.control, weights, &[("channel_tiles", "tiles")]);
        b.wires(
            centre.control,
            lane,
            &[
                ("sum_zero", "zero_point"),
                ("least", "least"),
                ("greatest", "greatest"),
                ("maximum", "maximum"),
            ],
        );
        b.same(centre.drain, lane, &["sum_read", "sum_tap"]);
        b.same(
            weights,
            lane,
            &["parameter_we", "parameter_waddr", "parameter_wdata"],
        );
        b.wires(centre.drain, lane, &[("sum_parameter", "parameter_raddr")]);
        match rows.last() {
            Some(before) => b.chain(before.lane, lane, &["codes"]),
            None => b.chain(centre.compress, lane, &["codes"]),
        }
        taps.push(tap);
        rows.push(Row { weights, lane });
    }
    if let (Some(&tap), Some(row)) = (taps.last(), rows.last()) {
        b.chain(tap, centre.deal, &["room"]);
        b.chain(row.lane, centre.add, &["codes"]);
        b.chain(centre.add, centre.compress, &["codes"]);
    }
    rows
}

/// The grid, and the chains through it; gives the elements of the first and of the last row.
fn elements(
    b: &mut Builder<'_>,
    element: &Graph,
    centre: &Centre,
    columns: &[NodeIndex],
    rows: &[Row],
) -> Vec<[NodeIndex; 2]> {
    let mut above: Vec<NodeIndex> = columns.to_vec();
    let mut first: Vec<NodeIndex> = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let mut left: Option<NodeIndex> = None;
        for (column, head) in columns.iter().enumerate() {
            let name = format!("pe{index}_{column}");
            let pe = b.reset_by(centre.control, element::node(&name, element));
            b.same(*head, pe, &["act_valid", "act_word"]);
            b.same(centre.control, pe, &element::STEPS);
            b.same(row.weights, pe, &element::WEIGHTS);
            b.wires(
                *head,
                pe,
                &[
                    ("column_drain", "drain_valid"),
                    ("column_done", "drain_done"),
                ],
            );
            b.same(centre.drain, pe, &["drain_address"]);
            b.chain(above[column], pe, &["room", "finished"]);
            match index {
                0 => {
                    b.same(*head, pe, &["act_mask"]);
                    b.same(centre.drain, pe, &["drain_rows"]);
                    first.push(pe);
                }
                _ => {
                    b.chain(above[column], pe, &["act_mask", "drain_rows"]);
                    if b.accelerator.statistics {
                        b.chain(above[column], pe, &["activity"]);
                    }
                }
            }
            match left {
                Some(left) => b.chain(left, pe, &["full", "drain_chain"]),
                None => {
                    b.chain(row.weights, pe, &["full"]);
                    b.chain(row.lane, pe, &["drain_chain"]);
                }
            }
            left = Some(pe);
            above[column] = pe;
        }
        if let Some(last) = left {
            b.chain(last, row.weights, &["full"]);
            b.chain(last, row.lane, &["drain_chain"]);
        }
    }
    for (head, last) in columns.iter().zip(&above) {
        b.chain(*last, *head, &["room", "finished"]);
    }
    let ends = first.into_iter().zip(above);
    ends.map(|(first, last)| [first, last]).collect()
}
