//! Shared helpers of the hardware tests: a configured system as a built model, requests made by hand or drawn from a seed,
//! the lock-step judgement, planted bugs; emitted packages and the tools that run them.
//!
//! Helpers panic with the full report where a test would have to stop anyway.

pub mod array;
mod bench;
mod hardware;
mod kit;
mod mutant;
mod stream;
mod tools;

pub use bench::{Bench, Outcome};
pub use hardware::{cache, model, source, system};
pub use kit::{EMITTED, Kit, read};
pub use mutant::Mutant;
pub use stream::{Deadlines, Stream, Words, profile};
pub use tools::{Run, shell};
