//! Softmax in the fixed-point numbers of TensorFlow Lite Micro.
//!
//! Written from the int8 reference kernel and its fixed-point library: differences to the greatest code with 5 integer bits,
//! exponentials with none, their sum with 12.

use crate::array::quantise::{Rescale, doubling_high_product, rounding_shift_right};

/// Integer bits of the scaled differences.
const DIFFERENCE_BITS: i32 = 5;
/// Integer bits of the sum of exponentials.
const SUM_BITS: i32 = 12;
/// The number 1 with no integer bits, nearly.
const ONE: i32 = i32::MAX;

/// Softmax over all codes of a tensor; the output has the scale 1/256 and the zero point -128.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Softmax {
    /// From a difference of codes to a number with 5 integer bits.
    scale: Rescale,
    /// The least difference that counts.
    least: i32,
}

impl Softmax {
    /// Makes the operator for the scale of its input and the factor `beta` of the exponents; nothing if their product is
    /// no number above 0, or below what the fixed-point numbers hold.
    pub fn new(beta: f32, input_scale: f32) -> Option<Self> {
        let fraction = f64::from(1 << (31 - DIFFERENCE_BITS));
        let real = f64::from(beta) * f64::from(input_scale) * fraction;
        if !(real.is_finite() && real > 1.0) {
            return None;
        }
        let scale = Rescale::from_real(real.min(f64::from(i32::MAX)));
        let greatest = f64::from((1 << DIFFERENCE_BITS) - 1) * fraction;
        let radius = (greatest / 2f64.powi(scale.shift)).floor();
        Some(Self {
            scale,
            least: -(radius as i32),
        })
    }

    /// The shares of all codes.
    pub fn evaluate(&self, codes: &[i8]) -> Vec<i8> {
        let greatest = codes.iter().copied().max().unwrap_or(0);
        let exponentials: Vec<Option<i32>> = codes
            .iter()
            .map(|code| self.exponential(i32::from(*code) - i32::from(greatest)))
            .collect();
        let sum: i32 = exponentials
            .iter()
            .flatten()
            .map(|e| rounding_shift_right(*e, SUM_BITS as u32))
            .fold(0, i32::saturating_add);
        let zeros = sum.leading_zeros() as i32;
        let share = reciprocal_plus_one(((i64::from(sum) << zeros) - (1 << 31)) as i32);
        let shift = (SUM_BITS - zeros + 31 - 8) as u32;
        let code = |exponential: &Option<i32>| match exponential {
            None => i8::MIN,
            Some(e) => {
                let shifted = rounding_shift_right(doubling_high_product(share, *e), shift);
                // The clamp makes it a code.
                (shifted - 128).clamp(-128, 127) as i8
            }
        };
        exponentials.iter().map(code).collect()
    }

    /// The exponential of a difference of codes, nothing if it is too far below 0.
    fn exponential(&self, difference: i32) -> Option<i32> {
        (difference >= self.least).then(|| exponential(self.scale.apply(difference)))
    }
}

/// `value * 2^bits`, saturating.
fn shift_left(value: i32, bits: u32) -> i32 {
    let wide = i64::from(value) << bits;
    wide.clamp(i32::MIN.into(), i32::MAX.into()) as i32
}

/// `e^x` with no integer bits, of a number up to 0 with 5 integer bits.
fn exponential(x: i32) -> i32 {
    const FRACTION: u32 = 31 - DIFFERENCE_BITS as u32;
    const QUARTER: i32 = 1 << (FRACTION - 2);
    /// `e^-(2^k)` for k from -2 to 4.
    const POWERS: [i32; 7] = [
        1_672_461_947,
        1_302_514_674,
        790_015_084,
        290_630_308,
        39_332_535,
        720_401,
        242,
    ];
    if x == 0 {
        return ONE;
    }
    let in_quarter = (x & (QUARTER - 1)) - QUARTER;
    let rest = in_quarter.wrapping_sub(x);
    let first = exponential_of_quarter(shift_left(in_quarter, DIFFERENCE_BITS as u32));
    let set = |bit: u32| rest >> bit & 1 == 1;
    (FRACTION - 2..)
        .zip(POWERS)
        .filter(|(bit, _)| set(*bit))
        .fold(first, |product, (_, power)| {
            doubling_high_product(product, power)
        })
}

/// `e^x` for x from -1/4 to below 0, both with no integer bits: a Taylor series around -1/8.
fn exponential_of_quarter(x: i32) -> i32 {
    const AT_MINUS_EIGHTH: i32 = 1_895_147_668;
    const THIRD: i32 = 715_827_883;
    let product = doubling_high_product;
    let x = x + (1 << 28);
    let x2 = product(x, x);
    let x3 = product(x2, x);
    let x4 = product(x2, x2);
    let last = product(rounding_shift_right(x4, 2) + x3, THIRD) + x2;
    AT_MINUS_EIGHTH + product(AT_MINUS_EIGHTH, x + rounding_shift_right(last, 1))
}

/// `1 / (1 + x)` for x from 0 to below 1, both with no integer bits: three steps of Newton.
fn reciprocal_plus_one(x: i32) -> i32 {
    const ONE_OF_TWO_BITS: i32 = 1 << 29;
    const START: i32 = 1_515_870_810;
    const SLOPE: i32 = -1_010_580_540;
    let product = doubling_high_product;
    let half_denominator = ((i64::from(x) + i64::from(ONE) + 1) / 2) as i32;
    let mut estimate = START + product(half_denominator, SLOPE);
    for _ in 0..3 {
        let error = ONE_OF_TWO_BITS - product(half_denominator, estimate);
        estimate += shift_left(product(estimate, error), 2);
    }
    shift_left(estimate, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_near_to_the_real_ones() {
        let scale = 0.1;
        let codes = [-128_i8, -20, 0, 3, 127];
        let found = Softmax::new(1.0, scale).unwrap().evaluate(&codes);
        let real: Vec<f32> = codes
            .iter()
            .map(|c| (f32::from(*c) * scale).exp())
            .collect();
        let sum: f32 = real.iter().sum();
        for (code, real) in found.iter().zip(real) {
            let share = (f32::from(*code) + 128.0) / 256.0;
            assert!((share - real / sum).abs() <= 1.0 / 256.0, "{found:?}");
        }
    }

    #[test]
    fn scales_must_be_numbers() {
        for (beta, scale) in [
            (0.0, 1.0),
            (1.0, f32::NAN),
            (f32::INFINITY, 1.0),
            (-1.0, 1.0),
        ] {
            assert_eq!(Softmax::new(beta, scale), None);
        }
    }
}
