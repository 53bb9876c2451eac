//! Dataflow graph, lowering and emission of SystemVerilog.
