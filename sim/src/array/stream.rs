//! Activations as they lie in memory: a stream of chunks behind a word with its length.
//!
//! A chunk is what one position has in up to 32 channels: a bitmap of one byte for every eight channels, bit 0 of the first
//! byte for the first channel, then the codes whose real value is not zero, in order. The chunks follow each other in the
//! [`Order`] in which the array writes them; the stream is filled up to whole words of 16 bytes with zeros.

use super::tensor::{Shape, Tensor};

/// Channels of a chunk.
pub const CHUNK: u32 = 32;
/// Bytes of a memory word.
pub const WORD: usize = 16;

/// Order of the chunks of a tensor: sets of tiles, blocks of channels, tiles, positions of a tile, chunks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// Rows and columns of a tile.
    pub tile: [u32; 2],
    /// Tiles of a set.
    pub set_tiles: u32,
    /// Chunks of a block of channels.
    pub block_chunks: u32,
}

impl Order {
    /// Row by row, position by position, all channels together.
    pub fn raster(shape: Shape) -> Self {
        Self {
            tile: [1, shape.width],
            set_tiles: 1,
            block_chunks: shape.channels.div_ceil(CHUNK),
        }
    }

    /// Tells whether the chunks of a tensor follow each other alike in another order.
    pub fn is_like(&self, other: &Self, shape: Shape) -> bool {
        let chunks = shape.channels.div_ceil(CHUNK);
        let one_block = |order: &Self| order.block_chunks >= chunks;
        // Without blocks it is the same where sets end.
        let blocks = (one_block(self) && one_block(other))
            || (self.block_chunks == other.block_chunks && self.set_tiles == other.set_tiles);
        let tile = |order: &Self| {
            [
                order.tile[0].min(shape.height),
                order.tile[1].min(shape.width),
            ]
        };
        blocks && tile(self) == tile(other)
    }

    /// Number of tiles.
    pub fn tiles(&self, shape: Shape) -> u32 {
        shape.height.div_ceil(self.tile[0]) * shape.width.div_ceil(self.tile[1])
    }

    /// Rows up to the end of the last tile that must be there before the rows below `needed` are complete.
    ///
    /// A set is there as a whole or not at all; what a set begins at the end of a row of tiles, the next one completes.
    pub fn rows_before(&self, shape: Shape, needed: u32) -> u32 {
        let across = shape.width.div_ceil(self.tile[1]);
        let tiles = self.tiles(shape);
        let wanted = (needed.div_ceil(self.tile[0]) * across).min(tiles);
        let end = (wanted.div_ceil(self.set_tiles) * self.set_tiles).min(tiles);
        end.div_ceil(across) * self.tile[0]
    }

    /// Row, column and chunk of everything in the stream, in order.
    pub(crate) fn places(&self, shape: Shape) -> Vec<[u32; 3]> {
        let chunks = shape.channels.div_ceil(CHUNK);
        let tiles = self.tiles(shape);
        let mut places = Vec::new();
        for first in (0..tiles).step_by(self.set_tiles as usize) {
            for block in (0..chunks).step_by(self.block_chunks as usize) {
                let last_chunk = chunks.min(block + self.block_chunks);
                for tile in first..tiles.min(first + self.set_tiles) {
                    self.tile_places(shape, tile, |row, column| {
                        places.extend((block..last_chunk).map(|chunk| [row, column, chunk]));
                    });
                }
            }
        }
        places
    }

    fn tile_places(&self, shape: Shape, tile: u32, mut each: impl FnMut(u32, u32)) {
        let across = shape.width.div_ceil(self.tile[1]);
        let top = tile / across * self.tile[0];
        let left = tile % across * self.tile[1];
        for row in top..shape.height.min(top + self.tile[0]) {
            for column in left..shape.width.min(left + self.tile[1]) {
                each(row, column);
            }
        }
    }
}

/// Greatest number of bytes that a tensor can take.
pub fn capacity(shape: Shape) -> usize {
    let positions = shape.height as usize * shape.width as usize;
    let bitmaps = shape.channels.div_ceil(8) as usize;
    let bytes = positions * (bitmaps + shape.channels as usize);
    (bytes.div_ceil(WORD) + 2) * WORD
}

