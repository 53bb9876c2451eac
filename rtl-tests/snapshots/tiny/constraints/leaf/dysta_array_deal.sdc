# dysta 0.1.0, accelerator of tiny, digest b629ca68e063f0ff
# SPDX-License-Identifier: 0BSD
# dysta_array_deal as the top: one clock, 200 MHz. Reset and all ports are synchronous to it, so there is no false path; a quarter of the
# clock is left to what drives the inputs, and a quarter to what reads the outputs.
create_clock -name clk -period 5.000 [get_ports clk_i]
set_input_delay -clock clk 1.250 [get_ports {rst_ni group_log2_i[*] word_valid_i word_data_i[*] room_i}]
set_output_delay -clock clk 1.250 [get_ports {word_ready_o bus_valid_o bus_mask_o[*] bus_word_o[*] next_room_o}]
