# dysta 0.1.0, accelerator of tiny, digest b629ca68e063f0ff
# SPDX-License-Identifier: 0BSD
# dysta_array_loader as the top: one clock, 200 MHz. Reset and all ports are synchronous to it, so there is no false path; a quarter of the
# clock is left to what drives the inputs, and a quarter to what reads the outputs.
create_clock -name clk -period 5.000 [get_ports clk_i]
set_input_delay -clock clk 1.250 [get_ports {rst_ni start_i height_i[*] width_i[*] chunks_i[*] last_channels_i[*] column_shift_i[*] row_shift_i[*] buffer_rows_i[*] tile_rows_i[*] tile_columns_i[*] set_tiles_i[*] block_chunks_i[*] tiles_i[*] word_valid_i word_data_i[*] freed_rows_i[*]}]
set_output_delay -clock clk 1.250 [get_ports {busy_o word_ready_o length_valid_o length_o[*] loaded_rows_o[*] bitmap_we_o bitmap_waddr_o[*] bitmap_wdata_o[*] low_we_o high_we_o codes_waddr_o[*] codes_wdata_o[*] nonzeros_o[*]}]
