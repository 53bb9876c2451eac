//! The stimulus rule: what the accelerator and the host around the scheduler do in every clock.

use super::event::LayerStatus;

/// One layer of one request, as it will run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LayerRun {
    /// Cycles from the `dispatch` handshake to the first cycle of `layer_done_valid`, at least 1.
    pub latency_cycles: u64,
    /// Non-zeros of the layer's input, as monitored.
    pub nnz: u32,
    /// How the layer ends.
    pub status: LayerStatus,
}

/// One request of a workload, in cycles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CycleRequest {
    /// Handle, unique among the live requests.
    pub id: u64,
    /// Row of the profile table.
    pub profile: u32,
    /// First cycle in which `submit_valid` may be high.
    pub arrival: u64,
    /// Absolute deadline.
    pub deadline: u64,
    /// Priority.
    pub priority: u32,
    /// One run per layer of the profile.
    pub layers: Vec<LayerRun>,
}

/// Everything that drives one run; the golden model, the C++ shim and the emitted testbench give it the same meaning.
#[derive(Clone, Debug)]
pub struct Stimulus {
    /// Requests in the order in which they are submitted.
    pub requests: Vec<CycleRequest>,
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
    /// Whether the environment takes from `sink` in the clock with time `now`.
    ///
    /// `((now[31:0] + seed + s·0x9E3779B9) · 0x85EBCA6B mod 2^32) >> 24 ≥ pressure`, s = 0 for dispatch, 1 for complete.
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
        mixed >> 24 >= u32::from(self.pressure)
    }
}

/// A layer that the accelerator runs.
#[derive(Clone, Copy, Debug)]
pub(super) struct InFlight {
    /// First cycle of `layer_done_valid`.
    pub done_at: u64,
    /// What `layer_done` reports.
    pub run: LayerRun,
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
    pub fn layer_done(&self, now: u64) -> Option<LayerRun> {
        self.in_flight
            .filter(|layer| layer.done_at <= now)
            .map(|layer| layer.run)
    }

    pub fn submitted(&mut self) {
        self.live
            .push((self.stimulus.requests[self.next].id, self.next));
        self.next += 1;
    }

    pub fn dispatched(&mut self, now: u64, id: u64, layer: u64) {
        let owner = self
            .live
            .iter()
            .find(|(live, _)| *live == id)
            .map(|&(_, index)| index);
        let layer = usize::try_from(layer).unwrap_or(usize::MAX);
        let run = owner.and_then(|index| self.stimulus.requests[index].layers.get(layer));
        self.in_flight = run.map(|run| InFlight {
            done_at: now + run.latency_cycles.max(1),
            run: *run,
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
