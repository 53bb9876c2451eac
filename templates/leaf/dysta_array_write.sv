/*% for line in banner %*/// @{ line }@
/*% endfor %*/// SPDX-License-Identifier: 0BSD
//
// Writes the words of a layer's output to memory in bursts, then the word with their number before them.
// Throughput: one word a clock.

module dysta_array_write (
  input  logic clk_i,
  input  logic rst_ni,

  // A layer begins: byte address of its output, a multiple of 16.
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
  output logic [127:0] m_axi_w_data_o,
  output logic m_axi_w_last_o,
  input  logic m_axi_b_valid_i,
  output logic m_axi_b_ready_o,
  input  logic [1:0] m_axi_b_resp_i
);

  localparam logic [1:0] IDLE = 2'd0;
  localparam logic [1:0] COLLECT = 2'd1;
  localparam logic [1:0] SEND = 2'd2;
  localparam logic [1:0] AWAIT = 2'd3;

  logic [1:0] state_q;
  logic [31:0] address_q;
  logic [31:0] count_q;
  logic ends_q;
  logic header_q;
  logic [5:0] open_q;

  // Up to two bursts of words.
  (* ram_style = "distributed" *)
  logic [127:0] memory_q [0:31];
  logic [4:0] in_q;
  logic [4:0] out_q;
  logic [5:0] held_q;
  logic [4:0] left_q;
  logic aw_q;
  logic push;
  logic pop;
  logic [4:0] until_line;
  logic full_burst;
  logic [4:0] burst;

  assign word_ready_o = state_q != IDLE && !ends_q && held_q != 6'd32;
  assign push = word_valid_i && word_ready_o;
  assign pop = m_axi_w_valid_o && m_axi_w_ready_i;
  assign until_line = 5'd16 - {1'b0, address_q[7:4]};
  assign full_burst = held_q >= {1'b0, until_line};
  assign burst = full_burst ? until_line : held_q[4:0];

  always_ff @(posedge clk_i) if (push) memory_q[in_q] <= word_data_i;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      state_q <= IDLE;
      in_q <= 5'd0;
      out_q <= 5'd0;
      held_q <= 6'd0;
      ends_q <= 1'b0;
      header_q <= 1'b0;
      aw_q <= 1'b0;
      left_q <= 5'd0;
      open_q <= 6'd0;
    end else begin
      in_q <= in_q + {4'd0, push};
      out_q <= out_q + {4'd0, pop && !header_q};
      held_q <= held_q + {5'd0, push} - {5'd0, pop && !header_q};
      open_q <= open_q + {5'd0, m_axi_aw_valid_o && m_axi_aw_ready_i} - {5'd0, m_axi_b_valid_i};
      if (push && word_last_i) ends_q <= 1'b1;
      if (m_axi_aw_ready_i) aw_q <= 1'b0;
      case (state_q)
        IDLE: begin
          header_q <= 1'b0;
          ends_q <= 1'b0;
          in_q <= 5'd0;
          out_q <= 5'd0;
          held_q <= 6'd0;
          if (start_i) state_q <= COLLECT;
        end
        COLLECT: begin
          if (abort_i) state_q <= AWAIT;
          else if (open_q < 6'd32 && (full_burst || (ends_q && held_q != 6'd0))) begin
            state_q <= SEND;
            left_q <= burst;
            aw_q <= 1'b1;
          end else if (open_q < 6'd32 && ends_q) begin
            header_q <= 1'b1;
            state_q <= SEND;
            left_q <= 5'd1;
            aw_q <= 1'b1;
          end
        end
        SEND: begin
          if (pop) left_q <= left_q - 5'd1;
          if (left_q == 5'd0 && !aw_q) state_q <= (header_q || abort_i) ? AWAIT : COLLECT;
        end
        default: if (open_q == 6'd0) state_q <= IDLE;
      endcase
    end
  end

  always_ff @(posedge clk_i) begin
    if (start_i) begin
      address_q <= address_i + 32'd16;
      count_q <= 32'd0;
    end else begin
      if (push) count_q <= count_q + 32'd1;
      if (state_q == COLLECT && ends_q && held_q == 6'd0) address_q <= address_i;
      else if (m_axi_aw_valid_o && m_axi_aw_ready_i) address_q <= address_q + {20'd0, m_axi_aw_len_o, 4'd0} + 32'd16;
    end
  end

  // The length of the burst that is offered stays while its words leave.
  logic [7:0] length_q;
  always_ff @(posedge clk_i) begin
    if (state_q == COLLECT) length_q <= (ends_q && held_q == 6'd0) ? 8'd0 : {3'd0, burst} - 8'd1;
  end

  assign m_axi_aw_valid_o = aw_q;
  assign m_axi_aw_addr_o = address_q;
  assign m_axi_aw_len_o = length_q;
  assign m_axi_w_valid_o = state_q == SEND && left_q != 5'd0;
  assign m_axi_w_data_o = header_q ? {96'd0, count_q} : memory_q[out_q];
  assign m_axi_w_last_o = left_q == 5'd1;
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
