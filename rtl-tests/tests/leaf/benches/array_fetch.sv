// leaves: dysta_array_fetch
// case: MEMORY_BYTES=8 DEPTH=32
// case: MEMORY_BYTES=16 DEPTH=32
// case: MEMORY_BYTES=16 DEPTH=128
// case: MEMORY_BYTES=32 DEPTH=64
// case: MEMORY_BYTES=64 DEPTH=32
// Runs that are read several times, and runs whose length is told behind their first word: words in order whatever user and
// memory do, bursts within lines of 256 bytes, never more words asked for than the buffer holds.
module bench;
  parameter integer MEMORY_BYTES = 16;
  parameter integer DEPTH = 32;
  localparam integer STEP = MEMORY_BYTES > 16 ? MEMORY_BYTES : 16;
  localparam integer PART = STEP / 16;

  logic clk = 0;
  logic rst_n = 0;
  logic start = 0;
  logic [31:0] address = 0;
  logic [31:0] words = 0;
  logic [15:0] times = 1;
  logic total_valid = 0;
  logic [31:0] total = 0;
  logic busy;
  logic dry;
  logic owed;
  logic burst_valid;
  logic burst_ready = 0;
  logic [31:0] burst_address;
  logic [7:0] burst_length;
  logic data_valid = 0;
  logic [8*MEMORY_BYTES-1:0] data = 0;
  logic word_valid;
  logic word_ready = 0;
  logic [127:0] word;

  integer queue_at [0:1023];
  integer queue_left [0:1023];
  integer queue_in = 0;
  integer queue_out = 0;
  // Bytes asked for and not yet taken.
  integer reserved;
  integer taken;
  integer wanted;
  integer run;
  integer i;
  integer clocks;
  logic told;

  dysta_array_fetch #(.DEPTH(DEPTH), .MEMORY_BYTES(MEMORY_BYTES)) u_dut (
    .clk_i(clk), .rst_ni(rst_n), .start_i(start), .address_i(address), .words_i(words), .times_i(times),
    .total_valid_i(total_valid), .total_words_i(total), .abort_i(1'b0), .busy_o(busy), .dry_o(dry), .owed_o(owed), .burst_valid_o(burst_valid), .burst_ready_i(burst_ready),
    .burst_address_o(burst_address), .burst_length_o(burst_length), .data_valid_i(data_valid), .data_i(data),
    .word_valid_o(word_valid), .word_ready_i(word_ready), .word_data_o(word));

  // The byte that lies at an address.
  function [7:0] byte_at(input integer place);
    byte_at = (place * 32'h9E3779B1) >> 21;
  endfunction

  task step(input integer user);
    begin
      clk = 0;
      burst_ready = $urandom % 3 != 0;
      word_ready = taken < wanted && $urandom % 4 < user;
      data_valid = queue_out < queue_in && $urandom % 4 != 0;
      for (i = 0; i < MEMORY_BYTES; i = i + 1) data[8*i +: 8] = data_valid ? byte_at(queue_at[queue_out%1024] + i) : 8'hxx;
      #5;
      if (burst_valid && burst_ready) begin
        i = burst_address % 256 + (burst_length + 1) * MEMORY_BYTES;
        if (i > 256 || burst_address % STEP != 0 || i % STEP != 0) $fatal(1, "run %0d: burst of %0d at %h", run, burst_length, burst_address);
        queue_at[queue_in%1024] = burst_address;
        queue_left[queue_in%1024] = burst_length + 1;
        queue_in = queue_in + 1;
        reserved = reserved + (burst_length + 1) * MEMORY_BYTES;
        if (reserved - 16 * taken > 16 * DEPTH + STEP) $fatal(1, "run %0d: %0d bytes reserved", run, reserved - 16 * taken);
      end
      if (data_valid) begin
        queue_at[queue_out%1024] = queue_at[queue_out%1024] + MEMORY_BYTES;
        queue_left[queue_out%1024] = queue_left[queue_out%1024] - 1;
        if (queue_left[queue_out%1024] == 0) queue_out = queue_out + 1;
      end
      if (word_valid && word_ready) begin
        for (i = 0; i < 16; i = i + 1) begin
          if (word[8*i +: 8] !== byte_at(address + 16 * (times > 1 ? taken % words : taken) + i)) $fatal(1, "run %0d: word %0d is %h", run, taken, word);
        end
        taken = taken + 1;
      end
      if (burst_valid && !owed) $fatal(1, "run %0d: an offered burst is not owed", run);
      if (dry !== (busy && !word_valid)) $fatal(1, "run %0d: dry %b", run, dry);
      clk = 1;
      #5;
    end
  endtask

  initial begin
    #5 clk = 1;
    #5;
    rst_n = 1;
    wanted = 0;
    taken = 0;
    reserved = 0;
    for (run = 0; run < 24; run = run + 1) begin
      told = run % 2 == 0;
      address = ($urandom % 4096) * STEP;
      if (told) begin
        words = 16 - (address % 256) / 16;
        times = 1;
        total = 1 + $urandom % 200;
        wanted = total;
      end else begin
        words = (1 + $urandom % 40) * PART;
        times = 1 + $urandom % 4;
        wanted = words * times;
      end
      taken = 0;
      reserved = 0;
      start = 1;
      clk = 0;
      word_ready = 0;
      burst_ready = 0;
      data_valid = 0;
      #5 clk = 1;
      #5;
      start = 0;
      for (clocks = 0; clocks < 4000 && (taken < wanted || busy); clocks = clocks + 1) begin
        total_valid = told && taken == 1;
        step(run % 3 + 1);
        if (total_valid && taken > 0) told = 0;
        total_valid = 0;
      end
      if (taken < wanted || busy) $fatal(1, "run %0d: %0d of %0d words, busy %b", run, taken, wanted, busy);
    end
    $display("PASS");
    $finish;
  end
endmodule
