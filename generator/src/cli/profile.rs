//! `dysta profile`: what every layer of a network takes on the array for each input, as a trace of a workload.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use dysta_config::accelerator::Accelerator;
use dysta_sim::cosim::{CosimError, NodeRun, run_network};
use dysta_sim::network::{
    Image, LayerTime, Network, NetworkProfile, ProfiledSample, evaluate, predict, profiled_layers,
};
use dysta_sim::tflite;
use miette::Diagnostic;
use serde_json::{Value, json};
use thiserror::Error;

use super::array::{MemoryArgs, model};
use super::bench::write_file;
use super::network::{self, Inputs};
use super::output;
use super::system::{self, Changes};

/// Seed of the first drawn input where none is given.
const SEED: u64 = 1;

/// Arguments of `dysta profile`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A TensorFlow Lite model of int8 layers
    #[arg(value_name = "MODEL.tflite")]
    model: PathBuf,
    /// Folder of inputs, one file for each: one byte for each element, rows first, channels last. Without, inputs are drawn by the
    /// seed
    #[arg(long, value_name = "DIR")]
    inputs: Option<PathBuf>,
    /// The bytes of the inputs are uint8: 128 is subtracted from each
    #[arg(long, requires = "inputs")]
    uint8: bool,
    /// Inputs to draw
    #[arg(long, value_name = "N", default_value_t = 8, conflicts_with = "inputs", value_parser = clap::value_parser!(u16).range(1..=4096))]
    samples: u16,
    /// The trace, named MODEL.PATTERN.csv as a workload names it; MODEL.json is written beside it
    #[arg(long, short, value_name = "TRACE")]
    output: PathBuf,
    /// System with an accelerator: a preset or a file
    #[arg(long, default_value = "edge")]
    system: String,
    #[command(flatten)]
    changes: Changes,
    /// Run the RTL in Verilator and compare every byte, instead of the timing model
    #[arg(long)]
    rtl: bool,
    #[command(flatten)]
    memory: MemoryArgs,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Why nothing can be profiled, or not written down.
#[derive(Debug, Error, Diagnostic)]
pub enum ProfileError {
    /// The folder cannot be read.
    #[error("{path}: {reason}")]
    #[diagnostic(
        code(dysta::profile::inputs),
        help("give the folder of the inputs, one file for each")
    )]
    Folder {
        /// Path as given.
        path: String,
        /// What the system says.
        reason: String,
    },
    /// The folder has no files.
    #[error("{path} has no inputs")]
    #[diagnostic(
        code(dysta::profile::no_inputs),
        help("put a file for each input there, or leave --inputs out: then they are drawn")
    )]
    NoInputs {
        /// Path as given.
        path: String,
    },
    /// A name that no workload finds.
    #[error("{path} is not the name of a trace")]
    #[diagnostic(
        code(dysta::profile::trace_name),
        help("name it MODEL.PATTERN.csv, as a workload does with `model` and `patterns`")
    )]
    TraceName {
        /// Path as given.
        path: String,
    },
    /// A memory that the timing model does not know.
    #[error("--memory-spread is for the RTL")]
    #[diagnostic(
        code(dysta::profile::spread),
        help("the timing model knows a steady memory: add --rtl, or leave the spread out")
    )]
    Spread,
    /// Another network of the same name.
    #[error("{path} describes other layers")]
    #[diagnostic(
        code(dysta::profile::description),
        help(
            "it belongs to other traces of this model: choose another name or folder, or remove them"
        )
    )]
    Description {
        /// Path of the description.
        path: String,
    },
}

/// Where a trace goes.
struct Target {
    model: String,
    pattern: String,
    trace: PathBuf,
    description: PathBuf,
}

