//! Place and route by nextpnr: clock reached, longest way, cells used.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::time::Duration;

use dysta_config::target::{Family, Target};
use serde::{Deserialize, Serialize};

use super::error::SynthesisError;
use super::names::signal;
use super::process::call;
use super::tool::{Installed, ToolVersion};
use super::yosys::WRAPPED;

const REPORT: &str = "report.json";
const LOG: &str = "nextpnr.log";
/// Instance of the design in the wrapper.
const DESIGN: &str = "u_design.";

/// A placed and routed design.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Placement {
    /// The tool.
    pub tool: ToolVersion,
    /// Clock in MHz that the longest way between registers allows.
    pub fmax_mhz: f64,
    /// Where that way begins and ends, and what it passes: signals of our hierarchy.
    pub path: Vec<Hop>,
    /// Seed of the placement.
    pub seed: u32,
}

/// A part of the longest way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Hop {
    /// The signal whose cell is passed: `u_lane.sub_5_q`.
    pub signal: String,
    /// Time in the cell in ns, with the time from the clock and to the clock edge.
    pub logic_ns: f64,
    /// Time on wires to it in ns.
    pub routing_ns: f64,
}

impl Placement {
    /// Time of the longest way in ns.
    pub fn path_ns(&self) -> f64 {
        self.path
            .iter()
            .map(|hop| hop.logic_ns + hop.routing_ns)
            .sum()
    }
}

/// Arguments that name a device: `--85k --speed 6 --package CABGA381`.
pub fn device_arguments(target: &Target) -> Vec<String> {
    let mut arguments = vec![target.nextpnr_device().unwrap_or_default().to_owned()];
    if let Some(grade) = target.speed_grade {
        arguments.extend(["--speed".to_owned(), grade.to_string()]);
    }
    if let Some(package) = &target.package {
        let package = match target.family {
            Family::Ice40 => package.to_lowercase(),
            _ => package.clone(),
        };
        arguments.extend(["--package".to_owned(), package]);
    }
    arguments
}

/// Arguments for a target: a missed clock is a result, not an error.
pub(super) fn arguments(target: &Target, seed: u32) -> Vec<String> {
    let mut arguments = device_arguments(target);
    if target.family == Family::Ecp5 {
        arguments.push("--lpf-allow-unconstrained".to_owned());
    } else {
        arguments.push("--pcf-allow-unconstrained".to_owned());
    }
    let rest = [
        "--json",
        WRAPPED,
        "--report",
        REPORT,
        "--timing-allow-fail",
        "-q",
    ];
    arguments.extend(rest.map(str::to_owned));
    arguments.extend(["--freq".to_owned(), target.clock_mhz().to_string()]);
    arguments.extend(["--seed".to_owned(), seed.to_string()]);
    arguments
}

/// Places and routes the mapped design in a folder.
pub(super) fn place(
    target: &Target,
    nextpnr: &Installed,
    seed: u32,
    limit: Option<Duration>,
    folder: &Path,
) -> Result<Placement, SynthesisError> {
    call(nextpnr, &arguments(target, seed), folder, LOG, limit)?;
    let report = Report::read(&folder.join(REPORT))?;
    Ok(Placement {
        tool: nextpnr.version.clone(),
        fmax_mhz: report.fmax_mhz(),
        path: report.path(),
        seed,
    })
}

/// The report of nextpnr, as far as it is read.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
struct Report {
    #[serde(default)]
    fmax: BTreeMap<String, Clock>,
    #[serde(default)]
    critical_paths: Vec<Way>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Clock {
    achieved: f64,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Way {
    from: String,
    to: String,
    path: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Step {
    #[serde(rename = "type")]
    kind: String,
    delay: f64,
    to: Place,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Place {
    cell: String,
}

impl Report {
    fn read(path: &Path) -> Result<Self, SynthesisError> {
        let file = File::open(path).map_err(SynthesisError::file(path))?;
        serde_json::from_reader(BufReader::new(file)).map_err(|error| SynthesisError::Result {
            tool: "nextpnr",
            path: path.to_path_buf(),
            reason: error.to_string(),
        })
    }

    /// The slowest clock; there is one.
    fn fmax_mhz(&self) -> f64 {
        let clocks = self.fmax.values().map(|clock| clock.achieved);
        clocks.fold(f64::INFINITY, f64::min)
    }

    /// The longest way from register to register, one hop for each signal.
    fn path(&self) -> Vec<Hop> {
        let inner = self
            .critical_paths
            .iter()
            .filter(|path| path.from == path.to);
        let time = |path: &&Way| path.path.iter().map(|step| step.delay).sum::<f64>();
        let longest = inner.max_by(|a, b| time(a).total_cmp(&time(b)));
        let mut hops: Vec<Hop> = Vec::new();
        for step in longest.into_iter().flat_map(|path| &path.path) {
            let cell = step.to.cell.strip_prefix(DESIGN).unwrap_or(&step.to.cell);
            let name = signal(cell);
            if hops.last().is_none_or(|hop| hop.signal != name) {
                hops.push(Hop {
                    signal: name.to_owned(),
                    logic_ns: 0.0,
                    routing_ns: 0.0,
                });
            }
            if let Some(hop) = hops.last_mut() {
                match step.kind == "routing" {
                    true => hop.routing_ns += step.delay,
                    false => hop.logic_ns += step.delay,
                }
            }
        }
        hops
    }
}
