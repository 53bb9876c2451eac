//! The ways without a register that the graph of the array knows, against the netlists of Yosys.

use std::collections::{BTreeMap, BTreeSet};

use dysta_generator::leaf::{LEAVES, Leaf};
use dysta_generator::lower::ways;
use serde_json::Value;

use crate::tools::{run, write_leaf};

const REGISTERS: [&str; 7] = [
    "$dff", "$dffe", "$adff", "$adffe", "$sdff", "$sdffe", "$sdffce",
];

/// The nets of a list of bits; constants have none.
fn nets(bits: &Value) -> Vec<u64> {
    let bits = bits.as_array().expect("bits").iter();
    bits.filter_map(Value::as_u64).collect()
}

fn parameter(cell: &Value, name: &str) -> usize {
    let digits = cell["parameters"][name].as_str().expect("a parameter");
    usize::from_str_radix(digits, 2).expect("a number")
}

/// What drives each net in the same clock.
#[derive(Default)]
struct Drivers(BTreeMap<u64, BTreeSet<u64>>);

impl Drivers {
    fn add(&mut self, outputs: &[u64], inputs: &[u64]) {
        for output in outputs {
            self.0.entry(*output).or_default().extend(inputs);
        }
    }

    fn add_cell(&mut self, cell: &Value) {
        let ty = cell["type"].as_str().expect("a type");
        let connections = cell["connections"].as_object().expect("connections");
        if ty == "$mem_v2" {
            return self.add_memory(cell);
        }
        if REGISTERS.contains(&ty) {
            return;
        }
        if ty == "$mux" {
            return self.add_choice(cell);
        }
        let of = |direction: &str| -> Vec<u64> {
            let named = connections.iter();
            let ports =
                named.filter(|(port, _)| cell["port_directions"][port.as_str()] == direction);
            ports.flat_map(|(_, bits)| nets(bits)).collect()
        };
        self.add(&of("output"), &of("input"));
    }

    /// A choice between two words, bit by bit.
    fn add_choice(&mut self, cell: &Value) {
        let bits = |port: &str| cell["connections"][port].as_array().expect("bits").clone();
        let [a, b, y] = ["A", "B", "Y"].map(bits);
        for (bit, y) in y.iter().enumerate() {
            let inputs = [a[bit].clone(), b[bit].clone()];
            let inputs = nets(&Value::from([inputs.to_vec(), bits("S")].concat()));
            self.add(&nets(&Value::from(vec![y.clone()])), &inputs);
        }
    }

    /// Ports that read without a clock.
    fn add_memory(&mut self, cell: &Value) {
        let ports = parameter(cell, "RD_PORTS");
        let clocked = cell["parameters"]["RD_CLK_ENABLE"].as_str().expect("bits");
        let slice = |name: &str, port: usize| {
            let bits = cell["connections"][name].as_array().expect("bits");
            let width = bits.len() / ports;
            nets(&Value::from(
                bits[port * width..(port + 1) * width].to_vec(),
            ))
        };
        for port in 0..ports {
            if clocked.as_bytes()[clocked.len() - 1 - port] == b'0' {
                self.add(&slice("RD_DATA", port), &slice("RD_ADDR", port));
            }
        }
    }

    fn behind(&self, start: Vec<u64>) -> BTreeSet<u64> {
        let (mut seen, mut open) = (BTreeSet::new(), start);
        while let Some(net) = open.pop() {
            if seen.insert(net) {
                open.extend(self.0.get(&net).into_iter().flatten());
            }
        }
        seen
    }
}

fn stem(pin: &str) -> &str {
    pin.strip_suffix("_i")
        .or_else(|| pin.strip_suffix("_o"))
        .unwrap_or(pin)
}

/// Every output that follows inputs, and these.
fn found(leaf: &Leaf) -> BTreeMap<String, BTreeSet<String>> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    write_leaf(folder.path(), leaf);
    let name = leaf.name;
    let script = format!(
        "read_verilog -sv -DSYNTHESIS {name}.sv; hierarchy -top {name}; proc; flatten; opt -full; memory_dff; memory_collect; opt_clean; write_json netlist.json"
    );
    let ran = run(
        folder.path(),
        "yosys",
        &["-q".to_owned(), "-p".to_owned(), script],
    );
    assert!(ran.success, "{name}:\n{}", ran.text);
    let text = std::fs::read_to_string(folder.path().join("netlist.json")).expect("a netlist");
    let netlist: Value = serde_json::from_str(&text).expect("JSON");
    let modules = netlist["modules"].as_object().expect("modules");
    let module = modules
        .values()
        .find(|module| module["attributes"]["top"].is_string());
    let module = module.expect("the top");
    let mut drivers = Drivers::default();
    for cell in module["cells"].as_object().expect("cells").values() {
        drivers.add_cell(cell);
    }
    let ports = module["ports"].as_object().expect("ports");
    let of = |direction: &str| -> Vec<(&str, Vec<u64>)> {
        let ports = ports
            .iter()
            .filter(|(_, port)| port["direction"] == direction);
        ports
            .map(|(name, port)| (stem(name), nets(&port["bits"])))
            .collect()
    };
    let inputs = of("input");
    let follows = |bits: Vec<u64>| -> BTreeSet<String> {
        let behind = drivers.behind(bits);
        let met = inputs.iter().filter(|(name, bits)| {
            !matches!(*name, "clk" | "rst_n" | "rst_ni")
                && bits.iter().any(|bit| behind.contains(bit))
        });
        met.map(|(name, _)| (*name).to_owned()).collect()
    };
    let all = of("output")
        .into_iter()
        .map(|(name, bits)| (name.to_owned(), follows(bits)));
    all.filter(|(_, inputs)| !inputs.is_empty()).collect()
}

#[test]
fn the_graph_knows_every_way_without_a_register() {
    let mut other = String::new();
    for leaf in LEAVES
        .iter()
        .filter(|leaf| leaf.name.starts_with("dysta_array_"))
    {
        let known = ways(leaf.name).iter().map(|(output, inputs)| {
            let inputs = inputs.split(' ').map(str::to_owned);
            ((*output).to_owned(), inputs.collect())
        });
        let known: BTreeMap<String, BTreeSet<String>> = known.collect();
        let found = found(leaf);
        if known != found {
            other += &format!("{}: {found:?}\n", leaf.name);
        }
    }
    assert!(
        other.is_empty(),
        "list the ways in lower/array/paths.rs:\n{other}"
    );
}
