//! Names of program values in RTL: stable, derived from operator and index.

use dysta_config::expr::{NodeId, Op, Program};

/// Name of a value inside a module: `sat_sub_6`, or the name of the field.
pub(super) fn node_name(program: &Program, id: NodeId) -> String {
    match program.nodes[id].op {
        Op::Field(_) | Op::Static(_) | Op::Profile(_) => leaf_name(program, id),
        op => format!("{}_{id}", op.name()),
    }
}

/// Name of a value that enters the lane: field, register, column, stored value or decision value.
pub(super) fn leaf_name(program: &Program, id: NodeId) -> String {
    if let Some(value) = program.entry_values.iter().find(|v| v.node == id) {
        return value.name.clone();
    }
    if let Some(index) = program.decision_values.iter().position(|v| *v == id) {
        return decision_name(index);
    }
    match program.nodes[id].op {
        Op::Static(index) => program.statics[index].name.clone(),
        Op::Profile(index) => program.columns[index].name.clone(),
        op => op.name().to_string(),
    }
}

/// Name of a decision value.
pub(super) fn decision_name(index: usize) -> String {
    format!("decision_{index}")
}
