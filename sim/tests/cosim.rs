//! The co-simulation driver against a small scheduler written as behaviour: build, cache, stimulus rule, comparison.

use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use dysta_config::expr::Timing;
use dysta_config::params::OnFull;
use dysta_sim::cosim::{
    Cache, CosimError, Model, Port, RtlFile, RtlSource, RtlTrace, RunOptions, TableWord, lockstep,
    run,
};
use dysta_sim::golden::{
    Arithmetic, Candidate, EntryNumbers, Fault, LayerStatus, Measured, Shape, Stimulus, Trace,
    run as golden_run,
};
use dysta_sim::workload::{CycleRequest, LayerRun};
use tempfile::TempDir;

const DESIGN: &str = include_str!("cosim/dysta_scheduler.sv");

/// Score = deadline; a layer with all bits of nnz set saturates.
struct ByDeadline;

impl Arithmetic for ByDeadline {
    type Decision = ();

    fn admit(&self, _: u32) -> EntryNumbers {
        EntryNumbers::default()
    }

    fn after_layer(&self, _: &mut EntryNumbers, _: u32, _: u32, ran: Measured) -> bool {
        ran.nnz == u32::MAX
    }

    fn decision(&self, _: u64, _: u32) {}

    fn score(&self, (): &(), candidate: &Candidate<'_>) -> u64 {
        candidate.deadline
    }
}

/// Models of all tests; a fresh directory, so that every test run builds.
static CACHE: LazyLock<TempDir> = LazyLock::new(|| TempDir::new().expect("a temporary directory"));

/// The design as it is, which most tests run.
static DESIGN_MODEL: LazyLock<Model> = LazyLock::new(|| built(DESIGN));

const PORTS: [(&str, u32); 32] = [
    ("clk_i", 1),
    ("rst_ni", 1),
    ("now_i", 48),
    ("submit_valid_i", 1),
    ("submit_ready_o", 1),
    ("submit_id_i", 16),
    ("submit_profile_i", 4),
    ("submit_deadline_i", 48),
    ("submit_priority_i", 4),
    ("dispatch_valid_o", 1),
    ("dispatch_ready_i", 1),
    ("dispatch_id_o", 16),
    ("dispatch_position_o", 3),
    ("dispatch_profile_o", 4),
    ("dispatch_layer_o", 6),
    ("dispatch_score_o", 48),
    ("layer_done_valid_i", 1),
    ("layer_done_ready_o", 1),
    ("layer_done_nnz_i", 32),
    ("layer_done_status_i", 2),
    ("complete_valid_o", 1),
    ("complete_ready_i", 1),
    ("complete_id_o", 16),
    ("complete_finish_o", 48),
    ("complete_status_o", 3),
    ("table_valid_i", 1),
    ("table_ready_o", 1),
    ("table_addr_i", 4),
    ("table_data_i", 64),
    ("statistics_address_i", 3),
    ("statistics_data_o", 32),
    ("quiescent_o", 1),
];

fn source(text: &str) -> RtlSource {
    RtlSource {
        top: "dysta_scheduler".to_owned(),
        files: vec![RtlFile {
            name: "dysta_scheduler.sv".to_owned(),
            text: text.to_owned(),
        }],
        ports: PORTS
            .iter()
            .map(|&(name, width)| Port {
                name: name.to_owned(),
                width,
            })
            .collect(),
        probes: Vec::new(),
    }
}

fn built(text: &str) -> Model {
    Model::build(&source(text), &Cache::at(CACHE.path()), false).expect("the design builds")
}

fn shape() -> Shape {
    let timing = Timing {
        ii: 1,
        update_slot: 9,
        constant: 7,
        single: 4,
        write_cycle: Some(10),
        scan_delay: 0,
        lane_depth: 2,
    };
    Shape {
        capacity: 4,
        lanes: 1,
        complete_depth: 2,
        on_full: OnFull::Wait,
        timing,
        sum_cycle: Some(5),
        first_admission: 0xffff_fffd,
        id_bits: 16,
        profile_bits: 4,
        priority_bits: 4,
        profile_layers: vec![1, 2, 3, 0],
    }
}

fn tables() -> Vec<TableWord> {
    (0..3)
        .map(|row| TableWord {
            address: row,
            data: row + 1,
        })
        .collect()
}

