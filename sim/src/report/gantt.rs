//! A window of a run: which request runs when, and which wait.

use super::axis::Axis;
use super::element::Element;
use super::figure::{Figure, style_class};
use super::plot::{NAMES, RIGHT, TOP, columns, label, line};
use crate::engine::Recorder;

/// What is drawn of a run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    /// Begin in seconds.
    pub from_s: f64,
    /// End in seconds.
    pub to_s: f64,
}

/// Requests drawn at most; the window is cut where there are more.
const ROWS: usize = 24;
const ROW: f64 = 15.0;

/// The window in which the most requests finish late, or the middle of the run where none does; about as long as `requests` requests take.
pub fn busiest(run: &Recorder, requests: usize) -> Window {
    let first_late = run
        .finished
        .iter()
        .position(|end| end.finish_s > end.request.deadline_s());
    let middle = first_late.unwrap_or(run.finished.len() / 2);
    let from = middle.saturating_sub(requests / 2);
    let part: Vec<_> = run.finished.iter().skip(from).take(requests).collect();
    Window {
        from_s: part
            .first()
            .map_or(0.0, |end| end.request.arrival_s.max(0.0)),
        to_s: part.last().map_or(1.0, |end| end.finish_s),
    }
}

/// Draws a window: a row for each request that is live in it, a thin line from its arrival to its end, a bar for each time it runs, and
/// a mark at its deadline.
pub fn gantt(title: String, run: &Recorder, names: &[String], window: Window) -> Figure {
    let rows = rows(run, window);
    let bottom = TOP + ROW * rows.len() as f64;
    let axis = Axis::over([window.from_s * 1e3, window.to_s * 1e3], NAMES, RIGHT);
    let description = format!(
        "{} requests from {:.1} to {:.1} ms; bars run, lines wait, ticks are deadlines",
        rows.len(),
        window.from_s * 1e3,
        window.to_s * 1e3
    );
    let drawn = rows
        .iter()
        .enumerate()
        .map(|(row, &index)| request(run, index, row, names, &axis));
    let name = label((NAMES + RIGHT) / 2.0, bottom + 36.0, "middle", "time (ms)").class("axis");
    Figure {
        title,
        description,
        height: bottom + 42.0,
        body: columns(&axis, bottom).chain(drawn).chain([name]).collect(),
        legend: Vec::new(),
    }
}

/// Places in the list of finished requests, in order of arrival.
fn rows(run: &Recorder, window: Window) -> Vec<usize> {
    let live = |index: &usize| {
        let end = &run.finished[*index];
        end.finish_s > window.from_s && end.request.arrival_s < window.to_s
    };
    let mut rows: Vec<usize> = (0..run.finished.len()).filter(live).collect();
    rows.sort_by_key(|&index| run.finished[index].index);
    rows.truncate(ROWS);
    rows
}

fn request(run: &Recorder, place: usize, row: usize, names: &[String], axis: &Axis) -> Element {
    let end = &run.finished[place];
    let middle = TOP + ROW * (row as f64 + 0.5);
    let at = |seconds: f64| axis.pixel(seconds * 1e3);
    let name = names.get(end.request.profile).map_or("", String::as_str);
    let bars = bars(run, end.index).into_iter().map(|(from, to)| {
        let width = (at(to) - at(from)).max(0.4);
        let size = [
            ("x", at(from)),
            ("y", middle - 4.5),
            ("width", width),
            ("height", 9.0),
        ];
        Element::new("rect").numbers(size).class("bar")
    });
    let deadline = at(end.request.deadline_s());
    let late = end.finish_s > end.request.deadline_s();
    let title = format!(
        "request {}, {name}{}",
        end.index,
        if late { ", late" } else { "" }
    );
    Element::new("g")
        .class(style_class(end.request.profile))
        .child(Element::of_text("title", title))
        .child(label(NAMES - 8.0, middle + 4.0, "end", short(name)))
        .child(
            line(
                (at(end.request.arrival_s), middle),
                (at(end.finish_s), middle),
            )
            .class("wait"),
        )
        .with(bars)
        .child(line((deadline, middle - 6.0), (deadline, middle + 6.0)).class("deadline"))
}

/// Times at which a request runs; layers that follow each other are one.
fn bars(run: &Recorder, index: u64) -> Vec<(f64, f64)> {
    let mut bars: Vec<(f64, f64)> = Vec::new();
    let mut last_layer = None;
    for (place, layer) in run
        .layers
        .iter()
        .enumerate()
        .filter(|(_, layer)| layer.index == index)
    {
        match (last_layer, bars.last_mut()) {
            (Some(before), Some(bar)) if before + 1 == place => bar.1 = layer.end_s,
            _ => bars.push((layer.start_s, layer.end_s)),
        }
        last_layer = Some(place);
    }
    bars
}

fn short(name: &str) -> String {
    match name.char_indices().nth(22) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name.to_owned(),
    }
}
