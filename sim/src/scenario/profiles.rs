//! The profiles of a configured workload: which traces, and which of their samples.

use dysta_config::workload::{Lengths, ProfileSpec, WorkloadSpec};

use crate::trace::real::sample_lengths;
use crate::trace::{
    DataError, DataResult, DirSource, EmbeddedSource, Problem, ProfileTrace, TraceSource, load,
};

/// The trace of each profile, and the part of the samples of its file that it holds: 1, or less for a range of lengths.
pub(super) fn load_profiles(spec: &WorkloadSpec) -> DataResult<(Vec<ProfileTrace>, Vec<f64>)> {
    let source: Box<dyn TraceSource> = match &spec.data {
        Some(folder) => Box::new(DirSource::new(folder)),
        None => Box::new(EmbeddedSource),
    };
    let (mut traces, mut parts) = (Vec::new(), Vec::new());
    for profile in &spec.profiles {
        let whole = load(source.as_ref(), &profile.trace_name())?;
        let count = whole.samples.len() as f64;
        let trace = select(source.as_ref(), profile, whole)?;
        parts.push(trace.samples.len() as f64 / count);
        traces.push(trace);
    }
    Ok((traces, parts))
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
    let failed = |problem| Err(DataError::of_file(profile.trace_name(), problem));
    let lengths = sample_lengths(source, &profile.model, &profile.pattern)?;
    let unknown = |sample: &&crate::trace::SampleTrace| !lengths.contains_key(&sample.id);
    if let Some(sample) = trace.samples.iter().find(unknown) {
        let (sample, pattern) = (sample.id, profile.pattern.clone());
        return failed(Problem::UnknownLength { sample, pattern });
    }
    let inside = |length: u32| length > above && length <= up_to;
    trace
        .samples
        .retain(|sample| lengths.get(&sample.id).copied().is_some_and(inside));
    match trace.samples.is_empty() {
        true => failed(Problem::EmptyRange {
            range: match up_to {
                u32::MAX => format!("above {above}"),
                _ => format!("from {} to {up_to}", above + 1),
            },
        }),
        false => Ok(trace),
    }
}
