// Gives the top one record of operands from the input in every clock and prints all results after the clock edge.
#include <cstdint>
#include <cstdio>

#include "Vfloat_top.h"
#include "verilated.h"

int main() {
  VerilatedContext context;
  Vfloat_top top{&context};
  uint32_t record[5];
  while (std::fread(record, sizeof record, 1, stdin) == 1) {
    top.clk_i = 0;
    top.a_i = record[0];
    top.b_i = record[1];
    top.halves_i = record[2];
    top.x_i = record[3] | static_cast<uint64_t>(record[4]) << 32;
    top.eval();
    top.clk_i = 1;
    top.eval();
    if (std::fwrite(&top.results_o[0], 4, 48, stdout) != 48) return 1;
  }
  top.final();
  return std::fflush(stdout) == 0 ? 0 : 1;
}
