//! The emitted files, listed as the package lists them, are clean in all three tools.

use std::path::Path;

use dysta_rtl_tests::{Kit, read, shell};

fn check_silent(folder: &Path, line: &str) {
    let run = shell(folder, line);
    assert!(run.success && run.text.is_empty(), "{line}\n{}", run.text);
}

/// The RTL files that `NAME.f` lists.
fn listed(folder: &Path, name: &str) -> Vec<String> {
    let list = read(folder, &format!("{name}.f"));
    let paths = list.lines().filter(|line| !line.starts_with("//"));
    paths.map(str::to_owned).collect()
}

/// Every module as the top of what the list holds.
fn check_lint(system: &str, policy: &str) {
    let kit = Kit::emitted(system, policy);
    let folder = kit.write();
    let folder = folder.path();
    let files = listed(folder, system).join(" ");
    for module in &kit.design.printed {
        let top = &module.name;
        check_silent(
            folder,
            &format!("verilator --lint-only -Wall --top-module {top} -f {system}.f"),
        );
        check_silent(
            folder,
            &format!("iverilog -g2012 -Wall -t null -s {top} -f {system}.f"),
        );
        check_silent(
            folder,
            &format!(
                "yosys -q -p 'read_verilog -sv {files}; hierarchy -check -top {top}; proc; check -assert'"
            ),
        );
    }
    check_silent(
        folder,
        "iverilog -g2012 -Wall -t null -s dysta_scheduler_tb -f tb.f",
    );
    if kit.array.is_some() {
        check_silent(
            folder,
            "iverilog -g2012 -Wall -t null -s dysta_array_tb -f tb_array.f",
        );
    }
}

#[test]
fn tiny_is_clean() {
    for policy in ["dysta", "fcfs", "edf"] {
        check_lint("tiny", policy);
    }
}

#[test]
fn edge_is_clean() {
    for policy in ["dysta", "fcfs", "edf"] {
        check_lint("edge", policy);
    }
}

#[test]
fn floating_point_is_clean() {
    check_lint("paper_fp16", "slack_ramp");
    check_lint("paper_fp32", "dysta");
    check_lint("paper_fp16_shared", "slack_ramp");
}
