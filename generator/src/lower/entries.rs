//! The live entries: one memory for each group of fields that is written together.

use dysta_config::layout::{NUMBER_WIDTH, Packed, STAMP_WIDTH};
use dysta_config::params::{Pipeline, SchedulerParams};

use super::arith::{bits, unused};
use super::{lane, update};
use crate::graph::{Direction, Node, Pin};
use crate::vlog::{
    CaseArm, Expr, Instance, Item, Module, Port, Stmt, concat, lit, verilog, verilog_expr,
    verilog_stmts,
};

/// Most words of a memory that is kept in look-up tables.
const LUT_MEMORY_DEPTH: u32 = 64;

/// Bits of each request word that two block memories hold when a memory has [`LUT_MEMORY_DEPTH`] words; the rest is in look-up
/// tables. Each bit moved saves one look-up table and a third, and a register.
const REQUEST_BLOCK_BITS: u32 = 72;

/// Most words of a memory of which a part is kept in look-up tables.
const LONGEST_LUT_MEMORY: u32 = 2 * LUT_MEMORY_DEPTH;

/// Bits of a word of a block memory.
const BLOCK_BITS: u32 = 36;

/// Bits of a word of `group` in block memory, when its memory has `depth` words; the rest is in look-up tables. With up to
/// [`LONGEST_LUT_MEMORY`] words only block memories that are filled in their width are worth it.
/// A long pipeline keeps even these in look-up tables: block memories answer too late in the clock.
pub(super) fn block_bits(pipeline: Pipeline, group: &str, width: u32, depth: u32) -> u32 {
    let small = depth <= LONGEST_LUT_MEMORY;
    match depth {
        _ if small && pipeline.is_long() => 0,
        LUT_MEMORY_DEPTH if group == "request" => width.min(REQUEST_BLOCK_BITS),
        0..=LUT_MEMORY_DEPTH => 0,
        _ if small => width / BLOCK_BITS * BLOCK_BITS,
        _ => width,
    }
}

/// Name of the memory leaf for a memory of `depth` words.
pub(super) fn memory_leaf(depth: u32) -> &'static str {
    if depth <= LUT_MEMORY_DEPTH {
        "dysta_ram_lut"
    } else {
        "dysta_ram_block"
    }
}

/// Rows are found through `dysta_row_map`, so that an entry changes its position without a move of its fields. In one bank
/// only, because position i lies in bank i mod P; only as long as the map is a memory of look-up tables; and not with a long
/// pipeline, because its look-up would come in front of that of the fields.
pub(super) fn maps_rows(params: &SchedulerParams) -> bool {
    let small = 1 << params.layout.row_width <= LUT_MEMORY_DEPTH;
    params.spec.lanes == 1 && small && !params.spec.pipeline.is_long()
}

/// Builds `dysta_entries`: groups request, progress, values and γ sum as memories with one write port each.
///
/// A completed entry is replaced by the last one: in the clock of `move_i` every group writes what it reads, or the row map
/// (see [`maps_rows`]) exchanges their rows.
///
/// ```text
/// dysta_ram_lut #(.WIDTH (54), .DEPTH (64), .ADDR_W (6)) u_progress (…);
/// ```
pub(super) fn entries(params: &SchedulerParams) -> Module {
    let layout = &params.layout;
    let mut module = Module::new("dysta_entries").doc(
        "Keeps the live entries, dense from position 0.\nLatency: 1 clock from read position to fields; a read of a position that is written in the same clock returns the old fields.\nThroughput: one read and one write a clock in each group.",
    );
    ports(&mut module, params);
    let request = request_fields(params);
    let progress = layout.progress.clone();
    module.extend(bank_register(params));
    if maps_rows(params) {
        module.extend(row_map(params));
    }
    module.extend(request_group(&request, params));
    if reads_number_late(params) {
        module.extend(number_memory(params));
    }
    module.extend(progress_group(&progress, params));
    if !layout.values.fields.is_empty() {
        module.extend(values_group(params));
    }
    if !layout.sum.fields.is_empty() {
        module.extend(sum_group(params));
    }
    module.extend(outputs(params));
    module.extend(unread_inputs(params));
    module
}

