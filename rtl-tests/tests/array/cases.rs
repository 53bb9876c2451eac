//! Cases that break sparse arrays.

use dysta_rtl_tests::array::{check, run};
use dysta_sim::array::Operation;
use dysta_sim::array::draw::{DrawnLayer, Kind, LayerDraw, draw};
use dysta_sim::array::{Padding, Window};
use dysta_sim::cosim::{ArrayRun, MemoryOptions};

use crate::{TINY, layer, tiny};

const SAME: Window = Window {
    kernel: [3, 3],
    stride: [1, 1],
    padding: Padding::Same,
};

fn check_layer(spec: LayerDraw) -> ArrayRun {
    let mut session = tiny().session(3, None).expect("a session");
    check(&mut session, &TINY, &spec, &MemoryOptions::default())
}

fn check_densities(activation_density: f64, weight_density: f64) -> ArrayRun {
    let spec = layer(Kind::Conv, [6, 6, 40], 33, SAME);
    check_layer(LayerDraw {
        activation_density,
        weight_density,
        ..spec
    })
}

#[test]
fn zeros_on_either_side() {
    let none = check_densities(0.0, 0.5).clocks;
    let no_weights = check_densities(0.6, 0.0).clocks;
    let dense = check_densities(1.0, 1.0).clocks;
    assert!(
        none < dense / 4 && no_weights < dense,
        "{none} {no_weights} {dense}"
    );
}

/// Changes the tensors of a drawn layer, then runs it.
fn check_changed(change: impl FnOnce(&mut DrawnLayer)) {
    let spec = LayerDraw {
        weight_density: 1.0,
        activation_density: 1.0,
        ..layer(Kind::Conv, [3, 3, 24], 12, SAME)
    };
    let mut drawn = draw(&spec).expect("a layer");
    change(&mut drawn);
    let mut session = tiny().session(4, None).expect("a session");
    let done = run(&mut session, &TINY, &drawn, None, &MemoryOptions::default());
    assert!(done.is_ok(), "{done:?}");
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
        check_changed(|drawn| keep_activations(drawn, |index| index == place));
    }
    check_changed(|drawn| keep_activations(drawn, |index| index % 24 == 23));
}

#[test]
fn empty_columns() {
    check_changed(|drawn| keep_columns(drawn, |channel| channel > 7));
    check_changed(|drawn| keep_columns(drawn, |channel| channel < 5));
    check_changed(|drawn| keep_columns(drawn, |channel| !(6..19).contains(&channel)));
    check_changed(|drawn| keep_columns(drawn, |channel| channel == 11));
}

#[test]
fn awkward_shapes() {
    let point = |input, channels| layer(Kind::Conv, input, channels, Window::POINT);
    check_layer(point([1, 1, 1], 1));
    check_layer(point([1, 1, 37], 5));
    check_layer(point([1, 17, 3], 31));
    check_layer(point([13, 1, 33], 3));
    check_layer(layer(Kind::Conv, [1, 1, 9], 7, SAME));
    check_layer(layer(
        Kind::Conv,
        [7, 5, 6],
        11,
        Window::square(3, 2, Padding::Same),
    ));
    check_layer(layer(
        Kind::Conv,
        [9, 11, 2],
        4,
        Window::square(7, 2, Padding::Valid),
    ));
    check_layer(layer(
        Kind::Depthwise,
        [9, 7, 19],
        19,
        Window::square(5, 2, Padding::Same),
    ));
    check_layer(layer(Kind::FullyConnected, [3, 3, 21], 70, Window::POINT));
}

#[test]
fn more_channels_than_fit() {
    check_layer(layer(Kind::Conv, [4, 4, 100], 160, Window::POINT));
    check_layer(layer(Kind::Depthwise, [4, 4, 160], 160, SAME));
}
