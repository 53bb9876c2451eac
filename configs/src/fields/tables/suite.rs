//! Tables of a suite of layers.

use super::{EXTENDS, field};
use crate::fields::Presence::{Default, Optional, Required};
use crate::fields::{Field, Presence, Table, Type};

/// Keys of a suite.
pub static SUITE: Table = Table {
    name: "suite",
    doc: "Layers that are drawn by seed and run on the sparse compute array. A file may hold the list of layers alone.",
    fields: &[
        EXTENDS,
        field(
            "layers",
            Type::List {
                item: &Type::Table(&LAYER),
                max: 4096,
            },
            "",
            Required,
            "The layers, run in this order.",
        ),
    ],
};

const fn extent(
    key: &'static str,
    max: i64,
    unit: &'static str,
    presence: Presence,
    doc: &'static str,
) -> Field {
    field(key, Type::Int { min: 1, max }, unit, presence, doc)
}

const DENSITY: Type = Type::Float { min: 0.0, max: 1.0 };

/// Keys of one item of `layers` of a suite.
pub static LAYER: Table = Table {
    name: "layer",
    doc: "One layer: an operator, the extent of its input, and how dense weights and activations are.",
    fields: &[
        field(
            "name",
            Type::Text,
            "",
            Optional,
            "Name in the results; by default the place in the list.",
        ),
        field(
            "kind",
            Type::Choice(&[
                ("conv", "convolution"),
                ("pointwise", "convolution with a kernel of 1"),
                ("depthwise", "convolution of each channel by itself"),
                ("fully_connected", "matrix times all elements of the input"),
                ("max_pool", "greatest element of each window"),
                ("average_pool", "mean of each window"),
                ("add", "sum of two tensors"),
                ("relu", "rescaled and clamped input"),
                ("mean", "mean of each channel over the image, rescaled"),
            ]),
            "",
            Required,
            "Operator that the layer computes.",
        ),
        extent(
            "height",
            4095,
            "rows",
            Default("1"),
            "Rows of the input image.",
        ),
        extent(
            "width",
            4095,
            "columns",
            Default("1"),
            "Columns of the input image.",
        ),
        extent(
            "channels",
            65535,
            "channels",
            Default("1"),
            "Channels of the input.",
        ),
        extent(
            "output_channels",
            65535,
            "channels",
            Optional,
            "Channels of the output; by default those of the input.",
        ),
        extent(
            "kernel",
            4095,
            "elements",
            Default("1"),
            "Rows of the window, and its columns unless given.",
        ),
        extent(
            "kernel_width",
            4095,
            "elements",
            Optional,
            "Columns of the window.",
        ),
        extent(
            "stride",
            4095,
            "elements",
            Default("1"),
            "Step of the window along rows, and along columns unless given.",
        ),
        extent(
            "stride_width",
            4095,
            "elements",
            Optional,
            "Step of the window along columns.",
        ),
        field(
            "padding",
            Type::Choice(&[
                (
                    "same",
                    "zeros around the image: output of extent input / stride, rounded up",
                ),
                ("valid", "only windows that lie inside of the image"),
            ]),
            "",
            Default("same"),
            "Behaviour of the window at the border.",
        ),
        field(
            "activation",
            Type::Choice(&[
                ("none", "all codes"),
                ("relu", "codes of reals from 0 on"),
                ("relu6", "codes of reals from 0 to 6"),
            ]),
            "",
            Optional,
            "Activation function at the end; by default none of pools, means and sums, `relu` of all others.",
        ),
        field(
            "pattern",
            Type::Choice(&[
                ("dense", "no weight is zero unless a density is given"),
                (
                    "mag80",
                    "zeros anywhere, 80 % of the weights unless a density is given",
                ),
                (
                    "nm24",
                    "at least two zeros among every four consecutive weights",
                ),
            ]),
            "",
            Default("dense"),
            "Where the zeros of the weights lie.",
        ),
        field(
            "weight_density",
            DENSITY,
            "1",
            Optional,
            "Share of the weights that are not zero; by default that of the pattern.",
        ),
        field(
            "activation_density",
            DENSITY,
            "1",
            Default("0.5"),
            "Share of the activations that are not zero.",
        ),
        field(
            "seed",
            Type::Int {
                min: 0,
                max: 4_294_967_295,
            },
            "1",
            Default("1"),
            "Seed that weights and activations are drawn from.",
        ),
    ],
};
