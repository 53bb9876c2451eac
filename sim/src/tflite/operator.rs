//! From an operator of a model to a node.

use std::collections::BTreeMap;

use super::error::ModelError;
use super::names;
use super::read::{Constant, Reader};
use super::schema::{
    AddOptions, Conv2DOptions, DepthwiseConv2DOptions, FullyConnectedOptions, OperatorTable,
    Pool2DOptions, SoftmaxOptions,
};
use crate::array::{
    Activation as Function, Layer, Operand, Operation, Padding, Rescale, Shape, Weights, Window,
    quantise,
};
use crate::network::{Activation, Node, Softmax, Work};

const ADD: i32 = 0;
const AVERAGE_POOL_2D: i32 = 1;
const CONV_2D: i32 = 3;
const DEPTHWISE_CONV_2D: i32 = 4;
const FULLY_CONNECTED: i32 = 9;
const MAX_POOL_2D: i32 = 17;
const RELU: i32 = 19;
const RELU6: i32 = 21;
const RESHAPE: i32 = 22;
const SOFTMAX: i32 = 25;
const MEAN: i32 = 40;

/// Help for an operator that is not computed at all.
const SUPPORTED: &str = "conv_2d, depthwise_conv_2d, fully_connected, max_pool_2d, average_pool_2d, mean, add, relu and relu6 on the \
array, reshape and softmax beside it";

/// An operator with everything it refers to.
struct Context<'r, 'a> {
    reader: &'r Reader<'a>,
    index: usize,
    operator: &'static str,
    table: &'r OperatorTable<'a>,
    /// All inputs, constants too; -1 where an optional one is left out.
    inputs: Vec<i32>,
    /// The inputs that are activations.
    read: Vec<Activation>,
    output: Activation,
}

/// Reads an operator; notes the activations around it.
pub(super) fn read<'a>(
    reader: &Reader<'a>,
    activations: &mut BTreeMap<usize, Activation>,
    index: usize,
    table: &OperatorTable<'a>,
) -> Result<Node, ModelError> {
    let code = reader.code(table.opcode_index()?)?;
    let operator = names::name(code);
    let inputs: Vec<i32> = table.inputs()?.iter().collect();
    let outputs: Vec<i32> = table.outputs()?.iter().collect();
    let arity = |what, found| ModelError::Arity {
        node: index,
        operator,
        what,
        found,
    };
    if !is_known(code) {
        return Err(unknown(reader, index, operator, inputs.first()));
    }
    let activation_count = if code == ADD { 2 } else { 1 };
    if inputs.len() < activation_count {
        return Err(arity("inputs", inputs.len()));
    }
    let [output] = outputs[..] else {
        return Err(arity("outputs", outputs.len()));
    };
    let read: Vec<usize> = inputs[..activation_count]
        .iter()
        .map(|input| reader.activation(activations, *input))
        .collect::<Result<_, _>>()?;
    let output = reader.activation(activations, output)?;
    let context = Context {
        reader,
        index,
        operator,
        table,
        inputs,
        read: read
            .iter()
            .map(|tensor| activations[tensor].clone())
            .collect(),
        output: activations[&output].clone(),
    };
    Ok(Node {
        operator,
        inputs: read,
        output,
        work: context.work(code)?,
    })
}

fn is_known(code: i32) -> bool {
    [
        ADD,
        AVERAGE_POOL_2D,
        CONV_2D,
        DEPTHWISE_CONV_2D,
        FULLY_CONNECTED,
        MAX_POOL_2D,
        RELU,
        RELU6,
        RESHAPE,
        SOFTMAX,
        MEAN,
    ]
    .contains(&code)
}

/// An operator that is not computed; its input may be anything.
fn unknown(
    reader: &Reader<'_>,
    node: usize,
    operator: &'static str,
    input: Option<&i32>,
) -> ModelError {
    let mut activations = BTreeMap::new();
    let shape = input
        .and_then(|input| reader.activation(&mut activations, *input).ok())
        .map_or("its input".to_owned(), |t| {
            activations[&t].shape.to_string()
        });
    ModelError::Operator {
        node,
        operator: operator.to_owned(),
        shape,
        nearest: SUPPORTED,
    }
}

