// dysta 0.1.0, config tiny, digest b93da4205507f7e3
// SPDX-License-Identifier: 0BSD

// Joins the offer of the sequencer with the fields of the chosen entry.
// Latency: none, combinational.
module dysta_dispatcher (
  // Offer.
  input  logic        offer_valid_i,
  output logic        offer_ready_o,

  // Fields of the entry on the memory outputs, and its score.
  input  logic [15:0] id_i,
  input  logic [2:0]  position_i,
  input  logic [1:0]  profile_i,
  input  logic [4:0]  layer_i,
  input  logic [39:0] score_i,

  // Stream to the accelerator.
  output logic        dispatch_valid_o,
  input  logic        dispatch_ready_i,
  output logic [15:0] dispatch_id_o,
  output logic [2:0]  dispatch_position_o,
  output logic [1:0]  dispatch_profile_o,
  output logic [4:0]  dispatch_layer_o,
  output logic [39:0] dispatch_score_o,

  // The layer row of the offered entry is read.
  output logic        read_o
);
  assign dispatch_valid_o = offer_valid_i;
  assign offer_ready_o = dispatch_ready_i;
  assign read_o = offer_valid_i;
  assign dispatch_id_o = id_i;
  assign dispatch_position_o = position_i;
  assign dispatch_profile_o = profile_i;
  assign dispatch_layer_o = layer_i;
  assign dispatch_score_o = score_i;
endmodule
