//! Pooling.

use super::{code, places};
use crate::array::{Layer, Rescale, Tensor, Window};

/// Codes of the elements under a window that lie in the image.
fn covered(layer: &Layer, window: &Window, input: &Tensor, place: [u32; 3]) -> Vec<i8> {
    let before = window.before(layer.input);
    let at = |axis: usize, tap: u32| {
        i64::from(place[axis]) * i64::from(window.stride[axis]) - i64::from(before[axis])
            + i64::from(tap)
    };
    let taps = (0..window.kernel[0]).flat_map(|row| (0..window.kernel[1]).map(move |c| (row, c)));
    let index = |(row, column)| input.index(at(0, row), at(1, column), place[2]);
    taps.filter_map(index).map(|i| input.codes[i]).collect()
}

fn clamped(layer: &Layer, code: i32) -> i8 {
    let [least, greatest] = layer.clamp.map(i32::from);
    code.clamp(least, greatest) as i8
}

/// Greatest code of each window. Every window covers at least one element of the image.
pub(super) fn maximum(layer: &Layer, window: &Window, input: &Tensor) -> Vec<i8> {
    let greatest = |place| {
        let codes = covered(layer, window, input, place).into_iter();
        clamped(layer, codes.max().map_or(i32::from(i8::MIN), i32::from))
    };
    places(layer).map(greatest).collect()
}

/// Mean of the codes of each window, to nearest, halves away from zero.
pub(super) fn average(layer: &Layer, window: &Window, input: &Tensor) -> Vec<i8> {
    let mean = |place| {
        let codes = covered(layer, window, input, place);
        let count = codes.len().max(1) as i32;
        let sum: i32 = codes.iter().map(|code| i32::from(*code)).sum();
        let half = if sum > 0 { count / 2 } else { -(count / 2) };
        clamped(layer, (sum + half) / count)
    };
    places(layer).map(mean).collect()
}

/// Mean of each channel over the image: the sum of the distances to the zero point, rescaled.
pub(super) fn mean(layer: &Layer, rescale: Rescale, input: &Tensor) -> Vec<i8> {
    let channels = input.shape.channels as usize;
    let sum = |channel: usize| -> i32 {
        let codes = input.codes.iter().skip(channel).step_by(channels);
        codes
            .map(|code| i32::from(*code) - i32::from(input.zero_point))
            .sum()
    };
    (0..channels)
        .map(|channel| code(layer, rescale.apply(sum(channel))))
        .collect()
}
