//! Fixed-point formats and the normalised reciprocal.

/// Two's complement or unsigned fixed-point format: value = raw · 2^−frac.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
pub struct Format {
    /// Carries a sign bit in front of `int` and `frac`.
    pub signed: bool,
    /// Integer bits.
    pub int: u32,
    /// Fraction bits.
    pub frac: u32,
}

impl Format {
    /// Unsigned format UQint.frac.
    pub const fn unsigned(int: u32, frac: u32) -> Self {
        Format {
            signed: false,
            int,
            frac,
        }
    }

    /// Bits of the raw value, at least 1.
    pub fn width(self) -> u32 {
        (u32::from(self.signed) + self.int + self.frac).max(1)
    }

    /// Smallest raw value.
    pub fn min_raw(self) -> i128 {
        if self.signed {
            -(1i128 << (self.int + self.frac))
        } else {
            0
        }
    }

    /// Largest raw value.
    pub fn max_raw(self) -> i128 {
        (1i128 << (self.int + self.frac)) - 1
    }

    /// The raw value in the low bits of a word.
    pub fn unpack(self, word: u64) -> i128 {
        let spare = 128 - self.width();
        let shifted = i128::from(word) << spare;
        if self.signed {
            shifted >> spare
        } else {
            (shifted as u128 >> spare) as i128
        }
    }

    /// The nearest raw value that the format holds.
    pub fn saturate(self, raw: i128) -> i128 {
        raw.clamp(self.min_raw(), self.max_raw())
    }

    /// The real value of `raw`.
    pub fn value(self, raw: i128) -> f64 {
        raw as f64 / (self.frac as f64).exp2()
    }

    /// Nearest raw value (ties to even), saturated.
    pub fn quantise(self, value: f64) -> i128 {
        let scaled = (value * (self.frac as f64).exp2()).round_ties_even();
        self.saturate(scaled.clamp(-1e38, 1e38) as i128)
    }

    /// Half the distance of two neighbours: the rounding error of [`Format::quantise`] without saturation.
    pub fn half_step(self) -> f64 {
        (-(self.frac as f64) - 1.0).exp2()
    }
}

impl std::fmt::Display for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{}Q{}.{}",
            if self.signed { "S" } else { "U" },
            self.int,
            self.frac
        )
    }
}

/// Reciprocal of a number ≥ 1 as `mantissa · 2^−(bits − 1 + 4 · shift)`: a mantissa with one of its top four bits set and a 4-bit
/// shift, so that the hardware shifts by multiples of four alone. Mantissa 0 stands for "no reciprocal" and gives products of
/// zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
pub struct Reciprocal {
    /// From 2^(bits − 4) to 2^bits − 1, or 0.
    pub mantissa: u32,
    /// In steps of four bits, 0..=15.
    pub shift: u32,
    /// Bits of the mantissa.
    pub bits: u32,
}

/// Bits of the shift in a packed reciprocal, above the mantissa.
pub const SHIFT_BITS: u32 = 4;
/// Bits that a shift of one moves.
pub const SHIFT_STEP: u32 = 4;

impl Reciprocal {
    /// Nearest reciprocal of `value` with a mantissa of `bits`; values below 1 count as 1, values past 2^60 have none.
    pub fn of(value: f64, bits: u32) -> Reciprocal {
        let of = |mantissa, shift| Reciprocal {
            mantissa,
            shift,
            bits,
        };
        if !value.is_finite() || value >= 60f64.exp2() {
            return of(0, 0);
        }
        let inverse = 1.0 / value.max(1.0);
        let mut shift = 0u32;
        while inverse * f64::from(SHIFT_STEP * (shift + 1)).exp2() < 2.0 {
            shift += 1;
        }
        let scale = f64::from(SHIFT_STEP * shift + bits - 1).exp2();
        let mantissa = (inverse * scale).round_ties_even() as u32;
        match (mantissa >> bits, shift) {
            (0, _) => of(mantissa, shift),
            (_, 0) => of(mantissa - 1, 0),
            _ => of(mantissa >> SHIFT_STEP, shift - 1),
        }
    }

    /// Packed word: shift above mantissa.
    pub fn packed(self) -> u64 {
        u64::from(self.shift) << self.bits | u64::from(self.mantissa)
    }

    /// Bits of a packed word: mantissa in the low ones, shift above it.
    pub const fn width(bits: u32) -> u32 {
        bits + SHIFT_BITS
    }

    /// Integer format of a packed word.
    pub const fn word(bits: u32) -> Format {
        Format::unsigned(Self::width(bits), 0)
    }

    /// The reciprocal in a packed word of this format.
    pub fn unpack(word: u64, format: Format) -> Reciprocal {
        let bits = format.width() - SHIFT_BITS;
        Reciprocal {
            mantissa: (word & ((1 << bits) - 1)) as u32,
            shift: (word >> bits) as u32 & ((1 << SHIFT_BITS) - 1),
            bits,
        }
    }

    /// Fraction bits of the mantissa.
    pub fn fraction(self) -> u32 {
        self.bits - 1
    }

    /// Real value.
    pub fn value(self) -> f64 {
        f64::from(self.mantissa) * (-f64::from(SHIFT_STEP * self.shift + self.fraction())).exp2()
    }

    /// `raw · reciprocal` moved from `from` to `to` fraction bits; rounds half up or towards minus infinity.
    pub fn multiply(self, raw: i128, from: u32, to: u32, half_up: bool) -> i128 {
        let product = raw * i128::from(self.mantissa);
        let right = self.fraction() + from + SHIFT_STEP * self.shift;
        if right <= to {
            return product << (to - right);
        }
        let shift = right - to;
        let half = if half_up { 1i128 << (shift - 1) } else { 0 };
        (product + half) >> shift
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reciprocals_are_normalised_and_near() {
        let values = [
            1.0,
            1.0000001,
            1.5,
            2.0,
            3.0,
            4.0,
            53.7,
            65536.0,
            1e6,
            4294967295.0,
        ];
        for (value, bits) in values
            .into_iter()
            .flat_map(|v| [8, 16, 17, 24].map(|b| (v, b)))
        {
            let r = Reciprocal::of(value, bits);
            assert_ne!(r.mantissa >> (bits - SHIFT_STEP), 0, "{value}: {r:?}");
            assert_eq!(Reciprocal::unpack(r.packed(), Reciprocal::word(bits)), r);
            assert!(
                (r.value() * value - 1.0).abs() <= 2f64.powi(3 - bits as i32),
                "{value}: {r:?}"
            );
        }
    }

    #[test]
    fn words_unpack_with_their_sign() {
        let signed = Format {
            signed: true,
            int: 4,
            frac: 3,
        };
        for (format, word, raw) in [
            (signed, 0x7f, 127),
            (signed, 0x80, -128),
            (signed, 0x1ff, -1),
            (signed, (-3_i64) as u64, -3),
            (Format::unsigned(8, 0), 0x1ff, 255),
            (Format::unsigned(56, 8), u64::MAX, i128::from(u64::MAX)),
        ] {
            assert_eq!(format.unpack(word), raw, "{format} {word:x}");
        }
    }

    #[test]
    fn product_rounds_as_asked() {
        let third = Reciprocal::of(3.0, 18);
        for (raw, from, to, half_up, expected) in [
            (9, 0, 0, false, 3),
            (8, 0, 0, false, 2),
            (8, 0, 0, true, 3),
            (1, 0, 14, false, 5461),
            (3 << 14, 14, 14, true, 16384),
        ] {
            assert_eq!(
                third.multiply(raw, from, to, half_up),
                expected,
                "{raw} {from} {to} {half_up}"
            );
        }
    }
}
