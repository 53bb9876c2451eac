//! Columns that share the positions of a tile: their sums are added behind the drain.

use dysta_config::accelerator::Accelerator;
use dysta_rtl_tests::array::model;
use dysta_sim::array::draw::{Kind, LayerDraw, draw};
use dysta_sim::array::{Mapping, Padding, Program, Window};
use dysta_sim::cosim::{ArraySession, MemoryOptions, run_program};

use crate::layer;

/// Enough columns for two slices of one column for each drain.
const WIDE: Accelerator = Accelerator {
    columns: 4,
    ..Accelerator::TINY
};

/// Runs a layer with the tiles that it has without slices, and with slices.
#[track_caller]
fn check_sliced(session: &mut ArraySession<'_>, spec: &LayerDraw, pressure: u64) {
    let drawn = draw(spec).expect("a layer");
    let compile = |mapping| Program::new(&WIDE, &drawn.layer, &drawn.inputs[0], mapping);
    let chosen = compile(None).expect("a program").mapping;
    for slices in [1, 2] {
        let program = compile(Some(Mapping { slices, ..chosen })).expect("a program");
        assert_eq!(program.mapping.slices, slices);
        let memory = MemoryOptions {
            pressure,
            ..MemoryOptions::default()
        };
        let done = run_program(session, &WIDE, &drawn, &program, &memory)
            .unwrap_or_else(|error| panic!("{spec:?}, {slices} slices: {error}"));
        if let Some(predicted) = done.predicted {
            assert_eq!(Some(predicted.counters), done.run.counters);
        }
    }
}

#[test]
fn slices_agree() {
    let model = model(&WIDE);
    let mut session = model.session(1, None).expect("a session");
    let same = |kernel, stride| Window::square(kernel, stride, Padding::Same);
    for (kind, input, channels, window) in [
        (Kind::FullyConnected, [1, 1, 70], 9, Window::POINT),
        (Kind::FullyConnected, [1, 1, 33], 40, Window::POINT),
        (Kind::Conv, [1, 1, 1], 1, Window::POINT),
        (Kind::Conv, [3, 3, 70], 34, Window::POINT),
        (Kind::Conv, [5, 7, 3], 5, same(3, 1)),
        (Kind::Conv, [6, 5, 40], 33, same(3, 2)),
        (Kind::Conv, [9, 9, 8], 12, same(5, 1)),
        (Kind::Depthwise, [6, 5, 40], 40, same(3, 1)),
        (Kind::AveragePool, [6, 6, 10], 10, same(3, 2)),
    ] {
        let spec = layer(kind, input, channels, window);
        for (activation_density, weight_density) in [(0.5, 0.5), (1.0, 1.0), (0.05, 0.1)] {
            let spec = LayerDraw {
                activation_density,
                weight_density,
                ..spec.clone()
            };
            check_sliced(&mut session, &spec, 0);
        }
        check_sliced(&mut session, &spec, 150);
    }
}

/// One position keeps one column of `edge` busy, or half of its columns.
#[test]
fn one_position_is_dealt_to_columns() {
    let spec = LayerDraw {
        activation_density: 1.0,
        weight_density: 1.0,
        ..layer(Kind::FullyConnected, [1, 1, 256], 128, Window::POINT)
    };
    let drawn = draw(&spec).expect("a layer");
    let program = Program::new(&Accelerator::EDGE, &drawn.layer, &drawn.inputs[0], None);
    let mapping = program.expect("a program").mapping;
    assert!(mapping.slices > 1, "{mapping:?}");
}
