//! Layers on the emitted array, compared byte by byte with the reference.

use std::fmt::Debug;

use dysta_config::accelerator::Accelerator;
use dysta_generator::lower;
use dysta_sim::array::draw::{DrawnLayer, LayerDraw, draw};
use dysta_sim::array::stream::{Order, pack};
use dysta_sim::array::{Program, Tensor};
use dysta_sim::cosim::{ArrayModel, ArrayRun, ArraySession, MemoryOptions, RtlFile};
use dysta_sim::golden::array::evaluate;

use crate::hardware::cache;

/// The emitted files of an array, without banner.
///
/// # Panics
/// If the array cannot be lowered.
pub fn files(accelerator: &Accelerator) -> Vec<RtlFile> {
    let design = lower::array(accelerator).unwrap_or_else(|error| panic!("{error}"));
    let leaves = design.leaves.iter().map(|leaf| {
        let text = leaf.render(&[]).unwrap_or_else(|error| panic!("{error}"));
        (leaf.name.to_owned(), text)
    });
    let printed = design
        .printed
        .iter()
        .map(|module| (module.name.clone(), module.print(&[])));
    let file = |(name, text): (String, String)| RtlFile {
        name: format!("{name}.sv"),
        text,
    };
    leaves.chain(printed).map(file).collect()
}

/// The model of an array.
///
/// # Panics
/// If a tool is missing or refuses the RTL.
pub fn model(accelerator: &Accelerator) -> ArrayModel {
    ArrayModel::build(&files(accelerator), &cache(), false)
        .unwrap_or_else(|error| panic!("{error}"))
}

/// Runs a drawn layer, its input row by row or in a given order, and compares output and number of non-zeros.
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
    let text = |error: &dyn Debug| format!("{error:?}");
    let inputs: Vec<&Tensor> = drawn.inputs.iter().collect();
    let program = Program::for_inputs(accelerator, &drawn.layer, &inputs, order, None);
    let program = program.map_err(|e| text(&e))?;
    let mut bytes = program.memory.clone();
    let limit = 100_000 + 100 * bytes.len() as u64 * (1 + memory.pressure / 16);
    let run = session
        .run(&program.descriptor, &mut bytes, memory, limit)
        .map_err(|e| format!("{e} with {:?}", program.mapping))?;
    let golden = evaluate(&drawn.layer, &inputs).map_err(|e| text(&e))?;
    let (output, length) = program
        .result(&bytes)
        .ok_or_else(|| format!("the output is not whole with {:?}", program.mapping))?;
    if let Some(index) = (0..golden.codes.len()).find(|i| output.codes[*i] != golden.codes[*i]) {
        return Err(format!(
            "code {index}: {} instead of {} with {:?}",
            output.codes[index], golden.codes[index], program.mapping
        ));
    }
    let packed = pack(&golden, &program.output_order()).len() as u64;
    if length != packed {
        return Err(format!(
            "{length} bytes instead of {packed} with {:?}",
            program.mapping
        ));
    }
    let nonzeros: u64 = inputs.iter().map(|input| input.nonzeros() as u64).sum();
    if run.nonzeros != nonzeros || run.status != 0 {
        return Err(format!("{run:?} for {nonzeros} non-zeros"));
    }
    Ok(run)
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
