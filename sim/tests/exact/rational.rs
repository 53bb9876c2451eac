//! The score as written in rational arithmetic.

use dysta_config::expr::{Field, Source, SourceId, SourceOp};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Zero};

/// The rational number that a double is.
pub fn real(value: f64) -> BigRational {
    BigRational::from_float(value).expect("a finite number")
}

/// `numerator / denominator`
pub fn ratio(numerator: i128, denominator: i128) -> BigRational {
    BigRational::new(BigInt::from(numerator), BigInt::from(denominator))
}

/// Value of a node of the source graph; comparisons are 0 or 1.
pub fn evaluate(
    source: &Source,
    params: &[BigRational],
    field: &dyn Fn(Field) -> BigRational,
    id: SourceId,
) -> BigRational {
    let value = |id| evaluate(source, params, field, id);
    let truth = |is: bool| {
        if is {
            BigRational::one()
        } else {
            BigRational::zero()
        }
    };
    match source.nodes[id].op {
        SourceOp::Field(name) => field(name),
        SourceOp::Number(number) => real(number),
        SourceOp::Param(index) => params[index].clone(),
        SourceOp::Add(a, b) => value(a) + value(b),
        SourceOp::Sub(a, b) => value(a) - value(b),
        SourceOp::Mul(a, b) => value(a) * value(b),
        SourceOp::Min(a, b) => value(a).min(value(b)),
        SourceOp::Max(a, b) => value(a).max(value(b)),
        SourceOp::Lt(a, b) => truth(value(a) < value(b)),
        SourceOp::Le(a, b) => truth(value(a) <= value(b)),
        SourceOp::Select(c, a, b) => value(if value(c).is_zero() { b } else { a }),
    }
}
