//! Area of mapped hardware, counted from cells.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Add;

use dysta_config::target::Family;
use serde::{Deserialize, Serialize};

/// Number of cells of each type.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cells(BTreeMap<String, u32>);

/// Area in primitives of a family (origin: Yosys).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Area {
    /// Look-up tables of logic: LUT1 to LUT6, LUT4, SB_LUT4.
    pub lut: u32,
    /// Look-up tables of memories: 8 for RAM32M16, RAM64M8 and RAM256X1D, 4 for RAM32M, RAM64M, RAM128X1D, RAM256X1S and
    /// TRELLIS_DPR16X4, 2 for RAM32X1D, RAM64X1D and RAM128X1S, 1 for RAM32X1S and RAM64X1S.
    pub lutram: u32,
    /// Look-up tables of shift registers: SRL16E and SRLC32E.
    pub srl: u32,
    /// Flip-flops.
    pub ff: u32,
    /// Carry cells: CARRY4, CARRY8, CCU2C, SB_CARRY.
    pub carry: u32,
    /// DSP slices or multipliers.
    pub dsp: u32,
    /// Block memories of 18 kbit, one of 36 kbit counts twice; of 4 kbit on iCE40.
    pub bram: u32,
    /// Large memory blocks: UltraRAM, SPRAM.
    pub uram: u32,
    /// Latches; there must be none.
    pub latch: u32,
}

/// Area of one instance of the top, or of all instances of a module that keeps its border.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstanceArea {
    /// Name of the instance in the top; empty for what stands in the top itself and for several instances.
    pub instance: String,
    /// Its module.
    pub module: String,
    /// Instances that are added up.
    pub count: u32,
    /// Their area.
    pub area: Area,
}

const LUTS: [&str; 7] = ["LUT1", "LUT2", "LUT3", "LUT4", "LUT5", "LUT6", "SB_LUT4"];
const BLOCKS: [&str; 5] = [
    "RAMB18",
    "DP16KD",
    "PDPW16KD",
    "SB_RAM40_4K",
    "SB_RAM256x16",
];

/// Area of one cell.
fn cell_area(ty: &str) -> Area {
    let is_one_of = |prefixes: &[&str]| prefixes.iter().any(|prefix| ty.starts_with(prefix));
    let mut area = Area::default();
    match ty {
        _ if LUTS.contains(&ty) => area.lut = 1,
        "RAM32M16" | "RAM64M8" | "RAM256X1D" => area.lutram = 8,
        "RAM32M" | "RAM64M" | "RAM128X1D" | "RAM256X1S" | "TRELLIS_DPR16X4" => area.lutram = 4,
        "RAM32X1D" | "RAM64X1D" | "RAM128X1S" => area.lutram = 2,
        "RAM32X1S" | "RAM64X1S" => area.lutram = 1,
        "SRL16E" | "SRLC32E" => area.srl = 1,
        "CARRY4" | "CARRY8" | "CCU2C" | "SB_CARRY" => area.carry = 1,
        _ if is_one_of(&["RAMB36"]) => area.bram = 2,
        _ if is_one_of(&BLOCKS) => area.bram = 1,
        _ if is_one_of(&["URAM288", "SB_SPRAM256KA"]) => area.uram = 1,
        _ if is_one_of(&["DSP48", "MULT18X18", "MULT9X9", "SB_MAC16"]) => area.dsp = 1,
        _ if is_one_of(&["FD", "TRELLIS_FF", "SB_DFF"]) => area.ff = 1,
        _ if is_one_of(&["LD", "$_DLATCH"]) => area.latch = 1,
        _ => {}
    }
    area
}

