#!/bin/sh
# @{ core.banner }@
# SPDX-License-Identifier: 0BSD
# Places and routes @{ core.top() }@ by itself on @{ device.part }@, from the folder of the package, after
#   yosys -l @{ core.name }@_@{ device.family }@.log yosys/@{ core.folder }@@{ device.family }@.ys
# NEXTPNR names the program, further arguments go to it; a missed clock fails.
set -eu
: "${NEXTPNR:=@{ device.program }@}"
exec "$NEXTPNR" @{ device.device }@/*% if device.out_of_context %*/ --out-of-context/*% endif %*/ \
  --json @{ core.name }@_@{ device.family }@.json/*% if device.arch == "ecp5" %*/ --lpf constraints/@{ core.name }@.lpf --lpf-allow-unconstrained/*% else %*/ --pcf constraints/@{ core.name }@.pcf --pcf-allow-unconstrained/*% endif %*/ \
  --report @{ core.name }@_@{ device.family }@_report.json "$@"
