//! `dysta simulate`: one run of a policy, or a check against recorded runs.

mod files;
mod options;
mod play;
mod recordings;
mod report;
mod timeline;

use std::path::PathBuf;

use super::system::Changes;
pub use play::Contradiction;
pub use recordings::Mismatch;

/// Arguments of `dysta simulate`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// System: a preset or a file
    #[arg(
        required_unless_present = "reference_dir",
        conflicts_with = "reference_dir"
    )]
    system: Option<String>,
    #[command(flatten)]
    changes: Changes,
    /// Workload: a preset or a file
    #[arg(long, value_name = "WORKLOAD", conflicts_with = "reference")]
    workload: Option<String>,
    /// Recorded table to play instead, JSON or gzipped JSON
    #[arg(long, value_name = "TABLE", requires = "traces")]
    reference: Option<PathBuf>,
    /// Folder of the traces that the table was recorded from
    #[arg(long, value_name = "DIR", requires = "reference")]
    traces: Option<PathBuf>,
    /// Folder of recorded runs: `full`, `small`, `metrics`, with `tables`, `traces`, `derived`
    #[arg(long, value_name = "DIR", requires = "check")]
    reference_dir: Option<PathBuf>,
    /// Repeat every run of the folder and compare it bit by bit
    #[arg(long, requires = "reference_dir", conflicts_with = "system")]
    check: bool,
    /// Rules of another simulator in place of those of a real machine
    #[arg(long, value_enum, value_name = "WHICH")]
    compat: Option<options::Compat>,
    /// Arithmetic: f64, or that of the hardware, clock by clock
    #[arg(long, value_enum, value_name = "NUMERICS", default_value = "f64")]
    numerics: options::Numerics,
    /// Predictor of the remaining time, as `scheduler.predictor`
    #[arg(long, value_name = "PREDICTOR")]
    predictor: Option<String>,
    /// Which samples make the averages and which are run, as `workload.samples`
    #[arg(long, value_name = "USE")]
    samples: Option<String>,
    #[command(flatten)]
    costs: options::CostArgs,
    /// Write a timeline for ui.perfetto.dev: accelerator, scheduler and models, with the way of each request
    #[arg(long, value_name = "FILE.json")]
    timeline: Option<PathBuf>,
    /// Write a row for each request
    #[arg(long, value_name = "FILE.csv")]
    csv: Option<PathBuf>,
    /// Write a row for each executed layer
    #[arg(long, value_name = "FILE.csv")]
    schedule: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Runs what was asked for.
pub fn run(args: &Args) -> anyhow::Result<()> {
    match &args.reference_dir {
        Some(folder) => recordings::run(args, folder),
        None => play::run(args),
    }
}
