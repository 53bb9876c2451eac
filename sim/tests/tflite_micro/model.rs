//! Writes a drawn layer as a TensorFlow Lite model of one operator. Slots and numbers are those of its schema, version 3.

use dysta_sim::array::draw::{DrawnLayer, LayerDraw};
use dysta_sim::array::{Activation, Operation, Padding, Shape, Window};
use flatbuffers::{
    FlatBufferBuilder, ForwardsUOffset, TableFinishedWIPOffset, TableUnfinishedWIPOffset, Vector,
    WIPOffset,
};

const INT8: i8 = 9;
const INT32: i8 = 2;

type Builder = FlatBufferBuilder<'static>;
type Table = WIPOffset<TableFinishedWIPOffset>;
type Tables = WIPOffset<Vector<'static, ForwardsUOffset<TableFinishedWIPOffset>>>;

/// Byte offset of a field in the table of fields.
fn slot(field: u16) -> u16 {
    4 + 2 * field
}

/// Writes one table.
struct Fields {
    builder: Builder,
}

impl Fields {
    fn table(&mut self, fill: impl FnOnce(&mut Builder)) -> Table {
        let start: WIPOffset<TableUnfinishedWIPOffset> = self.builder.start_table();
        fill(&mut self.builder);
        self.builder.end_table(start)
    }

    fn tables(&mut self, tables: &[Table]) -> Tables {
        self.builder.create_vector(tables)
    }
}

/// One tensor of the model.
struct Place {
    shape: Vec<i32>,
    kind: i8,
    scales: Vec<f32>,
    zero_point: i64,
    /// The axis along which the scales change.
    axis: i32,
    data: Option<Vec<u8>>,
}

impl Place {
    fn activation(shape: Shape, scale: f32, zero_point: i8) -> Self {
        let extents = [1, shape.height, shape.width, shape.channels];
        Self {
            shape: extents.map(|extent| extent as i32).to_vec(),
            kind: INT8,
            scales: vec![scale],
            zero_point: zero_point.into(),
            axis: 0,
            data: None,
        }
    }
}

/// What is wrong or unusual about a model.
#[derive(Debug, Clone, Copy)]
pub struct Twist {
    /// Another operator.
    pub builtin: Option<i8>,
    /// Another fused activation.
    pub activation: Option<i8>,
    /// Dilation of the kernel.
    pub dilation: i32,
    /// Type of the first input.
    pub kind: i8,
    /// Images in the first input.
    pub batch: i32,
    /// Factor of the output's scale.
    pub scale: f32,
    /// Inputs that the network is not given.
    pub missing: usize,
    /// A softmax with this factor of the exponents instead.
    pub softmax: Option<f32>,
}

impl Twist {
    pub const NONE: Self = Self {
        builtin: None,
        activation: None,
        dilation: 1,
        kind: INT8,
        batch: 1,
        scale: 1.0,
        missing: 0,
        softmax: None,
    };

    fn apply(&self, places: &mut [Place]) {
        places[0].kind = self.kind;
        places[0].shape[0] = self.batch;
        if let Some(output) = places.last_mut() {
            output.scales[0] *= self.scale;
            if self.softmax.is_some() {
                output.scales[0] = 1.0 / 256.0;
                output.zero_point = -128;
            }
        }
    }
}

/// The model of a drawn layer.
pub fn write(spec: &LayerDraw, drawn: &DrawnLayer) -> Vec<u8> {
    twisted(spec, drawn, &Twist::NONE)
}

