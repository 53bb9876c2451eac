//! Calls of the hardware tools. A tool that is not installed fails the test with the command that installs it.

use std::path::Path;
use std::process::Command;

use dysta_generator::leaf::Leaf;

/// Exit state and all text of a tool.
pub struct Run {
    pub success: bool,
    pub text: String,
}

/// Runs a tool in a folder.
pub fn run(folder: &Path, tool: &str, arguments: &[String]) -> Run {
    let output = Command::new(tool)
        .args(arguments)
        .current_dir(folder)
        .output();
    let output = output.unwrap_or_else(|error| {
        panic!("cannot run {tool} ({error}); install the tools with: apt-get install verilator yosys iverilog")
    });
    let text = [output.stdout, output.stderr].concat();
    Run {
        success: output.status.success(),
        text: String::from_utf8_lossy(&text).into_owned(),
    }
}

/// Words of a command line.
pub fn words(line: &str) -> Vec<String> {
    line.split_whitespace().map(str::to_owned).collect()
}

/// Writes a rendered leaf as `NAME.sv`.
pub fn write_leaf(folder: &Path, leaf: &Leaf) {
    let text = leaf
        .render(&["leaf test".to_owned()])
        .expect("the template renders");
    std::fs::write(folder.join(format!("{}.sv", leaf.name)), text).expect("the leaf is written");
}
