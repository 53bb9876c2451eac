/*% for line in banner %*/// @{ line }@
/*% endfor %*/// SPDX-License-Identifier: 0BSD
//
// Unpacks the activations of a layer into the activation buffer.
// The stream is in the order in which a layer writes it: sets of tiles, blocks of channels, tiles, positions of a tile, chunks
// of 32 channels; a chunk is a bitmap of one byte for every eight channels and the codes that are not zero. Before it stands
// one word with its length in words.
// Throughput: a chunk a clock, two for a chunk with more than 16 codes.

module dysta_array_loader #(
  // Bits of the number of a chunk in the activation buffer, 6 to 14.
  parameter integer CHUNK_W = 8
) (
  input  logic clk_i,
  input  logic rst_ni,

  // A layer begins; all below is stable until it ends.
  input  logic start_i,
  output logic busy_o,

  // Image: rows, columns, chunks of a position less 1, channels of the last chunk less 1, shifts of column and row in the
  // address of a chunk, rows that the buffer holds.
  input  logic [11:0] height_i,
  input  logic [11:0] width_i,
  input  logic [11:0] chunks_i,
  input  logic [4:0] last_channels_i,
  input  logic [3:0] column_shift_i,
  input  logic [3:0] row_shift_i,
  input  logic [11:0] buffer_rows_i,
  // Order of the stream: rows and columns of a tile, tiles of a set less 1, chunks of a block, all tiles less 1.
  input  logic [11:0] tile_rows_i,
  input  logic [11:0] tile_columns_i,
  input  logic [7:0] set_tiles_i,
  input  logic [11:0] block_chunks_i,
  input  logic [15:0] tiles_i,

  // Words of the stream; their number.
  input  logic word_valid_i,
  output logic word_ready_o,
  input  logic [127:0] word_data_i,
  output logic length_valid_o,
  output logic [31:0] length_o,

  // Rows that are complete, rows that are no longer needed.
  output logic [11:0] loaded_rows_o,
  input  logic [11:0] freed_rows_i,

  // Activation buffer: bitmaps; codes, the first 16 of a chunk and the others.
  output logic bitmap_we_o,
  output logic [CHUNK_W-1:0] bitmap_waddr_o,
  output logic [31:0] bitmap_wdata_o,
  output logic low_we_o,
  output logic high_we_o,
  output logic [CHUNK_W-1:0] codes_waddr_o,
  output logic [127:0] codes_wdata_o,

  // Non-zeros so far.
  output logic [31:0] nonzeros_o
);

  generate
    if (CHUNK_W < 6 || CHUNK_W > 14) begin : gen_check_chunk_w
      dysta_error_array_loader_chunk_w_must_be_6_to_14 u_error ();
    end
  endgenerate

  localparam logic [1:0] IDLE = 2'd0;
  localparam logic [1:0] LENGTH = 2'd1;
  localparam logic [1:0] UNPACK = 2'd2;

  logic [1:0] state_q;

  // Three words; the oldest has its used bytes before `byte_q`.
  logic [383:0] words_q;
  logic [1:0] held_q;
  logic [3:0] byte_q;
  logic [159:0] bytes;
  logic [6:0] bytes_held;

  // Chunk at hand.
  logic [31:0] bitmap;
  logic [5:0] ones;
  logic [2:0] bitmap_bytes;
  logic [127:0] low_codes;
  logic second_q;
  logic [5:0] need;
  logic bitmap_held;
  logic unpack;
  logic chunk_ends;
  logic [6:0] past;

  // Place in the order of the stream: first chunk of the block; set's first tile and tile, each with its place in the image.
  logic [11:0] chunk_q;
  logic [11:0] block_chunk_q;
  logic [11:0] row_q;
  logic [11:0] column_q;
  logic [7:0] set_tile_q;
  logic [15:0] tile_q;
  logic [15:0] first_tile_q;
  logic [11:0] tile_row_q;
  logic [11:0] tile_column_q;
  logic [11:0] first_row_q;
  logic [11:0] first_column_q;
  logic [11:0] chunk_next;
  logic [11:0] column_next;
  logic [11:0] row_next;
  logic position_ends;
  logic tile_row_ends;
  logic tile_ends;
  logic set_block_ends;
  logic blocks_end;
  logic image_ends;
  logic [11:0] next_tile_row;
  logic [11:0] next_tile_column;
  logic fits;

  logic [319:0] aligned;
  assign aligned = words_q[319:0] >> {byte_q, 3'd0};
  assign bytes = aligned[159:0];
  assign bytes_held = {1'b0, held_q, 4'd0} - {3'd0, byte_q};

  assign bitmap_bytes = (chunk_q == chunks_i) ? {1'b0, last_channels_i[4:3]} + 3'd1 : 3'd4;
  assign bitmap = {
    bytes[31:24] & {8{bitmap_bytes > 3'd3}}, bytes[23:16] & {8{bitmap_bytes > 3'd2}},
    bytes[15:8] & {8{bitmap_bytes > 3'd1}}, bytes[7:0]
  };
  assign low_codes = (bitmap_bytes == 3'd1) ? bytes[135:8] : (bitmap_bytes == 3'd2) ? bytes[143:16]
      : (bitmap_bytes == 3'd3) ? bytes[151:24] : bytes[159:32];
  always_comb begin
    ones = 6'd0;
    for (int i = 0; i < 32; i = i + 1) ones = ones + {5'd0, bitmap[i]};
  end

  logic [5:0] left_q;
  assign need = second_q ? left_q : {3'd0, bitmap_bytes} + ((ones > 6'd16) ? 6'd16 : ones);
  assign fits = tile_row_q + tile_rows_i <= freed_rows_i + buffer_rows_i || tile_row_q + tile_rows_i <= buffer_rows_i;
  // Bytes that are not there yet may be unknown.
  assign bitmap_held = second_q || bytes_held >= {4'd0, bitmap_bytes};
  assign unpack = state_q == UNPACK && fits && bitmap_held && bytes_held >= {1'b0, need};
  assign chunk_ends = unpack && (second_q || ones <= 6'd16);
  assign past = {3'd0, byte_q} + {1'b0, need};

  assign word_ready_o = state_q == LENGTH || (state_q == UNPACK && held_q != 2'd3);

  always_ff @(posedge clk_i) begin
    if (!rst_ni) held_q <= 2'd0;
    else if (state_q != UNPACK) held_q <= 2'd0;
    else begin
      held_q <= held_q + {1'b0, word_valid_i && word_ready_o} - (unpack ? past[5:4] : 2'd0);
    end
  end

  logic [1:0] kept;
  logic [383:0] shifted;
  logic [383:0] left;
  logic [2:0] place;
  assign kept = held_q - (unpack ? past[5:4] : 2'd0);
  assign left = (unpack && past[5]) ? {words_q[383:128], words_q[383:256]}
      : (unpack && past[4]) ? {words_q[383:256], words_q[383:128]} : words_q;
  assign place = (word_valid_i && word_ready_o) ? 3'd1 << kept : 3'd0;
  assign shifted = {
    place[2] ? word_data_i : left[383:256], place[1] ? word_data_i : left[255:128], place[0] ? word_data_i : left[127:0]
  };

  always_ff @(posedge clk_i) begin
    words_q <= shifted;
    if (state_q != UNPACK) byte_q <= 4'd0;
    else if (unpack) byte_q <= past[3:0];
    if (unpack) left_q <= ones - 6'd16;
  end

  always_ff @(posedge clk_i) begin
    if (!rst_ni || state_q != UNPACK) second_q <= 1'b0;
    else if (unpack) second_q <= !second_q && ones > 6'd16;
  end

  // Order of the stream.
  assign chunk_next = chunk_q + 12'd1;
  assign position_ends = chunk_q == chunks_i || chunk_next == block_chunk_q + block_chunks_i;
  assign column_next = column_q + 12'd1;
  assign tile_row_ends = position_ends && (column_next == tile_column_q + tile_columns_i || column_next == width_i);
  assign row_next = row_q + 12'd1;
  assign tile_ends = tile_row_ends && (row_next == tile_row_q + tile_rows_i || row_next == height_i);
  assign set_block_ends = tile_ends && (set_tile_q == set_tiles_i || tile_q == tiles_i);
  assign blocks_end = chunk_q == chunks_i;
  assign image_ends = set_block_ends && blocks_end && tile_q == tiles_i;
  assign next_tile_column = (tile_column_q + tile_columns_i >= width_i) ? 12'd0 : tile_column_q + tile_columns_i;
  assign next_tile_row = (tile_column_q + tile_columns_i >= width_i) ? tile_row_q + tile_rows_i : tile_row_q;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) state_q <= IDLE;
    else begin
      case (state_q)
        IDLE: if (start_i) state_q <= LENGTH;
        LENGTH: if (word_valid_i) state_q <= UNPACK;
        default: if (chunk_ends && image_ends) state_q <= IDLE;
      endcase
    end
  end

  always_ff @(posedge clk_i) begin
    if (state_q != UNPACK) begin
      chunk_q <= 12'd0;
      block_chunk_q <= 12'd0;
      row_q <= 12'd0;
      column_q <= 12'd0;
      set_tile_q <= 8'd0;
      tile_q <= 16'd0;
      first_tile_q <= 16'd0;
      tile_row_q <= 12'd0;
      tile_column_q <= 12'd0;
      first_row_q <= 12'd0;
      first_column_q <= 12'd0;
    end else if (chunk_ends) begin
      chunk_q <= position_ends ? block_chunk_q : chunk_next;
      if (position_ends) column_q <= tile_row_ends ? tile_column_q : column_next;
      if (tile_row_ends) row_q <= row_next;
      if (tile_ends) begin
        set_tile_q <= set_tile_q + 8'd1;
        tile_q <= tile_q + 16'd1;
        tile_row_q <= next_tile_row;
        row_q <= next_tile_row;
        tile_column_q <= next_tile_column;
        column_q <= next_tile_column;
      end
      if (set_block_ends) begin
        set_tile_q <= 8'd0;
        if (blocks_end) begin
          chunk_q <= 12'd0;
          block_chunk_q <= 12'd0;
          first_tile_q <= tile_q + 16'd1;
          first_row_q <= next_tile_row;
          first_column_q <= next_tile_column;
        end else begin
          chunk_q <= chunk_next;
          block_chunk_q <= chunk_next;
          tile_q <= first_tile_q;
          tile_row_q <= first_row_q;
          row_q <= first_row_q;
          tile_column_q <= first_column_q;
          column_q <= first_column_q;
        end
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (!rst_ni || start_i) loaded_rows_o <= 12'd0;
    else if (chunk_ends && set_block_ends && blocks_end) begin
      loaded_rows_o <= (image_ends || next_tile_row > height_i) ? height_i : next_tile_row;
    end
  end

  always_ff @(posedge clk_i) begin
    if (!rst_ni || start_i) nonzeros_o <= 32'd0;
    else if (unpack && !second_q) nonzeros_o <= nonzeros_o + {26'd0, ones};
  end

  assign length_valid_o = state_q == LENGTH && word_valid_i;
  assign length_o = word_data_i[31:0] + 32'd1;

  logic [26:0] row_offset;
  logic [26:0] column_offset;
  logic [26:0] address;
  assign row_offset = {15'd0, row_q} << row_shift_i;
  assign column_offset = {15'd0, column_q} << column_shift_i;
  assign address = row_offset | column_offset | {15'd0, chunk_q};
  assign bitmap_we_o = unpack && !second_q;
  assign bitmap_waddr_o = address[CHUNK_W-1:0];
  assign bitmap_wdata_o = bitmap;
  assign low_we_o = unpack && !second_q;
  assign high_we_o = unpack && second_q;
  assign codes_waddr_o = address[CHUNK_W-1:0];
  assign codes_wdata_o = second_q ? bytes[127:0] : low_codes;
  assign busy_o = state_q != IDLE;

  logic unused;
  assign unused = &{1'b0, last_channels_i[2:0], aligned[319:160], address[26:CHUNK_W], past[6]};

`ifndef SYNTHESIS
  always @(posedge clk_i) begin
    if (rst_ni && ^{start_i, word_valid_i} === 1'bx) $fatal(1, "%m: control input unknown");
  end
`endif

endmodule
