# dysta 0.1.0, accelerator of tiny, digest b629ca68e063f0ff
# SPDX-License-Identifier: 0BSD
# dysta_array_read as the top: one clock, 200 MHz. Reset and all ports are synchronous to it, so there is no false path; a quarter of the
# clock is left to what drives the inputs, and a quarter to what reads the outputs.
create_clock -name clk -period 5.000 [get_ports clk_i]
set_input_delay -clock clk 1.250 [get_ports {rst_ni burst0_valid_i burst0_address_i[*] burst0_length_i[*] burst1_valid_i burst1_address_i[*] burst1_length_i[*] m_axi_ar_ready_i m_axi_r_valid_i m_axi_r_id_i m_axi_r_data_i[*] m_axi_r_resp_i[*]}]
set_output_delay -clock clk 1.250 [get_ports {burst0_ready_o data0_valid_o burst1_ready_o data1_valid_o data_o[*] error_o asked_o m_axi_ar_valid_o m_axi_ar_id_o m_axi_ar_addr_o[*] m_axi_ar_len_o[*] m_axi_r_ready_o}]
