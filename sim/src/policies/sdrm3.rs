//! SDRM3: urgency plus fairness.

use super::scan::most_urgent;
use crate::engine::{Averages, Live, Needs, Policy};

/// The request with the largest sum of urgency, `time left / (deadline - now)` up to 1, and fairness, idle time over the average of its next
/// layer, runs. A late request is the least urgent.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sdrm3;

/// Urgency plus fairness, with gamma in the place of 1 where it is used.
pub(super) fn score(live: &Live, now: f64, position: usize) -> f64 {
    let urgency = live.predicted[position] / (live.deadline[position] - now);
    let urgency = if urgency > 1.0 { 1.0 } else { urgency };
    let idle = now - live.last_run[position];
    urgency + idle / (live.gamma[position] * live.next_layer[position])
}

impl Policy for Sdrm3 {
    fn name(&self) -> &str {
        "sdrm3"
    }

    fn needs(&self) -> Needs {
        Needs {
            averages: Averages::Model,
            gamma: false,
        }
    }

    fn choose(&mut self, live: &Live, now: f64) -> usize {
        most_urgent(live, |position| score(live, now, position))
    }

    fn values(&self, live: &Live, now: f64, position: usize, values: &mut Vec<f64>) {
        values.push(score(live, now, position));
    }
}
