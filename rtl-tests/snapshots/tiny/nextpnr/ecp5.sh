#!/bin/sh
# dysta 0.1.0, config tiny, digest b93da4205507f7e3
# SPDX-License-Identifier: 0BSD
# Places and routes dysta_scheduler by itself on LFE5U-85F, from the folder of the package, after
#   yosys -l tiny_ecp5.log yosys/ecp5.ys
# NEXTPNR names the program, further arguments go to it; a missed clock fails.
set -eu
: "${NEXTPNR:=nextpnr-ecp5}"
exec "$NEXTPNR" --85k --speed 6 --package CABGA381 --out-of-context \
  --json tiny_ecp5.json --lpf constraints/tiny.lpf --lpf-allow-unconstrained \
  --report tiny_ecp5_report.json "$@"
