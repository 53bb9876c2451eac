//! Values of the options.

use std::str::FromStr;

use dysta_config::params::{Predictor as Predicts, SchedulerParams};
use dysta_sim::engine::{Costs, DecisionCost, Predictor, Semantics};

/// Rules of other simulators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Compat {
    /// The simulator published with the paper: a clock that can go back, policies as published, no costs
    #[value(name = "published-2023")]
    Published2023,
    /// None: time and order of a real machine
    None,
}

impl Compat {
    /// Rules of admission of the engine.
    pub fn semantics(self) -> Semantics {
        match self {
            Self::Published2023 => Semantics::Published2023,
            Self::None => Semantics::Correct,
        }
    }
}

/// Arithmetic of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Numerics {
    /// Doubles, times in seconds, costs as asked for
    F64,
    /// What the hardware of the system computes, with its latencies: the golden model
    Exact,
    /// The same in fixed point
    Fixed,
    /// The same in 16-bit floating point
    Fp16,
    /// The same in 32-bit floating point
    Fp32,
}

impl Numerics {
    /// Name as users write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::F64 => "f64",
            Self::Exact => "exact",
            Self::Fixed => "fixed",
            Self::Fp16 => "fp16",
            Self::Fp32 => "fp32",
        }
    }

    /// The number format to set, if any.
    pub fn setting(self) -> Option<String> {
        match self {
            Self::F64 | Self::Exact => None,
            format => Some(format!("scheduler.numbers.format={}", format.name())),
        }
    }
}

/// What the engine charges besides layers; the golden model has the hardware's own.
#[derive(Debug, Clone, clap::Args)]
pub struct CostArgs {
    /// Time of a decision: `hardware` (the default; max(II * ceil(Q / P), U) + C clocks), `none`, or a time such as 500ns
    #[arg(long, value_name = "TIME")]
    decision_latency: Option<DecisionLatency>,
    /// Price of running another request while one has layers left: a time such as 20us, or a share of the layer such as 2%
    #[arg(long, value_name = "TIME|SHARE", default_value = "0s")]
    preemption_cost: Amount,
    /// Time from the arrival of a request until the scheduler knows it
    #[arg(long, value_name = "TIME", default_value = "0s")]
    admission_cost: Seconds,
}

impl CostArgs {
    /// The costs on a scheduler at `clock_hz`; without an answer, decisions take what `default` says.
    pub fn costs(
        &self,
        default: DecisionLatency,
        params: &SchedulerParams,
        clock_hz: u64,
    ) -> Costs {
        let decision = match self.decision_latency.unwrap_or(default) {
            DecisionLatency::Hardware => DecisionCost::of_hardware(params, clock_hz),
            DecisionLatency::None => DecisionCost::Free,
            DecisionLatency::Fixed(Seconds(seconds)) => DecisionCost::Fixed(seconds),
        };
        let (preemption_s, preemption_share) = match self.preemption_cost {
            Amount::Time(Seconds(seconds)) => (seconds, 0.0),
            Amount::Share(share) => (0.0, share),
        };
        Costs {
            decision,
            preemption_s,
            preemption_share,
            admission_s: self.admission_cost.0,
        }
    }

    /// Whether any was asked for.
    pub fn given(&self) -> bool {
        let free = Amount::Time(Seconds(0.0));
        self.decision_latency.is_some()
            || self.preemption_cost != free
            || self.admission_cost.0 > 0.0
    }
}

/// Time of a decision.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum DecisionLatency {
    /// The clocks of the scheduler.
    Hardware,
    /// No time.
    None,
    /// Always the same.
    Fixed(Seconds),
}

impl FromStr for DecisionLatency {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "hardware" => Ok(Self::Hardware),
            "none" => Ok(Self::None),
            time => time.parse().map(Self::Fixed),
        }
    }
}

/// A time or a share.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Amount {
    Time(Seconds),
    Share(f64),
}

impl FromStr for Amount {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.strip_suffix('%') {
            Some(percent) => number(percent).map(|percent| Self::Share(percent / 100.0)),
            None => text.parse().map(Self::Time),
        }
    }
}

/// A time from 0 on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Seconds(f64);

impl FromStr for Seconds {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let units = [("ns", 1e9), ("us", 1e6), ("ms", 1e3), ("s", 1.0)];
        let split = |(unit, per_second)| Some((text.strip_suffix(unit)?, per_second));
        let found = units.into_iter().find_map(split);
        let (value, per_second) = found.ok_or("a time has a unit: ns, us, ms or s")?;
        Ok(Self(number(value)? / per_second))
    }
}

fn number(text: &str) -> Result<f64, String> {
    let value: f64 = text
        .parse()
        .map_err(|_| format!("`{text}` is not a number"))?;
    match value.is_finite() && value >= 0.0 {
        true => Ok(value),
        false => Err(format!("{value} is not a finite number from 0 on")),
    }
}

/// The predictor of a scheduler in the engine.
pub fn predictor(predicts: Predicts) -> Predictor {
    match predicts {
        Predicts::None => Predictor::None,
        Predicts::DensityLast => Predictor::DensityLast,
        Predicts::DensityLastN(window) => Predictor::DensityLastN(window as usize),
        Predicts::DensityAverage => Predictor::DensityAverage,
        Predicts::LatencyRatio => Predictor::LatencyRatio,
    }
}
