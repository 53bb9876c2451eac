//! The static level in double arithmetic: what software knows of a profile before a request of it runs.
//!
//! Sums run over the samples in file order (or over the layers from left to right), each starting from 0, with one
//! division at the end and no compensation, so that they have the same bits as the recorded averages.

use std::collections::BTreeMap;

use crate::trace::{DataError, DataResult, Problem, ProfileTrace, SampleTrace, sum};

/// Averages of one profile, from which the scheduler's tables are made.
#[derive(Debug, Clone, PartialEq)]
pub struct ProfileStats {
    /// Profile name, as in [`ProfileTrace`].
    pub name: String,
    /// Number of layers L.
    pub layers: usize,
    /// Number of samples averaged.
    pub samples: usize,
    /// Mean latency of each layer in seconds, L entries.
    pub avg_latency_s: Vec<f64>,
    /// Mean sparsity S of each layer as recorded, 0 to 1, L entries.
    pub avg_sparsity: Vec<f64>,
    /// Mean of the integer counts of monitored non-zeros of each layer, L entries.
    pub avg_nnz: Vec<f64>,
    /// Mean time left in seconds when k layers have run, k = 0 to L (the last is 0): `avg_latency_s` summed left to right
    /// from layer k. Not a suffix sum from the end, which would round differently.
    pub remaining_s: Vec<f64>,
    /// Isolated latency in seconds: `remaining_s[0]`.
    pub isolated_s: f64,
}

impl ProfileStats {
    /// Averages over all samples of `trace`.
    pub fn new(trace: &ProfileTrace) -> Self {
        let layers = trace.layers.len();
        let count = trace.samples.len() as f64;
        let over_samples = |layer: usize, column: fn(&SampleTrace) -> &[f64]| {
            let values = trace.samples.iter().map(|sample| column(sample)[layer]);
            values.fold(0.0, |sum, value| sum + value) / count
        };
        let latencies = (0..layers)
            .map(|l| over_samples(l, |s| &s.latency_s))
            .collect();
        let mut stats = Self {
            name: trace.name.clone(),
            layers,
            samples: trace.samples.len(),
            avg_latency_s: Vec::new(),
            avg_sparsity: (0..layers)
                .map(|l| over_samples(l, |s| &s.sparsity))
                .collect(),
            avg_nnz: (0..layers)
                .map(|l| nnz_sum(trace, l) as f64 / count)
                .collect(),
            remaining_s: Vec::new(),
            isolated_s: 0.0,
        };
        stats.set_latencies(latencies);
        stats
    }

    /// The same profile with other mean latencies, for a scheduler that knows only the average of the model (see
    /// [`model_latencies`]) and not that of the pattern. Entries beyond the profile's layers are dropped, missing ones
    /// are 0.
    pub fn with_latencies(&self, avg_latency_s: &[f64]) -> Self {
        let mut latencies = avg_latency_s.to_vec();
        latencies.resize(self.layers, 0.0);
        let mut stats = self.clone();
        stats.set_latencies(latencies);
        stats
    }

    fn set_latencies(&mut self, latencies: Vec<f64>) {
        self.remaining_s = (0..=self.layers).map(|k| sum(&latencies[k..])).collect();
        self.isolated_s = self.remaining_s[0];
        self.avg_latency_s = latencies;
    }
}

/// Exact sum of the counts of a layer: at most 2^32 samples of 32 bits fit.
fn nnz_sum(trace: &ProfileTrace, layer: usize) -> u64 {
    let counts = (0..trace.samples.len()).filter_map(|sample| trace.nnz(sample, layer));
    counts.map(u64::from).sum()
}

/// Mean latency in seconds of each layer of each model over all its patterns, keyed by model.
///
/// The patterns are weighted by their number of samples: `count * average` is summed over the profiles in list order
/// starting from 0, then divided once by the total count. A model with a single profile goes through the same steps.
///
/// Fails if two patterns of a model differ in their number of layers.
pub fn model_latencies(profiles: &[ProfileTrace]) -> DataResult<BTreeMap<String, Vec<f64>>> {
    let mut totals: BTreeMap<String, (f64, Vec<f64>)> = BTreeMap::new();
    for profile in profiles {
        let stats = ProfileStats::new(profile);
        let entry = totals.entry(profile.model.clone());
        let (count, sums) = entry.or_insert_with(|| (0.0, vec![0.0; stats.layers]));
        check_layers(profile, sums.len())?;
        *count += stats.samples as f64;
        for (sum, average) in sums.iter_mut().zip(&stats.avg_latency_s) {
            *sum += stats.samples as f64 * average;
        }
    }
    let divide = |(model, (count, sums)): (String, (f64, Vec<f64>))| {
        (model, sums.into_iter().map(|sum| sum / count).collect())
    };
    Ok(totals.into_iter().map(divide).collect())
}

fn check_layers(profile: &ProfileTrace, first: usize) -> DataResult<()> {
    let second = profile.layers.len();
    if first == second {
        return Ok(());
    }
    let model = profile.model.clone();
    let problem = Problem::UnequalPatterns {
        model,
        first,
        second,
    };
    Err(DataError::of_file(&profile.name, problem))
}
