//! The ways through the leaves of the array without a register, so that the graph finds loops of wires.
//!
//! A test takes them from the netlists of Yosys and compares.

use crate::graph::{CombPath, End, Graph, Node, NodeKind, Protocol};

/// An output pin without its direction, and the inputs that it follows in the same clock.
pub type Ways = &'static [(&'static str, &'static str)];

/// Leaves whose outputs follow inputs.
const WAYS: &[(&str, Ways)] = &[
    (
        "dysta_array_activity",
        &[("next_activity", "activity multiplies waits")],
    ),
    (
        "dysta_array_add",
        &[
            ("first_ready", "add first_valid loader_ready second_valid"),
            ("loader_valid", "add first_valid"),
            ("loader_data", "first_data"),
            (
                "total_first_valid",
                "add first_valid length_valid second_valid",
            ),
            ("total_first", "add first_data length"),
            ("second_ready", "first_valid second_valid weights_ready"),
            ("weights_valid", "second_valid"),
            ("weights_data", "second_data"),
            ("total_second_valid", "first_valid second_valid"),
            ("total_second", "second_data"),
            ("drain_taken", "add taken"),
            ("sum_valid", "add drain_valid"),
            ("sum_group", "add drain_group"),
            ("sum_position_ends", "add drain_position_ends"),
            ("sum_last_block", "add drain_last_block"),
            ("sum_last", "add drain_last"),
            ("next_codes", "add codes"),
            ("nonzeros", "add counted"),
        ],
    ),
    (
        "dysta_array_column",
        &[
            ("act_valid", "room"),
            ("column_done", "drain_column drain_done"),
            ("column_drain", "drain_all drain_column drain_valid"),
            (
                "next_drain_finished",
                "drain_column drain_finished finished",
            ),
            ("next_taken", "taken unit_column unit_mark unit_valid"),
        ],
    ),
    (
        "dysta_array_compress",
        &[
            (
                "chunk_bytes",
                "block_channels group_log2 last_channels zero_point",
            ),
            (
                "chunk_content",
                "block_channels group_log2 last_channels zero_point",
            ),
            ("chunk_valid", "block_channels group_log2 last_channels"),
            (
                "taken",
                "block_channels chunk_ready group_log2 last_channels",
            ),
        ],
    ),
    (
        "dysta_array_control",
        &[
            ("layer_done_nnz", "nonzeros"),
            ("start", "busy_drain"),
            ("start_sums", "busy_drain"),
            ("start_add", "busy_drain"),
            ("table_we", "descriptor_valid"),
            ("table_word", "descriptor_data"),
            ("table_data", "descriptor_data"),
        ],
    ),
    (
        "dysta_array_deal",
        &[
            ("word_ready", "room word_valid"),
            ("bus_valid", "room word_valid"),
            ("bus_mask", "group_log2"),
            ("bus_word", "word_data"),
        ],
    ),
    (
        "dysta_array_drain",
        &[
            ("drain_done", "groups"),
            ("drain_rows", "group_log2"),
            ("next_busy_drain", "busy_drain"),
            (
                "sum_last",
                "blocks channels height tile_columns tile_rows tiles width",
            ),
            ("sum_last_block", "blocks"),
            (
                "sum_parameter",
                "columns_before columns_behind pooled rows_before rows_behind",
            ),
            ("sum_position_ends", "channels"),
            (
                "sum_turn",
                "channels groups height slice_columns slices tile_columns tile_rows tiles width",
            ),
            ("sum_valid", "height slices width"),
        ],
    ),
    (
        "dysta_array_feeder",
        &[
            ("step", "maximum taken"),
            ("bitmap_re", "maximum taken"),
            ("bitmap_raddr", "column_shift row_shift"),
            ("codes_re", "maximum taken"),
            ("unit_codes", "high_rdata low_rdata"),
            ("unit_mask", "group_log2"),
        ],
    ),
    (
        "dysta_array_fetch",
        &[("owed", "abort"), ("burst_valid", "abort")],
    ),
    (
        "dysta_array_join",
        &[
            ("chunk0_ready", "chunk_ready"),
            ("chunk1_ready", "chunk_ready"),
            ("chunk_bytes", "chunk0_bytes chunk1_bytes"),
            ("chunk_content", "chunk0_content chunk1_content"),
            ("chunk_last", "chunk0_last chunk1_last"),
            ("chunk_turn", "chunk0_turn chunk1_turn"),
            ("chunk_valid", "chunk0_valid chunk1_valid"),
        ],
    ),
    ("dysta_array_lane", &[("next_codes", "codes")]),
    (
        "dysta_array_loader",
        &[
            ("length_valid", "word_valid"),
            ("length", "word_data"),
            (
                "bitmap_we",
                "buffer_rows chunks freed_rows last_channels tile_rows",
            ),
            ("bitmap_waddr", "column_shift row_shift"),
            ("bitmap_wdata", "chunks last_channels"),
            (
                "low_we",
                "buffer_rows chunks freed_rows last_channels tile_rows",
            ),
            (
                "high_we",
                "buffer_rows chunks freed_rows last_channels tile_rows",
            ),
            ("codes_waddr", "column_shift row_shift"),
            ("codes_wdata", "chunks last_channels"),
        ],
    ),
    (
        "dysta_array_lookup",
        &[
            ("act_ready", "act_valid act_word rdata run_ready"),
            ("re", "act_valid act_word rdata run_ready"),
            ("raddr", "act_word"),
            ("run_valid", "rdata"),
            ("run_start", "rdata"),
            ("run_count", "rdata"),
            ("looks", "act_valid"),
        ],
    ),
    (
        "dysta_array_mac",
        &[
            (
                "run_ready",
                "drain_rows drain_valid run_count run_mark run_valid run_value",
            ),
            ("re", "drain_rows drain_valid run_mark run_valid"),
            ("raddr", "run_start"),
            ("sum_re", "drain_rows drain_valid"),
            ("sum_raddr", "drain_address drain_rows drain_valid"),
            ("next_full", "full"),
            ("next_drain_rows", "drain_rows"),
            ("next_drain_chain", "drain_chain sum_rdata"),
            ("next_finished", "finished"),
            ("multiplies", "drain_rows drain_valid"),
            ("runs", "run_valid"),
        ],
    ),
    (
        "dysta_array_read",
        &[
            ("asked", "burst0_valid burst1_valid m_axi_ar_ready"),
            ("burst0_ready", "burst1_valid m_axi_ar_ready"),
            ("burst1_ready", "burst1_valid m_axi_ar_ready"),
            ("data", "m_axi_r_data"),
            ("data0_valid", "m_axi_r_id m_axi_r_valid"),
            ("data1_valid", "m_axi_r_id m_axi_r_valid"),
            ("error", "m_axi_r_resp m_axi_r_valid"),
            (
                "m_axi_ar_addr",
                "burst0_address burst1_address burst1_valid",
            ),
            ("m_axi_ar_id", "burst1_valid"),
            ("m_axi_ar_len", "burst0_length burst1_length burst1_valid"),
            ("m_axi_ar_valid", "burst0_valid burst1_valid"),
        ],
    ),
    (
        "dysta_array_statistics",
        &[
            ("counted", "asked running"),
            (
                "starved",
                "add awaits draining feeding input_dry output_full weights_dry",
            ),
        ],
    ),
    (
        "dysta_array_tap",
        &[
            ("next_bus_mask", "bus_mask"),
            ("next_room", "bus_mask out_ready room"),
            ("out_valid", "bus_mask bus_valid"),
            ("out_word", "bus_word"),
        ],
    ),
    (
        "dysta_array_weights",
        &[
            ("word_ready", "channels segments word_data word_valid"),
            ("pointer_we", "channels word_valid"),
            ("pointer_wdata", "channels word_data"),
            ("entry_we", "word_valid"),
            ("entry_wdata", "word_data"),
            ("parameter_we", "word_valid"),
            ("parameter_waddr", "pooled"),
            ("parameter_wdata", "word_data"),
        ],
    ),
    ("dysta_array_words", &[("chunk_ready", "word_ready")]),
    (
        "dysta_array_write",
        &[
            ("answered", "m_axi_b_valid"),
            ("full", "word_valid"),
            ("error", "m_axi_b_resp m_axi_b_valid"),
        ],
    ),
];

