//! What software must know of a scheduler, described once: the C header and the register page are two views of it.

use dysta_config::expr::{Column, ColumnSource, Reciprocal, SHIFT_STEP, StaticRegister};
use dysta_config::layout::{Packed, TABLE_LAYER, TABLE_PART, TABLE_PROFILE, TABLE_STATIC};
use dysta_config::params::{NumberFormat, SchedulerParams};
use dysta_config::soft_float::FloatFormat;
use dysta_sim::golden::{CompleteStatus, LayerStatus};

use super::program::source_text;
use super::rtl::short_digest;

/// Constants that belong together.
pub(super) struct Section {
    /// Heading.
    pub title: &'static str,
    /// What they are for.
    pub doc: String,
    /// The constants in order.
    pub items: Vec<Constant>,
}

/// One constant.
pub(super) struct Constant {
    /// Name without prefix, capitals.
    pub name: String,
    /// Value as a C literal.
    pub value: String,
    /// Meaning, with unit.
    pub doc: String,
}

fn constant(name: impl Into<String>, value: impl ToString, doc: impl Into<String>) -> Constant {
    let (name, value, doc) = (name.into(), value.to_string(), doc.into());
    Constant { name, value, doc }
}

fn section(title: &'static str, doc: impl Into<String>, items: Vec<Constant>) -> Section {
    let doc = doc.into();
    Section { title, doc, items }
}

/// All sections of a scheduler.
pub(super) fn sections(name: &str, params: &SchedulerParams, clock_hz: u64) -> Vec<Section> {
    let mut sections = vec![
        identity(name, params, clock_hz),
        sizes(params),
        addresses(params),
        profile_row(params),
        layer_row(params),
    ];
    if !params.program.statics.is_empty() {
        sections.push(statics(params));
    }
    sections.extend([
        reciprocal(params),
        statuses(),
        statistics(params),
        timing(params),
    ]);
    sections
}

fn identity(name: &str, params: &SchedulerParams, clock_hz: u64) -> Section {
    section(
        "Identity",
        "Which configuration this is.",
        vec![
            constant(
                "VERSION",
                format!("\"{}\"", env!("CARGO_PKG_VERSION")),
                "Version of dysta.",
            ),
            constant(
                "CONFIG",
                format!("\"{name}\""),
                "Name of the configuration.",
            ),
            constant(
                "DIGEST",
                format!("0x{}ULL", short_digest(params)),
                "First 64 bits of the configuration digest.",
            ),
            constant(
                "CLOCK_HZ",
                format!("{clock_hz}ULL"),
                "Clock that the tables are made for, in Hz.",
            ),
        ],
    )
}

fn sizes(params: &SchedulerParams) -> Section {
    let spec = &params.spec;
    section(
        "Sizes",
        "Sizes of the scheduler and widths of its ports.",
        vec![
            constant("CAPACITY", spec.capacity, "Live requests at most."),
            constant("LANES", spec.lanes, "Candidates scored in parallel."),
            constant("PROFILES", spec.profiles, "Rows of the profile table."),
            constant("LAYERS", spec.layers, "Layers of a profile at most."),
            constant(
                "ID_BITS",
                spec.id_bits,
                "Bits of a request id, unique among live requests.",
            ),
            constant("PRIORITY_BITS", spec.priority_bits, "Bits of a priority."),
            constant(
                "SCORE_BITS",
                params.program.score_width(),
                "Bits of the winning score on dispatch.",
            ),
            constant(
                "STAMP_BITS",
                48,
                "Bits of now, deadline and finish, in cycles.",
            ),
            constant(
                "TIME_UNIT_CYCLES",
                spec.time_unit_cycles,
                "Cycles of one unit of the times in tables.",
            ),
            constant(
                "COMPLETE_DEPTH",
                spec.complete_depth,
                "Records that the complete stream buffers.",
            ),
        ],
    )
}

fn addresses(params: &SchedulerParams) -> Section {
    let layout = &params.layout;
    let base = |table| format!("0x{:x}", layout.table_address(table, 0));
    let parts = (layout.profile_row.parts() > 1).then(|| {
        constant(
            "TABLE_PART",
            base(TABLE_PART),
            "Address of part 0 of a profile row; part k is at TABLE_PART + k.",
        )
    });
    section(
        "Table addresses",
        "The table write port takes 64-bit words. The layer row of (profile, layer) is at \
         TABLE_LAYER + (profile << TABLE_LAYER_SHIFT) + layer. Write the static registers and all layer rows of a profile before its \
         profile row. While a live request uses a profile, writes to its rows are refused: `table_refused_o` is high after such a write, \
         until the next one.",
        vec![
            constant(
                "TABLE_ADDR_BITS",
                layout.table_address_width,
                "Bits of a table address.",
            ),
            constant(
                "TABLE_PROFILE",
                base(TABLE_PROFILE),
                "Address of the row of profile 0.",
            ),
            constant(
                "TABLE_LAYER",
                base(TABLE_LAYER),
                "Address of the row of layer 0 of profile 0.",
            ),
            constant(
                "TABLE_LAYER_SHIFT",
                layout.layer_width,
                "log2 of the layer rows of one profile.",
            ),
            constant(
                "TABLE_STATIC",
                base(TABLE_STATIC),
                "Address of static register 0.",
            ),
        ]
        .into_iter()
        .chain(parts)
        .collect(),
    )
}

