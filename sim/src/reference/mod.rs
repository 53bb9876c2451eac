//! Checks the engine against a folder of recorded runs of the published simulator, run by run.
//!
//! ```text
//! traces/FAMILY/*.csv      traces; the averages are recomputed from them
//! derived/FAMILY.json      base targets; where there is no such file they are computed from the traces
//! tables/*.json            request tables of the metrics
//! metrics/*.json           metrics of each (table, SLO multiplier, policy)
//! full/*.json small/*.json recordings: table, targets, and of each policy schedule, finish times, metrics, decisions
//! ```
//! Every JSON file may be gzipped. What was recorded must be met in every bit, except `antt` and `clock_back_s`, sums of another order, which
//! must agree within 1e-12.

mod compare;
mod family;
mod folder;
mod metrics;

pub use compare::Difference;
pub use family::base_targets_s;
pub use metrics::{Row, read as read_metrics};

use std::path::Path;

use crate::engine::Semantics;
use crate::trace::DataResult;

/// Relative tolerance of sums in another order.
const TOLERANCE: f64 = 1e-12;

/// One recorded run.
#[derive(Debug, Clone, PartialEq)]
pub struct RunCheck {
    /// Folder that it belongs to: `full`, `small` or `metrics`.
    pub folder: &'static str,
    /// File of the recording, or of the table of a row of metrics.
    pub file: String,
    /// Its policy.
    pub policy: String,
    /// Multiplier of the base target.
    pub slo_mult: f64,
    /// The first thing that differs.
    pub difference: Option<Difference>,
}

/// What a folder of recordings said.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Report {
    /// All runs: those of `full`, then `small`, then `metrics`, each by file, then policy or row.
    pub runs: Vec<RunCheck>,
    /// Those of the three folders that are not there.
    pub missing: Vec<&'static str>,
}

impl Report {
    /// Number of runs that are as recorded.
    pub fn identical(&self) -> usize {
        let identical = self.runs.iter().filter(|run| run.difference.is_none());
        identical.count()
    }

    /// The first run that is not as recorded.
    pub fn first_difference(&self) -> Option<&RunCheck> {
        self.runs.iter().find(|run| run.difference.is_some())
    }
}

/// Runs every recorded run of `folder` under `semantics` and compares.
///
/// # Errors
/// If a file is missing or damaged, or nothing is recorded.
pub fn check(folder: &Path, semantics: Semantics) -> DataResult<Report> {
    folder::Reference::new(folder, semantics).check()
}
