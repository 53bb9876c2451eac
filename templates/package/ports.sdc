# @{ banner }@
# SPDX-License-Identifier: 0BSD
/*% if has_clock -%*/
# @{ top }@ as the top: one clock, @{ mhz }@ MHz. Reset and all ports are synchronous to it, so there is no false path; a quarter of the
# clock is left to what drives the inputs, and a quarter to what reads the outputs.
create_clock -name clk -period @{ period_ns }@ [get_ports clk_i]
/*%- else -%*/
# @{ top }@ as the top: no clock of its own, so one without a port, @{ mhz }@ MHz, stands for that of its surroundings; a quarter of it is
# left to what drives the inputs, and a quarter to what reads the outputs.
create_clock -name clk -period @{ period_ns }@
/*%- endif %*/
set_input_delay -clock clk @{ delay_ns }@ [get_ports {/*% for port in inputs %*/@{ port }@/*% if !loop.last %*/ /*% endif %*//*% endfor %*/}]
set_output_delay -clock clk @{ delay_ns }@ [get_ports {/*% for port in outputs %*/@{ port }@/*% if !loop.last %*/ /*% endif %*//*% endfor %*/}]
