//! Invariants over random streams.

use std::collections::BTreeMap;
use std::mem::replace;

use proptest::prelude::*;

use super::*;

fn of_kind(trace: &Trace, kind: EventKind) -> impl Iterator<Item = &Event> {
    trace.events.iter().filter(move |event| event.kind == kind)
}

/// Every submit has one record, layers run in order, at most one is in flight.
fn check_handshakes(shape: &Shape, stimulus: &Stimulus, trace: &Trace) {
    let mut layers: BTreeMap<u64, u64> = BTreeMap::new();
    let mut records: BTreeMap<u64, u32> = BTreeMap::new();
    let mut in_flight = false;
    for event in &trace.events {
        match event.kind {
            EventKind::Dispatch => {
                assert!(
                    !replace(&mut in_flight, true),
                    "two layers in flight at {event}"
                );
                assert!(
                    event.fields[1] < u64::from(shape.capacity),
                    "position at {event}"
                );
                let layer = layers.entry(event.fields[0]).or_default();
                assert_eq!(
                    event.fields[3],
                    replace(layer, *layer + 1),
                    "layer order at {event}"
                );
            }
            EventKind::LayerDone => assert!(replace(&mut in_flight, false), "no layer at {event}"),
            EventKind::Complete => *records.entry(event.fields[0]).or_default() += 1,
            EventKind::Admit => {}
        }
    }
    assert_eq!(records.len(), stimulus.requests.len());
    assert!(records.values().all(|count| *count == 1));
    let order = |pair: &[Event]| (pair[0].stamp, pair[0].kind) < (pair[1].stamp, pair[1].kind);
    assert!(trace.events.windows(2).all(order));
}

/// Every decision is dispatched, at the predicted time when nothing presses back.
fn check_decisions(stimulus: &Stimulus, trace: &Trace) {
    assert_eq!(
        trace.decisions.len(),
        of_kind(trace, EventKind::Dispatch).count()
    );
    assert_eq!(trace.statistics.decisions as usize, trace.decisions.len());
    for (decision, event) in trace
        .decisions
        .iter()
        .zip(of_kind(trace, EventKind::Dispatch))
    {
        assert_eq!(decision.id, event.fields[0]);
        assert!(decision.valid_now() <= event.stamp);
        assert!(stimulus.pressure > 0 || decision.valid_now() == event.stamp);
    }
}

/// A drawn request: profile, gap to the one before, slack, layers as (latency, chance of a fault).
type Drawn = (u32, u64, u64, Vec<(u64, u64)>);

fn any_request() -> impl Strategy<Value = Drawn> {
    let layer = (1u64..40, 0u64..30);
    (
        0u32..4,
        0u64..30,
        0u64..200,
        prop::collection::vec(layer, 3),
    )
}

fn build(drawn: &[Drawn]) -> Stimulus {
    let mut built = stimulus(Vec::new());
    let mut arrival = 0;
    for (index, (profile, gap, slack, layers)) in drawn.iter().enumerate() {
        arrival += gap;
        let latencies: Vec<u64> = layers.iter().map(|layer| layer.0).collect();
        let id = index as u32 + 100;
        built
            .requests
            .push(request(id, *profile, arrival, arrival + slack, &latencies));
        let faulty = (0..layers.len()).filter(|layer| layers[*layer].1 == 0);
        let fault = |layer| Fault {
            request: index,
            layer,
            status: LayerStatus::Error,
        };
        built.faults.extend(faulty.map(fault));
    }
    built
}

fn any_shape() -> impl Strategy<Value = Shape> {
    (1u32..6, 0u32..4, any::<bool>(), any::<bool>()).prop_map(
        |(capacity, complete_depth, reject, long)| Shape {
            capacity,
            complete_depth,
            on_full: if reject { OnFull::Reject } else { OnFull::Wait },
            profile_layers: vec![1, 2, 3, 0],
            ..shape(if long { LONG_UPDATE } else { SHORT_UPDATE })
        },
    )
}

proptest! {
    #[test]
    fn random_streams_keep_the_invariants_with_and_without_jumps(
        shape in any_shape(),
        drawn in prop::collection::vec(any_request(), 1..40),
        pressure in prop_oneof![Just(0u8), 1u8..220],
        seed in any::<u32>(),
    ) {
        let mut stimulus = Stimulus { pressure, seed, ..build(&drawn) };
        let trace = run(&shape, &ByDeadline, &stimulus, &mut ()).expect("the run ends");
        check_handshakes(&shape, &stimulus, &trace);
        check_decisions(&stimulus, &trace);
        stimulus.jump = false;
        let stepped = run(&shape, &ByDeadline, &stimulus, &mut ()).expect("the run ends");
        prop_assert!(stepped.clocks >= trace.clocks);
        let clocks = stepped.clocks;
        prop_assert_eq!(stepped, Trace { clocks, ..trace });
    }
}
