# dysta 0.1.0, accelerator of tiny, digest b629ca68e063f0ff
# SPDX-License-Identifier: 0BSD
# dysta_array_compress as the top: one clock, 200 MHz. Reset and all ports are synchronous to it, so there is no false path; a quarter of the
# clock is left to what drives the inputs, and a quarter to what reads the outputs.
create_clock -name clk -period 5.000 [get_ports clk_i]
set_input_delay -clock clk 1.250 [get_ports {rst_ni zero_point_i[*] group_log2_i[*] block_channels_i[*] last_channels_i[*] sum_valid_i sum_group_i[*] sum_position_ends_i sum_last_block_i sum_last_i sum_turn_i codes_i[*] chunk_ready_i}]
set_output_delay -clock clk 1.250 [get_ports {next_codes_o[*] taken_o chunk_valid_o chunk_content_o[*] chunk_bytes_o[*] chunk_turn_o chunk_last_o}]
