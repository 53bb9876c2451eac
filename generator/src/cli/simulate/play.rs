//! One run: in doubles by the engine, or in the hardware's numbers by the golden model.

use dysta_config::fields::Kind;
use dysta_config::presets;
use dysta_config::system::System;
use dysta_sim::engine::{
    Averages, Costs, Monitor, Needs, Open, Options, Policy, PredictionError, Predictor, Profiles,
    Recorder, Requests, Semantics, Summary, run as simulate,
};
use dysta_sim::float::Scale;
use dysta_sim::metrics::Metrics;
use dysta_sim::policies::{Expression, Settings, of_paper};
use dysta_sim::scenario::{Play, Scenario, Supply, Variation, recorded};
use dysta_sim::workload::Workload;
use thiserror::Error;

use super::options::{Compat, DecisionLatency, Numerics, predictor};
use super::{Args, files, report};
use crate::cli::generate::stimulus_seed;
use crate::cli::system::{self, Changes};

/// A run and all that is told about it.
pub struct Played {
    pub system: System,
    pub policy: String,
    pub compat: Compat,
    pub numerics: Numerics,
    /// How gamma follows; none where the policy does not use it.
    pub predictor: Option<Predictor>,
    pub costs: Option<Costs>,
    /// Settings made for a recorded table or a number format.
    pub settings: Vec<String>,
    pub origin: String,
    pub profiles: Vec<String>,
    pub summary: Summary,
    pub recorder: Recorder,
    pub metrics: Metrics,
    pub prediction: Option<PredictionError>,
}

/// Options that do not go together.
#[derive(Debug, Error)]
pub enum Contradiction {
    /// A policy without score.
    #[error("policy {0} is made of more than a score: it runs with --numerics f64 only")]
    OnlyF64(String),
    /// The published simulator has no hardware.
    #[error("--compat published-2023 runs with --numerics f64 only")]
    CompatF64,
    /// The hardware takes the time that it takes.
    #[error("--numerics {0} has the costs of the hardware; cost options go with --numerics f64")]
    HardwareCosts(&'static str),
    #[error(
        "--numerics {0} needs requests that are known before the run; a closed loop runs with --numerics f64"
    )]
    ClosedLoop(&'static str),
}

/// Runs and reports.
pub fn run(args: &Args) -> anyhow::Result<()> {
    let played = match args.numerics {
        Numerics::F64 => Setup::new(args)?.in_doubles(args)?,
        _ => Setup::new(args)?.in_hardware(args)?,
    };
    files::write(args, &played)?;
    report::print(args, &played)
}

/// Where the requests come from.
enum Source {
    Drawn(Box<Supply>),
    Recorded(Workload),
}

struct Setup {
    system: System,
    settings: Vec<String>,
    source: Source,
    compat: Compat,
    /// A policy that is no score.
    native: Option<String>,
}

impl Setup {
    fn new(args: &Args) -> anyhow::Result<Self> {
        let compat = args.compat.unwrap_or(Compat::None);
        let mut changes = args.changes.clone();
        let native = changes.policy.take_if(|name| is_native(name, compat));
        let mut more = more_settings(args, compat);
        let mut loaded = load(args, &changes, &more)?;
        if let Some(unit) = coarser_unit(args, &loaded) {
            more.push(unit.clone());
            loaded = load(args, &changes, &more)?;
            loaded.1.push(unit);
        }
        let (system, settings, source) = loaded;
        Ok(Self {
            system,
            settings,
            source,
            compat,
            native,
        })
    }

    /// The requests as one table.
    fn workload(self) -> anyhow::Result<(System, Vec<String>, Workload)> {
        let workload = match self.source {
            Source::Recorded(workload) => workload,
            Source::Drawn(supply) => supply.draw(&Variation::of(&self.system.workload))?,
        };
        Ok((self.system, self.settings, workload))
    }

