//! The whole scheduler in Yosys for 7-series: no latch, no net with two drivers, every memory in look-up tables or
//! block memory; and its area, printed with `--nocapture`.

use std::path::Path;

use dysta_config::params::SchedulerSpec;
use dysta_config::system::check_system;
use dysta_config::target::check_target;
use dysta_generator::emit::rtl_files;
use dysta_generator::graph::Cost;
use dysta_generator::lower::{self, Design};
use dysta_rtl_tests::{Kit, read, shell};
use dysta_sim::cosim::Cache;
use dysta_sim::synthesis::{Area, Job, Mapping, Source, YOSYS, run};

const DEDICATED: &str = "scheduler.binding.units=dedicated";
const TARGET: &str = "target=xc7z020";
/// Most look-up tables between two registers of a 7-series device.
const LEVELS: u32 = 7;

/// Maps a preset to a 7-series device; a latch, a net with two drivers and a memory that no memory cell takes are errors.
fn mapped(system: &str, policy: &str, sets: &[&str]) -> (SchedulerSpec, Design, Mapping) {
    let policy = format!("scheduler.policy={policy}");
    let sets: Vec<String> = [&[policy.as_str()], sets]
        .concat()
        .iter()
        .map(ToString::to_string)
        .collect();
    let (found, _) = check_system(system, &sets).expect("a preset");
    let design = lower::scheduler(&found.scheduler).expect("a design");
    let source = Source {
        top: design.top.clone(),
        parameters: Vec::new(),
        files: rtl_files(&design).expect("text"),
        kept: Vec::new(),
        wrapper: None,
    };
    let (target, _) = check_target("xc7z020", &[]).expect("a preset");
    let job = Job {
        source: &source,
        target: &target,
        yosys: &YOSYS,
        place: false,
        seed: 1,
        limit: None,
    };
    let cache = Cache::at(Path::new(env!("CARGO_TARGET_TMPDIR")).join("synthesis"));
    let outcome = run(&job, &cache).unwrap_or_else(|error| panic!("{system} {sets:?}: {error}"));
    let mapping = outcome.mapping;
    assert_eq!(mapping.total.latch, 0, "{system} {sets:?}");
    let levels = &mapping.tables;
    println!(
        "{system} {sets:?}: {}, {levels} (origin: yosys, xc7)",
        mapping.total
    );
    (found.scheduler.spec, design, mapping)
}

/// Area of a preset, which the model has to know.
fn synthesise(system: &str, policy: &str, sets: &[&str]) -> Area {
    let (_, design, mapping) = mapped(system, policy, sets);
    check_estimate(system, design.estimate.cost, &mapping.total);
    mapping.total
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

/// The pipeline that a target chooses leaves few look-up tables between registers, carry chains apart.
#[track_caller]
fn check_levels(system: &str, pipeline: &str) {
    let (spec, _, mapping) = mapped(system, "dysta", &[TARGET]);
    assert_eq!(spec.pipeline.to_string(), pipeline, "{system}");
    assert!(
        mapping.tables.length <= LEVELS,
        "{system}: {}",
        mapping.tables
    );
}

#[test]
fn edge_has_short_ways() {
    check_levels("edge", "short");
}

#[test]
fn floating_point_has_short_ways() {
    for system in [
        "paper_fp16",
        "paper_fp16_shared",
        "paper_fp32",
        "paper_fp32_shared",
    ] {
        check_levels(system, "short");
    }
}

#[test]
fn schedulers_of_data_centres_have_short_ways() {
    check_levels("datacenter", "long");
    check_levels("datacenter_lite", "long");
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
