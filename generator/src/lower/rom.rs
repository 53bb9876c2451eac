//! Reciprocals of small counts as read-only tables: 1/layers for γ, 1/queue for decision values.

use dysta_config::expr::{Numbers, Reciprocal};
use dysta_config::soft_float::FloatFormat;

use crate::vlog::{CaseArm, Expr, Item, Stmt, lit};

/// Bits of a shift in the layer table.
pub(super) const LAYER_SHIFT: u32 = 4;

/// Bits of a word of the layer table: shift above mantissa.
pub(super) fn layer_word(numbers: &Numbers) -> u32 {
    numbers.reciprocal + LAYER_SHIFT
}

/// Declares `inv_layers`, the packed reciprocal of `layer + 1` for a zero-based layer on net `layer`.
///
/// ```text
/// logic [19:0] inv_layers;
/// always_comb begin
///   case (layer_q)
///     6'd0: inv_layers = 20'h08000;
/// ```
pub(super) fn inv_layers(
    numbers: &Numbers,
    layer: &str,
    layer_width: u32,
    layers: u32,
) -> Vec<Item> {
    let word =
        |index: u32| u128::from(Reciprocal::of(f64::from(index + 1), numbers.reciprocal).packed());
    table(
        "inv_layers",
        layer_word(numbers),
        layer,
        layer_width,
        (0..layers).map(|index| (index, word(index))),
    )
}

/// Declares `inv_queue`, 1/Q for the count on net `queue` to the nearest, in fixed point or as a floating-point word; counts
/// below 2 read as 2.
pub(super) fn inv_queue(
    numbers: &Numbers,
    queue: &str,
    queue_width: u32,
    capacity: u32,
    float: Option<FloatFormat>,
) -> Vec<Item> {
    let one = 1u64 << numbers.number_frac;
    let word = |count: u32| match float {
        Some(float) => u128::from(float.from_f64(1.0 / f64::from(count))),
        None => u128::from((2 * one + u64::from(count)) / (2 * u64::from(count))),
    };
    table(
        "inv_queue",
        float.map_or(numbers.number_frac, FloatFormat::bits),
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
