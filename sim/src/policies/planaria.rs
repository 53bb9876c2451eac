//! Planaria: priority over slack.

use super::scan::most_urgent;
use crate::engine::{Averages, Live, Needs, Policy};

/// The request with the largest `priority / (deadline - now)` runs; one that is late never beats one that is not, and once all are late
/// the newest runs.
#[derive(Debug, Clone, Copy, Default)]
pub struct Planaria;

fn score(live: &Live, now: f64, position: usize) -> f64 {
    live.priority[position] / (live.deadline[position] - now)
}

impl Policy for Planaria {
    fn name(&self) -> &str {
        "planaria"
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
