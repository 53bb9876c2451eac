#!/bin/sh
# dysta 0.1.0, config tiny, digest b93da4205507f7e3
# SPDX-License-Identifier: 0BSD
# Places and routes dysta_scheduler by itself on ECP5, from the folder of the package, after
#   yosys -l ecp5.log yosys/ecp5.ys
# NEXTPNR names the program, further arguments go to it; a missed clock fails.
set -eu
: "${NEXTPNR:=nextpnr-ecp5}"
exec "$NEXTPNR" --85k --package CABGA381 --speed 6 --out-of-context \
  --json ecp5.json --lpf constraints/tiny.lpf --lpf-allow-unconstrained \
  --report ecp5_report.json "$@"
