//! Whether a design fits a device, and which parameter makes it smaller.

use dysta_config::accelerator::Accelerator;
use dysta_config::expr::Binding;
use dysta_config::params::SchedulerSpec;
use dysta_config::target::Target;
use dysta_sim::synthesis::Area;
use miette::Diagnostic;
use thiserror::Error;

use super::Finding;

/// A design that takes more than the device has.
#[derive(Debug, Error, Diagnostic)]
#[error("{name} does not fit {target}: {}", .missing.join(", "))]
#[diagnostic(code(dysta::synth::too_large), help("{hint}"))]
pub struct TooLarge {
    name: String,
    target: String,
    missing: Vec<String>,
    hint: String,
}

/// A kind of resource: what is taken, what there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Use {
    /// Key in reports.
    pub key: &'static str,
    /// Name in messages.
    name: &'static str,
    /// What the design takes.
    pub used: u32,
    /// What the device has.
    pub available: u32,
}

impl Use {
    /// Used over available; none where the device has none and none is used.
    pub fn share(&self) -> Option<f64> {
        (self.available > 0).then(|| f64::from(self.used) / f64::from(self.available))
    }
}

/// Every kind of resource.
pub fn uses(total: &Area, target: &Target) -> [Use; 5] {
    let capacity = &target.capacity;
    let one = |key, name, used, available| Use {
        key,
        name,
        used,
        available,
    };
    [
        one(
            "lut",
            "LUT",
            total.occupied_tables(target.family),
            capacity.lut,
        ),
        one("ff", "FF", total.ff, capacity.ff),
        one("dsp", "DSP", total.dsp, capacity.dsp),
        one("bram", "BRAM", total.bram, capacity.bram),
        one("uram", "URAM", total.uram, capacity.uram),
    ]
}

/// Refuses a design that takes more than there is.
pub fn check(finding: &Finding) -> Result<(), TooLarge> {
    let uses = uses(&finding.total(), &finding.target);
    let over: Vec<&Use> = uses
        .iter()
        .filter(|each| each.used > each.available)
        .collect();
    let Some(first) = over.first() else {
        return Ok(());
    };
    let number = |each: &&Use| format!("{} {} of {}", each.used, each.name, each.available);
    Err(TooLarge {
        name: finding.name(),
        target: finding.target.name.clone(),
        missing: over.iter().map(number).collect(),
        hint: format!("{}, or choose a larger target", remedy(first.key, finding)),
    })
}

/// The parameter that lowers a kind of resource most, of the part that takes most of it.
fn remedy(key: &str, finding: &Finding) -> String {
    let used = |area: &Area| {
        let uses = uses(area, &finding.target);
        uses.iter()
            .find(|each| each.key == key)
            .map(|each| each.used)
    };
    let scheduler = finding.scheduler_area().and_then(|area| used(&area));
    let array = finding.array_area().and_then(|area| used(&area));
    match &finding.system.accelerator {
        Some(accelerator) if array > scheduler => remedy_of_array(key, accelerator),
        _ => remedy_of_scheduler(key, &finding.system.scheduler.spec),
    }
}

fn remedy_of_array(key: &str, accelerator: &Accelerator) -> String {
    let elements = format!(
        "`accelerator.columns` ({}) or `accelerator.rows` ({})",
        accelerator.columns, accelerator.rows
    );
    match key {
        "bram" | "uram" => format!(
            "lower {elements}, or `accelerator.activation_chunks` ({})",
            1_u32 << accelerator.chunk_bits
        ),
        _ => format!("lower {elements}"),
    }
}

fn remedy_of_scheduler(key: &str, spec: &SchedulerSpec) -> String {
    match (key, spec.lanes) {
        ("bram" | "uram", _) => format!(
            "lower `scheduler.layers` ({}) or `scheduler.profiles` ({})",
            spec.layers, spec.profiles
        ),
        (_, lanes) if lanes > 1 => format!("lower `scheduler.lanes` ({lanes})"),
        ("dsp", _) if spec.binding == Binding::Dedicated => {
            "set `scheduler.binding.units` to `shared`".to_owned()
        }
        ("dsp", _) => "lower `scheduler.binding.multipliers`".to_owned(),
        _ => format!("lower `scheduler.capacity` ({})", spec.capacity),
    }
}
