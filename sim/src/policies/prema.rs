//! PREMA: tokens that grow while a request waits.

use crate::engine::{Averages, Live, Needs, Policy, Smallest};

/// Tokens of the live requests, by position.
#[derive(Debug, Clone, Default)]
pub(super) struct Tokens {
    tokens: Vec<f64>,
    /// Requests that had a token before this decision; those behind them are fresh.
    known: usize,
}

impl Tokens {
    pub(super) fn reset(&mut self) {
        *self = Self::default();
    }

    pub(super) fn removed(&mut self, position: usize) {
        self.tokens.remove(position);
        self.known -= 1;
    }

    pub(super) fn of(&self, position: usize) -> f64 {
        self.tokens[position]
    }

    /// Raises the tokens by priority times idle time over isolated latency, gives fresh requests their priority, and returns the threshold of
    /// the candidates. Fresh tokens do not count for it.
    pub(super) fn grow(&mut self, live: &Live, now: f64) -> f64 {
        let mut largest = 0.0;
        for (position, token) in self.tokens[..self.known].iter_mut().enumerate() {
            let idle = now - live.last_run[position];
            let isolated = live.gamma[position] * live.isolated[position];
            *token += live.priority[position] * (idle / isolated);
            largest = if *token > largest { *token } else { largest };
        }
        self.tokens.extend_from_slice(&live.priority[self.known..]);
        self.known = self.tokens.len();
        match largest {
            9.0.. => 9.0,
            3.0.. => 3.0,
            _ => 1.0,
        }
    }

    /// The candidate with the first minimum of `left`.
    pub(super) fn choose(&self, threshold: f64, left: impl Fn(usize) -> f64) -> usize {
        let mut best = Smallest::none();
        for (position, &token) in self.tokens.iter().enumerate() {
            if token >= threshold {
                best.offer(position, left(position));
            }
        }
        best.position
    }
}

/// Among the requests whose token reaches the threshold (9, 3 or 1), the one with the least average time left runs. The whole idle time
/// counts again at each decision, and tokens are never lowered.
#[derive(Debug, Clone, Default)]
pub struct Prema {
    tokens: Tokens,
}

impl Policy for Prema {
    fn name(&self) -> &str {
        "prema"
    }

    fn needs(&self) -> Needs {
        Needs {
            averages: Averages::Model,
            gamma: false,
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
        self.tokens
            .choose(threshold, |position| live.lat_remaining[position])
    }

    fn values(&self, _live: &Live, _now: f64, position: usize, values: &mut Vec<f64>) {
        values.push(self.tokens.of(position));
    }
}
