// leaves: dysta_ram_lut dysta_ram_block
// case: WIDTH=8 DEPTH=16 ADDR_W=4
// case: WIDTH=37 DEPTH=5 ADDR_W=3
// case: WIDTH=1 DEPTH=2 ADDR_W=1
// A read returns the word as it was before a write of the same clock, and holds without read enable.
module bench;
  parameter integer WIDTH = 8;
  parameter integer DEPTH = 16;
  parameter integer ADDR_W = 4;

  logic clk = 0;
  logic we;
  logic re;
  logic [ADDR_W-1:0] waddr;
  logic [ADDR_W-1:0] raddr;
  logic [WIDTH-1:0] wdata;
  logic [WIDTH-1:0] lut_data;
  logic [WIDTH-1:0] block_data;
  logic [WIDTH-1:0] model [0:DEPTH-1];
  logic [WIDTH-1:0] expected;
  integer i;

  dysta_ram_lut #(.WIDTH(WIDTH), .DEPTH(DEPTH), .ADDR_W(ADDR_W)) u_lut (
    .clk_i(clk), .we_i(we), .waddr_i(waddr), .wdata_i(wdata), .re_i(re), .raddr_i(raddr), .rdata_o(lut_data));
  dysta_ram_block #(.WIDTH(WIDTH), .DEPTH(DEPTH), .ADDR_W(ADDR_W)) u_block (
    .clk_i(clk), .we_i(we), .waddr_i(waddr), .wdata_i(wdata), .re_i(re), .raddr_i(raddr), .rdata_o(block_data));

  initial begin
    for (i = 0; i < 2000; i = i + 1) begin
      clk = 0;
      we = i < DEPTH || $urandom % 2 == 0;
      waddr = i < DEPTH ? i : $urandom % DEPTH;
      wdata = {$urandom, $urandom};
      re = i >= DEPTH && $urandom % 4 != 0;
      raddr = $urandom % 3 == 0 ? waddr : $urandom % DEPTH;
      if (i == DEPTH) re = 1;
      if (re) expected = model[raddr];
      if (we) model[waddr] = wdata;
      #5 clk = 1;
      #5;
      if (i >= DEPTH && (lut_data !== expected || block_data !== expected)) begin
        $fatal(1, "step %0d: %h and %h, expected %h", i, lut_data, block_data, expected);
      end
    end
    $display("PASS");
    $finish;
  end
endmodule
