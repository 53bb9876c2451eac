// dysta 0.1.0, accelerator of tiny, digest b629ca68e063f0ff
// SPDX-License-Identifier: 0BSD

// Runs layers of sparse neural networks, one descriptor after the other, on 2 x 2 processing
// elements; zeros of weights
// and of activations cost nothing.
module dysta_array (
  // Clock; reset, synchronous and active low
  input  logic         clk_i,
  input  logic         rst_ni,

  // Descriptors of layers.
  input  logic         descriptor_valid_i,
  output logic         descriptor_ready_o,
  input  logic [31:0]  descriptor_data_i,
  input  logic         descriptor_last_i,

  // Ends of layers: non-zeros of the input; status 0 ok, 1 error.
  output logic         layer_done_valid_o,
  input  logic         layer_done_ready_i,
  output logic [31:0]  layer_done_nnz_o,
  output logic [1:0]   layer_done_status_o,

  // AXI4 read addresses: bursts of transfers of 16 bytes.
  output logic         m_axi_ar_valid_o,
  input  logic         m_axi_ar_ready_i,
  output logic         m_axi_ar_id_o,
  output logic [31:0]  m_axi_ar_addr_o,
  output logic [7:0]   m_axi_ar_len_o,

  // AXI4 read data.
  input  logic         m_axi_r_valid_i,
  output logic         m_axi_r_ready_o,
  input  logic         m_axi_r_id_i,
  input  logic [127:0] m_axi_r_data_i,
  input  logic [1:0]   m_axi_r_resp_i,

  // AXI4 write addresses.
  output logic         m_axi_aw_valid_o,
  input  logic         m_axi_aw_ready_i,
  output logic [31:0]  m_axi_aw_addr_o,
  output logic [7:0]   m_axi_aw_len_o,

  // AXI4 write data.
  output logic         m_axi_w_valid_o,
  input  logic         m_axi_w_ready_i,
  output logic [127:0] m_axi_w_data_o,
  output logic [15:0]  m_axi_w_strb_o,
  output logic         m_axi_w_last_o,

  // AXI4 write answers.
  input  logic         m_axi_b_valid_i,
  output logic         m_axi_b_ready_o,
  input  logic [1:0]   m_axi_b_resp_i,

  // Counter to read: 0 clocks, 1 products, idle clocks 2 no activation, 3 no weight, 4 conflict, 5
  // drain, 6 memory.
  input  logic [2:0]   statistics_address_i,

  // Its value, a clock later; final 24 clocks after the end of the layer, until the next one
  // begins.
  output logic [47:0]  statistics_data_o
);

  // Channels that leave control
  logic        control_start;
  logic        control_start_sums;
  logic        control_start_add;
  logic        control_running;
  logic        control_next_busy_drain;
  logic        control_abort;
  logic        control_datapath_rst_n;
  logic [31:0] control_input_address;
  logic [31:0] control_input_words;
  logic [31:0] control_weights_address;
  logic [31:0] control_weights_words;
  logic [15:0] control_weights_times;
  logic [15:0] control_once;
  logic [31:0] control_output_address;
  logic [11:0] control_height;
  logic [11:0] control_width;
  logic [11:0] control_chunks;
  logic [4:0]  control_last_channels;
  logic [3:0]  control_column_shift;
  logic [3:0]  control_row_shift;
  logic [11:0] control_buffer_rows;
  logic [11:0] control_in_tile_rows;
  logic [11:0] control_in_tile_columns;
  logic [7:0]  control_in_set_tiles;
  logic [11:0] control_in_block_chunks;
  logic [15:0] control_in_tiles;
  logic [15:0] control_tiles;
  logic [11:0] control_row_tiles;
  logic [12:0] control_first_row;
  logic [12:0] control_first_column;
  logic [11:0] control_row_step;
  logic [11:0] control_column_step;
  logic [6:0]  control_patch_rows;
  logic [6:0]  control_patch_columns;
  logic [11:0] control_blocks;
  logic [11:0] control_channel_tiles;
  logic [15:0] control_tile_channels;
  logic        control_depthwise;
  logic        control_resident;
  logic [2:0]  control_group_log2;
  logic [3:0]  control_groups;
  logic [3:0]  control_slice_columns;
  logic [3:0]  control_slices;
  logic [8:0]  control_segment_column_step;
  logic [8:0]  control_segment_row_step;
  logic [5:0]  control_base_column_step;
  logic [5:0]  control_base_row_step;
  logic [8:0]  control_segments;
  logic [5:0]  control_channels;
  logic [7:0]  control_tile_rows;
  logic [7:0]  control_tile_columns;
  logic [11:0] control_out_height;
  logic [11:0] control_out_width;
  logic [7:0]  control_in_zero;
  logic [7:0]  control_out_zero;
  logic [7:0]  control_least;
  logic [7:0]  control_greatest;
  logic [15:0] control_block_channels;
  logic [15:0] control_last_block_channels;
  logic [7:0]  control_sum_zero;
  logic        control_add;
  logic        control_pooled;
  logic        control_maximum;
  logic [6:0]  control_parameters;
  logic [3:0]  control_rows_before;
  logic [3:0]  control_columns_before;
  logic [11:0] control_rows_behind;
  logic [11:0] control_columns_behind;
  logic        control_table_we;
  logic [7:0]  control_table_address;
  logic [17:0] control_table_word;
  logic [31:0] control_table_data;

  // Channels that leave read
  logic         read_data0_valid;
  logic         read_data1_valid;
  logic [127:0] read_data;
  logic         read_error;
  logic         read_asked;

  // Channels that leave input_fetch
  logic         input_fetch_busy;
  logic         input_fetch_dry;
  logic         input_fetch_owed;
  logic         input_fetch_burst_valid;
  logic         input_fetch_burst_ready;
  logic [31:0]  input_fetch_burst_address;
  logic [7:0]   input_fetch_burst_length;
  logic         input_fetch_word_valid;
  logic         input_fetch_word_ready;
  logic [127:0] input_fetch_word_data;

  // Channels that leave weight_fetch
  logic         weight_fetch_busy;
  logic         weight_fetch_dry;
  logic         weight_fetch_owed;
  logic         weight_fetch_burst_valid;
  logic         weight_fetch_burst_ready;
  logic [31:0]  weight_fetch_burst_address;
  logic [7:0]   weight_fetch_burst_length;
  logic         weight_fetch_word_valid;
  logic         weight_fetch_word_ready;
  logic [127:0] weight_fetch_word_data;

  // Channels that leave deal
  logic         deal_bus_valid;
  logic [1:0]   deal_bus_mask;
  logic [127:0] deal_bus_word;
  logic         deal_next_room;

  // Channels that leave loader
  logic         loader_busy;
  logic         loader_length_valid;
  logic [31:0]  loader_length;
  logic [11:0]  loader_loaded_rows;
  logic         loader_bitmap_we;
  logic [8:0]   loader_bitmap_waddr;
  logic [31:0]  loader_bitmap_wdata;
  logic         loader_low_we;
  logic         loader_high_we;
  logic [8:0]   loader_codes_waddr;
  logic [127:0] loader_codes_wdata;
  logic [31:0]  loader_nonzeros;

  // Channels that leave feeder
  logic         feeder_busy;
  logic         feeder_awaits;
  logic         feeder_step;
  logic [11:0]  feeder_freed_rows;
  logic         feeder_bitmap_re;
  logic [8:0]   feeder_bitmap_raddr;
  logic         feeder_codes_re;
  logic [8:0]   feeder_codes_raddr;
  logic         feeder_unit_valid;
  logic [4:0]   feeder_unit_column;
  logic         feeder_unit_mark;
  logic [255:0] feeder_unit_codes;
  logic [31:0]  feeder_unit_nonzeros;
  logic [13:0]  feeder_unit_before;
  logic [31:0]  feeder_unit_bits;
  logic [8:0]   feeder_unit_channel;
  logic [8:0]   feeder_unit_segment;
  logic [5:0]   feeder_unit_base;
  logic [2:0]   feeder_unit_rows;
  logic [2:0]   feeder_unit_columns;
  logic [1:0]   feeder_unit_mask;
  logic         feeder_next_taken;

  // Channels that leave drain0
  logic       drain0_next_busy_drain;
  logic       drain0_next_finished;
  logic       drain0_drain_valid;
  logic [4:0] drain0_drain_column;
  logic       drain0_drain_all;
  logic [1:0] drain0_drain_rows;
  logic [6:0] drain0_drain_address;
  logic       drain0_drain_done;
  logic       drain0_sum_valid;
  logic       drain0_sum_adds;
  logic [6:0] drain0_sum_parameter;
  logic [3:0] drain0_sum_group;
  logic       drain0_sum_position_ends;
  logic       drain0_sum_last_block;
  logic       drain0_sum_last;
  logic       drain0_sum_turn;

  // Channels that leave drain1
  logic       drain1_next_busy_drain;
  logic       drain1_next_finished;
  logic       drain1_drain_valid;
  logic [4:0] drain1_drain_column;
  logic       drain1_drain_all;
  logic [1:0] drain1_drain_rows;
  logic [6:0] drain1_drain_address;
  logic       drain1_drain_done;
  logic       drain1_sum_valid;
  logic       drain1_sum_adds;
  logic [6:0] drain1_sum_parameter;
  logic [3:0] drain1_sum_group;
  logic       drain1_sum_position_ends;
  logic       drain1_sum_last_block;
  logic       drain1_sum_last;
  logic       drain1_sum_turn;

  // Channels that leave add
  logic         add_loader_valid;
  logic         add_loader_ready;
  logic [127:0] add_loader_data;
  logic         add_total_first_valid;
  logic [31:0]  add_total_first;
  logic         add_weights_valid;
  logic         add_weights_ready;
  logic [127:0] add_weights_data;
  logic         add_total_second_valid;
  logic [31:0]  add_total_second;
  logic         add_drain_taken;
  logic         add_sum_valid;
  logic [3:0]   add_sum_group;
  logic         add_sum_position_ends;
  logic         add_sum_last_block;
  logic         add_sum_last;
  logic [15:0]  add_next_codes;
  logic [31:0]  add_nonzeros;

  // Channels that leave compress0
  logic [15:0]  compress0_next_codes;
  logic         compress0_taken;
  logic         compress0_chunk_valid;
  logic         compress0_chunk_ready;
  logic [287:0] compress0_chunk_content;
  logic [5:0]   compress0_chunk_bytes;
  logic         compress0_chunk_turn;
  logic         compress0_chunk_last;

  // Channels that leave compress1
  logic [15:0]  compress1_next_codes;
  logic         compress1_taken;
  logic         compress1_chunk_valid;
  logic         compress1_chunk_ready;
  logic [287:0] compress1_chunk_content;
  logic [5:0]   compress1_chunk_bytes;
  logic         compress1_chunk_turn;
  logic         compress1_chunk_last;

  // Channels that leave write
  logic write_busy;
  logic write_owed;
  logic write_done;
  logic write_answered;
  logic write_full;
  logic write_error;

  // Channels that leave bitmaps
  logic [31:0] bitmaps_rdata;

  // Channels that leave words
  logic         words_word_valid;
  logic         words_word_ready;
  logic [127:0] words_word_data;
  logic         words_word_last;

  // Channels that leave join
  logic         join_chunk_valid;
  logic         join_chunk_ready;
  logic [287:0] join_chunk_content;
  logic [5:0]   join_chunk_bytes;
  logic         join_chunk_turn;
  logic         join_chunk_last;

  // Channels that leave codes_low
  logic [127:0] codes_low_rdata;

  // Channels that leave codes_high
  logic [127:0] codes_high_rdata;

  // Channels that leave column0
  logic        column0_next_taken;
  logic        column0_act_valid;
  logic [1:0]  column0_act_mask;
  logic [31:0] column0_act_word;
  logic [31:0] column0_act_odd_word;
  logic        column0_next_room;
  logic        column0_column_drain;
  logic        column0_column_done;
  logic        column0_next_finished;
  logic        column0_next_drain_finished;

  // Channels that leave column1
  logic        column1_next_taken;
  logic        column1_act_valid;
  logic [1:0]  column1_act_mask;
  logic [31:0] column1_act_word;
  logic [31:0] column1_act_odd_word;
  logic        column1_next_room;
  logic        column1_column_drain;
  logic        column1_column_done;
  logic        column1_next_finished;
  logic        column1_next_drain_finished;

  // Channels that leave tap0
  logic [1:0]   tap0_next_bus_mask;
  logic         tap0_next_room;
  logic         tap0_out_valid;
  logic         tap0_out_ready;
  logic [127:0] tap0_out_word;

  // Channels that leave weights0
  logic        weights0_pointer_we;
  logic [9:0]  weights0_pointer_waddr;
  logic [15:0] weights0_pointer_wdata;
  logic        weights0_entry_we;
  logic [8:0]  weights0_entry_waddr;
  logic [35:0] weights0_entry_wdata;
  logic        weights0_parameter_we;
  logic [6:0]  weights0_parameter_waddr;
  logic [71:0] weights0_parameter_wdata;
  logic        weights0_loaded;
  logic        weights0_next_full;

  // Channels that leave lane0_0
  logic [31:0] lane0_0_next_drain_chain;
  logic [15:0] lane0_0_next_codes;

  // Channels that leave lane1_0
  logic [31:0] lane1_0_next_drain_chain;
  logic [15:0] lane1_0_next_codes;

  // Channels that leave tap1
  logic [1:0]   unused_tap1_next_bus_mask;
  logic         tap1_next_room;
  logic         tap1_out_valid;
  logic         tap1_out_ready;
  logic [127:0] tap1_out_word;

  // Channels that leave weights1
  logic        weights1_pointer_we;
  logic [9:0]  weights1_pointer_waddr;
  logic [15:0] weights1_pointer_wdata;
  logic        weights1_entry_we;
  logic [8:0]  weights1_entry_waddr;
  logic [35:0] weights1_entry_wdata;
  logic        weights1_parameter_we;
  logic [6:0]  weights1_parameter_waddr;
  logic [71:0] weights1_parameter_wdata;
  logic        weights1_loaded;
  logic        weights1_next_full;

  // Channels that leave lane0_1
  logic [31:0] lane0_1_next_drain_chain;
  logic [15:0] lane0_1_next_codes;

  // Channels that leave lane1_1
  logic [31:0] lane1_1_next_drain_chain;
  logic [15:0] lane1_1_next_codes;

  // Channels that leave pe0_0
  logic [1:0]  pe0_0_next_act_mask;
  logic        pe0_0_next_room;
  logic        pe0_0_next_full;
  logic        pe0_0_next_finished;
  logic [31:0] pe0_0_next_drain_chain;
  logic [1:0]  pe0_0_next_drain_rows;
  logic [9:0]  pe0_0_next_activity;

  // Channels that leave pe0_1
  logic [1:0]  pe0_1_next_act_mask;
  logic        pe0_1_next_room;
  logic        pe0_1_next_full;
  logic        pe0_1_next_finished;
  logic [31:0] pe0_1_next_drain_chain;
  logic [1:0]  pe0_1_next_drain_rows;
  logic [9:0]  pe0_1_next_activity;

  // Channels that leave pe1_0
  logic [1:0]  unused_pe1_0_next_act_mask;
  logic        pe1_0_next_room;
  logic        pe1_0_next_full;
  logic        pe1_0_next_finished;
  logic [31:0] pe1_0_next_drain_chain;
  logic [1:0]  unused_pe1_0_next_drain_rows;
  logic [9:0]  pe1_0_next_activity;

  // Channels that leave pe1_1
  logic [1:0]  unused_pe1_1_next_act_mask;
  logic        pe1_1_next_room;
  logic        pe1_1_next_full;
  logic        pe1_1_next_finished;
  logic [31:0] pe1_1_next_drain_chain;
  logic [1:0]  unused_pe1_1_next_drain_rows;
  logic [9:0]  pe1_1_next_activity;

  // Channels that leave statistics
  logic        statistics_counted;
  logic [1:0]  statistics_starved;
  logic [53:0] statistics_next_counts;

  // Channels that leave stalls0
  logic [9:0]  stalls0_next_activity;
  logic [53:0] stalls0_next_counts;

  // Channels that leave stalls1
  logic [9:0]  stalls1_next_activity;
  logic [53:0] stalls1_next_counts;

  // Channels that leave compress0_chunk_fifo
  logic         compress0_chunk_fifo_out_valid;
  logic         compress0_chunk_fifo_out_ready;
  logic [287:0] compress0_chunk_fifo_out_content;
  logic [5:0]   compress0_chunk_fifo_out_bytes;
  logic         compress0_chunk_fifo_out_turn;
  logic         compress0_chunk_fifo_out_last;
  logic [295:0] compress0_chunk_fifo_out_data;

  // Channels that leave compress1_chunk_fifo
  logic         compress1_chunk_fifo_out_valid;
  logic         compress1_chunk_fifo_out_ready;
  logic [287:0] compress1_chunk_fifo_out_content;
  logic [5:0]   compress1_chunk_fifo_out_bytes;
  logic         compress1_chunk_fifo_out_turn;
  logic         compress1_chunk_fifo_out_last;
  logic [295:0] compress1_chunk_fifo_out_data;

  // Channels that leave tap0_out_fifo
  logic         tap0_out_fifo_out_valid;
  logic         tap0_out_fifo_out_ready;
  logic [127:0] tap0_out_fifo_out_word;

  // Channels that leave tap1_out_fifo
  logic         tap1_out_fifo_out_valid;
  logic         tap1_out_fifo_out_ready;
  logic [127:0] tap1_out_fifo_out_word;

  // Takes the descriptor of a layer, starts the layer and tells its end.
  dysta_array_control #(
    .SEGMENT_W    (9),
    .SUM_W        (6),
    .CHUNK_W      (9),
    .ROWS         (2),
    .WATCHDOG_W   (16),
    .MEMORY_BYTES (16)
  ) u_control (
    .clk_i                 (clk_i),
    .rst_ni                (rst_ni),
    .descriptor_valid_i    (descriptor_valid_i),
    .descriptor_ready_o    (descriptor_ready_o),
    .descriptor_data_i     (descriptor_data_i),
    .descriptor_last_i     (descriptor_last_i),
    .layer_done_valid_o    (layer_done_valid_o),
    .layer_done_ready_i    (layer_done_ready_i),
    .layer_done_nnz_o      (layer_done_nnz_o),
    .layer_done_status_o   (layer_done_status_o),
    .start_o               (control_start),
    .start_sums_o          (control_start_sums),
    .start_add_o           (control_start_add),
    .running_o             (control_running),
    .busy_fetch_i          (input_fetch_busy),
    .busy_weights_i        (weight_fetch_busy),
    .busy_loader_i         (loader_busy),
    .busy_feeder_i         (feeder_busy),
    .busy_drain_i          (drain1_next_busy_drain),
    .next_busy_drain_o     (control_next_busy_drain),
    .busy_write_i          (write_busy),
    .owed_input_i          (input_fetch_owed),
    .owed_weights_i        (weight_fetch_owed),
    .owed_write_i          (write_owed),
    .step_i                (feeder_step),
    .abort_o               (control_abort),
    .datapath_rst_no       (control_datapath_rst_n),
    .written_i             (write_done),
    .read_error_i          (read_error),
    .write_error_i         (write_error),
    .nonzeros_i            (add_nonzeros),
    .input_address_o       (control_input_address),
    .input_words_o         (control_input_words),
    .weights_address_o     (control_weights_address),
    .weights_words_o       (control_weights_words),
    .weights_times_o       (control_weights_times),
    .once_o                (control_once),
    .output_address_o      (control_output_address),
    .height_o              (control_height),
    .width_o               (control_width),
    .chunks_o              (control_chunks),
    .last_channels_o       (control_last_channels),
    .column_shift_o        (control_column_shift),
    .row_shift_o           (control_row_shift),
    .buffer_rows_o         (control_buffer_rows),
    .in_tile_rows_o        (control_in_tile_rows),
    .in_tile_columns_o     (control_in_tile_columns),
    .in_set_tiles_o        (control_in_set_tiles),
    .in_block_chunks_o     (control_in_block_chunks),
    .in_tiles_o            (control_in_tiles),
    .tiles_o               (control_tiles),
    .row_tiles_o           (control_row_tiles),
    .first_row_o           (control_first_row),
    .first_column_o        (control_first_column),
    .row_step_o            (control_row_step),
    .column_step_o         (control_column_step),
    .patch_rows_o          (control_patch_rows),
    .patch_columns_o       (control_patch_columns),
    .blocks_o              (control_blocks),
    .channel_tiles_o       (control_channel_tiles),
    .tile_channels_o       (control_tile_channels),
    .depthwise_o           (control_depthwise),
    .resident_o            (control_resident),
    .group_log2_o          (control_group_log2),
    .groups_o              (control_groups),
    .slice_columns_o       (control_slice_columns),
    .slices_o              (control_slices),
    .segment_column_step_o (control_segment_column_step),
    .segment_row_step_o    (control_segment_row_step),
    .base_column_step_o    (control_base_column_step),
    .base_row_step_o       (control_base_row_step),
    .segments_o            (control_segments),
    .channels_o            (control_channels),
    .tile_rows_o           (control_tile_rows),
    .tile_columns_o        (control_tile_columns),
    .out_height_o          (control_out_height),
    .out_width_o           (control_out_width),
    .in_zero_o             (control_in_zero),
    .out_zero_o            (control_out_zero),
    .least_o               (control_least),
    .greatest_o            (control_greatest),
    .block_channels_o      (control_block_channels),
    .last_block_channels_o (control_last_block_channels),
    .sum_zero_o            (control_sum_zero),
    .add_o                 (control_add),
    .pooled_o              (control_pooled),
    .maximum_o             (control_maximum),
    .parameters_o          (control_parameters),
    .rows_before_o         (control_rows_before),
    .columns_before_o      (control_columns_before),
    .rows_behind_o         (control_rows_behind),
    .columns_behind_o      (control_columns_behind),
    .table_we_o            (control_table_we),
    .table_address_o       (control_table_address),
    .table_word_o          (control_table_word),
    .table_data_o          (control_table_data)
  );

  // Read channels of the memory interface for two users: bursts of user 1 first, data by their
  // identifier.
  dysta_array_read #(
    .MEMORY_BYTES (16)
  ) u_read (
    .clk_i            (clk_i),
    .rst_ni           (rst_ni),
    .burst0_valid_i   (input_fetch_burst_valid),
    .burst0_ready_o   (input_fetch_burst_ready),
    .burst0_address_i (input_fetch_burst_address),
    .burst0_length_i  (input_fetch_burst_length),
    .data0_valid_o    (read_data0_valid),
    .burst1_valid_i   (weight_fetch_burst_valid),
    .burst1_ready_o   (weight_fetch_burst_ready),
    .burst1_address_i (weight_fetch_burst_address),
    .burst1_length_i  (weight_fetch_burst_length),
    .data1_valid_o    (read_data1_valid),
    .data_o           (read_data),
    .error_o          (read_error),
    .asked_o          (read_asked),
    .m_axi_ar_valid_o (m_axi_ar_valid_o),
    .m_axi_ar_ready_i (m_axi_ar_ready_i),
    .m_axi_ar_id_o    (m_axi_ar_id_o),
    .m_axi_ar_addr_o  (m_axi_ar_addr_o),
    .m_axi_ar_len_o   (m_axi_ar_len_o),
    .m_axi_r_valid_i  (m_axi_r_valid_i),
    .m_axi_r_ready_o  (m_axi_r_ready_o),
    .m_axi_r_id_i     (m_axi_r_id_i),
    .m_axi_r_data_i   (m_axi_r_data_i),
    .m_axi_r_resp_i   (m_axi_r_resp_i)
  );

  // Reads a run of memory words ahead of its user: asks for bursts while its buffer has room for
  // them.
  dysta_array_fetch #(
    .DEPTH        (128),
    .MEMORY_BYTES (16)
  ) u_input_fetch (
    .clk_i           (clk_i),
    .rst_ni          (rst_ni),
    .start_i         (control_start),
    .address_i       (control_input_address),
    .words_i         (control_input_words),
    .times_i         (control_once),
    .total_valid_i   (add_total_first_valid),
    .total_words_i   (add_total_first),
    .abort_i         (control_abort),
    .busy_o          (input_fetch_busy),
    .dry_o           (input_fetch_dry),
    .owed_o          (input_fetch_owed),
    .burst_valid_o   (input_fetch_burst_valid),
    .burst_ready_i   (input_fetch_burst_ready),
    .burst_address_o (input_fetch_burst_address),
    .burst_length_o  (input_fetch_burst_length),
    .data_valid_i    (read_data0_valid),
    .data_i          (read_data),
    .word_valid_o    (input_fetch_word_valid),
    .word_ready_i    (input_fetch_word_ready),
    .word_data_o     (input_fetch_word_data)
  );

  // Reads a run of memory words ahead of its user: asks for bursts while its buffer has room for
  // them.
  dysta_array_fetch #(
    .DEPTH        (128),
    .MEMORY_BYTES (16)
  ) u_weight_fetch (
    .clk_i           (clk_i),
    .rst_ni          (rst_ni),
    .start_i         (control_start),
    .address_i       (control_weights_address),
    .words_i         (control_weights_words),
    .times_i         (control_weights_times),
    .total_valid_i   (add_total_second_valid),
    .total_words_i   (add_total_second),
    .abort_i         (control_abort),
    .busy_o          (weight_fetch_busy),
    .dry_o           (weight_fetch_dry),
    .owed_o          (weight_fetch_owed),
    .burst_valid_o   (weight_fetch_burst_valid),
    .burst_ready_i   (weight_fetch_burst_ready),
    .burst_address_o (weight_fetch_burst_address),
    .burst_length_o  (weight_fetch_burst_length),
    .data_valid_i    (read_data1_valid),
    .data_i          (read_data),
    .word_valid_o    (weight_fetch_word_valid),
    .word_ready_i    (weight_fetch_word_ready),
    .word_data_o     (weight_fetch_word_data)
  );

  // Deals the words of the weight stream to the rows.
  dysta_array_deal #(
    .ROWS (2)
  ) u_deal (
    .clk_i        (clk_i),
    .rst_ni       (control_datapath_rst_n),
    .group_log2_i (control_group_log2),
    .word_valid_i (add_weights_valid),
    .word_ready_o (add_weights_ready),
    .word_data_i  (add_weights_data),
    .bus_valid_o  (deal_bus_valid),
    .bus_mask_o   (deal_bus_mask),
    .bus_word_o   (deal_bus_word),
    .next_room_o  (deal_next_room),
    .room_i       (tap1_next_room)
  );

  // Unpacks the activations of a layer into the activation buffer.
  dysta_array_loader #(
    .CHUNK_W (9)
  ) u_loader (
    .clk_i           (clk_i),
    .rst_ni          (control_datapath_rst_n),
    .start_i         (control_start_sums),
    .busy_o          (loader_busy),
    .height_i        (control_height),
    .width_i         (control_width),
    .chunks_i        (control_chunks),
    .last_channels_i (control_last_channels),
    .column_shift_i  (control_column_shift),
    .row_shift_i     (control_row_shift),
    .buffer_rows_i   (control_buffer_rows),
    .tile_rows_i     (control_in_tile_rows),
    .tile_columns_i  (control_in_tile_columns),
    .set_tiles_i     (control_in_set_tiles),
    .block_chunks_i  (control_in_block_chunks),
    .tiles_i         (control_in_tiles),
    .word_valid_i    (add_loader_valid),
    .word_ready_o    (add_loader_ready),
    .word_data_i     (add_loader_data),
    .length_valid_o  (loader_length_valid),
    .length_o        (loader_length),
    .loaded_rows_o   (loader_loaded_rows),
    .freed_rows_i    (feeder_freed_rows),
    .bitmap_we_o     (loader_bitmap_we),
    .bitmap_waddr_o  (loader_bitmap_waddr),
    .bitmap_wdata_o  (loader_bitmap_wdata),
    .low_we_o        (loader_low_we),
    .high_we_o       (loader_high_we),
    .codes_waddr_o   (loader_codes_waddr),
    .codes_wdata_o   (loader_codes_wdata),
    .nonzeros_o      (loader_nonzeros)
  );

  // Walks over a layer and sends the non-zeros of every image position to the columns that need
  // them.
  dysta_array_feeder #(
    .ROWS      (2),
    .COLUMNS   (2),
    .CHUNK_W   (9),
    .SEGMENT_W (9),
    .SUM_W     (6)
  ) u_feeder (
    .clk_i           (clk_i),
    .rst_ni          (control_datapath_rst_n),
    .start_i         (control_start_sums),
    .busy_o          (feeder_busy),
    .awaits_o        (feeder_awaits),
    .step_o          (feeder_step),
    .height_i        (control_height),
    .width_i         (control_width),
    .chunks_i        (control_chunks),
    .column_shift_i  (control_column_shift),
    .row_shift_i     (control_row_shift),
    .tiles_i         (control_tiles),
    .row_tiles_i     (control_row_tiles),
    .first_row_i     (control_first_row),
    .first_column_i  (control_first_column),
    .row_step_i      (control_row_step),
    .column_step_i   (control_column_step),
    .patch_rows_i    (control_patch_rows),
    .patch_columns_i (control_patch_columns),
    .blocks_i        (control_blocks),
    .channel_tiles_i (control_channel_tiles),
    .tile_channels_i (control_tile_channels),
    .depthwise_i     (control_depthwise),
    .maximum_i       (control_maximum),
    .resident_i      (control_resident),
    .group_log2_i    (control_group_log2),
    .groups_i        (control_groups),
    .slice_columns_i (control_slice_columns),
    .slices_i        (control_slices),
    .table_we_i      (control_table_we),
    .table_address_i (control_table_address),
    .table_word_i    (control_table_word),
    .loaded_rows_i   (loader_loaded_rows),
    .freed_rows_o    (feeder_freed_rows),
    .bitmap_re_o     (feeder_bitmap_re),
    .bitmap_raddr_o  (feeder_bitmap_raddr),
    .bitmap_rdata_i  (bitmaps_rdata),
    .codes_re_o      (feeder_codes_re),
    .codes_raddr_o   (feeder_codes_raddr),
    .low_rdata_i     (codes_low_rdata),
    .high_rdata_i    (codes_high_rdata),
    .unit_valid_o    (feeder_unit_valid),
    .unit_column_o   (feeder_unit_column),
    .unit_mark_o     (feeder_unit_mark),
    .unit_codes_o    (feeder_unit_codes),
    .unit_nonzeros_o (feeder_unit_nonzeros),
    .unit_before_o   (feeder_unit_before),
    .unit_bits_o     (feeder_unit_bits),
    .unit_channel_o  (feeder_unit_channel),
    .unit_segment_o  (feeder_unit_segment),
    .unit_base_o     (feeder_unit_base),
    .unit_rows_o     (feeder_unit_rows),
    .unit_columns_o  (feeder_unit_columns),
    .unit_mask_o     (feeder_unit_mask),
    .next_taken_o    (feeder_next_taken),
    .taken_i         (column1_next_taken)
  );

  // Drains finished sums of every WAYS-th column in the order of the output.
  dysta_array_drain #(
    .ROWS    (2),
    .COLUMNS (2),
    .WAYS    (2),
    .WAY     (0),
    .SUM_W   (6)
  ) u_drain0 (
    .clk_i               (clk_i),
    .rst_ni              (control_datapath_rst_n),
    .start_i             (control_start_sums),
    .next_busy_drain_o   (drain0_next_busy_drain),
    .busy_drain_i        (control_next_busy_drain),
    .tiles_i             (control_tiles),
    .row_tiles_i         (control_row_tiles),
    .tile_rows_i         (control_tile_rows),
    .tile_columns_i      (control_tile_columns),
    .height_i            (control_out_height),
    .width_i             (control_out_width),
    .channels_i          (control_channels),
    .blocks_i            (control_blocks),
    .resident_i          (control_resident),
    .group_log2_i        (control_group_log2),
    .groups_i            (control_groups),
    .slice_columns_i     (control_slice_columns),
    .slices_i            (control_slices),
    .pooled_i            (control_pooled),
    .rows_before_i       (control_rows_before),
    .columns_before_i    (control_columns_before),
    .rows_behind_i       (control_rows_behind),
    .columns_behind_i    (control_columns_behind),
    .next_finished_o     (drain0_next_finished),
    .finished_i          (column0_next_drain_finished),
    .taken_i             (add_drain_taken),
    .drain_valid_o       (drain0_drain_valid),
    .drain_column_o      (drain0_drain_column),
    .drain_all_o         (drain0_drain_all),
    .drain_rows_o        (drain0_drain_rows),
    .drain_address_o     (drain0_drain_address),
    .drain_done_o        (drain0_drain_done),
    .sum_valid_o         (drain0_sum_valid),
    .sum_adds_o          (drain0_sum_adds),
    .sum_parameter_o     (drain0_sum_parameter),
    .sum_group_o         (drain0_sum_group),
    .sum_position_ends_o (drain0_sum_position_ends),
    .sum_last_block_o    (drain0_sum_last_block),
    .sum_last_o          (drain0_sum_last),
    .sum_turn_o          (drain0_sum_turn)
  );

  // Drains finished sums of every WAYS-th column in the order of the output.
  dysta_array_drain #(
    .ROWS    (2),
    .COLUMNS (2),
    .WAYS    (2),
    .WAY     (1),
    .SUM_W   (6)
  ) u_drain1 (
    .clk_i               (clk_i),
    .rst_ni              (control_datapath_rst_n),
    .start_i             (control_start_sums),
    .next_busy_drain_o   (drain1_next_busy_drain),
    .busy_drain_i        (drain0_next_busy_drain),
    .tiles_i             (control_tiles),
    .row_tiles_i         (control_row_tiles),
    .tile_rows_i         (control_tile_rows),
    .tile_columns_i      (control_tile_columns),
    .height_i            (control_out_height),
    .width_i             (control_out_width),
    .channels_i          (control_channels),
    .blocks_i            (control_blocks),
    .resident_i          (control_resident),
    .group_log2_i        (control_group_log2),
    .groups_i            (control_groups),
    .slice_columns_i     (control_slice_columns),
    .slices_i            (control_slices),
    .pooled_i            (control_pooled),
    .rows_before_i       (control_rows_before),
    .columns_before_i    (control_columns_before),
    .rows_behind_i       (control_rows_behind),
    .columns_behind_i    (control_columns_behind),
    .next_finished_o     (drain1_next_finished),
    .finished_i          (column1_next_drain_finished),
    .taken_i             (compress1_taken),
    .drain_valid_o       (drain1_drain_valid),
    .drain_column_o      (drain1_drain_column),
    .drain_all_o         (drain1_drain_all),
    .drain_rows_o        (drain1_drain_rows),
    .drain_address_o     (drain1_drain_address),
    .drain_done_o        (drain1_drain_done),
    .sum_valid_o         (drain1_sum_valid),
    .sum_adds_o          (drain1_sum_adds),
    .sum_parameter_o     (drain1_sum_parameter),
    .sum_group_o         (drain1_sum_group),
    .sum_position_ends_o (drain1_sum_position_ends),
    .sum_last_block_o    (drain1_sum_last_block),
    .sum_last_o          (drain1_sum_last),
    .sum_turn_o          (drain1_sum_turn)
  );

  // Adds two tensors that lie in one order; in all other layers it passes the signals of its
  // neighbours on.
  dysta_array_add #(
    .ROWS (2)
  ) u_add (
    .clk_i                 (clk_i),
    .rst_ni                (control_datapath_rst_n),
    .add_i                 (control_add),
    .start_i               (control_start_add),
    .start_sums_i          (control_start_sums),
    .chunks_i              (control_chunks),
    .last_channels_i       (control_last_channels),
    .in_zero_i             (control_in_zero),
    .out_zero_i            (control_out_zero),
    .least_i               (control_least),
    .greatest_i            (control_greatest),
    .table_we_i            (control_table_we),
    .table_address_i       (control_table_address),
    .table_data_i          (control_table_data),
    .first_valid_i         (input_fetch_word_valid),
    .first_ready_o         (input_fetch_word_ready),
    .first_data_i          (input_fetch_word_data),
    .loader_valid_o        (add_loader_valid),
    .loader_ready_i        (add_loader_ready),
    .loader_data_o         (add_loader_data),
    .length_valid_i        (loader_length_valid),
    .length_i              (loader_length),
    .total_first_valid_o   (add_total_first_valid),
    .total_first_o         (add_total_first),
    .second_valid_i        (weight_fetch_word_valid),
    .second_ready_o        (weight_fetch_word_ready),
    .second_data_i         (weight_fetch_word_data),
    .weights_valid_o       (add_weights_valid),
    .weights_ready_i       (add_weights_ready),
    .weights_data_o        (add_weights_data),
    .total_second_valid_o  (add_total_second_valid),
    .total_second_o        (add_total_second),
    .drain_valid_i         (drain0_sum_valid),
    .drain_group_i         (drain0_sum_group),
    .drain_position_ends_i (drain0_sum_position_ends),
    .drain_last_block_i    (drain0_sum_last_block),
    .drain_last_i          (drain0_sum_last),
    .drain_taken_o         (add_drain_taken),
    .sum_valid_o           (add_sum_valid),
    .sum_group_o           (add_sum_group),
    .sum_position_ends_o   (add_sum_position_ends),
    .sum_last_block_o      (add_sum_last_block),
    .sum_last_o            (add_sum_last),
    .taken_i               (compress0_taken),
    .codes_i               (lane0_1_next_codes),
    .next_codes_o          (add_next_codes),
    .counted_i             (loader_nonzeros),
    .nonzeros_o            (add_nonzeros)
  );

  // Packs the codes of a layer's output into chunks.
  dysta_array_compress #(
    .ROWS    (2),
    .LATENCY (7)
  ) u_compress0 (
    .clk_i               (clk_i),
    .rst_ni              (control_datapath_rst_n),
    .zero_point_i        (control_out_zero),
    .group_log2_i        (control_group_log2),
    .block_channels_i    (control_block_channels),
    .last_channels_i     (control_last_block_channels),
    .sum_valid_i         (add_sum_valid),
    .sum_group_i         (add_sum_group),
    .sum_position_ends_i (add_sum_position_ends),
    .sum_last_block_i    (add_sum_last_block),
    .sum_last_i          (add_sum_last),
    .sum_turn_i          (drain0_sum_turn),
    .next_codes_o        (compress0_next_codes),
    .codes_i             (add_next_codes),
    .taken_o             (compress0_taken),
    .chunk_valid_o       (compress0_chunk_valid),
    .chunk_ready_i       (compress0_chunk_ready),
    .chunk_content_o     (compress0_chunk_content),
    .chunk_bytes_o       (compress0_chunk_bytes),
    .chunk_turn_o        (compress0_chunk_turn),
    .chunk_last_o        (compress0_chunk_last)
  );

  // Packs the codes of a layer's output into chunks.
  dysta_array_compress #(
    .ROWS    (2),
    .LATENCY (7)
  ) u_compress1 (
    .clk_i               (clk_i),
    .rst_ni              (control_datapath_rst_n),
    .zero_point_i        (control_out_zero),
    .group_log2_i        (control_group_log2),
    .block_channels_i    (control_block_channels),
    .last_channels_i     (control_last_block_channels),
    .sum_valid_i         (drain1_sum_valid),
    .sum_group_i         (drain1_sum_group),
    .sum_position_ends_i (drain1_sum_position_ends),
    .sum_last_block_i    (drain1_sum_last_block),
    .sum_last_i          (drain1_sum_last),
    .sum_turn_i          (drain1_sum_turn),
    .next_codes_o        (compress1_next_codes),
    .codes_i             (lane1_1_next_codes),
    .taken_o             (compress1_taken),
    .chunk_valid_o       (compress1_chunk_valid),
    .chunk_ready_i       (compress1_chunk_ready),
    .chunk_content_o     (compress1_chunk_content),
    .chunk_bytes_o       (compress1_chunk_bytes),
    .chunk_turn_o        (compress1_chunk_turn),
    .chunk_last_o        (compress1_chunk_last)
  );

  // Writes the words of a layer's output to memory in bursts, then the word with their number
  // before them.
  dysta_array_write #(
    .MEMORY_BYTES (16)
  ) u_write (
    .clk_i            (clk_i),
    .rst_ni           (rst_ni),
    .start_i          (control_start),
    .address_i        (control_output_address),
    .abort_i          (control_abort),
    .busy_o           (write_busy),
    .owed_o           (write_owed),
    .done_o           (write_done),
    .answered_o       (write_answered),
    .full_o           (write_full),
    .error_o          (write_error),
    .word_valid_i     (words_word_valid),
    .word_ready_o     (words_word_ready),
    .word_data_i      (words_word_data),
    .word_last_i      (words_word_last),
    .m_axi_aw_valid_o (m_axi_aw_valid_o),
    .m_axi_aw_ready_i (m_axi_aw_ready_i),
    .m_axi_aw_addr_o  (m_axi_aw_addr_o),
    .m_axi_aw_len_o   (m_axi_aw_len_o),
    .m_axi_w_valid_o  (m_axi_w_valid_o),
    .m_axi_w_ready_i  (m_axi_w_ready_i),
    .m_axi_w_data_o   (m_axi_w_data_o),
    .m_axi_w_strb_o   (m_axi_w_strb_o),
    .m_axi_w_last_o   (m_axi_w_last_o),
    .m_axi_b_valid_i  (m_axi_b_valid_i),
    .m_axi_b_ready_o  (m_axi_b_ready_o),
    .m_axi_b_resp_i   (m_axi_b_resp_i)
  );

  // Memory in block RAM with one write port and one synchronous read port.
  dysta_ram_block #(
    .WIDTH    (32),
    .DEPTH    (512),
    .ADDR_W   (9),
    .DISJOINT (0)
  ) u_bitmaps (
    .clk_i   (clk_i),
    .we_i    (loader_bitmap_we),
    .waddr_i (loader_bitmap_waddr),
    .wdata_i (loader_bitmap_wdata),
    .re_i    (feeder_bitmap_re),
    .raddr_i (feeder_bitmap_raddr),
    .rdata_o (bitmaps_rdata)
  );

  // Puts chunks together to the words of a layer's output, without gaps.
  dysta_array_words u_words (
    .clk_i           (clk_i),
    .rst_ni          (control_datapath_rst_n),
    .chunk_valid_i   (join_chunk_valid),
    .chunk_ready_o   (join_chunk_ready),
    .chunk_content_i (join_chunk_content),
    .chunk_bytes_i   (join_chunk_bytes),
    .chunk_turn_i    (join_chunk_turn),
    .chunk_last_i    (join_chunk_last),
    .word_valid_o    (words_word_valid),
    .word_ready_i    (words_word_ready),
    .word_data_o     (words_word_data),
    .word_last_o     (words_word_last)
  );

  // Passes the chunks of two compressors on in the order of the output.
  dysta_array_join u_join (
    .clk_i            (clk_i),
    .rst_ni           (control_datapath_rst_n),
    .chunk0_valid_i   (compress0_chunk_fifo_out_valid),
    .chunk0_ready_o   (compress0_chunk_fifo_out_ready),
    .chunk0_content_i (compress0_chunk_fifo_out_content),
    .chunk0_bytes_i   (compress0_chunk_fifo_out_bytes),
    .chunk0_turn_i    (compress0_chunk_fifo_out_turn),
    .chunk0_last_i    (compress0_chunk_fifo_out_last),
    .chunk1_valid_i   (compress1_chunk_fifo_out_valid),
    .chunk1_ready_o   (compress1_chunk_fifo_out_ready),
    .chunk1_content_i (compress1_chunk_fifo_out_content),
    .chunk1_bytes_i   (compress1_chunk_fifo_out_bytes),
    .chunk1_turn_i    (compress1_chunk_fifo_out_turn),
    .chunk1_last_i    (compress1_chunk_fifo_out_last),
    .chunk_valid_o    (join_chunk_valid),
    .chunk_ready_i    (join_chunk_ready),
    .chunk_content_o  (join_chunk_content),
    .chunk_bytes_o    (join_chunk_bytes),
    .chunk_turn_o     (join_chunk_turn),
    .chunk_last_o     (join_chunk_last)
  );

  // Memory in block RAM with one write port and one synchronous read port.
  dysta_ram_block #(
    .WIDTH    (128),
    .DEPTH    (512),
    .ADDR_W   (9),
    .DISJOINT (0)
  ) u_codes_low (
    .clk_i   (clk_i),
    .we_i    (loader_low_we),
    .waddr_i (loader_codes_waddr),
    .wdata_i (loader_codes_wdata),
    .re_i    (feeder_codes_re),
    .raddr_i (feeder_codes_raddr),
    .rdata_o (codes_low_rdata)
  );

  // Memory in block RAM with one write port and one synchronous read port.
  dysta_ram_block #(
    .WIDTH    (128),
    .DEPTH    (512),
    .ADDR_W   (9),
    .DISJOINT (0)
  ) u_codes_high (
    .clk_i   (clk_i),
    .we_i    (loader_high_we),
    .waddr_i (loader_codes_waddr),
    .wdata_i (loader_codes_wdata),
    .re_i    (feeder_codes_re),
    .raddr_i (feeder_codes_raddr),
    .rdata_o (codes_high_rdata)
  );

  // Head of a column: keeps the activations of up to four image positions and sends their
  // non-zeros down in turn.
  dysta_array_column #(
    .ROWS      (2),
    .COLUMNS   (2),
    .COLUMN    (0),
    .SEGMENT_W (9),
    .SUM_W     (6)
  ) u_column0 (
    .clk_i                 (clk_i),
    .rst_ni                (control_datapath_rst_n),
    .zero_point_i          (control_in_zero),
    .depthwise_i           (control_depthwise),
    .maximum_i             (control_maximum),
    .group_log2_i          (control_group_log2),
    .unit_valid_i          (feeder_unit_valid),
    .unit_column_i         (feeder_unit_column),
    .unit_mark_i           (feeder_unit_mark),
    .unit_codes_i          (feeder_unit_codes),
    .unit_nonzeros_i       (feeder_unit_nonzeros),
    .unit_before_i         (feeder_unit_before),
    .unit_bits_i           (feeder_unit_bits),
    .unit_channel_i        (feeder_unit_channel),
    .unit_segment_i        (feeder_unit_segment),
    .unit_base_i           (feeder_unit_base),
    .unit_rows_i           (feeder_unit_rows),
    .unit_columns_i        (feeder_unit_columns),
    .unit_mask_i           (feeder_unit_mask),
    .taken_i               (feeder_next_taken),
    .next_taken_o          (column0_next_taken),
    .act_valid_o           (column0_act_valid),
    .act_mask_o            (column0_act_mask),
    .act_word_o            (column0_act_word),
    .act_odd_word_o        (column0_act_odd_word),
    .next_room_o           (column0_next_room),
    .room_i                (pe1_0_next_room),
    .drain_valid_i         (drain0_drain_valid),
    .drain_all_i           (drain0_drain_all),
    .drain_column_i        (drain0_drain_column),
    .drain_done_i          (drain0_drain_done),
    .column_drain_o        (column0_column_drain),
    .column_done_o         (column0_column_done),
    .next_finished_o       (column0_next_finished),
    .finished_i            (pe1_0_next_finished),
    .drain_finished_i      (drain0_next_finished),
    .next_drain_finished_o (column0_next_drain_finished)
  );

  // Head of a column: keeps the activations of up to four image positions and sends their
  // non-zeros down in turn.
  dysta_array_column #(
    .ROWS      (2),
    .COLUMNS   (2),
    .COLUMN    (1),
    .SEGMENT_W (9),
    .SUM_W     (6)
  ) u_column1 (
    .clk_i                 (clk_i),
    .rst_ni                (control_datapath_rst_n),
    .zero_point_i          (control_in_zero),
    .depthwise_i           (control_depthwise),
    .maximum_i             (control_maximum),
    .group_log2_i          (control_group_log2),
    .unit_valid_i          (feeder_unit_valid),
    .unit_column_i         (feeder_unit_column),
    .unit_mark_i           (feeder_unit_mark),
    .unit_codes_i          (feeder_unit_codes),
    .unit_nonzeros_i       (feeder_unit_nonzeros),
    .unit_before_i         (feeder_unit_before),
    .unit_bits_i           (feeder_unit_bits),
    .unit_channel_i        (feeder_unit_channel),
    .unit_segment_i        (feeder_unit_segment),
    .unit_base_i           (feeder_unit_base),
    .unit_rows_i           (feeder_unit_rows),
    .unit_columns_i        (feeder_unit_columns),
    .unit_mask_i           (feeder_unit_mask),
    .taken_i               (column0_next_taken),
    .next_taken_o          (column1_next_taken),
    .act_valid_o           (column1_act_valid),
    .act_mask_o            (column1_act_mask),
    .act_word_o            (column1_act_word),
    .act_odd_word_o        (column1_act_odd_word),
    .next_room_o           (column1_next_room),
    .room_i                (pe1_1_next_room),
    .drain_valid_i         (drain1_drain_valid),
    .drain_all_i           (drain1_drain_all),
    .drain_column_i        (drain1_drain_column),
    .drain_done_i          (drain1_drain_done),
    .column_drain_o        (column1_column_drain),
    .column_done_o         (column1_column_done),
    .next_finished_o       (column1_next_finished),
    .finished_i            (pe1_1_next_finished),
    .drain_finished_i      (drain1_next_finished),
    .next_drain_finished_o (column1_next_drain_finished)
  );

  // Takes the words of a bus that are meant for this place; the bus waits until all places that
  // are meant have room.
  dysta_array_tap #(
    .WIDTH  (128),
    .PLACES (2)
  ) u_tap0 (
    .bus_valid_i     (deal_bus_valid),
    .bus_mask_i      (deal_bus_mask),
    .next_bus_mask_o (tap0_next_bus_mask),
    .bus_word_i      (deal_bus_word),
    .room_i          (deal_next_room),
    .next_room_o     (tap0_next_room),
    .out_valid_o     (tap0_out_valid),
    .out_ready_i     (tap0_out_ready),
    .out_word_o      (tap0_out_word)
  );

  // Fills the weight banks of a row: reads bitmaps and packed weights, writes entries and the
  // pointer of every segment.
  dysta_array_weights #(
    .SEGMENT_W (9),
    .ENTRY_W   (9)
  ) u_weights0 (
    .clk_i             (clk_i),
    .rst_ni            (control_datapath_rst_n),
    .segments_i        (control_segments),
    .tiles_i           (control_channel_tiles),
    .channels_i        (control_channels),
    .parameters_i      (control_parameters),
    .pooled_i          (control_pooled),
    .word_valid_i      (tap0_out_fifo_out_valid),
    .word_ready_o      (tap0_out_fifo_out_ready),
    .word_data_i       (tap0_out_fifo_out_word),
    .pointer_we_o      (weights0_pointer_we),
    .pointer_waddr_o   (weights0_pointer_waddr),
    .pointer_wdata_o   (weights0_pointer_wdata),
    .entry_we_o        (weights0_entry_we),
    .entry_waddr_o     (weights0_entry_waddr),
    .entry_wdata_o     (weights0_entry_wdata),
    .parameter_we_o    (weights0_parameter_we),
    .parameter_waddr_o (weights0_parameter_waddr),
    .parameter_wdata_o (weights0_parameter_wdata),
    .loaded_o          (weights0_loaded),
    .next_full_o       (weights0_next_full),
    .full_i            (pe0_1_next_full)
  );

  // Turns the drained sums of a row into codes with the two roundings of TensorFlow Lite Micro.
  dysta_array_lane #(
    .ROWS (2),
    .ROW  (0)
  ) u_lane0_0 (
    .clk_i              (clk_i),
    .rst_ni             (control_datapath_rst_n),
    .zero_point_i       (control_sum_zero),
    .least_i            (control_least),
    .greatest_i         (control_greatest),
    .parameter_we_i     (weights0_parameter_we),
    .parameter_waddr_i  (weights0_parameter_waddr),
    .parameter_wdata_i  (weights0_parameter_wdata),
    .parameter_raddr_i  (drain0_sum_parameter),
    .sum_adds_i         (drain0_sum_adds),
    .next_drain_chain_o (lane0_0_next_drain_chain),
    .drain_chain_i      (pe0_0_next_drain_chain),
    .codes_i            (compress0_next_codes),
    .next_codes_o       (lane0_0_next_codes)
  );

  // Turns the drained sums of a row into codes with the two roundings of TensorFlow Lite Micro.
  dysta_array_lane #(
    .ROWS (2),
    .ROW  (0)
  ) u_lane1_0 (
    .clk_i              (clk_i),
    .rst_ni             (control_datapath_rst_n),
    .zero_point_i       (control_sum_zero),
    .least_i            (control_least),
    .greatest_i         (control_greatest),
    .parameter_we_i     (weights0_parameter_we),
    .parameter_waddr_i  (weights0_parameter_waddr),
    .parameter_wdata_i  (weights0_parameter_wdata),
    .parameter_raddr_i  (drain1_sum_parameter),
    .sum_adds_i         (drain1_sum_adds),
    .next_drain_chain_o (lane1_0_next_drain_chain),
    .drain_chain_i      (pe0_1_next_drain_chain),
    .codes_i            (compress1_next_codes),
    .next_codes_o       (lane1_0_next_codes)
  );

  // Takes the words of a bus that are meant for this place; the bus waits until all places that
  // are meant have room.
  dysta_array_tap #(
    .WIDTH  (128),
    .PLACES (2)
  ) u_tap1 (
    .bus_valid_i     (deal_bus_valid),
    .bus_mask_i      (tap0_next_bus_mask),
    .next_bus_mask_o (unused_tap1_next_bus_mask),
    .bus_word_i      (deal_bus_word),
    .room_i          (tap0_next_room),
    .next_room_o     (tap1_next_room),
    .out_valid_o     (tap1_out_valid),
    .out_ready_i     (tap1_out_ready),
    .out_word_o      (tap1_out_word)
  );

  // Fills the weight banks of a row: reads bitmaps and packed weights, writes entries and the
  // pointer of every segment.
  dysta_array_weights #(
    .SEGMENT_W (9),
    .ENTRY_W   (9)
  ) u_weights1 (
    .clk_i             (clk_i),
    .rst_ni            (control_datapath_rst_n),
    .segments_i        (control_segments),
    .tiles_i           (control_channel_tiles),
    .channels_i        (control_channels),
    .parameters_i      (control_parameters),
    .pooled_i          (control_pooled),
    .word_valid_i      (tap1_out_fifo_out_valid),
    .word_ready_o      (tap1_out_fifo_out_ready),
    .word_data_i       (tap1_out_fifo_out_word),
    .pointer_we_o      (weights1_pointer_we),
    .pointer_waddr_o   (weights1_pointer_waddr),
    .pointer_wdata_o   (weights1_pointer_wdata),
    .entry_we_o        (weights1_entry_we),
    .entry_waddr_o     (weights1_entry_waddr),
    .entry_wdata_o     (weights1_entry_wdata),
    .parameter_we_o    (weights1_parameter_we),
    .parameter_waddr_o (weights1_parameter_waddr),
    .parameter_wdata_o (weights1_parameter_wdata),
    .loaded_o          (weights1_loaded),
    .next_full_o       (weights1_next_full),
    .full_i            (pe1_1_next_full)
  );

  // Turns the drained sums of a row into codes with the two roundings of TensorFlow Lite Micro.
  dysta_array_lane #(
    .ROWS (2),
    .ROW  (1)
  ) u_lane0_1 (
    .clk_i              (clk_i),
    .rst_ni             (control_datapath_rst_n),
    .zero_point_i       (control_sum_zero),
    .least_i            (control_least),
    .greatest_i         (control_greatest),
    .parameter_we_i     (weights1_parameter_we),
    .parameter_waddr_i  (weights1_parameter_waddr),
    .parameter_wdata_i  (weights1_parameter_wdata),
    .parameter_raddr_i  (drain0_sum_parameter),
    .sum_adds_i         (drain0_sum_adds),
    .next_drain_chain_o (lane0_1_next_drain_chain),
    .drain_chain_i      (pe1_0_next_drain_chain),
    .codes_i            (lane0_0_next_codes),
    .next_codes_o       (lane0_1_next_codes)
  );

  // Turns the drained sums of a row into codes with the two roundings of TensorFlow Lite Micro.
  dysta_array_lane #(
    .ROWS (2),
    .ROW  (1)
  ) u_lane1_1 (
    .clk_i              (clk_i),
    .rst_ni             (control_datapath_rst_n),
    .zero_point_i       (control_sum_zero),
    .least_i            (control_least),
    .greatest_i         (control_greatest),
    .parameter_we_i     (weights1_parameter_we),
    .parameter_waddr_i  (weights1_parameter_waddr),
    .parameter_wdata_i  (weights1_parameter_wdata),
    .parameter_raddr_i  (drain1_sum_parameter),
    .sum_adds_i         (drain1_sum_adds),
    .next_drain_chain_o (lane1_1_next_drain_chain),
    .drain_chain_i      (pe1_1_next_drain_chain),
    .codes_i            (lane1_0_next_codes),
    .next_codes_o       (lane1_1_next_codes)
  );

  dysta_pe u_pe0_0 (
    .clk_i                 (clk_i),
    .rst_ni                (control_datapath_rst_n),
    .act_valid_i           (column0_act_valid),
    .act_mask_i            (column0_act_mask),
    .act_word_i            (column0_act_word),
    .next_act_mask_o       (pe0_0_next_act_mask),
    .room_i                (column0_next_room),
    .next_room_o           (pe0_0_next_room),
    .segment_column_step_i (control_segment_column_step),
    .segment_row_step_i    (control_segment_row_step),
    .base_column_step_i    (control_base_column_step),
    .base_row_step_i       (control_base_row_step),
    .maximum_i             (control_maximum),
    .pointer_we_i          (weights0_pointer_we),
    .pointer_waddr_i       (weights0_pointer_waddr),
    .pointer_wdata_i       (weights0_pointer_wdata),
    .entry_we_i            (weights0_entry_we),
    .entry_waddr_i         (weights0_entry_waddr),
    .entry_wdata_i         (weights0_entry_wdata),
    .loaded_i              (weights0_loaded),
    .drain_valid_i         (column0_column_drain),
    .drain_address_i       (drain0_drain_address),
    .drain_done_i          (column0_column_done),
    .full_i                (weights0_next_full),
    .next_full_o           (pe0_0_next_full),
    .finished_i            (column0_next_finished),
    .next_finished_o       (pe0_0_next_finished),
    .drain_chain_i         (lane0_0_next_drain_chain),
    .next_drain_chain_o    (pe0_0_next_drain_chain),
    .drain_rows_i          (drain0_drain_rows),
    .next_drain_rows_o     (pe0_0_next_drain_rows),
    .activity_i            (stalls0_next_activity),
    .next_activity_o       (pe0_0_next_activity)
  );

  dysta_pe u_pe0_1 (
    .clk_i                 (clk_i),
    .rst_ni                (control_datapath_rst_n),
    .act_valid_i           (column1_act_valid),
    .act_mask_i            (column1_act_mask),
    .act_word_i            (column1_act_word),
    .next_act_mask_o       (pe0_1_next_act_mask),
    .room_i                (column1_next_room),
    .next_room_o           (pe0_1_next_room),
    .segment_column_step_i (control_segment_column_step),
    .segment_row_step_i    (control_segment_row_step),
    .base_column_step_i    (control_base_column_step),
    .base_row_step_i       (control_base_row_step),
    .maximum_i             (control_maximum),
    .pointer_we_i          (weights0_pointer_we),
    .pointer_waddr_i       (weights0_pointer_waddr),
    .pointer_wdata_i       (weights0_pointer_wdata),
    .entry_we_i            (weights0_entry_we),
    .entry_waddr_i         (weights0_entry_waddr),
    .entry_wdata_i         (weights0_entry_wdata),
    .loaded_i              (weights0_loaded),
    .drain_valid_i         (column1_column_drain),
    .drain_address_i       (drain1_drain_address),
    .drain_done_i          (column1_column_done),
    .full_i                (pe0_0_next_full),
    .next_full_o           (pe0_1_next_full),
    .finished_i            (column1_next_finished),
    .next_finished_o       (pe0_1_next_finished),
    .drain_chain_i         (lane1_0_next_drain_chain),
    .next_drain_chain_o    (pe0_1_next_drain_chain),
    .drain_rows_i          (drain1_drain_rows),
    .next_drain_rows_o     (pe0_1_next_drain_rows),
    .activity_i            (stalls1_next_activity),
    .next_activity_o       (pe0_1_next_activity)
  );

  dysta_pe u_pe1_0 (
    .clk_i                 (clk_i),
    .rst_ni                (control_datapath_rst_n),
    .act_valid_i           (column0_act_valid),
    .act_mask_i            (pe0_0_next_act_mask),
    .act_word_i            (column0_act_odd_word),
    .next_act_mask_o       (unused_pe1_0_next_act_mask),
    .room_i                (pe0_0_next_room),
    .next_room_o           (pe1_0_next_room),
    .segment_column_step_i (control_segment_column_step),
    .segment_row_step_i    (control_segment_row_step),
    .base_column_step_i    (control_base_column_step),
    .base_row_step_i       (control_base_row_step),
    .maximum_i             (control_maximum),
    .pointer_we_i          (weights1_pointer_we),
    .pointer_waddr_i       (weights1_pointer_waddr),
    .pointer_wdata_i       (weights1_pointer_wdata),
    .entry_we_i            (weights1_entry_we),
    .entry_waddr_i         (weights1_entry_waddr),
    .entry_wdata_i         (weights1_entry_wdata),
    .loaded_i              (weights1_loaded),
    .drain_valid_i         (column0_column_drain),
    .drain_address_i       (drain0_drain_address),
    .drain_done_i          (column0_column_done),
    .full_i                (weights1_next_full),
    .next_full_o           (pe1_0_next_full),
    .finished_i            (pe0_0_next_finished),
    .next_finished_o       (pe1_0_next_finished),
    .drain_chain_i         (lane0_1_next_drain_chain),
    .next_drain_chain_o    (pe1_0_next_drain_chain),
    .drain_rows_i          (pe0_0_next_drain_rows),
    .next_drain_rows_o     (unused_pe1_0_next_drain_rows),
    .activity_i            (pe0_0_next_activity),
    .next_activity_o       (pe1_0_next_activity)
  );

  dysta_pe u_pe1_1 (
    .clk_i                 (clk_i),
    .rst_ni                (control_datapath_rst_n),
    .act_valid_i           (column1_act_valid),
    .act_mask_i            (pe0_1_next_act_mask),
    .act_word_i            (column1_act_odd_word),
    .next_act_mask_o       (unused_pe1_1_next_act_mask),
    .room_i                (pe0_1_next_room),
    .next_room_o           (pe1_1_next_room),
    .segment_column_step_i (control_segment_column_step),
    .segment_row_step_i    (control_segment_row_step),
    .base_column_step_i    (control_base_column_step),
    .base_row_step_i       (control_base_row_step),
    .maximum_i             (control_maximum),
    .pointer_we_i          (weights1_pointer_we),
    .pointer_waddr_i       (weights1_pointer_waddr),
    .pointer_wdata_i       (weights1_pointer_wdata),
    .entry_we_i            (weights1_entry_we),
    .entry_waddr_i         (weights1_entry_waddr),
    .entry_wdata_i         (weights1_entry_wdata),
    .loaded_i              (weights1_loaded),
    .drain_valid_i         (column1_column_drain),
    .drain_address_i       (drain1_drain_address),
    .drain_done_i          (column1_column_done),
    .full_i                (pe1_0_next_full),
    .next_full_o           (pe1_1_next_full),
    .finished_i            (pe0_1_next_finished),
    .next_finished_o       (pe1_1_next_finished),
    .drain_chain_i         (lane1_1_next_drain_chain),
    .next_drain_chain_o    (pe1_1_next_drain_chain),
    .drain_rows_i          (pe0_1_next_drain_rows),
    .next_drain_rows_o     (unused_pe1_1_next_drain_rows),
    .activity_i            (pe0_1_next_activity),
    .next_activity_o       (pe1_1_next_activity)
  );

  // Counters of a layer: clocks, products, and clocks of idle elements by reason.
  dysta_array_statistics u_statistics (
    .clk_i         (clk_i),
    .rst_ni        (rst_ni),
    .start_i       (control_start),
    .running_i     (control_running),
    .asked_i       (read_asked),
    .answered_i    (write_answered),
    .add_i         (control_add),
    .feeding_i     (feeder_busy),
    .awaits_i      (feeder_awaits),
    .input_dry_i   (input_fetch_dry),
    .weights_dry_i (weight_fetch_dry),
    .draining_i    (drain1_next_busy_drain),
    .output_full_i (write_full),
    .counted_o     (statistics_counted),
    .starved_o     (statistics_starved),
    .next_counts_o (statistics_next_counts),
    .counts_i      (stalls1_next_counts),
    .address_i     (statistics_address_i),
    .data_o        (statistics_data_o)
  );

  // Counts what the elements of a column do in each clock: products, and idle elements by reason.
  dysta_array_stalls #(
    .ROWS (2)
  ) u_stalls0 (
    .clk_i           (clk_i),
    .rst_ni          (rst_ni),
    .activity_i      (pe1_0_next_activity),
    .counted_i       (statistics_counted),
    .starved_i       (statistics_starved),
    .weights_dry_i   (weight_fetch_dry),
    .output_full_i   (write_full),
    .next_activity_o (stalls0_next_activity),
    .counts_i        (statistics_next_counts),
    .next_counts_o   (stalls0_next_counts)
  );

  // Counts what the elements of a column do in each clock: products, and idle elements by reason.
  dysta_array_stalls #(
    .ROWS (2)
  ) u_stalls1 (
    .clk_i           (clk_i),
    .rst_ni          (rst_ni),
    .activity_i      (pe1_1_next_activity),
    .counted_i       (statistics_counted),
    .starved_i       (statistics_starved),
    .weights_dry_i   (weight_fetch_dry),
    .output_full_i   (write_full),
    .next_activity_o (stalls1_next_activity),
    .counts_i        (stalls0_next_counts),
    .next_counts_o   (stalls1_next_counts)
  );

  // Buffer of compress0_chunk.
  dysta_fifo #(
    .WIDTH (296),
    .DEPTH (16)
  ) u_compress0_chunk_fifo (
    .clk_i       (clk_i),
    .rst_ni      (control_datapath_rst_n),
    .in_valid_i  (compress0_chunk_valid),
    .in_ready_o  (compress0_chunk_ready),
    .in_data_i   ({
      compress0_chunk_content,
      compress0_chunk_bytes,
      compress0_chunk_turn,
      compress0_chunk_last
    }),
    .out_valid_o (compress0_chunk_fifo_out_valid),
    .out_ready_i (compress0_chunk_fifo_out_ready),
    .out_data_o  (compress0_chunk_fifo_out_data)
  );
  assign {
    compress0_chunk_fifo_out_content,
    compress0_chunk_fifo_out_bytes,
    compress0_chunk_fifo_out_turn,
    compress0_chunk_fifo_out_last
  } = compress0_chunk_fifo_out_data;

  // Buffer of compress1_chunk.
  dysta_fifo #(
    .WIDTH (296),
    .DEPTH (16)
  ) u_compress1_chunk_fifo (
    .clk_i       (clk_i),
    .rst_ni      (control_datapath_rst_n),
    .in_valid_i  (compress1_chunk_valid),
    .in_ready_o  (compress1_chunk_ready),
    .in_data_i   ({
      compress1_chunk_content,
      compress1_chunk_bytes,
      compress1_chunk_turn,
      compress1_chunk_last
    }),
    .out_valid_o (compress1_chunk_fifo_out_valid),
    .out_ready_i (compress1_chunk_fifo_out_ready),
    .out_data_o  (compress1_chunk_fifo_out_data)
  );
  assign {
    compress1_chunk_fifo_out_content,
    compress1_chunk_fifo_out_bytes,
    compress1_chunk_fifo_out_turn,
    compress1_chunk_fifo_out_last
  } = compress1_chunk_fifo_out_data;

  // Buffer of tap0_out.
  dysta_fifo #(
    .WIDTH (128),
    .DEPTH (16)
  ) u_tap0_out_fifo (
    .clk_i       (clk_i),
    .rst_ni      (control_datapath_rst_n),
    .in_valid_i  (tap0_out_valid),
    .in_ready_o  (tap0_out_ready),
    .in_data_i   (tap0_out_word),
    .out_valid_o (tap0_out_fifo_out_valid),
    .out_ready_i (tap0_out_fifo_out_ready),
    .out_data_o  (tap0_out_fifo_out_word)
  );

  // Buffer of tap1_out.
  dysta_fifo #(
    .WIDTH (128),
    .DEPTH (16)
  ) u_tap1_out_fifo (
    .clk_i       (clk_i),
    .rst_ni      (control_datapath_rst_n),
    .in_valid_i  (tap1_out_valid),
    .in_ready_o  (tap1_out_ready),
    .in_data_i   (tap1_out_word),
    .out_valid_o (tap1_out_fifo_out_valid),
    .out_ready_i (tap1_out_fifo_out_ready),
    .out_data_o  (tap1_out_fifo_out_word)
  );
endmodule
