//! Request tables and recorded runs of the reference scheduling simulator, as JSON or gzipped JSON.
//!
//! A table lists requests in order of arrival: `models` (names), and for each request `arrival` (seconds), `model` (index
//! into `models`), `priority` and `sample` (index into the samples of the profile, in file order). A recording adds
//! `slo_mult`, `target` (seconds after the arrival) and, for each policy, what the reference did.

mod recording;

pub use recording::{
    Derived, DerivedProfile, RecordedDecision, RecordedEntry, RecordedRun, Recording,
    read_recording,
};

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::trace::{DataError, DataResult, Problem, ProfileTrace, decode_text};

/// One request of a workload.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Request {
    /// Index into the workload's profiles.
    pub profile: usize,
    /// Index into the samples of that profile; decides the real latency and sparsity of each layer.
    pub sample: usize,
    /// Arrival in seconds from the start, from 0 on.
    pub arrival_s: f64,
    /// Time allowed after the arrival, in seconds, from 0 on.
    pub target_s: f64,
    /// Priority; larger is more urgent.
    pub priority: u32,
}

impl Request {
    /// Absolute deadline in seconds: arrival plus target, rounded once.
    pub fn deadline_s(&self) -> f64 {
        self.arrival_s + self.target_s
    }
}

/// A table of requests without targets.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct RequestTable {
    /// Family of the traces, such as `sanger`; empty where none is given.
    #[serde(default)]
    pub family: String,
    /// Mean arrivals in a second; 0 where none is given.
    #[serde(default)]
    pub rate: f64,
    /// Seed from which the table was drawn; 0 where none is given.
    #[serde(default)]
    pub seed: u64,
    /// Profile names that `model` indexes.
    pub models: Vec<String>,
    /// Arrival of each request in seconds.
    pub arrival: Vec<f64>,
    /// Model index of each request.
    pub model: Vec<u64>,
    /// Priority of each request.
    pub priority: Vec<u32>,
    /// Sample index of each request.
    pub sample: Vec<u64>,
}

/// Reads a table without targets from JSON or gzipped JSON. `file` names it in diagnostics.
///
/// Fails if the text is damaged, not UTF-8 or not such a table, or if its lists differ in length.
pub fn read_table(file: &str, bytes: Vec<u8>) -> DataResult<RequestTable> {
    let table: RequestTable = parse(file, bytes)?;
    table.check_lengths(file)?;
    Ok(table)
}

pub(crate) fn parse<T: for<'de> Deserialize<'de>>(file: &str, bytes: Vec<u8>) -> DataResult<T> {
    let text = decode_text(file, bytes)?;
    serde_json::from_str(&text).map_err(|error| {
        let line = (error.line() > 0).then_some(error.line() as u64);
        let reason = error.to_string();
        DataError {
            file: file.to_owned(),
            line,
            problem: Problem::BadJson { reason },
        }
    })
}

fn check_length(file: &str, column: &str, found: usize, expected: usize) -> DataResult<()> {
    if found == expected {
        return Ok(());
    }
    let column = column.to_owned();
    Err(DataError::of_file(
        file,
        Problem::UnequalLengths {
            column,
            found,
            expected,
        },
    ))
}

impl RequestTable {
    fn check_lengths(&self, file: &str) -> DataResult<()> {
        let expected = self.arrival.len();
        check_length(file, "model", self.model.len(), expected)?;
        check_length(file, "priority", self.priority.len(), expected)?;
        check_length(file, "sample", self.sample.len(), expected)?;
        if expected == 0 {
            return Err(DataError::of_file(file, Problem::Empty));
        }
        Ok(())
    }

    /// Target of each request in seconds: the base target of its model times `slo_mult`.
    ///
    /// `base_s` gives the base target by model name: the recorded one ([`Derived::base_targets_s`]) or the isolated
    /// latency of the profile. Fails if a model has none or an index is out of range.
    pub fn targets_s(
        &self,
        file: &str,
        base_s: &BTreeMap<String, f64>,
        slo_mult: f64,
    ) -> DataResult<Vec<f64>> {
        let target = |request: usize| {
            let model = self.model_name(file, request)?;
            let base = base_s.get(model).ok_or_else(|| {
                let model = model.to_owned();
                DataError::of_file(file, Problem::MissingTarget { model })
            })?;
            Ok(base * slo_mult)
        };
        (0..self.model.len()).map(target).collect()
    }

