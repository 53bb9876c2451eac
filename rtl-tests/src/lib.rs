//! Shared helpers of the hardware tests: a configured system as a built model, requests made by hand or drawn from a seed,
//! the lock-step judgement, planted bugs.
//!
//! Helpers panic with the full report where a test would have to stop anyway.

mod bench;
mod hardware;
mod mutant;
mod stream;

pub use bench::{Bench, Outcome};
pub use hardware::{cache, model, source, system};
pub use mutant::Mutant;
pub use stream::{Deadlines, Stream, Words, profile};
