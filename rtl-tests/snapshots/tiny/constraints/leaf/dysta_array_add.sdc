# dysta 0.1.0, accelerator of tiny, digest b629ca68e063f0ff
# SPDX-License-Identifier: 0BSD
# dysta_array_add as the top: one clock, 200 MHz. Reset and all ports are synchronous to it, so there is no false path; a quarter of the
# clock is left to what drives the inputs, and a quarter to what reads the outputs.
create_clock -name clk -period 5.000 [get_ports clk_i]
set_input_delay -clock clk 1.250 [get_ports {rst_ni add_i start_i start_sums_i chunks_i[*] last_channels_i[*] in_zero_i[*] out_zero_i[*] least_i[*] greatest_i[*] table_we_i table_address_i[*] table_data_i[*] first_valid_i first_data_i[*] loader_ready_i length_valid_i length_i[*] second_valid_i second_data_i[*] weights_ready_i drain_valid_i drain_group_i[*] drain_position_ends_i drain_last_block_i drain_last_i taken_i codes_i[*] counted_i[*]}]
set_output_delay -clock clk 1.250 [get_ports {first_ready_o loader_valid_o loader_data_o[*] total_first_valid_o total_first_o[*] second_ready_o weights_valid_o weights_data_o[*] total_second_valid_o total_second_o[*] drain_taken_o sum_valid_o sum_group_o[*] sum_position_ends_o sum_last_block_o sum_last_o next_codes_o[*] nonzeros_o[*]}]
