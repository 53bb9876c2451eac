//! The judgement: golden model alone, then the hardware under the same stimulus, then everything compared.

use std::sync::Arc;

use dysta_config::params::SchedulerParams;
use dysta_sim::cosim::{
    CosimError, Model, RtlTrace, RunOptions, ScoreLog, TableWord, compare_scores, lockstep,
};
use dysta_sim::exact::Exact;
use dysta_sim::golden::{CompleteStatus, EventKind, Observer, Shape, Stimulus, Trace, run};
use dysta_sim::image::TableImage;
use dysta_sim::profile::ProfileStats;
use dysta_sim::scenario::Scenario;

use crate::hardware::{model, source};

/// A scheduler with loaded tables and the model of its RTL.
#[derive(Debug, Clone)]
pub struct Bench {
    /// The scheduler.
    pub params: SchedulerParams,
    /// Contents of its tables.
    pub image: TableImage,
    /// Its hardware.
    pub model: Arc<Model>,
}

/// Both traces of a run in which no difference was found.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// What the golden model did.
    pub golden: Trace,
    /// What the hardware did.
    pub rtl: RtlTrace,
}

impl Bench {
    /// The emitted hardware of a scenario.
    pub fn of_scenario(scenario: &Scenario) -> Self {
        Self {
            params: scenario.params.clone(),
            image: scenario.image.clone(),
            model: model(&source(&scenario.params)),
        }
    }

    /// The emitted hardware of `params` with tables of `profiles` at a clock of 1 Hz, where a second is a cycle.
    ///
    /// # Panics
    /// If the tables cannot hold the profiles.
    pub fn with_profiles(params: &SchedulerParams, profiles: &[ProfileStats]) -> Self {
        let image = TableImage::new(params, profiles, 1);
        Self {
            params: params.clone(),
            image: image.unwrap_or_else(|error| panic!("{error}")),
            model: model(&source(params)),
        }
    }

    /// The same scheduler and tables on another model, for instance of mutated RTL.
    pub fn on(&self, model: Arc<Model>) -> Self {
        Self {
            model,
            ..self.clone()
        }
    }

    /// Runs the golden model alone.
    ///
    /// # Panics
    /// If the run does not end.
    pub fn golden(&self, stimulus: &Stimulus) -> Trace {
        self.observed(stimulus, &mut ())
    }

    /// Every score of the golden model, in order of decision and position.
    ///
    /// # Panics
    /// If the run does not end.
    pub fn scores(&self, stimulus: &Stimulus) -> ScoreLog {
        let mut log = ScoreLog::default();
        self.observed(stimulus, &mut log);
        log
    }

    fn observed(&self, stimulus: &Stimulus, observer: &mut impl Observer) -> Trace {
        let shape = Shape::new(&self.params, self.image.layer_counts());
        let exact = Exact::new(&self.params, &self.image);
        let trace = run(&shape, &exact, stimulus, observer);
        trace.unwrap_or_else(|error| panic!("{error}"))
    }

    /// Runs the hardware against the golden trace of the same stimulus; registers start with values of `random_seed`.
    ///
    /// # Errors
    /// The first difference of events, of the clock of any `dispatch_valid` or of the counters.
    pub fn judge(
        &self,
        stimulus: &Stimulus,
        golden: &Trace,
        random_seed: u32,
    ) -> Result<RtlTrace, CosimError> {
        let writes = self.image.writes(&self.params).into_iter();
        let tables: Vec<TableWord> = writes
            .map(|(address, data)| TableWord { address, data })
            .collect();
        let options = RunOptions {
            random_seed,
            waveform: None,
        };
        lockstep(
            &self.model,
            &tables,
            stimulus,
            golden,
            &options,
            &mut |_| {},
        )
    }

    /// Golden model and hardware on one stimulus, which must agree in every event and in every score; every latency must be
    /// that of the formula.
    ///
    /// # Panics
    /// With the first difference.
    pub fn check(&self, name: &str, stimulus: &Stimulus, random_seed: u32) -> Outcome {
        let mut log = ScoreLog::default();
        let golden = self.observed(stimulus, &mut log);
        let rtl = self.judge(stimulus, &golden, random_seed);
        let rtl = rtl.unwrap_or_else(|error| panic!("{name}: {error}"));
        let scores = compare_scores(log.scores(), &rtl.scores);
        let scores = scores.unwrap_or_else(|error| panic!("{name}: {error}"));
        let contested = golden.decisions.iter().filter(|d| d.contested());
        assert_eq!(
            scores,
            contested.map(|d| d.queue).sum::<usize>(),
            "{name}: scores compared"
        );
        let timing = self.params.timing();
        for (decision, observed) in golden.decisions.iter().zip(rtl.latencies(&golden)) {
            let queue = u32::try_from(decision.queue).unwrap_or(u32::MAX);
            let formula = timing.latency(queue, self.params.spec.lanes);
            assert_eq!(observed, u64::from(formula), "{name}: {decision:?}");
        }
        assert_eq!(rtl.latencies(&golden).count(), golden.decisions.len());
        assert_eq!(rtl.clocks, golden.clocks, "{name}: time jumps elsewhere");
        Outcome { golden, rtl }
    }
}

impl Outcome {
    /// Decisions compared.
    pub fn decisions(&self) -> usize {
        self.golden.decisions.len()
    }

    /// Decisions with more than one candidate.
    pub fn contested(&self) -> usize {
        self.decisions_with(2)
    }

    /// Decisions with at least `queue` candidates.
    pub fn decisions_with(&self, queue: usize) -> usize {
        let decisions = self.golden.decisions.iter();
        decisions.filter(|d| d.queue >= queue).count()
    }

    /// Submits in whose clock there is also an event of each of these kinds.
    pub fn submits_beside(&self, kinds: &[EventKind]) -> usize {
        let events = &self.golden.events;
        let beside = |stamp: u64, kind: EventKind| {
            let first = events.partition_point(|event| event.stamp < stamp);
            let same = events[first..].iter();
            same.take_while(|event| event.stamp == stamp)
                .any(|event| event.kind == kind)
        };
        let submits = events.iter().filter(|e| e.kind == EventKind::Admit);
        submits
            .filter(|e| kinds.iter().all(|kind| beside(e.stamp, *kind)))
            .count()
    }

    /// Records with this status.
    pub fn records(&self, status: CompleteStatus) -> usize {
        let events = self.golden.events.iter();
        events
            .filter(|e| e.kind == EventKind::Complete && e.fields[2] == status.code())
            .count()
    }
}
