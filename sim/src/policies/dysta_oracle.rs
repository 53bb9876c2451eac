//! Dysta that knows the future.

use super::dysta::Dysta;
use crate::engine::{Averages, Needs};

/// Policy `dysta` with the real latencies of each request's own sample: what better prediction could gain.
pub fn dysta_oracle(penalty_scale_s: f64) -> Dysta {
    let needs = Needs {
        averages: Averages::Sample,
        gamma: false,
    };
    Dysta::variant("dysta_oracle", needs, penalty_scale_s, false)
}
