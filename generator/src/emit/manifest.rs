//! `manifest.json`: what the package holds and what it was made from.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::{Hardware, Input};
use crate::vlog::{Expr, Instance, Item};

/// Path in a package.
pub(super) const PATH: &str = "manifest.json";
/// Value of `generator`, by which a package is known as ours.
pub(super) const GENERATOR: &str = "dysta";

/// The manifest of a package with these other files.
pub(super) fn text(input: &Input<'_>, files: &BTreeMap<String, Vec<u8>>) -> String {
    let params = &input.scenario.params;
    let file =
        |(path, bytes): (&String, &Vec<u8>)| json!({ "path": path, "sha256": sha256(bytes) });
    let mut manifest = json!({
        "generator": GENERATOR,
        "version": env!("CARGO_PKG_VERSION"),
        "name": input.name,
        "digest": params.digest(),
        "top": input.hardware.top,
        "clock_hz": input.scenario.clock_hz,
        "parameters": params.spec,
        "decision_latency": {
            "formula": "single when Q = 1, else max(II * ceil(Q / lanes), U) + C",
            "ii_cycles": params.timing().ii,
            "u_cycles": params.timing().update_slot,
            "c_cycles": params.timing().constant,
            "single_cycles": params.timing().single,
        },
        "modules": modules(input.hardware),
        "files": files.iter().map(file).collect::<Vec<_>>(),
    });
    if let Some(array) = &input.array {
        manifest["accelerator"] = json!({
            "digest": array.accelerator.digest(),
            "top": array.hardware.top,
            "processing_elements": array.accelerator.elements(),
            "parameters": array.accelerator,
            "memories": array.accelerator.memories(),
            "modules": modules(array.hardware),
        });
    }
    format!("{manifest:#}\n")
}

fn sha256(bytes: &[u8]) -> String {
    let hash = Sha256::digest(bytes);
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Every module in dependency order, with all its instances.
fn modules(hardware: Hardware<'_>) -> Vec<Value> {
    let leaves = hardware
        .leaves
        .iter()
        .map(|leaf| (leaf.name, "leaf", leaf.doc));
    let printed = hardware.printed.iter();
    let printed = printed.map(|module| (module.name.as_str(), "printed", module.doc.as_str()));
    let all = leaves.chain(printed);
    all.map(|(name, kind, doc)| {
        json!({
            "name": name,
            "file": format!("rtl/{name}.sv"),
            "kind": kind,
            "doc": doc,
            "parents": parents(hardware, name),
        })
    })
    .collect()
}

/// Where a module is instantiated, and with which parameter values.
fn parents(hardware: Hardware<'_>, name: &str) -> Vec<Value> {
    let mut parents = Vec::new();
    for module in hardware.printed {
        let mut found = Vec::new();
        instances(&module.items, &mut found);
        found.retain(|instance| instance.module == name);
        parents.extend(found.into_iter().map(|instance| {
            json!({
                "module": module.name,
                "instance": instance.name,
                "parameters": parameters(instance),
            })
        }));
    }
    parents
}

fn instances<'a>(items: &'a [Item], found: &mut Vec<&'a Instance>) {
    for item in items {
        match item {
            Item::Instance(instance) => found.push(instance),
            Item::GenerateFor(generate) => instances(&generate.items, found),
            _ => {}
        }
    }
}

/// Parameters with plain numbers; others follow from those of the parent.
fn parameters(instance: &Instance) -> Map<String, Value> {
    let values = instance.params.iter();
    let numbers = values.filter_map(|param| match param.value {
        Some(Expr::Int(value)) => Some((param.name.clone(), json!(value))),
        _ => None,
    });
    numbers.collect()
}
