use dysta_config::accelerator::Accelerator;

use super::*;
use crate::array::draw::{Kind, LayerDraw, draw};
use crate::array::{Padding, Window};
use crate::golden::array::{evaluate, products};

const KINDS: [Kind; 8] = [
    Kind::Conv,
    Kind::Depthwise,
    Kind::FullyConnected,
    Kind::MaxPool,
    Kind::AveragePool,
    Kind::Mean,
    Kind::Add,
    Kind::Relu,
];

/// Products and stalls must add up; a layer moves its bytes whatever the latency, and takes no less time on a slower memory.
#[track_caller]
fn check(a: &Accelerator) {
    for kind in KINDS {
        let window = Window::square(3, 1, Padding::Same);
        let drawn = draw(&LayerDraw::medium(kind, [4, 5, 40], 40, window)).unwrap();
        let inputs: Vec<&Tensor> = drawn.inputs.iter().collect();
        let program = Program::for_inputs(a, &drawn.layer, &inputs, None, None).unwrap();
        let output = evaluate(&drawn.layer, &inputs).unwrap();
        let times = [0, 64, 300].map(|latency| predict(a, &program, &output, latency, 1_000_000));
        let times = times.map(Option::unwrap);
        let is_product = matches!(kind, Kind::Conv | Kind::Depthwise | Kind::FullyConnected);
        for found in &times {
            let Counters {
                clocks,
                products: begun,
                stalls,
            } = found.counters;
            let idle: u64 = stalls.reasons().iter().map(|(_, clocks)| clocks).sum();
            assert_eq!(begun + idle, clocks * u64::from(a.elements()), "{kind:?}");
            // Tiles may reach beyond the output.
            let valid = products(&drawn.layer, &drawn.inputs[0]).valid;
            assert!(!is_product || begun >= valid, "{kind:?}");
            assert_eq!(found.transfers_written, times[0].transfers_written);
        }
        let clocks = times.map(|found| found.counters.clocks);
        assert!(clocks.is_sorted(), "{kind:?}: {clocks:?}");
    }
}

#[test]
fn layers_end_on_every_array() {
    check(&Accelerator::TINY);
    check(&Accelerator::EDGE);
    for memory_bits in [64, 512] {
        check(&Accelerator {
            memory_bits,
            ..Accelerator::TINY
        });
    }
    // One column has one drain; one row has no pairs of rows.
    for [rows, columns] in [[1, 3], [4, 1], [16, 12]] {
        check(&Accelerator {
            rows,
            columns,
            sum_bits: 8,
            chunk_bits: 12,
            ..Accelerator::TINY
        });
    }
}

#[test]
fn a_layer_beyond_its_limit_has_no_timing() {
    let a = Accelerator::TINY;
    let drawn = draw(&LayerDraw::medium(Kind::Relu, [2, 2, 8], 8, Window::POINT)).unwrap();
    let program = Program::new(&a, &drawn.layer, &drawn.inputs[0], None).unwrap();
    let output = evaluate(&drawn.layer, &[&drawn.inputs[0]]).unwrap();
    let found = predict(&a, &program, &output, 64, 1_000_000).unwrap();
    let clocks = found.counters.clocks;
    assert_eq!(predict(&a, &program, &output, 64, clocks), Some(found));
    assert_eq!(predict(&a, &program, &output, 64, clocks - 1), None);
}
