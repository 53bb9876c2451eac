//! What crosses the boundary of the scheduler in a clock, and the counters it shows.

use super::event::{CompleteStatus, LayerStatus};

/// A request on the `submit` port. Times in cycles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Submit {
    /// Handle.
    pub id: u64,
    /// Row of the profile table.
    pub profile: u32,
    /// Absolute deadline.
    pub deadline: u64,
    /// Priority.
    pub priority: u32,
}

/// Payload of the `dispatch` port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dispatch {
    /// Handle.
    pub id: u64,
    /// Position of the entry.
    pub position: u32,
    /// Row of the profile table.
    pub profile: u32,
    /// Layer to run, from 0.
    pub layer: u32,
    /// Winning score, raw; 0 when there was only one candidate.
    pub score: u64,
}

/// Payload of the `complete` port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    /// Handle.
    pub id: u64,
    /// End of the last layer, or for a rejected request the end of its wait (its arrival where the record register is free),
    /// in cycles.
    pub finish: u64,
    /// How the request ended.
    pub status: CompleteStatus,
}

/// What the scheduler shows in a clock; depends on its state alone, never on the inputs of the same clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outputs {
    /// `submit_ready`.
    pub submit_ready: bool,
    /// `dispatch_valid` with its payload.
    pub dispatch: Option<Dispatch>,
    /// `layer_done_ready`.
    pub layer_done_ready: bool,
    /// `complete_valid` with its payload.
    pub complete: Option<Record>,
    /// `quiescent_o`: without a new handshake no state changes in the next clock.
    pub quiescent: bool,
}

/// What the environment applies in a clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct Inputs {
    /// `submit_valid` with its payload.
    pub submit: Option<Submit>,
    /// `dispatch_ready`.
    pub dispatch_ready: bool,
    /// `layer_done_valid` with (nnz, status).
    pub layer_done: Option<(u32, LayerStatus)>,
    /// `complete_ready`.
    pub complete_ready: bool,
}

/// Counters of the statistics port, 32 bits, wrapping.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// `dispatch` handshakes.
    pub decisions: u32,
    /// Dispatches of another request while the one that just ran is still live.
    pub preemptions: u32,
    /// Records with status late.
    pub misses: u32,
    /// Rejected requests.
    pub rejects: u32,
    /// Updates that wrote entry values and saturated in ratio, sum or γ.
    pub saturations: u32,
    /// Clocks between sample cycle and `dispatch_valid`, both excluded, of decisions with a candidate.
    pub exposed_cycles: u32,
}

impl Statistics {
    /// The counters in the order of their addresses on the statistics port.
    pub fn words(&self) -> [u32; 6] {
        [
            self.decisions,
            self.preemptions,
            self.misses,
            self.rejects,
            self.saturations,
            self.exposed_cycles,
        ]
    }
}
