//! The command line as a user meets it: exit codes, diagnostics, files.

mod bad_input;
mod commands;
mod determinism;
mod interrupt;
mod output_directory;
mod package;
mod readme;
mod simulate;
mod tool;
