//! The sparse compute array: layers on the emitted RTL, compared byte by byte with the reference.

mod cases;
mod faults;
mod mutants;
mod networks;
mod pools;
mod random;
mod stalls;
mod synthesis;
mod tops;

use std::sync::OnceLock;

use dysta_config::accelerator::Accelerator;
use dysta_rtl_tests::array::model;
use dysta_sim::array::draw::{Kind, LayerDraw, Pattern};
use dysta_sim::array::{Activation, Shape, Window};
use dysta_sim::cosim::ArrayModel;

/// The array that all tests here share.
const TINY: Accelerator = Accelerator::TINY;

fn tiny() -> &'static ArrayModel {
    static MODEL: OnceLock<ArrayModel> = OnceLock::new();
    MODEL.get_or_init(|| model(&TINY))
}

/// A layer of medium densities.
fn layer(kind: Kind, input: [u32; 3], channels: u32, window: Window) -> LayerDraw {
    LayerDraw {
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
