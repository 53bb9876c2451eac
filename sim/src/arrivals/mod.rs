//! Arrival processes: when requests come.
//!
//! A process with gaps ([`Process`]) gives gaps of mean 1 that the drawing of requests divides by the rate, so that the same
//! seed at another rate gives the same pattern on another scale. It takes its words from a stream of its own: the same
//! seed draws the same requests, whatever the process. [`frames`] and [`replay`] have times of their own, and [`closed`]
//! follows the completions of a run.

pub mod closed;
pub mod frames;
mod gaps;
pub mod replay;
pub(crate) mod words;

pub use gaps::{Gaps, Process};
