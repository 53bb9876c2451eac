//! Constraints and scripts for the tools that turn the RTL into a device configuration.

use askama::Template;

use super::EmitError;
use super::devices::{Device, Devices};
use super::template::ended;
use super::wrapper::Wrapper;
use crate::lower::{FEW_PINS, few_pins};
use crate::vlog::{Direction, Module, Width};

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

/// `constraints/NAME.sdc` and `constraints/NAME.xdc`.
#[derive(Template)]
#[template(path = "package/ports.sdc", syntax = "sv")]
struct Ports<'a> {
    banner: &'a str,
    top: &'a str,
    mhz: &'a str,
    period_ns: String,
    delay_ns: String,
    inputs: Vec<String>,
    outputs: Vec<String>,
}

macro_rules! clock_templates {
    ($($name:ident $path:literal,)*) => {$(
        #[derive(Template)]
        #[template(path = $path, syntax = "sv")]
        struct $name<'a> {
            banner: &'a str,
            mhz: &'a str,
        }
    )*};
}

clock_templates! {
    Lpf "package/clock.lpf",
    Pcf "package/clock.pcf",
}

/// `constraints/NAME_ooc.xdc`.
#[derive(Template)]
#[template(path = "package/clock.xdc", syntax = "sv")]
struct WrapperClock<'a> {
    banner: &'a str,
    mhz: &'a str,
    period_ns: String,
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

    fn constraints(&self) -> Result<Vec<(String, String)>, EmitError> {
        let (banner, clock_hz) = (self.banner, self.clock_hz as f64);
        let mhz = &format!("{}", clock_hz / 1e6);
        let nanoseconds = |periods: f64| format!("{:.3}", periods * 1e9 / clock_hz);
        let ports = ended(&Ports {
            banner,
            top: self.top(),
            mhz,
            period_ns: nanoseconds(1.0),
            delay_ns: nanoseconds(0.25),
            inputs: pins(self.module, Direction::Input),
            outputs: pins(self.module, Direction::Output),
        })?;
        let wrapper = WrapperClock {
            banner,
            mhz,
            period_ns: nanoseconds(1.0),
        };
        let path = |suffix: &str| format!("constraints/{}{suffix}", self.name);
        Ok(vec![
            (path(".sdc"), ports.clone()),
            (path(".xdc"), ports),
            (path("_ooc.xdc"), ended(&wrapper)?),
            (path(".lpf"), ended(&Lpf { banner, mhz })?),
            (path(".pcf"), ended(&Pcf { banner, mhz })?),
        ])
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

/// Ports of a direction as constraints name them, the clock left out: `rst_ni`, `now_i[*]`.
fn pins(module: &Module, direction: Direction) -> Vec<String> {
    let ports = module.all_ports();
    let ports = ports.filter(|port| port.direction == direction && port.name != "clk_i");
    ports
        .map(|port| match port.width {
            Width::Bits(1) => port.name.clone(),
            _ => format!("{}[*]", port.name),
        })
        .collect()
}
