//! The order of the channels of a tensor in memory, chosen so that the rows of the array finish together.

use std::cmp::Reverse;

use super::layer::{Layer, Operation, Weights};
use super::mapping::Mapping;
use super::tensor::Tensor;

/// What a channel without zeros counts in [`work`].
const FULL: f64 = 4096.0;

/// Which channel lies at each place of a position; no list stands for the natural order.
///
/// Row r of a group of G computes the places r, r + G, r + 2G … of a block. So the order in memory decides which channels a row
/// gets. A layer whose weights are arranged in the same way computes the same values at other places: activations never move.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Channels(Vec<u32>);

impl Channels {
    /// Channel i at place i.
    pub const NATURAL: Self = Self(Vec::new());

    /// The order in which channels of given work balance the rows of a mapping.
    ///
    /// Channels are sorted by their work, the most first, so that those of a block have about as much; in a block each goes to
    /// the row that has least so far. The natural order stays where this does not shorten the fullest rows.
    pub(crate) fn balanced(work: &[u64], mapping: &Mapping) -> Self {
        let natural = Self::NATURAL;
        let dealt = Self(dealt(work, mapping));
        match dealt.fullest(work, mapping) < natural.fullest(work, mapping) {
            true => dealt,
            false => natural,
        }
    }

    /// The work of the fullest row of every block, added up: a bound of what happens one after the other.
    pub(crate) fn fullest(&self, work: &[u64], mapping: &Mapping) -> u64 {
        let order: Vec<u64> = (0..work.len()).map(|place| work[self.at(place)]).collect();
        let rows = mapping.group_rows as usize;
        let blocks = order.chunks(mapping.block_channels() as usize);
        let most = blocks.map(|block| {
            let row = |row: usize| block.iter().skip(row).step_by(rows).sum::<u64>();
            (0..rows).map(row).max().unwrap_or(0)
        });
        most.sum()
    }

    /// Tells whether every channel lies at its own place.
    pub fn is_natural(&self) -> bool {
        self.0.is_empty()
    }

    fn at(&self, place: usize) -> usize {
        self.0.get(place).map_or(place, |channel| *channel as usize)
    }

    /// Moves the channels of a tensor to their places.
    pub fn arrange(&self, tensor: &Tensor) -> Tensor {
        Tensor {
            codes: self.taken(&tensor.codes, tensor.shape.channels as usize),
            ..*tensor
        }
    }

    /// Moves the channels of a tensor back from their places.
    pub fn restore(&self, tensor: &Tensor) -> Tensor {
        let mut codes = tensor.codes.clone();
        let channels = (tensor.shape.channels as usize).max(1);
        for (index, code) in tensor.codes.iter().enumerate() {
            codes[index - index % channels + self.at(index % channels)] = *code;
        }
        Tensor { codes, ..*tensor }
    }

    /// A list whose values follow each other by channels, each value at the place of its channel.
    fn taken<T: Copy>(&self, values: &[T], channels: usize) -> Vec<T> {
        let groups = values.chunks(channels.max(1));
        groups
            .flat_map(|group| (0..group.len()).map(|place| group[self.at(place)]))
            .collect()
    }
}

/// Channels sorted by work and dealt to the rows of their blocks, longest first.
fn dealt(work: &[u64], mapping: &Mapping) -> Vec<u32> {
    let mut order: Vec<u32> = (0..work.len() as u32).collect();
    order.sort_by_key(|channel| Reverse(work[*channel as usize]));
    for block in order.chunks_mut(mapping.block_channels() as usize) {
        deal(block, work, mapping.group_rows as usize);
    }
    order
}

