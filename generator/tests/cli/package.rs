//! The emitted package works alone.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::output_directory::files;
use crate::tool::{dysta, folder};

fn generate(folder: &Path, system: &str) {
    let run = dysta(folder, &format!("generate {system} -o out"));
    assert_eq!(run.code, 0, "{}", run.stderr);
}

fn bash(folder: &Path, line: &str) -> Output {
    let output = Command::new("bash")
        .current_dir(folder)
        .args(["-c", line])
        .output();
    output.expect("bash starts")
}

/// Runs every command of the package's README in it.
#[track_caller]
fn check_commands(arguments: &str) {
    let folder = folder();
    generate(folder.path(), arguments);
    let out = folder.path().join("out");
    let page = std::fs::read_to_string(out.join("README.md")).expect("a README");
    let block = page
        .split("```sh\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next());
    let commands: Vec<&str> = block.expect("a block of commands").lines().collect();
    assert_eq!(commands.len(), 2);
    for command in commands {
        let output = bash(&out, command);
        let text = String::from_utf8_lossy(&output.stdout);
        let passed = text
            .lines()
            .any(|line| line.starts_with("PASS: ") && page.contains(line));
        assert!(
            output.status.success() && passed,
            "{command}\n{text}{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

#[test]
fn the_readme_of_the_package_runs_its_testbench() {
    check_commands("tiny");
    check_commands("edge --policy edf");
    check_commands("tiny --set scheduler.statistics=false --set scheduler.on_full=reject");
}

#[test]
fn a_changed_expectation_fails() {
    let folder = folder();
    generate(folder.path(), "tiny --policy fcfs");
    let out = folder.path().join("out");
    let path = out.join("tb/vectors/expected.hex");
    let text = std::fs::read_to_string(&path).expect("vectors");
    let mut lines: Vec<&str> = text.lines().collect();
    let last = lines.len() - 5;
    lines[last] = "0123456789abcdef";
    std::fs::write(&path, format!("{}\n", lines.join("\n"))).expect("written");
    let output = bash(
        &out,
        "iverilog -g2012 -s dysta_scheduler_tb -o tb.vvp -f tb.f && vvp -n tb.vvp",
    );
    assert!(!output.status.success());
}

#[test]
fn the_header_is_clean_c_and_cpp() {
    let folder = folder();
    for system in ["tiny", "edge", "edge --policy fcfs"] {
        generate(folder.path(), system);
        for language in ["c", "c++"] {
            let line = format!(
                "g++ -x {language} -fsyntax-only -Wall -Wextra -Werror out/sw/dysta_regs.h"
            );
            let output = bash(folder.path(), &line);
            assert!(
                output.status.success(),
                "{}",
                String::from_utf8_lossy(&output.stderr)
            );
        }
    }
}

#[test]
fn the_manifest_tells_the_truth() {
    let folder = folder();
    generate(folder.path(), "edge");
    let files = files(&folder.path().join("out"));
    let manifest: Value = serde_json::from_slice(&files["manifest.json"]).expect("JSON");
    let listed = manifest["files"].as_array().expect("files");
    assert_eq!(listed.len() + 1, files.len());
    for file in listed {
        let bytes = &files[file["path"].as_str().expect("a path")];
        let hash: String = Sha256::digest(bytes)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(file["sha256"], hash, "{}", file["path"]);
    }
    check_modules(
        manifest["modules"].as_array().expect("modules"),
        &manifest["top"],
    );
}

/// Every module but the top has a parent, and comes before it.
fn check_modules(modules: &[Value], top: &Value) {
    let mut seen = BTreeSet::new();
    for module in modules.iter().rev() {
        let name = module["name"].as_str().expect("a name");
        let parents = module["parents"].as_array().expect("parents");
        assert_eq!(parents.is_empty(), &module["name"] == top, "{name}");
        for parent in parents {
            assert!(
                seen.contains(parent["module"].as_str().expect("a module")),
                "{name}"
            );
        }
        seen.insert(name);
    }
}

#[test]
fn every_file_carries_the_digest() {
    let folder = folder();
    generate(folder.path(), "tiny");
    let files = files(&folder.path().join("out"));
    let manifest: Value = serde_json::from_slice(&files["manifest.json"]).expect("JSON");
    let digest = &manifest["digest"].as_str().expect("a digest")[..16];
    for (name, bytes) in &files {
        let text = String::from_utf8_lossy(bytes);
        let carries = text.contains(digest);
        assert!(carries || name.starts_with("doc/"), "{name}");
    }
}
