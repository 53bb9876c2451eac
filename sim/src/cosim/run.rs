//! Plays a stimulus on a built model.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::golden::{Event, EventKind, Statistics, Stimulus, Trace};

use super::build::{Build, Port, RtlSource};
use super::cache::Cache;
use super::compare::Comparison;
use super::error::CosimError;
use super::probe::ProbedScore;
use super::session::Session;
pub use super::shim::TableWord;
use super::shim::{Instance, Progress, RawEvent, RawLayer, RawRequest, RawRule, Shim, c_path};

/// Clocks between two returns from the shim: a fraction of a second.
const BATCH_CLOCKS: u64 = 1 << 20;
/// Clocks the hardware gets beyond the golden model's before a missing event is reported.
const GRACE_CLOCKS: u64 = 100_000;

/// A design built and loaded, ready to run any number of times.
#[derive(Debug)]
pub struct Model {
    shim: Shim,
    ports: Vec<Port>,
    statistics: bool,
    waveform: bool,
}

impl Model {
    /// Builds a design, or takes it from the cache. Only a model built with `waveform` can write one; it is slower.
    pub fn build(source: &RtlSource, cache: &Cache, waveform: bool) -> Result<Self, CosimError> {
        let build = Build::new(source, waveform)?;
        let shim = Shim::load(&cache.library(&build)?)?;
        let ports = source.ports.clone();
        Ok(Self {
            shim,
            ports,
            statistics: source.has_statistics(),
            waveform,
        })
    }

    /// A fresh instance to drive port by port; registers hold values drawn from `random_seed`.
    pub fn session(&self, random_seed: u32) -> Session<'_> {
        Session::new(self.shim.instance(random_seed, None), &self.ports)
    }

    /// A fresh instance after reset with its tables loaded.
    fn start(
        &self,
        tables: &[TableWord],
        options: &RunOptions,
    ) -> Result<Instance<'_>, CosimError> {
        let waveform = options.waveform.as_deref();
        if let Some(path) = waveform.filter(|_| !self.waveform) {
            return Err(CosimError::NoWaveform {
                path: path.to_path_buf(),
            });
        }
        let path = waveform.map(c_path).transpose()?;
        let mut instance = self.shim.instance(options.random_seed, path.as_deref());
        instance.reset();
        let taken = instance.load(tables);
        if taken < tables.len() as u64 {
            return Err(CosimError::Table { index: taken });
        }
        Ok(instance)
    }
}

/// What a run may vary besides the stimulus.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunOptions {
    /// Seed of the values that registers and memories hold before reset.
    pub random_seed: u32,
    /// Waveform (FST) to write; needs a model built for it.
    pub waveform: Option<PathBuf>,
}

/// What the hardware did.
#[derive(Clone, Debug)]
pub struct RtlTrace {
    /// All handshakes in order.
    pub events: Vec<Event>,
    /// `now_i` in the first clock of each `dispatch_valid`, in cycles.
    pub offers: Vec<u64>,
    /// Candidates that left the lanes, by decision and slot; none when the model has no probes.
    pub scores: Vec<ProbedScore>,
    /// Clocks run, without reset and loading of the tables; jumped cycles do not count.
    pub clocks: u64,
    /// Time spent in the model.
    pub elapsed: Duration,
    /// Counters at the end; all 0 when the design has none.
    pub statistics: Statistics,
}

impl RtlTrace {
    /// Observed clocks from sample cycle to `dispatch_valid` of each decision; sample cycles are those of the golden trace.
    pub fn latencies<'a>(&'a self, golden: &'a Trace) -> impl Iterator<Item = u64> + 'a {
        let pairs = self.offers.iter().zip(&golden.decisions);
        pairs.map(|(offer, decision)| offer.saturating_sub(decision.sample_now))
    }

    /// Clocks simulated per second.
    pub fn clocks_per_second(&self) -> f64 {
        self.clocks as f64 / self.elapsed.as_secs_f64().max(f64::MIN_POSITIVE)
    }
}

/// Runs a stimulus to its end, or to the limit of its clocks.
pub fn run(
    model: &Model,
    tables: &[TableWord],
    stimulus: &Stimulus,
    options: &RunOptions,
) -> Result<RtlTrace, CosimError> {
    let mut play = Play::begin(model, tables, stimulus, options)?;
    let (mut events, mut offers) = (Vec::new(), Vec::new());
    let mut goes_on = true;
    while goes_on {
        goes_on = play.advance(stimulus.max_clocks)?;
        let (more_events, more_offers) = play.drain();
        events.extend(more_events);
        offers.extend(more_offers);
    }
    if !play.finished {
        return Err(CosimError::Clocks {
            clocks: stimulus.max_clocks,
        });
    }
    Ok(play.end(events, offers))
}

