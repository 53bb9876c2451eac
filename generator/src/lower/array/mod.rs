//! Accelerator → dataflow graph → typed Verilog: the sparse compute array.
//!
//! The processing element is a graph of its own, `dysta_pe`; the array instantiates it once for each row and column. What
//! belongs to all elements of a row or column travels in chains from element to element.

mod element;
mod nodes;
mod paths;
mod statistics;

use dysta_config::accelerator::Accelerator;

use super::{Design, LowerError, leaves, library};
use crate::estimate::{Model, Table};
use crate::graph::{self, Buffer, Direction, Field, Graph, Node, NodeIndex, Protocol, RESET};
use nodes::leaf;
pub use paths::{Ways, ways};

/// Builds the hardware of an array: graph, structural top, processing element, list of leaves.
///
/// # Errors
/// If a pass refuses a graph or a printed module does not check.
pub fn array(accelerator: &Accelerator) -> Result<Design, LowerError> {
    let mut element = element::graph(accelerator);
    graph::run(&mut element)?;
    let mut graph = build(accelerator, &element);
    let element_module = graph::structural(&element);
    Model::of_blocks(Table::built_in(), std::slice::from_ref(&element_module)).price(&mut graph);
    let estimate = graph::run(&mut graph)?;
    let printed = vec![element_module, graph::structural(&graph)];
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
    /// The columns in turn belong to one of these.
    drains: Vec<NodeIndex>,
    add: NodeIndex,
    /// Of each drain.
    compressors: Vec<NodeIndex>,
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
    let transfer = ("MEMORY_BYTES", a.memory_bytes());
    let limits = [
        sizes[0],
        sizes[1],
        chunk,
        grid[0],
        ("WATCHDOG_W", watchdog_bits(&a)),
        transfer,
    ];
    let control = b.leaf("control", "control", &limits, &["descriptor", "layer_done"]);
    let streams = ["burst0", "burst1", "m_axi_ar", "m_axi_r"];
    let read = b.leaf("read", "read", &[transfer], &streams);
    let fetch = ["burst", "word"];
    let depth = [("DEPTH", a.prefetch_words), transfer];
    let input = b.leaf("fetch", "input_fetch", &depth, &fetch);
    let weights = b.leaf("fetch", "weight_fetch", &depth, &fetch);
    let deal = b.inner(control, "deal", "deal", &grid[..1], &["word"]);
    let loader = b.inner(control, "loader", "loader", &[chunk], &["word"]);
    let feeder_sizes = [grid[0], grid[1], chunk, sizes[0], sizes[1]];
    let feeder = b.inner(control, "feeder", "feeder", &feeder_sizes, &[]);
    let drains = drains(b, control);
    let add = adder(b, control);
    let compressors = compressors(b, control, &drains, add);
    let write = b.leaf(
        "write",
        "write",
        &[transfer],
        &["word", "m_axi_aw", "m_axi_w", "m_axi_b"],
    );
    let memory = |name: &str, width: u32, bits: u32| {
        let params = [("WIDTH", width), ("DEPTH", 1 << bits), ("ADDR_W", bits)];
        leaf("ram_block", name, &params, &[])
    };
    let bitmaps = b.graph.add(memory("bitmaps", 32, a.chunk_bits));

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
    let words = words(b, control, &compressors);
    b.wire((words, "word"), (write, "word"));
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
    for node in [loader, feeder] {
        b.wires(control, node, &[("start_sums", "start")]);
    }
    let busy = [
        (input, "busy_fetch"),
        (weights, "busy_weights"),
        (loader, "busy_loader"),
        (feeder, "busy_feeder"),
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
    for pin in ["we", "waddr", "wdata"] {
        b.wire((loader, &format!("bitmap_{pin}")), (bitmaps, pin));
    }
    for pin in ["re", "raddr"] {
        b.wire((feeder, &format!("bitmap_{pin}")), (bitmaps, pin));
    }
    b.wire((bitmaps, "rdata"), (feeder, "bitmap_rdata"));
    for half in ["low", "high"] {
        let codes = b
            .graph
            .add(memory(&format!("codes_{half}"), 128, a.chunk_bits));
        b.wire((loader, &format!("{half}_we")), (codes, "we"));
        for pin in ["waddr", "wdata"] {
            b.wire((loader, &format!("codes_{pin}")), (codes, pin));
        }
        for pin in ["re", "raddr"] {
            b.wire((feeder, &format!("codes_{pin}")), (codes, pin));
        }
        b.wire((codes, "rdata"), (feeder, &format!("{half}_rdata")));
    }
    b.same(control, deal, &["group_log2"]);
    configure(b, control, [input, weights, loader, feeder, write]);
    Centre {
        control,
        read,
        input,
        weights,
        write,
        deal,
        feeder,
        drains,
        add,
        compressors,
    }
}

/// Two drains share the columns, if there are two.
fn drains(b: &mut Builder<'_>, control: NodeIndex) -> Vec<NodeIndex> {
    let a = *b.accelerator;
    let ways = a.columns.min(2);
    let mut drains: Vec<NodeIndex> = Vec::new();
    for way in 0..ways {
        let params = [
            ("ROWS", a.rows),
            ("COLUMNS", a.columns),
            ("WAYS", ways),
            ("WAY", way),
            ("SUM_W", a.sum_bits),
        ];
        let drain = b.inner(control, "drain", &format!("drain{way}"), &params, &[]);
        b.wires(control, drain, &[("start_sums", "start")]);
        b.same(control, drain, &TILES);
        let output = [("out_height", "height"), ("out_width", "width")];
        b.wires(control, drain, &output);
        let before = drains.last().copied().unwrap_or(control);
        b.chain(before, drain, &["busy_drain"]);
        drains.push(drain);
    }
    if let Some(&last) = drains.last() {
        b.chain(last, control, &["busy_drain"]);
    }
    drains
}

/// A compressor behind each drain, the adder in front of the first.
fn compressors(
    b: &mut Builder<'_>,
    control: NodeIndex,
    drains: &[NodeIndex],
    add: NodeIndex,
) -> Vec<NodeIndex> {
    let params = [("ROWS", b.accelerator.rows), ("LATENCY", 7)];
    let mut compressors = Vec::new();
    for (way, &drain) in drains.iter().enumerate() {
        let name = format!("compress{way}");
        let compress = b.inner(control, "compress", &name, &params, &["chunk"]);
        b.same(control, compress, &["group_log2", "block_channels"]);
        let sizes = [
            ("out_zero", "zero_point"),
            ("last_block_channels", "last_channels"),
        ];
        b.wires(control, compress, &sizes);
        for field in SUM {
            let sum = format!("sum_{field}");
            if way > 0 {
                b.same(drain, compress, &[&sum]);
                continue;
            }
            b.wire((drain, &sum), (add, &format!("drain_{field}")));
            b.wire((add, &sum), (compress, &sum));
        }
        b.same(drain, compress, &["sum_turn"]);
        if way > 0 {
            b.same(compress, drain, &["taken"]);
        } else {
            b.same(compress, add, &["taken"]);
            b.wires(add, drain, &[("drain_taken", "taken")]);
        }
        compressors.push(compress);
    }
    compressors
}

/// The chunks of all compressors in the order of the output, put together to words.
fn words(b: &mut Builder<'_>, control: NodeIndex, compressors: &[NodeIndex]) -> NodeIndex {
    let words = b.inner(control, "words", "words", &[], &["chunk", "word"]);
    if let [first, second] = compressors {
        let join = b.inner(control, "join", "join", &[], &["chunk0", "chunk1", "chunk"]);
        for (&compress, chunks) in [first, second].into_iter().zip(["chunk0", "chunk1"]) {
            let queue = Buffer::Fifo(CHUNKS_AHEAD);
            b.graph.connect((compress, "chunk"), (join, chunks), queue);
        }
        b.wire((join, "chunk"), (words, "chunk"));
    } else if let [only] = compressors {
        b.wire((*only, "chunk"), (words, "chunk"));
    }
    words
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
    let bytes = b.accelerator.memory_bytes();
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
        &format!("AXI4 read addresses: bursts of transfers of {bytes} bytes."),
    );
    b.wire((read, "m_axi_ar"), (ar, "m_axi_ar"));
    let r = b.port(
        Input,
        "m_axi_r",
        &[("id", 1), ("data", 8 * bytes), ("resp", 2)],
        "AXI4 read data.",
    );
    b.wire((r, "m_axi_r"), (read, "m_axi_r"));
    let aw = b.port(Output, "m_axi_aw", &address[1..], "AXI4 write addresses.");
    b.wire((write, "m_axi_aw"), (aw, "m_axi_aw"));
    let w = b.port(
        Output,
        "m_axi_w",
        &[("data", 8 * bytes), ("strb", bytes), ("last", 1)],
        "AXI4 write data.",
    );
    b.wire((write, "m_axi_w"), (w, "m_axi_w"));
    let answer = b.port(Input, "m_axi_b", &[("resp", 2)], "AXI4 write answers.");
    b.wire((answer, "m_axi_b"), (write, "m_axi_b"));
}

