# @{ banner }@
# SPDX-License-Identifier: 0BSD
# Out-of-context synthesis of the wrapper: its clock, @{ mhz }@ MHz. In a design the clock comes from there.
create_clock -name clk -period @{ period_ns }@ [get_ports clk_i]
