// dysta 0.1.0, accelerator of tiny, digest 52bbe1f55e2de9b2
// SPDX-License-Identifier: 0BSD
//
// Packs the codes of a layer's output into words.
// For every position and chunk of 32 channels a bitmap of one byte for every eight channels and the codes that are not zero,
// without gaps.
// Throughput: the codes of one sum of all rows of a group a clock, as long as no chunk has more than 28 codes.

module dysta_array_compress #(
  // Rows of the array, a power of two, 1 to 16.
  parameter integer ROWS = 2,
  // Clocks from a read of the sums to their codes, 1 to 31.
  parameter integer LATENCY = 7
) (
  input  logic clk_i,
  input  logic rst_ni,

  // Code of zero; log2 of the rows of a group; output channels of a block, and of the last one.
  input  logic [7:0] zero_point_i,
  input  logic [2:0] group_log2_i,
  input  logic [15:0] block_channels_i,
  input  logic [15:0] last_channels_i,

  // A read of sums, and LATENCY clocks later its codes, all rows.
  input  logic sum_valid_i,
  input  logic [3:0] sum_group_i,
  input  logic sum_position_ends_i,
  input  logic sum_last_block_i,
  input  logic sum_last_i,
  output logic [8*ROWS-1:0] next_codes_o,
  input  logic [8*ROWS-1:0] codes_i,
  // One set of codes was taken.
  output logic taken_o,

  // Words; the last of the layer is filled up with zeros.
  output logic word_valid_o,
  input  logic word_ready_i,
  output logic [127:0] word_data_o,
  output logic word_last_o
);

  generate
    if (ROWS < 1 || ROWS > 16) begin : gen_check_rows
      dysta_error_array_compress_rows_must_be_1_to_16 u_error ();
    end
    if (LATENCY < 1 || LATENCY > 31) begin : gen_check_latency
      dysta_error_array_compress_latency_must_be_1_to_31 u_error ();
    end
  endgenerate

  localparam integer INFO_W = 8;
  localparam integer QUEUE_W = 8 * ROWS + INFO_W - 1;

  assign next_codes_o = {(8 * ROWS){1'b0}};

  // What is known of a read waits for its codes; both queue.
  logic [INFO_W*LATENCY-1:0] info_q;
  logic [INFO_W-1:0] arrived;
  (* ram_style = "distributed" *)
  logic [QUEUE_W-1:0] queue_q [0:15];
  logic [3:0] queue_in_q;
  logic [3:0] queue_out_q;
  logic [4:0] queued_q;
  logic [QUEUE_W-1:0] head;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) info_q <= {(INFO_W * LATENCY){1'b0}};
    else info_q <= {info_q[INFO_W*(LATENCY-1)-1:0], sum_valid_i, sum_group_i, sum_position_ends_i, sum_last_block_i, sum_last_i};
  end
  assign arrived = info_q[INFO_W*(LATENCY-1) +: INFO_W];

  always_ff @(posedge clk_i) begin
    if (arrived[7]) queue_q[queue_in_q] <= {codes_i, arrived[6:0]};
  end
  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      queue_in_q <= 4'd0;
      queue_out_q <= 4'd0;
      queued_q <= 5'd0;
    end else begin
      queue_in_q <= queue_in_q + {3'd0, arrived[7]};
      queue_out_q <= queue_out_q + {3'd0, taken_o};
      queued_q <= queued_q + {4'd0, arrived[7]} - {4'd0, taken_o};
    end
  end
  assign head = queue_q[queue_out_q];

  // Codes of the group, those beyond the last channel left out.
  logic [8*ROWS-1:0] codes;
  logic [15:0] channels;
  logic [15:0] channel_q;
  logic [5:0] group_rows;
  logic [15:0] channel_next;
  logic [4:0] in_chunk;
  logic [ROWS-1:0] nonzero;
  logic [8*ROWS-1:0] packed_codes;
  logic [4:0] count;
  logic position_ends;
  logic block_channels_end;
  logic chunk_ends;
  logic empty_step;
  logic [3:0] first_row;

  assign channels = head[1] ? last_channels_i : block_channels_i;
  assign position_ends = head[2];
  assign first_row = head[6:3] << group_log2_i;
  assign codes = head[QUEUE_W-1:7] >> {first_row, 3'd0};
  assign group_rows = 6'd1 << group_log2_i;
  assign channel_next = channel_q + {10'd0, group_rows};
  assign in_chunk = channel_q[4:0];
  assign block_channels_end = channel_next >= channels;
  assign empty_step = channel_q >= channels;
  assign chunk_ends = !empty_step && (block_channels_end || channel_next[4:0] == 5'd0);

  // From the last code to the first: one that is kept goes before those kept so far.
  generate
    for (genvar i = 0; i <= ROWS; i = i + 1) begin : gen_pack
      logic [8*ROWS-1:0] kept_codes;
      logic [4:0] kept_count;
      if (i == ROWS) begin : gen_none
        assign kept_codes = {(8 * ROWS){1'b0}};
        assign kept_count = 5'd0;
      end else begin : gen_code
        localparam logic [15:0] INDEX = i;
        assign nonzero[i] = INDEX < {10'd0, group_rows} && channel_q + INDEX < channels && codes[8*i +: 8] != zero_point_i;
        assign kept_codes = nonzero[i] ? (gen_pack[i+1].kept_codes << 8) | {{(8 * ROWS - 8){1'b0}}, codes[8*i +: 8]}
            : gen_pack[i+1].kept_codes;
        assign kept_count = gen_pack[i+1].kept_count + {4'd0, nonzero[i]};
      end
    end
  endgenerate
  assign packed_codes = gen_pack[0].kept_codes;
  assign count = gen_pack[0].kept_count;

  // The chunk that is being filled.
  logic [255:0] fill_q;
  logic [5:0] filled_q;
  logic [31:0] bitmap_q;
  logic [255:0] fill;
  logic [5:0] filled;
  logic [31:0] bitmap;
  assign fill = fill_q | ({{(256 - 8 * ROWS){1'b0}}, packed_codes} << {filled_q[4:0], 3'd0});
  assign filled = filled_q + {1'b0, count};
  assign bitmap = bitmap_q | ({{(32 - ROWS){1'b0}}, nonzero} << in_chunk);

  // The chunk that is being sent: bitmap and codes, bytes that are left.
  logic [287:0] send_q;
  logic [5:0] left_q;
  logic flush_q;
  logic [2:0] bitmap_bytes;
  logic [4:0] chunk_last;
  logic [15:0] past;
  logic [287:0] whole;
  logic send_free;
  logic move;
  logic [4:0] moved;

  assign past = (channel_next > channels) ? channels : channel_next;
  assign chunk_last = past[4:0] - 5'd1;
  assign bitmap_bytes = {1'b0, chunk_last[4:3]} + 3'd1;
  assign whole = (bitmap_bytes == 3'd1) ? {24'd0, fill, bitmap[7:0]} : (bitmap_bytes == 3'd2) ? {16'd0, fill, bitmap[15:0]}
      : (bitmap_bytes == 3'd3) ? {8'd0, fill, bitmap[23:0]} : {fill, bitmap};

  assign moved = (left_q > 6'd16) ? 5'd16 : left_q[4:0];
  assign send_free = (left_q <= 6'd16 && move) || (left_q == 6'd0 && !flush_q);
  assign taken_o = queued_q != 5'd0 && (!chunk_ends || send_free) && !flush_q;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      channel_q <= 16'd0;
      filled_q <= 6'd0;
      bitmap_q <= 32'd0;
      fill_q <= 256'd0;
    end else if (taken_o) begin
      channel_q <= position_ends ? 16'd0 : channel_next;
      filled_q <= chunk_ends ? 6'd0 : filled;
      bitmap_q <= chunk_ends ? 32'd0 : bitmap;
      fill_q <= chunk_ends ? 256'd0 : fill;
    end
  end

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      left_q <= 6'd0;
      flush_q <= 1'b0;
    end else begin
      if (taken_o && chunk_ends) left_q <= {3'd0, bitmap_bytes} + filled;
      else if (move) left_q <= left_q - {1'b0, moved};
      if (taken_o && head[0]) flush_q <= 1'b1;
      else if (word_valid_o && word_ready_i && word_last_o) flush_q <= 1'b0;
    end
  end

  always_ff @(posedge clk_i) begin
    if (taken_o && chunk_ends) send_q <= whole;
    else if (move) send_q <= send_q >> 128;
  end

  // Bytes are put together to words. A word leaves when there is more behind it, so that the last one is known.
  logic [255:0] bytes_q;
  logic [5:0] held_q;
  logic [5:0] kept;
  logic [255:0] rest;
  logic leaves;
  assign word_valid_o = held_q > 6'd16 || (flush_q && left_q == 6'd0);
  assign word_last_o = flush_q && left_q == 6'd0 && held_q <= 6'd16;
  assign word_data_o = bytes_q[127:0];
  assign leaves = word_valid_o && word_ready_i;
  assign rest = leaves ? {128'd0, bytes_q[255:128]} : bytes_q;
  assign kept = (leaves && word_last_o) ? 6'd0 : (held_q - (leaves ? 6'd16 : 6'd0));
  assign move = left_q != 6'd0 && kept <= 6'd16;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      held_q <= 6'd0;
      bytes_q <= 256'd0;
    end else begin
      held_q <= kept + (move ? {1'b0, moved} : 6'd0);
      bytes_q <= move ? rest | ({128'd0, send_q[127:0]} << {kept[4:0], 3'd0}) : rest;
    end
  end

  logic unused;
  assign unused = &{1'b0, chunk_last[2:0], past[15:5]};

`ifndef SYNTHESIS
  always @(posedge clk_i) begin
    if (rst_ni && ^{sum_valid_i, word_ready_i} === 1'bx) $fatal(1, "%m: control input unknown");
    if (rst_ni && arrived[7] && queued_q == 5'd16) $fatal(1, "%m: codes arrive at a full queue");
  end
`endif

endmodule
