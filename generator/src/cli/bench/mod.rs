//! `dysta bench`: runs the points of a benchmark on all cores, keeps what is done, writes tables and a report.

mod array;
mod array_figures;
mod files;
mod report;
mod resources;
mod store;

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Mutex;

use dysta_config::benchmark::check_benchmark;
use dysta_sim::bench::{Point, PointResult, Setup, Summary, text};
use dysta_sim::report::page;
use rayon::prelude::*;
use serde_json::{Value, json};

use super::{exit, interrupt, output};
pub use array::{LayerFailure, load_suite};
pub use files::write as write_file;
use store::Store;
pub use store::StoreError;

/// Arguments of `dysta bench`.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Args {
    #[command(subcommand)]
    of: Option<Of>,
    /// Benchmark: a preset or a file
    #[arg(value_name = "FILE", required = true)]
    benchmark: Option<String>,
    /// Set a key of the benchmark, for instance seeds=3; may be given again, the last one wins
    #[arg(long = "set", value_name = "KEY=VALUE")]
    sets: Vec<String>,
    /// Folder of the results; what is in it already is not run again
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Run only a part of the points, such as 1/4; the parts merge in one folder
    #[arg(long, value_name = "I/N", requires = "output", default_value_t = Shard::ALL)]
    shard: Shard,
    /// Write a report: one HTML file
    #[arg(long, value_name = "FILE.html")]
    report: Option<PathBuf>,
    /// Write every plot as an SVG file
    #[arg(long, value_name = "DIR")]
    figures: Option<PathBuf>,
    /// Part of a run that the report draws, in milliseconds, such as 100..250; by default around the first late request
    #[arg(long, value_name = "FROM..TO", requires = "report")]
    window: Option<MilliSeconds>,
    /// Threads, by default one for each core
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// What is measured other than the points of a benchmark.
#[derive(Debug, clap::Subcommand)]
enum Of {
    /// Run layers on the sparse compute array; print cycles and efficiency
    Array(array::Args),
    /// Map systems to devices; print what they take
    Resources(resources::Args),
}

impl Args {
    /// Whether JSON was asked for.
    pub fn json(&self) -> bool {
        match &self.of {
            Some(Of::Array(args)) => args.json,
            Some(Of::Resources(args)) => args.json,
            None => self.json,
        }
    }
}

/// One of some parts of the points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shard {
    /// From 1.
    part: u32,
    /// From `part` on.
    of: u32,
}

impl Shard {
    const ALL: Self = Self { part: 1, of: 1 };

    /// Whether the point at `index` belongs to the part.
    fn holds(self, index: usize) -> bool {
        index % self.of as usize == self.part as usize - 1
    }
}

/// A part of the time of a run.
#[derive(Debug, Clone, Copy, PartialEq)]
struct MilliSeconds {
    from: f64,
    to: f64,
}

impl FromStr for MilliSeconds {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let ends = text.split_once("..").and_then(|(from, to)| {
            let (from, to) = (from.parse().ok()?, to.parse().ok()?);
            Some(Self { from, to })
        });
        match ends {
            Some(window) if window.from >= 0.0 && window.from < window.to && window.to < 1e12 => {
                Ok(window)
            }
            Some(_) => Err("the begin must be from 0 on and lie before the end, as in 100..250"),
            None => Err("write begin and end in milliseconds, such as 100..250"),
        }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.part, self.of)
    }
}

impl FromStr for Shard {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let numbers = text.split_once('/').and_then(|(part, of)| {
            let (part, of) = (part.parse().ok()?, of.parse().ok()?);
            Some(Self { part, of })
        });
        match numbers {
            Some(shard) if (1..=shard.of).contains(&shard.part) => Ok(shard),
            Some(_) => Err("the part must lie from 1 to the number of parts, as in 2/3"),
            None => Err("write part and number of parts, such as 1/4"),
        }
    }
}

/// Runs what is missing; prints tables when all points are there.
pub fn run(args: &Args) -> anyhow::Result<()> {
    match &args.of {
        Some(Of::Array(args)) => return array::run(args),
        Some(Of::Resources(args)) => return resources::run(args),
        None => {}
    }
    // The arguments are refused without a benchmark.
    let name = args.benchmark.as_deref().unwrap_or_default();
    let (benchmark, warnings) = check_benchmark(name, &args.sets)?;
    if !warnings.is_empty() {
        eprint!("{}", warnings.render(exit::style()));
    }
    let setup = Setup::load(benchmark)?;
    let mut store = Store::open(args.output.as_deref(), &setup, args.shard)?;
    run_missing(args, &setup, &mut store)?;
    let points = setup.points();
    let results: Option<Vec<PointResult>> = points
        .iter()
        .map(|point| store.result(&setup, point))
        .collect();
    match results {
        Some(results) => finish(args, &setup, &points, &results),
        None => tell_missing(args, &setup, &points, &store),
    }
}

fn run_missing(args: &Args, setup: &Setup, store: &mut Store) -> anyhow::Result<()> {
    let points = setup.points().into_iter().enumerate();
    let missing = points
        .filter(|(index, point)| args.shard.holds(*index) && store.result(setup, point).is_none());
    let missing: Vec<Point> = missing.map(|(_, point)| point).collect();
    let bar = output::bar(args.json, missing.len() as u64, "points");
    let writer = Mutex::new(&mut *store);
    let one = |point: &Point| -> anyhow::Result<()> {
        let result = setup.run(point)?;
        bar.inc(1);
        let mut store = writer
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        Ok(store.add(setup, point, result)?)
    };
    let threads = args.threads.map_or(0, usize::from);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()?;
    let outcomes: Vec<anyhow::Result<()>> = pool.install(|| missing.par_iter().map(one).collect());
    bar.finish_and_clear();
    // The first in order, so that a failure reads the same on any number of threads.
    outcomes.into_iter().collect()
}

/// Ctrl-C waits for the files: they appear as a whole or not at all.
fn finish(
    args: &Args,
    setup: &Setup,
    points: &[Point],
    results: &[PointResult],
) -> anyhow::Result<()> {
    let summary = Summary::new(setup, results);
    let report = args.report.as_ref();
    let html = report
        .map(|_| report::html(args.window, setup, &summary))
        .transpose()?;
    interrupt::whole(|| {
        if let (Some(path), Some(page)) = (report, &html) {
            files::write(path, page)?;
        }
        if let Some(folder) = &args.output {
            files::write(
                &folder.join("results.csv"),
                &files::csv(setup, points, results),
            )?;
            files::write(&folder.join("tables.md"), &text::markdown(setup, &summary))?;
        }
        if let Some(folder) = &args.figures {
            for (name, figure) in page::drawings(setup, &summary) {
                files::write(&folder.join(format!("{name}.svg")), &figure.svg())?;
            }
        }
        Ok(())
    })?;
    match args.json {
        true => output::print_json(&files::json(setup, &summary)),
        false => output::print(&text::markdown(setup, &summary)),
    }
}

fn tell_missing(args: &Args, setup: &Setup, points: &[Point], store: &Store) -> anyhow::Result<()> {
    let done = points
        .iter()
        .filter(|point| store.result(setup, point).is_some())
        .count();
    let (all, folder) = (points.len(), args.output.clone().unwrap_or_default());
    if args.json {
        let missing: Value = json!({ "points": all, "points_done": done });
        return output::print_json(&missing);
    }
    output::print(&format!(
        "{done} of {all} points are done; run the other parts with `-o {}`, or copy their points-*.jsonl there and run again\n",
        folder.display()
    ))
}