/// Name of a port behind the registers in front of the memories.
pub(super) fn front_name(port: &str) -> String {
    format!("held_{port}")
}

/// Builds `dysta_entries_front`: one register for everything that enters `dysta_entries`, so that the choice of an address and the
/// read of the memories have a clock each. Marks have a reset.
///
/// ```text
/// always_ff @(posedge clk_i) begin
///   held_read_position_o <= read_position_i;
/// ```
pub(super) fn front(node: &Node) -> Module {
    let mut module = Module::new("dysta_entries_front")
        .doc("Registers in front of the entry memories.\nLatency: 1 clock. Throughput: a clock.");
    module.add_group("", [Port::input("clk_i", 1), Port::input("rst_ni", 1)]);
    let pins = |direction: Direction| {
        let ports = node
            .ports
            .iter()
            .filter(move |port| port.direction == direction);
        ports.flat_map(|port| port.pins()).collect::<Vec<_>>()
    };
    let (into, behind) = (pins(Direction::Input), pins(Direction::Output));
    let input = |pin: &Pin| Port::input(pin.name(), pin.width_bits);
    module.add_group("What the entries take.", into.iter().map(input));
    let output = |pin: &Pin| Port::output(pin.name(), pin.width_bits);
    module.add_group("The same, a clock later.", behind.iter().map(output));
    let (mut reset, mut marks, mut data) = (Vec::new(), Vec::new(), Vec::new());
    for (from, to) in into.iter().zip(&behind) {
        let moved = Stmt::non_blocking(to.name(), Expr::id(from.name()));
        if from.width_bits > 1 {
            data.push(moved);
            continue;
        }
        reset.push(Stmt::non_blocking(to.name(), lit(1, 0)));
        marks.push(moved);
    }
    let off = Expr::id("rst_ni").logical_not();
    module.push(Item::always_ff_reset("clk_i", off, reset, marks));
    module.push(Item::always_ff("clk_i", data));
    module
}

/// Request fields that come from the admitted request, with the bits of the input.
fn admitted(params: &SchedulerParams) -> Vec<(&'static str, u32)> {
    let layout = &params.layout;
    vec![
        ("id", params.spec.id_bits),
        ("profile", layout.profile_width),
        ("deadline", STAMP_WIDTH),
        ("priority", params.spec.priority_bits),
        ("number", NUMBER_WIDTH),
    ]
}

/// Fields of the profile row that an admission stores.
pub(super) fn row_fields(params: &SchedulerParams) -> Vec<(String, u32)> {
    let fields = params.layout.profile_row.fields.iter();
    fields
        .filter(|(name, _)| name != "known")
        .cloned()
        .collect()
}

