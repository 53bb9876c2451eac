//! What the model is told: the descriptor, how many weights each column has, which activations are not zero.

use crate::array::stream::{CHUNK, Order, WORD};
use crate::array::{Shape, Tensor};

/// Which elements of a tensor are not zero: for each position one word of 32 bits for each chunk of channels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nonzeros {
    pub(super) shape: Shape,
    chunks: usize,
    masks: Vec<u32>,
}

impl Nonzeros {
    /// Those of a tensor.
    pub fn of(tensor: &Tensor) -> Self {
        let mut all = Self::none(tensor.shape);
        let channels = (tensor.shape.channels as usize).max(1);
        for (index, code) in tensor.codes.iter().enumerate() {
            let (position, channel) = (index / channels, index % channels);
            let chunk = position * all.chunks + channel / CHUNK as usize;
            all.masks[chunk] |= u32::from(*code != tensor.zero_point) << (channel % CHUNK as usize);
        }
        all
    }

    /// Those of a tensor as it lies in memory; what is missing there is zero.
    pub fn packed(bytes: &[u8], shape: Shape, order: &Order) -> Self {
        let mut all = Self::none(shape);
        let mut rest = bytes.get(WORD..).unwrap_or(&[]);
        for [row, column, chunk] in order.places(shape) {
            let bytes = all.bitmap_bytes(chunk) as usize;
            let (bitmap, behind) = rest.split_at_checked(bytes).unwrap_or((&[], &[]));
            let byte =
                |mask: u32, (index, byte): (usize, &u8)| mask | u32::from(*byte) << (8 * index);
            let mask = bitmap.iter().enumerate().fold(0, byte);
            rest = behind.get(mask.count_ones() as usize..).unwrap_or(&[]);
            let position = row as usize * shape.width as usize + column as usize;
            all.masks[position * all.chunks + chunk as usize] = mask;
        }
        all
    }

    /// A tensor of zeros.
    pub fn none(shape: Shape) -> Self {
        let chunks = shape.channels.div_ceil(CHUNK) as usize;
        Self {
            shape,
            chunks,
            masks: vec![0; shape.positions() as usize * chunks],
        }
    }

    /// Channels of a chunk that are not zero; none outside of the tensor.
    pub(super) fn mask(&self, row: u32, column: u32, chunk: u32) -> u32 {
        let position = row as usize * self.shape.width as usize + column as usize;
        let place = position * self.chunks + chunk as usize;
        self.masks.get(place).copied().unwrap_or(0)
    }

    /// Bytes of the bitmap of a chunk.
    pub(super) fn bitmap_bytes(&self, chunk: u32) -> u32 {
        let channels = self.shape.channels.saturating_sub(chunk * CHUNK);
        channels.min(CHUNK).div_ceil(8)
    }
}

/// Fields of a descriptor, counts less 1 as they stand there.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Fields {
    pub input: u32,
    pub weights: u32,
    pub output: u32,
    pub weight_words: u32,
    pub weight_times: u32,
    pub height: u32,
    pub width: u32,
    pub chunks: u32,
    pub last_channels: u32,
    pub buffer_rows: u32,
    pub in_tile: [u32; 2],
    pub in_set_tiles: u32,
    pub in_block_chunks: u32,
    pub in_tiles: u32,
    pub tiles: u32,
    pub row_tiles: u32,
    pub first: [u32; 2],
    pub step: [u32; 2],
    pub patch: [u32; 2],
    pub blocks: u32,
    pub channel_tiles: u32,
    pub tile_channels: u32,
    pub depthwise: bool,
    pub resident: bool,
    pub maximum: bool,
    pub add: bool,
    pub group_log2: u32,
    pub groups: u32,
    pub slice_columns: u32,
    pub slices: u32,
    pub segment_step: [u32; 2],
    pub segments: u32,
    pub channels: u32,
    pub tile: [u32; 2],
    pub out: [u32; 2],
    pub block_channels: u32,
    pub last_block_channels: u32,
    pub parameters: u32,
}

/// Words before the tables of the patch.
const TABLE: usize = 27;
/// Bits of a position in the image: negative ones wrap.
pub(super) const POSITION: u32 = 0x1fff;

impl Fields {
    pub fn new(words: &[u32]) -> Self {
        let word = |index: usize| words.get(index).copied().unwrap_or(0);
        let pair = |index: usize| [word(index) & 0xffff, word(index) >> 16];
        let short = |index: usize| pair(index).map(|n| n & 0xfff);
        let flags = word(17);
        let mut fields = Self {
            input: word(1),
            weights: word(2),
            output: word(3),
            weight_words: word(4),
            weight_times: word(5) & 0xffff,
            chunks: pair(7)[0],
            last_channels: pair(7)[1],
            buffer_rows: short(8)[1],
            in_tile: short(9),
            in_tiles: pair(11)[0],
            first: pair(13).map(|n| n & POSITION),
            step: short(14),
            patch: pair(15),
            tile_channels: pair(17)[0],
            depthwise: flags >> 16 & 1 == 1,
            resident: flags >> 17 & 1 == 1,
            maximum: flags >> 23 & 1 == 1,
            add: flags >> 28 & 1 == 1,
            group_log2: flags >> 20 & 7,
            groups: flags >> 24 & 15,
            slice_columns: word(25) >> 24 & 15,
            slices: word(25) >> 28,
            segment_step: pair(18),
            tile: pair(21),
            out: short(22),
            parameters: word(25) >> 8 & 0x7f,
            ..Self::default()
        };
        [fields.height, fields.width] = short(6);
        [fields.in_set_tiles, fields.in_block_chunks] = pair(10);
        [fields.tiles, fields.row_tiles] = pair(12);
        [fields.blocks, fields.channel_tiles] = pair(16);
        [fields.segments, fields.channels] = pair(20);
        [fields.block_channels, fields.last_block_channels] = pair(24);
        fields
    }

