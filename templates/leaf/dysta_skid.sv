/*% for line in banner %*/// @{ line }@
/*% endfor %*/// SPDX-License-Identifier: 0BSD
//
// Cuts every combinational path of a valid/ready stream: all outputs are registers.
// Latency: 1 clock. Throughput: one word a clock. Holds two words.

module dysta_skid #(
  // Bits of a word, >= 1.
  parameter integer WIDTH = 8
) (
  input  logic clk_i,
  input  logic rst_ni,

  // Words that enter.
  input  logic in_valid_i,
  output logic in_ready_o,
  input  logic [WIDTH-1:0] in_data_i,

  // Words that leave, oldest first.
  output logic out_valid_o,
  input  logic out_ready_i,
  output logic [WIDTH-1:0] out_data_o
);

  generate
    if (WIDTH < 1) begin : gen_check_width
      dysta_error_skid_width_must_be_at_least_1 u_error ();
    end
  endgenerate

  // The word that entered while the output was stalled; it waits exactly while `in_ready_o` is low.
  logic [WIDTH-1:0] spare_q;
  logic stalled;

  assign stalled = out_valid_o && !out_ready_i;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      in_ready_o <= 1'b1;
      out_valid_o <= 1'b0;
    end else begin
      in_ready_o <= !stalled || (in_ready_o && !in_valid_i);
      out_valid_o <= stalled || !in_ready_o || in_valid_i;
    end
  end

  always_ff @(posedge clk_i) begin
    if (in_ready_o) spare_q <= in_data_i;
    if (!stalled) out_data_o <= in_ready_o ? in_data_i : spare_q;
  end

`ifndef SYNTHESIS
  always @(posedge clk_i) begin
    if (rst_ni && ^{in_valid_i, out_ready_i} === 1'bx) $fatal(1, "%m: in_valid_i or out_ready_i unknown");
  end
`endif

endmodule
