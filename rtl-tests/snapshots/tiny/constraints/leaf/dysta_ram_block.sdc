# dysta 0.1.0, config tiny, digest b93da4205507f7e3
# SPDX-License-Identifier: 0BSD
# dysta_ram_block as the top: one clock, 200 MHz. Reset and all ports are synchronous to it, so there is no false path; a quarter of the
# clock is left to what drives the inputs, and a quarter to what reads the outputs.
create_clock -name clk -period 5.000 [get_ports clk_i]
set_input_delay -clock clk 1.250 [get_ports {we_i waddr_i[*] wdata_i[*] re_i raddr_i[*]}]
set_output_delay -clock clk 1.250 [get_ports {rdata_o[*]}]
