//! From what the user wrote to validated parameters; errors come back to their place in YAML.

use std::ops::Range;

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::expr::source::resolve;
use crate::expr::{ExprError, Param, PolicySpec};
use crate::fields::raw::{PipelineChoice, RawPolicy, RawScheduler};
use crate::params::{Pipeline, Predictor, SchedulerParams, SchedulerSpec, SpecError};
use crate::source::{Located, Origin};

/// The validated parameters of a scheduler. `name` is that of the configuration; `pipeline` is taken where it names none.
///
/// # Errors
/// What does not fit together, and every problem of the score expression, each at the place of the
/// key or inside the expression.
pub fn scheduler(
    raw: &RawScheduler,
    name: &str,
    pipeline: Pipeline,
) -> Result<SchedulerParams, Diagnostics> {
    SchedulerParams::new(spec(raw, name, pipeline)).map_err(|errors| {
        let mut problems = Diagnostics::new();
        problems.extend(errors.iter().map(|error| diagnostic(raw, error)));
        problems.sort();
        problems
    })
}

fn spec(raw: &RawScheduler, name: &str, pipeline: Pipeline) -> SchedulerSpec {
    SchedulerSpec {
        name: name.to_owned(),
        capacity: raw.capacity.value,
        lanes: raw.lanes.value,
        profiles: raw.profiles.value,
        layers: raw.layers.value,
        id_bits: raw.id_bits.value,
        priority_bits: raw.priority_bits.value,
        on_full: raw.on_full.value,
        complete_depth: raw.complete_depth.value,
        predictor: match raw.predictor.value {
            Predictor::DensityLastN(_) => Predictor::DensityLastN(raw.predictor_window.value),
            other => other,
        },
        number_format: raw.numbers.format.value,
        time_unit_cycles: raw.numbers.time_unit_cycles.value,
        numbers: raw.numbers.widths(),
        binding: raw.binding.value(),
        pipeline: match raw.pipeline.value {
            PipelineChoice::Auto => pipeline,
            PipelineChoice::Of(pipeline) => pipeline,
        },
        statistics: raw.statistics.value,
        admission_start: 0,
        policy: policy(&raw.policy),
    }
}

fn policy(raw: &RawPolicy) -> PolicySpec {
    let binding = |(name, text): &(Located<String>, Located<String>)| {
        (name.value.clone(), text.value.clone())
    };
    let param =
        |(name, param): &(Located<String>, Located<Param>)| (name.value.clone(), param.value);
    PolicySpec {
        name: raw.name.clone(),
        score: raw.score.value.clone(),
        lets: raw.bindings.iter().map(binding).collect(),
        params: raw.params.iter().map(param).collect(),
    }
}

fn diagnostic(raw: &RawScheduler, error: &SpecError) -> Diagnostic {
    let code = Code::new(error.code, error.reason);
    let origin = match error.field.strip_prefix("policy.") {
        Some(key) => policy_origin(&raw.policy, key, error.span.clone()),
        None => scheduler_origin(raw, &error.field),
    };
    let origin = origin.unwrap_or_else(|| raw.origin.clone());
    Diagnostic::error(&code, &error.message, &error.hint).at(origin.place())
}

/// What is wrong with the expressions of a policy alone: syntax, names, units.
pub(crate) fn policy_problems(raw: &RawPolicy) -> Vec<Diagnostic> {
    let problem = |(key, error): (String, ExprError)| {
        let code = Code::new(error.code, error.reason);
        let span = (!error.span.is_empty()).then_some(error.span);
        let place = policy_origin(raw, &key, span).map(|origin| origin.place());
        Diagnostic::error(&code, error.message, error.hint).at(place)
    };
    match resolve(&policy(raw)) {
        Ok(_) => Vec::new(),
        Err(errors) => errors.into_iter().map(problem).collect(),
    }
}

fn scheduler_origin(raw: &RawScheduler, key: &str) -> Option<Origin> {
    let number = match key {
        "capacity" => &raw.capacity,
        "lanes" => &raw.lanes,
        "profiles" => &raw.profiles,
        "layers" => &raw.layers,
        "id_bits" => &raw.id_bits,
        "priority_bits" => &raw.priority_bits,
        "complete_depth" => &raw.complete_depth,
        "time_unit_cycles" => &raw.numbers.time_unit_cycles,
        "binding" => match &raw.binding.ii {
            Some(ii) => ii,
            None => return raw.binding.units.origin.clone(),
        },
        key => raw.numbers.width(key)?,
    };
    number.origin.clone()
}

/// Where a key of a policy is written, or the part of its expression that is meant.
fn policy_origin(raw: &RawPolicy, key: &str, span: Option<Range<usize>>) -> Option<Origin> {
    if let Some(name) = key.strip_prefix("params.") {
        let param = raw.params.iter().find(|param| param.0.value == name)?;
        return param.0.origin.clone();
    }
    let Some(name) = key.strip_prefix("let.") else {
        return inside(&raw.score, span);
    };
    let mut bindings = raw.bindings.iter();
    let (name, text) = bindings.find(|binding| binding.0.value == name)?;
    match span {
        Some(_) => inside(text, span),
        None => name.origin.clone(),
    }
}

fn inside(text: &Located<String>, span: Option<Range<usize>>) -> Option<Origin> {
    let origin = text.origin.as_ref()?;
    Some(match span {
        Some(span) => origin.part(&text.value, span.start, span.end),
        None => origin.clone(),
    })
}
