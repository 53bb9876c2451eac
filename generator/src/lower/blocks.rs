//! Nodes of the scheduler's dataflow graph: one function a block, ports in the order of its module.

use dysta_config::expr::Program;
use dysta_config::layout::{NUMBER_WIDTH, Packed, STAMP_WIDTH, TABLE_DATA_WIDTH};
use dysta_config::params::{OnFull, SchedulerParams};

use super::{entries, lane, predict, shared, update};
use crate::graph::{Clocking, Direction, End, Field, Node, NodeKind, Port, Protocol};

fn input(name: &str, width: u32) -> Port {
    Port::input_value(name, Protocol::Signal, width)
}

fn output(name: &str, width: u32) -> Port {
    Port::output_value(name, Protocol::Signal, width)
}

fn fields(list: &[(&str, u32)]) -> Vec<Field> {
    list.iter()
        .map(|(name, width)| Field::new(*name, *width))
        .collect()
}

fn packed_fields(group: &Packed) -> Vec<Field> {
    group
        .fields
        .iter()
        .map(|(name, width)| Field::new(name, *width))
        .collect()
}

fn with_valid(rest: Vec<Field>) -> Vec<Field> {
    std::iter::once(Field::new("valid", 1))
        .chain(rest)
        .collect()
}

fn pulse(name: &str, direction: Direction, payload: Vec<Field>) -> Port {
    match direction {
        Direction::Input => Port::input(name, Protocol::Pulse, payload),
        Direction::Output => Port::output(name, Protocol::Pulse, payload),
    }
}

fn all(mut node: Node, ports: impl IntoIterator<Item = Port>) -> Node {
    node.ports.extend(ports);
    node
}

fn paths(mut node: Node, from: &[&str], to: &[&str]) -> Node {
    for f in from {
        for t in to {
            node = node.path(*f, *t);
        }
    }
    node
}

/// Payloads of the streams of the top level.
pub(super) struct Streams {
    pub submit: Vec<Field>,
    pub dispatch: Vec<Field>,
    pub layer_done: Vec<Field>,
    pub complete: Vec<Field>,
    pub table: Vec<Field>,
}

impl Streams {
    pub(super) fn new(params: &SchedulerParams) -> Streams {
        let (layout, spec) = (&params.layout, &params.spec);
        Streams {
            submit: fields(&[
                ("id", spec.id_bits),
                ("profile", layout.profile_width),
                ("deadline", STAMP_WIDTH),
                ("priority", spec.priority_bits),
            ]),
            dispatch: fields(&[
                ("id", spec.id_bits),
                ("position", layout.position_width),
                ("profile", layout.profile_width),
                ("layer", layout.layer_width),
                ("score", params.program.score_width()),
            ]),
            layer_done: fields(&[("nnz", 32), ("status", 2)]),
            complete: fields(&[("id", spec.id_bits), ("finish", STAMP_WIDTH), ("status", 3)]),
            table: fields(&[
                ("addr", layout.table_address_width),
                ("data", TABLE_DATA_WIDTH),
            ]),
        }
    }
}

fn stream_in(name: &str, payload: &[Field]) -> Port {
    Port::input(name, Protocol::Stream, payload.to_vec())
}

fn stream_out(name: &str, payload: &[Field]) -> Port {
    Port::output(name, Protocol::Stream, payload.to_vec())
}

/// Fields of the request that is appended.
fn admit_fields(params: &SchedulerParams) -> Vec<Field> {
    fields(&[
        ("id", params.spec.id_bits),
        ("profile", params.layout.profile_width),
        ("deadline", STAMP_WIDTH),
        ("priority", params.spec.priority_bits),
        ("number", NUMBER_WIDTH),
    ])
}

fn reject_fields(params: &SchedulerParams) -> Vec<Field> {
    fields(&[("id", params.spec.id_bits), ("status", 3)])
}

/// A look-up: whether a request is offered, and whether it is taken and so looked up.
fn lookup(profile_width: u32) -> Vec<Field> {
    with_valid(fields(&[("offered", 1), ("profile", profile_width)]))
}

