//! A run as Chrome trace events, which Perfetto (ui.perfetto.dev) shows.
//!
//! Tracks: the layers on the accelerator, the decisions of the scheduler, the layers of each model, the number of live requests, and the life
//! of each request from arrival to finish. Arrows lead from the first decision for a request along all its runs.

use dysta_sim::engine::{Finished, LayerRun};
use serde_json::{Value, json};

use super::play::Played;

const PROCESS: u32 = 1;
const ACCELERATOR: usize = 1;
const SCHEDULER: usize = 2;
/// Track of the first profile.
const MODELS: usize = 10;

/// The timeline as JSON text, one event a line.
pub fn text(played: &Played) -> String {
    let mut events = tracks(played);
    for run in &played.recorder.layers {
        events.extend(layer(run, &played.profiles[run.profile]));
    }
    events.extend(flows(&played.recorder.layers));
    for finished in &played.recorder.finished {
        events.extend(life(finished, &played.profiles[finished.request.profile]));
    }
    let lines: Vec<String> = events.iter().map(Value::to_string).collect();
    format!(
        "{{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n{}\n]}}\n",
        lines.join(",\n")
    )
}

/// Microseconds, to the nanosecond.
fn micros(seconds: f64) -> f64 {
    (seconds * 1e9).round() / 1e3
}

fn tracks(played: &Played) -> Vec<Value> {
    let name = |tid: usize, name: &str| json!({ "ph": "M", "pid": PROCESS, "tid": tid, "name": "thread_name", "args": { "name": name } });
    let title = format!("{}, policy {}", played.system.name, played.policy);
    let mut events = vec![
        json!({ "ph": "M", "pid": PROCESS, "name": "process_name", "args": { "name": title } }),
        name(ACCELERATOR, "accelerator"),
        name(SCHEDULER, "scheduler"),
    ];
    let models = played.profiles.iter().enumerate();
    events.extend(models.map(|(index, profile)| name(MODELS + index, profile)));
    events
}

/// A layer on the accelerator and on its model's track, and the decision before it.
fn layer(run: &LayerRun, profile: &str) -> [Value; 4] {
    let title = format!("request {} layer {}", run.index, run.layer);
    let (start, end) = (micros(run.start_s), micros(run.end_s));
    let slice = |tid: usize, title: &str| {
        json!({
            "ph": "X", "pid": PROCESS, "tid": tid, "ts": start, "dur": micros(run.end_s - run.start_s), "name": title,
            "args": { "request": run.index, "layer": run.layer, "profile": profile, "end_us": end },
        })
    };
    [
        json!({
            "ph": "X", "pid": PROCESS, "tid": SCHEDULER, "ts": micros(run.decided_s),
            "dur": micros(run.start_s - run.decided_s), "name": format!("decision: request {}", run.index),
            "args": { "request": run.index, "live": run.queue, "preempts": run.preempts },
        }),
        json!({
            "ph": "C", "pid": PROCESS, "ts": micros(run.decided_s), "name": "live requests", "args": { "live": run.queue },
        }),
        slice(ACCELERATOR, &title),
        slice(MODELS + run.profile, &title),
    ]
}

/// Arrows of each request: from the decision that first chose it to the beginning of each of its runs.
fn flows(layers: &[LayerRun]) -> Vec<Value> {
    let begins = |place: usize| place == 0 || layers[place - 1].index != layers[place].index;
    let mut runs: Vec<&LayerRun> = (0..layers.len())
        .filter(|place| begins(*place))
        .map(|place| &layers[place])
        .collect();
    runs.sort_by_key(|run| run.index);
    let of_request = runs.chunk_by(|a, b| a.index == b.index);
    of_request.flat_map(arrows).collect()
}

fn arrows(runs: &[&LayerRun]) -> Vec<Value> {
    let point = |phase: &str, tid: usize, at: f64, run: &LayerRun| {
        json!({
            "ph": phase, "bp": "e", "pid": PROCESS, "tid": tid, "ts": micros(at), "id": run.index,
            "cat": "request", "name": "request",
        })
    };
    let mut points: Vec<Value> = Vec::new();
    points.extend(
        runs.first()
            .map(|first| point("s", SCHEDULER, first.decided_s, first)),
    );
    for (place, run) in runs.iter().enumerate() {
        let phase = if place + 1 == runs.len() { "f" } else { "t" };
        points.push(point(phase, ACCELERATOR, run.start_s, run));
    }
    points
}

/// The life of a request, on a track that shows overlapping ones.
fn life(finished: &Finished, profile: &str) -> [Value; 2] {
    let request = &finished.request;
    let event = |phase: &str, at: f64| {
        json!({
            "ph": phase, "pid": PROCESS, "ts": micros(at), "id": finished.index, "cat": "life", "name": profile,
            "args": {
                "request": finished.index, "deadline_us": micros(request.deadline_s()),
                "late": finished.finish_s > request.deadline_s(),
            },
        })
    };
    [event("b", request.arrival_s), event("e", finished.finish_s)]
}
