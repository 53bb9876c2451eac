# dysta 0.1.0, accelerator of tiny, digest b629ca68e063f0ff
# SPDX-License-Identifier: 0BSD
# dysta_array_mac as the top: one clock, 200 MHz. Reset and all ports are synchronous to it, so there is no false path; a quarter of the
# clock is left to what drives the inputs, and a quarter to what reads the outputs.
create_clock -name clk -period 5.000 [get_ports clk_i]
set_input_delay -clock clk 1.250 [get_ports {rst_ni maximum_i run_valid_i run_mark_i run_value_i[*] run_base_i[*] run_start_i[*] run_count_i[*] rdata_i[*] sum_rdata_i[*] loaded_i full_i drain_valid_i drain_rows_i[*] drain_address_i[*] drain_done_i drain_chain_i[*] finished_i}]
set_output_delay -clock clk 1.250 [get_ports {run_ready_o re_o raddr_o[*] sum_re_o sum_raddr_o[*] sum_we_o sum_waddr_o[*] sum_wdata_o[*] next_full_o next_drain_rows_o[*] next_drain_chain_o[*] next_finished_o multiplies_o waits_o runs_o filled_o[*]}]
