//! `dysta check`.

use std::fmt::Write as _;

use dysta_config::accelerator::Accelerator;
use dysta_config::diag::{Code, Diagnostic, Diagnostics};
use dysta_config::expr::bound::{Analysis, analyse};
use dysta_config::params::SchedulerParams;
use dysta_config::system::System;
use dysta_generator::lower;
use dysta_sim::bounds::{inputs, score_bound};
use dysta_sim::scenario::Scenario;
use serde_json::{Value, json};

use super::array::fitting;
use super::bench::load_suite;
use super::system::{self, Changes};
use super::{exit, output, resources};

const OVERFLOW: Code = Code::new(
    "dysta::config::overflow",
    "a value that always stands at the end of its format says nothing",
);
const SATURATION: Code = Code::new(
    "dysta::config::saturation",
    "a score at the end of its format no longer tells requests apart",
);

/// Arguments of `dysta check`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// System: a preset or a file
    system: String,
    /// Layers that the array of the system must compute: a preset, or a YAML or JSON file
    #[arg(long, value_name = "FILE")]
    layers: Option<String>,
    #[command(flatten)]
    changes: Changes,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Checks a system and prints what it will be.
pub fn run(args: &Args) -> anyhow::Result<()> {
    let system = system::load(&args.system, &args.changes, &[])?;
    let scenario = system::drawn_scenario(&system)?;
    let analysis = analyse(&system.scheduler.program, &inputs(&scenario));
    let ((), warnings) = problems(&scenario).finish(())?;
    let layers = args.layers.as_deref();
    let layers = layers
        .map(|suite| fitting_layers(&system, suite))
        .transpose()?;
    let estimate = lower::scheduler(&system.scheduler)?.estimate;
    let array = system.accelerator.as_ref().map(lower::array).transpose()?;
    let array = array.map(|array| array.estimate);
    if args.json {
        let mut report = report(&system, &scenario, &analysis, &warnings);
        report["estimate"] = resources::json(&estimate);
        report["array_estimate"] = json!(array.as_ref().map(resources::json));
        if let Some(layers) = layers {
            report["accelerator"]["layers"] = layers.into();
        }
        return output::print_json(&report);
    }
    eprint!("{}", warnings.render(exit::style()));
    let mut text = text(&system, &scenario, &analysis);
    let _ = writeln!(
        text,
        "  {:<24}{}",
        "scheduler resources",
        resources::text(&estimate)
    );
    if let Some(array) = &array {
        let _ = writeln!(
            text,
            "  {:<24}{}",
            "array resources",
            resources::text(array)
        );
    }
    if let Some(layers) = layers {
        let _ = writeln!(text, "  {:<24}{layers}, each fits", "array layers");
    }
    output::print(&text)
}

/// Number of the layers of a suite, each of which the array has a way to compute.
fn fitting_layers(system: &System, suite: &str) -> anyhow::Result<usize> {
    let accelerator = system::accelerator(system)?;
    let suite = load_suite(suite)?;
    for spec in &suite.layers {
        fitting(accelerator, spec)?;
    }
    Ok(suite.layers.len())
}

/// A warning for each value that the loaded tables could drive out of its format, an error for each that they always do.
fn problems(scenario: &Scenario) -> Diagnostics {
    let hint = "lower the parameters of the policy, or raise `numbers.time_unit_cycles`";
    let bound = score_bound(scenario);
    let mut problems = Diagnostics::new();
    let always = bound.beyond.into_iter();
    problems.extend(always.map(|text| Diagnostic::error(&OVERFLOW, text, hint)));
    let possible = bound.saturating.into_iter();
    problems.extend(possible.map(|text| Diagnostic::warning(&SATURATION, text, hint)));
    problems
}

/// Numbers of candidates for which latencies are shown.
fn queues(params: &SchedulerParams) -> Vec<u32> {
    let capacity = params.spec.capacity;
    let mut queues = vec![1, 2, 4, 16, capacity / 2, capacity];
    queues.retain(|queue| (1..=capacity).contains(queue));
    queues.sort_unstable();
    queues.dedup();
    queues
}

