//! A layer as the array runs it: descriptor and memory.

use dysta_config::accelerator::Accelerator;

use super::addition;
use super::error::LayerError;
use super::layer::{Layer, Operation};
use super::mapping::{Choice, Mapping, Plan, plan};
use super::requantise::{Parameters, Pool};
use super::stream::{self, Order, WORD};
use super::tensor::{Shape, Tensor};
use super::view::{self, Form};

/// First word of every descriptor.
pub(super) const VERSION: u32 = 0xd757_a001;
/// Alignment of everything in memory, in bytes.
const LINE: usize = 256;
/// Bytes that the array may read beyond the end of a stream.
const BEYOND: usize = 512;
/// Most places that the requantiser shifts left.
const SHIFT_MAX: i32 = 3;

/// A layer cut and packed: all that the array needs but its place in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compiled {
    /// How the layer is cut.
    pub mapping: Mapping,
    /// The weight stream, whole words of 16 bytes.
    pub weights: Vec<u8>,
    /// Words of the descriptor, addresses 0.
    pub(super) descriptor: Vec<u32>,
    /// Extent of the input as the array reads it.
    pub(super) input: Shape,
    pub(super) output: Shape,
    pub(super) output_zero_point: i8,
    pub(super) order: Order,
}

impl Compiled {
    /// Compiles a layer whose input lies in memory in a given order, for an addition both of them; `density` is the share of
    /// activations that are expected not to be zero, `mapping` fixes how the layer is cut.
    ///
    /// # Errors
    /// What [`Layer::check`] refuses, or no way to cut the layer.
    pub fn new(
        a: &Accelerator,
        layer: &Layer,
        order: Order,
        density: f64,
        mapping: Option<Mapping>,
    ) -> Result<Self, LayerError> {
        let choice = mapping.map_or(Choice::Any, Choice::Fixed);
        Self::choose(a, layer, order, density, choice)
    }

    /// Compiles a layer so that its output lies in memory in the order `into`.
    ///
    /// # Errors
    /// Those of [`Compiled::new`]; there may be no such way to cut the layer.
    pub fn into_order(
        a: &Accelerator,
        layer: &Layer,
        order: Order,
        density: f64,
        into: Order,
    ) -> Result<Self, LayerError> {
        Self::choose(a, layer, order, density, Choice::Into(into))
    }

    fn choose(
        a: &Accelerator,
        layer: &Layer,
        order: Order,
        density: f64,
        choice: Choice,
    ) -> Result<Self, LayerError> {
        layer.check()?;
        if let Operation::Add { .. } = layer.operation {
            return addition::compile(layer, order);
        }
        check_shifts(layer)?;
        let plan = plan(a, layer, &order, density, choice)?;
        let pool = match layer.operation.is_pool() {
            true => Pool::new(layer, &plan.view),
            false => None,
        };
        let weights = weight_stream(layer, &plan, pool.as_ref());
        Ok(Self {
            descriptor: descriptor(a, layer, &plan, &order, pool.as_ref(), weights.len() / WORD),
            mapping: plan.mapping,
            weights,
            input: plan.view.input,
            output: plan.view.output,
            output_zero_point: layer.output_zero_point,
            order: plan.mapping.order(a, plan.view.output),
        })
    }

    /// The descriptor for an input, weights (in an addition the second input) and an output at addresses that are multiples of
    /// 256.
    pub fn descriptor(&self, input: u32, weights: u32, output: u32) -> Vec<u32> {
        let mut words = self.descriptor.clone();
        words[1..4].copy_from_slice(&[input, weights, output]);
        words
    }

    /// Order in which the output lies in memory.
    pub fn output_order(&self) -> Order {
        self.order
    }

    /// Bytes to keep free for the output and for what the array may read beyond its end, a multiple of 256.
    pub fn output_bytes(&self) -> usize {
        (stream::capacity(self.output) + BEYOND).next_multiple_of(LINE)
    }

    /// Reads the output that lies at an address, with the number of its bytes; nothing if it is not whole.
    pub fn result(&self, memory: &[u8], address: usize) -> Option<(Tensor, u64)> {
        let bytes = stream::stored(memory, address)?;
        let tensor = stream::unpack(bytes, self.output, self.output_zero_point, &self.order)?;
        Some((tensor, bytes.len() as u64))
    }
}

