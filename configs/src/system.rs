//! A system that the program may rely on: cross-checked, complete, without places.

use crate::accelerator::{self, Accelerator};
use crate::checks;
use crate::fields::raw::RawSystem;
use crate::load::{self, Loaded};
use crate::lower;
use crate::params::SchedulerParams;
use crate::target::{self, Target};
use crate::workload;
pub use crate::workload::{ProfileSpec, WorkloadSpec};

/// Everything one configuration says, ready to build and to play.
#[derive(Debug, Clone, PartialEq)]
pub struct System {
    /// Name: as given, else that of the preset or file; letters, digits and `_`.
    pub name: String,
    /// Clock in Hz.
    pub clock_hz: u64,
    /// The scheduler.
    pub scheduler: SchedulerParams,
    /// The sparse compute array, if there is one.
    pub accelerator: Option<Accelerator>,
    /// The requests to play.
    pub workload: WorkloadSpec,
    /// The device, where one is named.
    pub target: Option<Target>,
}

/// Clock of a system that names neither a clock nor a target, in Hz.
const CLOCK_HZ: u64 = 200_000_000;

/// Loads a system by preset name or path, applies `--set KEY.KEY=VALUE` in order, and checks it.
///
/// # Errors
/// In one go every problem of references, values and score expressions; when there is none, every
/// problem of parts that do not fit together or that this version cannot build.
pub fn check_system(name_or_path: &str, sets: &[String]) -> Loaded<System> {
    let (raw, warnings) = load::load_system(name_or_path, sets)?;
    let mut problems = checks::check(&raw, warnings);
    problems.extend(raw.accelerator.iter().flat_map(accelerator::check));
    let target = raw.target.as_ref().map(target::lower);
    problems.extend(raw.target.iter().filter_map(target::check));
    let lanes = raw.scheduler.lanes.value;
    let pipeline = target.as_ref().map(|target| target.pipeline(lanes));
    let pipeline = pipeline.unwrap_or_default();
    let scheduler = match lower::scheduler(&raw.scheduler, &raw.name, pipeline) {
        Ok(scheduler) if !problems.has_errors() => scheduler,
        Ok(_) => return Err(problems),
        Err(more) => {
            problems.extend(more);
            problems.sort();
            return Err(problems);
        }
    };
    Ok((system(raw, scheduler, target), problems))
}

fn system(raw: RawSystem, scheduler: SchedulerParams, target: Option<Target>) -> System {
    let given = raw
        .clock_mhz
        .map(|clock| (clock.value * 1e6).round() as u64);
    let of_target = target.as_ref().map(|target| target.clock_hz);
    System {
        clock_hz: given.or(of_target).unwrap_or(CLOCK_HZ),
        workload: workload::spec(&raw.workload),
        accelerator: raw.accelerator.as_ref().map(accelerator::lower),
        name: raw.name,
        scheduler,
        target,
    }
}