/// Profiles the network and writes its trace.
pub fn run(args: &Args) -> anyhow::Result<()> {
    let target = target(&args.output)?;
    if !args.rtl && args.memory.options(SEED, 0).spread > 0 {
        return Err(ProfileError::Spread.into());
    }
    let network = tflite::open(&args.model)?;
    let inputs = inputs(args, &network)?;
    let system = system::load(&args.system, &args.changes, &[])?;
    let accelerator = system::accelerator(&system)?;
    let image = network::image(accelerator, &network, &inputs)?;
    let samples = match args.rtl {
        true => measured(args, accelerator, &network, &image, inputs)?,
        false => predicted(args, accelerator, &network, &image, inputs)?,
    };
    let profile = NetworkProfile {
        model: target.model.clone(),
        origin: origin(args),
        clock_hz: system.clock_hz,
        layers: profiled_layers(&network),
        samples,
    };
    write(&target, &profile)?;
    match args.json {
        true => output::print_json(&report(&system.name, accelerator, &target, &profile)),
        false => output::print(&page(&target, &profile)),
    }
}

/// The parts of the name of a trace.
fn target(path: &Path) -> Result<Target, ProfileError> {
    let name = path.file_name().and_then(|name| name.to_str());
    let parts = name
        .and_then(|name| name.strip_suffix(".csv"))
        .and_then(|stem| stem.split_once('.'))
        .filter(|(model, pattern)| !model.is_empty() && !pattern.is_empty());
    let Some((model, pattern)) = parts else {
        return Err(ProfileError::TraceName {
            path: path.display().to_string(),
        });
    };
    Ok(Target {
        model: model.to_owned(),
        pattern: pattern.to_owned(),
        trace: path.to_owned(),
        description: path.with_file_name(format!("{model}.json")),
    })
}

fn inputs(args: &Args, network: &Network) -> anyhow::Result<Inputs> {
    let Some(folder) = &args.inputs else {
        let first = args.changes.seed.unwrap_or(SEED);
        let seeds = (0..u64::from(args.samples)).map(|index| first.wrapping_add(index));
        return Ok(seeds.map(|seed| network::drawn(network, seed)).collect());
    };
    let read = |name: String| {
        let tensors = network::read(network, &folder.join(&name), args.uint8)?;
        Ok((name, tensors))
    };
    files(folder)?.into_iter().map(read).collect()
}

/// Names of the files of a folder, sorted bytewise; hidden ones are left out.
fn files(folder: &Path) -> Result<Vec<String>, ProfileError> {
    let path = folder.display().to_string();
    let failed = |error: std::io::Error| ProfileError::Folder {
        path: path.clone(),
        reason: error.to_string(),
    };
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if let Ok(name) = entry.file_name().into_string()
            && !name.starts_with('.')
            && entry.path().is_file()
        {
            names.push(name);
        }
    }
    names.sort();
    match names.is_empty() {
        true => Err(ProfileError::NoInputs { path }),
        false => Ok(names),
    }
}

/// The times of the RTL, every byte compared with the reference.
fn measured(
    args: &Args,
    accelerator: &Accelerator,
    network: &Network,
    image: &Image,
    inputs: Inputs,
) -> anyhow::Result<Vec<ProfiledSample>> {
    let model = model(accelerator, None, args.json)?;
    let mut session = model.session(SEED as u32, None)?;
    let options = args.memory.options(SEED, 0);
    let bar = output::bar(args.json, inputs.len() as u64, "inputs");
    let mut samples = Vec::new();
    for (input, tensors) in inputs {
        let mut times = Vec::new();
        let each = |_, node: NodeRun| {
            if node.on_array {
                times.push(LayerTime {
                    clocks: node.clocks,
                    nonzeros: node.nonzeros,
                });
            }
        };
        run_network(&mut session, network, image, tensors, &options, each)?;
        samples.push(ProfiledSample { input, times });
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(samples)
}

/// The times of the timing model, which knows a steady memory alone.
fn predicted(
    args: &Args,
    accelerator: &Accelerator,
    network: &Network,
    image: &Image,
    inputs: Inputs,
) -> anyhow::Result<Vec<ProfiledSample>> {
    let latency = args.memory.options(SEED, 0).latency;
    let bar = output::bar(args.json, inputs.len() as u64, "inputs");
    let sample = |(input, tensors)| {
        let tensors = evaluate(network, tensors).map_err(CosimError::from)?;
        let times = predict(accelerator, network, image, &tensors, latency)?;
        bar.inc(1);
        Ok(ProfiledSample { input, times })
    };
    let samples = inputs.into_iter().map(sample).collect();
    bar.finish_and_clear();
    samples
}

/// Writes the trace and its description, which other traces of the model may share.
fn write(target: &Target, profile: &NetworkProfile) -> anyhow::Result<()> {
    let description = profile.description();
    if let Ok(text) = fs::read_to_string(&target.description) {
        let known: Value = serde_json::from_str(&text).unwrap_or_default();
        if known["layers"] != description["layers"] {
            let path = target.description.display().to_string();
            return Err(ProfileError::Description { path }.into());
        }
    }
    write_file(&target.description, &format!("{description:#}\n"))?;
    write_file(&target.trace, &profile.csv())
}

/// Where the clocks come from.
fn origin(args: &Args) -> &'static str {
    match args.rtl {
        true => "cosim",
        false => "model",
    }
}

