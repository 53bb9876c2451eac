/*% for line in banner %*/// @{ line }@
/*% endfor %*/// SPDX-License-Identifier: 0BSD
//
// Takes the descriptor of a layer, starts the layer and tells its end.
// A descriptor is a list of words of 32 bits, 27 and the two tables of the patch; its last word is marked. One with another length or version, or with numbers that contradict each other, is answered with status 1.
// A layer is given up after an error answer of the memory (status 1), or when it stands still for 2**WATCHDOG_W clocks while the memory owes nothing (status 2): the datapath
// is held in reset while the bursts under way end.
// Latency: 2 clocks from the last word to the start.

module dysta_array_control #(
  // Bits of a segment index, 6 to 12.
  parameter integer SEGMENT_W = 9,
  // Bits of the address of a sum within a half, 4 to 12.
  parameter integer SUM_W = 8,
  // Bits of the number of a chunk in the activation buffer, 6 to 14.
  parameter integer CHUNK_W = 8,
  // Rows of the array, a power of two, 1 to 16.
  parameter integer ROWS = 2,
  // Bits of the clocks that a layer may stand still, 10 to 30.
  parameter integer WATCHDOG_W = 16,
  // Bytes of a transfer, a power of two, 8 to 64.
  parameter integer MEMORY_BYTES = 16
) (
  input  logic clk_i,
  input  logic rst_ni,

  // Descriptors.
  input  logic descriptor_valid_i,
  output logic descriptor_ready_o,
  input  logic [31:0] descriptor_data_i,
  input  logic descriptor_last_i,

  // Ends of layers: non-zeros of the input; status 0 ok, 1 error, 2 aborted.
  output logic layer_done_valid_o,
  input  logic layer_done_ready_i,
  output logic [31:0] layer_done_nnz_o,
  output logic [1:0] layer_done_status_o,

  // The layer begins, for the processing elements or for the adder; it runs; the parts that are busy; it has been written; errors of the memory; non-zeros.
  output logic start_o,
  output logic start_sums_o,
  output logic start_add_o,
  output logic running_o,
  input  logic busy_fetch_i,
  input  logic busy_weights_i,
  input  logic busy_loader_i,
  input  logic busy_feeder_i,
  input  logic busy_drain_i,
  output logic next_busy_drain_o,
  input  logic busy_write_i,
  // The memory has something to take or to answer; the feeder goes on.
  input  logic owed_input_i,
  input  logic owed_weights_i,
  input  logic owed_write_i,
  input  logic step_i,
  // The layer is given up; reset of all but the memory interface.
  output logic abort_o,
  output logic datapath_rst_no,
  input  logic written_i,
  input  logic read_error_i,
  input  logic write_error_i,
  input  logic [31:0] nonzeros_i,

  // Fields of the descriptor.
  output logic [31:0] input_address_o,
  output logic [31:0] input_words_o,
  output logic [31:0] weights_address_o,
  output logic [31:0] weights_words_o,
  output logic [15:0] weights_times_o,
  output logic [15:0] once_o,
  output logic [31:0] output_address_o,
  output logic [11:0] height_o,
  output logic [11:0] width_o,
  output logic [11:0] chunks_o,
  output logic [4:0] last_channels_o,
  output logic [3:0] column_shift_o,
  output logic [3:0] row_shift_o,
  output logic [11:0] buffer_rows_o,
  output logic [11:0] in_tile_rows_o,
  output logic [11:0] in_tile_columns_o,
  output logic [7:0] in_set_tiles_o,
  output logic [11:0] in_block_chunks_o,
  output logic [15:0] in_tiles_o,
  output logic [15:0] tiles_o,
  output logic [11:0] row_tiles_o,
  output logic [12:0] first_row_o,
  output logic [12:0] first_column_o,
  output logic [11:0] row_step_o,
  output logic [11:0] column_step_o,
  output logic [6:0] patch_rows_o,
  output logic [6:0] patch_columns_o,
  output logic [11:0] blocks_o,
  output logic [11:0] channel_tiles_o,
  output logic [15:0] tile_channels_o,
  output logic depthwise_o,
  output logic resident_o,
  output logic [2:0] group_log2_o,
  output logic [3:0] groups_o,
  output logic [3:0] slice_columns_o,
  output logic [3:0] slices_o,
  output logic [SEGMENT_W-1:0] segment_column_step_o,
  output logic [SEGMENT_W-1:0] segment_row_step_o,
  output logic [SUM_W-1:0] base_column_step_o,
  output logic [SUM_W-1:0] base_row_step_o,
  output logic [SEGMENT_W-1:0] segments_o,
  output logic [5:0] channels_o,
  output logic [7:0] tile_rows_o,
  output logic [7:0] tile_columns_o,
  output logic [11:0] out_height_o,
  output logic [11:0] out_width_o,
  output logic [7:0] in_zero_o,
  output logic [7:0] out_zero_o,
  output logic [7:0] least_o,
  output logic [7:0] greatest_o,
  output logic [15:0] block_channels_o,
  output logic [15:0] last_block_channels_o,
  // Zero point that the requantiser adds; whether the layer is an addition; whether sums are maxima; of average pools: parameters by the place of the
  // output, rows and columns before the first whole window, the first behind the last. Parameters less 1.
  output logic [7:0] sum_zero_o,
  output logic add_o,
  output logic pooled_o,
  output logic maximum_o,
  output logic [6:0] parameters_o,
  output logic [3:0] rows_before_o,
  output logic [3:0] columns_before_o,
  output logic [11:0] rows_behind_o,
  output logic [11:0] columns_behind_o,

  // Tables of the patch.
  output logic table_we_o,
  output logic [7:0] table_address_o,
  output logic [SEGMENT_W+SUM_W+2:0] table_word_o,
  output logic [31:0] table_data_o
);

  generate
    if (SEGMENT_W < 6 || SEGMENT_W > 12) begin : gen_check_segment_w
      dysta_error_array_control_segment_w_must_be_6_to_12 u_error ();
    end
    if (SUM_W < 4 || SUM_W > 12) begin : gen_check_sum_w
      dysta_error_array_control_sum_w_must_be_4_to_12 u_error ();
    end
    if (CHUNK_W < 6 || CHUNK_W > 14) begin : gen_check_chunk_w
      dysta_error_array_control_chunk_w_must_be_6_to_14 u_error ();
    end
    if (ROWS < 1 || ROWS > 16) begin : gen_check_rows
      dysta_error_array_control_rows_must_be_1_to_16 u_error ();
    end
    if (WATCHDOG_W < 10 || WATCHDOG_W > 30) begin : gen_check_watchdog_w
      dysta_error_array_control_watchdog_w_must_be_10_to_30 u_error ();
    end
    if (MEMORY_BYTES < 8 || MEMORY_BYTES > 64 || (MEMORY_BYTES & (MEMORY_BYTES - 1)) != 0) begin : gen_check_memory_bytes
      dysta_error_array_control_memory_bytes_must_be_a_power_of_two_from_8_to_64 u_error ();
    end
  endgenerate

  localparam logic [31:0] VERSION = 32'hd757a003;
  localparam logic [8:0] TABLE = 9'd27;
  localparam integer BUFFER_INTEGER = 1 << CHUNK_W;
  localparam logic [26:0] BUFFER = BUFFER_INTEGER[26:0];
  localparam integer SUMS_INTEGER = 1 << SUM_W;
  localparam logic [23:0] SUMS = SUMS_INTEGER[23:0];
  localparam integer ROWS_INTEGER = ROWS;
  localparam logic [11:0] GRID_ROWS = ROWS_INTEGER[11:0];
  // What an address and the bytes of the weights are multiples of: a word of 16 bytes, or a wider transfer.
  localparam integer STEP_BYTES = (MEMORY_BYTES > 16) ? MEMORY_BYTES : 16;
  localparam integer STEP_W = $clog2(STEP_BYTES);
  localparam integer PART_INTEGER = STEP_BYTES / 16 - 1;
  localparam logic [31:0] PART = PART_INTEGER[31:0];
  localparam logic [2:0] RECEIVE = 3'd0;
  localparam logic [2:0] START = 3'd1;
  localparam logic [2:0] RUN = 3'd2;
  localparam logic [2:0] DONE = 3'd3;
  localparam logic [2:0] ABORT = 3'd4;
  localparam logic [2:0] CLEAN = 3'd5;

  logic [2:0] state_q;
  logic [8:0] index_q;
  logic version_q;
  logic aligned_q;
  logic sound_q;
  logic misaligned;
  logic [15:0] low;
  logic [15:0] high;
  logic [11:0] low_extent;
  logic [11:0] high_extent;
  logic unsound;
  logic unknown;
  logic wide;
  logic empty;
  logic buffer_wrong;
  logic order_wrong;
  logic tiles_wrong;
  logic groups_wrong;
  logic segments_wrong;
  logic codes_wrong;
  logic table_wrong;
  logic channels_wide;
  logic patch_wide;
  logic tile_wide;
  logic [11:0] unit_rows;
  logic [27:0] positions_chunk;
  logic [27:0] image_columns;
  logic [26:0] buffer_chunks;
  logic [17:0] positions_q;
  logic [23:0] elements_q;
  logic tile_fits;
  logic error_q;
  logic stuck_q;
  logic written_q;
  logic [WATCHDOG_W-1:0] still_q;
  logic take;
  logic [8:0] place;
  logic [8:0] rows_end;
  logic [8:0] end_index;
  logic legal;
  logic [31:0] data;
  // The sums are codes, not distances to the zero point.
  logic codes_q;
  // The datapath is reset and all sums are cleared before the layer.
  logic clean_q;

  assign data = descriptor_data_i;
  assign descriptor_ready_o = state_q == RECEIVE;
  assign take = descriptor_valid_i && descriptor_ready_o;
  assign rows_end = TABLE + {2'd0, patch_rows_o};
  assign end_index = rows_end + 9'd1 + {2'd0, patch_columns_o};
  assign legal = version_q && aligned_q && ((sound_q && !unsound && tile_fits) || add_o) && index_q == end_index;

  // Addresses between words or transfers; an operation that there is not.
  assign {high, low} = data;
  assign low_extent = data[11:0];
  assign high_extent = data[27:16];
  assign misaligned = (index_q == 9'd1 || index_q == 9'd2 || index_q == 9'd3) && data[STEP_W-1:0] != {STEP_W{1'b0}};
  assign unknown = index_q == 9'd17 && (data[31:30] != 2'd0 || (data[28] && data[23]) || (data[23] && (data[19] || !data[16])));

  // Layers with sums: extents and counts of 0; numbers wider than the hardware takes them; contradictions between them.
  assign unit_rows = {8'd0, data[27:24]} + 12'd1;
  assign positions_chunk = {{16{1'b0}}, chunks_o} >> data[3:0];
  assign image_columns = {16'd0, width_o - 12'd1} << data[3:0];
  assign buffer_chunks = {15'd0, data[27:16]} << data[11:8];
  assign wide = low[15:12] != 4'd0 || high[15:12] != 4'd0;
  assign empty = low_extent == 12'd0 || high_extent == 12'd0;
  // A position has its chunks, a row its positions, the buffer its rows; the groups have the rows that there are.
  assign buffer_wrong = high_extent == 12'd0 || positions_chunk != 28'd0 || (image_columns >> data[11:8]) != 28'd0
      || buffer_chunks > BUFFER;
  assign order_wrong = high_extent == 12'd0 || high[15:12] != 4'd0 || low[15:8] != 8'd0;
  assign tiles_wrong = {4'd0, high_extent} > low || high[15:12] != 4'd0;
  assign groups_wrong = low == 16'd0 || (unit_rows << data[22:20]) > GRID_ROWS;
  assign segments_wrong = (low >> SEGMENT_W) != 16'd0 || high[15:5] != 11'd0;
  assign codes_wrong = $signed(data[31:24]) < $signed(data[23:16]);
  assign table_wrong = index_q >= TABLE && ((data[11:0] >> SUM_W) != 12'd0 || (data[23:12] >> SEGMENT_W) != 12'd0);
  assign channels_wide = low[15:12] != 4'd0 || high[15:5] != 11'd0;
  assign patch_wide = low[15:7] != 9'd0 || high[15:7] != 9'd0;
  assign tile_wide = low[15:8] != 8'd0 || high[15:8] != 8'd0;
  always_comb begin
    case (index_q)
      9'd4: unsound = data == 32'd0 || (data & PART) != 32'd0;
      9'd5: unsound = low == 16'd0 || high != 16'd0;
      9'd6, 9'd9, 9'd14, 9'd22: unsound = empty || wide;
      9'd7: unsound = channels_wide;
      9'd8: unsound = buffer_wrong;
      9'd10: unsound = order_wrong;
      9'd11: unsound = high != 16'd0;
      9'd12: unsound = tiles_wrong;
      9'd15: unsound = patch_wide;
      9'd16: unsound = wide;
      9'd17: unsound = groups_wrong;
      9'd20: unsound = segments_wrong;
      9'd21: unsound = tile_wide;
      9'd23: unsound = codes_wrong;
      9'd24: unsound = high == 16'd0 || high > low;
      default: unsound = table_wrong;
    endcase
  end

  // Sums of a row in a tile: positions times channels.
  always_ff @(posedge clk_i) begin
    positions_q <= ({10'd0, tile_rows_o} + 18'd1) * ({10'd0, tile_columns_o} + 18'd1);
    elements_q <= {6'd0, positions_q} * ({18'd0, channels_o} + 24'd1);
  end
  assign tile_fits = elements_q <= SUMS;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      state_q <= RECEIVE;
      index_q <= 9'd0;
      version_q <= 1'b0;
      aligned_q <= 1'b0;
      sound_q <= 1'b0;
      error_q <= 1'b0;
      stuck_q <= 1'b0;
      written_q <= 1'b0;
    end else begin
      case (state_q)
        RECEIVE: begin
          written_q <= 1'b0;
          error_q <= 1'b0;
          stuck_q <= 1'b0;
          if (take) begin
            if (index_q == 9'd0) version_q <= data == VERSION;
            aligned_q <= index_q == 9'd0 || (aligned_q && !misaligned && !unknown);
            sound_q <= index_q == 9'd0 || (sound_q && !unsound);
            if (index_q != 9'd511) index_q <= index_q + 9'd1;
            if (descriptor_last_i) begin
              index_q <= 9'd0;
              state_q <= !legal ? DONE : clean_q ? CLEAN : START;
              error_q <= !legal;
            end
          end
        end
        // Reset, the drain clears all sums.
        CLEAN: if (busy_drain_i) state_q <= START;
        START: if (!busy_drain_i) state_q <= RUN;
        RUN: begin
          if (written_i) written_q <= 1'b1;
          if (read_error_i || write_error_i) begin
            error_q <= 1'b1;
            state_q <= ABORT;
          end else if (&still_q) begin
            stuck_q <= 1'b1;
            state_q <= ABORT;
          end else if (written_q && !busy_fetch_i && !busy_weights_i && !busy_loader_i && !busy_feeder_i && !busy_drain_i) begin
            state_q <= DONE;
          end
        end
        ABORT: if (!busy_fetch_i && !busy_weights_i && !busy_write_i) state_q <= DONE;
        default: if (layer_done_ready_i) state_q <= RECEIVE;
      endcase
    end
  end

  always_ff @(posedge clk_i) begin
    if (!rst_ni || state_q != RUN || owed_input_i || owed_weights_i || owed_write_i || step_i) still_q <= {WATCHDOG_W{1'b0}};
    else still_q <= still_q + {{(WATCHDOG_W - 1){1'b0}}, 1'b1};
  end

  logic reset_q;
  always_ff @(posedge clk_i) reset_q <= rst_ni && (state_q == ABORT || state_q == CLEAN);
  assign datapath_rst_no = rst_ni && !reset_q;
  assign abort_o = state_q == ABORT;
  assign next_busy_drain_o = 1'b0;

  always_ff @(posedge clk_i) begin
    if (take) begin
      case (index_q)
        9'd1: input_address_o <= data;
        9'd2: weights_address_o <= data;
        9'd3: output_address_o <= data;
        9'd4: weights_words_o <= data;
        9'd5: weights_times_o <= data[15:0];
        9'd6: {width_o, height_o} <= {data[27:16], data[11:0]};
        9'd7: {last_channels_o, chunks_o} <= {data[20:16], data[11:0]};
        9'd8: {buffer_rows_o, row_shift_o, column_shift_o} <= {data[27:16], data[11:8], data[3:0]};
        9'd9: {in_tile_columns_o, in_tile_rows_o} <= {data[27:16], data[11:0]};
        9'd10: {in_block_chunks_o, in_set_tiles_o} <= {data[27:16], data[7:0]};
        9'd11: in_tiles_o <= data[15:0];
        9'd12: {row_tiles_o, tiles_o} <= {data[27:16], data[15:0]};
        9'd13: {first_column_o, first_row_o} <= {data[28:16], data[12:0]};
        9'd14: {column_step_o, row_step_o} <= {data[27:16], data[11:0]};
        9'd15: {patch_columns_o, patch_rows_o} <= {data[22:16], data[6:0]};
        9'd16: {channel_tiles_o, blocks_o} <= {data[27:16], data[11:0]};
        9'd17: begin
          {groups_o, group_log2_o, resident_o, depthwise_o, tile_channels_o} <= {data[27:24], data[22:20], data[17:0]};
          {clean_q, add_o, maximum_o, pooled_o, codes_q} <= {data[29:28], data[23], data[19:18]};
        end
        9'd18: {segment_row_step_o, segment_column_step_o} <= {data[16+SEGMENT_W-1:16], data[SEGMENT_W-1:0]};
        9'd19: {base_row_step_o, base_column_step_o} <= {data[16+SUM_W-1:16], data[SUM_W-1:0]};
        9'd20: {channels_o, segments_o} <= {data[21:16], data[SEGMENT_W-1:0]};
        9'd21: {tile_columns_o, tile_rows_o} <= {data[23:16], data[7:0]};
        9'd22: {out_width_o, out_height_o} <= {data[27:16], data[11:0]};
        9'd23: {greatest_o, least_o, out_zero_o, in_zero_o} <= data;
        9'd24: {last_block_channels_o, block_channels_o} <= data;
        9'd25: {slices_o, slice_columns_o, columns_before_o, rows_before_o, parameters_o} <= {data[31:16], data[14:8]};
        9'd26: {columns_behind_o, rows_behind_o} <= {data[27:16], data[11:0]};
        default: ;
      endcase
    end
  end

  // The table of rows comes first.
  logic in_columns;
  assign in_columns = index_q > rows_end;
  assign place = in_columns ? index_q - rows_end - 9'd1 : index_q - TABLE;
  assign table_we_o = take && index_q >= TABLE;
  assign table_address_o = {in_columns, place[6:0]};
  assign table_data_o = data;
  assign table_word_o = {data[26:24], data[12 +: SEGMENT_W], data[SUM_W-1:0]};

  assign sum_zero_o = codes_q ? 8'd0 : out_zero_o;
  assign input_words_o = 32'd16 - {28'd0, input_address_o[7:4]};
  assign once_o = 16'd1;
  assign start_o = state_q == START && !busy_drain_i;
  assign running_o = state_q == RUN;
  assign start_sums_o = start_o && !add_o;
  assign start_add_o = start_o && add_o;
  assign layer_done_valid_o = state_q == DONE;
  assign layer_done_nnz_o = nonzeros_i;
  assign layer_done_status_o = {stuck_q, error_q};

  logic unused;
  assign unused = &{1'b0, place[8:7]};

`ifndef SYNTHESIS
  always @(posedge clk_i) begin
    if (rst_ni && ^{descriptor_valid_i, layer_done_ready_i, written_i} === 1'bx) $fatal(1, "%m: control input unknown");
  end
`endif

endmodule
