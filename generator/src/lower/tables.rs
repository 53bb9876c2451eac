//! Tables that software writes: profiles, layers, runtime registers.

use dysta_config::layout::{Packed, TABLE_DATA_WIDTH, TABLE_PART};
use dysta_config::params::SchedulerParams;

use super::arith::{bits, unused};
use super::entries::{memory_leaf, row_fields};
use crate::vlog::{Expr, Instance, Item, Module, Port, concat, lit, verilog};

/// Builds `dysta_tables`: the profile table (looked up at admission), the layer table (read while a dispatch is offered, held while
/// the layer runs) and the runtime registers, behind one write port.
///
/// ```text
/// assign write_layer = table_valid_i && table_addr_i[11:10] == 2'd1;
/// dysta_ram_block #(.WIDTH (54), .DEPTH (1024), .ADDR_W (10)) u_layer (…);
/// ```
pub(super) fn tables(params: &SchedulerParams) -> Module {
    let layout = &params.layout;
    let mut module = Module::new("dysta_tables").doc(
        "Keeps what software knows of each profile and layer.\nLatency: 1 clock from look-up to row. Throughput: a write in two clocks.\nRows of a profile are written only while no live request uses it; other writes are refused.",
    );
    ports(&mut module, params);
    let select = |table: u128| {
        let width = layout.table_address_width;
        Expr::id("table_addr_i")
            .slice(width - 1, width - 2)
            .equals(lit(2, table))
    };
    module.extend(guard(params, select(0), select(1)));
    module.extend(profile_table(params, select(0)));
    if !layout.layer_row.fields.is_empty() {
        module.extend(layer_table(params, select(1)));
    }
    if !params.program.statics.is_empty() {
        module.extend(registers(params, select(2)));
    }
    module.extend(unread(params));
    module
}

fn ports(module: &mut Module, params: &SchedulerParams) {
    let layout = &params.layout;
    module.add_group("", [Port::input("clk_i", 1), Port::input("rst_ni", 1)]);
    module.add_group(
        "Write port: the table in the top two address bits, then the row.",
        [
            Port::input("table_valid_i", 1),
            Port::output("table_ready_o", 1),
            Port::input("table_addr_i", layout.table_address_width),
            Port::input("table_data_i", TABLE_DATA_WIDTH),
        ],
    );
    module.add_group(
        "The latest write was refused: a live request uses its profile.",
        [Port::output("refused_o", 1)],
    );
    module.add_group(
        "The request of the latest look-up is admitted; a live request leaves.",
        [
            Port::input("admit_valid_i", 1),
            Port::input("finish_valid_i", 1),
            Port::input("finish_failed_i", 1),
            Port::input("finish_profile_i", layout.profile_width),
        ],
    );
    module.add_group(
        "Look-up of a profile row, of a request that is offered.",
        [
            Port::input("lookup_valid_i", 1),
            Port::input("lookup_offered_i", 1),
            Port::input("lookup_profile_i", layout.profile_width),
        ],
    );
    module.add_group(
        "The row, one clock later, until the next look-up.",
        [Port::output("known_o", 1)],
    );
    let row = row_fields(params)
        .into_iter()
        .map(|(name, width)| Port::output(format!("row_{name}_o"), width));
    module.add_group("", row.collect::<Vec<_>>());
    if !layout.layer_row.fields.is_empty() {
        module.add_group(
            "Read of a layer row.",
            [
                Port::input("read_valid_i", 1),
                Port::input("read_profile_i", layout.profile_width),
                Port::input("read_layer_i", layout.layer_width),
            ],
        );
        let row = layout
            .layer_row
            .fields
            .iter()
            .map(|(name, width)| Port::output(format!("layer_{name}_o"), *width));
        module.add_group(
            "The row, one clock later, until the next read.",
            row.collect::<Vec<_>>(),
        );
    }
    if !params.program.statics.is_empty() {
        let registers = params
            .program
            .statics
            .iter()
            .map(|s| Port::output(format!("{}_o", s.name), s.format.width()));
        module.add_group("Runtime registers.", registers.collect::<Vec<_>>());
    }
}

