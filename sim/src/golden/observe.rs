//! What a run tells about its decisions besides the events.

use super::entry::Entry;

/// One decision with at least one candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// `now_i` in the sample cycle, in cycles.
    pub sample_now: u64,
    /// Q: number of candidates.
    pub queue: usize,
    /// Clocks from the sample cycle to the first clock of `dispatch_valid`.
    pub latency: u32,
    /// Chosen request.
    pub id: u64,
    /// Its next layer, from 0.
    pub layer: u32,
}

impl Decision {
    /// Whether there was a choice.
    pub fn contested(&self) -> bool {
        self.queue > 1
    }

    /// `now_i` in the first clock of `dispatch_valid`; time does not jump while a decision runs.
    pub fn valid_now(&self) -> u64 {
        self.sample_now + u64::from(self.latency)
    }
}

/// The state a decision was taken from.
#[derive(Debug)]
pub struct Sight<'a> {
    /// The decision.
    pub decision: Decision,
    /// All candidates by position, the one that just ran with its updated numbers.
    pub entries: &'a [Entry],
    /// Position of the entry that just ran, when it has layers left.
    pub running: Option<usize>,
    /// Position of the chosen entry.
    pub winner: usize,
    /// Raw scores by position; empty when there was one candidate.
    pub scores: &'a [u64],
}

/// Looks at every decision of a run, for example to evaluate the same state in f64.
pub trait Observer {
    /// Called once per decision with at least one candidate, in order.
    fn decision(&mut self, sight: &Sight<'_>);
}

/// Looks at nothing.
impl Observer for () {
    fn decision(&mut self, _: &Sight<'_>) {}
}

/// Two look at the same run.
impl<A: Observer, B: Observer> Observer for (&mut A, &mut B) {
    fn decision(&mut self, sight: &Sight<'_>) {
        self.0.decision(sight);
        self.1.decision(sight);
    }
}

impl<F: FnMut(&Sight<'_>)> Observer for F {
    fn decision(&mut self, sight: &Sight<'_>) {
        self(sight);
    }
}
