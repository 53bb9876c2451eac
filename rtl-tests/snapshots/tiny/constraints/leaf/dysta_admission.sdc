# dysta 0.1.0, config tiny, digest b93da4205507f7e3
# SPDX-License-Identifier: 0BSD
# dysta_admission as the top: one clock, 200 MHz. Reset and all ports are synchronous to it, so there is no false path; a quarter of the
# clock is left to what drives the inputs, and a quarter to what reads the outputs.
create_clock -name clk -period 5.000 [get_ports clk_i]
set_input_delay -clock clk 1.250 [get_ports {rst_ni submit_valid_i submit_id_i[*] submit_profile_i[*] submit_deadline_i[*] submit_priority_i[*] block_i hold_i live_i[*] profile_known_i reject_ready_i}]
set_output_delay -clock clk 1.250 [get_ports {submit_ready_o lookup_valid_o lookup_offered_o lookup_profile_o[*] admit_valid_o admit_id_o[*] admit_profile_o[*] admit_deadline_o[*] admit_priority_o[*] admit_number_o[*] reject_valid_o reject_id_o[*] reject_status_o[*] busy_o}]
