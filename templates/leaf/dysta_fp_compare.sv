/*% for line in banner %*/// @{ line }@
/*% endfor %*/// SPDX-License-Identifier: 0BSD
//
// Compares two floating-point numbers: a < b and a <= b.
// Latency: 1 clock. Throughput: one comparison a clock. No reset: the register carries data alone.
// Subnormal operands count as zeros, -0 equals +0, and both answers are 0 if an operand is NaN.

module dysta_fp_compare #(
  // Bits of the exponent, 5 to 8.
  parameter integer EXP_W = 5,
  // Stored bits of the mantissa, 7 to 23.
  parameter integer MAN_W = 10
) (
  input  logic clk_i,

  // Operands (sign, exponent, mantissa) and their order, 1 clock later.
  input  logic [EXP_W+MAN_W:0] a_i,
  input  logic [EXP_W+MAN_W:0] b_i,
  output logic lt_o,
  output logic le_o
);

  generate
    if (EXP_W < 5 || EXP_W > 8) begin : gen_check_exp_w
      dysta_error_fp_compare_exp_w_must_be_5_to_8 u_error ();
    end
    if (MAN_W < 7 || MAN_W > 23) begin : gen_check_man_w
      dysta_error_fp_compare_man_w_must_be_7_to_23 u_error ();
    end
  endgenerate

  localparam integer MAGNITUDE_W = EXP_W + MAN_W;
  localparam logic [MAGNITUDE_W-1:0] INFINITY = {{EXP_W{1'b1}}, {MAN_W{1'b0}}};

  logic [MAGNITUDE_W-1:0] a_magnitude;
  logic [MAGNITUDE_W-1:0] b_magnitude;
  logic a_sign;
  logic b_sign;
  logic unordered;
  logic both_zero;
  logic smaller;
  logic equal;
  logic less;

  assign {a_sign, a_magnitude} = a_i;
  assign {b_sign, b_magnitude} = b_i;
  assign unordered = a_magnitude > INFINITY || b_magnitude > INFINITY;
  assign both_zero = a_magnitude[MAGNITUDE_W-1:MAN_W] == {EXP_W{1'b0}}
      && b_magnitude[MAGNITUDE_W-1:MAN_W] == {EXP_W{1'b0}};
  assign smaller = a_magnitude < b_magnitude;
  assign equal = both_zero || (a_sign == b_sign && a_magnitude == b_magnitude);
  // Of two negative numbers the one with the larger magnitude is less.
  assign less = a_sign ? !(b_sign && smaller) : !b_sign && smaller;

  always_ff @(posedge clk_i) begin
    lt_o <= !unordered && !equal && less;
    le_o <= !unordered && (equal || less);
  end

endmodule
