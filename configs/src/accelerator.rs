//! Sizes of the sparse compute array.

/// The array: processing elements in rows and columns, and their memories.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    };

    /// 64 elements.
    pub const EDGE: Self = Self {
        rows: 8,
        columns: 8,
        chunk_bits: 12,
        segment_bits: 9,
        entry_bits: 9,
        sum_bits: 8,
    };
}
