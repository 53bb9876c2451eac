// dysta 0.1.0, accelerator of tiny, digest b629ca68e063f0ff
// SPDX-License-Identifier: 0BSD
//
// Tells the column what this element does: five bits, before those of the elements above it.
// Bit 4: a product begins; bit 3: one stands in front of the sums. Two clocks before there was, bit 2: a run or a mark; bit 1: an activation; bit 0: a filled weight bank.
// Latency: bits 3 and 4 combinational, the others two clocks, as a run takes to the sums. Throughput: every clock.

module dysta_array_activity #(
  // Rows of the array, a power of two, 1 to 16.
  parameter integer ROWS = 2
) (
  input  logic clk_i,
  input  logic rst_ni,

  // Of the multiplier: a product begins, one stands in front of the sums, a run or a mark is there; filled banks. Of the look-up: an activation is there.
  input  logic multiplies_i,
  input  logic waits_i,
  input  logic runs_i,
  input  logic [1:0] filled_i,
  input  logic looks_i,

  // Elements of the column up to this one, the latest in the highest bits.
  input  logic [5*ROWS-1:0] activity_i,
  output logic [5*ROWS-1:0] next_activity_o
);

  generate
    if (ROWS < 1 || ROWS > 16) begin : gen_check_rows
      dysta_error_array_activity_rows_must_be_1_to_16 u_error ();
    end
  endgenerate

  logic [2:0] before_q;
  logic [2:0] held_q;
  logic [5*ROWS+4:0] all;

  always_ff @(posedge clk_i) begin
    before_q <= {runs_i, looks_i, filled_i != 2'd0};
    held_q <= before_q;
  end

  assign all = {multiplies_i, waits_i, held_q, activity_i};
  assign next_activity_o = all[5*ROWS+4:5];

  logic unused;
  assign unused = &{1'b0, rst_ni, all[4:0]};

endmodule
