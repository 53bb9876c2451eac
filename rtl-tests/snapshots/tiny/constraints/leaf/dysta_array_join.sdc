# dysta 0.1.0, accelerator of tiny, digest b629ca68e063f0ff
# SPDX-License-Identifier: 0BSD
# dysta_array_join as the top: one clock, 200 MHz. Reset and all ports are synchronous to it, so there is no false path; a quarter of the
# clock is left to what drives the inputs, and a quarter to what reads the outputs.
create_clock -name clk -period 5.000 [get_ports clk_i]
set_input_delay -clock clk 1.250 [get_ports {rst_ni chunk0_valid_i chunk0_content_i[*] chunk0_bytes_i[*] chunk0_turn_i chunk0_last_i chunk1_valid_i chunk1_content_i[*] chunk1_bytes_i[*] chunk1_turn_i chunk1_last_i chunk_ready_i}]
set_output_delay -clock clk 1.250 [get_ports {chunk0_ready_o chunk1_ready_o chunk_valid_o chunk_content_o[*] chunk_bytes_o[*] chunk_turn_o chunk_last_o}]
