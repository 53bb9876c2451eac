//! Netlists as Yosys writes them in JSON.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use serde::Deserialize;

use super::error::SynthesisError;

/// A design: modules by name.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub(super) struct Netlist {
    #[serde(default)]
    pub modules: BTreeMap<String, NetModule>,
}

/// One module.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub(super) struct NetModule {
    #[serde(default)]
    pub ports: BTreeMap<String, NetPort>,
    #[serde(default)]
    pub cells: BTreeMap<String, Cell>,
    #[serde(default)]
    pub netnames: BTreeMap<String, NetName>,
}

/// A port of a module.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct NetPort {
    pub direction: String,
    pub bits: Vec<Bit>,
}

/// A cell, or an instance of another module.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct Cell {
    #[serde(rename = "type")]
    pub ty: String,
    #[serde(default)]
    pub parameters: BTreeMap<String, serde_json::Value>,
    #[serde(default)]
    pub attributes: BTreeMap<String, serde_json::Value>,
    #[serde(default)]
    pub port_directions: BTreeMap<String, String>,
    #[serde(default)]
    pub connections: BTreeMap<String, Vec<Bit>>,
}

/// A named net.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct NetName {
    #[serde(default)]
    pub hide_name: u8,
    pub bits: Vec<Bit>,
}

/// One bit: a net by number, or a constant.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub(super) enum Bit {
    Net(u32),
    Constant(String),
}

impl Bit {
    pub fn net(&self) -> Option<u32> {
        match self {
            Self::Net(net) => Some(*net),
            Self::Constant(_) => None,
        }
    }
}

impl Netlist {
    /// Reads a file that Yosys wrote.
    pub fn read(path: &Path) -> Result<Self, SynthesisError> {
        let file = File::open(path).map_err(SynthesisError::file(path))?;
        serde_json::from_reader(BufReader::new(file)).map_err(|error| SynthesisError::Result {
            tool: "yosys",
            path: path.to_path_buf(),
            reason: error.to_string(),
        })
    }
}

impl NetModule {
    /// Visible name of each net: the first in order, `name[3]` for a bit of a word.
    pub fn names(&self) -> BTreeMap<u32, String> {
        let mut names = BTreeMap::new();
        for (name, net) in self.netnames.iter().filter(|(_, net)| net.hide_name == 0) {
            for (index, bit) in net.bits.iter().enumerate() {
                let Some(id) = bit.net() else { continue };
                names.entry(id).or_insert_with(|| match net.bits.len() {
                    1 => name.clone(),
                    _ => format!("{name}[{index}]"),
                });
            }
        }
        names
    }
}

impl Cell {
    /// Bits of the outputs, port by port.
    pub fn outputs(&self) -> impl Iterator<Item = (&str, &Bit)> {
        let outputs = self
            .connections
            .iter()
            .filter(|(port, _)| self.is_output(port));
        outputs.flat_map(|(port, bits)| bits.iter().map(move |bit| (port.as_str(), bit)))
    }

    pub fn is_output(&self, port: &str) -> bool {
        self.port_directions
            .get(port)
            .is_some_and(|direction| direction == "output")
    }

    /// File and line it was written in: `dysta_fifo.sv:31`.
    pub fn line(&self) -> Option<&str> {
        let place = self.attributes.get("src")?.as_str()?;
        let colon = place.find(':')?;
        let end = place[colon + 1..].find(|c: char| !c.is_ascii_digit());
        end.map(|digits| &place[..colon + 1 + digits])
    }

    /// A whole number among the parameters, which Yosys writes as binary digits; 0 without it.
    pub fn number(&self, parameter: &str) -> u64 {
        match self.parameters.get(parameter) {
            Some(serde_json::Value::String(digits)) => u64::from_str_radix(digits, 2).unwrap_or(0),
            Some(value) => value.as_u64().unwrap_or(0),
            None => 0,
        }
    }
}