impl Context<'_, '_> {
    fn input(&self) -> &Activation {
        &self.read[0]
    }

    fn unsupported(&self, special: &str, nearest: &'static str) -> ModelError {
        ModelError::Operator {
            node: self.index,
            operator: format!("{}{special}", self.operator),
            shape: self.input().shape.to_string(),
            nearest,
        }
    }

    fn work(&self, code: i32) -> Result<Work, ModelError> {
        let operation = match code {
            RESHAPE => return self.reshape(),
            SOFTMAX => return self.softmax(),
            CONV_2D => self.conv()?,
            DEPTHWISE_CONV_2D => self.depthwise()?,
            FULLY_CONNECTED => self.fully_connected()?,
            MAX_POOL_2D | AVERAGE_POOL_2D => self.pool(code)?,
            ADD => self.add()?,
            MEAN => self.mean()?,
            _ => self.relu(code)?,
        };
        let (operation, function) = operation;
        let layer = Layer {
            input: self.input().shape,
            input_zero_point: self.input().zero_point,
            output_zero_point: self.output.zero_point,
            clamp: function.clamp(self.output.scale, self.output.zero_point),
            operation,
        };
        layer.check().map_err(|source| ModelError::Layer {
            node: self.index,
            source,
        })?;
        self.check_output(layer.output())?;
        Ok(Work::Array(layer))
    }

    fn check_output(&self, computed: Shape) -> Result<(), ModelError> {
        match computed == self.output.shape {
            true => Ok(()),
            false => Err(ModelError::Extent {
                node: self.index,
                operator: self.operator,
                computed: computed.to_string(),
                found: self.output.shape.to_string(),
            }),
        }
    }

    fn reshape(&self) -> Result<Work, ModelError> {
        let same = self.input().scale == self.output.scale
            && self.input().zero_point == self.output.zero_point;
        if !same {
            return Err(self.unsupported(" with a change of scale", "reshape within one scale"));
        }
        match self.input().shape.len() == self.output.shape.len() {
            true => Ok(Work::Reshape),
            false => Err(ModelError::Extent {
                node: self.index,
                operator: self.operator,
                computed: self.input().shape.to_string(),
                found: self.output.shape.to_string(),
            }),
        }
    }

    fn softmax(&self) -> Result<Work, ModelError> {
        let options = SoftmaxOptions::read(self.table.options()?)?;
        self.check_output(self.input().shape)?;
        let shape = self.input().shape;
        let is_standard = self.output.scale == 1.0 / 256.0 && self.output.zero_point == -128;
        if !is_standard || shape.height != 1 || shape.width != 1 {
            let nearest = "softmax over one list, output scale 1/256 and zero point -128";
            return Err(self.unsupported(" of this form", nearest));
        }
        let softmax = Softmax::new(options.beta, self.input().scale);
        softmax
            .map(Work::Softmax)
            .ok_or_else(|| self.unsupported(" of this scale", "beta times scale from 2^-25 on"))
    }

    fn function(&self, code: i8) -> Result<Function, ModelError> {
        match code {
            0 => Ok(Function::None),
            1 => Ok(Function::Relu),
            3 => Ok(Function::Relu6),
            2 => Err(self.unsupported(" with fused relu_n1_to_1", "fused relu or relu6")),
            4 => Err(self.unsupported(" with fused tanh", "fused relu or relu6")),
            _ => Err(self.unsupported(" with this fused activation", "fused relu or relu6")),
        }
    }

