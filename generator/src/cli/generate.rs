//! `dysta generate`.

use std::path::{Path, PathBuf};

use dysta_config::accelerator::Accelerator;
use dysta_config::system::System;
use dysta_generator::emit::{
    self, ArrayInput, ArrayVectors, Hardware, Package, TESTBENCH_REQUESTS, Vectors,
    write_atomically,
};
use dysta_generator::lower::{self, Design};
use dysta_sim::scenario::{Play, Scenario};
use serde_json::json;

use super::system::{self, Changes};
use super::{interrupt, output, resources};

/// Arguments of `dysta generate`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// System: a preset or a file
    system: String,
    /// Directory to write; one that dysta wrote before is replaced as a whole
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    #[command(flatten)]
    changes: Changes,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Chance in 256 that the testbench is not ready in a clock, so that waiting is exercised too.
const PRESSURE: u8 = 64;

/// Writes the package of a system and prints its files.
pub fn run(args: &Args) -> anyhow::Result<()> {
    let system = system::load(&args.system, &args.changes, &[])?;
    let scenario = system::drawn_scenario(&system)?;
    let design = lower::scheduler(&system.scheduler)?;
    let package = package(&system, scenario, &design)?;
    let array = system.accelerator.as_ref().map(lower::array).transpose()?;
    let array = array.map(|array| array.estimate);
    write(&package, &args.output)?;
    if args.json {
        let files: Vec<&String> = package.files.keys().collect();
        return output::print_json(&json!({
            "system": system.name,
            "digest": system.scheduler.digest(),
            "directory": args.output.to_string_lossy(),
            "top": design.top,
            "accelerator_digest": system.accelerator.map(|accelerator| accelerator.digest()),
            "files": files,
            "estimate": resources::json(&design.estimate),
            "array_estimate": array.as_ref().map(resources::json),
        }));
    }
    eprintln!(
        "{}: scheduler {}",
        system.name,
        resources::text(&design.estimate)
    );
    if let Some(array) = &array {
        eprintln!("{}: array {}", system.name, resources::text(array));
    }
    let line = |name: &String| format!("{}\n", args.output.join(name).display());
    output::print(&package.files.keys().map(line).collect::<String>())
}

/// The package of a system; its testbench plays the first requests of `scenario`.
pub fn package(system: &System, scenario: Scenario, design: &Design) -> anyhow::Result<Package> {
    let scenario = scenario.truncated(TESTBENCH_REQUESTS);
    let play = Play {
        pressure: PRESSURE,
        seed: stimulus_seed(system),
        ..Play::default()
    };
    let vectors = Vectors::record(&scenario, play)?;
    let array = system.accelerator.as_ref().map(array_parts).transpose()?;
    let array = array
        .as_ref()
        .map(|(accelerator, design, vectors)| ArrayInput {
            accelerator,
            hardware: hardware(design),
            vectors,
        });
    let package = emit::package(&emit::Input {
        name: &system.name,
        hardware: hardware(design),
        scenario: &scenario,
        vectors: &vectors,
        array,
        target: system.target.as_ref(),
    })?;
    Ok(package)
}

/// Hardware of an array and the layers of its testbench.
fn array_parts(accelerator: &Accelerator) -> anyhow::Result<(Accelerator, Design, ArrayVectors)> {
    let design = lower::array(accelerator)?;
    Ok((*accelerator, design, ArrayVectors::record(accelerator)?))
}

/// Writes a package in one step.
pub fn write(package: &Package, folder: &Path) -> anyhow::Result<()> {
    interrupt::whole(|| Ok(write_atomically(package, folder)?))
}

/// The modules of a design as the emitter takes them.
pub fn hardware(design: &Design) -> Hardware<'_> {
    Hardware {
        top: &design.top,
        graph: &design.graph,
        leaves: &design.leaves,
        printed: &design.printed,
    }
}

/// The low half of the workload's seed.
pub fn stimulus_seed(system: &System) -> u32 {
    (system.workload.seed & u64::from(u32::MAX)) as u32
}
