//! Layers on the emitted array, compared byte by byte with the reference.

use dysta_config::accelerator::Accelerator;
use dysta_generator::emit::rtl_files;
use dysta_generator::lower;
use dysta_sim::array::draw::{DrawnLayer, LayerDraw, draw};
use dysta_sim::array::stream::Order;
use dysta_sim::cosim::{ArrayModel, ArrayRun, ArraySession, MemoryOptions, RtlFile, run_layer};

use crate::hardware::cache;

/// The emitted files of an array, without banner.
///
/// # Panics
/// If the array cannot be lowered.
pub fn files(accelerator: &Accelerator) -> Vec<RtlFile> {
    let design = lower::array(accelerator).unwrap_or_else(|error| panic!("{error}"));
    rtl_files(&design).unwrap_or_else(|error| panic!("{error}"))
}

/// The model of an array.
///
/// # Panics
/// If a tool is missing or refuses the RTL.
pub fn model(accelerator: &Accelerator) -> ArrayModel {
    ArrayModel::build(&files(accelerator), &cache(), false)
        .unwrap_or_else(|error| panic!("{error}"))
}

/// Runs a drawn layer, its input row by row or in a given order, and compares output and number of non-zeros; on a steady memory also its
/// clocks with the timing model.
///
/// # Errors
/// What differs, or why it did not run.
pub fn run(
    session: &mut ArraySession<'_>,
    accelerator: &Accelerator,
    drawn: &DrawnLayer,
    order: Option<Order>,
    memory: &MemoryOptions,
) -> Result<ArrayRun, String> {
    let done = run_layer(session, accelerator, drawn, order, memory);
    let done = done.map_err(|error| error.to_string())?;
    done.check_timing().map_err(|error| error.to_string())?;
    Ok(done.run)
}

/// Draws a layer, runs it and compares; gives what it did.
///
/// # Panics
/// If it cannot be drawn or something differs.
#[track_caller]
pub fn check(
    session: &mut ArraySession<'_>,
    accelerator: &Accelerator,
    spec: &LayerDraw,
    memory: &MemoryOptions,
) -> ArrayRun {
    let drawn = draw(spec).unwrap_or_else(|error| panic!("{spec:?}: {error}"));
    run(session, accelerator, &drawn, None, memory)
        .unwrap_or_else(|error| panic!("{spec:?}: {error}"))
}
