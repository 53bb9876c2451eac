//! A suite of layers that the program may rely on.

use crate::codes;
use crate::diag::{Diagnostic, Diagnostics};
use crate::fields::Kind;
use crate::fields::raw::{
    LayerActivation, LayerKind, LayerPadding, RawLayer, RawSuite, WeightPattern, word,
};
use crate::load::{self, Loaded};
use crate::source::Source;
use crate::tree;

/// Layers to draw and run.
#[derive(Debug, Clone, PartialEq)]
pub struct Suite {
    /// Name of the preset or file.
    pub name: String,
    /// The layers.
    pub layers: Vec<LayerSpec>,
}

/// One layer to draw.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerSpec {
    /// Name in the results.
    pub name: String,
    /// Operator; a pointwise convolution is one with a kernel of 1.
    pub kind: LayerKind,
    /// Rows, columns and channels of the input, each at least 1.
    pub input: [u32; 3],
    /// Channels of the output, at least 1; a multiple of the input's where it is depthwise.
    pub output_channels: u32,
    /// Rows and columns of the window, at least 1.
    pub kernel: [u32; 2],
    /// Steps of the window, at least 1.
    pub stride: [u32; 2],
    /// Behaviour at the border.
    pub padding: LayerPadding,
    /// Activation function at the end.
    pub activation: LayerActivation,
    /// Where the zeros of the weights lie.
    pub pattern: WeightPattern,
    /// Share of the weights that are not zero, 0 to 1.
    pub weight_density: f64,
    /// Share of the activations that are not zero, 0 to 1.
    pub activation_density: f64,
    /// Seed.
    pub seed: u64,
}

impl LayerSpec {
    /// The layer as [`check_layer`] reads it, all keys but the name.
    pub fn text(&self) -> String {
        let [height, width, channels] = self.input;
        let (kernel, stride) = (self.kernel, self.stride);
        [
            format!("kind={},height={height},width={width}", word(self.kind)),
            format!(
                "channels={channels},output_channels={}",
                self.output_channels
            ),
            format!("kernel={},kernel_width={}", kernel[0], kernel[1]),
            format!("stride={},stride_width={}", stride[0], stride[1]),
            format!(
                "padding={},activation={}",
                word(self.padding),
                word(self.activation)
            ),
            format!(
                "pattern={},weight_density={}",
                word(self.pattern),
                self.weight_density
            ),
            format!(
                "activation_density={},seed={}",
                self.activation_density, self.seed
            ),
        ]
        .join(",")
    }
}

/// Loads a suite by preset name or path and applies `--set KEY=VALUE` in order.
///
/// # Errors
/// Every problem of the suite in one go.
pub fn check_suite(name_or_path: &str, sets: &[String]) -> Loaded<Suite> {
    let (raw, mut problems) = load::load_suite(name_or_path, sets)?;
    problems.extend(raw.layers.iter().filter_map(check));
    problems.finish(lower(&raw))
}

/// Reads a layer from the command line: `KEY=VALUE` pairs with commas between, keys as in a suite.
///
/// # Errors
/// Every problem of the layer in one go.
pub fn check_layer(text: &str) -> Result<LayerSpec, Diagnostics> {
    let pairs = text.replace('=', ": ");
    let source = Source::new("--layer", format!("[{{{pairs}}}]"));
    let node = tree::parse_root(&source, Kind::Suite.list_key())?;
    let raw = RawSuite::read(&node)?;
    let mut problems = Diagnostics::new();
    problems.extend(raw.layers.iter().filter_map(check));
    let layer = raw.layers.last().map(|layer| {
        let named = spec(0, layer);
        match layer.name {
            Some(_) => named,
            None => LayerSpec {
                name: text.to_owned(),
                ..named
            },
        }
    });
    let (layer, _) = problems.finish(layer)?;
    // The text is a list of one map, so there is a layer.
    layer.ok_or_else(|| {
        let message = format!("`{text}` is no layer");
        Diagnostic::error(&codes::LAYER, message, "write `kind=conv,height=8,...`").into()
    })
}

fn check(layer: &RawLayer) -> Option<Diagnostic> {
    let kernel = [Some(&layer.kernel), layer.kernel_width.as_ref()];
    let wide = kernel.into_iter().flatten().find(|k| k.value > 1);
    if let (LayerKind::Pointwise, Some(kernel)) = (layer.kind.value, wide) {
        let message = format!("a pointwise layer has a kernel of {}", kernel.value);
        let hint = "leave the kernel out, or write `kind: conv`";
        return Some(Diagnostic::error(&codes::LAYER, message, hint).at(kernel.place()));
    }
    let (outputs, inputs) = (layer.output_channels.as_ref()?, layer.channels.value);
    let whole = layer.kind.value != LayerKind::Depthwise || outputs.value.is_multiple_of(inputs);
    if whole {
        return None;
    }
    let message = format!(
        "a depthwise layer makes {} channels from {inputs}",
        outputs.value
    );
    let hint = "give a multiple of `channels`, or leave `output_channels` out";
    Some(Diagnostic::error(&codes::LAYER, message, hint).at(outputs.place()))
}

fn lower(raw: &RawSuite) -> Suite {
    let layers = raw.layers.iter().enumerate();
    Suite {
        name: raw.name.clone(),
        layers: layers.map(|(index, layer)| spec(index, layer)).collect(),
    }
}

fn spec(index: usize, raw: &RawLayer) -> LayerSpec {
    let value = |number: &Option<crate::source::Located<u32>>, otherwise: u32| {
        number.as_ref().map_or(otherwise, |number| number.value)
    };
    let density = match raw.pattern.value {
        WeightPattern::Dense => 1.0,
        WeightPattern::Mag80 => 0.2,
        WeightPattern::Nm24 => 0.5,
    };
    let activation = match raw.kind.value {
        LayerKind::MaxPool | LayerKind::AveragePool | LayerKind::Add | LayerKind::Mean => {
            LayerActivation::None
        }
        _ => LayerActivation::Relu,
    };
    let name = raw.name.as_ref().map(|name| name.value.clone());
    LayerSpec {
        name: name.unwrap_or_else(|| format!("{}", index + 1)),
        kind: raw.kind.value,
        input: [raw.height.value, raw.width.value, raw.channels.value],
        output_channels: value(&raw.output_channels, raw.channels.value),
        kernel: [raw.kernel.value, value(&raw.kernel_width, raw.kernel.value)],
        stride: [raw.stride.value, value(&raw.stride_width, raw.stride.value)],
        padding: raw.padding.value,
        activation: raw.activation.as_ref().map_or(activation, |a| a.value),
        pattern: raw.pattern.value,
        weight_density: raw.weight_density.as_ref().map_or(density, |d| d.value),
        activation_density: raw.activation_density.value,
        seed: raw.seed.value,
    }
}
