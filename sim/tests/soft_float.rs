//! The floating-point model against crate `half` and the arithmetic of the host, with subnormals flushed around both.

use dysta_config::soft_float::FloatFormat;
use half::{bf16, f16};
use proptest::prelude::*;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Independent arithmetic of a format, without flushing.
struct Host {
    format: FloatFormat,
    smallest_normal: f64,
    largest: f64,
    value: fn(u32) -> f64,
    mul: fn(u32, u32) -> u32,
    add: fn(u32, u32) -> u32,
    sub: fn(u32, u32) -> u32,
}

/// Half computes in f32, whose 24 bits are enough (twice 11 bits and 2) for the second rounding to change nothing.
macro_rules! host {
    ($format:ident, $type:ty, $word:ty) => {
        Host {
            format: FloatFormat::$format,
            smallest_normal: f64::from(<$type>::MIN_POSITIVE),
            largest: f64::from(<$type>::MAX),
            value: |a| f64::from(<$type>::from_bits(a as $word)),
            mul: |a, b| {
                (<$type>::from_bits(a as $word) * <$type>::from_bits(b as $word)).to_bits() as u32
            },
            add: |a, b| {
                (<$type>::from_bits(a as $word) + <$type>::from_bits(b as $word)).to_bits() as u32
            },
            sub: |a, b| {
                (<$type>::from_bits(a as $word) - <$type>::from_bits(b as $word)).to_bits() as u32
            },
        }
    };
}

fn hosts() -> [Host; 3] {
    [
        host!(FP16, f16, u16),
        host!(BF16, bf16, u16),
        host!(FP32, f32, u32),
    ]
}

impl Host {
    /// A word with a subnormal number replaced by the zero of its sign.
    fn flushed(&self, a: u32) -> u32 {
        let subnormal = (self.value)(a).abs() < self.smallest_normal;
        if subnormal {
            a & self.format.zero(true)
        } else {
            a
        }
    }

    /// The flushed result of an operation. `exact` is its value in f64: for products exact, for sums exact wherever it is
    /// below the smallest normal number.
    fn result(&self, exact: f64, rounded: u32) -> u32 {
        if exact.is_nan() {
            self.format.nan()
        } else if exact.abs() < self.smallest_normal {
            self.format.zero(exact.is_sign_negative())
        } else {
            rounded
        }
    }

    /// The nearest finite number to an exact `value` of at most 40 bits, found by comparing distances.
    fn nearest(&self, value: f64) -> u32 {
        let magnitude = value.abs();
        let sign = self.format.zero(value.is_sign_negative());
        if magnitude < self.smallest_normal {
            return sign;
        }
        if magnitude >= self.largest {
            return sign | self.format.largest(false);
        }
        let (mut below, mut above) = (0, self.format.largest(false));
        while above - below > 1 {
            let middle = u32::midpoint(below, above);
            if (self.value)(middle) <= magnitude {
                below = middle;
            } else {
                above = middle;
            }
        }
        let from_below = magnitude - (self.value)(below);
        let to_above = (self.value)(above) - magnitude;
        let up = to_above < from_below || (to_above == from_below && below & 1 == 1);
        sign | if up { above } else { below }
    }
}

/// All operations on a pair of words.
fn check_pair(host: &Host, a: u32, b: u32) {
    let format = host.format;
    let (x, y) = (host.flushed(a), host.flushed(b));
    let (v, w) = ((host.value)(x), (host.value)(y));
    let check = |name: &str, found: u32, exact: f64, rounded: u32| {
        let expected = host.result(exact, rounded);
        assert_eq!(
            found, expected,
            "{format:?} {name} of {a:#x} and {b:#x}: {found:#x}, expected {expected:#x}"
        );
    };
    check("product", format.mul(a, b), v * w, (host.mul)(x, y));
    check("sum", format.add(a, b), v + w, (host.add)(x, y));
    check("difference", format.sub(a, b), v - w, (host.sub)(x, y));
    assert_eq!(format.lt(a, b), v < w, "{format:?} {a:#x} < {b:#x}");
    assert_eq!(format.le(a, b), v <= w, "{format:?} {a:#x} <= {b:#x}");
}

