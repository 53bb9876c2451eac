//! The measured factors.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::Amount;
use super::leaves::Known;

/// What each quantity of a module takes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Factors {
    /// Look-up tables of logic.
    pub lut: Vec<f64>,
    /// Flip-flops.
    pub ff: Vec<f64>,
}

/// Factors from synthesis.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// Tool, version and command that they come from.
    pub origin: String,
    /// Of the logic of each printed module: a constant, look-up tables of the cover, bits of registers that are cleared or held, bits
    /// of large tables of constants.
    pub printed: BTreeMap<String, Vec<f64>>,
    /// Of each leaf, in the order of [`known`](super::known).
    pub leaves: BTreeMap<String, Factors>,
    /// Share of logic that is left when a design is flattened.
    pub flattened_lut: f64,
    /// Share of flip-flops that is left when a design is flattened.
    pub flattened_ff: f64,
    /// Share of logic that is left when an element of the array is flattened.
    pub element_lut: f64,
    /// Share of flip-flops that is left when an element of the array is flattened.
    pub element_ff: f64,
}

fn weighed(factors: &[f64], quantities: &[f64]) -> f64 {
    let products = factors.iter().zip(quantities).map(|(f, q)| f * q);
    products.sum::<f64>().max(0.0)
}

impl Table {
    /// The table that comes with the generator.
    pub fn built_in() -> &'static Self {
        static TABLE: OnceLock<Table> = OnceLock::new();
        // A test reads it; a broken file would leave memories and multipliers only.
        TABLE.get_or_init(|| serde_json::from_str(include_str!("table.json")).unwrap_or_default())
    }

    /// What a leaf takes, synthesised by itself.
    pub fn leaf(&self, module: &str, known: &Known) -> Amount {
        let none = Factors::default();
        let factors = self.leaves.get(module).unwrap_or(&none);
        Amount {
            logic: weighed(&factors.lut, &known.features),
            memory: known.fixed.lut,
            ff: f64::from(known.fixed.ff) + weighed(&factors.ff, &known.features),
            dsp: known.fixed.dsp,
            bram18: known.fixed.bram18,
        }
    }

    /// What a printed module takes without its instances, synthesised by itself.
    pub fn printed(&self, module: &str, own: &Known) -> Amount {
        // A module that was not measured takes what covers it.
        let cover = vec![0.0, 1.0, 1.0, 0.0];
        let factors = self.printed.get(module).unwrap_or(&cover);
        Amount {
            logic: weighed(factors, &own.features),
            ff: f64::from(own.fixed.ff),
            ..Amount::default()
        }
    }
}
