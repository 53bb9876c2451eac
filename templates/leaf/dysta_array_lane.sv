/*% for line in banner %*/// @{ line }@
/*% endfor %*/// SPDX-License-Identifier: 0BSD
//
// Turns the drained sums of a row into codes with the two roundings of TensorFlow Lite Micro.
// Adds the bias, multiplies by multiplier and power of two, adds the zero point and clamps.
// Latency: 7 clocks from the read of a sum to its code. Throughput: one code a clock.

module dysta_array_lane #(
  // Rows of the array, a power of two, 1 to 16.
  parameter integer ROWS = 2,
  // Row of this lane, below ROWS.
  parameter integer ROW = 0
) (
  input  logic clk_i,
  input  logic rst_ni,

  // What is added at the end, the code of zero of the output; least and greatest code.
  input  logic [7:0] zero_point_i,
  input  logic [7:0] least_i,
  input  logic [7:0] greatest_i,

  // Parameters of the output channels: shift to the left (2 bits above) and right (5 bits), bias, multiplier.
  input  logic parameter_we_i,
  input  logic [6:0] parameter_waddr_i,
  input  logic [71:0] parameter_wdata_i,
  input  logic [6:0] parameter_raddr_i,

  // Sum of the row, one clock after its read: end of the chain over the columns. In the clock of the read: it is added to the one before.
  input  logic sum_adds_i,
  output logic [31:0] next_drain_chain_o,
  input  logic [31:0] drain_chain_i,

  // Codes of all rows up to this one, the first in the lowest byte.
  input  logic [8*ROWS-1:0] codes_i,
  output logic [8*ROWS-1:0] next_codes_o
);

  generate
    if (ROWS < 1 || ROWS > 16 || ROW < 0 || ROW >= ROWS) begin : gen_check_row
      dysta_error_array_lane_row_must_be_below_rows u_error ();
    end
  endgenerate

  (* ram_style = "distributed" *)
  logic [71:0] parameters_q [0:127];
  logic [71:0] parameter1_q;
  logic adds1_q;
  logic [38:0] factor2_q;
  logic signed [31:0] sum2_q;
  logic signed [63:0] product3_q;
  logic signed [63:0] product4_q;
  logic [6:0] shifts3_q;
  logic [6:0] shifts4_q;
  logic signed [31:0] high5_q;
  logic [4:0] shift5_q;
  logic signed [31:0] rounded6_q;
  logic [7:0] code7;
  logic [7:0] code7_q;

  always_ff @(posedge clk_i) begin
    if (parameter_we_i) parameters_q[parameter_waddr_i] <= parameter_wdata_i;
    parameter1_q <= parameters_q[parameter_raddr_i];
  end

  // Halves go up: `(product + 2**30) / 2**31`, the product shifted left first.
  logic signed [66:0] wide5;
  logic signed [66:0] nudged5;
  assign wide5 = {{3{product4_q[63]}}, product4_q} <<< shifts4_q[6:5];
  assign nudged5 = wide5 + 67'sd1073741824;

  // Halves go away from zero: half a step less for a negative number.
  logic signed [32:0] half6;
  logic signed [32:0] nudged6;
  logic signed [32:0] shifted6;
  assign half6 = (shift5_q == 5'd0) ? 33'sd0 : (33'sd1 <<< (shift5_q - 5'd1)) - {32'd0, high5_q[31]};
  assign nudged6 = {high5_q[31], high5_q} + half6;
  assign shifted6 = nudged6 >>> shift5_q;

  logic signed [32:0] offset7;
  assign offset7 = {rounded6_q[31], rounded6_q} + {{25{zero_point_i[7]}}, zero_point_i};
  assign code7 = (offset7 < $signed({{25{least_i[7]}}, least_i})) ? least_i
      : (offset7 > $signed({{25{greatest_i[7]}}, greatest_i})) ? greatest_i : offset7[7:0];

  always_ff @(posedge clk_i) begin
    adds1_q <= sum_adds_i;
    sum2_q <= drain_chain_i + (adds1_q ? sum2_q : parameter1_q[31:0]);
    factor2_q <= {parameter1_q[70:64], parameter1_q[63:32]};
    product3_q <= sum2_q * $signed(factor2_q[31:0]);
    shifts3_q <= factor2_q[38:32];
    product4_q <= product3_q;
    shifts4_q <= shifts3_q;
    high5_q <= nudged5[62:31];
    shift5_q <= shifts4_q[4:0];
    rounded6_q <= shifted6[31:0];
    code7_q <= code7;
  end

  assign next_drain_chain_o = 32'd0;
  generate
    for (genvar i = 0; i < ROWS; i = i + 1) begin : gen_code
      if (i == ROW) begin : gen_own
        assign next_codes_o[8*i +: 8] = code7_q;
      end else begin : gen_other
        assign next_codes_o[8*i +: 8] = codes_i[8*i +: 8];
      end
    end
  endgenerate

  logic unused;
  assign unused = &{1'b0, rst_ni, parameter1_q[71], nudged5[66:63], nudged5[30:0], shifted6[32], codes_i[8*ROW +: 8]};

endmodule
