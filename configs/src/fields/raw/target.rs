//! A target as written.

use super::{Choice, FromValue, Kind, Node, Reader, Value, whole};
use crate::diag::Diagnostics;
use crate::fields::tables;
use crate::source::Located;

/// A target as written.
#[derive(Debug, Clone, PartialEq)]
pub struct RawTarget {
    /// Name of the preset or file it comes from.
    pub name: String,
    /// Board or use.
    pub title: Option<Located<String>>,
    /// Part number.
    pub part: Located<String>,
    /// Family.
    pub family: Located<Family>,
    /// Speed grade.
    pub speed_grade: Option<Located<u32>>,
    /// Package.
    pub package: Option<Located<String>>,
    /// Clock in MHz.
    pub clock_mhz: Located<f64>,
    /// Highest clock of the short pipeline in MHz.
    pub short_pipeline_mhz: Option<Located<f64>>,
    /// Most lanes of the short pipeline.
    pub short_pipeline_lanes: Option<Located<u32>>,
    /// Open tools.
    pub flow: Located<Flow>,
    /// What the device holds.
    pub capacity: RawCapacity,
    /// What synthesis may infer.
    pub infer: Vec<Located<Infer>>,
}

/// `capacity` of a target as written.
#[derive(Debug, Clone, PartialEq)]
pub struct RawCapacity {
    /// Look-up tables.
    pub lut: Located<u32>,
    /// Flip-flops.
    pub ff: Located<u32>,
    /// DSP slices.
    pub dsp: Located<u32>,
    /// Block memories.
    pub bram: Located<u32>,
    /// Size of a block memory in kbit.
    pub bram_kbit: Located<u32>,
    /// Large memory blocks.
    pub uram: Located<u32>,
    /// Size of a large memory block in kbit.
    pub uram_kbit: Located<u32>,
}

/// Family of devices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// AMD 7-series and Zynq-7000.
    Xc7,
    /// AMD UltraScale+.
    Xcup,
    /// Lattice ECP5.
    Ecp5,
    /// Lattice iCE40.
    Ice40,
}

/// Open tools that map to a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// Synthesis alone.
    Yosys,
    /// Synthesis, place and route.
    Nextpnr,
}

/// A kind of cell that synthesis may infer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Infer {
    /// Memories in look-up tables.
    LutRam,
    /// Delays in look-up tables.
    ShiftRegister,
    /// Memories in blocks.
    BlockRam,
    /// Memories in large blocks.
    LargeRam,
    /// Products in DSP slices.
    Multiplier,
}

choice! { Family {
    "xc7" = Family::Xc7,
    "xcup" = Family::Xcup,
    "ecp5" = Family::Ecp5,
    "ice40" = Family::Ice40,
} }
choice! { Flow { "yosys" = Flow::Yosys, "nextpnr" = Flow::Nextpnr, } }
choice! { Infer {
    "lut_ram" = Infer::LutRam,
    "shift_register" = Infer::ShiftRegister,
    "block_ram" = Infer::BlockRam,
    "large_ram" = Infer::LargeRam,
    "multiplier" = Infer::Multiplier,
} }

impl RawTarget {
    /// Checks a merged tree.
    ///
    /// # Errors
    /// All problems of the tree.
    pub fn read(node: &Node) -> Result<Self, Diagnostics> {
        whole(node, Kind::Target, Self::from_reader)
    }

    pub(super) fn from_reader(reader: &Reader<'_>) -> Self {
        let capacity = reader.table("capacity", &tables::CAPACITY);
        Self {
            name: reader.name().unwrap_or("target").to_owned(),
            title: reader.optional("title"),
            part: reader.get("part"),
            family: reader.get("family"),
            speed_grade: reader.optional("speed_grade"),
            package: reader.optional("package"),
            clock_mhz: reader.get("clock_mhz"),
            short_pipeline_mhz: reader.optional("short_pipeline_mhz"),
            short_pipeline_lanes: reader.optional("short_pipeline_lanes"),
            flow: reader.get("flow"),
            capacity: RawCapacity::from_reader(&capacity),
            infer: reader.list("infer"),
        }
    }
}

impl RawCapacity {
    fn from_reader(reader: &Reader<'_>) -> Self {
        Self {
            lut: reader.get("lut"),
            ff: reader.get("ff"),
            dsp: reader.get("dsp"),
            bram: reader.get("bram"),
            bram_kbit: reader.get("bram_kbit"),
            uram: reader.get("uram"),
            uram_kbit: reader.get("uram_kbit"),
        }
    }
}
