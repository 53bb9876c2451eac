//! The judgement: two lists of events are equal, or the first difference is shown with what led to it.

use std::fmt;

use miette::Diagnostic;
use thiserror::Error;

use crate::golden::{Event, Statistics, Trace};

/// Rows of a report.
const ROWS: usize = 20;
/// Rows of a report that follow the difference, where there are any.
const ROWS_AFTER: usize = 5;

/// What differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Another kind of event.
    Kind,
    /// Another clock.
    Stamp,
    /// Another payload: the name of the first field that differs.
    Field(&'static str),
    /// The hardware has no such event.
    Missing,
    /// The golden model has no such event.
    Extra,
    /// The hardware raised `dispatch_valid` in another clock.
    Offer {
        /// Number of the decision, from 0.
        decision: usize,
        /// Predicted time in cycles, if there is such a decision.
        golden: Option<u64>,
        /// Observed time in cycles, if there was one.
        rtl: Option<u64>,
    },
    /// A counter differs at the end.
    Counter {
        /// Its address on the statistics port.
        address: usize,
        /// Value in the golden model.
        golden: u32,
        /// Value in the hardware.
        rtl: u32,
    },
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time =
            |time: &Option<u64>| time.map_or("never".to_owned(), |time| format!("at {time}"));
        match self {
            Self::Kind => write!(f, "another kind of event"),
            Self::Stamp => write!(f, "another clock"),
            Self::Field(name) => write!(f, "another {name}"),
            Self::Missing => write!(f, "no such event in the hardware"),
            Self::Extra => write!(f, "no such event in the golden model"),
            Self::Offer {
                decision,
                golden,
                rtl,
            } => {
                write!(
                    f,
                    "decision {decision} is offered {} by the golden model, ",
                    time(golden)
                )?;
                write!(f, "{} by the hardware", time(rtl))
            }
            Self::Counter {
                address,
                golden,
                rtl,
            } => {
                write!(
                    f,
                    "counter {address} is {golden} in the golden model, {rtl} in the hardware"
                )
            }
        }
    }
}

/// The first difference between golden model and hardware.
#[derive(Clone, Debug, Diagnostic, Error, PartialEq, Eq)]
#[error("the hardware differs from the golden model at event {index}: {reason}\n\n{table}")]
#[diagnostic(
    code(cosim::mismatch),
    help("run again with --trace FILE.fst and look at the clock of the marked row")
)]
pub struct Mismatch {
    /// Index of the event, from 0.
    pub index: usize,
    /// What differs.
    pub reason: Reason,
    /// The last twenty events of both sides around the difference, one row each.
    pub table: String,
}

/// Compares the hardware's events with a golden trace as they come.
#[derive(Debug)]
pub struct Comparison<'a> {
    golden: &'a Trace,
    rtl: Vec<Event>,
    offers: Vec<u64>,
}

impl<'a> Comparison<'a> {
    /// Nothing compared yet.
    pub fn new(golden: &'a Trace) -> Self {
        Self {
            golden,
            rtl: Vec::new(),
            offers: Vec::new(),
        }
    }

    /// Number of events found equal.
    pub fn compared(&self) -> usize {
        self.rtl.len()
    }

    /// Takes the next events and first clocks of `dispatch_valid` of the hardware.
    pub fn push(&mut self, events: &[Event], offers: &[u64]) -> Result<(), Box<Mismatch>> {
        let first = self.rtl.len();
        self.rtl.extend_from_slice(events);
        for index in first..self.rtl.len() {
            if let Some(reason) = difference(self.golden.events.get(index), Some(&self.rtl[index]))
            {
                return Err(self.report(index, reason));
            }
        }
        let first = self.offers.len();
        self.offers.extend_from_slice(offers);
        (first..self.offers.len()).try_for_each(|decision| self.check_offer(decision))
    }

    /// The hardware's run is over: nothing may be missing, and the counters are those of the golden model.
    pub fn finish(
        self,
        statistics: Option<&Statistics>,
    ) -> Result<(Vec<Event>, Vec<u64>), Box<Mismatch>> {
        let end = self.rtl.len();
        if end < self.golden.events.len() {
            return Err(self.report(end, Reason::Missing));
        }
        (self.offers.len()..self.golden.decisions.len())
            .try_for_each(|decision| self.check_offer(decision))?;
        if let Some(statistics) = statistics {
            self.check_counters(statistics)?;
        }
        Ok((self.rtl, self.offers))
    }

    fn check_offer(&self, decision: usize) -> Result<(), Box<Mismatch>> {
        let golden = self
            .golden
            .decisions
            .get(decision)
            .map(|decision| decision.valid_now());
        let rtl = self.offers.get(decision).copied();
        if golden == rtl {
            return Ok(());
        }
        let time = rtl.or(golden).unwrap_or(0);
        let index = self.rtl.partition_point(|event| event.stamp < time);
        Err(self.report(
            index,
            Reason::Offer {
                decision,
                golden,
                rtl,
            },
        ))
    }

    fn check_counters(&self, statistics: &Statistics) -> Result<(), Box<Mismatch>> {
        let words = self
            .golden
            .statistics
            .words()
            .into_iter()
            .zip(statistics.words());
        match words.enumerate().find(|(_, (golden, rtl))| golden != rtl) {
            Some((address, (golden, rtl))) => Err(self.report(
                self.rtl.len(),
                Reason::Counter {
                    address,
                    golden,
                    rtl,
                },
            )),
            None => Ok(()),
        }
    }