fn profile_row(params: &SchedulerParams) -> Section {
    let program = &params.program;
    let doc = |field: &str| match field {
        "known" => "1: requests of this profile are accepted.".to_owned(),
        "last_layer" => "Index of the last layer of the profile.".to_owned(),
        column => program
            .columns
            .iter()
            .find(|c| c.name == column)
            .map_or(String::new(), |c| column_doc(params, c)),
    };
    let row = &params.layout.profile_row;
    let mut text =
        "One row a profile, read when a request is admitted. Times are in units.".to_owned();
    let mut items = fields("PROFILE", row, doc);
    if row.parts() > 1 {
        text += " The row has several parts of 64 bits: bit OFFSET of the row is bit OFFSET % 64 of part OFFSET / 64, and a field can lie in \
                 two parts. Write part k, from 1 on, to TABLE_PART + k, then part 0 to TABLE_PROFILE + profile: that write stores the \
                 whole row.";
        let doc = "Parts of 64 bits of a profile row.";
        items.push(constant("PROFILE_PARTS", row.parts(), doc));
    }
    section("Profile row", text, items)
}

fn column_doc(params: &SchedulerParams, column: &Column) -> String {
    let program = &params.program;
    match column.source {
        ColumnSource::Value(id) => {
            let text = source_text(params, id);
            let format = match column.reciprocal {
                true => "packed reciprocal".to_owned(),
                false => column.format_name(),
            };
            let scaled = column.scale.map_or(String::new(), |register| {
                let name = &program.statics[register].name;
                format!(" * 2^E, E as for {name}")
            });
            format!("{format}: {text}{scaled}, from the averages of the profile.")
        }
        ColumnSource::Initial(node) => {
            let name = program.entry_values.iter().find(|value| value.node == node);
            let name = name.map_or("value", |value| value.name.as_str());
            format!(
                "{}: {name} of a request before its first layer: gamma = 1, lat_remaining = isolated.",
                column.format_name()
            )
        }
    }
}

fn layer_row(params: &SchedulerParams) -> Section {
    let float = params.spec.number_format != NumberFormat::Fixed;
    let doc = |field: &str| match field {
        "inv_density" => {
            "Packed reciprocal of the average number of non-zeros in the input of this layer."
        }
        "inv_elapsed" => {
            "Packed reciprocal of the average time in cycles of the layers up to and with this one."
        }
        "lat_remaining" if float => {
            "Average latency of all layers after this one, in units: the nearest floating-point word."
        }
        "lat_remaining" => {
            "Average latency of all layers after this one, in units, rounded half even, at most 2^32 - 1."
        }
        _ => "",
    };
    let text = "One row a layer, read when that layer runs.";
    let doc = |field: &str| doc(field).to_owned();
    section(
        "Layer row",
        text,
        fields("LAYER", &params.layout.layer_row, doc),
    )
}

/// Two constants for each field: `ROW_FIELD_OFFSET` and `ROW_FIELD_BITS`.
fn fields(row: &str, word: &Packed, doc: impl Fn(&str) -> String) -> Vec<Constant> {
    let mut offset = 0;
    let mut items = Vec::new();
    for (name, width) in &word.fields {
        let capitals = name.to_uppercase();
        items.push(constant(
            format!("{row}_{capitals}_OFFSET"),
            offset,
            doc(name),
        ));
        items.push(constant(format!("{row}_{capitals}_BITS"), width, ""));
        offset += width;
    }
    items
}

fn statics(params: &SchedulerParams) -> Section {
    let text = match params.spec.number_format {
        NumberFormat::Fixed => {
            "Runtime registers with the parameters of the policy. Value in the table: round half even of the real value, \
                times in units, times 2^FRAC_BITS."
        }
        _ => {
            "Runtime registers with the parameters of the policy. Value in the table: the floating-point word nearest to the real value, \
                times in units."
        }
    };
    let registers = params.program.statics.iter().enumerate();
    let items = registers.flat_map(|(index, register)| static_register(params, index, register));
    section("Static registers", text, items.collect())
}

