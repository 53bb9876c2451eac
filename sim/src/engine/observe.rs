//! What a run tells while it goes on.

use super::live::Live;
use super::policy::Policy;
use crate::metrics::Outcome;
use crate::table::Request;

/// A decision that was taken.
pub struct Decision<'a> {
    /// Time of the decision in seconds.
    pub now: f64,
    /// The candidates, before the chosen one runs.
    pub live: &'a Live,
    /// Position of the chosen one.
    pub position: usize,
    /// The policy, for the values behind the choice.
    pub policy: &'a dyn Policy,
}

/// A layer that has run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LayerRun {
    /// Number of the request in order of arrival, from 0.
    pub index: u64,
    /// Its profile.
    pub profile: usize,
    /// The layer, from 0.
    pub layer: usize,
    /// Time of the decision in seconds.
    pub decided_s: f64,
    /// Start of the layer: the decision has been taken.
    pub start_s: f64,
    /// Its end.
    pub end_s: f64,
    /// Live requests at the decision.
    pub queue: usize,
    /// Whether a request with layers left had to wait for it.
    pub preempts: bool,
    /// Predicted time of the layers left after it; NaN where a run does not tell.
    pub predicted_s: f64,
    /// The time that they will really run.
    pub real_s: f64,
}

/// A request that has finished.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Finished {
    /// Number of the request in order of arrival, from 0.
    pub index: u64,
    /// The request.
    pub request: Request,
    /// Latency of its sample alone on the machine, in seconds.
    pub isolated_s: f64,
    /// Finish time in seconds.
    pub finish_s: f64,
}

impl Finished {
    /// For the measures of a run.
    pub fn outcome(&self) -> Outcome {
        Outcome::from_seconds(&self.request, self.finish_s, self.isolated_s)
    }
}

/// Looks at a run. Everything does nothing by default and costs nothing then.
pub trait Observer {
    /// Request number `index` is live from `at` seconds on.
    fn admitted(&mut self, _index: u64, _request: &Request, _at: f64) {}

    /// A decision was taken.
    fn decision(&mut self, _decision: &Decision<'_>) {}

    /// A layer has run.
    fn layer(&mut self, _run: &LayerRun) {}

    /// A request has finished; called in order of finish times.
    fn finished(&mut self, _finished: &Finished) {}
}

/// Looks at nothing.
impl Observer for () {}

/// Two look at the same run.
impl<A: Observer, B: Observer> Observer for (&mut A, &mut B) {
    fn admitted(&mut self, index: u64, request: &Request, at: f64) {
        self.0.admitted(index, request, at);
        self.1.admitted(index, request, at);
    }

    fn decision(&mut self, decision: &Decision<'_>) {
        self.0.decision(decision);
        self.1.decision(decision);
    }

    fn layer(&mut self, run: &LayerRun) {
        self.0.layer(run);
        self.1.layer(run);
    }

    fn finished(&mut self, finished: &Finished) {
        self.0.finished(finished);
        self.1.finished(finished);
    }
}
