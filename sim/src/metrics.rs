//! Measures of a run: turnaround, deadlines, throughput, fairness.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::table::Request;
use crate::trace::sum;
use crate::units::cycles_to_seconds;
use crate::workload::CycleRequest;

/// What became of one request.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outcome {
    /// Index of its profile.
    pub profile: usize,
    /// Arrival in seconds.
    pub arrival_s: f64,
    /// Latency of its own sample alone on the machine, in seconds, above 0.
    pub isolated_s: f64,
    /// How it finished; `None` if it was rejected or failed.
    pub finish: Option<Finish>,
}

/// The end of a request.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Finish {
    /// Finish time in seconds.
    pub finish_s: f64,
    /// Finish minus arrival in seconds, above 0.
    pub turnaround_s: f64,
    /// Whether the finish time is above the deadline, strictly.
    pub late: bool,
}

impl Outcome {
    /// Outcome of a request that finished at `finish_s`.
    pub fn from_seconds(request: &Request, finish_s: f64, isolated_s: f64) -> Self {
        Self {
            profile: request.profile,
            arrival_s: request.arrival_s,
            isolated_s,
            finish: Some(Finish {
                finish_s,
                turnaround_s: finish_s - request.arrival_s,
                late: finish_s > request.deadline_s(),
            }),
        }
    }

    /// Outcome of a request in cycles; differences and the deadline are compared as integers. `finish` is `None` if the
    /// request was rejected or failed.
    pub fn from_cycles(request: &CycleRequest, finish: Option<u64>, clock_hz: u64) -> Self {
        let seconds = |cycles| cycles_to_seconds(cycles, clock_hz);
        Self {
            profile: request.profile as usize,
            arrival_s: seconds(request.arrival),
            isolated_s: seconds(request.isolated_cycles()),
            finish: finish.map(|finish| Finish {
                finish_s: seconds(finish),
                turnaround_s: seconds(finish.saturating_sub(request.arrival)),
                late: finish > request.deadline,
            }),
        }
    }
}

/// Percentiles by nearest rank: the smallest value that at least p % of all do not exceed. 0 where there is none.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Percentiles {
    /// Half of the values do not exceed it.
    pub p50: f64,
    /// 90 %.
    pub p90: f64,
    /// 95 %.
    pub p95: f64,
    /// 99 %.
    pub p99: f64,
    /// 99.9 %.
    pub p999: f64,
    /// The largest value.
    pub max: f64,
}

impl Percentiles {
    /// Percentiles of `values`, which may be in any order.
    pub fn new(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        let rank = |per_mille: usize| {
            let rank = (per_mille * values.len()).div_ceil(1000);
            values.get(rank.saturating_sub(1)).copied().unwrap_or(0.0)
        };
        Self {
            p50: rank(500),
            p90: rank(900),
            p95: rank(950),
            p99: rank(990),
            p999: rank(999),
            max: rank(1000),
        }
    }
}

/// Measures of a whole run. Requests that never finished count as violations and in no other mean.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Metrics {
    /// Number of requests.
    pub requests: u64,
    /// Number of requests that finished.
    pub finished: u64,
    /// Share of requests that finished after their deadline or not at all, 0 to 1.
    pub violation_rate: f64,
    /// Average normalised turnaround time: mean of turnaround over isolated latency. 0 if none finished.
    pub antt: f64,
    /// System throughput of Eyerman and Eeckhout: the sum of isolated latency over turnaround, at most `finished`.
    pub stp: f64,
    /// Finished requests over (latest finish - first arrival), in inferences per second. 0 if none finished.
    pub inferences_per_s: f64,
    /// Fairness of Jain over isolated latency / turnaround: 1 if all are slowed alike, down to 1 / finished.
    pub fairness: f64,
    /// Turnaround in seconds.
    pub latency_s: Percentiles,
    /// Turnaround over isolated latency.
    pub slowdown: Percentiles,
    /// Violations of each profile that had a request, by profile index.
    pub violations_by_profile: BTreeMap<usize, u64>,
}

impl Metrics {
    /// Measures of the outcomes, summed in the order given.
    pub fn new(outcomes: &[Outcome]) -> Self {
        let ends: Vec<(f64, Finish)> = finished(outcomes);
        let slowdowns: Vec<f64> = ends
            .iter()
            .map(|(isolated, end)| end.turnaround_s / isolated)
            .collect();
        let progress: Vec<f64> = ends
            .iter()
            .map(|(isolated, end)| isolated / end.turnaround_s)
            .collect();
        let by_profile = violations_by_profile(outcomes);
        let violations: u64 = by_profile.values().sum();
        Self {
            requests: outcomes.len() as u64,
            finished: ends.len() as u64,
            violation_rate: share(violations as f64, outcomes.len()),
            antt: share(sum(&slowdowns), slowdowns.len()),
            stp: sum(&progress),
            inferences_per_s: inferences_per_s(outcomes, &ends),
            fairness: jain(&progress),
            latency_s: Percentiles::new(ends.iter().map(|(_, end)| end.turnaround_s).collect()),
            slowdown: Percentiles::new(slowdowns),
            violations_by_profile: by_profile,
        }
    }
}

fn finished(outcomes: &[Outcome]) -> Vec<(f64, Finish)> {
    let ends = outcomes
        .iter()
        .filter_map(|outcome| Some((outcome.isolated_s, outcome.finish?)));
    ends.collect()
}

fn violations_by_profile(outcomes: &[Outcome]) -> BTreeMap<usize, u64> {
    let mut violations = BTreeMap::new();
    for outcome in outcomes {
        let violated = outcome.finish.is_none_or(|end| end.late);
        *violations.entry(outcome.profile).or_insert(0) += u64::from(violated);
    }
    violations
}

fn inferences_per_s(outcomes: &[Outcome], ends: &[(f64, Finish)]) -> f64 {
    let first = outcomes
        .iter()
        .fold(f64::INFINITY, |first, outcome| first.min(outcome.arrival_s));
    let latest = ends
        .iter()
        .fold(0.0_f64, |latest, (_, end)| latest.max(end.finish_s));
    if ends.is_empty() {
        return 0.0;
    }
    ends.len() as f64 / (latest - first)
}

fn share(value: f64, count: usize) -> f64 {
    if count == 0 {
        0.0
    } else {
        value / count as f64
    }
}

fn jain(values: &[f64]) -> f64 {
    let squares = values.iter().fold(0.0, |sum, value| sum + value * value);
    if squares == 0.0 {
        return 1.0;
    }
    sum(values) * sum(values) / (values.len() as f64 * squares)
}
