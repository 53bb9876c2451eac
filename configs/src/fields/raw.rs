//! What the user wrote, checked value by value, each value with its place.
//!
//! Nothing behind the loader sees these types except the cross checks that turn them into Params.

use std::cell::RefCell;

/// Makes a type readable from the words of the field table.
macro_rules! choice {
    ($type:ty { $($word:literal = $value:expr,)* }) => {
        impl Choice for $type {
            const WORDS: &'static [(&'static str, Self)] = &[$(($word, $value)),*];
        }

        impl FromValue for $type {
            const STAND_IN: Self = Self::WORDS[0].1;

            fn from_value(value: &Value) -> Option<Self> {
                let Value::Str(word) = value else { return None };
                Self::WORDS.iter().find(|choice| choice.0 == word).map(|choice| choice.1)
            }
        }
    };
}

mod accelerator;
mod benchmark;
mod suite;
mod target;
mod workload;

pub use accelerator::RawAccelerator;
pub use benchmark::{
    DecisionLatency, Measure, Metric, Numerics, PenaltyScale, RawBenchmark, RawExperiment, word,
};
pub use suite::{LayerActivation, LayerKind, LayerPadding, RawLayer, RawSuite, WeightPattern};
pub use target::{Family, Flow, Infer, RawCapacity, RawTarget};
pub(crate) use workload::beside;
pub use workload::{
    Arrivals, Intensity, RawBurst, RawCascade, RawTrace, RawWorkload, Samples, SloBase,
};

use super::Kind;
use super::reader::{FromValue, Reader};
use super::tables;
use crate::diag::Diagnostics;
use crate::expr::{Binding, Numbers, Param, SharedUnits};
use crate::lower;
use crate::params::{NumberFormat, OnFull, Pipeline, Predictor};
use crate::source::{Located, Origin};
use crate::tree::{Node, Value};

/// A system as written.
#[derive(Debug, Clone, PartialEq)]
pub struct RawSystem {
    /// Name: as given, else that of the preset or file.
    pub name: String,
    /// Clock in MHz.
    pub clock_mhz: Option<Located<f64>>,
    /// The scheduler.
    pub scheduler: RawScheduler,
    /// The sparse compute array, if there is one.
    pub accelerator: Option<RawAccelerator>,
    /// The workload.
    pub workload: RawWorkload,
    /// The device.
    pub target: Option<RawTarget>,
}

/// `pipeline` of a scheduler as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PipelineChoice {
    /// That of the target.
    Auto,
    /// This one.
    Of(Pipeline),
}

/// A scheduler as written.
#[derive(Debug, Clone, PartialEq)]
pub struct RawScheduler {
    /// Entries.
    pub capacity: Located<u32>,
    /// Score lanes.
    pub lanes: Located<u32>,
    /// Rows of the profile tables.
    pub profiles: Located<u32>,
    /// Layers of a profile.
    pub layers: Located<u32>,
    /// Width of a request id.
    pub id_bits: Located<u32>,
    /// Width of a priority.
    pub priority_bits: Located<u32>,
    /// What happens to a submit when full.
    pub on_full: Located<OnFull>,
    /// Depth of the completion FIFO.
    pub complete_depth: Located<u32>,
    /// Predictor of remaining time.
    pub predictor: Located<Predictor>,
    /// Layers that `density_last_n` takes the mean of.
    pub predictor_window: Located<u32>,
    /// Number format.
    pub numbers: RawNumbers,
    /// Units of the lane's operators.
    pub binding: RawBinding,
    /// Registers between blocks.
    pub pipeline: Located<PipelineChoice>,
    /// Whether statistics are built.
    pub statistics: Located<bool>,
    /// The policy.
    pub policy: RawPolicy,
    /// Where the scheduler begins, for problems of the whole.
    pub origin: Origin,
}

/// `numbers` of a scheduler as written.
#[derive(Debug, Clone, PartialEq)]
pub struct RawNumbers {
    /// Arithmetic.
    pub format: Located<NumberFormat>,
    /// Time unit in cycles, a power of two.
    pub time_unit_cycles: Located<u32>,
    /// Integer bits of gamma.
    pub gamma_int_bits: Located<u32>,
    /// Fraction bits of gamma, rounded half up.
    pub gamma_frac_bits: Located<u32>,
    /// Integer bits of the density ratio of one layer.
    pub ratio_int_bits: Located<u32>,
    /// Fraction bits of the density ratio of one layer, truncated, and of sums of ratios.
    pub ratio_frac_bits: Located<u32>,
    /// Integer bits of a sum of ratios.
    pub sum_int_bits: Located<u32>,
    /// Mantissa of a reciprocal (`inv_isolated`, average densities and times, number of layers), one of its top four bits set.
    pub reciprocal_bits: Located<u32>,
    /// Significant bits of a constant of the score.
    pub constant_bits: Located<u32>,
    /// Fraction bits of `inv_queue` and of results that are numbers.
    pub number_frac_bits: Located<u32>,
    /// Width of a runtime register, and of a value of the decision at most: one operand of a multiplier.
    pub register_bits: Located<u32>,
    /// Integer bits of runtime registers (parameters that are times, in time units).
    pub static_int_bits: Located<u32>,
    /// Width of a stored time and of the difference of two points in time, in time units.
    pub duration_bits: Located<u32>,
    /// Fraction bits of a score that is a time, and of the times it is made from.
    pub score_frac_bits: Located<u32>,
}

