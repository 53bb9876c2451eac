//! Constraints of tops and leaves: clock, delays of the ports.

use askama::Template;

use super::EmitError;
use super::flows::Core;
use super::template::ended;
use crate::leaf::Leaf;
use crate::vlog::{Direction, ModuleInterface, Port, Width};

/// The clock that all ports belong to.
const CLOCK: &str = "clk_i";

/// `constraints/NAME.sdc` and `constraints/NAME.xdc`:
///
/// ```text
/// create_clock -name clk -period 5.000 [get_ports clk_i]
/// set_input_delay -clock clk 1.250 [get_ports {rst_ni now_i[*]}]
/// set_output_delay -clock clk 1.250 [get_ports {quiescent_o}]
/// ```
#[derive(Template)]
#[template(path = "package/ports.sdc", syntax = "sv")]
struct Ports<'a> {
    banner: &'a str,
    top: &'a str,
    mhz: &'a str,
    period_ns: String,
    delay_ns: String,
    /// Whether there is a port for the clock; what has none gets a clock without a port.
    has_clock: bool,
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

impl Core<'_> {
    /// Path and text of the constraints of a top.
    pub(super) fn constraints(&self) -> Result<Vec<(String, String)>, EmitError> {
        let banner = self.banner;
        let mhz = &megahertz(self.clock_hz);
        let wrapper = WrapperClock {
            banner,
            mhz,
            period_ns: nanoseconds(1.0, self.clock_hz),
        };
        let mut files = self.timing(&self.module.interface(), self.name)?;
        let mut add = |suffix: &str, text| {
            files.push((format!("constraints/{}{suffix}", self.name), text));
        };
        add("_ooc.xdc", ended(&wrapper)?);
        add(".lpf", ended(&Lpf { banner, mhz })?);
        add(".pcf", ended(&Pcf { banner, mhz })?);
        Ok(files)
    }

    /// Path and text of the constraints of leaves, for runs in which one of them is the top.
    pub(super) fn leaf_constraints(
        &self,
        leaves: &[&Leaf],
    ) -> Result<Vec<(String, String)>, EmitError> {
        let of_leaf = |leaf: &&Leaf| {
            let path = format!("leaf/{}", leaf.name);
            self.timing(&leaf.module_interface(), &path)
        };
        let files: Result<Vec<_>, EmitError> = leaves.iter().map(of_leaf).collect();
        Ok(files?.into_iter().flatten().collect())
    }

    /// Clock and delays of a module, for both readers of the format.
    fn timing(
        &self,
        module: &ModuleInterface,
        path: &str,
    ) -> Result<Vec<(String, String)>, EmitError> {
        let text = ended(&Ports {
            banner: self.banner,
            top: &module.name,
            mhz: &megahertz(self.clock_hz),
            period_ns: nanoseconds(1.0, self.clock_hz),
            delay_ns: nanoseconds(0.25, self.clock_hz),
            has_clock: module.ports.iter().any(|port| port.name == CLOCK),
            inputs: pins(&module.ports, Direction::Input),
            outputs: pins(&module.ports, Direction::Output),
        })?;
        let path = |suffix: &str| format!("constraints/{path}.{suffix}");
        Ok(vec![(path("sdc"), text.clone()), (path("xdc"), text)])
    }
}

fn megahertz(clock_hz: u64) -> String {
    format!("{}", clock_hz as f64 / 1e6)
}

fn nanoseconds(periods: f64, clock_hz: u64) -> String {
    format!("{:.3}", periods * 1e9 / clock_hz as f64)
}

/// Ports of a direction as constraints name them, the clock left out: `rst_ni`, `now_i[*]`.
fn pins(ports: &[Port], direction: Direction) -> Vec<String> {
    let ports = ports
        .iter()
        .filter(|port| port.direction == direction && port.name != CLOCK);
    ports
        .map(|port| match port.width {
            Width::Bits(1) => port.name.clone(),
            _ => format!("{}[*]", port.name),
        })
        .collect()
}