/// Deals the sorted channels of a block to its rows; a row has as many places as the block leaves it.
fn deal(block: &mut [u32], work: &[u64], rows: usize) {
    let mut lists: Vec<(u64, Vec<u32>)> = vec![(0, Vec::new()); rows];
    for channel in block.iter() {
        let has_room = |(row, (_, list)): &(usize, &mut (u64, Vec<u32>))| {
            row + list.len() * rows < block.len()
        };
        let open = lists.iter_mut().enumerate().filter(has_room);
        if let Some((_, (load, list))) = open.min_by_key(|(_, (load, _))| *load) {
            *load += work[*channel as usize];
            list.push(*channel);
        }
    }
    for (place, channel) in block.iter_mut().enumerate() {
        *channel = lists[place % rows].1[place / rows];
    }
}

/// Products of each output channel of a layer at a position; `densities` are the shares of its input channels that are not
/// zero, equal ones where none are given. The array keeps time by them in a convolution and a fully connected layer, and in a
/// depthwise convolution, whose outputs are its inputs; any other layer gives nothing.
pub(crate) fn work(layer: &Layer, densities: &[f64]) -> Option<Vec<u64>> {
    let counted = |channel: usize| -> u64 {
        let density = densities.get(channel).copied().unwrap_or(1.0);
        (density * FULL) as u64
    };
    let channels = layer.input.channels as usize;
    match &layer.operation {
        Operation::Conv { weights, .. } | Operation::FullyConnected { weights, .. } => {
            let output = |codes: &[i8]| -> u64 {
                let kept = codes.iter().enumerate().filter(|(_, code)| **code != 0);
                kept.map(|(tap, _)| counted(tap % channels)).sum()
            };
            Some(weights.codes.chunks(layer.taps()).map(output).collect())
        }
        Operation::Depthwise {
            weights,
            multiplier: 1,
            ..
        } => {
            let taps = |channel: usize| weights.codes.iter().skip(channel).step_by(channels);
            let kept = |channel| taps(channel).filter(|code| **code != 0).count() as u64;
            Some((0..channels).map(|c| counted(c) * kept(c)).collect())
        }
        _ => None,
    }
}

impl Layer {
    /// Tells whether each input channel makes several output channels of its own.
    pub(crate) fn spreads_channels(&self) -> bool {
        matches!(self.operation, Operation::Depthwise { multiplier, .. } if multiplier > 1)
    }

    /// Tells whether each output channel is made of the input channel of the same number alone: then both lie in one order.
    pub(crate) fn keeps_channels(&self) -> bool {
        let mixes = matches!(
            self.operation,
            Operation::Conv { .. } | Operation::FullyConnected { .. }
        );
        !mixes && !self.spreads_channels()
    }

    /// The layer that computes the same from an input with its channels at other places, into an output with its channels at
    /// other places.
    ///
    /// Of a layer that keeps its channels both must be the same, of a depthwise convolution with a multiplier natural.
    pub(crate) fn arranged(&self, input: &Channels, output: &Channels) -> Self {
        let mut layer = self.clone();
        let taps = self.taps();
        let channels = self.input.channels as usize;
        match &mut layer.operation {
            Operation::Conv { weights, .. } | Operation::FullyConnected { weights, .. } => {
                let codes = input.taken(&weights.codes, channels);
                let rows = (0..weights.bias.len()).map(|place| output.at(place) * taps);
                weights.codes = rows.flat_map(|at| codes[at..at + taps].to_vec()).collect();
                arrange_outputs(weights, output);
            }
            Operation::Depthwise { weights, .. } => {
                weights.codes = output.taken(&weights.codes, weights.bias.len());
                arrange_outputs(weights, output);
            }
            _ => {}
        }
        layer
    }
}

