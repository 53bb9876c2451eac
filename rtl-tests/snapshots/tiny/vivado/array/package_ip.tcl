# dysta 0.1.0, accelerator of tiny, digest b629ca68e063f0ff
# SPDX-License-Identifier: 0BSD
# Packages the wrapper as an IP core into the folder NAME_ip below the current one:
#   vivado -mode batch -source vivado/array/package_ip.tcl -tclargs PART
source [file join [file dirname [file normalize [info script]]] project.tcl]

ipx::package_project -root_dir [file join [pwd] "${name}_ip"] -vendor dysta -library generated \
  -taxonomy /UserIP -import_files -force
set core [ipx::current_core]
set_property name "${wrapper}_${name}" $core
set_property version $version $core
set_property display_name "${wrapper} ${name}" $core
set_property description "Sparse compute array for neural networks, configuration tiny" $core
set_property auto_family_support_level level_2 $core

# The attributes in the wrapper name these; one that was not recognised would be loose pins in a block design.
foreach interface {s_axis_descriptor m_axis_layer_done m_axi clk rst} {
  if {[llength [ipx::get_bus_interfaces $interface -of_objects $core]] == 0} {
    error "interface $interface of $wrapper was not recognised"
  }
}

ipx::create_xgui_files $core
ipx::update_checksums $core
ipx::check_integrity $core
ipx::save_core $core
close_project