/// Packs a tensor.
pub fn pack(tensor: &Tensor, order: &Order) -> Vec<u8> {
    let mut bytes = vec![0; WORD];
    for [row, column, chunk] in order.places(tensor.shape) {
        let last = tensor.shape.channels.min((chunk + 1) * CHUNK);
        let codes = (chunk * CHUNK..last).filter_map(|channel| {
            let index = tensor.index(row.into(), column.into(), channel)?;
            Some(tensor.codes[index])
        });
        pack_chunk(codes, tensor.zero_point, &mut bytes);
    }
    bytes.resize(bytes.len().div_ceil(WORD) * WORD, 0);
    let words = (bytes.len() / WORD - 1) as u32;
    bytes[..4].copy_from_slice(&words.to_le_bytes());
    bytes
}

fn pack_chunk(codes: impl Iterator<Item = i8>, zero: i8, bytes: &mut Vec<u8>) {
    let codes: Vec<i8> = codes.collect();
    let bits = |eight: &[i8]| {
        let set = eight.iter().enumerate().filter(|(_, code)| **code != zero);
        set.fold(0, |bits, (bit, _)| bits | 1 << bit)
    };
    bytes.extend(codes.chunks(8).map(bits));
    bytes.extend(
        codes
            .iter()
            .filter(|code| **code != zero)
            .map(|code| *code as u8),
    );
}

/// The bytes of a tensor that lies at an address: as many as its first word says; nothing if they are not all there.
pub fn stored(memory: &[u8], address: usize) -> Option<&[u8]> {
    let bytes = memory.get(address..)?;
    let words = u32::from_le_bytes(bytes.get(..4)?.try_into().ok()?) as usize;
    bytes.get(..(words + 1).checked_mul(WORD)?)
}

/// Unpacks a tensor; nothing if the stream ends too early.
pub fn unpack(bytes: &[u8], shape: Shape, zero_point: i8, order: &Order) -> Option<Tensor> {
    let mut tensor = Tensor {
        shape,
        zero_point,
        codes: vec![zero_point; shape.len()],
    };
    let mut rest = bytes.get(WORD..)?;
    for [row, column, chunk] in order.places(shape) {
        let channels = CHUNK.min(shape.channels - chunk * CHUNK);
        let (bitmap, behind) = rest.split_at_checked(channels.div_ceil(8) as usize)?;
        rest = behind;
        for bit in (0..channels).filter(|bit| bitmap[*bit as usize / 8] >> (bit % 8) & 1 == 1) {
            let (code, behind) = rest.split_first()?;
            rest = behind;
            let index = tensor.index(row.into(), column.into(), chunk * CHUNK + bit)?;
            tensor.codes[index] = *code as i8;
        }
    }
    Some(tensor)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tensor(shape: Shape) -> Tensor {
        let codes = (0..shape.len()).map(|i| if i % 3 == 0 { 5 } else { i as u8 as i8 });
        Tensor {
            shape,
            zero_point: 5,
            codes: codes.collect(),
        }
    }

    #[track_caller]
    fn check(shape: [u32; 3], order: Option<Order>) {
        let tensor = tensor(Shape::new(shape[0], shape[1], shape[2]));
        let order = order.unwrap_or(Order::raster(tensor.shape));
        let bytes = pack(&tensor, &order);
        assert!(bytes.len() <= capacity(tensor.shape));
        assert_eq!(
            unpack(&bytes, tensor.shape, 5, &order),
            Some(tensor.clone())
        );
        assert_eq!(
            unpack(&bytes[..bytes.len() / 2], tensor.shape, 5, &order),
            None
        );
    }

    #[test]
    fn tensors_survive_packing() {
        check([1, 1, 1], None);
        check([3, 5, 33], None);
        check([2, 2, 64], None);
        let order = Order {
            tile: [2, 3],
            set_tiles: 3,
            block_chunks: 2,
        };
        check([5, 7, 100], Some(order));
    }

    #[test]
    fn a_chunk_is_bitmap_and_codes() {
        let tensor = Tensor {
            shape: Shape::new(1, 1, 10),
            zero_point: -1,
            codes: vec![-1, 7, -1, -1, -1, -1, -1, 0, -1, 9],
        };
        let bytes = pack(&tensor, &Order::raster(tensor.shape));
        assert_eq!(bytes[..4], [1, 0, 0, 0]);
        assert_eq!(bytes[16..22], [0b1000_0010, 0b10, 7, 0, 9, 0]);
    }
}
