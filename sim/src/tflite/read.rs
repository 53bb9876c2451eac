//! From the bytes of a model to a network.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fs;
use std::path::Path;

use super::error::ModelError;
use super::operator;
use super::schema::{
    self, BufferTable, OperatorCode, OperatorTable, SubGraph, Tables, TensorTable,
};
use crate::array::Shape;
use crate::network::{Activation, Network};

/// Most elements of a tensor.
const ELEMENTS_MAX: u64 = 1 << 28;
const INT8: i8 = 9;
const INT32: i8 = 2;

/// Reads the model in a file.
///
/// # Errors
/// If the file cannot be read, and those of [`read`].
pub fn open(path: &Path) -> Result<Network, ModelError> {
    let bytes = fs::read(path).map_err(|error| ModelError::Unreadable {
        path: path.display().to_string(),
        reason: error.to_string(),
    })?;
    read(&bytes)
}

/// Reads the bytes of a model.
///
/// # Errors
/// Another format, a damaged file, more than one subgraph, tensors that are not int8, operators that are not computed.
pub fn read(bytes: &[u8]) -> Result<Network, ModelError> {
    if bytes.get(4..8) != Some(b"TFL3") {
        return Err(ModelError::Format);
    }
    let model = schema::root(bytes)?;
    let subgraphs = model.subgraphs()?;
    if subgraphs.len() != 1 {
        return Err(ModelError::Subgraphs {
            found: subgraphs.len(),
        });
    }
    let graph = element::<SubGraph<'_>>(subgraphs, "subgraph", 0)?;
    let reader = Reader {
        codes: model.operator_codes()?,
        buffers: model.buffers()?,
        tensors: graph.tensors()?,
    };
    reader.network(&graph)
}

/// An element of a list.
fn element<'a, T: planus::TableRead<'a>>(
    tables: Tables<'a>,
    what: &'static str,
    index: i64,
) -> Result<T, ModelError> {
    let missing = ModelError::Reference {
        what,
        index,
        count: tables.len(),
    };
    let Ok(place) = usize::try_from(index) else {
        return Err(missing);
    };
    Ok(tables.get(place).ok_or(missing)??)
}

/// A constant with its extent and, where it is quantised, its scales.
pub(super) struct Constant<'a> {
    pub dims: Vec<u32>,
    pub scales: Vec<f32>,
    pub data: &'a [u8],
}

/// The lists of a model.
pub(super) struct Reader<'a> {
    codes: Tables<'a>,
    buffers: Tables<'a>,
    tensors: Tables<'a>,
}

