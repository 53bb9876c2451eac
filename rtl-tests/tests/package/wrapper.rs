//! The wrapper for block designs: it is Verilog-2005, and through it the testbench of the package sees the same scheduler,
//! with the fields where the package's page says that they are.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use dysta_config::accelerator::Accelerator;
use dysta_generator::emit::Wrapper;
use dysta_generator::lower;
use dysta_generator::vlog::{Direction, Module, Width};
use dysta_rtl_tests::array::files;
use dysta_rtl_tests::{Kit, read, shell};

const WRAPPER: &str = "wrapper/dysta_scheduler_axi.v";

fn range(width: &Width) -> String {
    match width {
        Width::Bits(bits) => format!("[{}:0]", bits - 1),
        Width::Of(_) => panic!("the top has no parameters"),
    }
}

/// `input [47:0] now_i, ...` with the kind of net that the language has.
fn port_list(module: &Module, net: &str) -> String {
    let ports = module.all_ports().map(|port| {
        let direction = match port.direction {
            Direction::Input => "input",
            Direction::Output => "output",
        };
        format!("{direction} {net} {} {}", range(&port.width), port.name)
    });
    ports.collect::<Vec<_>>().join(",\n  ")
}

fn check_silent(folder: &Path, line: &str) {
    let run = shell(folder, line);
    assert!(run.success && run.text.is_empty(), "{line}\n{}", run.text);
}

/// Both tools read the wrapper as Verilog-2005: Verilator above the design, Icarus above an empty module with its ports.
fn check_wrapper(folder: &Path, path: &str, top: &Module, sources: &str) {
    check_silent(
        folder,
        &format!(
            "verilator --lint-only -Wall +1364-2005ext+v --top-module {}_axi {sources} {path}",
            top.name
        ),
    );
    let stub = format!(
        "module {} (\n  {});\nendmodule\n",
        top.name,
        port_list(top, "wire")
    );
    std::fs::write(folder.join("stub.v"), stub).expect("a stub is written");
    let line = format!("iverilog -g2005 -t null -s {}_axi stub.v {path}", top.name);
    check_silent(folder, &line);
}

#[test]
fn the_wrapper_is_verilog_2005() {
    for (system, policy, set) in [
        ("tiny", "dysta", "scheduler.statistics=true"),
        ("edge", "fcfs", "scheduler.statistics=false"),
        ("datacenter", "dysta", "scheduler.statistics=true"),
    ] {
        let policy = format!("scheduler.policy={policy}");
        let kit = Kit::new(system, &[&policy, set], dysta_rtl_tests::EMITTED, 20);
        let folder = kit.write();
        let top = kit.design.printed.last().expect("the top");
        check_wrapper(folder.path(), WRAPPER, top, &format!("-f {system}.f"));
    }
}

#[test]
fn the_wrapper_of_the_array_is_verilog_2005() {
    for memory_bits in [128, 512] {
        let array = Accelerator {
            memory_bits,
            ..Accelerator::EDGE
        };
        let design = lower::array(&array).expect("a design");
        let folder = tempfile::tempdir().expect("a temporary folder");
        let wrapper = Wrapper::new(&design.graph);
        let text = wrapper.text("array").expect("text");
        std::fs::write(folder.path().join("dysta_array_axi.v"), text)
            .expect("the wrapper is written");
        let mut sources = Vec::new();
        for file in files(&array) {
            std::fs::write(folder.path().join(&file.name), &file.text).expect("a file is written");
            sources.push(file.name);
        }
        let top = design.printed.last().expect("the top");
        check_wrapper(folder.path(), "dysta_array_axi.v", top, &sources.join(" "));
    }
}

/// Interface and field, and the bits of TDATA as the page tells them.
fn places(page: &str) -> BTreeMap<String, (String, String)> {
    let rows = page.lines().filter_map(|line| {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, interface, field, bits, _] = cells[..] else {
            return None;
        };
        let interface = interface.trim_matches('`');
        let stream = interface
            .get(7..)
            .filter(|_| interface.contains("_axis_"))?;
        let place = (interface.to_owned(), bits.to_owned());
        Some((format!("{stream}_{field}"), place))
    });
    rows.collect()
}

/// A module with the ports of the scheduler around the wrapper, wired by the page alone.
fn adapter(top: &Module, page: &str) -> String {
    let places = places(page);
    let mut text = format!("module adapter (\n  {});\n", port_list(top, "logic"));
    let mut connections = BTreeMap::new();
    for (interface, _) in places.values() {
        // Ones in the bits without a meaning, which must not matter.
        let _ = writeln!(text, "  wire [127:0] {interface};");
        connections.insert(format!("{interface}_tdata"), interface.clone());
    }
    let mut lines: Vec<&str> = text.lines().collect();
    lines.dedup();
    let mut text = lines.join("\n") + "\n";
    for port in top.all_ports() {
        let stem = &port.name[..port.name.len() - 2];
        let stream = |suffix: &str| {
            let name = stem.strip_suffix(suffix)?;
            let places = places.values().map(|(interface, _)| interface);
            let interface = places.into_iter().find(|i| i[7..] == *name)?;
            Some((interface.clone(), port.name.clone()))
        };
        if let Some((interface, bits)) = places.get(stem) {
            let _ = match port.direction {
                Direction::Input => writeln!(text, "  assign {interface}[{bits}] = {};", port.name),
                Direction::Output => {
                    writeln!(text, "  assign {} = {interface}[{bits}];", port.name)
                }
            };
        } else if let Some((interface, name)) = stream("_valid") {
            connections.insert(format!("{interface}_tvalid"), name);
        } else if let Some((interface, name)) = stream("_ready") {
            connections.insert(format!("{interface}_tready"), name);
        } else {
            connections.insert(port.name.clone(), port.name.clone());
        }
    }
    let connections = connections
        .iter()
        .map(|(pin, net)| format!(".{pin}({net})"));
    let connections: Vec<String> = connections.collect();
    let _ = writeln!(
        text,
        "  dysta_scheduler_axi u_axi (\n    {});\nendmodule",
        connections.join(",\n    ")
    );
    text
}

/// The testbench drives the wrapper through the adapter and compares every event.
fn check_events(system: &str, policy: &str) {
    let kit = Kit::emitted(system, policy);
    let folder = kit.write();
    let folder = folder.path();
    let top = kit.design.printed.last().expect("the top");
    let text = adapter(top, &read(folder, "doc/dysta_scheduler_axi.md"));
    std::fs::write(folder.join("adapter.sv"), text).expect("the adapter is written");
    let bench = "tb/dysta_scheduler_tb.sv";
    let driven = read(folder, bench).replace("dysta_scheduler u_dut", "adapter u_dut");
    std::fs::write(folder.join(bench), driven).expect("the testbench is written");
    let run = shell(
        folder,
        &format!(
            "iverilog -g2012 -s dysta_scheduler_tb -o tb.vvp -f tb.f adapter.sv {WRAPPER} && vvp -n tb.vvp"
        ),
    );
    let line = format!("PASS: {} events compared", kit.vectors.expected.len());
    assert!(run.success && run.text.contains(&line), "{}", run.text);
}

#[test]
fn the_wrapper_carries_every_field() {
    check_events("tiny", "dysta");
    check_events("edge", "edf");
}
