//! Table of an accelerator.

use super::{EXTENDS, field};
use crate::fields::Presence::{Default, Required};
use crate::fields::{Field, Table, Type};

const fn power(key: &'static str, range: [i64; 2], unit: &'static str, doc: &'static str) -> Field {
    let ty = Type::PowerOfTwo {
        min: range[0],
        max: range[1],
    };
    field(key, ty, unit, Required, doc)
}

/// Keys of an accelerator.
pub static ACCELERATOR: Table = Table {
    name: "accelerator",
    doc: "The sparse compute array: processing elements in rows and columns, and their memories.",
    fields: &[
        EXTENDS,
        power(
            "rows",
            [1, 16],
            "rows",
            "Rows of processing elements: output channels, and groups of pixels.",
        ),
        field(
            "columns",
            Type::Int { min: 1, max: 16 },
            "columns",
            Required,
            "Columns of processing elements: pixels.",
        ),
        power(
            "activation_chunks",
            [64, 16384],
            "chunks",
            "Activation buffer: positions of the image, each with up to 32 channels.",
        ),
        power(
            "weight_columns",
            [64, 4096],
            "columns",
            "Compressed weight columns in each of the two banks of an element: one for each row and column of the kernel and input channel.",
        ),
        power(
            "weights",
            [128, 4096],
            "weights",
            "Weights that are not zero in each of the two banks of an element.",
        ),
        power(
            "partial_sums",
            [16, 4096],
            "sums",
            "Partial sums in each of the two halves of an element.",
        ),
        field(
            "queue_depth",
            Type::Int { min: 2, max: 16 },
            "words",
            Default("16"),
            "Depth of the queues of an element (activations, runs of weights) and of the weight words of a row.",
        ),
        field(
            "prefetch_words",
            Type::PowerOfTwo { min: 32, max: 1024 },
            "words",
            Default("128"),
            "Words that each of the two read streams asks the memory for ahead of their use.",
        ),
        field(
            "memory_bits",
            Type::PowerOfTwo { min: 8, max: 512 },
            "bits",
            Default("128"),
            "Width of the data of the memory interface, 64 or more. Input, weights and output take up to 128 bits of it a clock each.",
        ),
        field(
            "statistics",
            Type::Bool,
            "",
            Default("true"),
            "Whether the counters of a layer (clocks, products, idle elements by reason) and their read port are built.",
        ),
    ],
};