/// Fields of the descriptor to their users.
fn configure(b: &mut Builder<'_>, control: NodeIndex, users: [NodeIndex; 5]) {
    let [input, weights, loader, feeder, write] = users;
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
        "maximum",
        "resident",
        "group_log2",
        "groups",
        "slice_columns",
        "slices",
        "table_we",
        "table_address",
        "table_word",
    ];
    b.same(control, feeder, &image);
}

/// Chunks that a drain may be ahead of the other.
const CHUNKS_AHEAD: u32 = 16;

/// Fields of the descriptor that a drain takes.
const TILES: [&str; 16] = [
    "tiles",
    "row_tiles",
    "tile_rows",
    "tile_columns",
    "channels",
    "blocks",
    "resident",
    "group_log2",
    "groups",
    "slice_columns",
    "slices",
    "pooled",
    "rows_before",
    "columns_before",
    "rows_behind",
    "columns_behind",
];

/// What a drain tells of a sum.
const SUM: [&str; 5] = ["valid", "group", "position_ends", "last_block", "last"];

const UNIT: [&str; 13] = [
    "unit_valid",
    "unit_column",
    "unit_mark",
    "unit_codes",
    "unit_nonzeros",
    "unit_before",
    "unit_bits",
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
                ("maximum", "maximum"),
                ("group_log2", "group_log2"),
            ],
        );
        let before = heads.last().copied().unwrap_or(centre.feeder);
        b.chain(before, head, &["taken"]);
        heads.push(head);
    }
    if let Some(&last) = heads.last() {
        b.chain(last, centre.feeder, &["taken"]);
    }
    for (way, &drain) in centre.drains.iter().enumerate() {
        drained(
            b,
            drain,
            heads.iter().skip(way).step_by(centre.drains.len()),
        );
    }
    heads
}

