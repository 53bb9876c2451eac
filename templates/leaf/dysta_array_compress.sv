/*% for line in banner %*/// @{ line }@
/*% endfor %*/// SPDX-License-Identifier: 0BSD
//
// Packs the codes of a layer's output into chunks.
// For every position and chunk of 32 channels a bitmap of one byte for every eight channels and the codes that are not zero.
// Throughput: the codes of one sum of all rows of a group a clock.

module dysta_array_compress #(
  // Rows of the array, a power of two, 1 to 16.
  parameter integer ROWS = 2,
  // Clocks from a read of the sums to their codes, 2 to 31.
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
  input  logic sum_turn_i,
  output logic [8*ROWS-1:0] next_codes_o,
  input  logic [8*ROWS-1:0] codes_i,
  // One set of codes was taken.
  output logic taken_o,

  // Chunks, from the first byte on: bitmap and codes, number of their bytes, whether the output goes on with the other drain,
  // last of the layer.
  output logic chunk_valid_o,
  input  logic chunk_ready_i,
  output logic [287:0] chunk_content_o,
  output logic [5:0] chunk_bytes_o,
  output logic chunk_turn_o,
  output logic chunk_last_o
);

  generate
    if (ROWS < 1 || ROWS > 16) begin : gen_check_rows
      dysta_error_array_compress_rows_must_be_1_to_16 u_error ();
    end
    if (LATENCY < 2 || LATENCY > 31) begin : gen_check_latency
      dysta_error_array_compress_latency_must_be_2_to_31 u_error ();
    end
  endgenerate

  localparam integer INFO_W = 9;
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
    else info_q <= {info_q[INFO_W*(LATENCY-1)-1:0], sum_valid_i, sum_turn_i, sum_group_i, sum_position_ends_i, sum_last_block_i, sum_last_i};
  end
  assign arrived = info_q[INFO_W*(LATENCY-1) +: INFO_W];

  always_ff @(posedge clk_i) begin
    if (arrived[8]) queue_q[queue_in_q] <= {codes_i, arrived[7:0]};
  end
  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      queue_in_q <= 4'd0;
      queue_out_q <= 4'd0;
      queued_q <= 5'd0;
    end else begin
      queue_in_q <= queue_in_q + {3'd0, arrived[8]};
      queue_out_q <= queue_out_q + {3'd0, taken_o};
      queued_q <= queued_q + {4'd0, arrived[8]} - {4'd0, taken_o};
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
  assign codes = head[QUEUE_W-1:8] >> {first_row, 3'd0};
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

  // The chunk goes on with the last of its codes; without one, what follows may have to be told.
  logic push;
  logic [2:0] bitmap_bytes;
  logic [4:0] chunk_last;
  logic [15:0] past;
  assign past = (channel_next > channels) ? channels : channel_next;
  assign chunk_last = past[4:0] - 5'd1;
  assign bitmap_bytes = {1'b0, chunk_last[4:3]} + 3'd1;
  assign push = chunk_ends || head[7] || head[0];
  assign chunk_valid_o = queued_q != 5'd0 && push;
  assign chunk_content_o = (bitmap_bytes == 3'd1) ? {24'd0, fill, bitmap[7:0]} : (bitmap_bytes == 3'd2) ? {16'd0, fill, bitmap[15:0]}
      : (bitmap_bytes == 3'd3) ? {8'd0, fill, bitmap[23:0]} : {fill, bitmap};
  assign chunk_bytes_o = chunk_ends ? {3'd0, bitmap_bytes} + filled : 6'd0;
  assign chunk_turn_o = head[7];
  assign chunk_last_o = head[0];
  assign taken_o = queued_q != 5'd0 && (!push || chunk_ready_i);

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

  logic unused;
  assign unused = &{1'b0, chunk_last[2:0], past[15:5]};

`ifndef SYNTHESIS
  always @(posedge clk_i) begin
    if (rst_ni && ^{sum_valid_i, chunk_ready_i} === 1'bx) $fatal(1, "%m: control input unknown");
    if (rst_ni && arrived[8] && queued_q == 5'd16) $fatal(1, "%m: codes arrive at a full queue");
  end
`endif

endmodule
