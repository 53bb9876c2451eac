//! A suite of layers as written.

use super::{Choice, Kind, tables, whole};
use super::{FromValue, Reader};
use crate::diag::Diagnostics;
use crate::source::{Located, Origin};
use crate::tree::{Node, Value};

/// A suite as written.
#[derive(Debug, Clone, PartialEq)]
pub struct RawSuite {
    /// Name of the preset or file.
    pub name: String,
    /// The layers.
    pub layers: Vec<RawLayer>,
}

/// A layer as written.
#[derive(Debug, Clone, PartialEq)]
pub struct RawLayer {
    /// Name in the results.
    pub name: Option<Located<String>>,
    /// Operator.
    pub kind: Located<LayerKind>,
    /// Rows of the input.
    pub height: Located<u32>,
    /// Columns of the input.
    pub width: Located<u32>,
    /// Channels of the input.
    pub channels: Located<u32>,
    /// Channels of the output.
    pub output_channels: Option<Located<u32>>,
    /// Rows of the window.
    pub kernel: Located<u32>,
    /// Columns of the window.
    pub kernel_width: Option<Located<u32>>,
    /// Step along rows.
    pub stride: Located<u32>,
    /// Step along columns.
    pub stride_width: Option<Located<u32>>,
    /// Behaviour at the border.
    pub padding: Located<LayerPadding>,
    /// Activation function at the end.
    pub activation: Option<Located<LayerActivation>>,
    /// Where the zeros of the weights lie.
    pub pattern: Located<WeightPattern>,
    /// Share of weights that are not zero.
    pub weight_density: Option<Located<f64>>,
    /// Share of activations that are not zero.
    pub activation_density: Located<f64>,
    /// Seed.
    pub seed: Located<u64>,
    /// Where the layer begins.
    pub origin: Origin,
}

/// Operators of layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LayerKind {
    /// Convolution.
    Conv,
    /// Convolution with a kernel of 1.
    Pointwise,
    /// Convolution of each channel by itself.
    Depthwise,
    /// Matrix times all elements of the input.
    FullyConnected,
    /// Greatest element of each window.
    MaxPool,
    /// Mean of each window.
    AveragePool,
    /// Sum of two tensors.
    Add,
    /// Rescaled and clamped input.
    Relu,
    /// Mean of each channel over the image.
    Mean,
}

/// Activation function at the end of a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LayerActivation {
    /// None.
    None,
    /// At least 0.
    Relu,
    /// From 0 to 6.
    Relu6,
}

/// Behaviour of a window at the border.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LayerPadding {
    /// Zeros around the image.
    Same,
    /// Only windows inside of the image.
    Valid,
}

/// Where the zeros of weights lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WeightPattern {
    /// Nowhere.
    Dense,
    /// Anywhere.
    Mag80,
    /// Two among every four.
    Nm24,
}

choice! { LayerKind {
    "conv" = LayerKind::Conv,
    "pointwise" = LayerKind::Pointwise,
    "depthwise" = LayerKind::Depthwise,
    "fully_connected" = LayerKind::FullyConnected,
    "max_pool" = LayerKind::MaxPool,
    "average_pool" = LayerKind::AveragePool,
    "add" = LayerKind::Add,
    "relu" = LayerKind::Relu,
    "mean" = LayerKind::Mean,
} }
choice! { LayerActivation {
    "none" = LayerActivation::None,
    "relu" = LayerActivation::Relu,
    "relu6" = LayerActivation::Relu6,
} }
choice! { LayerPadding { "same" = LayerPadding::Same, "valid" = LayerPadding::Valid, } }
choice! { WeightPattern {
    "dense" = WeightPattern::Dense,
    "mag80" = WeightPattern::Mag80,
    "nm24" = WeightPattern::Nm24,
} }

impl RawSuite {
    /// Checks a merged tree.
    ///
    /// # Errors
    /// All problems of the tree.
    pub fn read(node: &Node) -> Result<Self, Diagnostics> {
        whole(node, Kind::Suite, Self::from_reader)
    }

    fn from_reader(reader: &Reader<'_>) -> Self {
        let layers = reader.tables("layers", &tables::LAYER);
        Self {
            name: reader.name().unwrap_or("suite").to_owned(),
            layers: layers.iter().map(RawLayer::from_reader).collect(),
        }
    }
}

impl RawLayer {
    fn from_reader(reader: &Reader<'_>) -> Self {
        Self {
            name: reader.optional("name"),
            kind: reader.get("kind"),
            height: reader.get("height"),
            width: reader.get("width"),
            channels: reader.get("channels"),
            output_channels: reader.optional("output_channels"),
            kernel: reader.get("kernel"),
            kernel_width: reader.optional("kernel_width"),
            stride: reader.get("stride"),
            stride_width: reader.optional("stride_width"),
            padding: reader.get("padding"),
            activation: reader.optional("activation"),
            pattern: reader.get("pattern"),
            weight_density: reader.optional("weight_density"),
            activation_density: reader.get("activation_density"),
            seed: reader.get("seed"),
            origin: reader.origin().clone(),
        }
    }
}