fn ports(module: &mut Module, params: &SchedulerParams) {
    let layout = &params.layout;
    let position = layout.position_width;
    let maps = maps_rows(params);
    let mut clocking = vec![Port::input("clk_i", 1)];
    clocking.extend(maps.then(|| Port::input("rst_ni", 1)));
    module.add_group("", clocking);
    let mut admit = vec![Port::input("admit_valid_i", 1)];
    admit.extend(
        admitted(params)
            .iter()
            .map(|(name, width)| Port::input(format!("admit_{name}_i"), *width)),
    );
    admit.push(Port::input("append_position_i", position));
    module.add_group("The request that is appended in this clock.", admit);
    let row = row_fields(params)
        .into_iter()
        .map(|(name, width)| Port::input(format!("row_{name}_i"), width));
    module.add_group("Its profile row.", row.collect::<Vec<_>>());
    module.add_group(
        "The entry that just ran or that moves into the place of a completed one.",
        special_ports(params),
    );
    let mut update = Vec::new();
    if !layout.values.fields.is_empty() {
        update.push(Port::input("values_valid_i", 1));
        update.extend(
            layout
                .values
                .fields
                .iter()
                .map(|(name, width)| Port::input(format!("values_{name}_i"), *width)),
        );
    }
    if !layout.sum.fields.is_empty() {
        update.push(Port::input("sum_valid_i", 1));
        update.extend(
            layout
                .sum
                .fields
                .iter()
                .map(|(name, width)| Port::input(format!("sum_{name}_i"), *width)),
        );
    }
    if !update.is_empty() {
        module.add_group("Results of the update unit for that entry.", update);
    }
    let mut read = vec![Port::input("read_position_i", position)];
    read.extend((!maps).then(|| Port::input("update_position_i", position)));
    module.add_group("Read positions: of all groups, of the update unit.", read);
    let output = |(name, width): (String, u32)| Port::output(format!("{name}_o"), width);
    module.add_group(
        "Fields of the entry at the read position, one clock later.",
        selected(params).into_iter().map(output).collect::<Vec<_>>(),
    );
    let late = match reads_number_late(params) {
        true => "; its number when the lane has its score",
        false => "",
    };
    for bank in 0..params.spec.lanes {
        let fields = candidate(params).into_iter();
        let named = fields.map(|(name, width)| (bank_port(bank, &name), width));
        module.add_group(
            format!(
                "The candidate of one bank in the row of the read position, one clock later{late}."
            ),
            named.map(output).collect::<Vec<_>>(),
        );
    }
}

/// Controls of the entry that just ran.
fn special_ports(params: &SchedulerParams) -> Vec<Port> {
    let mut ports = Vec::new();
    if maps_rows(params) {
        ports.extend([Port::input("deciding_i", 1), Port::input("release_i", 1)]);
    }
    ports.extend([
        Port::input("write_progress_i", 1),
        Port::input("move_i", 1),
        Port::input("special_position_i", params.layout.position_width),
        Port::input("latest_i", STAMP_WIDTH),
    ]);
    ports
}

/// Fields of the entry at the read position that other blocks need.
pub(super) fn selected(params: &SchedulerParams) -> Vec<(String, u32)> {
    let layout = &params.layout;
    let mut names: Vec<String> = ["id", "profile", "deadline", "layer", "last"]
        .map(String::from)
        .to_vec();
    let columns = update::columns(&params.program).into_iter();
    names.extend(columns.map(|index| params.program.columns[index].name.clone()));
    names.extend(layout.sum.fields.iter().map(|(name, _)| name.clone()));
    names
        .into_iter()
        .map(|name| with_width(params, name))
        .collect()
}

/// Fields of a candidate: its admission number and what the lane reads.
pub(super) fn candidate(params: &SchedulerParams) -> Vec<(String, u32)> {
    let (_, fields) = lane::inputs(params);
    let stored = fields
        .into_iter()
        .map(|input| input.name)
        .filter(|name| name != "running");
    let names = std::iter::once("number".to_string()).chain(stored);
    names.map(|name| with_width(params, name)).collect()
}

/// Port of a candidate field of one bank: `bank0_deadline`.
pub(super) fn bank_port(bank: u32, field: &str) -> String {
    format!("bank{bank}_{field}")
}

/// The admission number is read beside the score, so that it need not travel through the lane: it is written at admission alone
/// and rows do not move.
pub(super) fn reads_number_late(params: &SchedulerParams) -> bool {
    maps_rows(params) && params.program.lane.depth > 0
}

/// Fields of a request that are read together with the candidate.
fn request_fields(params: &SchedulerParams) -> Packed {
    let late = reads_number_late(params);
    let fields = params.layout.request.fields.iter();
    Packed {
        fields: fields
            .filter(|(name, _)| !(late && name == "number"))
            .cloned()
            .collect(),
    }
}

fn groups(params: &SchedulerParams) -> Vec<(&'static str, Packed)> {
    let layout = &params.layout;
    let mut groups = vec![
        ("request", request_fields(params)),
        ("progress", layout.progress.clone()),
        ("values", layout.values.clone()),
        ("sum", layout.sum.clone()),
    ];
    if reads_number_late(params) {
        let fields = vec![("number".to_owned(), NUMBER_WIDTH)];
        groups.push(("number", Packed { fields }));
    }
    groups
}

