//! The arithmetic the golden model calculates with, as a trait so that rules of time can be tested with numbers made by hand.

/// Numeric state of one entry: what the update unit keeps of the layers executed so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EntryNumbers {
    /// Sum behind γ, raw: of the layer ratios, or of the run times in cycles.
    pub gamma_sum: u64,
    /// Ratios of the latest layers, raw, the newest first; kept where γ is the mean of a window.
    pub ratios: Vec<u64>,
    /// Prediction coefficient γ, raw.
    pub gamma: u64,
    /// Stored entry values of the score program, raw, in program order.
    pub values: Vec<i128>,
}

/// What was measured while a layer ran.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measured {
    /// Counted non-zeros of its input.
    pub nnz: u32,
    /// Cycles from its dispatch handshake to its `layer_done` handshake.
    pub run_time: u64,
}

/// One request as a score sees it. Times are in cycles.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    /// `now_i` at the submit handshake.
    pub arrival: u64,
    /// Absolute deadline.
    pub deadline: u64,
    /// End of the latest executed layer; before the first layer the arrival.
    pub last_run: u64,
    /// Priority as submitted.
    pub priority: u32,
    /// Row of the profile table.
    pub profile: u32,
    /// Next layer to run, from 0.
    pub layer: u32,
    /// True for the request that ran until this decision.
    pub running: bool,
    /// Numeric state.
    pub numbers: &'a EntryNumbers,
}

/// Exact arithmetic of one score program.
pub trait Arithmetic {
    /// Values that are evaluated once per decision.
    type Decision;

    /// Numeric state of a request of `profile` before its first layer.
    fn admit(&self, profile: u32) -> EntryNumbers;

    /// Updates the state after a layer: `executed` layers are done (1 after the first), the last one as `measured`.
    /// Returns true when ratio, sum or γ saturated.
    fn after_layer(
        &self,
        numbers: &mut EntryNumbers,
        profile: u32,
        executed: u32,
        measured: Measured,
    ) -> bool;

    /// Values of a decision at `now_cycles` among `queue` candidates.
    fn decision(&self, now_cycles: u64, queue: u32) -> Self::Decision;

    /// Raw score; the smallest is dispatched.
    fn score(&self, decision: &Self::Decision, candidate: &Candidate<'_>) -> u64;
}
