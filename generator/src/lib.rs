//! Dataflow graph, lowering and emission of SystemVerilog.

pub mod leaf;
