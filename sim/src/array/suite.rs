//! Layers of a suite as they are drawn.

use dysta_config::fields::raw::{LayerActivation, LayerKind, LayerPadding, WeightPattern};
use dysta_config::suite::LayerSpec;

use super::draw::{Kind, LayerDraw, Pattern};
use super::{Activation, Padding, Shape, Window};

impl From<&LayerSpec> for LayerDraw {
    /// Layers with weights, unless fully connected, have a scale for each output channel.
    fn from(spec: &LayerSpec) -> Self {
        let kind = match spec.kind {
            LayerKind::Conv | LayerKind::Pointwise => Kind::Conv,
            LayerKind::Depthwise => Kind::Depthwise,
            LayerKind::FullyConnected => Kind::FullyConnected,
            LayerKind::MaxPool => Kind::MaxPool,
            LayerKind::AveragePool => Kind::AveragePool,
            LayerKind::Add => Kind::Add,
            LayerKind::Relu => Kind::Relu,
            LayerKind::Mean => Kind::Mean,
        };
        let [height, width, channels] = spec.input;
        Self {
            kind,
            input: Shape::new(height, width, channels),
            channels: spec.output_channels,
            window: Window {
                kernel: spec.kernel,
                stride: spec.stride,
                padding: match spec.padding {
                    LayerPadding::Same => Padding::Same,
                    LayerPadding::Valid => Padding::Valid,
                },
            },
            activation: match spec.activation {
                LayerActivation::None => Activation::None,
                LayerActivation::Relu => Activation::Relu,
                LayerActivation::Relu6 => Activation::Relu6,
            },
            per_channel: matches!(kind, Kind::Conv | Kind::Depthwise),
            weight_density: spec.weight_density,
            pattern: match spec.pattern {
                WeightPattern::Dense | WeightPattern::Mag80 => Pattern::Unstructured,
                WeightPattern::Nm24 => Pattern::TwoOfFour,
            },
            activation_density: spec.activation_density,
            seed: spec.seed,
        }
    }
}
