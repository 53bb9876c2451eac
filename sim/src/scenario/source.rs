//! Where the requests of a scenario come from: drawn as a configuration says, or read from a recorded table.

use std::path::Path;

use dysta_config::fields::raw::Intensity;
use dysta_config::system::{ProfileSpec, WorkloadSpec};

use crate::draw::{Arrivals, Draw, Share, draw};
use crate::profile::ProfileStats;
use crate::table::read_recording;
use crate::trace::{
    DataResult, DirSource, EmbeddedSource, ProfileTrace, TraceSource, load, load_all, read_path,
};
use crate::workload::Workload;

/// Draws the requests of a configuration from its traces: the embedded ones, or those of its folder.
///
/// The target of a request is `slo_multiplier` of its profile times the profile's mean isolated latency.
///
/// # Errors
/// If a trace is missing or damaged, or a setting is out of its range.
pub fn drawn(spec: &WorkloadSpec) -> DataResult<Workload> {
    let source: Box<dyn TraceSource> = match &spec.data {
        Some(folder) => Box::new(DirSource::new(folder)),
        None => Box::new(EmbeddedSource),
    };
    let profiles = spec.profiles.iter();
    let traces: Vec<ProfileTrace> = profiles
        .map(|profile| load(source.as_ref(), &profile.trace_name()))
        .collect::<DataResult<_>>()?;
    let stats: Vec<ProfileStats> = traces.iter().map(ProfileStats::new).collect();
    let requests = draw(&settings(spec), &stats)?;
    Workload::new("drawn requests", traces, requests)
}

fn settings(spec: &WorkloadSpec) -> Draw {
    let share = |(profile, of): (usize, &ProfileSpec)| Share {
        profile,
        weight: of.weight,
        slo_multiplier: of.slo_multiplier,
    };
    Draw {
        requests: spec.requests,
        seed: spec.seed,
        arrivals: match spec.intensity {
            Intensity::Load(load) => Arrivals::Load(load),
            Intensity::RatePerS(rate) => Arrivals::Rate(rate),
        },
        mix: spec.profiles.iter().enumerate().map(share).collect(),
        priorities: spec.priorities.clone(),
    }
}

/// Reads the requests of a recorded table and every trace of the folder it was recorded from.
///
/// # Errors
/// If the table or a trace is damaged, or the table names a model without trace.
pub fn recorded(table: &Path, traces: &Path) -> DataResult<Workload> {
    let name = table.display().to_string();
    let recording = read_recording(&name, read_path(table)?)?;
    let profiles = load_all(&DirSource::new(traces))?;
    let requests = recording.requests(&name, &profiles)?;
    Workload::new(name, profiles, requests)
}
