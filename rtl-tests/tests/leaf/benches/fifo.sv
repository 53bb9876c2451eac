// leaves: dysta_fifo dysta_skid
// case: WIDTH=8 DEPTH=1 SKID=0
// case: WIDTH=8 DEPTH=2 SKID=0
// case: WIDTH=8 DEPTH=5 SKID=0
// case: WIDTH=33 DEPTH=16 SKID=0
// case: WIDTH=1 DEPTH=3 SKID=0
// case: WIDTH=16 DEPTH=2 SKID=1
// Random traffic against a list: order, latency of one clock, readiness while fewer than DEPTH words are held.
module bench;
  parameter integer WIDTH = 8;
  parameter integer DEPTH = 2;
  parameter integer SKID = 0;

  logic clk = 0;
  logic rst_n = 0;
  logic in_valid = 0;
  logic in_ready;
  logic [WIDTH-1:0] in_data;
  logic out_valid;
  logic out_ready = 0;
  logic [WIDTH-1:0] out_data;
  logic [WIDTH-1:0] list [0:8191];
  integer head = 0;
  integer tail = 0;
  integer i;
  integer rate;
  integer full = 0;
  logic taken = 0;

  generate
    if (SKID == 1) begin : gen_skid
      dysta_skid #(.WIDTH(WIDTH)) u_dut (
        .clk_i(clk), .rst_ni(rst_n), .in_valid_i(in_valid), .in_ready_o(in_ready), .in_data_i(in_data),
        .out_valid_o(out_valid), .out_ready_i(out_ready), .out_data_o(out_data));
    end else begin : gen_fifo
      dysta_fifo #(.WIDTH(WIDTH), .DEPTH(DEPTH)) u_dut (
        .clk_i(clk), .rst_ni(rst_n), .in_valid_i(in_valid), .in_ready_o(in_ready), .in_data_i(in_data),
        .out_valid_o(out_valid), .out_ready_i(out_ready), .out_data_o(out_data));
    end
  endgenerate

  initial begin
    repeat (2) begin
      clk = 0;
      #5 clk = 1;
      #5;
    end
    for (i = 0; i < 8000; i = i + 1) begin
      clk = 0;
      rst_n = 1;
      rate = (i / 500) % 4;
      if (!in_valid || taken) begin
        in_valid = $urandom % 4 <= rate;
        in_data = {$urandom, $urandom};
      end
      out_ready = $urandom % 4 <= 3 - rate;
      #5;
      if (in_ready !== (tail - head < DEPTH)) $fatal(1, "step %0d: ready %b with %0d words", i, in_ready, tail - head);
      if (out_valid !== (tail != head)) $fatal(1, "step %0d: valid %b with %0d words", i, out_valid, tail - head);
      if (out_valid && out_data !== list[head]) $fatal(1, "step %0d: %h, expected %h", i, out_data, list[head]);
      if (tail - head == DEPTH) full = full + 1;
      if (out_valid && out_ready) head = head + 1;
      taken = in_valid && in_ready;
      if (taken) begin
        list[tail] = in_data;
        tail = tail + 1;
      end
      clk = 1;
      #5;
    end
    if (head < 1000 || full < 100) $fatal(1, "only %0d words, %0d clocks full", head, full);
    $display("PASS");
    $finish;
  end
endmodule
