//! What an array has of everything that a way to cut a layer needs, and what to do where it is too little.

use std::fmt;

use dysta_config::accelerator::Accelerator;

/// Something that an array has so much of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Chunks of the activation buffer.
    Buffer,
    /// Weight columns of a bank.
    Columns,
    /// Weights of a bank.
    Weights,
    /// Partial sums of a half.
    Sums,
    /// Output channels of a row in a block.
    RowChannels,
    /// Output channels of a block beyond whole chunks, where there are several blocks.
    Block,
    /// Places of the patch table for one axis.
    Patch,
    /// Kernel places of one axis that an activation meets.
    Places,
    /// Memory words of a row in a weight tile.
    RowWords,
    /// Kinds of windows along an axis that the border of an image makes.
    Windows,
    /// Rows or columns of an image.
    Extent,
    /// Blocks, channel tiles, tiles of a row of the image or chunks of a position.
    Parts,
    /// Tiles of an image.
    Tiles,
    /// Output channels.
    Channels,
}

impl Limit {
    /// Most output channels of a row in a block.
    pub(super) const ROW_CHANNELS: u64 = 32;
    /// Most positions along one axis of a patch.
    pub(super) const PATCH: u64 = 128;
    /// Most rows or columns of an image, blocks, channel tiles and chunks.
    pub(super) const EXTENT: u64 = 4095;
    /// Most kinds of windows along one axis.
    pub(super) const WINDOWS: u64 = 8;

    /// How much an array has.
    fn available(self, a: &Accelerator) -> u64 {
        match self {
            Self::Buffer => 1 << a.chunk_bits,
            Self::Columns => 1 << a.segment_bits,
            Self::Weights => 1 << a.entry_bits,
            Self::Sums => 1 << a.sum_bits,
            Self::RowChannels => Self::ROW_CHANNELS,
            Self::Block => 0,
            Self::Patch => Self::PATCH,
            Self::Places => 7,
            Self::RowWords => 255,
            Self::Windows => Self::WINDOWS,
            Self::Extent | Self::Parts => Self::EXTENT,
            Self::Tiles | Self::Channels => 65535,
        }
    }

    /// What is short where more is needed than an array has.
    pub(super) fn exceeded(self, a: &Accelerator, needed: u64) -> Option<Shortfall> {
        let available = self.available(a);
        (needed > available).then_some(Shortfall {
            limit: self,
            needed,
            available,
        })
    }

    /// The key of an accelerator that gives more, and the most that it gives.
    fn key(self) -> Option<(&'static str, u64)> {
        match self {
            Self::Buffer => Some(("activation_chunks", 16384)),
            Self::Columns => Some(("weight_columns", 4096)),
            Self::Weights => Some(("weights", 4096)),
            Self::Sums => Some(("partial_sums", 4096)),
            _ => None,
        }
    }

    /// Whose it is, and what is counted.
    fn words(self) -> [&'static str; 2] {
        match self {
            Self::Buffer => ["the activation buffer", "chunks of 32 channels"],
            Self::Columns => ["a weight bank", "columns"],
            Self::Weights => ["a weight bank", "weights"],
            Self::Sums => ["the sum memory of an element", "partial sums"],
            Self::RowChannels => ["a row of a block", "output channels"],
            Self::Block => ["the last chunk of a block", "channels beside whole chunks"],
            Self::Patch => ["the patch table", "places of an axis"],
            Self::Places => ["the look-up of an activation", "kernel places of an axis"],
            Self::RowWords => ["a weight tile", "words of a row"],
            Self::Windows => ["the requantiser", "kinds of windows along an axis"],
            Self::Extent => ["the descriptor", "rows or columns of an image"],
            Self::Parts => ["the descriptor", "blocks, chunks or tiles of a row"],
            Self::Tiles => ["the descriptor", "tiles of an image"],
            Self::Channels => ["the descriptor", "output channels"],
        }
    }
}

/// Something of which a layer needs more than an array has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shortfall {
    /// What is short.
    pub limit: Limit,
    /// How much the layer needs.
    pub needed: u64,
    /// How much the array has.
    pub available: u64,
}

impl Shortfall {
    /// The key of an accelerator that gives enough, and its least value; nothing where none does.
    pub fn key_value(&self) -> Option<(&'static str, u64)> {
        let (key, most) = self.limit.key()?;
        let value = self.needed.checked_next_power_of_two()?;
        (value <= most).then_some((key, value))
    }

    /// How often what the array has must double.
    pub(super) fn doublings(&self) -> u32 {
        let needed = self.needed.checked_next_power_of_two();
        needed.map_or(u64::BITS, |needed| {
            needed.ilog2().saturating_sub(self.available.max(1).ilog2())
        })
    }

    /// What to do about some of them.
    pub(super) fn help(short: &[Self]) -> String {
        let values: Option<Vec<_>> = short.iter().map(Self::key_value).collect();
        match values.as_deref() {
            Some([]) => "let the layer leave its output in another order, or cut it as the array chooses".to_owned(),
            Some(values) => {
                let keys = values.iter().map(|(key, value)| format!("`{key}` to {value}"));
                format!("raise {} in the accelerator", keys.collect::<Vec<_>>().join(" and "))
            }
            None => "no accelerator has as much: cut the image, the window or the channels into several layers".to_owned(),
        }
    }
}

/// `the activation buffer holds 512 chunks of 32 channels, 1024 are needed`
impl fmt::Display for Shortfall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [whose, what] = self.limit.words();
        write!(
            f,
            "{whose} holds {} {what}, {} are needed",
            self.available, self.needed
        )
    }
}

/// All of them behind a colon, or that there is no way at all.
pub(super) fn reasons(short: &[Shortfall]) -> String {
    match short {
        [] => "in no way that is asked for".to_owned(),
        _ => short
            .iter()
            .map(Shortfall::to_string)
            .collect::<Vec<_>>()
            .join("; "),
    }
}
