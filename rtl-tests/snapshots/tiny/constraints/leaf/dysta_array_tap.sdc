# dysta 0.1.0, accelerator of tiny, digest b629ca68e063f0ff
# SPDX-License-Identifier: 0BSD
# dysta_array_tap as the top: no clock of its own, so one without a port, 200 MHz, stands for that of its surroundings; a quarter of it is
# left to what drives the inputs, and a quarter to what reads the outputs.
create_clock -name clk -period 5.000
set_input_delay -clock clk 1.250 [get_ports {bus_valid_i bus_mask_i[*] bus_word_i[*] room_i out_ready_i}]
set_output_delay -clock clk 1.250 [get_ports {next_bus_mask_o[*] next_room_o out_valid_o out_word_o[*]}]
