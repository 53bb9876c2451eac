//! Shifts right by a variable amount, for products with a packed reciprocal.

use dysta_config::expr::{SHIFT_BITS as AMOUNT_BITS, SHIFT_STEP};

use super::arith::bits;
use crate::vlog::{Expr, Item, concat, lit};

/// Bits of the shift that one stage takes: a choice of four fits one look-up table a bit.
const STAGE_BITS: u32 = 2;

/// Net `source` of `width` bits, shifted right by [`SHIFT_STEP`] times net `amount`: the low `kept` bits, and `{name}_over`, set when
/// a bit above them is lost.
///
/// The coarse stage comes first and each stage keeps only what later stages can still move into the result. What is lost is found
/// from groups of bits, not in the shifter.
///
/// ```text
/// assign x_shift2 = amount[3:2] == 2'd0 ? x_wide[29:0] : amount[3:2] == 2'd1 ? x_wide[45:16] : …
/// assign x_shift0 = amount[1:0] == 2'd0 ? x_shift2[17:0] : amount[1:0] == 2'd1 ? x_shift2[21:4] : …
/// assign x_above[0] = |x_wide[46:18];
/// assign x_over = x_above[amount];
/// ```
pub(super) fn shift_right(
    name: &str,
    source: &str,
    width: u32,
    amount: &str,
    kept: u32,
) -> (Vec<Item>, Expr) {
    let mut items = above(name, source, width, amount, kept);
    let (mut from, mut from_width) = (source.to_string(), width);
    for low in (0..AMOUNT_BITS).step_by(STAGE_BITS as usize).rev() {
        let stage = Stage {
            from: &from,
            from_width,
            to_width: from_width.min(kept + ((1 << low) - 1) * SHIFT_STEP),
            low,
        };
        let to = format!("{name}_shift{low}");
        items.push(Item::net(&to, stage.to_width));
        items.push(Item::assign(&to, stage.chosen(amount)));
        (from_width, from) = (stage.to_width, to);
    }
    let result = match kept - from_width {
        0 => Expr::id(&from),
        zeros => concat([lit(zeros, 0), Expr::id(&from)]),
    };
    (items, result)
}

/// Declares `{name}_over`: a bit is lost above the result.
fn above(name: &str, source: &str, width: u32, amount: &str, kept: u32) -> Vec<Item> {
    let (groups, over) = (format!("{name}_above"), format!("{name}_over"));
    let count = 1 << AMOUNT_BITS;
    let mut items = vec![Item::net(&groups, count)];
    for group in 0..count {
        let low = kept + SHIFT_STEP * group;
        let any = match width.checked_sub(low) {
            None | Some(0) => lit(1, 0),
            Some(1) => bits(source, width, low, low),
            Some(_) => bits(source, width, width - 1, low).reduce_or(),
        };
        items.push(Item::assign(Expr::id(&groups).at(group), any));
    }
    let lost = Expr::id(&groups).at(Expr::id(amount));
    items.extend([Item::net(&over, 1), Item::assign(&over, lost)]);
    items
}

/// One choice of four shifts, multiples of `SHIFT_STEP << low`.
struct Stage<'a> {
    from: &'a str,
    from_width: u32,
    to_width: u32,
    low: u32,
}

impl Stage<'_> {
    fn chosen(&self, amount: &str) -> Expr {
        let high = self.low + STAGE_BITS - 1;
        let digit = || bits(amount, AMOUNT_BITS, high, self.low);
        let last = (1 << STAGE_BITS) - 1;
        (0..last).rev().fold(self.moved(last), |rest, n| {
            let is_it = digit().equals(lit(STAGE_BITS, u128::from(n)));
            is_it.select(self.moved(n), rest)
        })
    }

    /// The result for one digit.
    fn moved(&self, digit: u32) -> Expr {
        let amount = (digit << self.low) * SHIFT_STEP;
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
}
