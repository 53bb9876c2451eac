//! The yardstick: an event simulator of score policies in double arithmetic and correct time.
//!
//! One accelerator runs one layer at a time; switching is free. The clock starts at 0. Until all requests are finished:
//! 1. **Admission.** With no live request the clock becomes the larger of itself and the next arrival, and that request is
//!    admitted. Then requests are admitted in table order while `arrival < clock`, strictly: an arrival equal to the
//!    clock waits for the next decision.
//! 2. **Choice.** Every live request is scored; the first strict minimum in order of admission runs.
//! 3. **Execution.** The clock grows by the real latency of its next layer, its `last_run` becomes the clock, its gamma is
//!    updated. After its last layer the clock is its finish time and it leaves.
//!
//! The result is exact to the bit: additions happen in the order written here, nothing is fused or compensated.

mod gamma;
mod queue;

pub use gamma::{Monitor, Predictor};

use crate::workload::Workload;
use queue::{Entry, Queue};

/// What a score expression may use of one live request. All times in seconds, all counts as doubles.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScoreEnv {
    /// Time of the decision.
    pub now: f64,
    /// Absolute deadline.
    pub deadline: f64,
    /// Arrival.
    pub arrival: f64,
    /// End of the request's latest layer; at first its arrival.
    pub last_run: f64,
    /// Priority.
    pub priority: f64,
    /// Prediction coefficient, 1 before the first layer.
    pub gamma: f64,
    /// Mean latency of the layers left.
    pub lat_remaining: f64,
    /// Mean isolated latency of the profile.
    pub isolated: f64,
    /// Number of live requests Q at this decision, from 1.
    pub queue: f64,
    /// Executed layers of the request, from 0.
    pub layer: f64,
    /// 1 for the request whose layer ended last, else 0.
    pub running: f64,
}

/// A policy that runs the request of the smallest score.
pub trait ScorePolicy {
    /// Score of one live request; called once for each at every decision, in order of admission. A NaN never wins
    /// against a number.
    fn score(&self, env: &ScoreEnv) -> f64;
}

impl<F: Fn(&ScoreEnv) -> f64> ScorePolicy for F {
    fn score(&self, env: &ScoreEnv) -> f64 {
        self(env)
    }
}

/// What the policy is told about the latency of the layers left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Knowledge {
    /// The averages of the profile, as in hardware.
    #[default]
    Profile,
    /// The real latencies of the request's own sample, for an oracle that bounds what prediction can gain.
    Sample,
}

/// How the yardstick runs. The default is what the recordings of policy `dysta` use, without a trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    /// How gamma follows from what was monitored.
    pub predictor: Predictor,
    /// What is monitored.
    pub monitor: Monitor,
    /// Averages or real latencies.
    pub knowledge: Knowledge,
    /// Keep every decision with all scores; costs memory proportional to decisions times live requests.
    pub trace: bool,
}

/// One decision with all that was compared.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// Time in seconds.
    pub time_s: f64,
    /// The request that runs next.
    pub chosen: u32,
    /// The live requests in order of admission.
    pub queue: Vec<Scored>,
}

/// What one live request had at a decision.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scored {
    /// Request index.
    pub request: u32,
    /// Its score.
    pub score: f64,
    /// Its gamma.
    pub gamma: f64,
}

/// What the yardstick did with a workload.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct YardstickRun {
    /// Executed layers in order, as (request, layer from 0).
    pub schedule: Vec<(u32, u32)>,
    /// Finish time of each request in seconds.
    pub finish_s: Vec<f64>,
    /// Decisions with more than one live request.
    pub contested: u64,
    /// Decisions that ran another request although the one that just ran still had layers left.
    pub preemptions: u64,
    /// Every decision, if [`Options::trace`] asked for it.
    pub trace: Vec<Decision>,
}

impl YardstickRun {
    /// Number of decisions; one for each executed layer.
    pub fn decisions(&self) -> u64 {
        self.schedule.len() as u64
    }

    /// Changes from one request to another, whether the former was finished or not.
    pub fn switches(&self) -> u64 {
        let changes = self
            .schedule
            .windows(2)
            .filter(|pair| pair[0].0 != pair[1].0);
        changes.count() as u64
    }
}

