// dysta 0.1.0, accelerator of tiny, digest b629ca68e063f0ff
// SPDX-License-Identifier: 0BSD
//
// Self-checking testbench of dysta_array. It plays the memory behind the AXI4 master, sends the descriptors of a few layers one
// after the other and compares every byte of their outputs with what the reference wrote on its own, and the number of
// non-zeros. The first difference, an unknown (X) on a handshake, or a standstill ends the run with an error; a run that finds
// none prints `PASS: N bytes compared`.
//
// Vectors: text files of one 64-bit word in hexadecimal a line. Word 0 is the digest of the accelerator, word 1 the
// number of records, then the records follow, fields in this order, one word each, and the digest again:
//   layers.hex       words of descriptor, of memory, of output, number of the first output word, non-zeros of the input
//   descriptors.hex  word                                   the descriptors lie one behind the other
//   memory.hex       low half, high half                    word of 128 bits before the layer runs
//   expected.hex     low half, high half                    word of the output after it
//
// Stimulus is driven at the falling edge and outputs are sampled before the rising edge, so that all simulators agree.

module dysta_array_tb #(
  // First 64 bits of the digest of the accelerator.
  parameter logic [63:0] DIGEST = 64'hb629ca68e063f0ff,
  // Records of the vector files.
  parameter integer LAYERS = 3,
  parameter integer DESCRIPTORS = 105,
  parameter integer MEMORY = 656,
  parameter integer EXPECTED = 19,
  // Words of the memory, of 16 bytes; bytes of a transfer.
  parameter integer WORDS = 256,
  parameter integer MEMORY_BYTES = 16,
  // Clocks from a burst to its first word, and from the last word written to the answer.
  parameter integer LATENCY = 20,
  // Share (of 256) of the clocks in which each channel stands still, and seed.
  parameter logic [7:0] PRESSURE = 8'd64,
  parameter logic [31:0] SEED = 32'd1,
  // Clocks after which a layer that has not ended fails.
  parameter integer WATCHDOG = 51200
);

  // Bursts that can be under way.
  localparam integer BURSTS = 64;

  logic clk = 1'b0;
  logic rst_n = 1'b0;
  logic descriptor_valid = 1'b0;
  logic descriptor_ready;
  logic [31:0] descriptor_data = 32'd0;
  logic descriptor_last = 1'b0;
  logic layer_done_valid;
  logic layer_done_ready = 1'b0;
  logic [31:0] layer_done_nnz;
  logic [1:0] layer_done_status;
  logic ar_valid;
  logic ar_ready = 1'b0;
  logic ar_id;
  logic [31:0] ar_addr;
  logic [7:0] ar_len;
  logic r_valid = 1'b0;
  logic r_ready;
  logic r_id = 1'b0;
  logic [8*MEMORY_BYTES-1:0] r_data = {(8 * MEMORY_BYTES){1'b0}};
  logic aw_valid;
  logic aw_ready = 1'b0;
  logic [31:0] aw_addr;
  logic [7:0] aw_len;
  logic w_valid;
  logic w_ready = 1'b0;
  logic [8*MEMORY_BYTES-1:0] w_data;
  logic [MEMORY_BYTES-1:0] w_strb;
  logic w_last;
  logic b_valid = 1'b0;
  logic b_ready;
  logic [2:0] statistics_address = 3'd0;
  logic [47:0] statistics_data;

  dysta_array u_dut (
    .clk_i(clk),
    .rst_ni(rst_n),
    .descriptor_valid_i(descriptor_valid),
    .descriptor_ready_o(descriptor_ready),
    .descriptor_data_i(descriptor_data),
    .descriptor_last_i(descriptor_last),
    .layer_done_valid_o(layer_done_valid),
    .layer_done_ready_i(layer_done_ready),
    .layer_done_nnz_o(layer_done_nnz),
    .layer_done_status_o(layer_done_status),
    .m_axi_ar_valid_o(ar_valid),
    .m_axi_ar_ready_i(ar_ready),
    .m_axi_ar_id_o(ar_id),
    .m_axi_ar_addr_o(ar_addr),
    .m_axi_ar_len_o(ar_len),
    .m_axi_r_valid_i(r_valid),
    .m_axi_r_ready_o(r_ready),
    .m_axi_r_id_i(r_id),
    .m_axi_r_data_i(r_data),
    .m_axi_r_resp_i(2'd0),
    .m_axi_aw_valid_o(aw_valid),
    .m_axi_aw_ready_i(aw_ready),
    .m_axi_aw_addr_o(aw_addr),
    .m_axi_aw_len_o(aw_len),
    .m_axi_w_valid_o(w_valid),
    .m_axi_w_ready_i(w_ready),
    .m_axi_w_data_o(w_data),
    .m_axi_w_strb_o(w_strb),
    .m_axi_w_last_o(w_last),
    .m_axi_b_valid_i(b_valid),
    .m_axi_b_ready_o(b_ready),
    .m_axi_b_resp_i(2'd0),
    .statistics_address_i(statistics_address),
    .statistics_data_o(statistics_data)
  );

  // Vectors, each with its two head words and its end.
  logic [63:0] layers [0:5*LAYERS+2];
  logic [63:0] descriptors [0:DESCRIPTORS+2];
  logic [63:0] images [0:2*MEMORY+2];
  logic [63:0] expected [0:2*EXPECTED+2];

  // The memory, and the bursts under way: next byte, transfers left, identifier, clock in which it can go on.
  logic [7:0] memory [0:16*WORDS-1];
  integer read_at [0:BURSTS-1];
  integer read_left [0:BURSTS-1];
  logic read_id [0:BURSTS-1];
  integer read_due [0:BURSTS-1];
  integer write_at [0:BURSTS-1];
  integer write_left [0:BURSTS-1];
  integer answer_due [0:BURSTS-1];
  integer reads_in = 0;
  integer reads_out = 0;
  integer writes_in = 0;
  integer writes_out = 0;
  integer answers_in = 0;
  integer answers_out = 0;

  // Place in the vectors, the clock, what has been compared.
  integer layer = 0;
  integer descriptor_at = 2;
  integer image_at = 2;
  integer expected_at = 2;
  integer sent = 0;
  integer now = 0;
  integer started = 0;
  integer compared = 0;
  logic done = 1'b0;
  // Words that were offered and not taken stay.
  logic descriptor_held = 1'b0;
  logic r_held = 1'b0;
  logic b_held = 1'b0;
  integer i;
  integer j;
  integer base;
  logic [63:0] half;
  logic [7:0] found;

  function open(input [31:0] stream);
    logic [31:0] mixed;
    begin
      mixed = (now + SEED + stream * 32'h9E3779B9) * 32'h85EBCA6B;
      mixed = (mixed ^ (mixed >> 13)) * 32'hC2B2AE35;
      open = mixed[31:24] >= PRESSURE;
    end
  endfunction

  task check_frame(input [63:0] digest, input [63:0] records, input integer count, input [63:0] tail);
    begin
      if (digest !== DIGEST) $fatal(1, "vectors of accelerator %h, this testbench is for %h", digest, DIGEST);
      if (records !== {32'd0, count}) $fatal(1, "vectors hold %0d records where %0d belong", records, count);
      if (tail !== DIGEST) $fatal(1, "vectors are cut short");
    end
  endtask

  task read_vectors;
    begin
      $readmemh("tb/vectors/array/layers.hex", layers);
      $readmemh("tb/vectors/array/descriptors.hex", descriptors);
      $readmemh("tb/vectors/array/memory.hex", images);
      $readmemh("tb/vectors/array/expected.hex", expected);
      check_frame(layers[0], layers[1], LAYERS, layers[5*LAYERS+2]);
      check_frame(descriptors[0], descriptors[1], DESCRIPTORS, descriptors[DESCRIPTORS+2]);
      check_frame(images[0], images[1], MEMORY, images[2*MEMORY+2]);
      check_frame(expected[0], expected[1], EXPECTED, expected[2*EXPECTED+2]);
    end
  endtask

  // Puts the memory of the layer in place.
  task begin_layer;
    begin
      base = 2 + 5 * layer;
      for (i = 0; i < 2 * layers[base+1][31:0]; i = i + 1) begin
        half = images[image_at+i];
        for (j = 0; j < 8; j = j + 1) memory[8*i+j] = half[8*j +: 8];
      end
      sent = 0;
      started = now;
      done = 1'b0;
    end
  endtask

  // Stimulus of this clock. Payloads are wrong on purpose while their valid is low.
  task drive;
    begin
      base = 2 + 5 * layer;
      descriptor_valid = !done && sent < layers[base][31:0] && (descriptor_held || open(32'd1));
      descriptor_data = descriptors[descriptor_at+sent][31:0] ^ {32{!descriptor_valid}};
      descriptor_last = (sent + 1 == layers[base][31:0]) ^ !descriptor_valid;
      layer_done_ready = open(32'd2);
      ar_ready = open(32'd3);
      aw_ready = open(32'd4);
      i = reads_out % BURSTS;
      r_valid = reads_out < reads_in && read_due[i] <= now && (r_held || open(32'd5));
      r_id = r_valid && read_id[i];
      r_data = {(8 * MEMORY_BYTES){1'b1}};
      for (j = 0; r_valid && j < MEMORY_BYTES; j = j + 1) r_data[8*j +: 8] = memory[read_at[i]+j];
      w_ready = writes_out < writes_in && open(32'd6);
      b_valid = answers_out < answers_in && answer_due[answers_out%BURSTS] <= now && (b_held || open(32'd7));
    end
  endtask

  task check_known;
    begin
      if (^{descriptor_ready, layer_done_valid, ar_valid, r_ready, aw_valid, w_valid, b_ready} === 1'bx) begin
        $fatal(1, "unknown handshake: descriptor %b, layer_done %b, ar %b, r %b, aw %b, w %b, b %b", descriptor_ready,
               layer_done_valid, ar_valid, r_ready, aw_valid, w_valid, b_ready);
      end
      if (ar_valid && ^{ar_id, ar_addr, ar_len} === 1'bx) $fatal(1, "unknown read burst");
      if (aw_valid && ^{aw_addr, aw_len} === 1'bx) $fatal(1, "unknown write burst");
    end
  endtask

  task take_bursts;
    begin
      if (ar_valid && ar_ready) begin
        i = reads_in % BURSTS;
        read_at[i] = ar_addr;
        read_left[i] = {24'd0, ar_len} + 1;
        read_id[i] = ar_id;
        read_due[i] = now + LATENCY;
        reads_in = reads_in + 1;
        if (read_at[i] + MEMORY_BYTES * read_left[i] > 16 * WORDS) begin
          $fatal(1, "read of %0d transfers at %h leaves the memory", read_left[i], ar_addr);
        end
      end
      if (aw_valid && aw_ready) begin
        i = writes_in % BURSTS;
        write_at[i] = aw_addr;
        write_left[i] = {24'd0, aw_len} + 1;
        writes_in = writes_in + 1;
        if (write_at[i] + MEMORY_BYTES * write_left[i] > 16 * WORDS) begin
          $fatal(1, "write of %0d transfers at %h leaves the memory", write_left[i], aw_addr);
        end
      end
      if (reads_in - reads_out > BURSTS || writes_in - writes_out > BURSTS) $fatal(1, "too many bursts");
    end
  endtask

  task move_words;
    begin
      if (r_valid && r_ready) begin
        i = reads_out % BURSTS;
        read_at[i] = read_at[i] + MEMORY_BYTES;
        read_left[i] = read_left[i] - 1;
        if (read_left[i] == 0) reads_out = reads_out + 1;
      end
      if (w_valid && w_ready) begin
        i = writes_out % BURSTS;
        if (^w_strb === 1'bx) $fatal(1, "unknown strobes");
        for (j = 0; j < MEMORY_BYTES; j = j + 1) if (w_strb[j]) memory[write_at[i]+j] = w_data[8*j +: 8];
        write_at[i] = write_at[i] + MEMORY_BYTES;
        write_left[i] = write_left[i] - 1;
        if (w_last !== (write_left[i] == 0)) $fatal(1, "a write burst ends early or late");
        if (write_left[i] == 0) begin
          answer_due[answers_in%BURSTS] = now + LATENCY;
          answers_in = answers_in + 1;
          writes_out = writes_out + 1;
        end
      end
      if (b_valid && b_ready) answers_out = answers_out + 1;
    end
  endtask

  task sample;
    begin
      descriptor_held = descriptor_valid && !descriptor_ready;
      r_held = r_valid && !r_ready;
      b_held = b_valid && !b_ready;
      if (descriptor_valid && descriptor_ready) sent = sent + 1;
      take_bursts;
      move_words;
      if (layer_done_valid && layer_done_ready) begin
        if (layer_done_status !== 2'd0) $fatal(1, "layer %0d ends with status %0d", layer, layer_done_status);
        base = 2 + 5 * layer;
        if ({32'd0, layer_done_nnz} !== layers[base+4]) begin
          $fatal(1, "layer %0d has %0d non-zeros, expected %0d", layer, layer_done_nnz, layers[base+4]);
        end
        done = 1'b1;
      end
      if (now - started > WATCHDOG) $fatal(1, "layer %0d has not ended after %0d clocks", layer, WATCHDOG);
    end
  endtask

  task run_clock;
    begin
      clk = 1'b0;
      drive;
      #5;
      check_known;
      sample;
      clk = 1'b1;
      #5;
      now = now + 1;
    end
  endtask

  task end_layer;
    begin
      base = 2 + 5 * layer;
      for (i = 0; i < 2 * layers[base+2][31:0]; i = i + 1) begin
        half = expected[expected_at+i];
        for (j = 0; j < 8; j = j + 1) begin
          found = memory[16*layers[base+3][31:0]+8*i+j];
          if (found !== half[8*j +: 8]) begin
            $fatal(1, "layer %0d: byte %0d differs: %h instead of %h", layer, 8 * i + j, found, half[8*j +: 8]);
          end
          compared = compared + 1;
        end
      end
      descriptor_at = descriptor_at + layers[base][31:0];
      image_at = image_at + 2 * layers[base+1][31:0];
      expected_at = expected_at + 2 * layers[base+2][31:0];
    end
  endtask

  // In every clock that counts an element begins a product or is idle for one reason.
  logic [47:0] counted;
  logic [47:0] accounted;
  task check_counters;
    begin
      layer_done_ready = 1'b0;
      for (i = 0; i < 24; i = i + 1) run_edge;
      accounted = 48'd0;
      for (i = 0; i < 7; i = i + 1) begin
        statistics_address = i[2:0];
        run_edge;
        if (i == 0) counted = statistics_data;
        else accounted = accounted + statistics_data;
      end
      if (counted === 48'd0 || accounted !== 4 * counted) begin
        $fatal(1, "layer %0d: %0d clocks of elements counted in %0d clocks", layer, accounted, counted);
      end
    end
  endtask

  task run_edge;
    begin
      clk = 1'b0;
      #5;
      clk = 1'b1;
      #5;
      now = now + 1;
    end
  endtask

  initial begin
    read_vectors;
    for (i = 0; i < 4; i = i + 1) begin
      clk = 1'b0;
      #5;
      clk = 1'b1;
      #5;
    end
    rst_n = 1'b1;
    for (layer = 0; layer < LAYERS; layer = layer + 1) begin
      begin_layer;
      while (!done) run_clock;
      check_counters;
      end_layer;
    end
    if (compared != 16 * EXPECTED) $fatal(1, "%0d of %0d bytes compared", compared, 16 * EXPECTED);
    $display("PASS: %0d bytes compared", compared);
    $finish;
  end

endmodule
