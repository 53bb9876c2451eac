//! The points of a benchmark: every combination of its lists, for each seed.

use std::fmt::Write;

use dysta_config::benchmark::{Benchmark, Experiment};
use dysta_config::fields::raw::{Intensity, Measure, Numerics, word};
use dysta_config::params::Predictor;
use sha2::{Digest, Sha256};

/// One run, search or comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// Index of its experiment.
    pub experiment: usize,
    /// What it has in common with the points of other seeds.
    pub cell: Cell,
    /// Seed.
    pub seed: u64,
}

/// A point without its seed.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// Index of the workload in the experiment.
    pub workload: usize,
    /// How dense arrivals are; `None` as the workload says.
    pub intensity: Option<Intensity>,
    /// Deadline in isolated latencies; `None` as the workload says.
    pub slo_multiplier: Option<f64>,
    /// What is compared with others in the same conditions.
    pub series: Series,
}

/// The part of a cell that is compared: everything that can be chosen for a machine.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Index of the policy in the experiment.
    pub policy: usize,
    /// Predictor; `None` for a policy that predicts nothing.
    pub predictor: Option<Predictor>,
    /// Numbers of the scores.
    pub numerics: Numerics,
    /// Cost of a preemption as a share of the layer that runs instead.
    pub preemption_cost: f64,
}

/// All cells of an experiment, in the order of its lists; `predicts` tells whether a policy uses a predictor, by index.
///
/// The order is workload, intensity, deadline, then series: cells that are compared stand side by side.
pub fn cells(experiment: &Experiment, predicts: &[bool]) -> Vec<Cell> {
    let all = series(experiment, predicts);
    let mut cells = Vec::new();
    for workload in 0..experiment.workloads.len() {
        for &intensity in &experiment.intensities {
            for &slo_multiplier in &experiment.slo_multipliers {
                cells.extend(all.iter().map(|series| Cell {
                    workload,
                    intensity,
                    slo_multiplier,
                    series: series.clone(),
                }));
            }
        }
    }
    cells
}

/// A policy without predictor is run once and not for each predictor; a comparison of predictors needs no other policy than
/// the first.
fn series(experiment: &Experiment, predicts: &[bool]) -> Vec<Series> {
    let policies = match experiment.measure {
        Measure::Predictors => 1,
        _ => experiment.policies.len(),
    };
    let mut all = Vec::new();
    for (policy, &predicts) in predicts.iter().enumerate().take(policies) {
        let predicts = predicts || experiment.measure == Measure::Predictors;
        let predictors: Vec<Option<Predictor>> = match predicts {
            true => experiment.predictors.iter().copied().map(Some).collect(),
            false => vec![None],
        };
        for &numerics in &experiment.numerics {
            for &preemption_cost in &experiment.preemption_costs {
                all.extend(predictors.iter().map(|&predictor| Series {
                    policy,
                    predictor,
                    numerics,
                    preemption_cost,
                }));
            }
        }
    }
    all
}

/// The points of all cells of an experiment, seed by seed.
pub fn points<'a>(
    benchmark: &'a Benchmark,
    experiment: usize,
    cells: &'a [Cell],
) -> impl Iterator<Item = Point> + 'a {
    let seeds = (0..benchmark.seeds).map(|seed| benchmark.first_seed + u64::from(seed));
    cells.iter().flat_map(move |cell| {
        seeds.clone().map(move |seed| Point {
            experiment,
            cell: cell.clone(),
            seed,
        })
    })
}

impl Point {
    /// A stable name: the first 16 hexadecimal digits of the SHA-256 of what the point is in its benchmark.
    pub fn digest(&self, benchmark: &Benchmark) -> String {
        let experiment = &benchmark.experiments[self.experiment];
        let text = format!(
            "{} {} {}",
            experiment.name,
            self.cell.key(experiment),
            self.seed
        );
        hex(&Sha256::digest(text.as_bytes()), 16)
    }
}

/// The first digits of bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8], digits: usize) -> String {
    let mut text = String::new();
    for byte in bytes.iter().take(digits.div_ceil(2)) {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

impl Cell {
    /// All coordinates in words.
    pub fn key(&self, experiment: &Experiment) -> String {
        let conditions = self.conditions(experiment).join(" ");
        format!("{conditions} {}", self.series.key(experiment))
    }

    /// Workload, intensity and deadline in words; what the workload says is left out.
    pub fn conditions(&self, experiment: &Experiment) -> Vec<String> {
        let workload = experiment.workloads[self.workload].0.clone();
        let intensity = self.intensity.and_then(intensity_text);
        let slo = self.slo_multiplier.map(|slo| format!("SLO ×{slo}"));
        [Some(workload), intensity, slo]
            .into_iter()
            .flatten()
            .collect()
    }
}

/// `load 0.9` or `45/s`.
pub fn intensity_text(intensity: Intensity) -> Option<String> {
    match intensity {
        Intensity::Load(load) => Some(format!("load {load}")),
        Intensity::RatePerS(rate) => Some(format!("{rate}/s")),
        Intensity::AsGiven => None,
    }
}

impl Series {
    /// All of it in words.
    pub fn key(&self, experiment: &Experiment) -> String {
        let predictor = self.predictor.map_or("", predictor_name);
        let numerics = word(self.numerics);
        let cost = self.preemption_cost;
        let (index, policy) = (self.policy, policy_name(experiment, self.policy));
        format!("{index}:{policy} {predictor} {numerics} {cost}")
    }

    /// In words what differs between the series of the experiment; the policy if nothing does.
    pub fn label(&self, experiment: &Experiment) -> String {
        let several = |count: usize| count > 1;
        let predictor = self.predictor.map(predictor_name);
        let numerics = Some(word(self.numerics));
        let cost = format!("preemption {}", self.preemption_cost);
        let compares = experiment.measure == Measure::Predictors;
        let parts = [
            (several(experiment.policies.len()) && !compares)
                .then(|| policy_name(experiment, self.policy)),
            predictor
                .filter(|_| several(experiment.predictors.len()) || compares)
                .map(str::to_owned),
            numerics
                .filter(|_| several(experiment.numerics.len()))
                .map(str::to_owned),
            several(experiment.preemption_costs.len()).then_some(cost),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        match parts.is_empty() {
            true => policy_name(experiment, self.policy),
            false => parts.join(", "),
        }
    }
}

/// The name of a policy without folder and ending.
pub fn policy_name(experiment: &Experiment, policy: usize) -> String {
    let name = &experiment.policies[policy].value;
    let file = name.rsplit('/').next().unwrap_or(name);
    file.split('.').next().unwrap_or(file).to_owned()
}

/// The word of a predictor.
pub fn predictor_name(predictor: Predictor) -> &'static str {
    match predictor {
        Predictor::None => "none",
        Predictor::DensityLast => "density_last",
        Predictor::DensityLastN(_) => "density_last_n",
        Predictor::DensityAverage => "density_average",
        Predictor::LatencyRatio => "latency_ratio",
    }
}
