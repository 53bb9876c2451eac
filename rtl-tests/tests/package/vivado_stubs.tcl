# Stands in for Vivado: takes the commands that the emitted scripts use, with their options, and prints every call as a Tcl
# list. Anything else is an unknown command and ends the run.

set files {}

proc record {args} {
  puts [string map [list $::root PACKAGE [pwd] WORK] $args]
}

# Splits arguments into options and the rest; `flags` stand alone, `valued` are followed by a value.
proc options {command arguments flags valued} {
  set found {}
  set rest {}
  for {set i 0} {$i < [llength $arguments]} {incr i} {
    set word [lindex $arguments $i]
    if {$word in $flags} {
      dict set found $word 1
    } elseif {$word in $valued} {
      incr i
      if {$i >= [llength $arguments]} {
        error "$command: $word needs a value"
      }
      dict set found $word [lindex $arguments $i]
    } elseif {[string match "-*" $word]} {
      error "$command: unknown option $word"
    } else {
      lappend rest $word
    }
  }
  return [list $found $rest]
}

# Defines a command that takes some options and a number of other arguments, checks that files exist and records the call.
proc command {name flags valued least most {files 0}} {
  proc ::$name {args} [string map [list NAME $name FLAGS [list $flags] VALUED [list $valued] LEAST $least MOST $most FILES $files] {
    lassign [options NAME $args FLAGS VALUED] found rest
    if {[llength $rest] < LEAST || [llength $rest] > MOST} {
      error "NAME: [llength $rest] arguments: $rest"
    }
    if {FILES} {
      foreach file [concat {*}$rest] {
        if {![file isfile $file]} {
          error "NAME: no file $file"
        }
        lappend ::files $file
      }
    }
    record NAME {*}$args
    return NAME
  }]
}

namespace eval ipx {}

command create_project {-force -in_memory} {-part} 0 2
command add_files {-norecurse} {-fileset} 1 1 1
command read_verilog {-sv} {} 1 1 1
command update_compile_order {} {-fileset} 0 0
command synth_design {} {-mode -top -part} 0 0
command opt_design {} {} 0 0
command place_design {} {} 0 0
command phys_opt_design {} {} 0 0
command route_design {} {} 0 0
command report_utilization {-hierarchical} {-file} 0 0
command report_timing_summary {} {-file} 0 0
command write_checkpoint {-force} {} 1 1
command close_project {} {} 0 0
command ipx::package_project {-import_files -force} {-root_dir -vendor -library -taxonomy} 0 0
command ipx::create_xgui_files {} {} 1 1
command ipx::update_checksums {} {} 1 1
command ipx::check_integrity {} {} 1 1
command ipx::save_core {} {} 1 1
command create_clock {} {-name -period} 1 1
command set_input_delay {} {-clock} 2 2
command set_output_delay {} {-clock} 2 2

# Constraints are Tcl, too.
proc read_xdc {args} {
  lassign [options read_xdc $args {} {-mode}] found rest
  record read_xdc {*}$args
  uplevel #0 [list source [lindex $rest 0]]
}

proc get_filesets {name} {
  if {$name ni {sources_1 constrs_1 sim_1}} {
    error "get_filesets: no fileset $name"
  }
  return $name
}

proc get_files {file} {
  if {$file ni $::files} {
    error "get_files: $file was not added"
  }
  return $file
}

# Ports of the module that the environment names, a bus as NAME[*].
proc get_ports {names} {
  foreach name $names {
    if {$name ni [split $::env(PORTS) ,]} {
      error "get_ports: $::env(TOP) has no port $name"
    }
  }
  return $names
}

proc set_property {property value object} {
  record set_property $property $value $object
}

proc get_timing_paths {args} {
  options get_timing_paths $args {} {-delay_type}
  return path
}

proc get_property {property object} {
  if {"$property $object" ne "SLACK path"} {
    error "get_property: no $property of $object"
  }
  return $::env(SLACK)
}

proc ipx::current_core {} {
  return core
}

# Recognises an interface when the wrapper has an attribute that names it.
proc ipx::get_bus_interfaces {name args} {
  options ipx::get_bus_interfaces $args {} {-of_objects}
  set channel [open [lindex [lsearch -all -inline $::files *.v] 0]]
  set text [read $channel]
  close $channel
  if {![regexp "X_INTERFACE_INFO = \"xilinx.com:\[a-z:0-9.\]+ $name \[A-Z\]+\"" $text]} {
    return {}
  }
  return $name
}

set script [lindex $argv 0]
set root [file normalize $env(PACKAGE)]
set argv [lrange $argv 1 end]
source $script
