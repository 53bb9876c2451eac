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

/// What is read: a mark, or channels of a position for even and for odd rows. The position that had its turn last is not filled meanwhile.
#[derive(Debug, Clone, Copy)]
enum Read {
    Mark {
        turn: usize,
        bits: u32,
    },
    Channels {
        turn: usize,
        even: Option<u32>,
        odd: Option<u32>,
    },
}

impl Read {
    fn turn(&self) -> usize {
        match self {
            Self::Mark { turn, .. } | Self::Channels { turn, .. } => *turn,
        }
    }
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
    /// Codes before the channels are counted; codes are read.
    reads: [Option<Read>; 2],
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
            reads: [None; 2],
            sent: None,
        }
    }

    /// One clock: the word in front of the columns, the rows whose queue has room. Gives what goes down, and whether the word is taken.
    pub fn step(&mut self, fields: &Fields, unit: Option<Unit>, room: u16) -> (Option<Sent>, bool) {
        let goes = self.sent.filter(|sent| sent.mask & !room == 0);
        let leave3 = self.sent.is_none() || goes.is_some();
        let leave2 = self.reads[1].is_none() || leave3;
        let leave1 = self.reads[0].is_none() || leave2;
        let ready = self
            .positions
            .map(|position| position.valid && !position.later);
        let takes = unit.filter(|unit| unit.column == self.index && self.takes(unit));
        let next = self.next_turn(ready, leave1);
        if leave3 {
            self.sent = self.reads[1].map(|read| self.send(read, fields));
        }
        if leave2 {
            self.reads[1] = self.reads[0];
        }
        let marked = self.mark.is_some();
        let mut mark_goes = None;
        if leave1 {
            if !ready.contains(&true) {
                mark_goes = self.mark.take();
            }
            let turn = self.turn;
            self.reads[0] = match ready[turn] {
                true => Some(self.take_channels(fields)),
                false => mark_goes.map(|bits| Read::Mark { turn, bits }),
            };
        }
        self.turn = next;
        if let Some(unit) = takes {
            self.take(unit, marked);
        }
        if mark_goes.is_some() {
            for position in &mut self.positions {
                position.later = false;
            }
        }
        (goes, takes.is_some())
    }

    /// Whether a word for this column is taken.
    fn takes(&self, unit: &Unit) -> bool {
        let read = self.reads.iter().flatten();
        match unit.mark {
            true => self.mark.is_none(),
            false => {
                let fill = self.fill;
                !self.positions[fill].valid && !read.into_iter().any(|read| read.turn() == fill)
            }
        }
    }

    /// The position that has its turn in the next clock: the next that may go, or the one that comes next.
    fn next_turn(&self, ready: [bool; POSITIONS], leave1: bool) -> usize {
        if ready[self.turn] && !leave1 {
            return self.turn;
        }
        let others = (1..POSITIONS).map(|step| (self.turn + step) % POSITIONS);
        let waits = match ready[self.turn] {
            true => self.turn,
            false => self.fill,
        };
        others.clone().find(|place| ready[*place]).unwrap_or(waits)
    }

    fn take(&mut self, unit: Unit, marked: bool) {
        if unit.mark {
            self.mark = Some(unit.bits);
            return;
        }
        self.positions[self.fill] = Position {
            valid: true,
            later: marked,
            bits: unit.bits,
            unit,
        };
        self.fill = (self.fill + 1) % POSITIONS;
    }

    /// The lowest even and the lowest odd channel in a depthwise convolution, where they are for different rows; else one of them.
    fn take_channels(&mut self, fields: &Fields) -> Read {
        let turn = self.turn;
        let position = &mut self.positions[turn];
        let lowest = |bits: u32| (bits != 0).then_some(bits.trailing_zeros());
        let even = lowest(position.bits & 0x5555_5555);
        let odd = match fields.depthwise && self.rows > 1 || even.is_none() {
            true => lowest(position.bits & 0xaaaa_aaaa),
            false => None,
        };
        for bit in [even, odd].into_iter().flatten() {
            position.bits &= !(1 << bit);
        }
        position.valid = position.bits != 0;
        Read::Channels { turn, even, odd }
    }

    fn send(&self, read: Read, fields: &Fields) -> Sent {
        let (turn, even, odd) = match read {
            Read::Mark { bits, .. } => {
                return Sent {
                    mask: ((1_u32 << self.rows) - 1) as u16,
                    acts: [Act::mark(bits); 2],
                };
            }
            Read::Channels { turn, even, odd } => (turn, even, odd),
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
        let row = |bit: Option<u32>| bit.map_or(0, |bit| 1_u16 << (channel(bit) % self.rows));
        let mask = match fields.depthwise {
            true => unit.mask & (row(even) | row(odd)),
            false => unit.mask,
        };
        let bits = [even.or(odd), odd.or(even)];
        let acts = bits.map(|bit| act(bit.unwrap_or(0)));
        Sent { mask, acts }
    }
}
