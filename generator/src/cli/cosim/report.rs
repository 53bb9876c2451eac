//! What a co-simulation found, as a page, as a row of a table and as JSON.

use std::fmt::Write as _;

use dysta_sim::scenario::{Difference, Scored};
use dysta_sim::schedule::{digest, of_events};
use serde_json::{Value, json};

use super::Finding;

/// Latencies from sample cycle to `dispatch_valid`, in clocks, as the hardware showed them.
struct Latency {
    min: u64,
    mean: f64,
    max: u64,
    /// Decisions whose latency is not the one that the constants predict.
    predicted_mismatches: usize,
}

impl Latency {
    fn new(finding: &Finding) -> Self {
        let observed: Vec<u64> = finding.rtl.latencies(&finding.golden).collect();
        let (timing, lanes) = (
            finding.scenario.params.timing(),
            finding.scenario.params.spec.lanes,
        );
        let predicted = finding.golden.decisions.iter().map(|decision| {
            let queue = u32::try_from(decision.queue).unwrap_or(u32::MAX);
            u64::from(timing.latency(queue, lanes))
        });
        let wrong = predicted
            .zip(&observed)
            .filter(|(predicted, seen)| predicted != *seen);
        let total: u64 = observed.iter().sum();
        Self {
            min: observed.iter().copied().min().unwrap_or(0),
            mean: total as f64 / observed.len().max(1) as f64,
            max: observed.iter().copied().max().unwrap_or(0),
            predicted_mismatches: wrong.count(),
        }
    }
}

/// One run as text.
pub fn page(finding: &Finding) -> String {
    let (system, metrics, latency) = (&finding.system, &finding.metrics, Latency::new(finding));
    let spec = &system.scheduler.spec;
    let mut text = format!(
        "{}: policy {}, digest {}\n",
        system.name,
        spec.policy.name,
        system.scheduler.digest()
    );
    let mut line = |name: &str, value: String| {
        let _ = writeln!(text, "  {name:<18}{value}");
    };
    line("workload", workload(finding));
    line(
        "decisions",
        format!(
            "{} compared, {} contested",
            finding.golden.decisions.len(),
            finding.contested
        ),
    );
    line(
        "mismatches",
        format!(
            "0 of RTL against golden model, {} of f64 at the same state",
            finding.differences.len()
        ),
    );
    if let Some(count) = finding.scores_compared {
        line("scores", format!("{count} compared, 0 differ"));
    }
    line(
        "violation rate",
        format!("{:.2} %", 100.0 * metrics.violation_rate),
    );
    line("ANTT", format!("{:.4}", metrics.antt));
    line(
        "STP",
        format!(
            "{:.4} ({:.3} inferences/s)",
            metrics.stp, metrics.inferences_per_s
        ),
    );
    line(
        "decision latency",
        format!(
            "{} to {} clocks, mean {:.2}; {} not as predicted",
            latency.min, latency.max, latency.mean, latency.predicted_mismatches
        ),
    );
    line(
        "RTL",
        format!(
            "{} clocks, {:.2} M clocks/s",
            finding.rtl.clocks,
            finding.rtl.clocks_per_second() / 1e6
        ),
    );
    line(
        "time",
        format!(
            "build {:.1} s, run {:.1} s",
            finding.build_seconds, finding.run_seconds
        ),
    );
    for difference in &finding.differences {
        let _ = writeln!(text, "  {}", difference_line(difference));
    }
    text
}

fn workload(finding: &Finding) -> String {
    let requests = finding.scenario.requests.len();
    let settings = match finding.settings.as_slice() {
        [] => format!(", seed {}", finding.system.workload.seed),
        settings => format!("; set for recordings: {}", settings.join(", ")),
    };
    format!("{requests} {}{settings}", finding.origin)
}

fn difference_line(difference: &Difference) -> String {
    let side = |scored: &Scored| {
        format!(
            "request {} (f64 score {:e} s, raw {})",
            scored.id, scored.float, scored.raw
        )
    };
    format!(
        "decision {} at cycle {}, {} candidates: hardware takes {}, f64 takes {}",
        difference.decision,
        difference.now_cycles,
        difference.queue,
        side(&difference.hardware),
        side(&difference.float)
    )
}

