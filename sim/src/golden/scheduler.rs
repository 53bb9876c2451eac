//! The scheduler as its specification describes it: a decision knows its winner in its sample cycle and offers it after the
//! computed latency. There are no pipeline registers here; only what a neighbour can observe is modelled.

use std::collections::VecDeque;

use dysta_config::params::OnFull;

use super::entry::{Entry, is_earlier};
use super::event::{CompleteStatus, LayerStatus};
use super::numbers::{Arithmetic, Measured};
use super::observe::{Decision, Observer, Sight};
use super::ports::{Dispatch, Inputs, Outputs, Record, Statistics, Submit};
use super::shape::Shape;

/// A captured request, one clock after its handshake or waiting as a reject.
#[derive(Debug)]
struct Captured {
    request: Submit,
    arrival: u64,
    /// Decided in the first clock and kept: a request that found the table full stays rejected.
    reject: Option<CompleteStatus>,
}

/// A `layer_done` handshake that starts a decision.
#[derive(Clone, Copy, Debug)]
struct Ended {
    position: usize,
    measured: Measured,
    status: LayerStatus,
}

/// What the sequencer does.
#[derive(Debug)]
enum Phase {
    Idle,
    /// The clock after a `layer_done` handshake.
    Start(Ended),
    /// A winner is known; it is offered from clock `valid_at` on until it is taken.
    Decided {
        valid_at: u64,
        winner: usize,
        dispatch: Dispatch,
        preempts: bool,
    },
    /// The layer of the entry at this position runs, since its dispatch handshake at this time.
    InFlight(usize, u64),
}

/// An update, of a continuing entry or of the values of a decision alone, that has not ended yet.
#[derive(Debug)]
struct Update {
    /// Last clock in which it runs.
    ends_at: u64,
    /// Whether it writes entry values then; with one candidate it ends with the γ sum.
    writes: bool,
    saturated: bool,
}

/// The smallest of some candidates: position, raw score.
type Winner = (usize, u64);

/// State of the scheduler between two clocks.
#[derive(Debug)]
pub struct Scheduler<'a, A> {
    shape: &'a Shape,
    arithmetic: &'a A,
    clock: u64,
    /// Time of the former clock; it stands still while the progress of an entry is written.
    latest: u64,
    entries: Vec<Entry>,
    admission: u32,
    captured: Option<Captured>,
    phase: Phase,
    sample_now: u64,
    update: Option<Update>,
    finished: Option<Record>,
    completions: VecDeque<Record>,
    statistics: Statistics,
}

impl<'a, A: Arithmetic> Scheduler<'a, A> {
    /// The state after reset, with all tables loaded.
    pub fn new(shape: &'a Shape, arithmetic: &'a A) -> Self {
        Self {
            shape,
            arithmetic,
            clock: 0,
            latest: 0,
            entries: Vec::new(),
            admission: shape.first_admission,
            captured: None,
            phase: Phase::Idle,
            sample_now: 0,
            update: None,
            finished: None,
            completions: VecDeque::new(),
            statistics: Statistics::default(),
        }
    }

    /// Counters so far.
    pub fn statistics(&self) -> Statistics {
        self.statistics
    }

    /// Live entries by position.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// What the ports show in this clock.
    pub fn outputs(&self) -> Outputs {
        Outputs {
            submit_ready: self.submit_ready(),
            dispatch: self.offered(),
            layer_done_ready: matches!(self.phase, Phase::InFlight(..)) && self.finished.is_none(),
            complete: self.completed(),
            quiescent: self.quiescent(),
        }
    }

    /// One clock with time `now`: applies the handshakes of `inputs` with [`Scheduler::outputs`] and moves on.
    pub fn step(&mut self, now: u64, inputs: &Inputs, observer: &mut impl Observer) {
        let outputs = self.outputs();
        let full = self.entries.len() >= self.capacity();
        // A reject leaves the register to the finish that the end of a layer may bring.
        let ends = inputs.layer_done.is_some() && outputs.layer_done_ready;
        let free = self.finished.is_none() && !ends;
        let writes_progress = self.writes_progress();
        self.take_completion(inputs.complete_ready && outputs.complete.is_some());
        self.finish_update();
        self.sequence(now, inputs, &outputs, observer);
        self.judge(full);
        if free && self.finished.is_none() {
            self.reject();
        }
        if !writes_progress {
            self.append();
            self.latest = now;
        }
        self.captured = match inputs.submit {
            Some(request) if outputs.submit_ready => Some(self.capture(request, now)),
            _ => self.captured.take(),
        };
        self.clock += 1;
    }

    fn capacity(&self) -> usize {
        self.shape.capacity as usize
    }

    fn capture(&self, request: Submit, now: u64) -> Captured {
        let known = self.shape.layer_count(request.profile).is_some();
        let reject = (!known).then_some(CompleteStatus::RejectedProfile);
        Captured {
            request,
            arrival: now,
            reject,
        }
    }

