//! The sizes and latencies of a scheduler that its behaviour depends on.

/// What happens to a request that finds no free entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnFull {
    /// `submit_ready` stays low until an entry is free.
    #[default]
    Wait,
    /// The request is taken and completes with status rejected_full.
    Reject,
}

/// Latency constants of a scheduler in clocks, counted from the sample cycle of a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// U: first slot of the scan that can read the entry that just ran.
    pub special_slot: u32,
    /// C: clocks that do not depend on the number of candidates.
    pub constant: u32,
    /// w: the clock in which the values of the updated entry are written.
    pub write_cycle: u32,
    /// Latency of a decision with one candidate.
    pub single: u32,
}

impl Timing {
    /// Clocks from the sample cycle to the first clock of `dispatch_valid` with `queue` ≥ 1 candidates: `single` for one,
    /// else `max(queue, U) + C`.
    pub fn latency(&self, queue: u32) -> u32 {
        match queue {
            1 => self.single,
            _ => queue.max(self.special_slot) + self.constant,
        }
    }
}

/// Everything the golden model knows of a scheduler besides its arithmetic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// N: number of entries.
    pub capacity: u32,
    /// Depth of the completion FIFO, at least 1.
    pub complete_depth: u32,
    /// Treatment of requests that find no free entry.
    pub on_full: OnFull,
    /// Latency constants.
    pub timing: Timing,
    /// Admission number of the first request after reset.
    pub first_admission: u32,
    /// Layers of each profile row; 0 for a row that was never loaded.
    pub profile_layers: Vec<u32>,
}

impl Shape {
    /// Number of layers of a loaded profile; none when its row was never loaded or lies past the table.
    pub fn layer_count(&self, profile: u32) -> Option<u32> {
        self.profile_layers
            .get(profile as usize)
            .copied()
            .filter(|layers| *layers > 0)
    }
}
