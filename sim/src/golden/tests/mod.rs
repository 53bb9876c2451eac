//! Timelines made by hand for every rule of the scheduler.

mod streams;

use dysta_config::expr::Timing;
use dysta_config::params::OnFull;

use super::*;
use crate::workload::{CycleRequest, LayerRun};

/// Score = deadline; a layer with all bits of nnz set saturates; γ counts layers.
struct ByDeadline;

impl Arithmetic for ByDeadline {
    type Decision = ();

    fn admit(&self, _: u32) -> EntryNumbers {
        EntryNumbers::default()
    }

    fn after_layer(
        &self,
        numbers: &mut EntryNumbers,
        _: u32,
        executed: u32,
        ran: Measured,
    ) -> bool {
        numbers.gamma = u64::from(executed);
        ran.nnz == u32::MAX
    }

    fn decision(&self, _: u64, _: u32) {}

    fn score(&self, (): &(), candidate: &Candidate<'_>) -> u64 {
        candidate.deadline
    }
}

const SHORT_UPDATE: Timing = Timing {
    ii: 1,
    update_slot: 1,
    constant: 8,
    single: 4,
    write_cycle: None,
    scan_delay: 0,
    lane_depth: 3,
};
const LONG_UPDATE: Timing = Timing {
    update_slot: 9,
    constant: 7,
    write_cycle: Some(10),
    ..SHORT_UPDATE
};

/// Two profiles: row 0 with one layer, row 1 with two; row 2 was never loaded.
fn shape(timing: Timing) -> Shape {
    Shape {
        capacity: 2,
        lanes: 1,
        complete_depth: 2,
        on_full: OnFull::Wait,
        timing,
        sum_cycle: timing.write_cycle.map(|_| 5),
        first_admission: 0,
        id_bits: 16,
        profile_bits: 7,
        priority_bits: 4,
        profile_layers: vec![1, 2, 0],
    }
}

fn request(id: u32, profile: u32, arrival: u64, deadline: u64, latencies: &[u64]) -> CycleRequest {
    let layers = latencies.iter().map(|&latency_cycles| LayerRun {
        latency_cycles,
        nnz: 7,
    });
    CycleRequest {
        id,
        profile,
        arrival,
        deadline,
        priority: 3,
        layers: layers.collect(),
    }
}

fn stimulus(requests: Vec<CycleRequest>) -> Stimulus {
    Stimulus {
        requests,
        faults: Vec::new(),
        pressure: 0,
        seed: 1,
        now_start: 0,
        jump: true,
        max_clocks: 100_000,
    }
}

/// Plays a stimulus and compares the events, one `stamp kind fields…` per line, with a timeline made by hand.
#[track_caller]
fn check(shape: &Shape, stimulus: &Stimulus, timeline: &str) -> Trace {
    let trace = run(shape, &ByDeadline, stimulus, &mut ()).expect("the run ends");
    let short = |event: &Event| {
        let count = event.kind.field_names().len();
        let fields: Vec<String> = event.fields[..count].iter().map(u64::to_string).collect();
        format!("{} {} {}", event.stamp, event.kind.name(), fields.join(" "))
    };
    let events: Vec<String> = trace.events.iter().map(short).collect();
    let wanted: Vec<&str> = timeline
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    assert_eq!(events, wanted);
    trace
}

#[test]
fn single_request_is_offered_four_clocks_after_the_sample_cycle() {
    let trace = check(
        &shape(SHORT_UPDATE),
        &stimulus(vec![request(5, 0, 10, 20, &[5])]),
        "10 admit 5 0 20 3
         15 dispatch 5 0 0 0 0
         20 layer_done 7 0
         23 complete 5 20 0",
    );
    // Times 0, 9 to 16, 19 to 23: two jumps.
    assert_eq!(trace.clocks, 14);
    let decision = Decision {
        sample_now: 11,
        queue: 1,
        latency: 4,
        id: 5,
        layer: 0,
    };
    assert_eq!(trace.decisions, [decision]);
    assert_eq!(trace.statistics.words(), [1, 0, 0, 0, 0, 3]);
}

