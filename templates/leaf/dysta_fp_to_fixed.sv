/*% for line in banner %*/// @{ line }@
/*% endfor %*/// SPDX-License-Identifier: 0BSD
//
// Converts a floating-point number to unsigned fixed point, truncated.
// Latency: 2 clocks. Throughput: one number a clock. No reset: the pipeline carries data alone.
// Numbers beyond the largest fixed-point one, and infinity, become that one; negative numbers, subnormal numbers and
// NaN become 0.

module dysta_fp_to_fixed #(
  // Bits of the exponent, 5 to 8.
  parameter integer EXP_W = 5,
  // Stored bits of the mantissa, 7 to 23.
  parameter integer MAN_W = 10,
  // Bits before the binary point, 0 to 64.
  parameter integer INT_W = 32,
  // Bits behind the binary point, 0 to 64; INT_W + FRAC_W is 2 to 64.
  parameter integer FRAC_W = 8
) (
  input  logic clk_i,

  // Floating-point number (sign, exponent, mantissa), and 2 clocks later the fixed-point one.
  input  logic [EXP_W+MAN_W:0] x_i,
  output logic [INT_W+FRAC_W-1:0] y_o
);

  generate
    if (EXP_W < 5 || EXP_W > 8) begin : gen_check_exp_w
      dysta_error_fp_to_fixed_exp_w_must_be_5_to_8 u_error ();
    end
    if (MAN_W < 7 || MAN_W > 23) begin : gen_check_man_w
      dysta_error_fp_to_fixed_man_w_must_be_7_to_23 u_error ();
    end
    if (INT_W < 0 || INT_W > 64) begin : gen_check_int_w
      dysta_error_fp_to_fixed_int_w_must_be_0_to_64 u_error ();
    end
    if (FRAC_W < 0 || FRAC_W > 64) begin : gen_check_frac_w
      dysta_error_fp_to_fixed_frac_w_must_be_0_to_64 u_error ();
    end
    if (INT_W + FRAC_W < 2 || INT_W + FRAC_W > 64) begin : gen_check_width
      dysta_error_fp_to_fixed_int_w_plus_frac_w_must_be_2_to_64 u_error ();
    end
  endgenerate

  localparam integer WIDTH = INT_W + FRAC_W;
  localparam integer BIAS = (1 << (EXP_W - 1)) - 1;
  // Bits of the result that a finite number can reach.
  localparam integer HIGH_W = (INT_W > BIAS + 1) ? INT_W - BIAS - 1 : 0;
  localparam integer USED_W = WIDTH - HIGH_W;
  localparam integer SHIFT_W = $clog2(USED_W);
  // Bits of the mantissa that can reach the result.
  localparam integer KEPT_W = (USED_W - 1 < MAN_W) ? USED_W - 1 : MAN_W;
  // Exponent of a number whose leading one is the top used bit; the distance to it is wide enough to be less than 0.
  localparam integer TOP_INTEGER = BIAS - 1 + INT_W - HIGH_W;
  localparam logic [9:0] TOP = TOP_INTEGER[9:0];
  localparam logic [9:0] USED = USED_W[9:0];

  // Clock 1: distance of the leading one from the top used bit.
  logic sign;
  logic [EXP_W-1:0] exponent;
  logic [MAN_W-1:0] mantissa;
  logic [9:0] distance;
  logic infinite;
  logic nan;
  logic [SHIFT_W-1:0] shift_q;
  logic [KEPT_W-1:0] kept_q;
  logic beyond_q;
  logic zero_q;

  assign {sign, exponent, mantissa} = x_i;
  assign distance = TOP - {{(10 - EXP_W){1'b0}}, exponent};
  assign infinite = exponent == {EXP_W{1'b1}};
  assign nan = infinite && mantissa != {MAN_W{1'b0}};

  always_ff @(posedge clk_i) begin
    shift_q <= distance[SHIFT_W-1:0];
    kept_q <= mantissa[MAN_W-1 -: KEPT_W];
    beyond_q <= infinite || distance[9];
    zero_q <= sign || nan || exponent == {EXP_W{1'b0}} || (!infinite && !distance[9] && distance >= USED);
  end

  // Clock 2: shift the significand to its place.
  logic [WIDTH-1:0] significand;

  assign significand = {{HIGH_W{1'b0}}, 1'b1, kept_q, {(USED_W - 1 - KEPT_W){1'b0}}};

  always_ff @(posedge clk_i) begin
    if (zero_q) y_o <= {WIDTH{1'b0}};
    else if (beyond_q) y_o <= {WIDTH{1'b1}};
    else y_o <= significand >> shift_q;
  end

endmodule
