//! Where the requests of a scenario come from: drawn as a configuration says, or read from a recorded table.

use std::path::Path;

use dysta_config::fields::raw::Intensity;
use dysta_config::system::WorkloadSpec;

use crate::draw::{Arrivals, Draw, draw};
use crate::profile::ProfileStats;
use crate::table::{Request, read_recording};
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
    let own_target = |request: Request| Request {
        target_s: spec.profiles[request.profile].slo_multiplier * stats[request.profile].isolated_s,
        ..request
    };
    let requests = requests.into_iter().map(own_target).collect();
    Workload::new("drawn requests", traces, requests)
}

/// The settings of the draw; its one multiplier is that of the first profile, each request gets its own afterwards.
fn settings(spec: &WorkloadSpec) -> Draw {
    let weights = spec.profiles.iter().map(|profile| profile.weight);
    Draw {
        requests: spec.requests,
        seed: spec.seed,
        arrivals: match spec.intensity {
            Intensity::Load(load) => Arrivals::Load(load),
            Intensity::RatePerS(rate) => Arrivals::Rate(rate),
        },
        mix: weights.enumerate().collect(),
        priorities: spec.priorities.clone(),
        slo_multiplier: spec.profiles.first().map_or(1.0, |p| p.slo_multiplier),
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
