//! Where the requests of a scenario come from: drawn as a configuration says, or read from a recorded table.

use std::path::{Path, PathBuf};

use dysta_config::fields::raw::{Intensity, Samples, SloBase};
use dysta_config::workload::{ArrivalSpec, WorkloadSpec};

use crate::arrivals::Process;
use crate::arrivals::closed::ClosedLoop;
use crate::arrivals::frames::{Source, frames, rates};
use crate::arrivals::replay::{self, Arrival};
use crate::draw::{Arrivals, Draw, Drawer, Share, draw, mix_isolated_s};
use crate::engine::{Monitor, Profiles, SampleUse};
use crate::profile::ProfileStats;
use crate::scenario::profiles::load_profiles;
use crate::table::{Request, read_recording};
use crate::trace::{DataError, DataResult, DirSource, Problem, ProfileTrace, load_all, read_path};
use crate::workload::Workload;

/// What may differ between the runs of one workload.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Variation {
    /// Number of requests.
    pub requests: u32,
    /// Seed of the random stream.
    pub seed: u64,
    /// How dense arrivals are.
    pub intensity: Intensity,
    /// Deadline of all requests in isolated latencies, in place of those of their profiles.
    pub slo_multiplier: Option<f64>,
}

impl Variation {
    /// What the workload itself says.
    pub fn of(spec: &WorkloadSpec) -> Self {
        Self {
            requests: spec.requests,
            seed: spec.seed,
            intensity: spec.intensity,
            slo_multiplier: None,
        }
    }
}

/// A workload whose traces are loaded, from which requests are drawn again and again.
#[derive(Debug, Clone)]
pub struct Supply {
    spec: WorkloadSpec,
    traces: Vec<ProfileTrace>,
    profiles: Profiles,
    /// Part of the samples of its trace that each profile holds.
    parts: Vec<f64>,
    /// Rows of the file of arrivals; empty without.
    replayed: Vec<Arrival>,
}

impl Supply {
    /// Loads the traces of a workload: the embedded ones, or those of its folder.
    ///
    /// # Errors
    /// If a trace or the file of arrivals is missing or damaged, or a profile has too few samples.
    pub fn load(spec: &WorkloadSpec) -> DataResult<Self> {
        let (traces, parts) = load_profiles(spec)?;
        let replayed = match &spec.arrivals {
            ArrivalSpec::Replay(file) => replay::read(file, &traces)?,
            _ => Vec::new(),
        };
        let samples = match spec.samples {
            Samples::Shared => SampleUse::Shared,
            Samples::Apart => SampleUse::Apart,
        };
        Ok(Self {
            spec: spec.clone(),
            profiles: Profiles::new(&traces, Monitor::Nonzeros, samples)?,
            traces,
            parts,
            replayed,
        })
    }

    /// The profiles that requests index.
    pub fn profiles(&self) -> &Profiles {
        &self.profiles
    }

    /// The workload as written.
    pub fn spec(&self) -> &WorkloadSpec {
        &self.spec
    }

    /// All that runs depend on, without names of folders: settings, averages, samples and arrivals.
    pub fn fingerprint(&self) -> String {
        let spec = WorkloadSpec {
            data: None,
            arrivals: match &self.spec.arrivals {
                ArrivalSpec::Replay(_) => ArrivalSpec::Replay(PathBuf::new()),
                other => other.clone(),
            },
            ..self.spec.clone()
        };
        format!("{spec:?} {:?} {:?}", self.traces, self.replayed)
    }

    /// Draws requests.
    ///
    /// # Errors
    /// If a setting is out of its range, or the arrivals depend on the run ([`Supply::closed_loop`]).
    pub fn draw(&self, variation: &Variation) -> DataResult<Workload> {
        let requests = self.requests(variation)?;
        Workload::with_stats(ORIGIN, self.traces.clone(), self.stats(), requests)
    }

    /// The clients of a closed loop, if that is what the workload describes.
    ///
    /// # Errors
    /// If a setting is out of its range.
    pub fn closed_loop(&self, variation: &Variation) -> DataResult<Option<ClosedLoop>> {
        let ArrivalSpec::ClosedLoop { clients, think_s } = self.spec.arrivals else {
            return Ok(None);
        };
        let drawer = Drawer::new(self.mix(variation), variation.seed)?;
        let (requests, seed) = (variation.requests, variation.seed);
        let clients = ClosedLoop::new(drawer, clients, think_s, requests, seed);
        Ok(Some(clients))
    }

    /// The requests of an open loop, in order of arrival.
    ///
    /// # Errors
    /// Those of [`Supply::draw`].
    pub fn requests(&self, variation: &Variation) -> DataResult<Vec<Request>> {
        let process = match self.spec.arrivals {
            ArrivalSpec::Poisson => Process::Poisson,
            ArrivalSpec::Gamma { cv } => Process::Gamma { cv },
            ArrivalSpec::Mmpp2 {
                rate_ratio,
                time_share,
                requests,
            } => Process::Mmpp2 {
                rate_ratio,
                time_share,
                requests,
            },
            ArrivalSpec::Periodic { jitter } => return self.periodic(jitter, variation),
            ArrivalSpec::Replay(_) => return self.replay(variation),
            ArrivalSpec::ClosedLoop { .. } => return Err(needs_a_run()),
        };
        let settings = Draw {
            requests: variation.requests,
            seed: variation.seed,
            arrivals: match variation.intensity {
                Intensity::RatePerS(rate) => Arrivals::Rate(rate),
                Intensity::Load(load) => Arrivals::Load(load),
                Intensity::AsGiven => Arrivals::Load(1.0),
            },
            process,
            mix: self.mix(variation),
        };
        draw(&settings, &self.stats())
    }

