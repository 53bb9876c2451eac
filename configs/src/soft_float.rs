//! Floating-point arithmetic of the `fp16` and `fp32` number formats, exact to the bit: what the `dysta_fp_*` leaves
//! compute.
//!
//! Numbers are words of sign, exponent and mantissa as in IEEE 754-2008, in the low bits of a `u32`. The rules:
//! - Results are rounded to nearest, ties to even.
//! - A subnormal operand counts as the zero of its sign. A result whose magnitude is below the smallest normal number
//!   before it is rounded becomes the zero of its sign.
//! - Overflow of a sum or product gives infinity, or the largest finite number of its sign in the saturating operations,
//!   which take and give finite numbers only; a conversion saturates to the limit of its target.
//! - Every NaN is the same one: sign 0, only the top bit of the mantissa set.

/// A binary floating-point format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct FloatFormat {
    exponent_bits: u32,
    mantissa_bits: u32,
}

/// What a word stands for.
#[derive(Debug, Clone, Copy)]
enum Value {
    Nan,
    Infinity(bool),
    Zero(bool),
    Finite(Finite),
}

/// `significand * 2^exponent`, above 0 but for its sign.
#[derive(Debug, Clone, Copy)]
struct Finite {
    negative: bool,
    significand: u128,
    exponent: i32,
}

impl std::fmt::Display for FloatFormat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match *self {
            FloatFormat::FP16 => f.write_str("fp16"),
            FloatFormat::BF16 => f.write_str("bf16"),
            FloatFormat::FP32 => f.write_str("fp32"),
            FloatFormat {
                exponent_bits,
                mantissa_bits,
            } => write!(f, "e{exponent_bits}m{mantissa_bits}"),
        }
    }
}

impl FloatFormat {
    /// IEEE binary16.
    pub const FP16: FloatFormat = FloatFormat::new(5, 10);
    /// The upper half of binary32.
    pub const BF16: FloatFormat = FloatFormat::new(8, 7);
    /// IEEE binary32.
    pub const FP32: FloatFormat = FloatFormat::new(8, 23);

    /// A format of 5 to 8 bits of exponent and 7 to 23 stored bits of mantissa.
    ///
    /// # Panics
    /// If a width is out of its range; evaluated in a constant that is an error of the compiler.
    pub const fn new(exponent_bits: u32, mantissa_bits: u32) -> FloatFormat {
        assert!(exponent_bits >= 5 && exponent_bits <= 8);
        assert!(mantissa_bits >= 7 && mantissa_bits <= 23);
        FloatFormat {
            exponent_bits,
            mantissa_bits,
        }
    }

    /// Bits of the exponent.
    pub const fn exponent_bits(self) -> u32 {
        self.exponent_bits
    }

    /// Stored bits of the mantissa.
    pub const fn mantissa_bits(self) -> u32 {
        self.mantissa_bits
    }

    /// Bits of a word.
    pub const fn bits(self) -> u32 {
        1 + self.exponent_bits + self.mantissa_bits
    }

    /// The NaN that operations return.
    pub const fn nan(self) -> u32 {
        self.infinity(false) | 1 << (self.mantissa_bits - 1)
    }

    /// Infinity of a sign.
    pub const fn infinity(self, negative: bool) -> u32 {
        let exponent = (1 << self.exponent_bits) - 1;
        self.zero(negative) | exponent << self.mantissa_bits
    }

    /// The finite number of largest magnitude of a sign.
    pub const fn largest(self, negative: bool) -> u32 {
        self.infinity(negative) - 1
    }

    /// The zero of a sign.
    pub const fn zero(self, negative: bool) -> u32 {
        (negative as u32) << (self.bits() - 1)
    }

    /// The product `a * b`. Infinity times zero is NaN.
    pub fn mul(self, a: u32, b: u32) -> u32 {
        use Value::{Finite as Number, Infinity, Nan, Zero};
        match (self.decode(a), self.decode(b)) {
            (Nan, _) | (_, Nan) | (Infinity(_), Zero(_)) | (Zero(_), Infinity(_)) => self.nan(),
            (Infinity(s), Infinity(t)) => self.infinity(s != t),
            (Infinity(s), Number(x)) | (Number(x), Infinity(s)) => self.infinity(s != x.negative),
            (Zero(s), Zero(t)) => self.zero(s != t),
            (Zero(s), Number(x)) | (Number(x), Zero(s)) => self.zero(s != x.negative),
            (Number(x), Number(y)) => {
                let product = Finite {
                    negative: x.negative != y.negative,
                    significand: x.significand * y.significand,
                    exponent: x.exponent + y.exponent,
                };
                self.round(product, self.infinity(false))
            }
        }
    }

