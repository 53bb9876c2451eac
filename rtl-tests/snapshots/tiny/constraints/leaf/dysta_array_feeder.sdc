# dysta 0.1.0, accelerator of tiny, digest b629ca68e063f0ff
# SPDX-License-Identifier: 0BSD
# dysta_array_feeder as the top: one clock, 200 MHz. Reset and all ports are synchronous to it, so there is no false path; a quarter of the
# clock is left to what drives the inputs, and a quarter to what reads the outputs.
create_clock -name clk -period 5.000 [get_ports clk_i]
set_input_delay -clock clk 1.250 [get_ports {rst_ni start_i height_i[*] width_i[*] chunks_i[*] column_shift_i[*] row_shift_i[*] tiles_i[*] row_tiles_i[*] first_row_i[*] first_column_i[*] row_step_i[*] column_step_i[*] patch_rows_i[*] patch_columns_i[*] blocks_i[*] channel_tiles_i[*] tile_channels_i[*] depthwise_i maximum_i resident_i group_log2_i[*] groups_i[*] slice_columns_i[*] slices_i[*] table_we_i table_address_i[*] table_word_i[*] loaded_rows_i[*] bitmap_rdata_i[*] low_rdata_i[*] high_rdata_i[*] taken_i}]
set_output_delay -clock clk 1.250 [get_ports {busy_o awaits_o step_o freed_rows_o[*] bitmap_re_o bitmap_raddr_o[*] codes_re_o codes_raddr_o[*] unit_valid_o unit_column_o[*] unit_mark_o unit_codes_o[*] unit_nonzeros_o[*] unit_before_o[*] unit_bits_o[*] unit_channel_o[*] unit_segment_o[*] unit_base_o[*] unit_rows_o[*] unit_columns_o[*] unit_mask_o[*] next_taken_o}]
