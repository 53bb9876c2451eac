# dysta 0.1.0, accelerator of tiny, digest b629ca68e063f0ff
# SPDX-License-Identifier: 0BSD
# dysta_array_words as the top: one clock, 200 MHz. Reset and all ports are synchronous to it, so there is no false path; a quarter of the
# clock is left to what drives the inputs, and a quarter to what reads the outputs.
create_clock -name clk -period 5.000 [get_ports clk_i]
set_input_delay -clock clk 1.250 [get_ports {rst_ni chunk_valid_i chunk_content_i[*] chunk_bytes_i[*] chunk_turn_i chunk_last_i word_ready_i}]
set_output_delay -clock clk 1.250 [get_ports {chunk_ready_o word_valid_o word_data_o[*] word_last_o}]
