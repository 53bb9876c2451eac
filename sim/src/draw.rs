//! Draws request tables: arrivals of a process and a weighted mix of profiles.
//!
//! The generator is ChaCha with 8 rounds, seeded with `seed_from_u64`. For each request stream 0 gives, in this order, one
//! 64-bit word for
//! 1. the gap to the arrival before it (the first: to 0): `-ln(1 - u) / rate`, u the top 53 bits of the word as a fraction;
//!    other processes than Poisson take their gaps from streams of their own, see [`crate::arrivals`];
//! 2. the profile: the first of the mix whose weights up to and including its own add up to more than u times the total;
//! 3. the priority: entry `word * n >> 64` of the profile's list of n priorities;
//! 4. the sample: entry `word * n >> 64` of the profile's n samples.

use crate::arrivals::words::Words;
use crate::arrivals::{Gaps, Process};
use crate::profile::ProfileStats;
use crate::table::Request;
use crate::trace::{DataError, DataResult, Problem};

/// How often requests arrive.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Arrivals {
    /// Mean number of requests in a second, above 0.
    Rate(f64),
    /// Offered load, above 0: the rate is this over the mean isolated latency of the mix. At 1 the machine is just full.
    Load(f64),
}

/// What to draw.
#[derive(Debug, Clone, PartialEq)]
pub struct Draw {
    /// Number of requests, at least 1.
    pub requests: u32,
    /// Seed; the same seed and settings give the same table.
    pub seed: u64,
    /// How often requests arrive.
    pub arrivals: Arrivals,
    /// Distribution of the gaps.
    pub process: Process,
    /// What the requests are drawn from; the weights are not all 0.
    pub mix: Vec<Share>,
}

/// The part of a profile in a mix.
#[derive(Debug, Clone, PartialEq)]
pub struct Share {
    /// Index of the profile.
    pub profile: usize,
    /// Share of the requests relative to the others, from 0 on.
    pub weight: f64,
    /// The target of its requests in seconds, from 0 on.
    pub target_s: f64,
    /// Priorities of equal probability, at least one.
    pub priorities: Vec<u32>,
    /// Indices of the samples that requests run on, of equal probability, at least one.
    pub samples: Vec<usize>,
}

impl Share {
    /// A profile with priority 1, all its samples, and a target of `slo_multiplier` mean isolated latencies.
    pub fn new(profile: usize, weight: f64, slo_multiplier: f64, stats: &[ProfileStats]) -> Self {
        let found = stats.get(profile);
        Self {
            profile,
            weight,
            target_s: slo_multiplier * found.map_or(0.0, |stats| stats.isolated_s),
            priorities: vec![1],
            samples: (0..found.map_or(0, |stats| stats.samples)).collect(),
        }
    }
}

/// Draws requests one by one.
#[derive(Debug, Clone)]
pub struct Drawer {
    mix: Vec<Share>,
    words: Words,
    total_weight: f64,
}

impl Drawer {
    /// A drawer from a mix.
    ///
    /// # Errors
    /// If the weights are not from 0 on or all 0, or a share has no priority, no sample, or a target that is no time.
    pub fn new(mix: Vec<Share>, seed: u64) -> DataResult<Self> {
        check_mix(&mix).map_err(|problem| DataError::of_file(ORIGIN, problem))?;
        Ok(Self {
            total_weight: total_weight(&mix),
            words: Words::new(seed, 0),
            mix,
        })
    }

    /// A request of the mix that arrives at `arrival_s`.
    pub fn request(&mut self, arrival_s: f64) -> Request {
        self.gap_word();
        self.finish(arrival_s, None)
    }

    /// A request of the profiles of the mix for which `among` holds, by their weights; of all when it holds for none.
    pub fn request_among(&mut self, arrival_s: f64, among: &dyn Fn(usize) -> bool) -> Request {
        self.gap_word();
        self.finish(arrival_s, Some(among))
    }

    /// The word for the gap before the next request.
    fn gap_word(&mut self) -> u64 {
        self.words.word()
    }

    fn finish(&mut self, arrival_s: f64, among: Option<&dyn Fn(usize) -> bool>) -> Request {
        let fraction = self.words.fraction();
        let index = match among {
            None => pick(&self.mix, self.total_weight, fraction),
            Some(among) => pick_among(&self.mix, among, fraction),
        };
        let share = &self.mix[index];
        Request {
            profile: share.profile,
            arrival_s,
            target_s: share.target_s,
            priority: share.priorities[self.words.index(share.priorities.len())],
            sample: share.samples[self.words.index(share.samples.len())],
        }
    }
}

const ORIGIN: &str = "drawn requests";

