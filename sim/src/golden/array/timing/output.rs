//! From codes to words: compressors, their chunks in the order of the output, words.

use super::drain::Sums;
use super::job::Fields;
use super::ring::{Delay, Ring};

/// Clocks from the read of sums to their codes.
const LATENCY: usize = 7;
/// Sums that a compressor keeps.
const QUEUE: usize = 16;
/// Chunks that a drain may be ahead of the other.
const CHUNKS: usize = 16;

/// A chunk: its bytes, whether the next comes from the other compressor, last of the layer.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Chunk {
    bytes: u32,
    turn: bool,
    last: bool,
}

/// Packs the codes of a drain into chunks.
#[derive(Debug)]
pub(super) struct Compress {
    arriving: Delay<Sums, LATENCY>,
    queue: Ring<Sums, QUEUE>,
    channel: u32,
    filled: u32,
}

impl Compress {
    pub fn new() -> Self {
        Self {
            arriving: Delay::new(),
            queue: Ring::new(),
            channel: 0,
            filled: 0,
        }
    }

    /// The chunk that is offered, or that sums can be taken without one; nothing without sums.
    fn offer(&self, fields: &Fields) -> Option<Option<Chunk>> {
        let sums = self.queue.head()?;
        let channels = match sums.last_block {
            true => fields.last_block_channels,
            false => fields.block_channels,
        };
        let next = self.channel + fields.group_rows();
        let ends = self.channel < channels && (next >= channels || next.is_multiple_of(32));
        let bitmap = ((next.min(channels).wrapping_sub(1) & 31) >> 3) + 1;
        let bytes = if ends {
            bitmap + self.filled + sums.nonzeros
        } else {
            0
        };
        let chunk = Chunk {
            bytes,
            turn: sums.turn,
            last: sums.last,
        };
        Some((ends || sums.turn || sums.last).then_some(chunk))
    }

    /// The chunk that leaves in this clock if there is `room`, and whether sums are taken.
    pub fn take(&self, fields: &Fields, room: bool) -> (Option<Chunk>, bool) {
        match self.offer(fields) {
            None => (None, false),
            Some(None) => (None, true),
            Some(Some(chunk)) => (room.then_some(chunk), room),
        }
    }

    /// The end of the clock: sums that are read, and whether some were taken.
    pub fn step(&mut self, fields: &Fields, read: Option<Sums>, taken: bool) {
        if taken {
            self.next(fields);
        }
        if let Some(sums) = self.arriving.step(read) {
            self.queue.push(sums);
        }
    }

    fn next(&mut self, fields: &Fields) {
        let ends = self
            .offer(fields)
            .flatten()
            .is_some_and(|chunk| chunk.bytes > 0);
        let Some(sums) = self.queue.head() else {
            return;
        };
        self.queue.pop();
        self.filled = if ends { 0 } else { self.filled + sums.nonzeros };
        self.channel = match sums.position_ends {
            true => 0,
            false => self.channel + fields.group_rows(),
        };
    }
}

/// Chunks of both compressors in the order of the output.
#[derive(Debug)]
pub(super) struct Join {
    queues: [Ring<Chunk, CHUNKS>; 2],
    second: bool,
}

impl Join {
    pub fn new() -> Self {
        Self {
            queues: [Ring::new(), Ring::new()],
            second: false,
        }
    }

    /// A compressor has room for its chunks.
    pub fn room(&self, way: usize) -> bool {
        self.queues[way].len() < CHUNKS
    }

    pub fn push(&mut self, way: usize, chunk: Chunk) {
        self.queues[way].push(chunk);
    }

    /// The chunk whose turn it is, if it may leave.
    pub fn pop(&mut self, ready: bool) -> Option<Chunk> {
        let queue = &mut self.queues[usize::from(self.second)];
        let chunk = queue.head().filter(|_| ready)?;
        queue.pop();
        self.second ^= chunk.turn;
        Some(chunk)
    }
}

/// Bytes of a word.
const WORD: u32 = 16;

/// Puts chunks together to words.
#[derive(Debug)]
pub(super) struct Words {
    left: u32,
    flush: bool,
    held: u32,
}

/// What the words do in a clock: one leaves, the last one; a chunk may enter.
#[derive(Debug, Clone, Copy)]
pub(super) struct WordStep {
    pub valid: bool,
    pub last: bool,
    pub chunk_ready: bool,
    kept: u32,
    moved: u32,
}

impl Words {
    pub fn new() -> Self {
        Self {
            left: 0,
            flush: false,
            held: 0,
        }
    }

    pub fn act(&self, ready: bool) -> WordStep {
        let ends = self.flush && self.left == 0;
        let valid = self.held > WORD || ends;
        let last = ends && self.held <= WORD;
        let leaves = valid && ready;
        let kept = match (leaves, last) {
            (true, true) => 0,
            (true, false) => self.held - WORD,
            (false, _) => self.held,
        };
        let moves = self.left != 0 && kept <= WORD;
        WordStep {
            valid,
            last,
            chunk_ready: !self.flush && (self.left == 0 || (self.left <= WORD && moves)),
            kept,
            moved: if moves { self.left.min(WORD) } else { 0 },
        }
    }

    /// The end of the clock: what was done, the chunk that enters, whether the word is taken.
    pub fn step(&mut self, done: &WordStep, chunk: Option<Chunk>, ready: bool) {
        self.left = chunk.map_or(self.left - done.moved, |chunk| chunk.bytes);
        self.held = done.kept + done.moved;
        if chunk.is_some_and(|chunk| chunk.last) {
            self.flush = true;
        } else if done.valid && done.last && ready {
            self.flush = false;
        }
    }
}
