# dysta 0.1.0, accelerator of tiny, digest b629ca68e063f0ff
# SPDX-License-Identifier: 0BSD
# dysta_array as the top: one clock, 200 MHz. Reset and all ports are synchronous to it, so there is no false path; a quarter of the
# clock is left to what drives the inputs, and a quarter to what reads the outputs.
create_clock -name clk -period 5.000 [get_ports clk_i]
set_input_delay -clock clk 1.250 [get_ports {rst_ni descriptor_valid_i descriptor_data_i[*] descriptor_last_i layer_done_ready_i m_axi_ar_ready_i m_axi_r_valid_i m_axi_r_id_i m_axi_r_data_i[*] m_axi_r_resp_i[*] m_axi_aw_ready_i m_axi_w_ready_i m_axi_b_valid_i m_axi_b_resp_i[*] statistics_address_i[*]}]
set_output_delay -clock clk 1.250 [get_ports {descriptor_ready_o layer_done_valid_o layer_done_nnz_o[*] layer_done_status_o[*] m_axi_ar_valid_o m_axi_ar_id_o m_axi_ar_addr_o[*] m_axi_ar_len_o[*] m_axi_r_ready_o m_axi_aw_valid_o m_axi_aw_addr_o[*] m_axi_aw_len_o[*] m_axi_w_valid_o m_axi_w_data_o[*] m_axi_w_strb_o[*] m_axi_w_last_o m_axi_b_ready_o statistics_data_o[*]}]
