//! Dysta without sparsity.

use super::dysta::Dysta;
use crate::engine::{Averages, Needs};

/// Policy `dysta` that knows neither patterns nor what was monitored: averages are those of the model, gamma stays 1.
pub fn dysta_naive(penalty_scale_s: f64) -> Dysta {
    let needs = Needs {
        averages: Averages::Model,
        gamma: false,
    };
    Dysta::variant("dysta_naive", needs, penalty_scale_s, true)
}
