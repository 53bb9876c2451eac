//! The longest way between two registers of a mapped design, in cells and in look-up tables.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::names::signal;
use super::netlist::{Bit, Cell, NetModule};

/// The longest way from a register, memory or input to the next.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LongestPath {
    /// Cells on the way that count.
    pub length: u32,
    /// Signal where it begins.
    pub from: String,
    /// Signal where it ends.
    pub to: String,
}

impl fmt::Display for LongestPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} from {} to {}", self.length, self.from, self.to)
    }
}

/// The longest way in cells of any kind.
pub(super) fn in_cells(top: &NetModule) -> LongestPath {
    longest(top, |_| 1)
}

/// The longest way in look-up tables; carry chains, wide multiplexers, multipliers and inverters, which are drawn into tables, apart.
pub(super) fn in_tables(top: &NetModule) -> LongestPath {
    longest(top, |ty| {
        u32::from(ty.starts_with("LUT") || ty == "SB_LUT4" || is_table_memory(ty))
    })
}

fn is_table_memory(ty: &str) -> bool {
    let prefixes = ["RAM32", "RAM64", "RAM128", "RAM256", "TRELLIS_DPR16X4"];
    prefixes.iter().any(|prefix| ty.starts_with(prefix))
}

/// Inputs of a cell that an output bit follows without a clock, as (port, bits up to an index).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// Every bit of the port.
    Whole,
    /// Bits 0 to this one.
    UpTo(usize),
    /// Not at all.
    Not,
}

/// How far bit `index` of `output` follows the input `input` of a cell.
fn reach(cell: &Cell, output: &str, index: usize, input: &str) -> Reach {
    let ty = cell.ty.as_str();
    let when = |follows: bool| if follows { Reach::Whole } else { Reach::Not };
    match ty {
        "CARRY4" | "CARRY8" if matches!(input, "DI" | "S") => Reach::UpTo(index),
        "CCU2C" if output == "S0" => when(!input.ends_with('1')),
        _ if is_table_memory(ty) => when(is_read_address(output, input)),
        _ => when(is_combinational(cell)),
    }
}

/// Whether `input` is an address of the word that a small memory shows at `output`.
fn is_read_address(output: &str, input: &str) -> bool {
    match output {
        "DPO" => input.starts_with("DPRA"),
        "DO" if input == "RAD" => true,
        "SPO" | "O" => input.starts_with('A'),
        _ => match (output.strip_prefix("DO"), input.strip_prefix("ADDR")) {
            (Some(port), Some(address)) => port == address,
            _ => false,
        },
    }
}

/// Whether the outputs of a cell follow its inputs without a clock.
fn is_combinational(cell: &Cell) -> bool {
    let ty = cell.ty.as_str();
    let prefixes = [
        "LUT", "MUXF", "CARRY", "INV", "PFUMX", "L6MUX21", "CCU2C", "SB_LUT4", "SB_CARRY", "MULT18",
    ];
    let registers = ["AREG", "BREG", "MREG", "PREG"].map(|name| cell.number(name));
    prefixes.iter().any(|prefix| ty.starts_with(prefix))
        || (ty.starts_with("DSP48") && registers == [0; 4])
}

/// The search over one design.
struct Search<'a, W> {
    cells: Vec<(&'a str, &'a Cell)>,
    /// Cell, port and index that drive each net.
    drivers: BTreeMap<u32, (usize, &'a str, usize)>,
    weight: W,
    /// Length up to each net and the net where that way begins; none while it is searched.
    known: BTreeMap<u32, Option<(u32, u32)>>,
}

impl<'a, W: Fn(&str) -> u32> Search<'a, W> {
    /// Length of the longest way to a net, and the net where it begins. A loop counts as a beginning.
    fn to(&mut self, net: u32) -> (u32, u32) {
        if let Some(known) = self.known.get(&net) {
            return known.unwrap_or((0, net));
        }
        self.known.insert(net, None);
        let found = match self.drivers.get(&net) {
            Some(driver) => self.through(net, *driver),
            None => (0, net),
        };
        self.known.insert(net, Some(found));
        found
    }

