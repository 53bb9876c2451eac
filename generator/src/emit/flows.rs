//! Constraints and scripts for the tools that turn the RTL into a device configuration.

use askama::Template;

use super::EmitError;
use super::devices::{Device, Devices};
use super::template::ended;
use super::wrapper::Wrapper;
use crate::lower::{FEW_PINS, few_pins};
use crate::vlog::Module;

/// A top module that scripts are written for.
pub(super) struct Core<'a> {
    pub banner: &'a str,
    /// Name of its file list and constraints: `edge`, `edge_array`.
    pub name: &'a str,
    pub description: &'a str,
    pub module: &'a Module,
    pub wrapper: &'a Wrapper,
    /// Paths of its modules.
    pub rtl: &'a [String],
    pub clock_hz: u64,
    /// Folder of its scripts in those of a tool: empty, or `array/`.
    pub folder: &'a str,
}

/// `vivado/settings.tcl`.
#[derive(Template)]
#[template(path = "package/vivado/settings.tcl", syntax = "sv")]
struct Settings<'a> {
    core: &'a Core<'a>,
    version: String,
    part: &'a str,
    /// From the folder of the script to that of the package.
    root: &'a str,
}

macro_rules! vivado_templates {
    ($($name:ident $path:literal,)*) => {$(
        #[derive(Template)]
        #[template(path = $path, syntax = "sv")]
        struct $name<'a> {
            core: &'a Core<'a>,
        }
    )*};
}

vivado_templates! {
    Project "package/vivado/project.tcl",
    PackageIp "package/vivado/package_ip.tcl",
    SynthOoc "package/vivado/synth_ooc.tcl",
}

/// `yosys/FAMILY.ys`.
#[derive(Template)]
#[template(path = "package/synth.ys", syntax = "sv")]
struct Yosys<'a> {
    core: &'a Core<'a>,
    device: &'a Device,
    /// The module that joins its pins to few, where it is placed with pins.
    few_pins: Option<&'a str>,
}

/// `nextpnr/FAMILY.sh`.
#[derive(Template)]
#[template(path = "package/nextpnr.sh", syntax = "sv")]
struct Nextpnr<'a> {
    core: &'a Core<'a>,
    device: &'a Device,
}

impl Core<'_> {
    pub(super) fn top(&self) -> &str {
        &self.module.name
    }

    /// Path and text of constraints and scripts.
    pub(super) fn files(&self, devices: &Devices) -> Result<Vec<(String, String)>, EmitError> {
        let mut files = self.constraints()?;
        files.extend(self.vivado(devices)?);
        for device in devices.both() {
            files.extend(self.open_tools(&device)?);
        }
        Ok(files)
    }

    fn vivado(&self, devices: &Devices) -> Result<Vec<(String, String)>, EmitError> {
        let settings = Settings {
            core: self,
            version: core_version(),
            part: &devices.vivado.part,
            root: if self.folder.is_empty() {
                ".."
            } else {
                "../.."
            },
        };
        let path = |name: &str| format!("vivado/{}{name}.tcl", self.folder);
        Ok(vec![
            (path("settings"), ended(&settings)?),
            (path("project"), ended(&Project { core: self })?),
            (path("package_ip"), ended(&PackageIp { core: self })?),
            (path("synth_ooc"), ended(&SynthOoc { core: self })?),
        ])
    }

    fn open_tools(&self, device: &Device) -> Result<Vec<(String, String)>, EmitError> {
        let (folder, family) = (self.folder, &device.family);
        let mut files = Vec::new();
        let joined = format!("nextpnr/{folder}{FEW_PINS}.sv");
        if !device.out_of_context {
            let banner = [self.banner, "SPDX-License-Identifier: 0BSD"].map(str::to_owned);
            let module = few_pins(&self.module.interface());
            files.push((joined.clone(), module.print(&banner)));
        }
        let script = Yosys {
            core: self,
            device,
            few_pins: (!device.out_of_context).then_some(&joined),
        };
        files.push((format!("yosys/{folder}{family}.ys"), ended(&script)?));
        if !device.program.is_empty() {
            let script = Nextpnr { core: self, device };
            files.push((format!("nextpnr/{folder}{family}.sh"), ended(&script)?));
        }
        Ok(files)
    }
}

/// The version of the generator as IP cores have it: two numbers.
fn core_version() -> String {
    let (major, minor) = (
        env!("CARGO_PKG_VERSION_MAJOR"),
        env!("CARGO_PKG_VERSION_MINOR"),
    );
    format!("{major}.{minor}")
}
