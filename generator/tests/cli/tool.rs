//! Runs the binary and looks at what it did.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// What a run of `dysta` printed, and how it ended.
pub struct Run {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

/// Runs `dysta` in `folder`, arguments separated by spaces.
pub fn dysta(folder: &Path, arguments: &str) -> Run {
    dysta_with(folder, &arguments.split_whitespace().collect::<Vec<_>>())
}

/// Runs `dysta` in `folder`.
pub fn dysta_with(folder: &Path, arguments: &[&str]) -> Run {
    let output = command(folder).args(arguments).output();
    run(output.expect("the binary starts"))
}

/// Runs a line as a user's shell would, with `dysta` on the path.
pub fn shell(folder: &Path, line: &str) -> Run {
    let binary = Path::new(env!("CARGO_BIN_EXE_dysta"));
    let path = std::env::var("PATH").expect("a path");
    let path = format!("{}:{path}", binary.parent().expect("a folder").display());
    let mut command = Command::new("bash");
    command
        .current_dir(folder)
        .env("DYSTA_CACHE", cache())
        .env("PATH", path);
    run(command.args(["-c", line]).output().expect("a shell"))
}

/// The binary, with a cache of models that the tests share.
pub fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dysta"));
    command.current_dir(folder).env("DYSTA_CACHE", cache());
    command
}

fn cache() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("models")
}

fn run(output: Output) -> Run {
    Run {
        code: output.status.code().expect("not killed by a signal"),
        stdout: String::from_utf8(output.stdout).expect("text"),
        stderr: String::from_utf8(output.stderr).expect("text"),
    }
}

/// An empty folder.
pub fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

/// The root of the repository.
pub fn repository() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    root.expect("a workspace").to_path_buf()
}
