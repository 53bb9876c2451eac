//! What a layer did, measured against its bounds.

use dysta_config::accelerator::Accelerator;
use serde::Serialize;

use super::layer::LayerRun;
use crate::array::draw::DrawnLayer;
use crate::array::{LayerError, Mapping, Program, Stalls, Tensor};
use crate::golden::array::timing::{Timing, predict};
use crate::golden::array::{evaluate, products};

/// Figures of a layer.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LayerFigures {
    /// Elements of the output, each compared with the reference in this run; 0 if it is the timing model's.
    pub output_bytes_compared: u64,
    /// Multiplications of the dense layer, windows clipped to the image.
    pub dense_macs: u64,
    /// Multiplications of which neither factor is zero.
    pub valid_macs: u64,
    /// Non-zeros of the input.
    pub nonzeros: u64,
    /// Input, weights and output as they lie in memory, each counted once.
    pub compressed_bytes: u64,
    /// Bytes that the array read and wrote.
    pub moved_bytes: u64,
    /// The greater of `valid_macs` over elements and `compressed_bytes` over those of the memory interface a clock.
    pub roofline_cycles: f64,
    /// Clocks from the first read burst to the last write answer.
    pub cycles: u64,
    /// `roofline_cycles` over `cycles`.
    pub efficiency: f64,
    /// Clocks that an ideal dense array of as many elements takes, over `cycles`.
    pub speedup_over_dense: f64,
    /// Clocks of idle elements by reason, summed over the elements, if the array counts them: with the products they are `cycles` times the
    /// elements.
    pub stalls: Option<Stalls>,
    /// Clocks by the timing model if the layer were cut in the way that the estimate ranks first; nothing on a memory that it does not know.
    pub first_choice_cycles: Option<u64>,
    /// What the timing model says, beside what the array did.
    pub model: Option<ModelFigures>,
}

/// The timing model against the array.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ModelFigures {
    /// Clocks.
    pub cycles: u64,
    /// How much they are above those of the array, as a share of these.
    pub error: f64,
    /// Clocks of idle elements by reason.
    pub stalls: Stalls,
}

/// A layer's bytes in memory and what moved.
struct Bytes {
    compressed: u64,
    moved: u64,
}

impl LayerFigures {
    /// The figures of a layer that ran.
    pub fn new(accelerator: &Accelerator, drawn: &DrawnLayer, done: &LayerRun) -> Self {
        let transfers = done.run.words_read + done.run.words_written;
        let bytes = Bytes {
            compressed: done.read_bytes + done.written_bytes,
            moved: transfers * u64::from(accelerator.memory_bytes()),
        };
        let cycles = done.run.clocks;
        let model = done.predicted.map(|timing| ModelFigures {
            cycles: timing.counters.clocks,
            error: timing.counters.clocks as f64 / cycles.max(1) as f64 - 1.0,
            stalls: timing.counters.stalls,
        });
        Self {
            output_bytes_compared: done.elements,
            nonzeros: done.run.nonzeros,
            stalls: done.run.counters.map(|counters| counters.stalls),
            model,
            ..Self::bounded(accelerator, drawn, &bytes, cycles)
        }
    }

    /// The figures of a layer by the timing model alone, on a memory of some latency.
    ///
    /// # Errors
    /// If the array does not compute the layer.
    pub fn predicted(
        accelerator: &Accelerator,
        drawn: &DrawnLayer,
        latency: u64,
    ) -> Result<Self, LayerError> {
        let inputs: Vec<&Tensor> = drawn.inputs.iter().collect();
        let program = Program::for_inputs(accelerator, &drawn.layer, &inputs, None, None)?;
        let output = evaluate(&drawn.layer, &inputs)?;
        let timing = predict(accelerator, &program, &output, latency, u64::MAX);
        let timing = timing.unwrap_or_default();
        let figures = Self::of_timing(accelerator, drawn, &program, &output, &timing);
        figures.beside_first(
            accelerator,
            drawn,
            [&program.first, &program.mapping],
            latency,
        )
    }

    /// The figures with the clocks of the first choice, on a memory of some latency: `first` and the way in which the layer is cut.
    ///
    /// # Errors
    /// If the array does not compute the layer.
    pub fn beside_first(
        self,
        accelerator: &Accelerator,
        drawn: &DrawnLayer,
        [first, chosen]: [&Mapping; 2],
        latency: u64,
    ) -> Result<Self, LayerError> {
        if first == chosen {
            let first_choice_cycles = Some(self.cycles);
            return Ok(Self {
                first_choice_cycles,
                ..self
            });
        }
        let inputs: Vec<&Tensor> = drawn.inputs.iter().collect();
        let program = Program::for_inputs(accelerator, &drawn.layer, &inputs, None, Some(*first))?;
        let output = evaluate(&drawn.layer, &inputs)?;
        let timing = predict(accelerator, &program, &output, latency, u64::MAX);
        Ok(Self {
            first_choice_cycles: timing.map(|timing| timing.counters.clocks),
            ..self
        })
    }

    fn of_timing(
        accelerator: &Accelerator,
        drawn: &DrawnLayer,
        program: &Program,
        output: &Tensor,
        timing: &Timing,
    ) -> Self {
        let written = program.packed(output).len() as u64;
        let transfers = timing.transfers_read + timing.transfers_written;
        let bytes = Bytes {
            compressed: program.read_bytes + written,
            moved: transfers * u64::from(accelerator.memory_bytes()),
        };
        Self {
            stalls: Some(timing.counters.stalls),
            ..Self::bounded(accelerator, drawn, &bytes, timing.counters.clocks)
        }
    }

    /// What follows from the layer, its bytes and its clocks.
    fn bounded(accelerator: &Accelerator, drawn: &DrawnLayer, bytes: &Bytes, cycles: u64) -> Self {
        let macs = products(&drawn.layer, &drawn.inputs[0]);
        let elements = f64::from(accelerator.elements());
        let memory_cycles = bytes.compressed as f64 / f64::from(accelerator.memory_bytes());
        let roofline_cycles = memory_cycles.max(macs.valid as f64 / elements);
        Self {
            output_bytes_compared: 0,
            dense_macs: macs.dense,
            valid_macs: macs.valid,
            nonzeros: drawn
                .inputs
                .iter()
                .map(|input| input.nonzeros() as u64)
                .sum(),
            compressed_bytes: bytes.compressed,
            moved_bytes: bytes.moved,
            roofline_cycles,
            cycles,
            efficiency: roofline_cycles / cycles.max(1) as f64,
            speedup_over_dense: macs.dense as f64 / elements / cycles.max(1) as f64,
            stalls: None,
            first_choice_cycles: None,
            model: None,
        }
    }
}