/// Saturating operations and the order of words, for finite words.
fn check_finite(format: FloatFormat, a: u32, b: u32) {
    let finite = |word: u32| format.to_f64(word).is_finite();
    if !finite(a) || !finite(b) {
        return;
    }
    let saturated = |word: u32| match finite(word) {
        true => word,
        false => format.largest(format.to_f64(word) < 0.0),
    };
    assert_eq!(format.mul_saturating(a, b), saturated(format.mul(a, b)));
    assert_eq!(format.add_saturating(a, b), saturated(format.add(a, b)));
    assert_eq!(format.sub_saturating(a, b), saturated(format.sub(a, b)));
    if format.lt(a, b) {
        assert!(format.ordered(a) < format.ordered(b), "{a:#x} {b:#x}");
    }
    assert_eq!(format.unordered(format.ordered(a)), a);
}

/// Words at every limit of a format, of both signs.
fn specials(format: FloatFormat) -> Vec<u32> {
    let infinity = format.infinity(false);
    let unit = infinity - format.largest(false);
    let normal = infinity & !(infinity << 1);
    let one = (infinity >> 1) & infinity;
    let magnitudes = [
        0,
        unit,
        2 * unit,
        normal - 1,
        normal,
        normal + 1,
        2 * normal - 1,
        2 * normal,
        one - normal,
        one - 1,
        one,
        one + 1,
        one + normal / 2,
        one + normal - 1,
        one + normal,
        one + 3 * normal / 2,
        infinity - normal,
        infinity - 2,
        infinity - 1,
        infinity,
        infinity + 1,
        format.nan(),
        format.zero(true) - 1,
    ];
    let signed = |word| [word, word | format.zero(true)];
    magnitudes.into_iter().flat_map(signed).collect()
}

/// A pair of random words; every second time with exponents close to each other, every eighth with one word in both.
fn random_pair(words: &mut ChaCha8Rng, format: FloatFormat) -> (u32, u32) {
    let word = words.next_u64();
    let mask = u32::MAX >> (32 - format.bits());
    let (a, b) = (word as u32 & mask, (word >> 32) as u32 & mask);
    let near = (a ^ b & (mask >> 3)) & mask;
    match words.next_u32() % 8 {
        0 => (a, a ^ (b & 3)),
        1..4 => (a, near),
        _ => (a, b),
    }
}

#[test]
fn specials_agree_with_the_host() {
    for host in &hosts() {
        let words = specials(host.format);
        for a in &words {
            for b in &words {
                check_pair(host, *a, *b);
                check_finite(host.format, *a, *b);
            }
        }
    }
}

#[test]
fn a_million_pairs_agree_with_the_host() {
    for host in &hosts() {
        let mut words = ChaCha8Rng::seed_from_u64(16);
        for _ in 0..1_000_000 {
            let (a, b) = random_pair(&mut words, host.format);
            check_pair(host, a, b);
        }
    }
}

proptest! {
    #[test]
    fn any_pair_of_binary32_agrees_with_the_host(a: u32, b: u32) {
        check_pair(&hosts()[2], a, b);
    }

    #[test]
    fn neighbours_of_binary32_agree_with_the_host(a: u32, distance in 0_u32..1 << 26, negate: bool) {
        let b = a.wrapping_add(distance) ^ u32::from(negate) << 31;
        check_pair(&hosts()[2], a, b);
    }

    #[test]
    fn binary32_of_whole_numbers_agrees_with_the_host(raw: u64) {
        for shift in 0..64 {
            let raw = raw >> shift;
            prop_assert_eq!(FloatFormat::FP32.from_fixed(i128::from(raw), 0), (raw as f32).to_bits());
            let negative = -i128::from(raw);
            prop_assert_eq!(FloatFormat::FP32.from_fixed(negative, 0), (negative as f32).to_bits());
        }
    }

    #[test]
    fn binary32_of_f64_agrees_with_the_host(bits: u64, near: i32) {
        let scale = f64::from_bits(((1023 + (i64::from(near) % 140)) as u64) << 52);
        for value in [f64::from_bits(bits), f64::from_bits(bits >> 12 | 1023 << 52) * scale] {
            let nearest = value as f32;
            let expected = match () {
                () if value.is_nan() => FloatFormat::FP32.nan(),
                () if value.abs() < f64::from(f32::MIN_POSITIVE) => FloatFormat::FP32.zero(value < 0.0),
                () => nearest.clamp(f32::MIN, f32::MAX).to_bits(),
            };
            prop_assert_eq!(FloatFormat::FP32.from_f64(value), expected, "{:e}", value);
        }
    }
}

