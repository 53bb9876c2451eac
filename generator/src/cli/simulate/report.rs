//! What a run was, as a page and as JSON.

use std::fmt::Write as _;

use dysta_config::fields::raw::Samples;
use dysta_sim::engine::{DecisionCost, Predictor};
use dysta_sim::schedule::digest;
use serde_json::{Value, json};

use super::Args;
use super::options::{Compat, Numerics};
use super::play::Played;
use crate::cli::output;

/// Prints a run.
pub fn print(args: &Args, played: &Played) -> anyhow::Result<()> {
    match args.json {
        true => output::print_json(&json(played)),
        false => output::print(&page(played)),
    }
}

fn page(played: &Played) -> String {
    let (summary, metrics) = (&played.summary, &played.metrics);
    let mut text = format!("{}: policy {}\n", played.system.name, played.policy);
    let mut line = |name: &str, value: String| {
        let _ = writeln!(text, "  {name:<18}{value}");
    };
    line("workload", workload(played));
    line("rules", rules(played));
    line("predictor", predictor(played));
    line(
        "decisions",
        format!(
            "{}, {} contested, {} preemptions, {} switches",
            summary.decisions, summary.contested, summary.preemptions, summary.switches
        ),
    );
    line(
        "live requests",
        format!(
            "mean {:.2}, largest {}",
            summary.queue_mean(),
            summary.queue_max
        ),
    );
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
        "latency",
        format!(
            "p50 {:.6} s, p99 {:.6} s, largest {:.6} s",
            metrics.latency_s.p50, metrics.latency_s.p99, metrics.latency_s.max
        ),
    );
    line("costs", costs(played));
    if played.compat == Compat::Published2023 {
        line(
            "clock went back",
            format!(
                "{} times, {:.6} s in total",
                summary.clock_back_n, summary.clock_back_s
            ),
        );
    }
    line("schedule", digest(&played.recorder.schedule));
    text
}

fn workload(played: &Played) -> String {
    let settings = match played.settings.as_slice() {
        [] => format!(", seed {}", played.system.workload.seed),
        settings => format!("; set: {}", settings.join(", ")),
    };
    format!(
        "{} {}{settings}; {} profiles, samples {}",
        played.summary.requests,
        played.origin,
        played.profiles.len(),
        samples(played)
    )
}

fn samples(played: &Played) -> &'static str {
    match played.system.workload.samples {
        Samples::Shared => "shared",
        Samples::Apart => "apart",
    }
}

fn rules(played: &Played) -> String {
    match (played.numerics, played.compat) {
        (Numerics::F64, Compat::None) => "f64, time and order of a real machine".to_owned(),
        (Numerics::F64, Compat::Published2023) => "f64, published-2023".to_owned(),
        (numerics, _) => format!("{}, golden model of the hardware", numerics.name()),
    }
}

fn predictor_name(predictor: Predictor) -> String {
    match predictor {
        Predictor::None => "none".to_owned(),
        Predictor::DensityLast => "density_last".to_owned(),
        Predictor::DensityLastN(window) => format!("density_last_n of {window}"),
        Predictor::DensityAverage => "density_average".to_owned(),
        Predictor::LatencyRatio => "latency_ratio".to_owned(),
    }
}

fn predictor(played: &Played) -> String {
    let Some(predictor) = played.predictor else {
        return "the policy uses none".to_owned();
    };
    let error = played.prediction.map(|error| {
        format!(
            ", RMSE {:.6} s ({:.2} % of the mean time left)",
            error.rmse_s(),
            100.0 * error.relative()
        )
    });
    predictor_name(predictor) + &error.unwrap_or_default()
}

fn costs(played: &Played) -> String {
    let summary = &played.summary;
    format!(
        "decisions {:.6} s ({}), preemptions {:.6} s, admissions {:.6} s of {:.6} s",
        summary.decision_s,
        decision_rule(played),
        summary.preemption_s,
        summary.admission_s,
        summary.end_s - summary.first_arrival_s,
    )
}

fn decision_rule(played: &Played) -> String {
    match played.costs.map(|costs| costs.decision) {
        Some(DecisionCost::Free) => "free".to_owned(),
        Some(DecisionCost::Fixed(seconds)) => format!("{seconds} s each"),
        Some(DecisionCost::Hardware { .. }) | None => "as the hardware".to_owned(),
    }
}

fn json(played: &Played) -> Value {
    let (summary, metrics) = (&played.summary, &played.metrics);
    json!({
        "system": played.system.name,
        "policy": played.policy,
        "version": env!("CARGO_PKG_VERSION"),
        "digest": played.system.scheduler.digest(),
        "origin": "model",
        "numerics": played.numerics.name(),
        "compat": match played.compat {
            Compat::Published2023 => "published-2023",
            Compat::None => "none",
        },
        "samples": samples(played),
        "predictor": played.predictor.map(predictor_name),
        "prediction": played.prediction.map(|error| json!({ "rmse_s": error.rmse_s(), "relative": error.relative() })),
        "clock_hz": played.system.clock_hz,
        "workload": played.origin,
        "settings": played.settings,
        "requests": summary.requests,
        "decisions": summary.decisions,
        "contested_decisions": summary.contested,
        "preemptions": summary.preemptions,
        "switches": summary.switches,
        "live_requests": { "mean": summary.queue_mean(), "max": summary.queue_max },
        "violation_rate": metrics.violation_rate,
        "antt": metrics.antt,
        "stp": metrics.stp,
        "inferences_per_s": metrics.inferences_per_s,
        "metrics": metrics,
        "costs": {
            "decision_rule": decision_rule(played),
            "decision_s": summary.decision_s,
            "preemption_s": summary.preemption_s,
            "admission_s": summary.admission_s,
        },
        "busy_s": summary.busy_s,
        "first_arrival_s": summary.first_arrival_s,
        "end_s": summary.end_s,
        "clock_back_n": summary.clock_back_n,
        "clock_back_s": summary.clock_back_s,
        "schedule_sha256": digest(&played.recorder.schedule),
    })
}
