//! Files of a run: requests and layers as CSV, the timeline.

use std::fmt::Write as _;

use dysta_generator::emit::write_file;

use super::play::Played;
use super::{Args, timeline};
use crate::cli::interrupt;

/// Writes the files that were asked for.
pub fn write(args: &Args, played: &Played) -> anyhow::Result<()> {
    let files = [
        (&args.csv, requests as fn(&Played) -> String),
        (&args.schedule, schedule),
        (&args.timeline, timeline::text),
    ];
    for (path, text) in files {
        if let Some(path) = path {
            interrupt::whole(|| Ok(write_file(path, text(played).as_bytes())?))?;
        }
    }
    Ok(())
}

/// A row for each request that finished, by number.
fn requests(played: &Played) -> String {
    let mut text = String::from(
        "request,profile,sample,priority,arrival_s,deadline_s,finish_s,late,isolated_s,slowdown\n",
    );
    let mut finished = played.recorder.finished.clone();
    finished.sort_by_key(|finished| finished.index);
    for finished in &finished {
        let request = &finished.request;
        let turnaround_s = finished.finish_s - request.arrival_s;
        let _ = writeln!(
            text,
            "{},{},{},{},{},{},{},{},{},{}",
            finished.index,
            played.profiles[request.profile],
            request.sample,
            request.priority,
            request.arrival_s,
            request.deadline_s(),
            finished.finish_s,
            u8::from(finished.finish_s > request.deadline_s()),
            finished.isolated_s,
            turnaround_s / finished.isolated_s,
        );
    }
    text
}

/// A row for each executed layer, in order.
fn schedule(played: &Played) -> String {
    let mut text = String::from("request,profile,layer,decided_s,start_s,end_s,live,preempts\n");
    for run in &played.recorder.layers {
        let _ = writeln!(
            text,
            "{},{},{},{},{},{},{},{}",
            run.index,
            played.profiles[run.profile],
            run.layer,
            run.decided_s,
            run.start_s,
            run.end_s,
            run.queue,
            u8::from(run.preempts),
        );
    }
    text
}
