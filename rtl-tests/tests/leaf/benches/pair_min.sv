// leaves: dysta_pair_min
// case: SCORE_W=3 POS_W=5
// case: SCORE_W=40 POS_W=6
// Random pairs with ties, empty sides, all-ones scores and admission numbers that wrap.
module bench;
  parameter integer SCORE_W = 3;
  parameter integer POS_W = 5;

  logic clk = 0;
  logic rst_n = 0;
  logic a_valid = 0;
  logic b_valid = 0;
  logic [SCORE_W-1:0] a_score;
  logic [SCORE_W-1:0] b_score;
  logic [31:0] a_number;
  logic [31:0] b_number;
  logic [POS_W-1:0] a_position;
  logic [POS_W-1:0] b_position;
  logic valid;
  logic [SCORE_W-1:0] score;
  logic [31:0] number;
  logic [POS_W-1:0] position;
  logic want_b;
  integer a_age;
  integer b_age;
  integer round;

  dysta_pair_min #(.SCORE_W(SCORE_W), .POS_W(POS_W)) u_dut (
    .clk_i(clk), .rst_ni(rst_n), .a_valid_i(a_valid), .a_score_i(a_score), .a_number_i(a_number),
    .a_position_i(a_position), .b_valid_i(b_valid), .b_score_i(b_score), .b_number_i(b_number),
    .b_position_i(b_position), .min_valid_o(valid), .min_score_o(score), .min_number_o(number),
    .min_position_o(position));

  task tick;
    begin
      #5 clk = 1;
      #5 clk = 0;
    end
  endtask

  initial begin
    tick;
    if (valid !== 0) $fatal(1, "valid after reset");
    rst_n = 1;
    for (round = 0; round < 20000; round = round + 1) begin
      a_valid = $urandom % 4 != 0;
      b_valid = $urandom % 4 != 0;
      a_score = $urandom % 4 == 0 ? {SCORE_W{1'b1}} : {$urandom, $urandom};
      b_score = $urandom % 2 == 0 ? a_score : {$urandom, $urandom};
      a_age = $urandom % 100000;
      b_age = a_age == 7 ? 8 : 7 + $urandom % 100000;
      if (b_age == a_age) b_age = b_age + 1;
      a_number = 32'hFFFF0000 + a_age;
      b_number = 32'hFFFF0000 + b_age;
      a_position = $urandom;
      b_position = $urandom;
      want_b = b_valid && (!a_valid || b_score < a_score || (b_score == a_score && b_age < a_age));
      tick;
      if (valid !== (a_valid || b_valid)) $fatal(1, "round %0d: valid %b", round, valid);
      if (valid && (score !== (want_b ? b_score : a_score) || number !== (want_b ? b_number : a_number)
          || position !== (want_b ? b_position : a_position))) begin
        $fatal(1, "round %0d: %h %h, expected side %s", round, score, number, want_b ? "b" : "a");
      end
    end
    $display("PASS");
    $finish;
  end
endmodule
