// leaves: dysta_mul
// case: A_W=32 B_W=16 LATENCY=2
// case: A_W=32 B_W=24 LATENCY=3
// case: A_W=64 B_W=24 LATENCY=2
// case: A_W=17 B_W=1 LATENCY=2
// case: A_W=18 B_W=9 LATENCY=3
// case: A_W=1 B_W=1 LATENCY=2
// case: A_W=52 B_W=17 LATENCY=3
// case: A_W=33 B_W=16 LATENCY=2 A_SIGNED=1
// case: A_W=17 B_W=24 LATENCY=3 A_SIGNED=1
// case: A_W=65 B_W=33 LATENCY=2 A_SIGNED=1
// case: A_W=32 B_W=32 LATENCY=2
// case: A_W=72 B_W=72 LATENCY=3 A_SIGNED=1 B_SIGNED=1
// case: A_W=40 B_W=25 LATENCY=2 B_SIGNED=1
// case: A_W=1 B_W=49 LATENCY=2 A_SIGNED=1 B_SIGNED=1
// case: A_W=18 B_W=1 LATENCY=2 B_SIGNED=1
// case: A_W=34 B_W=24 LATENCY=3 PART_W=17
// case: A_W=72 B_W=72 LATENCY=3 A_SIGNED=1 B_SIGNED=1 PART_W=17
// case: A_W=9 B_W=3 LATENCY=2 PART_W=2
// One random product a clock, extremes included.
module bench;
  parameter integer A_W = 32;
  parameter integer B_W = 16;
  parameter integer LATENCY = 2;
  parameter integer A_SIGNED = 0;
  parameter integer B_SIGNED = 0;
  parameter integer PART_W = 24;

  logic clk = 0;
  logic [A_W-1:0] a;
  logic [B_W-1:0] b;
  logic [A_W+B_W-1:0] p;
  logic [A_W+B_W-1:0] expected [0:2099];
  integer i;

  dysta_mul #(
    .A_W(A_W), .B_W(B_W), .LATENCY(LATENCY), .A_SIGNED(A_SIGNED), .B_SIGNED(B_SIGNED), .PART_W(PART_W)
  ) u_dut (.clk_i(clk), .a_i(a), .b_i(b), .p_o(p));

  initial begin
    for (i = 0; i < 2000; i = i + 1) begin
      clk = 0;
      a = {$urandom, $urandom, $urandom};
      b = {$urandom, $urandom, $urandom};
      if (i % 8 == 0) a = {A_W{1'b1}};
      if (i % 8 == 1) a = {{A_W{1'b0}}, 1'b1} << (A_W - 1);
      if (i % 16 == 0) b = {B_W{1'b1}};
      if (i % 16 == 1) b = {{B_W{1'b0}}, 1'b1} << (B_W - 1);
      // Modulo 2^(A_W+B_W) the product of extended operands is the same for signed and unsigned ones.
      expected[i+LATENCY] = {{B_W{A_SIGNED == 1 && a[A_W-1]}}, a} * {{A_W{B_SIGNED == 1 && b[B_W-1]}}, b};
      #5;
      if (i >= LATENCY && p !== expected[i]) $fatal(1, "step %0d: %h, expected %h", i, p, expected[i]);
      clk = 1;
      #5;
    end
    $display("PASS");
    $finish;
  end
endmodule