    /// The sum `a + b`. Infinities of different signs give NaN; an exact sum of 0 is +0, except that of -0 and -0.
    pub fn add(self, a: u32, b: u32) -> u32 {
        use Value::{Finite as Number, Infinity, Nan, Zero};
        match (self.decode(a), self.decode(b)) {
            (Nan, _) | (_, Nan) => self.nan(),
            (Infinity(s), Infinity(t)) if s != t => self.nan(),
            (Infinity(s), _) | (_, Infinity(s)) => self.infinity(s),
            (Zero(s), Zero(t)) => self.zero(s && t),
            (Zero(_), Number(_)) => b,
            (Number(_), Zero(_)) => a,
            (Number(x), Number(y)) => match sum(x, y) {
                Some(sum) => self.round(sum, self.infinity(false)),
                None => self.zero(false),
            },
        }
    }

    /// The difference `a - b`: the sum of `a` and `b` with its sign inverted.
    pub fn sub(self, a: u32, b: u32) -> u32 {
        self.add(a, b ^ self.zero(true))
    }

    /// The product of two finite numbers, at most the largest finite one.
    pub fn mul_saturating(self, a: u32, b: u32) -> u32 {
        self.finite(self.mul(a, b))
    }

    /// The sum of two finite numbers, at most the largest finite one.
    pub fn add_saturating(self, a: u32, b: u32) -> u32 {
        self.finite(self.add(a, b))
    }

    /// The difference of two finite numbers, at most the largest finite one.
    pub fn sub_saturating(self, a: u32, b: u32) -> u32 {
        self.finite(self.sub(a, b))
    }

    /// The number itself, or the largest finite one of its sign in place of an infinity.
    fn finite(self, a: u32) -> u32 {
        match self.decode(a) {
            Value::Infinity(negative) => self.largest(negative),
            _ => a,
        }
    }

    /// Distance of the largest finite number from 0.
    pub fn limit(self) -> f64 {
        self.to_f64(self.largest(false))
    }

    /// The smallest number above 0.
    pub fn smallest(self) -> f64 {
        self.to_f64(1 << self.mantissa_bits)
    }

    /// Largest relative error of rounding a value between [`FloatFormat::smallest`] and [`FloatFormat::limit`].
    pub fn half_step(self) -> f64 {
        power_of_two(-(self.mantissa_bits as i32) - 1)
    }

    /// The word as an unsigned number in the order of the values; -0 comes before +0.
    pub fn ordered(self, a: u32) -> u32 {
        let sign = self.zero(true);
        if a & sign == 0 {
            a | sign
        } else {
            !a & (sign | (sign - 1))
        }
    }

    /// The number behind [`FloatFormat::ordered`].
    pub fn unordered(self, word: u32) -> u32 {
        let sign = self.zero(true);
        if word & sign != 0 {
            word ^ sign
        } else {
            !word & (sign | (sign - 1))
        }
    }

    /// Whether `a < b`. The zeros are equal; false if an operand is NaN.
    pub fn lt(self, a: u32, b: u32) -> bool {
        self.to_f64(a) < self.to_f64(b)
    }

    /// Whether `a <= b`. The zeros are equal; false if an operand is NaN.
    pub fn le(self, a: u32, b: u32) -> bool {
        self.to_f64(a) <= self.to_f64(b)
    }

    /// The fixed-point number `raw * 2^-frac`, `frac` 0 to 64; beyond the range the largest finite number of its sign. 0
    /// is +0.
    pub fn from_fixed(self, raw: i128, frac: u32) -> u32 {
        if raw == 0 {
            return self.zero(false);
        }
        let number = Finite {
            negative: raw < 0,
            significand: raw.unsigned_abs(),
            exponent: -(frac as i32),
        };
        self.round(number, self.largest(false))
    }

    /// The raw value of an unsigned fixed-point number of `int` bits before the point and `frac` behind it, 1 to 64
    /// together: truncated; saturated above the range; 0 for NaN and below 0.
    pub fn to_fixed(self, a: u32, int: u32, frac: u32) -> u64 {
        let limit = u64::MAX >> (64 - int - frac);
        let number = match self.decode(a) {
            Value::Infinity(false) => return limit,
            Value::Finite(number) if !number.negative => number,
            _ => return 0,
        };
        let raw = match number.exponent + frac as i32 {
            // A significand has at most 24 bits, so anything above exceeds 64 bits and anything below is 0.
            shift if shift >= 64 => return limit,
            shift if shift >= 0 => number.significand << shift,
            shift if shift > -64 => number.significand >> -shift,
            _ => 0,
        };
        u64::try_from(raw).map_or(limit, |raw| raw.min(limit))
    }

