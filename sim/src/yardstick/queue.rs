//! Live requests in order of admission.

use super::gamma::{GammaState, Run};
use super::{Knowledge, Options, ScoreEnv, Scored};
use crate::workload::Workload;

/// One live request.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) request: u32,
    /// Executed layers; index of the next one.
    pub(super) layer: usize,
    run: Run,
    arrival: f64,
    deadline: f64,
    priority: f64,
    last_run: f64,
    gamma: f64,
    lat_remaining: f64,
    isolated: f64,
    state: GammaState,
}

impl Entry {
    pub(super) fn new(workload: &Workload, index: usize) -> Self {
        let request = &workload.requests[index];
        let isolated = workload.stats[request.profile].isolated_s;
        Self {
            request: index as u32,
            layer: 0,
            run: Run {
                profile: request.profile,
                sample: request.sample,
            },
            arrival: request.arrival_s,
            deadline: request.deadline_s(),
            priority: f64::from(request.priority),
            last_run: request.arrival_s,
            gamma: 1.0,
            lat_remaining: isolated,
            isolated,
            state: GammaState::default(),
        }
    }

    /// Replaces the averages by the real latencies of the request's sample.
    pub(super) fn know_sample(&mut self, workload: &Workload) {
        self.isolated = workload.profiles[self.run.profile].samples[self.run.sample].isolated_s();
        self.lat_remaining = self.isolated;
    }

    pub(super) fn next_latency_s(&self, workload: &Workload) -> f64 {
        workload.profiles[self.run.profile].samples[self.run.sample].latency_s[self.layer]
    }

    /// Takes in the layer that ended at `clock`.
    pub(super) fn complete_layer(&mut self, workload: &Workload, options: &Options, clock: f64) {
        let (predictor, monitor) = (options.predictor, options.monitor);
        self.gamma = self
            .state
            .update(workload, self.run, self.layer, predictor, monitor);
        self.layer += 1;
        self.last_run = clock;
        self.lat_remaining = match options.knowledge {
            Knowledge::Profile => workload.stats[self.run.profile].remaining_s[self.layer],
            Knowledge::Sample => {
                workload.profiles[self.run.profile].samples[self.run.sample].remaining_s(self.layer)
            }
        };
    }

    pub(super) fn is_finished(&self, workload: &Workload) -> bool {
        self.layer == workload.profiles[self.run.profile].layers.len()
    }

    pub(super) fn scored(&self, score: f64) -> Scored {
        Scored {
            request: self.request,
            score,
            gamma: self.gamma,
        }
    }
}

/// The live requests and which of them ran last.
#[derive(Debug, Default)]
pub(super) struct Queue {
    pub(super) entries: Vec<Entry>,
    /// The request whose layer ended last, while it is live.
    pub(super) running: Option<u32>,
}

impl Queue {
    pub(super) fn env(&self, entry: &Entry, now: f64) -> ScoreEnv {
        ScoreEnv {
            now,
            deadline: entry.deadline,
            arrival: entry.arrival,
            last_run: entry.last_run,
            priority: entry.priority,
            gamma: entry.gamma,
            lat_remaining: entry.lat_remaining,
            isolated: entry.isolated,
            queue: self.entries.len() as f64,
            layer: entry.layer as f64,
            running: f64::from(u8::from(self.running == Some(entry.request))),
        }
    }

    /// True if running `request` next leaves another one unfinished that has just run.
    pub(super) fn preempts(&self, request: u32) -> bool {
        self.running.is_some_and(|running| running != request)
    }
}
