//! `dysta bench array`: runs the layers of a suite on the Verilated array, compares every output byte, prints how fast they were.

use std::fmt::{Display, Write as _};
use std::path::PathBuf;

use dysta_config::accelerator::Accelerator;
use dysta_config::fields::raw::{LayerKind, word};
use dysta_config::suite::{LayerSpec, Suite, check_suite};
use dysta_sim::array::draw::{LayerDraw, draw};
use dysta_sim::cosim::{
    ArrayModel, LayerFigures, LayerRunError, MemoryOptions, geometric_mean, run_layer,
};
use miette::Diagnostic;
use rayon::prelude::*;
use serde_json::{Value, json};
use thiserror::Error;

use super::super::array::{MemoryArgs, model};
use super::super::{exit, output, system};
use super::{array_figures, files};

/// Arguments of `dysta bench array`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// System with an accelerator: a preset or a file
    #[arg(long, default_value = "edge")]
    system: String,
    /// Layers: a preset, or a YAML or JSON file
    #[arg(long, value_name = "FILE", default_value = "array")]
    suite: String,
    #[command(flatten)]
    changes: system::Changes,
    #[command(flatten)]
    memory: MemoryArgs,
    /// Threads, by default one for each core
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Ask the timing model alone: no Verilator, no output to compare
    #[arg(long, conflicts_with = "memory_spread")]
    model: bool,
    /// Write plots as SVG files: cycles, idle elements, efficiency against density, area against elements
    #[arg(long, value_name = "DIR")]
    figures: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// A layer of a suite that did not run, or gave something else than the reference.
#[derive(Debug, Error)]
#[error("layer {name}: {reason}")]
pub struct LayerFailure {
    /// Its name in the suite.
    name: String,
    reason: LayerRunError,
}

impl LayerFailure {
    /// Names the layer of an error.
    pub fn new(name: &str, reason: impl Into<LayerRunError>) -> Self {
        Self {
            name: name.to_owned(),
            reason: reason.into(),
        }
    }

    /// Exit code of the command line.
    pub fn exit_code(&self) -> u8 {
        self.reason.exit_code()
    }
}

impl Diagnostic for LayerFailure {
    fn code(&self) -> Option<Box<dyn Display + '_>> {
        self.reason.code()
    }

    fn help(&self) -> Option<Box<dyn Display + '_>> {
        self.reason.help()
    }
}

/// Figures of one layer.
pub struct Row<'a> {
    /// The layer.
    pub spec: &'a LayerSpec,
    /// What it did.
    pub figures: LayerFigures,
}

/// Runs the suite and prints the table.
pub fn run(args: &Args) -> anyhow::Result<()> {
    let system = system::load(&args.system, &args.changes, &[])?;
    let accelerator = system::accelerator(&system)?;
    let suite = load_suite(&args.suite)?;
    let model = match args.model {
        true => None,
        false => Some(model(accelerator, None, args.json)?),
    };
    let memory = args.memory.options(0, 0);
    let rows = rows(args, accelerator, &suite, model.as_ref(), &memory)?;
    if let Some(folder) = &args.figures {
        let figures = array_figures::figures(accelerator, &rows, memory.latency)?;
        files::write_figures(folder, &figures)?;
    }
    match args.json {
        true => output::print_json(&report(args, &system.name, accelerator, &suite, &rows)),
        false => output::print(&table(accelerator, &rows)),
    }
}

/// Loads a suite by preset name or path; a file in the current folder needs no `./`.
pub fn load_suite(name: &str) -> anyhow::Result<Suite> {
    let is_file = name.ends_with(".json");
    let path = std::path::Path::new(name);
    let name = if is_file {
        system::file_name(path)
    } else {
        name.to_owned()
    };
    let (suite, warnings) = check_suite(&name, &[])?;
    eprint!("{}", warnings.render(exit::style()));
    Ok(suite)
}

fn rows<'a>(
    args: &Args,
    accelerator: &Accelerator,
    suite: &'a Suite,
    model: Option<&ArrayModel>,
    memory: &MemoryOptions,
) -> anyhow::Result<Vec<Row<'a>>> {
    let bar = output::bar(args.json, suite.layers.len() as u64, "layers");
    let one = |spec: &'a LayerSpec| {
        let row = row(accelerator, spec, model, memory);
        bar.inc(1);
        row
    };
    let threads = args.threads.map_or(0, usize::from);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()?;
    let rows: Vec<Result<Row<'a>, LayerFailure>> =
        pool.install(|| suite.layers.par_iter().map(one).collect());
    bar.finish_and_clear();
    // The first failure in order, so that it reads the same on any number of threads.
    Ok(rows.into_iter().collect::<Result<_, _>>()?)
}

fn row<'a>(
    accelerator: &Accelerator,
    spec: &'a LayerSpec,
    model: Option<&ArrayModel>,
    memory: &MemoryOptions,
) -> Result<Row<'a>, LayerFailure> {
    let figures = || -> Result<LayerFigures, LayerRunError> {
        let drawn = draw(&LayerDraw::from(spec))?;
        let Some(model) = model else {
            let figures = LayerFigures::predicted(accelerator, &drawn, memory.latency);
            return Ok(figures?);
        };
        let mut session = model.session(1, None)?;
        let done = run_layer(&mut session, accelerator, &drawn, None, memory)?;
        done.check_timing()?;
        let figures = LayerFigures::new(accelerator, &drawn, &done);
        if !memory.is_steady() {
            return Ok(figures);
        }
        let ways = [&done.first, &done.mapping];
        Ok(figures.beside_first(accelerator, &drawn, ways, memory.latency)?)
    };
    let figures = figures().map_err(|error| LayerFailure::new(&spec.name, error))?;
    Ok(Row { spec, figures })
}

