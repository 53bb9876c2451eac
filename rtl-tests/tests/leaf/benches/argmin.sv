// leaves: dysta_argmin
// case: SCORE_W=3 POS_W=5
// case: SCORE_W=40 POS_W=6
// case: SCORE_W=3 POS_W=5 PARALLEL=1
// case: SCORE_W=40 POS_W=6 PARALLEL=1
// case: SCORE_W=1 POS_W=3
// Random decisions with many ties, gaps, empty last slots, all-ones scores and admission numbers that wrap.
module bench;
  parameter integer SCORE_W = 3;
  parameter integer POS_W = 5;
  parameter integer PARALLEL = 0;

  logic clk = 0;
  logic rst_n = 0;
  logic clear = 0;
  logic valid = 0;
  logic last = 0;
  logic [SCORE_W-1:0] score;
  logic [31:0] number;
  logic [POS_W-1:0] position;
  logic done;
  logic [SCORE_W-1:0] best_score;
  logic [POS_W-1:0] best_position;
  logic [SCORE_W-1:0] want_score;
  logic [POS_W-1:0] want_position;
  integer want_age;
  integer age;
  integer found;
  integer candidates;
  integer decision;
  integer i;

  dysta_argmin #(.SCORE_W(SCORE_W), .POS_W(POS_W), .PARALLEL(PARALLEL)) u_dut (
    .clk_i(clk), .rst_ni(rst_n), .clear_i(clear), .candidate_valid_i(valid), .candidate_last_i(last),
    .candidate_score_i(score), .candidate_number_i(number), .candidate_position_i(position),
    .best_done_o(done), .best_score_o(best_score), .best_position_o(best_position));

  task tick;
    begin
      #5 clk = 1;
      #5 clk = 0;
    end
  endtask

  initial begin
    tick;
    rst_n = 1;
    for (decision = 0; decision < 1000; decision = decision + 1) begin
      clear = 1;
      valid = 0;
      last = 0;
      tick;
      clear = 0;
      if (best_score !== {SCORE_W{1'b0}}) $fatal(1, "decision %0d: score %h after the start", decision, best_score);
      found = 0;
      candidates = 1 + $urandom % (1 << POS_W);
      for (i = 0; i < candidates; i = i + 1) begin
        valid = $urandom % 4 != 0 || (i == candidates - 1 && !found);
        last = i == candidates - 1;
        score = $urandom % 4 == 0 ? {SCORE_W{1'b1}} : {$urandom, $urandom};
        if (found && $urandom % 2 == 0) score = want_score;
        position = $urandom;
        age = ((i * 37) % 64) * 1000000;
        number = 32'hFE000000 + age;
        if (valid && (!found || score < want_score || (score == want_score && age < want_age))) begin
          want_score = score;
          want_age = age;
          want_position = position;
          found = 1;
        end
        if (done !== 0) $fatal(1, "decision %0d: done before the last candidate", decision);
        tick;
      end
      valid = 0;
      last = 0;
      if (done !== 1) $fatal(1, "decision %0d: not done", decision);
      if (best_score !== want_score || best_position !== want_position) begin
        $fatal(1, "decision %0d: %h at %0d, expected %h at %0d", decision, best_score, best_position, want_score,
               want_position);
      end
      tick;
      if (done !== 0) $fatal(1, "decision %0d: done holds", decision);
    end
    $display("PASS");
    $finish;
  end
endmodule
