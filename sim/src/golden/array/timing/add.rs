//! The adder: two tensors in one order, channel by channel.

use super::drain::Sums;
use super::job::{Fields, Nonzeros};
use super::ring::Delay;
use crate::array::stream::Order;

/// Clocks between a channel and what the compressor hears of it.
const AHEAD: usize = 3;
/// Codes that may be on their way to the compressor.
const CREDIT: u32 = 16;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Idle,
    Length,
    Bitmap,
    Codes,
}

/// A chunk of both inputs and of the output.
#[derive(Debug, Clone, Copy)]
struct Chunk {
    inputs: [u32; 2],
    output: u32,
    channels: u32,
    short: bool,
}

#[derive(Debug)]
pub(super) struct Adder {
    state: State,
    chunks: Vec<Chunk>,
    words: [u32; 2],
    chunk: usize,
    channel: u32,
    bytes: [u32; 2],
    credit: u32,
    ahead: Delay<Sums, AHEAD>,
}

/// What the adder takes in a clock.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Added {
    /// A word of each input.
    pub words: [bool; 2],
    /// Words of each input, when they are told.
    pub totals: Option<[u32; 2]>,
    /// Codes that the compressor hears of.
    pub sums: Option<Sums>,
}

impl Adder {
    /// The inputs and the output lie in memory in one order.
    pub fn new(fields: &Fields, inputs: [&Nonzeros; 2], output: &Nonzeros, order: &Order) -> Self {
        let chunks = order.places(output.shape).into_iter();
        let chunks: Vec<Chunk> = chunks
            .map(|[row, column, chunk]| {
                let short = chunk == fields.chunks;
                Chunk {
                    inputs: inputs.map(|input| input.mask(row, column, chunk)),
                    output: output.mask(row, column, chunk),
                    channels: if short { fields.last_channels + 1 } else { 32 },
                    short,
                }
            })
            .collect();
        let words = [0, 1].map(|input: usize| {
            let bytes = |c: &Chunk| c.channels.div_ceil(8) + c.inputs[input].count_ones();
            chunks.iter().map(bytes).sum::<u32>().div_ceil(16) + 1
        });
        Self {
            state: State::Length,
            chunks,
            words,
            chunk: 0,
            channel: 0,
            bytes: [0, 0],
            credit: CREDIT,
            ahead: Delay::new(),
        }
    }

    /// One clock: whether a word of each input is there, and whether the compressor took a code.
    pub fn step(&mut self, valid: [bool; 2], taken: bool) -> Added {
        let mut added = Added::default();
        let mut sums = None;
        let both = valid == [true; 2];
        match self.state {
            State::Length if both => {
                self.state = State::Bitmap;
                added.words = [true; 2];
                added.totals = Some(self.words);
            }
            State::Bitmap if both => {
                added.words = self.pop([true; 2]);
                self.bitmap();
            }
            State::Codes => sums = self.code(valid, &mut added),
            _ => {}
        }
        self.credit = self.credit + u32::from(taken) - u32::from(sums.is_some());
        added.sums = self.ahead.step(sums);
        added
    }

    /// Takes a byte of some inputs; tells which of them leave a word behind.
    fn pop(&mut self, takes: [bool; 2]) -> [bool; 2] {
        [0, 1].map(|input| {
            let byte = self.bytes[input] + u32::from(takes[input]);
            self.bytes[input] = byte % 16;
            byte == 16
        })
    }

    fn bitmap(&mut self) {
        let channels = self
            .chunks
            .get(self.chunk)
            .map_or(1, |chunk| chunk.channels);
        self.channel += 1;
        if self.channel == channels.div_ceil(8) {
            self.channel = 0;
            self.state = State::Codes;
        }
    }

    fn code(&mut self, valid: [bool; 2], added: &mut Added) -> Option<Sums> {
        let chunk = *self.chunks.get(self.chunk)?;
        let has = chunk.inputs.map(|mask| mask >> self.channel & 1 == 1);
        let ready = (0..2).all(|input| valid[input] || !has[input]);
        if !ready || self.credit == 0 {
            return None;
        }
        added.words = self.pop(has);
        let nonzeros = chunk.output >> self.channel & 1;
        self.channel += 1;
        let position_ends = self.channel == chunk.channels;
        let mut last = false;
        if position_ends {
            self.channel = 0;
            self.chunk += 1;
            last = self.chunk == self.chunks.len();
            self.state = if last { State::Idle } else { State::Bitmap };
        }
        Some(Sums {
            nonzeros,
            position_ends,
            last_block: chunk.short,
            last,
            turn: false,
        })
    }
}
