//! Widths of the fixed-point numbers that a scheduler computes with.

use super::format::Format;

/// Format of the reciprocal of a number of layers: one operand of a hardware multiplier.
pub const INV_LAYERS: Format = Format::unsigned(1, 23);
/// Integer bits of a runtime register and a column that share a power of two: of about the same size, their products reach 2^8.
const SCALED_INT: u32 = 4;

/// 1 / `count` with `frac` fraction bits, nearest; a count of 0 reads as 1.
pub fn inverse_count(count: u32, frac: u32) -> u64 {
    let (one, count) = (1u64 << frac, u64::from(count.max(1)));
    (2 * one + count) / (2 * count)
}

/// Fixed-point widths, in bits (design: scheduler, "Numbers"). γ, the ratios behind it and packed reciprocals have them in
/// floating-point schedulers, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Numbers {
    /// Integer bits of γ.
    pub gamma_int: u32,
    /// Fraction bits of γ.
    pub gamma_frac: u32,
    /// Integer bits of the density ratio of one layer.
    pub ratio_int: u32,
    /// Fraction bits of the density ratio of one layer and of a sum of them.
    pub ratio_frac: u32,
    /// Integer bits of a sum of ratios.
    pub sum_int: u32,
    /// Mantissa of a reciprocal, one of its top four bits set.
    pub reciprocal: u32,
    /// Significant bits of a constant.
    pub constant: u32,
    /// Fraction bits of `inv_queue` and of results that are numbers.
    pub number_frac: u32,
    /// A runtime register, and a value of class decision at most: one operand of a multiplier.
    pub register: u32,
    /// Integer bits of a runtime register.
    pub register_int: u32,
    /// A stored time, or the difference of two points in time, in units.
    pub duration: u32,
    /// Fraction bits of a score that is a time, and of the times it is made from.
    pub score_frac: u32,
}

impl Default for Numbers {
    fn default() -> Self {
        Numbers {
            gamma_int: 3,
            gamma_frac: 14,
            ratio_int: 4,
            ratio_frac: 14,
            sum_int: 12,
            reciprocal: 18,
            constant: 16,
            number_frac: 16,
            register: 24,
            register_int: 18,
            duration: 32,
            score_frac: 8,
        }
    }
}

impl Numbers {
    /// Format of γ.
    pub const fn gamma(&self) -> Format {
        Format::unsigned(self.gamma_int, self.gamma_frac)
    }

    /// Format of the density ratio of one layer.
    pub const fn ratio(&self) -> Format {
        Format::unsigned(self.ratio_int, self.ratio_frac)
    }

    /// Format of a sum of ratios.
    pub const fn sum(&self) -> Format {
        Format::unsigned(self.sum_int, self.ratio_frac)
    }

    /// Format of a runtime register.
    pub const fn register(&self) -> Format {
        Format::unsigned(
            self.register_int,
            self.register.saturating_sub(self.register_int),
        )
    }

    /// Format of a runtime register and a column that share a power of two.
    pub const fn scaled(&self) -> Format {
        Format::unsigned(SCALED_INT, self.register.saturating_sub(SCALED_INT))
    }

    /// γ = 1, raw.
    pub const fn gamma_one(&self) -> u64 {
        1 << self.gamma_frac
    }

    /// All widths are those of [`Numbers::default`].
    pub fn is_default(&self) -> bool {
        *self == Numbers::default()
    }
}
