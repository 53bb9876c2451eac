//! A layer as the array runs it: descriptor and memory.

use dysta_config::accelerator::Accelerator;

use super::addition;
use super::channels::{Channels, work};
use super::descriptor::{self, descriptor};
use super::error::LayerError;
use super::layer::{Layer, Operation};
use super::mapping::{Choice, Mapping, Plan, no_mapping, plans};
use super::requantise::Pool;
use super::search::{Cut, Input, fastest};
use super::stream::{self, Order, WORD};
use super::tensor::{Shape, Tensor};
use super::view;
use super::weights::weight_stream;

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
    /// The way to cut it that the estimate ranks first; the timing model may prefer another.
    pub first: Mapping,
    /// The weight stream, whole words of 16 bytes and whole transfers.
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
        Self::choose(a, layer, &Input::expected(order, density), choice)
            .map(|(compiled, _)| compiled)
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
        let input = Input::expected(order, density);
        Self::choose(a, layer, &input, Choice::Into(into)).map(|(compiled, _)| compiled)
    }

    fn choose(
        a: &Accelerator,
        layer: &Layer,
        input: &Input<'_>,
        choice: Choice,
    ) -> Result<Cut, LayerError> {
        layer.check()?;
        if let Operation::Add { .. } = layer.operation {
            let compiled = addition::compile(layer, input.order)?;
            return Ok((compiled, Channels::NATURAL));
        }
        check_shifts(layer)?;
        let most = match choice {
            Choice::Fixed(_) => 1,
            _ => input.candidates(),
        };
        let plans = plans(a, layer, &input.order, input.density, choice, most)?;
        fastest(a, layer, input, &plans)
    }

    /// Compiles a layer cut in one way.
    pub(super) fn cut(
        a: &Accelerator,
        layer: &Layer,
        order: Order,
        plan: &Plan,
    ) -> Result<Self, LayerError> {
        let pool = Pool::new(layer, &plan.view).map_err(|lack| no_mapping(layer, vec![lack]))?;
        let mut weights = weight_stream(layer, plan, pool.as_ref());
        // Whole transfers: the array takes a word of zeros for a tile without words.
        weights.resize(weights.len().next_multiple_of(a.memory_bytes() as usize), 0);
        Ok(Self {
            descriptor: descriptor(a, layer, plan, &order, pool.as_ref(), weights.len() / WORD),
            mapping: plan.mapping,
            first: plan.mapping,
            weights,
            input: plan.view.input,
            output: plan.view.output,
            output_zero_point: layer.output_zero_point,
            order: plan.mapping.order(a, plan.view.output),
        })
    }

    /// Compiles the same cut for this input with the channels of the output at the places where they balance the rows, and gives
    /// these places. Of a layer that does not fit with them, or gains nothing, the channels stay at their own places.
    pub(super) fn balanced(
        self,
        a: &Accelerator,
        layer: &Layer,
        order: Order,
        input: &Tensor,
    ) -> (Self, Channels) {
        // One position is no profile of what the channels hold.
        let densities = match input.shape.positions() {
            1 => Vec::new(),
            _ => input.densities(),
        };
        let channels = work(layer, &densities).map_or(Channels::NATURAL, |work| {
            Channels::balanced(&work, &self.mapping)
        });
        if channels.is_natural() {
            return (self, channels);
        }
        let arranged = layer.arranged(&input_channels(layer, &channels), &channels);
        match Self::new(a, &arranged, order, input.density(), Some(self.mapping)) {
            Ok(compiled) => (compiled, channels),
            Err(_) => (self, Channels::NATURAL),
        }
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
    /// The way to cut it that the estimate ranks first.
    pub first: Mapping,
    /// Bytes that the layer must move at least: input and weights once.
    pub read_bytes: u64,
    /// Address of the output.
    output_address: usize,
    compiled: Compiled,
    input_order: Order,
    /// Where the channels of the output lie.
    channels: Channels,
}

