// dysta 0.1.0, accelerator of tiny, digest b629ca68e063f0ff
// SPDX-License-Identifier: 0BSD
//
// Fills the weight banks of a row: reads bitmaps and packed weights, writes entries and the pointer of every segment.
// A tile is `segments` segments; the first tile of a block of output channels begins with words of parameters, one for each of
// its channels or for each kind of window of a pool. Throughput: a segment takes a clock for every two weights and at least one; its
// bitmap is read beside the weights before.

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
  localparam logic [1:0] FILL = 2'd2;

  logic [1:0] state_q;
  logic bank_q;
  logic [1:0] block_q;
  logic [11:0] tile_q;
  logic [6:0] channel_q;
  logic [SEGMENT_W-1:0] segment_q;
  logic [ENTRY_W-1:0] entry_q;
  // Bitmaps run ahead of values, by one segment that has any. Places are counted from the first byte of the word: of the bitmap that
  // comes next, of the next value. Bytes of that bitmap that are there.
  logic [5:0] look_q;
  logic [5:0] value_q;
  logic [1:0] have_q;
  logic [23:0] begun_q;
  // Bits whose weights are still to come; the same of the segment behind, and where its values begin.
  logic [31:0] bitmap_q;
  logic pending_q;
  logic [31:0] pending_bitmap_q;
  logic [5:0] pending_value_q;
  // All bitmaps of the tile are there. Entries before the bitmap that comes next.
  logic all_q;
  logic [ENTRY_W-1:0] start_q;
  logic [17:0] even_q;

  logic fill;
  logic [1:0] bitmap_last;
  logic [4:0] space;
  logic [2:0] missing;
  logic [2:0] taken;
  logic [127:0] aligned;
  logic [31:0] kept;
  logic [31:0] bitmap;
  logic look;
  logic found;
  logic [5:0] ones;
  logic [5:0] after_bitmap;
  logic [5:0] next_look;
  logic [7:0] first;
  logic [7:0] second;
  logic [31:0] rest1;
  logic [31:0] rest2;
  logic [31:0] bit1;
  logic [31:0] bit2;
  logic [4:0] index1;
  logic [4:0] index2;
  logic take_value;
  logic pair;
  logic [31:0] rest;
  logic [5:0] next_value;
  logic free;
  logic promote;
  logic enter;
  logic [17:0] entry1;
  logic [17:0] entry2;
  logic bitmaps_end;
  logic [5:0] oldest;
  logic tile_ends;
  logic word_ends;
  logic [5:0] past;

  assign fill = word_valid_i && state_q == FILL;

  // Bitmap: as many of its bytes as the word still has.
  assign bitmap_last = channels_i[4:3];
  assign space = 5'd16 - {1'b0, look_q[3:0]};
  assign missing = {1'b0, bitmap_last} + 3'd1 - {1'b0, have_q};
  assign taken = (space < {2'd0, missing}) ? space[2:0] : missing;
  assign look = fill && !all_q && !pending_q && look_q[5:4] == 2'd0;
  assign found = look && taken == missing;
  assign aligned = word_data_i >> {look_q[3:0], 3'd0};
  assign kept = {
    aligned[31:24] & {8{missing > 3'd3}}, aligned[23:16] & {8{missing > 3'd2}}, aligned[15:8] & {8{missing > 3'd1}}, aligned[7:0]
  };
  assign bitmap = (have_q == 2'd0) ? kept : (have_q == 2'd1) ? {kept[23:0], begun_q[7:0]}
      : (have_q == 2'd2) ? {kept[15:0], begun_q[15:0]} : {kept[7:0], begun_q[23:0]};
  always_comb begin
    ones = 6'd0;
    for (int i = 0; i < 32; i = i + 1) ones = ones + {5'd0, bitmap[i]};
  end
  assign after_bitmap = look_q + {3'd0, taken};
  assign next_look = !look ? look_q : found ? after_bitmap + ones : after_bitmap;
  assign bitmaps_end = found && segment_q == segments_i;

  // Values: the lowest one or two set bits; two only from an even entry on, so that one word is written.
  assign first = word_data_i[{value_q[3:0], 3'd0} +: 8];
  assign second = word_data_i[{value_q[3:0] + 4'd1, 3'd0} +: 8];
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
  assign take_value = fill && bitmap_q != 32'd0 && value_q[5:4] == 2'd0;
  assign pair = value_q[3:0] != 4'd15 && !entry_q[0] && rest1 != 32'd0;
  assign rest = !take_value ? bitmap_q : pair ? rest2 : rest1;
  assign next_value = value_q + {4'd0, take_value && pair, take_value && !pair};
  assign entry1 = {4'd0, first, 1'b0, index1};
  assign entry2 = {4'd0, second, 1'b0, index2};

  // The values of the next segment follow: of the one that waits, or of the one that is found.
  assign free = rest == 32'd0;
  assign promote = free && pending_q;
  assign enter = free && !pending_q && found;

  // A word leaves with the last of its bytes, or of the tile.
  assign tile_ends = fill && free && !pending_q && (all_q || bitmaps_end) && (!found || bitmap == 32'd0);
  assign oldest = !free ? next_value : pending_q ? pending_value_q : (found && bitmap != 32'd0) ? after_bitmap : next_look;
  assign word_ends = oldest[5:4] != 2'd0;
  assign word_ready_o = state_q == PARAMETERS || (state_q == FILL && (word_ends || tile_ends));

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      state_q <= BEGIN;
      bank_q <= 1'b0;
      block_q <= 2'd0;
      tile_q <= 12'd0;
    end else begin
      case (state_q)
        BEGIN: begin
          if (word_valid_i && !full_i && !loaded_o) state_q <= (tile_q == 12'd0) ? PARAMETERS : FILL;
        end
        PARAMETERS: begin
          if (word_valid_i && channel_q == parameters_i) state_q <= FILL;
        end
        default: if (tile_ends) state_q <= BEGIN;
      endcase
      if (tile_ends) begin
        bank_q <= !bank_q;
        tile_q <= (tile_q == tiles_i) ? 12'd0 : tile_q + 12'd1;
        if (tile_q == tiles_i) block_q <= block_q + 2'd1;
      end
    end
  end

  assign past = {1'b0, word_ends, 4'd0};

  always_ff @(posedge clk_i) begin
    if (state_q == BEGIN) begin
      channel_q <= 7'd0;
      segment_q <= {SEGMENT_W{1'b0}};
      entry_q <= {ENTRY_W{1'b0}};
      start_q <= {ENTRY_W{1'b0}};
      look_q <= 6'd0;
      value_q <= 6'd0;
      have_q <= 2'd0;
      bitmap_q <= 32'd0;
      pending_q <= 1'b0;
      all_q <= 1'b0;
    end else if (fill) begin
      if (look) begin
        have_q <= found ? 2'd0 : have_q + taken[1:0];
        look_q <= next_look - past;
      end else begin
        look_q <= look_q - past;
      end
      if (found) begin
        segment_q <= segment_q + {{(SEGMENT_W - 1){1'b0}}, 1'b1};
        start_q <= start_q + {{(ENTRY_W - 6){1'b0}}, ones};
        all_q <= bitmaps_end;
      end
      bitmap_q <= promote ? pending_bitmap_q : enter ? bitmap : rest;
      value_q <= (promote ? pending_value_q : enter ? after_bitmap : next_value) - past;
      pending_q <= (pending_q && !promote) || (found && !enter && bitmap != 32'd0);
      if (take_value) entry_q <= entry_q + {{(ENTRY_W - 2){1'b0}}, pair, !pair};
    end else if (word_valid_i && state_q == PARAMETERS) begin
      channel_q <= channel_q + 7'd1;
    end
  end

  always_ff @(posedge clk_i) begin
    if (fill) begin
      if (look) begun_q <= bitmap[23:0];
      if (found) pending_bitmap_q <= bitmap;
      pending_value_q <= (found ? after_bitmap : pending_value_q) - past;
      if (take_value) even_q <= entry1;
    end
  end

  assign pointer_we_o = found;
  assign pointer_waddr_o = {bank_q, segment_q};
  assign pointer_wdata_o = {start_q, 1'b0, ones};
  assign entry_we_o = take_value;
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
  assign unused = &{1'b0, channels_i[5], channels_i[2:0], aligned[127:32], oldest[3:0]};

`ifndef SYNTHESIS
  always @(posedge clk_i) begin
    if (rst_ni && ^{word_valid_i, full_i} === 1'bx) $fatal(1, "%m: control input unknown");
  end
`endif

endmodule
