//! `dysta cosim --network`: a TensorFlow Lite model on the array, layer by layer.

use std::path::{Path, PathBuf};

use dysta_config::accelerator::Accelerator;
use dysta_sim::cosim::{ArrayModel, NodeRun, run_network};
use dysta_sim::network::{Image, Network};
use dysta_sim::tflite;
use serde_json::{Value, json};

use super::{Args, output, system};
use crate::cli::array;
use crate::cli::network::{Inputs, drawn, image, read};

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

fn inputs(args: &Args, network: &Network) -> anyhow::Result<Inputs> {
    if args.input.is_empty() {
        return Ok(vec![drawn(network, args.seed.unwrap_or(SEED))]);
    }
    let read = |path: &PathBuf| {
        let tensors = read(network, path, args.uint8)?;
        Ok((path.display().to_string(), tensors))
    };
    args.input.iter().map(read).collect()
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
