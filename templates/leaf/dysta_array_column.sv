/*% for line in banner %*/// @{ line }@
/*% endfor %*/// SPDX-License-Identifier: 0BSD
//
// Head of a column: keeps the activations of up to four image positions and sends their non-zeros down in turn.
// Latency: 4 clocks from a position to its first activation. Throughput: one activation a clock, in a
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

  // Positions: packed codes of a chunk, its bitmap, how many of them lie before bits 8, 16 and 24, and the bits of the tile that are
  // sent; bit b is local channel `channel + b`, in a depthwise convolution from an even one on. A mark, with two bits of its own,
  // goes behind those before it, one at a time.
  input  logic unit_valid_i,
  input  logic [4:0] unit_column_i,
  input  logic unit_mark_i,
  input  logic [255:0] unit_codes_i,
  input  logic [31:0] unit_nonzeros_i,
  input  logic [13:0] unit_before_i,
  input  logic [31:0] unit_bits_i,
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

  // Positions: what is left of the bitmap, its even and its odd bits.
  logic [63:0] even_q;
  logic [63:0] odd_q;
  logic [3:0] valid_q;
  logic [1:0] fill_q;
  logic [1:0] turn_q;
  (* ram_style = "distributed" *)
  logic [255:0] codes_q [0:3];
  (* ram_style = "distributed" *)
  logic [INFO_W-1:0] info_q [0:3];
  (* ram_style = "distributed" *)
  logic [13:0] before_q [0:3];
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

  // Stage 0: the position whose turn it is, its lowest even and its lowest odd bit. Both go in a depthwise convolution, where they
  // are for different rows; else first the even ones, then the odd ones.
  logic split;
  logic [3:0] others;
  logic [15:0] even;
  logic [15:0] odd;
  logic [15:0] rest_even;
  logic [15:0] rest_odd;
  logic [15:0] first_even;
  logic [15:0] first_odd;
  logic [4:0] even_bit;
  logic [4:0] odd_bit;
  logic some_even;
  logic send_odd;
  logic ends;
  logic go0;
  // Stage 1: the codes before each of the two are counted; stage 2: they are read; stage 3: on the bus.
  logic valid1_q;
  logic mark1_q;
  logic [1:0] mark_bits1_q;
  logic [1:0] turn1_q;
  logic [1:0] lanes1_q;
  logic [4:0] bit1_q;
  logic [4:0] odd_bit1_q;
  logic leave1;
  logic valid2_q;
  logic mark2_q;
  logic [1:0] mark_bits2_q;
  logic [1:0] turn2_q;
  logic [1:0] lanes2_q;
  logic [4:0] bit2_q;
  logic [4:0] odd_bit2_q;
  logic [4:0] code2_q;
  logic [4:0] odd_code2_q;
  logic nonzero2_q;
  logic odd_nonzero2_q;
  logic leave2;
  logic valid3_q;
  logic mark3_q;
  logic [9:0] value3_q;
  logic [9:0] odd_value3_q;
  logic [SEGMENT_W-1:0] segment3_q;
  logic [SEGMENT_W-1:0] odd_segment3_q;
  logic [SUM_W-1:0] base3_q;
  logic [2:0] rows3_q;
  logic [2:0] columns3_q;
  logic [ROWS-1:0] mask3_q;
  logic leave3;

  assign split = depthwise_i && TWO_ROWS;
  assign meant = unit_valid_i && unit_column_i == PLACE;
  assign ready = valid_q & ~later_q;
  assign take_mark = meant && unit_mark_i && !mark_q;
  assign mark_goes = mark_q && ready == 4'd0 && leave1;
  // The codes of a position are read two clocks after its last bit is found.
  assign take = meant && !unit_mark_i && !valid_q[fill_q] && !(valid1_q && turn1_q == fill_q) && !(valid2_q && turn2_q == fill_q);
  assign next_taken_o = (unit_column_i == PLACE) ? (take_mark || take) : taken_i;

  always_ff @(posedge clk_i) if (take) codes_q[fill_q] <= unit_codes_i;
  always_ff @(posedge clk_i) if (take) nonzeros_q[fill_q] <= unit_nonzeros_i;
  always_ff @(posedge clk_i) if (take) before_q[fill_q] <= unit_before_i;
  always_ff @(posedge clk_i) begin
    if (take) begin
      info_q[fill_q] <= {unit_channel_i, unit_segment_i, unit_base_i, unit_rows_i, unit_columns_i, unit_mask_i};
    end
  end

  assign even = even_q[{turn_q, 4'd0} +: 16];
  assign odd = odd_q[{turn_q, 4'd0} +: 16];
  assign rest_even = even & (even - 16'd1);
  assign rest_odd = odd & (odd - 16'd1);
  assign first_even = even & ~rest_even;
  assign first_odd = odd & ~rest_odd;
  assign even_bit = {
    (first_even & 16'hff00) != 16'd0, (first_even & 16'hf0f0) != 16'd0, (first_even & 16'hcccc) != 16'd0, (first_even & 16'haaaa) != 16'd0,
    1'b0
  };
  assign odd_bit = {
    (first_odd & 16'hff00) != 16'd0, (first_odd & 16'hf0f0) != 16'd0, (first_odd & 16'hcccc) != 16'd0, (first_odd & 16'haaaa) != 16'd0,
    1'b1
  };
  assign some_even = even != 16'd0;
  assign send_odd = split ? odd != 16'd0 : !some_even;
  assign ends = rest_even == 16'd0 && (send_odd ? rest_odd : odd) == 16'd0;
  assign go0 = ready[turn_q] && leave1;
  assign others = ready & ~(4'd1 << turn_q);

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
      else if (take) later_q[fill_q] <= mark_q;
      if (take) begin
        valid_q[fill_q] <= 1'b1;
        fill_q <= fill_q + 2'd1;
      end
      if (go0 && ends) valid_q[turn_q] <= 1'b0;
      // The next position that may go; where there is none, the one that comes next.
      if (go0 || !ready[turn_q]) begin
        if (others[turn_q + 2'd1]) turn_q <= turn_q + 2'd1;
        else if (others[turn_q + 2'd2]) turn_q <= turn_q + 2'd2;
        else if (others[turn_q + 2'd3]) turn_q <= turn_q + 2'd3;
        else if (!ready[turn_q]) turn_q <= fill_q;
      end
    end
  end

  generate
    for (genvar p = 0; p < 4; p = p + 1) begin : gen_position
      localparam logic [1:0] INDEX = p;
      logic load;
      logic sent;
      assign load = take && fill_q == INDEX;
      assign sent = go0 && turn_q == INDEX;
      for (genvar b = 0; b < 16; b = b + 1) begin : gen_bit
        always_ff @(posedge clk_i) begin
          if (load || sent) even_q[16*p+b] <= load ? unit_bits_i[2*b] : rest_even[b];
          if (load || (sent && send_odd)) odd_q[16*p+b] <= load ? unit_bits_i[2*b+1] : rest_odd[b];
        end
      end
    end
  endgenerate

  assign leave3 = !valid3_q || room_i;
  assign leave2 = !valid2_q || leave3;
  assign leave1 = !valid1_q || leave2;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      valid1_q <= 1'b0;
      valid2_q <= 1'b0;
      valid3_q <= 1'b0;
    end else begin
      if (leave1) valid1_q <= go0 || mark_goes;
      if (leave2) valid2_q <= valid1_q;
      if (leave3) valid3_q <= valid2_q;
    end
  end

  always_ff @(posedge clk_i) begin
    if (take_mark) mark_bits_q <= unit_bits_i[1:0];
    if (leave1) begin
      mark1_q <= mark_goes;
      mark_bits1_q <= mark_bits_q;
      turn1_q <= turn_q;
      lanes1_q <= {send_odd, some_even};
      bit1_q <= (split || some_even) ? even_bit : odd_bit;
      odd_bit1_q <= (split || !some_even) ? odd_bit : even_bit;
    end
  end

  // Codes of a position before the bit: those before its byte of the bitmap, and those in it.
  logic [31:0] nonzeros1;
  logic [13:0] counts1;
  logic [7:0] byte1;
  logic [7:0] odd_byte1;
  logic [6:0] lower1;
  logic [6:0] odd_lower1;
  logic [4:0] before1;
  logic [4:0] odd_before1;
  logic [2:0] within1;
  logic [2:0] odd_within1;
  assign nonzeros1 = nonzeros_q[turn1_q];
  assign counts1 = before_q[turn1_q];
  assign byte1 = nonzeros1[{bit1_q[4:3], 3'd0} +: 8];
  assign odd_byte1 = nonzeros1[{odd_bit1_q[4:3], 3'd0} +: 8];
  assign before1 = bit1_q[4] ? (bit1_q[3] ? counts1[13:9] : counts1[8:4]) : (bit1_q[3] ? {1'b0, counts1[3:0]} : 5'd0);
  assign odd_before1 = odd_bit1_q[4] ? (odd_bit1_q[3] ? counts1[13:9] : counts1[8:4])
      : (odd_bit1_q[3] ? {1'b0, counts1[3:0]} : 5'd0);
  assign lower1 = byte1[6:0] & ~(7'h7f << bit1_q[2:0]);
  assign odd_lower1 = odd_byte1[6:0] & ~(7'h7f << odd_bit1_q[2:0]);
  always_comb begin
    within1 = 3'd0;
    odd_within1 = 3'd0;
    for (int i = 0; i < 7; i = i + 1) begin
      within1 = within1 + {2'd0, lower1[i]};
      odd_within1 = odd_within1 + {2'd0, odd_lower1[i]};
    end
  end

  always_ff @(posedge clk_i) begin
    if (leave2) begin
      mark2_q <= mark1_q;
      mark_bits2_q <= mark_bits1_q;
      turn2_q <= turn1_q;
      lanes2_q <= lanes1_q;
      bit2_q <= bit1_q;
      odd_bit2_q <= odd_bit1_q;
      code2_q <= before1 + {2'd0, within1};
      odd_code2_q <= odd_before1 + {2'd0, odd_within1};
      nonzero2_q <= byte1[bit1_q[2:0]];
      odd_nonzero2_q <= odd_byte1[odd_bit1_q[2:0]];
      info2_q <= info_q[turn1_q];
    end
  end

  logic [255:0] codes2;
  logic [7:0] code2;
  logic [7:0] odd_code2;
  // What makes a code a distance to zero.
  logic [9:0] distance;
  logic [INFO_W-1:0] info2_q;
  logic [SEGMENT_W-1:0] first2;
  logic [SEGMENT_W-1:0] channel2;
  logic [SEGMENT_W-1:0] odd_channel2;
  logic [2:0] shift2;
  logic [SEGMENT_W-1:0] local2;
  logic [SEGMENT_W-1:0] odd_local2;
  logic [SEGMENT_W-1:0] segment2;
  logic [ROWS-1:0] mask2;
  logic [ROWS-1:0] row2;

  assign codes2 = codes_q[turn2_q];
  assign code2 = nonzero2_q ? codes2[{code2_q, 3'd0} +: 8] : zero_point_i;
  assign odd_code2 = odd_nonzero2_q ? codes2[{odd_code2_q, 3'd0} +: 8] : zero_point_i;
  assign distance = {1'b0, maximum_i, 8'd0} - {{2{zero_point_i[7]}}, zero_point_i};
  assign first2 = info2_q[SEGMENT_W+SUM_W+6+ROWS +: SEGMENT_W];
  assign channel2 = first2 + {{(SEGMENT_W - 5){1'b0}}, bit2_q};
  assign odd_channel2 = first2 + {{(SEGMENT_W - 5){1'b0}}, odd_bit2_q};
  assign shift2 = depthwise_i ? group_log2_i : 3'd0;
  assign local2 = channel2 >> shift2;
  assign odd_local2 = odd_channel2 >> shift2;
  assign segment2 = info2_q[SUM_W+6+ROWS +: SEGMENT_W];
  assign mask2 = info2_q[ROWS-1:0];

  // Depthwise: the row of the channel, counted from the lowest bits of its index.
  generate
    if (ROWS == 1) begin : gen_one_row
      assign row2 = lanes2_q != 2'd0;
    end else begin : gen_rows
      localparam integer ROW_W = $clog2(ROWS);
      for (genvar i = 0; i < ROWS; i = i + 1) begin : gen_row
        localparam logic [ROW_W-1:0] INDEX = i;
        if (i % 2 == 0) begin : gen_even
          assign row2[i] = lanes2_q[0] && channel2[ROW_W-1:0] == INDEX;
        end else begin : gen_odd
          assign row2[i] = lanes2_q[1] && odd_channel2[ROW_W-1:0] == INDEX;
        end
      end
    end
  endgenerate

  always_ff @(posedge clk_i) begin
    if (leave3) begin
      mark3_q <= mark2_q;
      value3_q <= mark2_q ? {8'd0, mark_bits2_q} : {{2{code2[7]}}, code2} + distance;
      odd_value3_q <= mark2_q ? {8'd0, mark_bits2_q} : {{2{odd_code2[7]}}, odd_code2} + distance;
      segment3_q <= segment2 + local2;
      odd_segment3_q <= segment2 + odd_local2;
      base3_q <= info2_q[6+ROWS +: SUM_W];
      rows3_q <= info2_q[3+ROWS +: 3];
      columns3_q <= info2_q[ROWS +: 3];
      mask3_q <= mark2_q ? {ROWS{1'b1}} : (depthwise_i ? mask2 & row2 : mask2);
    end
  end

  assign act_valid_o = valid3_q && room_i;
  assign act_mask_o = mask3_q & {ROWS{valid3_q}};
  assign act_word_o = {mark3_q, value3_q, segment3_q, base3_q, rows3_q, columns3_q};
  assign act_odd_word_o = {mark3_q, odd_value3_q, odd_segment3_q, base3_q, rows3_q, columns3_q};
  assign next_room_o = 1'b1;

  assign column_drain_o = drain_valid_i && (drain_all_i || drain_column_i == PLACE);
  assign column_done_o = drain_done_i && drain_column_i == PLACE;
  assign next_finished_o = 1'b1;
  assign next_drain_finished_o = (drain_column_i == PLACE) ? finished_i : drain_finished_i;

`ifndef SYNTHESIS
  always @(posedge clk_i) begin
    if (rst_ni && ^{unit_valid_i, room_i, drain_valid_i, drain_done_i} === 1'bx) $fatal(1, "%m: control input unknown");
    if (rst_ni && take && unit_bits_i == 32'd0) $fatal(1, "%m: position without an activation");
  end
`endif

endmodule
