//! A layer as the array runs it: descriptor and memory.

use dysta_config::accelerator::Accelerator;

use super::error::LayerError;
use super::layer::{Layer, Operation, Weights};
use super::mapping::{Mapping, Plan, View, plan};
use super::stream::{self, Order, WORD};
use super::tensor::{Shape, Tensor};

/// First word of every descriptor.
const VERSION: u32 = 0xd757_a001;
/// Alignment of everything in memory, in bytes.
const LINE: usize = 256;
/// Bytes that the array may read beyond the end of a stream.
const BEYOND: usize = 512;

/// Most places that the requantiser shifts left.
const SHIFT_MAX: i32 = 3;

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
    output: Shape,
    output_zero_point: i8,
    order: Order,
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
        let view = View::new(layer)?;
        Self::reading(a, layer, input, Order::raster(view.input), mapping)
    }

    /// Compiles a layer whose input lies in memory in a given order, as another layer wrote it. A fully connected layer reads
    /// one position that holds all elements.
    ///
    /// # Errors
    /// What [`Layer::check`] refuses, an operator that the array does not have, or no way to cut the layer.
    pub fn reading(
        a: &Accelerator,
        layer: &Layer,
        input: &Tensor,
        order: Order,
        mapping: Option<Mapping>,
    ) -> Result<Self, LayerError> {
        layer.check()?;
        layer.check_inputs(&[input])?;
        check_shifts(layer)?;
        let density = input.nonzeros() as f64 / input.codes.len() as f64;
        let plan = plan(a, layer, &order, density, mapping)?;
        let input = Tensor {
            shape: plan.view.input,
            ..input.clone()
        };
        let packed = stream::pack(&input, &order);
        let weights = weight_stream(layer, &plan);
        let weights_address = (packed.len() + BEYOND).next_multiple_of(LINE);
        let output_address = (weights_address + weights.len() + BEYOND).next_multiple_of(LINE);
        let size =
            (output_address + stream::capacity(plan.view.output) + BEYOND).next_multiple_of(LINE);
        let mut memory = vec![0; size];
        memory[..packed.len()].copy_from_slice(&packed);
        memory[weights_address..weights_address + weights.len()].copy_from_slice(&weights);
        let addresses = [0, weights_address as u32, output_address as u32];
        Ok(Self {
            descriptor: descriptor(a, layer, &plan, &order, addresses, weights.len() / WORD),
            memory,
            mapping: plan.mapping,
            read_bytes: (packed.len() + weights.len()) as u64,
            output_address,
            output: plan.view.output,
            output_zero_point: layer.output_zero_point,
            order: plan.mapping.order(a, plan.view.output),
        })
    }

    /// Order in which the output lies in memory.
    pub fn output_order(&self) -> Order {
        self.order
    }

    /// Reads the output from memory after the run, with the number of its bytes; nothing if it is not whole.
    pub fn result(&self, memory: &[u8]) -> Option<(Tensor, u64)> {
        let bytes = memory.get(self.output_address..)?;
        let words = u32::from_le_bytes(bytes.get(..4)?.try_into().ok()?) as usize;
        let bytes = bytes.get(..(words + 1).checked_mul(WORD)?)?;
        let tensor = stream::unpack(bytes, self.output, self.output_zero_point, &self.order)?;
        Some((tensor, bytes.len() as u64))
    }
}

/// The requantiser shifts left by at most [`SHIFT_MAX`].
fn check_shifts(layer: &Layer) -> Result<(), LayerError> {
    let rescales = layer
        .operation
        .weights()
        .map_or(&[][..], |weights| &weights.rescales);
    match rescales.iter().find(|rescale| rescale.shift > SHIFT_MAX) {
        Some(rescale) => Err(LayerError::Gain { rescale: *rescale }),
        None => Ok(()),
    }
}

/// Two 16-bit halves of a word.
fn halves(low: u32, high: u32) -> u32 {
    low & 0xffff | high << 16
}

fn bytes_word(bytes: [i8; 4]) -> u32 {
    u32::from_le_bytes(bytes.map(|byte| byte as u8))
}

