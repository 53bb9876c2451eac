// dysta 0.1.0, accelerator of tiny, digest b629ca68e063f0ff
// SPDX-License-Identifier: 0BSD

// Processing element: multiplies the non-zero activations of its column with the non-zero weights
// of its row.
// Latency: 9 clocks from an activation to its first sum. Throughput: one product a clock.
module dysta_pe (
  // Clock; reset, synchronous and active low
  input  logic        clk_i,
  input  logic        rst_ni,

  input  logic        act_valid_i,

  input  logic [1:0]  act_mask_i,

  input  logic [31:0] act_word_i,

  output logic [1:0]  next_act_mask_o,

  input  logic        room_i,

  output logic        next_room_o,

  input  logic [8:0]  segment_column_step_i,

  input  logic [8:0]  segment_row_step_i,

  input  logic [5:0]  base_column_step_i,

  input  logic [5:0]  base_row_step_i,

  input  logic        maximum_i,

  input  logic        pointer_we_i,

  input  logic [9:0]  pointer_waddr_i,

  input  logic [15:0] pointer_wdata_i,

  input  logic        entry_we_i,

  input  logic [8:0]  entry_waddr_i,

  input  logic [35:0] entry_wdata_i,

  input  logic        loaded_i,

  input  logic        drain_valid_i,

  input  logic [6:0]  drain_address_i,

  input  logic        drain_done_i,

  input  logic        full_i,

  output logic        next_full_o,

  input  logic        finished_i,

  output logic        next_finished_o,

  input  logic [31:0] drain_chain_i,

  output logic [31:0] next_drain_chain_o,

  input  logic [1:0]  drain_rows_i,

  output logic [1:0]  next_drain_rows_o,

  input  logic [9:0]  activity_i,

  output logic [9:0]  next_activity_o
);

  // Channels that leave tap
  logic        tap_out_valid;
  logic        tap_out_ready;
  logic [31:0] tap_out_word;

  // Channels that leave lookup
  logic       lookup_re;
  logic [9:0] lookup_raddr;
  logic       lookup_run_valid;
  logic       lookup_run_ready;
  logic       lookup_run_mark;
  logic [9:0] lookup_run_value;
  logic [5:0] lookup_run_base;
  logic [9:0] lookup_run_start;
  logic [6:0] lookup_run_count;
  logic       lookup_looks;

  // Channels that leave mac
  logic        mac_re;
  logic [8:0]  mac_raddr;
  logic        mac_sum_re;
  logic [6:0]  mac_sum_raddr;
  logic        mac_sum_we;
  logic [6:0]  mac_sum_waddr;
  logic [31:0] mac_sum_wdata;
  logic        mac_multiplies;
  logic        mac_waits;
  logic        mac_runs;
  logic [1:0]  mac_filled;

  // Channels that leave pointers
  logic [15:0] pointers_rdata;

  // Channels that leave entries
  logic [35:0] entries_rdata;

  // Channels that leave sums
  logic [31:0] sums_rdata;

  // Channels that leave tap_out_fifo
  logic        tap_out_fifo_out_valid;
  logic        tap_out_fifo_out_ready;
  logic [31:0] tap_out_fifo_out_word;

  // Channels that leave lookup_run_fifo
  logic        lookup_run_fifo_out_valid;
  logic        lookup_run_fifo_out_ready;
  logic        lookup_run_fifo_out_mark;
  logic [9:0]  lookup_run_fifo_out_value;
  logic [5:0]  lookup_run_fifo_out_base;
  logic [9:0]  lookup_run_fifo_out_start;
  logic [6:0]  lookup_run_fifo_out_count;
  logic [33:0] lookup_run_fifo_out_data;

  // Takes the words of a bus that are meant for this place; the bus waits until all places that
  // are meant have room.
  dysta_array_tap #(
    .WIDTH  (32),
    .PLACES (2)
  ) u_tap (
    .bus_valid_i     (act_valid_i),
    .bus_mask_i      (act_mask_i),
    .next_bus_mask_o (next_act_mask_o),
    .bus_word_i      (act_word_i),
    .room_i          (room_i),
    .next_room_o     (next_room_o),
    .out_valid_o     (tap_out_valid),
    .out_ready_i     (tap_out_ready),
    .out_word_o      (tap_out_word)
  );

  // Finds the weights of an activation: steps through its kernel positions and looks up the weight
  // column of each.
  dysta_array_lookup #(
    .SEGMENT_W (9),
    .ENTRY_W   (9),
    .SUM_W     (6)
  ) u_lookup (
    .clk_i                 (clk_i),
    .rst_ni                (rst_ni),
    .segment_column_step_i (segment_column_step_i),
    .segment_row_step_i    (segment_row_step_i),
    .base_column_step_i    (base_column_step_i),
    .base_row_step_i       (base_row_step_i),
    .act_valid_i           (tap_out_fifo_out_valid),
    .act_ready_o           (tap_out_fifo_out_ready),
    .act_word_i            (tap_out_fifo_out_word),
    .loaded_i              (loaded_i),
    .re_o                  (lookup_re),
    .raddr_o               (lookup_raddr),
    .rdata_i               (pointers_rdata),
    .run_valid_o           (lookup_run_valid),
    .run_ready_i           (lookup_run_ready),
    .run_mark_o            (lookup_run_mark),
    .run_value_o           (lookup_run_value),
    .run_base_o            (lookup_run_base),
    .run_start_o           (lookup_run_start),
    .run_count_o           (lookup_run_count),
    .looks_o               (lookup_looks)
  );

  // Multiplies an activation with a run of weights and adds each product to its partial sum, one a
  // clock.
  dysta_array_mac #(
    .ROWS    (2),
    .ENTRY_W (9),
    .SUM_W   (6)
  ) u_mac (
    .clk_i              (clk_i),
    .rst_ni             (rst_ni),
    .maximum_i          (maximum_i),
    .run_valid_i        (lookup_run_fifo_out_valid),
    .run_ready_o        (lookup_run_fifo_out_ready),
    .run_mark_i         (lookup_run_fifo_out_mark),
    .run_value_i        (lookup_run_fifo_out_value),
    .run_base_i         (lookup_run_fifo_out_base),
    .run_start_i        (lookup_run_fifo_out_start),
    .run_count_i        (lookup_run_fifo_out_count),
    .re_o               (mac_re),
    .raddr_o            (mac_raddr),
    .rdata_i            (entries_rdata),
    .sum_re_o           (mac_sum_re),
    .sum_raddr_o        (mac_sum_raddr),
    .sum_rdata_i        (sums_rdata),
    .sum_we_o           (mac_sum_we),
    .sum_waddr_o        (mac_sum_waddr),
    .sum_wdata_o        (mac_sum_wdata),
    .loaded_i           (loaded_i),
    .full_i             (full_i),
    .next_full_o        (next_full_o),
    .drain_valid_i      (drain_valid_i),
    .drain_rows_i       (drain_rows_i),
    .next_drain_rows_o  (next_drain_rows_o),
    .drain_address_i    (drain_address_i),
    .drain_done_i       (drain_done_i),
    .drain_chain_i      (drain_chain_i),
    .next_drain_chain_o (next_drain_chain_o),
    .finished_i         (finished_i),
    .next_finished_o    (next_finished_o),
    .multiplies_o       (mac_multiplies),
    .waits_o            (mac_waits),
    .runs_o             (mac_runs),
    .filled_o           (mac_filled)
  );

  // Memory in block RAM with one write port and one synchronous read port.
  dysta_ram_block #(
    .WIDTH    (16),
    .DEPTH    (1024),
    .ADDR_W   (10),
    .DISJOINT (0)
  ) u_pointers (
    .clk_i   (clk_i),
    .we_i    (pointer_we_i),
    .waddr_i (pointer_waddr_i),
    .wdata_i (pointer_wdata_i),
    .re_i    (lookup_re),
    .raddr_i (lookup_raddr),
    .rdata_o (pointers_rdata)
  );

  // Memory in block RAM with one write port and one synchronous read port.
  dysta_ram_block #(
    .WIDTH    (36),
    .DEPTH    (512),
    .ADDR_W   (9),
    .DISJOINT (0)
  ) u_entries (
    .clk_i   (clk_i),
    .we_i    (entry_we_i),
    .waddr_i (entry_waddr_i),
    .wdata_i (entry_wdata_i),
    .re_i    (mac_re),
    .raddr_i (mac_raddr),
    .rdata_o (entries_rdata)
  );

  // Memory in block RAM with one write port and one synchronous read port.
  dysta_ram_block #(
    .WIDTH    (32),
    .DEPTH    (128),
    .ADDR_W   (7),
    .DISJOINT (0)
  ) u_sums (
    .clk_i   (clk_i),
    .we_i    (mac_sum_we),
    .waddr_i (mac_sum_waddr),
    .wdata_i (mac_sum_wdata),
    .re_i    (mac_sum_re),
    .raddr_i (mac_sum_raddr),
    .rdata_o (sums_rdata)
  );

  // Tells the column what this element does: five bits, before those of the elements above it.
  dysta_array_activity #(
    .ROWS (2)
  ) u_monitor (
    .clk_i           (clk_i),
    .rst_ni          (rst_ni),
    .multiplies_i    (mac_multiplies),
    .waits_i         (mac_waits),
    .runs_i          (mac_runs),
    .filled_i        (mac_filled),
    .looks_i         (lookup_looks),
    .activity_i      (activity_i),
    .next_activity_o (next_activity_o)
  );

  // Buffer of tap_out.
  dysta_fifo #(
    .WIDTH (32),
    .DEPTH (16)
  ) u_tap_out_fifo (
    .clk_i       (clk_i),
    .rst_ni      (rst_ni),
    .in_valid_i  (tap_out_valid),
    .in_ready_o  (tap_out_ready),
    .in_data_i   (tap_out_word),
    .out_valid_o (tap_out_fifo_out_valid),
    .out_ready_i (tap_out_fifo_out_ready),
    .out_data_o  (tap_out_fifo_out_word)
  );

  // Buffer of lookup_run.
  dysta_fifo #(
    .WIDTH (34),
    .DEPTH (16)
  ) u_lookup_run_fifo (
    .clk_i       (clk_i),
    .rst_ni      (rst_ni),
    .in_valid_i  (lookup_run_valid),
    .in_ready_o  (lookup_run_ready),
    .in_data_i   ({
      lookup_run_mark,
      lookup_run_value,
      lookup_run_base,
      lookup_run_start,
      lookup_run_count
    }),
    .out_valid_o (lookup_run_fifo_out_valid),
    .out_ready_i (lookup_run_fifo_out_ready),
    .out_data_o  (lookup_run_fifo_out_data)
  );
  assign {
    lookup_run_fifo_out_mark,
    lookup_run_fifo_out_value,
    lookup_run_fifo_out_base,
    lookup_run_fifo_out_start,
    lookup_run_fifo_out_count
  } = lookup_run_fifo_out_data;
endmodule
