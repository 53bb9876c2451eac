//! One run.

use super::costs::Costs;
use super::gamma::Predictor;
use super::live::{Admission, Live};
use super::observe::{Decision, Finished, LayerRun, Observer};
use super::policy::{Averages, Policy};
use super::profiles::Profiles;
use super::source::Requests;
use crate::trace::DataResult;

/// What happens when requests are admitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Semantics {
    /// Time never goes back; what a real machine can do.
    #[default]
    Correct,
    /// As the simulator published with the paper: an idle machine sets the clock to the next arrival, even back, and admits only that
    /// request.
    Published2023,
}

/// How a run goes. The default has no costs.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Options {
    /// Rules of admission.
    pub semantics: Semantics,
    /// How gamma follows from what was monitored, for policies that use it.
    pub predictor: Predictor,
    /// What decisions, preemptions and admissions take.
    pub costs: Costs,
}

/// Counts and sums of a run.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Summary {
    /// Requests that were run.
    pub requests: u64,
    /// Decisions; one for each executed layer.
    pub decisions: u64,
    /// Decisions with more than one live request.
    pub contested: u64,
    /// Decisions that ran another request although the one that just ran still had layers left.
    pub preemptions: u64,
    /// Changes from one request to another, whether the former was finished or not.
    pub switches: u64,
    /// Sum over the decisions of their live requests.
    pub queue_sum: u64,
    /// Most live requests at a decision.
    pub queue_max: u64,
    /// First arrival in seconds.
    pub first_arrival_s: f64,
    /// Latest finish in seconds.
    pub end_s: f64,
    /// Seconds that layers ran, with what preemption added.
    pub busy_s: f64,
    /// Seconds that decisions took.
    pub decision_s: f64,
    /// Seconds that preemptions added to layers.
    pub preemption_s: f64,
    /// Seconds between arrivals and admissions, over all requests.
    pub admission_s: f64,
    /// How often the clock went back; 0 unless [`Semantics::Published2023`].
    pub clock_back_n: u64,
    /// By how much in total, in seconds.
    pub clock_back_s: f64,
}

impl Summary {
    /// Mean number of live requests at a decision.
    pub fn queue_mean(&self) -> f64 {
        self.queue_sum as f64 / self.decisions.max(1) as f64
    }
}

/// Runs all `requests` under `policy`; `observer` sees everything that happens.
///
/// Memory is that of the live requests; a decision allocates nothing. The same arguments give the same bits on any thread.
///
/// # Errors
/// If a request cannot be run: its profile or sample does not exist, a time is NaN, infinite or negative, or it arrives before the one
/// before it.
///
/// ```
/// use dysta_sim::engine::{Monitor, Open, Options, Outcomes, Profiles, SampleUse, run};
/// use dysta_sim::policies::Fcfs;
/// use dysta_sim::table::Request;
/// use dysta_sim::trace::{LayerMeta, ProfileTrace, SampleTrace};
///
/// let layer = LayerMeta { name: "0".into(), elements: 8 };
/// let sample = SampleTrace { id: 0, latency_s: vec![2.0], sparsity: vec![0.5] };
/// let trace = ProfileTrace { name: "net.dense".into(), model: "net".into(), layers: vec![layer], samples: vec![sample] };
/// let profiles = Profiles::new(&[trace], Monitor::Nonzeros, SampleUse::Shared)?;
/// let request = |arrival_s| Request { profile: 0, sample: 0, arrival_s, target_s: 4.0, priority: 1 };
/// let mut outcomes = Outcomes::default();
/// let mut requests = Open::new([request(1.0), request(1.5)]);
/// let summary = run(&profiles, &mut requests, &mut Fcfs, &Options::default(), &mut outcomes)?;
/// assert_eq!((summary.decisions, summary.end_s), (2, 5.0));
/// assert_eq!(outcomes.0[1].finish.map(|end| end.turnaround_s), Some(3.5));
/// # Ok::<(), dysta_sim::trace::DataError>(())
/// ```
pub fn run(
    profiles: &Profiles,
    requests: &mut impl Requests,
    policy: &mut dyn Policy,
    options: &Options,
    observer: &mut impl Observer,
) -> DataResult<Summary> {
    policy.reset();
    let needs = policy.needs();
    let mut machine = Machine {
        profiles,
        policy,
        observer,
        options,
        averages: needs.averages,
        predictor: match needs.gamma {
            true => options.predictor,
            false => Predictor::None,
        },
        clock: 0.0,
        arrived_s: 0.0,
        latest: None,
        live: Live::default(),
        summary: Summary::default(),
    };
    while machine.admit(requests)? {
        let position = machine.choose();
        machine.execute(position, requests);
    }
    Ok(machine.summary)
}