/// Draws the table. `stats` are the averages of the loaded profiles; `mix` indexes them.
///
/// Fails if a setting is out of its range. Arrivals too late for a double are left to `Workload::new` to refuse.
pub fn draw(spec: &Draw, stats: &[ProfileStats]) -> DataResult<Vec<Request>> {
    check(spec, stats).map_err(|problem| DataError::of_file(ORIGIN, problem))?;
    let rate = rate(spec.arrivals, &spec.mix, stats);
    let mut drawer = Drawer::new(spec.mix.clone(), spec.seed)?;
    let mut gaps = Gaps::new(spec.process, spec.seed);
    let mut clock = 0.0;
    let request = |_| {
        clock += gaps.next_gap(drawer.gap_word()) / rate;
        drawer.finish(clock, None)
    };
    Ok((0..spec.requests).map(request).collect())
}

/// Mean isolated latency of the mix in seconds: the weighted mean over its profiles.
pub fn mix_isolated_s(mix: &[Share], stats: &[ProfileStats]) -> f64 {
    let weighted = |sum: f64, share: &Share| sum + share.weight * stats[share.profile].isolated_s;
    mix.iter().fold(0.0, weighted) / total_weight(mix)
}

fn rate(arrivals: Arrivals, mix: &[Share], stats: &[ProfileStats]) -> f64 {
    match arrivals {
        Arrivals::Rate(rate) => rate,
        Arrivals::Load(load) => load / mix_isolated_s(mix, stats),
    }
}

fn total_weight(mix: &[Share]) -> f64 {
    mix.iter().fold(0.0, |sum, share| sum + share.weight)
}

fn check(spec: &Draw, stats: &[ProfileStats]) -> Result<(), Problem> {
    if spec.requests == 0 {
        return Err(bad("requests", "0", "at least 1 request is drawn"));
    }
    if let Some(share) = spec.mix.iter().find(|share| share.profile >= stats.len()) {
        let value = format!("profile {}", share.profile);
        return Err(bad(
            "mix",
            value,
            "it must be the index of a loaded profile",
        ));
    }
    check_mix(&spec.mix)?;
    let (setting, value) = match spec.arrivals {
        Arrivals::Rate(rate) => ("rate", rate),
        Arrivals::Load(load) => ("load", load),
    };
    if !is_above_0(value) || !is_above_0(rate(spec.arrivals, &spec.mix, stats)) {
        return Err(bad(setting, value, "it must be finite and above 0"));
    }
    Ok(())
}

fn check_mix(mix: &[Share]) -> Result<(), Problem> {
    for share in mix {
        check_share(share)?;
    }
    let weights_fit = mix.iter().all(|share| share.weight >= 0.0);
    if weights_fit && is_above_0(total_weight(mix)) {
        return Ok(());
    }
    let weights: Vec<String> = mix.iter().map(|share| share.weight.to_string()).collect();
    let value = format!("of weights [{}]", weights.join(", "));
    Err(bad("mix", value, "weights must be from 0 on and not all 0"))
}

fn check_share(share: &Share) -> Result<(), Problem> {
    if !(share.target_s.is_finite() && share.target_s >= 0.0) {
        let wanted = "it must be a finite time from 0 on";
        return Err(bad("target", share.target_s, wanted));
    }
    if share.priorities.is_empty() {
        return Err(bad("priorities", "empty", "at least 1 priority is needed"));
    }
    if share.samples.is_empty() {
        return Err(bad("samples", "empty", "at least 1 sample is needed"));
    }
    Ok(())
}

fn bad(setting: &'static str, value: impl ToString, wanted: &'static str) -> Problem {
    Problem::BadDraw {
        setting,
        value: value.to_string(),
        wanted,
    }
}

fn is_above_0(value: f64) -> bool {
    value.is_finite() && value > 0.0
}

/// Index of the share in which `fraction` of the total weight falls.
fn pick(mix: &[Share], total: f64, fraction: f64) -> usize {
    let threshold = fraction * total;
    let mut cumulative = 0.0;
    let drawn = mix.iter().position(|share| {
        cumulative += share.weight;
        threshold < cumulative
    });
    // Rounding may leave the threshold at the total; the last profile of the mix that can occur is meant then.
    let possible = || mix.iter().rposition(|share| share.weight > 0.0);
    drawn.or_else(possible).unwrap_or(0)
}

/// As [`pick`], among the shares for whose profile `among` holds.
fn pick_among(mix: &[Share], among: &dyn Fn(usize) -> bool, fraction: f64) -> usize {
    let chosen: Vec<usize> = (0..mix.len()).filter(|&i| among(mix[i].profile)).collect();
    let shares: Vec<Share> = chosen.iter().map(|&index| mix[index].clone()).collect();
    match shares.is_empty() {
        true => pick(mix, total_weight(mix), fraction),
        false => chosen[pick(&shares, total_weight(&shares), fraction)],
    }
}
