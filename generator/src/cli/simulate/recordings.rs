//! The check of a folder of recorded runs.

use std::fmt::Write as _;
use std::path::Path;

use dysta_sim::reference::{Report, RunCheck, check};
use serde_json::{Value, json};
use thiserror::Error;

use super::Args;
use super::options::Compat;
use crate::cli::output;

/// A recorded run that this simulator does not repeat.
#[derive(Debug, Error)]
#[error("{different} of {runs} runs differ from their record")]
pub struct Mismatch {
    different: usize,
    runs: usize,
}

/// Repeats every run of `folder` and prints what was found.
pub fn run(args: &Args, folder: &Path) -> anyhow::Result<()> {
    let compat = args.compat.unwrap_or(Compat::Published2023);
    let progress = output::spinner(args.json, "repeating recorded runs");
    let report = check(folder, compat.semantics())?;
    progress.finish_and_clear();
    for name in &report.missing {
        eprintln!("note: {} holds no folder `{name}`", folder.display());
    }
    match args.json {
        true => output::print_json(&json(&report))?,
        false => output::print(&text(&report))?,
    }
    let (runs, identical) = (report.runs.len(), report.identical());
    match identical == runs {
        true => Ok(()),
        false => Err(Mismatch {
            different: runs - identical,
            runs,
        }
        .into()),
    }
}

fn json(report: &Report) -> Value {
    let of_folder = |folder: &str| {
        let runs = || report.runs.iter().filter(|run| run.folder == folder);
        let identical = runs().filter(|run| run.difference.is_none());
        json!({ "runs_checked": runs().count(), "runs_identical": identical.count() })
    };
    json!({
        "runs_checked": report.runs.len(),
        "runs_identical": report.identical(),
        "first_difference": report.first_difference().map(difference),
        "full": of_folder("full"),
        "small": of_folder("small"),
        "metrics": of_folder("metrics"),
        "missing": report.missing,
    })
}

fn difference(run: &RunCheck) -> Value {
    let difference = run.difference.as_ref();
    json!({
        "folder": run.folder,
        "file": run.file,
        "policy": run.policy,
        "slo_mult": run.slo_mult,
        "what": difference.map(|difference| difference.what),
        "place": difference.and_then(|difference| difference.place),
        "recorded": difference.map(|difference| &difference.recorded),
        "found": difference.map(|difference| &difference.found),
    })
}

fn text(report: &Report) -> String {
    let mut text = format!(
        "{} runs checked, {} identical\n",
        report.runs.len(),
        report.identical()
    );
    if let Some((run, difference)) = report
        .first_difference()
        .and_then(|run| Some((run, run.difference.as_ref()?)))
    {
        let place = difference
            .place
            .map_or(String::new(), |place| format!(" {place}"));
        let _ = writeln!(
            text,
            "first difference: {} under {} (SLO multiplier {}): {}{place} is {} and recorded {}",
            run.file,
            run.policy,
            run.slo_mult,
            difference.what,
            difference.found,
            difference.recorded
        );
    }
    text
}
