//! The profiles a run plays on: averages that policies know, and the layers of every sample side by side.

use std::ops::Range;

use super::gamma::{Monitor, quotient};
use super::policy::Averages;
use crate::profile::{ProfileStats, model_latencies};
use crate::table::Request;
use crate::trace::{DataError, DataResult, Problem, ProfileTrace};
use crate::workload::Workload;

/// Which samples of a trace make the averages and which are run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SampleUse {
    /// All samples do both, as in the published simulator and in co-simulation.
    #[default]
    Shared,
    /// The 1st, 3rd, 5th, … sample of a trace make the averages, the others are run: nobody knows the input before it comes. A trace with
    /// one sample uses it for both.
    Apart,
}

/// One layer of one sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Row {
    /// Real latency in seconds.
    pub(super) latency_s: f64,
    /// Measured over average density.
    pub(super) ratio: f64,
}

/// Average latencies of the layers of a profile.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Table {
    /// Of each layer in seconds, L entries.
    pub(super) average_s: Vec<f64>,
    /// Of the layers left when k have run, k = 0 to L, each summed left to right.
    pub(super) remaining_s: Vec<f64>,
}

/// One profile of [`Profiles`].
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// Name of the trace.
    pub name: String,
    /// Model of which it is a pattern.
    pub model: String,
    /// Averages over the profiling samples.
    pub stats: ProfileStats,
    /// Layers L.
    layers: usize,
    /// Samples of the trace, of both kinds.
    samples: usize,
    runnable: Vec<usize>,
    pattern: Table,
    of_model: Table,
    rows: Vec<Row>,
    /// Real latency of the layers left, L + 1 entries for each sample.
    real_remaining_s: Vec<f64>,
}

/// All profiles of a run. Immutable while it runs, so that threads share it.
///
/// ```
/// use dysta_sim::engine::{Monitor, Profiles, SampleUse};
/// use dysta_sim::trace::{EmbeddedSource, load};
///
/// let trace = load(&EmbeddedSource, "person_detect.dense")?;
/// let profiles = Profiles::new(&[trace], Monitor::Nonzeros, SampleUse::Apart)?;
/// assert_eq!(profiles.list()[0].runnable()[..3], [1, 3, 5]);
/// # Ok::<(), dysta_sim::trace::DataError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Profiles {
    list: Vec<Profile>,
}

impl Profiles {
    /// Averages and layers of `traces`, which requests index.
    ///
    /// # Errors
    /// If two patterns of one model differ in their number of layers.
    pub fn new(traces: &[ProfileTrace], monitor: Monitor, samples: SampleUse) -> DataResult<Self> {
        let profiling: Vec<ProfileTrace> = traces.iter().map(|t| profiling(t, samples)).collect();
        let stats = profiling.iter().map(ProfileStats::new).collect::<Vec<_>>();
        let models = model_latencies(&profiling)?;
        let profile = |(trace, stats): (&ProfileTrace, &ProfileStats)| {
            let of_model = &models[&trace.model];
            Profile::new(
                trace,
                stats,
                &stats.with_latencies(of_model),
                monitor,
                samples,
            )
        };
        Ok(Self {
            list: traces.iter().zip(&stats).map(profile).collect(),
        })
    }

    /// The profiles of a workload as co-simulation plays it: all samples in both roles.
    ///
    /// # Errors
    /// As [`Profiles::new`].
    pub fn of_workload(workload: &Workload, monitor: Monitor) -> DataResult<Self> {
        Self::new(&workload.profiles, monitor, SampleUse::Shared)
    }

    /// The profiles in the order of the traces.
    pub fn list(&self) -> &[Profile] {
        &self.list
    }

    /// Mean over the profiles of their isolated latency in seconds: the penalty scale `mean_isolated`.
    pub fn mean_isolated_s(&self) -> f64 {
        let isolated = self.list.iter().map(|profile| profile.stats.isolated_s);
        isolated.fold(0.0, |sum, isolated| sum + isolated) / self.list.len() as f64
    }

    /// Checks that request number `index` can be run after one that arrived at `previous_s`. `origin` names it in diagnostics.
    pub(super) fn check(&self, index: u64, request: &Request, previous_s: f64) -> DataResult<()> {
        let sound = request.arrival_s >= previous_s
            && request.arrival_s < f64::INFINITY
            && request.target_s >= 0.0
            && request.target_s < f64::INFINITY
            && self
                .list
                .get(request.profile)
                .is_some_and(|profile| request.sample < profile.samples);
        if sound {
            return Ok(());
        }
        let problem = self.problem(index, request, previous_s);
        Err(DataError::of_file("requests", problem))
    }

