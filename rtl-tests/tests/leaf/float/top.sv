// All floating-point leaves in one format. Every result has a word of 32 bits, the first in the lowest bits.
module float_format #(
  parameter integer EXP_W = 5,
  parameter integer MAN_W = 10
) (
  input  logic clk_i,
  input  logic [EXP_W+MAN_W:0] a_i,
  input  logic [EXP_W+MAN_W:0] b_i,
  input  logic [63:0] x_i,
  output logic [16*32-1:0] results_o
);

  logic [EXP_W+MAN_W:0] product;
  logic [EXP_W+MAN_W:0] sum;
  logic [EXP_W+MAN_W:0] difference;
  // The saturating leaves take finite operands only: others lose a bit of their exponent.
  logic [EXP_W+MAN_W:0] a_finite;
  logic [EXP_W+MAN_W:0] b_finite;
  logic [EXP_W+MAN_W:0] product_saturated;
  logic [EXP_W+MAN_W:0] sum_saturated;
  logic [EXP_W+MAN_W:0] difference_saturated;
  logic lt;
  logic le;
  logic [EXP_W+MAN_W:0] from_16_8;
  logic [EXP_W+MAN_W:0] from_3_14;
  logic [EXP_W+MAN_W:0] from_64_0;
  logic [EXP_W+MAN_W:0] from_2_40;
  logic [39:0] to_32_8;
  logic [16:0] to_3_14;
  logic [15:0] to_0_16;
  logic [7:0] to_8_0;
  localparam integer PAD = 31 - EXP_W - MAN_W;

  dysta_fp_mul #(.EXP_W(EXP_W), .MAN_W(MAN_W)) u_mul (.clk_i(clk_i), .a_i(a_i), .b_i(b_i), .p_o(product));
  dysta_fp_add #(.EXP_W(EXP_W), .MAN_W(MAN_W)) u_add (.clk_i(clk_i), .a_i(a_i), .b_i(b_i), .s_o(sum));
  dysta_fp_add #(.EXP_W(EXP_W), .MAN_W(MAN_W), .SUBTRACT(1)) u_subtract (
    .clk_i(clk_i),
    .a_i(a_i),
    .b_i(b_i),
    .s_o(difference)
  );
  assign a_finite = {a_i[EXP_W+MAN_W:MAN_W+1], a_i[MAN_W] && a_i[MAN_W +: EXP_W] != {EXP_W{1'b1}}, a_i[MAN_W-1:0]};
  assign b_finite = {b_i[EXP_W+MAN_W:MAN_W+1], b_i[MAN_W] && b_i[MAN_W +: EXP_W] != {EXP_W{1'b1}}, b_i[MAN_W-1:0]};
  dysta_fp_mul #(.EXP_W(EXP_W), .MAN_W(MAN_W), .SATURATE(1)) u_mul_saturating (
    .clk_i(clk_i),
    .a_i(a_finite),
    .b_i(b_finite),
    .p_o(product_saturated)
  );
  dysta_fp_add #(.EXP_W(EXP_W), .MAN_W(MAN_W), .SATURATE(1)) u_add_saturating (
    .clk_i(clk_i),
    .a_i(a_finite),
    .b_i(b_finite),
    .s_o(sum_saturated)
  );
  dysta_fp_add #(.EXP_W(EXP_W), .MAN_W(MAN_W), .SUBTRACT(1), .SATURATE(1)) u_subtract_saturating (
    .clk_i(clk_i),
    .a_i(a_finite),
    .b_i(b_finite),
    .s_o(difference_saturated)
  );
  dysta_fp_compare #(.EXP_W(EXP_W), .MAN_W(MAN_W)) u_compare (
    .clk_i(clk_i),
    .a_i(a_i),
    .b_i(b_i),
    .lt_o(lt),
    .le_o(le)
  );
  dysta_fp_from_fixed #(.EXP_W(EXP_W), .MAN_W(MAN_W), .INT_W(16), .FRAC_W(8)) u_from_16_8 (
    .clk_i(clk_i),
    .x_i(x_i[23:0]),
    .y_o(from_16_8)
  );
  dysta_fp_from_fixed #(.EXP_W(EXP_W), .MAN_W(MAN_W), .INT_W(3), .FRAC_W(14), .SIGNED(1)) u_from_3_14 (
    .clk_i(clk_i),
    .x_i(x_i[16:0]),
    .y_o(from_3_14)
  );
  dysta_fp_from_fixed #(.EXP_W(EXP_W), .MAN_W(MAN_W), .INT_W(64), .FRAC_W(0), .SIGNED(1)) u_from_64_0 (
    .clk_i(clk_i),
    .x_i(x_i),
    .y_o(from_64_0)
  );
  dysta_fp_from_fixed #(.EXP_W(EXP_W), .MAN_W(MAN_W), .INT_W(2), .FRAC_W(40)) u_from_2_40 (
    .clk_i(clk_i),
    .x_i(x_i[41:0]),
    .y_o(from_2_40)
  );
  dysta_fp_to_fixed #(.EXP_W(EXP_W), .MAN_W(MAN_W), .INT_W(32), .FRAC_W(8)) u_to_32_8 (
    .clk_i(clk_i),
    .x_i(a_i),
    .y_o(to_32_8)
  );
  dysta_fp_to_fixed #(.EXP_W(EXP_W), .MAN_W(MAN_W), .INT_W(3), .FRAC_W(14)) u_to_3_14 (
    .clk_i(clk_i),
    .x_i(a_i),
    .y_o(to_3_14)
  );
  dysta_fp_to_fixed #(.EXP_W(EXP_W), .MAN_W(MAN_W), .INT_W(0), .FRAC_W(16)) u_to_0_16 (
    .clk_i(clk_i),
    .x_i(a_i),
    .y_o(to_0_16)
  );
  dysta_fp_to_fixed #(.EXP_W(EXP_W), .MAN_W(MAN_W), .INT_W(8), .FRAC_W(0)) u_to_8_0 (
    .clk_i(clk_i),
    .x_i(a_i),
    .y_o(to_8_0)
  );

  assign results_o = {
    {PAD{1'b0}}, difference_saturated, {PAD{1'b0}}, sum_saturated, {PAD{1'b0}}, product_saturated,
    24'd0, to_8_0, 16'd0, to_0_16, 15'd0, to_3_14, 24'd0, to_32_8,
    {PAD{1'b0}}, from_2_40, {PAD{1'b0}}, from_64_0, {PAD{1'b0}}, from_3_14, {PAD{1'b0}}, from_16_8,
    30'd0, lt, le, {PAD{1'b0}}, difference, {PAD{1'b0}}, sum, {PAD{1'b0}}, product
  };

endmodule

module float_top (
  input  logic clk_i,
  input  logic [31:0] a_i,
  input  logic [31:0] b_i,
  input  logic [31:0] halves_i,
  input  logic [63:0] x_i,
  output logic [3*16*32-1:0] results_o
);

  float_format #(.EXP_W(5), .MAN_W(10)) u_fp16 (
    .clk_i(clk_i),
    .a_i(halves_i[15:0]),
    .b_i(halves_i[31:16]),
    .x_i(x_i),
    .results_o(results_o[0 +: 16*32])
  );
  float_format #(.EXP_W(8), .MAN_W(7)) u_bf16 (
    .clk_i(clk_i),
    .a_i(halves_i[15:0]),
    .b_i(halves_i[31:16]),
    .x_i(x_i),
    .results_o(results_o[16*32 +: 16*32])
  );
  float_format #(.EXP_W(8), .MAN_W(23)) u_fp32 (
    .clk_i(clk_i),
    .a_i(a_i),
    .b_i(b_i),
    .x_i(x_i),
    .results_o(results_o[2*16*32 +: 16*32])
  );

endmodule
