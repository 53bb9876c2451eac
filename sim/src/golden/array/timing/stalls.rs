//! What elements do, counted as the array counts it.

use crate::array::{Counters, Stalls};

use super::element::Activity;

/// Why elements without an activation have none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Starved {
    NoActivation,
    Drain,
    Memory,
}

/// Why elements may have nothing to do in a clock.
#[derive(Debug, Clone, Copy)]
pub(super) struct Causes {
    pub starved: Starved,
    pub weights_dry: bool,
    pub output_full: bool,
}

/// One bit for each element of a column.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ColumnActivity {
    multiplies: u16,
    waits: u16,
    runs: u16,
    looks: u16,
    filled: u16,
}

impl ColumnActivity {
    pub fn add(&mut self, row: usize, activity: Activity) {
        self.multiplies |= u16::from(activity.multiplies) << row;
        self.waits |= u16::from(activity.waits) << row;
        self.runs |= u16::from(activity.runs) << row;
        self.looks |= u16::from(activity.looks) << row;
        self.filled |= u16::from(activity.filled) << row;
    }
}

/// Counters of a column. Queues and banks are seen two clocks late, as a product takes these from its queue to the sums.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ColumnStalls {
    before: [ColumnActivity; 2],
}

impl ColumnStalls {
    pub fn count(&mut self, all: u16, now: ColumnActivity, causes: &Causes, to: &mut Counters) {
        let then = self.before[1];
        self.before = [now, self.before[0]];
        let bits = |mask: u16| u64::from(mask.count_ones());
        let stalls = &mut to.stalls;
        to.products += bits(now.multiplies);
        let mut rest = all & !now.multiplies;
        stalls.conflict += bits(rest & now.waits);
        rest &= !now.waits;
        // A mark that waits ends a tile.
        let ends = if causes.output_full {
            &mut stalls.memory
        } else {
            &mut stalls.drain
        };
        *ends += bits(rest & then.runs);
        rest &= !then.runs;
        starve(stalls, causes.starved, bits(rest & !then.looks));
        rest &= then.looks;
        let dry = if causes.weights_dry {
            rest & !then.filled
        } else {
            0
        };
        stalls.memory += bits(dry);
        stalls.no_weight += bits(rest & !dry);
    }
}

/// Elements without an activation.
pub(super) fn starve(stalls: &mut Stalls, starved: Starved, elements: u64) {
    *match starved {
        Starved::NoActivation => &mut stalls.no_activation,
        Starved::Drain => &mut stalls.drain,
        Starved::Memory => &mut stalls.memory,
    } += elements;
}
