//! Runs one point.

use std::collections::BTreeMap;

use dysta_config::fields::raw::{DecisionLatency, Intensity, Measure, Metric, Numerics};
use dysta_config::params::Predictor as Predicts;

use super::hardware;
use super::plan::Point;
use super::setup::{BenchError, Setup};
use crate::engine::{
    Costs, DecisionCost, Observer, Open, Options, Outcomes, PredictionError, Predictor, Recorder,
    Semantics, Summary, run,
};
use crate::metrics::{Metrics, Outcome};
use crate::scenario::Variation;

/// What a point gave.
#[derive(Debug, Clone, PartialEq)]
pub struct PointResult {
    /// Its measures.
    pub metrics: BTreeMap<Metric, f64>,
    /// Share of the requests of each model that ended after their deadline.
    pub model_violation_rates: BTreeMap<String, f64>,
}

/// Steps of the search for the largest load; each halves the range.
const SEARCH_STEPS: u32 = 9;
/// Range of the search.
const LOADS: (f64, f64) = (0.02, 2.0);
/// The largest load keeps this share of deadlines at most broken: the 99th percentile ends in time.
const BROKEN: f64 = 0.01;

impl Setup {
    /// Runs a point. The same point gives the same bits on any thread.
    ///
    /// # Errors
    /// If the requests cannot be drawn or run, or do not fit the numbers of the hardware.
    pub fn run(&self, point: &Point) -> Result<PointResult, BenchError> {
        match self.experiment(point).measure {
            Measure::Runs => self.run_once(point, &self.variation(point)),
            Measure::MaxLoad => self.search(point),
            Measure::Predictors => self.compare(point),
        }
    }

    /// Runs a point in f64 and keeps its layers, for a picture of the run.
    ///
    /// # Errors
    /// Those of [`Setup::run`].
    pub fn record(&self, point: &Point) -> Result<Recorder, BenchError> {
        let mut recorder = Recorder::default();
        self.simulate(point, &self.variation(point), &mut recorder)?;
        Ok(recorder)
    }

    fn variation(&self, point: &Point) -> Variation {
        let spec = self.supply(point).spec();
        Variation {
            requests: self.benchmark.requests.unwrap_or(spec.requests),
            seed: point.seed,
            intensity: point.cell.intensity.unwrap_or(spec.intensity),
            slo_multiplier: point.cell.slo_multiplier,
        }
    }

    fn run_once(&self, point: &Point, variation: &Variation) -> Result<PointResult, BenchError> {
        if point.cell.series.numerics != Numerics::F64 {
            return hardware::run(self, point, variation);
        }
        let mut outcomes = Outcomes::default();
        let summary = self.simulate(point, variation, &mut outcomes)?;
        let mut result = self.measured(point, &outcomes.0);
        result.metrics.extend([
            (Metric::Preemptions, summary.preemptions as f64),
            (Metric::QueueMean, summary.queue_mean()),
            (Metric::QueueMax, summary.queue_max as f64),
        ]);
        Ok(result)
    }

    fn simulate(
        &self,
        point: &Point,
        variation: &Variation,
        observer: &mut impl Observer,
    ) -> Result<Summary, BenchError> {
        let supply = self.supply(point);
        let mut policy = self.policy(point)?;
        let (profiles, options) = (supply.profiles(), self.options(point));
        let policy = policy.as_mut();
        let summary = match supply.closed_loop(variation)? {
            Some(mut clients) => run(profiles, &mut clients, policy, &options, observer)?,
            None => {
                let mut requests = Open::new(supply.requests(variation)?);
                run(profiles, &mut requests, policy, &options, observer)?
            }
        };
        Ok(summary)
    }

    fn options(&self, point: &Point) -> Options {
        let experiment = self.experiment(point);
        Options {
            semantics: Semantics::Correct,
            predictor: point
                .cell
                .series
                .predictor
                .map_or(Predictor::None, predictor),
            costs: Costs {
                decision: match experiment.decision_latency {
                    DecisionLatency::Hardware => self.decision(),
                    DecisionLatency::None => DecisionCost::Free,
                },
                preemption_share: point.cell.series.preemption_cost,
                ..Costs::default()
            },
        }
    }

