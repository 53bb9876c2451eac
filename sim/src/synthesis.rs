//! Area of emitted hardware on 7-series devices, counted from the cells that Yosys infers.

use std::collections::BTreeMap;
use std::fmt;

/// Number of cells of each type.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cells(BTreeMap<String, u32>);

/// Area in primitives of the 7-series (origin: Yosys, `synth_xilinx -family xc7 -flatten`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Area {
    /// Look-up tables of logic: LUT1 to LUT6.
    pub lut: u32,
    /// Look-up tables of memories: 4 for RAM32M and RAM64M, 2 for RAM32X1D and RAM64X1D, 1 for RAM32X1S and RAM64X1S.
    pub lutram: u32,
    /// Look-up tables of shift registers: SRL16E and SRLC32E.
    pub srl: u32,
    /// Flip-flops.
    pub ff: u32,
    /// DSP slices.
    pub dsp: u32,
    /// Block memories of 18 kbit; one of 36 kbit counts twice.
    pub bram18: u32,
    /// Latches; a scheduler has none.
    pub latch: u32,
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

    /// Cells of these types together.
    pub fn count(&self, types: &[&str]) -> u32 {
        types.iter().filter_map(|name| self.0.get(*name)).sum()
    }

    fn starting_with(&self, prefix: &str) -> u32 {
        let cells = self.0.iter().filter(|(name, _)| name.starts_with(prefix));
        cells.map(|(_, count)| count).sum()
    }

    /// The area that these cells take.
    pub fn area(&self) -> Area {
        Area {
            lut: self.count(&["LUT1", "LUT2", "LUT3", "LUT4", "LUT5", "LUT6"]),
            lutram: 4 * self.count(&["RAM32M", "RAM64M"])
                + 2 * self.count(&["RAM32X1D", "RAM64X1D"])
                + self.count(&["RAM32X1S", "RAM64X1S"]),
            srl: self.count(&["SRL16E", "SRLC32E"]),
            ff: self.starting_with("FD"),
            dsp: self.starting_with("DSP"),
            bram18: self.starting_with("RAMB18") + 2 * self.starting_with("RAMB36"),
            latch: self.starting_with("LD"),
        }
    }
}

impl Area {
    /// All look-up tables: logic, memories, shift registers.
    pub fn tables(&self) -> u32 {
        [self.lut, self.lutram, self.srl].into_iter().sum()
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
            self.bram18
        )
    }
}
