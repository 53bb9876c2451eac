//! A layer as the array sees it.

use super::layer::{Layer, Operation, Padding, Window};
use super::tensor::Shape;

/// What the sums of a layer hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Products of activations and weights.
    Products,
    /// Activations: their weights are 1, and all places of the kernel share them.
    Plain,
    /// Plain, but a sum is the greatest of its activations, zeros among them.
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

/// Extent of the input as the array reads it: a fully connected layer is a convolution of one position that holds all elements.
pub(super) fn read_shape(layer: &Layer) -> Shape {
    match layer.operation {
        Operation::FullyConnected { .. } => Shape::new(1, 1, layer.input.len() as u32),
        _ => layer.input,
    }
}

impl View {
    /// The view of a layer with one input.
    pub fn new(layer: &Layer) -> Self {
        let window = match layer.operation {
            Operation::Mean { .. } => Some(Window {
                kernel: [layer.input.height, layer.input.width],
                stride: [1, 1],
                padding: Padding::Valid,
            }),
            _ => layer.operation.window().copied(),
        };
        let form = match layer.operation {
            Operation::MaxPool { .. } => Form::Maximum,
            Operation::AveragePool { .. } | Operation::Mean { .. } | Operation::Relu { .. } => {
                Form::Plain
            }
            _ => Form::Products,
        };
        let depthwise = match layer.operation {
            // With more outputs than inputs most weights of a convolution are zero, and zeros cost nothing.
            Operation::Depthwise { multiplier, .. } => multiplier == 1,
            _ => form != Form::Products,
        };
        Self {
            input: read_shape(layer),
            output: layer.output(),
            window: window.unwrap_or(Window::POINT),
            depthwise,
            form,
        }
    }

    pub fn padding(&self) -> [u32; 2] {
        match self.window.padding {
            Padding::Same => self.window.before(self.input),
            Padding::Valid => [0, 0],
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
