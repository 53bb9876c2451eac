# dysta 0.1.0, accelerator of tiny, digest b629ca68e063f0ff
# SPDX-License-Identifier: 0BSD
# dysta_array_statistics as the top: one clock, 200 MHz. Reset and all ports are synchronous to it, so there is no false path; a quarter of the
# clock is left to what drives the inputs, and a quarter to what reads the outputs.
create_clock -name clk -period 5.000 [get_ports clk_i]
set_input_delay -clock clk 1.250 [get_ports {rst_ni start_i running_i asked_i answered_i add_i feeding_i awaits_i input_dry_i weights_dry_i draining_i output_full_i counts_i[*] address_i[*]}]
set_output_delay -clock clk 1.250 [get_ports {counted_o starved_o[*] next_counts_o[*] data_o[*]}]
