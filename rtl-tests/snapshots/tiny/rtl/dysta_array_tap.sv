// dysta 0.1.0, accelerator of tiny, digest b629ca68e063f0ff
// SPDX-License-Identifier: 0BSD
//
// Takes the words of a bus that are meant for this place; the bus waits until all places that are meant have room.
// Latency and throughput: combinational. The room of all places is gathered in a chain.

module dysta_array_tap #(
  // Bits of a word, >= 1.
  parameter integer WIDTH = 8,
  // Places on the bus, 1 to 16.
  parameter integer PLACES = 2
) (
  // Bus; valid only while all that the mask means have room. Bit 0 of the mask is this place, the others are passed on.
  input  logic bus_valid_i,
  input  logic [PLACES-1:0] bus_mask_i,
  output logic [PLACES-1:0] next_bus_mask_o,
  input  logic [WIDTH-1:0] bus_word_i,

  // All places before this one that the mask means have room; the same with this one.
  input  logic room_i,
  output logic next_room_o,

  // Words for this place.
  output logic out_valid_o,
  input  logic out_ready_i,
  output logic [WIDTH-1:0] out_word_o
);

  generate
    if (WIDTH < 1) begin : gen_check_width
      dysta_error_array_tap_width_must_be_at_least_1 u_error ();
    end
    if (PLACES < 1 || PLACES > 16) begin : gen_check_places
      dysta_error_array_tap_places_must_be_1_to_16 u_error ();
    end
  endgenerate

  assign next_room_o = room_i && (out_ready_i || !bus_mask_i[0]);
  assign out_valid_o = bus_valid_i && bus_mask_i[0];
  assign next_bus_mask_o = bus_mask_i >> 1;
  assign out_word_o = bus_word_i;

endmodule