    fn report(&self, index: usize, reason: Reason) -> Box<Mismatch> {
        let end = (index + 1 + ROWS_AFTER).min(self.golden.events.len().max(self.rtl.len()));
        let rows = end.saturating_sub(ROWS)..end;
        let table = table(&self.golden.events, &self.rtl, rows, index);
        Box::new(Mismatch {
            index,
            reason,
            table,
        })
    }
}

/// How two events differ, if they do.
fn difference(golden: Option<&Event>, rtl: Option<&Event>) -> Option<Reason> {
    let (golden, rtl) = match (golden, rtl) {
        (Some(golden), Some(rtl)) => (golden, rtl),
        (Some(_), None) => return Some(Reason::Missing),
        (None, Some(_)) => return Some(Reason::Extra),
        (None, None) => return None,
    };
    if golden.kind != rtl.kind {
        return Some(Reason::Kind);
    }
    if golden.stamp != rtl.stamp {
        return Some(Reason::Stamp);
    }
    let names = golden.kind.field_names().iter();
    let mut fields = names.zip(golden.fields.iter().zip(&rtl.fields));
    fields
        .find(|(_, (golden, rtl))| golden != rtl)
        .map(|(name, _)| Reason::Field(name))
}

/// Both sides in one table, `>` before the row of the difference.
fn table(golden: &[Event], rtl: &[Event], rows: std::ops::Range<usize>, marked: usize) -> String {
    let text =
        |events: &[Event], row: usize| events.get(row).map_or("-".to_owned(), Event::to_string);
    let left: Vec<String> = rows.clone().map(|row| text(golden, row)).collect();
    let width = left
        .iter()
        .map(String::len)
        .max()
        .unwrap_or(0)
        .max("golden model".len());
    let mut table = format!("  {:>7}  {:width$}  hardware", "event", "golden model");
    for (row, left) in rows.zip(&left) {
        let mark = if row == marked { '>' } else { ' ' };
        table.push_str(&format!(
            "\n{mark} {row:>7}  {left:width$}  {}",
            text(rtl, row)
        ));
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::golden::{Decision, EventKind};

    /// A golden trace of one request: three events and one decision offered at 14.
    fn golden() -> Trace {
        let events = vec![
            Event::new(EventKind::Admit, 9, [1, 0, 99, 3]),
            Event::new(EventKind::Dispatch, 14, [1, 0, 0, 0, 0]),
            Event::new(EventKind::LayerDone, 20, [7, 0]),
        ];
        let decisions = vec![Decision {
            sample_now: 10,
            queue: 1,
            latency: 4,
            id: 1,
            layer: 0,
        }];
        Trace {
            events,
            decisions,
            ..Trace::default()
        }
    }

    /// Compares a changed copy of the golden trace with it.
    #[track_caller]
    fn check(
        change: impl FnOnce(&mut Vec<Event>, &mut Vec<u64>, &mut Statistics),
        index: usize,
        reason: Reason,
    ) {
        let golden = golden();
        let (mut events, mut offers) = (golden.events.clone(), vec![14]);
        let mut statistics = golden.statistics;
        change(&mut events, &mut offers, &mut statistics);
        let mut comparison = Comparison::new(&golden);
        let pushed = comparison.push(&events, &offers);
        let mismatch = pushed
            .and_then(|()| comparison.finish(Some(&statistics)).map(drop))
            .expect_err("a difference");
        assert_eq!((mismatch.index, mismatch.reason), (index, reason));
    }

    #[test]
    fn every_kind_of_difference_is_found_where_it_is() {
        check(|events, _, _| events.swap(0, 1), 0, Reason::Kind);
        check(|events, _, _| events[1].stamp = 15, 1, Reason::Stamp);
        check(
            |events, _, _| events[0].fields[2] = 98,
            0,
            Reason::Field("deadline"),
        );
        check(
            |events, _, _| events[2].fields[1] = 1,
            2,
            Reason::Field("status"),
        );
        check(|events, _, _| events.truncate(2), 2, Reason::Missing);
        check(|events, _, _| events.push(events[0]), 3, Reason::Extra);
        let early = Reason::Offer {
            decision: 0,
            golden: Some(14),
            rtl: Some(13),
        };
        check(|_, offers, _| offers[0] = 13, 1, early);
        let never = Reason::Offer {
            decision: 0,
            golden: Some(14),
            rtl: None,
        };
        check(|_, offers, _| offers.clear(), 1, never);
        let again = Reason::Offer {
            decision: 1,
            golden: None,
            rtl: Some(30),
        };
        check(|_, offers, _| offers.push(30), 3, again);
        let misses = Reason::Counter {
            address: 2,
            golden: 0,
            rtl: 1,
        };
        check(|_, _, statistics| statistics.misses = 1, 3, misses);
    }

    #[test]
    fn equal_runs_are_equal_in_any_pieces() {
        let golden = golden();
        let mut comparison = Comparison::new(&golden);
        comparison.push(&golden.events[..1], &[]).expect("equal");
        comparison.push(&golden.events[1..], &[14]).expect("equal");
        assert_eq!(comparison.compared(), 3);
        let (events, offers) = comparison.finish(Some(&golden.statistics)).expect("equal");
        assert_eq!((events, offers), (golden.events, vec![14]));
    }
}
