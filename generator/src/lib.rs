//! Dataflow graph, lowering and emission of SystemVerilog.

// `verilog!` names this crate by its path, inside it as well.
extern crate self as dysta_generator;

pub mod emit;
pub mod estimate;
pub mod graph;
pub mod leaf;
pub mod lower;
pub mod vlog;
