//! A workload that the program may rely on: cross-checked, complete, without places.

use std::path::PathBuf;

use crate::checks;
use crate::diag::Diagnostics;
use crate::fields::raw::{Arrivals, Intensity, RawTrace, RawWorkload, Samples, SloBase};
use crate::load::{self, Loaded};

/// What requests are drawn from and how.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkloadSpec {
    /// The entries of `traces`.
    pub entries: Vec<EntrySpec>,
    /// The profiles in the order of the profile tables; no trace twice, except in ranges of lengths.
    pub profiles: Vec<ProfileSpec>,
    /// Number of requests.
    pub requests: u32,
    /// How dense the arrivals are.
    pub intensity: Intensity,
    /// Process of the arrival times.
    pub arrivals: ArrivalSpec,
    /// Seed of the random stream.
    pub seed: u64,
    /// Which samples of a trace fill the averages.
    pub samples: Samples,
    /// What deadlines are multiples of.
    pub slo_base: SloBase,
    /// Folder of trace files; the traces in the binary when none is given.
    pub data: Option<PathBuf>,
}

/// Process of arrival times with its settings.
#[derive(Debug, Clone, PartialEq)]
pub enum ArrivalSpec {
    /// Exponential gaps.
    Poisson,
    /// Gaps of a gamma distribution.
    Gamma {
        /// Coefficient of variation, above 0.
        cv: f64,
    },
    /// A Poisson process that changes between a calm and a dense state.
    Mmpp2 {
        /// Rate of the dense over that of the calm state, from 1 on.
        rate_ratio: f64,
        /// Share of the time in the dense state, above 0 and below 1.
        time_share: f64,
        /// Mean requests of one dense stay, from 1 on.
        requests: f64,
    },
    /// Frames.
    Periodic {
        /// Largest delay of a frame as a share of its period, 0 to 1.
        jitter: f64,
    },
    /// Arrivals of a CSV file.
    Replay(PathBuf),
    /// Clients that wait for their request before they send the next.
    ClosedLoop {
        /// Number of clients, from 1 on.
        clients: u32,
        /// Mean pause in seconds after a completion, from 0 on.
        think_s: f64,
    },
}

/// One entry of `traces`.
#[derive(Debug, Clone, PartialEq)]
pub struct EntrySpec {
    /// Model name.
    pub model: String,
    /// Frames in a second, if it has frames of its own.
    pub frames_per_s: Option<f64>,
    /// Entries that follow a request of this one, by index, each with its probability.
    pub cascade: Vec<(usize, f64)>,
}

/// One profile of a workload.
#[derive(Debug, Clone, PartialEq)]
pub struct ProfileSpec {
    /// Index of its entry.
    pub entry: usize,
    /// Model name, the first part of the trace file name.
    pub model: String,
    /// Sparsity pattern, the second part.
    pub pattern: String,
    /// Share of the requests, relative to the other profiles, above 0; profiles that are ranges of lengths of one trace share it
    /// by their numbers of samples.
    pub weight: f64,
    /// Deadline: arrival plus this many mean isolated latencies, above 0.
    pub slo_multiplier: f64,
    /// Priorities, one drawn for each request; at least one.
    pub priorities: Vec<u32>,
    /// Which samples of the trace it holds; all without.
    pub lengths: Option<Lengths>,
}

/// A range of text lengths in tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lengths {
    /// Longer than this.
    pub above: u32,
    /// Up to and including this.
    pub up_to: u32,
}

impl ProfileSpec {
    /// The name of its trace, `MODEL.PATTERN`.
    pub fn trace_name(&self) -> String {
        format!("{}.{}", self.model, self.pattern)
    }

    /// The name of the profile: that of the trace, with the longest length where it holds a range of lengths.
    pub fn name(&self) -> String {
        match self.lengths {
            None => self.trace_name(),
            Some(Lengths {
                above,
                up_to: u32::MAX,
            }) => {
                format!("{}.above{above}", self.trace_name())
            }
            Some(Lengths { up_to, .. }) => format!("{}.to{up_to}", self.trace_name()),
        }
    }
}

