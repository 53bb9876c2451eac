# dysta 0.1.0, accelerator of tiny, digest b629ca68e063f0ff
# SPDX-License-Identifier: 0BSD
# Synthesis, placement and routing of dysta_array by itself, with reports and a checkpoint in the folder NAME_ooc below the
# current one; fails when the clock of constraints/NAME.xdc is missed:
#   vivado -mode batch -source vivado/array/synth_ooc.tcl -tclargs PART
source [file join [file dirname [file normalize [info script]]] settings.tcl]

set out [file join [pwd] "${name}_ooc"]
file mkdir $out
read_verilog -sv $sources
read_xdc -mode out_of_context [file join $root constraints "$name.xdc"]
synth_design -mode out_of_context -top $top -part $part
opt_design
place_design
phys_opt_design
route_design
report_utilization -hierarchical -file [file join $out utilization.rpt]
report_timing_summary -file [file join $out timing.rpt]
write_checkpoint -force [file join $out "$top.dcp"]
set slack [get_property SLACK [lindex [get_timing_paths -delay_type max] 0]]
puts "slack $slack ns on $part"
if {$slack < 0} {
  error "the clock is missed by [expr {-$slack}] ns"
}
