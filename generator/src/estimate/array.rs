//! What leaves of the sparse compute array are made of; their look-up tables, those of memories too, follow from measurements.

use super::leaves::Known;
use super::memories::block_memories;
use crate::graph::Cost;

/// Bytes of a word of the memory streams.
const WORD_BYTES: u32 = 16;

/// What is known of an instance, whose parameters `get` gives; nothing for another leaf.
pub(super) fn known(module: &str, get: &impl Fn(&str) -> u32) -> Option<Known> {
    let [segment, entry, sum] = ["SEGMENT_W", "ENTRY_W", "SUM_W"].map(get);
    let rows = &[1, get("ROWS")];
    Some(match module.strip_prefix("dysta_array_")? {
        "join" | "read" | "write" | "words" | "statistics" | "loader" => Known::linear(0, &[1]),
        "activity" | "compress" | "deal" | "stalls" => Known::linear(0, rows),
        "add" => slices(8, rows),
        "lane" => slices(4, &[1]),
        "mac" => slices(1, &[1, entry + sum]),
        "column" => Known::linear(0, &[1, segment + sum]),
        "drain" => Known::linear(0, &[1, sum, get("WAYS")]),
        "feeder" => Known::linear(0, &[1, get("CHUNK_W") + segment + sum]),
        "control" => slices(2, &[1, segment + sum]),
        "lookup" => Known::linear(0, &[1, segment + entry + sum]),
        "weights" => Known::linear(0, &[1, segment + entry]),
        "tap" => Known::linear(0, &[1, get("PLACES")]),
        "fetch" => fetch(get("DEPTH"), get("MEMORY_BYTES")),
        _ => return None,
    })
}

/// A buffer of words, held as transfers of the memory where those are longer.
fn fetch(depth: u32, memory_bytes: u32) -> Known {
    let entry = memory_bytes.max(WORD_BYTES);
    Known {
        fixed: Cost {
            bram18: block_memories(8 * entry, depth * WORD_BYTES / entry),
            ..Cost::default()
        },
        ..Known::linear(0, &[1, depth.max(1).ilog2()])
    }
}

/// DSP slices beside logic.
fn slices(dsp: u32, features: &[u32]) -> Known {
    Known {
        fixed: Cost {
            dsp,
            ..Cost::default()
        },
        ..Known::linear(0, features)
    }
}
