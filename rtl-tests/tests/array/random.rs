//! Random layers, memories that stand still now and then, layers one after the other without reset.

use std::ops::Range;

use dysta_config::accelerator::Accelerator;
use dysta_rtl_tests::array::run;
use dysta_sim::array::draw::{Kind, LayerDraw, Pattern, draw};
use dysta_sim::array::stream::Order;
use dysta_sim::array::{Activation, Padding, Shape, Window};
use dysta_sim::cosim::{ArraySession, MemoryOptions};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::{WIDTHS, of_width};

/// Layers on the array of all tests, and on those with another width of the memory interface.
const LAYERS: u64 = 2000;
const LAYERS_OF_WIDTH: u64 = 100;

fn below(words: &mut ChaCha8Rng, count: u32) -> u32 {
    words.next_u32() % count
}

fn any<T: Copy>(words: &mut ChaCha8Rng, choices: &[T]) -> T {
    choices[below(words, choices.len() as u32) as usize]
}

fn window(words: &mut ChaCha8Rng) -> Window {
    let kernel = any(
        words,
        &[
            [1, 1],
            [1, 1],
            [3, 3],
            [3, 3],
            [5, 5],
            [2, 3],
            [7, 1],
            [1, 4],
        ],
    );
    let stride = any(words, &[[1, 1], [1, 1], [2, 2], [2, 1]]);
    Window {
        kernel,
        stride,
        padding: any(words, &[Padding::Same, Padding::Valid]),
    }
}

fn random(words: &mut ChaCha8Rng) -> LayerDraw {
    let kind = any(
        words,
        &[
            Kind::Conv,
            Kind::Conv,
            Kind::Conv,
            Kind::Depthwise,
            Kind::FullyConnected,
            Kind::MaxPool,
            Kind::AveragePool,
            Kind::Relu,
            Kind::Mean,
            Kind::Add,
        ],
    );
    let window = window(words);
    let input = match kind {
        Kind::FullyConnected => Shape::new(1, 1 + below(words, 2), 1 + below(words, 200)),
        _ => Shape::new(
            window.kernel[0] + below(words, 7),
            window.kernel[1] + below(words, 9),
            any(words, &[1, 3, 8, 16, 17, 32, 33, 40]),
        ),
    };
    let channels = match kind {
        Kind::Depthwise if input.channels < 20 => input.channels * (1 + below(words, 3)),
        Kind::Depthwise => input.channels,
        _ => any(words, &[1, 2, 7, 10, 16, 32, 40, 65]),
    };
    LayerDraw {
        kind,
        input,
        channels,
        window,
        activation: any(
            words,
            &[Activation::None, Activation::Relu, Activation::Relu6],
        ),
        per_channel: kind != Kind::FullyConnected,
        weight_density: any(words, &[0.0, 0.05, 0.2, 0.5, 1.0]),
        pattern: any(words, &[Pattern::Unstructured, Pattern::TwoOfFour]),
        activation_density: any(words, &[0.0, 0.05, 0.5, 0.5, 1.0]),
        seed: words.next_u64(),
    }
}

fn memory(words: &mut ChaCha8Rng) -> MemoryOptions {
    MemoryOptions {
        latency: any(words, &[0, 1, 5, 64]),
        seed: words.next_u64(),
        pressure: any(words, &[0, 0, 100, 200]),
        ..MemoryOptions::default()
    }
}

/// Row by row, or as a layer may have written the input.
fn order(words: &mut ChaCha8Rng, spec: &LayerDraw) -> Option<Order> {
    let order = Order {
        tile: [1 + below(words, 3), 1 + below(words, 5)],
        set_tiles: 1 + below(words, 6),
        block_chunks: 1 + below(words, 2),
    };
    // Of an addition all channels are in one block.
    let order = match spec.kind {
        Kind::Add => Order {
            block_chunks: 2,
            ..order
        },
        _ => order,
    };
    (spec.kind != Kind::FullyConnected && below(words, 2) == 0).then_some(order)
}

/// Runs the layer of a seed.
pub fn run_seed(
    session: &mut ArraySession<'_>,
    array: &Accelerator,
    seed: u64,
) -> Result<(), String> {
    let mut words = ChaCha8Rng::seed_from_u64(seed);
    let (spec, memory) = (random(&mut words), memory(&mut words));
    let drawn = draw(&spec).unwrap_or_else(|error| panic!("{spec:?}: {error}"));
    let order = order(&mut words, &spec);
    let done = run(session, array, &drawn, order, &memory);
    done.map(drop)
        .map_err(|error| format!("layer {seed}, {spec:?}, {order:?}, {memory:?}: {error}"))
}

#[test]
fn random_layers_agree() {
    check_seeds(WIDTHS[0], 0..LAYERS);
}

#[test]
fn random_layers_agree_on_other_widths() {
    for (index, bits) in (1..).zip(&WIDTHS[1..]) {
        let first = index * 10_000;
        check_seeds(*bits, first..first + LAYERS_OF_WIDTH);
    }
}

fn check_seeds(memory_bits: u32, seeds: Range<u64>) {
    let (array, model) = of_width(memory_bits);
    let mut session = model.session(1, None).expect("a session");
    for seed in seeds {
        let done = run_seed(&mut session, &array, seed);
        assert_eq!(done, Ok(()), "{memory_bits} bits");
    }
}
