//! The command line: arguments, one module for each command, exit codes.
//!
//! Data goes to standard output, progress and problems to standard error.

mod array;
mod bench;
mod check;
mod cosim;
mod doctor;
mod exit;
mod generate;
mod graph;
mod interrupt;
mod network;
mod output;
mod profile;
mod resources;
mod schema;
mod simulate;
mod synth;
mod system;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

/// Generates hardware schedulers for accelerators that run several sparse neural networks at once.
#[derive(Debug, Parser)]
#[command(name = "dysta", version, after_help = exit::HELP)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check a configuration; print its parameters, latencies and number ranges
    Check(check::Args),
    /// Write RTL, testbench, vectors, constraints, header and documentation
    Generate(generate::Args),
    /// Print the dataflow graph of a scheduler or of a sparse compute array
    Graph(graph::Args),
    /// Run the emitted RTL in Verilator against the golden model, event by event
    Cosim(cosim::Args),
    /// Profile every layer of a network on the array for each input; write a trace for workloads
    Profile(profile::Args),
    /// Run a policy on a workload, or repeat recorded runs
    Simulate(simulate::Args),
    /// Run experiments over workloads and policies on many seeds; print means with intervals
    Bench(bench::Args),
    /// Map the hardware to a device with open tools; print area, longest paths and clock
    Synth(synth::Args),
    /// Look for the external tools and say how to install what is missing
    Doctor(doctor::Args),
    /// Print the JSON Schema of a kind of configuration, or the reference page of all keys
    Schema(schema::Args),
    /// Print the completion script of a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// Runs the command that the arguments name.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let json = cli.command.json();
    let result = interrupt::install().and_then(|()| cli.command.run());
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => exit::report(&error, json),
    }
}

impl Command {
    fn json(&self) -> bool {
        match self {
            Self::Check(args) => args.json,
            Self::Generate(args) => args.json,
            Self::Graph(args) => args.json,
            Self::Cosim(args) => args.json,
            Self::Profile(args) => args.json,
            Self::Simulate(args) => args.json,
            Self::Bench(args) => args.json(),
            Self::Synth(args) => args.json,
            Self::Doctor(args) => args.json,
            Self::Schema(_) | Self::Completions { .. } => false,
        }
    }

    fn run(&self) -> anyhow::Result<()> {
        match self {
            Self::Check(args) => check::run(args),
            Self::Generate(args) => generate::run(args),
            Self::Graph(args) => graph::run(args),
            Self::Cosim(args) => cosim::run(args),
            Self::Profile(args) => profile::run(args),
            Self::Simulate(args) => simulate::run(args),
            Self::Bench(args) => bench::run(args),
            Self::Synth(args) => synth::run(args),
            Self::Doctor(args) => doctor::run(args),
            Self::Schema(args) => schema::run(args),
            Self::Completions { shell } => completions(*shell),
        }
    }
}

fn completions(shell: clap_complete::Shell) -> anyhow::Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "dysta", &mut script);
    output::print(&String::from_utf8_lossy(&script))
}