/// What one layer needs: a descriptor and the memory it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// Words of the descriptor.
    pub descriptor: Vec<u32>,
    /// Memory before the layer runs, from address 0 on.
    pub memory: Vec<u8>,
    /// How the layer is cut.
    pub mapping: Mapping,
    /// Bytes that the layer must move at least: input and weights once.
    pub read_bytes: u64,
    /// Address of the output.
    output_address: usize,
    compiled: Compiled,
}

impl Program {
    /// Compiles a layer for one input, which lies in memory row by row; `mapping` fixes how the layer is cut.
    ///
    /// # Errors
    /// See [`Program::reading`].
    pub fn new(
        a: &Accelerator,
        layer: &Layer,
        input: &Tensor,
        mapping: Option<Mapping>,
    ) -> Result<Self, LayerError> {
        Self::for_inputs(a, layer, &[input], None, mapping)
    }

    /// Compiles a layer whose input lies in memory in a given order, as another layer wrote it. A fully connected layer reads
    /// one position that holds all elements.
    ///
    /// # Errors
    /// See [`Program::for_inputs`].
    pub fn reading(
        a: &Accelerator,
        layer: &Layer,
        input: &Tensor,
        order: Order,
        mapping: Option<Mapping>,
    ) -> Result<Self, LayerError> {
        Self::for_inputs(a, layer, &[input], Some(order), mapping)
    }

    /// Compiles a layer for its inputs, two in an addition, which lie in memory in one order, row by row where none is given.
    ///
    /// # Errors
    /// Inputs that do not match, and those of [`Compiled::new`].
    pub fn for_inputs(
        a: &Accelerator,
        layer: &Layer,
        inputs: &[&Tensor],
        order: Option<Order>,
        mapping: Option<Mapping>,
    ) -> Result<Self, LayerError> {
        layer.check()?;
        layer.check_inputs(inputs)?;
        let order = order.unwrap_or(Order::raster(view::read_shape(layer)));
        let density = inputs.iter().map(|input| input.density()).sum::<f64>() / inputs.len() as f64;
        let compiled = Compiled::new(a, layer, order, density, mapping)?;
        let pack = |input: &Tensor| {
            let shape = compiled.input;
            stream::pack(
                &Tensor {
                    shape,
                    ..input.clone()
                },
                &order,
            )
        };
        let packed = pack(inputs[0]);
        let second = match inputs.get(1) {
            Some(input) => pack(input),
            None => compiled.weights.clone(),
        };
        let second_address = (packed.len() + BEYOND).next_multiple_of(LINE);
        let output_address = (second_address + second.len() + BEYOND).next_multiple_of(LINE);
        let mut memory = vec![0; output_address + compiled.output_bytes()];
        memory[..packed.len()].copy_from_slice(&packed);
        memory[second_address..second_address + second.len()].copy_from_slice(&second);
        Ok(Self {
            descriptor: compiled.descriptor(0, second_address as u32, output_address as u32),
            memory,
            mapping: compiled.mapping,
            read_bytes: (packed.len() + second.len()) as u64,
            output_address,
            compiled,
        })
    }

    /// Address of the output: a multiple of 256.
    pub fn output_address(&self) -> usize {
        self.output_address
    }

    /// Order in which the output lies in memory.
    pub fn output_order(&self) -> Order {
        self.compiled.output_order()
    }

    /// Reads the output from memory after the run, with the number of its bytes; nothing if it is not whole.
    pub fn result(&self, memory: &[u8]) -> Option<(Tensor, u64)> {
        self.compiled.result(memory, self.output_address)
    }
}

/// The requantiser shifts left by at most [`SHIFT_MAX`].
fn check_shifts(layer: &Layer) -> Result<(), LayerError> {
    let rescales = match &layer.operation {
        Operation::Mean { rescale } | Operation::Relu { rescale } => std::slice::from_ref(rescale),
        operation => operation
            .weights()
            .map_or(&[][..], |weights| &weights.rescales),
    };
    match rescales.iter().find(|rescale| rescale.shift > SHIFT_MAX) {
        Some(rescale) => Err(LayerError::Gain { rescale: *rescale }),
        None => Ok(()),
    }
}

/// Two 16-bit halves of a word.
pub(super) fn halves(low: u32, high: u32) -> u32 {
    low & 0xffff | high << 16
}

