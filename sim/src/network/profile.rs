//! What every layer of a network takes on the array for each of several inputs, as a trace that the scheduler's workloads read.

use std::collections::BTreeMap;
use std::fmt::Write;

use dysta_config::accelerator::Accelerator;
use miette::Diagnostic;
use serde_json::{Value, json};
use thiserror::Error;

use super::{Image, Network, Node, Step, Work};
use crate::array::Tensor;
use crate::array::stream::WORD;
use crate::golden::array::timing::{Job, Machine, Nonzeros};

/// Clocks in which a layer ends, and for each byte of the memory.
const CLOCKS_MIN: u64 = 1_000_000;
const CLOCKS_PER_BYTE: u64 = 100;
/// Words of a descriptor: address of the weights, their length in words.
const WEIGHTS: usize = 2;
const WEIGHT_WORDS: usize = 4;

/// A layer that the array runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfiledLayer {
    /// Index of its node in the network.
    pub node: usize,
    /// Its name in the trace: the index of the node and its operator.
    pub name: String,
    /// Rows, columns and channels of each input.
    pub inputs: Vec<[u32; 3]>,
    /// Rows, columns and channels of the output.
    pub output: [u32; 3],
}

impl ProfiledLayer {
    /// Elements of all inputs together.
    pub fn elements(&self) -> u64 {
        let elements = |shape: &[u32; 3]| shape.iter().map(|n| u64::from(*n)).product::<u64>();
        self.inputs.iter().map(elements).sum()
    }
}

/// What a layer took for one input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LayerTime {
    /// Clocks of the array.
    pub clocks: u64,
    /// Non-zeros of all inputs of the layer.
    pub nonzeros: u64,
}

/// A network on one of its inputs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfiledSample {
    /// Where the input came from.
    pub input: String,
    /// One entry for each layer that the array runs.
    pub times: Vec<LayerTime>,
}

/// A profile of a network.
#[derive(Debug, Clone, PartialEq)]
pub struct NetworkProfile {
    /// Name of the model, the first part of the trace's name.
    pub model: String,
    /// Where the clocks come from: `cosim` or `model`.
    pub origin: &'static str,
    /// Clocks a second.
    pub clock_hz: u64,
    /// The layers in the order in which they run.
    pub layers: Vec<ProfiledLayer>,
    /// One for each input.
    pub samples: Vec<ProfiledSample>,
}

/// The layers of a network that the array runs; what the driver computes is not scheduled.
pub fn profiled_layers(network: &Network) -> Vec<ProfiledLayer> {
    let shape = |tensor: &usize| {
        let shape = network.activations.get(tensor)?.shape;
        Some([shape.height, shape.width, shape.channels])
    };
    let layer = |(index, node): (usize, &Node)| {
        matches!(node.work, Work::Array(_)).then(|| ProfiledLayer {
            node: index,
            name: format!("{index}_{}", node.operator),
            inputs: node.inputs.iter().filter_map(shape).collect(),
            output: shape(&node.output).unwrap_or_default(),
        })
    };
    let nodes = network.nodes.iter().enumerate();
    nodes.filter_map(layer).collect()
}

/// A layer of which the timing model sees no end.
#[derive(Debug, Clone, PartialEq, Eq, Error, Diagnostic)]
#[error("node {node}, {operator}: the timing model sees no end within {limit} clocks")]
#[diagnostic(
    code(dysta::profile::no_end),
    help("report the network and the accelerator, and take the clocks from the RTL: --rtl")
)]
pub struct NoEnd {
    /// Index of the node.
    pub node: usize,
    /// Its operator.
    pub operator: &'static str,
    /// Clocks after which it was given up.
    pub limit: u64,
}

/// The times of all layers by the timing model, from every tensor as the reference has it, on a memory that answers a burst `latency`
/// clocks after it was taken.
///
/// # Errors
/// A layer that does not end.
pub fn predict(
    a: &Accelerator,
    network: &Network,
    image: &Image,
    tensors: &BTreeMap<usize, Tensor>,
    latency: u64,
) -> Result<Vec<LayerTime>, NoEnd> {
    let limit = CLOCKS_MIN + CLOCKS_PER_BYTE * image.memory.len() as u64;
    let mut times = Vec::new();
    for (index, (node, step)) in network.nodes.iter().zip(&image.steps).enumerate() {
        let Step::Array { .. } = step else {
            continue;
        };
        let found = node.inputs.iter().filter_map(|input| tensors.get(input));
        let clocks = clocks(a, (image, tensors), (node, step), latency, limit);
        times.push(LayerTime {
            nonzeros: found.map(|tensor| tensor.nonzeros() as u64).sum(),
            clocks: clocks.ok_or(NoEnd {
                node: index,
                operator: node.operator,
                limit,
            })?,
        });
    }
    Ok(times)
}

