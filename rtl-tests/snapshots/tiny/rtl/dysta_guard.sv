// dysta 0.1.0, config tiny, digest b93da4205507f7e3
// SPDX-License-Identifier: 0BSD

// Says when the entry write port is taken and when nothing can change without a handshake.
// Latency: none, combinational.
module dysta_guard (
  // State of the blocks.
  input  logic sequencer_block_i,
  input  logic sequencer_quiet_i,
  input  logic admission_busy_i,
  input  logic completion_busy_i,
  input  logic update_block_i,
  input  logic update_busy_i,
  input  logic update_saturated_i,

  // State of the whole.
  output logic block_o,
  output logic quiescent_o,
  output logic saturation_o
);
  assign block_o = sequencer_block_i | update_block_i;
  assign quiescent_o = sequencer_quiet_i & ~(admission_busy_i | completion_busy_i | update_busy_i);
  assign saturation_o = update_saturated_i;
endmodule
