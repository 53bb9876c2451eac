//! Rules over several keys of a system, checked before anything is built.

use crate::codes;
use crate::data;
use crate::diag::{Diagnostic, Diagnostics};
use crate::fields::raw::{Arrivals, RawCascade, RawSystem, RawTrace, RawWorkload};
use crate::fields::suggest;
use crate::source::Located;

/// Adds what does not fit in a system to `problems`.
pub fn check(system: &RawSystem, mut problems: Diagnostics) -> Diagnostics {
    problems.extend(check_profiles(system));
    problems.extend(check_priorities(system));
    problems.extend(check_traces(
        &system.workload,
        Some(&system.scheduler.layers),
    ));
    problems.extend(check_arrivals(&system.workload));
    problems
}

/// What does not fit in a workload of its own.
pub fn check_workload(workload: &RawWorkload) -> Vec<Diagnostic> {
    let mut problems = check_traces(workload, None);
    problems.extend(check_arrivals(workload));
    problems
}

/// `layers` is what a scheduler keeps of a profile.
fn check_traces(workload: &RawWorkload, layers: Option<&Located<u32>>) -> Vec<Diagnostic> {
    let traces = workload.traces.iter();
    let mut problems: Vec<Diagnostic> = traces
        .flat_map(|trace| check_trace(workload, layers, trace))
        .collect();
    problems.extend(check_repeats(workload));
    problems
}

/// Every pair of model and pattern takes one row of the profile tables.
fn check_profiles(system: &RawSystem) -> Option<Diagnostic> {
    let workload = &system.workload;
    let needed: usize = workload
        .traces
        .iter()
        .map(|trace| {
            trace.patterns.len()
                * (trace.length_buckets.len() + usize::from(!trace.length_buckets.is_empty()))
                    .max(1)
        })
        .sum();
    let room = system.scheduler.profiles.value;
    if needed <= room as usize {
        return None;
    }
    let message = format!("the workload has {needed} profiles, the scheduler has room for {room}");
    let hint = format!("set `scheduler.profiles: {needed}` or drop patterns");
    let place = system.scheduler.profiles.place();
    Some(conflict(message, hint).at(place).label("too few profiles"))
}

fn check_priorities(system: &RawSystem) -> Vec<Diagnostic> {
    let bits = system.scheduler.priority_bits.value;
    let too_wide = |priority: &&Located<u32>| priority.value >> bits != 0;
    let problem = |priority: &Located<u32>| {
        let message = format!("priority {} needs more than {bits} bits", priority.value);
        let largest = (1u32 << bits) - 1;
        let hint = format!("use priorities up to {largest} or raise `scheduler.priority_bits`");
        conflict(message, hint).at(priority.place())
    };
    let workload = &system.workload;
    let own = workload.traces.iter().flat_map(|trace| &trace.priorities);
    let priorities = workload.priorities.iter().chain(own);
    priorities.filter(too_wide).map(problem).collect()
}

/// Traces of a folder are checked by the crate that reads them.
fn check_trace(
    workload: &RawWorkload,
    layers: Option<&Located<u32>>,
    trace: &RawTrace,
) -> Vec<Diagnostic> {
    if workload.data.is_some() {
        return Vec::new();
    }
    if data::embedded_traces().all(|(model, _)| model != trace.model.value) {
        return vec![unknown_model(&trace.model)];
    }
    let patterns = trace.patterns.iter();
    patterns
        .filter_map(|pattern| check_pattern(layers, &trace.model.value, pattern))
        .collect()
}

fn unknown_model(model: &Located<String>) -> Diagnostic {
    let mut models: Vec<_> = data::embedded_traces().map(|(model, _)| model).collect();
    models.dedup();
    let hint = suggest(&model.value, models.into_iter(), "models in the binary");
    let message = format!("there is no trace of a model `{}`", model.value);
    Diagnostic::error(
        &codes::UNKNOWN_TRACE,
        message,
        format!("{hint}; or give a folder as `data`"),
    )
    .at(model.place())
    .label("unknown model")
}

fn check_pattern(
    kept: Option<&Located<u32>>,
    model: &str,
    pattern: &Located<String>,
) -> Option<Diagnostic> {
    let Some(layers) = data::embedded_layers(model, &pattern.value) else {
        return Some(unknown_pattern(model, pattern));
    };
    let kept = kept?;
    let room = kept.value;
    if layers <= room {
        return None;
    }
    let name = &pattern.value;
    let message = format!("`{model}.{name}` has {layers} layers, the scheduler keeps {room}");
    let hint = format!("set `scheduler.layers: {layers}` or more, or drop the model");
    Some(
        conflict(message, hint)
            .at(kept.place())
            .label("too few layers"),
    )
}

