//! The scripts of the package: FuseSoC and Yosys run them, Tcl runs those for Vivado against commands that record their
//! calls, nextpnr is a program that checks its arguments.

use std::collections::BTreeSet;
use std::path::Path;

use dysta_generator::vlog::{Direction, Width};
use dysta_rtl_tests::{Kit, Run, read, shell};

/// The program that `.ci/judge` installs.
fn fusesoc(folder: &Path, target: &str, more: &str) -> Run {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let program = root.join("target/fusesoc/bin/fusesoc");
    assert!(program.exists(), "no FuseSoC; `make judge` installs it");
    let program = program.display();
    shell(
        folder,
        &format!("{program} --cores-root . run --target {target} {more} dysta:generated:tiny"),
    )
}

fn check_run(run: &Run, wanted: &str) {
    assert!(
        run.success && run.text.contains(wanted),
        "no {wanted:?}:\n{}",
        run.text
    );
}

#[test]
fn fusesoc_lints_and_simulates() {
    let kit = Kit::emitted("tiny", "dysta");
    let passed = format!("PASS: {} events compared", kit.vectors.expected.len());
    let folder = kit.write();
    let folder = folder.path();
    check_run(&fusesoc(folder, "lint", ""), "");
    check_run(&fusesoc(folder, "sim", ""), &passed);
    check_run(&fusesoc(folder, "sim_icarus", ""), &passed);
    for target in ["synth", "synth_ecp5", "vivado"] {
        check_run(&fusesoc(folder, target, "--setup"), "");
    }
    let yosys = shell(folder, "cat build/*/synth*/*.tcl");
    check_run(&yosys, "synth_xilinx");
    check_run(&yosys, "synth_ecp5");
    let vivado = shell(folder, "cat build/*/vivado/*.tcl");
    check_run(&vivado, "xc7z020clg400-1");
    check_run(&vivado, "tiny.xdc");
}

/// The lint target finds a fault in the RTL and one in the wrapper.
#[test]
fn fusesoc_lint_fails_on_a_fault() {
    let kit = Kit::emitted("tiny", "dysta");
    for (file, from, to) in [
        ("rtl/dysta_guard.sv", "assign ", "assign missing = "),
        ("wrapper/dysta_scheduler_axi.v", "[17:16]", "[18:16]"),
        (
            "wrapper/dysta_scheduler_axi.v",
            "wire unused_inputs;",
            "logic unused_inputs;",
        ),
    ] {
        let folder = kit.write();
        let path = folder.path().join(file);
        let text = std::fs::read_to_string(&path).expect("a file of the package");
        std::fs::write(&path, text.replacen(from, to, 1)).expect("the file is written");
        let run = fusesoc(folder.path(), "lint", "");
        assert!(!run.success, "{file}: {to}\n{}", run.text);
    }
}

#[test]
fn yosys_scripts_synthesise() {
    let folder = Kit::emitted("tiny", "dysta").write();
    let folder = folder.path();
    for script in ["xc7", "ecp5"] {
        let run = shell(
            folder,
            &format!("yosys -q -l {script}.log yosys/{script}.ys"),
        );
        assert!(run.success, "{}", run.text);
        assert!(folder.join(format!("{script}.json")).exists());
    }
    // The design that the script for nextpnr takes is there now.
    std::fs::write(folder.join("place.sh"), NEXTPNR).expect("a program is written");
    let run = shell(
        folder,
        "chmod +x place.sh && NEXTPNR=./place.sh sh nextpnr/ecp5.sh --seed 2",
    );
    check_run(
        &run,
        "--out-of-context --json ecp5.json --lpf constraints/tiny.lpf --lpf-allow-unconstrained --report ecp5_report.json --seed 2",
    );
}

/// Prints its arguments; fails when a file that it would read is missing.
const NEXTPNR: &str = r#"#!/bin/sh
for file in "$@"; do
  case $file in ecp5.json | *.lpf) test -s "$file" || exit 1 ;; esac
done
echo "$@"
"#;

/// A memory that no cell takes stops the script.
#[test]
fn a_memory_that_falls_apart_stops_yosys() {
    let folder = Kit::emitted("tiny", "dysta").write();
    let path = folder.path().join("rtl/dysta_ram_block.sv");
    let text = std::fs::read_to_string(&path).expect("a leaf");
    let broken = text.replace("ram_style = \"block\"", "ram_style = \"logic\"");
    assert_ne!(text, broken);
    std::fs::write(path, broken).expect("the leaf is written");
    let run = shell(folder.path(), "yosys -q yosys/xc7.ys");
    assert!(
        !run.success && run.text.contains("Assertion failed"),
        "{}",
        run.text
    );
}

