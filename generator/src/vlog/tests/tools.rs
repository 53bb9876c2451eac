//! Runs the three tools that must read every emitted file.

use std::path::Path;
use std::process::Command;

/// Requires that Verilator (`-Wall`), Yosys and Icarus read the files without a complaint.
///
/// `files` are module names with their text, `waivers` Verilator warnings that the cases provoke on purpose.
pub(crate) fn assert_reads(files: &[(&str, String)], top: &str, waivers: &[&str]) {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let paths: Vec<String> = files
        .iter()
        .map(|(name, text)| {
            let file = format!("{name}.sv");
            std::fs::write(dir.path().join(&file), text).expect("a file in it");
            file
        })
        .collect();
    let list = paths.join(" ");
    let waived = waivers.iter().map(|w| format!("-Wno-{w} "));
    let waived: String = waived.collect();
    run(
        dir.path(),
        &format!("verilator --lint-only -Wall {waived}--top-module {top} {list}"),
    );
    run(
        dir.path(),
        &format!("iverilog -g2012 -Wall -t null -s {top} {list}"),
    );
    let script =
        format!("read_verilog -sv {list}; hierarchy -check -top {top}; proc; check -assert");
    command(
        dir.path(),
        Command::new("yosys").args(["-q", "-p", &script]),
    );
}

fn run(dir: &Path, line: &str) {
    let mut words = line.split_whitespace();
    let program = words.next().expect("a program");
    command(dir, Command::new(program).args(words));
}

fn command(dir: &Path, command: &mut Command) {
    let output = command.current_dir(dir).output();
    let output = output.unwrap_or_else(|e| panic!("{command:?} does not start: {e}"));
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text);
    assert!(
        output.status.success() && text.trim().is_empty(),
        "{command:?}\n{text}"
    );
}
