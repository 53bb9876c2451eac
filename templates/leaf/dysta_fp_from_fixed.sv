/*% for line in banner %*/// @{ line }@
/*% endfor %*/// SPDX-License-Identifier: 0BSD
//
// Converts a fixed-point number to floating point, rounded to nearest even.
// Latency: 2 clocks. Throughput: one number a clock. No reset: the pipeline carries data alone.
// Numbers beyond the largest finite one become that one, so infinity and NaN never leave this leaf. A number below the
// smallest normal one before it is rounded becomes the zero of its sign.

module dysta_fp_from_fixed #(
  // Bits of the exponent, 5 to 8.
  parameter integer EXP_W = 5,
  // Stored bits of the mantissa, 7 to 23.
  parameter integer MAN_W = 10,
  // Bits before the binary point, 0 to 64; a sign bit is one of them.
  parameter integer INT_W = 32,
  // Bits behind the binary point, 0 to 64; INT_W + FRAC_W is 2 to 64.
  parameter integer FRAC_W = 8,
  // 0: unsigned; 1: two's complement.
  parameter integer SIGNED = 0
) (
  input  logic clk_i,

  // Fixed-point number, and 2 clocks later the floating-point one: sign, exponent, mantissa.
  input  logic [INT_W+FRAC_W-1:0] x_i,
  output logic [EXP_W+MAN_W:0] y_o
);

  generate
    if (EXP_W < 5 || EXP_W > 8) begin : gen_check_exp_w
      dysta_error_fp_from_fixed_exp_w_must_be_5_to_8 u_error ();
    end
    if (MAN_W < 7 || MAN_W > 23) begin : gen_check_man_w
      dysta_error_fp_from_fixed_man_w_must_be_7_to_23 u_error ();
    end
    if (INT_W < 0 || INT_W > 64) begin : gen_check_int_w
      dysta_error_fp_from_fixed_int_w_must_be_0_to_64 u_error ();
    end
    if (FRAC_W < 0 || FRAC_W > 64) begin : gen_check_frac_w
      dysta_error_fp_from_fixed_frac_w_must_be_0_to_64 u_error ();
    end
    if (INT_W + FRAC_W < 2 || INT_W + FRAC_W > 64) begin : gen_check_width
      dysta_error_fp_from_fixed_int_w_plus_frac_w_must_be_2_to_64 u_error ();
    end
    if (SIGNED < 0 || SIGNED > 1) begin : gen_check_signed
      dysta_error_fp_from_fixed_signed_must_be_0_or_1 u_error ();
    end
  endgenerate

  localparam integer WIDTH = INT_W + FRAC_W;
  localparam integer BIAS = (1 << (EXP_W - 1)) - 1;
  // Bits of the magnitude that a finite number can have, with at least two bits below the mantissa for rounding.
  localparam integer HIGH_W = (INT_W > BIAS + 1) ? INT_W - BIAS - 1 : 0;
  localparam integer USED_W = WIDTH - HIGH_W;
  localparam integer WORD_W = ((USED_W > MAN_W + 2) ? USED_W : MAN_W + 2) + 1;
  localparam integer COUNT_W = $clog2(WORD_W);
  // Exponent of a number whose top used bit is set; wide enough to be less than 0.
  localparam integer TOP_INTEGER = BIAS - 1 + INT_W - HIGH_W;
  localparam logic [9:0] TOP = TOP_INTEGER[9:0];
  // Only then can rounding reach the exponent of infinity.
  localparam integer CAN_OVERFLOW = (INT_W > BIAS) ? 1 : 0;

  // Clock 1: magnitude, shifted until its leading one is at the top; each level counts one bit of the leading zeros.
  logic negative;
  logic [WIDTH-1:0] magnitude;
  logic [COUNT_W-1:0] count;
  logic [WORD_W-1:0] normal;
  logic [9:0] lowered;
  logic sign_q;
  logic [EXP_W-1:0] exp_q;
  logic [MAN_W-1:0] man_q;
  logic round_up_q;
  logic beyond_q;
  logic zero_q;

  assign negative = (SIGNED != 0) && x_i[WIDTH-1];
  assign magnitude = (x_i ^ {WIDTH{negative}}) + {{(WIDTH - 1){1'b0}}, negative};

  generate
    for (genvar i = 0; i < COUNT_W; i = i + 1) begin : gen_normalise
      localparam integer STEP = 1 << (COUNT_W - 1 - i);
      logic [WORD_W-1:0] from;
      logic [WORD_W-1:0] to;
      if (i == 0) begin : gen_first
        assign from = {magnitude[USED_W-1:0], {(WORD_W - USED_W){1'b0}}};
      end else begin : gen_next
        assign from = gen_normalise[i-1].to;
      end
      assign count[COUNT_W-1-i] = from[WORD_W-1 -: STEP] == {STEP{1'b0}};
      assign to = count[COUNT_W-1-i] ? {from[WORD_W-1-STEP:0], {STEP{1'b0}}} : from;
    end
  endgenerate

  assign normal = gen_normalise[COUNT_W-1].to;
  assign lowered = {{(10 - COUNT_W){1'b0}}, count};

  always_ff @(posedge clk_i) begin
    sign_q <= negative;
    exp_q <= TOP[EXP_W-1:0] - lowered[EXP_W-1:0];
    man_q <= normal[WORD_W-2 -: MAN_W];
    round_up_q <= normal[WORD_W-2-MAN_W]
        && (normal[WORD_W-1-MAN_W] || normal[WORD_W-3-MAN_W:0] != {(WORD_W - 2 - MAN_W){1'b0}});
    beyond_q <= (magnitude >> USED_W) != {WIDTH{1'b0}};
    // The word is 0, or its exponent is 0 or less.
    zero_q <= magnitude[USED_W-1:0] == {USED_W{1'b0}} || lowered >= TOP;
  end

  // Clock 2: round, pack.
  logic [EXP_W+MAN_W-1:0] rounded;
  logic beyond;

  assign rounded = {exp_q, man_q} + {{(EXP_W + MAN_W - 1){1'b0}}, round_up_q};
  assign beyond = beyond_q || ((CAN_OVERFLOW != 0) && !zero_q && rounded[MAN_W +: EXP_W] == {EXP_W{1'b1}});

  always_ff @(posedge clk_i) begin
    y_o[EXP_W+MAN_W] <= sign_q;
    if (beyond) y_o[EXP_W+MAN_W-1:0] <= {{(EXP_W - 1){1'b1}}, 1'b0, {MAN_W{1'b1}}};
    else if (zero_q) y_o[EXP_W+MAN_W-1:0] <= {(EXP_W + MAN_W){1'b0}};
    else y_o[EXP_W+MAN_W-1:0] <= rounded;
  end

endmodule
