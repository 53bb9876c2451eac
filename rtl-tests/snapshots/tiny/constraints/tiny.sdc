# dysta 0.1.0, config tiny, digest b93da4205507f7e3
# SPDX-License-Identifier: 0BSD
# dysta_scheduler as the top: one clock, 200 MHz. Reset and all ports are synchronous to it, so there is no false path; a quarter of the
# clock is left to what drives the inputs, and a quarter to what reads the outputs.
create_clock -name clk -period 5.000 [get_ports clk_i]
set_input_delay -clock clk 1.250 [get_ports {rst_ni now_i[*] submit_valid_i submit_id_i[*] submit_profile_i[*] submit_deadline_i[*] submit_priority_i[*] dispatch_ready_i layer_done_valid_i layer_done_nnz_i[*] layer_done_status_i[*] complete_ready_i table_valid_i table_addr_i[*] table_data_i[*] statistics_address_i[*]}]
set_output_delay -clock clk 1.250 [get_ports {submit_ready_o dispatch_valid_o dispatch_id_o[*] dispatch_position_o[*] dispatch_profile_o[*] dispatch_layer_o[*] dispatch_score_o[*] layer_done_ready_o complete_valid_o complete_id_o[*] complete_finish_o[*] complete_status_o[*] table_ready_o statistics_data_o[*] table_refused_o quiescent_o}]
