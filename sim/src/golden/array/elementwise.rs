//! Operators that look at one element of each input.

use super::code;
use crate::array::{Layer, Operand, Operation, Rescale, Tensor};

/// Both operands rescaled to a common scale with [`Operation::ADD_SHIFT`] more bits, added and rescaled again.
pub(super) fn add(
    layer: &Layer,
    operands: &[Operand; 2],
    rescale: Rescale,
    inputs: [&Tensor; 2],
) -> Vec<i8> {
    let scaled = |side: usize, index: usize| {
        let (tensor, operand) = (inputs[side], operands[side]);
        let value = i32::from(tensor.codes[index]) - i32::from(tensor.zero_point);
        operand.rescale.apply(value << Operation::ADD_SHIFT)
    };
    let sum = |index: usize| scaled(0, index) + scaled(1, index);
    (0..layer.input.len())
        .map(|index| code(layer, rescale.apply(sum(index))))
        .collect()
}

/// The input in the quantisation of the output.
pub(super) fn relu(layer: &Layer, rescale: Rescale, input: &Tensor) -> Vec<i8> {
    let value = |code: &i8| i32::from(*code) - i32::from(input.zero_point);
    let rescaled = |input: &i8| code(layer, rescale.apply(value(input)));
    input.codes.iter().map(rescaled).collect()
}
