//! The command line as a user meets it: exit codes, diagnostics, files.

mod array;
mod bad_input;
mod bench;
mod commands;
mod determinism;
mod interrupt;
mod network;
mod output_directory;
mod package;
mod profile;
mod readme;
mod report;
mod simulate;
mod synth;
mod tool;