pub(super) fn bytes_word(bytes: [i8; 4]) -> u32 {
    u32::from_le_bytes(bytes.map(|byte| byte as u8))
}

fn descriptor(
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
        halves(
            sum_step(plan, 1).wrapping_sub(stride_columns * element_step(plan, 1)),
            sum_step(plan, 0).wrapping_sub(stride_rows * element_step(plan, 0)),
        ),
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
    words.extend(requantiser(plan, pool));
    words.extend(patch_table(plan, 0));
    words.extend(patch_table(plan, 1));
    words
}

/// Sums of an output element and how they lie, parameters of a row, and which rows and columns of the output have their own.
fn requantiser(plan: &Plan, pool: Option<&Pool>) -> [u32; 3] {
    let sums = plan.view.sums() - 1;
    let back = (sums * plan.mapping.row_channels).wrapping_sub(1);
    match pool {
        None => [sums | (plan.mapping.row_channels - 1) << 8, 0, back],
        Some(pool) => {
            let before = pool.rows.before << 16 | pool.columns.before << 20;
            let parameters = pool.parameters.len() as u32 - 1;
            [
                sums | parameters << 8 | before,
                halves(pool.rows.behind, pool.columns.behind),
                back,
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
        0 => plan.mapping.tile[1] * plan.row_sums(),
        _ => plan.row_sums(),
    }
}

/// Sums from one row or column of the kernel to the next, where each place has its own.
fn element_step(plan: &Plan, axis: usize) -> u32 {
    match (plan.view.form, axis) {
        (Form::Maximum, 0) => plan.view.window.kernel[1] * plan.mapping.row_channels,
        (Form::Maximum, _) => plan.mapping.row_channels,
        _ => 0,
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
    let element_step = element_step(plan, axis);
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
                let sum = output * sum_step + first * element_step;
                count << 24 | (first * segment_step) << 12 | sum
            }
        }
    })
}

/// The weights of all blocks and tiles, in the order in which the array reads them.
fn weight_stream(layer: &Layer, plan: &Plan, pool: Option<&Pool>) -> Vec<u8> {
    let mut stream = Vec::new();
    for block in 0..plan.blocks {
        for tile in 0..plan.channel_tiles {
            let rows = (0..plan.mapping.group_rows)
                .map(|row| {
                    let row = Row {
                        layer,
                        plan,
                        pool,
                        block,
                        tile,
                        row,
                    };
                    row.words()
                })
                .collect();
            deal(rows, &mut stream);
        }
    }
    stream
}

/// A word with the number of words of every row, then the words of the rows in turn.
fn deal(rows: Vec<Vec<u8>>, stream: &mut Vec<u8>) {
    let mut counts = [0; WORD];
    for (count, row) in counts.iter_mut().zip(&rows) {
        *count = (row.len() / WORD) as u8;
    }
    stream.extend(counts);
    let most = rows.iter().map(Vec::len).max().unwrap_or(0);
    for word in (0..most).step_by(WORD) {
        for row in &rows {
            stream.extend(row.get(word..word + WORD).unwrap_or(&[]));
        }
    }
}

/// The weights of one row in one tile of one block.
struct Row<'a> {
    layer: &'a Layer,
    plan: &'a Plan,
    pool: Option<&'a Pool>,
    block: u32,
    tile: u32,
    row: u32,
}

