# @{ banner }@
# SPDX-License-Identifier: 0BSD
# One clock, @{ mhz }@ MHz. All ports are synchronous to it; their delays belong to the surrounding design.
create_clock -name clk -period @{ period_ns }@ [get_ports clk_i]
