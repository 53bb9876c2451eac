//! The timing model against the emitted array after reset: every clock, product, reason and transfer.

use dysta_config::suite::check_suite;
use dysta_sim::array::draw::{DrawnLayer, Kind, LayerDraw, draw};
use dysta_sim::array::{Padding, Window};
use dysta_sim::cosim::{MemoryOptions, run_layer};

use crate::random::Case;
use crate::{WIDTHS, layer, of_width};

/// Random layers that are compared.
const LAYERS: u32 = 30;

#[track_caller]
fn check_drawn(drawn: &DrawnLayer, memory_bits: u32, latency: u64) {
    let memory = MemoryOptions {
        latency,
        ..MemoryOptions::default()
    };
    let (array, model) = of_width(memory_bits);
    let mut session = model.session(1, None).expect("a session");
    let done = run_layer(&mut session, &array, drawn, None, &memory).expect("a layer");
    let predicted = done.predicted.expect("a steady memory");
    assert_eq!(Some(predicted.counters), done.run.counters);
    let transfers = [predicted.transfers_read, predicted.transfers_written];
    assert_eq!(transfers, [done.run.words_read, done.run.words_written]);
}

/// Every width of the memory interface, with a fast and a slow memory.
#[track_caller]
fn check(spec: &LayerDraw) {
    let drawn = draw(spec).expect("a layer");
    for memory_bits in WIDTHS {
        check_drawn(&drawn, memory_bits, 1);
        check_drawn(&drawn, memory_bits, 200);
    }
}

fn windows(kind: Kind) {
    check(&layer(
        kind,
        [7, 6, 40],
        40,
        Window::square(3, 1, Padding::Same),
    ));
    check(&layer(
        kind,
        [9, 5, 3],
        9,
        Window::square(3, 2, Padding::Valid),
    ));
}

#[test]
fn convolutions() {
    windows(Kind::Conv);
    check(&layer(Kind::Conv, [7, 7, 40], 66, Window::POINT));
}

#[test]
fn depthwise_convolutions() {
    windows(Kind::Depthwise);
}

#[test]
fn fully_connected_layers() {
    check(&layer(Kind::FullyConnected, [1, 1, 300], 40, Window::POINT));
}

#[test]
fn pools_and_means() {
    windows(Kind::MaxPool);
    windows(Kind::AveragePool);
    check(&layer(Kind::Mean, [4, 5, 33], 33, Window::POINT));
    check(&layer(Kind::Relu, [4, 5, 33], 33, Window::POINT));
}

#[test]
fn additions() {
    check(&layer(Kind::Add, [7, 6, 70], 70, Window::POINT));
}

#[test]
fn layers_of_networks() {
    let (suite, _) = check_suite("array", &[]).expect("a suite");
    let names = [
        "person_detect.conv1",
        "person_detect.conv5",
        "person_detect.conv9",
        "person_detect.dw4",
        "resnet_face.fc",
        "hand_landmark.fc3",
    ];
    for name in names {
        let spec = suite.layers.iter().find(|layer| layer.name == name);
        let drawn = draw(&LayerDraw::from(spec.expect("a layer"))).expect("a layer");
        check_drawn(&drawn, WIDTHS[0], 64);
    }
}

#[test]
fn random_layers() {
    for seed in 0..LAYERS {
        let drawn = draw(&LayerDraw::from(&Case::of(seed).spec)).expect("a layer");
        check_drawn(&drawn, WIDTHS[0], 64);
    }
}
