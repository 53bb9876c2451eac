//! The list of leaves: their templates, and what the headers of these do not say in a form that a program can read.

use std::sync::LazyLock;

use askama::Template;

use super::header;
use super::interface::{Leaf, Parameter};

/// No limit but that of the number itself.
const ANY: u32 = u32::MAX;

/// A template and the least and greatest value of each of its parameters, in declared order.
pub(super) struct Source {
    pub text: &'static str,
    pub ranges: &'static [(&'static str, u32, u32)],
    pub render: fn(&[String]) -> Result<String, askama::Error>,
}

impl Source {
    /// The description of the leaf; nothing if the header is not as headers are written here, or names other parameters.
    pub fn leaf(&self) -> Option<Leaf> {
        let header = header::parse(self.text)?;
        if header.parameters.len() != self.ranges.len() {
            return None;
        }
        let parameter = |(declared, range): (&header::Declared, &(&str, u32, u32))| {
            let (name, min, max) = *range;
            (declared.name == name).then(|| Parameter {
                name: declared.name,
                default: declared.default,
                doc: declared.doc.clone(),
                min,
                max,
            })
        };
        let pairs = header.parameters.iter().zip(self.ranges);
        Some(Leaf {
            name: header.name,
            doc: header.doc,
            parameters: pairs.map(parameter).collect::<Option<_>>()?,
            ports: header.ports,
            template: self.render,
        })
    }
}

/// `Name "path of the template" [PARAMETER least greatest, ...]` for every leaf. All templates have one field, the banner lines.
macro_rules! sources {
    ($($name:ident $path:literal [$($parameter:ident $min:tt $max:tt),*],)*) => {
        $(
            #[derive(Template)]
            #[template(path = $path, syntax = "sv")]
            struct $name<'a> {
                banner: &'a [String],
            }

            impl $name<'_> {
                fn text(banner: &[String]) -> Result<String, askama::Error> {
                    // askama drops the newline at the end of a template.
                    let mut text = $name { banner }.render()?;
                    text.push('\n');
                    Ok(text)
                }
            }
        )*

        /// Every template, in the order of the documentation.
        pub(super) static SOURCES: &[Source] = &[$(
            Source {
                text: include_str!(concat!("../../../templates/", $path)),
                ranges: &[$((stringify!($parameter), $min, $max)),*],
                render: $name::text,
            },
        )*];
    };
}