#[test]
fn a_finish_after_the_deadline_is_late() {
    let late = vec![request(5, 0, 10, 19, &[5])];
    let trace = check(
        &shape(SHORT_UPDATE),
        &stimulus(late),
        "10 admit 5 0 19 3
         15 dispatch 5 0 0 0 0
         20 layer_done 7 0
         23 complete 5 20 1",
    );
    assert_eq!(trace.statistics.misses, 1);
}

#[test]
fn the_smaller_score_runs_and_preempts() {
    let trace = check(
        &shape(SHORT_UPDATE),
        &stimulus(vec![
            request(1, 1, 10, 500, &[5, 5]),
            request(2, 0, 10, 400, &[5]),
        ]),
        "10 admit 1 1 500 3
         11 admit 2 0 400 3
         15 dispatch 1 0 1 0 0
         20 layer_done 7 0
         30 dispatch 2 1 0 0 400
         35 layer_done 7 0
         38 complete 2 35 0
         39 dispatch 1 0 1 1 0
         44 layer_done 7 0
         47 complete 1 44 0",
    );
    assert_eq!(trace.decisions[1].latency, 10);
    assert_eq!(trace.statistics.words(), [3, 1, 0, 0, 0, 3 + 9 + 3]);
}

#[test]
fn the_update_of_the_entry_that_ran_bounds_the_latency() {
    // 20 + max(2, 9) + 7.
    check(
        &shape(LONG_UPDATE),
        &stimulus(vec![
            request(1, 1, 10, 500, &[5, 5]),
            request(2, 0, 10, 400, &[5]),
        ]),
        "10 admit 1 1 500 3
         11 admit 2 0 400 3
         15 dispatch 1 0 1 0 0
         20 layer_done 7 0
         36 dispatch 2 1 0 0 400
         41 layer_done 7 0
         44 complete 2 41 0
         45 dispatch 1 0 1 1 0
         50 layer_done 7 0
         53 complete 1 50 0",
    );
}

#[test]
fn equal_scores_go_to_the_earliest_admission_across_the_wrap_of_its_number() {
    let mut wraps = shape(SHORT_UPDATE);
    wraps.capacity = 3;
    wraps.first_admission = u32::MAX;
    // Request 3 moves into the hole at position 0; request 2 at position 1 was admitted before it.
    check(
        &wraps,
        &stimulus(vec![
            request(1, 0, 10, 9, &[9]),
            request(2, 0, 10, 9, &[1]),
            request(3, 0, 10, 9, &[1]),
        ]),
        "10 admit 1 0 9 3
         11 admit 2 0 9 3
         12 admit 3 0 9 3
         15 dispatch 1 0 0 0 0
         24 layer_done 7 0
         27 complete 1 24 1
         34 dispatch 2 1 0 0 9
         35 layer_done 7 0
         38 complete 2 35 1
         39 dispatch 3 0 0 0 0
         40 layer_done 7 0
         43 complete 3 40 1",
    );
    assert!(is_earlier(u32::MAX, 0) && !is_earlier(0, u32::MAX) && !is_earlier(4, 4));
}

#[test]
fn a_full_table_holds_submit_back() {
    // Capacity 2: the third request enters when n = 1 is visible, two clocks after layer_done of request 1.
    check(
        &shape(SHORT_UPDATE),
        &stimulus(vec![
            request(1, 0, 10, 99, &[9]),
            request(2, 0, 10, 99, &[1]),
            request(3, 0, 10, 9, &[1]),
        ]),
        "10 admit 1 0 99 3
         11 admit 2 0 99 3
         15 dispatch 1 0 0 0 0
         24 layer_done 7 0
         26 admit 3 0 9 3
         27 complete 1 24 0
         28 dispatch 2 0 0 0 0
         29 layer_done 7 0
         32 complete 2 29 0
         33 dispatch 3 0 0 0 0
         34 layer_done 7 0
         37 complete 3 34 1",
    );
}

