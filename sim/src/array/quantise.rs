//! From scales to the integers of TensorFlow Lite Micro, and its two roundings.

use super::layer::Operation;

/// A factor of `multiplier * 2^(shift - 31)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rescale {
    /// Multiplier, 0 or 2^30 to 2^31 - 1.
    pub multiplier: i32,
    /// Exponent of two, -31 to 30; above 0 it shifts left before the multiplication.
    pub shift: i32,
}

impl Rescale {
    /// A factor of exactly 1.
    pub const ONE: Self = Self {
        multiplier: 1 << 30,
        shift: 1,
    };

    /// The nearest factor to a real one, as `QuantizeMultiplier` of TensorFlow Lite gives it.
    ///
    /// `real` is finite and from 0 on. Below 2^-32 the factor is 0, from 2^30 on it is the greatest.
    pub fn from_real(real: f64) -> Self {
        if real == 0.0 {
            return Self {
                multiplier: 0,
                shift: 0,
            };
        }
        let (fraction, shift) = split(real);
        match ((fraction * 2f64.powi(31)).round() as i64, shift) {
            (_, ..-31) => Self {
                multiplier: 0,
                shift: 0,
            },
            (_, 31..) => Self {
                multiplier: i32::MAX,
                shift: 30,
            },
            (0x8000_0000, _) => Self {
                multiplier: 1 << 30,
                shift: shift + 1,
            },
            (multiplier, _) => Self {
                multiplier: multiplier as i32,
                shift,
            },
        }
    }

    /// `value` times the factor: a shift to the left, a doubling high multiplication that rounds halves up, then a shift to
    /// the right that rounds halves away from zero. A shift to the left must not overflow.
    pub fn apply(self, value: i32) -> i32 {
        let scaled = value << self.shift.max(0);
        let high = doubling_high_product(scaled, self.multiplier);
        rounding_shift_right(high, (-self.shift).max(0) as u32)
    }
}

/// The activation function that a layer ends with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activation {
    /// None.
    None,
    /// At least 0.
    Relu,
    /// From 0 to 6.
    Relu6,
}

impl Activation {
    /// Least and greatest code after this function, in the quantisation of the output.
    pub fn clamp(self, scale: f32, zero_point: i8) -> [i8; 2] {
        let code = |real: f32| {
            let code = (real / scale).round() + f32::from(zero_point);
            // Saturates at the ends of the codes.
            code as i8
        };
        match self {
            Self::None => [i8::MIN, i8::MAX],
            Self::Relu => [code(0.0), i8::MAX],
            Self::Relu6 => [code(0.0), code(6.0)],
        }
    }
}

/// From the sums of a convolution to its output, for one output channel.
pub fn convolution(input_scale: f32, weight_scale: f32, output_scale: f32) -> Rescale {
    let [input, weight, output] = [input_scale, weight_scale, output_scale].map(f64::from);
    Rescale::from_real(input * weight / output)
}

/// From the sums of a fully connected layer to its output; TensorFlow Lite multiplies these scales in 32 bits.
pub fn fully_connected(input_scale: f32, weight_scale: f32, output_scale: f32) -> Rescale {
    Rescale::from_real(f64::from(input_scale * weight_scale) / f64::from(output_scale))
}

/// From the sum of all elements of a channel to their mean: the factor of both scales, with the division by the number of
/// elements in its multiplier.
pub fn mean(input_scale: f32, output_scale: f32, elements: u64) -> Rescale {
    let scale = Rescale::from_real(f64::from(input_scale) / f64::from(output_scale));
    let elements = elements.max(1);
    let shift = (elements.ilog2() as i32).min(32).min(31 + scale.shift);
    let multiplier = (i128::from(scale.multiplier) << shift) / i128::from(elements);
    Rescale {
        // At most the multiplier of the scales.
        multiplier: multiplier as i32,
        shift: scale.shift - shift,
    }
}

/// From the input of a ReLU to its output.
pub fn relu(input_scale: f32, output_scale: f32) -> Rescale {
    Rescale::from_real(f64::from(input_scale / output_scale))
}

/// From the operands of an addition to their common scale, and from there to the output.
pub fn addition(input_scales: [f32; 2], output_scale: f32) -> ([Rescale; 2], Rescale) {
    let [first, second] = input_scales.map(f64::from);
    let common = 2.0 * first.max(second);
    let output = common / (f64::from(1 << Operation::ADD_SHIFT) * f64::from(output_scale));
    let operands = [first, second].map(|scale| Rescale::from_real(scale / common));
    (operands, Rescale::from_real(output))
}

/// Fraction from 0.5 to below 1 and exponent of a real above 0: `fraction * 2^exponent`.
fn split(real: f64) -> (f64, i32) {
    // Subnormal numbers are far below every factor that is not 0.
    let exponent = ((real.to_bits() >> 52) & 0x7ff) as i32 - 1022;
    (real / 2f64.powi(exponent), exponent)
}

/// `a * b / 2^31`, to nearest, halves up; the one product that does not fit saturates.
/// `SaturatingRoundingDoublingHighMul` of gemmlowp.
pub fn doubling_high_product(a: i32, b: i32) -> i32 {
    if a == i32::MIN && b == i32::MIN {
        return i32::MAX;
    }
    let product = i64::from(a) * i64::from(b);
    let nudge = if product >= 0 { 1 << 30 } else { 1 - (1 << 30) };
    // The division of gemmlowp rounds towards zero.
    ((product + nudge) / (1 << 31)) as i32
}

/// `value / 2^shift`, to nearest, halves away from zero. `RoundingDivideByPOT` of gemmlowp; `shift` is 0 to 31.
pub fn rounding_shift_right(value: i32, shift: u32) -> i32 {
    let mask = (1_i64 << shift) - 1;
    let value = i64::from(value);
    let remainder = value & mask;
    let threshold = (mask >> 1) + i64::from(value < 0);
    ((value >> shift) + i64::from(remainder > threshold)) as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_real(real: f64, multiplier: i32, shift: i32) {
        assert_eq!(Rescale::from_real(real), Rescale { multiplier, shift });
    }

    #[test]
    fn reals_become_multipliers() {
        check_real(0.0, 0, 0);
        check_real(1.0, 1 << 30, 1);
        check_real(0.5, 1 << 30, 0);
        check_real(0.75, 3 << 29, 0);
        check_real(1.0 - f64::EPSILON / 2.0, 1 << 30, 1);
        check_real(2f64.powi(-33), 0, 0);
        check_real(2f64.powi(-32), 1 << 30, -31);
        check_real(2f64.powi(31), i32::MAX, 30);
    }

    #[track_caller]
    fn check_apply(value: i32, real: f64, expected: i32) {
        assert_eq!(
            Rescale::from_real(real).apply(value),
            expected,
            "{value} * {real}"
        );
    }

    #[test]
    fn factors_round_twice() {
        check_apply(12_345, 1.0, 12_345);
        check_apply(-12_345, 1.0, -12_345);
        check_apply(5, 0.5, 3);
        check_apply(-5, 0.5, -2);
        check_apply(-5, 0.25, -1);
        check_apply(6, 0.25, 2);
        check_apply(-6, 0.25, -2);
        // 4.8 rounds to 5 in the product, and its half to 3, though 2.4 is nearer to 2.
        check_apply(8, 0.3, 3);
        check_apply(i32::MIN, 2f64.powi(-31), -1);
    }

    #[test]
    fn one_product_saturates() {
        assert_eq!(doubling_high_product(i32::MIN, i32::MIN), i32::MAX);
        assert_eq!(doubling_high_product(i32::MIN, i32::MAX), -i32::MAX);
    }
}
