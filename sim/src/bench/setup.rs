//! A benchmark with everything loaded that its points need.

use std::collections::BTreeMap;

use dysta_config::benchmark::{Benchmark, Experiment};
use dysta_config::codes;
use dysta_config::diag::{Diagnostic, Diagnostics};
use dysta_config::fields::raw::{Measure, Numerics, PenaltyScale};
use dysta_config::params::SchedulerParams;
use dysta_config::source::Located;
use dysta_config::system::check_system;
use dysta_config::workload::ArrivalSpec;
use miette::Diagnostic as Report;
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::plan::{Cell, Point, cells, hex, points};
use crate::engine::{DecisionCost, Policy};
use crate::golden::RunError;
use crate::policies::{self, Settings};
use crate::scenario::{ScenarioError, Supply};
use crate::trace::DataError;

/// Why a benchmark cannot be run.
#[derive(Debug, Error, Report)]
pub enum BenchError {
    /// The configuration, or a policy that it names.
    #[error("{0}")]
    Config(Diagnostics),
    /// Traces, or a file of arrivals.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Data(#[from] DataError),
    /// A workload does not fit the numbers of the hardware.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Scenario(#[from] ScenarioError),
    /// A run in the numbers of the hardware did not end.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Run(#[from] RunError),
}

/// A benchmark, its workloads loaded, its policies checked.
#[derive(Debug)]
pub struct Setup {
    /// The benchmark.
    pub benchmark: Benchmark,
    /// Cells of each experiment.
    pub cells: Vec<Vec<Cell>>,
    supplies: BTreeMap<String, Supply>,
    /// Time of a decision in hardware.
    decision: DecisionCost,
    digest: String,
}

/// The scheduler whose numbers and decision latency are taken: room for every queue, so that only its arithmetic counts.
const HARDWARE: [&str; 7] = [
    "scheduler.binding.units=dedicated",
    "scheduler.capacity=1024",
    "scheduler.lanes=8",
    "scheduler.profiles=256",
    "scheduler.layers=1024",
    "scheduler.priority_bits=16",
    "scheduler.id_bits=32",
];
const SYSTEM: &str = "edge";

impl Setup {
    /// Loads the traces of all workloads and tries every policy.
    ///
    /// # Errors
    /// Every problem of policies in one go; the first of the data.
    pub fn load(benchmark: Benchmark) -> Result<Self, BenchError> {
        let supplies = supplies(&benchmark)?;
        let hardware = hardware_params(&[]).map_err(BenchError::Config)?;
        let mut problems = Diagnostics::new();
        let experiments = benchmark.experiments.iter();
        let cells = experiments.map(|experiment| {
            let predicts = check_policies(experiment, &mut problems);
            cells(experiment, &predicts)
        });
        let cells: Vec<Vec<Cell>> = cells.collect();
        if problems.has_errors() {
            return Err(BenchError::Config(problems));
        }
        Ok(Self {
            digest: digest(&benchmark, &supplies, &hardware),
            decision: DecisionCost::of_hardware(&hardware.0, hardware.1),
            benchmark,
            cells,
            supplies,
        })
    }

    /// All points, in the order of the results.
    pub fn points(&self) -> Vec<Point> {
        let experiments = self.cells.iter().enumerate();
        let all = experiments.flat_map(|(index, cells)| points(&self.benchmark, index, cells));
        all.collect()
    }

    /// The first 16 digits of the SHA-256 of all that the results depend on: lists, workloads, policies, traces, version.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The experiment of a point.
    pub fn experiment(&self, point: &Point) -> &Experiment {
        &self.benchmark.experiments[point.experiment]
    }

    /// The workload of a point.
    pub fn supply(&self, point: &Point) -> &Supply {
        let (name, _) = &self.experiment(point).workloads[point.cell.workload];
        &self.supplies[name]
    }

    /// Decision latency of the hardware.
    pub(super) fn decision(&self) -> DecisionCost {
        self.decision
    }

    /// The policy of a point, ready to run.
    pub(super) fn policy(&self, point: &Point) -> Result<Box<dyn Policy + Send>, BenchError> {
        let experiment = self.experiment(point);
        let mean = self.supply(point).profiles().mean_isolated_s();
        let name = &experiment.policies[point.cell.series.policy].value;
        policies::by_name(name, &settings(experiment, mean)).map_err(BenchError::Config)
    }
}

fn settings(experiment: &Experiment, mean_isolated_s: f64) -> Settings {
    Settings {
        penalty_scale_s: match experiment.penalty_scale {
            PenaltyScale::MeanIsolated => mean_isolated_s,
            PenaltyScale::Clock => 1.0,
        },
        mean_isolated_s,
        ..Settings::published()
    }
}

/// Parameters of the hardware with `sets` over them, and its clock in Hz.
pub(super) fn hardware_params(sets: &[String]) -> Result<(SchedulerParams, u64), Diagnostics> {
    let all = HARDWARE.iter().map(|set| (*set).to_owned());
    let sets: Vec<String> = all.chain(sets.iter().cloned()).collect();
    let (system, _) = check_system(SYSTEM, &sets)?;
    Ok((system.scheduler, system.clock_hz))
}

fn supplies(benchmark: &Benchmark) -> Result<BTreeMap<String, Supply>, BenchError> {
    let mut supplies = BTreeMap::new();
    let workloads = benchmark
        .experiments
        .iter()
        .flat_map(|experiment| &experiment.workloads);
    for (name, spec) in workloads {
        if !supplies.contains_key(name) {
            supplies.insert(name.clone(), Supply::load(spec)?);
        }
    }
    Ok(supplies)
}

