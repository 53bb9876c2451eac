//! The arguments that name a system, and the scenario they make.

use std::path::{Path, PathBuf};

use dysta_config::accelerator::Accelerator;
use dysta_config::diag::{Code, Diagnostic, Diagnostics};
use dysta_config::system::{System, check_system};
use dysta_sim::scenario::{Scenario, drawn, recorded};
use dysta_sim::trace::DataResult;
use dysta_sim::workload::Workload;

use super::exit;

/// Clock of runs against recordings, in MHz.
const RECORDING_CLOCK_MHZ: &str = "200";

/// Which changes a command makes to a configuration.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Changes {
    /// Set a key of the configuration, for instance scheduler.capacity=32 or policy.score=deadline; may be given again, the
    /// last one wins
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub sets: Vec<String>,
    /// Policy: a preset or a file
    #[arg(long, value_name = "POLICY")]
    pub policy: Option<String>,
    /// Device: a preset or a file; it decides clock and pipeline where they are not written, and what scripts name
    #[arg(long, value_name = "TARGET")]
    pub target: Option<String>,
    /// Seed of the drawn requests and of the ready patterns
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
}

impl Changes {
    fn list(&self, between: &[String]) -> Vec<String> {
        let policy = self.policy.iter().map(|p| format!("scheduler.policy={p}"));
        let target = self.target.iter().map(|target| format!("target={target}"));
        let seed = self.seed.iter().map(|seed| format!("workload.seed={seed}"));
        let before = policy
            .chain(target)
            .chain(seed)
            .chain(between.iter().cloned());
        before.chain(self.sets.iter().map(whole)).collect()
    }
}

/// `policy.score=…` and `policy=…` stand for keys of the scheduler.
fn whole(set: &String) -> String {
    match set.starts_with("policy.") || set.starts_with("policy=") {
        true => format!("scheduler.{set}"),
        false => set.clone(),
    }
}

/// A path as a configuration names a file: never mistaken for a preset.
pub fn file_name(path: &Path) -> String {
    let name = path.display().to_string();
    match name.contains('/') {
        true => name,
        false => format!("./{name}"),
    }
}

/// A recorded table and the folder of its traces.
#[derive(Debug, Clone)]
pub struct Reference {
    /// Table of requests, JSON or gzipped JSON.
    pub table: PathBuf,
    /// Folder of traces.
    pub traces: PathBuf,
}

/// Loads a system; warnings go to standard error. `more` are settings that `--set` wins over.
pub fn load(name: &str, changes: &Changes, more: &[String]) -> anyhow::Result<System> {
    let (system, warnings) = check_system(name, &changes.list(more))?;
    if !warnings.is_empty() {
        eprint!("{}", warnings.render(exit::style()));
    }
    Ok(system)
}

const NO_ACCELERATOR: Code = Code::new(
    "dysta::config::no_accelerator",
    "only a system with an accelerator has a sparse compute array",
);

/// The accelerator of a system.
///
/// # Errors
/// If it has none.
pub fn accelerator(system: &System) -> Result<&Accelerator, Diagnostics> {
    system.accelerator.as_ref().ok_or_else(|| {
        let message = format!("the system {} has no accelerator", system.name);
        let hint = "add `accelerator: edge` to it, or `--set accelerator=edge` where the command has that option";
        Diagnostic::error(&NO_ACCELERATOR, message, hint).into()
    })
}

/// Loads a system for runs against recordings: at 200 MHz, with the penalty scale of the recordings where the policy has one.
/// Gives the settings that were made.
pub fn load_for_reference(name: &str, changes: &Changes) -> anyhow::Result<(System, Vec<String>)> {
    let mut settings = vec![format!("clock_mhz={RECORDING_CLOCK_MHZ}")];
    let (first, _) = check_system(name, &changes.list(&[]))?;
    let mut params = first.scheduler.spec.policy.params.iter();
    if params.any(|(name, _)| name == "penalty_scale") {
        settings.push("scheduler.policy.params.penalty_scale=clock".to_owned());
    }
    Ok((load(name, changes, &settings)?, settings))
}

/// The requests that a system draws, on its tables.
pub fn drawn_scenario(system: &System) -> anyhow::Result<Scenario> {
    scenario(system, drawn(&system.workload))
}

/// The requests of a recorded table, on the tables of a system.
pub fn recorded_scenario(system: &System, reference: &Reference) -> anyhow::Result<Scenario> {
    scenario(system, recorded(&reference.table, &reference.traces))
}

fn scenario(system: &System, workload: DataResult<Workload>) -> anyhow::Result<Scenario> {
    let scenario = Scenario::new(system.scheduler.clone(), system.clock_hz, workload?)?;
    Ok(scenario)
}
