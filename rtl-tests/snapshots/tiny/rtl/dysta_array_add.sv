// dysta 0.1.0, accelerator of tiny, digest b629ca68e063f0ff
// SPDX-License-Identifier: 0BSD
//
// Adds two tensors that lie in one order; in all other layers it passes the signals of its neighbours on.
// Both streams are unpacked channel by channel. Each value is shifted left by 20 and rescaled, the sum is rescaled again, with the
// two roundings of TensorFlow Lite Micro.
// Latency: 10 clocks from a pair of codes to the code of their sum. Throughput: one channel a clock and one clock for each byte
// of a bitmap.

module dysta_array_add #(
  // Rows of the array, a power of two, 1 to 16.
  parameter integer ROWS = 2
) (
  input  logic clk_i,
  input  logic rst_ni,

  // The layer is an addition; it begins; another layer begins. Chunks of a position less 1, channels of the last chunk less 1; code of zero of the first
  // input, of the output; least and greatest code.
  input  logic add_i,
  input  logic start_i,
  input  logic start_sums_i,
  input  logic [11:0] chunks_i,
  input  logic [4:0] last_channels_i,
  input  logic [7:0] in_zero_i,
  input  logic [7:0] out_zero_i,
  input  logic [7:0] least_i,
  input  logic [7:0] greatest_i,
  // Table of the descriptor: multipliers of the inputs and of the sum, their shifts to the right in 5 bits each below the code of
  // zero of the second input; behind them, at address 128, all chunks less 1.
  input  logic table_we_i,
  input  logic [7:0] table_address_i,
  input  logic [31:0] table_data_i,

  // Words of the first input, or of the loader; their number.
  input  logic first_valid_i,
  output logic first_ready_o,
  input  logic [127:0] first_data_i,
  output logic loader_valid_o,
  input  logic loader_ready_i,
  output logic [127:0] loader_data_o,
  input  logic length_valid_i,
  input  logic [31:0] length_i,
  output logic total_first_valid_o,
  output logic [31:0] total_first_o,

  // Words of the second input, or weights; their number.
  input  logic second_valid_i,
  output logic second_ready_o,
  input  logic [127:0] second_data_i,
  output logic weights_valid_o,
  input  logic weights_ready_i,
  output logic [127:0] weights_data_o,
  output logic total_second_valid_o,
  output logic [31:0] total_second_o,

  // Sums on their way to the compressor: what is known of them, their codes some clocks later; one set of codes was taken.
  input  logic drain_valid_i,
  input  logic [3:0] drain_group_i,
  input  logic drain_position_ends_i,
  input  logic drain_last_block_i,
  input  logic drain_last_i,
  output logic drain_taken_o,
  output logic sum_valid_o,
  output logic [3:0] sum_group_o,
  output logic sum_position_ends_o,
  output logic sum_last_block_o,
  output logic sum_last_o,
  input  logic taken_i,
  input  logic [8*ROWS-1:0] codes_i,
  output logic [8*ROWS-1:0] next_codes_o,

  // Non-zeros of the input, or of both.
  input  logic [31:0] counted_i,
  output logic [31:0] nonzeros_o
);

  generate
    if (ROWS < 1 || ROWS > 16) begin : gen_check_rows
      dysta_error_array_add_rows_must_be_1_to_16 u_error ();
    end
  endgenerate

  localparam logic [1:0] IDLE = 2'd0;
  localparam logic [1:0] LENGTH = 2'd1;
  localparam logic [1:0] BITMAP = 2'd2;
  localparam logic [1:0] CODES = 2'd3;

  logic [1:0] state_q;

  // Parameters.
  logic [31:0] first_factor_q;
  logic [31:0] second_factor_q;
  logic [31:0] sum_factor_q;
  logic [4:0] first_shift_q;
  logic [4:0] second_shift_q;
  logic [4:0] sum_shift_q;
  logic [7:0] second_zero_q;
  logic [31:0] chunks_end_q;

  always_ff @(posedge clk_i) begin
    if (table_we_i) begin
      case (table_address_i)
        8'd0: first_factor_q <= table_data_i;
        8'd1: second_factor_q <= table_data_i;
        8'd2: sum_factor_q <= table_data_i;
        8'd3: {second_zero_q, sum_shift_q, second_shift_q, first_shift_q} <= table_data_i[22:0];
        8'd128: chunks_end_q <= table_data_i;
        default: ;
      endcase
    end
  end

  // Place in the streams.
  logic [31:0] chunk_q;
  logic [11:0] place_q;
  logic [4:0] channel_q;
  logic [3:0] first_byte_q;
  logic [3:0] second_byte_q;
  logic [31:0] first_bitmap_q;
  logic [31:0] second_bitmap_q;
  logic [7:0] first_byte;
  logic [7:0] second_byte;
  logic last_chunk;
  logic chunk_short;
  logic [4:0] channel_end;
  logic bitmap_ends;
  logic channels_end;
  logic first_has;
  logic second_has;
  logic take_lengths;
  logic take_bitmaps;
  logic go;
  logic first_pop;
  logic second_pop;
  logic [4:0] credit_q;

  assign first_byte = first_data_i[{first_byte_q, 3'd0} +: 8];
  assign second_byte = second_data_i[{second_byte_q, 3'd0} +: 8];
  assign last_chunk = chunk_q == chunks_end_q;
  assign chunk_short = place_q == chunks_i;
  assign channel_end = chunk_short ? last_channels_i : 5'd31;
  assign bitmap_ends = channel_q[1:0] == channel_end[4:3];
  assign channels_end = channel_q == channel_end;
  assign first_has = first_bitmap_q[channel_q];
  assign second_has = second_bitmap_q[channel_q];
  assign take_lengths = state_q == LENGTH && first_valid_i && second_valid_i;
  assign take_bitmaps = state_q == BITMAP && first_valid_i && second_valid_i;
  assign go = state_q == CODES && (first_valid_i || !first_has) && (second_valid_i || !second_has) && credit_q != 5'd0;
  assign first_pop = take_bitmaps || (go && first_has);
  assign second_pop = take_bitmaps || (go && second_has);

  always_ff @(posedge clk_i) begin
    if (!rst_ni) state_q <= IDLE;
    else begin
      case (state_q)
        IDLE: if (start_i) state_q <= LENGTH;
        LENGTH: if (take_lengths) state_q <= BITMAP;
        BITMAP: if (take_bitmaps && bitmap_ends) state_q <= CODES;
        default: if (go && channels_end) state_q <= last_chunk ? IDLE : BITMAP;
      endcase
    end
  end

  always_ff @(posedge clk_i) begin
    if (state_q == IDLE || state_q == LENGTH) begin
      chunk_q <= 32'd0;
      place_q <= 12'd0;
      channel_q <= 5'd0;
      first_byte_q <= 4'd0;
      second_byte_q <= 4'd0;
    end else begin
      first_byte_q <= first_byte_q + {3'd0, first_pop};
      second_byte_q <= second_byte_q + {3'd0, second_pop};
      if (take_bitmaps) begin
        first_bitmap_q[{channel_q[1:0], 3'd0} +: 8] <= first_byte;
        second_bitmap_q[{channel_q[1:0], 3'd0} +: 8] <= second_byte;
        channel_q <= bitmap_ends ? 5'd0 : channel_q + 5'd1;
      end
      if (go) begin
        channel_q <= channels_end ? 5'd0 : channel_q + 5'd1;
        if (channels_end) begin
          chunk_q <= chunk_q + 32'd1;
          place_q <= chunk_short ? 12'd0 : place_q + 12'd1;
        end
      end
    end
  end

  // Codes that may be on their way to the compressor at a time.
  always_ff @(posedge clk_i) begin
    if (!rst_ni) credit_q <= 5'd16;
    else credit_q <= credit_q - {4'd0, go} + {4'd0, add_i && taken_i};
  end

  logic [31:0] nonzeros_q;
  always_ff @(posedge clk_i) begin
    if (start_i) nonzeros_q <= 32'd0;
    else if (go) nonzeros_q <= nonzeros_q + {31'd0, first_has} + {31'd0, second_has};
  end
  assign nonzeros_o = add_i ? nonzeros_q : counted_i;

  // What is left of the second input when an addition has ended is not weights.
  logic sums_q;
  always_ff @(posedge clk_i) begin
    if (!rst_ni || start_i) sums_q <= 1'b0;
    else if (start_sums_i) sums_q <= 1'b1;
  end

  // Streams: a word leaves with its last byte.
  logic first_leaves;
  logic second_leaves;
  assign first_leaves = take_lengths || (first_pop && first_byte_q == 4'd15);
  assign second_leaves = take_lengths || (second_pop && second_byte_q == 4'd15);
  assign first_ready_o = add_i ? first_leaves : loader_ready_i;
  assign loader_valid_o = first_valid_i && !add_i;
  assign loader_data_o = first_data_i;
  assign total_first_valid_o = add_i ? take_lengths : length_valid_i;
  assign total_first_o = add_i ? first_data_i[31:0] + 32'd1 : length_i;
  assign second_ready_o = sums_q ? weights_ready_i : second_leaves;
  assign weights_valid_o = second_valid_i && sums_q;
  assign weights_data_o = second_data_i;
  assign total_second_valid_o = take_lengths;
  assign total_second_o = second_data_i[31:0] + 32'd1;

  // Stage 1: values; 2: products; 3: halves go up; 4: halves go away from zero; 5: their sum.
  logic signed [8:0] first1_q;
  logic signed [8:0] second1_q;
  logic signed [41:0] first2_q;
  logic signed [41:0] second2_q;
  logic signed [41:0] first_nudged;
  logic signed [41:0] second_nudged;
  logic signed [31:0] first3_q;
  logic signed [31:0] second3_q;
  logic signed [32:0] first_half;
  logic signed [32:0] second_half;
  logic signed [32:0] first_wide;
  logic signed [32:0] second_wide;
  logic signed [32:0] first_shifted;
  logic signed [32:0] second_shifted;
  logic signed [31:0] first4_q;
  logic signed [31:0] second4_q;
  logic signed [31:0] sum5_q;
  // Stages 6 and 7: product; 8 and 9: the same roundings; 10: zero point and clamp.
  logic signed [63:0] product6_q;
  logic signed [63:0] product7_q;
  logic signed [63:0] nudged8;
  logic signed [31:0] high8_q;
  logic signed [32:0] half9;
  logic signed [32:0] wide9;
  logic signed [32:0] shifted9;
  logic signed [31:0] rounded9_q;
  logic signed [32:0] offset10;
  logic [7:0] code10_q;

  // `(value * 2**20 * factor + 2**30) / 2**31`
  assign first_nudged = first2_q + 42'sd1024;
  assign second_nudged = second2_q + 42'sd1024;
  assign first_half = (first_shift_q == 5'd0) ? 33'sd0 : (33'sd1 <<< (first_shift_q - 5'd1)) - {32'd0, first3_q[31]};
  assign second_half = (second_shift_q == 5'd0) ? 33'sd0 : (33'sd1 <<< (second_shift_q - 5'd1)) - {32'd0, second3_q[31]};
  assign first_wide = {first3_q[31], first3_q} + first_half;
  assign second_wide = {second3_q[31], second3_q} + second_half;
  assign first_shifted = first_wide >>> first_shift_q;
  assign second_shifted = second_wide >>> second_shift_q;
  assign nudged8 = product7_q + 64'sd1073741824;
  assign half9 = (sum_shift_q == 5'd0) ? 33'sd0 : (33'sd1 <<< (sum_shift_q - 5'd1)) - {32'd0, high8_q[31]};
  assign wide9 = {high8_q[31], high8_q} + half9;
  assign shifted9 = wide9 >>> sum_shift_q;
  assign offset10 = {rounded9_q[31], rounded9_q} + {{25{out_zero_i[7]}}, out_zero_i};

  always_ff @(posedge clk_i) begin
    first1_q <= first_has ? {first_byte[7], first_byte} - {in_zero_i[7], in_zero_i} : 9'd0;
    second1_q <= second_has ? {second_byte[7], second_byte} - {second_zero_q[7], second_zero_q} : 9'd0;
    first2_q <= first1_q * $signed(first_factor_q);
    second2_q <= second1_q * $signed(second_factor_q);
    first3_q <= {first_nudged[41], first_nudged[41:11]};
    second3_q <= {second_nudged[41], second_nudged[41:11]};
    first4_q <= first_shifted[31:0];
    second4_q <= second_shifted[31:0];
    sum5_q <= first4_q + second4_q;
    product6_q <= sum5_q * $signed(sum_factor_q);
    product7_q <= product6_q;
    high8_q <= nudged8[62:31];
    rounded9_q <= shifted9[31:0];
    code10_q <= (offset10 < $signed({{25{least_i[7]}}, least_i})) ? least_i
        : (offset10 > $signed({{25{greatest_i[7]}}, greatest_i})) ? greatest_i : offset10[7:0];
  end

  // The compressor expects codes seven clocks after it hears of them.
  logic [2:0] valid_q;
  logic [2:0] ends_q;
  logic [2:0] short_q;
  logic [2:0] last_q;
  always_ff @(posedge clk_i) begin
    if (!rst_ni) valid_q <= 3'd0;
    else valid_q <= {valid_q[1:0], go};
  end
  always_ff @(posedge clk_i) begin
    ends_q <= {ends_q[1:0], channels_end};
    short_q <= {short_q[1:0], chunk_short};
    last_q <= {last_q[1:0], channels_end && last_chunk};
  end

  assign drain_taken_o = taken_i && !add_i;
  assign sum_valid_o = add_i ? valid_q[2] : drain_valid_i;
  assign sum_group_o = add_i ? 4'd0 : drain_group_i;
  assign sum_position_ends_o = add_i ? ends_q[2] : drain_position_ends_i;
  assign sum_last_block_o = add_i ? short_q[2] : drain_last_block_i;
  assign sum_last_o = add_i ? last_q[2] : drain_last_i;
  always_comb begin
    next_codes_o = codes_i;
    if (add_i) next_codes_o[7:0] = code10_q;
  end

  logic unused;
  assign unused = &{1'b0, first_nudged[10:0], second_nudged[10:0], first_shifted[32], second_shifted[32], shifted9[32],
    nudged8[63], nudged8[30:0]};

`ifndef SYNTHESIS
  always @(posedge clk_i) begin
    if (rst_ni && ^{start_i, table_we_i, first_valid_i, second_valid_i, taken_i} === 1'bx) begin
      $fatal(1, "%m: control input unknown");
    end
  end
`endif

endmodule