fn unknown_pattern(model: &str, pattern: &Located<String>) -> Diagnostic {
    let patterns = data::embedded_traces()
        .filter(|trace| trace.0 == model)
        .map(|trace| trace.1);
    let hint = suggest(&pattern.value, patterns, "patterns in the binary");
    let message = format!(
        "model `{model}` has no trace of a pattern `{}`",
        pattern.value
    );
    Diagnostic::error(&codes::UNKNOWN_TRACE, message, hint)
        .at(pattern.place())
        .label("unknown pattern")
}

fn check_repeats(workload: &RawWorkload) -> Vec<Diagnostic> {
    let mut seen: Vec<(&str, &str)> = Vec::new();
    let mut problems = Vec::new();
    for trace in &workload.traces {
        for pattern in &trace.patterns {
            let pair = (trace.model.value.as_str(), pattern.value.as_str());
            if seen.contains(&pair) {
                problems.push(repeated(pair, pattern));
            }
            seen.push(pair);
        }
    }
    problems
}

fn repeated(pair: (&str, &str), pattern: &Located<String>) -> Diagnostic {
    let message = format!("`{}.{}` is listed twice", pair.0, pair.1);
    let hint = "list it once and raise `weight` to draw it more often";
    conflict(message, hint.into())
        .at(pattern.place())
        .label("listed before")
}

/// What arrivals need that cannot be said for each key alone.
fn check_arrivals(workload: &RawWorkload) -> Vec<Diagnostic> {
    let mut problems: Vec<Diagnostic> = workload.traces.iter().filter_map(check_lengths).collect();
    problems.extend(check_cascades(workload));
    match workload.arrivals.value {
        Arrivals::Periodic => problems.extend(check_frames(workload)),
        Arrivals::Replay if workload.replay.is_none() => {
            let message = "the arrivals are replayed and no file is named".to_owned();
            let hint = "add `replay: FILE.csv`, or take another process".to_owned();
            problems.push(conflict(message, hint).at(workload.arrivals.place()));
        }
        _ => {}
    }
    problems
}

fn check_lengths(trace: &RawTrace) -> Option<Diagnostic> {
    let mut pairs = trace.length_buckets.windows(2);
    let pair = pairs.find(|pair| pair[0].value >= pair[1].value)?;
    let message = format!("length {} follows length {}", pair[1].value, pair[0].value);
    let hint = "list the lengths in ascending order, each once".to_owned();
    Some(
        conflict(message, hint)
            .at(pair[1].place())
            .label("not above the one before"),
    )
}

/// A request is followed by later entries only, so that no chain comes back to its start.
fn check_cascades(workload: &RawWorkload) -> Vec<Diagnostic> {
    let models: Vec<&str> = workload
        .traces
        .iter()
        .map(|trace| trace.model.value.as_str())
        .collect();
    let mut problems = Vec::new();
    for (index, trace) in workload.traces.iter().enumerate() {
        let later = &models[index + 1..];
        let unknown = |cascade: &&RawCascade| !later.contains(&cascade.to.value.as_str());
        problems.extend(trace.cascade.iter().filter(unknown).map(|cascade| {
            let message = format!("`{}` is not the model of a later entry", cascade.to.value);
            let hint = suggest(
                &cascade.to.value,
                later.iter().copied(),
                "models of later entries",
            );
            conflict(message, hint)
                .at(cascade.to.place())
                .label("cannot follow")
        }));
    }
    problems
}

fn check_frames(workload: &RawWorkload) -> Vec<Diagnostic> {
    let followers = || workload.traces.iter().flat_map(|trace| &trace.cascade);
    let idle = |trace: &&RawTrace| {
        let follows = followers().any(|cascade| cascade.to.value == trace.model.value);
        trace.frames_per_s.is_none() && !follows
    };
    let problem = |trace: &RawTrace| {
        let message = format!(
            "`{}` has no frames and follows no other entry",
            trace.model.value
        );
        let hint = "add `frames_per_s: 30`, or name it in a `cascade`".to_owned();
        conflict(message, hint)
            .at(trace.model.place())
            .label("never requested")
    };
    workload.traces.iter().filter(idle).map(problem).collect()
}

fn conflict(message: String, hint: String) -> Diagnostic {
    Diagnostic::error(&codes::CONFLICT, message, hint)
}
