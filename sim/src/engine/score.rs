//! Scores of one request at a time, for expressions that are not compiled and for judges of other models.

/// What a score expression may use of one live request. All times in seconds, all counts as doubles.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScoreEnv {
    /// Time of the decision.
    pub now: f64,
    /// Absolute deadline.
    pub deadline: f64,
    /// Arrival.
    pub arrival: f64,
    /// End of the request's latest layer; at first its arrival.
    pub last_run: f64,
    /// Priority.
    pub priority: f64,
    /// Prediction coefficient, 1 before the first layer.
    pub gamma: f64,
    /// Mean latency of the layers left.
    pub lat_remaining: f64,
    /// Mean isolated latency of the profile.
    pub isolated: f64,
    /// Number of live requests Q at this decision, from 1.
    pub queue: f64,
    /// Executed layers of the request, from 0.
    pub layer: f64,
    /// 1 for the request whose layer ended last, else 0.
    pub running: f64,
}

/// Scores one live request; the smallest score runs.
pub trait Score {
    /// Score of one live request. A NaN never wins against a number.
    fn score(&self, env: &ScoreEnv) -> f64;
}

impl<F: Fn(&ScoreEnv) -> f64> Score for F {
    fn score(&self, env: &ScoreEnv) -> f64 {
        self(env)
    }
}

/// The first strict minimum of scores in order of admission; a NaN never wins against a number.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Smallest {
    /// Its position, 0 while there is none.
    pub(crate) position: usize,
    score: f64,
}

impl Smallest {
    pub(crate) fn none() -> Self {
        Self {
            position: 0,
            score: f64::NAN,
        }
    }

    #[inline]
    pub(crate) fn offer(&mut self, position: usize, score: f64) {
        if score < self.score || (self.score.is_nan() && !score.is_nan()) {
            *self = Self { position, score };
        }
    }
}
