//! An addition as the array runs it: beside the processing elements, in the order of its inputs.

use super::descriptor::{VERSION, bytes_word, halves};
use super::error::{LayerError, Limit, Shortfall};
use super::layer::{Layer, Operation};
use super::mapping::{Mapping, no_mapping};
use super::program::Compiled;
use super::quantise::Rescale;
use super::stream::{CHUNK, Order};

/// Words of the descriptor before its table.
const HEADER: usize = 27;
/// Words that are asked for before the length of a stream is known.
const FIRST_WORDS: u32 = 16;
/// Mark of an addition in the word of the flags.
const ADD: u32 = 1 << 28;

/// Compiles an addition of two tensors that lie in memory in one order; so does the output.
pub(super) fn compile(layer: &Layer, order: Order) -> Result<Compiled, LayerError> {
    let Operation::Add { operands, rescale } = &layer.operation else {
        return Err(no_mapping(layer, Vec::new()));
    };
    let shape = layer.input;
    let chunks = shape.channels.div_ceil(CHUNK);
    let positions = u64::from(shape.height) * u64::from(shape.width);
    // In several blocks the last chunk of a position, if it is shorter, would come out of turn.
    let in_turn = order.block_chunks >= chunks || shape.channels.is_multiple_of(CHUNK);
    let short = |limit, needed, available| {
        let lack = Shortfall {
            limit,
            needed,
            available,
        };
        no_mapping(layer, vec![lack])
    };
    let most = u64::from(u32::MAX);
    let all = positions.saturating_mul(chunks.into());
    let all_chunks = u32::try_from(all).map_err(|_| short(Limit::Tiles, all, most))?;
    if u64::from(chunks) > Limit::EXTENT {
        return Err(short(Limit::Parts, chunks.into(), Limit::EXTENT));
    }
    if !in_turn {
        return Err(short(Limit::Block, (shape.channels % CHUNK).into(), 0));
    }
    let last_channels = (shape.channels - 1) % CHUNK + 1;
    let mut words = vec![0; HEADER];
    words[0] = VERSION;
    words[4] = FIRST_WORDS;
    words[5] = 1;
    words[7] = halves(chunks - 1, last_channels - 1);
    let [first, second] = [operands[0].rescale, operands[1].rescale];
    words[17] = ADD;
    words[23] = bytes_word([
        layer.input_zero_point,
        layer.output_zero_point,
        layer.clamp[0],
        layer.clamp[1],
    ]);
    words[24] = halves(CHUNK, last_channels);
    let right = |rescale: Rescale| (-rescale.shift) as u32;
    let shifts = right(first) | right(second) << 5 | right(*rescale) << 10;
    let zero_point = u32::from(operands[1].zero_point as u8);
    // A table of four rows and one column.
    words[15] = halves(3, 0);
    words.extend([first, second, *rescale].map(|rescale| rescale.multiplier as u32));
    words.extend([shifts | zero_point << 15, all_chunks - 1]);
    let mapping = Mapping {
        group_rows: 1,
        row_channels: shape.channels.min(CHUNK),
        tile: order.tile,
        tile_channels: shape.channels.min(CHUNK),
        slices: 1,
    };
    Ok(Compiled {
        mapping,
        first: mapping,
        weights: Vec::new(),
        descriptor: words,
        input: shape,
        output: shape,
        output_zero_point: layer.output_zero_point,
        order,
    })
}
