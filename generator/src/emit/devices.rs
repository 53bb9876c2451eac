//! The devices that scripts of a package are for: that of the system, and presets for the other tools.

use dysta_config::target::{Family, Flow, Target, check_target};
use dysta_sim::synthesis::{device_arguments, synth_command};

use super::EmitError;

/// A device that Vivado takes where the system names none: PYNQ-Z2.
const VIVADO: &str = "xc7z020";
/// A device that nextpnr takes where the system names none: ULX3S.
const NEXTPNR: &str = "lfe5u-85f";

/// One device for each tool chain.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Devices {
    /// Synthesis by Yosys, or all by Vivado.
    pub vivado: Target,
    /// Synthesis by Yosys, place and route by nextpnr.
    pub nextpnr: Target,
}

impl Devices {
    /// The device of a system in the place of the preset for its tools.
    pub(super) fn new(target: Option<&Target>) -> Result<Self, EmitError> {
        let of_system = |flow| target.filter(|target| target.flow == flow).cloned();
        let or_preset = |flow, name| of_system(flow).map_or_else(|| preset(name), Ok);
        Ok(Self {
            vivado: or_preset(Flow::Yosys, VIVADO)?,
            nextpnr: or_preset(Flow::Nextpnr, NEXTPNR)?,
        })
    }

    pub(super) fn both(&self) -> [Device; 2] {
        [&self.vivado, &self.nextpnr].map(Device::new)
    }
}

fn preset(name: &'static str) -> Result<Target, EmitError> {
    let target = check_target(name, &[]).map(|(target, _)| target);
    target.map_err(|_| EmitError::Preset { name })
}

/// A device as scripts name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Device {
    /// Word for the family: name of its script.
    pub family: String,
    /// Its part.
    pub part: String,
    /// Command of Yosys with options.
    pub synth: String,
    /// The same as FuseSoC has it: architecture and options.
    pub arch: &'static str,
    pub options: Vec<String>,
    /// Options of nextpnr that name the device.
    pub device: String,
    /// Program of nextpnr; empty where it does not know the device.
    pub program: &'static str,
    /// No memory that is written may become flip-flops: there are small memories for all.
    pub small_memories: bool,
    /// The design is placed without its pins; else they are joined to few.
    pub out_of_context: bool,
}

impl Device {
    fn new(target: &Target) -> Self {
        let synth = synth_command(target);
        let options = synth.split(' ').skip(1).map(str::to_owned).collect();
        let (arch, program) = match target.family {
            Family::Xc7 | Family::Xcup => ("xilinx", ""),
            Family::Ecp5 => ("ecp5", "nextpnr-ecp5"),
            Family::Ice40 => ("ice40", "nextpnr-ice40"),
        };
        Self {
            family: target.family.to_string(),
            part: target.part.clone(),
            synth,
            arch,
            options,
            device: device_arguments(target).join(" "),
            program,
            small_memories: target.family != Family::Ice40,
            out_of_context: target.family != Family::Ice40,
        }
    }
}
