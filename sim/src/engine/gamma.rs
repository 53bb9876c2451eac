//! Predictors of the latency of the layers left, in double arithmetic.

use super::profiles::Row;

/// How gamma, the ratio of expected to average latency, follows from the layers that have run. 1 before the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Predictor {
    /// Gamma stays 1.
    None,
    /// Density ratio of the latest layer: measured density over average density.
    DensityLast,
    /// Mean density ratio of the latest n layers, or of all while fewer have run. 0 counts as 1.
    DensityLastN(usize),
    /// Mean density ratio of all layers that have run.
    #[default]
    DensityAverage,
    /// Time the request has run so far over the average time of those layers; needs no sparsity table.
    LatencyRatio,
}

/// What the density ratios are made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Monitor {
    /// Sparsity s as recorded against its average S: (1 - s) / (1 - S).
    #[default]
    Sparsity,
    /// The integer count of non-zeros against its average, as the hardware sees it.
    Nonzeros,
}

/// What gamma remembers of the layers that have run. Sums grow left to right from 0.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct GammaState {
    ratio_sum: f64,
    run_time: f64,
    avg_time: f64,
}

/// A layer that has just ended.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ended<'a> {
    /// All layers of the sample.
    pub(super) rows: &'a [Row],
    /// The layer, from 0.
    pub(super) layer: usize,
    /// What it took, with what preemption added.
    pub(super) run_s: f64,
    /// Its average latency.
    pub(super) average_s: f64,
}

impl GammaState {
    /// Takes in a layer and gives the new gamma.
    #[inline]
    pub(super) fn update(&mut self, ended: Ended<'_>, predictor: Predictor) -> f64 {
        let Ended { rows, layer, .. } = ended;
        match predictor {
            Predictor::None => 1.0,
            Predictor::DensityAverage => {
                self.ratio_sum += rows[layer].ratio;
                self.ratio_sum / (layer + 1) as f64
            }
            Predictor::DensityLast => rows[layer].ratio,
            Predictor::DensityLastN(window) => {
                let first = (layer + 1).saturating_sub(window.max(1));
                let latest = &rows[first..=layer];
                latest.iter().fold(0.0, |sum, row| sum + row.ratio) / latest.len() as f64
            }
            Predictor::LatencyRatio => {
                self.run_time += ended.run_s;
                self.avg_time += ended.average_s;
                quotient(self.run_time, self.avg_time)
            }
        }
    }
}

/// A layer whose average is 0 says nothing about a request: its ratio is 1.
pub(super) fn quotient(value: f64, average: f64) -> f64 {
    if average == 0.0 { 1.0 } else { value / average }
}
