# @{ core.banner }@
# SPDX-License-Identifier: 0BSD
# Names and files of this package, for the other scripts. Part: the first of -tclargs.
set name "@{ core.name }@"
set top "@{ core.top() }@"
set wrapper "@{ core.wrapper.module }@"
set version "@{ version }@"
set part "@{ part }@"
if {[info exists argv] && [llength $argv] > 0} {
  set part [lindex $argv 0]
}
set root [file normalize [file join [file dirname [file normalize [info script]]] @{ root }@]]

# The files that a list of the package names.
proc listed {list} {
  global root
  set channel [open [file join $root $list]]
  set files {}
  foreach line [split [read $channel] "\n"] {
    if {$line ne "" && ![string match "//*" $line]} {
      lappend files [file join $root $line]
    }
  }
  close $channel
  return $files
}

set sources [listed "$name.f"]
set wrapper_source [file join $root wrapper "$wrapper.v"]
