//! Params → dataflow graph → typed Verilog. No I/O happens here.

mod arith;
mod array;
mod blocks;
mod entries;
mod few_pins;
mod float;
mod glue;
mod lane;
mod names;
mod predict;
mod rom;
mod shared;
mod shift;
mod tables;
#[cfg(test)]
mod tests;
mod tree;
mod update;

use std::collections::BTreeSet;

use dysta_config::layout::STAMP_WIDTH;
use dysta_config::params::SchedulerParams;
use thiserror::Error;

use crate::estimate::{Model, Table};
use crate::graph::{
    self, Buffer, Direction, Estimate, Field, Graph, GraphError, Node, NodeIndex, NodeKind,
    Protocol,
};
use crate::leaf::{self, Leaf};
use crate::vlog::{Library, Module, VlogError};
use blocks::Streams;

pub use array::{Ways, array, ways};
pub use few_pins::{FEW_PINS, few_pins};

/// Everything that becomes RTL files.
#[derive(Debug, Clone)]
pub struct Design {
    /// Name of the top module.
    pub top: String,
    /// The checked graph.
    pub graph: Graph,
    /// Resources and latency by the model.
    pub estimate: Estimate,
    /// Printed modules in dependency order, the top last.
    pub printed: Vec<Module>,
    /// Leaf templates that the design instantiates, in the order of the registry.
    pub leaves: Vec<&'static Leaf>,
}

/// A design that cannot become RTL; a fault of the generator, not of the user.
#[derive(Debug, Error)]
pub enum LowerError {
    /// The graph is wrong.
    #[error(transparent)]
    Graph(#[from] GraphError),
    /// A printed module is wrong.
    #[error(transparent)]
    Module(#[from] VlogError),
}

/// Builds the hardware of a scheduler: graph, structural top, printed blocks, list of leaves.
///
/// # Errors
/// If a pass refuses the graph or a printed module does not check.
pub fn scheduler(params: &SchedulerParams) -> Result<Design, LowerError> {
    let mut graph = scheduler_graph(params);
    let mut printed = vec![
        entries::entries(params),
        tables::tables(params),
        lane::lane(params),
        glue::dispatcher(params),
    ];
    let has_update = update::needed(&params.program);
    if has_update {
        printed.push(update::update(params));
    }
    if params.spec.lanes > 1 {
        printed.extend([tree::distributor(params), tree::tree(params)]);
    }
    if params.spec.pipeline.is_long() {
        printed.push(entries::front(&blocks::entries_front(params)));
        printed.iter_mut().for_each(for_slow_fabrics);
    }
    printed.push(glue::guard(has_update));
    Model::new(Table::built_in(), &printed).price(&mut graph);
    let estimate = graph::run(&mut graph)?;
    printed.push(graph::structural(&graph));
    let library = library(&graph, &printed);
    for module in &printed {
        module.check(&library)?;
    }
    Ok(Design {
        top: graph.name.clone(),
        leaves: leaves(&[&graph], &printed),
        graph,
        estimate,
        printed,
    })
}

/// Partial products that fit slices of 18 x 18 bits, comparisons side by side.
fn for_slow_fabrics(module: &mut Module) {
    for item in &mut module.items {
        let crate::vlog::Item::Instance(instance) = item else {
            continue;
        };
        let (parameter, value) = match instance.module.as_str() {
            "dysta_mul" => ("PART_W", 17u32),
            "dysta_pair_min" => ("PARALLEL", 1),
            _ => continue,
        };
        *instance = instance.clone().param(parameter, value);
    }
}

fn library(graph: &Graph, printed: &[Module]) -> Library {
    let mut library = graph.library();
    library.extend(leaf::library());
    library.extend(printed.iter().map(|m| (m.name.clone(), m.interface())));
    library
}

/// Leaves that graph nodes or printed modules instantiate.
fn leaves(graphs: &[&Graph], printed: &[Module]) -> Vec<&'static Leaf> {
    let nodes = graphs
        .iter()
        .flat_map(|graph| graph.nodes())
        .filter(|(_, n)| n.kind == NodeKind::Leaf)
        .map(|(_, n)| n.module.clone());
    let inside = printed
        .iter()
        .flat_map(|m| &m.items)
        .filter_map(|item| match item {
            crate::vlog::Item::Instance(instance) => Some(instance.module.clone()),
            _ => None,
        });
    let used: BTreeSet<String> = nodes.chain(inside).collect();
    leaf::LEAVES
        .iter()
        .filter(|l| used.contains(l.name))
        .collect()
}

struct Builder {
    graph: Graph,
}

impl Builder {
    fn add(&mut self, node: Node) -> NodeIndex {
        self.graph.add(node)
    }

