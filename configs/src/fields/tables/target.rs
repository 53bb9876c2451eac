//! Tables of a target.

use super::{EXTENDS, field};
use crate::fields::Presence::{Default, Optional, Required};
use crate::fields::{Table, Type};

/// Keys of a target.
pub static TARGET: Table = Table {
    name: "target",
    doc: "A programmable device and the tools that map hardware to it.",
    fields: &[
        EXTENDS,
        field(
            "title",
            Type::Text,
            "",
            Optional,
            "Board or use that the device is known from, for reports.",
        ),
        field(
            "part",
            Type::Text,
            "",
            Required,
            "Part number as the vendor's tools take it.",
        ),
        field(
            "family",
            Type::Choice(&[
                (
                    "xc7",
                    "AMD 7-series and Zynq-7000: LUT6, 18 kbit blocks, DSP48E1",
                ),
                (
                    "xcup",
                    "AMD UltraScale+: LUT6, 18 kbit blocks, UltraRAM, DSP48E2",
                ),
                (
                    "ecp5",
                    "Lattice ECP5: LUT4, 18 kbit blocks, 18 x 18 multipliers",
                ),
                (
                    "ice40",
                    "Lattice iCE40: LUT4, 4 kbit blocks, 16 x 16 multipliers",
                ),
            ]),
            "",
            Required,
            "Family, which decides what Yosys maps to.",
        ),
        field(
            "speed_grade",
            Type::Int { min: 1, max: 9 },
            "1",
            Optional,
            "Speed grade of the vendor; no key for families without grades.",
        ),
        field(
            "package",
            Type::Text,
            "",
            Optional,
            "Package, for place and route.",
        ),
        field(
            "clock_mhz",
            Type::Float {
                min: 1.0,
                max: 1000.0,
            },
            "MHz",
            Required,
            "Clock that place and route aims at and that is reported as met or missed.",
        ),
        field(
            "short_pipeline_mhz",
            Type::Float {
                min: 1.0,
                max: 1000.0,
            },
            "MHz",
            Optional,
            "Highest clock that a scheduler with `pipeline: auto` has the short pipeline for; without it at every clock.",
        ),
        field(
            "short_pipeline_lanes",
            Type::Int { min: 1, max: 16 },
            "lanes",
            Optional,
            "Most lanes that a scheduler with `pipeline: auto` has the short pipeline with; without it any number.",
        ),
        field(
            "flow",
            Type::Choice(&[
                ("yosys", "synthesis; the vendor's tools place and route"),
                ("nextpnr", "synthesis by Yosys, place and route by nextpnr"),
            ]),
            "",
            Required,
            "Open tools that the device has.",
        ),
        field(
            "capacity",
            Type::Table(&CAPACITY),
            "",
            Required,
            "What the device holds.",
        ),
        field(
            "infer",
            Type::List {
                item: &Type::Choice(&[
                    ("lut_ram", "small memories in look-up tables"),
                    ("shift_register", "delays in look-up tables"),
                    ("block_ram", "memories in blocks"),
                    ("large_ram", "memories in large blocks: UltraRAM, SPRAM"),
                    ("multiplier", "products in DSP slices"),
                ]),
                max: 5,
            },
            "",
            Default("[lut_ram, shift_register, block_ram, multiplier]"),
            "Memories and multipliers that synthesis may infer where the family has them; the rest becomes logic.",
        ),
    ],
};

/// Keys of `capacity` of a target.
pub static CAPACITY: Table = Table {
    name: "capacity",
    doc: "Resources of a device as its data sheet gives them.",
    fields: &[
        field(
            "lut",
            COUNT,
            "look-up tables",
            Required,
            "Look-up tables: of six inputs in AMD, of four in Lattice devices.",
        ),
        field(
            "ff",
            COUNT,
            "flip-flops",
            Required,
            "Flip-flops of the logic.",
        ),
        field(
            "dsp",
            COUNT,
            "slices",
            Required,
            "DSP slices or multipliers of the size that the family has.",
        ),
        field(
            "bram",
            COUNT,
            "blocks",
            Required,
            "Block memories of `bram_kbit`; one of 36 kbit counts as two of 18.",
        ),
        field(
            "bram_kbit",
            Type::Int { min: 1, max: 64 },
            "kbit",
            Required,
            "Size of a block memory.",
        ),
        field(
            "uram",
            COUNT,
            "blocks",
            Default("0"),
            "Large memory blocks of `uram_kbit`: UltraRAM, SPRAM.",
        ),
        field(
            "uram_kbit",
            Type::Int { min: 0, max: 1024 },
            "kbit",
            Default("0"),
            "Size of a large memory block; 0 without any.",
        ),
    ],
};

const COUNT: Type = Type::Int {
    min: 0,
    max: 100_000_000,
};
