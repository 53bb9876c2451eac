//! A workload as written.

use std::path::{Path, PathBuf};

use super::{Choice, FromValue, Kind, Node, Reader, Value, whole};
use crate::codes;
use crate::diag::{Diagnostic, Diagnostics};
use crate::fields::tables;
use crate::source::{Located, Origin};

/// A workload as written.
#[derive(Debug, Clone, PartialEq)]
pub struct RawWorkload {
    /// What requests are drawn from.
    pub traces: Vec<RawTrace>,
    /// Number of requests.
    pub requests: Located<u32>,
    /// How dense the arrivals are.
    pub intensity: Located<Intensity>,
    /// Deadline in isolated latencies.
    pub slo_multiplier: Located<f64>,
    /// Arrival process.
    pub arrivals: Located<Arrivals>,
    /// Coefficient of variation of the gaps of `gamma`.
    pub burstiness: Located<f64>,
    /// States of `mmpp2`.
    pub burst: RawBurst,
    /// Largest delay of a frame as a share of its period.
    pub jitter: Located<f64>,
    /// File of arrivals.
    pub replay: Option<Located<String>>,
    /// Clients of `closed_loop`.
    pub clients: Located<u32>,
    /// Mean pause of a client in milliseconds.
    pub think_time_ms: Located<f64>,
    /// Which samples fill the averages.
    pub samples: Located<Samples>,
    /// What deadlines are multiples of.
    pub slo_base: Located<SloBase>,
    /// Seed of the random stream.
    pub seed: Located<u64>,
    /// Priorities drawn from.
    pub priorities: Vec<Located<u32>>,
    /// Folder of trace files; the traces in the binary when none is given.
    pub data: Option<Located<String>>,
    /// Where the workload begins, for problems of the whole.
    pub origin: Origin,
}

/// One item of `traces` as written.
#[derive(Debug, Clone, PartialEq)]
pub struct RawTrace {
    /// Model name.
    pub model: Located<String>,
    /// Pattern names.
    pub patterns: Vec<Located<String>>,
    /// Share of the requests.
    pub weight: Located<f64>,
    /// Own multiplier of deadlines.
    pub slo_multiplier: Option<Located<f64>>,
    /// Own priorities; empty without.
    pub priorities: Vec<Located<u32>>,
    /// Lengths that end a profile; empty without.
    pub length_buckets: Vec<Located<u32>>,
    /// Frames in a second.
    pub frames_per_s: Option<Located<f64>>,
    /// What follows a request.
    pub cascade: Vec<RawCascade>,
}

/// `burst` of a workload as written.
#[derive(Debug, Clone, PartialEq)]
pub struct RawBurst {
    /// Rate of the dense over that of the calm state.
    pub rate_ratio: Located<f64>,
    /// Share of the time in the dense state.
    pub time_share: Located<f64>,
    /// Mean requests of one dense stay.
    pub requests: Located<f64>,
}

/// One item of `cascade` as written.
#[derive(Debug, Clone, PartialEq)]
pub struct RawCascade {
    /// Model that follows.
    pub to: Located<String>,
    /// Chance that it does.
    pub probability: Located<f64>,
}

/// How dense the arrivals of a workload are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Intensity {
    /// Isolated time of all requests over the time span of their arrivals.
    Load(f64),
    /// Mean arrivals per second.
    RatePerS(f64),
    /// The times of frames or of a file as they are.
    AsGiven,
}

/// Process of arrival times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrivals {
    /// Exponential gaps.
    Poisson,
    /// Gaps of a gamma distribution.
    Gamma,
    /// A Poisson process of two states.
    Mmpp2,
    /// Frames.
    Periodic,
    /// Arrivals of a file.
    Replay,
    /// Clients that wait for their request.
    ClosedLoop,
}

impl Arrivals {
    /// Whether the arrivals have times of their own, which `load` and `rate_per_s` only stretch.
    pub fn has_times(self) -> bool {
        matches!(self, Self::Periodic | Self::Replay | Self::ClosedLoop)
    }
}

/// Which samples of a trace fill the averages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Samples {
    /// All; requests run on all.
    Shared,
    /// Every other one; requests run on the rest.
    Apart,
}

/// What deadlines are multiples of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SloBase {
    /// Mean isolated latency of the profile.
    Profile,
    /// Mean isolated latency of the model over its profiles.
    Model,
}

choice! {
    Arrivals {
        "poisson" = Arrivals::Poisson,
        "gamma" = Arrivals::Gamma,
        "mmpp2" = Arrivals::Mmpp2,
        "periodic" = Arrivals::Periodic,
        "replay" = Arrivals::Replay,
        "closed_loop" = Arrivals::ClosedLoop,
    }
}
choice! { Samples { "shared" = Samples::Shared, "apart" = Samples::Apart, } }
choice! { SloBase { "profile" = SloBase::Profile, "model" = SloBase::Model, } }

