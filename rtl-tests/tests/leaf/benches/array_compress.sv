// leaves: dysta_array_compress dysta_array_words
// case: ROWS=1 GROUP_LOG2=0
// case: ROWS=4 GROUP_LOG2=1
// case: ROWS=16 GROUP_LOG2=4
// Codes of random densities in several blocks: every byte of the stream, the last word filled up with zeros, whatever memory does, every turn told; no more sets of codes
// come than have been taken.
module bench;
  parameter integer ROWS = 4;
  parameter integer GROUP_LOG2 = 1;
  localparam integer GROUP = 1 << GROUP_LOG2;
  localparam integer LATENCY = 7;

  logic clk = 0;
  logic rst_n = 0;
  logic [7:0] zero = 0;
  logic [15:0] block_channels = 0;
  logic [15:0] last_channels = 0;
  logic sum_valid = 0;
  logic [3:0] sum_group = 0;
  logic sum_ends = 0;
  logic sum_last_block = 0;
  logic sum_last = 0;
  logic [8*ROWS-1:0] next_codes;
  logic [8*ROWS-1:0] codes = 0;
  logic taken;
  logic word_valid;
  logic word_ready = 0;
  logic [127:0] word;
  logic word_last;
  logic chunk_valid;
  logic chunk_ready;
  logic [287:0] chunk_content;
  logic [5:0] chunk_bytes;
  logic chunk_turn;
  logic chunk_last;
  logic sum_turn = 0;
  // Turns that the drain told and that came with chunks.
  integer turns [0:1];

  logic [7:0] expected [0:65535];
  integer length;
  integer seen;
  // Codes that are on their way.
  logic [8*ROWS-1:0] pipe [0:LATENCY];
  logic [8*GROUP-1:0] fresh;
  integer credit;
  integer run;
  integer clocks;
  integer positions;
  integer blocks;
  integer block;
  integer position;
  integer channel;
  integer channels;
  integer i;
  integer k;
  integer density;
  logic sending;
  logic ended;
  logic was_taken;
  logic [31:0] bitmap;
  logic [7:0] chunk [0:31];
  integer filled;

  dysta_array_compress #(.ROWS(ROWS), .LATENCY(LATENCY)) u_dut (
    .clk_i(clk), .rst_ni(rst_n), .zero_point_i(zero), .group_log2_i(GROUP_LOG2[2:0]), .block_channels_i(block_channels),
    .last_channels_i(last_channels), .sum_valid_i(sum_valid), .sum_group_i(sum_group), .sum_position_ends_i(sum_ends),
    .sum_last_block_i(sum_last_block), .sum_last_i(sum_last), .sum_turn_i(sum_turn), .next_codes_o(next_codes), .codes_i(codes), .taken_o(taken),
    .chunk_valid_o(chunk_valid), .chunk_ready_i(chunk_ready), .chunk_content_o(chunk_content), .chunk_bytes_o(chunk_bytes),
    .chunk_turn_o(chunk_turn), .chunk_last_o(chunk_last));

  dysta_array_words u_words (
    .clk_i(clk), .rst_ni(rst_n), .chunk_valid_i(chunk_valid), .chunk_ready_o(chunk_ready), .chunk_content_i(chunk_content),
    .chunk_bytes_i(chunk_bytes), .chunk_turn_i(chunk_turn), .chunk_last_i(chunk_last),
    .word_valid_o(word_valid), .word_ready_i(word_ready), .word_data_o(word), .word_last_o(word_last));

  // A chunk is complete: bitmap of one byte for every eight channels, then its codes.
  task end_chunk(input integer count);
    begin
      for (k = 0; k < (count + 7) / 8; k = k + 1) begin
        expected[length] = bitmap[8*k +: 8];
        length = length + 1;
      end
      for (k = 0; k < filled; k = k + 1) begin
        expected[length] = chunk[k];
        length = length + 1;
      end
      bitmap = 0;
      filled = 0;
    end
  endtask

  // The next set of codes: GROUP channels of a position; beyond the last channel they are any.
  task next_set;
    begin
      channels = (block == blocks - 1) ? last_channels : block_channels;
      sum_group = $urandom % (ROWS / GROUP);
      for (i = 0; i < GROUP; i = i + 1) begin
        fresh[8*i +: 8] = ($urandom % 8 < density) ? $urandom : zero;
        if (channel + i < channels) begin
          if (fresh[8*i +: 8] !== zero) begin
            bitmap[(channel+i)%32] = 1;
            chunk[filled] = fresh[8*i +: 8];
            filled = filled + 1;
          end
          if ((channel + i) % 32 == 31 || channel + i == channels - 1) end_chunk((channel + i) % 32 + 1);
        end
      end
      channel = channel + GROUP;
      sum_last_block = block == blocks - 1;
      // A row counts the channels of a whole block.
      sum_ends = channel >= block_channels;
      sum_last = 0;
      if (sum_ends) begin
        channel = 0;
        position = position + 1;
        if (position == positions) begin
          position = 0;
          block = block + 1;
          sum_last = block == blocks;
        end
      end
    end
  endtask

  initial begin
    bitmap = 0;
    filled = 0;
    turns[0] = 0;
    turns[1] = 0;
    for (i = 0; i <= LATENCY; i = i + 1) pipe[i] = 0;
    #5 clk = 1;
    #5;
    rst_n = 1;
    for (run = 0; run < 40; run = run + 1) begin
      zero = $urandom;
      density = run % 9;
      positions = 1 + $urandom % 6;
      blocks = 1 + $urandom % 3;
      // Several blocks have whole chunks.
      block_channels = blocks > 1 ? 32 * (1 + $urandom % 2) : 1 + $urandom % 70;
      last_channels = blocks > 1 ? 1 + $urandom % block_channels : block_channels;
      {block, position, channel, length, seen} = 0;
      credit = 16;
      sending = 1;
      ended = 0;
      for (clocks = 0; clocks < 20000 && !ended; clocks = clocks + 1) begin
        clk = 0;
        for (i = LATENCY; i > 0; i = i - 1) pipe[i] = pipe[i-1];
        sum_valid = sending && credit > 0 && $urandom % 4 != 0;
        fresh = 0;
        if (sum_valid) begin
          next_set;
          credit = credit - 1;
          sending = !sum_last;
          sum_turn = sum_ends && $urandom % 4 == 0;
          turns[0] = turns[0] + sum_turn;
        end
        pipe[0] = {$urandom, $urandom, $urandom, $urandom};
        for (i = 0; i < GROUP; i = i + 1) pipe[0][8*(GROUP*sum_group+i) +: 8] = fresh[8*i +: 8];
        codes = pipe[LATENCY];
        word_ready = $urandom % 4 != 0;
        #5;
        if (next_codes !== {(8 * ROWS){1'b0}}) $fatal(1, "run %0d: the chain begins with codes", run);
        if (word_valid && word_ready) begin
          for (i = 0; i < 16; i = i + 1) begin
            if (seen < length && word[8*i +: 8] !== expected[seen]) $fatal(1, "run %0d: byte %0d is %h instead of %h", run, seen, word[8*i +: 8], expected[seen]);
            if (seen >= length && word[8*i +: 8] !== 8'd0) $fatal(1, "run %0d: byte %0d behind the end", run, seen);
            seen = seen + 1;
          end
          if (word_last !== (!sending && seen >= length)) $fatal(1, "run %0d: last word at byte %0d of %0d", run, seen, length);
          ended = word_last;
        end
        was_taken = taken;
        turns[1] = turns[1] + (chunk_valid && chunk_ready && chunk_turn);
        clk = 1;
        #5;
        credit = credit + was_taken;
      end
      if (!ended || credit != 16) $fatal(1, "run %0d does not end: %0d of %0d bytes", run, seen, length);
      if (turns[0] != turns[1]) $fatal(1, "run %0d: %0d turns of %0d", run, turns[1], turns[0]);
    end
    $display("PASS");
    $finish;
  end
endmodule