    fn submit_ready(&self) -> bool {
        let (known, reject) = match &self.captured {
            Some(captured) => (captured.reject.is_none(), self.is_reject(captured)),
            None => (false, false),
        };
        let live = self.entries.len() + usize::from(known);
        let full = self.shape.on_full == OnFull::Wait && live >= self.capacity();
        !full && !reject && !self.block()
    }

    fn is_reject(&self, captured: &Captured) -> bool {
        captured.reject.is_some() || self.entries.len() >= self.capacity()
    }

    /// The update unit writes an entry in the next clock, so no request may be written then.
    fn block(&self) -> bool {
        let writes_next = self
            .update
            .as_ref()
            .is_some_and(|update| update.writes && update.ends_at == self.clock + 1);
        matches!(self.phase, Phase::Start(_)) || writes_next
    }

    fn quiescent(&self) -> bool {
        let still = match self.phase {
            Phase::Idle => self.entries.is_empty(),
            Phase::InFlight(..) => true,
            Phase::Start(_) | Phase::Decided { .. } => false,
        };
        still && self.captured.is_none() && self.update.is_none() && self.finished.is_none()
    }

    fn offered(&self) -> Option<Dispatch> {
        match &self.phase {
            Phase::Decided {
                valid_at, dispatch, ..
            } if *valid_at <= self.clock => Some(*dispatch),
            _ => None,
        }
    }

    /// The record that is offered: the first of the FIFO, or without a FIFO that in the register.
    fn completed(&self) -> Option<Record> {
        match self.shape.complete_depth {
            0 => self.finished,
            _ => self.completions.front().copied(),
        }
    }

    /// Completion FIFO: one record out and one in per clock. It takes by the number it held when the clock began.
    fn take_completion(&mut self, taken: bool) {
        if self.shape.complete_depth == 0 {
            self.finished.take_if(|_| taken);
            return;
        }
        let ready = self.completions.len() < self.shape.complete_depth as usize;
        if taken {
            self.completions.pop_front();
        }
        if !ready {
            return;
        }
        self.completions.extend(self.finished.take());
    }

    /// The entry that ran goes on, so its progress takes the write port.
    fn writes_progress(&self) -> bool {
        let Phase::Start(ended) = &self.phase else {
            return false;
        };
        let entry = &self.entries[ended.position];
        let layers = self.shape.layer_count(entry.request.profile);
        ended.status == LayerStatus::Ok && layers != Some(entry.layer + 1)
    }

    /// Moves a captured request that cannot run to the empty record register; its time is that of the former clock.
    fn reject(&mut self) {
        let Some(captured) = self.captured.take_if(|c| c.reject.is_some()) else {
            return;
        };
        self.statistics.rejects = self.statistics.rejects.wrapping_add(1);
        self.finished = captured.reject.map(|status| Record {
            id: captured.request.id,
            finish: self.latest,
            status,
        });
    }

    /// A captured request that finds all entries live is rejected; `full` is the state when the clock began.
    fn judge(&mut self, full: bool) {
        if let Some(captured) = self
            .captured
            .as_mut()
            .filter(|c| full && c.reject.is_none())
        {
            captured.reject = Some(CompleteStatus::RejectedFull);
        }
    }

    fn finish_update(&mut self) {
        if let Some(update) = self.update.take_if(|update| update.ends_at <= self.clock) {
            let counts = update.writes && update.saturated;
            self.statistics.saturations =
                self.statistics.saturations.wrapping_add(u32::from(counts));
        }
    }

    fn sequence(
        &mut self,
        now: u64,
        inputs: &Inputs,
        outputs: &Outputs,
        observer: &mut impl Observer,
    ) {
        match &self.phase {
            Phase::Idle if !self.entries.is_empty() => {
                self.sample_now = self.latest;
                self.decide(None, observer);
            }
            Phase::Start(ended) => self.start(*ended, observer),
            Phase::Decided {
                winner, preempts, ..
            } if outputs.dispatch.is_some() && inputs.dispatch_ready => {
                self.statistics.decisions = self.statistics.decisions.wrapping_add(1);
                self.statistics.preemptions = self
                    .statistics
                    .preemptions
                    .wrapping_add(u32::from(*preempts));
                self.phase = Phase::InFlight(*winner, now);
            }
            Phase::InFlight(position, started) => {
                if let Some((nnz, status)) = inputs.layer_done.filter(|_| outputs.layer_done_ready)
                {
                    self.sample_now = now;
                    self.phase = Phase::Start(Ended {
                        position: *position,
                        measured: Measured {
                            nnz,
                            run_time: now - started,
                        },
                        status,
                    });
                }
            }
            Phase::Idle | Phase::Decided { .. } => {}
        }
    }