#[test]
fn a_full_table_rejects_when_configured() {
    let mut rejects = shape(SHORT_UPDATE);
    rejects.on_full = OnFull::Reject;
    let trace = check(
        &rejects,
        &stimulus(vec![
            request(1, 0, 10, 99, &[9]),
            request(2, 0, 10, 99, &[1]),
            request(3, 0, 10, 9, &[1]),
            request(4, 0, 10, 9, &[1]),
        ]),
        "10 admit 1 0 99 3
         11 admit 2 0 99 3
         12 admit 3 0 9 3
         14 admit 4 0 9 3
         15 dispatch 1 0 0 0 0
         15 complete 3 12 3
         17 complete 4 14 3
         24 layer_done 7 0
         27 complete 1 24 0
         28 dispatch 2 0 0 0 0
         29 layer_done 7 0
         32 complete 2 29 0",
    );
    assert_eq!(trace.statistics.rejects, 2);
}

#[test]
fn unknown_profiles_complete_at_once_and_never_wake_the_sequencer() {
    let trace = check(
        &shape(SHORT_UPDATE),
        &stimulus(vec![
            request(1, 2, 10, 99, &[]),
            request(2, 77, 10, 99, &[]),
        ]),
        "10 admit 1 2 99 3
         12 admit 2 77 99 3
         13 complete 1 10 2
         15 complete 2 12 2",
    );
    assert_eq!(trace.statistics.words(), [0, 0, 0, 2, 0, 0]);
}

#[test]
fn a_submit_in_the_sample_cycle_waits_for_the_next_decision() {
    // Request 2 is taken in the clock of layer_done; the decision among request 1 alone is not changed by it.
    check(
        &shape(SHORT_UPDATE),
        &stimulus(vec![
            request(1, 1, 10, 99, &[5, 5]),
            request(2, 0, 20, 9, &[1]),
        ]),
        "10 admit 1 1 99 3
         15 dispatch 1 0 1 0 0
         20 admit 2 0 9 3
         20 layer_done 7 0
         24 dispatch 1 0 1 1 0
         29 layer_done 7 0
         32 complete 1 29 0
         33 dispatch 2 0 0 0 0
         34 layer_done 7 0
         37 complete 2 34 1",
    );
}

#[test]
fn a_submit_in_the_sample_cycle_of_the_last_request_starts_the_next_decision() {
    // Idle is reached in 22, where request 2 is visible: sample cycle 21.
    check(
        &shape(SHORT_UPDATE),
        &stimulus(vec![
            request(1, 0, 10, 99, &[5]),
            request(2, 0, 20, 9, &[1]),
        ]),
        "10 admit 1 0 99 3
         15 dispatch 1 0 0 0 0
         20 admit 2 0 9 3
         20 layer_done 7 0
         23 complete 1 20 0
         25 dispatch 2 0 0 0 0
         26 layer_done 7 0
         29 complete 2 26 1",
    );
}

/// Request 1 goes on after its first layer while request 2 is live; request 3 arrives at `arrival` and enters at `admitted`.
#[track_caller]
fn check_block(arrival: u64, admitted: u64) {
    let mut three = shape(LONG_UPDATE);
    three.capacity = 3;
    let first = request(1, 1, 10, 99, &[5, 50]);
    let requests = vec![
        first,
        request(2, 0, 10, 400, &[1]),
        request(3, 0, arrival, 999, &[1]),
    ];
    let trace = run(&three, &ByDeadline, &stimulus(requests), &mut ()).expect("the run ends");
    let event = Event::new(EventKind::Admit, admitted, [3, 0, 999, 3]);
    assert!(trace.events.contains(&event), "{:?}", trace.events);
}

#[test]
fn the_entry_write_port_blocks_submit_before_the_update_writes() {
    // Decision sampled in 20: the progress of the entry is written in 22, its values in 30.
    check_block(20, 20);
    check_block(21, 22);
    check_block(22, 22);
    check_block(28, 28);
    check_block(29, 30);
    check_block(30, 30);
}

