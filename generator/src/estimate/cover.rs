//! How many look-up tables of six inputs cover a graph of gates.
//!
//! For every gate a few cuts (sets of gates that determine it) are kept, those of least area when the area of a gate is
//! shared among its readers; the cover then takes the best cut of every gate that it needs.

use std::collections::BTreeSet;

use super::bits::{Bits, Gate, Lit, gate};

/// Inputs of a look-up table.
const INPUTS: usize = 6;
/// Cuts kept for a gate.
const KEPT: usize = 8;

/// Gates that determine a gate, in ascending order, and their area.
#[derive(Debug, Clone, PartialEq)]
struct Cut {
    gates: Vec<usize>,
    area: f64,
}

/// The number of look-up tables that make all roots; a root that is no logic takes none.
pub(super) fn tables(bits: &Bits, roots: &BTreeSet<Lit>) -> u32 {
    let readers = readers(bits, roots);
    let best = best_cuts(bits, &readers);
    let mut needed: Vec<usize> = roots.iter().map(|root| gate(*root)).collect();
    let mut made = BTreeSet::new();
    while let Some(index) = needed.pop() {
        if bits.gates[index].is_logic() && made.insert(index) {
            needed.extend(&best[index]);
        }
    }
    made.len() as u32
}

fn readers(bits: &Bits, roots: &BTreeSet<Lit>) -> Vec<u32> {
    let mut readers = vec![0; bits.gates.len()];
    for gate in &bits.gates {
        for input in gate.inputs() {
            readers[input] += 1;
        }
    }
    for root in roots {
        readers[gate(*root)] += 1;
    }
    readers
}

/// The gates of the best cut of every gate.
fn best_cuts(bits: &Bits, readers: &[u32]) -> Vec<Vec<usize>> {
    let mut cuts: Vec<Vec<Cut>> = Vec::with_capacity(bits.gates.len());
    let mut area: Vec<f64> = Vec::with_capacity(bits.gates.len());
    let mut best = Vec::with_capacity(bits.gates.len());
    for (index, gate) in bits.gates.iter().enumerate() {
        let found = cuts_of(*gate, &cuts, &area, readers);
        area.push(found.first().map_or(0.0, |cut| cut.area + 1.0));
        best.push(found.first().map_or_else(Vec::new, |cut| cut.gates.clone()));
        cuts.push(found);
        debug_assert_eq!(cuts.len(), index + 1);
    }
    best
}

/// Cuts of a gate, the best first: one cut of each input, joined.
fn cuts_of(gate: Gate, cuts: &[Vec<Cut>], area: &[f64], readers: &[u32]) -> Vec<Cut> {
    let mut joined = vec![Vec::new()];
    if !gate.is_logic() {
        return Vec::new();
    }
    for input in gate.inputs() {
        let itself = vec![input];
        let choices = cuts[input].iter().map(|cut| &cut.gates);
        let choices: Vec<&Vec<usize>> = choices.chain([&itself]).collect();
        let pairs = joined
            .iter()
            .flat_map(|gates| choices.iter().filter_map(|choice| union(gates, choice)));
        let mut next: Vec<Vec<usize>> = pairs.collect();
        next.sort_unstable();
        next.dedup();
        joined = next;
    }
    let flow = |index: &usize| area[*index] / f64::from(readers[*index].max(1));
    let mut found: Vec<Cut> = joined
        .into_iter()
        .map(|gates| Cut {
            area: gates.iter().map(flow).sum(),
            gates,
        })
        .collect();
    found.sort_by(|a, b| {
        let size = a.gates.len().cmp(&b.gates.len());
        a.area.total_cmp(&b.area).then(size)
    });
    found.truncate(KEPT);
    found
}

/// Both sets together, unless they are too many inputs; constants are no input.
fn union(a: &[usize], b: &[usize]) -> Option<Vec<usize>> {
    let mut all: Vec<usize> = a
        .iter()
        .chain(b)
        .copied()
        .filter(|gate| *gate != 0)
        .collect();
    all.sort_unstable();
    all.dedup();
    (all.len() <= INPUTS).then_some(all)
}
