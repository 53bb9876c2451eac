//! Faults of a design that no figure may hide: latches, nets with two drivers, memories in flip-flops.

use std::collections::BTreeMap;

use dysta_config::target::{Family, Infer, Target};

use super::error::Fault;
use super::names::module;
use super::netlist::{Bit, Cell, NetModule, Netlist};

/// Memories up to this size may become flip-flops.
const SMALL_MEMORY_BITS: u64 = 256;

/// Latches, nets with several drivers and memories that were taken apart while the text was read. The netlist is that after
/// `proc`, with its hierarchy.
pub(super) fn elaborated(netlist: &Netlist) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (name, contents) in &netlist.modules {
        let name = module(name);
        faults.extend(latches(name, contents));
        faults.extend(drivers(name, contents));
        faults.extend(registers(name, contents));
    }
    faults
}

fn latches(name: &str, contents: &NetModule) -> Vec<Fault> {
    let names = contents.names();
    let is_latch = |cell: &&Cell| matches!(cell.ty.as_str(), "$dlatch" | "$adlatch" | "$dlatchsr");
    let mut signals: Vec<String> = Vec::new();
    for cell in contents.cells.values().filter(is_latch) {
        let bits = cell.connections.get("Q").into_iter().flatten();
        let signal = bits.filter_map(Bit::net).find_map(|net| names.get(&net));
        let signal = signal.map_or("a signal", |signal| word(signal));
        signals.push(format!("{name}.{signal}"));
    }
    signals.sort();
    signals.dedup();
    signals
        .into_iter()
        .map(|signal| Fault::Latch { signal })
        .collect()
}

/// `state[3]` is part of `state`.
fn word(bit: &str) -> &str {
    bit.split_once('[').map_or(bit, |(name, _)| name)
}

fn drivers(name: &str, contents: &NetModule) -> Vec<Fault> {
    let names = contents.names();
    let mut driven: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    let inputs = contents
        .ports
        .iter()
        .filter(|(_, port)| port.direction == "input");
    for (port, input) in inputs {
        for net in input.bits.iter().filter_map(Bit::net) {
            driven.entry(net).or_default().push(format!("input {port}"));
        }
    }
    for (cell, contents) in &contents.cells {
        for (port, bit) in contents.outputs() {
            let Some(net) = bit.net() else { continue };
            driven
                .entry(net)
                .or_default()
                .push(driver(cell, contents, port));
        }
    }
    let mut faults: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (net, mut drivers) in driven.into_iter().filter(|(_, drivers)| drivers.len() > 1) {
        drivers.sort();
        let signal = names.get(&net).map_or("a signal", |name| word(name));
        faults.entry(signal).or_insert(drivers);
    }
    faults.extend(constants(contents));
    let fault = |(signal, drivers): (&str, Vec<String>)| Fault::Drivers {
        signal: format!("{name}.{signal}"),
        drivers,
    };
    faults.into_iter().map(fault).collect()
}

/// Outputs of cells on nets that a constant drives.
fn constants(contents: &NetModule) -> BTreeMap<&str, Vec<String>> {
    let mut faults = BTreeMap::new();
    for (cell, contents) in &contents.cells {
        for (port, bit) in contents.outputs() {
            if let Bit::Constant(value) = bit
                && value != "x"
                && value != "z"
            {
                let drivers = vec![format!("constant {value}"), driver(cell, contents, port)];
                faults.entry(cell.as_str()).or_insert(drivers);
            }
        }
    }
    faults
}

/// `port p_o of u_mul`, or the operator and the line it stands in.
fn driver(cell: &str, contents: &Cell, port: &str) -> String {
    let kind = contents.ty.trim_start_matches('$');
    match (cell.starts_with('$'), contents.line()) {
        (false, _) => format!("port {port} of {cell}"),
        (true, Some(line)) => format!("{kind} at {line}"),
        (true, None) => format!("a cell {kind}"),
    }
}

/// Memories that became registers while the text was read: `mem[0]`, `mem[1]`, …
fn registers(name: &str, contents: &NetModule) -> Vec<Fault> {
    let mut memories: BTreeMap<&str, u64> = BTreeMap::new();
    for (net, bits) in &contents.netnames {
        let Some((memory, index)) = net.strip_suffix(']').and_then(|net| net.rsplit_once('['))
        else {
            continue;
        };
        if !index.is_empty() && index.bytes().all(|digit| digit.is_ascii_digit()) {
            *memories.entry(memory).or_default() += bits.bits.len() as u64;
        }
    }
    let large = memories
        .into_iter()
        .filter(|(_, bits)| *bits > SMALL_MEMORY_BITS);
    let fault = |(memory, bits): (&str, u64)| Fault::Memory {
        signal: format!("{name}.{memory}"),
        bits,
    };
    large.map(fault).collect()
}

/// Memories that are written and found no memory cell, though the target has one for them. The netlist is that before the rest
/// becomes flip-flops.
pub(super) fn memories(netlist: &Netlist, target: &Target) -> Vec<Fault> {
    let small = target.family != Family::Ice40 && target.infers(Infer::LutRam);
    let in_blocks = |memory: &Cell| {
        target.infers(Infer::BlockRam) && reads_with_clock(memory) && fills_blocks(memory)
    };
    let has_cell = |memory: &Cell| small || in_blocks(memory);
    let mut faults = Vec::new();
    for contents in netlist.modules.values() {
        for (cell, memory) in &contents.cells {
            let bits = memory.number("SIZE") * memory.number("WIDTH");
            let is_written = memory.ty.starts_with("$mem") && memory.number("WR_PORTS") > 0;
            if is_written && bits > SMALL_MEMORY_BITS && has_cell(memory) {
                faults.push(Fault::Memory {
                    signal: cell.trim_start_matches('\\').to_owned(),
                    bits,
                });
            }
        }
    }
    faults
}

/// Bits of a word of an iCE40 block, and the least that such a block should hold; Yosys prefers flip-flops below.
const BLOCK_WORD: u64 = 16;
const LEAST_IN_BLOCK: u64 = 64;

/// Whether blocks hold enough of a memory where there are no smaller ones: a few wide words are better in flip-flops.
fn fills_blocks(memory: &Cell) -> bool {
    let (words, width) = (memory.number("SIZE"), memory.number("WIDTH"));
    words * width > LEAST_IN_BLOCK * width.div_ceil(BLOCK_WORD)
}

/// Whether every word is read with a clock, as block memories do.
fn reads_with_clock(memory: &Cell) -> bool {
    let digits = memory
        .parameters
        .get("RD_CLK_ENABLE")
        .and_then(|value| value.as_str());
    digits.is_some_and(|digits| !digits.contains('0'))
}

/// The signal of which Yosys says that it would become a latch, where the text forbids one.
pub(super) fn refused_latch(log: &str) -> Option<Fault> {
    let (_, rest) = log.split_once("Latch inferred for signal `")?;
    let (signal, _) = rest.split_once('\'')?;
    let signal = signal.trim_start_matches('\\').replace(".\\", ".");
    let (unit, name) = signal.split_once('.').unwrap_or((&signal, ""));
    Some(Fault::Latch {
        signal: format!("{}.{name}", module(unit)),
    })
}