#[test]
fn with_one_candidate_no_entry_value_is_written_and_nothing_blocks() {
    let mut run = vec![
        request(1, 1, 10, 99, &[5, 50]),
        request(2, 0, 29, 999, &[1]),
    ];
    run[0].layers[0].nnz = u32::MAX;
    let trace = check(
        &shape(LONG_UPDATE),
        &stimulus(run),
        "10 admit 1 1 99 3
         15 dispatch 1 0 1 0 0
         20 layer_done 4294967295 0
         24 dispatch 1 0 1 1 0
         29 admit 2 0 999 3
         74 layer_done 7 0
         77 complete 1 74 0
         78 dispatch 2 0 0 0 0
         79 layer_done 7 0
         82 complete 2 79 0",
    );
    assert_eq!(trace.statistics.saturations, 0);
}

#[test]
fn a_layer_of_one_cycle_works() {
    check(
        &shape(LONG_UPDATE),
        &stimulus(vec![request(1, 1, 10, 99, &[1, 1])]),
        "10 admit 1 1 99 3
         15 dispatch 1 0 1 0 0
         16 layer_done 7 0
         20 dispatch 1 0 1 1 0
         21 layer_done 7 0
         24 complete 1 21 0",
    );
}

#[test]
fn an_update_that_writes_and_saturated_is_counted() {
    let mut run = vec![request(1, 1, 10, 99, &[5, 6]), request(2, 0, 10, 99, &[1])];
    run[0].layers[0].nnz = u32::MAX;
    let trace = super::run(&shape(LONG_UPDATE), &ByDeadline, &stimulus(run), &mut ())
        .expect("the run ends");
    assert_eq!(trace.statistics.saturations, 1);
}

#[test]
fn a_failed_layer_ends_the_request() {
    let run = vec![request(1, 1, 10, 99, &[5, 50])];
    let mut aborted = stimulus(run);
    aborted.faults = vec![Fault {
        request: 0,
        layer: 0,
        status: LayerStatus::Aborted,
    }];
    check(
        &shape(SHORT_UPDATE),
        &aborted,
        "10 admit 1 1 99 3
         15 dispatch 1 0 1 0 0
         20 layer_done 7 2
         23 complete 1 20 4",
    );
}

/// Steps a scheduler for some clocks with constant inputs; the time of a clock is its number.
fn hold(scheduler: &mut Scheduler<'_, ByDeadline>, clocks: std::ops::Range<u64>, inputs: Inputs) {
    for now in clocks {
        scheduler.step(now, &inputs, &mut ());
    }
}

#[test]
fn a_blocked_completion_stops_layer_done_before_a_record_is_lost() {
    let mut narrow = shape(SHORT_UPDATE);
    narrow.complete_depth = 1;
    let mut scheduler = Scheduler::new(&narrow, &ByDeadline);
    let submit = |id| Inputs {
        submit: Some(Submit {
            id,
            profile: 0,
            deadline: 0,
            priority: 0,
        }),
        ..Inputs::default()
    };
    let blocked = Inputs {
        dispatch_ready: true,
        layer_done: Some((7, LayerStatus::Ok)),
        ..Inputs::default()
    };
    let open = Inputs {
        complete_ready: true,
        ..Inputs::default()
    };
    // Three requests end one after the other: the first record fills the FIFO, the second its register.
    hold(&mut scheduler, 0..1, submit(1));
    hold(&mut scheduler, 1..12, blocked);
    hold(&mut scheduler, 12..13, submit(2));
    hold(&mut scheduler, 13..24, blocked);
    hold(&mut scheduler, 24..25, submit(3));
    hold(&mut scheduler, 25..36, blocked);
    let full = scheduler.outputs();
    assert_eq!(
        full.complete,
        Some(Record {
            id: 1,
            finish: 6,
            status: CompleteStatus::Late
        })
    );
    assert!(!full.layer_done_ready && !full.quiescent);
    // Taken in 36; the register moves up in 37, because the FIFO takes by what it held when the clock began.
    hold(&mut scheduler, 36..37, open);
    assert!(!scheduler.outputs().layer_done_ready && scheduler.outputs().complete.is_none());
    hold(&mut scheduler, 37..38, Inputs::default());
    assert!(scheduler.outputs().layer_done_ready);
    assert_eq!(
        scheduler.outputs().complete,
        Some(Record {
            id: 2,
            finish: 18,
            status: CompleteStatus::Late
        })
    );
}

