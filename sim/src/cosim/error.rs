//! What can go wrong between RTL text and a finished co-simulation.

use std::io;
use std::path::{Path, PathBuf};

use miette::Diagnostic;
use thiserror::Error;

use super::compare::Mismatch;
use super::network::LayerMismatch;
use super::probe::ScoreMismatch;
use crate::array::LayerError;

/// A co-simulation that did not reach its end, or found a difference.
#[derive(Debug, Diagnostic, Error)]
pub enum CosimError {
    /// A tool is not installed.
    #[error("{tool} is not installed or not on PATH")]
    #[diagnostic(
        code(cosim::tool_missing),
        help("install it: sudo apt-get install {package}")
    )]
    ToolMissing {
        /// Name of the program.
        tool: &'static str,
        /// Debian package that holds it.
        package: &'static str,
    },
    /// A tool refused its input.
    #[error("{tool} failed ({status}):\n{tail}")]
    #[diagnostic(
        code(cosim::tool_failed),
        help("the last lines of its output name the file and line")
    )]
    ToolFailed {
        /// Name of the program.
        tool: &'static str,
        /// How it ended.
        status: String,
        /// Last lines of its output.
        tail: String,
    },
    /// A file could not be read or written.
    #[error("{}: {source}", path.display())]
    #[diagnostic(
        code(cosim::file),
        help("check that the directory exists, is writable and has space left")
    )]
    File {
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A layer that did not end.
    #[error("the layer has not ended after {clocks} clocks")]
    #[diagnostic(
        code(cosim::endless),
        help("this is a fault of the generated hardware: report the layer and the accelerator")
    )]
    Endless {
        /// Clocks run.
        clocks: u64,
    },
    /// An array that stopped by itself.
    #[error("the array stopped: {message}")]
    #[diagnostic(
        code(cosim::array_stopped),
        help("this is a fault of the generated hardware: report the layer and the accelerator")
    )]
    ArrayStopped {
        /// What it printed.
        message: String,
    },
    /// Accesses that the memory does not have.
    #[error("the array made {accesses} accesses outside of the memory")]
    #[diagnostic(
        code(cosim::memory),
        help("check the addresses of the descriptor; they are relative to the memory given")
    )]
    Memory {
        /// How many.
        accesses: u64,
    },
    /// The memory interface does not do what AXI4 asks for.
    #[error("the array broke the protocol of its memory interface {breaches} times")]
    #[diagnostic(
        code(cosim::protocol),
        help(
            "this is a fault of the generated hardware: what was offered did not stay, a burst had more or fewer words than announced, or a layer ended before its bursts"
        )
    )]
    Protocol {
        /// How many times.
        breaches: u64,
    },
    /// No directory for built models is known.
    #[error("no cache directory: neither DYSTA_CACHE nor XDG_CACHE_HOME nor HOME is set")]
    #[diagnostic(code(cosim::cache), help("set DYSTA_CACHE to a writable directory"))]
    NoCache,
    /// A built model does not load.
    #[error("the built model {} does not load: {reason}", path.display())]
    #[diagnostic(
        code(cosim::load),
        help("remove the file; it is built again at the next run")
    )]
    Load {
        /// The shared library.
        path: PathBuf,
        /// What the loader said.
        reason: String,
    },
    /// The top module lacks a port of the scheduler.
    #[error("the top module {top} has no port {port} of at most 64 bits")]
    #[diagnostic(
        code(cosim::port),
        help("the shim drives the ports of dysta_scheduler by name")
    )]
    Port {
        /// Name of the top module.
        top: String,
        /// Name of the port.
        port: &'static str,
    },
    /// A session names a port that the top module does not have.
    #[error("the top module has no port {port}")]
    #[diagnostic(
        code(cosim::unknown_port),
        help("use a name of the port list of the design")
    )]
    UnknownPort {
        /// Name of the port.
        port: String,
    },
    /// A path holds a zero byte or is not UTF-8.
    #[error("{} cannot name a waveform", path.display())]
    #[diagnostic(code(cosim::path), help("use a path of plain UTF-8 characters"))]
    TracePath {
        /// The path.
        path: PathBuf,
    },
    /// A waveform was asked of a model that cannot write one.
    #[error("the model was built without waveforms, {} is not written", path.display())]
    #[diagnostic(code(cosim::waveform), help("build the model with waveforms"))]
    NoWaveform {
        /// The waveform.
        path: PathBuf,
    },
    /// The table port did not take a word.
    #[error("the table port did not take word {index} within 1000 clocks")]
    #[diagnostic(
        code(cosim::table),
        help("table_ready_o must rise while no request is live")
    )]
    Table {
        /// Index of the word.
        index: u64,
    },
    /// The model called `$stop`, `$finish`, `$error` or `$fatal`.
    #[error("the model stopped at clock {clock}:\n{message}")]
    #[diagnostic(
        code(cosim::stopped),
        help("an assertion of the RTL failed; run again with a waveform")
    )]
    Stopped {
        /// Clocks since the start of the stimulus.
        clock: u64,
        /// What it printed.
        message: String,
    },
    /// The run did not end.
    #[error("the hardware did not end the run within {clocks} clocks")]
    #[diagnostic(
        code(cosim::clocks),
        help("raise the limit of clocks, or run again with a waveform to see where it hangs")
    )]
    Clocks {
        /// The limit.
        clocks: u64,
    },
    /// Hardware and golden model differ.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Mismatch(#[from] Box<Mismatch>),
    /// A layer gives another output than the reference.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Layer(Box<LayerMismatch>),
    /// A layer that the reference or the array does not compute.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Refused(Box<LayerError>),
    /// A lane scores a candidate otherwise.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Score(#[from] Box<ScoreMismatch>),
}

impl CosimError {
    /// Names the path of an I/O error.
    pub(super) fn file(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        move |source| Self::File {
            path: path.to_path_buf(),
            source,
        }
    }

    /// Exit code of the command line: 4 for a mismatch, 5 for a missing tool, 1 for the rest.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Mismatch(_) | Self::Layer(_) | Self::Score(_) => 4,
            Self::ToolMissing { .. } => 5,
            _ => 1,
        }
    }
}
