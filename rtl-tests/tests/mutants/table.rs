//! The planted bugs: what the published hardware got wrong, and what else such a scheduler can.

use dysta_rtl_tests::Mutant;

const fn bug(
    name: &'static str,
    module: &'static str,
    edits: &'static [(&'static str, &'static str)],
) -> Mutant {
    Mutant {
        name,
        module,
        edits,
    }
}

/// Bugs of `tiny` with one lane and policy dysta.
pub const MUTANTS: &[Mutant] = &[
    bug(
        "Q counts the entry that left",
        "dysta_sequencer",
        &[("queue_o <= live_after;", "queue_o <= live_o;")],
    ),
    bug(
        "last_run is the time of the dispatch",
        "dysta_sequencer",
        &[
            (
                "  logic [2:0] state_q;\n",
                "  logic [2:0] state_q;\n  logic [47:0] latest_q;\n  logic [47:0] dispatched_q;\n  assign latest_o = update_start_o ? dispatched_q : latest_q;\n",
            ),
            (
                "if (!update_start_o) latest_o <= now_i;",
                "if (!update_start_o) latest_q <= now_i;\n    if (decision_o) dispatched_q <= now_i;",
            ),
        ],
    ),
    bug(
        "equal scores go to the later slot",
        "dysta_argmin",
        &[(
            "{candidate_score_i, !earlier} < {best_score_o, earlier}",
            "candidate_score_i <= best_score_o",
        )],
    ),
    bug(
        "equal scores stay with the earlier slot",
        "dysta_argmin",
        &[(
            "{candidate_score_i, !earlier} < {best_score_o, earlier}",
            "candidate_score_i < best_score_o",
        )],
    ),
    bug(
        "gamma takes the density of the next layer",
        "dysta_tables",
        &[(
            "{read_profile_i, read_layer_i}",
            "{read_profile_i, read_layer_i + 5'd1}",
        )],
    ),
    bug(
        "a request of the sample clock is a member",
        "dysta_sequencer",
        &[(
            "queue_o <= live_after;",
            "queue_o <= live_after + {{(LIVE_W - 1){1'b0}}, admit_valid_i};",
        )],
    ),
    bug(
        "the comparison starts from the best of the former decision",
        "dysta_argmin",
        &[
            (
                "else if (candidate_valid_i && (better || !found_q)) best_score_o",
                "else if (candidate_valid_i && better) best_score_o",
            ),
            (
                "if (candidate_valid_i && (better || !found_q)) begin",
                "if (candidate_valid_i && better) begin",
            ),
        ],
    ),
    bug(
        "the position of the next candidate goes with the score",
        "dysta_lane",
        &[(
            "DEPTH (7)\n  ) u_position_last",
            "DEPTH (6)\n  ) u_position_last",
        )],
    ),
    bug(
        "the admission number of the next candidate goes with the score",
        "dysta_entries",
        &[("DEPTH (7)\n  ) u_number_row", "DEPTH (6)\n  ) u_number_row")],
    ),
    bug(
        "layer_done is taken while it is not ready",
        "dysta_sequencer",
        &[(
            "if (layer_end_o) state_d",
            "if (layer_done_valid_i) state_d",
        )],
    ),
    bug(
        "a record enters the queue twice",
        "dysta_completion",
        &[
            ("  logic late;\n", "  logic late;\n  logic taken_q;\n"),
            (
                "else busy_o <= finish_valid_i || reject_o || (busy_o && !complete_ready_i);",
                "else begin busy_o <= finish_valid_i || reject_o || (busy_o && !taken_q); taken_q <= busy_o && complete_ready_i && !taken_q; end",
            ),
        ],
    ),
    bug(
        "time in the score wraps after 16 bits",
        "dysta_lane",
        &[(
            "assign now = stamp_i[47:6];",
            "assign now = {26'd0, stamp_i[21:6]};",
        )],
    ),
    bug(
        "time of the deadline check wraps after 32 bits",
        "dysta_completion",
        &[(
            "running_deadline_i < latest_i;",
            "running_deadline_i[31:0] < latest_i[31:0];",
        )],
    ),
    bug(
        "a finish at the deadline is late",
        "dysta_completion",
        &[(
            "running_deadline_i < latest_i;",
            "running_deadline_i <= latest_i;",
        )],
    ),
    bug("beta is 0", "dysta_lane", &[("16'ha3d7", "16'd0")]),
    bug(
        "the special entry is scored in its place as well",
        "dysta_sequencer",
        &[(
            "assign at_special = has_special_q && ",
            "assign at_special = 1'b0 && ",
        )],
    ),
    bug(
        "the hole of a completed entry is not filled",
        "dysta_sequencer",
        &[("move_o <= completing && hole;", "move_o <= 1'b0;")],
    ),
    bug(
        "the scan does not wait for the updated entry",
        "dysta_sequencer",
        &[(
            "assign closing = !in_place_q && slot_q >= SPECIAL;",
            "assign closing = !in_place_q;",
        )],
    ),
    bug(
        "progress does not block admissions",
        "dysta_sequencer",
        &[(
            "assign block_o = state_q == START;",
            "assign block_o = 1'b0;",
        )],
    ),
    bug(
        "updated values do not block admissions",
        "dysta_guard",
        &[("sequencer_block_i | update_block_i", "sequencer_block_i")],
    ),
    bug(
        "the sum of ratios does not restart at layer 0",
        "dysta_update",
        &[("first_layer_q ? 26'd0 : gamma_sum_i", "gamma_sum_i")],
    ),
    bug(
        "the ratio of a layer wraps",
        "dysta_update",
        &[("moved_over ? {18{1'b1}} : moved", "moved")],
    ),
    bug(
        "gamma truncates",
        "dysta_update",
        &[("{1'b0, moved_gamma} + {18'd0, 1'b1}", "{1'b0, moved_gamma}")],
    ),
    bug(
        "gamma wraps",
        "dysta_update",
        &[(
            "gamma_over ? {17{1'b1}} : gamma_rounded[17:1]",
            "gamma_rounded[17:1]",
        )],
    ),
    bug(
        "gamma rounds beyond its end",
        "dysta_update",
        &[(
            "assign gamma_over = (|mul_p[41:40]) | gamma_rounded[18];",
            "assign gamma_over = |mul_p[41:40];",
        )],
    ),
    bug(
        "remaining time wraps",
        "dysta_update",
        &[("|mul_p[55:46] ? {32{1'b1}} : mul_p[45:14]", "mul_p[45:14]")],
    ),
    bug(
        "slack is below zero",
        "dysta_lane",
        &[(
            "sat_sub_6_exact[43] ? 43'd0 : sat_sub_6_exact[42:0]",
            "sat_sub_6_exact[42:0]",
        )],
    ),
    bug(
        "time to the deadline wraps",
        "dysta_lane",
        &[(
            "|sat_sub_6_clamped_q[42:32] ? {32{1'b1}} : sat_sub_6_clamped_q[31:0]",
            "sat_sub_6_clamped_q[31:0]",
        )],
    ),
    bug(
        "time since the last run wraps",
        "dysta_lane",
        &[(
            "|sub_10_exact[41:32] ? {32{1'b1}} : sub_10_exact[31:0]",
            "sub_10_exact[31:0]",
        )],
    ),
    bug(
        "the score wraps",
        "dysta_lane",
        &[(
            "|add_18_exact[43:40] ? {40{1'b1}} : add_18_exact[39:0]",
            "add_18_exact[39:0]",
        )],
    ),
    bug(
        "admission numbers are compared as they are",
        "dysta_argmin",
        &[(
            "(candidate_number_i[30:0] < number_q[30:0]) ^ candidate_number_i[31] ^ number_q[31]",
            "candidate_number_i < number_q",
        )],
    ),
    bug(
        "a full queue of records takes another one",
        "dysta_fifo",
        &[(
            "assign in_ready_o = oldest_q != LAST;",
            "assign in_ready_o = 1'b1;",
        )],
    ),
    bug(
        "a request enters beside the one that takes the last entry",
        "dysta_admission",
        &[("(live_i == NEARLY_FULL && admit_valid_o)", "1'b0")],
    ),
    bug(
        "arrival is the clock after the handshake",
        "dysta_sequencer",
        &[(
            "if (!update_start_o) latest_o <= now_i;",
            "if (!update_start_o) latest_o <= now_i + {47'd0, state_q != FLIGHT};",
        )],
    ),
    bug(
        "an unknown profile is admitted",
        "dysta_tables",
        &[("known_o <= known_q[lookup_profile_i];", "known_o <= 1'b1;")],
    ),
    bug(
        "profiles share the rows of the first",
        "dysta_tables",
        &[("{read_profile_i, read_layer_i}", "{2'd0, read_layer_i}")],
    ),
    bug(
        "an aborted layer counts as done",
        "dysta_sequencer",
        &[
            (
                "failed_q <= layer_done_status_i != 2'd0;",
                "failed_q <= layer_done_status_i == 2'd1;",
            ),
            (
                "running_last_i || layer_done_status_i != 2'd0;",
                "running_last_i || layer_done_status_i == 2'd1;",
            ),
        ],
    ),
    bug(
        "inv_queue of 7 is that of 8",
        "dysta_update",
        &[("inv_queue = 16'd9362;", "inv_queue = 16'd8192;")],
    ),
    bug(
        "the next entry after a completion counts as a preemption",
        "dysta_sequencer",
        &[(
            "preempts_q <= continues_q && best_position_i != position_q;",
            "preempts_q <= best_position_i != position_q;",
        )],
    ),
    bug(
        "exposed clocks leave out the first",
        "dysta_sequencer",
        &[(
            "assign deciding_o = begin_decision || ",
            "assign deciding_o = ",
        )],
    ),
    bug(
        "time jumps while a record waits for the queue",
        "dysta_guard",
        &[("admission_busy_i | completion_busy_i", "admission_busy_i")],
    ),
    bug(
        "time jumps while an update runs",
        "dysta_guard",
        &[("completion_busy_i | update_busy_i", "completion_busy_i")],
    ),
    bug(
        "a single candidate carries the score of the former winner",
        "dysta_argmin",
        &[(
            "if (clear_i) best_score_o <= {SCORE_W{1'b0}};\n    else if",
            "if",
        )],
    ),
];