/// Ports as constraints name them.
fn ports(kit: &Kit, direction: Option<Direction>) -> Vec<String> {
    let top = kit.design.printed.last().expect("the top");
    let ports = top.all_ports();
    let ports = ports.filter(|port| direction.is_none_or(|wanted| port.direction == wanted));
    ports
        .map(|port| match port.width {
            Width::Bits(1) => port.name.clone(),
            _ => format!("{}[*]", port.name),
        })
        .collect()
}

/// Runs a script for Vivado in another folder than the package, as a user would.
fn vivado(kit: &Kit, folder: &Path, script: &str, slack: &str, arguments: &str) -> Run {
    let stubs = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/package/vivado_stubs.tcl");
    let work = tempfile::tempdir().expect("a temporary folder");
    let ports = ports(kit, None).join(",");
    let top = &kit.design.top;
    shell(
        work.path(),
        &format!(
            "TOP={top} PORTS='{ports}' SLACK={slack} tclsh {} {}/vivado/{script} {arguments}",
            stubs.display(),
            folder.display()
        ),
    )
}

#[test]
fn vivado_scripts_run_with_recorded_commands() {
    let kit = Kit::emitted("tiny", "dysta");
    let folder = kit.write();
    let mut calls = String::new();
    for script in ["project.tcl", "package_ip.tcl", "synth_ooc.tcl"] {
        let run = vivado(&kit, folder.path(), script, "0.125", "");
        assert!(run.success, "{script}\n{}", run.text);
        calls.push_str(&format!("== {script}\n{}", run.text));
    }
    let rtl = read(folder.path(), "tiny.f");
    let rtl = rtl.lines().filter(|line| !line.starts_with("//"));
    let rtl: Vec<String> = rtl.map(|path| format!("PACKAGE/{path}")).collect();
    let calls = calls.replace(&rtl.join(" "), "RTL");
    insta::with_settings!({ snapshot_path => "../../snapshots", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("vivado_calls", calls);
    });
}

#[test]
fn vivado_scripts_take_the_part_and_judge_the_clock() {
    let kit = Kit::emitted("edge", "fcfs");
    let folder = kit.write();
    let run = vivado(
        &kit,
        folder.path(),
        "synth_ooc.tcl",
        "0.000",
        "xczu7ev-ffvc1156-2-e",
    );
    check_run(
        &run,
        "synth_design -mode out_of_context -top dysta_scheduler -part xczu7ev-ffvc1156-2-e",
    );
    check_run(&run, "slack 0.000 ns on xczu7ev-ffvc1156-2-e");
    let run = vivado(&kit, folder.path(), "synth_ooc.tcl", "-0.250", "");
    assert!(
        !run.success && run.text.contains("the clock is missed by 0.25 ns"),
        "{}",
        run.text
    );
    let wrapper = folder.path().join("wrapper/dysta_scheduler_axi.v");
    let text = std::fs::read_to_string(&wrapper).expect("the wrapper");
    std::fs::write(&wrapper, text.replace(" m_axis_dispatch T", " loose T")).expect("written");
    let run = vivado(&kit, folder.path(), "package_ip.tcl", "0", "");
    let message = "interface m_axis_dispatch of dysta_scheduler_axi was not recognised";
    assert!(!run.success && run.text.contains(message), "{}", run.text);
}

/// Every port but the clock has a delay, on the side of its direction.
#[test]
fn constraints_name_every_port() {
    let kit = Kit::emitted("edge", "dysta");
    let files = kit.package().files;
    let text = |name: &str| String::from_utf8_lossy(&files[name]).into_owned();
    assert_eq!(text("constraints/edge.sdc"), text("constraints/edge.xdc"));
    let sdc = text("constraints/edge.sdc");
    let named = |command: &str| -> BTreeSet<String> {
        let line = sdc.lines().find(|line| line.starts_with(command));
        let (_, list) = line.and_then(|line| line.split_once('{')).expect("a list");
        list.trim_end_matches("}]")
            .split(' ')
            .map(str::to_owned)
            .collect()
    };
    let mut inputs: BTreeSet<String> = ports(&kit, Some(Direction::Input)).into_iter().collect();
    assert!(inputs.remove("clk_i"));
    assert_eq!(named("set_input_delay"), inputs);
    let outputs: BTreeSet<String> = ports(&kit, Some(Direction::Output)).into_iter().collect();
    assert_eq!(named("set_output_delay"), outputs);
    let mhz = kit.system.clock_hz as f64 / 1e6;
    let last = |name: &str| text(name).lines().last().map(str::to_owned);
    assert_eq!(
        last("constraints/edge.lpf"),
        Some(format!("FREQUENCY PORT \"clk_i\" {mhz} MHZ;"))
    );
    assert_eq!(
        last("constraints/edge.pcf"),
        Some(format!("set_frequency clk_i {mhz}"))
    );
}
