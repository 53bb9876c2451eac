//! Reciprocals of small counts as read-only tables: 1/layers for γ, 1/queue for decision values.

use dysta_config::expr::{INV_LAYERS, Numbers, inverse_count};
use dysta_config::soft_float::FloatFormat;

use super::arith::{bits, unused};
use crate::vlog::{CaseArm, Expr, Item, Stmt, lit};

/// Declares `inv_layers`, the reciprocal of `layer + 1` as [`INV_LAYERS`] for a zero-based layer on net `layer`.
///
/// ```text
/// logic [23:0] inv_layers;
/// always_comb begin
///   case (layer_q)
///     6'd1: inv_layers = 24'h400000;
/// ```
pub(super) fn inv_layers(layer: &str, layer_width: u32, layers: u32) -> Vec<Item> {
    let word = |index: u32| u128::from(inverse_count(index + 1, INV_LAYERS.frac));
    table(
        "inv_layers",
        INV_LAYERS.width(),
        Expr::id(layer),
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
    let word = |count: u32| match float {
        Some(float) => u128::from(float.from_f64(1.0 / f64::from(count))),
        None => u128::from(inverse_count(count, numbers.number_frac)),
    };
    // A power of two as its low bits: 0 stands for all entries.
    let mut items = Vec::new();
    let (index, index_width) = match capacity == 1 << (queue_width - 1) {
        true => {
            let width = queue_width - 1;
            let low_bits = bits(queue, queue_width, width - 1, 0);
            items.extend([
                Item::net("queue_index", width),
                Item::assign("queue_index", low_bits),
            ]);
            (Expr::id("queue_index"), width)
        }
        false => (Expr::id(queue), queue_width),
    };
    let at = |count: u32| count & ((1 << index_width) - 1);
    items.extend(table(
        "inv_queue",
        float.map_or(numbers.number_frac, FloatFormat::bits),
        index,
        index_width,
        (2..=capacity).map(|count| (at(count), word(count))),
    ));
    if index_width < queue_width {
        let top = bits(queue, queue_width, queue_width - 1, queue_width - 1);
        items.extend(unused("queue", top));
    }
    items
}

fn table(
    name: &str,
    width: u32,
    index: Expr,
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
        Item::AlwaysComb(vec![Stmt::case(index, arms, default)]),
    ]
}
