//! Head of a column: keeps up to four positions and sends their non-zeros down in turn.

use super::element::Act;
use super::feeder::Unit;
use super::job::Fields;

/// Positions that a column keeps.
const POSITIONS: usize = 4;

#[derive(Debug, Clone, Copy, Default)]
struct Position {
    valid: bool,
    /// It came behind the mark that waits.
    later: bool,
    /// Channels that are still to be sent.
    bits: u32,
    unit: Unit,
}

/// What is read: a mark, or one or two channels of a position. The position that had its turn last is not filled meanwhile.
#[derive(Debug, Clone, Copy)]
enum Read {
    Mark {
        turn: usize,
        bits: u32,
    },
    Channels {
        turn: usize,
        first: u32,
        second: Option<u32>,
    },
}

/// Activations on their way to the rows: rows that take them, for even and for odd ones.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sent {
    pub mask: u16,
    pub acts: [Act; 2],
}

#[derive(Debug)]
pub(super) struct Column {
    index: u32,
    rows: u32,
    positions: [Position; POSITIONS],
    fill: usize,
    turn: usize,
    mark: Option<u32>,
    read: Option<Read>,
    sent: Option<Sent>,
}

impl Column {
    pub fn new(index: u32, rows: u32) -> Self {
        Self {
            index,
            rows,
            positions: [Position::default(); POSITIONS],
            fill: 0,
            turn: 0,
            mark: None,
            read: None,
            sent: None,
        }
    }

    /// One clock: the word in front of the columns, the rows whose queue has room. Gives what goes down, and whether the word is taken.
    pub fn step(&mut self, fields: &Fields, unit: Option<Unit>, room: u16) -> (Option<Sent>, bool) {
        let goes = self.sent.filter(|sent| sent.mask & !room == 0);
        let leave2 = self.sent.is_none() || goes.is_some();
        let leave1 = self.read.is_none() || leave2;
        let turn = self.next_turn();
        let unit = unit.filter(|unit| unit.column == self.index);
        let reading = self.read.map(|read| match read {
            Read::Mark { turn, .. } | Read::Channels { turn, .. } => turn,
        });
        if leave2 {
            self.sent = self.read.map(|read| self.send(read, fields));
        }
        let marked = self.mark.is_some();
        let mut mark_goes = None;
        if leave1 {
            if turn.is_none() {
                mark_goes = self.mark.take();
            }
            self.read = match turn {
                Some(turn) => Some(self.take_channels(turn, fields)),
                None => mark_goes.map(|bits| Read::Mark {
                    turn: self.turn,
                    bits,
                }),
            };
        }
        let taken = unit.is_some_and(|unit| self.take(unit, marked, reading, turn));
        if mark_goes.is_some() {
            for position in &mut self.positions {
                position.later = false;
            }
        }
        (goes, taken)
    }

    /// The position that has its turn.
    fn next_turn(&self) -> Option<usize> {
        let places = (1..=POSITIONS).map(|step| (self.turn + step) % POSITIONS);
        let ready = |place: &usize| self.positions[*place].valid && !self.positions[*place].later;
        places.clone().find(ready)
    }

    /// Takes a word that is meant for this column, if it has room for it; `reading` is the position whose codes are read, `turn` the one whose
    /// channels were chosen in this clock.
    fn take(
        &mut self,
        unit: Unit,
        marked: bool,
        reading: Option<usize>,
        turn: Option<usize>,
    ) -> bool {
        if unit.mark {
            if !marked {
                self.mark = Some(unit.bits);
            }
            return !marked;
        }
        let fill = self.fill;
        // One that gave its last channel in this clock still counts.
        if self.positions[fill].valid || turn == Some(fill) || reading == Some(fill) {
            return false;
        }
        self.positions[fill].bits = unit.bits;
        self.positions[fill].unit = unit;
        if unit.last {
            self.positions[fill].valid = true;
            self.positions[fill].later = marked;
            self.fill = (fill + 1) % POSITIONS;
        }
        true
    }

    /// The lowest channel, in a depthwise convolution two if they belong to an even and an odd row.
    fn take_channels(&mut self, turn: usize, fields: &Fields) -> Read {
        self.turn = turn;
        let position = &mut self.positions[turn];
        let first = position.bits.trailing_zeros();
        let rest = position.bits & position.bits.wrapping_sub(1);
        let second = rest.trailing_zeros();
        let split = fields.depthwise && self.rows > 1;
        let two = split && rest != 0 && (first ^ second) & 1 == 1;
        position.bits = if two { rest & (rest - 1) } else { rest };
        position.valid = position.bits != 0;
        Read::Channels {
            turn,
            first,
            second: two.then_some(second),
        }
    }

    fn send(&self, read: Read, fields: &Fields) -> Sent {
        let (turn, first, second) = match read {
            Read::Mark { bits, .. } => {
                return Sent {
                    mask: ((1_u32 << self.rows) - 1) as u16,
                    acts: [Act::mark(bits); 2],
                };
            }
            Read::Channels {
                turn,
                first,
                second,
            } => (turn, first, second),
        };
        let unit = &self.positions[turn].unit;
        let channel = |bit: u32| (unit.channel + bit as i32) as u32;
        let act = |bit: u32| {
            let local = match fields.depthwise {
                true => channel(bit) >> fields.group_log2,
                false => channel(bit),
            };
            Act::new(unit.segment + local, unit.rows, unit.columns)
        };
        let row = |bit: u32| 1_u16 << (channel(bit) % self.rows);
        let mask = match fields.depthwise {
            true => unit.mask & (row(first) | second.map_or(0, row)),
            false => unit.mask,
        };
        let other = act(second.unwrap_or(first));
        let acts = match first & 1 {
            0 => [act(first), other],
            _ => [other, act(first)],
        };
        Sent { mask, acts }
    }
}
