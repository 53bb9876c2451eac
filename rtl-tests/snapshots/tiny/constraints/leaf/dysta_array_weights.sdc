# dysta 0.1.0, accelerator of tiny, digest b629ca68e063f0ff
# SPDX-License-Identifier: 0BSD
# dysta_array_weights as the top: one clock, 200 MHz. Reset and all ports are synchronous to it, so there is no false path; a quarter of the
# clock is left to what drives the inputs, and a quarter to what reads the outputs.
create_clock -name clk -period 5.000 [get_ports clk_i]
set_input_delay -clock clk 1.250 [get_ports {rst_ni segments_i[*] tiles_i[*] channels_i[*] parameters_i[*] pooled_i word_valid_i word_data_i[*] full_i}]
set_output_delay -clock clk 1.250 [get_ports {word_ready_o pointer_we_o pointer_waddr_o[*] pointer_wdata_o[*] entry_we_o entry_waddr_o[*] entry_wdata_o[*] parameter_we_o parameter_waddr_o[*] parameter_wdata_o[*] loaded_o next_full_o}]
