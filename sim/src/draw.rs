//! Draws request tables: Poisson arrivals of a weighted mix of profiles.
//!
//! The generator is ChaCha with 8 rounds, seeded with [`SeedableRng::seed_from_u64`]. For each request it gives, in this
//! order, one 64-bit word for
//! 1. the gap to the arrival before it (the first: to 0): `-ln(1 - u) / rate`, u the top 53 bits of the word as a fraction;
//! 2. the profile: the first of the mix whose weights up to and including its own add up to more than u times the total;
//! 3. the priority: entry `word * n >> 64` of the list of n priorities;
//! 4. the sample: index `word * n >> 64` of the profile's n samples.
//!
//! The logarithm is computed here from basic operations, so a seed gives the same bytes on every machine.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

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
    /// What the requests are drawn from; the weights are not all 0.
    pub mix: Vec<Share>,
    /// Priorities of equal probability, at least one.
    pub priorities: Vec<u32>,
}

/// The part of a profile in a mix.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// Index of the profile.
    pub profile: usize,
    /// Share of the requests relative to the others, from 0 on.
    pub weight: f64,
    /// The target of its requests is this times the mean isolated latency of the profile; from 0 on.
    pub slo_multiplier: f64,
}

/// Draws the table. `stats` are the averages of the loaded profiles; `mix` indexes them.
///
/// Fails if a setting is out of its range. Arrivals too late for a double are left to `Workload::new` to refuse.
pub fn draw(spec: &Draw, stats: &[ProfileStats]) -> DataResult<Vec<Request>> {
    check(spec, stats).map_err(|problem| DataError::of_file("drawn requests", problem))?;
    let rate = rate(spec, stats);
    let mut words = ChaCha8Rng::seed_from_u64(spec.seed);
    let mut clock = 0.0;
    let mut requests = Vec::with_capacity(spec.requests as usize);
    for _ in 0..spec.requests {
        clock += -ln(1.0 - fraction(words.next_u64())) / rate;
        let share = pick(&spec.mix, fraction(words.next_u64()));
        let priority = spec.priorities[index(words.next_u64(), spec.priorities.len())];
        let profile = &stats[share.profile];
        requests.push(Request {
            profile: share.profile,
            sample: index(words.next_u64(), profile.samples),
            arrival_s: clock,
            target_s: share.slo_multiplier * profile.isolated_s,
            priority,
        });
    }
    Ok(requests)
}

/// Mean isolated latency of the mix in seconds: the weighted mean over its profiles.
pub fn mix_isolated_s(mix: &[Share], stats: &[ProfileStats]) -> f64 {
    let weighted = |sum: f64, share: &Share| sum + share.weight * stats[share.profile].isolated_s;
    mix.iter().fold(0.0, weighted) / total_weight(mix)
}

fn rate(spec: &Draw, stats: &[ProfileStats]) -> f64 {
    match spec.arrivals {
        Arrivals::Rate(rate) => rate,
        Arrivals::Load(load) => load / mix_isolated_s(&spec.mix, stats),
    }
}

fn total_weight(mix: &[Share]) -> f64 {
    mix.iter().fold(0.0, |sum, share| sum + share.weight)
}

fn check(spec: &Draw, stats: &[ProfileStats]) -> Result<(), Problem> {
    if spec.requests == 0 {
        return Err(bad("requests", "0", "at least 1 request is drawn"));
    }
    if spec.priorities.is_empty() {
        return Err(bad("priorities", "empty", "at least 1 priority is needed"));
    }
    check_mix(&spec.mix, stats.len())?;
    let (setting, value) = match spec.arrivals {
        Arrivals::Rate(rate) => ("rate", rate),
        Arrivals::Load(load) => ("load", load),
    };
    if !is_above_0(value) || !is_above_0(rate(spec, stats)) {
        return Err(bad(setting, value, "it must be finite and above 0"));
    }
    Ok(())
}

fn check_mix(mix: &[Share], profiles: usize) -> Result<(), Problem> {
    for share in mix {
        check_share(share, profiles)?;
    }
    let weights_fit = mix.iter().all(|share| share.weight >= 0.0);
    if weights_fit && is_above_0(total_weight(mix)) {
        return Ok(());
    }
    let weights: Vec<String> = mix.iter().map(|share| share.weight.to_string()).collect();
    let value = format!("of weights [{}]", weights.join(", "));
    Err(bad("mix", value, "weights must be from 0 on and not all 0"))
}

fn check_share(share: &Share, profiles: usize) -> Result<(), Problem> {
    if share.profile >= profiles {
        let value = format!("profile {}", share.profile);
        let wanted = "it must be the index of a loaded profile";
        return Err(bad("mix", value, wanted));
    }
    let slo = share.slo_multiplier;
    if !(slo.is_finite() && slo >= 0.0) {
        let wanted = "it must be finite and from 0 on";
        return Err(bad("slo_multiplier", slo, wanted));
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

/// The top 53 bits of a word as a multiple of 2^-53 in 0..1, 1 excluded.
fn fraction(word: u64) -> f64 {
    (word >> 11) as f64 / (1_u64 << 53) as f64
}

/// An index below `count`, of equal probability up to 2^-64.
fn index(word: u64, count: usize) -> usize {
    ((u128::from(word) * count as u128) >> 64) as usize
}

fn pick(mix: &[Share], fraction: f64) -> &Share {
    let threshold = fraction * total_weight(mix);
    let mut cumulative = 0.0;
    let drawn = mix.iter().find(|share| {
        cumulative += share.weight;
        threshold < cumulative
    });
    // Rounding may leave the threshold at the total; the last profile of the mix that can occur is meant then.
    let possible = || mix.iter().rev().find(|share| share.weight > 0.0);
    drawn.or_else(possible).unwrap_or(&mix[0])
}

/// Natural logarithm of a normal number above 0: `e ln 2 + 2 artanh((m - 1) / (m + 1))` with the mantissa m from
/// sqrt(1/2) to sqrt(2) and the series to the 23rd power, whose remainder is below 2^-55 of the result.
fn ln(x: f64) -> f64 {
    let bits = x.to_bits();
    let mut exponent = ((bits >> 52) & 0x7ff) as i32 - 1023;
    let mut mantissa = f64::from_bits((bits & ((1 << 52) - 1)) | (1023 << 52));
    if mantissa > std::f64::consts::SQRT_2 {
        mantissa *= 0.5;
        exponent += 1;
    }
    let s = (mantissa - 1.0) / (mantissa + 1.0);
    let odd_powers = (0..12).rev().map(|k| 1.0 / f64::from(2 * k + 1));
    let series = odd_powers.fold(0.0, |sum, coefficient| sum * (s * s) + coefficient);
    f64::from(exponent) * std::f64::consts::LN_2 + 2.0 * s * series
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithm_agrees_with_the_standard_one() {
        for numerator in [
            1_u64,
            2,
            3,
            12_345,
            1 << 20,
            1 << 52,
            (1 << 53) - 1,
            1 << 53,
        ] {
            let x = numerator as f64 / (1_u64 << 53) as f64;
            assert!(
                (ln(x) - x.ln()).abs() <= 4e-16 * x.ln().abs(),
                "{numerator}"
            );
        }
    }
}
