//! A golden run in the form of the engine, in seconds.

use crate::engine::{Finished, LayerRun, Recorder, Summary};
use crate::golden::{CompleteStatus, Event, EventKind, Trace};
use crate::scenario::Scenario;
use crate::schedule;
use crate::units::cycles_to_seconds;

impl Scenario {
    /// What the engine would tell of a run of the golden model. Requests that were rejected or failed are not among the finished ones.
    pub fn recorder(&self, trace: &Trace) -> (Summary, Recorder) {
        let layers = self.layers(trace);
        let finished = self.finished(trace);
        let recorder = Recorder::of(layers, finished);
        (self.summary(trace, &recorder), recorder)
    }

    fn seconds(&self, cycles: u64) -> f64 {
        cycles_to_seconds(cycles, self.clock_hz)
    }

    fn layers(&self, trace: &Trace) -> Vec<LayerRun> {
        let stamps = |kind: EventKind| {
            let events = trace.events.iter().filter(move |event| event.kind == kind);
            events.map(|event| event.stamp)
        };
        let schedule = schedule::of_events(&trace.events);
        let times = stamps(EventKind::Dispatch).zip(stamps(EventKind::LayerDone));
        let mut open: Option<u64> = None;
        let mut layers = Vec::with_capacity(schedule.len());
        for ((&(index, layer), (start, end)), decision) in
            schedule.iter().zip(times).zip(&trace.decisions)
        {
            let (request, layer) = (&self.workload.requests[index as usize], layer as usize);
            let profile = &self.workload.profiles[request.profile];
            layers.push(LayerRun {
                index,
                profile: request.profile,
                layer,
                decided_s: self.seconds(decision.sample_now),
                start_s: self.seconds(start),
                end_s: self.seconds(end),
                queue: decision.queue,
                preempts: open.is_some_and(|open| open != index),
                predicted_s: f64::NAN,
                real_s: profile.samples[request.sample].remaining_s(layer + 1),
            });
            open = (layer + 1 < profile.layers.len()).then_some(index);
        }
        layers
    }

    fn finished(&self, trace: &Trace) -> Vec<Finished> {
        let ended = [CompleteStatus::Met, CompleteStatus::Late].map(CompleteStatus::code);
        let finished = |event: &Event| {
            let [index, finish, status, ..] = event.fields;
            let request = *self.workload.requests.get(index as usize)?;
            ended.contains(&status).then(|| Finished {
                index,
                isolated_s: self.workload.profiles[request.profile].samples[request.sample]
                    .isolated_s(),
                finish_s: self.seconds(finish),
                request,
            })
        };
        let records = trace
            .events
            .iter()
            .filter(|event| event.kind == EventKind::Complete);
        records.filter_map(finished).collect()
    }

    fn summary(&self, trace: &Trace, recorder: &Recorder) -> Summary {
        let layers = &recorder.layers;
        let sum =
            |value: fn(&LayerRun) -> f64| layers.iter().fold(0.0, |sum, run| sum + value(run));
        let queues = || trace.decisions.iter().map(|decision| decision.queue as u64);
        let switches = layers
            .windows(2)
            .filter(|pair| pair[0].index != pair[1].index);
        Summary {
            requests: self.requests.len() as u64,
            decisions: layers.len() as u64,
            contested: queues().filter(|queue| *queue > 1).count() as u64,
            preemptions: u64::from(trace.statistics.preemptions),
            switches: switches.count() as u64,
            queue_sum: queues().sum(),
            queue_max: queues().max().unwrap_or(0),
            first_arrival_s: self
                .requests
                .first()
                .map_or(0.0, |first| self.seconds(first.arrival)),
            end_s: layers.last().map_or(0.0, |last| last.end_s),
            busy_s: sum(|run| run.end_s - run.start_s),
            decision_s: sum(|run| run.start_s - run.decided_s),
            ..Summary::default()
        }
    }
}
