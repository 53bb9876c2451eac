//! What can go wrong between RTL text and a mapped design.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use miette::Diagnostic;
use thiserror::Error;

use super::job::Mapping;
use crate::cosim::CosimError;

/// A design that was not mapped.
#[derive(Debug, Diagnostic, Error)]
pub enum SynthesisError {
    /// A tool is not installed.
    #[error("{tool} is not installed")]
    #[diagnostic(code(dysta::synth::tool_missing), help("install it: {install}"))]
    ToolMissing {
        /// Name of the program.
        tool: &'static str,
        /// Command line that installs it.
        install: &'static str,
    },
    /// A tool ended with an error.
    #[error("{tool} failed ({status}):\n{tail}")]
    #[diagnostic(
        code(dysta::synth::tool_failed),
        help("the last lines of its output name the file and line, or the cell that does not fit")
    )]
    ToolFailed {
        /// Name and version of the program.
        tool: String,
        /// How it ended.
        status: String,
        /// Last lines of its output.
        tail: String,
    },
    /// A tool did not end in time.
    #[error("{tool} did not end within {seconds} s")]
    #[diagnostic(
        code(dysta::synth::time_limit),
        help(
            "raise `--time-limit`, or map a smaller design: `--block`, fewer `scheduler.lanes`, a lower `scheduler.capacity`"
        )
    )]
    TimeLimit {
        /// Name and version of the program.
        tool: String,
        /// The limit.
        seconds: u64,
        /// What was known by then.
        mapping: Option<Box<Mapping>>,
    },
    /// The design has faults that no device can hold.
    #[error("{}", listed(.faults))]
    #[diagnostic(
        code(dysta::synth::fault),
        help(
            "this is a fault of the RTL named above; emitted RTL has none, so report the configuration"
        )
    )]
    Faults {
        /// What is wrong, in the order of the netlist.
        faults: Vec<Fault>,
    },
    /// A result of a tool cannot be read.
    #[error("{} is not what {tool} writes: {reason}", path.display())]
    #[diagnostic(
        code(dysta::synth::result),
        help("use a version of the tool that `dysta doctor` names")
    )]
    Result {
        /// Name of the program.
        tool: &'static str,
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A file could not be read or written.
    #[error("{}: {source}", path.display())]
    #[diagnostic(
        code(dysta::synth::file),
        help("check that the directory exists, is writable and has space left")
    )]
    File {
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The cache does not work.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Cache(#[from] CosimError),
}

/// A fault of a design, with the signal it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// A signal that keeps its value without a clock.
    Latch {
        /// `module.signal`.
        signal: String,
    },
    /// A memory that no memory cell takes.
    Memory {
        /// Path of the memory.
        signal: String,
        /// Its size.
        bits: u64,
    },
    /// A net with more than one driver.
    Drivers {
        /// `module.signal`.
        signal: String,
        /// What drives it.
        drivers: Vec<String>,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Latch { signal } => write!(f, "{signal} became a latch"),
            Self::Memory { signal, bits } => {
                write!(f, "{signal}, {bits} bits, fell apart into flip-flops")
            }
            Self::Drivers { signal, drivers } => {
                write!(
                    f,
                    "{signal} has {} drivers: {}",
                    drivers.len(),
                    drivers.join(", ")
                )
            }
        }
    }
}

fn listed(faults: &[Fault]) -> String {
    let lines: Vec<String> = faults.iter().map(Fault::to_string).collect();
    lines.join("\n")
}

impl SynthesisError {
    /// Names the path of an I/O error.
    pub(super) fn file(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        move |source| Self::File {
            path: path.to_path_buf(),
            source,
        }
    }

    /// Adds what was known when a tool did not end in time.
    pub(super) fn with(self, known: Mapping) -> Self {
        match self {
            Self::TimeLimit { tool, seconds, .. } => Self::TimeLimit {
                tool,
                seconds,
                mapping: Some(Box::new(known)),
            },
            other => other,
        }
    }

    /// Exit code of the command line: 5 for a missing tool, 1 for the rest.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::ToolMissing { .. } => 5,
            _ => 1,
        }
    }
}
