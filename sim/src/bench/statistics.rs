//! Means with bootstrap intervals, and what pairs of runs on the same requests tell.
//!
//! Every policy runs on the same requests for a seed, so differences are taken seed by seed: their interval is far narrower than
//! those of the two means. Resampling uses the same draws of seeds for all, from a fixed random stream.

use crate::arrivals::words::Words;

/// Resamples of a bootstrap.
const RESAMPLES: usize = 2000;
/// Seed of the resampling.
const SEED: u64 = 0x000D_7E57;

/// A mean over seeds with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The mean.
    pub mean: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Estimate {
    /// Whether the interval has 0 outside.
    pub fn excludes_zero(&self) -> bool {
        self.low > 0.0 || self.high < 0.0
    }
}

/// Draws of seeds with repetition, the same for every value compared.
#[derive(Debug, Clone)]
pub struct Bootstrap {
    /// [`RESAMPLES`] lists of indices below the number of seeds, one after the other.
    draws: Vec<u32>,
    seeds: usize,
    confidence: f64,
}

impl Bootstrap {
    /// Resampling of `seeds` values, at least 1, for intervals of the level `confidence`, between 0 and 1.
    pub fn new(seeds: usize, confidence: f64) -> Self {
        let mut words = Words::new(SEED, 0);
        let draws = (0..RESAMPLES * seeds).map(|_| words.index(seeds) as u32);
        Self {
            draws: draws.collect(),
            seeds,
            confidence,
        }
    }

    /// Mean of `values`, one for each seed, with the percentile interval of resampled means; with one seed the interval is the mean.
    pub fn estimate(&self, values: &[f64]) -> Estimate {
        let mean = mean(values.iter().copied(), values.len());
        let resample = |draw: &[u32]| mean_of(values, draw);
        let mut means: Vec<f64> = self.draws.chunks(self.seeds.max(1)).map(resample).collect();
        means.sort_by(f64::total_cmp);
        let tail = (1.0 - self.confidence) / 2.0;
        let at = |share: f64| {
            let rank = (share * means.len() as f64).floor() as usize;
            means.get(rank.min(means.len().saturating_sub(1))).copied()
        };
        Estimate {
            mean,
            low: at(tail).unwrap_or(mean),
            high: at(1.0 - tail).unwrap_or(mean),
        }
    }

    /// Mean of `one - other`, seed by seed, with its interval. Differences of n seeds have one sign by chance in 2^(1-n) of all cases;
    /// where that is more than the level allows, nothing is shown and the interval is unbounded: 6 seeds are needed at 0.95.
    pub fn difference(&self, one: &[f64], other: &[f64]) -> Estimate {
        let differences: Vec<f64> = one
            .iter()
            .zip(other)
            .map(|(one, other)| one - other)
            .collect();
        let estimate = self.estimate(&differences);
        let chance = 0.5_f64.powi(i32::try_from(self.seeds).unwrap_or(i32::MAX) - 1);
        match chance > 1.0 - self.confidence {
            true => Estimate {
                low: f64::NEG_INFINITY,
                high: f64::INFINITY,
                ..estimate
            },
            false => estimate,
        }
    }
}

fn mean_of(values: &[f64], draw: &[u32]) -> f64 {
    mean(draw.iter().map(|&index| values[index as usize]), draw.len())
}

fn mean(values: impl Iterator<Item = f64>, count: usize) -> f64 {
    values.fold(0.0, |sum, value| sum + value) / count.max(1) as f64
}

/// Place of each entry when all are separated from each other: for each entry its rank from 1, or `None` where the interval of a
/// paired difference to any other has 0 inside. `values` has the values by seed of each entry.
pub fn ranks(
    bootstrap: &Bootstrap,
    values: &[&[f64]],
    smaller_is_better: bool,
) -> Vec<Option<usize>> {
    let better = |one: usize, other: usize| {
        let difference = bootstrap.difference(values[one], values[other]);
        let wins = if smaller_is_better {
            difference.high < 0.0
        } else {
            difference.low > 0.0
        };
        (wins, difference.excludes_zero())
    };
    let rank = |entry: usize| {
        let others = (0..values.len()).filter(|&other| other != entry);
        let mut place = 1;
        for other in others {
            let (wins, separated) = better(entry, other);
            if !separated {
                return None;
            }
            place += usize::from(!wins);
        }
        Some(place)
    };
    (0..values.len()).map(rank).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_holds_the_mean_and_narrows_with_the_spread() {
        let bootstrap = Bootstrap::new(10, 0.95);
        let wide: Vec<f64> = (0..10).map(f64::from).collect();
        let narrow: Vec<f64> = wide.iter().map(|value| 4.5 + value / 100.0).collect();
        let (wide, narrow) = (bootstrap.estimate(&wide), bootstrap.estimate(&narrow));
        assert_eq!(wide.mean, 4.5);
        assert!(
            wide.low < 3.5 && wide.low > 2.0 && wide.high > 5.5 && wide.high < 7.0,
            "{wide:?}"
        );
        assert!((narrow.high - narrow.low) * 99.0 < wide.high - wide.low);
    }

    /// The standard error of the mean of 10 values is s / sqrt(10); the percentile interval of a bootstrap is near 1.96 of it.
    #[test]
    fn the_width_is_that_of_the_normal_approximation() {
        let values = [3.1, 2.7, 3.9, 3.3, 2.9, 3.6, 3.0, 3.4, 2.6, 3.5];
        let estimate = Bootstrap::new(10, 0.95).estimate(&values);
        let mean = values.iter().sum::<f64>() / 10.0;
        let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / 10.0;
        let expected = 2.0 * 1.96 * (variance / 10.0).sqrt();
        let width = estimate.high - estimate.low;
        assert!((width / expected - 1.0).abs() < 0.06, "{width} {expected}");
    }

    #[test]
    fn pairs_tell_what_means_cannot() {
        let bootstrap = Bootstrap::new(6, 0.95);
        let one = [1.0, 5.0, 9.0, 2.0, 7.0, 4.0];
        let other = one.map(|value| value + 0.5);
        let (first, second) = (bootstrap.estimate(&one), bootstrap.estimate(&other));
        assert!(
            first.high > second.low,
            "the intervals of the means overlap"
        );
        assert!(bootstrap.difference(&one, &other).excludes_zero());
        assert_eq!(ranks(&bootstrap, &[&other, &one], true), [Some(2), Some(1)]);
        assert_eq!(
            ranks(&bootstrap, &[&other, &one], false),
            [Some(1), Some(2)]
        );
    }

    #[test]
    fn nothing_is_ranked_that_is_not_separated() {
        let bootstrap = Bootstrap::new(6, 0.95);
        let one = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        let same = [2.0, 1.0, 4.0, 3.0, 6.0, 5.0];
        let far = [9.0, 9.0, 9.5, 9.9, 9.1, 9.2];
        assert_eq!(
            ranks(&bootstrap, &[&one, &same, &far], true),
            [None, None, Some(3)]
        );
        let few = Bootstrap::new(5, 0.95);
        assert_eq!(ranks(&few, &[&one[..5], &far[..5]], true), [None, None]);
    }

    #[test]
    fn the_same_values_give_the_same_bits() {
        let values = [0.1, 0.2, 0.4, 0.8];
        let once = Bootstrap::new(4, 0.9).estimate(&values);
        assert_eq!(once, Bootstrap::new(4, 0.9).estimate(&values));
    }
}
