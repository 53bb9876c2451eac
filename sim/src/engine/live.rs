//! Live requests in order of admission, a column for each value that policies read.

use super::gamma::{Ended, GammaState, Predictor};
use super::policy::Averages;
use super::profiles::{Profile, Profiles};
use super::score::ScoreEnv;
use crate::table::Request;

/// What the engine keeps of a live request besides the columns.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) index: u64,
    pub(super) request: Request,
    /// Executed layers; index of the next one.
    pub(super) layer: usize,
    pub(super) layers: usize,
    state: GammaState,
}

/// The live requests in order of admission; all columns have one value for each. Times in seconds.
#[derive(Debug, Default)]
pub struct Live {
    pub(super) entries: Vec<Entry>,
    /// Position of the request whose layer ended last, while it is live.
    pub(super) running: Option<usize>,
    /// Time of the admission: the arrival, later by the admission cost.
    pub arrival: Vec<f64>,
    /// Absolute deadlines.
    pub deadline: Vec<f64>,
    /// Priorities.
    pub priority: Vec<f64>,
    /// End of the latest layer, at first the admission.
    pub last_run: Vec<f64>,
    /// Prediction coefficients, 1 before the first layer.
    pub gamma: Vec<f64>,
    /// Average latency of the layers left, as far as the policy knows.
    pub lat_remaining: Vec<f64>,
    /// Predicted time left: gamma times `lat_remaining`.
    pub predicted: Vec<f64>,
    /// Isolated latency, as far as the policy knows.
    pub isolated: Vec<f64>,
    /// Average latency of the next layer, as far as the policy knows.
    pub next_layer: Vec<f64>,
}

impl Live {
    /// Number of live requests Q.
    #[inline]
    pub fn len(&self) -> usize {
        self.arrival.len()
    }

    /// Whether there is none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.arrival.is_empty()
    }

    /// Number of the request at `position` in order of admission, from 0.
    pub fn index(&self, position: usize) -> u64 {
        self.entries[position].index
    }

    /// The request at `position`.
    pub fn request(&self, position: usize) -> &Request {
        &self.entries[position].request
    }

    /// Executed layers of the request at `position`: the index of its next one.
    pub fn layer(&self, position: usize) -> usize {
        self.entries[position].layer
    }

    /// Position of the request whose layer ended last, while it has layers left.
    #[inline]
    pub fn running(&self) -> Option<usize> {
        self.running
    }

    /// What a score may use of the request at `position`.
    pub fn env(&self, position: usize, now: f64) -> ScoreEnv {
        ScoreEnv {
            now,
            deadline: self.deadline[position],
            arrival: self.arrival[position],
            last_run: self.last_run[position],
            priority: self.priority[position],
            gamma: self.gamma[position],
            lat_remaining: self.lat_remaining[position],
            isolated: self.isolated[position],
            queue: self.len() as f64,
            layer: self.entries[position].layer as f64,
            running: f64::from(u8::from(self.running == Some(position))),
        }
    }

    pub(super) fn push(&mut self, profiles: &Profiles, averages: Averages, admission: Admission) {
        let Admission { index, request, at } = admission;
        let profile = &profiles.list()[request.profile];
        let known = Known::of(profile, &request, averages, 0);
        self.arrival.push(at);
        self.deadline.push(request.deadline_s());
        self.priority.push(f64::from(request.priority));
        self.last_run.push(at);
        self.gamma.push(1.0);
        self.lat_remaining.push(known.remaining);
        self.predicted.push(known.remaining);
        self.isolated.push(known.remaining);
        self.next_layer.push(known.next_layer);
        self.entries.push(Entry {
            index,
            layer: 0,
            layers: profile.layers(),
            state: GammaState::default(),
            request,
        });
    }

    /// Takes in the layer of the request at `position`, which ended at `now` after `run_s`, and gives whether it has layers left.
    pub(super) fn complete_layer(
        &mut self,
        position: usize,
        profiles: &Profiles,
        rule: (Averages, Predictor),
        (now, run_s): (f64, f64),
    ) -> bool {
        let entry = &mut self.entries[position];
        let request = &entry.request;
        let profile = &profiles.list()[request.profile];
        let ended = Ended {
            rows: profile.rows(request.sample),
            layer: entry.layer,
            run_s,
            average_s: profile.stats.avg_latency_s[entry.layer],
        };
        let gamma = entry.state.update(ended, rule.1);
        entry.layer += 1;
        let known = Known::of(profile, request, rule.0, entry.layer);
        let goes_on = entry.layer < entry.layers;
        self.last_run[position] = now;
        self.gamma[position] = gamma;
        self.lat_remaining[position] = known.remaining;
        self.predicted[position] = gamma * known.remaining;
        self.next_layer[position] = known.next_layer;
        self.running = Some(position);
        goes_on
    }

    /// The request at `position` leaves; those behind it move up.
    pub(super) fn remove(&mut self, position: usize) {
        self.entries.remove(position);
        for column in self.columns() {
            column.remove(position);
        }
        self.running = None;
    }

    fn columns(&mut self) -> [&mut Vec<f64>; 9] {
        [
            &mut self.arrival,
            &mut self.deadline,
            &mut self.priority,
            &mut self.last_run,
            &mut self.gamma,
            &mut self.lat_remaining,
            &mut self.predicted,
            &mut self.isolated,
            &mut self.next_layer,
        ]
    }
}

/// A request that becomes live.
#[derive(Debug, Clone, Copy)]
pub(super) struct Admission {
    pub(super) index: u64,
    pub(super) request: Request,
    pub(super) at: f64,
}

/// What the policy knows of a request with `layer` executed layers.
struct Known {
    remaining: f64,
    next_layer: f64,
}

impl Known {
    #[inline]
    fn of(profile: &Profile, request: &Request, averages: Averages, layer: usize) -> Self {
        if averages == Averages::Sample {
            let next = profile.rows(request.sample).get(layer);
            return Self {
                remaining: profile.real_remaining_s(request.sample, layer),
                next_layer: next.map_or(0.0, |row| row.latency_s),
            };
        }
        let table = profile.table(averages);
        Self {
            remaining: table.remaining_s[layer],
            next_layer: table.average_s.get(layer).copied().unwrap_or(0.0),
        }
    }
}