impl RawNumbers {
    /// The widths that are meant.
    pub fn widths(&self) -> Numbers {
        Numbers {
            gamma_int: self.gamma_int_bits.value,
            gamma_frac: self.gamma_frac_bits.value,
            ratio_int: self.ratio_int_bits.value,
            ratio_frac: self.ratio_frac_bits.value,
            sum_int: self.sum_int_bits.value,
            reciprocal: self.reciprocal_bits.value,
            constant: self.constant_bits.value,
            number_frac: self.number_frac_bits.value,
            register: self.register_bits.value,
            register_int: self.static_int_bits.value,
            duration: self.duration_bits.value,
            score_frac: self.score_frac_bits.value,
        }
    }

    /// Where the width under `key` is written.
    pub(crate) fn width(&self, key: &str) -> Option<&Located<u32>> {
        Some(match key {
            "gamma_int_bits" => &self.gamma_int_bits,
            "gamma_frac_bits" => &self.gamma_frac_bits,
            "ratio_int_bits" => &self.ratio_int_bits,
            "ratio_frac_bits" => &self.ratio_frac_bits,
            "sum_int_bits" => &self.sum_int_bits,
            "reciprocal_bits" => &self.reciprocal_bits,
            "constant_bits" => &self.constant_bits,
            "number_frac_bits" => &self.number_frac_bits,
            "register_bits" => &self.register_bits,
            "static_int_bits" => &self.static_int_bits,
            "duration_bits" => &self.duration_bits,
            "score_frac_bits" => &self.score_frac_bits,
            _ => return None,
        })
    }
}

/// `binding` of a scheduler as written.
#[derive(Debug, Clone, PartialEq)]
pub struct RawBinding {
    /// Whether operators share units.
    pub units: Located<Units>,
    /// Multipliers of a lane.
    pub multipliers: Located<u32>,
    /// Adders of a lane, each operator its own when left out.
    pub adders: Option<Located<u32>>,
    /// Initiation interval in clocks.
    pub ii: Option<Located<u32>>,
}

impl RawBinding {
    /// The binding that is meant.
    pub fn value(&self) -> Binding {
        match self.units.value {
            Units::Dedicated => Binding::Dedicated,
            Units::Shared => Binding::Shared(SharedUnits {
                multipliers: self.multipliers.value,
                adders: self.adders.as_ref().map(|adders| adders.value),
                ii: self.ii.as_ref().map(|ii| ii.value),
            }),
        }
    }
}

/// Whether operators share units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Units {
    /// Each has its own.
    Dedicated,
    /// A few serve all.
    Shared,
}

/// A policy as written.
#[derive(Debug, Clone, PartialEq)]
pub struct RawPolicy {
    /// Name of the preset or file it comes from, `custom` when it is written in place.
    pub name: String,
    /// The score expression.
    pub score: Located<String>,
    /// Named parts in the order of writing: name and expression.
    pub bindings: Vec<(Located<String>, Located<String>)>,
    /// Which score wins.
    pub select: Located<Select>,
    /// Parameters in the order of writing.
    pub params: Vec<(Located<String>, Located<Param>)>,
}

/// A choice of the field table: its words and their values, in the order of the table.
pub trait Choice: Copy + 'static {
    /// Words and values.
    const WORDS: &'static [(&'static str, Self)];
}

choice! { PipelineChoice {
    "auto" = PipelineChoice::Auto,
    "short" = PipelineChoice::Of(Pipeline::Short),
    "long" = PipelineChoice::Of(Pipeline::Long),
} }
choice! { OnFull { "wait" = OnFull::Wait, "reject" = OnFull::Reject, } }
choice! { Predictor {
    "none" = Predictor::None,
    "density_last" = Predictor::DensityLast,
    "density_last_n" = Predictor::DensityLastN(0),
    "density_average" = Predictor::DensityAverage,
    "latency_ratio" = Predictor::LatencyRatio,
} }
choice! {
    NumberFormat {
        "fixed" = NumberFormat::Fixed,
        "fp16" = NumberFormat::Fp16,
        "fp32" = NumberFormat::Fp32,
    }
}
choice! { Units { "dedicated" = Units::Dedicated, "shared" = Units::Shared, } }
choice! { Select { "min" = Select::Min, } }

/// Which score wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Select {
    /// The smallest.
    Min,
}

/// Reads a parameter that is given as text; `None` when it names nothing.
pub(crate) fn parse_param(text: &str) -> Option<Param> {
    match text.trim() {
        "clock" => Some(Param::Clock),
        "mean_isolated" => Some(Param::MeanIsolated),
        text => {
            let number: f64 = text.strip_suffix("cycles")?.trim().parse().ok()?;
            number.is_finite().then_some(Param::Cycles(number))
        }
    }
}

