//! Golden model of `dysta_scheduler`, exact to the bit and to the clock. It is written from the specification of the
//! scheduler and never reads Verilog: [`Scheduler`] is the state with one step per clock, [`run`] plays a whole [`Stimulus`]
//! against it and lists the [`Event`]s that the hardware must show too, [`forced`] follows a recorded schedule.

pub mod array;
mod entry;
mod event;
mod forced;
mod numbers;
mod observe;
mod ports;
mod run;
mod scheduler;
mod shape;
mod stimulus;
#[cfg(test)]
mod tests;

pub use entry::{Entry, is_earlier};
pub use event::{CompleteStatus, EVENT_FIELDS, Event, EventKind, LayerStatus};
pub use forced::{ForcedCandidate, ForcedDecision, ForcedState, forced};
pub use numbers::{Arithmetic, Candidate, EntryNumbers, Measured};
pub use observe::{Decision, Observer, Sight};
pub use ports::{Dispatch, Inputs, Outputs, Record, Statistics, Submit};
pub use run::{RunError, Trace, run};
pub use scheduler::Scheduler;
pub use shape::Shape;
pub use stimulus::{Fault, Sink, Stimulus};
