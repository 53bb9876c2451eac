#!/bin/sh
# dysta 0.1.0, accelerator of tiny, digest b629ca68e063f0ff
# SPDX-License-Identifier: 0BSD
# Places and routes dysta_array by itself on LFE5U-85F, from the folder of the package, after
#   yosys -l tiny_array_ecp5.log yosys/array/ecp5.ys
# NEXTPNR names the program, further arguments go to it; a missed clock fails.
set -eu
: "${NEXTPNR:=nextpnr-ecp5}"
exec "$NEXTPNR" --85k --speed 6 --package CABGA381 --out-of-context \
  --json tiny_array_ecp5.json --lpf constraints/tiny_array.lpf --lpf-allow-unconstrained \
  --report tiny_array_ecp5_report.json "$@"
