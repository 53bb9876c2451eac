//! Observers that keep a run, or a part of it.

use super::observe::{Decision, Finished, LayerRun, Observer};
use super::{Options, Policy, Profiles, Summary, run};
use crate::engine::Open;
use crate::metrics::Outcome;
use crate::table::Request;
use crate::trace::DataResult;

/// Keeps outcomes in order of completion.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outcomes(pub Vec<Outcome>);

impl Observer for Outcomes {
    fn finished(&mut self, finished: &Finished) {
        self.0.push(finished.outcome());
    }
}

/// What one live request had at a decision.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    /// Number of the request.
    pub index: u64,
    /// What its policy keeps in recordings: a score, a token, gamma.
    pub values: Vec<f64>,
}

/// One decision with all that was compared.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedDecision {
    /// Time in seconds.
    pub time_s: f64,
    /// The request that runs next.
    pub chosen: u64,
    /// The live requests in order of admission.
    pub queue: Vec<Scored>,
}

/// Keeps every layer, finish time and, if asked, decision: memory grows with the run.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Recorder {
    /// Executed layers in order, as (request, layer from 0).
    pub schedule: Vec<(u64, u32)>,
    /// The same with their times.
    pub layers: Vec<LayerRun>,
    /// Requests that have finished, in order of completion.
    pub finished: Vec<Finished>,
    /// Every decision, if asked for.
    pub decisions: Vec<RecordedDecision>,
    keeps_decisions: bool,
}

impl Recorder {
    /// Keeps every decision with the values behind it, too: memory for decisions times live requests.
    pub fn with_decisions() -> Self {
        Self {
            keeps_decisions: true,
            ..Self::default()
        }
    }

    /// A recorder that holds a run already.
    pub fn of(layers: Vec<LayerRun>, finished: Vec<Finished>) -> Self {
        Self {
            schedule: layers
                .iter()
                .map(|run| (run.index, run.layer as u32))
                .collect(),
            layers,
            finished,
            ..Self::default()
        }
    }

    /// Finish time of each request in seconds, by number.
    pub fn finish_s(&self) -> Vec<f64> {
        self.by_index(|finished| finished.finish_s)
    }

    /// Outcomes by request number.
    pub fn outcomes(&self) -> Vec<Outcome> {
        let mut finished = self.finished.clone();
        finished.sort_by_key(|finished| finished.index);
        finished.iter().map(Finished::outcome).collect()
    }

    fn by_index(&self, value: impl Fn(&Finished) -> f64) -> Vec<f64> {
        let mut values: Vec<_> = self.finished.iter().map(|f| (f.index, value(f))).collect();
        values.sort_by_key(|(index, _)| *index);
        values.into_iter().map(|(_, value)| value).collect()
    }
}

impl Observer for Recorder {
    fn decision(&mut self, decision: &Decision<'_>) {
        if !self.keeps_decisions {
            return;
        }
        let Decision { now, live, .. } = *decision;
        let scored = |position: usize| {
            let mut values = Vec::new();
            decision.policy.values(live, now, position, &mut values);
            let index = live.index(position);
            Scored { index, values }
        };
        self.decisions.push(RecordedDecision {
            time_s: now,
            chosen: live.index(decision.position),
            queue: (0..live.len()).map(scored).collect(),
        });
    }

    fn layer(&mut self, run: &LayerRun) {
        self.schedule.push((run.index, run.layer as u32));
        self.layers.push(*run);
    }

    fn finished(&mut self, finished: &Finished) {
        self.finished.push(*finished);
    }
}

/// Runs a list of requests and keeps everything but decisions.
///
/// # Errors
/// As [`run`].
pub fn record(
    profiles: &Profiles,
    requests: &[Request],
    policy: &mut dyn Policy,
    options: &Options,
) -> DataResult<(Summary, Recorder)> {
    let mut recorder = Recorder::default();
    let mut requests = Open::new(requests.iter().copied());
    let summary = run(profiles, &mut requests, policy, options, &mut recorder)?;
    Ok((summary, recorder))
}

/// Root mean square error of the predicted time of the layers left, over all layers that leave some.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct PredictionError {
    count: u64,
    squares: f64,
    real: f64,
}

impl PredictionError {
    /// In seconds; 0 where nothing was predicted.
    pub fn rmse_s(&self) -> f64 {
        match self.count {
            0 => 0.0,
            count => (self.squares / count as f64).sqrt(),
        }
    }

    /// Relative to the mean of the real time left; 0 where nothing was predicted.
    pub fn relative(&self) -> f64 {
        match self.count {
            0 => 0.0,
            count => self.rmse_s() / (self.real / count as f64),
        }
    }
}

impl Observer for PredictionError {
    fn layer(&mut self, run: &LayerRun) {
        if run.real_s > 0.0 {
            let error = run.predicted_s - run.real_s;
            self.count += 1;
            self.squares += error * error;
            self.real += run.real_s;
        }
    }
}
