/*% for line in banner %*/// @{ line }@
/*% endfor %*/// SPDX-License-Identifier: 0BSD
//
// Passes on the better of two candidates: smaller score, at equal scores the earlier number.
// Latency: 1 clock. Throughput: one pair a clock. Numbers wrap: a is earlier than b if a - b has bit 31 set.

module dysta_pair_min #(
  // Bits of a score, >= 1.
  parameter integer SCORE_W = 40,
  // Bits of a position, >= 1.
  parameter integer POS_W = 6,
  // 1: score and admission number are compared at the same time; faster, with more look-up tables.
  parameter integer PARALLEL = 0
) (
  input  logic clk_i,
  input  logic rst_ni,

  // Two candidates.
  input  logic a_valid_i,
  input  logic [SCORE_W-1:0] a_score_i,
  input  logic [31:0] a_number_i,
  input  logic [POS_W-1:0] a_position_i,
  input  logic b_valid_i,
  input  logic [SCORE_W-1:0] b_score_i,
  input  logic [31:0] b_number_i,
  input  logic [POS_W-1:0] b_position_i,

  // The better one.
  output logic min_valid_o,
  output logic [SCORE_W-1:0] min_score_o,
  output logic [31:0] min_number_o,
  output logic [POS_W-1:0] min_position_o
);

  generate
    if (SCORE_W < 1) begin : gen_check_score_w
      dysta_error_pair_min_score_w_must_be_at_least_1 u_error ();
    end
    if (POS_W < 1) begin : gen_check_pos_w
      dysta_error_pair_min_pos_w_must_be_at_least_1 u_error ();
    end
    if (PARALLEL < 0 || PARALLEL > 1) begin : gen_check_parallel
      dysta_error_pair_min_parallel_must_be_0_or_1 u_error ();
    end
  endgenerate

  logic smaller;
  logic take_b;

  generate
    if (PARALLEL == 0) begin : gen_serial
      // Bit 31 of the difference, as comparison of the low bits: that takes half the look-up tables of a subtraction.
      logic earlier;
      assign earlier = (b_number_i[30:0] < a_number_i[30:0]) ^ b_number_i[31] ^ a_number_i[31];
      // The tie break is one more bit below the score, so one comparison decides both.
      assign smaller = {b_score_i, !earlier} < {a_score_i, earlier};
    end else begin : gen_parallel
      // As differences: their top bits leave the carry chains without a look-up table more.
      logic [31:0] later;
      logic [SCORE_W:0] above;
      logic [SCORE_W:0] below;
      assign later = b_number_i - a_number_i;
      assign above = {1'b0, a_score_i} - {1'b0, b_score_i};
      assign below = {1'b0, b_score_i} - {1'b0, a_score_i};
      assign smaller = below[SCORE_W] || (later[31] && !above[SCORE_W]);
      logic unused_differences;
      assign unused_differences = ^{later[30:0], above[SCORE_W-1:0], below[SCORE_W-1:0]};
    end
  endgenerate
  assign take_b = b_valid_i && (!a_valid_i || smaller);

  always_ff @(posedge clk_i) begin
    if (!rst_ni) min_valid_o <= 1'b0;
    else min_valid_o <= a_valid_i || b_valid_i;
  end

  always_ff @(posedge clk_i) begin
    min_score_o <= take_b ? b_score_i : a_score_i;
    min_number_o <= take_b ? b_number_i : a_number_i;
    min_position_o <= take_b ? b_position_i : a_position_i;
  end

`ifndef SYNTHESIS
  always @(posedge clk_i) begin
    if (rst_ni && ^{a_valid_i, b_valid_i} === 1'bx) $fatal(1, "%m: control input unknown");
  end
`endif

endmodule
