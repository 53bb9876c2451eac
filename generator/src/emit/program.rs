//! `doc/program.md`: the score as hardware, node by node.

use std::fmt::Write as _;

use dysta_config::expr::{Node, NodeId, Op, SourceId, SourceOp};
use dysta_config::params::SchedulerParams;

/// The page: the expression as written, the nodes with class, format and time, the stored values.
pub(super) fn page(params: &SchedulerParams) -> String {
    let mut page = String::from("# Score program\n\n```yaml\n");
    page.push_str(&as_written(params));
    page.push_str("```\n\n");
    page.push_str(NODES_HEAD);
    for id in 0..params.program.nodes.len() {
        page.push_str(&row(params, id));
    }
    page.push_str(&stored(params));
    page
}

const NODES_HEAD: &str = "\
Each node has a class, the time at which it is known: *static* (written by software), *profile* (table, read at admission),
*request* (stored at admission or stamped), *entry* (update unit, after each layer), *decision* (once a decision),
*candidate* (in the lane, for each candidate). Clocks of candidate nodes count from the candidate's fields, those of entry
and decision nodes from the sample cycle.

| node | value | class | format | bits | clock |
|---|---|---|---|---|---|
";

fn as_written(params: &SchedulerParams) -> String {
    let policy = &params.spec.policy;
    let mut text = format!("score: {}\n", policy.score);
    for (name, value) in &policy.lets {
        let _ = writeln!(text, "{name}: {value}");
    }
    text
}

fn row(params: &SchedulerParams, id: NodeId) -> String {
    let node = &params.program.nodes[id];
    let format = node.format_name();
    let class = format!("{:?}", node.class).to_lowercase();
    let (value, bits) = (value(params, node), node.width());
    let saturates = if node.saturates { ", saturates" } else { "" };
    format!(
        "| n{id} | {value} | {class} | {format}{saturates} | {bits} | {} |\n",
        clock(params, id)
    )
}

/// `n3 * n4`, `now`, `column inv_isolated`, …
fn value(params: &SchedulerParams, node: &Node) -> String {
    let program = &params.program;
    let operands: Vec<String> = node
        .op
        .operands()
        .iter()
        .map(|id| format!("n{id}"))
        .collect();
    match node.op {
        Op::Field(field) => field.name().to_owned(),
        Op::Const(raw) => node.value(raw).to_string(),
        Op::Static(index) => format!("static {}", program.statics[index].name),
        Op::Profile(index) => format!("column {}", program.columns[index].name),
        op => format!("{}({})", op.name(), operands.join(", ")),
    }
}

fn clock(params: &SchedulerParams, id: NodeId) -> String {
    let program = &params.program;
    let lane = program.lane.stage.get(id).copied().flatten();
    let update = program.update.visible.get(id).copied().flatten();
    lane.or(update)
        .map_or(String::new(), |clock| clock.to_string())
}

fn stored(params: &SchedulerParams) -> String {
    let program = &params.program;
    let mut text = format!("\nThe score is n{}. ", program.score);
    let values: Vec<String> = program
        .entry_values
        .iter()
        .map(|value| format!("{} (n{})", value.name, value.node))
        .collect();
    let _ = match values.is_empty() {
        true => writeln!(text, "Entries store no computed value."),
        false => writeln!(text, "Entries store {}.", values.join(", ")),
    };
    text
}

/// A part of the score as text, fully grouped: `beta * penalty_scale`.
pub(super) fn source_text(params: &SchedulerParams, id: SourceId) -> String {
    let nodes = &params.program.source.nodes;
    let text = |id: SourceId| source_text(params, id);
    let part = |id: SourceId| match nodes[id].op {
        SourceOp::Add(..) | SourceOp::Sub(..) | SourceOp::Mul(..) => format!("({})", text(id)),
        _ => text(id),
    };
    match nodes[id].op {
        SourceOp::Field(field) => field.name().to_owned(),
        SourceOp::Number(number) => number.to_string(),
        SourceOp::Param(index) => params
            .spec
            .policy
            .params
            .get(index)
            .map_or(String::new(), |p| p.0.clone()),
        SourceOp::Add(a, b) => format!("{} + {}", part(a), part(b)),
        SourceOp::Sub(a, b) => format!("{} - {}", part(a), part(b)),
        SourceOp::Mul(a, b) => format!("{} * {}", part(a), part(b)),
        SourceOp::Min(a, b) => format!("min({}, {})", text(a), text(b)),
        SourceOp::Max(a, b) => format!("max({}, {})", text(a), text(b)),
        SourceOp::Lt(a, b) => format!("{} < {}", part(a), part(b)),
        SourceOp::Le(a, b) => format!("{} <= {}", part(a), part(b)),
        SourceOp::Select(c, a, b) => format!("select({}, {}, {})", text(c), text(a), text(b)),
    }
}