/// Means over the samples.
fn mean(profile: &NetworkProfile, layer: usize, value: impl Fn(&LayerTime) -> u64) -> f64 {
    let values = profile.samples.iter().filter_map(|s| s.times.get(layer));
    values.map(|time| value(time) as f64).sum::<f64>() / profile.samples.len().max(1) as f64
}

fn sparsity(profile: &NetworkProfile, layer: usize) -> f64 {
    let elements = profile.layers[layer].elements() as f64;
    1.0 - mean(profile, layer, |time| time.nonzeros) / elements
}

/// Clocks of each sample.
fn totals(profile: &NetworkProfile) -> Vec<u64> {
    let total = |sample: &ProfiledSample| sample.times.iter().map(|time| time.clocks).sum();
    profile.samples.iter().map(total).collect()
}

fn page(target: &Target, profile: &NetworkProfile) -> String {
    let mut text = format!(
        "{:<24} {:>12} {:>12} {:>10}\n",
        "layer", "clocks", "non-zeros", "sparsity"
    );
    for (index, layer) in profile.layers.iter().enumerate() {
        let _ = writeln!(
            text,
            "{:<24} {:>12.0} {:>12.0} {:>10.3}",
            layer.name,
            mean(profile, index, |time| time.clocks),
            mean(profile, index, |time| time.nonzeros),
            sparsity(profile, index)
        );
    }
    let totals = totals(profile);
    let all = totals.iter().sum::<u64>() as f64 / totals.len().max(1) as f64;
    let _ = writeln!(
        text,
        "{} inputs, in the mean {all:.0} clocks, {:.3} ms at {} MHz (origin: {})",
        totals.len(),
        1e3 * all / profile.clock_hz as f64,
        profile.clock_hz as f64 / 1e6,
        profile.origin
    );
    let folder = target.trace.parent().filter(|f| *f != Path::new(""));
    let _ = writeln!(
        text,
        "{}: in a workload `data: {}`, `traces: [{{ model: {}, patterns: [{}] }}]`",
        target.trace.display(),
        folder.unwrap_or(Path::new(".")).display(),
        target.model,
        target.pattern
    );
    text
}

fn report(
    system: &str,
    accelerator: &Accelerator,
    target: &Target,
    profile: &NetworkProfile,
) -> Value {
    let layer = |(index, layer): (usize, &dysta_sim::network::ProfiledLayer)| {
        json!({
            "name": layer.name,
            "elements": layer.elements(),
            "mean_latency_cycles": mean(profile, index, |time| time.clocks),
            "mean_nonzeros": mean(profile, index, |time| time.nonzeros),
            "mean_sparsity": sparsity(profile, index),
        })
    };
    let totals = totals(profile);
    let sample = |(sample, clocks): (&ProfiledSample, &u64)| json!({ "input": sample.input, "latency_cycles": clocks });
    json!({
        "system": system,
        "version": env!("CARGO_PKG_VERSION"),
        "accelerator_digest": accelerator.digest(),
        "clock_hz": profile.clock_hz,
        "origin": profile.origin,
        "trace": target.trace.display().to_string(),
        "description": target.description.display().to_string(),
        "model": target.model,
        "pattern": target.pattern,
        "layers": profile.layers.iter().enumerate().map(layer).collect::<Vec<_>>(),
        "samples": profile.samples.iter().zip(&totals).map(sample).collect::<Vec<_>>(),
    })
}
