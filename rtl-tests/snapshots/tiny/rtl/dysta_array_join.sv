// dysta 0.1.0, accelerator of tiny, digest b629ca68e063f0ff
// SPDX-License-Identifier: 0BSD
//
// Passes the chunks of two compressors on in the order of the output.
// Latency: none, chunks pass in the clock in which they come. Throughput: one chunk a clock.

module dysta_array_join (
  input  logic clk_i,
  input  logic rst_ni,

  // Chunks of the two: bitmap and codes, number of their bytes, whether the next one comes from the other, last of the layer.
  input  logic chunk0_valid_i,
  output logic chunk0_ready_o,
  input  logic [287:0] chunk0_content_i,
  input  logic [5:0] chunk0_bytes_i,
  input  logic chunk0_turn_i,
  input  logic chunk0_last_i,
  input  logic chunk1_valid_i,
  output logic chunk1_ready_o,
  input  logic [287:0] chunk1_content_i,
  input  logic [5:0] chunk1_bytes_i,
  input  logic chunk1_turn_i,
  input  logic chunk1_last_i,

  // Chunks in order.
  output logic chunk_valid_o,
  input  logic chunk_ready_i,
  output logic [287:0] chunk_content_o,
  output logic [5:0] chunk_bytes_o,
  output logic chunk_turn_o,
  output logic chunk_last_o
);

  logic second_q;

  assign {chunk_valid_o, chunk_content_o, chunk_bytes_o, chunk_turn_o, chunk_last_o} = second_q
      ? {chunk1_valid_i, chunk1_content_i, chunk1_bytes_i, chunk1_turn_i, chunk1_last_i}
      : {chunk0_valid_i, chunk0_content_i, chunk0_bytes_i, chunk0_turn_i, chunk0_last_i};
  assign chunk0_ready_o = !second_q && chunk_ready_i;
  assign chunk1_ready_o = second_q && chunk_ready_i;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) second_q <= 1'b0;
    else if (chunk_valid_o && chunk_ready_i) second_q <= second_q ^ chunk_turn_o;
  end

`ifndef SYNTHESIS
  always @(posedge clk_i) begin
    if (rst_ni && ^{chunk0_valid_i, chunk1_valid_i, chunk_ready_i} === 1'bx) $fatal(1, "%m: control input unknown");
  end
`endif

endmodule
