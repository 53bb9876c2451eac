//! Draws layers: weights and activations of given densities, and a quantisation that fits them.
//!
//! The generator is ChaCha with 8 rounds, seeded with [`SeedableRng::seed_from_u64`]; a seed gives the same layer on every
//! machine.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::error::LayerError;
use super::layer::{Layer, Operand, Operation, Weights, Window};
use super::quantise::{self, Activation, Rescale};
use super::tensor::{Shape, Tensor};

/// What a drawn layer computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Convolution; pointwise with a kernel of 1.
    Conv,
    /// Convolution of each channel by itself.
    Depthwise,
    /// Matrix times all elements of the input.
    FullyConnected,
    /// Greatest element of each window.
    MaxPool,
    /// Mean of each window; global with a kernel of the extent of the image.
    AveragePool,
    /// Mean over the whole image.
    Mean,
    /// Sum of two tensors.
    Add,
    /// Rescaled and clamped input.
    Relu,
}

/// Where the zeros of drawn weights lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pattern {
    /// Anywhere.
    Unstructured,
    /// At least two zeros among every four consecutive codes.
    TwoOfFour,
}

/// What to draw.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerDraw {
    /// Operator.
    pub kind: Kind,
    /// Extent of the input.
    pub input: Shape,
    /// Output channels; in a depthwise convolution a multiple of the input's. Other operators do not read it.
    pub channels: u32,
    /// Window, of operators that have one.
    pub window: Window,
    /// Activation function.
    pub activation: Activation,
    /// Whether each output channel has a scale of its own.
    pub per_channel: bool,
    /// Share of weights that are not zero, 0 to 1; with [`Pattern::TwoOfFour`] at most one half are.
    pub weight_density: f64,
    /// Where the zeros lie.
    pub pattern: Pattern,
    /// Share of activations that are not zero, 0 to 1.
    pub activation_density: f64,
    /// Seed.
    pub seed: u64,
}

impl LayerDraw {
    /// A layer of medium densities that ends in ReLU; unless fully connected it has a scale for each output channel.
    pub fn medium(kind: Kind, input: [u32; 3], channels: u32, window: Window) -> Self {
        Self {
            kind,
            input: Shape::new(input[0], input[1], input[2]),
            channels,
            window,
            activation: Activation::Relu,
            per_channel: kind != Kind::FullyConnected,
            weight_density: 0.5,
            pattern: Pattern::Unstructured,
            activation_density: 0.6,
            seed: 1,
        }
    }
}

/// Scales behind the integers of a drawn layer.
#[derive(Debug, Clone, PartialEq)]
pub struct Scales {
    /// Of each input.
    pub inputs: Vec<f32>,
    /// Of the weights, one or one for each output channel; empty without weights.
    pub weights: Vec<f32>,
    /// Of the output.
    pub output: f32,
}

/// A drawn layer with its inputs.
#[derive(Debug, Clone, PartialEq)]
pub struct DrawnLayer {
    /// The layer.
    pub layer: Layer,
    /// One input, two for an addition.
    pub inputs: Vec<Tensor>,
    /// Scales that the layer was quantised with.
    pub scales: Scales,
}

/// Draws a layer.
///
/// # Errors
/// A density outside of 0 to 1, channels that do not suit the operator, or what [`Layer::check`] refuses.
pub fn draw(spec: &LayerDraw) -> Result<DrawnLayer, LayerError> {
    for (what, density) in [
        ("weight density", spec.weight_density),
        ("activation density", spec.activation_density),
    ] {
        if !(0.0..=1.0).contains(&density) {
            return Err(LayerError::Density {
                what,
                density: density.to_string(),
            });
        }
    }
    if spec.input.is_empty() || spec.channels == 0 {
        let shape = Shape {
            channels: spec.channels.min(spec.input.channels),
            ..spec.input
        };
        return Err(LayerError::Empty { shape });
    }
    check_sizes(spec)?;
    let mut source = Source::new(spec.seed);
    let inputs = source.inputs(spec);
    let scales = source.scales(spec);
    let zero_point = match spec.kind {
        Kind::MaxPool | Kind::AveragePool => inputs[0].zero_point,
        _ => source.zero_point(spec.activation),
    };
    let layer = Layer {
        input: spec.input,
        input_zero_point: inputs[0].zero_point,
        output_zero_point: zero_point,
        clamp: spec.activation.clamp(scales.output, zero_point),
        operation: source.operation(spec, &inputs, &scales),
    };
    layer.check()?;
    Ok(DrawnLayer {
        layer,
        inputs,
        scales,
    })
}

