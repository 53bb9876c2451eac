//! The emitted testbenches of the scheduler and of the array.

use askama::Template;

/// What the testbench of a scheduler is made of: widths of its ports, sizes of the vector files, stimulus.
///
/// The vector files lie in `folder`. Each holds one 64-bit word in hexadecimal a line (16 digits): the digest, the number of
/// records, the records, one word for each field, and the digest again:
///
/// | file | fields of a record |
/// |---|---|
/// | `tables.hex` | address, data |
/// | `requests.hex` | id, profile, deadline, priority, arrival, row of its first layer in `layers.hex` |
/// | `layers.hex` | latency, nnz, status; the layers of a request lie one behind the other |
/// | `expected.hex` | kind, stamp, five fields; unused fields are 0 |
/// | `statistics.hex` | count; counts 0, 1, ... after the run, as many as the file holds |
///
/// Kinds and fields: 0 admit (id, profile, deadline, priority), 1 dispatch (id, position, profile, layer, score),
/// 2 layer_done (nnz, status), 3 complete (id, finish, status). Events of one clock come in this order.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "tb/dysta_scheduler_tb.sv", syntax = "sv")]
pub struct Testbench {
    /// First comment lines of the file, without `//`.
    pub banner: Vec<String>,
    /// First 64 bits of the configuration digest, 16 hexadecimal digits; word 0 of every vector file.
    pub digest: String,
    /// Folder of the vector files as the simulator sees it: empty, or with a slash at the end.
    pub folder: String,
    /// Bits of a request id, 1 to 32.
    pub id_w: u32,
    /// Bits of a position, 1 to 32.
    pub position_w: u32,
    /// Bits of a profile index, 1 to 32.
    pub profile_w: u32,
    /// Bits of a layer index, 1 to 31.
    pub layer_w: u32,
    /// Bits of a priority, 1 to 32.
    pub priority_w: u32,
    /// Bits of a score, 1 to 64.
    pub score_w: u32,
    /// Bits of a table address, 1 to 64.
    pub table_addr_w: u32,
    /// Records of `tables.hex`.
    pub table_writes: usize,
    /// Records of `requests.hex`, at least 1.
    pub requests: usize,
    /// Records of `layers.hex`, at least 1.
    pub layers: usize,
    /// Records of `expected.hex`, at least 1.
    pub events: usize,
    /// Records of `statistics.hex`, 0 to 8; 0: the scheduler has no statistics ports.
    pub statistics: usize,
    /// Time of the first clock with stimulus, below 2^48; it stands still while the tables are loaded.
    pub start: u64,
    /// Seed of the back-pressure.
    pub seed: u32,
    /// Share, of 256, of the clocks in which a receiver is not ready.
    pub pressure: u8,
    /// Clocks without an event after which the run fails, below 2^31.
    pub watchdog: u32,
}

impl Testbench {
    /// Renders the testbench, module `dysta_scheduler_tb`.
    ///
    /// # Errors
    /// Only if the text cannot be formatted; the template holds nothing that can fail.
    pub fn text(&self) -> Result<String, askama::Error> {
        // askama drops the newline at the end of a template.
        let mut text = self.render()?;
        text.push('\n');
        Ok(text)
    }
}

/// What the testbench of an array is made of: sizes of the vector files, behaviour of the memory.
///
/// The vector files are framed as those of [`Testbench`]:
///
/// | file | fields of a record |
/// |---|---|
/// | `layers.hex` | words of descriptor, of memory, of output; number of the first output word; non-zeros of the input |
/// | `descriptors.hex` | word of 32 bits; the descriptors lie one behind the other, as do memories and outputs |
/// | `memory.hex` | low and high half of a word of 128 bits |
/// | `expected.hex` | low and high half of a word of the output |
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "tb/dysta_array_tb.sv", syntax = "sv")]
pub struct ArrayTestbench {
    /// First comment lines of the file, without `//`.
    pub banner: Vec<String>,
    /// First 64 bits of the array's digest, 16 hexadecimal digits; word 0 of every vector file.
    pub digest: String,
    /// Folder of the vector files as the simulator sees it: empty, or with a slash at the end.
    pub folder: String,
    /// Records of `layers.hex`, at least 1.
    pub layers: usize,
    /// Records of `descriptors.hex`.
    pub descriptors: usize,
    /// Records of `memory.hex`.
    pub memory: usize,
    /// Records of `expected.hex`, at least 1.
    pub expected: usize,
    /// Words of the largest memory of a layer.
    pub words: usize,
    /// Bytes of a transfer of the memory interface, a power of two, 8 to 64.
    pub memory_bytes: u32,
    /// Clocks after which a layer that has not ended fails, below 2^31.
    pub watchdog: u32,
    /// Elements of an array with counters; 0 without.
    pub elements: u32,
}

impl ArrayTestbench {
    /// Renders the testbench, module `dysta_array_tb`.
    ///
    /// # Errors
    /// Only if the text cannot be formatted; the template holds nothing that can fail.
    pub fn text(&self) -> Result<String, askama::Error> {
        // askama drops the newline at the end of a template.
        let mut text = self.render()?;
        text.push('\n');
        Ok(text)
    }
}