    /// The clock after a `layer_done` handshake: the entry that ran goes on or leaves, then the decision is taken.
    fn start(&mut self, ended: Ended, observer: &mut impl Observer) {
        let entry = &mut self.entries[ended.position];
        entry.layer += 1;
        let last = self.shape.layer_count(entry.request.profile) == Some(entry.layer);
        if last || ended.status != LayerStatus::Ok {
            self.leave(ended);
            self.decide(None, observer);
            return;
        }
        entry.last_run = self.sample_now;
        let profile = entry.request.profile;
        let saturated =
            self.arithmetic
                .after_layer(&mut entry.numbers, profile, entry.layer, ended.measured);
        self.update = self.update_of(Some(saturated));
        self.decide(Some(ended.position), observer);
    }

    /// The update of a decision. It writes entry values only when there is a continuing entry, with or without
    /// saturation, and the decision compares it.
    fn update_of(&self, continuing: Option<bool>) -> Option<Update> {
        let compares = self.entries.len() > 1;
        let cycle = if compares {
            self.shape.timing.write_cycle
        } else {
            self.shape.sum_cycle
        };
        let sample = self.clock - 1;
        cycle.map(|cycle| Update {
            ends_at: sample + u64::from(cycle),
            writes: compares && continuing.is_some(),
            saturated: continuing.unwrap_or(false),
        })
    }

    /// The last entry moves into the hole, so positions stay dense.
    fn leave(&mut self, ended: Ended) {
        let entry = self.entries.swap_remove(ended.position);
        let status = match ended.status {
            LayerStatus::Error | LayerStatus::Aborted => CompleteStatus::Failed,
            LayerStatus::Ok if self.sample_now <= entry.request.deadline => CompleteStatus::Met,
            LayerStatus::Ok => CompleteStatus::Late,
        };
        let late = u32::from(status == CompleteStatus::Late);
        self.statistics.misses = self.statistics.misses.wrapping_add(late);
        self.finished = Some(Record {
            id: entry.request.id,
            finish: self.sample_now,
            status,
        });
    }

    /// Cycle 1 of a decision: all entries are members, a request that is written in this clock is not one of them yet.
    fn decide(&mut self, running: Option<usize>, observer: &mut impl Observer) {
        let Some(members) = u32::try_from(self.entries.len())
            .ok()
            .filter(|members| *members > 0)
        else {
            self.phase = Phase::Idle;
            return;
        };
        if running.is_none() {
            self.update = self.update_of(None);
        }
        let ((winner, score), scores) = self.choose(members, running);
        let latency = self.shape.latency(members);
        self.report(running, winner, &scores, latency, observer);
        self.statistics.exposed_cycles = self.statistics.exposed_cycles.wrapping_add(latency - 1);
        self.phase = Phase::Decided {
            valid_at: self.clock - 1 + u64::from(latency),
            winner,
            dispatch: self.dispatch(winner, score),
            preempts: running.is_some_and(|position| position != winner),
        };
    }

    fn dispatch(&self, position: usize, score: u64) -> Dispatch {
        let entry = &self.entries[position];
        Dispatch {
            id: entry.request.id,
            position: u32::try_from(position).unwrap_or(u32::MAX),
            profile: entry.request.profile,
            layer: entry.layer,
            score,
        }
    }

    /// Scores every member and takes the smallest (score, admission number); a single member is taken unscored.
    fn choose(&self, members: u32, running: Option<usize>) -> (Winner, Vec<u64>) {
        if members == 1 {
            return ((0, 0), Vec::new());
        }
        let decision = self.arithmetic.decision(self.sample_now, members);
        let score = |(position, entry): (usize, &Entry)| {
            self.arithmetic
                .score(&decision, &entry.candidate(running == Some(position)))
        };
        let scores: Vec<u64> = self.entries.iter().enumerate().map(score).collect();
        let mut winner = 0;
        for position in 1..scores.len() {
            let earlier = is_earlier(
                self.entries[position].admission,
                self.entries[winner].admission,
            );
            if scores[position] < scores[winner] || (scores[position] == scores[winner] && earlier)
            {
                winner = position;
            }
        }
        ((winner, scores[winner]), scores)
    }

    fn report(
        &self,
        running: Option<usize>,
        winner: usize,
        scores: &[u64],
        latency: u32,
        observer: &mut impl Observer,
    ) {
        let entry = &self.entries[winner];
        let decision = Decision {
            sample_now: self.sample_now,
            queue: self.entries.len(),
            latency,
            id: entry.request.id,
            layer: entry.layer,
        };
        observer.decision(&Sight {
            decision,
            entries: &self.entries,
            running,
            winner,
            scores,
        });
    }

    /// Writes the captured request behind the last entry.
    fn append(&mut self) {
        let Some(captured) = self.captured.take_if(|c| c.reject.is_none()) else {
            return;
        };
        self.entries.push(Entry {
            request: captured.request,
            arrival: captured.arrival,
            last_run: captured.arrival,
            layer: 0,
            admission: self.admission,
            numbers: self.arithmetic.admit(captured.request.profile),
        });
        self.admission = self.admission.wrapping_add(1);
    }
}
