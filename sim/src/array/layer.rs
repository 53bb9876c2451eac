//! What a layer computes.

use super::error::LayerError;
use super::quantise::Rescale;
use super::tensor::{Shape, Tensor};

/// Largest kernel extent.
const KERNEL_MAX: u32 = 10;

/// How a window behaves at the border of the image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Padding {
    /// Output of extent `ceil(input / stride)`; zeros around the image, the odd one at its end.
    Same,
    /// Only windows that lie inside of the image.
    Valid,
}

/// A window that slides over the image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Rows and columns of the window.
    pub kernel: [u32; 2],
    /// Steps in rows and columns, 1 or 2 or the extent of the kernel.
    pub stride: [u32; 2],
    /// Behaviour at the border.
    pub padding: Padding,
}

impl Window {
    /// A window of one element: what a pointwise convolution has.
    pub const POINT: Self = Self {
        kernel: [1, 1],
        stride: [1, 1],
        padding: Padding::Valid,
    };

    /// Makes a square window.
    pub fn square(kernel: u32, stride: u32, padding: Padding) -> Self {
        Self {
            kernel: [kernel; 2],
            stride: [stride; 2],
            padding,
        }
    }

    /// Rows and columns of the output; 0 where the window does not fit.
    pub fn output(&self, input: Shape) -> [u32; 2] {
        let extent = |axis: usize, input: u32| match self.padding {
            Padding::Same => input.div_ceil(self.stride[axis]),
            Padding::Valid => match input.checked_sub(self.kernel[axis]) {
                Some(rest) => rest / self.stride[axis] + 1,
                None => 0,
            },
        };
        [extent(0, input.height), extent(1, input.width)]
    }

    /// Rows above and columns left of the image that the first window covers.
    pub fn before(&self, input: Shape) -> [u32; 2] {
        let output = self.output(input);
        let before = |axis: usize, input: u32| match self.padding {
            Padding::Valid => 0,
            Padding::Same => {
                let covered = (output[axis] - 1) * self.stride[axis] + self.kernel[axis];
                covered.saturating_sub(input) / 2
            }
        };
        [before(0, input.height), before(1, input.width)]
    }
}

/// Weights of all output channels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weights {
    /// Codes with zero point 0. Convolution: output channel, row, column, input channel. Depthwise: row, column, output
    /// channel. Fully connected: output, input.
    pub codes: Vec<i8>,
    /// Added to the sum of products, one for each output channel.
    pub bias: Vec<i32>,
    /// From the scale of the sums to that of the output, one for each output channel.
    pub rescales: Vec<Rescale>,
}

/// How an operand of an addition enters it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operand {
    /// From the operand, shifted left by [`Operation::ADD_SHIFT`], to the scale of the sum; its shift is at most 0.
    pub rescale: Rescale,
    /// Zero point of the operand.
    pub zero_point: i8,
}

/// The operators.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operation {
    /// Convolution; with [`Window::POINT`] a pointwise one.
    Conv {
        /// Window.
        window: Window,
        /// Number of output channels, at least 1.
        channels: u32,
        /// Weights.
        weights: Weights,
    },
    /// Convolution of each channel by itself.
    Depthwise {
        /// Window.
        window: Window,
        /// Output channels of each input channel, at least 1.
        multiplier: u32,
        /// Weights.
        weights: Weights,
    },
    /// Product of a matrix with all elements of the input.
    FullyConnected {
        /// Number of outputs, at least 1.
        channels: u32,
        /// Weights.
        weights: Weights,
    },
    /// Greatest element of each window; the output has the quantisation of the input.
    MaxPool {
        /// Window.
        window: Window,
    },
    /// Mean of each window, padding left out, to nearest with halves away from zero; the output has the quantisation of
    /// the input.
    AveragePool {
        /// Window.
        window: Window,
    },
    /// Sum of two tensors of one shape.
    Add {
        /// How the two enter.
        operands: [Operand; 2],
        /// From the scale of the sum to that of the output; its shift is at most 0.
        rescale: Rescale,
    },
    /// Mean of each channel over the whole image, in the quantisation of the output.
    Mean {
        /// From the scale of the sum of all elements to that of their mean.
        rescale: Rescale,
    },
    /// The input in the quantisation of the output; with the clamp of the layer this is ReLU and ReLU6.
    Relu {
        /// From the scale of the input to that of the output.
        rescale: Rescale,
    },
}

impl Operation {
    /// Shift to the left of the operands of an addition.
    pub const ADD_SHIFT: u32 = 20;