    fn through(&mut self, net: u32, (index, port, bit): (usize, &'a str, usize)) -> (u32, u32) {
        let cell = self.cells[index].1;
        let mut best = None;
        for (input, bits) in cell
            .connections
            .iter()
            .filter(|(port, _)| !cell.is_output(port))
        {
            let count = match reach(cell, port, bit, input) {
                Reach::Whole => bits.len(),
                Reach::UpTo(last) => last + 1,
                Reach::Not => 0,
            };
            for before in bits.iter().take(count).filter_map(Bit::net) {
                let found = self.to(before);
                best = best
                    .filter(|(length, _)| *length >= found.0)
                    .or(Some(found));
            }
        }
        let follows = best.is_some() || is_combinational(cell);
        let own = if follows { (self.weight)(&cell.ty) } else { 0 };
        best.map_or((own, net), |(length, start)| (length + own, start))
    }

    /// Name of the cell or port that drives a net.
    fn name(&self, net: u32, inputs: &BTreeMap<u32, &'a str>) -> String {
        let cell = self
            .drivers
            .get(&net)
            .map(|(index, _, _)| signal(self.cells[*index].0));
        let name = cell.or(inputs.get(&net).copied());
        name.unwrap_or("a constant").to_owned()
    }
}

fn longest(top: &NetModule, weight: impl Fn(&str) -> u32) -> LongestPath {
    let cells: Vec<(&str, &Cell)> = top
        .cells
        .iter()
        .map(|(name, cell)| (name.as_str(), cell))
        .collect();
    let mut drivers = BTreeMap::new();
    for (index, (_, cell)) in cells.iter().enumerate() {
        for (port, bits) in cell
            .connections
            .iter()
            .filter(|(port, _)| cell.is_output(port))
        {
            let nets = bits
                .iter()
                .enumerate()
                .filter_map(|(bit, net)| Some((bit, net.net()?)));
            drivers.extend(nets.map(|(bit, net)| (net, (index, port.as_str(), bit))));
        }
    }
    let mut search = Search {
        cells,
        drivers,
        weight,
        known: BTreeMap::new(),
    };
    let ends = ends(top);
    let mut best: Option<(u32, u32, &str)> = None;
    for (net, end) in ends {
        let (length, start) = search.to(net);
        if best.is_none_or(|(longest, _, _)| length > longest) {
            best = Some((length, start, end));
        }
    }
    let Some((length, start, end)) = best else {
        return LongestPath::default();
    };
    let inputs = top
        .ports
        .iter()
        .filter(|(_, port)| port.direction == "input");
    let inputs = inputs.flat_map(|(name, port)| {
        port.bits
            .iter()
            .filter_map(Bit::net)
            .map(move |net| (net, name.as_str()))
    });
    LongestPath {
        length,
        from: search.name(start, &inputs.collect()),
        to: end.to_owned(),
    }
}

/// Nets that a clocked cell takes or that leave the top, with the signal behind.
fn ends(top: &NetModule) -> Vec<(u32, &str)> {
    let mut ends = Vec::new();
    for (name, cell) in top.cells.iter().filter(|(_, cell)| !is_combinational(cell)) {
        let inputs = cell
            .connections
            .iter()
            .filter(|(port, _)| !cell.is_output(port));
        let nets = inputs.flat_map(|(_, bits)| bits.iter().filter_map(Bit::net));
        ends.extend(nets.map(|net| (net, signal(name))));
    }
    for (name, port) in top
        .ports
        .iter()
        .filter(|(_, port)| port.direction == "output")
    {
        ends.extend(
            port.bits
                .iter()
                .filter_map(Bit::net)
                .map(|net| (net, name.as_str())),
        );
    }
    ends
}
