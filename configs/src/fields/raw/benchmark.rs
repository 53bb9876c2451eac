//! A benchmark as written.

use super::{Choice, FromValue, Kind, Node, Reader, Value, whole};
use crate::codes;
use crate::diag::{Diagnostic, Diagnostics};
use crate::fields::tables;
use crate::params::Predictor;
use crate::source::{Located, Origin};

/// A benchmark as written.
#[derive(Debug, Clone, PartialEq)]
pub struct RawBenchmark {
    /// Name of the preset or file it comes from.
    pub name: String,
    /// Heading of the report.
    pub title: Option<Located<String>>,
    /// Runs of each point.
    pub seeds: Located<u32>,
    /// Seed of the first run.
    pub first_seed: Located<u64>,
    /// Requests of a run.
    pub requests: Option<Located<u32>>,
    /// Level of the intervals.
    pub confidence: Located<f64>,
    /// The experiments.
    pub experiments: Vec<RawExperiment>,
}

/// One item of `experiments` as written.
#[derive(Debug, Clone, PartialEq)]
pub struct RawExperiment {
    /// Name in the results.
    pub name: Located<String>,
    /// Heading.
    pub title: Located<String>,
    /// What a point is.
    pub measure: Located<Measure>,
    /// Workloads by name or path.
    pub workloads: Vec<Located<String>>,
    /// Policies by name or path.
    pub policies: Vec<Located<String>>,
    /// Offered loads; empty without.
    pub loads: Vec<Located<f64>>,
    /// Arrival rates; empty without.
    pub rates_per_s: Vec<Located<f64>>,
    /// Deadlines in isolated latencies; empty without.
    pub slo_multipliers: Vec<Located<f64>>,
    /// Predictors.
    pub predictors: Vec<Located<Predictor>>,
    /// Numbers that scores are computed in.
    pub numerics: Vec<Located<Numerics>>,
    /// Cost of a preemption as a share of the layer that runs instead.
    pub preemption_costs: Vec<Located<f64>>,
    /// Scale of the waiting penalty.
    pub penalty_scale: Located<PenaltyScale>,
    /// Time of a decision.
    pub decision_latency: Located<DecisionLatency>,
    /// Measures shown; empty without.
    pub metrics: Vec<Located<Metric>>,
}

/// What a point of an experiment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// A run.
    Runs,
    /// A search for the largest load.
    MaxLoad,
    /// Predicted against real remaining times.
    Predictors,
}

/// Numbers that scores are computed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Numerics {
    /// Double precision.
    F64,
    /// Fixed point, as in hardware.
    Fixed,
    /// IEEE binary16, as in hardware.
    Fp16,
    /// IEEE binary32, as in hardware.
    Fp32,
}

/// Scale of the waiting penalty of the dysta policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PenaltyScale {
    /// Mean isolated latency of the workload.
    MeanIsolated,
    /// A second.
    Clock,
}

/// Time of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecisionLatency {
    /// That of the hardware.
    Hardware,
    /// None.
    None,
}

/// Declares the measures with their words.
macro_rules! metrics {
    ($($word:literal $name:ident $doc:literal;)*) => {
        /// A measure of a run, see the field table for its definition.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Metric {
            $(#[doc = $doc] $name,)*
        }

        choice! { Metric { $($word = Metric::$name,)* } }
    };
}

metrics! {
    "violation_rate" ViolationRate "Share of requests that end after their deadline.";
    "antt" Antt "Average normalised turnaround time.";
    "stp" Stp "System throughput: sum of isolated over turnaround time.";
    "inferences_per_s" InferencesPerS "Finished requests over the time of the run.";
    "fairness" Fairness "Jain's index over isolated / turnaround time.";
    "latency_p50_s" LatencyP50S "Median turnaround time in seconds.";
    "latency_p95_s" LatencyP95S "95th percentile.";
    "latency_p99_s" LatencyP99S "99th percentile.";
    "latency_p999_s" LatencyP999S "99.9th percentile.";
    "slowdown_p50" SlowdownP50 "Median of turnaround over isolated time.";
    "slowdown_p95" SlowdownP95 "95th percentile.";
    "slowdown_p99" SlowdownP99 "99th percentile.";
    "slowdown_p999" SlowdownP999 "99.9th percentile.";
    "slowdown_max" SlowdownMax "Largest.";
    "preemptions" Preemptions "Changes to another request while the one before was unfinished.";
    "queue_mean" QueueMean "Mean number of waiting requests at a decision.";
    "queue_max" QueueMax "Largest number of waiting requests.";
    "max_load" MaxLoad "Load of the search `max_load`.";
    "prediction_rmse" PredictionRmse "Error of `predictors`: root mean square of predicted minus real remaining time over the mean isolated latency.";
}

choice! { Measure {
    "runs" = Measure::Runs,
    "max_load" = Measure::MaxLoad,
    "predictors" = Measure::Predictors,
} }
choice! { Numerics {
    "f64" = Numerics::F64,
    "fixed" = Numerics::Fixed,
    "fp16" = Numerics::Fp16,
    "fp32" = Numerics::Fp32,
} }

choice! { PenaltyScale {
    "mean_isolated" = PenaltyScale::MeanIsolated,
    "clock" = PenaltyScale::Clock,
} }
choice! { DecisionLatency {
    "hardware" = DecisionLatency::Hardware,
    "none" = DecisionLatency::None,
} }

/// The word of a choice.
pub fn word<T: Choice + PartialEq>(value: T) -> &'static str {
    let found = T::WORDS.iter().find(|choice| choice.1 == value);
    found.map_or("", |choice| choice.0)
}

impl RawBenchmark {
    /// Checks a merged tree.
    ///
    /// # Errors
    /// All problems of the tree.
    pub fn read(node: &Node) -> Result<Self, Diagnostics> {
        whole(node, Kind::Benchmark, Self::from_reader)
    }

    fn from_reader(reader: &Reader<'_>) -> Self {
        let experiments = reader.tables("experiments", &tables::EXPERIMENT);
        Self {
            name: reader.name().unwrap_or("benchmark").to_owned(),
            title: reader.optional("title"),
            seeds: reader.get("seeds"),
            first_seed: reader.get("first_seed"),
            requests: reader.optional("requests"),
            confidence: reader.get("confidence"),
            experiments: experiments.iter().map(RawExperiment::from_reader).collect(),
        }
    }
}

impl RawExperiment {
    fn from_reader(reader: &Reader<'_>) -> Self {
        if reader.has("loads") && reader.has("rates_per_s") {
            reader.report(both_intensities(reader));
        }
        Self {
            name: reader.get("name"),
            title: reader.get("title"),
            measure: reader.get("measure"),
            workloads: reader.list("workloads"),
            policies: reader.list("policies"),
            loads: reader.list("loads"),
            rates_per_s: reader.list("rates_per_s"),
            slo_multipliers: reader.list("slo_multipliers"),
            predictors: reader.list("predictors"),
            numerics: reader.list("numerics"),
            preemption_costs: reader.list("preemption_costs"),
            penalty_scale: reader.get("penalty_scale"),
            decision_latency: reader.get("decision_latency"),
            metrics: reader.list("metrics"),
        }
    }
}

fn both_intensities(reader: &Reader<'_>) -> Diagnostic {
    let message = "the experiment has both `loads` and `rates_per_s`";
    let place = reader.key_origin("rates_per_s").map(Origin::place);
    Diagnostic::error(&codes::EXCLUSIVE_KEYS, message, "keep one of the two")
        .at(place)
        .label("`loads` is given as well")
}