pub(super) fn admission(params: &SchedulerParams, streams: &Streams) -> Node {
    let (spec, layout) = (&params.spec, &params.layout);
    let node = Node::new(NodeKind::Leaf, "admission", "dysta_admission")
        .doc("Takes requests in, numbers them, rejects what cannot run.")
        .param("ID_W", spec.id_bits.into())
        .param("PROFILE_W", layout.profile_width.into())
        .param("PRIORITY_W", spec.priority_bits.into())
        .param("LIVE_W", layout.live_width.into())
        .param("CAPACITY", spec.capacity.into())
        .param("NUMBER_INIT", spec.admission_start.into())
        .param("REJECT_FULL", u64::from(spec.on_full == OnFull::Reject))
        .latency(1)
        .holds_words();
    let ports = [
        stream_in("submit", &streams.submit),
        input("block", 1),
        input("hold", 1),
        input("live", layout.live_width),
        pulse("lookup", Direction::Output, lookup(layout.profile_width)),
        input("profile_known", 1),
        output("admit_valid", 1),
        Port::output("admit", Protocol::Signal, admit_fields(params)),
        stream_out("reject", &reject_fields(params)),
        output("busy", 1),
    ];
    let node = paths(
        all(node, ports),
        &["live", "profile_known"],
        &["admit_valid", "reject"],
    )
    .path("hold", "admit_valid");
    let node = paths(
        node,
        &["submit", "block", "live", "profile_known"],
        &["lookup"],
    );
    ["block", "live", "profile_known"]
        .into_iter()
        .fold(node, |node, from| node.path(from, End::back("submit")))
}

pub(super) fn tables(params: &SchedulerParams, streams: &Streams) -> Node {
    let layout = &params.layout;
    let row = entries::row_fields(params)
        .into_iter()
        .map(|(name, width)| Field::new(name, width))
        .collect();
    let node = Node::new(NodeKind::Printed, "tables", "dysta_tables")
        .doc("Averages of each profile and layer, and runtime registers.")
        .latency(1)
        // A request that comes up makes a write wait.
        .path("lookup", End::back("table"));
    let mut ports = vec![
        stream_in("table", &streams.table),
        output("refused", 1),
        input("admit_valid", 1),
        pulse(
            "finish",
            Direction::Input,
            fields(&[("valid", 1), ("failed", 1)]),
        ),
        input("finish_profile", layout.profile_width),
        pulse("lookup", Direction::Input, lookup(layout.profile_width)),
        output("known", 1),
        Port::output("row", Protocol::Signal, row),
    ];
    if !layout.layer_row.fields.is_empty() {
        ports.push(input("read_valid", 1));
        ports.push(input("read_profile", layout.profile_width));
        ports.push(input("read_layer", layout.layer_width));
        ports.extend(
            layout
                .layer_row
                .fields
                .iter()
                .map(|(name, width)| output(&format!("layer_{name}"), *width)),
        );
    }
    let registers = params.program.statics.iter();
    ports
        .extend(registers.map(|s| Port::output_value(&s.name, Protocol::Config, s.format.width())));
    all(node, ports)
}

pub(super) fn sequencer(params: &SchedulerParams, streams: &Streams) -> Node {
    let (layout, timing) = (&params.layout, params.timing());
    let (position, live) = (layout.position_width, layout.live_width);
    let node = Node::new(NodeKind::Leaf, "sequencer", "dysta_sequencer")
        .doc("Orders the clocks of a decision.")
        .param("POS_W", position.into())
        .param("LIVE_W", live.into())
        .param("LANES", params.spec.lanes.into())
        .param("ROW_W", layout.row_width.into())
        .param("SLOT_CLOCKS", timing.ii.into())
        .param("SPECIAL_SLOT", (timing.update_slot / timing.ii).into())
        .param("SCAN_DELAY", timing.scan_delay.into())
        .latency(1)
        .holds_words();
    let node = match params.spec.pipeline.read_clocks() {
        0 => node,
        clocks => node.param("READ_CLOCKS", clocks.into()),
    };
    let ports = [
        input("now", STAMP_WIDTH),
        input("admit_valid", 1),
        stream_in("layer_done", &streams.layer_done),
        input("running_last", 1),
        input("record_ready", 1),
        stream_out("dispatch", &[]),
        pulse(
            "best",
            Direction::Input,
            fields(&[("done", 1), ("position", position)]),
        ),
        output("latest", STAMP_WIDTH),
        output("layer_end", 1),
        output("stamp", STAMP_WIDTH),
        output("nnz", 32),
        output("live", live),
        output("append_position", position),
        output("queue", live),
        output("update_start", 1),
        pulse(
            "finish",
            Direction::Output,
            fields(&[("valid", 1), ("failed", 1)]),
        ),
        output("release", 1),
        output("move", 1),
        output("special_position", position),
        output("read_position", position),
        output("update_position", position),
        output("candidate_valid", params.spec.lanes),
        output("candidate_last", 1),
        output("candidate_running", 1),
        output("candidate_row", layout.row_width),
        output("clear", 1),
        output("single", 1),
        output("position", position),
        output("block", 1),
        output("quiet", 1),
        output("deciding", 1),
        output("decision", 1),
        output("preemption", 1),
    ];
    let node = paths(
        all(node, ports),
        &["running_last"],
        &[
            "append_position",
            "update_start",
            "finish",
            "release",
            "read_position",
            "update_position",
            "clear",
            "quiet",
            "deciding",
        ],
    );
    let node = paths(node, &["best"], &["read_position"]);
    node.path("record_ready", End::back("layer_done"))
        .path("record_ready", "layer_end")
        .path("layer_done", "layer_end")
        .path(End::back("dispatch"), "decision")
        .path(End::back("dispatch"), "preemption")
}

