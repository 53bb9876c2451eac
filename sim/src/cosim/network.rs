//! Runs a network on the Verilated array, layer by layer, and compares what every layer leaves in memory with the reference.

use std::collections::BTreeMap;

use miette::Diagnostic;
use thiserror::Error;

use super::array::{ArraySession, MemoryOptions};
use super::error::CosimError;
use crate::array::{LayerError, Tensor};
use crate::network::{Image, Network, Node, Place, Step, evaluate};

/// What one node did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NodeRun {
    /// Whether the array computed it, not the driver.
    pub on_array: bool,
    /// Non-zeros of the input: what `layer_done` told, or the driver counted.
    pub nonzeros: u64,
    /// Clocks from the first read burst to the last write answer; 0 beside the array.
    pub clocks: u64,
    /// Words of 16 bytes that the array read and wrote.
    pub words: [u64; 2],
    /// Elements of the output, each compared with the reference.
    pub elements: u64,
    /// Inputs that the driver laid out anew before the layer; the others are the bytes that a layer left in memory.
    pub relaid: usize,
    /// Bytes of the output in memory, compressed, each compared with the reference.
    pub bytes: u64,
}

/// A node whose outcome is not that of the reference.
#[derive(Debug, Clone, PartialEq, Eq, Error, Diagnostic)]
#[error("node {node}, {operator}: {problem}")]
#[diagnostic(
    code(cosim::layer),
    help("this is a fault of the generated hardware: report the network and the accelerator")
)]
pub struct LayerMismatch {
    /// Index of the node.
    pub node: usize,
    /// Its operator.
    pub operator: &'static str,
    /// What differs.
    pub problem: String,
}

/// A network on its way through the array.
struct Play<'a, 's> {
    session: &'a mut ArraySession<'s>,
    network: &'a Network,
    image: &'a Image,
    options: &'a MemoryOptions,
    memory: Vec<u8>,
    /// Every tensor as the reference has it.
    golden: BTreeMap<usize, Tensor>,
}

/// Runs all nodes for one set of inputs; `each` sees what every node did.
///
/// # Errors
/// An input that does not suit, a layer that does not end, a difference from the reference ([`CosimError::Layer`]).
pub fn run_network(
    session: &mut ArraySession<'_>,
    network: &Network,
    image: &Image,
    inputs: BTreeMap<usize, Tensor>,
    options: &MemoryOptions,
    mut each: impl FnMut(usize, NodeRun),
) -> Result<(), CosimError> {
    let mut memory = image.memory.clone();
    for (tensor, value) in &inputs {
        image.write(&mut memory, *tensor, value);
    }
    let mut play = Play {
        session,
        network,
        image,
        options,
        memory,
        golden: evaluate(network, inputs)?,
    };
    for (index, (node, step)) in network.nodes.iter().zip(&image.steps).enumerate() {
        each(index, play.step(index, node, step)?);
    }
    Ok(())
}

impl Play<'_, '_> {
    fn step(&mut self, index: usize, node: &Node, step: &Step) -> Result<NodeRun, CosimError> {
        let nonzeros = self.nonzeros(node);
        let mut done = NodeRun {
            on_array: matches!(step, Step::Array { .. }),
            nonzeros,
            clocks: 0,
            words: [0, 0],
            relaid: 0,
            elements: 0,
            bytes: 0,
        };
        let failed = |problem: String| CosimError::Layer(Box::new(mismatch(index, node, problem)));
        match step {
            Step::Array {
                descriptor, relaid, ..
            } => {
                let relay = |(tensor, place): &(usize, Place)| {
                    self.image.relay(&mut self.memory, *tensor, place)
                };
                if !relaid.iter().all(relay) {
                    return Err(failed("its input is not whole".into()));
                }
                done.relaid = relaid.len();
                self.check_inputs(node, relaid).map_err(failed)?;
                let limit = 1_000_000 + 100 * self.memory.len() as u64;
                let run = self
                    .session
                    .run(descriptor, &mut self.memory, self.options, limit)?;
                if run.status != 0 || run.nonzeros != nonzeros {
                    let told = format!("status {} and {} non-zeros", run.status, run.nonzeros);
                    return Err(failed(format!("{told} instead of 0 and {nonzeros}")));
                }
                done.clocks = run.clocks;
                done.words = [run.words_read, run.words_written];
            }
            Step::Host => {
                if !self.image.run_host(&mut self.memory, self.network, node)? {
                    return Err(failed("its input is not whole".into()));
                }
            }
        }
        [done.elements, done.bytes] = self.compare(node).map_err(failed)?;
        Ok(done)
    }

    /// Every input lies in memory byte by byte as the layer that made it left it, or as the driver laid it out.
    fn check_inputs(&self, node: &Node, relaid: &[(usize, Place)]) -> Result<(), String> {
        for tensor in &node.inputs {
            let moved = relaid.iter().find(|(moved, _)| moved == tensor);
            let place = moved.map_or_else(|| self.image.places.get(tensor), |(_, at)| Some(at));
            let (Some(place), Some(golden)) = (place, self.golden.get(tensor)) else {
                return Err("its input has no place".into());
            };
            if !self.memory[place.address..].starts_with(&place.packed(golden)) {
                return Err("its input in memory is not what was left there".into());
            }
        }
        Ok(())
    }

    /// Non-zeros of all inputs by the reference.
    fn nonzeros(&self, node: &Node) -> u64 {
        let inputs = node
            .inputs
            .iter()
            .filter_map(|input| self.golden.get(input));
        inputs.map(|tensor| tensor.nonzeros() as u64).sum()
    }

    /// Compares the output with the reference: every code, and every byte in memory.
    fn compare(&self, node: &Node) -> Result<[u64; 2], String> {
        let found = self.image.places.get(&node.output);
        let (Some(place), Some(golden)) = (found, self.golden.get(&node.output)) else {
            return Err("its output has no place".into());
        };
        let (tensor, bytes) = place
            .read(&self.memory)
            .ok_or_else(|| "its output is not whole".to_owned())?;
        let differs = |index: &usize| tensor.codes.get(*index) != golden.codes.get(*index);
        let count = (0..golden.codes.len()).filter(differs).count();
        if let Some(first) = (0..golden.codes.len()).find(differs) {
            let (is, wanted) = (tensor.codes[first], golden.codes[first]);
            return Err(format!(
                "{count} of {} codes differ, the first is code {first}: {is} instead of {wanted}",
                golden.codes.len()
            ));
        }
        let packed = place.packed(golden);
        match self.memory[place.address..].starts_with(&packed) {
            true => Ok([golden.codes.len() as u64, bytes]),
            false => Err("its compressed bytes differ, though no code does".into()),
        }
    }
}

fn mismatch(index: usize, node: &Node, problem: String) -> LayerMismatch {
    LayerMismatch {
        node: index,
        operator: node.operator,
        problem,
    }
}

impl From<LayerError> for CosimError {
    fn from(error: LayerError) -> Self {
        Self::Refused(Box::new(error))
    }
}
