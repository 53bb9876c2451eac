//! The event simulator of policies in double arithmetic.
//!
//! One accelerator runs one layer at a time. The clock starts at 0. Until all requests are finished:
//! 1. **Admission.** With no live request the clock becomes the larger of itself and the next arrival, and that request is
//!    admitted. Then requests are admitted in order while `arrival < clock`, strictly: an arrival equal to the
//!    clock waits for the next decision.
//! 2. **Choice.** The [`Policy`] chooses among the live requests.
//! 3. **Execution.** The decision takes its time, then the clock grows by the real latency of the chosen request's next layer, its `last_run`
//!    becomes the clock, its gamma is updated. After its last layer the clock is its finish time and it leaves.
//!
//! [`Semantics::Published2023`] changes the first step to that of the published simulator, whose clock can go backwards: with no live
//! request it becomes the next arrival even if that is earlier, and only that request is admitted.
//!
//! Without [`Costs`] the result is exact to the bit: additions happen in the order written here, nothing is fused or
//! compensated.

mod costs;
mod gamma;
mod live;
mod observe;
mod policy;
mod profiles;
mod record;
mod run;
mod score;
mod source;

pub use costs::{Costs, DecisionCost};
pub use gamma::{Monitor, Predictor};
pub use live::Live;
pub use observe::{Decision, Finished, LayerRun, Observer};
pub use policy::{Averages, Needs, Policy};
pub use profiles::{Profile, Profiles, SampleUse};
pub use record::{Outcomes, PredictionError, RecordedDecision, Recorder, Scored, record};
pub use run::{Options, Semantics, Summary, run};
pub(crate) use score::Smallest;
pub use score::{Score, ScoreEnv};
pub use source::{Open, Requests};
