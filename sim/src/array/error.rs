//! What can be wrong with a layer.

use miette::Diagnostic;
use thiserror::Error;

use super::limit::reasons;
pub use super::limit::{Limit, Shortfall};
use super::quantise::Rescale;
use super::tensor::Shape;

/// A layer that cannot be computed.
#[derive(Debug, Clone, PartialEq, Eq, Error, Diagnostic)]
pub enum LayerError {
    /// No element, or no window fits.
    #[error("a tensor of {shape} has no elements")]
    #[diagnostic(
        code(dysta::layer::empty),
        help("give every dimension at least 1, and a window that is not larger than the image")
    )]
    Empty {
        /// Extent of the input or of the output.
        shape: Shape,
    },
    /// A kernel or stride that the array does not have.
    #[error("a kernel of {kernel} with stride {stride} is not supported")]
    #[diagnostic(
        code(dysta::layer::window),
        help(
            "use a kernel of 1 to 10 or, without padding, of the extent of the image, and a stride of 1, 2 or the extent of the kernel"
        )
    )]
    Window {
        /// Extent of the window along one axis.
        kernel: u32,
        /// Step along that axis.
        stride: u32,
    },
    /// No code satisfies both ends of the clamp.
    #[error("the clamp {clamp:?} is empty")]
    #[diagnostic(code(dysta::layer::clamp), help("give the least code first"))]
    Clamp {
        /// Least and greatest code.
        clamp: [i8; 2],
    },
    /// A list of the wrong length.
    #[error("{found} {what} where {wanted} are needed")]
    #[diagnostic(
        code(dysta::layer::count),
        help("the number follows from the shapes and the operator")
    )]
    Count {
        /// What is listed.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// How many there must be.
        wanted: usize,
    },
    /// A factor that TensorFlow Lite Micro does not make.
    #[error("the factor {} * 2^({} - 31) is out of range", rescale.multiplier, rescale.shift)]
    #[diagnostic(
        code(dysta::layer::factor),
        help("multipliers are 0 to 2^31 - 1, shifts -31 to 30, and at most 0 in an addition")
    )]
    Factor {
        /// The factor.
        rescale: Rescale,
    },
    /// A factor that the requantiser of the array does not reach.
    #[error("the factor {} * 2^({} - 31) is too large for the array", rescale.multiplier, rescale.shift)]
    #[diagnostic(
        code(dysta::layer::gain),
        help("factors up to 8 fit: choose a larger scale of the output")
    )]
    Gain {
        /// The factor.
        rescale: Rescale,
    },
    /// Sums that do not fit the accumulators.
    #[error(
        "the sums of output channel {channel} can reach {bound}, which shifted left by {shift} leaves 32 bits"
    )]
    #[diagnostic(
        code(dysta::layer::overflow),
        help("use smaller weights or bias, or split the input channels over two layers")
    )]
    Overflow {
        /// Output channel.
        channel: u32,
        /// Greatest magnitude of the sum.
        bound: u64,
        /// Shift to the left that follows.
        shift: u32,
    },
    /// More elements than are drawn.
    #[error("{what} of {elements} elements are more than are drawn, {most}")]
    #[diagnostic(
        code(dysta::layer::large),
        help("cut the image or the channels: the cost of a layer shows on a part of it")
    )]
    Large {
        /// Which tensor.
        what: &'static str,
        /// Its elements.
        elements: u128,
        /// Most elements of a tensor.
        most: u128,
    },
    /// A share that is none.
    #[error("{what} {density} is not from 0 to 1")]
    #[diagnostic(
        code(dysta::layer::density),
        help("give the share of elements that are not zero")
    )]
    Density {
        /// Which share.
        what: &'static str,
        /// Its value.
        density: String,
    },
    /// No tiling fits the memories of the array.
    #[error("{operator} on {shape} does not fit the array: {}", reasons(short))]
    #[diagnostic(code(dysta::layer::no_mapping))]
    NoMapping {
        /// The operator.
        operator: &'static str,
        /// Extent of its input.
        shape: Shape,
        /// What is short in the way to cut it that lacks least.
        short: Vec<Shortfall>,
        /// What to do.
        #[help]
        help: String,
    },
    /// A tensor that is not what the layer reads.
    #[error("input {index} of {found} does not match a layer that reads {wanted}")]
    #[diagnostic(
        code(dysta::layer::input),
        help("shape, number of codes and zero point must be those of the layer")
    )]
    Input {
        /// Which input.
        index: usize,
        /// Its extent.
        found: Shape,
        /// The extent that the layer reads.
        wanted: Shape,
    },
}