/// The model of a drawn layer with something changed.
pub fn twisted(spec: &LayerDraw, drawn: &DrawnLayer, twist: &Twist) -> Vec<u8> {
    let mut places = places(spec, drawn);
    twist.apply(&mut places);
    let mut fields = Fields {
        builder: FlatBufferBuilder::new(),
    };
    let tensors: Vec<Table> = (1..)
        .zip(&places)
        .map(|(buffer, place)| tensor(&mut fields, place, buffer))
        .collect();
    let tensors = fields.tables(&tensors);
    let inputs: Vec<i32> = (0..places.len() as i32 - 1).collect();
    let outputs = fields.builder.create_vector(&[places.len() as i32 - 1]);
    let operator = operator(&mut fields, spec, &drawn.layer.operation, &inputs, twist);
    let operators = fields.tables(&[operator]);
    let given = drawn.inputs.len() - twist.missing;
    let inputs = fields.builder.create_vector(&inputs[..given]);
    let graph = fields.table(|b| {
        b.push_slot_always(slot(0), tensors);
        b.push_slot_always(slot(1), inputs);
        b.push_slot_always(slot(2), outputs);
        b.push_slot_always(slot(3), operators);
    });
    let graphs = fields.tables(&[graph]);
    let code = match twist.softmax {
        Some(_) => 25,
        None => twist.builtin.unwrap_or(builtin(&drawn.layer.operation)),
    };
    let code = i32::from(code);
    let code = fields.table(|b| {
        b.push_slot_always(slot(0), code as i8);
        b.push_slot_always(slot(2), 1_i32);
        b.push_slot_always(slot(3), code);
    });
    let codes = fields.tables(&[code]);
    let buffers = buffers(&mut fields, &places);
    let buffers = fields.tables(&buffers);
    let model = fields.table(|b| {
        b.push_slot_always(slot(0), 3_u32);
        b.push_slot_always(slot(1), codes);
        b.push_slot_always(slot(2), graphs);
        b.push_slot_always(slot(4), buffers);
    });
    fields.builder.finish(model, Some("TFL3"));
    fields.builder.finished_data().to_vec()
}

/// Inputs, weights and bias, and the output.
fn places(spec: &LayerDraw, drawn: &DrawnLayer) -> Vec<Place> {
    let (layer, scales) = (&drawn.layer, &drawn.scales);
    let inputs = drawn.inputs.iter().zip(&scales.inputs);
    let mut places: Vec<Place> = inputs
        .map(|(tensor, scale)| Place::activation(tensor.shape, *scale, tensor.zero_point))
        .collect();
    if let Some(weights) = layer.operation.weights() {
        let outputs = layer.output().channels as i32;
        let [rows, columns] = spec.window.kernel.map(|extent| extent as i32);
        let (shape, axis) = match layer.operation {
            Operation::Depthwise { .. } => (vec![1, rows, columns, outputs], 3),
            Operation::FullyConnected { .. } => (vec![outputs, layer.taps() as i32], 0),
            _ => (vec![outputs, rows, columns, spec.input.channels as i32], 0),
        };
        places.push(Place {
            shape,
            kind: INT8,
            scales: scales.weights.clone(),
            zero_point: 0,
            axis,
            data: Some(weights.codes.iter().map(|code| *code as u8).collect()),
        });
        places.push(Place {
            shape: vec![outputs],
            kind: INT32,
            scales: scales
                .weights
                .iter()
                .map(|s| s * scales.inputs[0])
                .collect(),
            zero_point: 0,
            axis: 0,
            data: Some(
                weights
                    .bias
                    .iter()
                    .flat_map(|bias| bias.to_le_bytes())
                    .collect(),
            ),
        });
    }
    if let Operation::Mean { .. } = layer.operation {
        let axes = [1_i32, 2];
        places.push(Place {
            shape: vec![2],
            kind: INT32,
            scales: Vec::new(),
            zero_point: 0,
            axis: 0,
            data: Some(axes.iter().flat_map(|axis| axis.to_le_bytes()).collect()),
        });
    }
    let output = Place::activation(layer.output(), scales.output, layer.output_zero_point);
    places.push(output);
    places
}

fn tensor(fields: &mut Fields, place: &Place, buffer: u32) -> Table {
    let shape = fields.builder.create_vector(&place.shape);
    let scales = fields.builder.create_vector(&place.scales);
    let zero_points = fields
        .builder
        .create_vector(&vec![place.zero_point; place.scales.len()]);
    let quantisation = fields.table(|b| {
        b.push_slot_always(slot(2), scales);
        b.push_slot_always(slot(3), zero_points);
        b.push_slot_always(slot(6), place.axis);
    });
    fields.table(|b| {
        b.push_slot_always(slot(0), shape);
        b.push_slot_always(slot(1), place.kind);
        b.push_slot_always(slot(2), buffer);
        b.push_slot_always(slot(4), quantisation);
    })
}

/// Buffer 0 is empty by convention; one for each tensor follows.
fn buffers(fields: &mut Fields, places: &[Place]) -> Vec<Table> {
    let mut buffers = vec![fields.table(|_| {})];
    for place in places {
        let data = place
            .data
            .as_ref()
            .map(|bytes| aligned(&mut fields.builder, bytes));
        buffers.push(fields.table(|b| {
            if let Some(data) = data {
                b.push_slot_always(slot(0), data);
            }
        }));
    }
    buffers
}

