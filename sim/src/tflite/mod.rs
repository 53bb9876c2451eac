//! Reads TensorFlow Lite models of int8 networks.
//!
//! [`read`] takes the bytes of a model with one subgraph and gives a [`Network`](crate::network::Network). A damaged file, an
//! operator or a form of one that is not computed is a [`ModelError`] with its place and what to do; nothing panics.

mod error;
mod names;
mod operator;
mod read;
mod schema;

pub use error::ModelError;
pub use read::{open, read};