fn static_register(
    params: &SchedulerParams,
    index: usize,
    register: &StaticRegister,
) -> [Constant; 3] {
    let name = register.name.to_uppercase();
    let factors = register.factors.iter().map(|id| source_text(params, *id));
    let value = factors.collect::<Vec<_>>().join(" * ");
    let address = params.layout.table_address(TABLE_STATIC, index as u64);
    let fixed = (register.format.int, register.format.frac);
    let float = |float: FloatFormat| (float.exponent_bits(), float.mantissa_bits());
    let widths = register.float.map_or(fixed, float);
    let scaled = match register.scaled {
        true => {
            " * 2^-E; E is half the difference between the exponents of the largest value of its column and of this one, so that both use \
             their bits"
        }
        false => "",
    };
    let [above, below] = match register.float {
        Some(_) => ["EXPONENT_BITS", "MANTISSA_BITS"],
        None => ["INT_BITS", "FRAC_BITS"],
    };
    [
        constant(
            format!("{name}_ADDR"),
            format!("0x{address:x}"),
            format!("{}: {value}{scaled}.", register.format_name()),
        ),
        constant(format!("{name}_{above}"), widths.0, ""),
        constant(format!("{name}_{below}"), widths.1, ""),
    ]
}

fn reciprocal(params: &SchedulerParams) -> Section {
    let bits = params.spec.numbers.reciprocal;
    section(
        "Packed reciprocal",
        "1 / x = mantissa * 2^-(MANTISSA_FRAC_BITS + SHIFT_STEP * shift), nearest, mantissa with one of its top SHIFT_STEP bits set; x below 1 counts as 1. \
         Mantissa in the low bits, shift above it.",
        vec![
            constant(
                "RECIPROCAL_BITS",
                Reciprocal::width(bits),
                "Bits of the word.",
            ),
            constant("RECIPROCAL_MANTISSA_BITS", bits, "Bits of the mantissa."),
            constant(
                "RECIPROCAL_MANTISSA_FRAC_BITS",
                bits - 1,
                "Fraction bits of the mantissa.",
            ),
            constant("RECIPROCAL_SHIFT_OFFSET", bits, "First bit of the shift."),
            constant(
                "RECIPROCAL_SHIFT_STEP",
                SHIFT_STEP,
                "Bits that a shift of one moves.",
            ),
        ],
    )
}

fn statuses() -> Section {
    use CompleteStatus::{Failed, Late, Met, RejectedFull, RejectedProfile};
    section(
        "Status codes",
        "layer_done_status says how a layer ended, complete_status how a request ended.",
        vec![
            constant(
                "LAYER_OK",
                LayerStatus::Ok.code(),
                "The layer was executed.",
            ),
            constant(
                "LAYER_ERROR",
                LayerStatus::Error.code(),
                "The array failed; the request ends as failed.",
            ),
            constant(
                "LAYER_ABORTED",
                LayerStatus::Aborted.code(),
                "The host gave up; the request ends as failed.",
            ),
            constant(
                "COMPLETE_MET",
                Met.code(),
                "Finished at or before its deadline.",
            ),
            constant("COMPLETE_LATE", Late.code(), "Finished after its deadline."),
            constant(
                "COMPLETE_REJECTED_PROFILE",
                RejectedProfile.code(),
                "Its profile was never loaded.",
            ),
            constant(
                "COMPLETE_REJECTED_FULL",
                RejectedFull.code(),
                "No entry was free.",
            ),
            constant(
                "COMPLETE_FAILED",
                Failed.code(),
                "A layer ended with another status than ok.",
            ),
        ],
    )
}

fn statistics(params: &SchedulerParams) -> Section {
    let names = [
        ("DECISIONS", "Dispatch handshakes."),
        (
            "PREEMPTIONS",
            "Dispatches of another request while the one that just ran is still live.",
        ),
        ("MISSES", "Records with status late."),
        ("REJECTS", "Rejected requests."),
        (
            "SATURATIONS",
            "Updates in which the ratio, the sum or gamma saturated.",
        ),
        (
            "EXPOSED_CYCLES",
            "Clocks between sample cycle and dispatch_valid.",
        ),
    ];
    let doc = match params.spec.statistics {
        true => "Addresses of the statistics port; 32-bit counters that wrap.",
        false => "This scheduler is built without statistics; the port reads 0.",
    };
    let item = |(address, (name, doc)): (usize, &(&str, &str))| {
        constant(format!("STATISTICS_{name}"), address, *doc)
    };
    section(
        "Statistics",
        doc,
        names.iter().enumerate().map(item).collect(),
    )
}

fn timing(params: &SchedulerParams) -> Section {
    let timing = params.timing();
    section(
        "Decision latency",
        "Clocks from the sample cycle (layer_done handshake) to dispatch_valid with Q candidates: SINGLE when Q = 1, else \
         max(II * ceil(Q / LANES), U) + C.",
        vec![
            constant("LATENCY_II", timing.ii, "Clocks of a candidate in a lane."),
            constant(
                "LATENCY_U",
                timing.update_slot,
                "Update of the request that just ran.",
            ),
            constant(
                "LATENCY_C",
                timing.constant,
                "Score, smallest score, output.",
            ),
            constant("LATENCY_SINGLE", timing.single, "With one candidate."),
        ],
    )
}