fn descriptor(
    a: &Accelerator,
    layer: &Layer,
    plan: &Plan,
    order: &Order,
    [input, weights, output]: [u32; 3],
    weight_words: usize,
) -> Vec<u32> {
    let (m, view) = (&plan.mapping, &plan.view);
    let [stride_rows, stride_columns] = view.window.stride;
    let channels = view.input.channels;
    let negative = |before: u32| before.wrapping_neg() & 0x1fff;
    let last_block = view.output.channels - (plan.blocks - 1) * m.block_channels();
    let flags = u32::from(view.depthwise)
        | u32::from(plan.resident) << 1
        | m.group_rows.ilog2() << 4
        | (m.groups(a) - 1) << 8;
    let mut words = vec![
        VERSION,
        input,
        weights,
        output,
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
            stride_columns * plan.row_inputs,
            stride_rows * view.window.kernel[1] * plan.row_inputs,
        ),
        halves(m.row_channels, m.tile[1] * m.row_channels),
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
    words.extend(patch_table(plan, 0));
    words.extend(patch_table(plan, 1));
    words
}

fn segments(plan: &Plan) -> u32 {
    plan.view.window.kernel[0] * plan.view.window.kernel[1] * plan.row_inputs
}

/// For every position of the patch along one axis: how many kernel places meet it, the first segment, the first sum.
fn patch_table(plan: &Plan, axis: usize) -> impl Iterator<Item = u32> {
    let kernel = plan.view.window.kernel;
    let stride = plan.view.window.stride[axis];
    let tile = plan.mapping.tile[axis];
    let segment_step = plan.row_inputs * if axis == 0 { kernel[1] } else { 1 };
    let sum_step = plan.mapping.row_channels * if axis == 0 { plan.mapping.tile[1] } else { 1 };
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

/// The weights of all blocks and tiles, in the order in which the array reads them.
fn weight_stream(layer: &Layer, plan: &Plan) -> Vec<u8> {
    let mut stream = Vec::new();
    let Some(weights) = layer.operation.weights() else {
        return stream;
    };
    for block in 0..plan.blocks {
        for tile in 0..plan.channel_tiles {
            let rows = (0..plan.mapping.group_rows)
                .map(|row| {
                    let row = Row {
                        layer,
                        plan,
                        weights,
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
    weights: &'a Weights,
    block: u32,
    tile: u32,
    row: u32,
}

impl Row<'_> {
    fn words(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        if self.tile == 0 {
            for index in 0..self.plan.mapping.row_channels {
                bytes.extend(self.parameters(self.output(index)));
            }
        }
        let [rows, columns] = self.plan.view.window.kernel;
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
        let mut word = [0; WORD];
        if let Some(output) = output {
            let rescale = self.weights.rescales[output as usize];
            word[..4].copy_from_slice(&self.weights.bias[output as usize].to_le_bytes());
            word[4..8].copy_from_slice(&rescale.multiplier.to_le_bytes());
            let [left, right] = [rescale.shift.max(0), (-rescale.shift).max(0)];
            word[8] = (left << 5 | right) as u8;
        }
        word
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

    fn code(&self, tap: [u32; 2], input: u32, index: u32) -> i8 {
        let Some(output) = self.output(index) else {
            return 0;
        };
        let channel = match self.plan.view.depthwise {
            // Each channel meets its own weights alone.
            true if input == index => 0,
            true => return 0,
            false => self.tile * self.plan.mapping.tile_channels + input,
        };
        if !self.plan.view.depthwise && channel >= self.plan.view.input.channels {
            return 0;
        }
        let index = match self.layer.operation {
            Operation::FullyConnected { .. } => self.layer.weight_index(output, [0, 0], channel),
            _ => self.layer.weight_index(output, tap, channel),
        };
        self.weights.codes[index]
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
            window: Window::square(2, 2, Padding::Valid),
            ..spec([4, 4, 3])
        };
        check_refused(pool, |_| {}, "the array does not compute max_pool on 4x4x3");
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
