//! Operators that sum products of activations and weights.

use super::{code, places};
use crate::array::{Layer, Operation, Tensor, Window};

/// Multiplications of a layer for one input, counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Products {
    /// All, windows clipped to the image.
    pub dense: u64,
    /// Those of which neither factor is zero.
    pub valid: u64,
}

/// Counts the multiplications of a layer; none in an operator without weights.
pub fn products(layer: &Layer, input: &Tensor) -> Products {
    let mut count = Products::default();
    if layer.operation.weights().is_some() {
        for place in places(layer) {
            visit(layer, input, place, |activation, weight| {
                count.dense += 1;
                count.valid += u64::from(activation != 0 && weight != 0);
            });
        }
    }
    count
}

/// Sums of products and bias, rescaled and clamped.
pub(super) fn sums(layer: &Layer, input: &Tensor) -> Vec<i8> {
    let Some(weights) = layer.operation.weights() else {
        return Vec::new();
    };
    let output = |place: [u32; 3]| {
        let channel = place[2] as usize;
        let mut sum = weights.bias[channel];
        visit(layer, input, place, |activation, weight| {
            sum += activation * weight;
        });
        code(layer, weights.rescales[channel].apply(sum))
    };
    places(layer).map(output).collect()
}

/// Calls `each` with every activation in the image and the weight it meets in one output element.
fn visit(layer: &Layer, input: &Tensor, place: [u32; 3], mut each: impl FnMut(i32, i32)) {
    match &layer.operation {
        Operation::Conv { window, .. } => {
            windowed(layer, window, input, place, 0..layer.input.channels, each);
        }
        Operation::Depthwise {
            window, multiplier, ..
        } => {
            let channel = place[2] / multiplier;
            windowed(layer, window, input, place, channel..channel + 1, each);
        }
        Operation::FullyConnected { weights, .. } => {
            let row = place[2] as usize * layer.taps();
            for (index, code) in input.codes.iter().enumerate() {
                let activation = i32::from(*code) - i32::from(input.zero_point);
                each(activation, i32::from(weights.codes[row + index]));
            }
        }
        _ => {}
    }
}

fn windowed(
    layer: &Layer,
    window: &Window,
    input: &Tensor,
    place: [u32; 3],
    channels: std::ops::Range<u32>,
    mut each: impl FnMut(i32, i32),
) {
    let Some(weights) = layer.operation.weights() else {
        return;
    };
    let before = window.before(layer.input);
    let first = |axis: usize| {
        i64::from(place[axis]) * i64::from(window.stride[axis]) - i64::from(before[axis])
    };
    for row in 0..window.kernel[0] {
        for column in 0..window.kernel[1] {
            let at = [first(0) + i64::from(row), first(1) + i64::from(column)];
            for channel in channels.clone() {
                if let Some(index) = input.index(at[0], at[1], channel) {
                    let activation = i32::from(input.codes[index]) - i32::from(input.zero_point);
                    let place = layer.weight_index(place[2], [row, column], channel);
                    each(activation, i32::from(weights.codes[place]));
                }
            }
        }
    }
}
