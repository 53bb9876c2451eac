//! One drawn layer on the Verilated array, compared byte by byte with the reference.

use dysta_config::accelerator::Accelerator;
use miette::Diagnostic;
use thiserror::Error;

use super::array::{ArrayRun, ArraySession, MemoryOptions};
use super::error::CosimError;
use crate::array::draw::DrawnLayer;
use crate::array::stream::Order;
use crate::array::{Counters, LayerError, Mapping, Program, Tensor};
use crate::golden::array::evaluate;
use crate::golden::array::timing::{Timing, predict};

/// Clocks that a layer may take beyond those for its bytes.
const PATIENCE: u64 = 100_000;
/// Clocks that each byte of its memory may take.
const CLOCKS_PER_BYTE: u64 = 100;

/// A layer that ran and gave what the reference gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LayerRun {
    /// What the array did.
    pub run: ArrayRun,
    /// What the timing model says; nothing for a memory that stands still at times.
    pub predicted: Option<Timing>,
    /// How the layer was cut.
    pub mapping: Mapping,
    /// The way to cut it that the estimate ranks first.
    pub first: Mapping,
    /// Elements of the output, each compared with the reference.
    pub elements: u64,
    /// Bytes of input and weights as they lie in memory, each counted once.
    pub read_bytes: u64,
    /// Bytes of the output as it lies in memory.
    pub written_bytes: u64,
}

impl LayerRun {
    /// Compares the clocks with those of the timing model, where it says something. The model begins after reset; behind other layers a column
    /// may take a position one clock sooner.
    ///
    /// # Errors
    /// If they are more than 3 % apart.
    pub fn check_timing(&self) -> Result<(), LayerRunError> {
        let found = self.run.clocks;
        let predicted = self
            .predicted
            .map_or(found, |timing| timing.counters.clocks);
        match 100 * predicted.abs_diff(found) <= 3 * found {
            true => Ok(()),
            false => Err(LayerRunError::Timing { found, predicted }),
        }
    }
}

/// Why a layer did not run, or what differs.
#[derive(Debug, Error, Diagnostic)]
pub enum LayerRunError {
    /// The array does not compute the layer.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Layer(#[from] LayerError),
    /// The layer did not end as it should.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Cosim(#[from] CosimError),
    /// An output code differs from that of the reference.
    #[error(
        "output byte {index} (row {row}, column {column}, channel {channel}) is {found}, the reference gives {wanted}; {count} of {elements} bytes differ"
    )]
    #[diagnostic(
        code(cosim::layer_output),
        help("this is a fault of the generated hardware: report the layer and the accelerator")
    )]
    Output {
        /// Place in the output, channels last.
        index: usize,
        /// Row.
        row: usize,
        /// Column.
        column: usize,
        /// Channel.
        channel: usize,
        /// Code of the hardware.
        found: i8,
        /// Code of the reference.
        wanted: i8,
        /// Codes that differ.
        count: usize,
        /// Codes of the output.
        elements: usize,
    },
    /// The output in memory is not a whole stream, or longer or shorter than it must be.
    #[error("the output in memory has {found} bytes, the reference gives {wanted}")]
    #[diagnostic(
        code(cosim::layer_stream),
        help("this is a fault of the generated hardware: report the layer and the accelerator")
    )]
    Stream {
        /// Bytes found, 0 if the stream is not whole.
        found: u64,
        /// Bytes of the reference.
        wanted: u64,
    },
    /// The hardware counted other non-zeros.
    #[error("layer_done tells {found} non-zeros of the input, there are {wanted}")]
    #[diagnostic(
        code(cosim::layer_nonzeros),
        help("this is a fault of the generated hardware: report the layer and the accelerator")
    )]
    Nonzeros {
        /// Told by the hardware.
        found: u64,
        /// In the input.
        wanted: u64,
    },
    /// The counters of the hardware do not add up.
    #[error(
        "the counters tell {clocks} clocks and {sum} of elements in all, there were {wanted_clocks} and {wanted}"
    )]
    #[diagnostic(
        code(cosim::layer_counters),
        help("this is a fault of the generated hardware: report the layer and the accelerator")
    )]
    Counters {
        /// Clocks as counted.
        clocks: u64,
        /// Products and idle clocks as counted.
        sum: u64,
        /// Clocks of the harness.
        wanted_clocks: u64,
        /// These, times the elements.
        wanted: u64,
    },
    /// The timing model says something else.
    #[error("the layer took {found} clocks, the timing model says {predicted}")]
    #[diagnostic(
        code(cosim::layer_timing),
        help(
            "this is a fault of the timing model or of the generated hardware: report the layer and the accelerator"
        )
    )]
    Timing {
        /// Clocks of the hardware.
        found: u64,
        /// Clocks by the model.
        predicted: u64,
    },
    /// The layer ended with an error.
    #[error("the layer ended with status {status}")]
    #[diagnostic(
        code(cosim::layer_status),
        help(
            "status 1 is a refused descriptor or an error answer of the memory, 2 a layer that stood still"
        )
    )]
    Status {
        /// Status of `layer_done`.
        status: u64,
    },
}