    /// The profiles with their weights, deadlines and samples.
    pub fn mix(&self, variation: &Variation) -> Vec<Share> {
        let share = |(profile, of): (usize, &dysta_config::workload::ProfileSpec)| {
            let base = match self.spec.slo_base {
                SloBase::Profile => self.isolated_s(profile),
                SloBase::Model => self.model_isolated_s(&of.model),
            };
            Share {
                profile,
                weight: of.weight * self.parts[profile],
                target_s: variation.slo_multiplier.unwrap_or(of.slo_multiplier) * base,
                priorities: of.priorities.clone(),
                samples: self.profiles.list()[profile].runnable().to_vec(),
            }
        };
        self.spec.profiles.iter().enumerate().map(share).collect()
    }

    /// Mean isolated latency of the profiles of a model in seconds.
    fn model_isolated_s(&self, model: &str) -> f64 {
        let list = self.profiles.list().iter();
        let of_model = list.filter(|profile| profile.model == model);
        let (count, sum) = of_model.fold((0.0, 0.0), |(count, sum), profile| {
            (count + 1.0, sum + profile.stats.isolated_s)
        });
        sum / count
    }

    fn periodic(&self, jitter: f64, variation: &Variation) -> DataResult<Vec<Request>> {
        let mix = self.mix(variation);
        let sources: Vec<Source> = (0..self.spec.entries.len())
            .map(|entry| self.source(entry, &mix))
            .collect();
        let scale = self.frame_scale(&sources, variation.intensity);
        let count = variation.requests as usize;
        let arrivals = frames(&sources, jitter, scale, count, variation.seed);
        let mut drawer = Drawer::new(mix, variation.seed)?;
        let request = |(arrival, entry): (f64, usize)| {
            drawer.request_among(arrival, &|profile| {
                self.spec.profiles[profile].entry == entry
            })
        };
        Ok(arrivals.into_iter().map(request).collect())
    }

    fn source(&self, entry: usize, mix: &[Share]) -> Source {
        let of_entry = |share: &&Share| self.spec.profiles[share.profile].entry == entry;
        let shares: Vec<Share> = mix.iter().filter(of_entry).cloned().collect();
        let spec = &self.spec.entries[entry];
        Source {
            frames_per_s: spec.frames_per_s,
            isolated_s: mix_isolated_s(&shares, &self.stats()),
            cascade: spec.cascade.clone(),
        }
    }

    /// The factor on all frame rates that gives the intensity asked for.
    fn frame_scale(&self, sources: &[Source], intensity: Intensity) -> f64 {
        let rates = rates(sources);
        let work = sources.iter().zip(&rates);
        match intensity {
            Intensity::AsGiven => 1.0,
            Intensity::RatePerS(rate) => rate / rates.iter().sum::<f64>(),
            Intensity::Load(load) => load / work.map(|(s, rate)| s.isolated_s * rate).sum::<f64>(),
        }
    }

    fn replay(&self, variation: &Variation) -> DataResult<Vec<Request>> {
        let rows = &self.replayed[..self.replayed.len().min(variation.requests as usize)];
        let stretch = self.stretch(rows, variation.intensity);
        let mut drawer = Drawer::new(self.mix(variation), variation.seed)?;
        let request = |row: &Arrival| {
            let drawn = drawer.request_among(row.arrival_s * stretch, &|p| p == row.profile);
            Request {
                priority: row.priority.unwrap_or(drawn.priority),
                sample: row.sample.unwrap_or(drawn.sample),
                target_s: row
                    .deadline_s
                    .map_or(drawn.target_s, |end| end - row.arrival_s),
                ..drawn
            }
        };
        Ok(rows.iter().map(request).collect())
    }

    /// The factor on the time axis of a file that gives the intensity asked for.
    fn stretch(&self, rows: &[Arrival], intensity: Intensity) -> f64 {
        let span = rows.last().map_or(0.0, |row| row.arrival_s);
        let work: f64 = rows.iter().map(|row| self.isolated_s(row.profile)).sum();
        let wanted = match intensity {
            Intensity::AsGiven => span,
            Intensity::RatePerS(rate) => rows.len() as f64 / rate,
            Intensity::Load(load) => work / load,
        };
        if span > 0.0 { wanted / span } else { 1.0 }
    }

    /// The averages that policies may know, by profile.
    fn stats(&self) -> Vec<ProfileStats> {
        let list = self.profiles.list().iter();
        list.map(|profile| profile.stats.clone()).collect()
    }

    fn isolated_s(&self, profile: usize) -> f64 {
        self.profiles.list()[profile].stats.isolated_s
    }
}

fn needs_a_run() -> DataError {
    let problem = Problem::BadDraw {
        setting: "arrivals",
        value: "closed_loop".to_owned(),
        wanted: "its arrivals follow the completions of a run of the simulator",
    };
    DataError::of_file(ORIGIN, problem)
}

const ORIGIN: &str = "drawn requests";

/// Draws the requests of a configuration from its traces: the embedded ones, or those of its folder.
///
/// # Errors
/// If a trace is missing or damaged, or a setting is out of its range.
pub fn drawn(spec: &WorkloadSpec) -> DataResult<Workload> {
    Supply::load(spec)?.draw(&Variation::of(spec))
}

/// Reads the requests of a recorded table and every trace of the folder it was recorded from.
///
/// # Errors
/// If the table or a trace is damaged, or the table names a model without trace.
pub fn recorded(table: &Path, traces: &Path) -> DataResult<Workload> {
    let name = table.display().to_string();
    let recording = read_recording(&name, read_path(table)?)?;
    let profiles = load_all(&DirSource::new(traces))?;
    let requests = recording.requests(&name, &profiles)?;
    Workload::new(name, profiles, requests)
}
