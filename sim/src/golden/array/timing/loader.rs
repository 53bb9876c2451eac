//! The loader: unpacks the input into the activation buffer.

use super::job::{Fields, Nonzeros};

/// A chunk of the stream.
#[derive(Debug, Clone, Copy)]
struct Chunk {
    bitmap: u32,
    ones: u32,
    /// First row of its tile.
    tile_row: u32,
    /// Complete rows of the image behind it, where it ends a set.
    rows: Option<u32>,
}

/// Codes of a chunk that are unpacked in a clock.
const CODES: u32 = 16;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Idle,
    Length,
    Unpack,
}

#[derive(Debug)]
pub(super) struct Loader {
    state: State,
    chunks: Vec<Chunk>,
    next: usize,
    tile_rows: u32,
    buffer_rows: u32,
    /// Words of the stream, the one with its length among them.
    words: u32,
    held: u32,
    byte: u32,
    second: bool,
    /// Rows that are complete.
    pub loaded_rows: u32,
}

impl Loader {
    pub fn new(fields: &Fields, input: &Nonzeros) -> Self {
        let chunks = chunks(fields, input);
        let bytes: u32 = chunks.iter().map(|chunk| chunk.bitmap + chunk.ones).sum();
        Self {
            state: State::Length,
            chunks,
            next: 0,
            tile_rows: fields.in_tile[0],
            buffer_rows: fields.buffer_rows,
            words: bytes.div_ceil(16) + 1,
            held: 0,
            byte: 0,
            second: false,
            loaded_rows: 0,
        }
    }

    /// It takes a word.
    pub fn ready(&self) -> bool {
        match self.state {
            State::Idle => false,
            State::Length => true,
            State::Unpack => self.held != 3,
        }
    }

    /// One clock with or without a word that it takes; gives the length of the stream when it is told.
    pub fn step(&mut self, word: bool, freed_rows: u32) -> Option<u32> {
        match self.state {
            State::Idle => {}
            State::Length if word => {
                self.state = State::Unpack;
                return Some(self.words);
            }
            State::Length => {}
            State::Unpack => self.unpack(word, freed_rows),
        }
        None
    }

    fn unpack(&mut self, word: bool, freed_rows: u32) {
        let past = self.past(freed_rows);
        self.held += u32::from(word);
        let Some((past, chunk)) = past else {
            return;
        };
        self.held -= past / 16;
        self.byte = past % 16;
        self.second = !self.second && chunk.ones > CODES;
        if self.second {
            return;
        }
        self.next += 1;
        if let Some(rows) = chunk.rows {
            self.loaded_rows = rows;
        }
        if self.next == self.chunks.len() {
            self.state = State::Idle;
            self.held = 0;
        }
    }

    /// The byte behind what is unpacked in this clock, if the bytes are there and the buffer has room.
    fn past(&self, freed_rows: u32) -> Option<(u32, Chunk)> {
        let chunk = *self.chunks.get(self.next)?;
        let need = match self.second {
            true => chunk.ones - CODES,
            false => chunk.bitmap + chunk.ones.min(CODES),
        };
        let end = (chunk.tile_row + self.tile_rows) & 0xfff;
        let fits = end <= (freed_rows + self.buffer_rows) & 0xfff || end <= self.buffer_rows;
        (fits && self.held * 16 >= self.byte + need).then_some((self.byte + need, chunk))
    }
}

/// All chunks in the order in which a layer writes them.
fn chunks(fields: &Fields, input: &Nonzeros) -> Vec<Chunk> {
    let [rows, columns] = fields.in_tile.map(|extent| extent.max(1));
    let across = fields.width.div_ceil(columns).max(1);
    let tiles = fields.in_tiles + 1;
    let set = fields.in_set_tiles + 1;
    let block = fields.in_block_chunks.max(1);
    let mut all = Vec::new();
    for first in (0..tiles).step_by(set as usize) {
        let end = tiles.min(first + set);
        for chunk in (0..=fields.chunks).step_by(block as usize) {
            let of_block = chunk..=fields.chunks.min(chunk + block - 1);
            for tile in first..end {
                let [top, left] = [tile / across * rows, tile % across * columns];
                for row in top..fields.height.min(top + rows) {
                    for column in left..fields.width.min(left + columns) {
                        all.extend(of_block.clone().map(|chunk| Chunk {
                            bitmap: input.bitmap_bytes(chunk),
                            ones: input.mask(row, column, chunk).count_ones(),
                            tile_row: top,
                            rows: None,
                        }));
                    }
                }
            }
        }
        let complete = match end == tiles {
            true => fields.height,
            false => fields.height.min(end / across * rows),
        };
        if let Some(last) = all.last_mut() {
            last.rows = Some(complete);
        }
    }
    all
}
