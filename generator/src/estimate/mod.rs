//! Resources of emitted modules on 7-series devices without any tool.
//!
//! Memories, multipliers and shift registers follow from rules. Logic of printed modules is covered with look-up tables of six
//! inputs, logic of leaves is linear in their parameters. The factors come from synthesis of some
//! configurations and stand in `table.json`; `make calibrate` measures them again and writes the error on other
//! configurations to `docs/estimate.md`.

mod array;
mod bits;
mod cover;
mod elaborate;
mod leaves;
mod memories;
mod table;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::graph::{Cost, Graph};
use crate::vlog::Module;
use elaborate::Parts;

pub use leaves::{Known, known};
pub use table::{Factors, Table};

/// Resources of the modules of one design.
#[derive(Debug, Clone)]
pub struct Model<'a> {
    table: &'a Table,
    printed: BTreeMap<&'a str, Parts>,
    /// Blocks keep their borders, so nothing is shared across them.
    apart: bool,
}

/// Resources before they are rounded.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Amount {
    /// Look-up tables of logic.
    pub logic: f64,
    /// Look-up tables of memories and shift registers.
    pub memory: u32,
    /// Flip-flops.
    pub ff: f64,
    /// DSP slices.
    pub dsp: u32,
    /// Block memories of 18 Kibit.
    pub bram18: u32,
}

impl Amount {
    /// Rounded, when these shares of logic and flip-flops are left.
    fn cost(self, lut: f64, ff: f64) -> Cost {
        Cost {
            lut: (self.logic * lut).round() as u32 + self.memory,
            ff: (self.ff * ff).round() as u32,
            dsp: self.dsp,
            bram18: self.bram18,
        }
    }
}

impl std::ops::Add for Amount {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            logic: self.logic + other.logic,
            memory: self.memory + other.memory,
            ff: self.ff + other.ff,
            dsp: self.dsp + other.dsp,
            bram18: self.bram18 + other.bram18,
        }
    }
}

impl<'a> Model<'a> {
    /// The model of a design with these printed modules.
    pub fn new(table: &'a Table, printed: &'a [Module]) -> Self {
        let parts = |module: &'a Module| (module.name.as_str(), elaborate::parts(module));
        Self {
            table,
            printed: printed.iter().map(parts).collect(),
            apart: false,
        }
    }

    /// The same where every block is synthesised by itself and keeps its borders, as in the array. A block with instances is an
    /// element of the array, and flattened.
    pub fn of_blocks(table: &'a Table, printed: &'a [Module]) -> Self {
        Self {
            apart: true,
            ..Self::new(table, printed)
        }
    }

    /// What a printed module takes by itself, in quantities that [`Factors`] weigh; nothing for a leaf.
    pub fn quantities(&self, module: &str) -> Option<Known> {
        let parts = self.printed.get(module)?;
        Some(Known {
            fixed: Cost {
                ff: parts.registers,
                ..Cost::default()
            },
            features: quantities(parts),
        })
    }

    /// What a module takes with all its instances, each synthesised by itself. A leaf without a model takes nothing.
    pub fn amount(&self, module: &str, params: &[(String, u64)]) -> Amount {
        let Some(parts) = self.printed.get(module) else {
            let known = known(module, params).unwrap_or_default();
            return self.table.leaf(module, &known);
        };
        let own = self.quantities(module).unwrap_or_default();
        let own = self.table.printed(module, &own);
        let instances = parts.instances.iter();
        instances.fold(own, |sum, (module, params)| {
            sum + self.amount(module, params)
        })
    }

    /// Resources of a module in the design, which is flattened unless its blocks keep their borders.
    pub fn cost(&self, module: &str, params: &[(String, u64)]) -> Cost {
        let amount = self.amount(module, params);
        let table = self.table;
        match (self.apart, self.printed.contains_key(module)) {
            (true, true) => amount.cost(table.element_lut, table.element_ff),
            (true, false) => amount.cost(1.0, 1.0),
            (false, _) => amount.cost(table.flattened_lut, table.flattened_ff),
        }
    }

    /// Sets the resources of every block of a graph.
    pub fn price(&self, graph: &mut Graph) {
        graph.price(|node| self.cost(&node.module, &node.params));
    }
}

/// One, look-up tables of the cover, bits of registers that are cleared or held, bits of large tables of constants.
fn quantities(parts: &Parts) -> Vec<f64> {
    if *parts == Parts::default() {
        return vec![0.0; 4];
    }
    // Comparisons take three bits of both operands at a time, in a look-up table each for less and equal.
    let compared = f64::from(parts.compared) * 2.0 / 3.0;
    let tables = f64::from(parts.tables) + compared;
    vec![1.0, tables, parts.held.into(), parts.constants.into()]
}

/// Resources of a leaf in a flattened design, by the table that comes with the generator.
pub fn leaf_cost(module: &str, params: &[(String, u64)]) -> Cost {
    Model::new(Table::built_in(), &[]).cost(module, params)
}
