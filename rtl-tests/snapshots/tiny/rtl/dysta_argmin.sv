// dysta 0.1.0, config tiny, digest b93da4205507f7e3
// SPDX-License-Identifier: 0BSD
//
// Finds the candidate of a decision with the smallest score; of equal scores the one that was admitted first.
// Latency: 1 clock from the last candidate to `best_done_o`. Throughput: one candidate a clock.
// Admission numbers are compared modulo 2**32: a was admitted before b if bit 31 of a - b is set.

module dysta_argmin #(
  // Bits of a score, >= 1.
  parameter integer SCORE_W = 40,
  // Bits of a position, >= 1.
  parameter integer POS_W = 6,
  // 1: score and admission number are compared at the same time; faster, with more look-up tables.
  parameter integer PARALLEL = 0
) (
  input  logic clk_i,
  input  logic rst_ni,

  // Start of a decision: forgets the best of the former one; the score is 0 until a candidate comes.
  input  logic clear_i,

  // Candidates; `candidate_last_i` closes the decision and needs no valid candidate beside it.
  input  logic candidate_valid_i,
  input  logic candidate_last_i,
  input  logic [SCORE_W-1:0] candidate_score_i,
  input  logic [31:0] candidate_number_i,
  input  logic [POS_W-1:0] candidate_position_i,

  // The best candidate, in the clock after the last one.
  output logic best_done_o,
  output logic [POS_W-1:0] best_position_o,
  output logic [SCORE_W-1:0] best_score_o
);

  generate
    if (SCORE_W < 1) begin : gen_check_score_w
      dysta_error_argmin_score_w_must_be_at_least_1 u_error ();
    end
    if (POS_W < 1) begin : gen_check_pos_w
      dysta_error_argmin_pos_w_must_be_at_least_1 u_error ();
    end
    if (PARALLEL < 0 || PARALLEL > 1) begin : gen_check_parallel
      dysta_error_argmin_parallel_must_be_0_or_1 u_error ();
    end
  endgenerate

  logic found_q;
  logic [31:0] number_q;
  logic better;

  generate
    if (PARALLEL == 0) begin : gen_serial
      // Bit 31 of the difference, as comparison of the low bits: that takes half the look-up tables of a subtraction.
      logic earlier;
      assign earlier = (candidate_number_i[30:0] < number_q[30:0]) ^ candidate_number_i[31] ^ number_q[31];
      // The tie break is one more bit below the score, so one comparison decides both.
      assign better = {candidate_score_i, !earlier} < {best_score_o, earlier};
    end else begin : gen_parallel
      // As differences: their top bits leave the carry chains without a look-up table more.
      logic [31:0] later;
      logic [SCORE_W:0] above;
      logic [SCORE_W:0] below;
      assign later = candidate_number_i - number_q;
      assign above = {1'b0, best_score_o} - {1'b0, candidate_score_i};
      assign below = {1'b0, candidate_score_i} - {1'b0, best_score_o};
      assign better = below[SCORE_W] || (later[31] && !above[SCORE_W]);
      logic unused_differences;
      assign unused_differences = ^{later[30:0], above[SCORE_W-1:0], below[SCORE_W-1:0]};
    end
  endgenerate

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      found_q <= 1'b0;
      best_done_o <= 1'b0;
    end else begin
      found_q <= !clear_i && (found_q || candidate_valid_i);
      best_done_o <= candidate_last_i;
    end
  end

  always_ff @(posedge clk_i) begin
    if (clear_i) best_score_o <= {SCORE_W{1'b0}};
    else if (candidate_valid_i && (better || !found_q)) best_score_o <= candidate_score_i;
  end

  always_ff @(posedge clk_i) begin
    if (candidate_valid_i && (better || !found_q)) begin
      number_q <= candidate_number_i;
      best_position_o <= candidate_position_i;
    end
  end

`ifndef SYNTHESIS
  always @(posedge clk_i) begin
    if (rst_ni && candidate_last_i && !candidate_valid_i && !found_q) $fatal(1, "%m: decision without a candidate");
    if (rst_ni && clear_i && candidate_valid_i) $fatal(1, "%m: candidate while the decision is cleared");
  end
`endif

endmodule