impl FromValue for Param {
    const STAND_IN: Self = Param::Number(0.0);

    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Str(text) => parse_param(text),
            number => f64::from_value(number).map(Param::Number),
        }
    }
}

/// Reads a whole tree of one kind; every problem ends up in the error.
fn whole<T>(
    node: &Node,
    kind: Kind,
    read: impl FnOnce(&Reader<'_>) -> T,
) -> Result<T, Diagnostics> {
    let problems = RefCell::new(Diagnostics::new());
    let value = read(&Reader::new(node, kind.table(), "", &problems));
    let problems = problems.into_inner();
    problems.finish(value).map(|(value, _)| value)
}

impl RawSystem {
    /// Checks a merged tree.
    ///
    /// # Errors
    /// All problems of the tree.
    pub fn read(node: &Node) -> Result<Self, Diagnostics> {
        whole(node, Kind::System, Self::from_reader)
    }

    fn from_reader(reader: &Reader<'_>) -> Self {
        Self {
            name: system_name(reader),
            clock_mhz: reader.optional("clock_mhz"),
            scheduler: RawScheduler::from_reader(&reader.table("scheduler", &tables::SCHEDULER)),
            accelerator: reader.has("accelerator").then(|| {
                RawAccelerator::from_reader(&reader.table("accelerator", &tables::ACCELERATOR))
            }),
            workload: RawWorkload::from_reader(&reader.table("workload", &tables::WORKLOAD)),
            target: reader
                .has("target")
                .then(|| RawTarget::from_reader(&reader.table("target", &tables::TARGET))),
        }
    }
}

fn system_name(reader: &Reader<'_>) -> String {
    let given = reader
        .optional("name")
        .map(|name: Located<String>| name.value);
    given.unwrap_or_else(|| reader.name().unwrap_or("system").to_owned())
}

impl RawScheduler {
    /// Checks a merged tree.
    ///
    /// # Errors
    /// All problems of the tree.
    pub fn read(node: &Node) -> Result<Self, Diagnostics> {
        whole(node, Kind::Scheduler, Self::from_reader)
    }

    fn from_reader(reader: &Reader<'_>) -> Self {
        Self {
            capacity: reader.get("capacity"),
            lanes: reader.get("lanes"),
            profiles: reader.get("profiles"),
            layers: reader.get("layers"),
            id_bits: reader.get("id_bits"),
            priority_bits: reader.get("priority_bits"),
            on_full: reader.get("on_full"),
            complete_depth: reader.get("complete_depth"),
            predictor: reader.get("predictor"),
            predictor_window: reader.get("predictor_window"),
            numbers: RawNumbers::from_reader(&reader.table("numbers", &tables::NUMBERS)),
            binding: RawBinding::from_reader(&reader.table("binding", &tables::BINDING)),
            pipeline: reader.get("pipeline"),
            statistics: reader.get("statistics"),
            policy: RawPolicy::from_reader(&reader.table("policy", &tables::POLICY)),
            origin: reader.origin().clone(),
        }
    }
}

impl RawNumbers {
    fn from_reader(reader: &Reader<'_>) -> Self {
        Self {
            format: reader.get("format"),
            time_unit_cycles: reader.get("time_unit_cycles"),
            gamma_int_bits: reader.get("gamma_int_bits"),
            gamma_frac_bits: reader.get("gamma_frac_bits"),
            ratio_int_bits: reader.get("ratio_int_bits"),
            ratio_frac_bits: reader.get("ratio_frac_bits"),
            sum_int_bits: reader.get("sum_int_bits"),
            reciprocal_bits: reader.get("reciprocal_bits"),
            constant_bits: reader.get("constant_bits"),
            number_frac_bits: reader.get("number_frac_bits"),
            register_bits: reader.get("register_bits"),
            static_int_bits: reader.get("static_int_bits"),
            duration_bits: reader.get("duration_bits"),
            score_frac_bits: reader.get("score_frac_bits"),
        }
    }
}

impl RawBinding {
    fn from_reader(reader: &Reader<'_>) -> Self {
        Self {
            units: reader.get("units"),
            multipliers: reader.get("multipliers"),
            adders: reader.optional("adders"),
            ii: reader.optional("ii"),
        }
    }
}

impl RawPolicy {
    /// Checks a merged tree.
    ///
    /// # Errors
    /// All problems of the tree.
    pub fn read(node: &Node) -> Result<Self, Diagnostics> {
        whole(node, Kind::Policy, Self::from_reader)
    }

    fn from_reader(reader: &Reader<'_>) -> Self {
        let before = reader.problem_count();
        let policy = Self {
            name: reader.name().unwrap_or("custom").to_owned(),
            score: reader.get("score"),
            bindings: reader.names("let"),
            select: reader.get("select"),
            params: reader.names("params"),
        };
        if reader.problem_count() == before && !reader.incomplete() {
            let problems = lower::policy_problems(&policy);
            problems
                .into_iter()
                .for_each(|problem| reader.report(problem));
        }
        policy
    }
}
