// leaves: dysta_array_weights
// case: CHANNELS=5 PARAMETERS=5
// case: CHANNELS=16 PARAMETERS=16
// case: CHANNELS=32 PARAMETERS=32
// Random tiles of several blocks: the pointer and the entries of every segment, and the parameters of every channel, whatever gaps the stream has;
// no tile begins while both banks are in use.
module bench;
  parameter integer CHANNELS = 5;
  parameter integer PARAMETERS = 5;
  localparam integer SEGMENT_W = 6;
  localparam integer ENTRY_W = 9;
  localparam integer SEGMENTS = 12;
  localparam integer TILES = 3;
  localparam integer BYTES = (CHANNELS + 7) / 8;
  localparam logic [5:0] LAST_SEGMENT = SEGMENTS - 1;
  localparam logic [11:0] LAST_TILE = TILES - 1;
  localparam logic [5:0] LAST_CHANNEL = CHANNELS - 1;
  localparam logic [6:0] LAST_PARAMETER = PARAMETERS - 1;

  logic clk = 0;
  logic rst_n = 0;
  logic word_valid = 0;
  logic word_ready;
  logic [127:0] word;
  logic pointer_we;
  logic [SEGMENT_W:0] pointer_waddr;
  logic [ENTRY_W+6:0] pointer_wdata;
  logic entry_we;
  logic [ENTRY_W-1:0] entry_waddr;
  logic [35:0] entry_wdata;
  logic parameter_we;
  logic [6:0] parameter_waddr;
  logic [71:0] parameter_wdata;
  logic loaded;
  logic next_full;
  logic full = 0;

  // Stream of a tile in bytes, and what it makes.
  logic [7:0] stream [0:8191];
  integer length;
  logic [31:0] bitmaps [0:SEGMENTS-1];
  logic [7:0] weights [0:1023];
  integer weight_count;
  logic [71:0] sent_parameters [0:31];
  logic [ENTRY_W+6:0] pointers [0:127];
  logic [17:0] entries [0:1023];
  logic [71:0] parameters [0:127];
  integer run;
  integer at;
  integer i;
  integer k;
  integer n;
  integer clocks;
  integer tile = 0;
  integer block = 0;
  logic bank = 0;
  logic taken;
  logic ended;

  dysta_array_weights #(.SEGMENT_W(SEGMENT_W), .ENTRY_W(ENTRY_W)) u_dut (
    .clk_i(clk), .rst_ni(rst_n), .segments_i(LAST_SEGMENT), .tiles_i(LAST_TILE), .channels_i(LAST_CHANNEL),
    .parameters_i(LAST_PARAMETER), .pooled_i(1'b0), .word_valid_i(word_valid), .word_ready_o(word_ready), .word_data_i(word),
    .pointer_we_o(pointer_we), .pointer_waddr_o(pointer_waddr), .pointer_wdata_o(pointer_wdata),
    .entry_we_o(entry_we), .entry_waddr_o(entry_waddr), .entry_wdata_o(entry_wdata),
    .parameter_we_o(parameter_we), .parameter_waddr_o(parameter_waddr), .parameter_wdata_o(parameter_wdata),
    .loaded_o(loaded), .next_full_o(next_full), .full_i(full));

  task make_tile;
    begin
      length = 0;
      weight_count = 0;
      for (i = 0; tile == 0 && i < PARAMETERS; i = i + 1) begin
        sent_parameters[i] = {$urandom, $urandom, $urandom};
        for (k = 0; k < 16; k = k + 1) stream[length+k] = k < 9 ? sent_parameters[i][8*k +: 8] : 0;
        length = length + 16;
      end
      for (i = 0; i < SEGMENTS; i = i + 1) begin
        bitmaps[i] = $urandom & (run % 3 == 0 ? $urandom : 32'hffffffff) & (32'hffffffff >> (32 - CHANNELS));
        if ($urandom % 4 == 0) bitmaps[i] = 0;
        if ($urandom % 6 == 0) bitmaps[i] = 32'hffffffff >> (32 - CHANNELS);
        for (k = 0; k < BYTES; k = k + 1) stream[length+k] = bitmaps[i][8*k +: 8];
        length = length + BYTES;
        for (k = 0; k < CHANNELS; k = k + 1) begin
          if (bitmaps[i][k]) begin
            weights[weight_count] = $urandom;
            stream[length] = weights[weight_count];
            length = length + 1;
            weight_count = weight_count + 1;
          end
        end
      end
      while (length % 16 != 0) begin
        stream[length] = 0;
        length = length + 1;
      end
    end
  endtask

  task check_tile;
    begin
      n = 0;
      for (i = 0; i < SEGMENTS; i = i + 1) begin
        k = 0;
        for (clocks = 0; clocks < 32; clocks = clocks + 1) k = k + bitmaps[i][clocks];
        if (pointers[{bank, i[SEGMENT_W-1:0]}][6:0] !== k) $fatal(1, "run %0d: count of segment %0d", run, i);
        if (k > 0 && pointers[{bank, i[SEGMENT_W-1:0]}][ENTRY_W+6:7] !== n) $fatal(1, "run %0d: start of segment %0d", run, i);
        for (k = 0; k < 32; k = k + 1) begin
          if (bitmaps[i][k]) begin
            if (entries[{bank, n[ENTRY_W-1:0]}] !== {4'd0, weights[n], 1'b0, k[4:0]}) $fatal(1, "run %0d: entry %0d", run, n);
            n = n + 1;
          end
        end
      end
      for (i = 0; tile == 0 && i < PARAMETERS; i = i + 1) begin
        if (parameters[{block[1:0], i[4:0]}] !== sent_parameters[i]) $fatal(1, "run %0d: parameter %0d", run, i);
      end
    end
  endtask

  initial begin
    #5 clk = 1;
    #5;
    for (run = 0; run < 60; run = run + 1) begin
      make_tile;
      at = 0;
      ended = 0;
      full = run % 4 == 3;
      for (clocks = 0; clocks < 5000 && !ended; clocks = clocks + 1) begin
        clk = 0;
        rst_n = 1;
        if (clocks > 20) full = 0;
        word_valid = at < length && (word_valid || $urandom % 4 != 0);
        for (i = 0; i < 16; i = i + 1) word[8*i +: 8] = word_valid ? stream[at+i] : 8'hxx;
        #5;
        if (full && (pointer_we || entry_we || parameter_we)) $fatal(1, "run %0d: a bank in use is written", run);
        if (pointer_we) pointers[pointer_waddr] = pointer_wdata;
        if (entry_we) begin
          entries[{entry_waddr, 1'b0}] = entry_wdata[17:0];
          entries[{entry_waddr, 1'b1}] = entry_wdata[35:18];
        end
        if (parameter_we) parameters[parameter_waddr] = parameter_wdata;
        taken = word_valid && word_ready;
        clk = 1;
        #5;
        ended = loaded;
        if (taken) begin
          at = at + 16;
          word_valid = 0;
        end
      end
      if (!ended || at != length) $fatal(1, "run %0d: %0d of %0d bytes", run, at, length);
      check_tile;
      bank = !bank;
      tile = (tile + 1) % TILES;
      if (tile == 0) block = block + 1;
    end
    if (next_full !== 1'b0) $fatal(1, "the chain begins full");
    $display("PASS");
    $finish;
  end
endmodule
