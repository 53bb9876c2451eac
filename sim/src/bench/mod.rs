//! Benchmarks: experiments over workloads and policies, run on many seeds, summed up with intervals.
//!
//! [`Setup`] loads what a benchmark needs and lists its points; [`Setup::run`] runs one of them, on any thread; [`Summary`] makes
//! means, intervals and places of all results; [`text`] writes them as tables and sentences, [`crate::report`] as a page.

mod hardware;
pub mod measure;
pub mod plan;
mod run;
mod setup;
pub mod statistics;
mod summary;
pub mod text;

pub use plan::{Cell, Point, Series};
pub use run::PointResult;
pub use setup::{BenchError, Setup};
pub use summary::{Entry, Group, Summary};