    /// The operator's name in messages.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Conv { .. } => "conv2d",
            Self::Depthwise { .. } => "depthwise_conv2d",
            Self::FullyConnected { .. } => "fully_connected",
            Self::MaxPool { .. } => "max_pool",
            Self::AveragePool { .. } => "average_pool",
            Self::Add { .. } => "add",
            Self::Mean { .. } => "mean",
            Self::Relu { .. } => "relu",
        }
    }

    /// The window, where the operator has one.
    pub fn window(&self) -> Option<&Window> {
        match self {
            Self::Conv { window, .. }
            | Self::Depthwise { window, .. }
            | Self::MaxPool { window }
            | Self::AveragePool { window } => Some(window),
            _ => None,
        }
    }

    /// Tells whether it gathers windows without weights.
    pub fn is_pool(&self) -> bool {
        matches!(self, Self::MaxPool { .. } | Self::AveragePool { .. })
    }

    /// The weights, where the operator has some.
    pub fn weights(&self) -> Option<&Weights> {
        match self {
            Self::Conv { weights, .. }
            | Self::Depthwise { weights, .. }
            | Self::FullyConnected { weights, .. } => Some(weights),
            _ => None,
        }
    }
}

/// One layer: an operator with the shapes and the quantisation around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    /// Extent of the input; of both in an addition.
    pub input: Shape,
    /// Zero point of the input; of the first in an addition.
    pub input_zero_point: i8,
    /// Zero point of the output.
    pub output_zero_point: i8,
    /// Least and greatest output code: the fused activation function.
    pub clamp: [i8; 2],
    /// What is computed.
    pub operation: Operation,
}

impl Layer {
    /// Extent of the output.
    pub fn output(&self) -> Shape {
        let [height, width] = match self.operation.window() {
            Some(window) => window.output(self.input),
            None => [self.input.height, self.input.width],
        };
        let channels = self.input.channels;
        match self.operation {
            Operation::Conv { channels, .. } => Shape::new(height, width, channels),
            Operation::Depthwise { multiplier, .. } => {
                Shape::new(height, width, channels.saturating_mul(multiplier))
            }
            Operation::FullyConnected { channels, .. } => Shape::new(1, 1, channels),
            Operation::Mean { .. } => Shape::new(1, 1, channels),
            _ => Shape::new(height, width, channels),
        }
    }

    /// Weights that meet in one output element.
    pub fn taps(&self) -> usize {
        let window = match self.operation.window() {
            Some(window) => window.kernel[0] as usize * window.kernel[1] as usize,
            None => 1,
        };
        match self.operation {
            Operation::Conv { .. } => window * self.input.channels as usize,
            Operation::FullyConnected { .. } => self.input.len(),
            _ => window,
        }
    }

    /// Place of a weight: the one of an output channel that meets an input channel at a row and column of the window.
    pub fn weight_index(&self, output: u32, tap: [u32; 2], channel: u32) -> usize {
        let [row, column, channel, output] = [tap[0], tap[1], channel, output].map(|n| n as usize);
        let columns = self.operation.window().map_or(1, |w| w.kernel[1] as usize);
        match &self.operation {
            Operation::Conv { .. } => {
                let channels = self.input.channels as usize;
                output * self.taps() + (row * columns + column) * channels + channel
            }
            Operation::Depthwise { .. } => {
                (row * columns + column) * self.output().channels as usize + output
            }
            _ => output * self.taps() + channel,
        }
    }

    /// Checks that the layer is one that the reference and the array compute alike.
    ///
    /// # Errors
    /// An extent of 0, a window that does not fit, lists of the wrong length, a factor out of range, or sums of products that
    /// could leave 32 bits.
    pub fn check(&self) -> Result<(), LayerError> {
        if self.input.is_empty() {
            return Err(LayerError::Empty { shape: self.input });
        }
        if let Some(window) = self.operation.window() {
            check_window(window, self.input)?;
        }
        if self.clamp[0] > self.clamp[1] {
            return Err(LayerError::Clamp { clamp: self.clamp });
        }
        self.check_counts()?;
        self.check_factors()?;
        self.check_sums()
    }

    fn check_counts(&self) -> Result<(), LayerError> {
        let output = self.output();
        if output.is_empty() {
            return Err(LayerError::Empty { shape: output });
        }
        let Some(weights) = self.operation.weights() else {
            return Ok(());
        };
        let channels = output.channels as usize;
        let lists = [
            ("weights", weights.codes.len(), channels * self.taps()),
            ("biases", weights.bias.len(), channels),
            ("rescales", weights.rescales.len(), channels),
        ];
        match lists.into_iter().find(|(_, found, wanted)| found != wanted) {
            Some((what, found, wanted)) => Err(LayerError::Count {
                what,
                found,
                wanted,
            }),
            None => Ok(()),
        }
    }

