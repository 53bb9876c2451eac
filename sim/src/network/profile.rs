//! What every layer of a network takes on the array for each of several inputs, as a trace that the scheduler's workloads read.

use std::collections::BTreeMap;
use std::fmt::Write;

use dysta_config::accelerator::Accelerator;
use serde_json::{Value, json};

use super::{Image, Network, Node, Step, Work};
use crate::array::{Tensor, estimated_clocks};

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
    /// Where the clocks come from: `cosim` or `estimate`.
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

/// The times of all layers without hardware, from every tensor as the reference has it.
pub fn predict(
    a: &Accelerator,
    network: &Network,
    image: &Image,
    tensors: &BTreeMap<usize, Tensor>,
) -> Vec<LayerTime> {
    let steps = network.nodes.iter().zip(&image.steps);
    let time = |(node, step): (&Node, &Step)| {
        let found: Vec<&Tensor> = node.inputs.iter().filter_map(|i| tensors.get(i)).collect();
        Some(LayerTime {
            clocks: clocks(a, node, step, &found)?,
            nonzeros: found.iter().map(|tensor| tensor.nonzeros() as u64).sum(),
        })
    };
    steps.filter_map(time).collect()
}

/// Clocks of one layer, where the array runs it.
fn clocks(a: &Accelerator, node: &Node, step: &Step, inputs: &[&Tensor]) -> Option<u64> {
    let (Work::Array(layer), Step::Array { mapping, .. }) = (&node.work, step) else {
        return None;
    };
    let density = inputs.iter().map(|input| input.density()).sum::<f64>();
    let density = density / inputs.len().max(1) as f64;
    Some(estimated_clocks(a, layer, mapping, density))
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
            origin: "estimate",
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