/// Whether each policy uses a predictor; what cannot be run is added to `problems`.
fn check_policies(experiment: &Experiment, problems: &mut Diagnostics) -> Vec<bool> {
    let mut predicts = Vec::new();
    let in_hardware = experiment
        .numerics
        .iter()
        .any(|&numerics| numerics != Numerics::F64);
    for policy in &experiment.policies {
        let found = policies::by_name(&policy.value, &settings(experiment, 1.0));
        let found = found.map(|policy| policy.needs().gamma);
        predicts.push(found.as_ref().is_ok_and(|gamma| *gamma));
        match found {
            Err(found) => {
                problems.extend(found.into_iter().map(|problem| placed(policy, problem)));
            }
            Ok(_) if in_hardware => problems.extend(check_hardware(policy)),
            Ok(_) => {}
        }
    }
    problems.extend(check_closed_loops(experiment));
    predicts
}

/// The place in the benchmark where a policy is named, unless the problem lies in a file of the policy.
fn placed(policy: &Located<String>, problem: Diagnostic) -> Diagnostic {
    let in_file = problem
        .place
        .as_ref()
        .is_some_and(|place| place.file != "--set");
    if in_file {
        return problem;
    }
    let published = policies::PAPER.map(|name| format!("`{name}`")).join(", ");
    let hint = match problem.code == codes::UNKNOWN_PRESET.name {
        true => format!("{}; published policies: {published}", problem.hint),
        false => problem.hint.clone(),
    };
    Diagnostic {
        hint,
        label: None,
        ..problem
    }
    .at(policy.place())
}

/// Hardware exists for scores only.
fn check_hardware(policy: &Located<String>) -> Vec<Diagnostic> {
    let Err(found) = hardware_params(&[format!("scheduler.policy={}", policy.value)]) else {
        return Vec::new();
    };
    if !policies::PAPER.contains(&policy.value.as_str()) {
        return found
            .into_iter()
            .map(|problem| placed(policy, problem))
            .collect();
    }
    let message = format!(
        "policy `{}` has no score, so no hardware computes it",
        policy.value
    );
    let hint = "take `numerics: [f64]`, or a policy with a score, such as `dysta`";
    vec![Diagnostic::error(&codes::CONFLICT, message, hint).at(policy.place())]
}

/// A closed loop has no load to search for, and needs the f64 simulator.
fn check_closed_loops(experiment: &Experiment) -> Option<Diagnostic> {
    let closed = |spec: &ArrivalSpec| matches!(spec, ArrivalSpec::ClosedLoop { .. });
    let (name, _) = experiment
        .workloads
        .iter()
        .find(|(_, spec)| closed(&spec.arrivals))?;
    let f64_only = experiment.numerics == [Numerics::F64];
    if experiment.measure != Measure::MaxLoad && f64_only {
        return None;
    }
    let experiment = &experiment.name;
    let message = format!("experiment `{experiment}` cannot run the closed loop `{name}`");
    let hint = "take `measure: runs` and `numerics: [f64]`, or another workload";
    Some(Diagnostic::error(&codes::CONFLICT, message, hint))
}

/// Everything but names of folders, so that the same benchmark has the same digest on any machine.
fn digest(
    benchmark: &Benchmark,
    supplies: &BTreeMap<String, Supply>,
    hardware: &(SchedulerParams, u64),
) -> String {
    let mut hasher = Sha256::new();
    let mut take = |text: String| hasher.update(text.as_bytes());
    take(format!("dysta {}", env!("CARGO_PKG_VERSION")));
    take(format!("{:?} {}", hardware.0.spec, hardware.1));
    let Benchmark {
        seeds,
        first_seed,
        requests,
        ..
    } = benchmark;
    take(format!("{seeds} {first_seed} {requests:?}"));
    for experiment in &benchmark.experiments {
        take(experiment_text(experiment));
    }
    for (name, supply) in supplies {
        take(format!("{name} {}", supply.fingerprint()));
    }
    hex(&hasher.finalize(), 16)
}

/// What the points of an experiment depend on; titles and the measures shown may change.
fn experiment_text(experiment: &Experiment) -> String {
    let policy = |policy: &Located<String>| {
        let sets = [format!("scheduler.policy={}", policy.value)];
        let expression = check_system(SYSTEM, &sets).ok();
        let spec = expression.map(|(system, _)| system.scheduler.spec.policy);
        let name = policy.value.rsplit('/').next().map(str::to_owned);
        format!("{name:?} {spec:?}")
    };
    let policies: Vec<String> = experiment.policies.iter().map(policy).collect();
    let workloads: Vec<&String> = experiment.workloads.iter().map(|(name, _)| name).collect();
    let Experiment {
        name,
        measure,
        intensities,
        slo_multipliers,
        predictors,
        ..
    } = experiment;
    let Experiment {
        numerics,
        preemption_costs,
        penalty_scale,
        decision_latency,
        ..
    } = experiment;
    format!(
        "{name} {measure:?} {workloads:?} {policies:?} {intensities:?} {slo_multipliers:?} {predictors:?} {numerics:?} \
         {preemption_costs:?} {penalty_scale:?} {decision_latency:?}"
    )
}
