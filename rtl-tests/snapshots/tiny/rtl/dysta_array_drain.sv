// dysta 0.1.0, accelerator of tiny, digest b629ca68e063f0ff
// SPDX-License-Identifier: 0BSD
//
// Drains finished sums of every WAYS-th column in the order of the output.
// The order is sets of tiles, blocks of output channels, slots, positions of a tile, channels of a row. One address of a column is read in all rows of a group at once. After reset it clears all sums.
// Throughput: one address a clock while the compressor has room.

module dysta_array_drain #(
  // Rows of the array, a power of two, 1 to 16.
  parameter integer ROWS = 2,
  // Columns of the array, 1 to 16.
  parameter integer COLUMNS = 2,
  // Drains that share the columns, 1 or 2; this one has the columns WAY, WAY + WAYS and so on.
  parameter integer WAYS = 2,
  // Number of this drain, below WAYS.
  parameter integer WAY = 0,
  // Bits of the address of a sum within a half, 4 to 12.
  parameter integer SUM_W = 8
) (
  input  logic clk_i,
  input  logic rst_ni,

  // A layer begins; all below is stable until it ends.
  input  logic start_i,
  // Chain over the drains: some drain is busy.
  output logic next_busy_drain_o,
  input  logic busy_drain_i,

  // Tiles: all less 1, those of a row less 1, rows and columns of a tile less 1; rows and columns of the output.
  input  logic [15:0] tiles_i,
  input  logic [11:0] row_tiles_i,
  input  logic [7:0] tile_rows_i,
  input  logic [7:0] tile_columns_i,
  input  logic [11:0] height_i,
  input  logic [11:0] width_i,
  // Output channels of a row in a block less 1, blocks less 1.
  input  logic [5:0] channels_i,
  input  logic [11:0] blocks_i,
  input  logic resident_i,
  input  logic [2:0] group_log2_i,
  input  logic [3:0] groups_i,
  // Columns of a slice less 1, slices less 1: a slot has a column in each slice, and their sums are added.
  input  logic [3:0] slice_columns_i,
  input  logic [3:0] slices_i,
  // Average pools: parameters by the place of the output, rows and columns before the first whole window, the first behind the last.
  input  logic pooled_i,
  input  logic [3:0] rows_before_i,
  input  logic [3:0] columns_before_i,
  input  logic [11:0] rows_behind_i,
  input  logic [11:0] columns_behind_i,

  // The column that is meant has a finished half; sums that the compressor took.
  output logic next_finished_o,
  input  logic finished_i,
  input  logic taken_i,

  // Reads: column, rows, address; all elements of a column have been read.
  output logic drain_valid_o,
  output logic [4:0] drain_column_o,
  output logic drain_all_o,
  output logic [ROWS-1:0] drain_rows_o,
  output logic [SUM_W:0] drain_address_o,
  output logic drain_done_o,

  // What is read: whether an element of the output is whole with it, whether it is added to what was read a clock before,
  // address of the parameters, group, last channel of a position,
  // last block, last of the layer, last of a tile behind which the output goes on with the other drain.
  output logic sum_valid_o,
  output logic sum_adds_o,
  output logic [6:0] sum_parameter_o,
  output logic [3:0] sum_group_o,
  output logic sum_position_ends_o,
  output logic sum_last_block_o,
  output logic sum_last_o,
  output logic sum_turn_o
);

  generate
    if (ROWS < 1 || ROWS > 16) begin : gen_check_rows
      dysta_error_array_drain_rows_must_be_1_to_16 u_error ();
    end
    if (COLUMNS < 1 || COLUMNS > 16) begin : gen_check_columns
      dysta_error_array_drain_columns_must_be_1_to_16 u_error ();
    end
    if (WAYS < 1 || WAYS > 2 || WAY < 0 || WAY >= WAYS) begin : gen_check_way
      dysta_error_array_drain_way_must_be_below_ways u_error ();
    end
    if (SUM_W < 4 || SUM_W > 12) begin : gen_check_sum_w
      dysta_error_array_drain_sum_w_must_be_4_to_12 u_error ();
    end
  endgenerate

  localparam logic [2:0] CLEAR = 3'd0;
  localparam logic [2:0] IDLE = 3'd1;
  localparam logic [2:0] AWAIT = 3'd2;
  localparam logic [2:0] READ = 3'd3;
  localparam logic [2:0] SKIP = 3'd4;
  localparam logic [2:0] REWIND = 3'd5;
  localparam logic TWO = WAYS == 2;
  localparam logic PLACE = WAY == 1;

  logic [2:0] state_q;
  logic [SUM_W:0] clear_q;
  logic half_q;
  logic [1:0] parity_q;
  logic [11:0] block_q;
  logic [3:0] group_q;
  logic [4:0] column_q;
  logic column_ends;
  logic slot_ends;
  logic skips;
  // Slice, and its first column.
  logic [3:0] slice_q;
  logic [4:0] slice_column_q;
  logic slice_ends;
  logic slice_steps;
  // Whether the columns of the first, this and the next slot belong to the other drain.
  logic first_other;
  logic other;
  logic next_other;

  // Tile of the slot and the first of the set.
  logic [15:0] tile_q;
  logic [11:0] row_tile_q;
  logic [11:0] row_q;
  logic [11:0] tile_column_q;
  logic tiles_end_q;
  logic [15:0] first_tile_q;
  logic [11:0] first_row_tile_q;
  logic [11:0] first_row_q;
  logic [11:0] first_column_q;
  logic first_tiles_end_q;

  // Position within the tile.
  logic [7:0] y_q;
  logic [7:0] x_q;
  logic [5:0] channel_q;
  logic [SUM_W-1:0] address_q;
  logic [2:0] row_kind;
  logic [2:0] column_kind;
  logic [11:0] row;
  logic [11:0] column;
  logic in_output;
  logic channel_ends;
  logic x_ends;
  logic tile_ends;
  logic go;
  // The last sums of a tile that lie in the output.
  logic ends;
  logic [4:0] credit_q;
  logic last_block;
  logic [11:0] last_row;
  logic [11:0] last_column;

  assign first_other = PLACE;
  assign other = TWO && column_q[0] != PLACE;
  assign column_ends = column_q == {1'b0, slice_columns_i};
  assign next_other = column_ends ? first_other : TWO && column_q[0] == PLACE;
  assign slot_ends = column_ends && group_q == groups_i;
  assign slice_ends = slice_q == slices_i;
  assign row = row_q + {4'd0, y_q};
  assign column = tile_column_q + {4'd0, x_q};
  assign in_output = row < height_i && column < width_i;
  assign channel_ends = channel_q == channels_i;
  assign x_ends = x_q == tile_columns_i;
  assign tile_ends = channel_ends && x_ends && y_q == tile_rows_i;
  assign row_kind = (row < {8'd0, rows_before_i}) ? row[2:0]
      : rows_before_i[2:0] + ((row < rows_behind_i) ? 3'd0 : row[2:0] - rows_behind_i[2:0] + 3'd1);
  assign column_kind = (column < {8'd0, columns_before_i}) ? column[2:0]
      : columns_before_i[2:0] + ((column < columns_behind_i) ? 3'd0 : column[2:0] - columns_behind_i[2:0] + 3'd1);
  // The sums of all slices are read without a clock between.
  assign go = state_q == READ && (credit_q != 5'd0 || slice_q != 4'd0);
  assign last_block = block_q == blocks_i;
  assign ends = channel_ends && row == last_row && column == last_column;
  assign last_row = (row_q + {4'd0, tile_rows_i} < height_i) ? row_q + {4'd0, tile_rows_i} : height_i - 12'd1;
  assign last_column = (tile_column_q + {4'd0, tile_columns_i} < width_i) ? tile_column_q + {4'd0, tile_columns_i}
      : width_i - 12'd1;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) state_q <= CLEAR;
    else begin
      case (state_q)
        CLEAR: if (&clear_q) state_q <= IDLE;
        IDLE: if (start_i) state_q <= first_other ? SKIP : AWAIT;
        AWAIT: if (finished_i && slice_ends) state_q <= tiles_end_q ? SKIP : READ;
        READ: if (go && tile_ends && slice_ends) state_q <= SKIP;
        SKIP: if (skips) state_q <= slot_ends ? REWIND : next_other ? SKIP : AWAIT;
        default: state_q <= (last_block && tiles_end_q) ? IDLE : first_other ? SKIP : AWAIT;
      endcase
    end
  end

  // A slot of the other drain is passed over in one clock, an own one slice by slice.
  assign skips = state_q == SKIP && (other || slice_ends);
  assign slice_steps = (state_q == AWAIT && finished_i) || go || (state_q == SKIP && !other);

  always_ff @(posedge clk_i) begin
    if (!rst_ni || (slice_steps && slice_ends)) begin
      slice_q <= 4'd0;
      slice_column_q <= 5'd0;
    end else if (slice_steps) begin
      slice_q <= slice_q + 4'd1;
      slice_column_q <= slice_column_q + {1'b0, slice_columns_i} + 5'd1;
    end
  end

  always_ff @(posedge clk_i) begin
    if (!rst_ni) clear_q <= {(SUM_W + 1){1'b0}};
    else if (state_q == CLEAR) clear_q <= clear_q + {{SUM_W{1'b0}}, 1'b1};
  end

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      half_q <= 1'b0;
      parity_q <= 2'd0;
    end else if (state_q == REWIND) begin
      half_q <= !half_q;
      if (!resident_i || tiles_end_q) parity_q <= parity_q + 2'd1;
    end
  end

  always_ff @(posedge clk_i) begin
    if (state_q == IDLE) begin
      block_q <= 12'd0;
      group_q <= 4'd0;
      column_q <= 5'd0;
    end else if (skips) begin
      column_q <= column_ends ? 5'd0 : column_q + 5'd1;
      if (column_ends) group_q <= slot_ends ? 4'd0 : group_q + 4'd1;
    end else if (state_q == REWIND) begin
      block_q <= last_block ? 12'd0 : block_q + 12'd1;
    end
  end

  always_ff @(posedge clk_i) begin
    if (state_q == IDLE) begin
      tile_q <= 16'd0;
      row_tile_q <= 12'd0;
      row_q <= 12'd0;
      tile_column_q <= 12'd0;
      tiles_end_q <= 1'b0;
      first_tile_q <= 16'd0;
      first_row_tile_q <= 12'd0;
      first_row_q <= 12'd0;
      first_column_q <= 12'd0;
      first_tiles_end_q <= 1'b0;
    end else if (skips && !tiles_end_q) begin
      tile_q <= tile_q + 16'd1;
      tiles_end_q <= tile_q == tiles_i;
      row_tile_q <= (row_tile_q == row_tiles_i) ? 12'd0 : row_tile_q + 12'd1;
      tile_column_q <= (row_tile_q == row_tiles_i) ? 12'd0 : tile_column_q + {4'd0, tile_columns_i} + 12'd1;
      if (row_tile_q == row_tiles_i) row_q <= row_q + {4'd0, tile_rows_i} + 12'd1;
    end else if (state_q == REWIND && last_block) begin
      first_tile_q <= tile_q;
      first_row_tile_q <= row_tile_q;
      first_row_q <= row_q;
      first_column_q <= tile_column_q;
      first_tiles_end_q <= tiles_end_q;
    end else if (state_q == REWIND) begin
      tile_q <= first_tile_q;
      row_tile_q <= first_row_tile_q;
      row_q <= first_row_q;
      tile_column_q <= first_column_q;
      tiles_end_q <= first_tiles_end_q;
    end
  end

  always_ff @(posedge clk_i) begin
    if (state_q != READ) begin
      y_q <= 8'd0;
      x_q <= 8'd0;
      channel_q <= 6'd0;
      address_q <= {SUM_W{1'b0}};
    end else if (go && slice_ends) begin
      address_q <= address_q + {{(SUM_W - 1){1'b0}}, 1'b1};
      channel_q <= channel_ends ? 6'd0 : channel_q + 6'd1;
      if (channel_ends) x_q <= x_ends ? 8'd0 : x_q + 8'd1;
      if (channel_ends && x_ends) y_q <= y_q + 8'd1;
    end
  end

  // Sums that may be on their way to the compressor at a time.
  always_ff @(posedge clk_i) begin
    if (!rst_ni) credit_q <= 5'd16;
    else if (sum_valid_o && !taken_i) credit_q <= credit_q - 5'd1;
    else if (taken_i && !sum_valid_o) credit_q <= credit_q + 5'd1;
  end

  assign next_busy_drain_o = busy_drain_i || state_q != IDLE;
  assign next_finished_o = 1'b0;
  assign drain_valid_o = go || state_q == CLEAR;
  assign drain_all_o = state_q == CLEAR;
  assign drain_column_o = column_q + slice_column_q;
  assign drain_address_o = (state_q == CLEAR) ? clear_q : {half_q, address_q};
  assign drain_done_o = state_q == SKIP && !other && group_q == groups_i;
  assign sum_valid_o = go && in_output && slice_ends;
  assign sum_adds_o = slice_q != 4'd0;
  assign sum_parameter_o = pooled_i ? {1'b0, row_kind, column_kind} : {parity_q, channel_q[4:0]};
  assign sum_group_o = group_q;
  assign sum_position_ends_o = channel_ends;
  assign sum_last_block_o = last_block;
  assign sum_last_o = ends && last_block && tile_q == tiles_i;
  assign sum_turn_o = go && slice_ends && ends && ((slot_ends || tile_q == tiles_i) ? first_other : next_other);

  generate
    for (genvar i = 0; i < ROWS; i = i + 1) begin : gen_row
      localparam logic [3:0] ROW = i;
      assign drain_rows_o[i] = state_q == CLEAR || (ROW >> group_log2_i) == group_q;
    end
  endgenerate

`ifndef SYNTHESIS
  always @(posedge clk_i) begin
    if (rst_ni && ^{start_i, finished_i, taken_i} === 1'bx) $fatal(1, "%m: control input unknown");
  end
`endif

endmodule