/// The ways through a leaf; none through one that is not listed.
pub fn ways(module: &str) -> Ways {
    let found = WAYS.iter().find(|(name, _)| *name == module);
    found.map_or(&[], |(_, ways)| ways)
}

/// The ways through a leaf as those between the ports of its node.
pub(super) fn through_leaf(node: &Node) -> Vec<CombPath> {
    let each = ways(&node.module).iter().flat_map(|(output, inputs)| {
        let to = end(node, output);
        inputs.split(' ').map(move |input| CombPath {
            from: end(node, input),
            to: to.clone(),
        })
    });
    let mut paths: Vec<CombPath> = each.collect();
    paths.dedup();
    paths
}

/// The direction of a port that a pin belongs to: `ready` flows against its stream, all other pins with it.
fn end(node: &Node, pin: &str) -> End {
    let is_pin = |port: &str| {
        pin.strip_prefix(port)
            .is_some_and(|rest| rest.starts_with('_'))
    };
    let streams = node
        .ports
        .iter()
        .filter(|port| port.protocol == Protocol::Stream);
    let stream = streams
        .map(|port| port.name.as_str())
        .find(|port| is_pin(port));
    match stream {
        Some(stream) if pin.ends_with("_ready") => End::back(stream),
        Some(stream) => End::Forward(stream.to_owned()),
        None => End::Forward(pin.to_owned()),
    }
}

/// The ways through a module that a graph makes, between its outside signals.
pub(super) fn through_graph(graph: &Graph) -> Vec<CombPath> {
    let edges = crate::graph::wire_edges(graph);
    let outside = |(_, node): &(_, &Node)| node.kind == NodeKind::Port;
    let mut paths = Vec::new();
    for (id, port) in graph.nodes().filter(outside) {
        let mut seen = std::collections::BTreeSet::new();
        let mut open = vec![(id, End::Forward(port.name.clone()))];
        while let Some(wire) = open.pop() {
            let next = edges.get(&wire).into_iter().flatten();
            open.extend(next.filter(|next| seen.insert((*next).clone())).cloned());
        }
        let ends = seen
            .into_iter()
            .filter(|(reached, _)| *reached != id && graph.node(*reached).kind == NodeKind::Port);
        paths.extend(ends.map(|(_, to)| CombPath {
            from: End::Forward(port.name.clone()),
            to,
        }));
    }
    paths
}
