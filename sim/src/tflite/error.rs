//! What can be wrong with a model.

use miette::Diagnostic;
use thiserror::Error;

use crate::array::LayerError;

/// A model that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error, Diagnostic)]
pub enum ModelError {
    /// The file itself.
    #[error("{path}: {reason}")]
    #[diagnostic(
        code(dysta::model::unreadable),
        help("give the path of a file with the ending .tflite")
    )]
    Unreadable {
        /// Path as given.
        path: String,
        /// What the system says.
        reason: String,
    },
    /// Another format.
    #[error("no TensorFlow Lite model: bytes 4 to 7 are not `TFL3`")]
    #[diagnostic(
        code(dysta::model::format),
        help("convert the network with the converter of TensorFlow Lite, version 3 of the schema")
    )]
    Format,
    /// A table that leaves the file or contradicts itself.
    #[error("the model is damaged at byte {byte}, in {table}.{field}: {reason}")]
    #[diagnostic(
        code(dysta::model::damaged),
        help("fetch or convert the model again; compare its checksum")
    )]
    Damaged {
        /// Table of the schema.
        table: &'static str,
        /// Its field.
        field: &'static str,
        /// Offset of the table in the file.
        byte: usize,
        /// What is wrong.
        reason: String,
    },
    /// A reference to something that is not there.
    #[error("the model is damaged: there is no {what} {index}, only {count}")]
    #[diagnostic(
        code(dysta::model::reference),
        help("fetch or convert the model again; compare its checksum")
    )]
    Reference {
        /// What is referred to.
        what: &'static str,
        /// Its index.
        index: i64,
        /// How many there are.
        count: usize,
    },
    /// More or fewer than one network.
    #[error("the model has {found} subgraphs")]
    #[diagnostic(
        code(dysta::model::subgraphs),
        help("convert a network without control flow: one subgraph")
    )]
    Subgraphs {
        /// How many there are.
        found: usize,
    },
    /// A tensor that the array cannot hold.
    #[error("tensor {tensor} `{name}`: {problem}")]
    #[diagnostic(code(dysta::model::tensor), help("{cure}"))]
    Tensor {
        /// Its index.
        tensor: usize,
        /// Its name in the model.
        name: String,
        /// What is wrong.
        problem: String,
        /// What to do.
        cure: &'static str,
    },
    /// An operator, or a form of one, that is not computed.
    #[error("node {node}: {operator} on {shape} is not supported")]
    #[diagnostic(
        code(dysta::model::operator),
        help("nearest supported form: {nearest}")
    )]
    Operator {
        /// Index of the node.
        node: usize,
        /// Operator with what is special about it.
        operator: String,
        /// Extent of its first input.
        shape: String,
        /// What comes closest.
        nearest: &'static str,
    },
    /// A node without the tensors that its operator needs.
    #[error("node {node}: {operator} has {found} {what}")]
    #[diagnostic(
        code(dysta::model::arity),
        help("fetch or convert the model again; compare its checksum")
    )]
    Arity {
        /// Index of the node.
        node: usize,
        /// Its operator.
        operator: &'static str,
        /// Inputs or outputs.
        what: &'static str,
        /// How many there are.
        found: usize,
    },
    /// An output of another extent than the operator computes.
    #[error("node {node}: {operator} gives {computed}, but its output is {found}")]
    #[diagnostic(
        code(dysta::model::extent),
        help("fetch or convert the model again; compare its checksum")
    )]
    Extent {
        /// Index of the node.
        node: usize,
        /// Its operator.
        operator: &'static str,
        /// Extent that follows from inputs and options.
        computed: String,
        /// Extent of the output tensor.
        found: String,
    },
    /// A layer that the array or the reference refuses.
    #[error("node {node} cannot be computed")]
    #[diagnostic(forward(source))]
    Layer {
        /// Index of the node.
        node: usize,
        /// Why.
        source: LayerError,
    },
    /// Tensors that are given to a network.
    #[error("{path}: input {index} has {found} bytes, the network reads {wanted}")]
    #[diagnostic(
        code(dysta::model::input),
        help("give one byte for each element, rows first, channels last")
    )]
    Input {
        /// The file.
        path: String,
        /// Which input.
        index: usize,
        /// Its bytes.
        found: usize,
        /// Bytes of the network's input.
        wanted: usize,
    },
}

impl From<planus::Error> for ModelError {
    fn from(error: planus::Error) -> Self {
        let place = error.source_location;
        Self::Damaged {
            table: place.type_,
            field: place.method,
            byte: place.byte_offset,
            reason: error.error_kind.to_string().to_lowercase(),
        }
    }
}
