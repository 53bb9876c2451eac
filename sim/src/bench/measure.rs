//! The measures of a point: what they are called, how they are written, which direction is better.

use dysta_config::fields::raw::{Metric, word};

/// The name of a measure in results: its word in the field table.
pub fn name(metric: Metric) -> &'static str {
    word(metric)
}

/// The name of a measure in headings, with its unit.
pub fn title(metric: Metric) -> &'static str {
    match metric {
        Metric::ViolationRate => "violations (%)",
        Metric::Antt => "ANTT",
        Metric::Stp => "STP",
        Metric::InferencesPerS => "inferences/s",
        Metric::Fairness => "fairness (Jain)",
        Metric::LatencyP50S => "latency p50 (ms)",
        Metric::LatencyP95S => "latency p95 (ms)",
        Metric::LatencyP99S => "latency p99 (ms)",
        Metric::LatencyP999S => "latency p99.9 (ms)",
        Metric::SlowdownP50 => "slowdown p50",
        Metric::SlowdownP95 => "slowdown p95",
        Metric::SlowdownP99 => "slowdown p99",
        Metric::SlowdownP999 => "slowdown p99.9",
        Metric::SlowdownMax => "largest slowdown",
        Metric::Preemptions => "preemptions",
        Metric::QueueMean => "queue, mean",
        Metric::QueueMax => "queue, largest",
        Metric::MaxLoad => "largest load",
        Metric::PredictionRmse => "RMSE of remaining time / mean isolated",
    }
}

/// What a value is multiplied by to be shown in the unit of its title.
pub fn shown(metric: Metric, value: f64) -> f64 {
    match metric {
        Metric::ViolationRate => value * 100.0,
        Metric::LatencyP50S | Metric::LatencyP95S | Metric::LatencyP99S | Metric::LatencyP999S => {
            value * 1000.0
        }
        _ => value,
    }
}

/// A value in the unit of the title, with the digits that tell something.
pub fn text(metric: Metric, value: f64) -> String {
    let value = shown(metric, value);
    let digits = match metric {
        Metric::PredictionRmse => 4,
        Metric::Preemptions | Metric::QueueMax => 1,
        Metric::Fairness | Metric::MaxLoad => 3,
        _ => 2,
    };
    // A rounded zero has no sign.
    let text = format!("{value:.digits$}");
    match text.trim_start_matches('-').parse::<f64>() {
        Ok(0.0) => text.trim_start_matches('-').to_owned(),
        _ => text,
    }
}

/// Whether a smaller value is better.
pub fn smaller_is_better(metric: Metric) -> bool {
    !matches!(
        metric,
        Metric::Stp | Metric::InferencesPerS | Metric::Fairness | Metric::MaxLoad
    )
}