/// Clocks of one layer of the array.
fn clocks(
    a: &Accelerator,
    (image, tensors): (&Image, &BTreeMap<usize, Tensor>),
    (node, step): (&Node, &Step),
    latency: u64,
    limit: u64,
) -> Option<u64> {
    let Step::Array {
        descriptor, relaid, ..
    } = step
    else {
        return None;
    };
    let place = |tensor: &usize| {
        let moved = relaid.iter().find(|(moved, _)| moved == tensor);
        moved.map_or_else(|| image.places.get(tensor), |(_, place)| Some(place))
    };
    let zeros = |tensor: &usize| Some(place(tensor)?.nonzeros(tensors.get(tensor)?));
    let inputs: Vec<Nonzeros> = node.inputs.iter().filter_map(zeros).collect();
    let first = descriptor[WEIGHTS] as usize;
    let weights = match inputs.len() {
        1 => image
            .memory
            .get(first..first + WORD * descriptor[WEIGHT_WORDS] as usize)?,
        _ => &[],
    };
    let job = Job {
        descriptor,
        weights,
        inputs: &inputs,
        output: &image
            .places
            .get(&node.output)?
            .nonzeros(tensors.get(&node.output)?),
        order: place(node.inputs.first()?)?.order,
    };
    let timing = Machine::new(a, &job, latency)?.run(limit)?;
    Some(timing.counters.clocks)
}

impl NetworkProfile {
    /// The trace: a row for each layer of each sample. Clocks, non-zeros, their origin and the input stand in further columns.
    pub fn csv(&self) -> String {
        let mut text = String::from(
            "layer,sample,latency_s,activation_sparsity,clocks,nonzeros,origin,input\n",
        );
        for (id, sample) in self.samples.iter().enumerate() {
            for (layer, time) in self.layers.iter().zip(&sample.times) {
                let latency = time.clocks as f64 / self.clock_hz as f64;
                let sparsity = 1.0 - time.nonzeros as f64 / layer.elements() as f64;
                let _ = writeln!(
                    text,
                    "{},{id},{latency},{sparsity},{},{},{},{}",
                    layer.name,
                    time.clocks,
                    time.nonzeros,
                    self.origin,
                    quoted(&sample.input)
                );
            }
        }
        text
    }

    /// The description that stands beside all traces of the model.
    pub fn description(&self) -> Value {
        let layer = |layer: &ProfiledLayer| {
            json!({
                "name": layer.name,
                "in_shape": layer.inputs,
                "out_shape": layer.output,
            })
        };
        json!({
            "model": self.model,
            "layers": self.layers.iter().map(layer).collect::<Vec<_>>(),
        })
    }
}

/// A cell of a CSV file.
fn quoted(text: &str) -> String {
    match text.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::{MemorySource, load};

    #[test]
    fn a_profile_is_a_trace() {
        let layer = |node, name: &str, inputs: &[[u32; 3]]| ProfiledLayer {
            node,
            name: name.to_owned(),
            inputs: inputs.to_vec(),
            output: [1, 1, 5],
        };
        let time = |clocks, nonzeros| LayerTime { clocks, nonzeros };
        let profile = NetworkProfile {
            model: "net".to_owned(),
            origin: "model",
            clock_hz: 200_000_000,
            layers: vec![
                layer(0, "0_conv_2d", &[[3, 3, 7]]),
                layer(2, "2_add", &[[2, 1, 9], [2, 1, 9]]),
            ],
            samples: vec![
                ProfiledSample {
                    input: "a, \"b\".data".to_owned(),
                    times: vec![time(1001, 11), time(30, 0)],
                },
                ProfiledSample {
                    input: "c".to_owned(),
                    times: vec![time(77, 63), time(31, 35)],
                },
            ],
        };
        let source = MemorySource::new()
            .with("net.int8.csv", profile.csv())
            .with("net.json", profile.description().to_string());
        let trace = load(&source, "net.int8").expect("a trace");
        let elements: Vec<u64> = trace.layers.iter().map(|layer| layer.elements).collect();
        assert_eq!(elements, [63, 36]);
        for (index, sample) in profile.samples.iter().enumerate() {
            for (layer, time) in sample.times.iter().enumerate() {
                assert_eq!(trace.nnz(index, layer), Some(time.nonzeros as u32));
                let clocks = trace.samples[index].latency_s[layer] * 2e8;
                assert_eq!(clocks.round() as u64, time.clocks);
            }
        }
    }
}
