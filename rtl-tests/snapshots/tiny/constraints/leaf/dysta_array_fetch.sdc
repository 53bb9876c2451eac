# dysta 0.1.0, accelerator of tiny, digest b629ca68e063f0ff
# SPDX-License-Identifier: 0BSD
# dysta_array_fetch as the top: one clock, 200 MHz. Reset and all ports are synchronous to it, so there is no false path; a quarter of the
# clock is left to what drives the inputs, and a quarter to what reads the outputs.
create_clock -name clk -period 5.000 [get_ports clk_i]
set_input_delay -clock clk 1.250 [get_ports {rst_ni start_i address_i[*] words_i[*] times_i[*] total_valid_i total_words_i[*] abort_i burst_ready_i data_valid_i data_i[*] word_ready_i}]
set_output_delay -clock clk 1.250 [get_ports {busy_o dry_o owed_o burst_valid_o burst_address_o[*] burst_length_o[*] word_valid_o word_data_o[*]}]
