# dysta 0.1.0, config tiny, digest b93da4205507f7e3
# SPDX-License-Identifier: 0BSD
# dysta_fifo as the top: one clock, 200 MHz. Reset and all ports are synchronous to it, so there is no false path; a quarter of the
# clock is left to what drives the inputs, and a quarter to what reads the outputs.
create_clock -name clk -period 5.000 [get_ports clk_i]
set_input_delay -clock clk 1.250 [get_ports {rst_ni in_valid_i in_data_i[*] out_ready_i}]
set_output_delay -clock clk 1.250 [get_ports {in_ready_o out_valid_o out_data_o[*]}]
