//! Cases that break sparse arrays, each under its name; error answers of the memory are in `faults`.

use dysta_rtl_tests::array::{check, run};
use dysta_sim::array::draw::{DrawnLayer, Kind, LayerDraw, draw};
use dysta_sim::array::{Operation, Padding, Program, Window};
use dysta_sim::cosim::{ArrayRun, MemoryOptions};

use crate::{TINY, check_changed, check_layer, each_width, layer, tiny};

const SAME: Window = Window {
    kernel: [3, 3],
    stride: [1, 1],
    padding: Padding::Same,
};

fn densities(activation_density: f64, weight_density: f64) -> ArrayRun {
    let spec = layer(Kind::Conv, [6, 6, 40], 33, SAME);
    check_layer(LayerDraw {
        activation_density,
        weight_density,
        ..spec
    })
}

#[test]
fn all_zero_activations() {
    let (none, dense) = (densities(0.0, 0.5).clocks, densities(1.0, 1.0).clocks);
    assert!(none < dense / 4, "{none} {dense}");
    for kind in [
        Kind::Depthwise,
        Kind::FullyConnected,
        Kind::MaxPool,
        Kind::Add,
    ] {
        check_layer(LayerDraw {
            activation_density: 0.0,
            ..layer(kind, [5, 4, 20], 20, SAME)
        });
    }
}

#[test]
fn all_zero_weights() {
    let (none, dense) = (densities(0.6, 0.0).clocks, densities(1.0, 1.0).clocks);
    assert!(none < dense, "{none} {dense}");
    for kind in [Kind::Depthwise, Kind::FullyConnected] {
        check_layer(LayerDraw {
            weight_density: 0.0,
            ..layer(kind, [5, 4, 20], 20, SAME)
        });
    }
}

#[test]
fn dense_on_both_sides() {
    for (kind, channels) in [
        (Kind::Conv, 33),
        (Kind::Depthwise, 24),
        (Kind::FullyConnected, 40),
    ] {
        check_layer(LayerDraw {
            activation_density: 1.0,
            weight_density: 1.0,
            ..layer(kind, [5, 6, 24], channels, SAME)
        });
    }
}

/// Changes the tensors of a dense layer, then runs it.
fn check_dense(change: impl FnOnce(&mut DrawnLayer)) {
    let spec = LayerDraw {
        weight_density: 1.0,
        activation_density: 1.0,
        ..layer(Kind::Conv, [3, 3, 24], 12, SAME)
    };
    check_changed(&spec, change);
}

fn keep_activations(drawn: &mut DrawnLayer, keep: impl Fn(usize) -> bool) {
    let zero = drawn.inputs[0].zero_point;
    for (index, code) in drawn.inputs[0].codes.iter_mut().enumerate() {
        if !keep(index) {
            *code = zero;
        }
    }
}

/// Keeps the weights of the input channels that `keep` names: the others make empty columns.
fn keep_columns(drawn: &mut DrawnLayer, keep: impl Fn(usize) -> bool) {
    let channels = drawn.layer.input.channels as usize;
    if let Operation::Conv { weights, .. } = &mut drawn.layer.operation {
        for (index, code) in weights.codes.iter_mut().enumerate() {
            if !keep(index % channels) {
                *code = 0;
            }
        }
    }
}

#[test]
fn one_nonzero() {
    for place in [0, 23, 100, 215] {
        check_dense(|drawn| keep_activations(drawn, |index| index == place));
    }
    check_dense(|drawn| keep_activations(drawn, |index| index % 24 == 23));
}

#[test]
fn leading_trailing_and_consecutive_empty_columns() {
    check_dense(|drawn| keep_columns(drawn, |channel| channel > 7));
    check_dense(|drawn| keep_columns(drawn, |channel| channel < 5));
    check_dense(|drawn| keep_columns(drawn, |channel| !(6..19).contains(&channel)));
    check_dense(|drawn| keep_columns(drawn, |channel| channel == 11));
}

