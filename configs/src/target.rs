//! A programmable device that the program may rely on.

use std::fmt;

use crate::codes;
use crate::diag::Diagnostic;
use crate::fields::Kind;
pub use crate::fields::raw::{Family, Flow, Infer};
use crate::fields::raw::{RawTarget, word};
use crate::load::{self, Loaded};
use crate::params::Pipeline;
use crate::presets;

/// A device and the tools that map hardware to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// Name of the preset or file.
    pub name: String,
    /// Board or use; the name where none is given.
    pub title: String,
    /// Part number as the vendor's tools take it.
    pub part: String,
    /// Family.
    pub family: Family,
    /// Speed grade, where the family has grades.
    pub speed_grade: Option<u32>,
    /// Package, for place and route.
    pub package: Option<String>,
    /// Clock in Hz that place and route aims at.
    pub clock_hz: u64,
    /// Highest clock in Hz at which the short pipeline is taken; every clock where there is none.
    pub short_pipeline_hz: Option<u64>,
    /// Most lanes with which the short pipeline is taken; any number where there is none.
    pub short_pipeline_lanes: Option<u32>,
    /// Open tools.
    pub flow: Flow,
    /// What the device holds.
    pub capacity: Capacity,
    /// What synthesis may infer, in the order of writing.
    pub infer: Vec<Infer>,
}

/// Resources of a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capacity {
    /// Look-up tables.
    pub lut: u32,
    /// Flip-flops.
    pub ff: u32,
    /// DSP slices or multipliers.
    pub dsp: u32,
    /// Block memories of `bram_kbit`.
    pub bram: u32,
    /// Size of a block memory in kbit.
    pub bram_kbit: u32,
    /// Large memory blocks of `uram_kbit`.
    pub uram: u32,
    /// Size of a large memory block in kbit; 0 without any.
    pub uram_kbit: u32,
}

impl Target {
    /// Whether synthesis may infer a kind of cell.
    pub fn infers(&self, kind: Infer) -> bool {
        self.infer.contains(&kind)
    }

    /// Clock in MHz.
    pub fn clock_mhz(&self) -> f64 {
        self.clock_hz as f64 / 1e6
    }

    /// Pipeline of a scheduler with so many lanes for the clock of this device.
    pub fn pipeline(&self, lanes: u32) -> Pipeline {
        let is_fast = self
            .short_pipeline_hz
            .is_some_and(|most| self.clock_hz > most);
        let is_wide = self.short_pipeline_lanes.is_some_and(|most| lanes > most);
        match is_fast || is_wide {
            true => Pipeline::Long,
            false => Pipeline::Short,
        }
    }

    /// The option that names the die to nextpnr, such as `--85k`; `None` for parts it does not know.
    pub fn nextpnr_device(&self) -> Option<&'static str> {
        let device = |(prefix, _): &&(&str, &str)| self.part.starts_with(prefix);
        let known = match self.family {
            Family::Ecp5 => ECP5.iter().find(device),
            Family::Ice40 => ICE40.iter().find(device),
            Family::Xc7 | Family::Xcup => None,
        };
        known.map(|(_, option)| *option)
    }
}

const ECP5: [(&str, &str); 4] = [
    ("LFE5U-12F", "--12k"),
    ("LFE5U-25F", "--25k"),
    ("LFE5U-45F", "--45k"),
    ("LFE5U-85F", "--85k"),
];
const ICE40: [(&str, &str); 5] = [
    ("iCE40UP3K", "--up3k"),
    ("iCE40UP5K", "--up5k"),
    ("iCE40HX1K", "--hx1k"),
    ("iCE40HX4K", "--hx4k"),
    ("iCE40HX8K", "--hx8k"),
];

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(word(*self))
    }
}

/// Loads a target by preset name or path and applies `--set KEY=VALUE` in order.
///
/// # Errors
/// Every problem in one go.
pub fn check_target(name_or_path: &str, sets: &[String]) -> Loaded<Target> {
    let (raw, mut problems) = load::load_target(name_or_path, sets)?;
    problems.extend(check(&raw));
    problems.finish(lower(&raw))
}

/// A part that its flow does not know.
pub(crate) fn check(raw: &RawTarget) -> Option<Diagnostic> {
    let target = lower(raw);
    if target.flow != Flow::Nextpnr || target.nextpnr_device().is_some() {
        return None;
    }
    let message = format!("nextpnr has no part `{}` of {}", target.part, target.family);
    let known = [&ECP5[..], &ICE40[..]].concat();
    let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
    let hint = format!("use `flow: yosys`, or one of {}", names.join(", "));
    Some(Diagnostic::error(&codes::CONFLICT, message, hint).at(raw.part.place()))
}

/// Names of devices have hyphens, which those of configurations cannot have.
fn full_name(name: &str) -> &str {
    let mut presets = presets::names(Kind::Target);
    presets
        .find(|preset| preset.replace('-', "_") == name)
        .unwrap_or(name)
}

fn hertz(megahertz: f64) -> u64 {
    (megahertz * 1e6).round() as u64
}

pub(crate) fn lower(raw: &RawTarget) -> Target {
    let capacity = &raw.capacity;
    Target {
        title: raw
            .title
            .as_ref()
            .map_or_else(|| raw.name.clone(), |title| title.value.clone()),
        name: full_name(&raw.name).to_owned(),
        part: raw.part.value.clone(),
        family: raw.family.value,
        speed_grade: raw.speed_grade.as_ref().map(|grade| grade.value),
        package: raw.package.as_ref().map(|package| package.value.clone()),
        clock_hz: hertz(raw.clock_mhz.value),
        short_pipeline_hz: raw
            .short_pipeline_mhz
            .as_ref()
            .map(|clock| hertz(clock.value)),
        short_pipeline_lanes: raw.short_pipeline_lanes.as_ref().map(|lanes| lanes.value),
        flow: raw.flow.value,
        capacity: Capacity {
            lut: capacity.lut.value,
            ff: capacity.ff.value,
            dsp: capacity.dsp.value,
            bram: capacity.bram.value,
            bram_kbit: capacity.bram_kbit.value,
            uram: capacity.uram.value,
            uram_kbit: capacity.uram_kbit.value,
        },
        infer: raw.infer.iter().map(|kind| kind.value).collect(),
    }
}
