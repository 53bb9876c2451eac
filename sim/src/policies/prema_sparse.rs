//! PREMA with predicted times.

use super::prema::Tokens;
use crate::engine::{Averages, Live, Needs, Policy};

/// As [`super::Prema`] with gamma times the averages of the pattern, except that candidates are compared with the gamma of the request
/// admitted last, as published.
#[derive(Debug, Clone, Default)]
pub struct PremaSparse {
    tokens: Tokens,
}

impl Policy for PremaSparse {
    fn name(&self) -> &str {
        "prema_sparse"
    }

    fn needs(&self) -> Needs {
        Needs {
            averages: Averages::Pattern,
            gamma: true,
        }
    }

    fn reset(&mut self) {
        self.tokens.reset();
    }

    fn removed(&mut self, position: usize) {
        self.tokens.removed(position);
    }

    fn choose(&mut self, live: &Live, now: f64) -> usize {
        let threshold = self.tokens.grow(live, now);
        let gamma = live.gamma[live.len() - 1];
        self.tokens
            .choose(threshold, |position| gamma * live.lat_remaining[position])
    }

    fn values(&self, live: &Live, _now: f64, position: usize, values: &mut Vec<f64>) {
        values.extend([self.tokens.of(position), live.gamma[position]]);
    }
}
