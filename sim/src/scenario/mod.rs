//! A scenario: one scheduler, the requests it serves, the tables it is loaded with. Whoever plays a workload starts here.
//!
//! [`drawn`] and [`recorded`] make a [`Workload`] from a configuration or from a recorded table; [`Scenario::new`] rounds it to the
//! scheduler's tables and cycles; [`Scenario::golden`] runs the golden model; [`FloatJudge`] takes every decision again in
//! f64; [`crate::bounds`] tells how far its scores can be from real arithmetic.

mod float_judge;
mod profiles;
mod replay;
mod source;

pub use float_judge::{Difference, FloatJudge, Scored};
pub use source::{Supply, Variation, drawn, recorded};

use dysta_config::diag;
use dysta_config::params::SchedulerParams;
use miette::Diagnostic;
use thiserror::Error;

use crate::exact::Exact;
use crate::golden::{CompleteStatus, EventKind, Observer, RunError, Shape, Stimulus, Trace, run};
use crate::image::{ImageError, TableImage};
use crate::metrics::{Metrics, Outcome};
use crate::trace::DataError;
use crate::units::MAX_CYCLES;
use crate::workload::{CycleRequest, Workload};

/// Why a workload cannot be played on a scheduler.
#[derive(Debug, Clone, PartialEq, Error, Diagnostic)]
pub enum ScenarioError {
    /// The traces or the table cannot be used.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Data(#[from] DataError),
    /// The scheduler's tables are too small for the profiles.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Image(#[from] ImageError),
}

impl ScenarioError {
    /// The same problem in the form of configuration diagnostics, where it has one.
    pub fn as_diagnostic(&self) -> Option<diag::Diagnostic> {
        match self {
            Self::Data(error) => Some(error.clone().into()),
            Self::Image(_) => None,
        }
    }
}

/// How the requests of a scenario are played; see [`Stimulus`] for the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Play {
    /// Chance in 256 that `dispatch_ready` or `complete_ready` is low in a clock.
    pub pressure: u8,
    /// Seed of the ready patterns.
    pub seed: u32,
    /// Value of `now_i` in the first clock, in cycles; arrivals and deadlines count from it.
    pub now_start: u64,
    /// Whether `now_i` jumps over clocks in which nothing can happen.
    pub jump: bool,
}

impl Default for Play {
    fn default() -> Self {
        Self {
            pressure: 0,
            seed: 0,
            now_start: 0,
            jump: true,
        }
    }
}

/// A scheduler with a workload rounded to its tables and cycles.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// The scheduler.
    pub params: SchedulerParams,
    /// Clock in Hz.
    pub clock_hz: u64,
    /// Profiles and requests in seconds.
    pub workload: Workload,
    /// Contents of the tables.
    pub image: TableImage,
    /// The requests in cycles.
    pub requests: Vec<CycleRequest>,
}

/// Clocks of a run without an end: far beyond any workload, so that a run that hangs is an error and not a wait.
const MAX_CLOCKS: u64 = 1 << 34;

impl Scenario {
    /// Rounds the workload to tables and cycles.
    ///
    /// # Errors
    /// If the tables are too small, or a time does not fit 48 bits.
    pub fn new(
        params: SchedulerParams,
        clock_hz: u64,
        workload: Workload,
    ) -> Result<Self, ScenarioError> {
        let image = TableImage::new(&params, &workload.stats, clock_hz)?;
        let requests = workload.cycle_requests(clock_hz)?;
        Ok(Self {
            params,
            clock_hz,
            workload,
            image,
            requests,
        })
    }

    /// Only the first `count` requests.
    pub fn truncated(mut self, count: usize) -> Self {
        self.requests.truncate(count);
        self.workload.requests.truncate(count);
        self
    }

    /// The stimulus of all requests.
    pub fn stimulus(&self, play: &Play) -> Stimulus {
        let shifted = |request: &CycleRequest| CycleRequest {
            arrival: request.arrival + play.now_start,
            deadline: (request.deadline + play.now_start).min(MAX_CYCLES),
            ..request.clone()
        };
        Stimulus {
            requests: self.requests.iter().map(shifted).collect(),
            faults: Vec::new(),
            pressure: play.pressure,
            seed: play.seed,
            now_start: play.now_start,
            jump: play.jump,
            max_clocks: MAX_CLOCKS,
        }
    }

    /// What the golden model knows of the scheduler.
    pub fn shape(&self) -> Shape {
        Shape::new(&self.params, self.image.layer_counts())
    }

    /// Runs the golden model; `observer` sees every decision.
    ///
    /// # Errors
    /// If the run does not end or time runs out.
    pub fn golden(
        &self,
        stimulus: &Stimulus,
        observer: &mut impl Observer,
    ) -> Result<Trace, RunError> {
        let exact = Exact::new(&self.params, &self.image);
        run(&self.shape(), &exact, stimulus, observer)
    }

    /// Measures of a run of `stimulus` from its `complete` records.
    pub fn metrics(&self, stimulus: &Stimulus, trace: &Trace) -> Metrics {
        Metrics::new(&self.outcomes(stimulus, trace))
    }

    /// What became of each request in a run of `stimulus`, from its `complete` records.
    pub fn outcomes(&self, stimulus: &Stimulus, trace: &Trace) -> Vec<Outcome> {
        let mut finishes = vec![None; stimulus.requests.len()];
        let records = trace.events.iter();
        for record in records.filter(|event| event.kind == EventKind::Complete) {
            let [id, finish, status, ..] = record.fields;
            let ended = [CompleteStatus::Met, CompleteStatus::Late].map(CompleteStatus::code);
            if let Some(slot) = usize::try_from(id).ok().and_then(|id| finishes.get_mut(id)) {
                *slot = ended.contains(&status).then_some(finish);
            }
        }
        let outcome = |(request, finish): (&CycleRequest, Option<u64>)| {
            Outcome::from_cycles(request, finish, self.clock_hz)
        };
        let requests = stimulus.requests.iter().zip(finishes);
        requests.map(outcome).collect()
    }
}
