//! One run of the golden model under the stimulus rule.

use miette::Diagnostic;
use thiserror::Error;

use super::event::{Event, EventKind};
use super::numbers::Arithmetic;
use super::observe::{Decision, Observer, Sight};
use super::ports::{Inputs, Outputs, Statistics, Submit};
use super::scheduler::Scheduler;
use super::shape::Shape;
use super::stimulus::{Environment, Sink, Stimulus};
use crate::units::{CYCLE_BITS, MAX_CYCLES};
use crate::workload::CycleRequest;

/// What happened in a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    /// All handshakes in order; those of one clock as admit, dispatch, layer_done, complete.
    pub events: Vec<Event>,
    /// All decisions with at least one candidate, in order.
    pub decisions: Vec<Decision>,
    /// Clocks stepped; jumped cycles do not count.
    pub clocks: u64,
    /// Counters at the end.
    pub statistics: Statistics,
}

/// Why a run has no complete trace.
#[derive(Clone, Debug, Diagnostic, Error, PartialEq, Eq)]
pub enum RunError {
    /// A request describes fewer layers than its profile has.
    #[error("request {id} describes {given} layers, its profile {profile} has {wanted}")]
    #[diagnostic(
        code(golden::layers),
        help("give one latency and one count of non-zeros for every layer of the profile")
    )]
    MissingLayers {
        /// Handle of the request.
        id: u32,
        /// Its profile.
        profile: u32,
        /// Layers of the request.
        given: usize,
        /// Layers of the profile.
        wanted: u32,
    },
    /// A request does not fit the ports.
    #[error("request {id}: {field} {value} does not fit the {bits} bits of its port")]
    #[diagnostic(
        code(golden::width),
        help("widen the port in the configuration, or use smaller values")
    )]
    Width {
        /// Handle of the request.
        id: u32,
        /// Field of the submit port.
        field: &'static str,
        /// Its value.
        value: u64,
        /// Bits of the port.
        bits: u32,
    },
    /// A request uses the handle of another live request.
    #[error("request {id} is submitted at cycle {now} while another request {id} is live")]
    #[diagnostic(
        code(golden::handle),
        help("use a handle again only after its complete record")
    )]
    LiveHandle {
        /// The handle.
        id: u64,
        /// Time of the second submit, in cycles.
        now: u64,
    },
    /// The run did not end within the limit of the stimulus.
    #[error("the run did not end within {clocks} clocks; {open} requests have no complete record")]
    #[diagnostic(
        code(golden::clocks),
        help("raise the limit of clocks, lower the back-pressure or shorten the workload")
    )]
    Clocks {
        /// The limit.
        clocks: u64,
        /// Requests without record.
        open: usize,
    },
    /// Time reached 2^48 cycles.
    #[error("time reached 2^48 cycles, the end of now_i; {open} requests have no complete record")]
    #[diagnostic(code(golden::time), help("start earlier or shorten the workload"))]
    TimeEnd {
        /// Requests without record.
        open: usize,
    },
}

/// Runs a stimulus to its end. `observer` sees every decision; pass `&mut ()` to look at nothing.
pub fn run<A: Arithmetic>(
    shape: &Shape,
    arithmetic: &A,
    stimulus: &Stimulus,
    observer: &mut impl Observer,
) -> Result<Trace, RunError> {
    for request in &stimulus.requests {
        check_layers(shape, request)?;
        check_widths(shape, request)?;
    }
    let mut environment = Environment::new(stimulus);
    let mut scheduler = Scheduler::new(shape, arithmetic);
    let mut trace = Trace::default();
    let mut now = stimulus.now_start;
    while !environment.finished() {
        check_limits(stimulus, &environment, trace.clocks, now)?;
        let outputs = scheduler.outputs();
        let inputs = apply(stimulus, &environment, now);
        let still = is_still(&outputs, &inputs);
        let first_event = trace.events.len();
        record(&mut trace.events, now, &inputs, &outputs);
        scheduler.step(now, &inputs, &mut |sight: &Sight<'_>| {
            trace.decisions.push(sight.decision);
            observer.decision(sight);
        });
        for event in &trace.events[first_event..] {
            follow(&mut environment, event)?;
        }
        trace.clocks += 1;
        now = environment.next_now(now, still);
    }
    trace.statistics = scheduler.statistics();
    Ok(trace)
}

