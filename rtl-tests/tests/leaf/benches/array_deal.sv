// leaves: dysta_array_deal
// case: ROWS=1 GROUP_LOG2=0
// case: ROWS=4 GROUP_LOG2=1
// case: ROWS=16 GROUP_LOG2=4
// The words of random tiles reach the rows in turn, rows without words left passed over, tiles without words among them.
module bench;
  parameter integer ROWS = 4;
  parameter integer GROUP_LOG2 = 1;
  localparam integer GROUP = 1 << GROUP_LOG2;
  localparam integer TILES = 200;

  logic clk = 0;
  logic rst_n = 0;
  logic word_valid = 0;
  logic word_ready;
  logic [127:0] word = 0;
  logic bus_valid;
  logic [ROWS-1:0] bus_mask;
  logic [127:0] bus_word;
  logic next_room;
  logic room = 0;
  logic taken;

  // The stream, and what is expected on the bus.
  logic [127:0] stream [0:9999];
  logic [127:0] words [0:9999];
  logic [ROWS-1:0] masks [0:9999];
  integer left [0:15];
  integer length = 0;
  integer count = 0;
  integer at = 0;
  integer seen = 0;
  integer i;
  integer row;
  integer rest;

  dysta_array_deal #(.ROWS(ROWS)) u_dut (
    .clk_i(clk), .rst_ni(rst_n), .group_log2_i(GROUP_LOG2[2:0]), .word_valid_i(word_valid), .word_ready_o(word_ready),
    .word_data_i(word), .bus_valid_o(bus_valid), .bus_mask_o(bus_mask), .bus_word_o(bus_word), .next_room_o(next_room), .room_i(room));

  task make_tile;
    begin
      rest = 0;
      stream[length] = 0;
      for (row = 0; row < GROUP; row = row + 1) begin
        left[row] = $urandom % 4 == 0 ? 0 : $urandom % 4;
        stream[length][8*row +: 8] = left[row];
        rest = rest + left[row];
      end
      length = length + 1;
      for (row = 0; rest > 0; row = (row + 1) % GROUP) begin
        if (left[row] > 0) begin
          stream[length] = {$urandom, $urandom, $urandom, $urandom};
          words[count] = stream[length];
          for (i = 0; i < ROWS; i = i + 1) masks[count][i] = i % GROUP == row;
          length = length + 1;
          count = count + 1;
          left[row] = left[row] - 1;
          rest = rest - 1;
        end
      end
    end
  endtask

  integer tile;
  integer clocks;
  initial begin
    for (tile = 0; tile < TILES; tile = tile + 1) make_tile;
    #5 clk = 1;
    #5;
    for (clocks = 0; clocks < 20000 && at < length; clocks = clocks + 1) begin
      clk = 0;
      rst_n = 1;
      // A word that is offered stays.
      word_valid = word_valid || $urandom % 3 != 0;
      word = word_valid ? stream[at] : {128{1'b1}};
      room = $urandom % 4 != 0;
      #5;
      if (bus_valid) begin
        if (!room || !word_valid) $fatal(1, "word %0d is sent without room", seen);
        if (bus_mask !== masks[seen]) $fatal(1, "word %0d to rows %b, expected %b", seen, bus_mask, masks[seen]);
        if (bus_word !== words[seen]) $fatal(1, "word %0d", seen);
        seen = seen + 1;
      end
      taken = word_valid && word_ready;
      clk = 1;
      #5;
      if (taken) begin
        at = at + 1;
        word_valid = 0;
      end
    end
    if (seen != count || at != length) $fatal(1, "%0d of %0d words", seen, count);
    if (next_room !== 1'b1) $fatal(1, "the chain begins without room");
    $display("PASS");
    $finish;
  end
endmodule
