/*% for line in banner %*/// @{ line }@
/*% endfor %*/// SPDX-License-Identifier: 0BSD
//
// Reads a run of memory words ahead of its user: asks for bursts while its buffer has room for them.
// Throughput: one word a clock. The run may be read several times; or its length may be told after its first words.

module dysta_array_fetch #(
  // Words of the buffer, a power of two, 32 to 1024.
  parameter integer DEPTH = 128
) (
  input  logic clk_i,
  input  logic rst_ni,

  // A run begins: byte address (a multiple of 16), words, times it is read. What was not taken of the last run is dropped. Words
  // beyond `words` are asked for when the run's length is told.
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

  // Bursts: byte address and words less 1; none crosses 256 bytes.
  output logic burst_valid_o,
  input  logic burst_ready_i,
  output logic [31:0] burst_address_o,
  output logic [7:0] burst_length_o,

  // Words from memory, always taken.
  input  logic data_valid_i,
  input  logic [127:0] data_i,

  // Words to the user.
  output logic word_valid_o,
  input  logic word_ready_i,
  output logic [127:0] word_data_o
);

  generate
    if (DEPTH < 32 || DEPTH > 1024 || (DEPTH & (DEPTH - 1)) != 0) begin : gen_check_depth
      dysta_error_array_fetch_depth_must_be_a_power_of_two_from_32_to_1024 u_error ();
    end
  endgenerate

  localparam integer ADDRESS_W = $clog2(DEPTH);
  localparam integer ROOM_INTEGER = DEPTH - 16;
  localparam logic [ADDRESS_W:0] ROOM = ROOM_INTEGER[ADDRESS_W:0];

  logic [31:0] address_q;
  logic [31:0] left_q;
  logic [15:0] times_q;
  // Words asked for and not yet taken by the user; those of them that are still under way.
  logic [ADDRESS_W:0] reserved_q;
  logic [ADDRESS_W:0] missing_q;
  logic [4:0] until_line;
  logic [4:0] burst;
  logic take_burst;
  logic offered_q;
  logic [31:0] added;
  logic take_word;

  (* ram_style = "block" *)
  logic [127:0] memory_q [0:DEPTH-1];
  logic [127:0] read_q;
  logic [ADDRESS_W-1:0] write_at_q;
  logic [ADDRESS_W-1:0] read_at_q;
  logic [ADDRESS_W:0] stored_q;
  logic read;

  assign until_line = 5'd16 - {1'b0, address_q[7:4]};
  assign burst = (left_q < {27'd0, until_line}) ? left_q[4:0] : until_line;
  assign burst_valid_o = left_q != 32'd0 && (abort_i ? offered_q : reserved_q <= ROOM);
  assign burst_address_o = address_q;
  assign burst_length_o = {3'd0, burst} - 8'd1;
  assign take_burst = burst_valid_o && burst_ready_i;
  assign added = (total_valid_i && total_words_i > words_i) ? total_words_i - words_i : 32'd0;
  assign take_word = word_valid_o && word_ready_i;
  assign busy_o = missing_q != {(ADDRESS_W + 1){1'b0}} || left_q != 32'd0;
  assign dry_o = busy_o && !word_valid_o;
  assign owed_o = missing_q != {(ADDRESS_W + 1){1'b0}} || burst_valid_o;

  // A burst that was offered must be taken.
  always_ff @(posedge clk_i) begin
    if (!rst_ni) offered_q <= 1'b0;
    else offered_q <= burst_valid_o && !burst_ready_i;
  end

  always_ff @(posedge clk_i) begin
    if (!rst_ni) left_q <= 32'd0;
    else if (start_i) left_q <= words_i;
    else if (abort_i) left_q <= (burst_valid_o && !burst_ready_i) ? left_q : 32'd0;
    else if (take_burst && left_q == {27'd0, burst} && times_q != 16'd1) left_q <= words_i;
    else begin
      left_q <= left_q - (take_burst ? {27'd0, burst} : 32'd0) + added;
    end
  end

  always_ff @(posedge clk_i) begin
    if (start_i) begin
      address_q <= address_i;
      times_q <= times_i;
    end else if (take_burst) begin
      address_q <= address_q + {23'd0, burst, 4'd0};
      if (left_q == {27'd0, burst} && times_q != 16'd1) begin
        address_q <= address_i;
        times_q <= times_q - 16'd1;
      end
    end
  end

  logic [ADDRESS_W:0] asked;
  assign asked = take_burst ? {{(ADDRESS_W - 4){1'b0}}, burst} : {(ADDRESS_W + 1){1'b0}};

  always_ff @(posedge clk_i) begin
    if (!rst_ni || start_i) begin
      reserved_q <= {(ADDRESS_W + 1){1'b0}};
      missing_q <= {(ADDRESS_W + 1){1'b0}};
      stored_q <= {(ADDRESS_W + 1){1'b0}};
      write_at_q <= {ADDRESS_W{1'b0}};
      read_at_q <= {ADDRESS_W{1'b0}};
      word_valid_o <= 1'b0;
    end else begin
      reserved_q <= reserved_q + asked - {{ADDRESS_W{1'b0}}, take_word};
      missing_q <= missing_q + asked - {{ADDRESS_W{1'b0}}, data_valid_i};
      stored_q <= stored_q + {{ADDRESS_W{1'b0}}, data_valid_i} - {{ADDRESS_W{1'b0}}, read};
      write_at_q <= write_at_q + {{(ADDRESS_W - 1){1'b0}}, data_valid_i};
      read_at_q <= read_at_q + {{(ADDRESS_W - 1){1'b0}}, read};
      word_valid_o <= read || (word_valid_o && !word_ready_i);
    end
  end

  assign read = stored_q != {(ADDRESS_W + 1){1'b0}} && (!word_valid_o || word_ready_i);
  always_ff @(posedge clk_i) begin
    if (data_valid_i) memory_q[write_at_q] <= data_i;
    if (read) read_q <= memory_q[read_at_q];
  end
  assign word_data_o = read_q;

`ifndef SYNTHESIS
  always @(posedge clk_i) begin
    if (rst_ni && ^{start_i, data_valid_i, word_ready_i, burst_ready_i} === 1'bx) $fatal(1, "%m: control input unknown");
    if (rst_ni && start_i && busy_o) begin
      $fatal(1, "%m: a run begins before the last one has ended");
    end
  end
`endif

endmodule
