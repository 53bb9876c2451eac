// dysta 0.1.0, accelerator of tiny, digest b629ca68e063f0ff
// SPDX-License-Identifier: 0BSD
//
// Writes the words of a layer's output to memory in bursts, then the word with their number before them.
// A word has 16 bytes and leaves in two transfers of 8 bytes, or several leave in one wider transfer; bytes that are not
// meant have no strobe.
// Throughput: one word a clock, with transfers of 8 bytes one in two clocks.

module dysta_array_write #(
  // Bytes of a transfer, a power of two, 8 to 64.
  parameter integer MEMORY_BYTES = 16
) (
  input  logic clk_i,
  input  logic rst_ni,

  // A layer begins: byte address of its output, a multiple of 16 and of MEMORY_BYTES.
  input  logic start_i,
  input  logic [31:0] address_i,
  // The layer is given up: bursts that have begun end.
  input  logic abort_i,
  // A layer is being written; the memory has something to take or to answer; all is written; the last answer; a word waits for room.
  output logic busy_o,
  output logic owed_o,
  output logic done_o,
  output logic answered_o,
  output logic full_o,
  output logic error_o,

  // Words of the output.
  input  logic word_valid_i,
  output logic word_ready_o,
  input  logic [127:0] word_data_i,
  input  logic word_last_i,

  // AXI4.
  output logic m_axi_aw_valid_o,
  input  logic m_axi_aw_ready_i,
  output logic [31:0] m_axi_aw_addr_o,
  output logic [7:0] m_axi_aw_len_o,
  output logic m_axi_w_valid_o,
  input  logic m_axi_w_ready_i,
  output logic [8*MEMORY_BYTES-1:0] m_axi_w_data_o,
  output logic [MEMORY_BYTES-1:0] m_axi_w_strb_o,
  output logic m_axi_w_last_o,
  input  logic m_axi_b_valid_i,
  output logic m_axi_b_ready_o,
  input  logic [1:0] m_axi_b_resp_i
);

  generate
    if (MEMORY_BYTES < 8 || MEMORY_BYTES > 64 || (MEMORY_BYTES & (MEMORY_BYTES - 1)) != 0) begin : gen_check_memory_bytes
      dysta_error_array_write_memory_bytes_must_be_a_power_of_two_from_8_to_64 u_error ();
    end
  endgenerate

  localparam logic [1:0] IDLE = 2'd0;
  localparam logic [1:0] COLLECT = 2'd1;
  localparam logic [1:0] SEND = 2'd2;
  localparam logic [1:0] AWAIT = 2'd3;

  // An entry of the buffer is a word, or the words of a wider transfer; 256 bytes are a line, and the buffer holds two.
  localparam integer ENTRY_BYTES = (MEMORY_BYTES > 16) ? MEMORY_BYTES : 16;
  localparam integer BYTES_W = $clog2(ENTRY_BYTES);
  localparam integer WORDS = ENTRY_BYTES / 16;
  localparam integer TRANSFERS = ENTRY_BYTES / MEMORY_BYTES;
  localparam integer LINE = 256 / ENTRY_BYTES;
  localparam integer LINE_W = 8 - BYTES_W;
  localparam integer ENTRIES = 2 * LINE;
  localparam logic [LINE_W:0] WHOLE_LINE = LINE[LINE_W:0];
  localparam logic [LINE_W+1:0] FULL = ENTRIES[LINE_W+1:0];

  logic [1:0] state_q;
  logic [31:0] address_q;
  logic [31:0] count_q;
  logic ends_q;
  logic header_q;
  logic [5:0] open_q;

  (* ram_style = "distributed" *)
  logic [8*ENTRY_BYTES-1:0] memory_q [0:ENTRIES-1];
  logic [LINE_W:0] in_q;
  logic [LINE_W:0] out_q;
  logic [LINE_W+1:0] held_q;
  logic [LINE_W:0] left_q;
  logic aw_q;
  logic push;
  logic push_entry;
  logic entry_ends;
  logic pop;
  logic pop_entry;
  logic transfer_last;
  logic [LINE_W:0] until_line;
  logic full_burst;
  logic [LINE_W:0] burst;
  logic is_header;
  logic [LINE_W:0] sent;
  logic [8*ENTRY_BYTES-1:0] entry;
  logic [8*ENTRY_BYTES-1:0] head;
  logic [WORDS-1:0] head_words;

  assign word_ready_o = state_q != IDLE && !ends_q && held_q != FULL;
  assign push = word_valid_i && word_ready_o;
  assign push_entry = push && entry_ends;
  assign pop = m_axi_w_valid_o && m_axi_w_ready_i;
  assign pop_entry = pop && transfer_last;
  assign until_line = WHOLE_LINE - {1'b0, address_q[7:BYTES_W]};
  assign full_burst = held_q >= {1'b0, until_line};
  assign burst = full_burst ? until_line : held_q[LINE_W:0];
  assign is_header = ends_q && held_q == {(LINE_W + 2){1'b0}};
  assign sent = is_header ? {{LINE_W{1'b0}}, 1'b1} : burst;

  always_ff @(posedge clk_i) if (push_entry) memory_q[in_q] <= entry;

  // Words of an entry; the first place of the output is that of their number.
  generate
    if (WORDS == 1) begin : gen_word
      assign entry_ends = 1'b1;
      assign entry = word_data_i;
      assign head_words = 1'b1;
    end else begin : gen_words
      localparam integer PLACE_W = BYTES_W - 4;
      logic [PLACE_W-1:0] place_q;
      logic [8*ENTRY_BYTES-1:0] words_q;
      logic [WORDS-1:0] filled_q;
      logic [WORDS-1:0] filled;
      (* ram_style = "distributed" *)
      logic [WORDS-1:0] filled_memory_q [0:ENTRIES-1];

      assign entry_ends = &place_q || word_last_i;
      for (genvar i = 0; i < WORDS; i = i + 1) begin : gen_place
        localparam logic [PLACE_W-1:0] PLACE = i;
        assign entry[128*i +: 128] = (place_q == PLACE) ? word_data_i : words_q[128*i +: 128];
        assign filled[i] = place_q == PLACE || filled_q[i];
      end
      always_ff @(posedge clk_i) begin
        if (!rst_ni || start_i) begin
          place_q <= {{(PLACE_W - 1){1'b0}}, 1'b1};
          filled_q <= {WORDS{1'b0}};
        end else if (push) begin
          place_q <= place_q + {{(PLACE_W - 1){1'b0}}, 1'b1};
          filled_q <= entry_ends ? {WORDS{1'b0}} : filled;
        end
      end
      always_ff @(posedge clk_i) begin
        if (push) words_q <= entry;
        if (push_entry) filled_memory_q[in_q] <= filled;
      end
      assign head_words = header_q ? {{(WORDS - 1){1'b0}}, 1'b1} : filled_memory_q[out_q];
    end
  endgenerate

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      state_q <= IDLE;
      in_q <= {(LINE_W + 1){1'b0}};
      out_q <= {(LINE_W + 1){1'b0}};
      held_q <= {(LINE_W + 2){1'b0}};
      ends_q <= 1'b0;
      header_q <= 1'b0;
      aw_q <= 1'b0;
      left_q <= {(LINE_W + 1){1'b0}};
      open_q <= 6'd0;
    end else begin
      in_q <= in_q + {{LINE_W{1'b0}}, push_entry};
      out_q <= out_q + {{LINE_W{1'b0}}, pop_entry && !header_q};
      held_q <= held_q + {{(LINE_W + 1){1'b0}}, push_entry} - {{(LINE_W + 1){1'b0}}, pop_entry && !header_q};
      open_q <= open_q + {5'd0, m_axi_aw_valid_o && m_axi_aw_ready_i} - {5'd0, m_axi_b_valid_i};
      if (push && word_last_i) ends_q <= 1'b1;
      if (m_axi_aw_ready_i) aw_q <= 1'b0;
      case (state_q)
        IDLE: begin
          header_q <= 1'b0;
          ends_q <= 1'b0;
          in_q <= {(LINE_W + 1){1'b0}};
          out_q <= {(LINE_W + 1){1'b0}};
          held_q <= {(LINE_W + 2){1'b0}};
          if (start_i) state_q <= COLLECT;
        end
        COLLECT: begin
          if (abort_i) state_q <= AWAIT;
          else if (open_q < 6'd32 && (full_burst || ends_q)) begin
            state_q <= SEND;
            header_q <= is_header;
            left_q <= sent;
            aw_q <= 1'b1;
          end
        end
        SEND: begin
          left_q <= left_q - {{LINE_W{1'b0}}, pop_entry};
          if (left_q == {(LINE_W + 1){1'b0}} && !aw_q) state_q <= (header_q || abort_i) ? AWAIT : COLLECT;
        end
        default: if (open_q == 6'd0) state_q <= IDLE;
      endcase
    end
  end

  // The length of the burst that is offered stays while its words leave.
  logic [LINE_W:0] length_q;
  always_ff @(posedge clk_i) if (state_q == COLLECT) length_q <= sent;

  // Where the number of words takes a transfer of its own, the words begin behind it.
  localparam logic [31:0] FIRST = (WORDS == 1) ? 32'd16 : 32'd0;
  always_ff @(posedge clk_i) begin
    if (start_i) begin
      address_q <= address_i + FIRST;
      count_q <= 32'd0;
    end else begin
      if (push) count_q <= count_q + 32'd1;
      if (state_q == COLLECT && is_header) address_q <= address_i;
      else if (m_axi_aw_valid_o && m_axi_aw_ready_i) address_q <= address_q + ({{(31 - LINE_W){1'b0}}, length_q} << BYTES_W);
    end
  end

  assign head = header_q ? {{(8 * ENTRY_BYTES - 32){1'b0}}, count_q} : memory_q[out_q];

  generate
    if (TRANSFERS == 1) begin : gen_whole
      assign transfer_last = 1'b1;
      assign m_axi_aw_len_o = {{(7 - LINE_W){1'b0}}, length_q} - 8'd1;
      assign m_axi_w_data_o = head;
    end else begin : gen_halves
      logic second_q;
      always_ff @(posedge clk_i) begin
        if (!rst_ni) second_q <= 1'b0;
        else if (pop) second_q <= !second_q;
      end
      assign transfer_last = second_q;
      assign m_axi_aw_len_o = {{(6 - LINE_W){1'b0}}, length_q, 1'b0} - 8'd1;
      assign m_axi_w_data_o = second_q ? head[8*MEMORY_BYTES +: 8*MEMORY_BYTES] : head[8*MEMORY_BYTES-1:0];
    end
    for (genvar i = 0; i < MEMORY_BYTES; i = i + 1) begin : gen_strobe
      assign m_axi_w_strb_o[i] = head_words[i/16];
    end
  endgenerate

  assign m_axi_aw_valid_o = aw_q;
  assign m_axi_aw_addr_o = address_q;
  assign m_axi_w_valid_o = state_q == SEND && left_q != {(LINE_W + 1){1'b0}};
  assign m_axi_w_last_o = left_q == {{LINE_W{1'b0}}, 1'b1} && transfer_last;
  assign m_axi_b_ready_o = 1'b1;
  assign error_o = m_axi_b_valid_i && m_axi_b_resp_i[1];
  assign done_o = state_q == AWAIT && open_q == 6'd0;
  assign answered_o = header_q && !aw_q && open_q == 6'd1 && m_axi_b_valid_i;
  assign busy_o = state_q != IDLE;
  assign owed_o = state_q == SEND || open_q != 6'd0;
  assign full_o = word_valid_i && !word_ready_o;

  logic unused;
  assign unused = m_axi_b_resp_i[0];

`ifndef SYNTHESIS
  always @(posedge clk_i) begin
    if (rst_ni && ^{start_i, word_valid_i, m_axi_aw_ready_i, m_axi_w_ready_i, m_axi_b_valid_i} === 1'bx) begin
      $fatal(1, "%m: control input unknown");
    end
  end
`endif

endmodule
