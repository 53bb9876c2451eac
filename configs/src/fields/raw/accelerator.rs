//! An accelerator as written.

use super::{Kind, Reader, whole};
use crate::diag::Diagnostics;
use crate::source::Located;
use crate::tree::Node;

/// An accelerator as written.
#[derive(Debug, Clone, PartialEq)]
pub struct RawAccelerator {
    /// Rows of elements, a power of two.
    pub rows: Located<u32>,
    /// Columns of elements.
    pub columns: Located<u32>,
    /// Chunks of the activation buffer, a power of two.
    pub activation_chunks: Located<u32>,
    /// Weight columns of a bank, a power of two.
    pub weight_columns: Located<u32>,
    /// Weights of a bank, a power of two.
    pub weights: Located<u32>,
    /// Partial sums of a half, a power of two.
    pub partial_sums: Located<u32>,
    /// Depth of queues.
    pub queue_depth: Located<u32>,
    /// Words asked for ahead, a power of two.
    pub prefetch_words: Located<u32>,
    /// Width of the memory interface, a power of two.
    pub memory_bits: Located<u32>,
    /// Whether counters are built.
    pub statistics: Located<bool>,
}

impl RawAccelerator {
    /// Checks a merged tree.
    ///
    /// # Errors
    /// All problems of the tree.
    pub fn read(node: &Node) -> Result<Self, Diagnostics> {
        whole(node, Kind::Accelerator, Self::from_reader)
    }

    pub(super) fn from_reader(reader: &Reader<'_>) -> Self {
        Self {
            rows: reader.get("rows"),
            columns: reader.get("columns"),
            activation_chunks: reader.get("activation_chunks"),
            weight_columns: reader.get("weight_columns"),
            weights: reader.get("weights"),
            partial_sums: reader.get("partial_sums"),
            queue_depth: reader.get("queue_depth"),
            prefetch_words: reader.get("prefetch_words"),
            memory_bits: reader.get("memory_bits"),
            statistics: reader.get("statistics"),
        }
    }
}
