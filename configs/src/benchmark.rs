//! A benchmark that the program may rely on: workloads loaded, lists complete.

use std::path::PathBuf;

use crate::codes;
use crate::diag::{Diagnostic, Diagnostics};
use crate::fields::raw::{
    DecisionLatency, Intensity, Measure, Metric, Numerics, PenaltyScale, RawBenchmark,
    RawExperiment, beside,
};
use crate::load::{self, Loaded};
use crate::merge::is_path;
use crate::params::Predictor;
use crate::source::Located;
use crate::workload::{WorkloadSpec, check_workload};

/// Experiments over workloads and policies.
#[derive(Debug, Clone, PartialEq)]
pub struct Benchmark {
    /// Name of the preset or file.
    pub name: String,
    /// Heading of the report.
    pub title: String,
    /// Runs of each point, from 1 on.
    pub seeds: u32,
    /// Seed of the first run; the others count up.
    pub first_seed: u64,
    /// Requests of a run, in place of those of the workloads.
    pub requests: Option<u32>,
    /// Level of the intervals, between 0 and 1.
    pub confidence: f64,
    /// The experiments; names differ.
    pub experiments: Vec<Experiment>,
}

/// All combinations of the lists, none of which is empty.
#[derive(Debug, Clone, PartialEq)]
pub struct Experiment {
    /// Name in the results.
    pub name: String,
    /// Heading.
    pub title: String,
    /// What a point is.
    pub measure: Measure,
    /// The workloads with the name that was written.
    pub workloads: Vec<(String, WorkloadSpec)>,
    /// Policies by name, or by path as the program can open it; each with its place.
    pub policies: Vec<Located<String>>,
    /// How dense arrivals are; `None` leaves that to the workload.
    pub intensities: Vec<Option<Intensity>>,
    /// Deadlines in isolated latencies; `None` leaves them to the workload.
    pub slo_multipliers: Vec<Option<f64>>,
    /// Predictors of the remaining time.
    pub predictors: Vec<Predictor>,
    /// Numbers that scores are computed in.
    pub numerics: Vec<Numerics>,
    /// Cost of a preemption as a share of the layer that runs instead.
    pub preemption_costs: Vec<f64>,
    /// Scale of the waiting penalty of the dysta policies.
    pub penalty_scale: PenaltyScale,
    /// Time of a decision.
    pub decision_latency: DecisionLatency,
    /// Measures shown.
    pub metrics: Vec<Metric>,
}

/// Layers that `density_last_n` of a benchmark takes the mean of.
const WINDOW: u32 = 4;

/// Loads a benchmark by preset name or path, with the workloads it names, and applies `--set KEY=VALUE` in order.
///
/// # Errors
/// Every problem of the benchmark in one go; when there is none, every problem of its workloads.
pub fn check_benchmark(name_or_path: &str, sets: &[String]) -> Loaded<Benchmark> {
    let (raw, mut problems) = load::load_benchmark(name_or_path, sets)?;
    problems.extend(check_names(&raw));
    let experiments = raw.experiments.iter();
    let experiments: Vec<Experiment> = experiments
        .map(|each| experiment(each, &mut problems))
        .collect();
    problems.finish(Benchmark {
        title: raw
            .title
            .map_or_else(|| raw.name.clone(), |title| title.value),
        name: raw.name,
        seeds: raw.seeds.value,
        first_seed: raw.first_seed.value,
        requests: raw.requests.map(|requests| requests.value),
        confidence: raw.confidence.value,
        experiments,
    })
}

fn experiment(raw: &RawExperiment, problems: &mut Diagnostics) -> Experiment {
    let workloads = raw
        .workloads
        .iter()
        .filter_map(|name| workload(name, problems));
    Experiment {
        name: raw.name.value.clone(),
        title: raw.title.value.clone(),
        measure: raw.measure.value,
        workloads: workloads.collect(),
        policies: raw.policies.iter().map(resolved).collect(),
        intensities: intensities(raw),
        slo_multipliers: or_own(&raw.slo_multipliers, |slo| slo),
        predictors: values(&raw.predictors).into_iter().map(windowed).collect(),
        numerics: values(&raw.numerics),
        preemption_costs: values(&raw.preemption_costs),
        penalty_scale: raw.penalty_scale.value,
        decision_latency: raw.decision_latency.value,
        metrics: metrics(raw),
    }
}

fn values<T: Copy>(list: &[Located<T>]) -> Vec<T> {
    list.iter().map(|each| each.value).collect()
}

/// The values of a list, or a single `None` where it is empty.
fn or_own<T: Copy, U>(list: &[Located<T>], value: impl Fn(T) -> U) -> Vec<Option<U>> {
    match list.is_empty() {
        true => vec![None],
        false => list.iter().map(|each| Some(value(each.value))).collect(),
    }
}

fn intensities(raw: &RawExperiment) -> Vec<Option<Intensity>> {
    match raw.loads.is_empty() {
        true => or_own(&raw.rates_per_s, Intensity::RatePerS),
        false => or_own(&raw.loads, Intensity::Load),
    }
}

fn windowed(predictor: Predictor) -> Predictor {
    match predictor {
        Predictor::DensityLastN(_) => Predictor::DensityLastN(WINDOW),
        other => other,
    }
}

fn metrics(raw: &RawExperiment) -> Vec<Metric> {
    match (raw.metrics.is_empty(), raw.measure.value) {
        (false, _) => values(&raw.metrics),
        (true, Measure::Runs) => vec![Metric::ViolationRate, Metric::Antt],
        (true, Measure::MaxLoad) => vec![Metric::MaxLoad],
        (true, Measure::Predictors) => vec![Metric::PredictionRmse],
    }
}

/// A path as the program can open it; names of presets stay.
fn resolved(name: &Located<String>) -> Located<String> {
    match is_path(&name.value) {
        true => name.clone().map(|_| file_name(beside(name))),
        false => name.clone(),
    }
}

/// A path with a folder part, so that it is never taken for a preset.
fn file_name(path: PathBuf) -> String {
    let name = path.display().to_string();
    match name.contains('/') {
        true => name,
        false => format!("./{name}"),
    }
}

fn workload(name: &Located<String>, problems: &mut Diagnostics) -> Option<(String, WorkloadSpec)> {
    match check_workload(&resolved(name).value, &[]) {
        Ok((spec, warnings)) => {
            problems.extend(warnings);
            Some((name.value.clone(), spec))
        }
        Err(found) => {
            let placed = |problem: Diagnostic| match problem.place {
                Some(_) => problem,
                None => problem.at(name.place()),
            };
            problems.extend(found.into_iter().map(placed));
            None
        }
    }
}

fn check_names(raw: &RawBenchmark) -> Vec<Diagnostic> {
    let mut seen: Vec<&str> = Vec::new();
    let mut problems = Vec::new();
    for experiment in &raw.experiments {
        let name = experiment.name.value.as_str();
        if seen.contains(&name) {
            let message = format!("two experiments are called `{name}`");
            let hint = "rename one; results are found by the name of their experiment";
            let problem = Diagnostic::error(&codes::CONFLICT, message, hint);
            problems.push(problem.at(experiment.name.place()).label("used before"));
        }
        seen.push(name);
    }
    problems
}
