//! The sparse compute array: layers on the emitted RTL, compared byte by byte with the reference.

mod cases;
mod faults;
mod mutants;
mod networks;
mod pools;
mod random;
mod slices;
mod stalls;
mod synthesis;
mod timing;
mod tops;

use std::sync::OnceLock;

use dysta_config::accelerator::Accelerator;
use dysta_rtl_tests::array::{check, model, run};
use dysta_sim::array::Window;
use dysta_sim::array::draw::{DrawnLayer, Kind, LayerDraw, draw};
use dysta_sim::cosim::{ArrayModel, ArrayRun, ArraySession, MemoryOptions};

/// The array that all tests here share.
const TINY: Accelerator = Accelerator::TINY;
/// Widths of its memory interface, in bits; the first is that of `TINY`.
const WIDTHS: [u32; 4] = [128, 64, 256, 512];

fn tiny() -> &'static ArrayModel {
    of_width(WIDTHS[0]).1
}

/// `TINY` with a memory interface of some bits.
fn of_width(memory_bits: u32) -> (Accelerator, &'static ArrayModel) {
    static MODELS: [OnceLock<ArrayModel>; WIDTHS.len()] = [const { OnceLock::new() }; WIDTHS.len()];
    let array = Accelerator {
        memory_bits,
        ..TINY
    };
    let index = WIDTHS.iter().position(|bits| *bits == memory_bits);
    let cell = &MODELS[index.expect("a width that is tested")];
    (array, cell.get_or_init(|| model(&array)))
}

/// Does something with an array after reset of every width; gives what it gave with the first.
fn each_width<T>(mut what: impl FnMut(&Accelerator, &mut ArraySession<'_>) -> T) -> T {
    let mut done = WIDTHS.map(|bits| {
        let (array, model) = of_width(bits);
        let mut session = model.session(3, None).expect("a session");
        Some(what(&array, &mut session))
    });
    done[0].take().expect("the first width")
}

/// Runs a layer on arrays of every width and compares; gives what the first did.
#[track_caller]
fn check_layer(spec: LayerDraw) -> ArrayRun {
    each_width(|array, session| check(session, array, &spec, &MemoryOptions::default()))
}

/// Changes a drawn layer, then runs it on arrays of every width and compares.
#[track_caller]
fn check_changed(spec: &LayerDraw, change: impl FnOnce(&mut DrawnLayer)) {
    let mut drawn = draw(spec).expect("a layer");
    change(&mut drawn);
    each_width(|array, session| {
        let done = run(session, array, &drawn, None, &MemoryOptions::default());
        assert!(done.is_ok(), "{} bits: {done:?}", array.memory_bits);
    });
}

/// A layer of medium densities.
fn layer(kind: Kind, input: [u32; 3], channels: u32, window: Window) -> LayerDraw {
    LayerDraw::medium(kind, input, channels, window)
}
