//! Operators without weights of their own, and what else came with networks: hard cases.

use dysta_rtl_tests::array::check;
use dysta_sim::array::draw::{DrawnLayer, Kind, LayerDraw};
use dysta_sim::array::{Activation, Padding, Window};
use dysta_sim::cosim::MemoryOptions;

use crate::{check_changed, check_layer, each_width, layer};

fn pools(input: [u32; 3], window: Window) {
    for kind in [Kind::MaxPool, Kind::AveragePool] {
        check_layer(layer(kind, input, 1, window));
    }
}

#[test]
fn borders_cut_windows_in_many_ways() {
    pools([5, 7, 3], Window::square(3, 1, Padding::Same));
    pools([5, 7, 3], Window::square(3, 2, Padding::Same));
    pools([9, 11, 2], Window::square(5, 1, Padding::Same));
    // Every window is cut.
    pools([2, 3, 5], Window::square(4, 1, Padding::Same));
    pools([1, 1, 9], Window::square(2, 1, Padding::Same));
    check_layer(layer(
        Kind::AveragePool,
        [9, 9, 4],
        1,
        Window::square(7, 1, Padding::Same),
    ));
}

#[test]
fn windows_as_large_as_the_image() {
    check_layer(layer(
        Kind::AveragePool,
        [3, 3, 70],
        1,
        Window::square(3, 2, Padding::Valid),
    ));
    check_layer(layer(
        Kind::AveragePool,
        [12, 12, 33],
        1,
        Window::square(12, 1, Padding::Valid),
    ));
    check_layer(layer(
        Kind::MaxPool,
        [4, 4, 5],
        1,
        Window::square(4, 1, Padding::Valid),
    ));
}

#[test]
fn windows_of_more_than_32_elements() {
    pools([8, 9, 3], Window::square(7, 1, Padding::Valid));
    pools([9, 7, 40], Window::square(7, 2, Padding::Same));
    pools([16, 8, 5], Window::square(8, 8, Padding::Valid));
    pools([7, 9, 4], Window::square(8, 1, Padding::Same));
    check_layer(layer(
        Kind::MaxPool,
        [10, 11, 33],
        1,
        Window::square(10, 1, Padding::Same),
    ));
    // All of an image that fills the buffer.
    let all = Window {
        kernel: [16, 30],
        stride: [1, 1],
        padding: Padding::Valid,
    };
    for activation_density in [0.0, 0.02, 1.0] {
        check_layer(LayerDraw {
            activation_density,
            ..layer(Kind::MaxPool, [16, 30, 20], 1, all)
        });
    }
}

#[test]
fn means_of_whole_images() {
    for shape in [[1, 1, 1], [7, 7, 40], [5, 9, 3], [12, 12, 33]] {
        for activation_density in [0.0, 0.4, 1.0] {
            check_layer(LayerDraw {
                activation_density,
                activation: Activation::None,
                ..layer(Kind::Mean, shape, 1, Window::POINT)
            });
        }
    }
}

#[test]
fn more_channels_than_a_block() {
    let window = Window::square(2, 2, Padding::Valid);
    pools([4, 6, 100], window);
    check_layer(layer(Kind::Relu, [3, 3, 100], 1, Window::POINT));
}

/// Moves the zero point of a pool: the real zero is then the greatest or the least code.
fn set_zero_point(drawn: &mut DrawnLayer, zero_point: i8) {
    drawn.layer.input_zero_point = zero_point;
    drawn.layer.output_zero_point = zero_point;
    drawn.layer.clamp = [-128, 127];
    drawn.inputs[0].zero_point = zero_point;
}

#[test]
fn maxima_below_the_real_zero() {
    for (kind, zero, kernel) in [
        (Kind::MaxPool, 127, 3),
        (Kind::MaxPool, 127, 8),
        (Kind::MaxPool, -128, 3),
        (Kind::AveragePool, 127, 3),
    ] {
        let window = Window::square(kernel, 1, Padding::Same);
        for density in [0.0, 0.3, 1.0] {
            let spec = LayerDraw {
                activation_density: density,
                ..layer(kind, [5, 5, 4], 1, window)
            };
            check_changed(&spec, |drawn| set_zero_point(drawn, zero));
        }
    }
}

#[test]
fn additions() {
    for shape in [[1, 1, 1], [1, 1, 37], [5, 3, 32], [3, 5, 100], [4, 4, 16]] {
        for density in [0.0, 0.5, 1.0] {
            check_layer(LayerDraw {
                activation_density: density,
                ..layer(Kind::Add, shape, 1, Window::POINT)
            });
        }
    }
}

#[test]
fn additions_and_sums_take_turns() {
    each_width(|array, session| {
        for pressure in [0, 150] {
            let memory = MemoryOptions {
                pressure,
                ..MemoryOptions::default()
            };
            for kind in [Kind::Add, Kind::Conv, Kind::Add, Kind::Add, Kind::MaxPool] {
                let window = Window::square(2, 1, Padding::Same);
                check(session, array, &layer(kind, [3, 3, 7], 5, window), &memory);
            }
        }
    });
}

#[test]
fn depthwise_with_a_multiplier() {
    // The first layer of micro_speech, on fewer pixels.
    let large = Window {
        kernel: [10, 8],
        stride: [2, 2],
        padding: Padding::Same,
    };
    check_layer(layer(Kind::Depthwise, [21, 15, 1], 8, large));
    let small = Window::square(3, 1, Padding::Same);
    check_layer(layer(Kind::Depthwise, [5, 5, 9], 27, small));
    check_layer(layer(Kind::Depthwise, [4, 4, 40], 80, small));
}