    fn window(
        &self,
        kernel: [u32; 2],
        stride: [i32; 2],
        padding: i8,
    ) -> Result<Window, ModelError> {
        let [Ok(rows), Ok(columns)] = stride.map(u32::try_from) else {
            return Err(self.unsupported(" with a negative stride", "strides of 1 and 2"));
        };
        let padding = match padding {
            0 => Padding::Same,
            1 => Padding::Valid,
            _ => return Err(self.unsupported(" with this padding", "padding same or valid")),
        };
        Ok(Window {
            kernel,
            stride: [rows, columns],
            padding,
        })
    }

    fn check_dilation(&self, dilation: [i32; 2]) -> Result<(), ModelError> {
        match dilation == [1, 1] {
            true => Ok(()),
            false => Err(self.unsupported(" with dilation", "dilation of 1")),
        }
    }

    /// Weights, bias and scales; `axis` is that of the output channels.
    fn weights(&self, axis: usize) -> Result<(Vec<u32>, Weights), ModelError> {
        let Some(&index) = self.inputs.get(1) else {
            return Err(ModelError::Arity {
                node: self.index,
                operator: self.operator,
                what: "inputs",
                found: self.inputs.len(),
            });
        };
        let constant = self.reader.weights(index)?;
        let channels = constant.dims.get(axis).copied().unwrap_or(0) as usize;
        let scales = constant.scales.len();
        if scales > 1 && (scales != channels || self.reader.axis(index)? != axis as i32) {
            return Err(self.unsupported(
                " with scales along another axis",
                "one scale, or one for each output channel",
            ));
        }
        let bias = match self.inputs.get(2) {
            Some(&index) if index >= 0 => self.reader.words(index)?,
            _ => vec![0; channels],
        };
        let weights = Weights {
            codes: constant.data.iter().map(|byte| *byte as i8).collect(),
            bias,
            rescales: self.rescales(&constant, channels),
        };
        Ok((constant.dims, weights))
    }

    fn rescales(&self, constant: &Constant<'_>, channels: usize) -> Vec<Rescale> {
        let one_scale = constant.scales.len() == 1;
        let from = match self.operator == names::name(FULLY_CONNECTED) && one_scale {
            true => quantise::fully_connected,
            false => quantise::convolution,
        };
        let scale = |channel: usize| constant.scales[channel % constant.scales.len()];
        (0..channels)
            .map(|channel| from(self.input().scale, scale(channel), self.output.scale))
            .collect()
    }

    fn check_rank(&self, dims: &[u32], rank: usize) -> Result<(), ModelError> {
        match dims.len() == rank {
            true => Ok(()),
            false => Err(self.unsupported(
                " with weights of this rank",
                "weights with 4 dimensions, of fully_connected with 2",
            )),
        }
    }

    fn conv(&self) -> Result<(Operation, Function), ModelError> {
        let options = Conv2DOptions::read(self.table.options()?)?;
        self.check_dilation([options.dilation_h, options.dilation_w])?;
        let (dims, weights) = self.weights(0)?;
        self.check_rank(&dims, 4)?;
        if dims[3] != self.input().shape.channels {
            return Err(self.unsupported(" in groups", "conv_2d over all channels, or depthwise"));
        }
        let stride = [options.stride_h, options.stride_w];
        let operation = Operation::Conv {
            window: self.window([dims[1], dims[2]], stride, options.padding)?,
            channels: dims[0],
            weights,
        };
        Ok((operation, self.function(options.activation)?))
    }

    fn depthwise(&self) -> Result<(Operation, Function), ModelError> {
        let options = DepthwiseConv2DOptions::read(self.table.options()?)?;
        self.check_dilation([options.dilation_h, options.dilation_w])?;
        let (dims, weights) = self.weights(3)?;
        self.check_rank(&dims, 4)?;
        let channels = self.input().shape.channels;
        if !dims[3].is_multiple_of(channels) || dims[0] != 1 {
            let nearest = "output channels that are a multiple of the input channels";
            return Err(self.unsupported(" with these channels", nearest));
        }
        let stride = [options.stride_h, options.stride_w];
        let operation = Operation::Depthwise {
            window: self.window([dims[1], dims[2]], stride, options.padding)?,
            multiplier: dims[3] / channels,
            weights,
        };
        Ok((operation, self.function(options.activation)?))
    }