/// Runs all requests of `workload` under `policy`.
///
/// Each decision costs time proportional to the number of live requests and allocates nothing, unless a trace is kept.
///
/// ```
/// use dysta_sim::table::Request;
/// use dysta_sim::trace::{LayerMeta, ProfileTrace, SampleTrace};
/// use dysta_sim::workload::Workload;
/// use dysta_sim::yardstick::{Options, ScoreEnv, run};
///
/// let layer = LayerMeta { name: "0".into(), elements: 8 };
/// let sample = SampleTrace { id: 0, latency_s: vec![2.0], sparsity: vec![0.5] };
/// let profile = ProfileTrace { name: "net.dense".into(), model: "net".into(), layers: vec![layer], samples: vec![sample] };
/// let request = |arrival_s| Request { profile: 0, sample: 0, arrival_s, target_s: 4.0, priority: 1 };
/// let workload = Workload::new("example", vec![profile], vec![request(1.0), request(1.5)])?;
/// let first_come = |env: &ScoreEnv| env.arrival;
/// assert_eq!(run(&workload, &Options::default(), &first_come).finish_s, [3.0, 5.0]);
/// # Ok::<(), dysta_sim::trace::DataError>(())
/// ```
pub fn run<P: ScorePolicy + ?Sized>(
    workload: &Workload,
    options: &Options,
    policy: &P,
) -> YardstickRun {
    let mut machine = Machine {
        workload,
        options,
        clock: 0.0,
        next: 0,
        queue: Queue::default(),
        result: YardstickRun {
            finish_s: vec![0.0; workload.requests.len()],
            ..YardstickRun::default()
        },
    };
    while machine.admit() {
        let chosen = machine.choose(policy);
        machine.execute(chosen);
    }
    machine.result
}

struct Machine<'a> {
    workload: &'a Workload,
    options: &'a Options,
    clock: f64,
    next: usize,
    queue: Queue,
    result: YardstickRun,
}

impl Machine<'_> {
    /// Admits what has arrived, waiting for the next request if there is none. False when all are finished.
    fn admit(&mut self) -> bool {
        if self.queue.entries.is_empty() {
            let Some(request) = self.workload.requests.get(self.next) else {
                return false;
            };
            self.clock = self.clock.max(request.arrival_s);
            self.admit_next();
        }
        let arrived = |request: &crate::table::Request, clock| request.arrival_s < clock;
        while self
            .workload
            .requests
            .get(self.next)
            .is_some_and(|r| arrived(r, self.clock))
        {
            self.admit_next();
        }
        true
    }

    fn admit_next(&mut self) {
        let mut entry = Entry::new(self.workload, self.next);
        if self.options.knowledge == Knowledge::Sample {
            entry.know_sample(self.workload);
        }
        self.queue.entries.push(entry);
        self.next += 1;
    }

    /// Position of the first strict minimum of the score.
    fn choose<P: ScorePolicy + ?Sized>(&mut self, policy: &P) -> usize {
        let mut best = (0, f64::NAN);
        let mut scored = Vec::new();
        for (position, entry) in self.queue.entries.iter().enumerate() {
            let score = policy.score(&self.queue.env(entry, self.clock));
            if score < best.1 || (best.1.is_nan() && !score.is_nan()) {
                best = (position, score);
            }
            if self.options.trace {
                scored.push(entry.scored(score));
            }
        }
        self.record(best.0, scored);
        best.0
    }

    fn record(&mut self, position: usize, queue: Vec<Scored>) {
        let chosen = &self.queue.entries[position];
        self.result.contested += u64::from(self.queue.entries.len() > 1);
        self.result.preemptions += u64::from(self.queue.preempts(chosen.request));
        self.result
            .schedule
            .push((chosen.request, chosen.layer as u32));
        if self.options.trace {
            self.result.trace.push(Decision {
                time_s: self.clock,
                chosen: chosen.request,
                queue,
            });
        }
    }

    fn execute(&mut self, position: usize) {
        let entry = &mut self.queue.entries[position];
        self.clock += entry.next_latency_s(self.workload);
        entry.complete_layer(self.workload, self.options, self.clock);
        self.queue.running = Some(entry.request);
        if entry.is_finished(self.workload) {
            self.result.finish_s[entry.request as usize] = self.clock;
            self.queue.entries.remove(position);
            self.queue.running = None;
        }
    }
}
