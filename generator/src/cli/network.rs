//! Networks and their inputs, for all commands that run them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::Context;
use dysta_config::accelerator::Accelerator;
use dysta_sim::array::Tensor;
use dysta_sim::array::draw::draw_tensor;
use dysta_sim::cosim::CosimError;
use dysta_sim::network::{Image, Network, Profiles, evaluate, profiles};
use dysta_sim::tflite::ModelError;

/// Everything that is given to a network, by where it came from.
pub type Inputs = Vec<(String, BTreeMap<usize, Tensor>)>;

/// Share of a drawn input that is not zero.
const DENSITY: f64 = 0.5;

/// Inputs drawn by a seed.
pub fn drawn(network: &Network, seed: u64) -> (String, BTreeMap<usize, Tensor>) {
    let tensors = (seed..).zip(&network.inputs).filter_map(|(seed, tensor)| {
        let activation = network.activations.get(tensor)?;
        let drawn = draw_tensor(activation.shape, activation.zero_point, DENSITY, seed);
        Some((*tensor, drawn))
    });
    (format!("seed {seed}"), tensors.collect())
}

/// Inputs in a file: one byte for each element, uint8 or int8.
pub fn read(
    network: &Network,
    path: &Path,
    uint8: bool,
) -> anyhow::Result<BTreeMap<usize, Tensor>> {
    let mut bytes = fs::read(path).with_context(|| path.display().to_string())?;
    if uint8 {
        bytes.iter_mut().for_each(|byte| *byte ^= 0x80);
    }
    Ok(given(network, path, &bytes)?)
}

/// Cuts a file into the inputs of the network.
fn given(
    network: &Network,
    path: &Path,
    bytes: &[u8],
) -> Result<BTreeMap<usize, Tensor>, ModelError> {
    let mut rest = bytes;
    let mut tensors = BTreeMap::new();
    for (index, tensor) in network.inputs.iter().enumerate() {
        let shape = network.activations.get(tensor).map(|found| found.shape);
        let wanted = shape.map_or(0, |shape| shape.len());
        let is_last = index + 1 == network.inputs.len();
        let refused = ModelError::Input {
            path: path.display().to_string(),
            index,
            found: rest.len(),
            wanted,
        };
        let Some((codes, behind)) = rest.split_at_checked(wanted) else {
            return Err(refused);
        };
        if is_last && !behind.is_empty() {
            return Err(refused);
        }
        rest = behind;
        let codes = codes.iter().map(|byte| *byte as i8).collect();
        tensors.insert(*tensor, network.tensor(*tensor, codes).ok_or(refused)?);
    }
    Ok(tensors)
}

/// The network compiled for the profile that the first input brings.
pub fn image(
    accelerator: &Accelerator,
    network: &Network,
    inputs: &Inputs,
) -> anyhow::Result<Image> {
    let mut known = Profiles::new();
    if let Some((_, tensors)) = inputs.first() {
        let tensors = evaluate(network, tensors.clone()).map_err(CosimError::from)?;
        known = profiles(&tensors);
    }
    let image = Image::new(accelerator, network, &known);
    Ok(image.map_err(|(node, source)| ModelError::Layer { node, source })?)
}
