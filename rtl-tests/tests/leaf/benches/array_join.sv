// leaves: dysta_array_join
// case: SEED=1
// case: SEED=2
// Two streams of numbered chunks: all come out, each in its order, and the stream changes behind every turn and there alone.
module bench;
  parameter integer SEED = 1;

  logic clk = 0;
  logic rst_n = 0;
  logic [1:0] valid = 0;
  logic [1:0] ready;
  logic [287:0] content [0:1];
  logic [5:0] bytes [0:1];
  logic [1:0] turn = 0;
  logic [1:0] last = 0;
  logic out_valid;
  logic out_ready = 0;
  logic [287:0] out_content;
  logic [5:0] out_bytes;
  logic out_turn;
  logic out_last;
  logic from = 0;
  logic [1:0] taken;
  integer number [0:1];
  integer passed = 0;
  integer turns = 0;
  integer step;
  integer k;

  dysta_array_join u_dut (
    .clk_i(clk), .rst_ni(rst_n),
    .chunk0_valid_i(valid[0]), .chunk0_ready_o(ready[0]), .chunk0_content_i(content[0]), .chunk0_bytes_i(bytes[0]), .chunk0_turn_i(turn[0]),
    .chunk0_last_i(last[0]),
    .chunk1_valid_i(valid[1]), .chunk1_ready_o(ready[1]), .chunk1_content_i(content[1]), .chunk1_bytes_i(bytes[1]), .chunk1_turn_i(turn[1]),
    .chunk1_last_i(last[1]),
    .chunk_valid_o(out_valid), .chunk_ready_i(out_ready), .chunk_content_o(out_content), .chunk_bytes_o(out_bytes), .chunk_turn_o(out_turn),
    .chunk_last_o(out_last));

  initial begin
    number[0] = 0;
    number[1] = 0;
    #5 clk = 1;
    #5;
    rst_n = 1;
    for (step = 0; step < 4000; step = step + 1) begin
      clk = 0;
      for (k = 0; k < 2; k = k + 1) begin
        if (!valid[k] && ($urandom + SEED) % 3 != 0) begin
          valid[k] = 1;
          content[k] = {$urandom, 224'd0, number[k][31:0]};
          bytes[k] = $urandom;
          turn[k] = $urandom % 4 == 0;
          last[k] = $urandom;
          number[k] = number[k] + 1;
        end
      end
      out_ready = $urandom % 4 != 0;
      #5;
      if (out_valid !== valid[from]) $fatal(1, "step %0d: valid", step);
      if (ready !== (out_ready ? 2'd1 << from : 2'd0)) $fatal(1, "step %0d: ready", step);
      if (out_valid && {out_content, out_bytes, out_turn, out_last} !== {content[from], bytes[from], turn[from], last[from]}) $fatal(1, "step %0d: chunk", step);
      taken = valid & ready;
      k = from;
      clk = 1;
      #5;
      if (taken != 0) begin
        passed = passed + 1;
        turns = turns + turn[k];
        from = from ^ turn[k];
      end
      valid = valid & ~taken;
    end
    if (passed < 1000 || turns < 200) $fatal(1, "%0d chunks, %0d turns", passed, turns);
    $display("PASS");
    $finish;
  end
endmodule