fn with_width(params: &SchedulerParams, name: String) -> (String, u32) {
    let width = groups(params)
        .into_iter()
        .find_map(|(_, group)| group.slot(&name))
        .map_or(1, |(_, width)| width);
    (name, width)
}

/// A field in the word of its group; `suffix` names the bank of the word.
fn field(params: &SchedulerParams, name: &str, suffix: &str) -> Expr {
    let found = groups(params)
        .into_iter()
        .find_map(|(group, word)| Some((group, word.width(), word.slot(name)?)));
    match found {
        Some((group, total, (offset, width))) => bits(
            &format!("{group}_word{suffix}"),
            total,
            offset + width - 1,
            offset,
        ),
        None => lit(1, 0),
    }
}

/// Fields of the entry that runs are there since its layer began. For a short clock those that the end of the layer computes with
/// are registered behind the choice of the bank.
fn held(params: &SchedulerParams, name: &str) -> bool {
    let used = ["deadline", "layer", "last_layer"].contains(&name);
    used && params.spec.pipeline.is_long() && params.spec.lanes > 1
}

/// A field of the entry that runs, when its layer ends.
fn running(params: &SchedulerParams, name: &str) -> Expr {
    match held(params, name) {
        true => Expr::id(format!("running_{name}_q")),
        false => field(params, name, ""),
    }
}

/// Declares the registers of [`held`] fields.
fn running_nets(params: &SchedulerParams, names: &[&str]) -> Vec<Item> {
    let held = names.iter().filter(|name| held(params, name));
    held.map(|name| {
        let (_, width) = with_width(params, (*name).to_owned());
        Item::net(format!("running_{name}_q"), width)
    })
    .collect()
}

