/*% for line in banner %*/// @{ line }@
/*% endfor %*/// SPDX-License-Identifier: 0BSD
//
// Head of a column: keeps the activations of up to four image positions and sends their non-zeros down in turn.
// Latency: 3 clocks from the last word of a position to its first activation. Throughput: one activation a clock, in a
// depthwise convolution two, one for an even and one for an odd row.

module dysta_array_column #(
  // Rows of the array, a power of two, 1 to 16.
  parameter integer ROWS = 2,
  // Columns of the array, 1 to 16.
  parameter integer COLUMNS = 2,
  // This column, below COLUMNS.
  parameter integer COLUMN = 0,
  // Bits of a segment index, 6 to 12.
  parameter integer SEGMENT_W = 9,
  // Bits of the address of a sum within a half, 4 to 12.
  parameter integer SUM_W = 8
) (
  input  logic clk_i,
  input  logic rst_ni,

  // Layer: code of zero; depthwise, where an activation goes to one row; maximum, where all channels of a position are sent, 256
  // above their distance to zero; log2 of rows in a group.
  input  logic [7:0] zero_point_i,
  input  logic depthwise_i,
  input  logic maximum_i,
  input  logic [2:0] group_log2_i,

  // Positions: words of packed codes, the last one completes a position; a mark goes behind those before it, one at a time. The first
  // code of the position lies at byte `offset`; bit b of the bitmap is local channel `channel + b`,
  // in a depthwise convolution from an even one on. Channels: those of the tile.
  input  logic unit_valid_i,
  input  logic [4:0] unit_column_i,
  input  logic unit_mark_i,
  input  logic unit_last_i,
  input  logic unit_high_i,
  input  logic [127:0] unit_codes_i,
  input  logic [31:0] unit_bitmap_i,
  input  logic [31:0] unit_channels_i,
  input  logic [4:0] unit_offset_i,
  input  logic [SEGMENT_W-1:0] unit_channel_i,
  input  logic [SEGMENT_W-1:0] unit_segment_i,
  input  logic [SUM_W-1:0] unit_base_i,
  input  logic [2:0] unit_rows_i,
  input  logic [2:0] unit_columns_i,
  input  logic [ROWS-1:0] unit_mask_i,
  // The column that is meant takes the word: chain over the columns.
  input  logic taken_i,
  output logic next_taken_o,

  // Activations down the column, to even and to odd rows; `room_i` says that all rows of `offer` have room.
  output logic act_valid_o,
  output logic [ROWS-1:0] act_mask_o,
  output logic [SEGMENT_W+SUM_W+16:0] act_word_o,
  output logic [SEGMENT_W+SUM_W+16:0] act_odd_word_o,
  output logic next_room_o,
  input  logic room_i,

  // Draining: rows of this column; the column's chain of finished halves.
  input  logic drain_valid_i,
  input  logic drain_all_i,
  input  logic [4:0] drain_column_i,
  input  logic drain_done_i,
  output logic column_drain_o,
  output logic column_done_o,
  output logic next_finished_o,
  input  logic finished_i,
  // The column that is meant has a finished half: chain over the columns.
  input  logic drain_finished_i,
  output logic next_drain_finished_o
);

  generate
    if (ROWS < 1 || ROWS > 16) begin : gen_check_rows
      dysta_error_array_column_rows_must_be_1_to_16 u_error ();
    end
    if (COLUMNS < 1 || COLUMNS > 16 || COLUMN < 0 || COLUMN >= COLUMNS) begin : gen_check_column
      dysta_error_array_column_column_must_be_below_columns u_error ();
    end
    if (SEGMENT_W < 6 || SEGMENT_W > 12) begin : gen_check_segment_w
      dysta_error_array_column_segment_w_must_be_6_to_12 u_error ();
    end
    if (SUM_W < 4 || SUM_W > 12) begin : gen_check_sum_w
      dysta_error_array_column_sum_w_must_be_4_to_12 u_error ();
    end
  endgenerate

  localparam integer PLACE_INTEGER = COLUMN;
  localparam logic [4:0] PLACE = PLACE_INTEGER[4:0];
  localparam logic TWO_ROWS = ROWS > 1;
  localparam integer INFO_W = 2 * SEGMENT_W + SUM_W + 6 + ROWS;

  // Positions: what is left of the bitmap, the byte of its first code.
  logic [127:0] bitmaps_q;
  logic [19:0] bytes_q;
  logic [3:0] valid_q;
  logic [1:0] fill_q;
  logic [1:0] turn_q;
  (* ram_style = "distributed" *)
  logic [127:0] codes_q [0:7];
  (* ram_style = "distributed" *)
  logic [INFO_W-1:0] info_q [0:3];
  // Channels that are not zero.
  (* ram_style = "distributed" *)
  logic [31:0] nonzeros_q [0:3];

  logic meant;
  logic take;
  logic take_mark;
  // The mark that waits for the positions before it; which positions lie behind it, and which may go.
  logic mark_q;
  logic [1:0] mark_bits_q;
  logic [3:0] later_q;
  logic [3:0] ready;
  logic mark_goes;

  // Stage 0: the position whose turn it is and its two lowest set bits; both go if they are channels of an even and of an odd row.
  logic [1:0] turn;
  logic [31:0] bitmap;
  logic [4:0] bit_index;
  logic [4:0] second_index;
  logic [31:0] rest1;
  logic [31:0] rest2;
  logic [31:0] rest;
  logic [31:0] lowest;
  logic [31:0] second;
  logic split;
  logic two;
  logic nonzero;
  logic next_nonzero;
  logic go0;
  // Stage 1: code and info are read; stage 2: on the bus.
  logic valid1_q;
  logic mark1_q;
  logic [1:0] mark_bits1_q;
  logic [1:0] turn1_q;
  logic two1_q;
  logic [4:0] bit1_q;
  logic [4:0] second_bit1_q;
  logic [4:0] byte1_q;
  logic nonzero1_q;
  logic next_nonzero1_q;
  logic leave1;
  logic valid2_q;
  logic mark2_q;
  logic [9:0] value2_q;
  logic [9:0] odd_value2_q;
  logic [SEGMENT_W-1:0] segment2_q;
  logic [SEGMENT_W-1:0] odd_segment2_q;
  logic [SUM_W-1:0] base2_q;
  logic [2:0] rows2_q;
  logic [2:0] columns2_q;
  logic [ROWS-1:0] mask2_q;
  logic leave2;

  assign meant = unit_valid_i && unit_column_i == PLACE;
  assign ready = valid_q & ~later_q;
  assign take_mark = meant && unit_mark_i && !mark_q;
  assign mark_goes = mark_q && ready == 4'd0 && leave1;
  // The codes of a position are read one clock after its last bit is found.
  assign take = meant && !unit_mark_i && !valid_q[fill_q] && !(valid1_q && turn1_q == fill_q);
  assign next_taken_o = (unit_column_i == PLACE) ? (take_mark || take) : taken_i;

  always_ff @(posedge clk_i) begin
    if (take) begin
      codes_q[{fill_q, unit_high_i}] <= unit_codes_i;
      nonzeros_q[fill_q] <= unit_bitmap_i;
      info_q[fill_q] <= {
        unit_channel_i, unit_segment_i, unit_base_i, unit_rows_i, unit_columns_i, unit_mask_i
      };
    end
  end

  // The next position that may go after the one that had its turn.
  always_comb begin
    turn = turn_q;
    if (ready[turn_q + 2'd1]) turn = turn_q + 2'd1;
    else if (ready[turn_q + 2'd2]) turn = turn_q + 2'd2;
    else if (ready[turn_q + 2'd3]) turn = turn_q + 2'd3;
  end

  assign bitmap = bitmaps_q[{turn, 5'd0} +: 32];
  assign split = depthwise_i && TWO_ROWS;
  assign rest1 = bitmap & (bitmap - 32'd1);
  assign rest2 = rest1 & (rest1 - 32'd1);
  assign lowest = bitmap & ~rest1;
  assign second = rest1 & ~rest2;
  assign two = split && rest1 != 32'd0 && bit_index[0] != second_index[0];
  assign rest = two ? rest2 : rest1;
  assign bit_index = {
    (lowest & 32'hffff0000) != 32'd0, (lowest & 32'hff00ff00) != 32'd0, (lowest & 32'hf0f0f0f0) != 32'd0,
    (lowest & 32'hcccccccc) != 32'd0, (lowest & 32'haaaaaaaa) != 32'd0
  };
  assign second_index = {
    (second & 32'hffff0000) != 32'd0, (second & 32'hff00ff00) != 32'd0, (second & 32'hf0f0f0f0) != 32'd0,
    (second & 32'hcccccccc) != 32'd0, (second & 32'haaaaaaaa) != 32'd0
  };
  assign nonzero = !maximum_i || (nonzeros_q[turn] & lowest) != 32'd0;
  assign next_nonzero = !maximum_i || (nonzeros_q[turn] & second) != 32'd0;
  assign go0 = ready[turn] && leave1;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      valid_q <= 4'd0;
      later_q <= 4'd0;
      mark_q <= 1'b0;
      fill_q <= 2'd0;
      turn_q <= 2'd0;
    end else begin
      mark_q <= take_mark || (mark_q && !mark_goes);
      if (mark_goes) later_q <= 4'd0;
      else if (take && unit_last_i) later_q[fill_q] <= mark_q;
      if (take && unit_last_i) begin
        valid_q[fill_q] <= 1'b1;
        fill_q <= fill_q + 2'd1;
      end
      if (go0) begin
        turn_q <= turn;
        if (rest == 32'd0) valid_q[turn] <= 1'b0;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (take_mark) mark_bits_q <= unit_bitmap_i[1:0];
    if (take) begin
      bitmaps_q[{fill_q, 5'd0} +: 32] <= maximum_i ? unit_channels_i : unit_bitmap_i;
      bytes_q[fill_q * 5 +: 5] <= unit_offset_i;
    end
    if (go0) begin
      bitmaps_q[{turn, 5'd0} +: 32] <= rest;
      bytes_q[turn * 5 +: 5] <= bytes_q[turn * 5 +: 5] + {4'd0, nonzero} + {4'd0, two && next_nonzero};
    end
  end

  assign leave2 = !valid2_q || room_i;
  assign leave1 = !valid1_q || leave2;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      valid1_q <= 1'b0;
      valid2_q <= 1'b0;
    end else begin
      if (leave1) valid1_q <= go0 || mark_goes;
      if (leave2) valid2_q <= valid1_q;
    end
  end

  always_ff @(posedge clk_i) begin
    if (leave1) begin
      mark1_q <= mark_goes;
      mark_bits1_q <= mark_bits_q;
      turn1_q <= turn;
      two1_q <= two;
      bit1_q <= bit_index;
      second_bit1_q <= second_index;
      byte1_q <= bytes_q[turn * 5 +: 5];
      nonzero1_q <= nonzero;
      next_nonzero1_q <= next_nonzero;
    end
  end

  // The first of two and the second.
  logic [4:0] next_byte1;
  logic [127:0] word1;
  logic [127:0] next_word1;
  logic [7:0] code1;
  logic [7:0] next_code1;
  logic [9:0] value1;
  logic [9:0] next_value1;
  logic [9:0] raised1;
  logic [INFO_W-1:0] info1;
  logic [SEGMENT_W-1:0] first1;
  logic [SEGMENT_W-1:0] channel1;
  logic [SEGMENT_W-1:0] next_channel1;
  logic [SEGMENT_W-1:0] local1;
  logic [SEGMENT_W-1:0] next_local1;
  logic [SEGMENT_W-1:0] segment1;
  logic [ROWS-1:0] mask1;
  logic [ROWS-1:0] one_row;
  logic [ROWS-1:0] next_row;
  logic even_second;
  logic odd_second;

  assign next_byte1 = byte1_q + {4'd0, nonzero1_q};
  assign word1 = codes_q[{turn1_q, byte1_q[4]}];
  assign next_word1 = codes_q[{turn1_q, next_byte1[4]}];
  assign code1 = word1[{byte1_q[3:0], 3'd0} +: 8];
  assign next_code1 = next_word1[{next_byte1[3:0], 3'd0} +: 8];
  assign value1 = nonzero1_q ? {{2{code1[7]}}, code1} - {{2{zero_point_i[7]}}, zero_point_i} : 10'd0;
  assign next_value1 = next_nonzero1_q ? {{2{next_code1[7]}}, next_code1} - {{2{zero_point_i[7]}}, zero_point_i} : 10'd0;
  assign raised1 = {1'b0, maximum_i, 8'd0};
  assign info1 = info_q[turn1_q];
  assign first1 = info1[SEGMENT_W+SUM_W+6+ROWS +: SEGMENT_W];
  assign channel1 = first1 + {{(SEGMENT_W - 5){1'b0}}, bit1_q};
  assign next_channel1 = first1 + {{(SEGMENT_W - 5){1'b0}}, second_bit1_q};
  assign local1 = depthwise_i ? channel1 >> group_log2_i : channel1;
  assign next_local1 = next_channel1 >> group_log2_i;
  assign segment1 = info1[SUM_W+6+ROWS +: SEGMENT_W];
  assign mask1 = info1[ROWS-1:0];
  assign even_second = split && bit1_q[0];
  assign odd_second = split && !bit1_q[0];

  // Depthwise: the row of the channel, counted from the lowest bits of its index.
  generate
    if (ROWS == 1) begin : gen_one_row
      assign one_row = 1'b1;
      assign next_row = two1_q;
    end else begin : gen_rows
      localparam integer ROW_W = $clog2(ROWS);
      for (genvar i = 0; i < ROWS; i = i + 1) begin : gen_row
        localparam logic [ROW_W-1:0] INDEX = i;
        assign one_row[i] = channel1[ROW_W-1:0] == INDEX;
        assign next_row[i] = two1_q && next_channel1[ROW_W-1:0] == INDEX;
      end
    end
  endgenerate

  always_ff @(posedge clk_i) begin
    if (leave2) begin
      mark2_q <= mark1_q;
      value2_q <= mark1_q ? {8'd0, mark_bits1_q} : (even_second ? next_value1 : value1) + raised1;
      odd_value2_q <= mark1_q ? {8'd0, mark_bits1_q} : (odd_second ? next_value1 : value1) + raised1;
      segment2_q <= segment1 + (even_second ? next_local1 : local1);
      odd_segment2_q <= segment1 + (odd_second ? next_local1 : local1);
      base2_q <= info1[6+ROWS +: SUM_W];
      rows2_q <= info1[3+ROWS +: 3];
      columns2_q <= info1[ROWS +: 3];
      mask2_q <= mark1_q ? {ROWS{1'b1}} : (depthwise_i ? mask1 & (one_row | next_row) : mask1);
    end
  end

  assign act_valid_o = valid2_q && room_i;
  assign act_mask_o = mask2_q & {ROWS{valid2_q}};
  assign act_word_o = {mark2_q, value2_q, segment2_q, base2_q, rows2_q, columns2_q};
  assign act_odd_word_o = {mark2_q, odd_value2_q, odd_segment2_q, base2_q, rows2_q, columns2_q};
  assign next_room_o = 1'b1;

  assign column_drain_o = drain_valid_i && (drain_all_i || drain_column_i == PLACE);
  assign column_done_o = drain_done_i && drain_column_i == PLACE;
  assign next_finished_o = 1'b1;
  assign next_drain_finished_o = (drain_column_i == PLACE) ? finished_i : drain_finished_i;

`ifndef SYNTHESIS
  always @(posedge clk_i) begin
    if (rst_ni && ^{unit_valid_i, room_i, drain_valid_i, drain_done_i} === 1'bx) $fatal(1, "%m: control input unknown");
    if (rst_ni && take && unit_last_i && unit_bitmap_i == 32'd0 && !maximum_i) $fatal(1, "%m: position without a non-zero");
  end
`endif

endmodule
