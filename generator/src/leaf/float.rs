//! The floating-point leaves. One text serves every format: EXP_W 5 and MAN_W 10 for `fp16`, 8 and 23 for `fp32`.

use super::interface::{Leaf, Parameter, Width};
use super::registry::{BIT, input, output, parameter};
use super::template;

const EXP_W: Parameter = parameter("EXP_W", 5, (5, 8), "Bits of the exponent, 5 to 8.");
const MAN_W: Parameter = parameter(
    "MAN_W",
    10,
    (7, 23),
    "Stored bits of the mantissa, 7 to 23.",
);
const FRAC_W: Parameter = parameter(
    "FRAC_W",
    8,
    (0, 64),
    "Bits behind the binary point, 0 to 64; INT_W + FRAC_W is 2 to 64.",
);
const SATURATE: Parameter = parameter(
    "SATURATE",
    0,
    (0, 1),
    "0: as IEEE 754; 1: overflow gives the largest finite number, and both operands must be finite.",
);
const NUMBER: Width = Width::Float("EXP_W", "MAN_W");
const FIXED: Width = Width::Sum("INT_W", "FRAC_W");

pub(super) const MUL: Leaf = Leaf {
    name: "dysta_fp_mul",
    doc: "Pipelined floating-point product a * b, rounded to nearest even.",
    parameters: &[EXP_W, MAN_W, SATURATE],
    ports: &[
        input("clk_i", BIT),
        input("a_i", NUMBER),
        input("b_i", NUMBER),
        output("p_o", NUMBER),
    ],
    template: template::fp_mul,
};

pub(super) const ADD: Leaf = Leaf {
    name: "dysta_fp_add",
    doc: "Pipelined floating-point sum a + b or difference a - b, rounded to nearest even.",
    parameters: &[
        EXP_W,
        MAN_W,
        parameter("SUBTRACT", 0, (0, 1), "0: a + b; 1: a - b."),
        SATURATE,
    ],
    ports: &[
        input("clk_i", BIT),
        input("a_i", NUMBER),
        input("b_i", NUMBER),
        output("s_o", NUMBER),
    ],
    template: template::fp_add,
};

pub(super) const COMPARE: Leaf = Leaf {
    name: "dysta_fp_compare",
    doc: "Compares two floating-point numbers: a < b and a <= b.",
    parameters: &[EXP_W, MAN_W],
    ports: &[
        input("clk_i", BIT),
        input("a_i", NUMBER),
        input("b_i", NUMBER),
        output("lt_o", BIT),
        output("le_o", BIT),
    ],
    template: template::fp_compare,
};

pub(super) const FROM_FIXED: Leaf = Leaf {
    name: "dysta_fp_from_fixed",
    doc: "Converts a fixed-point number to floating point, rounded to nearest even.",
    parameters: &[
        EXP_W,
        MAN_W,
        parameter(
            "INT_W",
            32,
            (0, 64),
            "Bits before the binary point, 0 to 64; a sign bit is one of them.",
        ),
        FRAC_W,
        parameter("SIGNED", 0, (0, 1), "0: unsigned; 1: two's complement."),
    ],
    ports: &[
        input("clk_i", BIT),
        input("x_i", FIXED),
        output("y_o", NUMBER),
    ],
    template: template::fp_from_fixed,
};

pub(super) const TO_FIXED: Leaf = Leaf {
    name: "dysta_fp_to_fixed",
    doc: "Converts a floating-point number to unsigned fixed point, truncated.",
    parameters: &[
        EXP_W,
        MAN_W,
        parameter(
            "INT_W",
            32,
            (0, 64),
            "Bits before the binary point, 0 to 64.",
        ),
        FRAC_W,
    ],
    ports: &[
        input("clk_i", BIT),
        input("x_i", NUMBER),
        output("y_o", FIXED),
    ],
    template: template::fp_to_fixed,
};