/// Draws activations: `density` is the share that is not zero, 0 to 1.
pub fn draw_tensor(shape: Shape, zero_point: i8, density: f64, seed: u64) -> Tensor {
    Source::new(seed).tensor(shape, zero_point, density)
}

/// Most elements of a drawn tensor.
const ELEMENTS_MAX: u128 = 1 << 26;

/// Tensors of a size that memory holds.
fn check_sizes(spec: &LayerDraw) -> Result<(), LayerError> {
    let product = |numbers: &[u32]| numbers.iter().map(|n| u128::from(*n)).product::<u128>();
    let input = product(&[spec.input.height, spec.input.width, spec.input.channels]);
    let outputs = u128::from(spec.channels);
    let weights = match spec.kind {
        Kind::Conv => product(&spec.window.kernel) * u128::from(spec.input.channels) * outputs,
        Kind::Depthwise => product(&spec.window.kernel) * outputs,
        Kind::FullyConnected => input.saturating_mul(outputs),
        _ => 0,
    };
    let output = match spec.kind {
        Kind::FullyConnected => outputs,
        _ => product(&[spec.input.height, spec.input.width]) * outputs,
    };
    let sizes = [("input", input), ("weights", weights), ("output", output)];
    match sizes
        .into_iter()
        .find(|(_, elements)| *elements > ELEMENTS_MAX)
    {
        Some((what, elements)) => Err(LayerError::Large {
            what,
            elements,
            most: ELEMENTS_MAX,
        }),
        None => Ok(()),
    }
}

/// The words that everything is drawn from.
struct Source {
    words: ChaCha8Rng,
}

impl Source {
    fn new(seed: u64) -> Self {
        Self {
            words: ChaCha8Rng::seed_from_u64(seed),
        }
    }

    /// A number below `count`.
    fn below(&mut self, count: u32) -> u32 {
        ((u64::from(self.words.next_u32()) * u64::from(count)) >> 32) as u32
    }

    /// Whether an event of this probability occurs.
    fn happens(&mut self, probability: f64) -> bool {
        let fraction = f64::from(self.words.next_u32()) / 4_294_967_296.0;
        fraction < probability
    }

    /// A real from `least` to twice it.
    fn octave(&mut self, least: f32) -> f32 {
        least * (1.0 + self.below(1 << 16) as f32 / 65536.0)
    }

    /// After ReLU the least code is zero; else anything, more often the common ones.
    fn zero_point(&mut self, activation: Activation) -> i8 {
        match (activation, self.below(4)) {
            (Activation::Relu | Activation::Relu6, 0..=2) | (_, 0) => -128,
            (_, 1) => 0,
            _ => self.below(256) as u8 as i8,
        }
    }

    /// Any code but `zero`.
    fn nonzero(&mut self, zero: i8) -> i8 {
        zero.wrapping_add((1 + self.below(255)) as u8 as i8)
    }

    fn inputs(&mut self, spec: &LayerDraw) -> Vec<Tensor> {
        let count = if spec.kind == Kind::Add { 2 } else { 1 };
        let any = if self.happens(0.5) {
            Activation::Relu
        } else {
            Activation::None
        };
        let mut tensor = || {
            let zero_point = self.zero_point(any);
            self.tensor(spec.input, zero_point, spec.activation_density)
        };
        (0..count).map(|_| tensor()).collect()
    }

    fn tensor(&mut self, shape: Shape, zero_point: i8, density: f64) -> Tensor {
        let codes = (0..shape.len()).map(|_| match self.happens(density) {
            true => self.nonzero(zero_point),
            false => zero_point,
        });
        Tensor {
            shape,
            zero_point,
            codes: codes.collect(),
        }
    }