    fn port(
        &mut self,
        direction: Direction,
        name: &str,
        protocol: Protocol,
        payload: Vec<Field>,
        doc: &str,
    ) -> NodeIndex {
        self.graph
            .add(Node::port(direction, name, protocol, payload).doc(doc))
    }

    fn signal(&mut self, direction: Direction, name: &str, width: u32, doc: &str) -> NodeIndex {
        self.port(
            direction,
            name,
            Protocol::Signal,
            vec![Field::new(name, width)],
            doc,
        )
    }

    fn wire(&mut self, from: (NodeIndex, &str), to: (NodeIndex, &str)) {
        self.graph.connect(from, to, Buffer::None);
    }

    /// Joins ports by name: each pair is (output of `from`, input of `to`).
    fn wires(&mut self, from: NodeIndex, to: NodeIndex, pairs: &[(&str, &str)]) {
        for (output, input) in pairs {
            self.wire((from, output), (to, input));
        }
    }
}

/// The dataflow graph of `dysta_scheduler` before the passes.
fn scheduler_graph(params: &SchedulerParams) -> Graph {
    let streams = Streams::new(params);
    let doc = format!(
        "Picks, after every layer, the waiting request whose next layer runs: the smallest score, at equal scores the earliest admitted.\nPolicy {}: score = {}\nLatency: max({}Q, {}) + {} clocks from the end of a layer to dispatch_valid with Q candidates, {} with one.",
        params.spec.policy.name,
        params.spec.policy.score,
        match params.timing().ii {
            1 => String::new(),
            ii => format!("{ii} * "),
        },
        params.timing().update_slot,
        params.timing().constant,
        params.timing().single,
    );
    let mut b = Builder {
        graph: Graph::new("dysta_scheduler", doc),
    };
    let now = b.signal(
        Direction::Input,
        "now",
        STAMP_WIDTH,
        "Time in cycles; grows by at least 1 every clock.",
    );
    let submit = b.port(
        Direction::Input,
        "submit",
        Protocol::Stream,
        streams.submit.clone(),
        "Requests.",
    );
    let dispatch = b.port(
        Direction::Output,
        "dispatch",
        Protocol::Stream,
        streams.dispatch.clone(),
        "Layers to run.",
    );
    let layer_done = b.port(
        Direction::Input,
        "layer_done",
        Protocol::Stream,
        streams.layer_done.clone(),
        "Ends of layers; status 0 ok, 1 error, 2 aborted.",
    );
    let complete = b.port(
        Direction::Output,
        "complete",
        Protocol::Stream,
        streams.complete.clone(),
        "Requests that leave; status 0 met, 1 late, 2 rejected_profile, 3 rejected_full, 4 failed.",
    );
    let table = b.port(
        Direction::Input,
        "table",
        Protocol::Stream,
        streams.table.clone(),
        "Writes of table rows and runtime registers.",
    );
    let admission = b.add(blocks::admission(params, &streams));
    let tables = b.add(blocks::tables(params, &streams));
    let entries = b.add(blocks::entry_memory(params));
    let into_entries = entries_front(&mut b, params, entries);
    let sequencer = b.add(blocks::sequencer(params, &streams));
    let lanes: Vec<NodeIndex> = (0..params.spec.lanes)
        .map(|bank| b.add(blocks::score_lane(params, bank)))
        .collect();
    let argmin = b.add(blocks::argmin(params));
    let dispatcher = b.add(blocks::dispatcher(&streams));
    let completion = b.add(blocks::completion(params, &streams));
    let has_update = update::needed(&params.program);
    let guard = b.add(blocks::guard(has_update));

    b.wire((now, "now"), (sequencer, "now"));
    b.wire((submit, "submit"), (admission, "submit"));
    b.wire((table, "table"), (tables, "table"));
    b.wire((layer_done, "layer_done"), (sequencer, "layer_done"));
    b.wires(admission, tables, &[("lookup", "lookup")]);
    b.wires(tables, admission, &[("known", "profile_known")]);
    b.wires(admission, tables, &[("admit_valid", "admit_valid")]);
    b.wires(sequencer, tables, &[("finish", "finish")]);
    b.wires(entries, tables, &[("profile", "finish_profile")]);
    b.wires(
        admission,
        into_entries,
        &[("admit_valid", "admit_valid"), ("admit", "admit")],
    );
    b.wires(admission, sequencer, &[("admit_valid", "admit_valid")]);
    b.wires(admission, completion, &[("reject", "reject")]);
    b.wires(tables, into_entries, &[("row", "row")]);
    let shared = [
        "append_position",
        "move",
        "special_position",
        "latest",
        "read_position",
    ];
    b.wires(sequencer, into_entries, &shared.map(|name| (name, name)));
    let rows: &[(&str, &str)] = match entries::maps_rows(params) {
        true => &[("deciding", "deciding"), ("release", "release")],
        false => &[("update_position", "update_position")],
    };
    b.wires(sequencer, into_entries, rows);
    b.wires(
        sequencer,
        admission,
        &[("live", "live"), ("update_start", "hold")],
    );
    b.wires(
        sequencer,
        into_entries,
        &[("update_start", "write_progress")],
    );
    b.wires(entries, sequencer, &[("last", "running_last")]);
    for (bank, lane) in (0u32..).zip(&lanes) {
        lane_inputs(&mut b, params, (bank, *lane), [entries, sequencer, tables]);
    }
    join_lanes(&mut b, params, &lanes, [sequencer, argmin]);
    b.wires(sequencer, argmin, &[("clear", "clear")]);
    b.wires(argmin, sequencer, &[("best", "best")]);
    b.wires(
        sequencer,
        dispatcher,
        &[("dispatch", "offer"), ("position", "position")],
    );
    b.wires(
        entries,
        dispatcher,
        &[("id", "id"), ("profile", "profile"), ("layer", "layer")],
    );
    b.wires(argmin, dispatcher, &[("best_score", "score")]);
    b.wire((dispatcher, "dispatch"), (dispatch, "dispatch"));
    b.wires(
        sequencer,
        completion,
        &[
            ("layer_end", "layer_end"),
            ("finish", "finish"),
            ("latest", "latest"),
        ],
    );
    b.wires(
        entries,
        completion,
        &[("id", "running_id"), ("deadline", "running_deadline")],
    );
    b.wires(completion, sequencer, &[("record_ready", "record_ready")]);
    b.graph.connect(
        (completion, "complete"),
        (complete, "complete"),
        match params.spec.complete_depth {
            0 => Buffer::None,
            depth => Buffer::Fifo(depth),
        },
    );
    if !params.layout.layer_row.fields.is_empty() {
        b.wires(dispatcher, tables, &[("read", "read_valid")]);
        b.wires(
            entries,
            tables,
            &[("profile", "read_profile"), ("layer", "read_layer")],
        );
    }
    b.wires(
        sequencer,
        guard,
        &[("block", "sequencer_block"), ("quiet", "sequencer_quiet")],
    );
    b.wires(admission, guard, &[("busy", "admission_busy")]);
    b.wires(completion, guard, &[("busy", "completion_busy")]);
    b.wires(guard, admission, &[("block", "block")]);
    if has_update {
        update_unit(
            &mut b,
            params,
            &lanes,
            [now, sequencer, entries, tables, guard, into_entries],
        );
    }
    if params.spec.statistics {
        statistics(&mut b, [sequencer, completion, guard]);
    }
    let refused = b.signal(
        Direction::Output,
        "table_refused",
        1,
        "The latest table write was refused: a live request uses its profile.",
    );
    b.wire((tables, "refused"), (refused, "table_refused"));
    let quiescent = b.signal(
        Direction::Output,
        "quiescent",
        1,
        "No state changes in the next clock without a new handshake.",
    );
    b.wire((guard, "quiescent"), (quiescent, "quiescent"));
    b.graph
}

/// What the other blocks connect to in place of the entry memories: registers in front of them, where the pipeline has any.
fn entries_front(b: &mut Builder, params: &SchedulerParams, entries: NodeIndex) -> NodeIndex {
    if !params.spec.pipeline.is_long() {
        return entries;
    }
    let node = blocks::entries_front(params);
    let inputs = node
        .ports
        .iter()
        .filter(|port| port.direction == Direction::Input);
    let names: Vec<String> = inputs.map(|port| port.name.clone()).collect();
    let front = b.add(node);
    for name in names {
        b.wire((front, &entries::front_name(&name)), (entries, &name));
    }
    front
}

/// Connects what a lane reads besides decision values.
fn lane_inputs(
    b: &mut Builder,
    params: &SchedulerParams,
    (bank, lane): (u32, NodeIndex),
    [entries, sequencer, tables]: [NodeIndex; 3],
) {
    b.wires(
        sequencer,
        lane,
        &[
            ("candidate_last", "candidate_last"),
            ("candidate_row", "candidate_position"),
        ],
    );
    b.wire(
        (entries, &entries::bank_port(bank, "number")),
        (lane, "candidate_number"),
    );
    let (stable, candidate) = lane::inputs(params);
    for input in stable.iter().chain(&candidate) {
        let name = input.name.as_str();
        let is_register = params.program.statics.iter().any(|s| s.name == name);
        match name {
            "stamp" | "queue" => b.wire((sequencer, name), (lane, name)),
            "running" => b.wire((sequencer, "candidate_running"), (lane, name)),
            _ if is_register => b.wire((tables, name), (lane, name)),
            _ if name.starts_with("decision_") => {}
            _ => b.wire((entries, &entries::bank_port(bank, name)), (lane, name)),
        }
    }
}

/// Connects the scores to the arg-min, through a tree where there are several lanes.
fn join_lanes(
    b: &mut Builder,
    params: &SchedulerParams,
    lanes: &[NodeIndex],
    [sequencer, argmin]: [NodeIndex; 2],
) {
    if let [lane] = lanes {
        b.wires(sequencer, *lane, &[("candidate_valid", "candidate_valid")]);
        b.wires(*lane, argmin, &[("scored", "candidate")]);
        return;
    }
    let distributor = b.add(blocks::distributor(params));
    let tree = b.add(blocks::tree(params));
    b.wires(sequencer, distributor, &[("candidate_valid", "valid")]);
    for (bank, lane) in lanes.iter().enumerate() {
        b.wire(
            (distributor, &format!("valid{bank}")),
            (*lane, "candidate_valid"),
        );
        b.wire((*lane, "scored"), (tree, &format!("scored{bank}")));
    }
    b.wires(tree, argmin, &[("best", "candidate")]);
}

fn update_unit(
    b: &mut Builder,
    params: &SchedulerParams,
    lanes: &[NodeIndex],
    [now, sequencer, entries, tables, guard, into_entries]: [NodeIndex; 6],
) {
    let program = &params.program;
    let unit = b.add(blocks::update_unit(params));
    b.wires(
        sequencer,
        unit,
        &[
            ("clear", "begin"),
            ("update_start", "continue"),
            ("single", "single"),
        ],
    );
    if update::uses_queue(program) {
        b.wires(sequencer, unit, &[("queue", "queue")]);
    }
    for (output, input, _) in predict::measured(program) {
        match *output {
            "now" => b.wire((now, "now"), (unit, input)),
            output => b.wire((sequencer, output), (unit, input)),
        }
    }
    for (name, _) in &params.layout.sum.fields {
        b.wire((entries, name), (unit, name));
    }
    if !params.layout.sum.fields.is_empty() {
        b.wires(unit, into_entries, &[("sum", "sum")]);
    }
    if update::reads_layer(program) {
        b.wires(entries, unit, &[("layer", "layer")]);
    }
    for index in update::columns(program) {
        let name = program.columns[index].name.as_str();
        b.wire((entries, name), (unit, name));
    }
    for (name, _) in &params.layout.layer_row.fields {
        let name = format!("layer_{name}");
        b.wire((tables, &name), (unit, &name));
    }
    for index in update::registers(program) {
        let name = program.statics[index].name.as_str();
        b.wire((tables, name), (unit, name));
    }
    if !params.layout.values.fields.is_empty() {
        b.wires(unit, into_entries, &[("values", "values")]);
    }
    if shared::with_update(params) {
        let lane = lanes[0];
        b.wires(
            unit,
            lane,
            &[("product_a", "product_a"), ("product_b", "product_b")],
        );
        b.wires(lane, unit, &[("product", "product")]);
    }
    for index in 0..program.decision_values.len() {
        let name = names::decision_name(index);
        for lane in lanes {
            b.wire((unit, &name), (*lane, &name));
        }
    }
    b.wires(
        unit,
        guard,
        &[
            ("block", "update_block"),
            ("busy", "update_busy"),
            ("saturated", "update_saturated"),
        ],
    );
}

fn statistics(b: &mut Builder, [sequencer, completion, guard]: [NodeIndex; 3]) {
    let address = b.port(
        Direction::Input,
        "statistics_address",
        Protocol::Signal,
        vec![Field::new("statistics_address", 3)],
        "Counter to read.",
    );
    let data = b.port(
        Direction::Output,
        "statistics_data",
        Protocol::Signal,
        vec![Field::new("statistics_data", 32)],
        "Its value, 13 clocks later; the address is held.",
    );
    let counters = b.add(blocks::statistics());
    b.wires(
        sequencer,
        counters,
        &[
            ("decision", "decision"),
            ("preemption", "preemption"),
            ("deciding", "exposed"),
        ],
    );
    b.wires(
        completion,
        counters,
        &[("miss", "miss"), ("rejected", "reject")],
    );
    b.wires(guard, counters, &[("saturation", "saturation")]);
    b.wire((address, "statistics_address"), (counters, "address"));
    b.wire((counters, "data"), (data, "statistics_data"));
}