/// Runs a stimulus and compares the hardware with `golden`, which is the golden model's trace of the same stimulus. Stops at
/// the first difference. `progress` hears the number of events found equal so far.
pub fn lockstep(
    model: &Model,
    tables: &[TableWord],
    stimulus: &Stimulus,
    golden: &Trace,
    options: &RunOptions,
    progress: &mut dyn FnMut(usize),
) -> Result<RtlTrace, CosimError> {
    let limit = golden.clocks + golden.clocks / 8 + GRACE_CLOCKS;
    let mut play = Play::begin(model, tables, stimulus, options)?;
    let mut comparison = Comparison::new(golden);
    let mut goes_on = true;
    while goes_on {
        goes_on = play.advance(limit)?;
        let (events, offers) = play.drain();
        comparison.push(&events, &offers)?;
        progress(comparison.compared());
    }
    let counts = play.finished && model.statistics;
    let statistics = counts.then(|| play.statistics());
    let (events, offers) = comparison.finish(statistics.as_ref())?;
    if !play.finished {
        return Err(CosimError::Clocks { clocks: limit });
    }
    Ok(play.end(events, offers))
}

/// A run under way.
struct Play<'a> {
    instance: Instance<'a>,
    scores: Vec<ProbedScore>,
    elapsed: Duration,
    finished: bool,
}

impl<'a> Play<'a> {
    fn begin(
        model: &'a Model,
        tables: &[TableWord],
        stimulus: &Stimulus,
        options: &RunOptions,
    ) -> Result<Self, CosimError> {
        let mut instance = model.start(tables, options)?;
        let (requests, layers) = flatten(stimulus);
        let rule = RawRule {
            now_start: stimulus.now_start,
            seed: u64::from(stimulus.seed),
            pressure: u64::from(stimulus.pressure),
            jump: stimulus.jump,
        };
        instance.begin(&requests, &layers, rule);
        Ok(Self {
            instance,
            scores: Vec::new(),
            elapsed: Duration::ZERO,
            finished: false,
        })
    }

    /// Runs one batch; false when the run has ended or `limit` clocks have passed.
    fn advance(&mut self, limit: u64) -> Result<bool, CosimError> {
        let left = limit.saturating_sub(self.instance.clocks());
        let started = Instant::now();
        let progress = self.instance.advance(left.min(BATCH_CLOCKS));
        self.elapsed += started.elapsed();
        match progress {
            Progress::Running => Ok(left > BATCH_CLOCKS),
            Progress::Finished => {
                self.finished = true;
                Ok(false)
            }
            Progress::Stopped => {
                let clock = self.instance.clocks();
                Err(CosimError::Stopped {
                    clock,
                    message: self.instance.message(),
                })
            }
        }
    }

    fn drain(&mut self) -> (Vec<Event>, Vec<u64>) {
        let batch = self.instance.drain();
        self.scores.extend(batch.scores);
        let events = batch.events.iter().filter_map(event);
        (events.collect(), batch.offers)
    }

    fn statistics(&mut self) -> Statistics {
        let [
            decisions,
            preemptions,
            misses,
            rejects,
            saturations,
            exposed_cycles,
        ] = [0, 1, 2, 3, 4, 5].map(|address| self.instance.statistic(address));
        Statistics {
            decisions,
            preemptions,
            misses,
            rejects,
            saturations,
            exposed_cycles,
        }
    }

    fn end(mut self, events: Vec<Event>, offers: Vec<u64>) -> RtlTrace {
        let clocks = self.instance.clocks();
        RtlTrace {
            events,
            offers,
            scores: std::mem::take(&mut self.scores),
            clocks,
            elapsed: self.elapsed,
            statistics: self.statistics(),
        }
    }
}

/// The requests and their layers as the shim takes them.
fn flatten(stimulus: &Stimulus) -> (Vec<RawRequest>, Vec<RawLayer>) {
    let mut layers = Vec::new();
    let mut requests = Vec::new();
    for (index, request) in stimulus.requests.iter().enumerate() {
        requests.push(RawRequest {
            id: u64::from(request.id),
            profile: u64::from(request.profile),
            arrival: request.arrival,
            deadline: request.deadline,
            priority: u64::from(request.priority),
            first_layer: layers.len() as u64,
            layer_count: request.layers.len() as u64,
        });
        layers.extend(
            request
                .layers
                .iter()
                .enumerate()
                .map(|(layer, run)| RawLayer {
                    latency: run.latency_cycles.max(1),
                    nnz: u64::from(run.nnz),
                    status: stimulus.status(index, layer).code(),
                }),
        );
    }
    (requests, layers)
}

fn event(raw: &RawEvent) -> Option<Event> {
    EventKind::from_code(raw.kind).map(|kind| Event {
        kind,
        stamp: raw.stamp,
        fields: raw.fields,
    })
}