    fn scales(&mut self, spec: &LayerDraw) -> Scales {
        let inputs: Vec<f32> = (0..2).map(|_| self.octave(0.02)).collect();
        let weighted = matches!(
            spec.kind,
            Kind::Conv | Kind::Depthwise | Kind::FullyConnected
        );
        let weights: Vec<f32> = match (weighted, spec.per_channel) {
            (false, _) => Vec::new(),
            (true, false) => vec![self.octave(0.003)],
            (true, true) => (0..spec.channels).map(|_| self.octave(0.003)).collect(),
        };
        let output = match spec.kind {
            Kind::MaxPool | Kind::AveragePool => inputs[0],
            Kind::Add | Kind::Mean | Kind::Relu => self.octave(0.02),
            _ => self.octave(inputs[0] * 0.003 * spread(spec)),
        };
        let inputs = match spec.kind {
            Kind::Add => inputs,
            _ => inputs[..1].to_vec(),
        };
        Scales {
            inputs,
            weights,
            output,
        }
    }

    fn weights(&mut self, spec: &LayerDraw, count: usize, rescales: Vec<Rescale>) -> Weights {
        let bias = rescales
            .iter()
            .map(|_| self.below(8192) as i32 - 4096)
            .collect();
        Weights {
            codes: self.codes(spec, count),
            bias,
            rescales,
        }
    }

    fn codes(&mut self, spec: &LayerDraw, count: usize) -> Vec<i8> {
        let mut codes = Vec::with_capacity(count);
        while codes.len() < count {
            let zeros = match spec.pattern {
                Pattern::Unstructured => [false; 4],
                Pattern::TwoOfFour => self.two_of_four(),
            };
            let density = match spec.pattern {
                Pattern::Unstructured => spec.weight_density,
                Pattern::TwoOfFour => (2.0 * spec.weight_density).min(1.0),
            };
            for zero in zeros {
                let keep = self.happens(density) && !zero;
                // The code -128 does not occur in weights of TensorFlow Lite.
                let code = if keep { self.nonzero(0).max(-127) } else { 0 };
                codes.push(code);
            }
        }
        codes.truncate(count);
        codes
    }

    /// Which two of four codes are zero whatever the density.
    fn two_of_four(&mut self) -> [bool; 4] {
        let first = self.below(4);
        let second = (first + 1 + self.below(3)) % 4;
        [0, 1, 2, 3].map(|place| place == first || place == second)
    }

    fn operation(&mut self, spec: &LayerDraw, inputs: &[Tensor], scales: &Scales) -> Operation {
        let window = spec.window;
        let taps = window.kernel[0] as usize * window.kernel[1] as usize;
        let outputs = spec.channels as usize;
        let rescales = |from: fn(f32, f32, f32) -> Rescale| {
            let scale = |index: usize| scales.weights[index % scales.weights.len()];
            (0..outputs)
                .map(|index| from(scales.inputs[0], scale(index), scales.output))
                .collect()
        };
        match spec.kind {
            Kind::Conv => Operation::Conv {
                window,
                channels: spec.channels,
                weights: self.weights(
                    spec,
                    taps * spec.input.channels as usize * outputs,
                    rescales(quantise::convolution),
                ),
            },
            Kind::Depthwise => Operation::Depthwise {
                window,
                multiplier: spec.channels / spec.input.channels,
                weights: self.weights(spec, taps * outputs, rescales(quantise::convolution)),
            },
            Kind::FullyConnected => Operation::FullyConnected {
                channels: spec.channels,
                weights: self.weights(
                    spec,
                    spec.input.len() * outputs,
                    rescales(quantise::fully_connected),
                ),
            },
            Kind::MaxPool => Operation::MaxPool { window },
            Kind::AveragePool => Operation::AveragePool { window },
            Kind::Add => addition(inputs, scales),
            Kind::Mean => Operation::Mean {
                rescale: quantise::mean(scales.inputs[0], scales.output, spec.input.positions()),
            },
            Kind::Relu => Operation::Relu {
                rescale: quantise::relu(scales.inputs[0], scales.output),
            },
        }
    }
}

