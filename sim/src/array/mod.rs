//! The layers that the sparse compute array runs: what a [`Layer`] is, how its numbers are quantised, and
//! how layers are drawn by seed ([`draw`](mod@draw)).
//!
//! Numbers are those of TensorFlow Lite's int8 scheme: a code `q` means the real value `scale * (q - zero_point)`. The
//! scales never reach the hardware; they become integer [`Rescale`]s ([`quantise`]).

mod addition;
pub(crate) mod channels;
mod counters;
mod descriptor;
pub mod draw;
mod error;
mod layer;
mod limit;
mod mapping;
mod program;
pub mod quantise;
mod requantise;
mod search;
pub mod stream;
mod suite;
mod tensor;
mod view;
mod weights;

pub use channels::Channels;
pub use counters::{Counters, Stalls};
pub use error::{LayerError, Limit, Shortfall};
pub use layer::{Layer, Operand, Operation, Padding, Weights, Window};
pub use mapping::Mapping;
pub use program::{Compiled, Program};
pub use quantise::{Activation, Rescale};
pub use tensor::{Shape, Tensor};