fn text(system: &System, scenario: &Scenario, analysis: &Analysis) -> String {
    let (params, score) = (&system.scheduler, system.scheduler.program.score);
    let (spec, timing) = (&params.spec, params.timing());
    let mut text = format!(
        "{}: policy {}, digest {}\n",
        system.name,
        spec.policy.name,
        params.digest()
    );
    let mut line = |name: &str, value: String| {
        let _ = writeln!(text, "  {name:<24}{value}");
    };
    line("clock", format!("{} MHz", system.clock_hz as f64 / 1e6));
    if let Some(target) = &system.target {
        line("target", format!("{} ({})", target.name, target.part));
    }
    line("pipeline", spec.pipeline.to_string());
    line(
        "capacity",
        format!("{} requests, {} lanes", spec.capacity, spec.lanes),
    );
    line(
        "tables",
        format!("{} profiles x {} layers", spec.profiles, spec.layers),
    );
    line("time unit", format!("{} cycles", spec.time_unit_cycles));
    let constants = (timing.ii, timing.update_slot, timing.constant);
    line(
        "timing",
        format!(
            "II {}, U {}, C {} clocks",
            constants.0, constants.1, constants.2
        ),
    );
    line("decision latency", latencies(params));
    let program = &params.program;
    let (range, unit) = (analysis.nodes[score], spec.time_unit_cycles);
    line(
        "score format",
        format!(
            "{}, {} bits",
            program.nodes[score].format_name(),
            program.score_width()
        ),
    );
    line(
        "score range",
        format!(
            "{:.3} to {:.3} (times in units of {unit} cycles)",
            range.low, range.high
        ),
    );
    line(
        "score error bound",
        format!("{:.6} (same unit)", range.error),
    );
    let workload = &scenario.workload;
    let sizes = (workload.requests.len(), workload.profiles.len());
    line(
        "workload",
        format!("{} requests of {} profiles", sizes.0, sizes.1),
    );
    if let Some(accelerator) = &system.accelerator {
        array_lines(accelerator, &mut line);
    }
    text
}

fn array_lines(accelerator: &Accelerator, line: &mut impl FnMut(&str, String)) {
    let kib = |bytes: u64| format!("{:.1} KiB", bytes as f64 / 1024.0);
    let (memories, elements) = (accelerator.memories(), accelerator.elements());
    line(
        "array",
        format!(
            "{elements} processing elements, {} rows x {} columns, digest {}",
            accelerator.rows,
            accelerator.columns,
            accelerator.digest()
        ),
    );
    line(
        "array memory interface",
        format!(
            "{} bits, {} words of 16 bytes ahead",
            accelerator.memory_bits, accelerator.prefetch_words
        ),
    );
    line(
        "array activation buffer",
        format!(
            "{}, {} chunks of 32",
            kib(memories.activation_bytes),
            1_u32 << accelerator.chunk_bits
        ),
    );
    line(
        "array weight banks",
        format!(
            "{} an element, 2 x {} weights in {} columns",
            kib(memories.element_weight_bytes),
            1_u32 << accelerator.entry_bits,
            1_u32 << accelerator.segment_bits
        ),
    );
    line(
        "array partial sums",
        format!(
            "{} an element, 2 x {} sums of 32 bits",
            kib(memories.element_sum_bytes),
            1_u32 << accelerator.sum_bits
        ),
    );
}

fn array_report(accelerator: &Accelerator) -> Value {
    json!({
        "digest": accelerator.digest(),
        "processing_elements": accelerator.elements(),
        "memory_bits": accelerator.memory_bits,
        "parameters": accelerator,
        "memories": accelerator.memories(),
    })
}

/// `4 clocks for 1 candidate, 23 for 2`
fn latencies(params: &SchedulerParams) -> String {
    let latency = |queue: &u32| params.timing().latency(*queue, params.spec.lanes);
    let parts = queues(params)
        .into_iter()
        .map(|queue| format!("{} clocks at {queue}", latency(&queue)));
    parts.collect::<Vec<_>>().join(", ")
}

fn report(
    system: &System,
    scenario: &Scenario,
    analysis: &Analysis,
    warnings: &Diagnostics,
) -> Value {
    let params = &system.scheduler;
    let program = &params.program;
    let range = analysis.nodes[program.score];
    let latency = |queue: &u32| {
        json!({
            "candidates": queue,
            "decision_latency_cycles": params.timing().latency(*queue, params.spec.lanes),
        })
    };
    json!({
        "system": system.name,
        "version": env!("CARGO_PKG_VERSION"),
        "digest": params.digest(),
        "clock_hz": system.clock_hz,
        "target": system.target.as_ref().map(|target| &target.name),
        "pipeline": params.spec.pipeline,
        "parameters": params.spec,
        "timing": { "origin": "model", "constants_cycles": params.timing(), "examples": queues(params).iter().map(latency).collect::<Vec<_>>() },
        "score": {
            "origin": "model",
            "format": program.nodes[program.score].format_name(),
            "width_bits": program.score_width(),
            "low_units": range.low,
            "high_units": range.high,
            "error_bound_units": range.error,
            "unit_cycles": params.spec.time_unit_cycles,
        },
        "workload": {
            "requests": scenario.workload.requests.len(),
            "profiles": scenario.workload.stats.iter().map(|stats| &stats.name).collect::<Vec<_>>(),
            "mean_isolated_s": scenario.workload.mean_isolated_s(),
        },
        "accelerator": system.accelerator.as_ref().map(array_report),
        "warnings": warnings.to_json(),
    })
}
