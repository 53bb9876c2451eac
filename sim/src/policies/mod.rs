//! Scheduling policies, one file each. Those of the paper are native and exact to the bit; presets and files of the policy language are
//! compiled from their score expression.

mod dysta;
mod dysta_naive;
mod dysta_oracle;
mod expression;
mod fcfs;
mod planaria;
mod prema;
mod prema_sparse;
mod scan;
mod scored;
mod sdrm3;
mod sdrm3_sparse;
mod sjf;
mod sjf_sparse;

pub use dysta::Dysta;
pub use dysta_naive::dysta_naive;
pub use dysta_oracle::dysta_oracle;
pub use expression::Expression;
pub use fcfs::Fcfs;
pub use planaria::Planaria;
pub use prema::Prema;
pub use prema_sparse::PremaSparse;
pub use scored::Scores;
pub use sdrm3::Sdrm3;
pub use sdrm3_sparse::Sdrm3Sparse;
pub use sjf::Sjf;
pub use sjf_sparse::SjfSparse;

use dysta_config::diag::Diagnostics;
use dysta_config::system::check_system;

use crate::engine::Policy;
use crate::float::Scale;

/// The policies of the paper, in the order of its tables.
pub const PAPER: [&str; 11] = [
    "fcfs",
    "sjf",
    "sjf_sparse",
    "prema",
    "prema_sparse",
    "planaria",
    "sdrm3",
    "sdrm3_sparse",
    "dysta_naive",
    "dysta",
    "dysta_oracle",
];

/// The policies beyond the paper, presets of the policy language.
pub const BEYOND: [&str; 5] = ["edf", "llf", "weighted_srpt", "slack_srpt", "slack_ramp"];

/// The scales of a score, in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// What the waiting penalty of the dysta policies, a ratio, is multiplied by: 1 second as published, or the mean isolated latency of the
    /// profiles ([`crate::engine::Profiles::mean_isolated_s`]), which fits networks of any length.
    pub penalty_scale_s: f64,
    /// Mean isolated latency of the profiles, what `mean_isolated` stands for in an expression.
    pub mean_isolated_s: f64,
    /// Clock in Hz, for parameters in cycles.
    pub clock_hz: u64,
}

impl Settings {
    /// As published: the penalty counts as seconds.
    pub fn published() -> Self {
        Self {
            penalty_scale_s: 1.0,
            mean_isolated_s: 1.0,
            clock_hz: 200_000_000,
        }
    }

    /// As the presets of systems: the penalty counts in mean isolated latencies.
    pub fn mean_isolated(mean_isolated_s: f64) -> Self {
        Self {
            penalty_scale_s: mean_isolated_s,
            mean_isolated_s,
            ..Self::published()
        }
    }
}

/// A policy of the paper by name, or none of that name.
pub fn of_paper(name: &str, settings: &Settings) -> Option<Box<dyn Policy + Send>> {
    let scale = settings.penalty_scale_s;
    Some(match name {
        "fcfs" => Box::new(Fcfs),
        "sjf" => Box::new(Sjf),
        "sjf_sparse" => Box::new(SjfSparse),
        "prema" => Box::new(Prema::default()),
        "prema_sparse" => Box::new(PremaSparse::default()),
        "planaria" => Box::new(Planaria),
        "sdrm3" => Box::new(Sdrm3),
        "sdrm3_sparse" => Box::new(Sdrm3Sparse),
        "dysta_naive" => Box::new(dysta_naive(scale)),
        "dysta" => Box::new(Dysta::new(scale)),
        "dysta_oracle" => Box::new(dysta_oracle(scale)),
        _ => return None,
    })
}

/// A policy by name: one of the paper, a preset of the policy language, or a file that holds one.
///
/// # Errors
/// The problems of the preset or file; an unknown name is one.
pub fn by_name(name: &str, settings: &Settings) -> Result<Box<dyn Policy + Send>, Diagnostics> {
    match of_paper(name, settings) {
        Some(policy) => Ok(policy),
        None => Ok(Box::new(expression(name, settings)?)),
    }
}

/// A preset or file of the policy language, compiled. Its parameter `penalty_scale`, if any, is as written there.
///
/// # Errors
/// The problems of the preset or file.
pub fn expression(name: &str, settings: &Settings) -> Result<Expression, Diagnostics> {
    let (system, _) = check_system("edge", &[format!("scheduler.policy={name}")])?;
    let scale = Scale::seconds(settings.clock_hz, settings.mean_isolated_s);
    let scheduler = &system.scheduler;
    Ok(Expression::new(
        &scheduler.program,
        &scheduler.spec.policy,
        scale,
    ))
}
