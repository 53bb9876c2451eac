//! `dysta cosim`: the golden model runs alone, then the emitted RTL under the same stimulus, then f64 on the same states.

mod layer;
mod network;
mod report;

use std::path::PathBuf;
use std::time::Instant;

use dysta_config::system::System;
use dysta_generator::emit;
use dysta_generator::lower::{self, Design};
use dysta_generator::vlog::Width;
use dysta_sim::cosim::{
    Cache, CosimError, Model, Port, ProbedScore, RtlFile, RtlSource, RtlTrace, RunOptions,
    ScoreLog, ScoreProbe, TableWord, compare_scores, lockstep,
};
use dysta_sim::golden::{Stimulus, Trace};
use dysta_sim::metrics::Metrics;
use dysta_sim::scenario::{Difference, FloatJudge, Play, Scenario};
use serde_json::json;
use thiserror::Error;

use super::array::MemoryArgs;
use super::generate::{hardware, package, stimulus_seed, write};
use super::system::{self, Changes, Reference};
use super::{interrupt, output};

/// Arguments of `dysta cosim`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// System: a preset or a file
    #[arg(long, default_value = "edge")]
    system: String,
    /// Policy: a preset or a file; several, separated by commas, run one after the other
    #[arg(long, value_name = "POLICY", value_delimiter = ',')]
    policy: Vec<String>,
    /// Policy in a file of yours; may be given again, and beside --policy
    #[arg(long, value_name = "FILE")]
    policy_file: Vec<PathBuf>,
    /// Set a key of the configuration, for instance policy.score=deadline; may be given again, the last one wins
    #[arg(long = "set", value_name = "KEY=VALUE")]
    sets: Vec<String>,
    /// Workload: a preset or a file
    #[arg(long, value_name = "WORKLOAD", conflicts_with = "reference")]
    workload: Option<String>,
    /// Recorded table to play instead, JSON or gzipped JSON
    #[arg(long, value_name = "TABLE", requires = "traces")]
    reference: Option<PathBuf>,
    /// Folder of the traces that the table was recorded from
    #[arg(long, value_name = "DIR", requires = "reference")]
    traces: Option<PathBuf>,
    /// Run a TensorFlow Lite model of int8 layers on the array instead, layer by layer
    #[arg(long, value_name = "MODEL.tflite", conflicts_with_all = ["policy", "policy_file", "workload", "reference", "probe", "keep"])]
    network: Option<PathBuf>,
    /// Input of the network: one byte for each element, rows first, channels last; several, separated by commas, run one
    /// after the other. Without, one is drawn by the seed
    #[arg(long, value_name = "FILE", value_delimiter = ',', requires = "network")]
    input: Vec<PathBuf>,
    /// The bytes of the inputs are uint8: 128 is subtracted from each
    #[arg(long, requires = "input")]
    uint8: bool,
    /// Run one layer on the array instead: the name of a layer of the suite, or its keys such as
    /// kind=conv,height=8,width=8,channels=16,kernel=3
    #[arg(long, value_name = "LAYER", conflicts_with_all = ["policy", "policy_file", "workload", "reference", "probe", "keep"])]
    layer: Option<String>,
    /// Suite of the layer: a preset, or a YAML or JSON file
    #[arg(long, value_name = "FILE", requires = "layer", default_value = "array")]
    suite: String,
    #[command(flatten)]
    memory: MemoryArgs,
    /// Read burst of the array that is answered with an error, counted from 0
    #[arg(long, value_name = "N", requires = "layer")]
    read_error: Option<u64>,
    /// Write burst of the array that is answered with an error, counted from 0
    #[arg(long, value_name = "N", requires = "layer")]
    write_error: Option<u64>,
    /// Device: a preset or a file; it decides clock and pipeline where they are not written
    #[arg(long, value_name = "TARGET")]
    target: Option<String>,
    /// Seed of the drawn requests, of the ready patterns and of what registers hold before reset
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Chance in 256 that dispatch and complete, or the channels of the array's memory, are not ready in a clock
    #[arg(long, value_name = "N", default_value_t = 0)]
    pressure: u8,
    /// Step every clock instead of jumping over those in which nothing can happen
    #[arg(long)]
    no_jump: bool,
    /// Time of the first clock, in cycles; all arrivals and deadlines count from it
    #[arg(long, value_name = "CYCLES", default_value_t = 0, value_parser = clap::value_parser!(u64).range(..1 << 48))]
    now_start: u64,
    /// Write a waveform
    #[arg(long, value_name = "FILE.fst")]
    trace: Option<PathBuf>,
    /// Compare inner values as well: `scores`, every candidate's score, position and admission number
    #[arg(long, value_enum, value_name = "WHAT")]
    probe: Option<Probe>,
    /// Keep the emitted package
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    /// End with exit code 6 unless the violation rate of every run is below this share, 0 to 1
    #[arg(long, value_name = "SHARE")]
    require_violation_below: Option<f64>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// What a co-simulation compares besides the handshakes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Probe {
    /// Every candidate that enters the arg-min tree.
    Scores,
}

