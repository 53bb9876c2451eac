//! Constraints and scripts for the tools that turn the RTL into a device configuration.

use askama::Template;

use super::template::ended;
use super::wrapper::Wrapper;
use super::{EmitError, Input};
use crate::vlog::{Direction, Module, Width};

/// The device that scripts for Vivado take unless the user names one: that of PYNQ-Z2.
pub(super) const PART: &str = "xc7z020clg400-1";

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
    banner: &'a str,
    name: &'a str,
    top: &'a str,
    wrapper: &'a str,
    version: String,
    part: &'a str,
}

/// `vivado/project.tcl`.
#[derive(Template)]
#[template(path = "package/vivado/project.tcl", syntax = "sv")]
struct Project<'a> {
    banner: &'a str,
}

/// `vivado/package_ip.tcl`.
#[derive(Template)]
#[template(path = "package/vivado/package_ip.tcl", syntax = "sv")]
struct PackageIp<'a> {
    banner: &'a str,
    description: &'a str,
    interfaces: &'a [String],
}

/// `vivado/synth_ooc.tcl`.
#[derive(Template)]
#[template(path = "package/vivado/synth_ooc.tcl", syntax = "sv")]
struct SynthOoc<'a> {
    banner: &'a str,
    top: &'a str,
}

/// `yosys/SCRIPT.ys`.
#[derive(Template)]
#[template(path = "package/synth.ys", syntax = "sv")]
struct Yosys<'a> {
    banner: &'a str,
    top: &'a str,
    script: &'a str,
    family: &'a str,
    synth: &'a str,
    rtl: &'a [String],
}

/// `nextpnr/ecp5.sh`.
#[derive(Template)]
#[template(path = "package/nextpnr.sh", syntax = "sv")]
struct Nextpnr<'a> {
    banner: &'a str,
    name: &'a str,
    top: &'a str,
}

/// Name of a script, device family, command of Yosys.
const FAMILIES: [(&str, &str, &str); 2] = [
    ("xc7", "7-series", "synth_xilinx -family xc7 -flatten"),
    ("ecp5", "ECP5", "synth_ecp5"),
];

/// Path and text of constraints and scripts.
pub(super) fn files(
    input: &Input<'_>,
    banner: &str,
    description: &str,
    wrapper: &Wrapper,
    rtl: &[String],
) -> Result<Vec<(String, String)>, EmitError> {
    let (name, top) = (input.name, input.hardware.top);
    let mut files = constraints(input, banner)?;
    let settings = Settings {
        banner,
        name,
        top,
        wrapper: &wrapper.module,
        version: core_version(),
        part: PART,
    };
    let package_ip = PackageIp {
        banner,
        description,
        interfaces: &wrapper.interfaces,
    };
    let mut add = |path: &str, text: String| files.push((path.to_owned(), text));
    add("vivado/settings.tcl", ended(&settings)?);
    add("vivado/project.tcl", ended(&Project { banner })?);
    add("vivado/package_ip.tcl", ended(&package_ip)?);
    add("vivado/synth_ooc.tcl", ended(&SynthOoc { banner, top })?);
    add("nextpnr/ecp5.sh", ended(&Nextpnr { banner, name, top })?);
    for (script, family, synth) in FAMILIES {
        let text = Yosys {
            banner,
            top,
            script,
            family,
            synth,
            rtl,
        };
        add(&format!("yosys/{script}.ys"), ended(&text)?);
    }
    Ok(files)
}

/// The version of the generator as IP cores have it: two numbers.
fn core_version() -> String {
    let (major, minor) = (
        env!("CARGO_PKG_VERSION_MAJOR"),
        env!("CARGO_PKG_VERSION_MINOR"),
    );
    format!("{major}.{minor}")
}

fn constraints(input: &Input<'_>, banner: &str) -> Result<Vec<(String, String)>, EmitError> {
    let clock_hz = input.scenario.clock_hz as f64;
    let mhz = &format!("{}", clock_hz / 1e6);
    let nanoseconds = |periods: f64| format!("{:.3}", periods * 1e9 / clock_hz);
    let top = input.hardware.top;
    let module = input.hardware.printed.iter().find(|m| m.name == top);
    let ports = |direction| module.map_or_else(Vec::new, |module| pins(module, direction));
    let ports = ended(&Ports {
        banner,
        top,
        mhz,
        period_ns: nanoseconds(1.0),
        delay_ns: nanoseconds(0.25),
        inputs: ports(Direction::Input),
        outputs: ports(Direction::Output),
    })?;
    let wrapper = WrapperClock {
        banner,
        mhz,
        period_ns: nanoseconds(1.0),
    };
    let path = |suffix: &str| format!("constraints/{}{suffix}", input.name);
    Ok(vec![
        (path(".sdc"), ports.clone()),
        (path(".xdc"), ports),
        (path("_ooc.xdc"), ended(&wrapper)?),
        (path(".lpf"), ended(&Lpf { banner, mhz })?),
        (path(".pcf"), ended(&Pcf { banner, mhz })?),
    ])
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
