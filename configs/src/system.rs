//! A system that the program may rely on: cross-checked, complete, without places.

use std::path::PathBuf;

use crate::checks;
use crate::fields::raw::{Intensity, RawSystem, RawTrace, RawWorkload};
use crate::load::{self, Loaded};
use crate::lower;
use crate::params::SchedulerParams;

/// Everything one configuration says, ready to build and to play.
#[derive(Debug, Clone, PartialEq)]
pub struct System {
    /// Name: as given, else that of the preset or file; letters, digits and `_`.
    pub name: String,
    /// Clock in Hz.
    pub clock_hz: u64,
    /// The scheduler.
    pub scheduler: SchedulerParams,
    /// The requests to play.
    pub workload: WorkloadSpec,
}

/// What requests are drawn from and how.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkloadSpec {
    /// The profiles in the order of the profile tables; no pair of model and pattern twice.
    pub profiles: Vec<ProfileSpec>,
    /// Number of requests.
    pub requests: u32,
    /// How dense the arrivals of the Poisson process are.
    pub intensity: Intensity,
    /// Seed of the random stream.
    pub seed: u64,
    /// Priorities, one drawn for each request; at least one.
    pub priorities: Vec<u32>,
    /// Folder of trace files; the traces in the binary when none is given.
    pub data: Option<PathBuf>,
}

/// One profile of a workload.
#[derive(Debug, Clone, PartialEq)]
pub struct ProfileSpec {
    /// Model name, the first part of the trace file name.
    pub model: String,
    /// Sparsity pattern, the second part.
    pub pattern: String,
    /// Share of the requests, relative to the other profiles, above 0.
    pub weight: f64,
    /// Deadline: arrival plus this many mean isolated latencies of the profile, above 0.
    pub slo_multiplier: f64,
}

impl ProfileSpec {
    /// The name of its trace, `MODEL.PATTERN`.
    pub fn trace_name(&self) -> String {
        format!("{}.{}", self.model, self.pattern)
    }
}

/// Loads a system by preset name or path, applies `--set KEY.KEY=VALUE` in order, and checks it.
///
/// # Errors
/// In one go every problem of references, values and score expressions; when there is none, every
/// problem of parts that do not fit together or that this version cannot build.
pub fn check_system(name_or_path: &str, sets: &[String]) -> Loaded<System> {
    let (raw, warnings) = load::load_system(name_or_path, sets)?;
    let mut problems = checks::check(&raw, warnings);
    let scheduler = match lower::scheduler(&raw.scheduler, &raw.name) {
        Ok(scheduler) if !problems.has_errors() => scheduler,
        Ok(_) => return Err(problems),
        Err(more) => {
            problems.extend(more);
            problems.sort();
            return Err(problems);
        }
    };
    Ok((system(raw, scheduler), problems))
}

fn system(raw: RawSystem, scheduler: SchedulerParams) -> System {
    System {
        clock_hz: (raw.clock_mhz.value * 1e6).round() as u64,
        workload: workload(&raw.workload),
        name: raw.name,
        scheduler,
    }
}

fn workload(raw: &RawWorkload) -> WorkloadSpec {
    let profiles = raw.traces.iter().flat_map(|trace| profiles(trace, raw));
    WorkloadSpec {
        profiles: profiles.collect(),
        requests: raw.requests.value,
        intensity: raw.intensity.value,
        seed: raw.seed.value,
        priorities: raw.priorities.iter().map(|each| each.value).collect(),
        data: raw.data_folder(),
    }
}

/// The weight of an entry is split evenly over its patterns.
fn profiles<'a>(
    trace: &'a RawTrace,
    workload: &'a RawWorkload,
) -> impl Iterator<Item = ProfileSpec> + 'a {
    let weight = trace.weight.value / trace.patterns.len() as f64;
    let slo = trace
        .slo_multiplier
        .as_ref()
        .unwrap_or(&workload.slo_multiplier);
    trace.patterns.iter().map(move |pattern| ProfileSpec {
        model: trace.model.value.clone(),
        pattern: pattern.value.clone(),
        weight,
        slo_multiplier: slo.value,
    })
}