impl LayerRunError {
    /// Exit code of the command line: 4 for a difference, else that of what went wrong.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Output { .. }
            | Self::Stream { .. }
            | Self::Nonzeros { .. }
            | Self::Counters { .. }
            | Self::Timing { .. } => 4,
            Self::Cosim(error) => error.exit_code(),
            Self::Layer(_) | Self::Status { .. } => 1,
        }
    }
}

/// Runs a layer and compares output, length of the output and number of non-zeros with the reference.
///
/// The input lies in memory row by row, or in a given `order`.
///
/// # Errors
/// The first difference, or why the layer did not run.
pub fn run_layer(
    session: &mut ArraySession<'_>,
    accelerator: &Accelerator,
    drawn: &DrawnLayer,
    order: Option<Order>,
    memory: &MemoryOptions,
) -> Result<LayerRun, LayerRunError> {
    let inputs: Vec<&Tensor> = drawn.inputs.iter().collect();
    let program = Program::for_inputs(accelerator, &drawn.layer, &inputs, order, None)?;
    run_program(session, accelerator, drawn, &program, memory)
}

/// Runs a drawn layer as it was compiled and compares: as [`run_layer`], for a mapping of one's own.
///
/// # Errors
/// See [`LayerRunError`].
pub fn run_program(
    session: &mut ArraySession<'_>,
    accelerator: &Accelerator,
    drawn: &DrawnLayer,
    program: &Program,
    memory: &MemoryOptions,
) -> Result<LayerRun, LayerRunError> {
    let inputs: Vec<&Tensor> = drawn.inputs.iter().collect();
    let mut bytes = program.memory.clone();
    let slowness = 1 + (memory.pressure + memory.latency) / 16;
    let limit = PATIENCE + CLOCKS_PER_BYTE * bytes.len() as u64 * slowness;
    let run = session.run(&program.descriptor, &mut bytes, memory, limit)?;
    if run.status != 0 {
        return Err(LayerRunError::Status { status: run.status });
    }
    let golden = evaluate(&drawn.layer, &inputs)?;
    let written_bytes = compare(program, &bytes, &golden)?;
    let wanted = inputs.iter().map(|input| input.nonzeros() as u64).sum();
    if run.nonzeros != wanted {
        let found = run.nonzeros;
        return Err(LayerRunError::Nonzeros { found, wanted });
    }
    if let Some(counters) = &run.counters {
        check_counters(accelerator, run.clocks, counters)?;
    }
    let predicted = memory
        .is_steady()
        .then(|| predict(accelerator, program, &golden, memory.latency, limit));
    Ok(LayerRun {
        run,
        predicted: predicted.flatten(),
        mapping: program.mapping,
        first: program.first,
        elements: golden.codes.len() as u64,
        read_bytes: program.read_bytes,
        written_bytes,
    })
}

/// Every element begins a product or is idle for one reason in each clock that the harness counted.
fn check_counters(
    accelerator: &Accelerator,
    wanted_clocks: u64,
    counters: &Counters,
) -> Result<(), LayerRunError> {
    let stalls = counters.stalls.reasons().map(|(_, clocks)| clocks);
    let sum = counters.products + stalls.iter().sum::<u64>();
    let wanted = wanted_clocks * u64::from(accelerator.elements());
    let clocks = counters.clocks;
    match clocks == wanted_clocks && sum == wanted {
        true => Ok(()),
        false => Err(LayerRunError::Counters {
            clocks,
            sum,
            wanted_clocks,
            wanted,
        }),
    }
}

/// Compares the output in memory; gives its length in bytes.
fn compare(program: &Program, memory: &[u8], golden: &Tensor) -> Result<u64, LayerRunError> {
    let wanted = program.packed(golden).len() as u64;
    let Some((output, found)) = program.result(memory) else {
        return Err(LayerRunError::Stream { found: 0, wanted });
    };
    let differs = |index: &usize| output.codes[*index] != golden.codes[*index];
    let elements = golden.codes.len();
    if let Some(index) = (0..elements).find(differs) {
        let [channels, width] = [golden.shape.channels, golden.shape.width].map(|n| n as usize);
        return Err(LayerRunError::Output {
            index,
            row: index / channels / width,
            column: index / channels % width,
            channel: index % channels,
            found: output.codes[index],
            wanted: golden.codes[index],
            count: (0..elements).filter(differs).count(),
            elements,
        });
    }
    match found == wanted {
        true => Ok(found),
        false => Err(LayerRunError::Stream { found, wanted }),
    }
}

/// The geometric mean of positive numbers; nothing of none.
pub fn geometric_mean(numbers: impl IntoIterator<Item = f64>) -> Option<f64> {
    let logarithms: Vec<f64> = numbers.into_iter().map(f64::ln).collect();
    let count = logarithms.len() as f64;
    (count > 0.0).then(|| (logarithms.iter().sum::<f64>() / count).exp())
}

#[cfg(test)]
mod tests {
    use super::geometric_mean;

    #[test]
    fn means_are_geometric() {
        assert_eq!(geometric_mean([]), None);
        assert_eq!(geometric_mean([0.25]), Some(0.25));
        let mean = geometric_mean([1.0, 4.0]).unwrap();
        assert!((mean - 2.0).abs() < 1e-12, "{mean}");
    }
}