/// Drives them: prints `always_ff @(posedge clk_i) begin running_deadline_q <= request_word[68:21]; end`.
fn running_registers(params: &SchedulerParams, names: &[&str]) -> Vec<Item> {
    let held = names.iter().filter(|name| held(params, name));
    held.map(|name| {
        let (register, value) = (format!("running_{name}_q"), field(params, name, ""));
        Item::always_ff("clk_i", verilog_stmts! { #register <= #value; })
    })
    .collect()
}

/// Drives the field outputs from the words; the deadline is asked for when the layer ends.
fn outputs(params: &SchedulerParams) -> Vec<Item> {
    let mut items = vec![Item::Blank];
    items.extend(running_nets(params, &["deadline"]));
    items.extend(running_registers(params, &["deadline"]));
    for (name, _) in selected(params) {
        let value = match name.as_str() {
            "deadline" => running(params, &name),
            _ => field(params, &name, ""),
        };
        items.push(Item::assign(format!("{name}_o"), value));
    }
    for bank in 0..params.spec.lanes {
        let suffix = if params.spec.lanes == 1 {
            String::new()
        } else {
            format!("_{bank}")
        };
        for (name, _) in candidate(params) {
            items.push(Item::assign(
                format!("{}_o", bank_port(bank, &name)),
                field(params, &name, &suffix),
            ));
        }
    }
    items
}

/// Fields packed as in memory, the first at bit 0.
fn packed(group: &Packed, value: impl Fn(&str) -> Expr) -> Expr {
    concat(group.fields.iter().rev().map(|(name, _)| value(name)))
}

/// A time stamp in units.
fn units(net: &str, params: &SchedulerParams) -> Expr {
    Expr::id(net).slice(STAMP_WIDTH - 1, params.unit_log2)
}

struct Memory<'a> {
    name: &'a str,
    group: &'a Packed,
    writes: Writes,
    read: &'a str,
    /// One memory a bank, or a single one that only the update unit reads.
    banks: u32,
}

/// The memory of one group, a bank each, and the word of the bank at the read position.
fn memory(m: Memory<'_>, params: &SchedulerParams) -> Vec<Item> {
    let width = m.group.width();
    let [we, address, data, word] =
        ["write", "address", "data", "word"].map(|part| format!("{}_{part}", m.name));
    let mut items = vec![
        Item::Blank,
        Item::net(&we, 1),
        Item::net(&address, params.layout.position_width),
        Item::net(&data, width),
        Item::net(&word, width),
        Item::assign(&we, m.writes.enable.clone()),
        Item::assign(&address, m.writes.address.clone()),
        Item::assign(&data, m.writes.data.clone()),
    ];
    for bank in 0..m.banks {
        items.extend(bank_memory(&m, bank, params));
    }
    if m.banks > 1 {
        items.push(select_bank(&m, params));
    }
    items
}

/// Memory of one bank: `u_request_3`, or `u_request` where there is one.
fn bank_memory(m: &Memory<'_>, bank: u32, params: &SchedulerParams) -> Vec<Item> {
    let layout = &params.layout;
    let (name, position) = (m.name, layout.position_width);
    let suffix = if m.banks == 1 {
        String::new()
    } else {
        format!("_{bank}")
    };
    let word = format!("{name}_word{suffix}");
    let (we, address) = (format!("{name}_write"), format!("{name}_address"));
    let row = |net: &str| {
        bits(
            net,
            position,
            position - 1,
            if m.banks == 1 { 0 } else { layout.bank_width },
        )
    };
    let row_width = if m.banks == 1 {
        position
    } else {
        layout.row_width
    };
    // Every address has a word, so that no state before reset can point beyond the memory.
    let depth = 1 << row_width;
    let write = match m.banks {
        1 => Expr::id(&we),
        _ => {
            Expr::id(&we)
                & bits(&address, position, layout.bank_width - 1, 0)
                    .equals(lit(layout.bank_width, u128::from(bank)))
        }
    };
    let total = m.group.width();
    let part = |leaf: &str, kind: &str, low: u32, end: u32| {
        let part = |net: &str| bits(net, total, end - 1, low);
        let instance = Instance::new(leaf, format!("u_{name}{kind}{suffix}"))
            .param("WIDTH", end - low)
            .param("DEPTH", depth)
            .param("ADDR_W", row_width)
            .connect("clk_i", "clk_i")
            .connect("we_i", write.clone())
            .connect("waddr_i", row(&address))
            .connect("wdata_i", part(&format!("{name}_data")))
            .connect("re_i", lit(1, 1))
            .connect("raddr_i", row(m.read))
            .connect("rdata_o", part(&word));
        Item::Instance(instance)
    };
    let mut items = Vec::new();
    if m.banks > 1 {
        items.push(Item::net(&word, total));
    }
    let in_blocks = block_bits(params.spec.pipeline, name, total, depth);
    if in_blocks > 0 {
        items.push(part("dysta_ram_block", "_block", 0, in_blocks));
    }
    if in_blocks < total {
        items.push(part("dysta_ram_lut", "", in_blocks, total));
    }
    items
}

/// The word of the bank that was read: `case (bank_q) 3'd1: request_word = request_word_1; …`.
fn select_bank(m: &Memory<'_>, params: &SchedulerParams) -> Item {
    let word = format!("{}_word", m.name);
    let take = |bank: u32| vec![Stmt::blocking(&word, format!("{word}_{bank}"))];
    let arm = |bank: u32| CaseArm::new(lit(params.layout.bank_width, u128::from(bank)), take(bank));
    Item::AlwaysComb(vec![Stmt::case(
        Expr::id("bank_q"),
        (1..m.banks).map(arm).collect(),
        Some(take(0)),
    )])
}

/// Bank of the entry on the memory outputs.
fn bank_register(params: &SchedulerParams) -> Vec<Item> {
    let width = params.layout.bank_width;
    if width == 0 {
        return Vec::new();
    }
    let bank = bits(
        "read_position_i",
        params.layout.position_width,
        width - 1,
        0,
    );
    verilog! {
        logic [#width - 1:0] bank_q;
        always_ff @(posedge clk_i) begin bank_q <= #bank; end
    }
}

/// The rows of the appended entry, of the one that just ran, and at the read position.
///
/// ```text
/// dysta_row_map #(.ROW_W (6)) u_row_map (.append_i (admit_valid_i), …, .read_row_o (read_row), …);
/// ```
fn row_map(params: &SchedulerParams) -> Vec<Item> {
    let width = params.layout.row_width;
    let mut items = vec![Item::Blank];
    items.extend(["append_row", "read_row", "special_row"].map(|name| Item::net(name, width)));
    let instance = Instance::new("dysta_row_map", "u_row_map")
        .param("ROW_W", width)
        .connect("clk_i", "clk_i")
        .connect("rst_ni", "rst_ni")
        .connect("append_i", "admit_valid_i")
        .connect("append_position_i", "append_position_i")
        .connect("append_row_o", "append_row")
        .connect("release_i", "release_i")
        .connect("move_i", "move_i")
        .connect("special_position_i", "special_position_i")
        .connect("read_position_i", "read_position_i")
        .connect("read_row_o", "read_row")
        .connect("hold_i", "deciding_i")
        .connect("special_row_o", "special_row");
    items.push(Item::Instance(instance));
    items
}

/// When and where a group is written besides admission, and what: the results of the entry that ran; what it reads, when
/// entries move.
struct Writes {
    enable: Expr,
    address: Expr,
    data: Expr,
}

/// Write port of a group: `data` when an entry is appended and while the net `update` is high, the word itself when an entry
/// moves and rows are not mapped.
fn writes(params: &SchedulerParams, word: &str, data: Expr, update: Option<&str>) -> Writes {
    let maps = maps_rows(params);
    let [appended, special] = match maps {
        true => ["append_row", "special_row"],
        false => ["append_position_i", "special_position_i"],
    };
    let (mut enable, mut data) = (verilog_expr!(admit_valid_i), data);
    let mut elsewhere: Option<Expr> = (!maps).then(|| Expr::id("move_i"));
    if let Some(net) = update {
        elsewhere = Some(match elsewhere {
            Some(moves) => moves | Expr::id(net),
            None => Expr::id(net),
        });
    }
    if !maps {
        data = Expr::id("move_i").select(word, data);
    }
    let address = match elsewhere {
        Some(net) => {
            enable = enable | net.clone();
            net.select(special, appended)
        }
        None => Expr::id(appended),
    };
    Writes {
        enable,
        address,
        data,
    }
}

/// Address at which the groups are read.
fn read_address(params: &SchedulerParams) -> &'static str {
    match maps_rows(params) {
        true => "read_row",
        false => "read_position_i",
    }
}

fn request_group(group: &Packed, params: &SchedulerParams) -> Vec<Item> {
    let column = |name: &str| params.layout.profile_row.has(name);
    let value = |name: &str| match name {
        "arrival" => units("latest_i", params),
        _ if column(name) => Expr::id(format!("row_{name}_i")),
        _ => Expr::id(format!("admit_{name}_i")),
    };
    let admitted = packed(group, value);
    memory(
        Memory {
            name: "request",
            group,
            writes: writes(params, "request_word", admitted, None),
            read: read_address(params),
            banks: params.spec.lanes,
        },
        params,
    )
}

/// Admission numbers, read as many clocks after the candidate as its score takes.
///
/// ```text
/// dysta_delay #(.WIDTH (6), .DEPTH (7)) u_number_row (.data_i (read_row), .data_o (number_row), …);
/// dysta_ram_lut #(.WIDTH (32), .DEPTH (64), .ADDR_W (6)) u_number (…);
/// ```
fn number_memory(params: &SchedulerParams) -> Vec<Item> {
    let width = params.layout.row_width;
    let mut items = vec![Item::Blank];
    let depth = params.program.lane.depth;
    lane::delay(&mut items, "read_row", "number_row", width, depth);
    let group = Packed {
        fields: vec![("number".to_owned(), NUMBER_WIDTH)],
    };
    let admitted = packed(&group, |name| Expr::id(format!("admit_{name}_i")));
    items.extend(memory(
        Memory {
            name: "number",
            group: &group,
            writes: writes(params, "number_word", admitted, None),
            read: "number_row",
            banks: 1,
        },
        params,
    ));
    items
}

fn progress_group(group: &Packed, params: &SchedulerParams) -> Vec<Item> {
    let width = params.layout.layer_width;
    let (zero, one) = (lit(width, 0), lit(width, 1));
    let next_or_first =
        |next: Expr, first: Expr| verilog_expr!(write_progress_i).select(next, first);
    // The end of a layer and an arrival are both the time of the former clock.
    let data = packed(group, |name| match name {
        "layer" => next_or_first(Expr::id("next_layer"), zero.clone()),
        "last" => next_or_first(
            Expr::id("next_layer").equals(running(params, "last_layer")),
            Expr::id("row_last_layer_i").equals(zero.clone()),
        ),
        _ => units("latest_i", params),
    });
    let mut items = vec![Item::Blank, Item::net("next_layer", width)];
    let held = ["layer", "last_layer"];
    items.extend(running_nets(params, &held));
    items.extend(memory(
        Memory {
            name: "progress",
            group,
            writes: writes(params, "progress_word", data, Some("write_progress_i")),
            read: read_address(params),
            banks: params.spec.lanes,
        },
        params,
    ));
    items.extend(running_registers(params, &held));
    items.push(Item::assign("next_layer", running(params, "layer") + one));
    items
}

fn values_group(params: &SchedulerParams) -> Vec<Item> {
    let group = &params.layout.values;
    let initial = |name: &str| {
        let value = params.program.entry_values.iter().find(|v| v.name == name);
        let column = value.map_or("", |v| params.program.columns[v.initial].name.as_str());
        Expr::id(format!("row_{column}_i"))
    };
    let updated = packed(group, |name| Expr::id(format!("values_{name}_i")));
    let data = Expr::id("values_valid_i").select(updated, packed(group, initial));
    memory(
        Memory {
            name: "values",
            group,
            writes: writes(params, "values_word", data, Some("values_valid_i")),
            read: read_address(params),
            banks: params.spec.lanes,
        },
        params,
    )
}

fn sum_group(params: &SchedulerParams) -> Vec<Item> {
    let group = &params.layout.sum;
    let updated = packed(group, |name| Expr::id(format!("sum_{name}_i")));
    let maps = maps_rows(params);
    let writes = match maps {
        true => Writes {
            enable: verilog_expr!(sum_valid_i),
            address: verilog_expr!(special_row),
            data: updated,
        },
        false => Writes {
            enable: verilog_expr!(move_i | sum_valid_i),
            address: verilog_expr!(special_position_i),
            data: Expr::id("move_i").select("sum_word", updated),
        },
    };
    memory(
        Memory {
            name: "sum",
            group,
            writes,
            read: if maps {
                "special_row"
            } else {
                "update_position_i"
            },
            banks: 1,
        },
        params,
    )
}

/// Inputs, or bits of them, that this policy does not store.
fn unread_inputs(params: &SchedulerParams) -> Vec<Item> {
    let layout = &params.layout;
    let below_unit = |net: &str| {
        (params.unit_log2 > 0).then(|| super::arith::low(net, STAMP_WIDTH, params.unit_log2))
    };
    let time_used = layout.request.has("arrival") || layout.progress.has("last_run");
    let mut rest: Vec<Expr> = Vec::new();
    rest.extend(match time_used {
        true => below_unit("latest_i"),
        false => Some(Expr::id("latest_i")),
    });
    if !layout.request.has("priority") {
        rest.push(Expr::id("admit_priority_i"));
    }
    if layout.sum.fields.is_empty() && !maps_rows(params) {
        rest.push(Expr::id("update_position_i"));
    }
    let mut items = vec![Item::Blank];
    if !rest.is_empty() {
        items.extend(unused("inputs", concat(rest)));
    }
    items
}
