//! The feeder: walks over the layer and sends the non-zeros of every image position to the columns that need them.

use super::job::{Fields, Meets, Nonzeros, POSITION};

/// A word for a column: a position of the image, the first or second half of its codes, or a mark.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Unit {
    pub column: u32,
    pub mark: bool,
    /// Completes the position.
    pub last: bool,
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

/// A position on its way from the loops to the columns.
#[derive(Debug, Clone, Copy, Default)]
struct Found {
    unit: Unit,
    /// Channels of the chunk that are not zero, and those of the tile.
    nonzeros: u32,
    channels: u32,
    /// Codes before the tile's first.
    before: u32,
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
    found: Option<Found>,
    second: bool,
    /// What stands in front of the columns.
    pub unit: Option<Unit>,
    /// Rows of the image that are no longer needed.
    pub freed_rows: u32,
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
            found: None,
            second: false,
            unit: None,
            freed_rows: 0,
            steps: 0,
        }
    }

    pub fn busy(&self) -> bool {
        self.state != State::Idle || self.found.is_some() || self.unit.is_some()
    }

    pub fn awaits(&self) -> bool {
        self.state == State::Await
    }

    fn slot(&self) -> usize {
        (self.group * self.columns + self.column) as usize
    }

    /// One clock: whether the word in front of the columns is taken, and how many rows are in the buffer.
    pub fn step(&mut self, fields: &Fields, input: &Nonzeros, taken: bool, loaded_rows: u32) {
        let leave2 = self.unit.is_none() || taken;
        let leave1 = self.send(leave2, fields);
        let found = match (leave1, self.state) {
            (true, State::Feed) => Some(self.position(fields, input)),
            (true, State::Mark) => Some(Some(self.mark(fields))),
            (true, _) => Some(None),
            (false, _) => None,
        };
        if let Some(found) = found {
            self.found = found;
            self.second = false;
        }
        match self.state {
            State::Idle => self.freed_rows = fields.height,
            State::Place => self.place(fields),
            State::Await if loaded_rows >= self.needed || loaded_rows == fields.height => {
                self.state = State::Feed;
            }
            State::Feed if leave1 => self.next_position(fields),
            State::Mark if leave1 => self.next_mark(fields),
            _ => {}
        }
    }

    /// The position that was found goes to the columns, in two words where its codes lie in both; tells whether the next may follow.
    fn send(&mut self, leave2: bool, fields: &Fields) -> bool {
        let sends = self.found.filter(|found| {
            let some = found.nonzeros & found.channels != 0;
            found.unit.mark || fields.maximum || some
        });
        let Some(found) = sends else {
            if leave2 {
                self.unit = None;
            }
            return true;
        };
        if !leave2 {
            return false;
        }
        let bits = found.nonzeros & found.channels;
        let last_code = found.before + bits.count_ones() - u32::from(bits != 0);
        let two = !found.unit.mark && bits != 0 && found.before < 16 && last_code >= 16;
        let goes_on = two && !self.second;
        self.unit = Some(Unit {
            last: !goes_on,
            ..found.unit
        });
        self.second = goes_on;
        !goes_on
    }

    fn group_mask(&self, fields: &Fields) -> u16 {
        let rows = fields.group_rows();
        (((1_u32 << rows) - 1) << (self.group * rows)) as u16
    }

    fn mark(&self, fields: &Fields) -> Found {
        let swap = !fields.resident || self.tiles_end;
        let finish = self.channel_tile == fields.channel_tiles;
        let unit = Unit {
            column: self.column,
            mark: true,
            bits: u32::from(swap) | u32::from(finish) << 1,
            ..Unit::default()
        };
        Found {
            unit,
            ..Found::default()
        }
    }

    /// Last channel of the tile, last chunk that has some of it.
    fn tile_end(&self, fields: &Fields) -> (u32, u32) {
        let channel = (self.channel + fields.tile_channels).wrapping_sub(1) & 0xffff;
        (channel, (channel >> 5).min(fields.chunks))
    }

    /// What the image has at the place of the loops; nothing where that lies outside, or no kernel place meets it.
    fn position(&self, fields: &Fields, input: &Nonzeros) -> Option<Found> {
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
        let nonzeros = input.mask(row, column, self.chunk);
        let bits = if fields.maximum {
            channels
        } else {
            nonzeros & channels
        };
        let unit = Unit {
            column: self.column,
            bits,
            channel: (self.chunk << 5) as i32 - self.channel as i32,
            segment: rows.segment + columns.segment,
            rows: rows.count,
            columns: columns.count,
            mask: self.group_mask(fields),
            ..Unit::default()
        };
        Some(Found {
            unit,
            nonzeros,
            channels,
            before: (nonzeros & !(u32::MAX << low)).count_ones(),
        })
    }

    /// Places the next tile in the slot at hand.
    fn place(&mut self, fields: &Fields) {
        let slot = self.slot();
        if slot == 0 && self.at[0] >> 12 == 0 {
            self.freed_rows = self.at[0];
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
        self.patch = [0, 0];
        if self.next_slot(fields) {
            self.state = State::Await;
        }
    }

    /// The next slot; tells whether it is the first again.
    fn next_slot(&mut self, fields: &Fields) -> bool {
        self.column += 1;
        if self.column < self.columns {
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
