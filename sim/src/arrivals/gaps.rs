//! Gaps between arrivals: exponential, gamma, Markov-modulated.

use super::words::{Words, exp, exponential, ln};

/// Distribution of the gaps between arrivals.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Process {
    /// Exponential gaps.
    #[default]
    Poisson,
    /// Gamma gaps with coefficient of variation `cv`, above 0: shape 1/cv², 1 is Poisson, more is burstier.
    Gamma {
        /// Standard deviation over mean.
        cv: f64,
    },
    /// Poisson arrivals whose rate changes between a calm and a dense state; both stays are exponential.
    Mmpp2 {
        /// Rate of the dense over that of the calm state, from 1 on.
        rate_ratio: f64,
        /// Share of the time in the dense state, above 0 and below 1.
        time_share: f64,
        /// Mean arrivals of a dense stay, above 0.
        requests: f64,
    },
}

/// Stream of the words of gaps; requests are drawn from stream 0.
const STREAM: u64 = 1;

/// Gaps of mean 1.
#[derive(Debug, Clone)]
pub struct Gaps {
    process: Process,
    words: Words,
    /// Left of the stay in the present state.
    stay: f64,
    dense: bool,
}

impl Gaps {
    /// Gaps of a seed.
    pub fn new(process: Process, seed: u64) -> Self {
        let mut gaps = Self {
            process,
            words: Words::new(seed, STREAM),
            stay: 0.0,
            dense: false,
        };
        if let Process::Mmpp2 { time_share, .. } = process {
            gaps.dense = gaps.words.fraction() < time_share;
            gaps.stay = gaps.words.exponential() * gaps.mean_stay();
        }
        gaps
    }

    /// The next gap. `word` is that of the request; Poisson makes its gap of it, other processes have their own.
    pub fn next_gap(&mut self, word: u64) -> f64 {
        match self.process {
            Process::Poisson => exponential(word),
            Process::Gamma { cv } => cv * cv * gamma(&mut self.words, 1.0 / (cv * cv)),
            Process::Mmpp2 { .. } => self.modulated(),
        }
    }

    /// An exponential gap in the present state; what is left of it when the state changes is drawn anew, as exponential gaps
    /// have no memory.
    fn modulated(&mut self) -> f64 {
        let mut gap = 0.0;
        loop {
            let next = self.words.exponential() / self.rate();
            if next < self.stay {
                self.stay -= next;
                return gap + next;
            }
            gap += self.stay;
            self.dense = !self.dense;
            self.stay = self.words.exponential() * self.mean_stay();
        }
    }

    /// Rate of the present state; the mean over both is 1.
    fn rate(&self) -> f64 {
        let Process::Mmpp2 {
            rate_ratio,
            time_share,
            ..
        } = self.process
        else {
            return 1.0;
        };
        let calm = 1.0 / (1.0 - time_share + time_share * rate_ratio);
        if self.dense { calm * rate_ratio } else { calm }
    }

    fn mean_stay(&self) -> f64 {
        let Process::Mmpp2 {
            rate_ratio,
            time_share,
            requests,
        } = self.process
        else {
            return f64::INFINITY;
        };
        let dense = requests * (1.0 - time_share + time_share * rate_ratio) / rate_ratio;
        match self.dense {
            true => dense,
            false => dense * (1.0 - time_share) / time_share,
        }
    }
}

/// A gamma value of `shape`, above 0, and scale 1, by the method of Marsaglia and Tsang; a shape below 1 is raised by 1 and the
/// value scaled by u^(1/shape).
fn gamma(words: &mut Words, shape: f64) -> f64 {
    if shape < 1.0 {
        let raised = gamma(words, shape + 1.0);
        let power = -words.exponential() / shape;
        // Far below any time that counts, and beyond the range of the exponential.
        return if power < -700.0 {
            0.0
        } else {
            raised * exp(power)
        };
    }
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    loop {
        let x = words.normal();
        let v = (1.0 + c * x) * (1.0 + c * x) * (1.0 + c * x);
        if v <= 0.0 {
            continue;
        }
        let u = 1.0 - words.fraction();
        if ln(u) < 0.5 * x * x + d - d * v + d * ln(v) {
            return d * v;
        }
    }
}
