//! Shortest job first by predicted time.

use super::scan::smallest;
use crate::engine::{Averages, Live, Needs, Policy};

/// The request with the least predicted time left runs.
#[derive(Debug, Clone, Copy, Default)]
pub struct SjfSparse;

impl Policy for SjfSparse {
    fn name(&self) -> &str {
        "sjf_sparse"
    }

    fn needs(&self) -> Needs {
        Needs {
            averages: Averages::Pattern,
            gamma: true,
        }
    }

    fn choose(&mut self, live: &Live, _now: f64) -> usize {
        smallest(&live.predicted)
    }

    fn values(&self, live: &Live, _now: f64, position: usize, values: &mut Vec<f64>) {
        values.push(live.gamma[position]);
    }
}
