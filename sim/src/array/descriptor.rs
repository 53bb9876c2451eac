//! The descriptor of a layer: what the array is told before it runs.

use dysta_config::accelerator::Accelerator;

use super::layer::{Layer, Operation};
use super::mapping::Plan;
use super::requantise::Pool;
use super::stream::{self, Order};
use super::view::Form;

/// First word of every descriptor.
pub(super) const VERSION: u32 = 0xd757_a003;

/// The word with the flags.
pub(super) const FLAGS: usize = 17;
/// Flag in it: the datapath is reset and all sums are cleared before the layer.
pub(super) const CLEAR: u32 = 1 << 29;

/// Two 16-bit halves of a word.
pub(super) fn halves(low: u32, high: u32) -> u32 {
    low & 0xffff | high << 16
}

pub(super) fn bytes_word(bytes: [i8; 4]) -> u32 {
    u32::from_le_bytes(bytes.map(|byte| byte as u8))
}

/// The words of a descriptor, addresses 0.
pub(super) fn descriptor(
    a: &Accelerator,
    layer: &Layer,
    plan: &Plan,
    order: &Order,
    pool: Option<&Pool>,
    weight_words: usize,
) -> Vec<u32> {
    let (m, view) = (&plan.mapping, &plan.view);
    let [stride_rows, stride_columns] = view.window.stride;
    let channels = view.input.channels;
    let negative = |before: u32| before.wrapping_neg() & 0x1fff;
    let last_block = view.output.channels - (plan.blocks - 1) * m.block_channels();
    let flags = u32::from(view.depthwise)
        | u32::from(plan.resident) << 1
        | u32::from(matches!(layer.operation, Operation::AveragePool { .. })) << 2
        | u32::from(pool.is_some()) << 3
        | u32::from(view.form == Form::Maximum) << 7
        | m.group_rows.ilog2() << 4
        | (m.groups(a) - 1) << 8;
    let mut words = vec![
        VERSION,
        0,
        0,
        0,
        weight_words as u32,
        if plan.resident { 1 } else { plan.sets },
        halves(view.input.height, view.input.width),
        halves(
            channels.div_ceil(stream::CHUNK) - 1,
            (channels - 1) % stream::CHUNK,
        ),
        halves(
            plan.column_shift | plan.row_shift << 8,
            plan.buffer_rows.min(4095),
        ),
        halves(order.tile[0], order.tile[1]),
        halves(order.set_tiles - 1, order.block_chunks),
        order.tiles(view.input) - 1,
        halves(plan.tiles[0] * plan.tiles[1] - 1, plan.tiles[1] - 1),
        halves(negative(view.padding()[0]), negative(view.padding()[1])),
        halves(m.tile[0] * stride_rows, m.tile[1] * stride_columns),
        halves(plan.patch[0] - 1, plan.patch[1] - 1),
        halves(plan.blocks - 1, plan.channel_tiles - 1),
        halves(m.tile_channels, flags),
        halves(
            stride_columns * segment_step(plan, 1),
            stride_rows * segment_step(plan, 0),
        ),
        halves(sum_step(plan, 1), sum_step(plan, 0)),
        halves(segments(plan) - 1, m.row_channels - 1),
        halves(m.tile[0] - 1, m.tile[1] - 1),
        halves(view.output.height, view.output.width),
        bytes_word([
            layer.input_zero_point,
            layer.output_zero_point,
            layer.clamp[0],
            layer.clamp[1],
        ]),
        halves(m.block_channels().min(view.output.channels), last_block),
    ];
    let [parameters, behind] = requantiser(plan, pool);
    let slices = (m.slice_columns(a) - 1) << 24 | (m.slices - 1) << 28;
    words.extend([parameters | slices, behind]);
    words.extend(patch_table(plan, 0));
    words.extend(patch_table(plan, 1));
    words
}

/// Parameters of a row, and which rows and columns of the output have their own.
fn requantiser(plan: &Plan, pool: Option<&Pool>) -> [u32; 2] {
    match pool {
        None => [(plan.mapping.row_channels - 1) << 8, 0],
        Some(pool) => {
            let before = pool.rows.before << 16 | pool.columns.before << 20;
            let parameters = pool.parameters.len() as u32 - 1;
            [
                parameters << 8 | before,
                halves(pool.rows.behind, pool.columns.behind),
            ]
        }
    }
}

/// Segments from one row (axis 0) or column of the kernel to the next; none where all share their weights.
fn segment_step(plan: &Plan, axis: usize) -> u32 {
    match (plan.view.form, axis) {
        (Form::Products, 0) => plan.view.window.kernel[1] * plan.row_inputs,
        (Form::Products, _) => plan.row_inputs,
        _ => 0,
    }
}

/// Sums from one row or column of the output tile to the next.
fn sum_step(plan: &Plan, axis: usize) -> u32 {
    match axis {
        0 => plan.mapping.tile[1] * plan.mapping.row_channels,
        _ => plan.mapping.row_channels,
    }
}

fn segments(plan: &Plan) -> u32 {
    let [rows, columns] = plan.view.taps();
    rows * columns * plan.row_inputs
}

/// For every position of the patch along one axis: how many kernel places meet it, the first segment, the first sum.
fn patch_table(plan: &Plan, axis: usize) -> impl Iterator<Item = u32> {
    let kernel = plan.view.window.kernel;
    let stride = plan.view.window.stride[axis];
    let tile = plan.mapping.tile[axis];
    let segment_step = segment_step(plan, axis);
    let sum_step = sum_step(plan, axis);
    (0..plan.patch[axis]).map(move |place| {
        let meets = |tap: &u32| {
            let past = place.checked_sub(*tap);
            past.is_some_and(|past| past.is_multiple_of(stride) && past / stride < tile)
        };
        let mut taps = (0..kernel[axis]).filter(meets);
        match taps.next() {
            None => 0,
            Some(first) => {
                let count = 1 + taps.count() as u32;
                let output = (place - first) / stride;
                count << 24 | (first * segment_step) << 12 | (output * sum_step)
            }
        }
    })
}
