# dysta 0.1.0, accelerator of tiny, digest b629ca68e063f0ff
# SPDX-License-Identifier: 0BSD
# dysta_array_column as the top: one clock, 200 MHz. Reset and all ports are synchronous to it, so there is no false path; a quarter of the
# clock is left to what drives the inputs, and a quarter to what reads the outputs.
create_clock -name clk -period 5.000 [get_ports clk_i]
set_input_delay -clock clk 1.250 [get_ports {rst_ni zero_point_i[*] depthwise_i maximum_i group_log2_i[*] unit_valid_i unit_column_i[*] unit_mark_i unit_codes_i[*] unit_nonzeros_i[*] unit_before_i[*] unit_bits_i[*] unit_channel_i[*] unit_segment_i[*] unit_base_i[*] unit_rows_i[*] unit_columns_i[*] unit_mask_i[*] taken_i room_i drain_valid_i drain_all_i drain_column_i[*] drain_done_i finished_i drain_finished_i}]
set_output_delay -clock clk 1.250 [get_ports {next_taken_o act_valid_o act_mask_o[*] act_word_o[*] act_odd_word_o[*] next_room_o column_drain_o column_done_o next_finished_o next_drain_finished_o}]
