//! The numeric state along an imposed schedule: judges γ, scores and candidates against recordings, whose times and choices
//! are not those of the hardware.

use super::entry::Entry;
use super::numbers::{Arithmetic, EntryNumbers, Measured};
use super::ports::Submit;
use super::shape::Shape;
use crate::workload::CycleRequest;

/// One recorded decision. Times in cycles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ForcedDecision {
    /// Time of the decision.
    pub now: u64,
    /// Index of the chosen request.
    pub chosen: usize,
    /// End of the layer that the choice ran.
    pub end: u64,
}

/// A candidate of a forced decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForcedCandidate {
    /// Index of the request.
    pub request: usize,
    /// Next layer, from 0.
    pub layer: u32,
    /// γ, raw.
    pub gamma: u64,
    /// Score, raw; calculated for a single candidate too.
    pub score: u64,
}

/// What the scheduler would have seen in a forced decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForcedState {
    /// Candidates in order of admission; their number is Q.
    pub candidates: Vec<ForcedCandidate>,
}

/// Evolves the numeric state along `schedule`. Before each decision the requests with arrival < now (strictly) are admitted,
/// in order; when none is live, exactly the next one is, whatever its arrival. The chosen request runs one layer, which ends
/// at `end`. A choice that is not live runs nothing; the caller sees that it is no candidate.
pub fn forced<A: Arithmetic>(
    shape: &Shape,
    arithmetic: &A,
    requests: &[CycleRequest],
    schedule: &[ForcedDecision],
) -> Vec<ForcedState> {
    let mut live = Live {
        shape,
        arithmetic,
        requests,
        admitted: 0,
        entries: Vec::new(),
        running: None,
    };
    schedule
        .iter()
        .map(|decision| live.decide(decision))
        .collect()
}

/// Live requests in order of admission, each with its index.
struct Live<'a, A> {
    shape: &'a Shape,
    arithmetic: &'a A,
    requests: &'a [CycleRequest],
    admitted: usize,
    entries: Vec<(usize, Entry)>,
    running: Option<usize>,
}

impl<A: Arithmetic> Live<'_, A> {
    fn decide(&mut self, decision: &ForcedDecision) -> ForcedState {
        if self.entries.is_empty() {
            self.admit_next();
        }
        while self
            .requests
            .get(self.admitted)
            .is_some_and(|request| request.arrival < decision.now)
        {
            self.admit_next();
        }
        let candidates = self.candidates(decision.now);
        self.run_layer(decision);
        ForcedState { candidates }
    }

    fn admit_next(&mut self) {
        let Some(request) = self.requests.get(self.admitted) else {
            return;
        };
        let submit = Submit {
            id: u64::from(request.id),
            profile: request.profile,
            deadline: request.deadline,
            priority: request.priority,
        };
        let entry = Entry {
            request: submit,
            arrival: request.arrival,
            last_run: request.arrival,
            layer: 0,
            admission: 0,
            numbers: self.arithmetic.admit(request.profile),
        };
        self.entries.push((self.admitted, entry));
        self.admitted += 1;
    }

    fn candidates(&self, now: u64) -> Vec<ForcedCandidate> {
        let queue = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
        let values = self.arithmetic.decision(now, queue);
        let candidate = |(request, entry): &(usize, Entry)| ForcedCandidate {
            request: *request,
            layer: entry.layer,
            gamma: entry.numbers.gamma,
            score: self
                .arithmetic
                .score(&values, &entry.candidate(self.running == Some(*request))),
        };
        self.entries.iter().map(candidate).collect()
    }

    fn run_layer(&mut self, decision: &ForcedDecision) {
        let Some(place) = self
            .entries
            .iter()
            .position(|(request, _)| *request == decision.chosen)
        else {
            return;
        };
        let (index, entry) = &mut self.entries[place];
        let profile = entry.request.profile;
        let layer = self.requests[*index].layers.get(entry.layer as usize);
        let measured = layer.map_or(Measured::default(), |layer| Measured {
            nnz: layer.nnz,
            run_time: layer.latency_cycles,
        });
        entry.layer += 1;
        entry.last_run = decision.end;
        if self
            .shape
            .layer_count(profile)
            .is_none_or(|layers| layers <= entry.layer)
        {
            self.entries.remove(place);
            self.running = None;
            return;
        }
        let numbers: &mut EntryNumbers = &mut entry.numbers;
        self.arithmetic
            .after_layer(numbers, profile, entry.layer, measured);
        self.running = Some(decision.chosen);
    }
}