    /// Measures of the outcomes of a run.
    pub(super) fn measured(&self, point: &Point, outcomes: &[Outcome]) -> PointResult {
        let metrics = Metrics::new(outcomes);
        let (latency, slowdown) = (metrics.latency_s, metrics.slowdown);
        let values = [
            (Metric::ViolationRate, metrics.violation_rate),
            (Metric::Antt, metrics.antt),
            (Metric::Stp, metrics.stp),
            (Metric::InferencesPerS, metrics.inferences_per_s),
            (Metric::Fairness, metrics.fairness),
            (Metric::LatencyP50S, latency.p50),
            (Metric::LatencyP95S, latency.p95),
            (Metric::LatencyP99S, latency.p99),
            (Metric::LatencyP999S, latency.p999),
            (Metric::SlowdownP50, slowdown.p50),
            (Metric::SlowdownP95, slowdown.p95),
            (Metric::SlowdownP99, slowdown.p99),
            (Metric::SlowdownP999, slowdown.p999),
            (Metric::SlowdownMax, slowdown.max),
        ];
        PointResult {
            metrics: BTreeMap::from(values),
            model_violation_rates: self.by_model(point, outcomes),
        }
    }

    fn by_model(&self, point: &Point, outcomes: &[Outcome]) -> BTreeMap<String, f64> {
        let profiles = self.supply(point).profiles().list();
        let mut counts: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
        for outcome in outcomes {
            let (late, all) = counts.entry(&profiles[outcome.profile].model).or_default();
            *late += f64::from(u8::from(outcome.finish.is_none_or(|finish| finish.late)));
            *all += 1.0;
        }
        let rate = |(model, (late, all)): (&str, (f64, f64))| (model.to_owned(), late / all);
        counts.into_iter().map(rate).collect()
    }

    /// The largest load at which 99 % of the requests keep their deadline, by halving the range; the lower end of the last one.
    fn search(&self, point: &Point) -> Result<PointResult, BenchError> {
        let (mut low, mut high) = LOADS;
        for _ in 0..SEARCH_STEPS {
            let middle = (low + high) / 2.0;
            let variation = Variation {
                intensity: Intensity::Load(middle),
                ..self.variation(point)
            };
            let result = self.run_once(point, &variation)?;
            match result.metrics[&Metric::ViolationRate] <= BROKEN {
                true => low = middle,
                false => high = middle,
            }
        }
        Ok(PointResult {
            metrics: BTreeMap::from([(Metric::MaxLoad, low)]),
            model_violation_rates: BTreeMap::new(),
        })
    }

    /// Predicted against real remaining times, over the mean isolated latency of the requests that ran.
    fn compare(&self, point: &Point) -> Result<PointResult, BenchError> {
        let mut errors = PredictionError::default();
        let mut outcomes = Outcomes::default();
        let mut both = (&mut errors, &mut outcomes);
        self.simulate(point, &self.variation(point), &mut both)?;
        let isolated = outcomes
            .0
            .iter()
            .fold(0.0, |sum, outcome| sum + outcome.isolated_s);
        let mean = isolated / outcomes.0.len().max(1) as f64;
        Ok(PointResult {
            metrics: BTreeMap::from([(Metric::PredictionRmse, errors.rmse_s() / mean)]),
            model_violation_rates: BTreeMap::new(),
        })
    }
}

fn predictor(predictor: Predicts) -> Predictor {
    match predictor {
        Predicts::None => Predictor::None,
        Predicts::DensityLast => Predictor::DensityLast,
        Predicts::DensityLastN(window) => Predictor::DensityLastN(window as usize),
        Predicts::DensityAverage => Predictor::DensityAverage,
        Predicts::LatencyRatio => Predictor::LatencyRatio,
    }
}