    fn fully_connected(&self) -> Result<(Operation, Function), ModelError> {
        let options = FullyConnectedOptions::read(self.table.options()?)?;
        if options.weights_format != 0 {
            return Err(self.unsupported(" with shuffled weights", "the default weights format"));
        }
        let (dims, weights) = self.weights(0)?;
        self.check_rank(&dims, 2)?;
        if dims[1] as usize != self.input().shape.len() {
            return Err(self.unsupported(" on a batch", "all elements of one image"));
        }
        let operation = Operation::FullyConnected {
            channels: dims[0],
            weights,
        };
        Ok((operation, self.function(options.activation)?))
    }

    fn pool(&self, code: i32) -> Result<(Operation, Function), ModelError> {
        let options = Pool2DOptions::read(self.table.options()?)?;
        let [Ok(rows), Ok(columns)] = [options.filter_h, options.filter_w].map(u32::try_from)
        else {
            return Err(self.unsupported(" with a negative window", "windows from 1 on"));
        };
        self.check_scale()?;
        let stride = [options.stride_h, options.stride_w];
        let window = self.window([rows, columns], stride, options.padding)?;
        let operation = match code {
            MAX_POOL_2D => Operation::MaxPool { window },
            _ => Operation::AveragePool { window },
        };
        Ok((operation, self.function(options.activation)?))
    }

    fn mean(&self) -> Result<(Operation, Function), ModelError> {
        let [input, axes] = self.inputs[..] else {
            return Err(ModelError::Arity {
                node: self.index,
                operator: self.operator,
                what: "inputs",
                found: self.inputs.len(),
            });
        };
        let mut axes = self.reader.words(axes)?;
        axes.iter_mut()
            .filter(|axis| **axis < 0)
            .for_each(|axis| *axis = axis.saturating_add(4));
        axes.sort_unstable();
        if self.reader.rank(input)? != 4 || axes != [1, 2] {
            return Err(self.unsupported(
                " over these axes",
                "mean over rows and columns, axes 1 and 2 of 4 dimensions",
            ));
        }
        let elements = self.input().shape.positions();
        let rescale = quantise::mean(self.input().scale, self.output.scale, elements);
        Ok((Operation::Mean { rescale }, Function::None))
    }

    /// The output has the quantisation of the input.
    fn check_scale(&self) -> Result<(), ModelError> {
        let (input, output) = (self.input(), &self.output);
        match input.scale == output.scale && input.zero_point == output.zero_point {
            true => Ok(()),
            false => {
                let nearest = "output with the scale and the zero point of the input";
                Err(self.unsupported(" with a change of scale", nearest))
            }
        }
    }

    fn add(&self) -> Result<(Operation, Function), ModelError> {
        let options = AddOptions::read(self.table.options()?)?;
        if self.read[0].shape != self.read[1].shape {
            let special = format!(" of {}", self.read[1].shape);
            return Err(self.unsupported(&special, "add of two tensors of one shape"));
        }
        let scales = [self.read[0].scale, self.read[1].scale];
        let (rescales, rescale) = quantise::addition(scales, self.output.scale);
        let operand = |side: usize| Operand {
            rescale: rescales[side],
            zero_point: self.read[side].zero_point,
        };
        let operation = Operation::Add {
            operands: [operand(0), operand(1)],
            rescale,
        };
        Ok((operation, self.function(options.activation)?))
    }

    fn relu(&self, code: i32) -> Result<(Operation, Function), ModelError> {
        if code == RELU {
            let rescale = quantise::relu(self.input().scale, self.output.scale);
            return Ok((Operation::Relu { rescale }, Function::Relu));
        }
        // ReLU6 compares codes: it does not rescale.
        self.check_scale()?;
        let rescale = Rescale::ONE;
        Ok((Operation::Relu { rescale }, Function::Relu6))
    }
}
