//! What holds for every emitted package; `rtl-tests` judges its files one by one.

use std::process::Command;

use serde_json::Value;

use crate::output_directory::files;
use crate::tool::{dysta, folder};

/// Runs the first command of the package's own README in it.
#[track_caller]
fn check_testbench(arguments: &str) {
    let folder = folder();
    let run = dysta(folder.path(), &format!("generate {arguments} -o out"));
    assert_eq!(run.code, 0, "{}", run.stderr);
    let out = folder.path().join("out");
    let page = std::fs::read_to_string(out.join("README.md")).expect("a README");
    let block = page
        .split("```sh\n")
        .nth(1)
        .and_then(|rest| rest.lines().next());
    let mut bash = Command::new("bash");
    bash.current_dir(&out)
        .args(["-c", block.expect("a command")]);
    let output = bash.output().expect("bash starts");
    let text = String::from_utf8_lossy(&output.stdout);
    let passed = text
        .lines()
        .any(|line| line.starts_with("PASS: ") && page.contains(line));
    assert!(output.status.success() && passed, "{arguments}\n{text}");
}

#[test]
fn a_scheduler_without_optional_parts_passes_its_testbench() {
    check_testbench("tiny --set scheduler.statistics=false");
    check_testbench(
        "tiny --policy fcfs --set scheduler.statistics=false --set scheduler.predictor=none",
    );
    check_testbench("tiny --set scheduler.on_full=reject --set scheduler.capacity=2");
}

#[test]
fn every_file_carries_the_digest() {
    let folder = folder();
    assert_eq!(dysta(folder.path(), "generate tiny -o out").code, 0);
    let files = files(&folder.path().join("out"));
    let manifest: Value = serde_json::from_slice(&files["manifest.json"]).expect("JSON");
    let digests = [&manifest["digest"], &manifest["accelerator"]["digest"]];
    let digests = digests.map(|digest| &digest.as_str().expect("a digest")[..16]);
    for (name, bytes) in &files {
        let text = String::from_utf8_lossy(bytes);
        let carries = digests.iter().any(|digest| text.contains(digest));
        assert!(carries || name.starts_with("doc/"), "{name}");
    }
}