/// Loads a workload by preset name or path, applies `--set KEY=VALUE` in order, and checks it.
///
/// # Errors
/// Every problem of values in one go; when there is none, every problem of parts that do not fit together.
pub fn check_workload(name_or_path: &str, sets: &[String]) -> Loaded<WorkloadSpec> {
    let (raw, mut problems) = load::load_workload(name_or_path, sets)?;
    problems.extend(checks::check_workload(&raw));
    finish(problems, &raw)
}

fn finish(problems: Diagnostics, raw: &RawWorkload) -> Loaded<WorkloadSpec> {
    match problems.has_errors() {
        true => Err(problems),
        false => Ok((spec(raw), problems)),
    }
}

/// What a checked workload says.
pub(crate) fn spec(raw: &RawWorkload) -> WorkloadSpec {
    let entries = raw.traces.iter().enumerate();
    WorkloadSpec {
        entries: raw.traces.iter().map(|trace| entry(trace, raw)).collect(),
        profiles: entries
            .flat_map(|(index, trace)| profiles(index, trace, raw))
            .collect(),
        requests: raw.requests.value,
        intensity: raw.intensity.value,
        arrivals: arrivals(raw),
        seed: raw.seed.value,
        samples: raw.samples.value,
        slo_base: raw.slo_base.value,
        data: raw.data_folder(),
    }
}

fn arrivals(raw: &RawWorkload) -> ArrivalSpec {
    match raw.arrivals.value {
        Arrivals::Poisson => ArrivalSpec::Poisson,
        Arrivals::Gamma => ArrivalSpec::Gamma {
            cv: raw.burstiness.value,
        },
        Arrivals::Mmpp2 => ArrivalSpec::Mmpp2 {
            rate_ratio: raw.burst.rate_ratio.value,
            time_share: raw.burst.time_share.value,
            requests: raw.burst.requests.value,
        },
        Arrivals::Periodic => ArrivalSpec::Periodic {
            jitter: raw.jitter.value,
        },
        Arrivals::Replay => ArrivalSpec::Replay(raw.replay_file().unwrap_or_default()),
        Arrivals::ClosedLoop => ArrivalSpec::ClosedLoop {
            clients: raw.clients.value,
            think_s: raw.think_time_ms.value / 1e3,
        },
    }
}

fn entry(trace: &RawTrace, workload: &RawWorkload) -> EntrySpec {
    let index = |model: &str| {
        workload
            .traces
            .iter()
            .position(|other| other.model.value == model)
    };
    let follower = |cascade: &crate::fields::raw::RawCascade| {
        Some((index(&cascade.to.value)?, cascade.probability.value))
    };
    EntrySpec {
        model: trace.model.value.clone(),
        frames_per_s: trace.frames_per_s.as_ref().map(|rate| rate.value),
        cascade: trace.cascade.iter().filter_map(follower).collect(),
    }
}

/// The weight of an entry is split evenly over its patterns.
fn profiles(entry: usize, trace: &RawTrace, workload: &RawWorkload) -> Vec<ProfileSpec> {
    let own = trace.slo_multiplier.as_ref();
    let priorities = match trace.priorities.is_empty() {
        true => &workload.priorities,
        false => &trace.priorities,
    };
    let patterns = trace.patterns.iter();
    let ranges = patterns.flat_map(|pattern| lengths(trace).into_iter().map(move |l| (pattern, l)));
    let profile =
        |(pattern, lengths): (&crate::source::Located<String>, Option<Lengths>)| ProfileSpec {
            entry,
            model: trace.model.value.clone(),
            pattern: pattern.value.clone(),
            weight: trace.weight.value / trace.patterns.len() as f64,
            slo_multiplier: own.unwrap_or(&workload.slo_multiplier).value,
            priorities: priorities.iter().map(|each| each.value).collect(),
            lengths,
        };
    ranges.map(profile).collect()
}

/// The ranges between the lengths of an entry; one without bounds where it has none.
fn lengths(trace: &RawTrace) -> Vec<Option<Lengths>> {
    if trace.length_buckets.is_empty() {
        return vec![None];
    }
    let ends = trace.length_buckets.iter().map(|length| length.value);
    let starts = std::iter::once(0).chain(ends.clone());
    let range = |(above, up_to)| Some(Lengths { above, up_to });
    starts.zip(ends.chain([u32::MAX])).map(range).collect()
}
