//! The stimulus rule: what the accelerator and the host around the scheduler do in every clock.

use super::event::LayerStatus;
use crate::workload::CycleRequest;

/// A layer that does not end well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Index of the request in the stimulus.
    pub request: usize,
    /// Layer, from 0.
    pub layer: usize,
    /// Status of its `layer_done`.
    pub status: LayerStatus,
}

/// Everything that drives one run; the golden model, the C++ shim and the emitted testbench give it the same meaning.
#[derive(Clone, Debug)]
pub struct Stimulus {
    /// Requests in the order in which they are submitted.
    pub requests: Vec<CycleRequest>,
    /// Layers whose status is not ok.
    pub faults: Vec<Fault>,
    /// Chance of 0 (none) to 255 in 256 that `dispatch_ready` or `complete_ready` is low in a clock.
    pub pressure: u8,
    /// Seed of the ready patterns.
    pub seed: u32,
    /// Value of `now_i` in the first clock, in cycles.
    pub now_start: u64,
    /// Whether `now_i` jumps over clocks in which nothing can happen.
    pub jump: bool,
    /// Clocks after which a run that has not ended is an error.
    pub max_clocks: u64,
}

/// A stream towards the environment, whose ready the stimulus rule makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sink {
    /// `dispatch`.
    Dispatch,
    /// `complete`.
    Complete,
}

impl Stimulus {
    /// Status of a layer of the request with this index.
    pub fn status(&self, request: usize, layer: usize) -> LayerStatus {
        let fault = self
            .faults
            .iter()
            .find(|fault| (fault.request, fault.layer) == (request, layer));
        fault.map_or(LayerStatus::Ok, |fault| fault.status)
    }

    /// Whether the environment takes from `sink` in the clock with time `now`.
    ///
    /// With a = (now\[31:0\] + seed + s·0x9E3779B9) · 0x85EBCA6B, s = 0 for dispatch, 1 for complete, in 32 bits:
    /// `((a ^ (a >> 13)) · 0xC2B2AE35) >> 24 ≥ pressure`. The second product makes waits of any length, on both sinks
    /// independently.
    pub fn ready(&self, sink: Sink, now: u64) -> bool {
        let offset = match sink {
            Sink::Dispatch => 0,
            Sink::Complete => 0x9E37_79B9,
        };
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the rule uses the low half of the time"
        )]
        let mixed = (now as u32)
            .wrapping_add(self.seed)
            .wrapping_add(offset)
            .wrapping_mul(0x85EB_CA6B);
        let mixed = (mixed ^ (mixed >> 13)).wrapping_mul(0xC2B2_AE35);
        mixed >> 24 >= u32::from(self.pressure)
    }
}

/// A layer that the accelerator runs.
#[derive(Clone, Copy, Debug)]
pub(super) struct InFlight {
    /// First cycle of `layer_done_valid`.
    pub done_at: u64,
    /// Non-zeros that `layer_done` reports.
    pub nnz: u32,
    /// Its status.
    pub status: LayerStatus,
}

/// The environment's own state: next request, layer in flight, requests without a record.
#[derive(Debug)]
pub(super) struct Environment<'a> {
    stimulus: &'a Stimulus,
    next: usize,
    /// Submitted requests without a `complete` record, as (id, index of the request).
    live: Vec<(u64, usize)>,
    in_flight: Option<InFlight>,
    completed: usize,
}

impl<'a> Environment<'a> {
    pub fn new(stimulus: &'a Stimulus) -> Self {
        Self {
            stimulus,
            next: 0,
            live: Vec::new(),
            in_flight: None,
            completed: 0,
        }
    }

    /// The request on `submit` at `now`, if any.
    pub fn submit(&self, now: u64) -> Option<&'a CycleRequest> {
        self.stimulus
            .requests
            .get(self.next)
            .filter(|request| request.arrival <= now)
    }

    /// The layer on `layer_done` at `now`, if any.
    pub fn layer_done(&self, now: u64) -> Option<InFlight> {
        self.in_flight.filter(|layer| layer.done_at <= now)
    }

    pub fn submitted(&mut self) {
        self.live
            .push((u64::from(self.stimulus.requests[self.next].id), self.next));
        self.next += 1;
    }

    pub fn dispatched(&mut self, now: u64, id: u64, layer: u64) {
        let owner = self
            .live
            .iter()
            .find(|(live, _)| *live == id)
            .map(|&(_, index)| index);
        let layer = usize::try_from(layer).unwrap_or(usize::MAX);
        self.in_flight = owner.and_then(|index| {
            let run = self.stimulus.requests[index].layers.get(layer)?;
            let done_at = now + run.latency_cycles.max(1);
            Some(InFlight {
                done_at,
                nnz: run.nnz,
                status: self.stimulus.status(index, layer),
            })
        });
    }

    pub fn layer_done_taken(&mut self) {
        self.in_flight = None;
    }

    pub fn completed(&mut self, id: u64) {
        self.live.retain(|(live, _)| *live != id);
        self.completed += 1;
    }

    pub fn is_live(&self, id: u64) -> bool {
        self.live.iter().any(|(live, _)| *live == id)
    }

    /// Requests without a record.
    pub fn open(&self) -> usize {
        self.stimulus.requests.len() - self.completed
    }

    /// Every request has its record.
    pub fn finished(&self) -> bool {
        self.open() == 0
    }

    /// Time of the clock after `now`; `still` says that nothing can happen before the next stimulus.
    pub fn next_now(&self, now: u64, still: bool) -> u64 {
        let arrival = self
            .stimulus
            .requests
            .get(self.next)
            .map(|request| request.arrival);
        let done = self.in_flight.map(|layer| layer.done_at);
        match arrival.into_iter().chain(done).min() {
            Some(stimulus) if still && self.stimulus.jump => {
                stimulus.saturating_sub(1).max(now + 1)
            }
            _ => now + 1,
        }
    }
}
