//! The sizes and latencies of a scheduler that its behaviour depends on.

use dysta_config::expr::{SUM_CYCLE, Timing};
use dysta_config::layout::index_width;
use dysta_config::params::{OnFull, SchedulerParams};

/// Everything the golden model knows of a scheduler besides its arithmetic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// N: number of entries.
    pub capacity: u32,
    /// P: candidates scored in parallel.
    pub lanes: u32,
    /// Depth of the completion FIFO, at least 1.
    pub complete_depth: u32,
    /// Treatment of requests that find no free entry.
    pub on_full: OnFull,
    /// Latency constants.
    pub timing: Timing,
    /// Cycle in which the sum behind γ of a continuing entry is written; none when there is no such sum.
    pub sum_cycle: Option<u32>,
    /// Admission number of the first request after reset.
    pub first_admission: u32,
    /// Bits of a request id on the ports.
    pub id_bits: u32,
    /// Bits of a profile index on the ports.
    pub profile_bits: u32,
    /// Bits of a priority on the ports.
    pub priority_bits: u32,
    /// Layers of each profile row; 0 for a row that was never loaded.
    pub profile_layers: Vec<u32>,
}

impl Shape {
    /// The shape of `params` with rows of `profile_layers` loaded.
    pub fn new(params: &SchedulerParams, profile_layers: Vec<u32>) -> Self {
        let spec = &params.spec;
        let sums = params.program.prediction().keeps_sum();
        Self {
            capacity: spec.capacity,
            lanes: spec.lanes,
            complete_depth: spec.complete_depth,
            on_full: spec.on_full,
            timing: *params.timing(),
            sum_cycle: sums.then_some(SUM_CYCLE),
            first_admission: spec.admission_start,
            id_bits: spec.id_bits,
            profile_bits: index_width(spec.profiles),
            priority_bits: spec.priority_bits,
            profile_layers,
        }
    }

    /// Number of layers of a loaded profile; none when its row was never loaded or lies past the table.
    pub fn layer_count(&self, profile: u32) -> Option<u32> {
        self.profile_layers
            .get(profile as usize)
            .copied()
            .filter(|layers| *layers > 0)
    }

    /// Clocks from the sample cycle to `dispatch_valid` with `queue` ≥ 1 candidates.
    pub(super) fn latency(&self, queue: u32) -> u32 {
        self.timing.latency(queue, self.lanes)
    }
}