pub(super) fn entry_memory(params: &SchedulerParams) -> Node {
    let (layout, position) = (&params.layout, params.layout.position_width);
    let row = entries::row_fields(params)
        .into_iter()
        .map(|(name, width)| Field::new(name, width))
        .collect();
    let mut ports = vec![
        input("admit_valid", 1),
        Port::input("admit", Protocol::Signal, admit_fields(params)),
        input("append_position", position),
        Port::input("row", Protocol::Signal, row),
    ];
    let maps = entries::maps_rows(params);
    if maps {
        ports.extend([input("deciding", 1), input("release", 1)]);
    }
    ports.extend([
        input("write_progress", 1),
        input("move", 1),
        input("special_position", position),
        input("latest", STAMP_WIDTH),
    ]);
    if !layout.values.fields.is_empty() {
        ports.push(pulse(
            "values",
            Direction::Input,
            with_valid(packed_fields(&layout.values)),
        ));
    }
    if !layout.sum.fields.is_empty() {
        ports.push(pulse(
            "sum",
            Direction::Input,
            with_valid(packed_fields(&layout.sum)),
        ));
    }
    ports.push(input("read_position", position));
    if !maps {
        ports.push(input("update_position", position));
    }
    let field = |(name, width): (String, u32)| output(&name, width);
    ports.extend(entries::selected(params).into_iter().map(field));
    for bank in 0..params.spec.lanes {
        let fields = entries::candidate(params).into_iter();
        ports.extend(fields.map(|(name, width)| output(&entries::bank_port(bank, &name), width)));
    }
    let node = Node::new(NodeKind::Printed, "entries", "dysta_entries")
        .doc("The live entries.")
        .clocking(if maps {
            Clocking::ClockAndReset
        } else {
            Clocking::Clock
        })
        .latency(1);
    all(node, ports)
}

/// Registers in front of the entry memories: everything that enters them, a clock later.
pub(super) fn entries_front(params: &SchedulerParams) -> Node {
    let entries = entry_memory(params);
    let into = entries
        .ports
        .iter()
        .filter(|port| port.direction == Direction::Input);
    let behind = |port: &Port| {
        let mut payload = port.payload.clone();
        for field in payload.iter_mut().filter(|field| field.name == port.name) {
            field.name = entries::front_name(&field.name);
        }
        Port::output(entries::front_name(&port.name), port.protocol, payload)
    };
    let ports: Vec<Port> = into.clone().cloned().chain(into.map(behind)).collect();
    let node = Node::new(NodeKind::Printed, "entries_front", "dysta_entries_front")
        .doc("Registers in front of the entry memories.")
        .latency(1);
    all(node, ports)
}

pub(super) fn update_unit(params: &SchedulerParams) -> Node {
    let (program, layout) = (&params.program, &params.layout);
    let mut ports = vec![input("begin", 1), input("continue", 1), input("single", 1)];
    if update::uses_queue(program) {
        ports.push(input("queue", layout.live_width));
    }
    ports.extend(
        predict::measured(program)
            .iter()
            .map(|(_, name, width)| input(name, *width)),
    );
    let sum = layout.sum.fields.iter();
    ports.extend(sum.map(|(name, width)| input(name, *width)));
    if update::reads_layer(program) {
        ports.push(input("layer", layout.layer_width));
    }
    ports.extend(
        update::columns(program)
            .into_iter()
            .map(|i| input(&program.columns[i].name, program.columns[i].width())),
    );
    ports.extend(
        layout
            .layer_row
            .fields
            .iter()
            .map(|(name, width)| input(&format!("layer_{name}"), *width)),
    );
    let registers = update::registers(program)
        .into_iter()
        .map(|i| &program.statics[i]);
    ports.extend(registers.map(|s| Port::input_value(&s.name, Protocol::Config, s.format.width())));
    if let Some(lent) = shared::lent(params) {
        let [a, b] = lent.widths();
        ports.extend([
            output("product_a", a),
            output("product_b", b),
            input("product", lent.result()),
        ]);
    }
    if !layout.sum.fields.is_empty() {
        ports.push(pulse(
            "sum",
            Direction::Output,
            with_valid(packed_fields(&layout.sum)),
        ));
    }
    if !layout.values.fields.is_empty() {
        ports.push(pulse(
            "values",
            Direction::Output,
            with_valid(packed_fields(&layout.values)),
        ));
    }
    ports.extend(decision_ports(program, output));
    ports.extend([
        output("block", 1),
        output("busy", 1),
        output("saturated", 1),
    ]);
    let latency = program.update.last_cycle;
    all(
        Node::new(NodeKind::Printed, "update", "dysta_update")
            .doc("Gamma, entry values and decision values on one multiplier.")
            .latency(latency),
        ports,
    )
}

