# dysta 0.1.0, config tiny, digest b93da4205507f7e3
# SPDX-License-Identifier: 0BSD
# dysta_completion as the top: one clock, 200 MHz. Reset and all ports are synchronous to it, so there is no false path; a quarter of the
# clock is left to what drives the inputs, and a quarter to what reads the outputs.
create_clock -name clk -period 5.000 [get_ports clk_i]
set_input_delay -clock clk 1.250 [get_ports {rst_ni layer_end_i finish_valid_i finish_failed_i running_id_i[*] running_deadline_i[*] latest_i[*] reject_valid_i reject_id_i[*] reject_status_i[*] complete_ready_i}]
set_output_delay -clock clk 1.250 [get_ports {reject_ready_o record_ready_o complete_valid_o complete_id_o[*] complete_finish_o[*] complete_status_o[*] miss_o reject_o busy_o}]
