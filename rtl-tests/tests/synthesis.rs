//! The whole scheduler in Yosys for 7-series: no latch, no net with two drivers, every memory in look-up tables or
//! block memory; and its area, printed with `--nocapture`.

use dysta_generator::emit::TESTBENCH_REQUESTS;
use dysta_generator::graph::Cost;
use dysta_rtl_tests::{EMITTED, Kit, read, shell};
use dysta_sim::synthesis::{Area, Cells};

const DEDICATED: &str = "scheduler.binding.units=dedicated";

/// Synthesises a preset; stops at a latch, and at a memory with a write port that no memory cell takes.
fn synthesise(system: &str, policy: &str, sets: &[&str]) -> Area {
    let policy = format!("scheduler.policy={policy}");
    let sets = [&[policy.as_str()], sets].concat();
    let kit = Kit::new(system, &sets, EMITTED, TESTBENCH_REQUESTS);
    let folder = kit.write();
    let list = read(folder.path(), &format!("{system}.f"));
    let files: Vec<&str> = list.lines().filter(|l| !l.starts_with("//")).collect();
    let top = &kit.design.top;
    let synth = format!("synth_xilinx -family xc7 -flatten -top {top} -run");
    let script = [
        format!("read_verilog -sv {}", files.join(" ")),
        format!("{synth} begin:map_ffram"),
        "select -assert-none t:$mem_v2 r:WR_PORTS>0 %i".to_owned(),
        format!("{synth} map_ffram:"),
        "check -assert; stat".to_owned(),
    ];
    let run = shell(folder.path(), &format!("yosys -p '{}'", script.join("; ")));
    let name = format!("{system} {sets:?}");
    assert!(run.success, "{name}\n{}", run.text);
    let area = Cells::parse(&run.text).expect("a table of cells").area();
    assert_eq!(area.latch, 0, "{name}");
    println!("{name}: {area} (origin: yosys, xc7)");
    check_estimate(&name, kit.design.estimate.cost, &area);
    area
}

/// The model that needs no tool keeps its bounds: a quarter for look-up tables and flip-flops, the exact number of the rest.
fn check_estimate(name: &str, model: Cost, area: &Area) {
    let close = |model: u32, measured: u32| 4 * model.abs_diff(measured) <= measured;
    assert!(
        close(model.lut, area.tables()) && close(model.ff, area.ff),
        "{name}: {model:?} for {area}"
    );
    let exact = [(model.dsp, area.dsp), (model.bram18, area.bram)];
    assert!(
        exact.iter().all(|(a, b)| a == b),
        "{name}: {model:?} for {area}"
    );
}

/// A policy without multipliers and layer table pays for neither.
#[test]
fn edge_keeps_its_memories_and_has_no_latch() {
    let [dysta, fcfs, edf] = ["dysta", "fcfs", "edf"].map(|policy| synthesise("edge", policy, &[]));
    for simple in [fcfs, edf] {
        assert_eq!((simple.dsp, simple.bram), (0, 2), "no layer table");
        assert!(simple.tables() < dysta.tables() && simple.ff < dysta.ff);
    }
    // Three multipliers of two slices; one serves the score and the update.
    assert_eq!(dysta.dsp, 6);
    let dedicated = synthesise("edge", "dysta", &[DEDICATED]);
    for dysta in [dysta, dedicated] {
        assert!(dysta.dsp <= 10 && dysta.bram <= 5, "{dysta}");
    }
    assert!(dysta.tables() <= 1176 && dysta.ff <= 1575, "{dysta}");
}

/// Most of look-up tables (with those used as memory), flip-flops, DSP slices and block memories of half size.
fn check_bounds(system: &str, [tables, ff, dsp, bram18]: [u32; 4]) {
    let area = synthesise(system, "dysta", &[]);
    let within = area.tables() <= tables && area.ff <= ff && area.dsp <= dsp && area.bram <= bram18;
    assert!(within, "{system}: {area}");
}

#[test]
fn schedulers_of_data_centres_keep_their_bounds() {
    check_bounds("datacenter", [7000, 7000, 56, 24]);
    check_bounds("datacenter_lite", [4900, 5000, 32, 24]);
}

#[test]
fn tiny_keeps_its_memories_and_has_no_latch() {
    synthesise("tiny", "dysta", &[]);
}

#[test]
fn memories_map_on_ecp5_too() {
    let kit = Kit::emitted("edge", "dysta");
    let folder = kit.write();
    let list = read(folder.path(), "edge.f");
    let files: Vec<&str> = list.lines().filter(|l| !l.starts_with("//")).collect();
    let script = format!(
        "read_verilog -sv {}; synth_ecp5 -top dysta_scheduler -run begin:map_ffram; select -assert-none t:$mem_v2 r:WR_PORTS>0 %i; check -assert",
        files.join(" ")
    );
    let run = shell(folder.path(), &format!("yosys -q -p '{script}'"));
    assert!(run.success, "{}", run.text);
}
