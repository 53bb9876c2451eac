//! Networks: layers that read each other's outputs.
//!
//! A [`Network`] comes from a TensorFlow Lite model ([`crate::tflite`]); [`evaluate`] is its reference, [`Image`] what the array
//! runs.

mod channels;
mod image;
mod profile;
mod softmax;

use std::collections::BTreeMap;

use crate::array::{Layer, LayerError, Shape, Tensor};
use crate::golden;

pub use image::{Image, Place, Step};
pub use profile::{
    LayerTime, NetworkProfile, NoEnd, ProfiledLayer, ProfiledSample, predict, profiled_layers,
};
pub use softmax::Softmax;

/// Activations between nodes.
#[derive(Debug, Clone, PartialEq)]
pub struct Activation {
    /// Name in the model.
    pub name: String,
    /// Extent of one image; a list of n elements is 1x1xn.
    pub shape: Shape,
    /// Real value of a step of the code.
    pub scale: f32,
    /// Code of the real value zero.
    pub zero_point: i8,
}

/// What a node does.
#[derive(Debug, Clone, PartialEq)]
pub enum Work {
    /// A layer of the array.
    Array(Layer),
    /// Computed by the driver.
    Softmax(Softmax),
    /// The same codes under another shape.
    Reshape,
}

/// One step of a network.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Name of its operator.
    pub operator: &'static str,
    /// Tensors that it reads.
    pub inputs: Vec<usize>,
    /// Tensor that it makes.
    pub output: usize,
    /// What it does.
    pub work: Work,
}

/// A network of int8 layers, in the order in which they run.
#[derive(Debug, Clone, PartialEq)]
pub struct Network {
    /// Activations by the index of their tensor in the model.
    pub activations: BTreeMap<usize, Activation>,
    /// Tensors that are given.
    pub inputs: Vec<usize>,
    /// Tensors that are asked for.
    pub outputs: Vec<usize>,
    /// Nodes.
    pub nodes: Vec<Node>,
}

impl Network {
    /// A tensor of the network from its codes, row by row, channels last; nothing if there is no such tensor or the number
    /// of codes is another.
    pub fn tensor(&self, tensor: usize, codes: Vec<i8>) -> Option<Tensor> {
        let activation = self.activations.get(&tensor)?;
        let fits = codes.len() == activation.shape.len();
        fits.then_some(Tensor {
            shape: activation.shape,
            zero_point: activation.zero_point,
            codes,
        })
    }
}

/// What is known of activations: the share of positions that are not zero, for each channel of a tensor.
pub type Profiles = BTreeMap<usize, Vec<f64>>;

/// Profiles of tensors, as [`evaluate`] gives them.
pub fn profiles(tensors: &BTreeMap<usize, Tensor>) -> Profiles {
    let profile = |(tensor, value): (&usize, &Tensor)| (*tensor, value.densities());
    tensors.iter().map(profile).collect()
}

/// Computes one node.
///
/// # Errors
/// If the node refuses its inputs.
pub fn evaluate_node(
    network: &Network,
    node: &Node,
    inputs: &[&Tensor],
) -> Result<Tensor, LayerError> {
    let retyped = |codes: Vec<i8>| {
        let found = codes.len();
        network.tensor(node.output, codes).ok_or(LayerError::Count {
            what: "codes",
            found,
            wanted: network
                .activations
                .get(&node.output)
                .map_or(0, |output| output.shape.len()),
        })
    };
    match (&node.work, inputs) {
        (Work::Array(layer), inputs) => {
            let output = golden::array::evaluate(layer, inputs)?;
            retyped(output.codes)
        }
        (Work::Softmax(softmax), [input]) => retyped(softmax.evaluate(&input.codes)),
        (Work::Reshape, [input]) => retyped(input.codes.clone()),
        _ => Err(LayerError::Count {
            what: "inputs",
            found: inputs.len(),
            wanted: 1,
        }),
    }
}

/// Computes all tensors of a network from its inputs.
///
/// # Errors
/// If an input is missing or does not suit.
pub fn evaluate(
    network: &Network,
    inputs: BTreeMap<usize, Tensor>,
) -> Result<BTreeMap<usize, Tensor>, LayerError> {
    let mut tensors = inputs;
    for node in &network.nodes {
        let found: Vec<&Tensor> = node.inputs.iter().filter_map(|i| tensors.get(i)).collect();
        let output = evaluate_node(network, node, &found)?;
        tensors.insert(node.output, output);
    }
    Ok(tensors)
}