/// A run that ended well and missed what was asked of it.
#[derive(Debug, Error)]
#[error("the violation rate under policy {policy} is {rate}, not below {limit}")]
pub struct GoalMissed {
    policy: String,
    rate: f64,
    limit: f64,
}

/// Everything that one co-simulation found.
pub struct Finding {
    system: System,
    origin: String,
    settings: Vec<String>,
    scenario: Scenario,
    golden: Trace,
    contested: usize,
    differences: Vec<Difference>,
    metrics: Metrics,
    rtl: RtlTrace,
    /// Scores found equal, with probes.
    scores_compared: Option<usize>,
    build_seconds: f64,
    run_seconds: f64,
}

/// Runs every policy that was asked for and prints what was found.
pub fn run(args: &Args) -> anyhow::Result<()> {
    if let Some(model) = &args.network {
        return network::run(args, model);
    }
    if let Some(text) = &args.layer {
        return layer::run(args, text);
    }
    let policies = args.policies();
    let findings = policies
        .iter()
        .map(|policy| cosim(args, policy.as_deref()))
        .collect::<anyhow::Result<Vec<_>>>()?;
    match args.json {
        true => print_json(&findings)?,
        false => print_text(&findings)?,
    }
    check_goal(args, &findings)
}

fn print_json(findings: &[Finding]) -> anyhow::Result<()> {
    output::print_json(&match findings {
        [one] => report::json(one),
        many => json!({ "runs": many.iter().map(report::json).collect::<Vec<_>>() }),
    })
}

fn print_text(findings: &[Finding]) -> anyhow::Result<()> {
    output::print(&match findings {
        [one] => report::page(one),
        many => report::table(many),
    })
}

fn check_goal(args: &Args, findings: &[Finding]) -> anyhow::Result<()> {
    let Some(limit) = args.require_violation_below else {
        return Ok(());
    };
    // A limit that is no number is missed by every rate.
    let reached = |finding: &&Finding| finding.metrics.violation_rate < limit;
    match findings.iter().find(|finding| !reached(finding)) {
        Some(finding) => Err(GoalMissed {
            policy: finding.system.scheduler.spec.policy.name.clone(),
            rate: finding.metrics.violation_rate,
            limit,
        }
        .into()),
        None => Ok(()),
    }
}

impl Args {
    /// The policies to run; one entry without name for that of the system.
    fn policies(&self) -> Vec<Option<String>> {
        let files = self.policy_file.iter().map(|path| system::file_name(path));
        let policies: Vec<_> = self.policy.iter().cloned().chain(files).map(Some).collect();
        match policies.is_empty() {
            true => vec![None],
            false => policies,
        }
    }

    fn changes(&self, policy: Option<&str>) -> Changes {
        Changes {
            sets: self.sets.clone(),
            policy: policy.map(str::to_owned),
            target: self.target.clone(),
            seed: self.seed,
        }
    }

    fn reference(&self) -> Option<Reference> {
        let (table, traces) = (self.reference.clone()?, self.traces.clone()?);
        Some(Reference { table, traces })
    }

    /// The scenario, and the settings that playing a recording made.
    fn load(&self, policy: Option<&str>) -> anyhow::Result<(System, Vec<String>, Scenario)> {
        let changes = self.changes(policy);
        if let Some(reference) = self.reference() {
            let (system, settings) = system::load_for_reference(&self.system, &changes)?;
            let scenario = system::recorded_scenario(&system, &reference)?;
            return Ok((system, settings, scenario));
        }
        let workload = self.workload.iter().map(|name| format!("workload={name}"));
        let system = system::load(&self.system, &changes, &workload.collect::<Vec<_>>())?;
        let scenario = system::drawn_scenario(&system)?;
        Ok((system, Vec::new(), scenario))
    }

