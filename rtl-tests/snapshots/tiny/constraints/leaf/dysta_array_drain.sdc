# dysta 0.1.0, accelerator of tiny, digest b629ca68e063f0ff
# SPDX-License-Identifier: 0BSD
# dysta_array_drain as the top: one clock, 200 MHz. Reset and all ports are synchronous to it, so there is no false path; a quarter of the
# clock is left to what drives the inputs, and a quarter to what reads the outputs.
create_clock -name clk -period 5.000 [get_ports clk_i]
set_input_delay -clock clk 1.250 [get_ports {rst_ni start_i busy_drain_i tiles_i[*] row_tiles_i[*] tile_rows_i[*] tile_columns_i[*] height_i[*] width_i[*] channels_i[*] blocks_i[*] resident_i group_log2_i[*] groups_i[*] slice_columns_i[*] slices_i[*] pooled_i rows_before_i[*] columns_before_i[*] rows_behind_i[*] columns_behind_i[*] finished_i taken_i}]
set_output_delay -clock clk 1.250 [get_ports {next_busy_drain_o next_finished_o drain_valid_o drain_column_o[*] drain_all_o drain_rows_o[*] drain_address_o[*] drain_done_o sum_valid_o sum_adds_o sum_parameter_o[*] sum_group_o[*] sum_position_ends_o sum_last_block_o sum_last_o sum_turn_o}]
