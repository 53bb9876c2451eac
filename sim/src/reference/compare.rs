//! One run against its record.

use super::TOLERANCE;
use super::family::pairwise_sum;
use super::metrics::Row;
use crate::engine::{Finished, RecordedDecision, Recorder, Summary};
use crate::metrics::Outcome;
use crate::table::{RecordedEntry, RecordedRun};

/// The first thing in which a run differs from its record.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// What differs, such as `schedule` or `finish`.
    pub what: &'static str,
    /// Where: a decision, layer or request, from 0; none for values of the whole run.
    pub place: Option<u64>,
    /// The recorded value.
    pub recorded: String,
    /// The value of this run.
    pub found: String,
}

type Comparison = Result<(), Difference>;

/// The measures that the published simulator makes of a run.
pub(super) struct Measures {
    violation: f64,
    antt: f64,
    stp: f64,
}

impl Measures {
    /// From outcomes in order of completion.
    pub(super) fn new(outcomes: &[Outcome], first_arrival_s: f64) -> Self {
        let ends = || {
            outcomes
                .iter()
                .filter_map(|o| Some((o.isolated_s, o.finish?)))
        };
        let count = outcomes.len() as f64;
        let slowdowns: Vec<f64> = ends()
            .map(|(isolated, end)| end.turnaround_s / isolated)
            .collect();
        let latest = ends().fold(0.0_f64, |latest, (_, end)| latest.max(end.finish_s));
        Self {
            violation: ends().filter(|(_, end)| end.late).count() as f64 / count,
            antt: pairwise_sum(&slowdowns) / count,
            stp: count / (latest - first_arrival_s),
        }
    }
}

/// Compares a run with a recording.
pub(super) fn recorded(summary: &Summary, run: &Recorder, record: &RecordedRun) -> Comparison {
    schedule(run, record)?;
    bits("finish", &run.finish_s(), &record.finish)?;
    let isolated: Vec<f64> = run
        .outcomes()
        .iter()
        .map(|outcome| outcome.isolated_s)
        .collect();
    bits("isolated", &isolated, &record.isolated)?;
    let ended: Vec<Outcome> = run.finished.iter().map(Finished::outcome).collect();
    let measures = Measures::new(&ended, summary.first_arrival_s);
    values(
        summary,
        &measures,
        &Row {
            number: 0,
            rate: 0.0,
            slo_mult: 0.0,
            seed: 0,
            policy: String::new(),
            violation: record.violation,
            antt: record.antt,
            stp: record.stp,
            decisions: Some(record.decisions),
            switches: Some(record.switches),
            clock_back_n: Some(record.clock_back_n),
            clock_back_s: Some(record.clock_back_s),
        },
    )?;
    decisions(run, record)
}

/// Compares the measures of a run with a row of metrics.
pub(super) fn values(summary: &Summary, measures: &Measures, row: &Row) -> Comparison {
    same("violation", measures.violation, row.violation)?;
    same("stp", measures.stp, row.stp)?;
    near("antt", measures.antt, row.antt)?;
    let counts = [
        ("decisions", summary.decisions, row.decisions),
        ("switches", summary.switches, row.switches),
        ("clock_back_n", summary.clock_back_n, row.clock_back_n),
    ];
    for (what, found, recorded) in counts {
        if let Some(recorded) = recorded.filter(|recorded| *recorded != found) {
            return Err(differ(what, None, recorded, found));
        }
    }
    match row.clock_back_s {
        Some(recorded) => near("clock_back_s", summary.clock_back_s, recorded),
        None => Ok(()),
    }
}

fn differ(
    what: &'static str,
    place: Option<usize>,
    recorded: impl ToString,
    found: impl ToString,
) -> Difference {
    Difference {
        what,
        place: place.map(|place| place as u64),
        recorded: recorded.to_string(),
        found: found.to_string(),
    }
}

fn same(what: &'static str, found: f64, recorded: f64) -> Comparison {
    match found.to_bits() == recorded.to_bits() {
        true => Ok(()),
        false => Err(differ(what, None, recorded, found)),
    }
}

fn near(what: &'static str, found: f64, recorded: f64) -> Comparison {
    match (found - recorded).abs() <= TOLERANCE * recorded.abs() {
        true => Ok(()),
        false => Err(differ(what, None, recorded, found)),
    }
}

fn bits(what: &'static str, found: &[f64], recorded: &[f64]) -> Comparison {
    let pairs = found.iter().zip(recorded).enumerate();
    for (place, (found, recorded)) in pairs {
        if found.to_bits() != recorded.to_bits() {
            return Err(differ(what, Some(place), recorded, found));
        }
    }
    match found.len() == recorded.len() {
        true => Ok(()),
        false => Err(differ(what, None, recorded.len(), found.len())),
    }
}

fn schedule(run: &Recorder, record: &RecordedRun) -> Comparison {
    let mut executed = record.executed();
    for (place, &(request, layer)) in run.schedule.iter().enumerate() {
        let recorded = executed.next();
        if recorded.map(|(request, layer)| (u64::from(request), layer)) != Some((request, layer)) {
            let text = |(request, layer)| format!("layer {layer} of request {request}");
            let recorded = recorded
                .map(|(r, l)| (u64::from(r), l))
                .map_or("the end".to_owned(), text);
            return Err(differ(
                "schedule",
                Some(place),
                recorded,
                text((request, layer)),
            ));
        }
    }
    match executed.next() {
        None => Ok(()),
        Some(_) => Err(differ(
            "schedule",
            None,
            record.decisions,
            run.schedule.len(),
        )),
    }
}

fn decisions(run: &Recorder, record: &RecordedRun) -> Comparison {
    let pairs = run.decisions.iter().zip(&record.trace).enumerate();
    for (place, (found, recorded)) in pairs {
        let at =
            |what, recorded: String, found: String| Err(differ(what, Some(place), recorded, found));
        if found.time_s.to_bits() != recorded.time_s.to_bits() {
            return at(
                "time",
                recorded.time_s.to_string(),
                found.time_s.to_string(),
            );
        }
        if found.chosen != recorded.chosen {
            return at(
                "chosen",
                recorded.chosen.to_string(),
                found.chosen.to_string(),
            );
        }
        if !same_queue(found, &recorded.queue) {
            return at("queue", queue_text(&recorded.queue), found_text(found));
        }
    }
    match record.trace.is_empty() || record.trace.len() == run.decisions.len() {
        true => Ok(()),
        false => Err(differ(
            "trace",
            None,
            record.trace.len(),
            run.decisions.len(),
        )),
    }
}

fn same_queue(found: &RecordedDecision, recorded: &[RecordedEntry]) -> bool {
    let bits = |values: &[f64]| values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
    let found = found
        .queue
        .iter()
        .map(|entry| (entry.index, bits(&entry.values)));
    found.eq(recorded
        .iter()
        .map(|entry| (entry.request, bits(&entry.values))))
}

fn found_text(found: &RecordedDecision) -> String {
    let entries = found
        .queue
        .iter()
        .map(|entry| format!("{}: {:?}", entry.index, entry.values));
    entries.collect::<Vec<_>>().join(", ")
}

fn queue_text(queue: &[RecordedEntry]) -> String {
    let entries = queue
        .iter()
        .map(|entry| format!("{}: {:?}", entry.request, entry.values));
    entries.collect::<Vec<_>>().join(", ")
}
