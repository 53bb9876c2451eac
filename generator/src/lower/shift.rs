//! Shifts right by a variable amount, for products with a packed reciprocal.

use dysta_config::expr::SHIFT_BITS as AMOUNT_BITS;

use super::arith::bits;
use crate::vlog::{Expr, Item, concat, lit};

/// Bits of the shift that one stage takes: a choice of four fits one look-up table a bit.
const STAGE_BITS: u32 = 2;

/// Net `source` of `width` bits, shifted right by net `amount`: the low `kept` bits, and `{name}_over`, set when a bit above them
/// is lost.
///
/// The coarse stage comes first and each stage keeps only what later stages can still move into the result, so that the
/// upper part costs a few gates and no shifter.
///
/// ```text
/// assign x_shift4 = amount[5:4] == 2'd0 ? x_wide[46:0] : amount[5:4] == 2'd1 ? {14'd0, x_wide[48:16]} : …
/// assign x_shift4_over = amount[5:4] == 2'd0 ? |x_wide[48:47] : …
/// ```
pub(super) fn shift_right(
    name: &str,
    source: &str,
    width: u32,
    amount: &str,
    kept: u32,
) -> (Vec<Item>, Expr) {
    let mut items = Vec::new();
    let mut flags = Vec::new();
    let (mut from, mut from_width) = (source.to_string(), width);
    for low in (0..AMOUNT_BITS).step_by(STAGE_BITS as usize).rev() {
        let stage = Stage {
            from: &from,
            from_width,
            to_width: from_width.min(kept + (1 << low) - 1),
            low,
        };
        let to = format!("{name}_shift{low}");
        let over = format!("{to}_over");
        items.push(Item::net(&to, stage.to_width));
        items.push(Item::assign(&to, stage.chosen(amount, Stage::moved)));
        items.push(Item::net(&over, 1));
        items.push(Item::assign(&over, stage.chosen(amount, Stage::lost)));
        flags.push(Expr::id(over));
        (from_width, from) = (stage.to_width, to);
    }
    let over = format!("{name}_over");
    let any = flags.into_iter().reduce(|a, b| a | b);
    items.push(Item::net(&over, 1));
    items.push(Item::assign(&over, any.unwrap_or_else(|| lit(1, 0))));
    let result = match kept - from_width {
        0 => Expr::id(&from),
        zeros => concat([lit(zeros, 0), Expr::id(&from)]),
    };
    (items, result)
}

/// One choice among multiples of `1 << low`.
struct Stage<'a> {
    from: &'a str,
    from_width: u32,
    to_width: u32,
    low: u32,
}

impl Stage<'_> {
    fn chosen(&self, amount: &str, part: fn(&Self, u32) -> Expr) -> Expr {
        let high = self.low + STAGE_BITS - 1;
        let digit = || bits(amount, AMOUNT_BITS, high, self.low);
        let last = (1 << STAGE_BITS) - 1;
        (0..last)
            .rev()
            .fold(part(self, last << self.low), |rest, n| {
                let is_it = digit().equals(lit(STAGE_BITS, u128::from(n)));
                is_it.select(part(self, n << self.low), rest)
            })
    }

    /// The result for one amount.
    fn moved(&self, amount: u32) -> Expr {
        let end = self.from_width.min(amount + self.to_width);
        if end <= amount {
            return lit(self.to_width, 0);
        }
        let part = bits(self.from, self.from_width, end - 1, amount);
        match self.to_width - (end - amount) {
            0 => part,
            zeros => concat([lit(zeros, 0), part]),
        }
    }

    /// A bit above the result is set.
    fn lost(&self, amount: u32) -> Expr {
        let end = amount + self.to_width;
        match self.from_width > end {
            true => bits(self.from, self.from_width, self.from_width - 1, end).reduce_or(),
            false => lit(1, 0),
        }
    }
}
