//! Packed words: which fields the memories and table rows hold, in which bits. RTL, golden model and drivers read them here.

use crate::expr::{Column, ColumnSource, Field, Op, Program, Reciprocal};
use crate::params::{Predictor, run_time};

/// Fields packed into one word, the first at bit 0.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct Packed {
    /// Name and width in bits of each field.
    pub fields: Vec<(String, u32)>,
}

impl Packed {
    fn of(fields: impl IntoIterator<Item = (&'static str, u32)>) -> Packed {
        Packed {
            fields: fields
                .into_iter()
                .map(|(name, width)| (name.to_string(), width))
                .collect(),
        }
    }

    fn add(&mut self, name: &str, width: u32) {
        self.fields.push((name.to_string(), width));
    }

    /// Bits of the word.
    pub fn width(&self) -> u32 {
        self.fields.iter().map(|(_, width)| width).sum()
    }

    /// First bit and width of a field.
    pub fn slot(&self, name: &str) -> Option<(u32, u32)> {
        let mut offset = 0;
        for (field, width) in &self.fields {
            if field == name {
                return Some((offset, *width));
            }
            offset += width;
        }
        None
    }

    /// The word holds `name`.
    pub fn has(&self, name: &str) -> bool {
        self.slot(name).is_some()
    }

    /// Packs values (by field name) into 64-bit parts, the lowest first; fields not given are 0. A field can lie in two parts.
    pub fn pack_parts(&self, values: &[(&str, u64)]) -> Vec<u64> {
        let mut parts = vec![0u64; self.parts() as usize];
        for (name, value) in values {
            let Some((offset, width)) = self.slot(name) else {
                continue;
            };
            let kept = u128::from(*value) & ((1u128 << width.min(64)) - 1);
            let placed = kept << (offset % TABLE_DATA_WIDTH);
            let first = (offset / TABLE_DATA_WIDTH) as usize;
            for (part, bits) in parts[first..].iter_mut().zip([placed, placed >> 64]) {
                *part |= bits as u64;
            }
        }
        parts
    }

    /// Transfers of the table write port that the word takes, at least 1.
    pub fn parts(&self) -> u32 {
        self.width().div_ceil(TABLE_DATA_WIDTH).max(1)
    }

    /// Packs values (by field name) into a word of at most 64 bits; fields not given are 0.
    pub fn pack(&self, values: &[(&str, u64)]) -> u64 {
        let mut word = 0u64;
        for (name, value) in values {
            if let Some((offset, width)) = self.slot(name) {
                let mask = if width >= 64 {
                    u64::MAX
                } else {
                    (1u64 << width) - 1
                };
                word |= (value & mask) << offset;
            }
        }
        word
    }
}

/// Widths and words of one scheduler.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Layout {
    /// Bits of a position: row above bank.
    pub position_width: u32,
    /// Bits of a bank index: log2 of the lanes.
    pub bank_width: u32,
    /// Bits of a row within a bank, at least 1.
    pub row_width: u32,
    /// Bits of the number of live entries, 0..=capacity.
    pub live_width: u32,
    /// Bits of a profile index.
    pub profile_width: u32,
    /// Bits of a layer index.
    pub layer_width: u32,
    /// Bits of a table address: 2 bits of table, then the row.
    pub table_address_width: u32,
    /// Entry group written at admission only (and moved).
    pub request: Packed,
    /// Entry group written at admission and after each layer.
    pub progress: Packed,
    /// Entry values, written at admission and by the update unit; empty when the policy stores none.
    pub values: Packed,
    /// What γ remembers of the layers so far, written by the update unit only; empty when that is nothing.
    pub sum: Packed,
    /// Row of the profile table; bit 0, `known`, is kept in a register. Can be wider than the write port.
    pub profile_row: Packed,
    /// Row of the layer table at {profile, layer}, read when that layer runs; empty when the policy needs none.
    pub layer_row: Packed,
}

/// Tables behind the table write port; the table is the top two bits of the address.
pub const TABLE_PROFILE: u64 = 0;
/// See [`TABLE_PROFILE`].
pub const TABLE_LAYER: u64 = 1;
/// See [`TABLE_PROFILE`].
pub const TABLE_STATIC: u64 = 2;
/// Upper parts of a profile row that is wider than the write port: row k keeps part k for the write of part 0 to
/// [`TABLE_PROFILE`].
pub const TABLE_PART: u64 = 3;
/// Parts of a profile row at most.
pub const MAX_PARTS: u32 = 8;
/// Data bits of the table write port.
pub const TABLE_DATA_WIDTH: u32 = 64;
/// Bits of a time stamp in cycles.
pub const STAMP_WIDTH: u32 = 48;
/// Bits of an admission number.
pub const NUMBER_WIDTH: u32 = 32;

/// Bits that count 0..n−1, at least 1.
pub fn index_width(n: u32) -> u32 {
    (u32::BITS - n.saturating_sub(1).leading_zeros()).max(1)
}

