//! One design on one target: what goes in, what comes out, what is kept.

use std::fs;
use std::path::Path;
use std::time::Duration;

use dysta_config::target::{Family, Flow, Target};
use serde::{Deserialize, Serialize};

use super::area::{Area, InstanceArea};
use super::error::SynthesisError;
use super::nextpnr::{self, Placement};
use super::paths::LongestPath;
use super::tool::{Installed, NEXTPNR_ECP5, NEXTPNR_ICE40, Program, ToolVersion, YOSYS};
use super::yosys;
use crate::cosim::{Cache, RtlFile, digest};

/// File of a kept result.
const RESULT: &str = "result.json";
/// Number of the format of kept results; another one finds none of those that were kept before.
const FORMAT: u32 = 2;

/// A design to be mapped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Name of the top module.
    pub top: String,
    /// Values of parameters of the top.
    pub parameters: Vec<(String, u64)>,
    /// All files in dependency order.
    pub files: Vec<RtlFile>,
    /// Modules below the top that keep their borders: each is mapped once, however often it stands there. None: all is one.
    pub kept: Vec<String>,
    /// A module of the name of its file that joins all ports of the top, instance `u_design`, to few pins; for place and route.
    pub wrapper: Option<RtlFile>,
}

/// What is done with a design.
#[derive(Debug, Clone)]
pub struct Job<'a> {
    /// The design.
    pub source: &'a Source,
    /// The device.
    pub target: &'a Target,
    /// Which Yosys.
    pub yosys: &'a Program,
    /// Whether it is placed and routed, where the target's flow can.
    pub place: bool,
    /// Seed of the placement.
    pub seed: u32,
    /// Longest time of place and route.
    pub limit: Option<Duration>,
}

impl<'a> Job<'a> {
    /// A design that the installed Yosys maps, and nothing more.
    pub fn map(source: &'a Source, target: &'a Target) -> Self {
        Self {
            source,
            target,
            yosys: &YOSYS,
            place: false,
            seed: 1,
            limit: None,
        }
    }
}

/// A mapped design.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mapping {
    /// The tool.
    pub tool: ToolVersion,
    /// Area of the whole.
    pub total: Area,
    /// Area of what stands in the top itself, then of each instance; they add up to the whole.
    pub instances: Vec<InstanceArea>,
    /// Longest way between registers in cells.
    pub cells: LongestPath,
    /// The same in look-up tables, carry chains apart.
    pub tables: LongestPath,
}

/// Everything that a job found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The mapped design.
    pub mapping: Mapping,
    /// The placed and routed design, where that was done.
    pub placement: Option<Placement>,
}

/// Maps a design, and places and routes it where asked; or takes the result from the cache.
///
/// # Errors
/// A missing or failing tool, a fault of the design, a time limit that was reached.
pub fn run(job: &Job<'_>, cache: &Cache) -> Result<Outcome, SynthesisError> {
    let yosys = job.yosys.find()?;
    let nextpnr = job.places().then(|| job.nextpnr().find()).transpose()?;
    let file = cache.artefact(&job.digest(&yosys, nextpnr.as_ref()), RESULT, |folder| {
        job.work(&yosys, nextpnr.as_ref(), folder)
    })?;
    let text = fs::read_to_string(&file).map_err(SynthesisError::file(&file))?;
    serde_json::from_str(&text).map_err(|error| SynthesisError::Result {
        tool: "dysta",
        path: file,
        reason: error.to_string(),
    })
}

impl Job<'_> {
    fn places(&self) -> bool {
        self.place && self.target.flow == Flow::Nextpnr && self.source.wrapper.is_some()
    }

    fn nextpnr(&self) -> &'static Program {
        match self.target.family {
            Family::Ice40 => &NEXTPNR_ICE40,
            Family::Xc7 | Family::Xcup | Family::Ecp5 => &NEXTPNR_ECP5,
        }
    }

    /// Digest of everything that shapes the result; a time limit does not.
    fn digest(&self, yosys: &Installed, nextpnr: Option<&Installed>) -> String {
        let mut parts = vec![
            format!("synthesis {} {FORMAT}", env!("CARGO_PKG_VERSION")),
            yosys.version.to_string(),
            yosys::script(&self.source(), self.target),
        ];
        if let Some(nextpnr) = nextpnr {
            parts.push(nextpnr.version.to_string());
            parts.extend(nextpnr::arguments(self.target, self.seed));
        }
        let files = self.source.files.iter().chain(&self.source.wrapper);
        parts.extend(files.flat_map(|file| [file.name.clone(), file.text.clone()]));
        digest(&parts)
    }

    /// The design as it is mapped: without wrapper where nothing is placed.
    fn source(&self) -> Source {
        let mut source = self.source.clone();
        source.wrapper = source.wrapper.filter(|_| self.places());
        source
    }

    fn work(
        &self,
        yosys: &Installed,
        nextpnr: Option<&Installed>,
        folder: &Path,
    ) -> Result<(), SynthesisError> {
        let source = self.source();
        for file in source.files.iter().chain(&source.wrapper) {
            let path = folder.join(&file.name);
            fs::write(&path, &file.text).map_err(SynthesisError::file(&path))?;
        }
        let mapping = yosys::map(&source, self.target, yosys, folder)?;
        let place = |nextpnr| nextpnr::place(self.target, nextpnr, self.seed, self.limit, folder);
        let placement = match nextpnr.map(place).transpose() {
            Ok(placement) => placement,
            Err(error) => return Err(error.with(mapping)),
        };
        let path = folder.join(RESULT);
        let outcome = Outcome { mapping, placement };
        let text = serde_json::to_string(&outcome).map_err(|error| SynthesisError::Result {
            tool: "dysta",
            path: path.clone(),
            reason: error.to_string(),
        })?;
        fs::write(&path, text).map_err(SynthesisError::file(&path))
    }
}
