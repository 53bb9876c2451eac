/*% for line in banner %*/// @{ line }@
/*% endfor %*/// SPDX-License-Identifier: 0BSD
//
// Pipelined floating-point product a * b, rounded to nearest even.
// Latency: 3 clocks. Throughput: one product a clock. No reset: the pipeline carries data alone.
// Subnormal operands count as zeros of their sign; a product below the smallest normal number before it is rounded
// becomes the zero of its sign. Overflow gives infinity, or with SATURATE the largest finite number. Infinity times
// zero, and any NaN, gives the quiet NaN with sign 0 and only the top bit of the mantissa set.

module dysta_fp_mul #(
  // Bits of the exponent, 5 to 8.
  parameter integer EXP_W = 5,
  // Stored bits of the mantissa, 7 to 23.
  parameter integer MAN_W = 10,
  // 0: as IEEE 754; 1: overflow gives the largest finite number, and both operands must be finite.
  parameter integer SATURATE = 0
) (
  input  logic clk_i,

  // Operands and their product, 3 clocks later: sign, exponent, mantissa.
  input  logic [EXP_W+MAN_W:0] a_i,
  input  logic [EXP_W+MAN_W:0] b_i,
  output logic [EXP_W+MAN_W:0] p_o
);

  generate
    if (EXP_W < 5 || EXP_W > 8) begin : gen_check_exp_w
      dysta_error_fp_mul_exp_w_must_be_5_to_8 u_error ();
    end
    if (MAN_W < 7 || MAN_W > 23) begin : gen_check_man_w
      dysta_error_fp_mul_man_w_must_be_7_to_23 u_error ();
    end
    if (SATURATE < 0 || SATURATE > 1) begin : gen_check_saturate
      dysta_error_fp_mul_saturate_must_be_0_or_1 u_error ();
    end
  endgenerate

  localparam integer BIAS_INTEGER = (1 << (EXP_W - 1)) - 1;
  localparam logic [EXP_W:0] BIAS = BIAS_INTEGER[EXP_W:0];
  // Sum of the exponents from which every product is too large.
  localparam logic [EXP_W:0] BEYOND = BIAS + {1'b0, {EXP_W{1'b1}}};
  // Significand: the mantissa with its leading one. The part of `a` above 17 bits takes a DSP slice of its own.
  localparam integer SIG_W = MAN_W + 1;
  localparam integer LOW_W = (SIG_W > 17) ? 17 : SIG_W;
  // Low bits of the product that need no sum, and of which rounding asks only whether one is set.
  localparam integer EARLY_W = (SIG_W == LOW_W) ? 0 : (SIG_W - 3 < LOW_W) ? SIG_W - 3 : LOW_W;

  // Clock 1: partial products, sum of the exponents, class of the operands.
  logic [EXP_W-1:0] a_exp;
  logic [EXP_W-1:0] b_exp;
  logic [SIG_W-1:0] a_sig;
  logic [SIG_W-1:0] b_sig;
  logic a_zero;
  logic b_zero;
  logic a_infinite;
  logic b_infinite;
  logic a_nan;
  logic b_nan;
  logic [LOW_W+SIG_W-1:0] low_q;
  logic [2*SIG_W-1:0] product;
  logic [EXP_W:0] exp_sum_q;
  logic sign_1_q;
  logic nan_1_q;
  logic infinite_1_q;
  logic zero_1_q;

  assign a_exp = a_i[MAN_W +: EXP_W];
  assign b_exp = b_i[MAN_W +: EXP_W];
  assign a_sig = {1'b1, a_i[MAN_W-1:0]};
  assign b_sig = {1'b1, b_i[MAN_W-1:0]};
  assign a_zero = a_exp == {EXP_W{1'b0}};
  assign b_zero = b_exp == {EXP_W{1'b0}};
  assign a_infinite = (SATURATE == 0) && a_exp == {EXP_W{1'b1}};
  assign b_infinite = (SATURATE == 0) && b_exp == {EXP_W{1'b1}};
  assign a_nan = a_infinite && a_i[MAN_W-1:0] != {MAN_W{1'b0}};
  assign b_nan = b_infinite && b_i[MAN_W-1:0] != {MAN_W{1'b0}};

  always_ff @(posedge clk_i) begin
    low_q <= {{SIG_W{1'b0}}, a_sig[LOW_W-1:0]} * {{LOW_W{1'b0}}, b_sig};
    exp_sum_q <= {1'b0, a_exp} + {1'b0, b_exp};
    sign_1_q <= a_i[EXP_W+MAN_W] ^ b_i[EXP_W+MAN_W];
    nan_1_q <= a_nan || b_nan || (a_infinite && b_zero) || (a_zero && b_infinite);
    infinite_1_q <= a_infinite || b_infinite;
    zero_1_q <= a_zero || b_zero;
  end

  logic early_q;

  generate
    if (SIG_W > LOW_W) begin : gen_high
      logic [2*SIG_W-LOW_W-1:0] high_q;
      always_ff @(posedge clk_i) begin
        high_q <= {{SIG_W{1'b0}}, a_sig[SIG_W-1:LOW_W]} * {{(SIG_W - LOW_W){1'b0}}, b_sig};
        early_q <= product[EARLY_W-1:0] != {EARLY_W{1'b0}};
      end
      // The low bits pass the adder by, so that it fits the DSP slice.
      assign product[LOW_W-1:0] = low_q[LOW_W-1:0];
      assign product[2*SIG_W-1:LOW_W] = high_q + {{(SIG_W - LOW_W){1'b0}}, low_q[LOW_W+SIG_W-1:LOW_W]};
    end else begin : gen_low
      assign product = low_q;
      assign early_q = 1'b0;
    end
  endgenerate

  // Clock 2: product of the significands, 1 to 4 with 2 bits before the point; its exponent unless it reaches 2.
  logic [2*SIG_W-1:EARLY_W] product_q;
  logic [EXP_W-1:0] exp_q;
  logic sign_2_q;
  logic nan_2_q;
  logic infinite_2_q;
  logic zero_2_q;
  logic smallest_2_q;
  logic largest_2_q;

  always_ff @(posedge clk_i) begin
    product_q <= product[2*SIG_W-1:EARLY_W];
    exp_q <= exp_sum_q[EXP_W-1:0] - BIAS[EXP_W-1:0];
    sign_2_q <= sign_1_q && !nan_1_q;
    nan_2_q <= nan_1_q;
    infinite_2_q <= nan_1_q || infinite_1_q || exp_sum_q >= BEYOND;
    zero_2_q <= zero_1_q || exp_sum_q < BIAS;
    // Below the smallest normal number unless the product of the significands reaches 2.
    smallest_2_q <= exp_sum_q == BIAS;
    // Beyond the largest number if the product of the significands, rounded, reaches 2.
    largest_2_q <= exp_sum_q == BEYOND - {{EXP_W{1'b0}}, 1'b1};
  end

  // Clock 3: normalise, round, pack.
  logic carry;
  logic [MAN_W-1:0] kept;
  logic half;
  logic sticky;
  logic round_up;
  logic [EXP_W+MAN_W-1:0] rounded;
  logic infinite;
  logic zero;

  assign carry = product_q[2*SIG_W-1];
  assign kept = carry ? product_q[2*SIG_W-2 -: MAN_W] : product_q[2*SIG_W-3 -: MAN_W];
  assign half = carry ? product_q[SIG_W-1] : product_q[SIG_W-2];
  assign sticky = (carry && product_q[SIG_W-2]) || product_q[SIG_W-3:EARLY_W] != {(SIG_W - 2 - EARLY_W){1'b0}} || early_q;
  assign round_up = half && (sticky || kept[0]);
  assign rounded = {exp_q, kept} + {{(EXP_W - 1){1'b0}}, carry, {(MAN_W - 1){1'b0}}, round_up};
  // The exponent of the largest number is even, the next one is not; from 2 on nothing rounds up to the one after it.
  assign infinite = infinite_2_q || (largest_2_q && rounded[MAN_W]);
  assign zero = zero_2_q || (smallest_2_q && !carry);

  always_ff @(posedge clk_i) begin
    p_o[EXP_W+MAN_W] <= sign_2_q;
    if (infinite) p_o[MAN_W +: EXP_W] <= {{(EXP_W - 1){1'b1}}, SATURATE == 0};
    else if (zero) p_o[MAN_W +: EXP_W] <= {EXP_W{1'b0}};
    else p_o[MAN_W +: EXP_W] <= rounded[MAN_W +: EXP_W];
    if (infinite && SATURATE != 0) p_o[MAN_W-1:0] <= {MAN_W{1'b1}};
    else if (infinite || zero) p_o[MAN_W-1:0] <= {nan_2_q, {(MAN_W - 1){1'b0}}};
    else p_o[MAN_W-1:0] <= rounded[MAN_W-1:0];
  end

endmodule
