//! Co-simulation: builds the emitted RTL with Verilator and a C++ shim, plays a [`Stimulus`](crate::golden::Stimulus) on it
//! and compares its events with those of the golden model.
//!
//! The golden model runs alone first; [`lockstep`] then runs the hardware under the same stimulus rule and stops at the first
//! difference. Built models are cached by the digest of everything that made them ([`Cache`]).

mod array;
mod array_shim;
mod build;
mod cache;
mod compare;
mod compile;
pub mod doctor;
mod error;
mod figures;
mod layer;
mod network;
mod probe;
mod run;
mod session;
mod shim;

pub use crate::array::{Counters, Stalls};
pub use array::{ArrayModel, ArrayRun, ArraySession, MemoryOptions};
pub(crate) use build::digest;
pub use build::{Port, RtlFile, RtlSource};
pub use cache::Cache;
pub use compare::{Comparison, Mismatch, Reason};
pub use error::CosimError;
pub use figures::{LayerFigures, ModelFigures};
pub use layer::{LayerRun, LayerRunError, geometric_mean, run_layer, run_program};
pub use network::{LayerMismatch, NodeRun, run_network};
pub use probe::{ProbedScore, ScoreLog, ScoreMismatch, ScoreProbe, compare_scores};
pub use run::{Model, RtlTrace, RunOptions, TableWord, lockstep, run};
pub use session::Session;
