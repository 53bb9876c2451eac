// dysta 0.1.0, accelerator of tiny, digest 52bbe1f55e2de9b2
// SPDX-License-Identifier: 0BSD
//
// Fills the weight banks of a row: reads bitmaps and packed weights, writes entries and the pointer of every segment.
// A tile is `segments` segments; the first tile of a block of output channels begins with words of parameters, one for each of
// its channels or for each kind of window of a pool. Throughput: a segment takes a clock for every two bytes of its bitmap and for every two weights.

module dysta_array_weights #(
  // Bits of a segment index, 4 to 12.
  parameter integer SEGMENT_W = 9,
  // Bits of an entry index, 7 to 12.
  parameter integer ENTRY_W = 9
) (
  input  logic clk_i,
  input  logic rst_ni,

  // Layer: segments of a tile less 1, tiles of a block less 1, output channels of the row in a block less 1 (below 32);
  // words of parameters less 1, and whether they hold for all blocks alike.
  input  logic [SEGMENT_W-1:0] segments_i,
  input  logic [11:0] tiles_i,
  input  logic [5:0] channels_i,
  input  logic [6:0] parameters_i,
  input  logic pooled_i,

  // Words of the row.
  input  logic word_valid_i,
  output logic word_ready_o,
  input  logic [127:0] word_data_i,

  // Pointer memories of the row: bank above segment; start of the entries above their number.
  output logic pointer_we_o,
  output logic [SEGMENT_W:0] pointer_waddr_o,
  output logic [ENTRY_W+6:0] pointer_wdata_o,

  // Entry memories of the row, two entries a word.
  output logic entry_we_o,
  output logic [ENTRY_W-1:0] entry_waddr_o,
  output logic [35:0] entry_wdata_o,

  // Parameters of the output channels: multiplier, bias, shift; the block counts modulo 4.
  output logic parameter_we_o,
  output logic [6:0] parameter_waddr_o,
  output logic [71:0] parameter_wdata_o,

  // A bank was filled; chain over the row: some element has both banks in use.
  output logic loaded_o,
  output logic next_full_o,
  input  logic full_i
);

  generate
    if (SEGMENT_W < 4 || SEGMENT_W > 12) begin : gen_check_segment_w
      dysta_error_array_weights_segment_w_must_be_4_to_12 u_error ();
    end
    if (ENTRY_W < 7 || ENTRY_W > 12) begin : gen_check_entry_w
      dysta_error_array_weights_entry_w_must_be_7_to_12 u_error ();
    end
  endgenerate

  localparam logic [1:0] BEGIN = 2'd0;
  localparam logic [1:0] PARAMETERS = 2'd1;
  localparam logic [1:0] BITMAP = 2'd2;
  localparam logic [1:0] VALUES = 2'd3;

  logic [1:0] state_q;
  logic bank_q;
  logic [1:0] block_q;
  logic [11:0] tile_q;
  logic [6:0] channel_q;
  logic [SEGMENT_W-1:0] segment_q;
  logic [ENTRY_W-1:0] entry_q;
  // Next byte of the word.
  logic [3:0] byte_q;
  // Bytes of the bitmap that are there, and the bits whose weights are still to come.
  logic [1:0] have_q;
  logic [31:0] bitmap_q;
  logic [17:0] even_q;

  logic [1:0] bitmap_last;
  logic [7:0] first;
  logic [7:0] second;
  logic two;
  logic bitmap_ends;
  logic [31:0] bitmap;
  logic [5:0] ones;
  logic [31:0] rest1;
  logic [31:0] rest2;
  logic [31:0] bit1;
  logic [31:0] bit2;
  logic [4:0] index1;
  logic [4:0] index2;
  logic pair;
  logic values_end;
  logic [17:0] entry1;
  logic [17:0] entry2;
  logic [1:0] used;
  logic segment_ends;
  logic tile_ends;
  logic [4:0] next_byte;

  assign bitmap_last = channels_i[4:3];
  assign first = word_data_i[{byte_q, 3'd0} +: 8];
  assign second = word_data_i[{byte_q + 4'd1, 3'd0} +: 8];
  assign two = byte_q != 4'd15;

  // Bitmap: one byte, or two while more than one is missing.
  logic take_two;
  assign take_two = two && have_q != bitmap_last;
  assign bitmap_ends = have_q + {1'b0, take_two} == bitmap_last;
  always_comb begin
    bitmap = (have_q == 2'd0) ? 32'd0 : bitmap_q;
    bitmap[{have_q, 3'd0} +: 8] = first;
    if (take_two) bitmap[{have_q + 2'd1, 3'd0} +: 8] = second;
  end
  always_comb begin
    ones = 6'd0;
    for (int i = 0; i < 32; i = i + 1) ones = ones + {5'd0, bitmap[i]};
  end

  // Values: the lowest one or two set bits; two only from an even entry on, so that one word is written.
  assign rest1 = bitmap_q & (bitmap_q - 32'd1);
  assign rest2 = rest1 & (rest1 - 32'd1);
  assign bit1 = bitmap_q & ~rest1;
  assign bit2 = rest1 & ~rest2;
  assign index1 = {
    (bit1 & 32'hffff0000) != 32'd0, (bit1 & 32'hff00ff00) != 32'd0, (bit1 & 32'hf0f0f0f0) != 32'd0,
    (bit1 & 32'hcccccccc) != 32'd0, (bit1 & 32'haaaaaaaa) != 32'd0
  };
  assign index2 = {
    (bit2 & 32'hffff0000) != 32'd0, (bit2 & 32'hff00ff00) != 32'd0, (bit2 & 32'hf0f0f0f0) != 32'd0,
    (bit2 & 32'hcccccccc) != 32'd0, (bit2 & 32'haaaaaaaa) != 32'd0
  };
  assign pair = two && !entry_q[0] && rest1 != 32'd0;
  assign values_end = (pair ? rest2 : rest1) == 32'd0;
  assign entry1 = {4'd0, first, 1'b0, index1};
  assign entry2 = {4'd0, second, 1'b0, index2};

  always_comb begin
    used = 2'd0;
    segment_ends = 1'b0;
    if (word_valid_i && state_q == BITMAP) begin
      used = take_two ? 2'd2 : 2'd1;
      segment_ends = bitmap_ends && bitmap == 32'd0;
    end
    if (word_valid_i && state_q == VALUES) begin
      used = pair ? 2'd2 : 2'd1;
      segment_ends = values_end;
    end
  end
  assign tile_ends = segment_ends && segment_q == segments_i;
  assign next_byte = {1'b0, byte_q} + {3'd0, used};
  assign word_ready_o = (state_q == PARAMETERS) || next_byte[4] || tile_ends;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      state_q <= BEGIN;
      bank_q <= 1'b0;
      block_q <= 2'd0;
      tile_q <= 12'd0;
    end else begin
      case (state_q)
        BEGIN: begin
          if (word_valid_i && !full_i && !loaded_o) state_q <= (tile_q == 12'd0) ? PARAMETERS : BITMAP;
        end
        PARAMETERS: begin
          if (word_valid_i && channel_q == parameters_i) state_q <= BITMAP;
        end
        BITMAP: begin
          if (tile_ends) state_q <= BEGIN;
          else if (word_valid_i && bitmap_ends && bitmap != 32'd0) state_q <= VALUES;
        end
        default: begin
          if (tile_ends) state_q <= BEGIN;
          else if (segment_ends) state_q <= BITMAP;
        end
      endcase
      if (tile_ends) begin
        bank_q <= !bank_q;
        tile_q <= (tile_q == tiles_i) ? 12'd0 : tile_q + 12'd1;
        if (tile_q == tiles_i) block_q <= block_q + 2'd1;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (state_q == BEGIN) begin
      channel_q <= 7'd0;
      segment_q <= {SEGMENT_W{1'b0}};
      entry_q <= {ENTRY_W{1'b0}};
      byte_q <= 4'd0;
      have_q <= 2'd0;
    end else if (word_valid_i) begin
      if (state_q == PARAMETERS) channel_q <= channel_q + 7'd1;
      byte_q <= next_byte[3:0];
      if (segment_ends) segment_q <= segment_q + {{(SEGMENT_W - 1){1'b0}}, 1'b1};
      if (state_q == BITMAP) begin
        bitmap_q <= bitmap;
        have_q <= bitmap_ends ? 2'd0 : have_q + {1'b0, take_two} + 2'd1;
      end
      if (state_q == VALUES) begin
        bitmap_q <= pair ? rest2 : rest1;
        entry_q <= entry_q + {{(ENTRY_W - 2){1'b0}}, pair, !pair};
        even_q <= entry1;
      end
    end
  end

  assign pointer_we_o = word_valid_i && state_q == BITMAP && bitmap_ends;
  assign pointer_waddr_o = {bank_q, segment_q};
  assign pointer_wdata_o = {entry_q, 1'b0, ones};
  assign entry_we_o = word_valid_i && state_q == VALUES;
  assign entry_waddr_o = {bank_q, entry_q[ENTRY_W-1:1]};
  assign entry_wdata_o = entry_q[0] ? {entry1, even_q} : {entry2, entry1};
  assign parameter_we_o = word_valid_i && state_q == PARAMETERS;
  assign parameter_waddr_o = pooled_i ? channel_q : {block_q, channel_q[4:0]};
  assign parameter_wdata_o = word_data_i[71:0];

  // The last words are written when the bank counts as filled.
  always_ff @(posedge clk_i) begin
    if (!rst_ni) loaded_o <= 1'b0;
    else loaded_o <= tile_ends;
  end
  assign next_full_o = 1'b0;

  logic unused;
  assign unused = &{1'b0, channels_i[5], channels_i[2:0]};

`ifndef SYNTHESIS
  always @(posedge clk_i) begin
    if (rst_ni && ^{word_valid_i, full_i} === 1'bx) $fatal(1, "%m: control input unknown");
  end
`endif

endmodule
