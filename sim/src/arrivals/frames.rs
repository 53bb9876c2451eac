//! Frames: sources that send a request in every period, with jitter, and requests that follow others.

use super::words::Words;

/// One source of frames, or of requests that only follow others.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// Frames in a second, above 0; `None` if its requests only follow.
    pub frames_per_s: Option<f64>,
    /// Seconds after which a request that runs alone ends on average; its followers arrive then.
    pub isolated_s: f64,
    /// Sources whose requests follow, by index, each after this one, with the chance that they do.
    pub cascade: Vec<(usize, f64)>,
}

/// Stream of the words of the first source; the others follow.
const STREAM: u64 = 2;

/// The first `count` arrivals of all sources together, as (seconds, source), in order of time and then of source.
///
/// Source i begins at a random part of its period. Frame k comes at `(phase + k) / rate`, delayed by up to `jitter` periods, drawn
/// evenly. A follower arrives `isolated_s` after the request that it follows. `scale` multiplies all rates.
pub fn frames(
    sources: &[Source],
    jitter: f64,
    scale: f64,
    count: usize,
    seed: u64,
) -> Vec<(f64, usize)> {
    let rate: f64 = rates(sources).iter().sum::<f64>() * scale;
    if rate <= 0.0 {
        return Vec::new();
    }
    let mut horizon = count as f64 / rate;
    loop {
        let mut arrivals = until(sources, jitter, scale, horizon, seed);
        if arrivals.len() >= count {
            arrivals.truncate(count);
            return arrivals;
        }
        horizon *= 1.5;
    }
}

/// Mean arrivals of each source in a second, with those that follow others.
pub fn rates(sources: &[Source]) -> Vec<f64> {
    let own = |source: &Source| source.frames_per_s.unwrap_or(0.0);
    let mut rates: Vec<f64> = sources.iter().map(own).collect();
    for (index, source) in sources.iter().enumerate() {
        for &(follower, probability) in &source.cascade {
            rates[follower] += rates[index] * probability;
        }
    }
    rates
}

/// All arrivals up to `horizon` seconds, sorted.
fn until(
    sources: &[Source],
    jitter: f64,
    scale: f64,
    horizon: f64,
    seed: u64,
) -> Vec<(f64, usize)> {
    let mut arrivals = Vec::new();
    for (index, source) in sources.iter().enumerate() {
        let Some(rate) = source.frames_per_s else {
            continue;
        };
        let period = 1.0 / (rate * scale);
        let mut words = Words::new(seed, STREAM + index as u64);
        let phase = words.fraction();
        let mut frame = 0_u64;
        while (phase + frame as f64) * period <= horizon {
            let delay = jitter * words.fraction();
            let arrival = (phase + frame as f64 + delay) * period;
            follow(sources, index, arrival, &mut words, &mut arrivals);
            frame += 1;
        }
    }
    arrivals.retain(|arrival| arrival.0 <= horizon);
    arrivals.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.cmp(&other.1)));
    arrivals
}

/// Adds a request and what follows it. A word is drawn for every follower, taken or not.
fn follow(
    sources: &[Source],
    index: usize,
    arrival: f64,
    words: &mut Words,
    arrivals: &mut Vec<(f64, usize)>,
) {
    arrivals.push((arrival, index));
    for &(follower, probability) in &sources[index].cascade {
        if words.fraction() < probability {
            let later = arrival + sources[index].isolated_s;
            follow(sources, follower, later, words, arrivals);
        }
    }
}
