//! From a name or path to a checked configuration.

use crate::diag::Diagnostics;
use crate::fields::Kind;
use crate::fields::raw::{
    RawAccelerator, RawBenchmark, RawPolicy, RawScheduler, RawSuite, RawSystem, RawTarget,
    RawWorkload,
};
use crate::merge;
use crate::tree::Node;

/// What [`load_system`] and its like return: the value and warnings, or all problems.
pub type Loaded<T> = Result<(T, Diagnostics), Diagnostics>;

/// Loads a system by preset name or path and applies `--set` values.
///
/// # Errors
/// Every problem of references, values and score expressions in one go.
pub fn load_system(name_or_path: &str, sets: &[String]) -> Loaded<RawSystem> {
    load(Kind::System, name_or_path, sets, RawSystem::read)
}

/// Loads a scheduler; see [`load_system`].
///
/// # Errors
/// Every problem in one go.
pub fn load_scheduler(name_or_path: &str, sets: &[String]) -> Loaded<RawScheduler> {
    load(Kind::Scheduler, name_or_path, sets, RawScheduler::read)
}

/// Loads a workload; see [`load_system`].
///
/// # Errors
/// Every problem in one go.
pub fn load_workload(name_or_path: &str, sets: &[String]) -> Loaded<RawWorkload> {
    load(Kind::Workload, name_or_path, sets, RawWorkload::read)
}

/// Loads a policy; see [`load_system`].
///
/// # Errors
/// Every problem in one go.
pub fn load_policy(name_or_path: &str, sets: &[String]) -> Loaded<RawPolicy> {
    load(Kind::Policy, name_or_path, sets, RawPolicy::read)
}

/// Loads a benchmark; see [`load_system`].
///
/// # Errors
/// Every problem in one go.
pub fn load_benchmark(name_or_path: &str, sets: &[String]) -> Loaded<RawBenchmark> {
    load(Kind::Benchmark, name_or_path, sets, RawBenchmark::read)
}

/// Loads a target; see [`load_system`].
///
/// # Errors
/// Every problem in one go.
pub fn load_target(name_or_path: &str, sets: &[String]) -> Loaded<RawTarget> {
    load(Kind::Target, name_or_path, sets, RawTarget::read)
}

/// Loads an accelerator; see [`load_system`].
///
/// # Errors
/// Every problem in one go.
pub fn load_accelerator(name_or_path: &str, sets: &[String]) -> Loaded<RawAccelerator> {
    load(Kind::Accelerator, name_or_path, sets, RawAccelerator::read)
}

/// Loads a suite of layers; see [`load_system`].
///
/// # Errors
/// Every problem in one go.
pub fn load_suite(name_or_path: &str, sets: &[String]) -> Loaded<RawSuite> {
    load(Kind::Suite, name_or_path, sets, RawSuite::read)
}

fn load<T>(
    kind: Kind,
    name_or_path: &str,
    sets: &[String],
    read: impl FnOnce(&Node) -> Result<T, Diagnostics>,
) -> Loaded<T> {
    let (node, mut problems) = merge::load(kind, name_or_path, sets);
    let Some(node) = node else {
        return Err(problems);
    };
    match read(&node) {
        Ok(value) => problems.finish(value),
        Err(more) => {
            problems.extend(more);
            problems.sort();
            Err(problems)
        }
    }
}