fn addition(inputs: &[Tensor], scales: &Scales) -> Operation {
    let (rescales, rescale) =
        quantise::addition([scales.inputs[0], scales.inputs[1]], scales.output);
    let operand = |side: usize| Operand {
        rescale: rescales[side],
        zero_point: inputs[side].zero_point,
    };
    Operation::Add {
        operands: [operand(0), operand(1)],
        rescale,
    }
}

/// Steps of the sums in one step of the output, so that outputs fill their range and now and then leave it.
fn spread(spec: &LayerDraw) -> f32 {
    let window = spec.window.kernel[0] * spec.window.kernel[1];
    let taps = match spec.kind {
        Kind::Conv => window * spec.input.channels,
        Kind::FullyConnected => spec.input.len() as u32,
        _ => window,
    };
    let valid = f64::from(taps) * spec.weight_density * spec.activation_density;
    64.0 * valid.max(1.0).sqrt() as f32
}

#[cfg(test)]
mod tests {
    use super::super::Padding;
    use super::*;

    fn spec() -> LayerDraw {
        LayerDraw {
            kind: Kind::Conv,
            input: Shape::new(8, 8, 32),
            channels: 16,
            window: Window::square(3, 1, Padding::Same),
            activation: Activation::Relu,
            per_channel: true,
            weight_density: 0.2,
            pattern: Pattern::Unstructured,
            activation_density: 0.5,
            seed: 7,
        }
    }

    #[test]
    fn a_seed_gives_the_same_layer() {
        let drawn = draw(&spec()).unwrap();
        assert_eq!(drawn, draw(&spec()).unwrap());
        let other = LayerDraw { seed: 8, ..spec() };
        assert_ne!(drawn, draw(&other).unwrap());
    }

    #[track_caller]
    fn check_densities(pattern: Pattern, weight_density: f64, activation_density: f64) {
        let spec = LayerDraw {
            pattern,
            weight_density,
            activation_density,
            ..spec()
        };
        let drawn = draw(&spec).unwrap();
        let codes = &drawn.layer.operation.weights().unwrap().codes;
        let found = [
            codes.iter().filter(|code| **code != 0).count() as f64 / codes.len() as f64,
            drawn.inputs[0].nonzeros() as f64 / spec.input.len() as f64,
        ];
        for (found, wanted) in found.into_iter().zip([weight_density, activation_density]) {
            assert!((found - wanted).abs() < 0.05, "{found} of {wanted}");
        }
        if pattern == Pattern::TwoOfFour {
            let crowded = |group: &[i8]| group.iter().filter(|code| **code != 0).count() > 2;
            assert!(!codes.chunks(4).any(crowded));
        }
    }

    #[test]
    fn densities_are_met() {
        check_densities(Pattern::Unstructured, 0.2, 0.5);
        check_densities(Pattern::Unstructured, 0.0, 1.0);
        check_densities(Pattern::Unstructured, 1.0, 0.0);
        check_densities(Pattern::TwoOfFour, 0.5, 0.9);
        check_densities(Pattern::TwoOfFour, 0.3, 0.1);
    }

    #[track_caller]
    fn check_refused(change: impl FnOnce(&mut LayerDraw), expected: &str) {
        let mut spec = spec();
        change(&mut spec);
        assert_eq!(draw(&spec).unwrap_err().to_string(), expected);
    }

    #[test]
    fn impossible_draws_are_refused() {
        check_refused(
            |s| s.weight_density = 1.5,
            "weight density 1.5 is not from 0 to 1",
        );
        check_refused(
            |s| s.activation_density = f64::NAN,
            "activation density NaN is not from 0 to 1",
        );
        check_refused(|s| s.channels = 0, "a tensor of 8x8x0 has no elements");
        check_refused(
            |s| s.kind = Kind::Depthwise,
            "a tensor of 8x8x0 has no elements",
        );
    }
}
