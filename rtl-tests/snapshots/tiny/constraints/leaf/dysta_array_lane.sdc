# dysta 0.1.0, accelerator of tiny, digest b629ca68e063f0ff
# SPDX-License-Identifier: 0BSD
# dysta_array_lane as the top: one clock, 200 MHz. Reset and all ports are synchronous to it, so there is no false path; a quarter of the
# clock is left to what drives the inputs, and a quarter to what reads the outputs.
create_clock -name clk -period 5.000 [get_ports clk_i]
set_input_delay -clock clk 1.250 [get_ports {rst_ni zero_point_i[*] least_i[*] greatest_i[*] parameter_we_i parameter_waddr_i[*] parameter_wdata_i[*] parameter_raddr_i[*] sum_adds_i drain_chain_i[*] codes_i[*]}]
set_output_delay -clock clk 1.250 [get_ports {next_drain_chain_o[*] next_codes_o[*]}]