    fn rescales(&self) -> Vec<Rescale> {
        match &self.operation {
            Operation::Add { operands, rescale } => {
                vec![operands[0].rescale, operands[1].rescale, *rescale]
            }
            Operation::Mean { rescale } | Operation::Relu { rescale } => vec![*rescale],
            operation => operation
                .weights()
                .map_or(Vec::new(), |w| w.rescales.clone()),
        }
    }

    fn check_factors(&self) -> Result<(), LayerError> {
        let most = match self.operation {
            Operation::Add { .. } => 0,
            _ => 30,
        };
        let fits = |r: &Rescale| r.multiplier >= 0 && (-31..=most).contains(&r.shift);
        match self.rescales().into_iter().find(|rescale| !fits(rescale)) {
            Some(rescale) => Err(LayerError::Factor { rescale }),
            None => Ok(()),
        }
    }

    /// Every sum, shifted left as its factor says, must fit 32 bits whatever the activations are.
    fn check_sums(&self) -> Result<(), LayerError> {
        for output in 0..self.output().channels {
            let (bound, shift) = self.bound(output);
            if bound
                .checked_shl(shift)
                .is_none_or(|sum| sum > i32::MAX as u64 || sum >> shift != bound)
            {
                return Err(LayerError::Overflow {
                    channel: output,
                    bound,
                    shift,
                });
            }
        }
        Ok(())
    }

    /// Greatest magnitude of a sum, and the shift to the left that follows.
    fn bound(&self, output: u32) -> (u64, u32) {
        let largest = largest_value(self.input_zero_point);
        let Some(weights) = self.operation.weights() else {
            let (elements, shift) = match self.operation {
                Operation::Mean { rescale } => (self.input.positions(), rescale.shift),
                Operation::Relu { rescale } => (1, rescale.shift),
                _ => (1, 0),
            };
            return (elements * largest, shift.max(0) as u32);
        };
        let index = output as usize;
        let taps = self.taps();
        let magnitude = |tap: usize| {
            let place = match self.operation {
                Operation::Depthwise { .. } => tap * weights.bias.len() + index,
                _ => index * taps + tap,
            };
            u64::from(weights.codes[place].unsigned_abs())
        };
        let products: u64 = (0..taps).map(|tap| magnitude(tap) * largest).sum();
        let bias = u64::from(weights.bias[index].unsigned_abs());
        (products + bias, weights.rescales[index].shift.max(0) as u32)
    }

    /// Checks that tensors are what this layer reads: one, or two for an addition.
    ///
    /// # Errors
    /// A wrong number of tensors, shape, zero point or number of codes.
    pub fn check_inputs(&self, inputs: &[&Tensor]) -> Result<(), LayerError> {
        let zero_points: Vec<i8> = match &self.operation {
            Operation::Add { operands, .. } => operands.iter().map(|o| o.zero_point).collect(),
            _ => vec![self.input_zero_point],
        };
        if inputs.len() != zero_points.len() {
            return Err(LayerError::Count {
                what: "inputs",
                found: inputs.len(),
                wanted: zero_points.len(),
            });
        }
        let matches = |(input, zero_point): (&&Tensor, &i8)| {
            input.shape == self.input
                && input.codes.len() == input.shape.len()
                && input.zero_point == *zero_point
        };
        match inputs
            .iter()
            .zip(&zero_points)
            .position(|pair| !matches(pair))
        {
            Some(index) => Err(LayerError::Input {
                index,
                found: inputs[index].shape,
                wanted: self.input,
            }),
            None => Ok(()),
        }
    }
}

fn check_window(window: &Window, input: Shape) -> Result<(), LayerError> {
    let axes = [(0, input.height), (1, input.width)];
    for (axis, extent) in axes {
        let (kernel, stride) = (window.kernel[axis], window.stride[axis]);
        let covers_image = kernel == extent && window.padding == Padding::Valid;
        let fits = (1..=KERNEL_MAX).contains(&kernel) || covers_image;
        let steps = (1..=2).contains(&stride) || stride == kernel;
        if kernel == 0 || stride == 0 || !fits || !steps {
            return Err(LayerError::Window { kernel, stride });
        }
    }
    Ok(())
}

/// Greatest magnitude of a code minus the zero point.
fn largest_value(zero_point: i8) -> u64 {
    let zero_point = i32::from(zero_point);
    u64::from((127 - zero_point).max(zero_point + 128).unsigned_abs())
}