/// Layers whose efficiency is averaged apart.
const GROUPS: [(&str, &[LayerKind]); 2] = [
    (
        "conv, pointwise, fully_connected",
        &[
            LayerKind::Conv,
            LayerKind::Pointwise,
            LayerKind::FullyConnected,
        ],
    ),
    ("depthwise", &[LayerKind::Depthwise]),
];

/// Geometric mean and least efficiency of the layers of some kinds; nothing where there is none.
fn group(rows: &[Row<'_>], kinds: &[LayerKind]) -> Option<(f64, f64)> {
    let of_kind = rows.iter().filter(|row| kinds.contains(&row.spec.kind));
    let efficiencies: Vec<f64> = of_kind.map(|row| row.figures.efficiency).collect();
    let mean = geometric_mean(efficiencies.iter().copied())?;
    Some((mean, efficiencies.into_iter().fold(f64::INFINITY, f64::min)))
}

fn table(accelerator: &Accelerator, rows: &[Row<'_>]) -> String {
    let head = [
        "layer",
        "pattern",
        "cycles",
        "roofline",
        "eff",
        "x dense",
        "valid MACs",
        "KiB",
        "bytes ok",
        "model",
        "model err %",
        "1st choice",
    ];
    let mut text = line(&head.map(str::to_owned), &REASONS.map(str::to_owned));
    for row in rows {
        let f = &row.figures;
        text.push_str(&line(
            &[
                row.spec.name.clone(),
                word(row.spec.pattern).to_owned(),
                f.cycles.to_string(),
                format!("{:.0}", f.roofline_cycles),
                format!("{:.3}", f.efficiency),
                format!("{:.2}", f.speedup_over_dense),
                f.valid_macs.to_string(),
                format!("{:.1}", f.compressed_bytes as f64 / 1024.0),
                f.output_bytes_compared.to_string(),
                cell(f.model.map(|model| model.cycles.to_string())),
                cell(f.model.map(|model| format!("{:.2}", 100.0 * model.error))),
                cell(f.first_choice_cycles.map(|cycles| cycles.to_string())),
            ],
            &shares(accelerator, f),
        ));
    }
    for (name, kinds) in GROUPS {
        if let Some((mean, least)) = group(rows, kinds) {
            let _ = writeln!(
                text,
                "{name}: geometric mean of the efficiency {mean:.3}, least {least:.3}"
            );
        }
    }
    text
}

/// Heads of the reasons why elements are idle.
const REASONS: [&str; 5] = ["no act %", "no wgt %", "conf %", "drain %", "mem %"];

/// Share of all clocks of all elements in percent, by reason; a dash of an array without counters.
fn shares(accelerator: &Accelerator, figures: &LayerFigures) -> [String; 5] {
    let clocks = figures.cycles.max(1) as f64 * f64::from(accelerator.elements());
    match figures.stalls {
        None => REASONS.map(|_| "-".to_owned()),
        Some(stalls) => stalls
            .reasons()
            .map(|(_, idle)| format!("{:.1}", 100.0 * idle as f64 / clocks)),
    }
}

/// A dash where there is nothing.
fn cell(text: Option<String>) -> String {
    text.unwrap_or_else(|| "-".to_owned())
}

fn line(cells: &[String; 12], shares: &[String; 5]) -> String {
    let [name, pattern, rest @ ..] = cells;
    let mut text = format!("{name:<26} {pattern:<7}");
    for cell in rest {
        let _ = write!(text, " {cell:>11}");
    }
    for share in shares {
        let _ = write!(text, " {share:>8}");
    }
    text.push('\n');
    text
}

fn report(
    args: &Args,
    system: &str,
    accelerator: &Accelerator,
    suite: &Suite,
    rows: &[Row<'_>],
) -> Value {
    let memory = args.memory.options(0, 0);
    let layers: Vec<Value> = rows.iter().map(layer_json).collect();
    let groups = GROUPS.iter().filter_map(|(name, kinds)| {
        let (mean, least) = group(rows, kinds)?;
        Some(json!({
            "kinds": name,
            "efficiency_geometric_mean": mean,
            "efficiency_least": least,
        }))
    });
    json!({
        "system": system,
        "version": env!("CARGO_PKG_VERSION"),
        "accelerator_digest": accelerator.digest(),
        "processing_elements": accelerator.elements(),
        "suite": suite.name,
        "origin": if args.model { "model" } else { "cosim" },
        "memory_latency_cycles": memory.latency,
        "memory_bytes_per_cycle": accelerator.memory_bytes(),
        "layers": layers,
        "groups": groups.collect::<Vec<_>>(),
    })
}

/// The layer as specified and its figures.
fn layer_json(row: &Row<'_>) -> Value {
    let (spec, figures) = (row.spec, row.figures);
    json!({
        "name": spec.name,
        "kind": word(spec.kind),
        "input_shape": spec.input,
        "output_channels": spec.output_channels,
        "kernel": spec.kernel,
        "stride": spec.stride,
        "padding": word(spec.padding),
        "pattern": word(spec.pattern),
        "weight_density": spec.weight_density,
        "activation_density": spec.activation_density,
        "seed": spec.seed,
        "figures": figures,
    })
}
