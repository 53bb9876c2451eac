# dysta 0.1.0, config tiny, digest b93da4205507f7e3
# SPDX-License-Identifier: 0BSD
# dysta_profile_guard as the top: one clock, 200 MHz. Reset and all ports are synchronous to it, so there is no false path; a quarter of the
# clock is left to what drives the inputs, and a quarter to what reads the outputs.
create_clock -name clk -period 5.000 [get_ports clk_i]
set_input_delay -clock clk 1.250 [get_ports {rst_ni lookup_valid_i lookup_offered_i lookup_profile_i[*] admit_valid_i finish_valid_i finish_profile_i[*] write_valid_i write_rows_i write_known_i write_profile_i[*]}]
set_output_delay -clock clk 1.250 [get_ports {write_ready_o write_o refused_o}]