    /// Rows of a group.
    pub fn group_rows(&self) -> u32 {
        1 << self.group_log2
    }

    /// Weight tiles of the whole layer.
    pub fn weight_tiles(&self) -> usize {
        (self.blocks as usize + 1) * (self.channel_tiles as usize + 1)
    }

    /// Weight tiles that are used, each in every set of output tiles, when the array has some columns.
    pub fn steps(&self, columns: u32) -> u64 {
        let slots = (self.groups + 1) * columns / (self.slices + 1);
        let sets = (self.tiles + 1).div_ceil(slots.max(1));
        u64::from(sets) * self.weight_tiles() as u64
    }

    /// Tells whether a weight tile is the first of a block of output channels.
    pub fn begins_block(&self, tile: usize) -> bool {
        tile.is_multiple_of(self.channel_tiles as usize + 1)
    }

    /// Bytes of a bitmap of the weights.
    pub fn weight_bitmap(&self) -> u32 {
        (self.channels >> 3 & 3) + 1
    }
}

/// What the table of the patch tells of one row or column.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Meets {
    /// Kernel places of this axis that meet it.
    pub count: u32,
    /// First segment.
    pub segment: u32,
}

/// The tables of the patch: rows, columns.
pub(super) fn patch_tables(words: &[u32], fields: &Fields) -> [Vec<Meets>; 2] {
    let rows = fields.patch[0] as usize + 1;
    let columns = fields.patch[1] as usize + 1;
    let table = |first: usize, count: usize| {
        let words = words.iter().skip(first).take(count);
        let meets = words.map(|word| Meets {
            count: word >> 24 & 7,
            segment: word >> 12 & 0xfff,
        });
        meets.collect()
    };
    [table(TABLE, rows), table(TABLE + rows, columns)]
}

/// The weight stream without its values.
#[derive(Debug, Clone, Default)]
pub(super) struct WeightTiles {
    /// For each tile, those that fill up the last transfer among them, the words of each row of a group.
    pub headers: Vec<[u8; WORD]>,
    /// For each tile, row of a group and segment the number of weights.
    counts: Vec<u8>,
    segments: usize,
    places: usize,
}

impl WeightTiles {
    /// Reads a stream as the rows do.
    pub fn new(stream: &[u8], fields: &Fields) -> Self {
        let places = fields.group_rows() as usize;
        let mut tiles = Self {
            segments: fields.segments as usize + 1,
            places,
            ..Self::default()
        };
        let mut words = stream.chunks_exact(WORD);
        while let Some(Ok(header)) = words.next().map(<[u8; WORD]>::try_from) {
            let rows = deal(&header, places, &mut words);
            if tiles.headers.len() < fields.weight_tiles() {
                let first = fields.begins_block(tiles.headers.len());
                let skipped = usize::from(first) * (fields.parameters as usize + 1) * WORD;
                for row in &rows {
                    tiles.row(row.get(skipped..).unwrap_or(&[]), fields);
                }
            }
            tiles.headers.push(header);
        }
        tiles
    }

    /// Bitmaps, and the weights behind each of them.
    fn row(&mut self, mut bytes: &[u8], fields: &Fields) {
        for _ in 0..self.segments {
            let (bitmap, rest) = bytes
                .split_at_checked(fields.weight_bitmap() as usize)
                .unwrap_or((&[], &[]));
            let ones: u32 = bitmap.iter().map(|byte| byte.count_ones()).sum();
            self.counts.push(ones as u8);
            bytes = rest.get(ones as usize..).unwrap_or(&[]);
        }
    }

    /// Weights of each segment that a row of a group has in a tile.
    pub fn segments(&self, tile: usize, place: usize) -> &[u8] {
        let first = (tile * self.places + place) * self.segments;
        self.counts.get(first..first + self.segments).unwrap_or(&[])
    }
}

/// The words of each row of a group.
fn deal<'a>(
    header: &[u8; WORD],
    places: usize,
    words: &mut impl Iterator<Item = &'a [u8]>,
) -> Vec<Vec<u8>> {
    let mut left = *header;
    let mut rows = vec![Vec::new(); places.min(WORD)];
    while left.iter().take(places).any(|count| *count > 0) {
        for (row, left) in rows.iter_mut().zip(&mut left) {
            if *left > 0 {
                *left -= 1;
                row.extend(words.next().unwrap_or(&[]));
            }
        }
    }
    rows
}
