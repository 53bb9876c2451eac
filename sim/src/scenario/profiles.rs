//! The profiles of a configured workload: which traces, which of their samples are averaged and which are run.

use dysta_config::workload::{Lengths, ProfileSpec, WorkloadSpec};

use crate::profile::ProfileStats;
use crate::trace::real::sample_lengths;
use crate::trace::{
    DataError, DataResult, DirSource, EmbeddedSource, Problem, ProfileTrace, TraceSource, load,
};

/// The traces of a workload and how their samples are used; one entry for each profile.
#[derive(Debug, Clone)]
pub(super) struct Loaded {
    /// The traces.
    pub(super) traces: Vec<ProfileTrace>,
    /// Averages over the profiling samples.
    pub(super) stats: Vec<ProfileStats>,
    /// Samples that requests run on.
    pub(super) run_samples: Vec<Vec<usize>>,
    /// Part of the samples of the trace that the profile holds: 1, or less for a range of lengths.
    pub(super) part: Vec<f64>,
}

pub(super) fn load_profiles(spec: &WorkloadSpec) -> DataResult<Loaded> {
    let source: Box<dyn TraceSource> = match &spec.data {
        Some(folder) => Box::new(DirSource::new(folder)),
        None => Box::new(EmbeddedSource),
    };
    let mut loaded = Loaded {
        traces: Vec::new(),
        stats: Vec::new(),
        run_samples: Vec::new(),
        part: Vec::new(),
    };
    for profile in &spec.profiles {
        let whole = load(source.as_ref(), &profile.trace_name())?;
        let count = whole.samples.len() as f64;
        let trace = select(source.as_ref(), profile, whole)?;
        let profiling = |sample: usize| is_profiling(sample, spec.profiling_share);
        let running: Vec<usize> = (0..trace.samples.len())
            .filter(|&sample| spec.profiling_share == 0.0 || !profiling(sample))
            .collect();
        let averaged = match spec.profiling_share > 0.0 {
            true => trace.samples.len() - running.len(),
            false => running.len(),
        };
        check_samples(&trace, running.len(), averaged)?;
        let averages = |sample: usize| spec.profiling_share == 0.0 || profiling(sample);
        loaded
            .stats
            .push(ProfileStats::of_samples(&trace, averages));
        loaded.part.push(trace.samples.len() as f64 / count);
        loaded.run_samples.push(running);
        loaded.traces.push(trace);
    }
    Ok(loaded)
}

/// Whether a sample fills the averages: spread evenly, so that neighbours in the file, which are alike, lie on both sides.
fn is_profiling(sample: usize, share: f64) -> bool {
    let before = |count: usize| (count as f64 * share).ceil();
    before(sample + 1) > before(sample)
}

fn check_samples(trace: &ProfileTrace, samples: usize, profiling: usize) -> DataResult<()> {
    if samples > 0 && profiling > 0 {
        return Ok(());
    }
    let profile = trace.name.clone();
    let problem = Problem::TooFewSamples {
        profile,
        samples,
        profiling,
    };
    Err(DataError::of_file(&trace.name, problem))
}

/// The trace under the name of the profile, with the samples of its range of lengths.
fn select(
    source: &dyn TraceSource,
    profile: &ProfileSpec,
    mut trace: ProfileTrace,
) -> DataResult<ProfileTrace> {
    trace.name = profile.name();
    trace.model = profile.model.clone();
    let Some(Lengths { above, up_to }) = profile.lengths else {
        return Ok(trace);
    };
    let lengths = sample_lengths(source, &profile.model, &profile.pattern)?;
    for sample in &trace.samples {
        if !lengths.contains_key(&sample.id) {
            let (sample, pattern) = (sample.id, profile.pattern.clone());
            let problem = Problem::UnknownLength { sample, pattern };
            return Err(DataError::of_file(profile.trace_name(), problem));
        }
    }
    let inside = |length: u32| length > above && length <= up_to;
    trace
        .samples
        .retain(|sample| lengths.get(&sample.id).copied().is_some_and(inside));
    Ok(trace)
}