fn check_layers(shape: &Shape, request: &CycleRequest) -> Result<(), RunError> {
    let wanted = shape.layer_count(request.profile).unwrap_or(0);
    let given = request.layers.len();
    if given < wanted as usize {
        return Err(RunError::MissingLayers {
            id: request.id,
            profile: request.profile,
            given,
            wanted,
        });
    }
    Ok(())
}

fn check_widths(shape: &Shape, request: &CycleRequest) -> Result<(), RunError> {
    let fields = [
        ("id", u64::from(request.id), shape.id_bits),
        ("profile", u64::from(request.profile), shape.profile_bits),
        ("deadline", request.deadline, CYCLE_BITS),
        ("priority", u64::from(request.priority), shape.priority_bits),
    ];
    match fields
        .into_iter()
        .find(|(_, value, bits)| value >> bits != 0)
    {
        Some((field, value, bits)) => Err(RunError::Width {
            id: request.id,
            field,
            value,
            bits,
        }),
        None => Ok(()),
    }
}

fn check_limits(
    stimulus: &Stimulus,
    environment: &Environment<'_>,
    clocks: u64,
    now: u64,
) -> Result<(), RunError> {
    let open = environment.open();
    if clocks >= stimulus.max_clocks {
        return Err(RunError::Clocks { clocks, open });
    }
    if now > MAX_CYCLES {
        return Err(RunError::TimeEnd { open });
    }
    Ok(())
}

/// The inputs of the clock with time `now`.
fn apply(stimulus: &Stimulus, environment: &Environment<'_>, now: u64) -> Inputs {
    Inputs {
        submit: environment.submit(now).map(|request| Submit {
            id: u64::from(request.id),
            profile: request.profile,
            deadline: request.deadline,
            priority: request.priority,
        }),
        dispatch_ready: stimulus.ready(Sink::Dispatch, now),
        layer_done: environment
            .layer_done(now)
            .map(|layer| (layer.nnz, layer.status)),
        complete_ready: stimulus.ready(Sink::Complete, now),
    }
}

/// Time may jump after this clock: the scheduler rests and no valid is high on either side.
fn is_still(outputs: &Outputs, inputs: &Inputs) -> bool {
    let offers = outputs.dispatch.is_some() || outputs.complete.is_some();
    let asks = inputs.submit.is_some() || inputs.layer_done.is_some();
    outputs.quiescent && !offers && !asks
}

/// Adds the handshakes of a clock in their fixed order.
fn record(events: &mut Vec<Event>, now: u64, inputs: &Inputs, outputs: &Outputs) {
    if let Some(submit) = inputs.submit.filter(|_| outputs.submit_ready) {
        let payload = [
            submit.id,
            u64::from(submit.profile),
            submit.deadline,
            u64::from(submit.priority),
        ];
        events.push(Event::new(EventKind::Admit, now, payload));
    }
    if let Some(offer) = outputs.dispatch.filter(|_| inputs.dispatch_ready) {
        let (position, profile, layer) = (
            u64::from(offer.position),
            u64::from(offer.profile),
            u64::from(offer.layer),
        );
        events.push(Event::new(
            EventKind::Dispatch,
            now,
            [offer.id, position, profile, layer, offer.score],
        ));
    }
    if let Some((nnz, status)) = inputs.layer_done.filter(|_| outputs.layer_done_ready) {
        events.push(Event::new(
            EventKind::LayerDone,
            now,
            [u64::from(nnz), status.code()],
        ));
    }
    if let Some(done) = outputs.complete.filter(|_| inputs.complete_ready) {
        events.push(Event::new(
            EventKind::Complete,
            now,
            [done.id, done.finish, done.status.code()],
        ));
    }
}

/// The environment's part of a handshake.
fn follow(environment: &mut Environment<'_>, event: &Event) -> Result<(), RunError> {
    let [id, _, _, layer, _] = event.fields;
    match event.kind {
        EventKind::Admit if environment.is_live(id) => {
            return Err(RunError::LiveHandle {
                id,
                now: event.stamp,
            });
        }
        EventKind::Admit => environment.submitted(),
        EventKind::Dispatch => environment.dispatched(event.stamp, id, layer),
        EventKind::LayerDone => environment.layer_done_taken(),
        EventKind::Complete => environment.completed(id),
    }
    Ok(())
}
