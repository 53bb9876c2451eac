// dysta 0.1.0, config tiny, digest b93da4205507f7e3
// SPDX-License-Identifier: 0BSD

// Picks, after every layer, the waiting request whose next layer runs: the smallest score, at
// equal scores the earliest admitted.
// Policy dysta: score = t_rem + beta * (slack + penalty)
// Latency: max(Q, 13) + 12 clocks from the end of a layer to dispatch_valid with Q candidates, 4
// with one.
module dysta_scheduler (
  // Clock; reset, synchronous and active low
  input  logic        clk_i,
  input  logic        rst_ni,

  // Time in cycles; grows by at least 1 every clock.
  input  logic [47:0] now_i,

  // Requests.
  input  logic        submit_valid_i,
  output logic        submit_ready_o,
  input  logic [15:0] submit_id_i,
  input  logic [1:0]  submit_profile_i,
  input  logic [47:0] submit_deadline_i,
  input  logic [7:0]  submit_priority_i,

  // Layers to run.
  output logic        dispatch_valid_o,
  input  logic        dispatch_ready_i,
  output logic [15:0] dispatch_id_o,
  output logic [2:0]  dispatch_position_o,
  output logic [1:0]  dispatch_profile_o,
  output logic [4:0]  dispatch_layer_o,
  output logic [39:0] dispatch_score_o,

  // Ends of layers; status 0 ok, 1 error, 2 aborted.
  input  logic        layer_done_valid_i,
  output logic        layer_done_ready_o,
  input  logic [31:0] layer_done_nnz_i,
  input  logic [1:0]  layer_done_status_i,

  // Requests that leave; status 0 met, 1 late, 2 rejected_profile, 3 rejected_full, 4 failed.
  output logic        complete_valid_o,
  input  logic        complete_ready_i,
  output logic [15:0] complete_id_o,
  output logic [47:0] complete_finish_o,
  output logic [2:0]  complete_status_o,

  // Writes of table rows and runtime registers.
  input  logic        table_valid_i,
  output logic        table_ready_o,
  input  logic [8:0]  table_addr_i,
  input  logic [63:0] table_data_i,

  // Counter to read.
  input  logic [2:0]  statistics_address_i,

  // Its value, 13 clocks later; the address is held.
  output logic [31:0] statistics_data_o,

  // The latest table write was refused: a live request uses its profile.
  output logic        table_refused_o,

  // No state changes in the next clock without a new handshake.
  output logic        quiescent_o
);

  // Channels that leave admission
  logic        admission_lookup_valid;
  logic        admission_lookup_offered;
  logic [1:0]  admission_lookup_profile;
  logic        admission_admit_valid;
  logic [15:0] admission_admit_id;
  logic [1:0]  admission_admit_profile;
  logic [47:0] admission_admit_deadline;
  logic [7:0]  admission_admit_priority;
  logic [31:0] admission_admit_number;
  logic        admission_reject_valid;
  logic        admission_reject_ready;
  logic [15:0] admission_reject_id;
  logic [2:0]  admission_reject_status;
  logic        admission_busy;

  // Channels that leave tables
  logic        tables_known;
  logic [4:0]  tables_row_last_layer;
  logic [23:0] tables_row_inv_isolated;
  logic [31:0] tables_row_initial_0;
  logic [21:0] tables_layer_inv_density;
  logic [31:0] tables_layer_lat_remaining;
  logic [23:0] tables_static_0;

  // Channels that leave entries
  logic [15:0] entries_id;
  logic [1:0]  entries_profile;
  logic [47:0] entries_deadline;
  logic [4:0]  entries_layer;
  logic        entries_last;
  logic [25:0] entries_gamma_sum;
  logic [31:0] entries_bank0_number;
  logic [31:0] entries_bank0_value_0;
  logic [47:0] entries_bank0_deadline;
  logic [41:0] entries_bank0_last_run;
  logic [23:0] entries_bank0_inv_isolated;

  // Channels that leave sequencer
  logic        sequencer_dispatch_valid;
  logic        sequencer_dispatch_ready;
  logic [47:0] sequencer_latest;
  logic        sequencer_layer_end;
  logic [47:0] sequencer_stamp;
  logic [31:0] sequencer_nnz;
  logic [3:0]  sequencer_live;
  logic [2:0]  sequencer_append_position;
  logic [3:0]  sequencer_queue;
  logic        sequencer_update_start;
  logic        sequencer_finish_valid;
  logic        sequencer_finish_failed;
  logic        sequencer_release;
  logic        sequencer_move;
  logic [2:0]  sequencer_special_position;
  logic [2:0]  sequencer_read_position;
  logic [2:0]  unused_sequencer_update_position;
  logic        sequencer_candidate_valid;
  logic        sequencer_candidate_last;
  logic        unused_sequencer_candidate_running;
  logic [2:0]  sequencer_candidate_row;
  logic        sequencer_clear;
  logic        sequencer_single;
  logic [2:0]  sequencer_position;
  logic        sequencer_block;
  logic        sequencer_quiet;
  logic        sequencer_deciding;
  logic        sequencer_decision;
  logic        sequencer_preemption;

  // Channels that leave lane
  logic        lane_scored_valid;
  logic        lane_scored_last;
  logic [39:0] lane_scored_score;
  logic [31:0] lane_scored_number;
  logic [2:0]  lane_scored_position;

  // Channels that leave argmin
  logic        argmin_best_done;
  logic [2:0]  argmin_best_position;
  logic [39:0] argmin_best_score;

  // Channels that leave dispatcher
  logic dispatcher_read;

  // Channels that leave completion
  logic        completion_record_ready;
  logic        completion_complete_valid;
  logic        completion_complete_ready;
  logic [15:0] completion_complete_id;
  logic [47:0] completion_complete_finish;
  logic [2:0]  completion_complete_status;
  logic        completion_miss;
  logic        completion_reject;
  logic        completion_busy;

  // Channels that leave guard
  logic guard_block;
  logic guard_saturation;

  // Channels that leave update
  logic        update_sum_valid;
  logic [25:0] update_sum_gamma_sum;
  logic        update_values_valid;
  logic [31:0] update_values_value_0;
  logic [23:0] update_decision_0;
  logic        update_block;
  logic        update_busy;
  logic        update_saturated;

  // Channels that leave completion_complete_fifo
  logic [66:0] completion_complete_fifo_out_data;

  // Takes requests in, numbers them, rejects what cannot run.
  dysta_admission #(
    .ID_W        (16),
    .PROFILE_W   (2),
    .PRIORITY_W  (8),
    .LIVE_W      (4),
    .CAPACITY    (8),
    .NUMBER_INIT (0),
    .REJECT_FULL (0)
  ) u_admission (
    .clk_i             (clk_i),
    .rst_ni            (rst_ni),
    .submit_valid_i    (submit_valid_i),
    .submit_ready_o    (submit_ready_o),
    .submit_id_i       (submit_id_i),
    .submit_profile_i  (submit_profile_i),
    .submit_deadline_i (submit_deadline_i),
    .submit_priority_i (submit_priority_i),
    .block_i           (guard_block),
    .hold_i            (sequencer_update_start),
    .live_i            (sequencer_live),
    .lookup_valid_o    (admission_lookup_valid),
    .lookup_offered_o  (admission_lookup_offered),
    .lookup_profile_o  (admission_lookup_profile),
    .profile_known_i   (tables_known),
    .admit_valid_o     (admission_admit_valid),
    .admit_id_o        (admission_admit_id),
    .admit_profile_o   (admission_admit_profile),
    .admit_deadline_o  (admission_admit_deadline),
    .admit_priority_o  (admission_admit_priority),
    .admit_number_o    (admission_admit_number),
    .reject_valid_o    (admission_reject_valid),
    .reject_ready_i    (admission_reject_ready),
    .reject_id_o       (admission_reject_id),
    .reject_status_o   (admission_reject_status),
    .busy_o            (admission_busy)
  );

  // Averages of each profile and layer, and runtime registers.
  dysta_tables u_tables (
    .clk_i                 (clk_i),
    .rst_ni                (rst_ni),
    .table_valid_i         (table_valid_i),
    .table_ready_o         (table_ready_o),
    .table_addr_i          (table_addr_i),
    .table_data_i          (table_data_i),
    .refused_o             (table_refused_o),
    .admit_valid_i         (admission_admit_valid),
    .finish_valid_i        (sequencer_finish_valid),
    .finish_failed_i       (sequencer_finish_failed),
    .finish_profile_i      (entries_profile),
    .lookup_valid_i        (admission_lookup_valid),
    .lookup_offered_i      (admission_lookup_offered),
    .lookup_profile_i      (admission_lookup_profile),
    .known_o               (tables_known),
    .row_last_layer_o      (tables_row_last_layer),
    .row_inv_isolated_o    (tables_row_inv_isolated),
    .row_initial_0_o       (tables_row_initial_0),
    .read_valid_i          (dispatcher_read),
    .read_profile_i        (entries_profile),
    .read_layer_i          (entries_layer),
    .layer_inv_density_o   (tables_layer_inv_density),
    .layer_lat_remaining_o (tables_layer_lat_remaining),
    .static_0_o            (tables_static_0)
  );

  // The live entries.
  dysta_entries u_entries (
    .clk_i                (clk_i),
    .rst_ni               (rst_ni),
    .admit_valid_i        (admission_admit_valid),
    .admit_id_i           (admission_admit_id),
    .admit_profile_i      (admission_admit_profile),
    .admit_deadline_i     (admission_admit_deadline),
    .admit_priority_i     (admission_admit_priority),
    .admit_number_i       (admission_admit_number),
    .append_position_i    (sequencer_append_position),
    .row_last_layer_i     (tables_row_last_layer),
    .row_inv_isolated_i   (tables_row_inv_isolated),
    .row_initial_0_i      (tables_row_initial_0),
    .deciding_i           (sequencer_deciding),
    .release_i            (sequencer_release),
    .write_progress_i     (sequencer_update_start),
    .move_i               (sequencer_move),
    .special_position_i   (sequencer_special_position),
    .latest_i             (sequencer_latest),
    .values_valid_i       (update_values_valid),
    .values_value_0_i     (update_values_value_0),
    .sum_valid_i          (update_sum_valid),
    .sum_gamma_sum_i      (update_sum_gamma_sum),
    .read_position_i      (sequencer_read_position),
    .id_o                 (entries_id),
    .profile_o            (entries_profile),
    .deadline_o           (entries_deadline),
    .layer_o              (entries_layer),
    .last_o               (entries_last),
    .gamma_sum_o          (entries_gamma_sum),
    .bank0_number_o       (entries_bank0_number),
    .bank0_value_0_o      (entries_bank0_value_0),
    .bank0_deadline_o     (entries_bank0_deadline),
    .bank0_last_run_o     (entries_bank0_last_run),
    .bank0_inv_isolated_o (entries_bank0_inv_isolated)
  );

  // Orders the clocks of a decision.
  dysta_sequencer #(
    .POS_W        (3),
    .LIVE_W       (4),
    .LANES        (1),
    .ROW_W        (3),
    .SLOT_CLOCKS  (1),
    .SPECIAL_SLOT (13),
    .SCAN_DELAY   (0)
  ) u_sequencer (
    .clk_i               (clk_i),
    .rst_ni              (rst_ni),
    .now_i               (now_i),
    .admit_valid_i       (admission_admit_valid),
    .layer_done_valid_i  (layer_done_valid_i),
    .layer_done_ready_o  (layer_done_ready_o),
    .layer_done_nnz_i    (layer_done_nnz_i),
    .layer_done_status_i (layer_done_status_i),
    .running_last_i      (entries_last),
    .record_ready_i      (completion_record_ready),
    .dispatch_valid_o    (sequencer_dispatch_valid),
    .dispatch_ready_i    (sequencer_dispatch_ready),
    .best_done_i         (argmin_best_done),
    .best_position_i     (argmin_best_position),
    .latest_o            (sequencer_latest),
    .layer_end_o         (sequencer_layer_end),
    .stamp_o             (sequencer_stamp),
    .nnz_o               (sequencer_nnz),
    .live_o              (sequencer_live),
    .append_position_o   (sequencer_append_position),
    .queue_o             (sequencer_queue),
    .update_start_o      (sequencer_update_start),
    .finish_valid_o      (sequencer_finish_valid),
    .finish_failed_o     (sequencer_finish_failed),
    .release_o           (sequencer_release),
    .move_o              (sequencer_move),
    .special_position_o  (sequencer_special_position),
    .read_position_o     (sequencer_read_position),
    .update_position_o   (unused_sequencer_update_position),
    .candidate_valid_o   (sequencer_candidate_valid),
    .candidate_last_o    (sequencer_candidate_last),
    .candidate_running_o (unused_sequencer_candidate_running),
    .candidate_row_o     (sequencer_candidate_row),
    .clear_o             (sequencer_clear),
    .single_o            (sequencer_single),
    .position_o          (sequencer_position),
    .block_o             (sequencer_block),
    .quiet_o             (sequencer_quiet),
    .deciding_o          (sequencer_deciding),
    .decision_o          (sequencer_decision),
    .preemption_o        (sequencer_preemption)
  );

  // Scores one candidate a clock.
  dysta_lane u_lane (
    .clk_i                (clk_i),
    .rst_ni               (rst_ni),
    .stamp_i              (sequencer_stamp),
    .decision_0_i         (update_decision_0),
    .candidate_valid_i    (sequencer_candidate_valid),
    .candidate_last_i     (sequencer_candidate_last),
    .candidate_position_i (sequencer_candidate_row),
    .candidate_number_i   (entries_bank0_number),
    .value_0_i            (entries_bank0_value_0),
    .deadline_i           (entries_bank0_deadline),
    .last_run_i           (entries_bank0_last_run),
    .inv_isolated_i       (entries_bank0_inv_isolated),
    .scored_valid_o       (lane_scored_valid),
    .scored_last_o        (lane_scored_last),
    .scored_score_o       (lane_scored_score),
    .scored_number_o      (lane_scored_number),
    .scored_position_o    (lane_scored_position)
  );

  // Keeps the smallest score, at equal scores the earliest admitted.
  dysta_argmin #(
    .SCORE_W (40),
    .POS_W   (3)
  ) u_argmin (
    .clk_i                (clk_i),
    .rst_ni               (rst_ni),
    .clear_i              (sequencer_clear),
    .candidate_valid_i    (lane_scored_valid),
    .candidate_last_i     (lane_scored_last),
    .candidate_score_i    (lane_scored_score),
    .candidate_number_i   (lane_scored_number),
    .candidate_position_i (lane_scored_position),
    .best_done_o          (argmin_best_done),
    .best_position_o      (argmin_best_position),
    .best_score_o         (argmin_best_score)
  );

  // Joins the offer with the fields of the chosen entry.
  dysta_dispatcher u_dispatcher (
    .offer_valid_i       (sequencer_dispatch_valid),
    .offer_ready_o       (sequencer_dispatch_ready),
    .id_i                (entries_id),
    .position_i          (sequencer_position),
    .profile_i           (entries_profile),
    .layer_i             (entries_layer),
    .score_i             (argmin_best_score),
    .dispatch_valid_o    (dispatch_valid_o),
    .dispatch_ready_i    (dispatch_ready_i),
    .dispatch_id_o       (dispatch_id_o),
    .dispatch_position_o (dispatch_position_o),
    .dispatch_profile_o  (dispatch_profile_o),
    .dispatch_layer_o    (dispatch_layer_o),
    .dispatch_score_o    (dispatch_score_o),
    .read_o              (dispatcher_read)
  );

  // Makes one record of every request that leaves.
  dysta_completion #(
    .ID_W (16)
  ) u_completion (
    .clk_i              (clk_i),
    .rst_ni             (rst_ni),
    .layer_end_i        (sequencer_layer_end),
    .finish_valid_i     (sequencer_finish_valid),
    .finish_failed_i    (sequencer_finish_failed),
    .running_id_i       (entries_id),
    .running_deadline_i (entries_deadline),
    .latest_i           (sequencer_latest),
    .reject_valid_i     (admission_reject_valid),
    .reject_ready_o     (admission_reject_ready),
    .reject_id_i        (admission_reject_id),
    .reject_status_i    (admission_reject_status),
    .record_ready_o     (completion_record_ready),
    .complete_valid_o   (completion_complete_valid),
    .complete_ready_i   (completion_complete_ready),
    .complete_id_o      (completion_complete_id),
    .complete_finish_o  (completion_complete_finish),
    .complete_status_o  (completion_complete_status),
    .miss_o             (completion_miss),
    .reject_o           (completion_reject),
    .busy_o             (completion_busy)
  );

  // Says when the entry write port is taken and when nothing can change.
  dysta_guard u_guard (
    .sequencer_block_i  (sequencer_block),
    .sequencer_quiet_i  (sequencer_quiet),
    .admission_busy_i   (admission_busy),
    .completion_busy_i  (completion_busy),
    .update_block_i     (update_block),
    .update_busy_i      (update_busy),
    .update_saturated_i (update_saturated),
    .block_o            (guard_block),
    .quiescent_o        (quiescent_o),
    .saturation_o       (guard_saturation)
  );

  // Gamma, entry values and decision values on one multiplier.
  dysta_update u_update (
    .clk_i                 (clk_i),
    .rst_ni                (rst_ni),
    .begin_i               (sequencer_clear),
    .continue_i            (sequencer_update_start),
    .single_i              (sequencer_single),
    .queue_i               (sequencer_queue),
    .nnz_i                 (sequencer_nnz),
    .gamma_sum_i           (entries_gamma_sum),
    .layer_i               (entries_layer),
    .layer_inv_density_i   (tables_layer_inv_density),
    .layer_lat_remaining_i (tables_layer_lat_remaining),
    .static_0_i            (tables_static_0),
    .sum_valid_o           (update_sum_valid),
    .sum_gamma_sum_o       (update_sum_gamma_sum),
    .values_valid_o        (update_values_valid),
    .values_value_0_o      (update_values_value_0),
    .decision_0_o          (update_decision_0),
    .block_o               (update_block),
    .busy_o                (update_busy),
    .saturated_o           (update_saturated)
  );

  // Counts events.
  dysta_statistics #(
    .WIDTH (32)
  ) u_statistics (
    .clk_i        (clk_i),
    .rst_ni       (rst_ni),
    .decision_i   (sequencer_decision),
    .preemption_i (sequencer_preemption),
    .miss_i       (completion_miss),
    .reject_i     (completion_reject),
    .saturation_i (guard_saturation),
    .exposed_i    (sequencer_deciding),
    .address_i    (statistics_address_i),
    .data_o       (statistics_data_o)
  );

  // Buffer of completion_complete.
  dysta_fifo #(
    .WIDTH (67),
    .DEPTH (4)
  ) u_completion_complete_fifo (
    .clk_i       (clk_i),
    .rst_ni      (rst_ni),
    .in_valid_i  (completion_complete_valid),
    .in_ready_o  (completion_complete_ready),
    .in_data_i   ({
      completion_complete_id,
      completion_complete_finish,
      completion_complete_status
    }),
    .out_valid_o (complete_valid_o),
    .out_ready_i (complete_ready_i),
    .out_data_o  (completion_complete_fifo_out_data)
  );
  assign {complete_id_o, complete_finish_o, complete_status_o} = completion_complete_fifo_out_data;
endmodule
