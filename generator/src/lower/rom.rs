//! Reciprocals of small counts as read-only tables: 1/layers for γ, 1/queue for decision values.

use dysta_config::expr::{Reciprocal, UNIT_FRAC};
use dysta_config::soft_float::FloatFormat;

use crate::vlog::{CaseArm, Expr, Item, Stmt, lit};

/// Word of the layer table: shift above 16 bits of mantissa.
pub(super) const LAYER_WORD: u32 = 20;

/// Declares `inv_layers`, the packed reciprocal of `layer + 1` for a zero-based layer on net `layer`.
///
/// ```text
/// logic [19:0] inv_layers;
/// always_comb begin
///   case (layer_q)
///     6'd0: inv_layers = 20'h08000;
/// ```
pub(super) fn inv_layers(layer: &str, layer_width: u32, layers: u32) -> Vec<Item> {
    let word = |index: u32| {
        let reciprocal = Reciprocal::of(f64::from(index + 1));
        u128::from(reciprocal.shift << 16 | reciprocal.mantissa)
    };
    table(
        "inv_layers",
        LAYER_WORD,
        layer,
        layer_width,
        (0..layers).map(|index| (index, word(index))),
    )
}

/// Declares `inv_queue`, 1/Q for the count on net `queue` as round(2^16 / Q) or as the nearest floating-point word; counts
/// below 2 read as 2.
pub(super) fn inv_queue(
    queue: &str,
    queue_width: u32,
    capacity: u32,
    float: Option<FloatFormat>,
) -> Vec<Item> {
    let one = 1u32 << UNIT_FRAC;
    let word = |count: u32| match float {
        Some(float) => u128::from(float.from_f64(1.0 / f64::from(count))),
        None => u128::from((2 * one + count) / (2 * count)),
    };
    table(
        "inv_queue",
        float.map_or(UNIT_FRAC, FloatFormat::bits),
        queue,
        queue_width,
        (2..=capacity).map(|count| (count, word(count))),
    )
}

fn table(
    name: &str,
    width: u32,
    index: &str,
    index_width: u32,
    words: impl Iterator<Item = (u32, u128)>,
) -> Vec<Item> {
    let set = |word: u128| vec![Stmt::blocking(name, lit(width, word))];
    let words: Vec<(u32, u128)> = words.collect();
    let default = words.first().map(|(_, word)| set(*word));
    let arms = words
        .iter()
        .skip(1)
        .map(|(at, word)| CaseArm::new(lit(index_width, u128::from(*at)), set(*word)))
        .collect();
    vec![
        Item::net(name, width),
        Item::AlwaysComb(vec![Stmt::case(Expr::id(index), arms, default)]),
    ]
}
