//! `dysta cosim --layer`: one layer on the Verilated array, compared byte by byte with the reference.

use dysta_config::suite::{LayerSpec, check_layer};
use dysta_sim::cosim::{LayerFigures, LayerRunError, MemoryOptions, run_layer};
use serde_json::json;

use super::Args;
use crate::cli::array::{fitting, model};
use crate::cli::bench::{LayerFailure, load_suite};
use crate::cli::{output, system};

/// Runs the layer and prints what it did.
pub fn run(args: &Args, text: &str) -> anyhow::Result<()> {
    let changes = args.changes(None);
    let loaded = system::load(&args.system, &changes, &[])?;
    let accelerator = system::accelerator(&loaded)?;
    let mut spec = layer(args, text)?;
    if let Some(seed) = args.seed {
        spec.seed = seed;
    }
    let failed = |error: LayerRunError| LayerFailure::new(&spec.name, error);
    let drawn = fitting(accelerator, &spec)?;
    let model = model(accelerator, args.trace.as_deref(), args.json)?;
    let mut session = model.session(1, args.trace.as_deref())?;
    let memory = MemoryOptions {
        read_error: args.read_error,
        write_error: args.write_error,
        ..args.memory.options(spec.seed, args.pressure)
    };
    let done = run_layer(&mut session, accelerator, &drawn, None, &memory).map_err(failed)?;
    let figures = LayerFigures::new(accelerator, &drawn, &done);
    if args.json {
        return output::print_json(&json!({
            "system": loaded.name,
            "version": env!("CARGO_PKG_VERSION"),
            "accelerator_digest": accelerator.digest(),
            "origin": "cosim",
            "layer": spec.name,
            "figures": figures,
            "mapping": done.mapping,
        }));
    }
    output::print(&page(&spec, &figures, accelerator.elements()))
}

/// A layer written in place, `kind=conv,height=8`, or the name of one in the suite.
fn layer(args: &Args, text: &str) -> anyhow::Result<LayerSpec> {
    if text.contains('=') {
        return Ok(check_layer(text)?);
    }
    let suite = load_suite(&args.suite)?;
    let found = suite.layers.iter().find(|layer| layer.name == text);
    found.cloned().ok_or_else(|| unknown(&suite.name, text))
}

fn unknown(suite: &str, name: &str) -> anyhow::Error {
    anyhow::anyhow!(
        "the suite {suite} has no layer {name}; `dysta bench array` lists them, and a layer can be written in place: --layer kind=conv,height=8,width=8,channels=16,kernel=3"
    )
}

fn page(spec: &LayerSpec, figures: &LayerFigures, elements: u32) -> String {
    let mut text = format!(
        "{}: {} output bytes equal the reference\n  {} cycles, roofline {:.0}, efficiency {:.3}, {:.2} x an ideal dense array\n  {} of {} MACs valid, {} non-zeros of the input, {} compressed bytes, {} moved\n",
        spec.name,
        figures.output_bytes_compared,
        figures.cycles,
        figures.roofline_cycles,
        figures.efficiency,
        figures.speedup_over_dense,
        figures.valid_macs,
        figures.dense_macs,
        figures.nonzeros,
        figures.compressed_bytes,
        figures.moved_bytes,
    );
    if let Some(model) = &figures.model {
        text += &format!(
            "  timing model: {} cycles, {:+.2} %\n",
            model.cycles,
            100.0 * model.error
        );
    }
    if let Some(stalls) = &figures.stalls {
        let clocks = figures.cycles.max(1) as f64 * f64::from(elements);
        let share = |(reason, idle): (&str, u64)| {
            let reason = reason.replace('_', " ");
            format!("{reason} {:.1} %", 100.0 * idle as f64 / clocks)
        };
        let shares = stalls.reasons().map(share).join(", ");
        text += &format!("  idle elements: {shares}\n");
    }
    text
}
