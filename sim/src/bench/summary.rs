//! Results of all points as means, intervals and places.

use std::collections::BTreeMap;

use dysta_config::benchmark::Experiment;
use dysta_config::fields::raw::{Intensity, Metric};

use super::measure::smaller_is_better;
use super::plan::{Cell, Series, policy_name};
use super::run::PointResult;
use super::setup::Setup;
use super::statistics::{Bootstrap, Estimate, ranks};

/// What was found for one combination but its seeds.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// What it is.
    pub series: Series,
    /// That in words, as far as it differs from others of the experiment.
    pub label: String,
    /// Name of its policy.
    pub policy: String,
    /// Values by seed.
    pub values: BTreeMap<Metric, Vec<f64>>,
    /// Means with intervals.
    pub estimates: BTreeMap<Metric, Estimate>,
    /// Places from 1, where the entry is separated from all others of its group; only of measures that are shown.
    pub ranks: BTreeMap<Metric, Option<usize>>,
    /// Mean share of broken deadlines of each model.
    pub model_violation_rates: BTreeMap<String, f64>,
}

/// Entries in the same conditions, run on the same requests.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Index of the experiment.
    pub experiment: usize,
    /// Index of the workload in the experiment.
    pub workload: usize,
    /// How dense arrivals are.
    pub intensity: Option<Intensity>,
    /// Deadline in isolated latencies.
    pub slo_multiplier: Option<f64>,
    /// The conditions in words, the workload first.
    pub conditions: Vec<String>,
    /// The entries, in the order of the benchmark.
    pub entries: Vec<Entry>,
}

/// All groups of all experiments, in the order of the benchmark.
#[derive(Debug, Clone)]
pub struct Summary {
    /// The groups.
    pub groups: Vec<Group>,
    bootstrap: Bootstrap,
}

impl Summary {
    /// Sums up results, one for each point in the order of [`Setup::points`].
    pub fn new(setup: &Setup, results: &[PointResult]) -> Self {
        let seeds = setup.benchmark.seeds as usize;
        let bootstrap = Bootstrap::new(seeds, setup.benchmark.confidence);
        let mut groups: Vec<Group> = Vec::new();
        let experiments = setup
            .benchmark
            .experiments
            .iter()
            .zip(&setup.cells)
            .enumerate();
        let cells = experiments.flat_map(|(index, (experiment, cells))| {
            cells.iter().map(move |cell| (index, experiment, cell))
        });
        for ((index, experiment, cell), runs) in cells.zip(results.chunks(seeds)) {
            let entry = entry(experiment, cell, runs, &bootstrap);
            match groups.last_mut() {
                Some(group) if group.holds(index, cell) => group.entries.push(entry),
                _ => groups.push(group(index, experiment, cell, entry)),
            }
        }
        for group in &mut groups {
            group.rank(
                &setup.benchmark.experiments[group.experiment].metrics,
                &bootstrap,
            );
        }
        Self { groups, bootstrap }
    }

    /// The groups of an experiment.
    pub fn of_experiment(&self, experiment: usize) -> impl Iterator<Item = &Group> {
        self.groups
            .iter()
            .filter(move |group| group.experiment == experiment)
    }

    /// The mean of `one - other` in a measure, seed by seed, if both have it.
    pub fn difference(&self, metric: Metric, one: &Entry, other: &Entry) -> Option<Estimate> {
        let (one, other) = (one.values.get(&metric)?, other.values.get(&metric)?);
        Some(self.bootstrap.difference(one, other))
    }

    /// Entries that are better than `entry` in a measure, with the interval of the paired difference beside 0.
    pub fn better<'a>(&self, group: &'a Group, metric: Metric, entry: &Entry) -> Vec<&'a Entry> {
        let wins = |other: &&Entry| {
            let difference = self.difference(metric, other, entry);
            difference.is_some_and(|difference| match smaller_is_better(metric) {
                true => difference.high < 0.0,
                false => difference.low > 0.0,
            })
        };
        group.entries.iter().filter(wins).collect()
    }
}

fn group(index: usize, experiment: &Experiment, cell: &Cell, entry: Entry) -> Group {
    Group {
        experiment: index,
        workload: cell.workload,
        intensity: cell.intensity,
        slo_multiplier: cell.slo_multiplier,
        conditions: cell.conditions(experiment),
        entries: vec![entry],
    }
}

impl Group {
    fn holds(&self, experiment: usize, cell: &Cell) -> bool {
        self.experiment == experiment
            && self.workload == cell.workload
            && self.intensity == cell.intensity
            && self.slo_multiplier == cell.slo_multiplier
    }

    fn rank(&mut self, metrics: &[Metric], bootstrap: &Bootstrap) {
        for &metric in metrics {
            let values: Option<Vec<&[f64]>> = self
                .entries
                .iter()
                .map(|entry| Some(entry.values.get(&metric)?.as_slice()))
                .collect();
            let Some(values) = values else { continue };
            let places = ranks(bootstrap, &values, smaller_is_better(metric));
            for (entry, place) in self.entries.iter_mut().zip(places) {
                entry.ranks.insert(metric, place);
            }
        }
    }
}

fn entry(
    experiment: &Experiment,
    cell: &Cell,
    runs: &[PointResult],
    bootstrap: &Bootstrap,
) -> Entry {
    let mut values: BTreeMap<Metric, Vec<f64>> = BTreeMap::new();
    let mut models: BTreeMap<String, f64> = BTreeMap::new();
    for run in runs {
        for (&metric, &value) in &run.metrics {
            values.entry(metric).or_default().push(value);
        }
        for (model, rate) in &run.model_violation_rates {
            *models.entry(model.clone()).or_default() += rate / runs.len() as f64;
        }
    }
    let estimates = values
        .iter()
        .map(|(&metric, values)| (metric, bootstrap.estimate(values)));
    Entry {
        label: cell.series.label(experiment),
        policy: policy_name(experiment, cell.series.policy),
        series: cell.series.clone(),
        estimates: estimates.collect(),
        values,
        ranks: BTreeMap::new(),
        model_violation_rates: models,
    }
}