    /// The nearest number to `value`; infinities and values beyond the range become the largest finite number.
    pub fn from_f64(self, value: f64) -> u32 {
        let negative = value.is_sign_negative();
        let bits = value.to_bits();
        let fraction = u128::from(bits & ((1 << 52) - 1));
        let number = |significand, exponent| Finite {
            negative,
            significand,
            exponent,
        };
        match (bits >> 52 & 0x7FF) as i32 {
            _ if value.is_nan() => self.nan(),
            // Subnormal f64 are below the range of every format here.
            0 => self.zero(negative),
            0x7FF => self.largest(negative),
            field => self.round(
                number(fraction | 1 << 52, field - 1075),
                self.largest(false),
            ),
        }
    }

    /// The exact value of a word, 0 of its sign for a subnormal one.
    pub fn to_f64(self, a: u32) -> f64 {
        let signed = |negative: bool, magnitude: f64| if negative { -magnitude } else { magnitude };
        match self.decode(a) {
            Value::Nan => f64::NAN,
            Value::Infinity(negative) => signed(negative, f64::INFINITY),
            Value::Zero(negative) => signed(negative, 0.0),
            Value::Finite(x) => signed(x.negative, x.significand as f64 * power_of_two(x.exponent)),
        }
    }

    fn bias(self) -> i32 {
        (1 << (self.exponent_bits - 1)) - 1
    }

    fn decode(self, word: u32) -> Value {
        let negative = word >> (self.bits() - 1) & 1 == 1;
        let field = word >> self.mantissa_bits & ((1 << self.exponent_bits) - 1);
        let mantissa = word & ((1 << self.mantissa_bits) - 1);
        match field {
            0 => Value::Zero(negative),
            _ if field < (1 << self.exponent_bits) - 1 => Value::Finite(Finite {
                negative,
                significand: u128::from(mantissa | 1 << self.mantissa_bits),
                exponent: field as i32 - self.bias() - self.mantissa_bits as i32,
            }),
            _ if mantissa == 0 => Value::Infinity(negative),
            _ => Value::Nan,
        }
    }

    /// Rounds and encodes; `beyond` is the magnitude that stands for overflow.
    fn round(self, number: Finite, beyond: u32) -> u32 {
        let sign = self.zero(number.negative);
        let length = 128 - number.significand.leading_zeros();
        let field = number.exponent + length as i32 - 1 + self.bias();
        if field <= 0 {
            return sign;
        }
        if field >= (1 << self.exponent_bits) - 1 {
            return sign | beyond;
        }
        let kept = nearest_even(number.significand, length, self.mantissa_bits + 1);
        // The leading one adds the missing 1 to the exponent; a carry out of the mantissa adds one more and leaves 0.
        let encoded = ((field as u32 - 1) << self.mantissa_bits) + kept;
        let overflow = encoded >= self.infinity(false);
        sign | if overflow { beyond } else { encoded }
    }
}

/// The top `bits` bits of a number of `length` bits, rounded to nearest, ties to even; `2^bits` if rounding carries.
fn nearest_even(number: u128, length: u32, bits: u32) -> u32 {
    let Some(dropped) = length.checked_sub(bits) else {
        return (number << (bits - length)) as u32;
    };
    let kept = (number >> dropped) as u32;
    let remainder = number - (u128::from(kept) << dropped);
    let twice = remainder << 1;
    let unit = 1 << dropped;
    let up = twice > unit || (twice == unit && kept & 1 == 1);
    kept + u32::from(up)
}

/// The sum of two numbers, or nothing if it is 0. Exact, except that a number far too small to reach the rounding of the
/// other only counts as something of its sign.
fn sum(x: Finite, y: Finite) -> Option<Finite> {
    /// More than twice the bits of a significand.
    const FAR: i32 = 64;
    let (high, low) = if x.exponent >= y.exponent {
        (x, y)
    } else {
        (y, x)
    };
    let distance = high.exponent - low.exponent;
    let low_significand = if distance > FAR { 1 } else { low.significand };
    let shift = distance.min(FAR);
    let signed = |number: Finite, significand: u128| {
        let magnitude = significand as i128;
        if number.negative {
            -magnitude
        } else {
            magnitude
        }
    };
    let total = signed(high, high.significand << shift) + signed(low, low_significand);
    (total != 0).then(|| Finite {
        negative: total < 0,
        significand: total.unsigned_abs(),
        exponent: high.exponent - shift,
    })
}

/// `2^exponent` for the exponents of normal f64.
fn power_of_two(exponent: i32) -> f64 {
    f64::from_bits(((exponent + 1023) as u64) << 52)
}