fn arrange_outputs(weights: &mut Weights, output: &Channels) {
    weights.bias = output.taken(&weights.bias, weights.bias.len());
    weights.rescales = output.taken(&weights.rescales, weights.rescales.len());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::array::draw::{Kind, LayerDraw, draw};
    use crate::array::{Padding, Window};
    use crate::golden::array::evaluate;

    /// Some order that has no pattern.
    fn order(count: u32) -> Channels {
        let mut channels: Vec<u32> = (0..count).collect();
        channels.sort_by_key(|channel| channel.wrapping_mul(0x9e37_79b9) >> 7);
        Channels(channels)
    }

    #[track_caller]
    fn check_arranged(kind: Kind, channels: u32) {
        let same = Window::square(3, 2, Padding::Same);
        let drawn = draw(&LayerDraw::medium(kind, [4, 3, 9], channels, same)).unwrap();
        let (inputs, outputs) = (order(9), order(drawn.layer.output().channels));
        let arranged: Vec<Tensor> = drawn.inputs.iter().map(|t| inputs.arrange(t)).collect();
        let layer = drawn.layer.arranged(&inputs, &outputs);
        let output = evaluate(&layer, &arranged.iter().collect::<Vec<_>>()).unwrap();
        let golden = evaluate(&drawn.layer, &drawn.inputs.iter().collect::<Vec<_>>()).unwrap();
        assert_eq!(output, outputs.arrange(&golden), "{kind:?}");
        assert_eq!(outputs.restore(&output), golden, "{kind:?}");
    }

    #[test]
    fn arranged_layers_compute_the_same() {
        check_arranged(Kind::Conv, 11);
        check_arranged(Kind::FullyConnected, 11);
        for kind in [
            Kind::Depthwise,
            Kind::MaxPool,
            Kind::AveragePool,
            Kind::Mean,
            Kind::Relu,
            Kind::Add,
        ] {
            check_arranged(kind, 9);
        }
    }

    #[track_caller]
    fn check_balanced(work: &[u64], rows: [u32; 2], expected: &[u32]) {
        let mapping = Mapping {
            group_rows: rows[0],
            row_channels: rows[1],
            tile: [2, 2],
            tile_channels: 8,
            slices: 1,
        };
        let found = Channels::balanced(work, &mapping);
        assert_eq!(found, Channels(expected.to_vec()));
    }

    #[test]
    fn rows_get_about_as_much_work() {
        // Rows of 8 + 6 and 1 + 2 become rows of 8 + 1 and 6 + 2.
        check_balanced(&[8, 1, 6, 2], [2, 2], &[0, 2, 1, 3]);
        // Blocks of two; the last one is not full.
        check_balanced(&[1, 8, 1, 8, 3], [2, 1], &[1, 3, 4, 0, 2]);
        // The second row has room for one channel less.
        check_balanced(&[2, 1, 9, 1, 2], [2, 3], &[2, 0, 1, 4, 3]);
        check_balanced(&[1, 9, 1, 1], [4, 1], &[]);
    }

    #[test]
    fn what_gains_nothing_stays() {
        check_balanced(&[5, 5, 5, 5], [2, 2], &[]);
        check_balanced(&[1, 8, 2, 7], [1, 4], &[]);
        check_balanced(&[0, 0], [2, 1], &[]);
    }

    #[test]
    fn work_is_what_meets() {
        let window = Window::square(3, 1, Padding::Same);
        let depthwise = draw(&LayerDraw {
            weight_density: 1.0,
            ..LayerDraw::medium(Kind::Depthwise, [4, 4, 3], 3, window)
        });
        let found = work(&depthwise.unwrap().layer, &[0.5, 1.0, 0.0]);
        assert_eq!(found, Some(vec![9 * 2048, 9 * 4096, 0]));
        let mut point = draw(&LayerDraw::medium(Kind::Conv, [4, 4, 2], 2, Window::POINT)).unwrap();
        if let Operation::Conv { weights, .. } = &mut point.layer.operation {
            weights.codes = vec![3, 0, 5, -1];
        }
        let found = work(&point.layer, &[0.25, 0.5]);
        assert_eq!(found, Some(vec![1024, 1024 + 2048]));
        let pool = draw(&LayerDraw::medium(Kind::MaxPool, [4, 4, 2], 2, window)).unwrap();
        assert_eq!(work(&pool.layer, &[]), None);
    }
}
