//! The feeder: walks over the layer and sends the non-zeros of every image position to the columns that need them.

use super::job::{Fields, Meets, Nonzeros, POSITION};

/// A word for a column: a position of the image, or a mark.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Unit {
    pub column: u32,
    pub mark: bool,
    /// Channels that are sent; of a mark bit 0 swap, bit 1 finish.
    pub bits: u32,
    /// Channel of bit 0 within the weight tile, below 0 where the tile begins within the chunk.
    pub channel: i32,
    pub segment: u32,
    pub rows: u32,
    pub columns: u32,
    /// Rows of the array that take it.
    pub mask: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Idle,
    Place,
    Await,
    Feed,
    Mark,
}

/// Where the tile of a slot begins in the image, if it has one.
#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    used: bool,
    at: [u32; 2],
}

#[derive(Debug)]
pub(super) struct Feeder {
    state: State,
    // Tiles that are placed.
    tile: u32,
    tiles_end: bool,
    row_tile: u32,
    at: [u32; 2],
    needed: u32,
    slots: Vec<Slot>,
    group: u32,
    column: u32,
    // Loops.
    block: u32,
    channel_tile: u32,
    channel: u32,
    chunk: u32,
    patch: [u32; 2],
    tables: [Vec<Meets>; 2],
    columns: u32,
    slice: u32,
    /// Positions on their way: the bitmap is read; it is cut to the tile.
    found: [Option<Unit>; 2],
    /// What stands in front of the columns.
    pub unit: Option<Unit>,
    /// Rows of the image that are no longer needed.
    pub freed_rows: u32,
    /// The same, once the positions before have left.
    free_rows: u32,
    /// Weight tiles whose activations were all sent.
    pub steps: u64,
}

impl Feeder {
    pub fn new(fields: &Fields, tables: [Vec<Meets>; 2], columns: u32) -> Self {
        let slots = (fields.groups + 1) * columns;
        Self {
            state: State::Place,
            tile: 0,
            tiles_end: false,
            row_tile: 0,
            at: fields.first,
            needed: 0,
            slots: vec![Slot::default(); slots as usize],
            group: 0,
            column: 0,
            block: 0,
            channel_tile: 0,
            channel: 0,
            chunk: 0,
            patch: [0, 0],
            tables,
            columns,
            slice: 0,
            found: [None; 2],
            unit: None,
            freed_rows: 0,
            free_rows: 0,
            steps: 0,
        }
    }

    pub fn busy(&self) -> bool {
        self.state != State::Idle || self.on_the_way().next().is_some()
    }

    /// Positions and marks that have not been taken.
    fn on_the_way(&self) -> impl Iterator<Item = &Unit> {
        self.found.iter().chain([&self.unit]).flatten()
    }

    pub fn awaits(&self) -> bool {
        self.state == State::Await
    }

    fn slot(&self) -> usize {
        (self.group * self.columns + self.column) as usize
    }

    /// One clock: whether the word in front of the columns is taken, and how many rows are in the buffer.
    pub fn step(&mut self, fields: &Fields, input: &Nonzeros, taken: bool, loaded_rows: u32) {
        let holds = self.on_the_way().any(|unit| !unit.mark);
        let leave3 = self.unit.is_none() || taken;
        let sends = self.found[1].filter(|unit| unit.mark || unit.bits != 0);
        let leave2 = sends.is_none() || leave3;
        let leave1 = self.found[0].is_none() || leave2;
        if leave3 {
            self.unit = sends;
        }
        if leave2 {
            self.found[1] = self.found[0];
        }
        if leave1 {
            self.found[0] = match self.state {
                State::Feed => self.position(fields, input),
                State::Mark => Some(self.mark(fields)),
                _ => None,
            };
        }
        if !holds {
            self.freed_rows = self.free_rows;
        }
        let loaded = loaded_rows >= self.needed || loaded_rows == fields.height;
        match self.state {
            State::Idle => self.free_rows = fields.height,
            State::Place => self.place(fields),
            State::Await if loaded && !holds => self.state = State::Feed,
            State::Feed if leave1 => self.next_position(fields),
            State::Mark if leave1 => self.next_mark(fields),
            _ => {}
        }
    }

    fn group_mask(&self, fields: &Fields) -> u16 {
        let rows = fields.group_rows();
        (((1_u32 << rows) - 1) << (self.group * rows)) as u16
    }