impl Row<'_> {
    fn words(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        if self.tile == 0 {
            match self.pool {
                Some(pool) => bytes.extend(pool.parameters.iter().flat_map(|p| p.word())),
                None => {
                    let outputs = (0..self.plan.mapping.row_channels).map(|i| self.output(i));
                    bytes.extend(outputs.flat_map(|output| self.parameters(output)));
                }
            }
        }
        let [rows, columns] = self.plan.view.taps();
        for tap in (0..rows).flat_map(|row| (0..columns).map(move |column| [row, column])) {
            for input in 0..self.plan.row_inputs {
                self.segment(tap, input, &mut bytes);
            }
        }
        bytes.resize(bytes.len().next_multiple_of(WORD), 0);
        bytes
    }

    /// Output channel of an index of the row, none behind the last.
    fn output(&self, index: u32) -> Option<u32> {
        let m = &self.plan.mapping;
        let output = self.block * m.block_channels() + index * m.group_rows + self.row;
        (output < self.plan.view.output.channels).then_some(output)
    }

    fn parameters(&self, output: Option<u32>) -> [u8; WORD] {
        let Some(output) = output else {
            return [0; WORD];
        };
        let parameters = match (&self.layer.operation, self.layer.operation.weights()) {
            (_, Some(weights)) => {
                let index = output as usize;
                Parameters::new(weights.bias[index], weights.rescales[index])
            }
            (Operation::Mean { rescale } | Operation::Relu { rescale }, None) => {
                Parameters::new(0, *rescale)
            }
            _ => return [0; WORD],
        };
        parameters.word()
    }

    /// Bitmap and codes of the outputs that one input channel meets at one place of the kernel.
    fn segment(&self, tap: [u32; 2], input: u32, bytes: &mut Vec<u8>) {
        let codes: Vec<i8> = (0..self.plan.mapping.row_channels)
            .map(|index| self.code(tap, input, index))
            .collect();
        let bits = |eight: &[i8]| {
            let set = eight.iter().enumerate().filter(|(_, code)| **code != 0);
            set.fold(0, |bits, (bit, _)| bits | 1 << bit)
        };
        bytes.extend(codes.chunks(8).map(bits));
        bytes.extend(
            codes
                .iter()
                .filter(|code| **code != 0)
                .map(|code| *code as u8),
        );
    }

    /// The weight between an input channel at a place of the kernel and an output of the row.
    fn code(&self, tap: [u32; 2], input: u32, index: u32) -> i8 {
        let view = &self.plan.view;
        let Some(output) = self.output(index) else {
            return 0;
        };
        let channel = match view.depthwise {
            // Each channel meets its own weights alone.
            true if input == index => output,
            true => return 0,
            false => self.tile * self.plan.mapping.tile_channels + input,
        };
        if channel >= view.input.channels {
            return 0;
        }
        view.weight(self.layer, output, tap, channel)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::array::draw::{Kind, LayerDraw, Pattern, draw};
    use crate::array::{Activation, Padding, Window};

    fn spec(input: [u32; 3]) -> LayerDraw {
        LayerDraw {
            kind: Kind::Conv,
            input: Shape::new(input[0], input[1], input[2]),
            channels: 4,
            window: Window::POINT,
            activation: Activation::None,
            per_channel: false,
            weight_density: 0.5,
            pattern: Pattern::Unstructured,
            activation_density: 0.5,
            seed: 1,
        }
    }

    #[track_caller]
    fn check_refused(spec: LayerDraw, change: impl FnOnce(&mut Layer), expected: &str) {
        let mut drawn = draw(&spec).unwrap();
        change(&mut drawn.layer);
        let program = Program::new(&Accelerator::TINY, &drawn.layer, &drawn.inputs[0], None);
        assert_eq!(program.unwrap_err().to_string(), expected);
    }

    fn set_shift(layer: &mut Layer) {
        if let Operation::Conv { weights, .. } = &mut layer.operation {
            weights.rescales[2].shift = 4;
        }
    }

    #[test]
    fn what_the_array_cannot_run_is_refused() {
        let pool = LayerDraw {
            kind: Kind::MaxPool,
            window: Window::square(7, 1, Padding::Valid),
            ..spec([8, 8, 3])
        };
        let large = "max_pool on 8x8x3 does not fit the memories of the array";
        check_refused(pool, |_| {}, large);
        let wide = spec([1, 5000, 3]);
        check_refused(
            wide,
            |_| {},
            "conv2d on 1x5000x3 does not fit the memories of the array",
        );
        let factor = "the factor 1073741824 * 2^(4 - 31) is too large for the array";
        let one = |layer: &mut Layer| {
            if let Operation::Conv { weights, .. } = &mut layer.operation {
                weights.rescales[2].multiplier = 1 << 30;
            }
            set_shift(layer);
        };
        check_refused(spec([2, 2, 3]), one, factor);
    }

    #[test]
    fn results_must_be_whole() {
        let drawn = draw(&spec([2, 2, 3])).unwrap();
        let program =
            Program::new(&Accelerator::TINY, &drawn.layer, &drawn.inputs[0], None).unwrap();
        assert!(program.result(&program.memory).is_none());
        assert!(program.result(&[]).is_none());
        let mut memory = program.memory.clone();
        memory[program.output_address..program.output_address + 4].fill(0xff);
        assert!(program.result(&memory).is_none());
    }
}
