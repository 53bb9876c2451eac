//! Reference of the operators of the sparse compute array: plain loops over integers, as the int8 reference kernels of
//! TensorFlow Lite Micro round; [`timing`] tells how long a layer takes.

mod elementwise;
mod pool;
mod products;
#[cfg(test)]
mod tests;
pub mod timing;

use crate::array::{Layer, LayerError, Operation, Tensor};

pub use products::{Products, products};

/// Computes a layer.
///
/// # Errors
/// If the layer or its inputs do not pass [`Layer::check`] and [`Layer::check_inputs`].
pub fn evaluate(layer: &Layer, inputs: &[&Tensor]) -> Result<Tensor, LayerError> {
    layer.check()?;
    layer.check_inputs(inputs)?;
    let codes = match &layer.operation {
        Operation::MaxPool { window } => pool::maximum(layer, window, inputs[0]),
        Operation::AveragePool { window } => pool::average(layer, window, inputs[0]),
        Operation::Add { operands, rescale } => {
            elementwise::add(layer, operands, *rescale, [inputs[0], inputs[1]])
        }
        Operation::Mean { rescale } => pool::mean(layer, *rescale, inputs[0]),
        Operation::Relu { rescale } => elementwise::relu(layer, *rescale, inputs[0]),
        _ => products::sums(layer, inputs[0]),
    };
    Ok(Tensor {
        shape: layer.output(),
        zero_point: layer.output_zero_point,
        codes,
    })
}

/// A value relative to the output's zero point as a code.
fn code(layer: &Layer, value: i32) -> i8 {
    let [least, greatest] = layer.clamp.map(i32::from);
    let code = value.saturating_add(i32::from(layer.output_zero_point));
    // Both ends are codes.
    code.clamp(least, greatest) as i8
}

/// Every place of the output, in the order of its codes: row, column, channel.
fn places(layer: &Layer) -> impl Iterator<Item = [u32; 3]> {
    let shape = layer.output();
    let rows = 0..shape.height;
    rows.flat_map(move |row| {
        (0..shape.width)
            .flat_map(move |column| (0..shape.channels).map(move |channel| [row, column, channel]))
    })
}