/// The columns of a drain.
fn drained<'a>(b: &mut Builder<'_>, drain: NodeIndex, heads: impl Iterator<Item = &'a NodeIndex>) {
    let mut before = (drain, "next_finished");
    for &head in heads {
        let signals = ["drain_valid", "drain_all", "drain_column", "drain_done"];
        b.same(drain, head, &signals);
        b.wire(before, (head, "drain_finished"));
        before = (head, "next_drain_finished");
    }
    b.wire(before, (drain, "finished"));
}

/// Weights and requantisers of one row.
struct Row {
    weights: NodeIndex,
    /// Of each drain.
    lanes: Vec<NodeIndex>,
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
        let lanes = lanes(b, centre, row, weights, rows.last());
        taps.push(tap);
        rows.push(Row { weights, lanes });
    }
    if let (Some(&tap), Some(row)) = (taps.last(), rows.last()) {
        b.chain(tap, centre.deal, &["room"]);
        for (way, (&lane, &compress)) in row.lanes.iter().zip(&centre.compressors).enumerate() {
            let mut last = lane;
            if way == 0 {
                b.chain(lane, centre.add, &["codes"]);
                last = centre.add;
            }
            b.chain(last, compress, &["codes"]);
        }
    }
    rows
}

/// Requantisers of a row, one for each drain; their codes join those of the row before.
fn lanes(
    b: &mut Builder<'_>,
    centre: &Centre,
    row: u32,
    weights: NodeIndex,
    before: Option<&Row>,
) -> Vec<NodeIndex> {
    let params = [("ROWS", b.accelerator.rows), ("ROW", row)];
    let mut lanes = Vec::new();
    for (way, &drain) in centre.drains.iter().enumerate() {
        let name = format!("lane{way}_{row}");
        let lane = b.inner(centre.control, "lane", &name, &params, &[]);
        let codes = [
            ("sum_zero", "zero_point"),
            ("least", "least"),
            ("greatest", "greatest"),
        ];
        b.wires(centre.control, lane, &codes);
        b.wires(drain, lane, &[("sum_parameter", "parameter_raddr")]);
        b.same(drain, lane, &["sum_adds"]);
        let parameters = ["parameter_we", "parameter_waddr", "parameter_wdata"];
        b.same(weights, lane, &parameters);
        let above = before.map_or(centre.compressors[way], |row| row.lanes[way]);
        b.chain(above, lane, &["codes"]);
        lanes.push(lane);
    }
    lanes
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
        // The last element of each drain: its sums join those of the elements before.
        let mut sums = row.lanes.clone();
        for (column, head) in columns.iter().enumerate() {
            let way = column % centre.drains.len();
            let drain = centre.drains[way];
            let name = format!("pe{index}_{column}");
            let pe = b.reset_by(centre.control, element::node(&name, element));
            b.same(*head, pe, &["act_valid"]);
            let word = ["act_word", "act_odd_word"][index % 2];
            b.wire((*head, word), (pe, "act_word"));
            b.same(centre.control, pe, &element::STEPS);
            b.same(centre.control, pe, &["maximum"]);
            b.same(row.weights, pe, &element::WEIGHTS);
            b.wires(
                *head,
                pe,
                &[
                    ("column_drain", "drain_valid"),
                    ("column_done", "drain_done"),
                ],
            );
            b.same(drain, pe, &["drain_address"]);
            b.chain(above[column], pe, &["room", "finished"]);
            match index {
                0 => {
                    b.same(*head, pe, &["act_mask"]);
                    b.same(drain, pe, &["drain_rows"]);
                    first.push(pe);
                }
                _ => {
                    b.chain(above[column], pe, &["act_mask", "drain_rows"]);
                    if b.accelerator.statistics {
                        b.chain(above[column], pe, &["activity"]);
                    }
                }
            }
            b.chain(left.unwrap_or(row.weights), pe, &["full"]);
            b.chain(sums[way], pe, &["drain_chain"]);
            sums[way] = pe;
            left = Some(pe);
            above[column] = pe;
        }
        if let Some(last) = left {
            b.chain(last, row.weights, &["full"]);
        }
        for (&last, &lane) in sums.iter().zip(&row.lanes) {
            b.chain(last, lane, &["drain_chain"]);
        }
    }
    for (head, last) in columns.iter().zip(&above) {
        b.chain(*last, *head, &["room", "finished"]);
    }
    let ends = first.into_iter().zip(above);
    ends.map(|(first, last)| [first, last]).collect()
}
