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
