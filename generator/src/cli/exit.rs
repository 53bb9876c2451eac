//! From an error to what the user reads and to the exit code.

use std::io::{self, IsTerminal};
use std::process::ExitCode;

use anyhow::Error;
use dysta_config::diag::{Diagnostics, Style};
use dysta_generator::emit::EmitError;
use dysta_sim::array::LayerError;
use dysta_sim::bench::BenchError;
use dysta_sim::cosim::CosimError;
use dysta_sim::golden::RunError;
use dysta_sim::network::NoEnd;
use dysta_sim::scenario::ScenarioError;
use dysta_sim::synthesis::SynthesisError;
use dysta_sim::tflite::ModelError;
use dysta_sim::trace::DataError;
use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme};
use serde_json::{Value, json};

use super::bench::{LayerFailure, StoreError};
use super::cosim::GoalMissed;
use super::doctor::Unwell;
use super::interrupt::Interrupted;
use super::output;
use super::profile::ProfileError;
use super::simulate::{Contradiction, Mismatch};
use super::synth::{BlockOfBoth, TimingMissed, TooLarge, UnknownBlock};

/// The exit codes, as shown by `--help`.
pub const HELP: &str = "Exit codes: 0 ok, 1 run or data error, 2 usage, 3 invalid configuration, 4 mismatch, \
5 tool missing, 6 goal missed, 130 interrupted";

const OK: u8 = 0;
const RUN: u8 = 1;
const USAGE: u8 = 2;
const CONFIG: u8 = 3;
const MISMATCH: u8 = 4;
const TOOL_MISSING: u8 = 5;
const GOAL: u8 = 6;
const INTERRUPTED: u8 = 130;

/// Tells the user about an error and gives the exit code. With `json` the problem is data on standard output.
pub fn report(error: &Error, json: bool) -> ExitCode {
    let code = code(error);
    if code != OK && code != INTERRUPTED {
        if json && !is_reported(error) {
            // A reader that has gone away has no use for the problem either.
            let _ = output::print_json(&json!({ "exit_code": code, "problems": problems(error) }));
        }
        eprint!("{}", render(error, style()));
    }
    ExitCode::from(code)
}

/// How diagnostics are drawn on standard error.
pub fn style() -> Style {
    match io::stderr().is_terminal() {
        true => Style::Terminal,
        false => Style::Plain,
    }
}

fn code(error: &Error) -> u8 {
    if is_broken_pipe(error) {
        return OK;
    }
    if error.is::<Interrupted>() {
        return INTERRUPTED;
    }
    if let Some(problems) = diagnostics(error) {
        let data = problems.iter().all(|problem| problem.is_data());
        return if data { RUN } else { CONFIG };
    }
    if error.is::<Unwell>() {
        return TOOL_MISSING;
    }
    if error.is::<GoalMissed>() || error.is::<TimingMissed>() {
        return GOAL;
    }
    if error.is::<TooLarge>() {
        return CONFIG;
    }
    if error.is::<Contradiction>() || error.is::<UnknownBlock>() || error.is::<BlockOfBoth>() {
        return USAGE;
    }
    if matches!(error.downcast_ref(), Some(ProfileError::Spread)) {
        return USAGE;
    }
    if error.is::<Mismatch>() {
        return MISMATCH;
    }
    if let Some(synthesis) = error.downcast_ref::<SynthesisError>() {
        return synthesis.exit_code();
    }
    if let Some(failure) = error.downcast_ref::<LayerFailure>() {
        return failure.exit_code();
    }
    let cosim = error.downcast_ref::<CosimError>();
    cosim.map_or(RUN, CosimError::exit_code)
}

/// The list of problems that an error holds.
fn diagnostics(error: &Error) -> Option<&Diagnostics> {
    match error.downcast_ref::<BenchError>() {
        Some(BenchError::Config(problems)) => Some(problems),
        _ => error.downcast_ref::<Diagnostics>(),
    }
}

/// The reader of a pipe closed it: it has all it wanted.
fn is_broken_pipe(error: &Error) -> bool {
    let io = error.downcast_ref::<io::Error>();
    io.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

/// The command has printed its data already; a second value would spoil it.
fn is_reported(error: &Error) -> bool {
    let is_unconverged = matches!(
        error.downcast_ref::<SynthesisError>(),
        Some(SynthesisError::TimeLimit {
            mapping: Some(_),
            ..
        })
    );
    error.is::<Unwell>()
        || error.is::<GoalMissed>()
        || error.is::<TimingMissed>()
        || error.is::<Mismatch>()
        || is_unconverged
}

/// The error as one of the types that know what to do about it.
fn diagnostic(error: &Error) -> Option<&dyn Diagnostic> {
    macro_rules! first_of {
        ($($ty:ty)*) => {
            $(if let Some(known) = error.downcast_ref::<$ty>() {
                return Some(known);
            })*
        };
    }
    first_of!(DataError ScenarioError RunError EmitError CosimError ModelError Contradiction BenchError StoreError SynthesisError TooLarge UnknownBlock BlockOfBoth TimingMissed LayerError LayerFailure NoEnd ProfileError);
    None
}

fn render(error: &Error, style: Style) -> String {
    if let Some(problems) = diagnostics(error) {
        return problems.render(style);
    }
    let Some(known) = diagnostic(error) else {
        return format!("Error: {error:#}\n");
    };
    let theme = match style {
        Style::Terminal => GraphicalTheme::unicode(),
        Style::Plain => GraphicalTheme::none(),
    };
    let handler = GraphicalReportHandler::new_themed(theme).with_links(false);
    let mut text = String::new();
    match handler.with_width(100).render_report(&mut text, known) {
        Ok(()) => text,
        Err(_) => format!("Error: {error:#}\n"),
    }
}

fn problems(error: &Error) -> Value {
    if let Some(problems) = diagnostics(error) {
        return problems.to_json();
    }
    let text = |part: Option<Box<dyn std::fmt::Display + '_>>| part.map(|part| part.to_string());
    let known = diagnostic(error);
    json!([{
        "code": known.and_then(|known| text(known.code())),
        "severity": "error",
        "message": format!("{error:#}"),
        "hint": known.and_then(|known| text(known.help())),
    }])
}
