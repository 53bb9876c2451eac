//! Weights: words are dealt to the rows, each row fills its banks.

use super::job::{Fields, WeightTiles};

/// Deals the words of the stream to the rows.
#[derive(Debug)]
pub(super) struct Deal {
    /// The next header.
    header: usize,
    turn: usize,
    left: [u8; 16],
    any: bool,
}

impl Deal {
    pub fn new() -> Self {
        Self {
            header: 0,
            turn: 0,
            left: [0; 16],
            any: false,
        }
    }

    /// One clock: `word` tells that a word is there, `room` which rows have room. Gives whether the word is taken, and the rows of
    /// a group that it goes to.
    pub fn step(
        &mut self,
        tiles: &WeightTiles,
        fields: &Fields,
        word: bool,
        room: u16,
    ) -> (bool, Option<usize>) {
        if !self.any {
            if word && let Some(left) = tiles.headers.get(self.header) {
                self.left = *left;
                self.any = left.iter().any(|words| *words > 0);
                self.header = (self.header + 1) % tiles.headers.len();
            }
            self.turn = 0;
            return (word, None);
        }
        let meant = self.left[self.turn] > 0;
        let send = word && meant && rows_of(self.turn, fields) & !room == 0;
        let place = self.turn;
        if send {
            self.left[place] -= 1;
            self.any = self.left.iter().any(|words| *words > 0);
        }
        if send || !meant {
            self.turn = (place + 1) % fields.group_rows() as usize;
        }
        (send, send.then_some(place))
    }
}

/// The rows of all groups with one place in their group.
fn rows_of(place: usize, fields: &Fields) -> u16 {
    let rows = (fields.groups + 1) * fields.group_rows();
    let rows = (place..rows as usize).step_by(fields.group_rows() as usize);
    rows.fold(0, |mask, row| mask | 1 << row)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Begin,
    Parameters,
    Fill,
}

/// The weights of a row: expands words into its banks.
#[derive(Debug)]
pub(super) struct RowWeights {
    place: usize,
    /// Words that wait.
    pub words: u32,
    state: State,
    tile: usize,
    parameter: u32,
    segment: usize,
    /// Weights written so far, odd or even.
    odd: bool,
    /// Places in the word, from its first byte: of the next bitmap and of the next weight.
    look: u32,
    value: u32,
    /// Bytes of that bitmap that are there.
    have: u32,
    /// Weights to come; of the segment behind, and where they begin.
    left: u32,
    pending: u32,
    pending_value: u32,
    all: bool,
    /// A bank was filled in the clock before.
    pub loaded: bool,
}

/// What a row does with the bitmap at hand.
struct Look {
    looks: bool,
    found: bool,
    ones: u32,
    taken: u32,
    behind: u32,
    next: u32,
    last: bool,
}

/// What it does with the weights at hand.
struct Values {
    take: u32,
    rest: u32,
    next: u32,
}

impl RowWeights {
    pub fn new(row: usize, fields: &Fields) -> Self {
        Self {
            place: row % fields.group_rows() as usize,
            words: 0,
            state: State::Begin,
            tile: 0,
            parameter: 0,
            segment: 0,
            odd: false,
            look: 0,
            value: 0,
            have: 0,
            left: 0,
            pending: 0,
            pending_value: 0,
            all: false,
            loaded: false,
        }
    }

    /// One clock; `full` tells that an element of the row uses both banks.
    pub fn step(&mut self, tiles: &WeightTiles, fields: &Fields, full: bool) {
        let word = self.words > 0;
        let loaded = self.loaded;
        self.loaded = false;
        match self.state {
            State::Begin => {
                self.begin();
                if word && !full && !loaded {
                    let first = fields.begins_block(self.tile);
                    self.state = if first {
                        State::Parameters
                    } else {
                        State::Fill
                    };
                }
            }
            State::Parameters if word => {
                self.words -= 1;
                if self.parameter == fields.parameters {
                    self.state = State::Fill;
                }
                self.parameter += 1;
            }
            State::Fill if word => self.fill(tiles.segments(self.tile, self.place), fields),
            _ => {}
        }
    }

    fn begin(&mut self) {
        self.parameter = 0;
        self.segment = 0;
        self.odd = false;
        self.look = 0;
        self.value = 0;
        self.have = 0;
        self.left = 0;
        self.pending = 0;
        self.all = false;
    }

    /// As many bytes of the bitmap as the word still has.
    fn look(&self, segments: &[u8], fields: &Fields) -> Look {
        let missing = fields.weight_bitmap() - self.have;
        let looks = !self.all && self.pending == 0 && self.look < 16;
        let taken = missing.min(16 - self.look % 16);
        let found = looks && taken == missing;
        let ones = segments.get(self.segment).copied().unwrap_or(0);
        let ones = if found { ones.into() } else { 0 };
        let behind = self.look + taken;
        Look {
            looks,
            found,
            ones,
            taken,
            behind,
            next: if looks { behind + ones } else { self.look },
            last: found && self.segment == fields.segments as usize,
        }
    }

    /// One weight, or two from an even one on.
    fn values(&self) -> Values {
        let takes = self.left > 0 && self.value < 16;
        let pair = self.value != 15 && !self.odd && self.left > 1;
        let take = if takes { 1 + u32::from(pair) } else { 0 };
        Values {
            take,
            rest: self.left - take,
            next: self.value + take,
        }
    }

    fn fill(&mut self, segments: &[u8], fields: &Fields) {
        let look = self.look(segments, fields);
        let values = self.values();
        let free = values.rest == 0;
        let pending = self.pending > 0;
        let enters = free && !pending && look.found;
        let tile_ends = free && !pending && (self.all || look.last) && look.ones == 0;
        let oldest = match (free, pending) {
            (false, _) => values.next,
            (true, true) => self.pending_value,
            (true, false) if look.ones > 0 => look.behind,
            _ => look.next,
        };
        let past = if oldest >= 16 { 16 } else { 0 };
        if past > 0 || tile_ends {
            self.words -= 1;
        }
        (self.left, self.value) = match (free && pending, enters) {
            (true, _) => (self.pending, self.pending_value),
            (_, true) => (look.ones, look.behind),
            _ => (values.rest, values.next),
        };
        self.value = self.value.wrapping_sub(past) & 63;
        self.pending_value = match look.found {
            true => look.behind,
            false => self.pending_value,
        };
        self.pending_value = self.pending_value.wrapping_sub(past) & 63;
        self.odd ^= values.take == 1;
        if look.found && !enters {
            self.pending = look.ones;
        } else if free {
            self.pending = 0;
        }
        self.advance(&look, past);
        if tile_ends {
            self.loaded = true;
            self.state = State::Begin;
            self.tile = (self.tile + 1) % fields.weight_tiles();
        }
    }

    fn advance(&mut self, look: &Look, past: u32) {
        self.look = look.next.wrapping_sub(past) & 63;
        if look.found {
            self.have = 0;
            self.segment += 1;
            self.all = look.last;
        } else if look.looks {
            self.have += look.taken;
        }
    }
}