impl<'a> Reader<'a> {
    fn network(&self, graph: &SubGraph<'a>) -> Result<Network, ModelError> {
        let mut network = Network {
            activations: BTreeMap::new(),
            inputs: Vec::new(),
            outputs: Vec::new(),
            nodes: Vec::new(),
        };
        for tensor in graph.inputs()?.iter() {
            network
                .inputs
                .push(self.activation(&mut network.activations, tensor)?);
        }
        let operators = graph.operators()?;
        for (index, table) in operators.iter::<OperatorTable<'a>>().enumerate() {
            let node = operator::read(self, &mut network.activations, index, &table?)?;
            for tensor in &node.inputs {
                self.check_made(&network, *tensor)?;
            }
            network.nodes.push(node);
        }
        for tensor in graph.outputs()?.iter() {
            let tensor = self.activation(&mut network.activations, tensor)?;
            self.check_made(&network, tensor)?;
            network.outputs.push(tensor);
        }
        Ok(network)
    }

    /// A tensor is given or the output of a node so far.
    fn check_made(&self, network: &Network, tensor: usize) -> Result<(), ModelError> {
        let is_made = network.nodes.iter().any(|node| node.output == tensor);
        if is_made || network.inputs.contains(&tensor) {
            return Ok(());
        }
        let table: TensorTable<'a> = element(self.tensors, "tensor", tensor as i64)?;
        Err(wrong(
            tensor,
            &table,
            "it is read before a node makes it",
            MADE,
        )?)
    }

    /// Code of an operator of the schema. Codes up to 126 may stand in the older field alone.
    pub fn code(&self, index: u32) -> Result<i32, ModelError> {
        let code: OperatorCode<'a> = element(self.codes, "operator code", index.into())?;
        Ok(code
            .builtin_code()?
            .max(code.deprecated_builtin_code()?.into()))
    }

    /// Notes a tensor as activations; gives its index.
    pub fn activation(
        &self,
        activations: &mut BTreeMap<usize, Activation>,
        index: i32,
    ) -> Result<usize, ModelError> {
        let table: TensorTable<'a> = element(self.tensors, "tensor", index.into())?;
        let place = index.unsigned_abs() as usize;
        if let Entry::Vacant(entry) = activations.entry(place) {
            entry.insert(self.read_activation(place, &table)?);
        }
        Ok(place)
    }

    fn read_activation(
        &self,
        index: usize,
        table: &TensorTable<'a>,
    ) -> Result<Activation, ModelError> {
        if table.kind()? != INT8 {
            return Err(wrong(index, table, "activations are not int8", QUANTISE)?);
        }
        let dims = dims(index, table)?;
        let shape = match dims[..] {
            [1, height, width, channels] => Shape::new(height, width, channels),
            [1, width, channels] => Shape::new(1, width, channels),
            [1, channels] | [channels] => Shape::new(1, 1, channels),
            _ => {
                let problem = format!("an extent of {dims:?} is not that of one image");
                return Err(wrong(index, table, &problem, ONE_IMAGE)?);
            }
        };
        let (scales, zero_points) = quantisation(table)?;
        let ([scale], [zero_point]) = (&scales[..], &zero_points[..]) else {
            return Err(wrong(
                index,
                table,
                "it has not one scale and one zero point",
                QUANTISE,
            )?);
        };
        match (i8::try_from(*zero_point), *scale) {
            (Ok(zero_point), scale) if scale.is_finite() && scale > 0.0 => Ok(Activation {
                name: table.name()?.to_owned(),
                shape,
                scale,
                zero_point,
            }),
            _ => Err(wrong(
                index,
                table,
                "its scale or zero point is out of range",
                QUANTISE,
            )?),
        }
    }

    /// The weights of an operator: int8, zero point 0.
    pub fn weights(&self, index: i32) -> Result<Constant<'a>, ModelError> {
        let (place, table) = self.tensor(index)?;
        let (scales, zero_points) = quantisation(&table)?;
        if table.kind()? != INT8 || zero_points.iter().any(|zero| *zero != 0) {
            return Err(wrong(
                place,
                &table,
                "weights are not int8 with zero point 0",
                QUANTISE,
            )?);
        }
        if scales.is_empty()
            || scales
                .iter()
                .any(|scale| !scale.is_finite() || *scale <= 0.0)
        {
            return Err(wrong(place, &table, "a scale is out of range", QUANTISE)?);
        }
        self.constant(place, &table, scales, 1)
    }

    /// Number of dimensions of a tensor.
    pub fn rank(&self, index: i32) -> Result<usize, ModelError> {
        Ok(self.tensor(index)?.1.shape()?.len())
    }

    /// Axis along which the scales of a tensor change.
    pub fn axis(&self, index: i32) -> Result<i32, ModelError> {
        let (_, table) = self.tensor(index)?;
        Ok(match table.quantization()? {
            Some(quantisation) => quantisation.quantized_dimension()?,
            None => 0,
        })
    }

    /// A list of int32, as a bias is.
    pub fn words(&self, index: i32) -> Result<Vec<i32>, ModelError> {
        let (place, table) = self.tensor(index)?;
        if table.kind()? != INT32 {
            return Err(wrong(place, &table, "it is not int32", QUANTISE)?);
        }
        let constant = self.constant(place, &table, Vec::new(), 4)?;
        let words = constant.data.chunks_exact(4);
        Ok(words
            .map(|word| {
                word.iter()
                    .rev()
                    .fold(0, |bits, byte| bits << 8 | u32::from(*byte)) as i32
            })
            .collect())
    }

    fn tensor(&self, index: i32) -> Result<(usize, TensorTable<'a>), ModelError> {
        let table = element(self.tensors, "tensor", index.into())?;
        Ok((index.unsigned_abs() as usize, table))
    }

    fn constant(
        &self,
        index: usize,
        table: &TensorTable<'a>,
        scales: Vec<f32>,
        bytes: u64,
    ) -> Result<Constant<'a>, ModelError> {
        let dims = dims(index, table)?;
        let count: u64 = dims.iter().map(|extent| u64::from(*extent)).product();
        let buffer: BufferTable<'a> = element(self.buffers, "buffer", table.buffer()?.into())?;
        let data = buffer.data()?.get(..(count * bytes) as usize);
        match data {
            Some(data) => Ok(Constant { dims, scales, data }),
            None => Err(wrong(
                index,
                table,
                "its constant is missing or too short",
                CONSTANT,
            )?),
        }
    }
}

const QUANTISE: &str =
    "convert with full integer quantisation: int8 activations and weights, int32 bias";
const ONE_IMAGE: &str = "convert with a batch of 1 and at most 4 dimensions, channels last";
const CONSTANT: &str = "weights, bias and axes must be constants of the model";
const MADE: &str = "read inputs of the network and outputs of earlier nodes; operands that are constants are not supported";
const SMALLER: &str = "use tensors of at most 2^28 elements, each dimension at least 1";

fn wrong(
    tensor: usize,
    table: &TensorTable<'_>,
    problem: &str,
    cure: &'static str,
) -> Result<ModelError, ModelError> {
    Ok(ModelError::Tensor {
        tensor,
        name: table.name()?.to_owned(),
        problem: problem.to_owned(),
        cure,
    })
}

/// Dimensions of a tensor, each at least 1; a scalar has one.
fn dims(index: usize, table: &TensorTable<'_>) -> Result<Vec<u32>, ModelError> {
    let shape = table.shape()?;
    let mut dims = Vec::new();
    let mut elements = 1_u64;
    for extent in shape.iter() {
        let extent = u32::try_from(extent).unwrap_or(0);
        elements = elements.saturating_mul(extent.into());
        if extent == 0 || elements > ELEMENTS_MAX {
            return Err(wrong(index, table, "a dimension is out of range", SMALLER)?);
        }
        dims.push(extent);
    }
    if dims.is_empty() {
        dims.push(1);
    }
    Ok(dims)
}

fn quantisation(table: &TensorTable<'_>) -> Result<(Vec<f32>, Vec<i64>), ModelError> {
    Ok(match table.quantization()? {
        Some(found) => (
            found.scale()?.iter().collect(),
            found.zero_point()?.iter().collect(),
        ),
        None => (Vec::new(), Vec::new()),
    })
}
