//! Why a package cannot be made or written.

use std::io;
use std::path::{Path, PathBuf};

use miette::Diagnostic;
use thiserror::Error;

/// A package that was not written. Nothing half written is left, and what stood there before stands there still.
#[derive(Debug, Error, Diagnostic)]
pub enum EmitError {
    /// A template could not be formatted.
    #[error("a file could not be formatted: {0}")]
    #[diagnostic(code(dysta::emit::template), help("free some memory and run again"))]
    Template(#[from] askama::Error),
    /// A preset of the binary is refused.
    #[error("the target `{name}` of this program cannot be read")]
    #[diagnostic(
        code(dysta::emit::preset),
        help("this is a fault of the program; name another target")
    )]
    Preset {
        /// The preset.
        name: &'static str,
    },
    /// The top module is not among the printed ones.
    #[error("there is no module `{name}`")]
    #[diagnostic(
        code(dysta::emit::no_top),
        help("this is a fault of the program, report the configuration")
    )]
    NoTop {
        /// The module.
        name: String,
    },
    /// The output directory holds something that dysta did not write.
    #[error("{} is not empty and was not written by dysta", path.display())]
    #[diagnostic(
        code(dysta::emit::foreign_directory),
        help(
            "name a new or empty directory, or remove this one\nwhy: an output directory is replaced as a whole, and only what dysta wrote may be lost"
        )
    )]
    Foreign {
        /// The directory.
        path: PathBuf,
    },
    /// The output path is a file.
    #[error("{} is not a directory", path.display())]
    #[diagnostic(
        code(dysta::emit::not_a_directory),
        help("name a directory that does not exist yet, is empty or was written by dysta")
    )]
    NotADirectory {
        /// The path.
        path: PathBuf,
    },
    /// The output directory is the one the program runs in.
    #[error("{} is the current directory", path.display())]
    #[diagnostic(
        code(dysta::emit::current_directory),
        help(
            "run from the directory above\nwhy: the output directory is replaced by a new one, and a shell would stay in the old one"
        )
    )]
    CurrentDirectory {
        /// The directory.
        path: PathBuf,
    },
    /// The system refused a file operation.
    #[error("{}: {source}", path.display())]
    #[diagnostic(
        code(dysta::emit::file),
        help("check that the parent directory exists, is writable and has space left")
    )]
    File {
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl EmitError {
    /// Names the path of an I/O error.
    pub(super) fn file(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        move |source| Self::File {
            path: path.to_path_buf(),
            source,
        }
    }
}