fn point(input: [u32; 3], channels: u32) -> LayerDraw {
    layer(Kind::Conv, input, channels, Window::POINT)
}

#[test]
fn channel_counts_that_are_multiples_of_nothing() {
    check_layer(point([1, 17, 3], 31));
    check_layer(point([13, 1, 33], 3));
    check_layer(layer(Kind::Depthwise, [5, 7, 19], 19, SAME));
    check_layer(layer(Kind::FullyConnected, [3, 3, 21], 70, Window::POINT));
}

#[test]
fn images_of_one_position() {
    check_layer(point([1, 1, 1], 1));
    check_layer(point([1, 1, 37], 5));
    check_layer(layer(Kind::Conv, [1, 1, 9], 7, SAME));
    check_layer(layer(Kind::Depthwise, [1, 1, 9], 9, SAME));
}

#[test]
fn stride_2_with_odd_sizes() {
    let window = |kernel, padding| Window::square(kernel, 2, padding);
    check_layer(layer(Kind::Conv, [7, 5, 6], 11, window(3, Padding::Same)));
    check_layer(layer(Kind::Conv, [9, 11, 2], 4, window(7, Padding::Valid)));
    check_layer(layer(
        Kind::Depthwise,
        [9, 7, 19],
        19,
        window(5, Padding::Same),
    ));
}

#[test]
fn more_output_channels_than_fit() {
    check_layer(point([4, 4, 100], 160));
    check_layer(layer(Kind::Depthwise, [4, 4, 160], 160, SAME));
}

/// Clocks of a layer whose output channels have weights, or whose input channels have activations, as `kept` names them.
fn uneven(kind: Kind, kept: impl Fn(usize) -> bool) -> u64 {
    let spec = LayerDraw {
        weight_density: 1.0,
        activation_density: 1.0,
        ..layer(kind, [8, 8, 16], 16, SAME)
    };
    let mut drawn = draw(&spec).expect("a layer");
    let taps = drawn.layer.taps();
    match &mut drawn.layer.operation {
        Operation::Conv { weights, .. } => {
            let codes = weights.codes.iter_mut().enumerate();
            let empty = codes.filter(|(index, _)| !kept(index / taps));
            empty.for_each(|(_, code)| *code = 0);
        }
        _ => keep_activations(&mut drawn, |index| kept(index % 16)),
    }
    let program = Program::new(&TINY, &drawn.layer, &drawn.inputs[0], None);
    assert_eq!(program.expect("a program").mapping.group_rows, 2);
    let mut session = tiny().session(4, None).expect("a session");
    let done = run(&mut session, &TINY, &drawn, None, &MemoryOptions::default());
    done.unwrap_or_else(|error| panic!("{error}")).clocks
}

#[test]
fn rows_finish_together_wherever_the_full_channels_are() {
    for kind in [Kind::Conv, Kind::Depthwise] {
        // In natural order all work of the first is that of one of two rows.
        let one_row = uneven(kind, |channel| channel % 2 == 0);
        let both_rows = uneven(kind, |channel| channel % 4 < 2);
        assert!(one_row * 100 < both_rows * 103, "{one_row} {both_rows}");
    }
}

#[test]
fn back_pressure_from_memory_at_random() {
    for (seed, kind) in [
        Kind::Conv,
        Kind::Depthwise,
        Kind::FullyConnected,
        Kind::MaxPool,
        Kind::Add,
    ]
    .into_iter()
    .enumerate()
    {
        let memory = MemoryOptions {
            latency: 20,
            spread: 90,
            pressure: 120 + 25 * seed as u64,
            seed: seed as u64,
            ..MemoryOptions::default()
        };
        let spec = layer(kind, [6, 5, 40], 40, SAME);
        each_width(|array, session| check(session, array, &spec, &memory));
    }
}