/// Sizes that the layout depends on.
#[derive(Debug, Clone, Copy)]
pub struct Sizes {
    /// Entries.
    pub capacity: u32,
    /// Candidates scored in parallel, a power of two.
    pub lanes: u32,
    /// Profiles.
    pub profiles: u32,
    /// Layers of a profile at most.
    pub layers: u32,
    /// Bits of a request id.
    pub id: u32,
    /// Bits of a priority.
    pub priority: u32,
    /// Bits of a point in time in units.
    pub instant: u32,
    /// Bits of a remaining latency.
    pub lat_remaining: u32,
}

impl Layout {
    /// Words of a scheduler that runs `program`.
    pub fn new(sizes: Sizes, program: &Program) -> Layout {
        let bank_width = sizes.lanes.trailing_zeros();
        let row_width = index_width(sizes.capacity.div_ceil(sizes.lanes));
        let (profile_width, layer_width) = (index_width(sizes.profiles), index_width(sizes.layers));
        let profile_row = profile_row(layer_width, program);
        let table_row_width = (profile_width + layer_width)
            .max(index_width(program.statics.len() as u32))
            .max(index_width(profile_row.parts()));
        Layout {
            position_width: bank_width + row_width,
            bank_width,
            row_width,
            live_width: u32::BITS - sizes.capacity.leading_zeros(),
            profile_width,
            layer_width,
            table_address_width: 2 + table_row_width,
            request: request(sizes, profile_width, layer_width, program),
            progress: progress(sizes, layer_width, program),
            values: values(program),
            sum: sum(sizes, program),
            profile_row,
            layer_row: layer_row(sizes, program),
        }
    }

    /// Address of a row of the layer table.
    pub fn layer_address(&self, profile: u32, layer: u32) -> u64 {
        self.table_address(
            TABLE_LAYER,
            u64::from(profile) << self.layer_width | u64::from(layer),
        )
    }

    /// Address of row `row` of `table`.
    pub fn table_address(&self, table: u64, row: u64) -> u64 {
        table << (self.table_address_width - 2) | row
    }
}

/// Columns that the lane or the update unit reads from the entry.
fn stored_columns(program: &Program) -> impl Iterator<Item = &Column> {
    let used = |index: usize| program.nodes.iter().any(|n| n.op == Op::Profile(index));
    program
        .columns
        .iter()
        .enumerate()
        .filter(move |(index, _)| used(*index))
        .map(|(_, column)| column)
}

fn request(sizes: Sizes, profile_width: u32, layer_width: u32, program: &Program) -> Packed {
    let mut word = Packed::of([
        ("id", sizes.id),
        ("profile", profile_width),
        ("deadline", STAMP_WIDTH),
        ("number", NUMBER_WIDTH),
        ("last_layer", layer_width),
    ]);
    if program.uses(Field::Arrival) {
        word.add("arrival", sizes.instant);
    }
    if program.uses(Field::Priority) {
        word.add("priority", sizes.priority);
    }
    for column in stored_columns(program) {
        word.add(&column.name, column.width());
    }
    word
}

fn progress(sizes: Sizes, layer_width: u32, program: &Program) -> Packed {
    let mut word = Packed::of([("layer", layer_width), ("last", 1)]);
    if program.uses(Field::LastRun) {
        word.add("last_run", sizes.instant);
    }
    word
}

fn values(program: &Program) -> Packed {
    let mut word = Packed::default();
    for value in &program.entry_values {
        word.add(&value.name, program.nodes[value.node].width());
    }
    word
}

/// What γ remembers: the sum of the ratios, with the latest ratios themselves where the sum spans a window; or the run time.
fn sum(sizes: Sizes, program: &Program) -> Packed {
    let mut word = Packed::default();
    match program.prediction() {
        Predictor::None | Predictor::DensityLast => {}
        Predictor::DensityAverage => word.add("gamma_sum", program.numbers.sum().width()),
        Predictor::DensityLastN(window) => {
            word.add("gamma_sum", program.numbers.sum().width());
            word.add("ratios", window * program.numbers.ratio().width());
        }
        Predictor::LatencyRatio => {
            word.add(
                "run_time",
                run_time(&program.numbers, STAMP_WIDTH - sizes.instant).width(),
            );
        }
    }
    word
}

fn profile_row(layer_width: u32, program: &Program) -> Packed {
    let mut word = Packed::of([("known", 1), ("last_layer", layer_width)]);
    let initial = |column: &&Column| matches!(column.source, ColumnSource::Initial(_));
    for column in stored_columns(program).chain(program.columns.iter().filter(initial)) {
        word.add(&column.name, column.width());
    }
    word
}

fn layer_row(sizes: Sizes, program: &Program) -> Packed {
    let mut word = Packed::default();
    let reciprocal = Reciprocal::width(program.numbers.reciprocal);
    match program.prediction() {
        Predictor::None => {}
        Predictor::LatencyRatio => word.add("inv_elapsed", reciprocal),
        _ => word.add("inv_density", reciprocal),
    }
    if program.uses(Field::LatRemaining) {
        word.add("lat_remaining", sizes.lat_remaining);
    }
    word
}
