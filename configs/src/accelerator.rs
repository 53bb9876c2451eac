//! Sizes of the sparse compute array.

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::codes;
use crate::diag::Diagnostic;
use crate::fields::raw::RawAccelerator;
use crate::source::Located;

/// Largest extent of a kernel.
const KERNEL_MAX: u32 = 10;
/// Output channels of a block, unless one block is all.
const BLOCK_CHANNELS: u32 = 32;
/// Bits of the smallest activation entry: a bitmap of 32 channels and one code.
const ENTRY_BITS: u32 = 32 + 8;

/// The array: processing elements in rows and columns, and their memories.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Accelerator {
    /// Rows of processing elements, a power of two, 1 to 16: output channels and groups of pixels.
    pub rows: u32,
    /// Columns of processing elements, 1 to 16: pixels.
    pub columns: u32,
    /// log2 of the chunks of 32 activations that the activation buffer holds, 6 to 14.
    pub chunk_bits: u32,
    /// log2 of the weight columns of a bank, 6 to 12.
    pub segment_bits: u32,
    /// log2 of the weights of a bank, 7 to 12.
    pub entry_bits: u32,
    /// log2 of the partial sums of a half, 4 to 12.
    pub sum_bits: u32,
    /// Depth of the queues of an element and of the weight words of a row, 2 to 16.
    pub queue_depth: u32,
    /// Words that a read stream asks for ahead, a power of two, 32 to 1024.
    pub prefetch_words: u32,
    /// Whether the counters of a layer and their read port are built.
    pub statistics: bool,
    /// Bits that the memory interface passes in a clock, a power of two, 64 to 512.
    pub memory_bits: u32,
}

/// Bytes of the memories of an array.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Memories {
    /// Activation buffer: bitmaps and codes.
    pub activation_bytes: u64,
    /// Weights of one element: pointers and entries of both banks.
    pub element_weight_bytes: u64,
    /// Partial sums of one element, both halves.
    pub element_sum_bytes: u64,
    /// Words that the two read streams hold.
    pub prefetch_bytes: u64,
}

impl Accelerator {
    /// Four elements with small memories, for documentation and tests.
    pub const TINY: Self = Self {
        rows: 2,
        columns: 2,
        chunk_bits: 9,
        segment_bits: 9,
        entry_bits: 9,
        sum_bits: 6,
        queue_depth: 16,
        prefetch_words: 128,
        statistics: true,
        memory_bits: 128,
    };

    /// 64 elements.
    pub const EDGE: Self = Self {
        rows: 8,
        columns: 8,
        chunk_bits: 12,
        sum_bits: 8,
        ..Self::TINY
    };

    /// Bytes of a word of the streams of input, weights and output; each of them moves at most a word in a clock.
    pub const WORD_BYTES: u32 = 16;

    /// Bytes that the memory interface passes in a clock.
    pub fn memory_bytes(&self) -> u32 {
        self.memory_bits / 8
    }

    /// Number of processing elements.
    pub fn elements(&self) -> u32 {
        self.rows * self.columns
    }

    /// What the memories hold.
    pub fn memories(&self) -> Memories {
        let bytes = |words: u32, bits: u32| (u64::from(bits) << words) / 8;
        Memories {
            activation_bytes: bytes(self.chunk_bits, 32 + 256),
            element_weight_bytes: bytes(self.segment_bits + 1, self.entry_bits + 7)
                + bytes(self.entry_bits + 1, 18),
            element_sum_bytes: bytes(self.sum_bits + 1, 32),
            prefetch_bytes: 2 * u64::from(self.prefetch_words) * u64::from(Self::WORD_BYTES),
        }
    }

    /// 64 hexadecimal digits that tell arrays apart.
    pub fn digest(&self) -> String {
        let text = serde_json::to_string(self).unwrap_or_default();
        let hash = Sha256::new()
            .chain_update(env!("CARGO_PKG_VERSION"))
            .chain_update(text)
            .finalize();
        hash.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// The sizes as the hardware takes them; every number is in its range and, where the field table says so, a power of two.
pub fn lower(raw: &RawAccelerator) -> Accelerator {
    let log2 = |number: &Located<u32>| number.value.max(1).ilog2();
    Accelerator {
        rows: raw.rows.value,
        columns: raw.columns.value,
        chunk_bits: log2(&raw.activation_chunks),
        segment_bits: log2(&raw.weight_columns),
        entry_bits: log2(&raw.weights),
        sum_bits: log2(&raw.partial_sums),
        queue_depth: raw.queue_depth.value,
        prefetch_words: raw.prefetch_words.value,
        statistics: raw.statistics.value,
        memory_bits: raw.memory_bits.value,
    }
}

/// Memories that do not hold the smallest tile of every layer, and a memory interface too narrow for an activation entry.
pub fn check(raw: &RawAccelerator) -> Vec<Diagnostic> {
    let small = |number: &Located<u32>, what: &str, least: u32, key: &str| {
        (number.value < least).then(|| {
            let message = format!(
                "`{key}: {}` cannot hold {what}, which take {least}",
                number.value
            );
            let hint = format!("set `{key}` to at least {}", least.next_power_of_two());
            Diagnostic::error(&codes::SMALL_MEMORY, message, hint).at(number.place())
        })
    };
    // The rows of the largest kernel, as wide as one pixel for each column needs; rows begin at powers of two.
    let patch = KERNEL_MAX * (raw.columns.value + KERNEL_MAX - 1).next_power_of_two();
    let taps = KERNEL_MAX * KERNEL_MAX;
    let sums = BLOCK_CHANNELS.div_ceil(raw.rows.value.max(1));
    let found = [
        small(
            &raw.activation_chunks,
            "the rows of the largest kernel",
            patch,
            "activation_chunks",
        ),
        small(
            &raw.weight_columns,
            "the places of the largest kernel",
            taps,
            "weight_columns",
        ),
        small(
            &raw.partial_sums,
            "the sums of one pixel",
            sums,
            "partial_sums",
        ),
        width(&raw.memory_bits),
    ];
    found.into_iter().flatten().collect()
}

fn width(bits: &Located<u32>) -> Option<Diagnostic> {
    (bits.value < ENTRY_BITS).then(|| {
        let message = format!(
            "a memory interface of {} bits is narrower than an activation entry: a bitmap of 32 bits and a code of 8 take {ENTRY_BITS}",
            bits.value
        );
        let hint = format!(
            "set `memory_bits` to at least {}, and put a width converter of the AXI interconnect in front of narrower memories",
            ENTRY_BITS.next_power_of_two()
        );
        Diagnostic::error(&codes::MEMORY_WIDTH, message, hint).at(bits.place())
    })
}
