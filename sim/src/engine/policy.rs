//! What a policy is: a choice among live requests, and what it must be told for it.

use super::live::Live;

/// The latencies that a policy knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Averages {
    /// Mean over all patterns of the request's model, weighted by their number of samples.
    Model,
    /// Mean of the request's own profile, as in hardware.
    #[default]
    Pattern,
    /// The real latencies of the request's own sample, for an oracle that bounds what prediction can gain.
    Sample,
}

/// What a policy must be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Needs {
    /// Which latencies.
    pub averages: Averages,
    /// Whether it uses gamma; without, gamma stays 1.
    pub gamma: bool,
}

/// Chooses which live request runs its next layer.
///
/// A policy may keep values of each live request by position: a request is admitted at the last position, and one that leaves shifts those
/// behind it down by one, so that positions are always in order of admission.
pub trait Policy {
    /// Name as users write it.
    fn name(&self) -> &str;

    /// What it must be told.
    fn needs(&self) -> Needs;

    /// Forgets all requests; called before each run.
    fn reset(&mut self) {}

    /// A request was admitted: the last one of `live`.
    fn admitted(&mut self, _live: &Live) {}

    /// The request at `position` has run a layer and stays.
    fn progressed(&mut self, _live: &Live, _position: usize) {}

    /// The request at `position` leaves.
    fn removed(&mut self, _position: usize) {}

    /// Position of the request that runs next, at a decision at `now` seconds. Called once for each decision, with at least one live request;
    /// the result is below their number.
    fn choose(&mut self, live: &Live, now: f64) -> usize;

    /// Appends what recordings keep of the request at `position` after the choice of the decision at `now`; nothing by default.
    fn values(&self, _live: &Live, _now: f64, _position: usize, _values: &mut Vec<f64>) {}
}