/// Lets a write through unless it changes rows of a profile in use: `table_write`.
fn guard(params: &SchedulerParams, profile_rows: Expr, layer_rows: Expr) -> Vec<Item> {
    let layout = &params.layout;
    let (width, layer) = (layout.profile_width, layout.layer_width);
    let known = 1u32 << width;
    let of_profile = Expr::id("table_addr_i").slice(width - 1, 0);
    let (rows, profile) = match layout.layer_row.fields.is_empty() {
        true => (profile_rows, of_profile),
        false => {
            let of_layer = Expr::id("table_addr_i").slice(layer + width - 1, layer);
            let profile = layer_rows.clone().select(of_layer, of_profile);
            (profile_rows | layer_rows, profile)
        }
    };
    let mut guard = Instance::new("dysta_profile_guard", "u_guard")
        .param("PROFILE_W", width)
        .param("LIVE_W", layout.live_width);
    for name in ["clk_i", "rst_ni"] {
        guard = guard.connect(name, name);
    }
    for event in ["lookup", "admit", "finish"] {
        let [valid, profile] = ["valid", "profile"].map(|part| format!("{event}_{part}_i"));
        guard = guard.connect(&valid, &valid);
        if event == "lookup" {
            guard = guard.connect("lookup_offered_i", "lookup_offered_i");
        }
        if event != "admit" {
            guard = guard.connect(&profile, &profile);
        }
    }
    let guard = guard
        .connect("write_valid_i", "table_valid_i")
        .connect("write_ready_o", "table_ready_o")
        .connect("write_rows_i", rows)
        .connect("write_known_i", "table_known")
        .connect("write_profile_i", "table_profile")
        .connect("write_o", "table_write")
        .connect("refused_o", "refused_o");
    let mut items = verilog! {
        logic [#known - 1:0] known_q;
        logic table_write;
        logic table_known;
        logic [#width - 1:0] table_profile;
        assign table_profile = #profile;
        assign table_known = known_q[table_profile];
    };
    items.extend(unused("finish", Expr::id("finish_failed_i")));
    items.push(Item::Instance(guard));
    items
}

fn outputs(row: &Packed, prefix: &str) -> Expr {
    concat(
        row.fields
            .iter()
            .rev()
            .map(|(name, _)| Expr::id(format!("{prefix}_{name}_o"))),
    )
}

struct Table {
    name: &'static str,
    width: u32,
    address_width: u32,
    data: Expr,
    read: Expr,
    address: Expr,
}

fn memory(table: Table, write: Expr) -> Vec<Item> {
    let [we, word] = ["write", "word"].map(|part| format!("{}_{part}", table.name));
    let depth = 1u32 << table.address_width;
    let leaf = memory_leaf(depth);
    let mut instance = Instance::new(leaf, format!("u_{}", table.name))
        .param("WIDTH", table.width)
        .param("DEPTH", depth)
        .param("ADDR_W", table.address_width);
    if leaf == "dysta_ram_block" {
        // Rows are read for live requests only, and those are not written.
        instance = instance.param("DISJOINT", 1u32);
    }
    let instance = instance
        .connect("clk_i", "clk_i")
        .connect("we_i", &we)
        .connect(
            "waddr_i",
            Expr::id("table_addr_i").slice(table.address_width - 1, 0),
        )
        .connect("wdata_i", table.data)
        .connect("re_i", table.read)
        .connect("raddr_i", table.address)
        .connect("rdata_o", &word);
    vec![
        Item::Blank,
        Item::net(&we, 1),
        Item::net(&word, table.width),
        Item::assign(&we, Expr::id("table_write").and_also(write)),
        Item::Instance(instance),
    ]
}

fn profile_table(params: &SchedulerParams, write: Expr) -> Vec<Item> {
    let layout = &params.layout;
    let stored = Packed {
        fields: row_fields(params),
    };
    let width = stored.width();
    let mut items = upper_parts(params);
    items.extend(memory(
        Table {
            name: "profile",
            width,
            address_width: layout.profile_width,
            data: row_data(&layout.profile_row),
            read: Expr::id("lookup_valid_i"),
            address: Expr::id("lookup_profile_i"),
        },
        write,
    ));
    items.push(Item::assign(
        outputs(&stored, "row"),
        Expr::id("profile_word"),
    ));
    let (rows, row) = (
        1u32 << layout.profile_width,
        Expr::id("table_addr_i").slice(layout.profile_width - 1, 0),
    );
    items.push(Item::Comment(
        "A row that was never written is not known; the memory itself has no reset.".to_string(),
    ));
    // By a mask the way is shorter, by an index, which Yosys turns into an adder, the logic is less.
    if params.spec.pipeline.is_long() {
        let one = lit(rows, 1);
        items.extend(verilog! {
            logic [#rows - 1:0] written_row;
            assign written_row = #one << #row;
            always_ff @(posedge clk_i) begin
                if (!rst_ni) begin known_q <= {#rows{1'b0}}; end
                else if (profile_write) begin
                    known_q <= (known_q & ~written_row) | ({#rows{table_data_i[0]}} & written_row);
                end
            end
        });
    } else {
        items.extend(verilog! {
            always_ff @(posedge clk_i) begin
                if (!rst_ni) begin known_q <= {#rows{1'b0}}; end
                else if (profile_write) begin known_q[#row] <= table_data_i[0]; end
            end
        });
    }
    items.extend(verilog! {
        always_ff @(posedge clk_i) begin
            if (lookup_valid_i) begin known_o <= known_q[lookup_profile_i]; end
        end
    });
    items
}

/// Registers with the upper parts of a profile row that is wider than the write port, until its part 0 is written.
///
/// ```text
/// logic [63:0] part_1_q;
/// always_ff @(posedge clk_i) begin
///   if (table_valid_i && table_addr_i[11:10] == 2'd3 && table_addr_i[9:0] == 10'd1) begin part_1_q <= table_data_i; end
/// end
/// ```
fn upper_parts(params: &SchedulerParams) -> Vec<Item> {
    let (row, width) = (
        &params.layout.profile_row,
        params.layout.table_address_width,
    );
    let mut items = Vec::new();
    for part in 1..row.parts() {
        let (name, bits_of) = (part_name(part), part_width(row, part));
        let table = Expr::id("table_addr_i").slice(width - 1, width - 2);
        let index = Expr::id("table_addr_i").slice(width - 3, 0);
        let hit = Expr::id("table_valid_i")
            .and_also(table.equals(lit(2, TABLE_PART.into())))
            .and_also(index.equals(lit(width - 2, part.into())));
        let data = bits("table_data_i", TABLE_DATA_WIDTH, bits_of - 1, 0);
        items.extend(verilog! {
            logic [#bits_of - 1:0] #name;
            always_ff @(posedge clk_i) begin
                if (#hit) begin #name <= #data; end
            end
        });
    }
    items
}

fn part_name(part: u32) -> String {
    format!("part_{part}_q")
}

fn part_width(row: &Packed, part: u32) -> u32 {
    (row.width() - part * TABLE_DATA_WIDTH).min(TABLE_DATA_WIDTH)
}

/// The row without its bit `known`.
fn row_data(row: &Packed) -> Expr {
    let low = bits("table_data_i", TABLE_DATA_WIDTH, part_width(row, 0) - 1, 1);
    let upper = (1..row.parts()).rev().map(|part| Expr::id(part_name(part)));
    let parts: Vec<Expr> = upper.chain([low]).collect();
    match <[Expr; 1]>::try_from(parts) {
        Ok([whole]) => whole,
        Err(parts) => concat(parts),
    }
}

fn layer_table(params: &SchedulerParams, write: Expr) -> Vec<Item> {
    let layout = &params.layout;
    let width = layout.layer_row.width();
    let mut items = memory(
        Table {
            name: "layer",
            width,
            address_width: layout.profile_width + layout.layer_width,
            data: bits("table_data_i", TABLE_DATA_WIDTH, width - 1, 0),
            read: Expr::id("read_valid_i"),
            address: concat(["read_profile_i", "read_layer_i"]),
        },
        write,
    );
    let mut word = "layer_word";
    if params.spec.pipeline.is_long() {
        // A layer lasts a clock at least, so that the row is there in time all the same.
        word = "layer_word_q";
        items.extend(verilog! {
            logic [#width - 1:0] layer_word_q;
            always_ff @(posedge clk_i) begin
                layer_word_q <= layer_word;
            end
        });
    }
    items.push(Item::assign(
        outputs(&layout.layer_row, "layer"),
        Expr::id(word),
    ));
    items
}

fn registers(params: &SchedulerParams, write: Expr) -> Vec<Item> {
    let width = params.layout.table_address_width - 2;
    let mut items = vec![Item::Blank];
    for (index, register) in params.program.statics.iter().enumerate() {
        let (name, bits_of) = (format!("{}_o", register.name), register.format.width());
        let row = Expr::id("table_addr_i")
            .slice(width - 1, 0)
            .equals(lit(width, index as u128));
        let hit = Expr::id("table_write")
            .and_also(write.clone())
            .and_also(row);
        let data = bits("table_data_i", TABLE_DATA_WIDTH, bits_of - 1, 0);
        items.extend(verilog! {
            always_ff @(posedge clk_i) begin
                if (#hit) begin #name <= #data; end
            end
        });
    }
    items
}

/// Data and address bits that no table uses.
fn unread(params: &SchedulerParams) -> Vec<Item> {
    let layout = &params.layout;
    let registers = params
        .program
        .statics
        .iter()
        .map(|s| s.format.width())
        .max()
        .unwrap_or(0);
    let used = layout
        .profile_row
        .width()
        .min(TABLE_DATA_WIDTH)
        .max(layout.layer_row.width())
        .max(registers);
    let mut rest = Vec::new();
    if used < TABLE_DATA_WIDTH {
        rest.push(bits(
            "table_data_i",
            TABLE_DATA_WIDTH,
            TABLE_DATA_WIDTH - 1,
            used,
        ));
    }
    let addressed = if layout.layer_row.fields.is_empty()
        && params.program.statics.is_empty()
        && layout.profile_row.parts() == 1
    {
        layout.profile_width
    } else {
        layout.table_address_width - 2
    };
    if addressed < layout.table_address_width - 2 {
        rest.push(bits(
            "table_addr_i",
            layout.table_address_width,
            layout.table_address_width - 3,
            addressed,
        ));
    }
    if rest.is_empty() {
        Vec::new()
    } else {
        unused("write", concat(rest))
    }
}
