// dysta 0.1.0, config tiny, digest b93da4205507f7e3
// SPDX-License-Identifier: 0BSD
//
// Memory in block RAM with one write port and one synchronous read port.
// A read of the word that is written in the same clock returns the old word, if such reads come; the output holds while
// `re_i` is low.
// Latency: 1 clock. Throughput: one read and one write a clock. Contents and output have no reset.

module dysta_ram_block #(
  // Bits of a word, >= 1.
  parameter integer WIDTH = 8,
  // Words, >= 2.
  parameter integer DEPTH = 64,
  // Bits of an address, 2**ADDR_W >= DEPTH.
  parameter integer ADDR_W = 6,
  // 1: no word is read in the clock in which it is written; some block RAMs need logic behind their outputs to read it.
  parameter integer DISJOINT = 0
) (
  input  logic clk_i,

  // Write port.
  input  logic we_i,
  input  logic [ADDR_W-1:0] waddr_i,
  input  logic [WIDTH-1:0] wdata_i,

  // Read port.
  input  logic re_i,
  input  logic [ADDR_W-1:0] raddr_i,
  output logic [WIDTH-1:0] rdata_o
);

  generate
    if (WIDTH < 1) begin : gen_check_width
      dysta_error_ram_width_must_be_at_least_1 u_error ();
    end
    if (DEPTH < 2) begin : gen_check_depth
      dysta_error_ram_depth_must_be_at_least_2 u_error ();
    end
    if (ADDR_W < 1 || ADDR_W > 30 || (1 << ADDR_W) < DEPTH) begin : gen_check_addr_w
      dysta_error_ram_addr_w_must_address_depth u_error ();
    end
    if (DISJOINT < 0 || DISJOINT > 1) begin : gen_check_disjoint
      dysta_error_ram_disjoint_must_be_0_or_1 u_error ();
    end
  endgenerate

  (* ram_style = "block", no_rw_check = DISJOINT *)
  logic [WIDTH-1:0] memory_q [0:DEPTH-1];

  always_ff @(posedge clk_i) begin
    if (we_i) memory_q[waddr_i] <= wdata_i;
    if (re_i) rdata_o <= memory_q[raddr_i];
  end

`ifndef SYNTHESIS
  always @(posedge clk_i) begin
    if (we_i && {{(32 - ADDR_W){1'b0}}, waddr_i} >= DEPTH) begin
      $fatal(1, "%m: write beyond the last word");
    end
    if (DISJOINT == 1 && we_i && re_i && waddr_i == raddr_i) begin
      $fatal(1, "%m: read of the word that is written");
    end
  end
`endif

endmodule
