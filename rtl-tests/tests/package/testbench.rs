//! The emitted testbench as a user runs it: the commands of the emitted README, in both simulators, with every event
//! compared; and what it must not accept.

use std::path::Path;

use dysta_generator::emit::TESTBENCH_REQUESTS;
use dysta_rtl_tests::{EMITTED, Kit, Run, read, shell};
use dysta_sim::scenario::Play;

/// The two commands of the emitted README for the scheduler: Icarus, Verilator.
fn commands(folder: &Path) -> [String; 2] {
    commands_of(folder, 0)
}

/// The commands of a testbench: 0 scheduler, 1 array.
fn commands_of(folder: &Path, testbench: usize) -> [String; 2] {
    let readme = read(folder, "README.md");
    let rest = readme.split("```sh\n").nth(1 + testbench);
    let rest = rest.expect("commands in the README");
    let (block, _) = rest.split_once("```").expect("the end of the commands");
    let lines: Vec<String> = block.lines().map(str::to_owned).collect();
    assert!(
        lines[0].starts_with("iverilog") && lines[1].starts_with("verilator"),
        "{block}"
    );
    lines.try_into().expect("two commands")
}

fn check_passes(run: &Run, events: usize) {
    check_line(run, &format!("PASS: {events} events compared"));
}

fn check_line(run: &Run, line: &str) {
    let lines = run.text.lines().filter(|found| *found == line);
    assert!(
        run.success && lines.count() == 1,
        "no line {line:?}:\n{}",
        run.text
    );
}

fn check_fails(run: &Run, message: &str) {
    assert!(!run.success, "passes, expected: {message}\n{}", run.text);
    assert!(
        run.text.contains(message),
        "expected: {message}\n{}",
        run.text
    );
    assert!(!run.text.contains("PASS"), "{}", run.text);
}

/// Replaces text that must be there once.
fn damage(folder: &Path, name: &str, old: &str, new: &str) {
    let text = read(folder, name);
    assert_eq!(text.matches(old).count(), 1, "{old:?} in {name}");
    std::fs::write(folder.join(name), text.replace(old, new)).expect("the file is written");
}

/// Both commands pass, with at least `decisions` decisions; then the compiled testbenches refuse damaged vectors.
fn check_package(kit: &Kit, decisions: usize) {
    assert!(
        kit.decisions() >= decisions,
        "{} decisions",
        kit.decisions()
    );
    let folder = kit.write();
    let folder = folder.path();
    let commands = commands(folder);
    for command in &commands {
        check_passes(&shell(folder, command), kit.vectors.expected.len());
    }
    // What comes after `&&` runs the compiled testbench.
    let runs = commands.map(|line| line.split_once("&& ").expect("two steps").1.to_owned());
    check_vectors(folder, "", "configuration", &runs);
}

fn check_vectors(folder: &Path, part: &str, of: &str, runs: &[String]) {
    let name = &format!("tb/vectors/{part}expected.hex");
    let whole = read(folder, name);
    let lines: Vec<&str> = whole.lines().collect();
    let middle = lines.len() / 2;
    let mut changed = lines.clone();
    changed[middle] = "00000000deadbeef";
    let short = lines[..lines.len() - 1].join("\n") + "\n";
    let other = whole.replacen(lines[0], "0123456789abcdef", 1);
    let cases = [
        (changed.join("\n") + "\n", "differs".to_owned()),
        (short, "cut short".to_owned()),
        (other, format!("vectors of {of} 0123456789abcdef")),
        (String::new(), format!("vectors of {of}")),
    ];
    for (text, message) in cases {
        std::fs::write(folder.join(name), text).expect("vectors are written");
        for run in runs {
            check_fails(&shell(folder, run), &message);
        }
    }
}

/// The testbench of the array passes in the tools asked for, then refuses damaged vectors.
fn check_array(system: &str, tools: &[usize]) {
    let kit = Kit::emitted(system, "dysta");
    let (_, _, vectors) = kit.array.as_ref().expect("an array");
    assert!(vectors.layers() >= 3 && vectors.bytes() >= 200);
    let folder = kit.write();
    let commands = commands_of(folder.path(), 1);
    let mut runs = Vec::new();
    for tool in tools {
        let run = shell(folder.path(), &commands[*tool]);
        check_line(&run, &format!("PASS: {} bytes compared", vectors.bytes()));
        let (_, second) = commands[*tool].split_once("&& ").expect("two steps");
        runs.push(second.to_owned());
    }
    check_vectors(folder.path(), "array/", "accelerator", &runs);
}

