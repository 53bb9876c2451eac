// dysta 0.1.0, config tiny, digest b93da4205507f7e3
// SPDX-License-Identifier: 0BSD
//
// Delays a word by a fixed number of clocks, for values that travel beside a pipeline.
// Latency: DEPTH clocks. Throughput: one word a clock. No reset, so that it fits shift-register look-up tables.

module dysta_delay #(
  // Bits of a word, >= 1.
  parameter integer WIDTH = 8,
  // Clocks of delay, >= 1.
  parameter integer DEPTH = 4
) (
  input  logic clk_i,

  // The word and, DEPTH clocks later, the same word.
  input  logic [WIDTH-1:0] data_i,
  output logic [WIDTH-1:0] data_o
);

  generate
    if (WIDTH < 1) begin : gen_check_width
      dysta_error_delay_width_must_be_at_least_1 u_error ();
    end
    if (DEPTH < 1) begin : gen_check_depth
      dysta_error_delay_depth_must_be_at_least_1 u_error ();
    end
  endgenerate

  logic [WIDTH*DEPTH-1:0] chain_q;

  generate
    if (DEPTH == 1) begin : gen_register
      always_ff @(posedge clk_i) chain_q <= data_i;
    end else begin : gen_chain
      always_ff @(posedge clk_i) chain_q <= {chain_q[WIDTH*(DEPTH-1)-1:0], data_i};
    end
  endgenerate

  assign data_o = chain_q[WIDTH*DEPTH-1 -: WIDTH];

endmodule