#[test]
fn ready_follows_the_mixing_rule() {
    let mut rule = stimulus(Vec::new());
    rule.pressure = 128;
    rule.seed = 9;
    let taken = |sink| (5..9).map(|now| rule.ready(sink, now)).collect::<Vec<_>>();
    // Top bytes at the times 5 to 8: [191, 204, 85, 216]; with the offset: [239, 70, 115, 183].
    assert_eq!(taken(Sink::Dispatch), [true, true, false, true]);
    assert_eq!(taken(Sink::Complete), [true, false, false, true]);
}

#[test]
fn limits_end_a_run_with_an_error() {
    let mut short = stimulus(vec![request(1, 1, 10, 99, &[5])]);
    let missing = RunError::MissingLayers {
        id: 1,
        profile: 1,
        given: 1,
        wanted: 2,
    };
    assert_eq!(
        run(&shape(SHORT_UPDATE), &ByDeadline, &short, &mut ()),
        Err(missing)
    );
    short.requests = vec![request(1, 0, 10, 99, &[5])];
    short.max_clocks = 5;
    assert_eq!(
        run(&shape(SHORT_UPDATE), &ByDeadline, &short, &mut ()),
        Err(RunError::Clocks { clocks: 5, open: 1 })
    );
    short.max_clocks = 100;
    short.now_start = (1 << 48) - 10;
    assert_eq!(
        run(&shape(SHORT_UPDATE), &ByDeadline, &short, &mut ()),
        Err(RunError::TimeEnd { open: 1 })
    );
    short.requests[0].priority = 16;
    let width = RunError::Width {
        id: 1,
        field: "priority",
        value: 16,
        bits: 4,
    };
    assert_eq!(
        run(&shape(SHORT_UPDATE), &ByDeadline, &short, &mut ()),
        Err(width)
    );
    let twice = stimulus(vec![
        request(1, 0, 10, 99, &[5]),
        request(1, 0, 10, 99, &[5]),
    ]);
    let live = RunError::LiveHandle { id: 1, now: 11 };
    assert_eq!(
        run(&shape(SHORT_UPDATE), &ByDeadline, &twice, &mut ()),
        Err(live)
    );
}

#[test]
fn a_forced_schedule_admits_strictly_and_in_idle_exactly_one() {
    let requests = [
        request(0, 1, 10, 99, &[5, 5]),
        request(1, 0, 20, 50, &[5]),
        request(2, 0, 25, 40, &[5]),
    ];
    let choice = |now, chosen, end| ForcedDecision { now, chosen, end };
    let schedule = [
        choice(10, 0, 20),
        choice(20, 0, 25),
        choice(25, 1, 30),
        choice(30, 2, 35),
    ];
    let states = forced(&shape(SHORT_UPDATE), &ByDeadline, &requests, &schedule);
    let seen: Vec<Vec<(usize, u32, u64, u64)>> = states
        .iter()
        .map(|state| {
            state
                .candidates
                .iter()
                .map(|c| (c.request, c.layer, c.gamma, c.score))
                .collect()
        })
        .collect();
    assert_eq!(
        seen,
        [
            vec![(0, 0, 0, 99)],
            vec![(0, 1, 1, 99)],
            vec![(1, 0, 0, 50)],
            vec![(2, 0, 0, 40)]
        ]
    );
}