/// A stream of 300 requests drawn by a small generator: bursts, ties, unknown profiles, faults, layers of one cycle.
fn stimulus(seed: u32, pressure: u8, now_start: u64) -> Stimulus {
    let mut state = u64::from(seed);
    let mut draw = move |limit: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % limit
    };
    let mut arrival = now_start;
    let mut request = |id: u32| {
        arrival += if draw(4) == 0 { draw(3000) } else { draw(60) };
        let mut layer = || LayerRun {
            latency_cycles: if draw(3) == 0 { 1 } else { 1 + draw(90) },
            nnz: if draw(5) == 0 { u32::MAX } else { 9 },
        };
        let layers = vec![layer(), layer(), layer()];
        let deadline = arrival + 100 * draw(4);
        CycleRequest {
            id,
            profile: draw(4) as u32,
            arrival,
            deadline,
            priority: 1,
            layers,
        }
    };
    let requests: Vec<CycleRequest> = (0..300).map(|index| request(index + 7)).collect();
    let fault = |request| Fault {
        request,
        layer: 1,
        status: LayerStatus::Error,
    };
    let faults = (0..300).step_by(37).map(fault).collect();
    Stimulus {
        requests,
        faults,
        pressure,
        seed,
        now_start,
        jump: true,
        max_clocks: 1_000_000,
    }
}

fn golden(stimulus: &Stimulus) -> Trace {
    golden_run(&shape(), &ByDeadline, stimulus, &mut ()).expect("the golden model ends")
}

fn against_golden(
    model: &Model,
    stimulus: &Stimulus,
    random_seed: u32,
) -> Result<RtlTrace, CosimError> {
    let options = RunOptions {
        random_seed,
        waveform: None,
    };
    lockstep(
        model,
        &tables(),
        stimulus,
        &golden(stimulus),
        &options,
        &mut |_| {},
    )
}

#[test]
fn hardware_and_golden_model_agree_under_every_stimulus() {
    let model = &*DESIGN_MODEL;
    for (seed, pressure, now_start) in [
        (1, 0, 0),
        (2, 100, 1 << 40),
        (3, 220, 5),
        (4, 0, (1 << 48) - 200_000),
    ] {
        let stimulus = stimulus(seed, pressure, now_start);
        let trace = against_golden(model, &stimulus, seed).expect("equal events");
        let golden = golden(&stimulus);
        assert_eq!(trace.clocks, golden.clocks);
        assert_eq!(trace.statistics, golden.statistics);
        let latencies: Vec<u64> = trace.latencies(&golden).collect();
        let predicted: Vec<u64> = golden
            .decisions
            .iter()
            .map(|decision| u64::from(decision.latency))
            .collect();
        assert_eq!(latencies, predicted);
    }
}

#[test]
fn jumps_and_random_register_values_change_no_event() {
    let model = &*DESIGN_MODEL;
    let mut stimulus = stimulus(11, 30, 0);
    let play = |stimulus: &Stimulus, random_seed| {
        let options = RunOptions {
            random_seed,
            waveform: None,
        };
        run(model, &tables(), stimulus, &options).expect("the run ends")
    };
    let jumped = play(&stimulus, 0);
    assert_eq!(play(&stimulus, 1).events, jumped.events);
    assert_eq!(play(&stimulus, 2).events, jumped.events);
    stimulus.jump = false;
    let stepped = play(&stimulus, 3);
    assert_eq!(stepped.events, jumped.events);
    assert!(stepped.clocks > jumped.clocks);
}

/// Plants a bug and returns the error of the comparison.
#[track_caller]
fn planted(right: &str, wrong: &str) -> CosimError {
    assert!(DESIGN.contains(right), "the bug does not apply: {right}");
    let model = built(&DESIGN.replace(right, wrong));
    against_golden(&model, &stimulus(5, 0, 0), 0).expect_err("the bug is found")
}

#[test]
fn the_first_difference_is_shown_with_what_led_to_it() {
    insta::assert_snapshot!(planted(
        "deadline[i] < deadline[at] ||",
        "deadline[i] <= deadline[at] ||"
    ));
}

#[test]
fn a_decision_one_clock_late_is_found() {
    let error = planted("+ C;", "+ C + 1;");
    assert!(error.to_string().contains("another clock"), "{error}");
    assert_eq!(error.exit_code(), 4);
}

#[test]
fn a_wrong_counter_is_found() {
    let error = planted(
        "stat[4] = stat[4] + {31'd0, writes && saturated};",
        "stat[4] = stat[4] + 1;",
    );
    assert!(error.to_string().contains("counter 4 is"), "{error}");
}

#[test]
fn hardware_that_hangs_is_found() {
    let error = planted(
        "if (cycle == due) state = Offer;",
        "if (cycle == due && n < 4) state = Offer;",
    );
    assert!(
        error.to_string().contains("no such event in the hardware"),
        "{error}"
    );
}

#[test]
fn an_assertion_of_the_rtl_stops_the_run() {
    let asserts = "latest = now_i; if (n == 3) $error(\"three entries\");";
    let CosimError::Stopped { message, .. } = planted("latest = now_i;", asserts) else {
        panic!("the run was not stopped");
    };
    assert!(message.contains("three entries"), "{message}");
}