impl Cells {
    /// Reads the last table of cells that the Yosys command `stat` printed; `None` without one.
    ///
    /// ```
    /// let cells = dysta_sim::synthesis::Cells::parse("   Number of cells:  3\n     FDRE  1\n     LUT6  2\n\n");
    /// assert_eq!(cells.unwrap().count(&["LUT5", "LUT6"]), 2);
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let (_, table) = text.rsplit_once("Number of cells:")?;
        let cell = |line: &str| {
            let (name, count) = line.trim().split_once(' ')?;
            Some((name.to_owned(), count.trim().parse().ok()?))
        };
        Some(Self(table.lines().skip(1).map_while(cell).collect()))
    }

    /// Counts the types of some cells.
    pub fn of<'a>(types: impl Iterator<Item = &'a str>) -> Self {
        let mut cells = Self::default();
        types.for_each(|ty| *cells.0.entry(ty.to_owned()).or_default() += 1);
        cells
    }

    /// Cells of these types together.
    pub fn count(&self, types: &[&str]) -> u32 {
        types.iter().filter_map(|name| self.0.get(*name)).sum()
    }

    /// The area that these cells take.
    pub fn area(&self) -> Area {
        let areas = self.0.iter().map(|(ty, count)| cell_area(ty).times(*count));
        areas.fold(Area::default(), Area::add)
    }
}

impl Area {
    /// All look-up tables: logic, memories, shift registers.
    pub fn tables(&self) -> u32 {
        [self.lut, self.lutram, self.srl].into_iter().sum()
    }

    /// Look-up tables of the device that a design takes: those of ECP5 hold the carry cells, two each.
    pub fn occupied_tables(&self, family: Family) -> u32 {
        let carry = match family {
            Family::Ecp5 => self.carry.saturating_mul(2),
            Family::Xc7 | Family::Xcup | Family::Ice40 => 0,
        };
        self.tables().saturating_add(carry)
    }

    fn each(self, other: Self, with: impl Fn(u32, u32) -> u32) -> Self {
        Self {
            lut: with(self.lut, other.lut),
            lutram: with(self.lutram, other.lutram),
            srl: with(self.srl, other.srl),
            ff: with(self.ff, other.ff),
            carry: with(self.carry, other.carry),
            dsp: with(self.dsp, other.dsp),
            bram: with(self.bram, other.bram),
            uram: with(self.uram, other.uram),
            latch: with(self.latch, other.latch),
        }
    }

    fn times(self, count: u32) -> Self {
        self.each(self, |own, _| own.saturating_mul(count))
    }
}

impl Add for Area {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        self.each(other, u32::saturating_add)
    }
}

impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} LUT + {} LUTRAM + {} SRL = {}, {} FF, {} DSP, {} BRAM18",
            self.lut,
            self.lutram,
            self.srl,
            self.tables(),
            self.ff,
            self.dsp,
            self.bram
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(types: &[&str], text: &str) {
        let area = Cells::of(types.iter().copied()).area();
        assert_eq!(area.to_string(), text);
    }

    #[test]
    fn cells_of_every_family_are_counted() {
        check(
            &[
                "LUT6", "LUT1", "RAM64M", "RAM64X1D", "SRL16E", "FDRE", "DSP48E1", "RAMB36E1",
                "INV",
            ],
            "2 LUT + 6 LUTRAM + 1 SRL = 9, 1 FF, 1 DSP, 2 BRAM18",
        );
        check(
            &[
                "LUT4",
                "TRELLIS_DPR16X4",
                "TRELLIS_FF",
                "MULT18X18D",
                "DP16KD",
                "PFUMX",
            ],
            "1 LUT + 4 LUTRAM + 0 SRL = 5, 1 FF, 1 DSP, 1 BRAM18",
        );
        check(
            &["SB_LUT4", "SB_DFFESR", "SB_MAC16", "SB_RAM40_4K"],
            "1 LUT + 0 LUTRAM + 0 SRL = 1, 1 FF, 1 DSP, 1 BRAM18",
        );
        let more = Cells::of(["URAM288", "LDCE", "CARRY8", "CCU2C"].into_iter()).area();
        assert_eq!((more.uram, more.latch, more.carry), (1, 1, 2));
    }
}
