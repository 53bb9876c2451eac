//! Drains: read finished sums of every second column in the order of the output.

use super::job::{Fields, Nonzeros};

/// Sums that may be on their way to the compressor.
const CREDIT: u32 = 16;

/// The sums of a group that are read at a time.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sums {
    /// Codes of them that are not zero.
    pub nonzeros: u32,
    /// Last of their position; of the last block; of the layer.
    pub position_ends: bool,
    pub last_block: bool,
    pub last: bool,
    /// The output goes on with the other drain.
    pub turn: bool,
}

/// What a drain does in a clock.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Drained {
    pub column: usize,
    /// Rows whose sums are read.
    pub rows: u16,
    /// The column is drained.
    pub done: bool,
    pub sums: Option<Sums>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Idle,
    Await,
    Read,
    Skip,
    Rewind,
}

/// The tile of a slot.
#[derive(Debug, Clone, Copy, Default)]
struct Tile {
    index: u32,
    in_row: u32,
    at: [u32; 2],
    /// There is none any more.
    end: bool,
}

#[derive(Debug)]
pub(super) struct Drain {
    ways: u32,
    way: u32,
    slice: u32,
    state: State,
    block: u32,
    group: u32,
    column: u32,
    tile: Tile,
    first: Tile,
    /// Position within the tile, channel of the row.
    place: [u32; 2],
    channel: u32,
    credit: u32,
}

impl Drain {
    pub fn new(way: u32, ways: u32) -> Self {
        Self {
            ways,
            way,
            slice: 0,
            state: if way == 0 { State::Await } else { State::Skip },
            block: 0,
            group: 0,
            column: 0,
            tile: Tile::default(),
            first: Tile::default(),
            place: [0, 0],
            channel: 0,
            credit: CREDIT,
        }
    }

    pub fn busy(&self) -> bool {
        self.state != State::Idle
    }

    /// Whether a column belongs to the other drain.
    fn is_other(&self, column: u32) -> bool {
        column % self.ways != self.way
    }

    fn slot_ends(&self, fields: &Fields) -> bool {
        self.column == fields.slice_columns && self.group == fields.groups
    }

    fn next_other(&self, fields: &Fields) -> bool {
        let next = if self.column == fields.slice_columns {
            0
        } else {
            self.column + 1
        };
        self.is_other(next)
    }

    /// What it does in this clock, from its registers alone.
    pub fn act(&self, fields: &Fields, output: &Nonzeros) -> Drained {
        let go = self.state == State::Read && (self.credit != 0 || self.slice != 0);
        let done = self.state == State::Skip && !self.is_other(self.column);
        let mut drained = Drained {
            column: (self.column + self.slice * (fields.slice_columns + 1)) as usize,
            done: done && self.group == fields.groups,
            ..Drained::default()
        };
        if go {
            let rows = fields.group_rows();
            drained.rows = (((1_u32 << rows) - 1) << (self.group * rows)) as u16;
            drained.sums = self
                .sums(fields, output)
                .filter(|_| self.slice == fields.slices);
        }
        drained
    }

    /// The sums at hand, if they lie in the output.
    fn sums(&self, fields: &Fields, output: &Nonzeros) -> Option<Sums> {
        let at = [0, 1].map(|axis| self.tile.at[axis] + self.place[axis]);
        if at[0] >= fields.out[0] || at[1] >= fields.out[1] {
            return None;
        }
        let position_ends = self.channel == fields.channels;
        let last_block = self.block == fields.blocks;
        let last_of = |axis: usize| {
            let last = self.tile.at[axis] + fields.tile[axis];
            last.min(fields.out[axis] - 1)
        };
        let ends = position_ends && [0, 1].iter().all(|axis| at[*axis] == last_of(*axis));
        let first_next = self.slot_ends(fields) || self.tile.index == fields.tiles;
        let turn = if first_next {
            self.is_other(0)
        } else {
            self.next_other(fields)
        };
        let channel = self.block * fields.block_channels + (self.channel << fields.group_log2);
        let mask = output.mask(at[0], at[1], channel / 32) >> (channel % 32);
        let rows = (1_u64 << fields.group_rows()) as u32;
        Some(Sums {
            nonzeros: match channel < output.shape.channels {
                true => (mask & rows.wrapping_sub(1)).count_ones(),
                false => 0,
            },
            position_ends,
            last_block,
            last: ends && last_block && self.tile.index == fields.tiles,
            turn: ends && turn,
        })
    }

    /// The end of the clock: whether the column at hand has a finished half, what was done, and whether the compressor took sums.
    pub fn step(&mut self, fields: &Fields, drained: &Drained, finished: bool, taken: bool) {
        self.credit = self.credit + u32::from(taken) - u32::from(drained.sums.is_some());
        let own = !self.is_other(self.column);
        let steps = match self.state {
            State::Await => finished,
            State::Read => drained.rows != 0,
            State::Skip => own,
            State::Idle | State::Rewind => false,
        };
        let last = self.slice == fields.slices;
        if steps {
            self.slice = if last { 0 } else { self.slice + 1 };
            if !last {
                return;
            }
        }
        match self.state {
            State::Idle => {}
            State::Await if finished => {
                self.state = if self.tile.end {
                    State::Skip
                } else {
                    State::Read
                };
                self.place = [0, 0];
                self.channel = 0;
            }
            State::Await => {}
            State::Read if drained.rows != 0 => self.next_sum(fields),
            State::Read => {}
            State::Skip => self.skip(fields),
            State::Rewind => self.rewind(fields),
        }
    }

    fn next_sum(&mut self, fields: &Fields) {
        self.channel += 1;
        if self.channel <= fields.channels {
            return;
        }
        self.channel = 0;
        for axis in [1, 0] {
            self.place[axis] += 1;
            if self.place[axis] <= fields.tile[axis] {
                return;
            }
            self.place[axis] = 0;
        }
        self.state = State::Skip;
    }

    fn begin(&self, other: bool) -> State {
        if other { State::Skip } else { State::Await }
    }

    fn skip(&mut self, fields: &Fields) {
        self.state = match self.slot_ends(fields) {
            true => State::Rewind,
            false => self.begin(self.next_other(fields)),
        };
        self.column += 1;
        if self.column > fields.slice_columns {
            self.column = 0;
            self.group = if self.group == fields.groups {
                0
            } else {
                self.group + 1
            };
        }
        let tile = &mut self.tile;
        if tile.end {
            return;
        }
        tile.end = tile.index == fields.tiles;
        tile.index += 1;
        if tile.in_row == fields.row_tiles {
            tile.in_row = 0;
            tile.at = [tile.at[0] + fields.tile[0] + 1, 0];
        } else {
            tile.in_row += 1;
            tile.at[1] += fields.tile[1] + 1;
        }
    }

    fn rewind(&mut self, fields: &Fields) {
        let last_block = self.block == fields.blocks;
        self.state = match last_block && self.tile.end {
            true => State::Idle,
            false => self.begin(self.is_other(0)),
        };
        self.block = if last_block { 0 } else { self.block + 1 };
        if last_block {
            self.first = self.tile;
        } else {
            self.tile = self.first;
        }
    }
}
