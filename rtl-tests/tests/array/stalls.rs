//! Counters: products are the valid ones, and each reason comes up where it must.
//!
//! That products and idle clocks add up to the clocks times the elements is checked in every layer that any test runs.

use dysta_config::accelerator::Accelerator;
use dysta_rtl_tests::array::{check, files};
use dysta_sim::array::Window;
use dysta_sim::array::draw::{Kind, LayerDraw, draw};
use dysta_sim::cosim::{Counters, MemoryOptions, Stalls};
use dysta_sim::golden::array::products;

use crate::{TINY, layer, tiny};

/// Runs a layer; gives its counters after a look at the number of products.
fn count(spec: &LayerDraw, memory: &MemoryOptions) -> Counters {
    let mut session = tiny().session(8, None).expect("a session");
    let done = check(&mut session, &TINY, spec, memory);
    let counters = done.counters.expect("counters");
    let drawn = draw(spec).expect("a layer");
    let valid = products(&drawn.layer, &drawn.inputs[0]).valid;
    assert_eq!(counters.products, valid, "{spec:?}");
    counters
}

/// The share of one reason in all clocks of all elements must exceed a bound.
#[track_caller]
fn check_reason(spec: &LayerDraw, latency: u64, reason: impl Fn(&Stalls) -> u64, percent: u64) {
    let memory = MemoryOptions {
        latency,
        ..MemoryOptions::default()
    };
    let counters = count(spec, &memory);
    let all = counters.clocks * u64::from(TINY.elements());
    let share = 100 * reason(&counters.stalls) / all;
    assert!(share >= percent, "{share} %: {counters:?}");
}

fn point(input: [u32; 3], channels: u32, densities: [f64; 2]) -> LayerDraw {
    LayerDraw {
        activation_density: densities[0],
        weight_density: densities[1],
        ..layer(Kind::Conv, input, channels, Window::POINT)
    }
}

#[test]
fn products_are_the_valid_ones() {
    for kind in [Kind::Conv, Kind::Depthwise, Kind::FullyConnected] {
        let spec = layer(
            kind,
            [5, 6, 24],
            24,
            Window::square(3, 1, dysta_sim::array::Padding::Same),
        );
        count(&spec, &MemoryOptions::default());
    }
}

#[test]
fn every_reason_comes_up() {
    // Hardly any activation among many positions.
    let sparse = point([24, 24, 64], 2, [0.02, 1.0]);
    check_reason(&sparse, 1, |stalls| stalls.no_activation, 30);
    // Few weights among many columns, each for one product.
    let once = point([1, 2, 200], 40, [1.0, 0.05]);
    check_reason(&once, 1, |stalls| stalls.no_weight, 15);
    // One product for each output, whose slot the drain takes when it reads an output before.
    let thin = point([16, 16, 1], 32, [1.0, 1.0]);
    check_reason(&thin, 1, |stalls| stalls.conflict, 2);
    // Outputs without a product: nothing waits for a slot that the drain takes.
    let bare = point([16, 16, 1], 32, [1.0, 0.0]);
    check_reason(&bare, 1, |stalls| stalls.drain, 30);
    // A small layer behind a slow memory.
    let small = point([2, 2, 8], 4, [0.5, 0.5]);
    check_reason(&small, 500, |stalls| stalls.memory, 80);
}

#[test]
fn an_array_without_counters_has_no_port_for_them() {
    let bare = files(&Accelerator {
        statistics: false,
        ..TINY
    });
    let names = ["dysta_array_activity", "dysta_array_stalls", "statistics"];
    for file in &bare {
        let found = names
            .iter()
            .find(|name| file.text.contains(*name) || file.name.contains(*name));
        assert_eq!(found, None, "{}", file.name);
    }
}
