// dysta 0.1.0, accelerator of tiny, digest b629ca68e063f0ff
// SPDX-License-Identifier: 0BSD
//
// Counts what the elements of a column do in each clock: products, and idle elements by reason.
// Latency: 2 clocks from activity to counts, 1 more for each column behind this one. Throughput: every clock.

module dysta_array_stalls #(
  // Rows of the array, a power of two, 1 to 16.
  parameter integer ROWS = 2
) (
  input  logic clk_i,
  input  logic rst_ni,

  // What the elements do.
  input  logic [5*ROWS-1:0] activity_i,

  // The clock counts. An element without activations counts as: 0 no activation, 1 drain, 2 memory; a weight bank that is not filled counts as memory; so does a
  // tile that waits for its drain.
  input  logic counted_i,
  input  logic [1:0] starved_i,
  input  logic weights_dry_i,
  input  logic output_full_i,

  // Counts of the columns up to this one, 9 bits each from the lowest: products, no activation, no weight, conflict, drain, memory.
  output logic [5*ROWS-1:0] next_activity_o,
  input  logic [53:0] counts_i,
  output logic [53:0] next_counts_o
);

  generate
    if (ROWS < 1 || ROWS > 16) begin : gen_check_rows
      dysta_error_array_stalls_rows_must_be_1_to_16 u_error ();
    end
  endgenerate

  localparam integer REASONS = 6;

  logic [5*ROWS-1:0] activity_q;
  logic counted_q;
  logic [1:0] starved_q;
  logic weights_dry_q;
  logic output_full_q;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) counted_q <= 1'b0;
    else counted_q <= counted_i;
  end

  always_ff @(posedge clk_i) begin
    activity_q <= activity_i;
    starved_q <= starved_i;
    weights_dry_q <= weights_dry_i;
    output_full_q <= output_full_i;
  end

  // One reason for each element, bit r for reason r.
  logic [REASONS*ROWS-1:0] reasons;
  generate
    for (genvar i = 0; i < ROWS; i = i + 1) begin : gen_row
      logic multiplies;
      logic waits;
      logic runs;
      logic looks;
      logic filled;
      logic [2:0] missing;
      logic [2:0] reason;
      assign {multiplies, waits, runs, looks, filled} = activity_q[5*i +: 5];
      // A mark that waits ends a tile. Without run and activation it depends on the layer; else weights are missing.
      assign missing = runs ? (output_full_q ? 3'd5 : 3'd4)
          : !looks ? ((starved_q == 2'd0) ? 3'd1 : (starved_q == 2'd1) ? 3'd4 : 3'd5)
          : (!filled && weights_dry_q) ? 3'd5 : 3'd2;
      assign reason = multiplies ? 3'd0 : waits ? 3'd3 : missing;
      for (genvar r = 0; r < REASONS; r = r + 1) begin : gen_reason
        localparam logic [2:0] REASON = r;
        assign reasons[r*ROWS+i] = reason == REASON;
      end
    end

    for (genvar r = 0; r < REASONS; r = r + 1) begin : gen_count
      logic [ROWS-1:0] here;
      logic [4:0] elements;
      logic [4:0] count_q;
      logic [8:0] sum_q;
      assign here = reasons[r*ROWS +: ROWS];
      always_comb begin
        elements = 5'd0;
        for (int i = 0; i < ROWS; i = i + 1) elements = elements + {4'd0, here[i]};
      end
      always_ff @(posedge clk_i) begin
        if (!rst_ni) begin
          count_q <= 5'd0;
          sum_q <= 9'd0;
        end else begin
          count_q <= counted_q ? elements : 5'd0;
          sum_q <= counts_i[9*r +: 9] + {4'd0, count_q};
        end
      end
      assign next_counts_o[9*r +: 9] = sum_q;
    end
  endgenerate

  assign next_activity_o = {(5 * ROWS){1'b0}};

endmodule
