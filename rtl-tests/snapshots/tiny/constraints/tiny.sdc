# dysta 0.1.0, config tiny, digest b93da4205507f7e3
# SPDX-License-Identifier: 0BSD
# One clock, 200 MHz. All ports are synchronous to it; their delays belong to the surrounding design.
create_clock -name clk -period 5.000 [get_ports clk_i]
