//! SDRM3 with predicted times.

use super::scan::most_urgent;
use super::sdrm3::score;
use crate::engine::{Averages, Live, Needs, Policy};

/// As [`super::Sdrm3`], with gamma times the averages of the pattern.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sdrm3Sparse;

impl Policy for Sdrm3Sparse {
    fn name(&self) -> &str {
        "sdrm3_sparse"
    }

    fn needs(&self) -> Needs {
        Needs {
            averages: Averages::Pattern,
            gamma: true,
        }
    }

    fn choose(&mut self, live: &Live, now: f64) -> usize {
        most_urgent(live, |position| score(live, now, position))
    }

    fn values(&self, live: &Live, now: f64, position: usize, values: &mut Vec<f64>) {
        values.extend([score(live, now, position), live.gamma[position]]);
    }
}
