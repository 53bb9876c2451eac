//! Quasi-quote of Verilog.