/// A vector of bytes that starts at a multiple of 8, filled up with zeros: the operators read their constants as words.
fn aligned(builder: &mut Builder, bytes: &[u8]) -> WIPOffset<Vector<'static, u8>> {
    let words = bytes.len().div_ceil(8);
    builder.start_vector::<u64>(words);
    let fill = std::iter::repeat_n(&0, words * 8 - bytes.len());
    for byte in fill.chain(bytes.iter().rev()) {
        builder.push(*byte);
    }
    builder.end_vector(words * 8)
}

fn builtin(operation: &Operation) -> i8 {
    match operation {
        Operation::Add { .. } => 0,
        Operation::AveragePool { .. } => 1,
        Operation::Conv { .. } => 3,
        Operation::Depthwise { .. } => 4,
        Operation::FullyConnected { .. } => 9,
        Operation::MaxPool { .. } => 17,
        Operation::Relu { .. } => 19,
        Operation::Mean { .. } => 40,
    }
}

fn operator(
    fields: &mut Fields,
    spec: &LayerDraw,
    operation: &Operation,
    inputs: &[i32],
    twist: &Twist,
) -> Table {
    let inputs = fields.builder.create_vector(inputs);
    let outputs = fields.builder.create_vector(&[inputs_after(operation)]);
    let (kind, options) = options(fields, spec, operation, twist);
    fields.table(|b| {
        b.push_slot_always(slot(1), inputs);
        b.push_slot_always(slot(2), outputs);
        if let Some(options) = options {
            b.push_slot_always(slot(3), kind);
            b.push_slot_always(slot(4), options);
        }
    })
}

/// Index of the output tensor: it comes after all that the operator reads.
fn inputs_after(operation: &Operation) -> i32 {
    match operation {
        Operation::Add { .. } | Operation::Mean { .. } => 2,
        operation if operation.weights().is_some() => 3,
        _ => 1,
    }
}

/// Kind and table of the options of an operator.
fn options(
    fields: &mut Fields,
    spec: &LayerDraw,
    operation: &Operation,
    twist: &Twist,
) -> (u8, Option<Table>) {
    if let Some(beta) = twist.softmax {
        let table = fields.table(|b| b.push_slot_always(slot(0), beta));
        return (9, Some(table));
    }
    let activation = match spec.activation {
        Activation::None => 0_i8,
        Activation::Relu => 1,
        Activation::Relu6 => 3,
    };
    let activation = twist.activation.unwrap_or(activation);
    let window = |b: &mut Builder, window: &Window| {
        let padding = i8::from(window.padding == Padding::Valid);
        b.push_slot_always(slot(0), padding);
        b.push_slot_always(slot(1), window.stride[1] as i32);
        b.push_slot_always(slot(2), window.stride[0] as i32);
    };
    let fill = |b: &mut Builder| match operation {
        Operation::Conv { window: w, .. } => {
            window(b, w);
            b.push_slot_always(slot(3), activation);
            b.push_slot_always(slot(4), twist.dilation);
            b.push_slot_always(slot(5), twist.dilation);
        }
        Operation::Depthwise {
            window: w,
            multiplier,
            ..
        } => {
            window(b, w);
            b.push_slot_always(slot(3), *multiplier as i32);
            b.push_slot_always(slot(4), activation);
            b.push_slot_always(slot(5), 1_i32);
            b.push_slot_always(slot(6), 1_i32);
        }
        Operation::MaxPool { window: w } | Operation::AveragePool { window: w } => {
            window(b, w);
            b.push_slot_always(slot(3), w.kernel[1] as i32);
            b.push_slot_always(slot(4), w.kernel[0] as i32);
            b.push_slot_always(slot(5), activation);
        }
        // Dimensions of extent 1 are kept.
        Operation::Mean { .. } => b.push_slot_always(slot(0), true),
        _ => b.push_slot_always(slot(0), activation),
    };
    let kind = match operation {
        Operation::Conv { .. } => 1,
        Operation::Depthwise { .. } => 2,
        Operation::MaxPool { .. } | Operation::AveragePool { .. } => 5,
        Operation::FullyConnected { .. } => 8,
        Operation::Add { .. } => 11,
        Operation::Mean { .. } => 27,
        Operation::Relu { .. } => return (0, None),
    };
    (kind, Some(fields.table(fill)))
}