/// Several runs, one row each.
pub fn table(findings: &[Finding]) -> String {
    let mut text = String::from(TABLE_HEAD);
    for finding in findings {
        let (metrics, latency) = (&finding.metrics, Latency::new(finding));
        let _ = writeln!(
            text,
            "{:<10} {:>9} {:>9} {:>8} {:>8} {:>9.2} % {:>9.4} {:>9.3} {:>7} / {:.2} / {}",
            finding.system.scheduler.spec.policy.name,
            finding.golden.decisions.len(),
            finding.contested,
            0,
            finding.differences.len(),
            100.0 * metrics.violation_rate,
            metrics.antt,
            metrics.stp,
            latency.min,
            latency.mean,
            latency.max,
        );
    }
    text
}

const TABLE_HEAD: &str = "\
policy     decisions contested  RTL diff f64 diff  violations      ANTT       STP  latency min / mean / max (clocks)
";

/// One run as JSON. `origin` says for each group of keys where its figures come from.
pub fn json(finding: &Finding) -> Value {
    let (params, latency, metrics) = (
        &finding.system.scheduler,
        Latency::new(finding),
        &finding.metrics,
    );
    json!({
        "system": finding.system.name,
        "policy": params.spec.policy.name,
        "digest": params.digest(),
        "version": env!("CARGO_PKG_VERSION"),
        "clock_hz": finding.system.clock_hz,
        "workload": finding.origin,
        "settings": finding.settings,
        "requests": finding.scenario.requests.len(),
        "decisions_compared": finding.golden.decisions.len(),
        "contested_decisions": finding.contested,
        "rtl_golden_mismatches": 0,
        "scores_compared": finding.scores_compared,
        "f64_mismatches": finding.differences.len(),
        "f64_differences": finding.differences.iter().map(difference).collect::<Vec<_>>(),
        "violation_rate": metrics.violation_rate,
        "antt": metrics.antt,
        "stp": metrics.stp,
        "inferences_per_s": metrics.inferences_per_s,
        "metrics": metrics,
        "decision_latency_cycles": {
            "min": latency.min,
            "mean": latency.mean,
            "max": latency.max,
            "predicted_mismatches": latency.predicted_mismatches,
        },
        "rtl_cycles": finding.rtl.clocks,
        "cycles_per_second": finding.rtl.clocks_per_second(),
        "build_seconds": finding.build_seconds,
        "run_seconds": finding.run_seconds,
        "schedule_sha256": digest(&of_events(&finding.rtl.events)),
        "statistics": statistics(finding),
        "origin": origins(),
    })
}

/// Where the figures of a group come from: co-simulation of the RTL, or a model.
fn origins() -> Value {
    json!({
        "decisions_compared": "cosim",
        "contested_decisions": "cosim",
        "rtl_golden_mismatches": "cosim",
        "scores_compared": "cosim",
        "f64_mismatches": "model",
        "violation_rate": "cosim",
        "antt": "cosim",
        "stp": "cosim",
        "inferences_per_s": "cosim",
        "metrics": "cosim",
        "decision_latency_cycles": "cosim",
        "rtl_cycles": "cosim",
        "cycles_per_second": "cosim",
        "schedule_sha256": "cosim",
        "statistics": "cosim",
    })
}

fn difference(difference: &Difference) -> Value {
    let side = |scored: &Scored| json!({ "request": scored.id, "score_f64_s": scored.float, "score_raw": scored.raw });
    json!({
        "decision": difference.decision,
        "now_cycles": difference.now_cycles,
        "candidates": difference.queue,
        "hardware": side(&difference.hardware),
        "f64": side(&difference.float),
    })
}

fn statistics(finding: &Finding) -> Value {
    let counters = &finding.rtl.statistics;
    json!({
        "decisions": counters.decisions,
        "preemptions": counters.preemptions,
        "misses": counters.misses,
        "rejects": counters.rejects,
        "saturations": counters.saturations,
        "exposed_cycles": counters.exposed_cycles,
    })
}
