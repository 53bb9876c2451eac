//! Rules over several keys of a system, checked before anything is built.

use crate::codes;
use crate::data;
use crate::diag::{Diagnostic, Diagnostics};
use crate::fields::raw::{RawSystem, RawTrace, RawWorkload};
use crate::fields::suggest;
use crate::source::Located;

/// Adds what does not fit in a system to `problems`.
pub fn check(system: &RawSystem, mut problems: Diagnostics) -> Diagnostics {
    problems.extend(check_profiles(system));
    problems.extend(check_priorities(system));
    for trace in &system.workload.traces {
        problems.extend(check_trace(system, trace));
    }
    problems.extend(check_repeats(&system.workload));
    problems
}

/// Every pair of model and pattern takes one row of the profile tables.
fn check_profiles(system: &RawSystem) -> Option<Diagnostic> {
    let workload = &system.workload;
    let needed: usize = workload
        .traces
        .iter()
        .map(|trace| trace.patterns.len())
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
    system
        .workload
        .priorities
        .iter()
        .filter(too_wide)
        .map(problem)
        .collect()
}

/// Traces of a folder are checked by the crate that reads them.
fn check_trace(system: &RawSystem, trace: &RawTrace) -> Vec<Diagnostic> {
    if system.workload.data.is_some() {
        return Vec::new();
    }
    if data::embedded_traces().all(|(model, _)| model != trace.model.value) {
        return vec![unknown_model(&trace.model)];
    }
    let patterns = trace.patterns.iter();
    patterns
        .filter_map(|pattern| check_pattern(system, &trace.model.value, pattern))
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

fn check_pattern(system: &RawSystem, model: &str, pattern: &Located<String>) -> Option<Diagnostic> {
    let Some(layers) = data::embedded_layers(model, &pattern.value) else {
        return Some(unknown_pattern(model, pattern));
    };
    let room = system.scheduler.layers.value;
    if layers <= room {
        return None;
    }
    let name = &pattern.value;
    let message = format!("`{model}.{name}` has {layers} layers, the scheduler keeps {room}");
    let hint = format!("set `scheduler.layers: {layers}` or more, or drop the model");
    Some(
        conflict(message, hint)
            .at(system.scheduler.layers.place())
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

fn conflict(message: String, hint: String) -> Diagnostic {
    Diagnostic::error(&codes::CONFLICT, message, hint)
}
