# dysta 0.1.0, accelerator of tiny, digest b629ca68e063f0ff
# SPDX-License-Identifier: 0BSD
# Names and files of this package, for the other scripts. Part: the first of -tclargs.
set name "tiny_array"
set top "dysta_array"
set wrapper "dysta_array_axi"
set version "0.1"
set part "xc7z020clg400-1"
if {[info exists argv] && [llength $argv] > 0} {
  set part [lindex $argv 0]
}
set root [file normalize [file join [file dirname [file normalize [info script]]] ../..]]

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
