//! Calls of the hardware tools. A tool that is not installed stops the test with the command that installs it.

use std::path::Path;
use std::process::Command;

/// Exit state and all text of a tool.
#[derive(Debug, Clone)]
pub struct Run {
    /// The tool ended with exit code 0.
    pub success: bool,
    /// Standard output, then standard error.
    pub text: String,
}

/// Runs a command line of the shell in a folder.
///
/// # Panics
/// If the shell cannot be started or does not find the tool.
pub fn shell(folder: &Path, line: &str) -> Run {
    let output = Command::new("sh")
        .args(["-c", line])
        .current_dir(folder)
        .output()
        .unwrap_or_else(|error| panic!("cannot run sh: {error}"));
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text).into_owned();
    // 127: the shell did not find the command.
    assert_ne!(
        output.status.code(),
        Some(127),
        "{line}\n{text}\ninstall the tools with: apt-get install verilator yosys iverilog g++ make"
    );
    Run {
        success: output.status.success(),
        text,
    }
}