fn decision_ports(program: &Program, port: fn(&str, u32) -> Port) -> Vec<Port> {
    let values = program.decision_values.iter().enumerate();
    values
        .map(|(index, id)| {
            port(
                &super::names::decision_name(index),
                program.nodes[*id].width(),
            )
        })
        .collect()
}

/// Name of a lane: `lane`, or with its bank where there are several.
fn lane_name(params: &SchedulerParams, bank: u32) -> String {
    if params.spec.lanes == 1 {
        "lane".to_string()
    } else {
        format!("lane{bank}")
    }
}

pub(super) fn score_lane(params: &SchedulerParams, bank: u32) -> Node {
    let program = &params.program;
    let (stable, candidate) = lane::inputs(params);
    let registers: Vec<&str> = program.statics.iter().map(|s| s.name.as_str()).collect();
    let port = |i: &lane::Input| {
        let protocol = if registers.contains(&i.name.as_str()) {
            Protocol::Config
        } else {
            Protocol::Signal
        };
        Port::input_value(&i.name, protocol, i.width)
    };
    let mut ports: Vec<Port> = stable.iter().map(port).collect();
    ports.extend([
        input("candidate_valid", 1),
        input("candidate_last", 1),
        input("candidate_position", params.layout.row_width),
        input("candidate_number", NUMBER_WIDTH),
    ]);
    ports.extend(candidate.iter().map(port));
    ports.push(pulse(
        "scored",
        Direction::Output,
        scored_fields(params, params.layout.row_width),
    ));
    if let Some(lent) = shared::lent(params) {
        let [a, b] = lent.widths();
        ports.extend([
            input("product_a", a),
            input("product_b", b),
            output("product", lent.result()),
        ]);
    }
    let node = all(
        Node::new(NodeKind::Printed, lane_name(params, bank), "dysta_lane")
            .doc("Scores one candidate a clock.")
            .latency(program.lane.depth),
        ports,
    );
    if entries::reads_number_late(params) {
        return node.path("candidate_number", "scored");
    }
    if program.lane.depth > 0 {
        return node;
    }
    let node = node.clocking(Clocking::None);
    let inputs: Vec<String> = node
        .ports
        .iter()
        .filter(|p| p.direction == Direction::Input)
        .map(|p| p.name.clone())
        .collect();
    inputs
        .iter()
        .fold(node, |node, name| node.path(name.as_str(), "scored"))
}

/// A scored candidate: its position in its bank, or among all entries.
fn scored_fields(params: &SchedulerParams, position_width: u32) -> Vec<Field> {
    fields(&[
        ("valid", 1),
        ("last", 1),
        ("score", params.program.score_width()),
        ("number", NUMBER_WIDTH),
        ("position", position_width),
    ])
}

/// Hands each bank its bit of a row.
pub(super) fn distributor(params: &SchedulerParams) -> Node {
    let lanes = params.spec.lanes;
    let mut ports = vec![input("valid", lanes)];
    ports.extend((0..lanes).map(|bank| output(&format!("valid{bank}"), 1)));
    let node = all(
        Node::new(NodeKind::Printed, "distributor", "dysta_distributor")
            .doc("Hands each lane its candidate of a row.")
            .clocking(Clocking::None),
        ports,
    );
    (0..lanes).fold(node, |node, bank| {
        node.path("valid", format!("valid{bank}").as_str())
    })
}

/// Joins the candidates of a row to the best one.
pub(super) fn tree(params: &SchedulerParams) -> Node {
    let scored = |width: u32| scored_fields(params, width);
    let lanes = params.spec.lanes;
    let mut ports: Vec<Port> = (0..lanes)
        .map(|bank| {
            pulse(
                &format!("scored{bank}"),
                Direction::Input,
                scored(params.layout.row_width),
            )
        })
        .collect();
    ports.push(pulse(
        "best",
        Direction::Output,
        scored(params.layout.position_width),
    ));
    all(
        Node::new(NodeKind::Printed, "tree", "dysta_argmin_tree")
            .doc("Passes on the best candidate of a row.")
            .latency(lanes.trailing_zeros()),
        ports,
    )
}

