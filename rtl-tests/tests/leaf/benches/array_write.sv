// leaves: dysta_array_write
// case: MEMORY_BYTES=8
// case: MEMORY_BYTES=16
// case: MEMORY_BYTES=32
// case: MEMORY_BYTES=64
// Outputs of random lengths: every byte in memory, nothing beside them, the number of words first in place and last in time, bursts
// within lines of 256 bytes with their last transfer marked, errors told.
module bench;
  parameter integer MEMORY_BYTES = 16;
  localparam integer STEP = MEMORY_BYTES > 16 ? MEMORY_BYTES : 16;

  logic clk = 0;
  logic rst_n = 0;
  logic start = 0;
  logic [31:0] address = 0;
  logic done;
  logic busy;
  logic owed;
  logic error;
  logic answered;
  logic full;
  integer last_answers;
  logic word_valid = 0;
  logic word_ready;
  logic [127:0] word = 0;
  logic word_last = 0;
  logic aw_valid;
  logic aw_ready = 0;
  logic [31:0] aw_addr;
  logic [7:0] aw_len;
  logic w_valid;
  logic w_ready = 0;
  logic [8*MEMORY_BYTES-1:0] w_data;
  logic [MEMORY_BYTES-1:0] w_strb;
  logic w_last;
  logic b_valid = 0;
  logic b_ready;
  logic [1:0] b_resp = 0;

  logic [7:0] memory [0:65535];
  integer burst_at [0:255];
  integer burst_left [0:255];
  integer bursts_in = 0;
  integer bursts_out = 0;
  integer answers = 0;
  integer length;
  integer sent;
  integer run;
  integer clocks;
  integer i;
  logic taken;
  logic ended;
  logic header;

  dysta_array_write #(.MEMORY_BYTES(MEMORY_BYTES)) u_dut (
    .clk_i(clk), .rst_ni(rst_n), .start_i(start), .address_i(address), .abort_i(1'b0), .busy_o(busy), .owed_o(owed), .done_o(done), .error_o(error), .answered_o(answered), .full_o(full),
    .word_valid_i(word_valid), .word_ready_o(word_ready), .word_data_i(word), .word_last_i(word_last),
    .m_axi_aw_valid_o(aw_valid), .m_axi_aw_ready_i(aw_ready), .m_axi_aw_addr_o(aw_addr), .m_axi_aw_len_o(aw_len),
    .m_axi_w_valid_o(w_valid), .m_axi_w_ready_i(w_ready), .m_axi_w_data_o(w_data), .m_axi_w_strb_o(w_strb), .m_axi_w_last_o(w_last),
    .m_axi_b_valid_i(b_valid), .m_axi_b_ready_o(b_ready), .m_axi_b_resp_i(b_resp));

  function [7:0] byte_at(input integer place);
    byte_at = (place * 32'h9E3779B1 + run) >> 19;
  endfunction

  task step;
    begin
      clk = 0;
      word_valid = sent < length && (word_valid || $urandom % 3 != 0);
      for (i = 0; i < 16; i = i + 1) word[8*i +: 8] = word_valid ? byte_at(16 * sent + i) : 8'hxx;
      word_last = word_valid ? sent + 1 == length : 1'bx;
      aw_ready = $urandom % 2;
      w_ready = bursts_out < bursts_in && $urandom % 3 != 0;
      b_valid = answers > 0 && $urandom % 4 == 0;
      b_resp = $urandom;
      #5;
      if (error !== (b_valid && b_resp[1]) || b_ready !== 1'b1) $fatal(1, "run %0d: answer", run);
      if ((aw_valid || w_valid || answers > 0) && !(busy && owed)) $fatal(1, "run %0d: owed", run);
      if (full !== (word_valid && !word_ready)) $fatal(1, "run %0d: full", run);
      if (answered && (!b_valid || answers != 1 || sent < length)) $fatal(1, "run %0d: not the last answer", run);
      last_answers = last_answers + answered;
      if (w_valid && w_ready) begin
        i = bursts_out % 256;
        burst_left[i] = burst_left[i] - 1;
        if (w_last !== (burst_left[i] == 0)) $fatal(1, "run %0d: last transfer", run);
        header = burst_at[i] < address + 16 && w_strb[0];
        if (header && sent < length) $fatal(1, "run %0d: the number of words comes first", run);
        for (i = 0; i < MEMORY_BYTES; i = i + 1) if (w_strb[i]) memory[burst_at[bursts_out%256]+i] = w_data[8*i +: 8];
        i = bursts_out % 256;
        burst_at[i] = burst_at[i] + MEMORY_BYTES;
        if (burst_left[i] == 0) begin
          bursts_out = bursts_out + 1;
          answers = answers + 1;
        end
      end
      if (aw_valid && aw_ready) begin
        i = aw_addr % 256 + (aw_len + 1) * MEMORY_BYTES;
        if (i > 256 || aw_addr % STEP != 0) $fatal(1, "run %0d: burst of %0d at %h", run, aw_len, aw_addr);
        burst_at[bursts_in%256] = aw_addr;
        burst_left[bursts_in%256] = aw_len + 1;
        bursts_in = bursts_in + 1;
      end
      if (b_valid) answers = answers - 1;
      taken = word_valid && word_ready;
      ended = done;
      clk = 1;
      #5;
      if (taken) begin
        sent = sent + 1;
        word_valid = 0;
      end
    end
  endtask

  task check_memory;
    begin
      for (i = 0; i < 65536; i = i + 1) begin
        if (i < address || i >= address + 16 * (length + 1)) begin
          if (memory[i] !== 8'h5a) $fatal(1, "run %0d: byte %h is written", run, i);
        end else if (i >= address + 16) begin
          if (memory[i] !== byte_at(i - address - 16)) $fatal(1, "run %0d: byte %h", run, i);
        end else if (memory[i] !== (i - address < 4 ? length >> (8 * (i - address)) & 255 : 0)) begin
          $fatal(1, "run %0d: number of words", run);
        end
      end
    end
  endtask

  initial begin
    sent = 0;
    length = 0;
    #5 clk = 1;
    #5;
    rst_n = 1;
    for (run = 0; run < 20; run = run + 1) begin
      for (i = 0; i < 65536; i = i + 1) memory[i] = 8'h5a;
      length = run < 8 ? run + 1 : 1 + $urandom % 120;
      sent = 0;
      address = ($urandom % 512) * STEP;
      clk = 0;
      start = 1;
      word_valid = 0;
      {aw_ready, w_ready, b_valid} = 0;
      #5 clk = 1;
      #5;
      start = 0;
      ended = 0;
      last_answers = 0;
      for (clocks = 0; clocks < 5000 && !ended; clocks = clocks + 1) step;
      if (!ended || last_answers != 1 || answers != 0 || bursts_in != bursts_out) $fatal(1, "run %0d does not end", run);
      check_memory;
    end
    $display("PASS");
    $finish;
  end
endmodule
