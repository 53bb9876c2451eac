//! Where the channels of every tensor of a network lie in memory, so that the rows of the array finish together.
//!
//! The weights of a layer are arranged for the channels of its input and of its output, so activations never move. Tensors whose
//! channels a layer takes over one by one (a depthwise convolution, a pool, an addition) share one order.

use std::collections::{BTreeMap, BTreeSet};

use dysta_config::accelerator::Accelerator;

use super::{Network, Node, Profiles, Step, Work};
use crate::array::channels::work;
use crate::array::{Channels, Layer, Mapping};

/// A layer whose time the order of the channels of its output decides.
struct Judge {
    /// Products of every output channel at a position.
    work: Vec<u64>,
    mapping: Mapping,
    /// Positions that a row computes, one after the other.
    positions: u64,
}

impl Judge {
    fn clocks(&self, channels: &Channels) -> u64 {
        let fullest = channels.fullest(&self.work, &self.mapping);
        fullest.saturating_mul(self.positions)
    }
}

/// The orders that shorten the fullest rows, by tensor; a tensor without one keeps its natural order. `steps` tells how each
/// node was cut, where the array runs it.
pub(super) fn choose(
    a: &Accelerator,
    network: &Network,
    steps: &[Step],
    profiles: &Profiles,
) -> BTreeMap<usize, Channels> {
    let classes = classes(network);
    let fixed = fixed(network, &classes);
    let mut judges: BTreeMap<usize, Vec<Judge>> = BTreeMap::new();
    for (node, step) in network.nodes.iter().zip(steps) {
        let class = classes.get(&node.output).copied().unwrap_or(node.output);
        if let Step::Array { mapping, .. } = step
            && let Some(judge) = judge(a, node, *mapping, profiles)
            && !fixed.contains(&class)
        {
            judges.entry(class).or_default().push(judge);
        }
    }
    let chosen = judges
        .into_iter()
        .map(|(class, judges)| (class, best(&judges)));
    let chosen: BTreeMap<usize, Channels> = chosen.collect();
    let of_tensor = |(tensor, class): (&usize, &usize)| {
        let channels = chosen
            .get(class)
            .filter(|channels| !channels.is_natural())?;
        Some((*tensor, channels.clone()))
    };
    classes.iter().filter_map(of_tensor).collect()
}

fn judge(a: &Accelerator, node: &Node, mapping: Mapping, profiles: &Profiles) -> Option<Judge> {
    let layer = layer(node)?;
    let densities = node.inputs.first().and_then(|input| profiles.get(input));
    let work = work(layer, densities.map_or(&[], Vec::as_slice))?;
    let slots = u64::from(mapping.slots(a));
    Some(Judge {
        work,
        mapping,
        positions: layer.output().positions().div_ceil(slots),
    })
}

/// The order with which the layers together take least, among those that suit one of them.
fn best(judges: &[Judge]) -> Channels {
    let clocks = |channels: &Channels| {
        let each = judges.iter().map(|judge| judge.clocks(channels));
        each.fold(0_u64, u64::saturating_add)
    };
    let balanced = judges
        .iter()
        .map(|judge| Channels::balanced(&judge.work, &judge.mapping));
    let natural = std::iter::once(Channels::NATURAL);
    natural
        .chain(balanced)
        .min_by_key(clocks)
        .unwrap_or_default()
}

fn layer(node: &Node) -> Option<&Layer> {
    match &node.work {
        Work::Array(layer) => Some(layer),
        _ => None,
    }
}

/// Every tensor with the least of those that must lie in the same order.
fn classes(network: &Network) -> BTreeMap<usize, usize> {
    let all = network.activations.keys();
    let mut classes: BTreeMap<usize, usize> = all.map(|tensor| (*tensor, *tensor)).collect();
    for node in &network.nodes {
        if !layer(node).is_some_and(Layer::keeps_channels) {
            continue;
        }
        let members = node.inputs.iter().chain([&node.output]);
        let joined: BTreeSet<usize> = members.filter_map(|t| classes.get(t).copied()).collect();
        if let Some(least) = joined.first() {
            let moved = classes.values_mut().filter(|class| joined.contains(class));
            moved.for_each(|class| *class = *least);
        }
    }
    classes
}

/// Classes in natural order: what comes from outside or from the driver, and both sides of a depthwise convolution with a
/// multiplier.
fn fixed(network: &Network, classes: &BTreeMap<usize, usize>) -> BTreeSet<usize> {
    let mut tensors = network.inputs.clone();
    for node in &network.nodes {
        match layer(node) {
            None => tensors.push(node.output),
            Some(layer) if layer.spreads_channels() => {
                tensors.extend(&node.inputs);
                tensors.push(node.output);
            }
            Some(_) => {}
        }
    }
    let class = |tensor: &usize| classes.get(tensor).copied();
    tensors.iter().filter_map(class).collect()
}
