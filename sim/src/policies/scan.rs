//! Scans over live requests that several policies share.

use crate::engine::{Live, Smallest};

/// Position of the first strict minimum; a NaN never wins against a number.
pub(super) fn smallest(scores: &[f64]) -> usize {
    let mut best = Smallest::none();
    for (position, &score) in scores.iter().enumerate() {
        best.offer(position, score);
    }
    best.position
}

/// The scan of planaria and sdrm3 for the largest score: a request is considered while the best score is negative, or if its own is not
/// smaller; of equal scores the earlier arrival stays. So when all scores are negative the last request wins.
pub(super) fn most_urgent(live: &Live, score: impl Fn(usize) -> f64) -> usize {
    let mut best = -1.0;
    let mut choice: Option<usize> = None;
    for position in 0..live.len() {
        let score = score(position);
        let earlier = |choice: usize| live.arrival[choice] < live.arrival[position];
        let stays = best == score && choice.is_some_and(earlier);
        if (best < 0.0 || best <= score) && !stays {
            (choice, best) = (Some(position), score);
        }
    }
    choice.unwrap_or(0)
}
