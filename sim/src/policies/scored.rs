//! Policies from a function that scores one request.

use super::scan::smallest;
use crate::engine::{Live, Needs, Policy, Score};

/// The request with the first smallest score runs. For expressions at hand in a program; those of the policy language are compiled by
/// [`super::Expression`], which is faster.
#[derive(Debug, Clone)]
pub struct Scores<S> {
    needs: Needs,
    score: S,
    scores: Vec<f64>,
}

impl<S: Score> Scores<S> {
    /// A policy that is told `needs` and scores with `score`.
    pub fn new(needs: Needs, score: S) -> Self {
        Self {
            needs,
            score,
            scores: Vec::new(),
        }
    }
}

impl<S: Score> Policy for Scores<S> {
    fn name(&self) -> &str {
        "scores"
    }

    fn needs(&self) -> Needs {
        self.needs
    }

    fn choose(&mut self, live: &Live, now: f64) -> usize {
        let scores = (0..live.len()).map(|position| self.score.score(&live.env(position, now)));
        self.scores.clear();
        self.scores.extend(scores);
        smallest(&self.scores)
    }

    fn values(&self, live: &Live, _now: f64, position: usize, values: &mut Vec<f64>) {
        values.extend([self.scores[position], live.gamma[position]]);
    }
}