/// Every conversion of a raw number of at most 40 bits.
fn check_from_fixed(host: &Host, raw: i64, frac: u32) {
    let value = raw as f64 / (1_u64 << frac) as f64;
    let expected = host.nearest(value);
    let format = host.format;
    let found = [
        format.from_fixed(i128::from(raw), frac),
        format.from_f64(value),
    ];
    assert_eq!(found, [expected; 2], "{format:?} of {raw} * 2^-{frac}");
}

#[test]
fn conversion_from_fixed_takes_the_nearest_number() {
    let mut words = ChaCha8Rng::seed_from_u64(40);
    for host in &hosts() {
        for raw in (-70_000..70_000).step_by(7).chain(-40..40) {
            check_from_fixed(host, raw, 0);
            check_from_fixed(host, raw, 14);
            check_from_fixed(host, raw, 40);
        }
        for raw in [65_503, 65_504, 65_505, 65_519, 65_520, 65_521, 1 << 39] {
            check_from_fixed(host, raw, 0);
            check_from_fixed(host, -raw, 0);
        }
        for _ in 0..20_000 {
            let raw = (words.next_u64() >> 24 >> (words.next_u32() % 40)) as i64;
            check_from_fixed(host, raw, words.next_u32() % 41);
        }
    }
}

#[test]
fn conversion_from_f64_saturates() {
    let format = FloatFormat::FP16;
    let cases = [
        (f64::INFINITY, 0x7BFF),
        (f64::NEG_INFINITY, 0xFBFF),
        (1e300, 0x7BFF),
        (-65_520.0, 0xFBFF),
        (f64::NAN, 0x7E00),
        (-0.0, 0x8000),
        (f64::MIN_POSITIVE / 2.0, 0),
    ];
    for (value, expected) in cases {
        assert_eq!(format.from_f64(value), expected, "{value:e}");
    }
}

/// The value in f64, scaled, truncated and saturated.
fn check_to_fixed(host: &Host, a: u32, int: u32, frac: u32) {
    let value = (host.value)(host.flushed(a)) * (1_u64 << frac) as f64;
    let limit = (1_u64 << (int + frac)) - 1;
    // A cast truncates, saturates, and makes 0 of NaN.
    let expected = (value as u64).min(limit);
    let found = host.format.to_fixed(a, int, frac);
    assert_eq!(found, expected, "{:?} {a:#x} to {int}.{frac}", host.format);
}

#[test]
fn conversion_to_fixed_truncates_and_saturates() {
    let shapes = [(32, 8), (3, 14), (0, 16), (16, 0), (1, 1), (8, 50), (0, 2)];
    for host in &hosts() {
        let mut words = ChaCha8Rng::seed_from_u64(3);
        let mut numbers = specials(host.format);
        numbers.extend((0..20_000).map(|_| random_pair(&mut words, host.format).0));
        for (int, frac) in shapes {
            for a in &numbers {
                check_to_fixed(host, *a, int, frac);
            }
        }
    }
}

#[test]
fn every_word_survives_the_way_through_f64() {
    for host in &hosts()[..2] {
        for word in 0..=u32::from(u16::MAX) {
            let value = (host.value)(word);
            let expected = match () {
                () if value.is_nan() => host.format.nan(),
                () if value.is_infinite() => host.format.largest(value < 0.0),
                () => host.flushed(word),
            };
            let found = host.format.from_f64(host.format.to_f64(word));
            assert_eq!(found, expected, "{word:#x}");
        }
    }
}