    fn in_hardware(self, args: &Args) -> anyhow::Result<Played> {
        let (numerics, name) = (args.numerics, args.numerics.name());
        match (&self.native, self.compat) {
            (_, Compat::Published2023) => return Err(Contradiction::CompatF64.into()),
            (Some(policy), _) => return Err(Contradiction::OnlyF64(policy.clone()).into()),
            _ if args.costs.given() => return Err(Contradiction::HardwareCosts(name).into()),
            _ => {}
        }
        if self.closed_loop()?.is_some() {
            return Err(Contradiction::ClosedLoop(name).into());
        }
        let compat = self.compat;
        let (system, settings, workload) = self.workload()?;
        let scenario = Scenario::new(system.scheduler.clone(), system.clock_hz, workload)?;
        let stimulus = scenario.stimulus(&Play {
            seed: stimulus_seed(&system),
            ..Play::default()
        });
        let trace = scenario.golden(&stimulus, &mut ())?;
        let (summary, recorder) = scenario.recorder(&trace);
        let spec = &system.scheduler.spec;
        Ok(Played {
            policy: spec.policy.name.clone(),
            compat,
            numerics,
            predictor: Some(predictor(spec.predictor)),
            costs: None,
            settings,
            origin: scenario.workload.origin.clone(),
            profiles: scenario
                .workload
                .stats
                .iter()
                .map(|s| s.name.clone())
                .collect(),
            summary,
            recorder,
            metrics: scenario.metrics(&stimulus, &trace),
            prediction: None,
            system,
        })
    }

    fn closed_loop(&self) -> anyhow::Result<Option<dysta_sim::arrivals::closed::ClosedLoop>> {
        match &self.source {
            Source::Drawn(supply) => Ok(supply.closed_loop(&Variation::of(&self.system.workload))?),
            Source::Recorded(_) => Ok(None),
        }
    }

    fn in_doubles(self, args: &Args) -> anyhow::Result<Played> {
        if let Some(mut clients) = self.closed_loop()? {
            let Source::Drawn(supply) = &self.source else {
                return Err(Contradiction::ClosedLoop("f64").into());
            };
            let profiles = supply.profiles().clone();
            return self.simulated(args, &profiles, &mut clients, "closed loop".to_owned());
        }
        let (profiles, requests, origin) = match &self.source {
            Source::Drawn(supply) => {
                let workload = supply.draw(&Variation::of(&self.system.workload))?;
                let profiles = match self.compat {
                    Compat::None => supply.profiles().clone(),
                    // The published simulator divides sparsities as recorded, and knows all samples.
                    Compat::Published2023 => Profiles::of_workload(&workload, Monitor::Sparsity)?,
                };
                (profiles, workload.requests, workload.origin)
            }
            Source::Recorded(workload) => {
                let monitor = match self.compat {
                    Compat::None => Monitor::Nonzeros,
                    Compat::Published2023 => Monitor::Sparsity,
                };
                let profiles = Profiles::of_workload(workload, monitor)?;
                (profiles, workload.requests.clone(), workload.origin.clone())
            }
        };
        self.simulated(args, &profiles, &mut Open::new(requests), origin)
    }

    fn simulated(
        self,
        args: &Args,
        profiles: &Profiles,
        requests: &mut impl Requests,
        origin: String,
    ) -> anyhow::Result<Played> {
        let mut policy = self.policy(profiles);
        let (params, clock_hz) = (&self.system.scheduler, self.system.clock_hz);
        let default = match self.compat {
            Compat::None => DecisionLatency::Hardware,
            Compat::Published2023 => DecisionLatency::None,
        };
        let options = Options {
            semantics: self.compat.semantics(),
            predictor: predictor(params.spec.predictor),
            costs: args.costs.costs(default, params, clock_hz),
        };
        let (mut recorder, mut error) = (Recorder::default(), PredictionError::default());
        let mut observer = (&mut recorder, &mut error);
        let summary = simulate(profiles, requests, &mut *policy, &options, &mut observer)?;
        let predicts = predicts(policy.needs(), options.predictor);
        Ok(Played {
            policy: policy.name().to_owned(),
            compat: self.compat,
            numerics: Numerics::F64,
            predictor: predicts,
            costs: Some(options.costs),
            settings: self.settings,
            origin,
            profiles: profiles
                .list()
                .iter()
                .map(|profile| profile.name.clone())
                .collect(),
            summary,
            metrics: Metrics::new(&recorder.outcomes()),
            recorder,
            prediction: predicts.map(|_| error),
            system: self.system,
        })
    }