pub(super) fn argmin(params: &SchedulerParams) -> Node {
    let position = params.layout.position_width;
    let node = Node::new(NodeKind::Leaf, "argmin", "dysta_argmin")
        .doc("Keeps the smallest score, at equal scores the earliest admitted.")
        .param("SCORE_W", params.program.score_width().into())
        .param("POS_W", position.into())
        .latency(1);
    let node = match params.spec.pipeline.is_long() {
        true => node.param("PARALLEL", 1),
        false => node,
    };
    all(
        node,
        [
            input("clear", 1),
            pulse(
                "candidate",
                Direction::Input,
                scored_fields(params, position),
            ),
            pulse(
                "best",
                Direction::Output,
                fields(&[("done", 1), ("position", position)]),
            ),
            output("best_score", params.program.score_width()),
        ],
    )
}

pub(super) fn dispatcher(streams: &Streams) -> Node {
    let node = Node::new(NodeKind::Printed, "dispatcher", "dysta_dispatcher")
        .doc("Joins the offer with the fields of the chosen entry.")
        .clocking(Clocking::None);
    let payload = streams
        .dispatch
        .iter()
        .map(|f| input(&f.name, f.width_bits));
    let mut ports = vec![stream_in("offer", &[])];
    ports.extend(payload);
    ports.push(stream_out("dispatch", &streams.dispatch));
    ports.push(output("read", 1));
    let node = all(node, ports).path("offer", "read").latency(0);
    let node = paths(
        node,
        &["offer", "id", "position", "profile", "layer", "score"],
        &["dispatch"],
    );
    node.path(End::back("dispatch"), End::back("offer"))
}

pub(super) fn completion(params: &SchedulerParams, streams: &Streams) -> Node {
    let node = Node::new(NodeKind::Leaf, "completion", "dysta_completion")
        .doc("Makes one record of every request that leaves.")
        .param("ID_W", params.spec.id_bits.into())
        .latency(1)
        .holds_words();
    let ports = [
        input("layer_end", 1),
        pulse(
            "finish",
            Direction::Input,
            fields(&[("valid", 1), ("failed", 1)]),
        ),
        input("running_id", params.spec.id_bits),
        input("running_deadline", STAMP_WIDTH),
        input("latest", STAMP_WIDTH),
        stream_in("reject", &reject_fields(params)),
        output("record_ready", 1),
        stream_out("complete", &streams.complete),
        output("miss", 1),
        Port::output("rejected", Protocol::Signal, fields(&[("reject", 1)])).bare(),
        output("busy", 1),
    ];
    let node = paths(
        all(node, ports),
        &["reject", "finish", "layer_end"],
        &["rejected"],
    );
    node.path("finish", End::back("reject"))
        .path("layer_end", End::back("reject"))
        .path(End::back("complete"), "miss")
}

pub(super) fn guard(has_update: bool) -> Node {
    let mut ports = vec![
        input("sequencer_block", 1),
        input("sequencer_quiet", 1),
        input("admission_busy", 1),
        input("completion_busy", 1),
    ];
    if has_update {
        ports.extend([
            input("update_block", 1),
            input("update_busy", 1),
            input("update_saturated", 1),
        ]);
    }
    ports.extend([
        output("block", 1),
        output("quiescent", 1),
        output("saturation", 1),
    ]);
    let node = all(
        Node::new(NodeKind::Printed, "guard", "dysta_guard")
            .doc("Says when the entry write port is taken and when nothing can change.")
            .clocking(Clocking::None),
        ports,
    );
    let quiet = ["sequencer_quiet", "admission_busy", "completion_busy"];
    let node = paths(
        paths(node, &quiet, &["quiescent"]),
        &["sequencer_block"],
        &["block"],
    );
    if has_update {
        node.path("update_block", "block")
            .path("update_busy", "quiescent")
            .path("update_saturated", "saturation")
    } else {
        node
    }
}

pub(super) fn statistics() -> Node {
    let events = [
        "decision",
        "preemption",
        "miss",
        "reject",
        "saturation",
        "exposed",
    ];
    let mut ports: Vec<Port> = events.iter().map(|name| input(name, 1)).collect();
    ports.push(input("address", 3));
    ports.push(output("data", 32));
    all(
        Node::new(NodeKind::Leaf, "statistics", "dysta_statistics")
            .doc("Counts events.")
            .param("WIDTH", 32)
            .latency(1),
        ports,
    )
}
