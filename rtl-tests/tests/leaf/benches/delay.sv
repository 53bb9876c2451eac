// leaves: dysta_delay
// case: WIDTH=8 DEPTH=1
// case: WIDTH=1 DEPTH=2
// case: WIDTH=40 DEPTH=19
// Every word comes back after exactly DEPTH clocks.
module bench;
  parameter integer WIDTH = 8;
  parameter integer DEPTH = 1;

  logic clk = 0;
  logic [WIDTH-1:0] data_in;
  logic [WIDTH-1:0] data_out;
  logic [WIDTH-1:0] expected [0:599];
  integer i;

  dysta_delay #(.WIDTH(WIDTH), .DEPTH(DEPTH)) u_dut (.clk_i(clk), .data_i(data_in), .data_o(data_out));

  initial begin
    for (i = 0; i < 500; i = i + 1) begin
      clk = 0;
      data_in = {$urandom, $urandom};
      expected[i+DEPTH] = data_in;
      #5;
      if (i >= DEPTH && data_out !== expected[i]) $fatal(1, "step %0d: %h, expected %h", i, data_out, expected[i]);
      clk = 1;
      #5;
    end
    $display("PASS");
    $finish;
  end
endmodule
