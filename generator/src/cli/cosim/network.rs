//! `dysta cosim --network`: a TensorFlow Lite model on the array, layer by layer.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::Context;
use dysta_config::accelerator::Accelerator;
use dysta_sim::array::Tensor;
use dysta_sim::array::draw::draw_tensor;
use dysta_sim::cosim::{ArrayModel, CosimError, NodeRun, run_network};
use dysta_sim::network::{Image, Network, Profiles, evaluate, profiles};
use dysta_sim::tflite::{self, ModelError};
use serde_json::{Value, json};

use super::{Args, output, system};
use crate::cli::array;

/// Seed where none is given.
const SEED: u64 = 1;

/// One input on its way through the network.
struct Run {
    input: String,
    nodes: Vec<NodeRun>,
}

/// Runs the network once for each input and prints what every layer did.
pub fn run(args: &Args, path: &Path) -> anyhow::Result<()> {
    let network = tflite::open(path)?;
    let inputs = inputs(args, &network)?;
    let system = system::load(&args.system, &args.changes(None), &[])?;
    let accelerator = system::accelerator(&system)?;
    let image = image(accelerator, &network, &inputs)?;
    let model = array::model(accelerator, args.trace.as_deref(), args.json)?;
    let runs = play(args, &model, &network, &image, inputs)?;
    match args.json {
        true => output::print_json(&report(path, accelerator, &network, &runs)),
        false => output::print(&page(&network, &runs)),
    }
}

/// Everything that is given to the network, by the name of its file.
type Inputs = Vec<(String, BTreeMap<usize, Tensor>)>;

fn inputs(args: &Args, network: &Network) -> anyhow::Result<Inputs> {
    if args.input.is_empty() {
        let seed = args.seed.unwrap_or(SEED);
        return Ok(vec![(format!("seed {seed}"), drawn(network, seed))]);
    }
    let read = |path: &std::path::PathBuf| {
        let mut bytes = fs::read(path).with_context(|| path.display().to_string())?;
        if args.uint8 {
            bytes.iter_mut().for_each(|byte| *byte ^= 0x80);
        }
        Ok((path.display().to_string(), given(network, &bytes)?))
    };
    args.input.iter().map(read).collect()
}

fn drawn(network: &Network, seed: u64) -> BTreeMap<usize, Tensor> {
    let tensors = (seed..).zip(&network.inputs).filter_map(|(seed, tensor)| {
        let activation = network.activations.get(tensor)?;
        let drawn = draw_tensor(activation.shape, activation.zero_point, 0.5, seed);
        Some((*tensor, drawn))
    });
    tensors.collect()
}

/// Cuts a file into the inputs of the network.
fn given(network: &Network, bytes: &[u8]) -> Result<BTreeMap<usize, Tensor>, ModelError> {
    let mut rest = bytes;
    let mut tensors = BTreeMap::new();
    for (index, tensor) in network.inputs.iter().enumerate() {
        let shape = network.activations.get(tensor).map(|found| found.shape);
        let wanted = shape.map_or(0, |shape| shape.len());
        let is_last = index + 1 == network.inputs.len();
        let refused = ModelError::Input {
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
fn image(accelerator: &Accelerator, network: &Network, inputs: &Inputs) -> anyhow::Result<Image> {
    let mut known = Profiles::new();
    if let Some((_, tensors)) = inputs.first() {
        let tensors = evaluate(network, tensors.clone()).map_err(CosimError::from)?;
        known = profiles(&tensors);
    }
    let image = Image::new(accelerator, network, &known);
    Ok(image.map_err(|(node, source)| ModelError::Layer { node, source })?)
}

fn play(
    args: &Args,
    model: &ArrayModel,
    network: &Network,
    image: &Image,
    inputs: Inputs,
) -> anyhow::Result<Vec<Run>> {
    let seed = args.seed.unwrap_or(SEED);
    let mut session = model.session(seed as u32, args.trace.as_deref())?;
    let options = args.memory.options(seed, args.pressure);
    let count = (inputs.len() * network.nodes.len()) as u64;
    let bar = output::bar(args.json, count, "layers compared");
    let mut runs = Vec::new();
    for (input, tensors) in inputs {
        let mut nodes = Vec::new();
        run_network(
            &mut session,
            network,
            image,
            tensors,
            &options,
            |_, node| {
                bar.inc(1);
                nodes.push(node);
            },
        )?;
        runs.push(Run { input, nodes });
    }
    bar.finish_and_clear();
    Ok(runs)
}

fn report(path: &Path, accelerator: &Accelerator, network: &Network, runs: &[Run]) -> Value {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    json!({
        "network": name,
        "rows": accelerator.rows,
        "columns": accelerator.columns,
        "origin": "cosim",
        "runs": runs.iter().map(|run| run_json(network, run)).collect::<Vec<_>>(),
        "different_bytes": 0,
    })
}

fn run_json(network: &Network, run: &Run) -> Value {
    let layer = |(index, node): (usize, &NodeRun)| {
        let found = &network.nodes[index];
        let shape = network.activations.get(&found.output);
        json!({
            "node": index,
            "operator": found.operator,
            "computed_by": if node.on_array { "array" } else { "driver" },
            "output_shape": shape.map(|output| output.shape.to_string()),
            "input_nonzeros": node.nonzeros,
            "latency_cycles": node.clocks,
            "relaid_inputs": node.relaid,
            "read_words": node.words[0],
            "written_words": node.words[1],
            "compared_elements": node.elements,
            "compared_bytes": node.bytes,
        })
    };
    json!({
        "input": run.input,
        "layers": run.nodes.iter().enumerate().map(layer).collect::<Vec<_>>(),
        "latency_cycles": run.nodes.iter().map(|node| node.clocks).sum::<u64>(),
        "compared_bytes": run.nodes.iter().map(|node| node.bytes).sum::<u64>(),
    })
}

fn page(network: &Network, runs: &[Run]) -> String {
    let mut page = String::new();
    for run in runs {
        page += &format!("{}\n", run.input);
        page += &format!(
            "{:>4} {:<18} {:>12} {:>10} {:>10} {:>10} {:>10}\n",
            "node", "operator", "output", "non-zeros", "clocks", "elements", "bytes"
        );
        for (index, node) in run.nodes.iter().enumerate() {
            let found = &network.nodes[index];
            let shape = network.activations.get(&found.output);
            let shape = shape.map_or(String::new(), |output| output.shape.to_string());
            let clocks = match node.on_array {
                true => node.clocks.to_string(),
                false => "driver".to_owned(),
            };
            page += &format!(
                "{index:>4} {:<18} {shape:>12} {:>10} {clocks:>10} {:>10} {:>10}\n",
                found.operator, node.nonzeros, node.elements, node.bytes
            );
        }
        let clocks: u64 = run.nodes.iter().map(|node| node.clocks).sum();
        let bytes: u64 = run.nodes.iter().map(|node| node.bytes).sum();
        page += &format!("{clocks} clocks, {bytes} bytes compared, 0 different\n\n");
    }
    page
}
