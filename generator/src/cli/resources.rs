//! The estimate of resources as commands print it.

use dysta_generator::estimate::Table;
use dysta_generator::graph::Estimate;
use serde_json::{Value, json};

/// `1243 LUT, 1505 FF, 6 DSP, 5 BRAM18 on 7-series (origin: model)`
pub fn text(estimate: &Estimate) -> String {
    let cost = estimate.cost;
    format!(
        "{} LUT, {} FF, {} DSP, {} BRAM18 on 7-series (origin: model)",
        cost.lut, cost.ff, cost.dsp, cost.bram18
    )
}

/// The sum, each block, and what the factors come from.
pub fn json(estimate: &Estimate) -> Value {
    json!({
        "origin": "model",
        "calibration": Table::built_in().origin,
        "family": "xc7",
        "cost": estimate.cost,
        "nodes": estimate.nodes,
    })
}
