# dysta 0.1.0, config tiny, digest b93da4205507f7e3
# SPDX-License-Identifier: 0BSD
# dysta_sequencer as the top: one clock, 200 MHz. Reset and all ports are synchronous to it, so there is no false path; a quarter of the
# clock is left to what drives the inputs, and a quarter to what reads the outputs.
create_clock -name clk -period 5.000 [get_ports clk_i]
set_input_delay -clock clk 1.250 [get_ports {rst_ni now_i[*] admit_valid_i layer_done_valid_i layer_done_nnz_i[*] layer_done_status_i[*] running_last_i record_ready_i dispatch_ready_i best_done_i best_position_i[*]}]
set_output_delay -clock clk 1.250 [get_ports {layer_done_ready_o dispatch_valid_o latest_o[*] layer_end_o stamp_o[*] nnz_o[*] live_o[*] append_position_o[*] queue_o[*] update_start_o finish_valid_o finish_failed_o release_o move_o special_position_o[*] read_position_o[*] update_position_o[*] candidate_valid_o[*] candidate_last_o candidate_running_o candidate_row_o[*] clear_o single_o position_o[*] block_o quiet_o deciding_o decision_o preemption_o}]
