//! Recorded runs and recorded averages.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Request, RequestTable, check_length, parse};
use crate::trace::{DataError, DataResult, Problem, ProfileTrace};

/// A table with targets and the recorded runs of several policies.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Recording {
    /// Multiplier of the base target.
    pub slo_mult: f64,
    /// The requests.
    pub table: RequestTable,
    /// Time allowed after the arrival of each request, in seconds.
    pub target: Vec<f64>,
    /// What the reference did, by policy.
    pub runs: BTreeMap<String, RecordedRun>,
}

/// What the reference simulator did under one policy.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct RecordedRun {
    /// Run-length list `[request, layers, request, layers, ...]` in execution order.
    pub schedule: Vec<u64>,
    /// Finish time of each request in seconds.
    pub finish: Vec<f64>,
    /// Isolated latency of each request's own sample in seconds.
    pub isolated: Vec<f64>,
    /// Share of requests that finish after their deadline.
    pub violation: f64,
    /// Mean of turnaround over isolated latency; a pairwise sum, so compare with a tolerance of 1e-12.
    pub antt: f64,
    /// Requests over (latest finish - first arrival): inferences in a second, not the STP of Eyerman and Eeckhout.
    pub stp: f64,
    /// Number of executed layers.
    pub decisions: u64,
    /// Number of runs in `schedule` minus 1.
    pub switches: u64,
    /// How often the reference moved its clock backwards; a correct clock can reproduce the run only if this is 0.
    pub clock_back_n: u64,
    /// By how much in total, in seconds.
    pub clock_back_s: f64,
    /// Every decision, for short recordings.
    #[serde(default)]
    pub trace: Vec<RecordedDecision>,
}

/// One decision of a recorded run, written `[time, chosen, [[request, value...], ...]]`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(from = "(f64, u64, Vec<RecordedEntry>)")]
pub struct RecordedDecision {
    /// Time of the decision in seconds.
    pub time_s: f64,
    /// The request chosen.
    pub chosen: u64,
    /// The live requests in order of admission.
    pub queue: Vec<RecordedEntry>,
}

impl From<(f64, u64, Vec<RecordedEntry>)> for RecordedDecision {
    fn from((time_s, chosen, queue): (f64, u64, Vec<RecordedEntry>)) -> Self {
        Self {
            time_s,
            chosen,
            queue,
        }
    }
}

/// What a policy knew of one live request, after the update of this decision, written `[request, value...]`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "Vec<f64>")]
pub struct RecordedEntry {
    /// Request index.
    pub request: u64,
    /// Values that the policy recorded; for `dysta` the sum of slack and penalty in seconds, then gamma.
    pub values: Vec<f64>,
}

impl TryFrom<Vec<f64>> for RecordedEntry {
    type Error = &'static str;

    fn try_from(row: Vec<f64>) -> Result<Self, Self::Error> {
        match row.split_first() {
            Some((&request, values)) if request >= 0.0 && request.fract() == 0.0 => Ok(Self {
                request: request as u64,
                values: values.to_vec(),
            }),
            _ => Err("a queue entry begins with a request index"),
        }
    }
}

/// Reads a table with targets and recorded runs from JSON or gzipped JSON. `file` names it in diagnostics.
///
/// Fails as [`super::read_table`] does, and if a run does not fit its table: another number of requests, a request index out of
/// range, or a schedule whose length is not the number of decisions.
pub fn read_recording(file: &str, bytes: Vec<u8>) -> DataResult<Recording> {
    let recording: Recording = parse(file, bytes)?;
    recording.table.check_lengths(file)?;
    let requests = recording.table.arrival.len();
    check_length(file, "target", recording.target.len(), requests)?;
    for (policy, run) in &recording.runs {
        run.check(requests).map_err(|what| {
            let policy = policy.clone();
            DataError::of_file(file, Problem::BadRecord { policy, what })
        })?;
    }
    Ok(recording)
}

impl Recording {
    /// The requests with their recorded targets; fails as [`RequestTable::requests`] does.
    pub fn requests(&self, file: &str, profiles: &[ProfileTrace]) -> DataResult<Vec<Request>> {
        self.table.requests(file, profiles, &self.target)
    }
}

impl RecordedRun {
    /// The executed layers in order, as (request, layer from 0).
    pub fn executed(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        let mut progress: BTreeMap<u32, u32> = BTreeMap::new();
        let runs = self.schedule.chunks_exact(2);
        let requests = runs.flat_map(|run| (0..run[1]).map(|_| run[0] as u32));
        requests.map(move |request| {
            let next = progress.entry(request).or_insert(0);
            *next += 1;
            (request, *next - 1)
        })
    }

    fn check(&self, requests: usize) -> Result<(), String> {
        for (list, found) in [
            ("finish", self.finish.len()),
            ("isolated", self.isolated.len()),
        ] {
            if found != requests {
                return Err(format!(
                    "`{list}` has {found} entries for {requests} requests"
                ));
            }
        }
        if !self.schedule.len().is_multiple_of(2) {
            return Err("`schedule` has an odd number of entries".to_owned());
        }
        let runs = || self.schedule.chunks_exact(2);
        if let Some(run) = runs().find(|run| run[0] >= requests as u64) {
            return Err(format!("`schedule` names request {} of {requests}", run[0]));
        }
        let layers = runs().fold(0_u64, |sum, run| sum.saturating_add(run[1]));
        if layers != self.decisions {
            return Err(format!(
                "`schedule` has {layers} layers, `decisions` says {}",
                self.decisions
            ));
        }
        Ok(())
    }
}

/// What the reference computed from the traces of a family before any run.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Derived {
    /// Profile names in the order that tables index.
    pub models: Vec<String>,
    /// Averages of each profile, by name.
    pub per_model: BTreeMap<String, DerivedProfile>,
}

/// Recorded averages of one profile.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct DerivedProfile {
    /// Mean end-to-end latency in seconds on which targets are based; a pairwise sum, so it is read and not recomputed.
    pub base_target: f64,
    /// Mean latency in seconds of each layer over the samples of this pattern.
    pub avg_lat_per_pattern: Vec<f64>,
    /// Mean latency in seconds of each layer over all patterns of the model.
    pub avg_lat_per_model: Vec<f64>,
    /// Mean sparsity of each layer.
    pub avg_sparsity: Vec<f64>,
}

impl Derived {
    /// Reads the derived data of a family from JSON or gzipped JSON. `file` names it in diagnostics.
    pub fn read(file: &str, bytes: Vec<u8>) -> DataResult<Self> {
        parse(file, bytes)
    }

    /// Base target in seconds of each profile, by name.
    pub fn base_targets_s(&self) -> BTreeMap<String, f64> {
        let entries = self.per_model.iter();
        entries
            .map(|(name, profile)| (name.clone(), profile.base_target))
            .collect()
    }
}
