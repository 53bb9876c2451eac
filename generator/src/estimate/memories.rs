//! Memories of 7-series devices as Yosys maps them; rules of the primitives, not measurements.

/// Look-up tables of a memory with a write and a read port: RAM32M holds 6 bits of 32 words and RAM64M 3 bits of 64 words in four
/// look-up tables each.
pub(super) fn lut_memory(width: u32, depth: u32) -> u32 {
    match depth {
        0..=32 => 4 * width.div_ceil(6),
        _ => 4 * width.div_ceil(3) * depth.div_ceil(64),
    }
}

/// Look-up tables of a memory that reads where it writes: all four tables of a RAM32M or RAM64M hold data.
pub(super) fn single_port_memory(width: u32, depth: u32) -> u32 {
    match depth {
        0..=32 => 4 * width.div_ceil(8),
        _ => 4 * width.div_ceil(4) * depth.div_ceil(64),
    }
}

/// Block memories of 18 Kibit; one of 36 Kibit counts twice. All of one memory have the same shape.
pub(super) fn block_memories(width: u32, depth: u32) -> u32 {
    // Bits of a word of the smaller block at 512, 1024, … words; the larger has twice the words.
    let shapes = [
        (512, 36),
        (1024, 18),
        (2048, 9),
        (4096, 4),
        (8192, 2),
        (16384, 1),
    ];
    let small = shapes
        .iter()
        .map(|(words, bits)| depth.div_ceil(*words) * width.div_ceil(*bits));
    let large = [(512, 72)]
        .into_iter()
        .chain(shapes.map(|(words, bits)| (2 * words, bits)));
    let large = large.map(|(words, bits)| 2 * depth.div_ceil(words) * width.div_ceil(bits));
    small.chain(large).min().unwrap_or(0)
}
