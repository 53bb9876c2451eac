/*% for line in banner %*/// @{ line }@
/*% endfor %*/// SPDX-License-Identifier: 0BSD
//
// Walks over a layer and sends the non-zeros of every image position to the columns that need them.
// The loops: sets of tiles, blocks of output channels, tiles of input channels, chunks of 32 channels, positions of the patch,
// slots. A slot is a group of rows in a column, or in several, the slices, which take the positions in turn and whose sums are added
// in the end; it computes one tile of the output at a time.
// Latency: 4 clocks from a position to its column. Throughput: one position and slot a clock.

module dysta_array_feeder #(
  // Rows of the array, a power of two, 1 to 16.
  parameter integer ROWS = 2,
  // Columns of the array, 1 to 16.
  parameter integer COLUMNS = 2,
  // Bits of the number of a chunk in the activation buffer, 6 to 14.
  parameter integer CHUNK_W = 8,
  // Bits of a segment index, 6 to 12.
  parameter integer SEGMENT_W = 9,
  // Bits of the address of a sum within a half, 4 to 12.
  parameter integer SUM_W = 8
) (
  input  logic clk_i,
  input  logic rst_ni,

  // A layer begins; all below is stable until it ends.
  input  logic start_i,
  output logic busy_o,
  // It waits for rows of the image; it goes on.
  output logic awaits_o,
  output logic step_o,

  // Image: rows, columns, chunks of a position less 1, shifts of column and row in the address of a chunk.
  input  logic [11:0] height_i,
  input  logic [11:0] width_i,
  input  logic [11:0] chunks_i,
  input  logic [3:0] column_shift_i,
  input  logic [3:0] row_shift_i,
  // Tiles: all less 1, those of a row less 1, first position and steps in the image, rows and columns of the patch less 1.
  input  logic [15:0] tiles_i,
  input  logic [11:0] row_tiles_i,
  input  logic [12:0] first_row_i,
  input  logic [12:0] first_column_i,
  input  logic [11:0] row_step_i,
  input  logic [11:0] column_step_i,
  input  logic [6:0] patch_rows_i,
  input  logic [6:0] patch_columns_i,
  // Blocks of output channels less 1, tiles of input channels less 1, input channels of a tile.
  input  logic [11:0] blocks_i,
  input  logic [11:0] channel_tiles_i,
  input  logic [15:0] tile_channels_i,
  input  logic depthwise_i,
  // Every channel of a position is sent, also one that is zero.
  input  logic maximum_i,
  // Weights are loaded once for the layer.
  input  logic resident_i,
  // log2 of the rows of a group, groups less 1, columns of a slice less 1, slices less 1.
  input  logic [2:0] group_log2_i,
  input  logic [3:0] groups_i,
  input  logic [3:0] slice_columns_i,
  input  logic [3:0] slices_i,

  // Tables of the patch: bit 7 of the address picks columns, else rows; the word is kernel rows or columns that meet the
  // position, first segment, address of the sum.
  input  logic table_we_i,
  input  logic [7:0] table_address_i,
  input  logic [SEGMENT_W+SUM_W+2:0] table_word_i,

  // Rows of the image that are in the buffer, and rows that are no longer needed.
  input  logic [11:0] loaded_rows_i,
  output logic [11:0] freed_rows_o,

  // Activation buffer: bitmap of a chunk; its first 16 codes and the others.
  output logic bitmap_re_o,
  output logic [CHUNK_W-1:0] bitmap_raddr_o,
  input  logic [31:0] bitmap_rdata_i,
  output logic codes_re_o,
  output logic [CHUNK_W-1:0] codes_raddr_o,
  input  logic [127:0] low_rdata_i,
  input  logic [127:0] high_rdata_i,

  // Positions to the columns.
  output logic unit_valid_o,
  output logic [4:0] unit_column_o,
  output logic unit_mark_o,
  output logic [255:0] unit_codes_o,
  output logic [31:0] unit_nonzeros_o,
  output logic [13:0] unit_before_o,
  output logic [31:0] unit_bits_o,
  output logic [SEGMENT_W-1:0] unit_channel_o,
  output logic [SEGMENT_W-1:0] unit_segment_o,
  output logic [SUM_W-1:0] unit_base_o,
  output logic [2:0] unit_rows_o,
  output logic [2:0] unit_columns_o,
  output logic [ROWS-1:0] unit_mask_o,
  output logic next_taken_o,
  input  logic taken_i
);

  generate
    if (ROWS < 1 || ROWS > 16) begin : gen_check_rows
      dysta_error_array_feeder_rows_must_be_1_to_16 u_error ();
    end
    if (COLUMNS < 1 || COLUMNS > 16) begin : gen_check_columns
      dysta_error_array_feeder_columns_must_be_1_to_16 u_error ();
    end
    if (CHUNK_W < 6 || CHUNK_W > 14) begin : gen_check_chunk_w
      dysta_error_array_feeder_chunk_w_must_be_6_to_14 u_error ();
    end
    if (SEGMENT_W < 6 || SEGMENT_W > 12) begin : gen_check_segment_w
      dysta_error_array_feeder_segment_w_must_be_6_to_12 u_error ();
    end
    if (SUM_W < 4 || SUM_W > 12) begin : gen_check_sum_w
      dysta_error_array_feeder_sum_w_must_be_4_to_12 u_error ();
    end
  endgenerate

  localparam logic [2:0] IDLE = 3'd0;
  localparam logic [2:0] PLACE = 3'd1;
  localparam logic [2:0] AWAIT = 3'd2;
  localparam logic [2:0] FEED = 3'd3;
  localparam logic [2:0] MARK = 3'd4;
  localparam integer LAST_INTEGER = COLUMNS - 1;
  localparam logic [4:0] LAST_COLUMN = LAST_INTEGER[4:0];
  localparam integer TABLE_W = SEGMENT_W + SUM_W + 3;
  localparam integer COLUMN_W = (COLUMNS > 1) ? $clog2(COLUMNS) : 1;
  localparam integer GROUP_W = (ROWS > 1) ? $clog2(ROWS) : 1;
  localparam integer SLOT_W = GROUP_W + COLUMN_W;

  logic [2:0] state_q;

  // Tile that is placed next, and where its patch begins in the image.
  logic [15:0] tile_q;
  logic tiles_end_q;
  logic [11:0] row_tile_q;
  logic [12:0] row_q;
  logic [12:0] column_q;
  logic [12:0] needed_q;

  // Slot: group and column; where its patch begins, and whether it has a tile.
  logic [3:0] group_q;
  logic [4:0] slot_column_q;
  logic [SLOT_W-1:0] slot;
  logic columns_end;
  logic slot_ends;
  // Slice, and its first column.
  logic [3:0] slice_q;
  logic [4:0] slice_column_q;
  (* ram_style = "distributed" *)
  logic [26:0] slots_q [0:(1<<SLOT_W)-1];
  logic [26:0] place;

  // Place in the loops.
  logic [11:0] block_q;
  logic [11:0] channel_tile_q;
  logic [15:0] channel_q;
  logic [11:0] chunk_q;
  logic [6:0] patch_row_q;
  logic [6:0] patch_column_q;
  logic [15:0] channel_last;
  logic [11:0] chunk_last;
  logic [15:0] tile_channel_next;
  logic positions_end;
  logic chunks_end;
  logic channel_tiles_end;
  logic blocks_end;
  logic step;

  (* ram_style = "distributed" *)
  logic [TABLE_W-1:0] rows_table_q [0:127];
  (* ram_style = "distributed" *)
  logic [TABLE_W-1:0] columns_table_q [0:127];
  logic [TABLE_W-1:0] rows_word;
  logic [TABLE_W-1:0] columns_word;

  always_ff @(posedge clk_i) if (table_we_i && !table_address_i[7]) rows_table_q[table_address_i[6:0]] <= table_word_i;
  always_ff @(posedge clk_i) if (table_we_i && table_address_i[7]) columns_table_q[table_address_i[6:0]] <= table_word_i;
  assign rows_word = rows_table_q[patch_row_q];
  assign columns_word = columns_table_q[patch_column_q];

  assign slot = {group_q[GROUP_W-1:0], slot_column_q[COLUMN_W-1:0]};
  // Marks go to all columns.
  assign columns_end = slot_column_q == ((state_q == MARK) ? LAST_COLUMN : {1'b0, slice_columns_i});
  assign slot_ends = columns_end && group_q == groups_i;
  assign place = slots_q[slot];

  always_ff @(posedge clk_i) begin
    if (state_q == PLACE) slots_q[slot] <= {!tiles_end_q, row_q, column_q};
  end

  assign channel_last = channel_q + tile_channels_i - 16'd1;
  assign chunk_last = (channel_last[15:5] > chunks_i[10:0]) ? chunks_i : {1'b0, channel_last[15:5]};
  assign tile_channel_next = channel_q + tile_channels_i;
  assign positions_end = slot_ends && patch_column_q == patch_columns_i && patch_row_q == patch_rows_i;
  assign chunks_end = positions_end && chunk_q >= chunk_last;
  assign channel_tiles_end = channel_tile_q == channel_tiles_i;
  assign blocks_end = block_q == blocks_i;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) state_q <= IDLE;
    else begin
      case (state_q)
        IDLE: if (start_i) state_q <= PLACE;
        PLACE: if (slot_ends) state_q <= AWAIT;
        AWAIT: if (!holds && ({1'b0, loaded_rows_i} >= needed_q || loaded_rows_i == height_i)) state_q <= FEED;
        FEED: if (step && chunks_end) state_q <= MARK;
        default: begin
          if (step && columns_end) begin
            if (!channel_tiles_end || !blocks_end) state_q <= FEED;
            else state_q <= tiles_end_q ? IDLE : PLACE;
          end
        end
      endcase
    end
  end

  // Tiles are placed in slots in order.
  always_ff @(posedge clk_i) begin
    if (state_q == IDLE) begin
      tile_q <= 16'd0;
      tiles_end_q <= 1'b0;
      row_tile_q <= 12'd0;
      row_q <= first_row_i;
      column_q <= first_column_i;
    end else if (state_q == PLACE && !tiles_end_q) begin
      tile_q <= tile_q + 16'd1;
      tiles_end_q <= tile_q == tiles_i;
      row_tile_q <= (row_tile_q == row_tiles_i) ? 12'd0 : row_tile_q + 12'd1;
      column_q <= (row_tile_q == row_tiles_i) ? first_column_i : column_q + {1'b0, column_step_i};
      if (row_tile_q == row_tiles_i) row_q <= row_q + {1'b0, row_step_i};
      needed_q <= row_q + {6'd0, patch_rows_i} + 13'd1;
    end
  end

  // Rows are given back when the positions before have left.
  logic [11:0] free_q;
  logic holds;
  assign holds = (valid1_q && !mark1_q) || (valid2_q && !mark2_q) || (unit_valid_o && !unit_mark_o);

  always_ff @(posedge clk_i) begin
    if (!rst_ni || start_i) begin
      free_q <= 12'd0;
      freed_rows_o <= 12'd0;
    end else begin
      if (state_q == IDLE) free_q <= height_i;
      else if (state_q == PLACE && slot == {SLOT_W{1'b0}} && !row_q[12]) free_q <= row_q[11:0];
      if (!holds) freed_rows_o <= free_q;
    end
  end

  // Loops, the slot innermost.
  always_ff @(posedge clk_i) begin
    if (state_q == IDLE || (state_q == PLACE && slot_ends)) begin
      group_q <= 4'd0;
      slot_column_q <= 5'd0;
    end else if (state_q == PLACE || step) begin
      slot_column_q <= columns_end ? 5'd0 : slot_column_q + 5'd1;
      if (state_q != MARK && columns_end) group_q <= slot_ends ? 4'd0 : group_q + 4'd1;
    end
  end

  always_ff @(posedge clk_i) begin
    if (state_q == PLACE) begin
      slice_q <= 4'd0;
      slice_column_q <= 5'd0;
    end else if (state_q == FEED && step && slot_ends) begin
      slice_q <= (slice_q == slices_i) ? 4'd0 : slice_q + 4'd1;
      slice_column_q <= (slice_q == slices_i) ? 5'd0 : slice_column_q + {1'b0, slice_columns_i} + 5'd1;
    end
  end

  always_ff @(posedge clk_i) begin
    if (state_q == PLACE) begin
      block_q <= 12'd0;
      channel_tile_q <= 12'd0;
      channel_q <= 16'd0;
      chunk_q <= 12'd0;
      patch_row_q <= 7'd0;
      patch_column_q <= 7'd0;
    end else if (state_q == FEED && step && slot_ends) begin
      patch_column_q <= (patch_column_q == patch_columns_i) ? 7'd0 : patch_column_q + 7'd1;
      if (patch_column_q == patch_columns_i) begin
        patch_row_q <= (patch_row_q == patch_rows_i) ? 7'd0 : patch_row_q + 7'd1;
        if (patch_row_q == patch_rows_i) chunk_q <= chunk_q + 12'd1;
      end
    end else if (state_q == MARK && step && columns_end) begin
      channel_tile_q <= channel_tiles_end ? 12'd0 : channel_tile_q + 12'd1;
      if (channel_tiles_end) block_q <= block_q + 12'd1;
      if (channel_tiles_end && !depthwise_i) begin
        channel_q <= 16'd0;
        chunk_q <= 12'd0;
      end else begin
        channel_q <= tile_channel_next;
        chunk_q <= {1'b0, tile_channel_next[15:5]};
      end
    end
  end

  assign awaits_o = state_q == AWAIT;
  assign step_o = step;
  assign busy_o = state_q != IDLE || valid1_q || valid2_q || unit_valid_o;

  // Stage 0: address of the chunk.
  logic [12:0] x;
  logic [12:0] y;
  logic in_image;
  logic [29:0] row_offset;
  logic [29:0] column_offset;
  logic leave1;
  assign x = place[12:0] + {6'd0, patch_column_q};
  assign y = place[25:13] + {6'd0, patch_row_q};
  assign in_image = place[26] && x < {1'b0, width_i} && y < {1'b0, height_i}
      && rows_word[TABLE_W-1:TABLE_W-3] != 3'd0 && columns_word[TABLE_W-1:TABLE_W-3] != 3'd0;
  assign row_offset = {17'd0, y} << row_shift_i;
  assign column_offset = {17'd0, x} << column_shift_i;
  assign bitmap_raddr_o = row_offset[CHUNK_W-1:0] | column_offset[CHUNK_W-1:0] | chunk_address;
  assign bitmap_re_o = leave1;
  assign step = leave1 && (state_q == FEED || state_q == MARK);

  logic [CHUNK_W-1:0] chunk_address;
  generate
    if (CHUNK_W <= 12) begin : gen_short_chunk
      assign chunk_address = chunk_q[CHUNK_W-1:0];
    end else begin : gen_long_chunk
      assign chunk_address = {{(CHUNK_W - 12){1'b0}}, chunk_q};
    end
  endgenerate

  // Stage 1: the bitmap of the chunk is read.
  logic valid1_q;
  logic mark1_q;
  logic swap1_q;
  logic finish1_q;
  logic [4:0] column1_q;
  logic [3:0] group1_q;
  logic [CHUNK_W-1:0] address1_q;
  logic [4:0] low1_q;
  logic [4:0] high1_q;
  logic [SEGMENT_W-1:0] channel1_q;
  logic [SEGMENT_W-1:0] segment1_q;
  logic [SUM_W-1:0] base1_q;
  logic [2:0] rows1_q;
  logic [2:0] columns1_q;
  logic leave2;
  assign leave1 = !valid1_q || leave2;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) valid1_q <= 1'b0;
    else if (leave1) valid1_q <= (state_q == FEED && in_image) || state_q == MARK;
  end

  always_ff @(posedge clk_i) begin
    if (leave1) begin
      mark1_q <= state_q == MARK;
      swap1_q <= !resident_i || tiles_end_q;
      finish1_q <= channel_tiles_end;
      column1_q <= (state_q == MARK) ? slot_column_q : slot_column_q + slice_column_q;
      group1_q <= group_q;
      address1_q <= bitmap_raddr_o;
      low1_q <= (chunk_q[10:0] == channel_q[15:5]) ? channel_q[4:0] : 5'd0;
      high1_q <= (chunk_q[10:0] == channel_last[15:5]) ? channel_last[4:0] : 5'd31;
      channel1_q <= chunk_local[SEGMENT_W-1:0];
      segment1_q <= rows_word[SUM_W +: SEGMENT_W] + columns_word[SUM_W +: SEGMENT_W];
      base1_q <= rows_word[SUM_W-1:0] + columns_word[SUM_W-1:0];
      rows1_q <= rows_word[TABLE_W-1:TABLE_W-3];
      columns1_q <= columns_word[TABLE_W-1:TABLE_W-3];
    end
  end

  logic [16:0] chunk_local;
  assign chunk_local = {chunk_q, 5'd0} - {1'b0, channel_q};

  // Stage 2: cut to the channels of the tile; its codes are read.
  logic valid2_q;
  logic mark2_q;
  logic swap2_q;
  logic finish2_q;
  logic [4:0] column2_q;
  logic [3:0] group2_q;
  logic [CHUNK_W-1:0] address2_q;
  logic [31:0] bitmap2_q;
  logic [31:0] channels2_q;
  logic [SEGMENT_W-1:0] channel2_q;
  logic [SEGMENT_W-1:0] segment2_q;
  logic [SUM_W-1:0] base2_q;
  logic [2:0] rows2_q;
  logic [2:0] columns2_q;
  logic [31:0] bits2;
  logic [3:0] ones2_0;
  logic [3:0] ones2_1;
  logic [3:0] ones2_2;
  logic [4:0] ones2_01;
  logic [4:0] ones2_012;
  logic send2;
  logic leave3;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) valid2_q <= 1'b0;
    else if (leave2) valid2_q <= valid1_q;
  end

  always_ff @(posedge clk_i) begin
    if (leave2) begin
      mark2_q <= mark1_q;
      swap2_q <= swap1_q;
      finish2_q <= finish1_q;
      column2_q <= column1_q;
      group2_q <= group1_q;
      address2_q <= address1_q;
      bitmap2_q <= bitmap_rdata_i;
      channels2_q <= (32'hffffffff << low1_q) & (32'hffffffff >> (5'd31 - high1_q));
      channel2_q <= channel1_q;
      segment2_q <= segment1_q;
      base2_q <= base1_q;
      rows2_q <= rows1_q;
      columns2_q <= columns1_q;
    end
  end

  always_comb begin
    ones2_0 = 4'd0;
    ones2_1 = 4'd0;
    ones2_2 = 4'd0;
    for (int i = 0; i < 8; i = i + 1) begin
      ones2_0 = ones2_0 + {3'd0, bitmap2_q[i]};
      ones2_1 = ones2_1 + {3'd0, bitmap2_q[8+i]};
      ones2_2 = ones2_2 + {3'd0, bitmap2_q[16+i]};
    end
  end
  assign ones2_01 = {1'b0, ones2_0} + {1'b0, ones2_1};
  assign ones2_012 = ones2_01 + {1'b0, ones2_2};
  assign bits2 = channels2_q & (bitmap2_q | {32{maximum_i}});
  assign send2 = valid2_q && (mark2_q || bits2 != 32'd0);
  assign leave2 = !send2 || leave3;
  assign codes_re_o = send2 && leave3;
  assign codes_raddr_o = address2_q;

  // Stage 3: codes, to the column.
  logic valid3_q;
  logic [3:0] group3_q;
  logic [5:0] first_row;
  logic [5:0] past_row;
  assign leave3 = !valid3_q || taken_i;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) valid3_q <= 1'b0;
    else if (leave3) valid3_q <= send2;
  end

  always_ff @(posedge clk_i) begin
    if (leave3) begin
      unit_column_o <= column2_q;
      unit_mark_o <= mark2_q;
      unit_nonzeros_o <= bitmap2_q;
      unit_before_o <= {ones2_012, ones2_01, ones2_0};
      unit_bits_o <= mark2_q ? {30'd0, finish2_q, swap2_q} : bits2;
      unit_channel_o <= channel2_q;
      unit_segment_o <= segment2_q;
      unit_base_o <= base2_q;
      unit_rows_o <= rows2_q;
      unit_columns_o <= columns2_q;
      group3_q <= group2_q;
    end
  end

  assign unit_valid_o = valid3_q;
  assign unit_codes_o = {high_rdata_i, low_rdata_i};
  assign first_row = {2'd0, group3_q} << group_log2_i;
  assign past_row = first_row + (6'd1 << group_log2_i);
  generate
    for (genvar i = 0; i < ROWS; i = i + 1) begin : gen_mask
      localparam logic [5:0] ROW = i;
      assign unit_mask_o[i] = ROW >= first_row && ROW < past_row;
    end
  endgenerate
  assign next_taken_o = 1'b0;

  logic unused;
  assign unused = &{1'b0, row_offset[29:CHUNK_W], column_offset[29:CHUNK_W], chunk_local[16:SEGMENT_W]};

`ifndef SYNTHESIS
  always @(posedge clk_i) begin
    if (rst_ni && ^{start_i, taken_i, table_we_i} === 1'bx) $fatal(1, "%m: control input unknown");
  end
`endif

endmodule