    fn policy(&self, profiles: &Profiles) -> Box<dyn Policy + Send> {
        let mean_isolated_s = profiles.mean_isolated_s();
        let spec = &self.system.scheduler.spec.policy;
        let settings = match self.compat.semantics() {
            Semantics::Correct => Settings::mean_isolated(mean_isolated_s),
            Semantics::Published2023 => Settings::published(),
        };
        let published = (self.compat == Compat::Published2023).then_some(&spec.name);
        let native = self.native.as_ref().or(published);
        let native = native.and_then(|name| of_paper(name, &settings));
        native.unwrap_or_else(|| {
            let scale = Scale::seconds(self.system.clock_hz, mean_isolated_s);
            Box::new(Expression::new(&self.system.scheduler.program, spec, scale))
        })
    }
}

/// Whether a policy is not taken from its score: there is none, or it is to run as published.
fn is_native(name: &str, compat: Compat) -> bool {
    let published = of_paper(name, &Settings::published()).is_some();
    let score = presets::find(Kind::Policy, name).is_some();
    published && (!score || compat == Compat::Published2023)
}

fn predicts(needs: Needs, predictor: Predictor) -> Option<Predictor> {
    let averages = needs.averages != Averages::Sample;
    (needs.gamma && averages).then_some(predictor)
}

/// Settings of the other options; `--set` wins over them.
fn more_settings(args: &Args, compat: Compat) -> Vec<String> {
    let set =
        |key: &str, value: &Option<String>| value.as_ref().map(|value| format!("{key}={value}"));
    let published = (compat == Compat::Published2023).then(|| "shared".to_owned());
    let samples = args.samples.clone().or(published);
    let settings = [
        set("workload", &args.workload),
        set("workload.samples", &samples),
        set("scheduler.predictor", &args.predictor),
        args.numerics.setting(),
    ];
    settings.into_iter().flatten().collect()
}

/// System, settings made for a recorded table, and where the requests come from.
type Loaded = (System, Vec<String>, Source);

fn load(args: &Args, changes: &Changes, more: &[String]) -> anyhow::Result<Loaded> {
    let name = args.system.as_deref().unwrap_or_default();
    let (Some(table), Some(traces)) = (&args.reference, &args.traces) else {
        let system = system::load(name, changes, more)?;
        let supply = Supply::load(&system.workload)?;
        return Ok((system, Vec::new(), Source::Drawn(Box::new(supply))));
    };
    let mut changes = changes.clone();
    changes.sets.splice(0..0, more.iter().cloned());
    let (system, settings) = system::load_for_reference(name, &changes)?;
    let workload = recorded(table, traces)?;
    Ok((system, settings, Source::Recorded(workload)))
}

/// Units of the longest isolated latency that leave fp16 room for deadlines.
const FP16_UNITS: f64 = 16384.0;

/// The setting of a time unit with which the profiles fit fp16, if that of the system is finer and nobody chose it.
fn coarser_unit(args: &Args, (system, _, source): &Loaded) -> Option<String> {
    let chosen = |set: &String| set.contains("time_unit_cycles");
    if args.numerics != Numerics::Fp16 || args.changes.sets.iter().any(chosen) {
        return None;
    }
    let isolated_s: Vec<f64> = match source {
        Source::Drawn(supply) => {
            let profiles = supply.profiles().list().iter();
            profiles.map(|profile| profile.stats.isolated_s).collect()
        }
        Source::Recorded(workload) => workload.stats.iter().map(|s| s.isolated_s).collect(),
    };
    let longest_s = isolated_s.into_iter().fold(0.0, f64::max);
    let units = (longest_s * system.clock_hz as f64 / FP16_UNITS).ceil() as u32;
    let unit = units.next_power_of_two();
    let coarser = unit > system.scheduler.spec.time_unit_cycles;
    coarser.then(|| format!("scheduler.numbers.time_unit_cycles={unit}"))
}
