// dysta 0.1.0, accelerator of tiny, digest b629ca68e063f0ff
// SPDX-License-Identifier: 0BSD
//
// Finds the weights of an activation: steps through its kernel positions and looks up the weight column of each.
// An activation comes with its first kernel position; COUNT_W-bit numbers say how many rows and columns of the kernel meet it.
// Latency: 2 clocks from an activation to its first run. Throughput: one kernel position a clock; empty columns make no run.
// A mark ends the use of a weight bank (`swap`) or of a half of the sums (`finish`), in order with the runs.

module dysta_array_lookup #(
  // Bits of a segment index, 4 to 12.
  parameter integer SEGMENT_W = 9,
  // Bits of an entry index, 4 to 12.
  parameter integer ENTRY_W = 9,
  // Bits of the address of a sum within a half, 4 to 12.
  parameter integer SUM_W = 8
) (
  input  logic clk_i,
  input  logic rst_ni,

  // Steps of the layer: next column, next row of the kernel.
  input  logic [SEGMENT_W-1:0] segment_column_step_i,
  input  logic [SEGMENT_W-1:0] segment_row_step_i,
  input  logic [SUM_W-1:0] base_column_step_i,
  input  logic [SUM_W-1:0] base_row_step_i,

  // Activations and marks: mark, value, first segment, address of the first sum, rows and columns of the kernel.
  input  logic act_valid_i,
  output logic act_ready_o,
  input  logic [SEGMENT_W+SUM_W+16:0] act_word_i,

  // A weight bank was filled.
  input  logic loaded_i,

  // Pointer memory: bank above segment; entries from `start`, `count` of them.
  output logic re_o,
  output logic [SEGMENT_W:0] raddr_o,
  input  logic [ENTRY_W+6:0] rdata_i,

  // Runs of weights and marks.
  output logic run_valid_o,
  input  logic run_ready_i,
  output logic run_mark_o,
  output logic [9:0] run_value_o,
  output logic [SUM_W-1:0] run_base_o,
  output logic [ENTRY_W:0] run_start_o,
  output logic [6:0] run_count_o,

  // For the counters: an activation or a mark is there.
  output logic looks_o
);

  generate
    if (SEGMENT_W < 4 || SEGMENT_W > 12) begin : gen_check_segment_w
      dysta_error_array_lookup_segment_w_must_be_4_to_12 u_error ();
    end
    if (ENTRY_W < 4 || ENTRY_W > 12) begin : gen_check_entry_w
      dysta_error_array_lookup_entry_w_must_be_4_to_12 u_error ();
    end
    if (SUM_W < 4 || SUM_W > 12) begin : gen_check_sum_w
      dysta_error_array_lookup_sum_w_must_be_4_to_12 u_error ();
    end
  endgenerate

  logic act_mark;
  logic [9:0] act_value;
  logic [SEGMENT_W-1:0] act_segment;
  logic [SUM_W-1:0] act_base;
  logic [2:0] act_rows;
  logic [2:0] act_columns;
  assign {act_mark, act_value, act_segment, act_base, act_rows, act_columns} = act_word_i;

  // Place within the activation at the input: the one of the next look-up and the first of its kernel row.
  logic started_q;
  logic [SEGMENT_W-1:0] segment_q;
  logic [SEGMENT_W-1:0] row_segment_q;
  logic [SUM_W-1:0] base_q;
  logic [SUM_W-1:0] row_base_q;
  logic [2:0] rows_q;
  logic [2:0] columns_q;

  logic [SEGMENT_W-1:0] segment;
  logic [SEGMENT_W-1:0] row_segment;
  logic [SUM_W-1:0] base;
  logic [SUM_W-1:0] row_base;
  logic [2:0] rows;
  logic [2:0] columns;
  logic row_ends;
  logic [SEGMENT_W-1:0] next_segment;
  logic [SUM_W-1:0] next_base;
  logic ends;
  logic issue;
  logic take_mark;
  logic swap;

  // Filled banks that are not yet used up.
  logic [1:0] banks_q;
  logic bank_q;

  // The look-up whose pointer is on the memory output.
  logic found_valid_q;
  logic found_mark_q;
  logic found_bank_q;
  logic [9:0] found_value_q;
  logic [SUM_W-1:0] found_base_q;
  logic found_leaves;

  assign segment = started_q ? segment_q : act_segment;
  assign row_segment = started_q ? row_segment_q : act_segment;
  assign base = started_q ? base_q : act_base;
  assign row_base = started_q ? row_base_q : act_base;
  assign rows = started_q ? rows_q : act_rows;
  assign columns = started_q ? columns_q : act_columns;
  assign row_ends = columns == 3'd1;
  assign ends = row_ends && rows == 3'd1;

  assign found_leaves = !found_valid_q || run_ready_i || !run_valid_o;
  assign issue = act_valid_i && !act_mark && banks_q != 2'd0 && found_leaves;
  assign take_mark = act_valid_i && act_mark && banks_q != 2'd0 && found_leaves;
  assign swap = take_mark && act_value[0];
  assign act_ready_o = take_mark || (issue && ends);
  assign re_o = issue;
  assign raddr_o = {bank_q, segment};

  always_ff @(posedge clk_i) begin
    if (!rst_ni) started_q <= 1'b0;
    else if (issue) started_q <= !ends;
  end

  // The next place: from this one to the next column, or from the first of the row to the next row.
  assign next_segment = (row_ends ? row_segment : segment) + (row_ends ? segment_row_step_i : segment_column_step_i);
  assign next_base = (row_ends ? row_base : base) - (row_ends ? base_row_step_i : base_column_step_i);

  always_ff @(posedge clk_i) begin
    if (issue) begin
      segment_q <= next_segment;
      base_q <= next_base;
      row_segment_q <= row_ends ? next_segment : row_segment;
      row_base_q <= row_ends ? next_base : row_base;
      rows_q <= row_ends ? rows - 3'd1 : rows;
      columns_q <= row_ends ? act_columns : columns - 3'd1;
    end
  end

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      banks_q <= 2'd0;
      bank_q <= 1'b0;
    end else begin
      if (loaded_i && !swap) banks_q <= banks_q + 2'd1;
      else if (swap && !loaded_i) banks_q <= banks_q - 2'd1;
      bank_q <= bank_q ^ swap;
    end
  end

  always_ff @(posedge clk_i) begin
    if (!rst_ni) found_valid_q <= 1'b0;
    else if (found_leaves) found_valid_q <= issue || take_mark;
  end

  always_ff @(posedge clk_i) begin
    if (found_leaves) begin
      found_mark_q <= act_mark;
      found_bank_q <= bank_q;
      found_value_q <= act_value;
      found_base_q <= base;
    end
  end

  assign run_valid_o = found_valid_q && (found_mark_q || rdata_i[6:0] != 7'd0);
  assign run_mark_o = found_mark_q;
  assign run_value_o = found_value_q;
  assign run_base_o = found_base_q;
  assign run_start_o = {found_bank_q, rdata_i[ENTRY_W+6:7]};
  assign run_count_o = rdata_i[6:0];
  assign looks_o = act_valid_i;

`ifndef SYNTHESIS
  always @(posedge clk_i) begin
    if (rst_ni && ^{act_valid_i, loaded_i, run_ready_i} === 1'bx) $fatal(1, "%m: control input unknown");
    if (rst_ni && issue && (rows == 3'd0 || columns == 3'd0)) $fatal(1, "%m: activation without a kernel position");
    if (rst_ni && loaded_i && banks_q == 2'd2) $fatal(1, "%m: a bank was filled while both are in use");
  end
`endif

endmodule
