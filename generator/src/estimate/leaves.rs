//! What leaves are made of: memories, multipliers and shift registers by rule, logic by what its size follows.

use super::array;
use super::memories::{block_memories, lut_memory, single_port_memory};
use crate::graph::Cost;
use crate::leaf;

/// What is known of a leaf without any measurement, and the quantities that the rest is linear in.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Known {
    /// Memories, shift registers, DSP slices, and flip-flops where they are certain.
    pub fixed: Cost,
    /// Quantities; the first is 1 where there is a constant part.
    pub features: Vec<f64>,
}

impl Known {
    fn exact(lut: u32, ff: u32) -> Self {
        let fixed = Cost {
            lut,
            ff,
            ..Cost::default()
        };
        Self {
            fixed,
            features: Vec::new(),
        }
    }

    pub(super) fn linear(lut: u32, features: &[u32]) -> Self {
        Self {
            features: features.iter().map(|value| f64::from(*value)).collect(),
            ..Self::exact(lut, 0)
        }
    }
}

/// Parameter values of an instance, defaults for those that it leaves out.
struct Sizes<'a> {
    given: &'a [(String, u64)],
    defaults: &'static [leaf::Parameter],
}

impl Sizes<'_> {
    fn get(&self, name: &str) -> u32 {
        let given = self.given.iter().find(|(param, _)| param == name);
        let default = self.defaults.iter().find(|param| param.name == name);
        match (given, default) {
            (Some((_, value)), _) => u32::try_from(*value).unwrap_or(u32::MAX),
            (None, default) => default.map_or(0, |param| param.default),
        }
    }
}

/// What is known of an instance of a leaf; nothing for a leaf without a model.
pub fn known(module: &str, params: &[(String, u64)]) -> Option<Known> {
    let leaf = leaf::find(module)?;
    let sizes = Sizes {
        given: params,
        defaults: &leaf.parameters,
    };
    let get = |name: &str| sizes.get(name);
    Some(match module {
        "dysta_ram_lut" => Known::exact(lut_memory(get("WIDTH"), get("DEPTH")), get("WIDTH")),
        "dysta_ram_block" => Known {
            fixed: Cost {
                bram18: block_memories(get("WIDTH"), get("DEPTH")),
                ..Cost::default()
            },
            features: Vec::new(),
        },
        "dysta_delay" => delay(get("WIDTH"), get("DEPTH")),
        "dysta_fifo" => fifo(get("WIDTH"), get("DEPTH")),
        "dysta_mul" => multiplier(get("A_W"), get("B_W"), get("PART_W")),
        "dysta_row_map" => Known::linear(2 * get("ROW_W"), &[1, get("ROW_W")]),
        "dysta_profile_guard" => {
            let (profile, live) = (get("PROFILE_W"), get("LIVE_W"));
            let memory = single_port_memory(live, 1 << profile.min(16));
            Known::linear(
                memory,
                &[1, profile, live, live * ((1 << profile.min(16)) / 64)],
            )
        }
        // Halves of six counters in a memory of sixteen words.
        "dysta_statistics" => Known::linear(lut_memory(get("WIDTH") / 2, 16), &[1, get("WIDTH")]),
        "dysta_admission" => {
            let request = get("ID_W") + get("PROFILE_W") + get("PRIORITY_W");
            Known::linear(0, &[1, request, get("LIVE_W"), get("REJECT_FULL")])
        }
        "dysta_sequencer" => {
            let lanes = get("LANES");
            let slots = u32::from(get("SLOT_CLOCKS") > 1);
            Known::linear(
                0,
                &[1, get("POS_W"), lanes - 1, u32::from(lanes > 1), slots],
            )
        }
        "dysta_argmin" | "dysta_pair_min" => {
            let score = get("SCORE_W");
            Known::linear(0, &[1, score, get("POS_W"), get("PARALLEL") * score])
        }
        "dysta_completion" => Known::linear(0, &[1, get("ID_W")]),
        "dysta_skid" => Known::exact(get("WIDTH") + 3, 2 * get("WIDTH") + 2),
        "dysta_fp_mul" => Known {
            fixed: Cost {
                dsp: if get("MAN_W") < 17 { 1 } else { 2 },
                ..Cost::default()
            },
            ..float(get("MAN_W"), 1)
        },
        "dysta_fp_add" | "dysta_fp_compare" => float(get("MAN_W"), 1),
        "dysta_fp_from_fixed" => float(get("MAN_W"), get("INT_W") + get("FRAC_W")),
        _ => return array::known(module, &get),
    })
}

/// Two formats: a constant for each, and one that grows with a width.
fn float(mantissa: u32, width: u32) -> Known {
    let single = u32::from(mantissa > 16);
    Known::linear(0, &[1 - single, single, width.max(1) - 1])
}

/// A chain of three clocks or more becomes shift registers of up to 32 clocks, which nothing taps.
fn delay(width: u32, depth: u32) -> Known {
    match depth {
        0..3 => Known::exact(0, width * depth),
        _ => Known::exact(width * depth.div_ceil(32), 0),
    }
}

fn fifo(width: u32, depth: u32) -> Known {
    match depth {
        0 | 1 => Known::exact(2, width + 1),
        _ => {
            let index = depth.next_power_of_two().ilog2();
            let memory = lut_memory(width, 1 << index);
            Known {
                fixed: Cost {
                    lut: memory,
                    ff: 3 * index + 1,
                    ..Cost::default()
                },
                features: vec![1.0, f64::from(index)],
            }
        }
    }
}

/// Parts of an operand of so many bits, each of at most `part` bits.
fn pieces(width: u32, part: u32) -> impl Iterator<Item = u32> {
    (0..width.div_ceil(part)).map(move |i| part.min(width - i * part))
}

/// Partial products of 17 by `part` bits, a DSP slice each, but those of a single bit or of eight bits together. What passes the
/// first adder by takes flip-flops; more adders, and rows beyond the first, take look-up tables, too.
fn multiplier(a: u32, b: u32, part: u32) -> Known {
    let chunks: Vec<u32> = pieces(a, 17).collect();
    let rows: Vec<u32> = pieces(b, part.max(1)).collect();
    let products = chunks
        .iter()
        .flat_map(|c| rows.iter().map(move |r| (*c, *r)));
    let in_slice = |(c, r): &(u32, u32)| *c >= 2 && *r >= 2 && c + r >= 9;
    let (slices, soft): (Vec<_>, Vec<_>) = products.partition(in_slice);
    let soft: u32 = soft.iter().map(|(c, r)| c * r).sum();
    let (chunks, rows) = (chunks.len() as u32, rows.len() as u32);
    let beside = 17 * (chunks - 1).min(1) * rows;
    let adders = chunks.saturating_sub(2) * b.min(part);
    let across = (a + b).saturating_sub(part);
    let single = u32::from(rows == 1);
    let several = 1 - single;
    Known {
        fixed: Cost {
            dsp: slices.len() as u32,
            ..Cost::default()
        },
        features: [
            single * beside,
            single * adders,
            several * (rows - 1) * across,
            several * beside,
            soft,
        ]
        .map(f64::from)
        .to_vec(),
    }
}