    fn model_name(&self, file: &str, request: usize) -> DataResult<&str> {
        let model = self.model[request];
        let found = usize::try_from(model)
            .ok()
            .and_then(|index| self.models.get(index));
        found.map(String::as_str).ok_or_else(|| {
            let models = self.models.len();
            DataError::of_file(
                file,
                Problem::ModelOutOfRange {
                    request,
                    model,
                    models,
                },
            )
        })
    }

    /// The requests, with profiles found by name in `profiles`. `target_s` has an entry for each request.
    ///
    /// Fails if a model that is used has no profile, an index is out of range, arrivals are unsorted, or a time is NaN,
    /// infinite or negative.
    pub fn requests(
        &self,
        file: &str,
        profiles: &[ProfileTrace],
        target_s: &[f64],
    ) -> DataResult<Vec<Request>> {
        self.check_lengths(file)?;
        check_length(file, "target", target_s.len(), self.arrival.len())?;
        let request = |(index, &target_s): (usize, &f64)| {
            Ok(Request {
                profile: self.find_profile(file, profiles, index)?,
                sample: usize::try_from(self.sample[index]).unwrap_or(usize::MAX),
                arrival_s: self.arrival[index],
                target_s,
                priority: self.priority[index],
            })
        };
        let requests = target_s
            .iter()
            .enumerate()
            .map(request)
            .collect::<DataResult<Vec<_>>>()?;
        check_requests(file, profiles, &requests)?;
        Ok(requests)
    }

    fn find_profile(
        &self,
        file: &str,
        profiles: &[ProfileTrace],
        request: usize,
    ) -> DataResult<usize> {
        position(file, profiles, self.model_name(file, request)?)
    }

    /// The traces of all models of the table, in the order of its list.
    ///
    /// Fails if a model has no trace.
    pub fn traces(&self, file: &str, traces: &[ProfileTrace]) -> DataResult<Vec<ProfileTrace>> {
        let trace = |model: &String| Ok(traces[position(file, traces, model)?].clone());
        self.models.iter().map(trace).collect()
    }
}

/// Position of the profile of that name.
fn position(file: &str, profiles: &[ProfileTrace], model: &str) -> DataResult<usize> {
    let found = profiles.iter().position(|profile| profile.name == model);
    found.ok_or_else(|| {
        let loaded = profiles
            .iter()
            .map(|profile| profile.name.as_str())
            .collect::<Vec<_>>();
        let problem = Problem::UnknownModel {
            model: model.to_owned(),
            loaded: loaded.join(", "),
        };
        DataError::of_file(file, problem)
    })
}

/// Checks that every request has a profile, a sample and usable times, in order of arrival. `origin` names the table in
/// diagnostics.
pub(crate) fn check_requests(
    origin: &str,
    profiles: &[ProfileTrace],
    requests: &[Request],
) -> DataResult<()> {
    if requests.is_empty() {
        return Err(DataError::of_file(origin, Problem::Empty));
    }
    let mut previous = 0.0;
    for (index, request) in requests.iter().enumerate() {
        let checked = check_indices(index, request, profiles)
            .and_then(|()| check_times(index, request, previous));
        checked.map_err(|problem| DataError::of_file(origin, problem))?;
        previous = request.arrival_s;
    }
    Ok(())
}

fn check_indices(
    index: usize,
    request: &Request,
    profiles: &[ProfileTrace],
) -> Result<(), Problem> {
    let Some(profile) = profiles.get(request.profile) else {
        return Err(Problem::ModelOutOfRange {
            request: index,
            model: request.profile as u64,
            models: profiles.len(),
        });
    };
    if request.sample < profile.samples.len() {
        return Ok(());
    }
    Err(Problem::SampleOutOfRange {
        request: index,
        sample: request.sample as u64,
        profile: profile.name.clone(),
        samples: profile.samples.len(),
    })
}

pub(crate) fn check_times(index: usize, request: &Request, previous: f64) -> Result<(), Problem> {
    for (column, value) in [("arrival", request.arrival_s), ("target", request.target_s)] {
        if !(value.is_finite() && value >= 0.0) {
            return Err(Problem::BadTime {
                column,
                request: index,
                value: value.to_string(),
            });
        }
    }
    if request.arrival_s >= previous {
        return Ok(());
    }
    Err(Problem::UnsortedArrivals {
        request: index,
        arrival: request.arrival_s.to_string(),
        previous: previous.to_string(),
    })
}