    fn mark(&self, fields: &Fields) -> Unit {
        let swap = !fields.resident || self.tiles_end;
        let finish = self.channel_tile == fields.channel_tiles;
        Unit {
            column: self.column,
            mark: true,
            bits: u32::from(swap) | u32::from(finish) << 1,
            ..Unit::default()
        }
    }

    /// Last channel of the tile, last chunk that has some of it.
    fn tile_end(&self, fields: &Fields) -> (u32, u32) {
        let channel = (self.channel + fields.tile_channels).wrapping_sub(1) & 0xffff;
        (channel, (channel >> 5).min(fields.chunks))
    }

    /// What the image has at the place of the loops; nothing where that lies outside, or no kernel place meets it.
    fn position(&self, fields: &Fields, input: &Nonzeros) -> Option<Unit> {
        let slot = self.slots[self.slot()];
        let [row, column] = [0, 1].map(|axis| (slot.at[axis] + self.patch[axis]) & POSITION);
        let [rows, columns] = [0, 1].map(|axis| self.tables[axis][self.patch[axis] as usize]);
        let inside = slot.used && column < fields.width && row < fields.height;
        if !inside || rows.count == 0 || columns.count == 0 {
            return None;
        }
        let (last, _) = self.tile_end(fields);
        let low = if self.chunk == self.channel >> 5 {
            self.channel & 31
        } else {
            0
        };
        let high = if self.chunk == last >> 5 {
            last & 31
        } else {
            31
        };
        let channels = u32::MAX << low & u32::MAX >> (31 - high);
        let bits = match fields.maximum {
            true => channels,
            false => channels & input.mask(row, column, self.chunk),
        };
        Some(Unit {
            column: self.column + self.slice * (fields.slice_columns + 1),
            bits,
            channel: (self.chunk << 5) as i32 - self.channel as i32,
            segment: rows.segment + columns.segment,
            rows: rows.count,
            columns: columns.count,
            mask: self.group_mask(fields),
            mark: false,
        })
    }

    /// Places the next tile in the slot at hand.
    fn place(&mut self, fields: &Fields) {
        let slot = self.slot();
        if slot == 0 && self.at[0] >> 12 == 0 {
            self.free_rows = self.at[0];
        }
        self.slots[slot] = Slot {
            used: !self.tiles_end,
            at: self.at,
        };
        if !self.tiles_end {
            self.needed = (self.at[0] + fields.patch[0] + 1) & POSITION;
            self.tiles_end = self.tile == fields.tiles;
            self.tile += 1;
            if self.row_tile == fields.row_tiles {
                self.row_tile = 0;
                self.at = [(self.at[0] + fields.step[0]) & POSITION, fields.first[1]];
            } else {
                self.row_tile += 1;
                self.at[1] = (self.at[1] + fields.step[1]) & POSITION;
            }
        }
        [self.block, self.channel_tile, self.channel, self.chunk] = [0; 4];
        self.slice = 0;
        self.patch = [0, 0];
        if self.next_slot(fields) {
            self.state = State::Await;
        }
    }

    /// The next slot; tells whether it is the first again.
    fn next_slot(&mut self, fields: &Fields) -> bool {
        self.column += 1;
        if self.column <= fields.slice_columns {
            return false;
        }
        self.column = 0;
        self.group = if self.group == fields.groups {
            0
        } else {
            self.group + 1
        };
        self.group == 0
    }

    fn next_position(&mut self, fields: &Fields) {
        if !self.next_slot(fields) {
            return;
        }
        self.slice = match self.slice == fields.slices {
            true => 0,
            false => self.slice + 1,
        };
        for axis in [1, 0] {
            if self.patch[axis] != fields.patch[axis] {
                self.patch[axis] += 1;
                return;
            }
            self.patch[axis] = 0;
        }
        if self.chunk >= self.tile_end(fields).1 {
            self.state = State::Mark;
        }
        self.chunk += 1;
    }

    fn next_mark(&mut self, fields: &Fields) {
        self.column += 1;
        if self.column < self.columns {
            return;
        }
        self.column = 0;
        self.steps += 1;
        let tiles_end = self.channel_tile == fields.channel_tiles;
        let end = tiles_end && self.block == fields.blocks;
        self.state = match (end, self.tiles_end) {
            (false, _) => State::Feed,
            (true, false) => State::Place,
            (true, true) => State::Idle,
        };
        self.channel_tile = if tiles_end { 0 } else { self.channel_tile + 1 };
        self.block += u32::from(tiles_end);
        self.channel = match tiles_end && !fields.depthwise {
            true => 0,
            false => self.channel + fields.tile_channels,
        };
        self.chunk = self.channel >> 5;
    }
}
