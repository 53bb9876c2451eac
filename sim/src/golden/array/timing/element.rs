//! A processing element: queue of activations, look-up, queue of runs, multiplier.

use super::job::{Fields, WeightTiles};
use super::ring::Ring;

/// Words of the deepest queue.
const QUEUE: usize = 16;

/// An activation, or a mark: bit 0 swap, bit 1 finish.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Act {
    segment: u16,
    rows: u8,
    columns: u8,
    mark: Option<u8>,
}

impl Act {
    pub fn new(segment: u32, rows: u32, columns: u32) -> Self {
        Self {
            segment: segment as u16,
            rows: rows as u8,
            columns: columns as u8,
            mark: None,
        }
    }

    pub fn mark(bits: u32) -> Self {
        Self {
            mark: Some(bits as u8),
            ..Self::default()
        }
    }
}

/// A run of weights that meet an activation, or a mark.
#[derive(Debug, Clone, Copy)]
enum Run {
    Weights(u8),
    Mark(u8),
}

impl Default for Run {
    fn default() -> Self {
        Self::Weights(0)
    }
}

const SWAP: u8 = 1;
const FINISH: u8 = 2;

/// What all elements of a layer share.
#[derive(Debug, Clone, Copy)]
pub(super) struct Steps {
    pub queue_depth: usize,
    /// Segments from one kernel column, row to the next.
    pub column: u16,
    pub row: u16,
    /// Segment indices wrap.
    pub segment_mask: u16,
    pub weight_tiles: usize,
}

/// What comes to an element in a clock: a bank was filled, the drain reads a sum, the drain of its half has ended.
#[derive(Debug, Clone, Copy)]
pub(super) struct Signals {
    pub loaded: bool,
    pub drain: bool,
    pub done: bool,
}

/// What it does: begins a product, has one in front of the sums, has a run or mark, an activation or mark, a filled bank.
#[derive(Debug, Clone, Copy)]
pub(super) struct Activity {
    pub multiplies: bool,
    pub waits: bool,
    pub runs: bool,
    pub looks: bool,
    pub filled: bool,
}

#[derive(Debug)]
pub(super) struct Element {
    pub acts: Ring<Act, QUEUE>,
    runs: Ring<Run, QUEUE>,
    // Look-up: place within the activation; filled banks, the weight tile of the one in use.
    started: bool,
    segment: u16,
    row_segment: u16,
    rows: u8,
    columns: u8,
    look_banks: u8,
    place: usize,
    tile: usize,
    found: Option<Run>,
    // Multiplier.
    index: u8,
    banks: u8,
    waiting: bool,
    marks: [bool; 3],
    valid: [bool; 2],
    /// A half is finished and not drained.
    pub finished: bool,
}

impl Element {
    pub fn new(row: usize, fields: &Fields) -> Self {
        Self {
            acts: Ring::new(),
            runs: Ring::new(),
            started: false,
            segment: 0,
            row_segment: 0,
            rows: 0,
            columns: 0,
            look_banks: 0,
            place: row % fields.group_rows() as usize,
            tile: 0,
            found: None,
            index: 0,
            banks: 0,
            waiting: false,
            marks: [false; 3],
            valid: [false; 2],
            finished: false,
        }
    }

    /// Both banks are in use.
    pub fn full(&self) -> bool {
        self.banks == 2
    }

    /// One clock.
    pub fn step(&mut self, steps: &Steps, tiles: &WeightTiles, signals: Signals) -> Activity {
        let room = self.runs.len() < steps.queue_depth;
        let looks = self.acts.len() > 0;
        let (runs, filled) = (self.runs.len() > 0, self.banks != 0);
        let waits = self.valid[1];
        let multiplies = waits && !signals.drain;
        self.multiply(signals);
        self.look(steps, tiles, room, signals.loaded);
        Activity {
            multiplies,
            waits,
            runs,
            looks,
            filled,
        }
    }

    fn multiply(&mut self, signals: Signals) {
        let leave2 = !self.valid[1] || !signals.drain;
        let leave1 = !(self.valid[0] || self.marks[0]) || leave2;
        let mut takes = false;
        let mut mark = 0;
        match self.runs.head() {
            Some(Run::Weights(count)) if leave1 => {
                takes = true;
                self.index += 1;
                if self.index >= count {
                    self.index = 0;
                    self.runs.pop();
                }
            }
            Some(Run::Mark(bits)) if leave1 && !(bits & FINISH != 0 && self.waiting) => {
                mark = bits;
                self.runs.pop();
            }
            _ => {}
        }
        let finish = mark & FINISH != 0;
        self.waiting = finish || (self.waiting && !signals.done);
        self.finished = self.marks[2] || (self.finished && !signals.done);
        self.marks[2] = self.marks[1] && leave2;
        if leave2 {
            self.marks[1] = self.marks[0];
            self.valid[1] = self.valid[0];
        }
        if leave1 {
            self.marks[0] = finish;
            self.valid[0] = takes;
        }
        self.banks = (self.banks + u8::from(signals.loaded)).saturating_sub(mark & SWAP);
    }

    fn look(&mut self, steps: &Steps, tiles: &WeightTiles, room: bool, loaded: bool) {
        let mut swap = 0;
        let leaves = match self.found {
            Some(Run::Weights(0)) | None => true,
            Some(run) if room => {
                self.runs.push(run);
                true
            }
            _ => false,
        };
        if leaves {
            self.found = None;
            if let (Some(act), true) = (self.acts.head(), self.look_banks > 0) {
                self.found = Some(match act.mark {
                    Some(bits) => {
                        swap = bits & SWAP;
                        self.acts.pop();
                        Run::Mark(bits)
                    }
                    None => Run::Weights(self.issue(act, steps, tiles)),
                });
            }
        }
        self.look_banks = self.look_banks + u8::from(loaded) - swap;
        if swap > 0 {
            self.tile = if self.tile + 1 == steps.weight_tiles {
                0
            } else {
                self.tile + 1
            };
        }
    }

    /// Looks one kernel place of the activation up; gives the number of its weights.
    fn issue(&mut self, act: Act, steps: &Steps, tiles: &WeightTiles) -> u8 {
        if !self.started {
            (self.segment, self.row_segment) = (act.segment, act.segment);
            (self.rows, self.columns) = (act.rows, act.columns);
        }
        let place = (self.segment & steps.segment_mask) as usize;
        let counts = tiles.segments(self.tile, self.place);
        let count = counts.get(place).copied().unwrap_or(0);
        let row_ends = self.columns <= 1;
        self.started = !(row_ends && self.rows <= 1);
        if !self.started {
            self.acts.pop();
        } else if row_ends {
            self.row_segment = self.row_segment.wrapping_add(steps.row);
            self.segment = self.row_segment;
            self.rows -= 1;
            self.columns = act.columns;
        } else {
            self.segment = self.segment.wrapping_add(steps.column);
            self.columns -= 1;
        }
        count
    }
}