    /// Compares the scores when they were asked for; gives their number.
    fn compare(&self, golden: &[ProbedScore], rtl: &RtlTrace) -> anyhow::Result<Option<usize>> {
        match self.probe {
            Some(Probe::Scores) => {
                let compared = compare_scores(golden, &rtl.scores);
                Ok(Some(compared.map_err(CosimError::from)?))
            }
            None => Ok(None),
        }
    }

    fn play(&self, system: &System) -> Play {
        Play {
            pressure: self.pressure,
            seed: stimulus_seed(system),
            now_start: self.now_start,
            jump: !self.no_jump,
        }
    }
}

fn cosim(args: &Args, policy: Option<&str>) -> anyhow::Result<Finding> {
    let (system, settings, scenario) = args.load(policy)?;
    let stimulus = scenario.stimulus(&args.play(&system));
    let mut judge = FloatJudge::new(&scenario);
    let mut log = ScoreLog::default();
    let golden = match args.probe {
        Some(Probe::Scores) => scenario.golden(&stimulus, &mut (&mut judge, &mut log))?,
        None => scenario.golden(&stimulus, &mut judge)?,
    };
    let (contested, differences) = (judge.contested, judge.differences);
    let design = lower::scheduler(&system.scheduler)?;
    if let Some(folder) = &args.keep {
        write(&package(&system, scenario.clone(), &design)?, folder)?;
    }
    let (model, build_seconds) = build(args, &system, &design)?;
    let started = Instant::now();
    let rtl = play(args, &model, &scenario, &stimulus, &golden)?;
    Ok(Finding {
        scores_compared: args.compare(log.scores(), &rtl)?,
        origin: scenario.workload.origin.clone(),
        metrics: scenario.metrics(&stimulus, &golden),
        run_seconds: started.elapsed().as_secs_f64(),
        system,
        settings,
        scenario,
        golden,
        contested,
        differences,
        rtl,
        build_seconds,
    })
}

/// Builds the model, or takes it from the cache; gives the seconds it took.
fn build(args: &Args, system: &System, design: &Design) -> anyhow::Result<(Model, f64)> {
    let mut source = source(system, design)?;
    if args.probe == Some(Probe::Scores) {
        source.probes = ScoreProbe::of_lanes(system.scheduler.spec.lanes);
    }
    let cache = Cache::of_user()?;
    let progress = output::spinner(args.json, "building the Verilator model");
    let started = Instant::now();
    let model = interrupt::whole(|| Ok(Model::build(&source, &cache, args.trace.is_some())?))?;
    progress.finish_and_clear();
    Ok((model, started.elapsed().as_secs_f64()))
}

/// The emitted RTL as the driver takes it.
fn source(system: &System, design: &Design) -> anyhow::Result<RtlSource> {
    let texts = emit::rtl(&system.name, &system.scheduler, hardware(design))?;
    let file = |text: emit::RtlText| RtlFile {
        name: format!("{}.sv", text.name),
        text: text.text,
    };
    let top = design
        .printed
        .iter()
        .filter(|module| module.name == design.top);
    let ports = top
        .flat_map(|module| module.all_ports())
        .filter_map(|port| {
            let Width::Bits(width) = port.width else {
                return None;
            };
            Some(Port {
                name: port.name.clone(),
                width,
            })
        });
    Ok(RtlSource {
        top: design.top.clone(),
        ports: ports.collect(),
        probes: Vec::new(),
        files: texts.into_iter().map(file).collect(),
    })
}

/// Plays the stimulus on the hardware, against the golden trace.
fn play(
    args: &Args,
    model: &Model,
    scenario: &Scenario,
    stimulus: &Stimulus,
    golden: &Trace,
) -> anyhow::Result<RtlTrace> {
    let writes = scenario.image.writes(&scenario.params);
    let word = |(address, data): (u64, u64)| TableWord { address, data };
    let tables: Vec<TableWord> = writes.into_iter().map(word).collect();
    let options = RunOptions {
        random_seed: stimulus.seed,
        waveform: args.trace.clone(),
    };
    let bar = output::bar(args.json, golden.events.len() as u64, "events compared");
    let trace = lockstep(model, &tables, stimulus, golden, &options, &mut |events| {
        bar.set_position(events as u64);
    });
    bar.finish_and_clear();
    Ok(trace?)
}