#[test]
fn a_syntax_error_shows_the_last_lines_of_the_tool() {
    let broken = source(&DESIGN.replace("endmodule", "endmodul"));
    let error =
        Model::build(&broken, &Cache::at(CACHE.path()), false).expect_err("verilator refuses");
    assert!(matches!(
        error,
        CosimError::ToolFailed {
            tool: "verilator",
            ..
        }
    ));
    assert!(error.to_string().contains("dysta_scheduler.sv:"), "{error}");
}

#[test]
fn a_top_without_the_ports_of_the_scheduler_is_refused() {
    let mut source = source(DESIGN);
    source.ports.retain(|port| port.name != "now_i");
    let error =
        Model::build(&source, &Cache::at(CACHE.path()), false).expect_err("a port is missing");
    assert_eq!(
        error.to_string(),
        "the top module dysta_scheduler has no port now_i of at most 64 bits"
    );
}

#[test]
fn a_design_without_counters_is_compared_by_its_events() {
    let ports = "    input  logic [2:0]  statistics_address_i,\n    output logic [31:0] statistics_data_o,\n";
    assert!(DESIGN.contains(ports));
    let text = DESIGN
        .replace(ports, "")
        .replace("assign statistics_data_o = stat[statistics_address_i];", "");
    let mut source = source(&text);
    source
        .ports
        .retain(|port| !port.name.starts_with("statistics"));
    let model = Model::build(&source, &Cache::at(CACHE.path()), false).expect("the design builds");
    against_golden(&model, &stimulus(9, 0, 0), 0).expect("equal events");
}

#[test]
fn a_table_port_that_stays_busy_is_reported() {
    let model = built(&DESIGN.replace("table_ready_o = 1'b1", "table_ready_o = !table_addr_i[1]"));
    let error = run(
        &model,
        &tables(),
        &stimulus(1, 0, 0),
        &RunOptions::default(),
    )
    .expect_err("word 2 is not taken");
    assert!(matches!(error, CosimError::Table { index: 2 }));
}

/// The only model in a cache; beside it stands the runtime, and nothing is left of the builds.
fn only_library(cache: &Cache) -> PathBuf {
    let entries = fs::read_dir(cache.root()).expect("a directory");
    let entries: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    assert_eq!(entries.len(), 2, "{entries:?}");
    let mut libraries = entries.iter().map(|entry| entry.join("model.so"));
    libraries.find(|path| path.exists()).expect("a model")
}

#[test]
fn models_are_built_once_repaired_when_broken_and_shared_by_threads() {
    let directory = TempDir::new().expect("a temporary directory");
    let cache = Cache::at(directory.path().join("not/made/yet"));
    let source = source(DESIGN);
    std::thread::scope(|scope| {
        let build = || {
            Model::build(&source, &cache, false)
                .map(drop)
                .expect("the design builds")
        };
        scope.spawn(build);
        build();
    });
    let library = only_library(&cache);
    let built_at = fs::metadata(&library)
        .expect("the library")
        .modified()
        .expect("a time");
    Model::build(&source, &cache, false).expect("the design is cached");
    assert_eq!(
        fs::metadata(&library)
            .expect("the library")
            .modified()
            .expect("a time"),
        built_at
    );
    fs::write(&library, "broken").expect("writable");
    let model = Model::build(&source, &cache, false).expect("the design is built again");
    against_golden(&model, &stimulus(6, 0, 0), 0).expect("equal events");
    only_library(&cache);
}

#[test]
fn waveforms_are_written_only_by_models_built_for_them() {
    let directory = TempDir::new().expect("a temporary directory");
    let path = directory.path().join("run.fst");
    let options = RunOptions {
        random_seed: 0,
        waveform: Some(path.clone()),
    };
    let stimulus = stimulus(8, 0, 0);
    let refused = run(&DESIGN_MODEL, &tables(), &stimulus, &options).expect_err("no waveform");
    assert!(matches!(refused, CosimError::NoWaveform { .. }));
    let model =
        Model::build(&source(DESIGN), &Cache::at(CACHE.path()), true).expect("the design builds");
    let trace = run(&model, &tables(), &stimulus, &options).expect("the run ends");
    assert_eq!(trace.events, golden(&stimulus).events);
    assert!(fs::metadata(&path).expect("a waveform").len() > 1000);
}

#[test]
fn a_session_drives_single_ports() {
    let model = &*DESIGN_MODEL;
    let mut session = model.session(1);
    let mut clock = |level| {
        session.poke("clk_i", level).expect("a port");
        session.eval();
    };
    for level in [0, 1, 0] {
        clock(level);
    }
    assert_eq!(session.peek("quiescent_o").expect("a port"), 1);
    assert_eq!(session.peek("submit_ready_o").expect("a port"), 1);
    session.poke("now_i", u64::MAX).expect("a port");
    assert_eq!(session.peek("now_i").expect("a port"), (1 << 48) - 1);
    assert!(matches!(
        session.peek("nothing_o"),
        Err(CosimError::UnknownPort { .. })
    ));
}
