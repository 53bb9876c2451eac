//! The files of a finished benchmark, and its summary as data.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use dysta_config::fields::raw::{Choice, Intensity, Metric, word};
use dysta_sim::bench::plan::{policy_name, predictor_name};
use dysta_sim::bench::{Entry, Group, Point, PointResult, Setup, Summary, measure};
use dysta_sim::report::figure::Figure;
use serde_json::{Map, Value, json};

use crate::cli::interrupt;

/// Writes a file so that it appears as a whole or not at all.
pub fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    std::fs::create_dir_all(folder)?;
    let mut file = readable().tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.persist(path)?;
    Ok(())
}

/// Writes figures below a folder, each to `NAME.svg`.
pub fn write_figures(folder: &Path, figures: &[(&str, Figure)]) -> anyhow::Result<()> {
    interrupt::whole(|| {
        for (name, figure) in figures {
            write(&folder.join(format!("{name}.svg")), &figure.svg())?;
        }
        Ok(())
    })
}

/// Files as any program makes them, and not for the owner alone.
fn readable<'a, 'b>() -> tempfile::Builder<'a, 'b> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder
}

/// All points with all their measures, one line each.
pub fn csv(setup: &Setup, points: &[Point], results: &[PointResult]) -> String {
    let mut text = String::from(
        "experiment,workload,load,rate_per_s,slo_multiplier,policy,predictor,numerics,preemption_cost,seed",
    );
    for (name, _) in Metric::WORDS {
        text.push_str(&format!(",{name}"));
    }
    text.push('\n');
    for (point, result) in points.iter().zip(results) {
        text.push_str(&coordinates(setup, point));
        for (_, metric) in Metric::WORDS {
            let value = result.metrics.get(metric).map(f64::to_string);
            let _ = write!(text, ",{}", value.unwrap_or_default());
        }
        text.push('\n');
    }
    text
}

fn coordinates(setup: &Setup, point: &Point) -> String {
    let experiment = setup.experiment(point);
    let (cell, series) = (&point.cell, &point.cell.series);
    let number = |value: Option<f64>| value.map_or_else(String::new, |value| value.to_string());
    let (load, rate) = match cell.intensity {
        Some(Intensity::Load(load)) => (Some(load), None),
        Some(Intensity::RatePerS(rate)) => (None, Some(rate)),
        _ => (None, None),
    };
    let parts = [
        experiment.name.clone(),
        experiment.workloads[cell.workload].0.replace(',', "_"),
        number(load),
        number(rate),
        number(cell.slo_multiplier),
        policy_name(experiment, series.policy),
        series.predictor.map_or("", predictor_name).to_owned(),
        word(series.numerics).to_owned(),
        series.preemption_cost.to_string(),
        point.seed.to_string(),
    ];
    parts.join(",")
}

/// Means with intervals and places, by experiment.
pub fn json(setup: &Setup, summary: &Summary) -> Value {
    let benchmark = &setup.benchmark;
    let experiments = benchmark.experiments.iter().enumerate();
    let experiment = |(index, experiment): (usize, &dysta_config::benchmark::Experiment)| {
        let groups: Vec<Value> = summary.of_experiment(index).map(group).collect();
        json!({ "name": experiment.name, "title": experiment.title, "groups": groups })
    };
    json!({
        "benchmark": benchmark.name,
        "config_digest": setup.digest(),
        "version": env!("CARGO_PKG_VERSION"),
        "origin": "model",
        "seeds": benchmark.seeds,
        "first_seed": benchmark.first_seed,
        "confidence": benchmark.confidence,
        "experiments": experiments.map(experiment).collect::<Vec<_>>(),
    })
}

fn group(group: &Group) -> Value {
    json!({
        "conditions": group.conditions,
        "entries": group.entries.iter().map(entry).collect::<Vec<_>>(),
    })
}

fn entry(entry: &Entry) -> Value {
    let estimate = |(&metric, found): (&Metric, &dysta_sim::bench::statistics::Estimate)| {
        let place = entry.ranks.get(&metric).copied().flatten();
        let value =
            json!({ "mean": found.mean, "low": found.low, "high": found.high, "place": place });
        (measure::name(metric).to_owned(), value)
    };
    let metrics: Map<String, Value> = entry.estimates.iter().map(estimate).collect();
    json!({
        "label": entry.label,
        "policy": entry.policy,
        "metrics": metrics,
        "violation_rate_by_model": entry.model_violation_rates,
    })
}
