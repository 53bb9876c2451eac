//! The emitted modules of whole arrays in the three tools.

use std::fs;
use std::path::Path;
use std::process::Command;

use dysta_config::accelerator::Accelerator;
use dysta_rtl_tests::array::files;

fn silent(folder: &Path, tool: &str, arguments: &[&str], names: &[String]) {
    let output = Command::new(tool)
        .current_dir(folder)
        .args(arguments)
        .args(names)
        .output()
        .unwrap_or_else(|error| panic!("{tool}: {error}"));
    let text = [output.stdout, output.stderr].concat();
    assert!(
        output.status.success() && text.is_empty(),
        "{tool}:\n{}",
        String::from_utf8_lossy(&text)
    );
}

#[track_caller]
fn check(accelerator: &Accelerator) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut names = Vec::new();
    for file in files(accelerator) {
        fs::write(folder.path().join(&file.name), &file.text).expect("a file is written");
        names.push(file.name);
    }
    let verilator = ["--lint-only", "-Wall", "--top-module", "dysta_array"];
    silent(folder.path(), "verilator", &verilator, &names);
    let icarus = ["-g2012", "-Wall", "-t", "null", "-s", "dysta_array"];
    silent(folder.path(), "iverilog", &icarus, &names);
}

#[test]
fn arrays_are_clean() {
    check(&Accelerator::TINY);
    check(&Accelerator {
        rows: 1,
        columns: 1,
        ..Accelerator::TINY
    });
    check(&Accelerator {
        statistics: false,
        ..Accelerator::TINY
    });
    check(&Accelerator {
        columns: 3,
        rows: 4,
        ..Accelerator::EDGE
    });
}

#[test]
fn every_width_is_clean() {
    for memory_bits in [64, 256, 512] {
        check(&Accelerator {
            rows: 1,
            columns: 1,
            prefetch_words: 32,
            memory_bits,
            ..Accelerator::TINY
        });
    }
}

#[test]
fn sixteen_rows_of_twelve_are_clean() {
    check(&Accelerator {
        rows: 16,
        columns: 12,
        ..Accelerator::EDGE
    });
}