impl Program {
    /// Has the array cleared before the layer: whatever ran before, with a descriptor or weights that made no sense, does not
    /// reach it. Clearing takes two clocks for each partial sum of a half.
    pub fn clear_first(&mut self) {
        if let Some(word) = self.descriptor.get_mut(descriptor::FLAGS) {
            *word |= descriptor::CLEAR;
        }
    }

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
        let choice = mapping.map_or(Choice::Any, Choice::Fixed);
        let input = Input {
            order,
            density,
            tensor: Some(inputs[0]),
        };
        let (compiled, channels) = Compiled::choose(a, layer, &input, choice)?;
        let inputs: Vec<Tensor> = inputs
            .iter()
            .map(|input| input_channels(layer, &channels).arrange(input))
            .collect();
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
        let packed = pack(&inputs[0]);
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
            first: compiled.first,
            read_bytes: (packed.len() + second.len()) as u64,
            output_address,
            compiled,
            input_order: order,
            channels,
        })
    }

    /// Address of the output: a multiple of 256.
    pub fn output_address(&self) -> usize {
        self.output_address
    }

    /// The bytes of an output as the array writes it.
    pub fn packed(&self, output: &Tensor) -> Vec<u8> {
        let arranged = self.channels.arrange(output);
        stream::pack(&arranged, &self.compiled.output_order())
    }

    /// The streams that the layer reads, in their order in memory: the input, or both of an addition.
    pub(crate) fn input_streams(&self) -> impl Iterator<Item = &[u8]> {
        let second = self.compiled.weights.is_empty().then_some(2);
        let addresses = std::iter::once(1)
            .chain(second)
            .map(|word| self.descriptor[word]);
        addresses.filter_map(|address| stream::stored(&self.memory, address as usize))
    }

    /// Extent of the input as the array reads it, and its order in memory.
    pub(crate) fn input_order(&self) -> (Shape, Order) {
        (self.compiled.input, self.input_order)
    }

    /// The weight stream.
    pub(crate) fn weights(&self) -> &[u8] {
        &self.compiled.weights
    }

    /// Order in which the output lies in memory.
    pub fn output_order(&self) -> Order {
        self.compiled.output_order()
    }

    /// Reads the output from memory after the run, with the number of its bytes; nothing if it is not whole.
    pub fn result(&self, memory: &[u8]) -> Option<(Tensor, u64)> {
        let (output, bytes) = self.compiled.result(memory, self.output_address)?;
        Some((self.channels.restore(&output), bytes))
    }
}

/// Where the channels of the input lie if those of the output do so.
pub(super) fn input_channels(layer: &Layer, output: &Channels) -> Channels {
    match layer.keeps_channels() {
        true => output.clone(),
        false => Channels::NATURAL,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::array::draw::{Kind, LayerDraw, Pattern, draw};
    use crate::array::{Activation, Padding, Shortfall, Window};

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
            kind: Kind::AveragePool,
            window: Window::square(10, 1, Padding::Same),
            ..spec([12, 12, 3])
        };
        let windows = "average_pool on 12x12x3 does not fit the array: the requantiser holds 8 kinds of windows along an axis, 10 are needed";
        check_refused(pool, |_| {}, windows);
        let wide = "conv2d on 1x5000x3 does not fit the array: the descriptor holds 4095 rows or columns of an image, 5000 are needed; the activation buffer holds 512 chunks of 32 channels, 8192 are needed";
        check_refused(spec([1, 5000, 3]), |_| {}, wide);
        let factor = "the factor 1073741824 * 2^(4 - 31) is too large for the array";
        let one = |layer: &mut Layer| {
            if let Operation::Conv { weights, .. } = &mut layer.operation {
                weights.rescales[2].multiplier = 1 << 30;
            }
            set_shift(layer);
        };
        check_refused(spec([2, 2, 3]), one, factor);
    }

    /// `TINY` with one size changed.
    fn array(change: impl FnOnce(&mut Accelerator)) -> Accelerator {
        let mut array = Accelerator::TINY;
        change(&mut array);
        array
    }

    /// An array too small for a layer tells what to raise, and with that the layer fits.
    #[track_caller]
    fn check_raised(mut array: Accelerator, spec: &LayerDraw, expected: &[(&str, u64)]) {
        let drawn = draw(spec).unwrap();
        let compile = |a: &Accelerator| Program::new(a, &drawn.layer, &drawn.inputs[0], None);
        let Err(LayerError::NoMapping { short, help, .. }) = compile(&array) else {
            panic!("{spec:?} fits");
        };
        let keys: Vec<_> = short.iter().filter_map(Shortfall::key_value).collect();
        assert_eq!(keys, expected, "{short:?}");
        for (key, value) in keys {
            assert!(help.contains(&format!("`{key}` to {value}")), "{help}");
            let bits = value.ilog2();
            match key {
                "activation_chunks" => array.chunk_bits = bits,
                "weight_columns" => array.segment_bits = bits,
                "weights" => array.entry_bits = bits,
                _ => array.sum_bits = bits,
            }
        }
        assert!(compile(&array).is_ok(), "{short:?}");
    }

    #[test]
    fn what_is_short_is_named() {
        let window = |kernel| Window::square(kernel, 1, Padding::Same);
        let conv = |kernel, input| LayerDraw {
            window: window(kernel),
            ..spec(input)
        };
        let tiny = Accelerator::TINY;
        check_raised(
            tiny,
            &conv(3, [64, 300, 64]),
            &[("activation_chunks", 4096)],
        );
        let few_columns = array(|a| a.segment_bits = 6);
        check_raised(few_columns, &conv(9, [9, 9, 4]), &[("weight_columns", 128)]);
        let few_weights = array(|a| a.entry_bits = 4);
        check_raised(few_weights, &conv(5, [6, 6, 4]), &[("weights", 32)]);
        let few = array(|a| {
            a.chunk_bits = 6;
            a.segment_bits = 4;
        });
        let both = [("weight_columns", 32), ("activation_chunks", 128)];
        check_raised(few, &conv(5, [9, 16, 4]), &both);
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
