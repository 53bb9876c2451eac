// dysta 0.1.0, accelerator of tiny, digest b629ca68e063f0ff
// SPDX-License-Identifier: 0BSD
//
// Reads a run of memory words ahead of its user: asks for bursts while its buffer has room for them.
// A word has 16 bytes. Two transfers of 8 bytes make a word; a wider transfer holds several words, and runs begin and end with whole transfers.
// Throughput: one word a clock, with transfers of 8 bytes one in two clocks. The run may be read several times; or its length may be told after its first words.

module dysta_array_fetch #(
  // Words of the buffer, a power of two, 32 to 1024.
  parameter integer DEPTH = 128,
  // Bytes of a transfer, a power of two, 8 to 64.
  parameter integer MEMORY_BYTES = 16
) (
  input  logic clk_i,
  input  logic rst_ni,

  // A run begins: byte address (a multiple of 16 and of MEMORY_BYTES), words, times it is read. What was not taken of the last
  // run is dropped. Words beyond `words` are asked for when the run's length is told.
  input  logic start_i,
  input  logic [31:0] address_i,
  input  logic [31:0] words_i,
  input  logic [15:0] times_i,
  input  logic total_valid_i,
  input  logic [31:0] total_words_i,
  // The run is given up: what was offered or asked for is taken and dropped.
  input  logic abort_i,
  // Bursts are under way; so they are and no word is there; the memory has one to take or to answer.
  output logic busy_o,
  output logic dry_o,
  output logic owed_o,

  // Bursts: byte address and transfers less 1; none crosses 256 bytes.
  output logic burst_valid_o,
  input  logic burst_ready_i,
  output logic [31:0] burst_address_o,
  output logic [7:0] burst_length_o,

  // Transfers from memory, always taken.
  input  logic data_valid_i,
  input  logic [8*MEMORY_BYTES-1:0] data_i,

  // Words to the user.
  output logic word_valid_o,
  input  logic word_ready_i,
  output logic [127:0] word_data_o
);

  generate
    if (DEPTH < 32 || DEPTH > 1024 || (DEPTH & (DEPTH - 1)) != 0) begin : gen_check_depth
      dysta_error_array_fetch_depth_must_be_a_power_of_two_from_32_to_1024 u_error ();
    end
    if (MEMORY_BYTES < 8 || MEMORY_BYTES > 64 || (MEMORY_BYTES & (MEMORY_BYTES - 1)) != 0) begin : gen_check_memory_bytes
      dysta_error_array_fetch_memory_bytes_must_be_a_power_of_two_from_8_to_64 u_error ();
    end
  endgenerate

  // An entry of the buffer is a word, or what a wider transfer brings; 256 bytes are a line.
  localparam integer ENTRY_BYTES = (MEMORY_BYTES > 16) ? MEMORY_BYTES : 16;
  localparam integer BYTES_W = $clog2(ENTRY_BYTES);
  localparam integer WORDS = ENTRY_BYTES / 16;
  localparam integer WORDS_W = BYTES_W - 4;
  localparam integer TRANSFERS = ENTRY_BYTES / MEMORY_BYTES;
  localparam integer LINE = 256 / ENTRY_BYTES;
  localparam integer LINE_W = 8 - BYTES_W;
  localparam integer ENTRIES = DEPTH / WORDS;
  localparam integer ADDRESS_W = $clog2(ENTRIES);
  localparam integer ROOM_INTEGER = ENTRIES - LINE;
  localparam logic [ADDRESS_W:0] ROOM = ROOM_INTEGER[ADDRESS_W:0];
  localparam integer ROUND_INTEGER = WORDS - 1;
  localparam logic [31:0] ROUND = ROUND_INTEGER[31:0];
  localparam logic [LINE_W:0] WHOLE_LINE = LINE[LINE_W:0];

  logic [31:0] address_q;
  logic [31:0] left_q;
  logic [15:0] times_q;
  // Entries asked for and not yet taken by the user; those of them that are still under way.
  logic [ADDRESS_W:0] reserved_q;
  logic [ADDRESS_W:0] missing_q;
  logic [31:0] entries;
  logic [31:0] total_entries;
  logic [LINE_W:0] until_line;
  logic [LINE_W:0] burst;
  logic [31:0] burst_entries;
  logic take_burst;
  logic offered_q;
  logic [31:0] added;
  logic take_entry;
  logic arrived;
  logic entry_ends;

  (* ram_style = "block" *)
  logic [8*ENTRY_BYTES-1:0] memory_q [0:ENTRIES-1];
  logic [8*ENTRY_BYTES-1:0] arriving;
  logic [8*ENTRY_BYTES-1:0] read_q;
  logic [ADDRESS_W-1:0] write_at_q;
  logic [ADDRESS_W-1:0] read_at_q;
  logic [ADDRESS_W:0] stored_q;
  logic read;

  assign entries = words_i >> WORDS_W;
  assign total_entries = (total_words_i + ROUND) >> WORDS_W;
  assign until_line = WHOLE_LINE - {1'b0, address_q[7:BYTES_W]};
  assign burst = (left_q < {{(31 - LINE_W){1'b0}}, until_line}) ? left_q[LINE_W:0] : until_line;
  assign burst_entries = {{(31 - LINE_W){1'b0}}, burst};
  assign burst_valid_o = left_q != 32'd0 && (abort_i ? offered_q : reserved_q <= ROOM);
  assign burst_address_o = address_q;
  assign take_burst = burst_valid_o && burst_ready_i;
  assign added = (total_valid_i && total_entries > entries) ? total_entries - entries : 32'd0;
  assign take_entry = word_valid_o && word_ready_i && entry_ends;
  assign busy_o = missing_q != {(ADDRESS_W + 1){1'b0}} || left_q != 32'd0;
  assign dry_o = busy_o && !word_valid_o;
  assign owed_o = missing_q != {(ADDRESS_W + 1){1'b0}} || burst_valid_o;

  // A burst that was offered must be taken.
  always_ff @(posedge clk_i) begin
    if (!rst_ni) offered_q <= 1'b0;
    else offered_q <= burst_valid_o && !burst_ready_i;
  end

  // Two transfers make a word.
  generate
    if (TRANSFERS == 1) begin : gen_whole
      assign arrived = data_valid_i;
      assign arriving = data_i;
      assign burst_length_o = {{(7 - LINE_W){1'b0}}, burst} - 8'd1;
    end else begin : gen_halves
      logic second_q;
      logic [8*MEMORY_BYTES-1:0] low_q;
      always_ff @(posedge clk_i) begin
        if (!rst_ni || start_i) second_q <= 1'b0;
        else if (data_valid_i) second_q <= !second_q;
      end
      always_ff @(posedge clk_i) if (data_valid_i) low_q <= data_i;
      assign arrived = data_valid_i && second_q;
      assign arriving = {data_i, low_q};
      assign burst_length_o = {{(6 - LINE_W){1'b0}}, burst, 1'b0} - 8'd1;
    end
  endgenerate

  always_ff @(posedge clk_i) begin
    if (!rst_ni) left_q <= 32'd0;
    else if (start_i) left_q <= entries;
    else if (abort_i) left_q <= (burst_valid_o && !burst_ready_i) ? left_q : 32'd0;
    else if (take_burst && left_q == burst_entries && times_q != 16'd1) left_q <= entries;
    else begin
      left_q <= left_q - (take_burst ? burst_entries : 32'd0) + added;
    end
  end

  always_ff @(posedge clk_i) begin
    if (start_i) begin
      address_q <= address_i;
      times_q <= times_i;
    end else if (take_burst) begin
      address_q <= address_q + (burst_entries << BYTES_W);
      if (left_q == burst_entries && times_q != 16'd1) begin
        address_q <= address_i;
        times_q <= times_q - 16'd1;
      end
    end
  end

  logic [ADDRESS_W:0] asked;
  assign asked = take_burst ? {{(ADDRESS_W - LINE_W){1'b0}}, burst} : {(ADDRESS_W + 1){1'b0}};

  always_ff @(posedge clk_i) begin
    if (!rst_ni || start_i) begin
      reserved_q <= {(ADDRESS_W + 1){1'b0}};
      missing_q <= {(ADDRESS_W + 1){1'b0}};
      stored_q <= {(ADDRESS_W + 1){1'b0}};
      write_at_q <= {ADDRESS_W{1'b0}};
      read_at_q <= {ADDRESS_W{1'b0}};
      word_valid_o <= 1'b0;
    end else begin
      reserved_q <= reserved_q + asked - {{ADDRESS_W{1'b0}}, take_entry};
      missing_q <= missing_q + asked - {{ADDRESS_W{1'b0}}, arrived};
      stored_q <= stored_q + {{ADDRESS_W{1'b0}}, arrived} - {{ADDRESS_W{1'b0}}, read};
      write_at_q <= write_at_q + {{(ADDRESS_W - 1){1'b0}}, arrived};
      read_at_q <= read_at_q + {{(ADDRESS_W - 1){1'b0}}, read};
      word_valid_o <= read || (word_valid_o && !take_entry);
    end
  end

  assign read = stored_q != {(ADDRESS_W + 1){1'b0}} && (!word_valid_o || take_entry);
  always_ff @(posedge clk_i) begin
    if (arrived) memory_q[write_at_q] <= arriving;
    if (read) read_q <= memory_q[read_at_q];
  end

  // The words of an entry in turn.
  generate
    if (WORDS == 1) begin : gen_word
      assign entry_ends = 1'b1;
      assign word_data_o = read_q;
    end else begin : gen_words
      logic [WORDS_W-1:0] word_q;
      always_ff @(posedge clk_i) begin
        if (!rst_ni || start_i) word_q <= {WORDS_W{1'b0}};
        else if (word_valid_o && word_ready_i) word_q <= word_q + {{(WORDS_W - 1){1'b0}}, 1'b1};
      end
      assign entry_ends = &word_q;
      assign word_data_o = read_q[{word_q, 7'd0} +: 128];
    end
  endgenerate

`ifndef SYNTHESIS
  always @(posedge clk_i) begin
    if (rst_ni && ^{start_i, data_valid_i, word_ready_i, burst_ready_i} === 1'bx) $fatal(1, "%m: control input unknown");
    if (rst_ni && start_i && busy_o) begin
      $fatal(1, "%m: a run begins before the last one has ended");
    end
  end
`endif

endmodule