struct Machine<'a, O> {
    profiles: &'a Profiles,
    policy: &'a mut dyn Policy,
    observer: &'a mut O,
    options: &'a Options,
    averages: Averages,
    predictor: Predictor,
    clock: f64,
    /// Arrival of the request taken last.
    arrived_s: f64,
    /// The request that ran last.
    latest: Option<u64>,
    live: Live,
    summary: Summary,
}

impl<O: Observer> Machine<'_, O> {
    /// Admits what has arrived, waiting for the next request if there is none. False when all are finished.
    #[inline]
    fn admit(&mut self, requests: &mut impl Requests) -> DataResult<bool> {
        let cost = self.options.costs.admission_s;
        if self.live.is_empty() {
            let Some(next) = requests.peek() else {
                return Ok(false);
            };
            let at = next.arrival_s + cost;
            let published = self.options.semantics == Semantics::Published2023;
            match published {
                true => self.set_back(at),
                false => self.clock = self.clock.max(at),
            }
            self.admit_next(requests)?;
            if published {
                return Ok(true);
            }
        }
        while requests
            .peek()
            .is_some_and(|next| next.arrival_s + cost < self.clock)
        {
            self.admit_next(requests)?;
        }
        Ok(true)
    }

    fn set_back(&mut self, at: f64) {
        if at < self.clock {
            self.summary.clock_back_n += 1;
            self.summary.clock_back_s += self.clock - at;
        }
        self.clock = at;
    }

    fn admit_next(&mut self, requests: &mut impl Requests) -> DataResult<()> {
        let Some(request) = requests.take() else {
            return Ok(());
        };
        let index = self.summary.requests;
        self.profiles.check(index, &request, self.arrived_s)?;
        if index == 0 {
            self.summary.first_arrival_s = request.arrival_s;
        }
        let at = request.arrival_s + self.options.costs.admission_s;
        self.arrived_s = request.arrival_s;
        self.summary.requests += 1;
        self.summary.admission_s += self.options.costs.admission_s;
        let admission = Admission { index, request, at };
        self.live.push(self.profiles, self.averages, admission);
        self.policy.admitted(&self.live);
        self.observer.admitted(index, &request, at);
        Ok(())
    }

    #[inline]
    fn choose(&mut self) -> usize {
        let position = self.policy.choose(&self.live, self.clock);
        self.observer.decision(&Decision {
            now: self.clock,
            live: &self.live,
            position,
            policy: self.policy,
        });
        position
    }

    #[inline]
    fn execute(&mut self, position: usize, requests: &mut impl Requests) {
        let entry = &self.live.entries[position];
        let (index, layer, request) = (entry.index, entry.layer, entry.request);
        let profile = &self.profiles.list()[request.profile];
        let preempts = self.live.running.is_some_and(|running| running != position);
        let latency_s = profile.rows(request.sample)[layer].latency_s;
        let added_s = match preempts {
            true => {
                let costs = &self.options.costs;
                costs.preemption_s + costs.preemption_share * latency_s
            }
            false => 0.0,
        };
        let run_s = latency_s + added_s;
        let decided_s = self.clock;
        let start_s = self.count(index, preempts);
        self.clock = start_s + run_s;
        self.summary.busy_s += run_s;
        self.summary.preemption_s += added_s;
        let rule = (self.averages, self.predictor);
        let ended = (self.clock, run_s);
        let goes_on = self
            .live
            .complete_layer(position, self.profiles, rule, ended);
        self.observer.layer(&LayerRun {
            index,
            profile: request.profile,
            layer,
            decided_s,
            start_s,
            end_s: self.clock,
            queue: self.live.len(),
            preempts,
            predicted_s: self.live.predicted[position],
            real_s: profile.real_remaining_s(request.sample, layer + 1),
        });
        match goes_on {
            true => self.policy.progressed(&self.live, position),
            false => self.finish(position, requests),
        }
    }

    /// Counts a decision for request `index` and gives the time at which its layer starts.
    #[inline]
    fn count(&mut self, index: u64, preempts: bool) -> f64 {
        let queue = self.live.len();
        let taken_s = self.options.costs.decision.seconds(queue);
        let summary = &mut self.summary;
        summary.decisions += 1;
        summary.contested += u64::from(queue > 1);
        summary.preemptions += u64::from(preempts);
        summary.switches += u64::from(self.latest.is_some_and(|latest| latest != index));
        summary.queue_sum += queue as u64;
        summary.queue_max = summary.queue_max.max(queue as u64);
        summary.decision_s += taken_s;
        self.latest = Some(index);
        self.clock + taken_s
    }

    fn finish(&mut self, position: usize, requests: &mut impl Requests) {
        let entry = &self.live.entries[position];
        let (index, request) = (entry.index, entry.request);
        self.summary.end_s = self.summary.end_s.max(self.clock);
        self.observer.finished(&Finished {
            index,
            request,
            isolated_s: self.profiles.list()[request.profile].isolated_s(request.sample),
            finish_s: self.clock,
        });
        self.policy.removed(position);
        self.live.remove(position);
        requests.finished(index, self.clock);
    }
}
