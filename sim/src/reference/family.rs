//! The traces of one family and what follows from them.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::Path;

use crate::engine::{Monitor, Profiles, SampleUse};
use crate::table::{Derived, Request, RequestTable};
use crate::trace::{DataResult, DirSource, ProfileTrace, load_all};

/// A family: its traces, and what follows from them for each list of models that a table names.
#[derive(Debug)]
pub(super) struct Family {
    traces: Vec<ProfileTrace>,
    base_s: BTreeMap<String, f64>,
    settings: BTreeMap<Vec<String>, Setting>,
}

/// The profiles of a table's models, in the order of its list, in which averages of a model run over its patterns.
#[derive(Debug)]
pub(super) struct Setting {
    traces: Vec<ProfileTrace>,
    base_s: BTreeMap<String, f64>,
    pub(super) profiles: Profiles,
}

impl Family {
    /// Reads the traces of a folder; base targets come from `derived`, if there is such data.
    pub(super) fn read(folder: &Path, derived: Option<&Derived>) -> DataResult<Self> {
        let traces = load_all(&DirSource::new(folder))?;
        let base_s = match derived {
            Some(derived) => derived.base_targets_s(),
            None => base_targets_s(&traces),
        };
        Ok(Self {
            traces,
            base_s,
            settings: BTreeMap::new(),
        })
    }

    /// The setting of a table.
    pub(super) fn setting(&mut self, file: &str, table: &RequestTable) -> DataResult<&Setting> {
        let vacant = match self.settings.entry(table.models.clone()) {
            Entry::Occupied(setting) => return Ok(setting.into_mut()),
            Entry::Vacant(vacant) => vacant,
        };
        let traces = table.traces(file, &self.traces)?;
        Ok(vacant.insert(Setting {
            profiles: Profiles::new(&traces, Monitor::Sparsity, SampleUse::Shared)?,
            base_s: self.base_s.clone(),
            traces,
        }))
    }
}

impl Setting {
    /// The requests of a table; targets are those given, or base targets times `slo_mult`.
    pub(super) fn requests(
        &self,
        file: &str,
        table: &RequestTable,
        target_s: Option<&[f64]>,
        slo_mult: f64,
    ) -> DataResult<Vec<Request>> {
        match target_s {
            Some(target_s) => table.requests(file, &self.traces, target_s),
            None => {
                let target_s = table.targets_s(file, &self.base_s, slo_mult)?;
                table.requests(file, &self.traces, &target_s)
            }
        }
    }
}

/// Base target in seconds of each trace: the mean latency of all samples of its model. The latencies of a trace's samples are summed pairwise
/// as NumPy does; a model of several patterns takes the mean of their means, weighted by their number of samples, summed from left to right.
pub fn base_targets_s(traces: &[ProfileTrace]) -> BTreeMap<String, f64> {
    let mut models: BTreeMap<&str, Vec<(f64, f64)>> = BTreeMap::new();
    for trace in traces {
        let latencies: Vec<f64> = trace.samples.iter().map(|s| s.isolated_s()).collect();
        let count = latencies.len() as f64;
        let mean = pairwise_sum(&latencies) / count;
        models.entry(&trace.model).or_default().push((count, mean));
    }
    let base = |trace: &ProfileTrace| match models[trace.model.as_str()].as_slice() {
        [(_, mean)] => *mean,
        means => {
            let total = means.iter().fold(0.0, |sum, (count, _)| sum + count);
            means
                .iter()
                .fold(0.0, |sum, (count, mean)| sum + count * mean)
                / total
        }
    };
    traces
        .iter()
        .map(|trace| (trace.name.clone(), base(trace)))
        .collect()
}

/// Longest part that is summed in one go.
const PAIRWISE_BLOCK: usize = 128;

/// Sum as NumPy makes it: eight running sums over parts of at most 128 values, parts added in pairs.
pub(super) fn pairwise_sum(values: &[f64]) -> f64 {
    let plain = |start: f64, values: &[f64]| values.iter().fold(start, |sum, value| sum + value);
    if values.len() < 8 {
        return plain(0.0, values);
    }
    if values.len() > PAIRWISE_BLOCK {
        let half = values.len() / 2;
        let (first, second) = values.split_at(half - half % 8);
        return pairwise_sum(first) + pairwise_sum(second);
    }
    let (eights, rest) = values.as_chunks::<8>();
    let mut sums = [0.0; 8];
    sums.copy_from_slice(&eights[0]);
    for eight in &eights[1..] {
        sums.iter_mut()
            .zip(eight)
            .for_each(|(sum, value)| *sum += value);
    }
    let [a, b, c, d, e, f, g, h] = sums;
    plain(((a + b) + (c + d)) + ((e + f) + (g + h)), rest)
}
