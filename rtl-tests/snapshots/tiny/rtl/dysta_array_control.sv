// dysta 0.1.0, accelerator of tiny, digest 52bbe1f55e2de9b2
// SPDX-License-Identifier: 0BSD
//
// Takes the descriptor of a layer, starts the layer and tells its end.
// A descriptor is a list of words of 32 bits, 28 and the two tables of the patch; its last word is marked. One with another length or version, or with numbers that contradict each other, is answered with status 1.
// Latency: 2 clocks from the last word to the start.

module dysta_array_control #(
  // Bits of a segment index, 6 to 12.
  parameter integer SEGMENT_W = 9,
  // Bits of the address of a sum within a half, 4 to 12.
  parameter integer SUM_W = 8
) (
  input  logic clk_i,
  input  logic rst_ni,

  // Descriptors.
  input  logic descriptor_valid_i,
  output logic descriptor_ready_o,
  input  logic [31:0] descriptor_data_i,
  input  logic descriptor_last_i,

  // Ends of layers: non-zeros of the input; status 0 ok, 1 error.
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
  // Zero point that the requantiser adds; whether the layer is an addition; of pools: parameters by the place of the output, rows and columns before the first
  // whole window, the first behind the last. Sums of an output element less 1, whether it is their maximum; parameters less 1.
  output logic [7:0] sum_zero_o,
  output logic add_o,
  output logic pooled_o,
  output logic maximum_o,
  output logic [4:0] taps_o,
  output logic [SUM_W-1:0] taps_back_o,
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
  endgenerate

  localparam logic [31:0] VERSION = 32'hd757a001;
  localparam logic [8:0] TABLE = 9'd28;
  localparam logic [1:0] RECEIVE = 2'd0;
  localparam logic [1:0] START = 2'd1;
  localparam logic [1:0] RUN = 2'd2;
  localparam logic [1:0] DONE = 2'd3;

  logic [1:0] state_q;
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
  logic error_q;
  logic written_q;
  logic take;
  logic [8:0] place;
  logic [8:0] rows_end;
  logic [8:0] end_index;
  logic legal;
  logic [31:0] data;
  // The sums are codes, not distances to the zero point.
  logic codes_q;

  assign data = descriptor_data_i;
  assign descriptor_ready_o = state_q == RECEIVE;
  assign take = descriptor_valid_i && descriptor_ready_o;
  assign rows_end = TABLE + {2'd0, patch_rows_o};
  assign end_index = rows_end + 9'd1 + {2'd0, patch_columns_o};
  assign legal = version_q && aligned_q && (sound_q || add_o) && index_q == end_index;

  // Addresses between words; in layers with sums extents of 0, a row of more tiles than there are, a last block larger than
  // the others.
  assign {high, low} = data;
  assign low_extent = data[11:0];
  assign high_extent = data[27:16];
  assign misaligned = (index_q == 9'd1 || index_q == 9'd2 || index_q == 9'd3) && data[3:0] != 4'd0;
  always_comb begin
    case (index_q)
      9'd5: unsound = low == 16'd0;
      9'd6, 9'd9, 9'd22: unsound = low_extent == 12'd0 || high_extent == 12'd0;
      9'd10: unsound = high_extent == 12'd0;
      9'd12: unsound = {4'd0, high_extent} > low;
      9'd24: unsound = high == 16'd0 || high > low;
      default: unsound = 1'b0;
    endcase
  end

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      state_q <= RECEIVE;
      index_q <= 9'd0;
      version_q <= 1'b0;
      aligned_q <= 1'b0;
      sound_q <= 1'b0;
      error_q <= 1'b0;
      written_q <= 1'b0;
    end else begin
      case (state_q)
        RECEIVE: begin
          written_q <= 1'b0;
          error_q <= 1'b0;
          if (take) begin
            if (index_q == 9'd0) version_q <= data == VERSION;
            aligned_q <= index_q == 9'd0 || (aligned_q && !misaligned);
            sound_q <= index_q == 9'd0 || (sound_q && !unsound);
            if (index_q != 9'd511) index_q <= index_q + 9'd1;
            if (descriptor_last_i) begin
              index_q <= 9'd0;
              state_q <= legal ? START : DONE;
              error_q <= !legal;
            end
          end
        end
        START: if (!busy_drain_i) state_q <= RUN;
        RUN: begin
          if (written_i) written_q <= 1'b1;
          if (read_error_i || write_error_i) error_q <= 1'b1;
          if (written_q && !busy_fetch_i && !busy_weights_i && !busy_loader_i && !busy_feeder_i && !busy_drain_i) begin
            state_q <= DONE;
          end
        end
        default: if (layer_done_ready_i) state_q <= RECEIVE;
      endcase
    end
  end

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
          {add_o, maximum_o, pooled_o, codes_q} <= {data[28], data[23], data[19:18]};
        end
        9'd18: {segment_row_step_o, segment_column_step_o} <= {data[16+SEGMENT_W-1:16], data[SEGMENT_W-1:0]};
        9'd19: {base_row_step_o, base_column_step_o} <= {data[16+SUM_W-1:16], data[SUM_W-1:0]};
        9'd20: {channels_o, segments_o} <= {data[21:16], data[SEGMENT_W-1:0]};
        9'd21: {tile_columns_o, tile_rows_o} <= {data[23:16], data[7:0]};
        9'd22: {out_width_o, out_height_o} <= {data[27:16], data[11:0]};
        9'd23: {greatest_o, least_o, out_zero_o, in_zero_o} <= data;
        9'd24: {last_block_channels_o, block_channels_o} <= data;
        9'd25: {columns_before_o, rows_before_o, parameters_o, taps_o} <= {data[23:16], data[14:8], data[4:0]};
        9'd26: {columns_behind_o, rows_behind_o} <= {data[27:16], data[11:0]};
        9'd27: taps_back_o <= data[SUM_W-1:0];
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
  assign layer_done_status_o = {1'b0, error_q};

  logic unused;
  assign unused = &{1'b0, place[8:7]};

`ifndef SYNTHESIS
  always @(posedge clk_i) begin
    if (rst_ni && ^{descriptor_valid_i, layer_done_ready_i, written_i} === 1'bx) $fatal(1, "%m: control input unknown");
  end
`endif

endmodule