#[test]
fn arrays_pass_and_refuse_damaged_vectors() {
    check_array("tiny", &[0, 1]);
    check_array("edge", &[0]);
}

#[test]
fn arrays_pass_with_every_width_of_the_memory() {
    for bits in [64, 256, 512] {
        let width = format!("accelerator.memory_bits={bits}");
        let kit = Kit::new("tiny", &[&width], EMITTED, TESTBENCH_REQUESTS);
        let (_, _, vectors) = kit.array.as_ref().expect("an array");
        let folder = kit.write();
        let run = shell(folder.path(), &commands_of(folder.path(), 1)[0]);
        check_line(&run, &format!("PASS: {} bytes compared", vectors.bytes()));
    }
}

#[test]
fn a_damaged_array_is_found() {
    let folder = Kit::emitted("tiny", "dysta").write();
    let file = "rtl/dysta_array_lane.sv";
    damage(
        folder.path(),
        file,
        "nudged6 >>> shift5_q",
        "nudged6 >> shift5_q",
    );
    let command = &commands_of(folder.path(), 1)[0];
    check_fails(&shell(folder.path(), command), "differs");
}

#[test]
fn tiny_passes_and_refuses_damaged_vectors() {
    check_package(&Kit::emitted("tiny", "dysta"), 200);
}

#[test]
fn edge_passes_and_refuses_damaged_vectors() {
    check_package(&Kit::emitted("edge", "dysta"), 200);
}

#[test]
fn other_policies_pass() {
    check_package(&Kit::emitted("tiny", "fcfs"), 200);
    check_package(&Kit::emitted("tiny", "slack_srpt"), 200);
    let sets = [
        "scheduler.policy=slack_ramp",
        "scheduler.predictor=latency_ratio",
    ];
    check_package(&Kit::new("tiny", &sets, EMITTED, TESTBENCH_REQUESTS), 200);
    let kit = Kit::emitted("edge", "edf");
    let folder = kit.write();
    check_passes(
        &shell(folder.path(), &commands(folder.path())[0]),
        kit.vectors.expected.len(),
    );
}

#[test]
fn floating_point_passes() {
    let sets = ["scheduler.numbers.format=fp16"];
    check_package(&Kit::new("tiny", &sets, EMITTED, 20), 200);
}

#[test]
fn stimulus_reaches_its_limits() {
    let plays = [
        Play {
            pressure: 0,
            ..EMITTED
        },
        Play {
            pressure: 255,
            seed: 7,
            ..EMITTED
        },
        Play {
            now_start: (1 << 48) - (1 << 33),
            seed: 3,
            ..EMITTED
        },
    ];
    for play in plays {
        let kit = Kit::new("tiny", &["scheduler.complete_depth=2"], play, 20);
        let folder = kit.write();
        check_passes(
            &shell(folder.path(), &commands(folder.path())[0]),
            kit.vectors.expected.len(),
        );
    }
}

#[test]
fn every_clock_simulated_gives_the_same_events() {
    let cases = [
        (0, "-Pdysta_scheduler_tb.JUMP=0 -f tb.f", 1),
        (1, "-GJUMP=0 -f tb.f", 4),
    ];
    for (tool, arguments, requests) in cases {
        let kit = Kit::new("tiny", &[], EMITTED, requests);
        let folder = kit.write();
        let line = commands(folder.path())[tool].replace("-f tb.f", arguments);
        check_passes(&shell(folder.path(), &line), kit.vectors.expected.len());
    }
}

#[test]
fn damaged_hardware_is_found() {
    let cases = [
        (
            "rtl/dysta_dispatcher.sv",
            "dispatch_id_o = id_i",
            "dispatch_id_o = {id_i[15:1], 1'bx}",
            "unknown dispatch",
        ),
        (
            "rtl/dysta_guard.sv",
            "assign quiescent_o = ",
            "assign quiescent_o = 1'bx ^ ",
            "unknown handshake",
        ),
        (
            "rtl/dysta_scheduler.sv",
            "complete_status_o} =",
            "complete_status_o} = 67'd1 ^",
            "differs",
        ),
    ];
    for (file, old, new, message) in cases {
        let folder = Kit::emitted("tiny", "dysta").write();
        damage(folder.path(), file, old, new);
        check_fails(&shell(folder.path(), &commands(folder.path())[0]), message);
    }
    let folder = Kit::emitted("tiny", "dysta").write();
    damage(folder.path(), cases[2].0, cases[2].1, cases[2].2);
    check_fails(
        &shell(folder.path(), &commands(folder.path())[1]),
        "differs",
    );
}
