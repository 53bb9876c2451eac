/*% for line in banner %*/// @{ line }@
/*% endfor %*/// SPDX-License-Identifier: 0BSD
//
// Pipelined floating-point sum a + b or difference a - b, rounded to nearest even.
// Latency: 4 clocks. Throughput: one sum a clock. No reset: the pipeline carries data alone.
// Subnormal operands count as zeros of their sign; a sum below the smallest normal number becomes the zero of its sign.
// An exact sum of 0 is +0, except -0 + -0 = -0. Overflow gives infinity, or with SATURATE the largest finite number.
// Infinity less infinity, and any NaN, gives the quiet NaN with sign 0 and only the top bit of the mantissa set.

module dysta_fp_add #(
  // Bits of the exponent, 5 to 8.
  parameter integer EXP_W = 5,
  // Stored bits of the mantissa, 7 to 23.
  parameter integer MAN_W = 10,
  // 0: a + b; 1: a - b.
  parameter integer SUBTRACT = 0,
  // 0: as IEEE 754; 1: overflow gives the largest finite number, and both operands must be finite.
  parameter integer SATURATE = 0
) (
  input  logic clk_i,

  // Operands and their sum, 4 clocks later: sign, exponent, mantissa.
  input  logic [EXP_W+MAN_W:0] a_i,
  input  logic [EXP_W+MAN_W:0] b_i,
  output logic [EXP_W+MAN_W:0] s_o
);

  generate
    if (EXP_W < 5 || EXP_W > 8) begin : gen_check_exp_w
      dysta_error_fp_add_exp_w_must_be_5_to_8 u_error ();
    end
    if (MAN_W < 7 || MAN_W > 23) begin : gen_check_man_w
      dysta_error_fp_add_man_w_must_be_7_to_23 u_error ();
    end
    if (SUBTRACT < 0 || SUBTRACT > 1) begin : gen_check_subtract
      dysta_error_fp_add_subtract_must_be_0_or_1 u_error ();
    end
    if (SATURATE < 0 || SATURATE > 1) begin : gen_check_saturate
      dysta_error_fp_add_saturate_must_be_0_or_1 u_error ();
    end
  endgenerate

  // Operand: leading one, mantissa, three bits for what the alignment shifts out. The sum has one bit more.
  localparam integer OPERAND_W = MAN_W + 4;
  localparam integer SUM_W = OPERAND_W + 1;
  localparam integer ALIGN_W = $clog2(OPERAND_W);
  localparam integer COUNT_W = $clog2(SUM_W);

  // Clock 1: order the operands by magnitude.
  logic a_sign;
  logic b_sign;
  logic [EXP_W-1:0] a_exp;
  logic [EXP_W-1:0] b_exp;
  logic swap;
  logic [EXP_W-1:0] major_exp;
  logic [EXP_W-1:0] minor_exp;
  logic [MAN_W-1:0] major_man;
  logic [MAN_W-1:0] minor_man;
  logic a_infinite;
  logic b_infinite;
  logic a_nan;
  logic b_nan;
  logic sign_1_q;
  logic subtract_1_q;
  logic [EXP_W-1:0] exp_1_q;
  logic [EXP_W-1:0] distance_q;
  logic [MAN_W-1:0] major_q;
  logic [MAN_W:0] minor_q;
  logic nan_1_q;
  logic infinite_1_q;
  logic zero_1_q;

  assign a_sign = a_i[EXP_W+MAN_W];
  assign b_sign = b_i[EXP_W+MAN_W] ^ (SUBTRACT != 0);
  assign a_exp = a_i[MAN_W +: EXP_W];
  assign b_exp = b_i[MAN_W +: EXP_W];
  assign swap = a_i[EXP_W+MAN_W-1:0] < b_i[EXP_W+MAN_W-1:0];
  assign {major_exp, major_man} = swap ? b_i[EXP_W+MAN_W-1:0] : a_i[EXP_W+MAN_W-1:0];
  assign {minor_exp, minor_man} = swap ? a_i[EXP_W+MAN_W-1:0] : b_i[EXP_W+MAN_W-1:0];
  assign a_infinite = (SATURATE == 0) && a_exp == {EXP_W{1'b1}};
  assign b_infinite = (SATURATE == 0) && b_exp == {EXP_W{1'b1}};
  assign a_nan = a_infinite && a_i[MAN_W-1:0] != {MAN_W{1'b0}};
  assign b_nan = b_infinite && b_i[MAN_W-1:0] != {MAN_W{1'b0}};

  always_ff @(posedge clk_i) begin
    // The sum of two zeros is -0 only if both are.
    sign_1_q <= (major_exp == {EXP_W{1'b0}}) ? a_sign && b_sign : (swap ? b_sign : a_sign);
    subtract_1_q <= a_sign ^ b_sign;
    exp_1_q <= major_exp;
    distance_q <= major_exp - minor_exp;
    major_q <= major_man;
    minor_q <= (minor_exp == {EXP_W{1'b0}}) ? {(MAN_W + 1){1'b0}} : {1'b1, minor_man};
    nan_1_q <= a_nan || b_nan || (a_infinite && b_infinite && (a_sign ^ b_sign));
    infinite_1_q <= a_infinite || b_infinite;
    zero_1_q <= major_exp == {EXP_W{1'b0}};
  end

  // Clock 2: align the smaller operand, its lowest bit standing for everything shifted out; add.
  generate
    for (genvar i = 0; i < ALIGN_W; i = i + 1) begin : gen_align
      localparam integer STEP = 1 << i;
      logic [OPERAND_W-1:0] from;
      logic [OPERAND_W-1:0] to;
      if (i == 0) begin : gen_first
        assign from = {minor_q, 3'b000};
      end else begin : gen_next
        assign from = gen_align[i-1].to;
      end
      assign to = distance_q[i]
          ? {{STEP{1'b0}}, from[OPERAND_W-1:STEP]} | {{(OPERAND_W - 1){1'b0}}, from[STEP-1:0] != {STEP{1'b0}}}
          : from;
    end
  endgenerate

  logic far;
  logic [OPERAND_W-1:0] aligned;
  logic [SUM_W-1:0] sum_q;
  logic sign_2_q;
  logic [EXP_W-1:0] exp_2_q;
  logic nan_2_q;
  logic infinite_2_q;
  logic zero_2_q;

  generate
    if (EXP_W > ALIGN_W) begin : gen_far
      assign far = distance_q[EXP_W-1:ALIGN_W] != {(EXP_W - ALIGN_W){1'b0}};
    end else begin : gen_near
      assign far = 1'b0;
    end
  endgenerate

  // Less than a quarter of the last place of the larger operand: rounding returns that one.
  assign aligned = far ? {OPERAND_W{1'b0}} : gen_align[ALIGN_W-1].to;

  always_ff @(posedge clk_i) begin
    sum_q <= {2'b01, major_q, 3'b000} + ({SUM_W{subtract_1_q}} ^ {1'b0, aligned}) + {{(SUM_W - 1){1'b0}}, subtract_1_q};
    sign_2_q <= sign_1_q;
    exp_2_q <= exp_1_q;
    nan_2_q <= nan_1_q;
    infinite_2_q <= infinite_1_q;
    zero_2_q <= zero_1_q;
  end

  // Clock 3: shift the leading one into the top four bits; their number is found in groups of four before anything is shifted.
  localparam integer COARSE_W = COUNT_W - 2;
  localparam integer GROUPS = 1 << COARSE_W;
  localparam integer TWO_INTEGER = 2;
  localparam logic [EXP_W-1:0] LARGEST = {EXP_W{1'b1}} - {{(EXP_W - 1){1'b0}}, 1'b1};
  localparam logic [EXP_W-1:0] NEXT_LARGEST = {EXP_W{1'b1}} - TWO_INTEGER[EXP_W-1:0];
  logic [GROUPS-1:0] some;
  logic [COARSE_W-1:0] coarse;
  logic nonzero;
  logic [SUM_W-1:0] coarse_q;
  logic [EXP_W:0] exp_3_q;
  logic sign_3_q;
  logic nan_3_q;
  logic infinite_3_q;
  logic largest_3_q;

  generate
    for (genvar i = 0; i < GROUPS; i = i + 1) begin : gen_group
      localparam integer TOP = SUM_W - 1 - 4 * i;
      localparam integer BITS = (TOP < 0) ? 0 : (TOP < 3) ? TOP + 1 : 4;
      if (BITS > 0) begin : gen_bits
        assign some[GROUPS-1-i] = sum_q[TOP -: BITS] != {BITS{1'b0}};
      end else begin : gen_none
        assign some[GROUPS-1-i] = 1'b0;
      end
    end
    // Each level keeps the upper half of the groups if it has a one, else the lower half, and shifts by as much.
    for (genvar i = 0; i < COARSE_W; i = i + 1) begin : gen_coarse
      localparam integer HALF = GROUPS >> (i + 1);
      logic [2*HALF-1:0] from_some;
      logic [HALF-1:0] to_some;
      logic [SUM_W-1:0] from;
      logic [SUM_W-1:0] to;
      logic lower;
      if (i == 0) begin : gen_first
        assign from_some = some;
        assign from = sum_q;
      end else begin : gen_next
        assign from_some = gen_coarse[i-1].to_some;
        assign from = gen_coarse[i-1].to;
      end
      assign lower = from_some[2*HALF-1 -: HALF] == {HALF{1'b0}};
      assign to_some = lower ? from_some[HALF-1:0] : from_some[2*HALF-1 -: HALF];
      assign to = lower ? {from[SUM_W-1-4*HALF:0], {(4 * HALF){1'b0}}} : from;
      assign coarse[COARSE_W-1-i] = lower;
    end
  endgenerate

  assign nonzero = gen_coarse[COARSE_W-1].to_some;

  always_ff @(posedge clk_i) begin
    coarse_q <= gen_coarse[COARSE_W-1].to;
    if (zero_2_q || !nonzero) exp_3_q <= {(EXP_W + 1){1'b1}};
    else exp_3_q <= {1'b0, exp_2_q} - {{(EXP_W + 1 - COUNT_W){1'b0}}, coarse, 2'b00};
    sign_3_q <= sign_2_q && !nan_2_q && (zero_2_q || nonzero);
    nan_3_q <= nan_2_q;
    // A sum that reaches 2 adds 1 to the exponent, and so does one that is rounded up to 2.
    infinite_3_q <= nan_2_q || infinite_2_q || (sum_q[SUM_W-1] && exp_2_q == LARGEST);
    largest_3_q <= sum_q[SUM_W-1] ? exp_2_q == NEXT_LARGEST : sum_q[SUM_W-2] && exp_2_q == LARGEST;
  end

  // Clock 4: shift the leading one to the top, round, pack. The exponent is less by one until then, below 0 for a zero.
  // Rounding up to the exponent of infinity, which is odd, leaves a mantissa of 0.
  logic [1:0] fine;
  logic [SUM_W-2:0] halfway;
  logic [SUM_W-2:0] normal;
  logic [EXP_W:0] exp_normal;
  logic round_up;
  logic [EXP_W+MAN_W-1:0] rounded;
  logic beyond;

  assign fine[1] = coarse_q[SUM_W-1 -: 2] == 2'b00;
  assign fine[0] = !coarse_q[SUM_W-1] && (coarse_q[SUM_W-2] || !coarse_q[SUM_W-3]);
  assign halfway = fine[1] ? {coarse_q[SUM_W-4:0], 2'b00} : coarse_q[SUM_W-2:0];
  assign normal = fine[0] ? {halfway[SUM_W-3:0], 1'b0} : halfway;
  assign exp_normal = exp_3_q - {{(EXP_W - 1){1'b0}}, fine};
  assign round_up = normal[3] && (normal[4] || normal[2:0] != 3'b000);
  assign rounded = {exp_normal[EXP_W-1:0], normal[SUM_W-2 -: MAN_W]}
      + {{(EXP_W - 1){1'b0}}, 1'b1, {(MAN_W - 1){1'b0}}, round_up};
  assign beyond = (SATURATE != 0) && (infinite_3_q || (largest_3_q && rounded[MAN_W]));

  always_ff @(posedge clk_i) begin
    s_o[EXP_W+MAN_W] <= sign_3_q;
    if (beyond) s_o[MAN_W +: EXP_W] <= {{(EXP_W - 1){1'b1}}, 1'b0};
    else if (infinite_3_q) s_o[MAN_W +: EXP_W] <= {EXP_W{1'b1}};
    else if (exp_normal[EXP_W]) s_o[MAN_W +: EXP_W] <= {EXP_W{1'b0}};
    else s_o[MAN_W +: EXP_W] <= rounded[MAN_W +: EXP_W];
    if (beyond) s_o[MAN_W-1:0] <= {MAN_W{1'b1}};
    else if (infinite_3_q || exp_normal[EXP_W]) s_o[MAN_W-1:0] <= {nan_3_q, {(MAN_W - 1){1'b0}}};
    else s_o[MAN_W-1:0] <= rounded[MAN_W-1:0];
  end

endmodule