sources! {
    RamLut "leaf/dysta_ram_lut.sv" [WIDTH 1 ANY, DEPTH 2 ANY, ADDR_W 1 30],
    RamBlock "leaf/dysta_ram_block.sv" [WIDTH 1 ANY, DEPTH 2 ANY, ADDR_W 1 30, DISJOINT 0 1],
    RowMap "leaf/dysta_row_map.sv" [ROW_W 1 10],
    Mul "leaf/dysta_mul.sv" [A_W 1 72, B_W 1 72, LATENCY 2 3, A_SIGNED 0 1, B_SIGNED 0 1, PART_W 2 24],
    Delay "leaf/dysta_delay.sv" [WIDTH 1 ANY, DEPTH 1 ANY],
    Fifo "leaf/dysta_fifo.sv" [WIDTH 1 ANY, DEPTH 1 16],
    Skid "leaf/dysta_skid.sv" [WIDTH 1 ANY],
    Admission "leaf/dysta_admission.sv" [ID_W 1 ANY, PROFILE_W 1 ANY, PRIORITY_W 1 ANY, LIVE_W 1 30, CAPACITY 2 ANY, NUMBER_INIT 0 ANY, REJECT_FULL 0 1],
    Sequencer "leaf/dysta_sequencer.sv" [POS_W 1 ANY, LIVE_W 1 ANY, LANES 1 16, ROW_W 1 ANY, SLOT_CLOCKS 1 8, SPECIAL_SLOT 1 ANY, SCAN_DELAY 0 ANY, READ_CLOCKS 0 1],
    Argmin "leaf/dysta_argmin.sv" [SCORE_W 1 ANY, POS_W 1 ANY, PARALLEL 0 1],
    PairMin "leaf/dysta_pair_min.sv" [SCORE_W 1 ANY, POS_W 1 ANY, PARALLEL 0 1],
    Completion "leaf/dysta_completion.sv" [ID_W 1 ANY],
    Statistics "leaf/dysta_statistics.sv" [WIDTH 8 64],
    ProfileGuard "leaf/dysta_profile_guard.sv" [PROFILE_W 1 16, LIVE_W 1 ANY],
    FpMul "leaf/dysta_fp_mul.sv" [EXP_W 5 8, MAN_W 7 23, SATURATE 0 1],
    FpAdd "leaf/dysta_fp_add.sv" [EXP_W 5 8, MAN_W 7 23, SUBTRACT 0 1, SATURATE 0 1],
    FpCompare "leaf/dysta_fp_compare.sv" [EXP_W 5 8, MAN_W 7 23],
    FpFromFixed "leaf/dysta_fp_from_fixed.sv" [EXP_W 5 8, MAN_W 7 23, INT_W 0 64, FRAC_W 0 64, SIGNED 0 1],
    FpToFixed "leaf/dysta_fp_to_fixed.sv" [EXP_W 5 8, MAN_W 7 23, INT_W 0 64, FRAC_W 0 64],
    ArrayControl "leaf/dysta_array_control.sv" [SEGMENT_W 6 12, SUM_W 4 12, CHUNK_W 6 14, ROWS 1 16, WATCHDOG_W 10 30, MEMORY_BYTES 8 64],
    ArrayRead "leaf/dysta_array_read.sv" [MEMORY_BYTES 8 64],
    ArrayFetch "leaf/dysta_array_fetch.sv" [DEPTH 32 1024, MEMORY_BYTES 8 64],
    ArrayDeal "leaf/dysta_array_deal.sv" [ROWS 1 16],
    ArrayTap "leaf/dysta_array_tap.sv" [WIDTH 1 ANY, PLACES 1 16],
    ArrayWeights "leaf/dysta_array_weights.sv" [SEGMENT_W 4 12, ENTRY_W 7 12],
    ArrayLoader "leaf/dysta_array_loader.sv" [CHUNK_W 6 14],
    ArrayFeeder "leaf/dysta_array_feeder.sv" [ROWS 1 16, COLUMNS 1 16, CHUNK_W 6 14, SEGMENT_W 6 12, SUM_W 4 12],
    ArrayColumn "leaf/dysta_array_column.sv" [ROWS 1 16, COLUMNS 1 16, COLUMN 0 15, SEGMENT_W 6 12, SUM_W 4 12],
    ArrayLookup "leaf/dysta_array_lookup.sv" [SEGMENT_W 4 12, ENTRY_W 4 12, SUM_W 4 12],
    ArrayMac "leaf/dysta_array_mac.sv" [ROWS 1 16, ENTRY_W 7 12, SUM_W 4 12],
    ArrayDrain "leaf/dysta_array_drain.sv" [ROWS 1 16, COLUMNS 1 16, WAYS 1 2, WAY 0 1, SUM_W 4 12],
    ArrayLane "leaf/dysta_array_lane.sv" [ROWS 1 16, ROW 0 15],
    ArrayCompress "leaf/dysta_array_compress.sv" [ROWS 1 16, LATENCY 2 31],
    ArrayJoin "leaf/dysta_array_join.sv" [],
    ArrayWords "leaf/dysta_array_words.sv" [],
    ArrayAdd "leaf/dysta_array_add.sv" [ROWS 1 16],
    ArrayActivity "leaf/dysta_array_activity.sv" [ROWS 1 16],
    ArrayStalls "leaf/dysta_array_stalls.sv" [ROWS 1 16],
    ArrayStatistics "leaf/dysta_array_statistics.sv" [],
    ArrayWrite "leaf/dysta_array_write.sv" [MEMORY_BYTES 8 64],
}

/// Every leaf, in the order of the documentation. A test proves that all templates are here.
pub static LEAVES: LazyLock<Vec<Leaf>> =
    LazyLock::new(|| SOURCES.iter().filter_map(Source::leaf).collect());
