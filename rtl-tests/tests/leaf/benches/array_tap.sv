// leaves: dysta_array_tap
// case: WIDTH=1 PLACES=1
// case: WIDTH=40 PLACES=5
// Every output against its definition on random inputs.
module bench;
  parameter integer WIDTH = 8;
  parameter integer PLACES = 2;

  logic bus_valid;
  logic room;
  logic ready;
  logic next_room;
  logic out_valid;
  logic [PLACES-1:0] mask;
  logic [PLACES-1:0] next_mask;
  logic [WIDTH-1:0] word;
  logic [WIDTH-1:0] out_word;
  integer i;

  dysta_array_tap #(.WIDTH(WIDTH), .PLACES(PLACES)) u_dut (
    .bus_valid_i(bus_valid), .bus_mask_i(mask), .next_bus_mask_o(next_mask), .bus_word_i(word),
    .room_i(room), .next_room_o(next_room), .out_valid_o(out_valid), .out_ready_i(ready), .out_word_o(out_word));

  initial begin
    for (i = 0; i < 2000; i = i + 1) begin
      {bus_valid, room, ready} = $urandom;
      mask = $urandom;
      word = {$urandom, $urandom};
      #1;
      if (out_valid !== (bus_valid && mask[0]) || out_word !== word) $fatal(1, "step %0d: word", i);
      if (next_room !== (room && (ready || !mask[0]))) $fatal(1, "step %0d: room", i);
      if (next_mask !== mask >> 1) $fatal(1, "step %0d: mask", i);
    end
    $display("PASS");
    $finish;
  end
endmodule
