# dysta 0.1.0, accelerator of tiny, digest b629ca68e063f0ff
# SPDX-License-Identifier: 0BSD
# Out-of-context synthesis of the wrapper: its clock, 200 MHz. In a design the clock comes from there.
create_clock -name clk -period 5.000 [get_ports clk_i]
