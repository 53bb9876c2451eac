//! A layer as the array sees it.

use super::error::LayerError;
use super::layer::{Layer, Operation, Padding, Window};
use super::tensor::Shape;

/// What the sums of a layer hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Products of activations and weights.
    Products,
    /// Activations: their weights are 1, and all places of the kernel share them.
    Plain,
    /// Plain, but each element of a window has a sum of its own, of which the requantiser takes the greatest.
    Maximum,
}

/// The layer as the array sees it: a convolution over a whole image or of each channel by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct View {
    pub input: Shape,
    pub output: Shape,
    pub window: Window,
    pub depthwise: bool,
    pub form: Form,
}

impl View {
    pub fn new(layer: &Layer) -> Result<Self, LayerError> {
        // A fully connected layer is a convolution of one position that holds all elements.
        let (input, window) = match &layer.operation {
            Operation::FullyConnected { .. } => {
                (Shape::new(1, 1, layer.input.len() as u32), Window::POINT)
            }
            Operation::Add { .. } => {
                return Err(LayerError::Unsupported {
                    operator: layer.operation.name(),
                    shape: layer.input,
                });
            }
            operation => {
                let window = operation.window().copied().unwrap_or(Window::POINT);
                (layer.input, window)
            }
        };
        let form = match layer.operation {
            Operation::MaxPool { .. } => Form::Maximum,
            Operation::AveragePool { .. } | Operation::Relu { .. } => Form::Plain,
            _ => Form::Products,
        };
        let depthwise = match layer.operation {
            // With more outputs than inputs most weights of a convolution are zero, and zeros cost nothing.
            Operation::Depthwise { multiplier, .. } => multiplier == 1,
            _ => form != Form::Products,
        };
        Ok(Self {
            input,
            output: layer.output(),
            window,
            depthwise,
            form,
        })
    }

    pub fn padding(&self) -> [u32; 2] {
        match self.window.padding {
            Padding::Same => self.window.before(self.input),
            Padding::Valid => [0, 0],
        }
    }

    /// Sums of one output element.
    pub fn sums(&self) -> u32 {
        match self.form {
            Form::Maximum => self.window.kernel[0].saturating_mul(self.window.kernel[1]),
            _ => 1,
        }
    }

    /// Rows and columns of the kernel that have weights of their own.
    pub fn taps(&self) -> [u32; 2] {
        match self.form {
            Form::Products => self.window.kernel,
            _ => [1, 1],
        }
    }

    /// The weight of an output channel for an input channel at a place of the kernel.
    pub fn weight(&self, layer: &Layer, output: u32, tap: [u32; 2], channel: u32) -> i8 {
        let Some(weights) = layer.operation.weights() else {
            return 1;
        };
        let index = match layer.operation {
            Operation::Depthwise { multiplier, .. } if channel != output / multiplier => return 0,
            Operation::FullyConnected { .. } => layer.weight_index(output, [0, 0], channel),
            _ => layer.weight_index(output, tap, channel),
        };
        weights.codes[index]
    }
}
