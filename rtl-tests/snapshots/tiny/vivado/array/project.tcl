# dysta 0.1.0, accelerator of tiny, digest b629ca68e063f0ff
# SPDX-License-Identifier: 0BSD
# Creates a project of the wrapper in the current folder:
#   vivado -mode batch -source vivado/array/project.tcl -tclargs PART
source [file join [file dirname [file normalize [info script]]] settings.tcl]

create_project -force $name [file join [pwd] "${name}_project"] -part $part
add_files -norecurse -fileset sources_1 [concat $sources [list $wrapper_source]]
set constraints [file join $root constraints "${name}_ooc.xdc"]
add_files -norecurse -fileset constrs_1 $constraints
set_property used_in {synthesis implementation out_of_context} [get_files $constraints]
set_property top $wrapper [get_filesets sources_1]
update_compile_order -fileset sources_1
