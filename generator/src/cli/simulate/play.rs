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
use miette::Diagnostic;
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
#[derive(Debug, Error, Diagnostic)]
pub enum Contradiction {
    /// A policy without score.
    #[error("policy `{0}` is more than a score, and the hardware computes scores")]
    #[diagnostic(
        code(dysta::simulate::only_f64),
        help("run it with `--numerics f64`, or choose a policy of the policy language")
    )]
    OnlyF64(String),
    /// The published simulator has no hardware.
    #[error("`--compat published-2023` has the rules of a simulator in double arithmetic")]
    #[diagnostic(
        code(dysta::simulate::compat_f64),
        help("run it with `--numerics f64`, or leave out `--compat`")
    )]
    CompatF64,
    /// The hardware takes the time that it takes.
    #[error("`--numerics {0}` has the latencies of the hardware")]
    #[diagnostic(
        code(dysta::simulate::hardware_costs),
        help("leave out the costs, or run with `--numerics f64`")
    )]
    HardwareCosts(&'static str),
    /// Clients that wait for the run.
    #[error(
        "`--numerics {0}` plays requests that are known before the run, and clients of a closed loop wait for its results"
    )]
    #[diagnostic(
        code(dysta::simulate::closed_loop),
        help("run it with `--numerics f64`, or choose another `arrivals`")
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
        let workload = self.table()?;
        let (system, settings) = (self.system, self.settings);
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
        let workload = self.table()?;
        let profiles = match (&self.source, self.compat) {
            (Source::Drawn(supply), Compat::None) => supply.profiles().clone(),
            (Source::Recorded(_), Compat::None) => {
                Profiles::of_workload(&workload, Monitor::Nonzeros)?
            }
            // The published simulator divides sparsities as recorded, and knows all samples.
            (_, Compat::Published2023) => Profiles::of_workload(&workload, Monitor::Sparsity)?,
        };
        let (requests, origin) = (workload.requests, workload.origin);
        self.simulated(args, &profiles, &mut Open::new(requests), origin)
    }

    /// The requests as one table whose times the clock of the system can count.
    fn table(&self) -> anyhow::Result<Workload> {
        let workload = match &self.source {
            Source::Drawn(supply) => supply.draw(&Variation::of(&self.system.workload))?,
            Source::Recorded(workload) => workload.clone(),
        };
        workload.cycle_requests(self.system.clock_hz)?;
        Ok(workload)
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
