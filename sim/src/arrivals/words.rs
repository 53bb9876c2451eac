//! Random words and the functions that draws are made of, the same on every machine.
//!
//! Logarithm and exponential are computed from basic operations, because the standard library's may differ in the last bit
//! between machines.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// A stream of random words: ChaCha with 8 rounds.
#[derive(Debug, Clone)]
pub(crate) struct Words(ChaCha8Rng);

impl Words {
    /// Stream `stream` of a seed; streams of one seed are independent.
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        let mut words = ChaCha8Rng::seed_from_u64(seed);
        words.set_stream(stream);
        Self(words)
    }

    /// The next 64 bits.
    pub(crate) fn word(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// The top 53 bits of the next word as a multiple of 2^-53 in 0..1, 1 excluded.
    pub(crate) fn fraction(&mut self) -> f64 {
        fraction(self.word())
    }

    /// An index below `count`, of equal probability up to 2^-64.
    pub(crate) fn index(&mut self, count: usize) -> usize {
        index(self.word(), count)
    }

    /// An exponential value of mean 1.
    pub(crate) fn exponential(&mut self) -> f64 {
        exponential(self.word())
    }

    /// A normal value of mean 0 and variance 1, by the polar method.
    pub(crate) fn normal(&mut self) -> f64 {
        loop {
            let x = 2.0 * self.fraction() - 1.0;
            let y = 2.0 * self.fraction() - 1.0;
            let square = x * x + y * y;
            if square < 1.0 && square > 0.0 {
                return x * (-2.0 * ln(square) / square).sqrt();
            }
        }
    }
}

/// The top 53 bits of a word as a multiple of 2^-53 in 0..1, 1 excluded.
pub(crate) fn fraction(word: u64) -> f64 {
    (word >> 11) as f64 / (1_u64 << 53) as f64
}

/// An index below `count`, of equal probability up to 2^-64.
pub(crate) fn index(word: u64, count: usize) -> usize {
    ((u128::from(word) * count as u128) >> 64) as usize
}

/// An exponential value of mean 1: `-ln(1 - u)` with u the fraction of a word.
pub(crate) fn exponential(word: u64) -> f64 {
    -ln(1.0 - fraction(word))
}

/// Natural logarithm of a normal number above 0: `e ln 2 + 2 artanh((m - 1) / (m + 1))` with the mantissa m from
/// sqrt(1/2) to sqrt(2) and the series to the 23rd power, whose remainder is below 2^-55 of the result.
pub(crate) fn ln(x: f64) -> f64 {
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

/// Exponential of a number from -700 to 700: `2^k` times the series to the 17th power of the rest, at most ln 2 / 2.
pub(crate) fn exp(x: f64) -> f64 {
    let power = (x / std::f64::consts::LN_2).round_ties_even();
    let rest = x - power * std::f64::consts::LN_2;
    let series = (1..=17)
        .rev()
        .fold(1.0, |sum, k| 1.0 + sum * rest / f64::from(k));
    series * f64::from_bits(((1023 + power as i64) as u64) << 52)
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

    #[test]
    fn exponential_agrees_with_the_standard_one() {
        for x in [-690.0, -20.0, -1.0, -0.3, 0.0, 1e-9, 0.5, 3.7, 100.0] {
            let error = (exp(x) / x.exp() - 1.0).abs();
            assert!(error <= 1e-13, "{x}: {error}");
        }
    }
}
