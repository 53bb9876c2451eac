//! The Verilated array of a system, and the options of the memory behind it.

use std::path::Path;

use dysta_config::accelerator::Accelerator;
use dysta_config::suite::LayerSpec;
use dysta_generator::emit::rtl_files;
use dysta_generator::lower;
use dysta_sim::array::draw::{DrawnLayer, LayerDraw, draw};
use dysta_sim::array::{LayerError, Program, Tensor};
use dysta_sim::cosim::{ArrayModel, Cache, MemoryOptions};

use super::bench::LayerFailure;
use super::{interrupt, output};

/// The memory behind the array.
#[derive(Debug, Clone, clap::Args)]
pub struct MemoryArgs {
    /// Clocks from a burst to its first word, and from the last word written to the answer
    #[arg(long, value_name = "CLOCKS", default_value_t = 64, value_parser = clap::value_parser!(u64).range(..=100_000))]
    memory_latency: u64,
    /// Clocks that a burst may take beyond that, drawn for each
    #[arg(long, value_name = "CLOCKS", default_value_t = 0, value_parser = clap::value_parser!(u64).range(..=100_000))]
    memory_spread: u64,
}

impl MemoryArgs {
    /// The memory that never answers with an error; `pressure` is the chance in 256 that a channel stands still in a clock.
    pub fn options(&self, seed: u64, pressure: u8) -> MemoryOptions {
        MemoryOptions {
            latency: self.memory_latency,
            spread: self.memory_spread,
            seed,
            pressure: u64::from(pressure),
            read_error: None,
            write_error: None,
        }
    }
}

/// Draws a layer and finds a way to cut it, so that one that does not fit is told before a model is built.
pub fn fitting(accelerator: &Accelerator, spec: &LayerSpec) -> Result<DrawnLayer, LayerFailure> {
    let fit = || -> Result<DrawnLayer, LayerError> {
        let drawn = draw(&LayerDraw::from(spec))?;
        let inputs: Vec<&Tensor> = drawn.inputs.iter().collect();
        Program::for_inputs(accelerator, &drawn.layer, &inputs, None, None)?;
        Ok(drawn)
    };
    fit().map_err(|error| LayerFailure::new(&spec.name, error))
}

/// Builds the model of an array, or takes it from the cache.
pub fn model(
    accelerator: &Accelerator,
    waveform: Option<&Path>,
    quiet: bool,
) -> anyhow::Result<ArrayModel> {
    let files = rtl_files(&lower::array(accelerator)?)?;
    let cache = Cache::of_user()?;
    let progress = output::spinner(quiet, "building the Verilator model");
    let model = interrupt::whole(|| Ok(ArrayModel::build(&files, &cache, waveform.is_some())?))?;
    progress.finish_and_clear();
    Ok(model)
}