impl RawWorkload {
    /// Checks a merged tree.
    ///
    /// # Errors
    /// All problems of the tree.
    pub fn read(node: &Node) -> Result<Self, Diagnostics> {
        whole(node, Kind::Workload, Self::from_reader)
    }

    pub(super) fn from_reader(reader: &Reader<'_>) -> Self {
        let traces = reader.tables("traces", &tables::TRACE);
        Self {
            traces: traces.iter().map(RawTrace::from_reader).collect(),
            requests: reader.get("requests"),
            intensity: intensity(reader, reader.get("arrivals").value),
            slo_multiplier: reader.get("slo_multiplier"),
            arrivals: reader.get("arrivals"),
            burstiness: reader.get("burstiness"),
            burst: RawBurst::from_reader(&reader.table("burst", &tables::BURST)),
            jitter: reader.get("jitter"),
            replay: reader.optional("replay"),
            clients: reader.get("clients"),
            think_time_ms: reader.get("think_time_ms"),
            samples: reader.get("samples"),
            slo_base: reader.get("slo_base"),
            seed: reader.get("seed"),
            priorities: reader.list("priorities"),
            data: reader.optional("data"),
            origin: reader.origin().clone(),
        }
    }
}

/// Exactly one of `load` and `rate_per_s`; neither is needed for arrivals with times of their own.
fn intensity(reader: &Reader<'_>, arrivals: Arrivals) -> Located<Intensity> {
    let load = reader
        .optional("load")
        .map(|load| load.map(Intensity::Load));
    let rate = reader
        .optional("rate_per_s")
        .map(|rate| rate.map(Intensity::RatePerS));
    match (reader.has("load"), reader.has("rate_per_s")) {
        (true, true) => reader.report(both_intensities(reader)),
        (false, false) if !reader.incomplete() && !arrivals.has_times() => {
            reader.report(no_intensity(reader));
        }
        _ => {}
    }
    load.or(rate)
        .unwrap_or(Located::new(Intensity::AsGiven, None))
}

fn both_intensities(reader: &Reader<'_>) -> Diagnostic {
    let message = "the workload has both `load` and `rate_per_s`";
    let place = reader.key_origin("rate_per_s").map(Origin::place);
    Diagnostic::error(&codes::EXCLUSIVE_KEYS, message, "keep one of the two")
        .at(place)
        .label("`load` is given as well")
}

fn no_intensity(reader: &Reader<'_>) -> Diagnostic {
    let message = "the workload has neither `load` nor `rate_per_s`";
    let hint = "add `load: 0.9` (isolated time over time span) or `rate_per_s: N`";
    Diagnostic::error(&codes::MISSING_KEY, message, hint)
        .at(reader.origin().place())
        .label("one of them belongs in this map")
}

impl RawTrace {
    fn from_reader(reader: &Reader<'_>) -> Self {
        Self {
            model: reader.get("model"),
            patterns: reader.list("patterns"),
            weight: reader.get("weight"),
            slo_multiplier: reader.optional("slo_multiplier"),
            priorities: reader.list("priorities"),
            length_buckets: reader.list("length_buckets"),
            frames_per_s: reader.optional("frames_per_s"),
            cascade: reader
                .tables("cascade", &tables::CASCADE)
                .iter()
                .map(RawCascade::from_reader)
                .collect(),
        }
    }
}

impl RawBurst {
    fn from_reader(reader: &Reader<'_>) -> Self {
        Self {
            rate_ratio: reader.get("rate_ratio"),
            time_share: reader.get("time_share"),
            requests: reader.get("requests"),
        }
    }
}

impl RawCascade {
    fn from_reader(reader: &Reader<'_>) -> Self {
        Self {
            to: reader.get("to"),
            probability: reader.get("probability"),
        }
    }
}

impl RawWorkload {
    /// The folder of trace files: `data` taken from the folder of the file that names it.
    pub fn data_folder(&self) -> Option<PathBuf> {
        self.data.as_ref().map(beside)
    }

    /// The file of arrivals: `replay` taken from the folder of the file that names it.
    pub fn replay_file(&self) -> Option<PathBuf> {
        self.replay.as_ref().map(beside)
    }
}

/// A path as the file that names it means it.
pub(crate) fn beside(path: &Located<String>) -> PathBuf {
    let file = path
        .origin
        .as_ref()
        .map(|origin| Path::new(origin.source.name()));
    let folder = file.and_then(Path::parent).unwrap_or(Path::new(""));
    folder.join(&path.value)
}
