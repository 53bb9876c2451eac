//! `dysta graph`.

use clap::ValueEnum;
use dysta_config::expr::{Class, Program};
use dysta_generator::graph::write;
use dysta_generator::lower;
use serde_json::{Value, json};

use super::output;
use super::system::{self, Changes};

/// Arguments of `dysta graph`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// System: a preset or a file
    system: String,
    #[command(flatten)]
    changes: Changes,
    /// Which hardware
    #[arg(long, value_enum, default_value = "scheduler")]
    part: Part,
    /// What to print
    #[arg(long, value_enum, default_value = "dot")]
    format: Format,
    /// Print JSON, as --format json
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// The scheduler
    Scheduler,
    /// The sparse compute array
    Array,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Graphviz
    Dot,
    /// A drawing
    Svg,
    /// Nodes, ports, channels, estimate, and the score with the class of each node
    Json,
}

/// Prints the dataflow graph of a scheduler or an array.
pub fn run(args: &Args) -> anyhow::Result<()> {
    let system = system::load(&args.system, &args.changes, &[])?;
    let (design, program) = match args.part {
        Part::Scheduler => {
            let params = &system.scheduler;
            (lower::scheduler(params)?, Some(&params.program))
        }
        Part::Array => (lower::array(system::accelerator(&system)?)?, None),
    };
    match args.format {
        _ if args.json => print_json(&design, program),
        Format::Json => print_json(&design, program),
        Format::Dot => output::print(&write::dot(&design.graph)),
        Format::Svg => output::print(&write::svg(&design.graph)),
    }
}

fn print_json(design: &lower::Design, program: Option<&Program>) -> anyhow::Result<()> {
    let mut graph = write::json(&design.graph)?;
    if let Some(program) = program {
        graph["score"] = score(program);
    }
    output::print_json(&graph)
}

/// The nodes of the score, each with its class.
fn score(program: &Program) -> Value {
    let candidate = |id: usize| program.nodes[id].class == Class::Candidate;
    let node = |(id, node): (usize, &dysta_config::expr::Node)| {
        json!({
            "node": id,
            "op": node.op.name(),
            "operands": node.op.operands(),
            "class": node.class,
            "format": node.format_name(),
            "width_bits": node.width(),
            "lane_clock": program.lane.stage.get(id).copied().flatten().filter(|_| candidate(id)),
        })
    };
    json!({
        "result": program.score,
        "nodes": program.nodes.iter().enumerate().map(node).collect::<Vec<_>>(),
    })
}
