# dysta 0.1.0, accelerator of tiny, digest b629ca68e063f0ff
# SPDX-License-Identifier: 0BSD
# dysta_array_lookup as the top: one clock, 200 MHz. Reset and all ports are synchronous to it, so there is no false path; a quarter of the
# clock is left to what drives the inputs, and a quarter to what reads the outputs.
create_clock -name clk -period 5.000 [get_ports clk_i]
set_input_delay -clock clk 1.250 [get_ports {rst_ni segment_column_step_i[*] segment_row_step_i[*] base_column_step_i[*] base_row_step_i[*] act_valid_i act_word_i[*] loaded_i rdata_i[*] run_ready_i}]
set_output_delay -clock clk 1.250 [get_ports {act_ready_o re_o raddr_o[*] run_valid_o run_mark_o run_value_o[*] run_base_o[*] run_start_o[*] run_count_o[*] looks_o}]
