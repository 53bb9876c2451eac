//! Predictors of the latency of the layers left, in double arithmetic.

use crate::workload::Workload;

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

/// A request's place in the traces.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run {
    pub(super) profile: usize,
    pub(super) sample: usize,
}

impl GammaState {
    /// Takes in layer `layer` (from 0), which has just run, and gives the new gamma.
    pub(super) fn update(
        &mut self,
        workload: &Workload,
        run: Run,
        layer: usize,
        predictor: Predictor,
        monitor: Monitor,
    ) -> f64 {
        let ratio = |layer| density_ratio(workload, run, layer, monitor);
        match predictor {
            Predictor::None => 1.0,
            Predictor::DensityLast => ratio(layer),
            Predictor::DensityLastN(window) => {
                let first = (layer + 1).saturating_sub(window.max(1));
                let sum = (first..=layer).fold(0.0, |sum, layer| sum + ratio(layer));
                sum / (layer + 1 - first) as f64
            }
            Predictor::DensityAverage => {
                self.ratio_sum += ratio(layer);
                self.ratio_sum / (layer + 1) as f64
            }
            Predictor::LatencyRatio => {
                self.run_time +=
                    workload.profiles[run.profile].samples[run.sample].latency_s[layer];
                self.avg_time += workload.stats[run.profile].avg_latency_s[layer];
                quotient(self.run_time, self.avg_time)
            }
        }
    }
}

fn density_ratio(workload: &Workload, run: Run, layer: usize, monitor: Monitor) -> f64 {
    let profile = &workload.profiles[run.profile];
    let stats = &workload.stats[run.profile];
    match monitor {
        Monitor::Sparsity => {
            let sparsity = profile.samples[run.sample].sparsity[layer];
            quotient(1.0 - sparsity, 1.0 - stats.avg_sparsity[layer])
        }
        Monitor::Nonzeros => {
            let nnz = profile.nnz(run.sample, layer).unwrap_or(0);
            quotient(f64::from(nnz), stats.avg_nnz[layer])
        }
    }
}

/// A layer whose average is 0 says nothing about a request: its ratio is 1.
fn quotient(value: f64, average: f64) -> f64 {
    if average == 0.0 { 1.0 } else { value / average }
}