    #[cold]
    fn problem(&self, index: u64, request: &Request, previous_s: f64) -> Problem {
        let index = usize::try_from(index).unwrap_or(usize::MAX);
        let Some(profile) = self.list.get(request.profile) else {
            return Problem::ModelOutOfRange {
                request: index,
                model: request.profile as u64,
                models: self.list.len(),
            };
        };
        if request.sample >= profile.samples {
            return Problem::SampleOutOfRange {
                request: index,
                sample: request.sample as u64,
                profile: profile.name.clone(),
                samples: profile.samples,
            };
        }
        crate::table::check_times(index, request, previous_s)
            .err()
            .unwrap_or(Problem::Empty)
    }
}

/// The part of a trace that makes the averages.
fn profiling(trace: &ProfileTrace, samples: SampleUse) -> ProfileTrace {
    let mut part = trace.clone();
    if samples == SampleUse::Apart {
        part.samples = trace.samples.iter().step_by(2).cloned().collect();
    }
    part
}

impl Profile {
    fn new(
        trace: &ProfileTrace,
        stats: &ProfileStats,
        of_model: &ProfileStats,
        monitor: Monitor,
        samples: SampleUse,
    ) -> Self {
        let table = |stats: &ProfileStats| Table {
            average_s: stats.avg_latency_s.clone(),
            remaining_s: stats.remaining_s.clone(),
        };
        let count = trace.samples.len();
        let apart = samples == SampleUse::Apart && count > 1;
        let remaining = |sample: usize| {
            (0..=stats.layers).map(move |layer| trace.samples[sample].remaining_s(layer))
        };
        Self {
            name: trace.name.clone(),
            model: trace.model.clone(),
            stats: stats.clone(),
            layers: stats.layers,
            samples: count,
            runnable: match apart {
                true => (1..count).step_by(2).collect(),
                false => (0..count).collect(),
            },
            pattern: table(stats),
            of_model: table(of_model),
            rows: rows(trace, stats, monitor),
            real_remaining_s: (0..count).flat_map(remaining).collect(),
        }
    }

    /// Number of layers L, at least 1.
    pub fn layers(&self) -> usize {
        self.layers
    }

    /// Indices of the samples that requests may be drawn from, ascending, at least one.
    pub fn runnable(&self) -> &[usize] {
        &self.runnable
    }

    /// Latency of a sample alone on the machine, in seconds: its layers summed left to right. `sample` is below the number of samples
    /// of the trace.
    pub fn isolated_s(&self, sample: usize) -> f64 {
        self.real_remaining_s[sample * (self.layers + 1)]
    }

    /// Real latency in seconds of the layers of a sample that are left when `layer` have run, 0 to L.
    pub fn real_remaining_s(&self, sample: usize, layer: usize) -> f64 {
        self.real_remaining_s[sample * (self.layers + 1) + layer]
    }

    pub(super) fn rows(&self, sample: usize) -> &[Row] {
        &self.rows[self.row_range(sample)]
    }

    fn row_range(&self, sample: usize) -> Range<usize> {
        sample * self.layers..(sample + 1) * self.layers
    }

    pub(super) fn table(&self, averages: Averages) -> &Table {
        match averages {
            Averages::Model => &self.of_model,
            Averages::Pattern | Averages::Sample => &self.pattern,
        }
    }
}

fn rows(trace: &ProfileTrace, stats: &ProfileStats, monitor: Monitor) -> Vec<Row> {
    let mut rows = Vec::with_capacity(trace.samples.len() * stats.layers);
    for (index, sample) in trace.samples.iter().enumerate() {
        for layer in 0..stats.layers {
            let ratio = match monitor {
                Monitor::Sparsity => quotient(
                    1.0 - sample.sparsity[layer],
                    1.0 - stats.avg_sparsity[layer],
                ),
                Monitor::Nonzeros => {
                    let nnz = trace.nnz(index, layer).unwrap_or(0);
                    quotient(f64::from(nnz), stats.avg_nnz[layer])
                }
            };
            rows.push(Row {
                latency_s: sample.latency_s[layer],
                ratio,
            });
        }
    }
    rows
}
