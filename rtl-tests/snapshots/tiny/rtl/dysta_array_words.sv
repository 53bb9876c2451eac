// dysta 0.1.0, accelerator of tiny, digest b629ca68e063f0ff
// SPDX-License-Identifier: 0BSD
//
// Puts chunks together to the words of a layer's output, without gaps.
// Throughput: 16 bytes a clock, a chunk of at most 16 bytes a clock.

module dysta_array_words (
  input  logic clk_i,
  input  logic rst_ni,

  // Chunks: bitmap and codes, number of their bytes, last of the layer. Where the next one comes from does not matter here.
  input  logic chunk_valid_i,
  output logic chunk_ready_o,
  input  logic [287:0] chunk_content_i,
  input  logic [5:0] chunk_bytes_i,
  input  logic chunk_turn_i,
  input  logic chunk_last_i,

  // Words; the last of the layer is filled up with zeros.
  output logic word_valid_o,
  input  logic word_ready_i,
  output logic [127:0] word_data_o,
  output logic word_last_o
);

  // The chunk that is being sent, bytes that are left.
  logic [287:0] send_q;
  logic [5:0] left_q;
  logic flush_q;
  logic take;
  logic move;
  logic [4:0] moved;

  assign moved = (left_q > 6'd16) ? 5'd16 : left_q[4:0];
  assign chunk_ready_o = !flush_q && (left_q == 6'd0 || (left_q <= 6'd16 && move));
  assign take = chunk_valid_i && chunk_ready_o;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      left_q <= 6'd0;
      flush_q <= 1'b0;
    end else begin
      if (take) left_q <= chunk_bytes_i;
      else if (move) left_q <= left_q - {1'b0, moved};
      if (take && chunk_last_i) flush_q <= 1'b1;
      else if (word_valid_o && word_ready_i && word_last_o) flush_q <= 1'b0;
    end
  end

  always_ff @(posedge clk_i) begin
    if (take) send_q <= chunk_content_i;
    else if (move) send_q <= send_q >> 128;
  end

  // Bytes are put together to words. A word leaves when there is more behind it, so that the last one is known.
  logic [255:0] bytes_q;
  logic [5:0] held_q;
  logic [5:0] kept;
  logic [255:0] rest;
  logic leaves;
  assign word_valid_o = held_q > 6'd16 || (flush_q && left_q == 6'd0);
  assign word_last_o = flush_q && left_q == 6'd0 && held_q <= 6'd16;
  assign word_data_o = bytes_q[127:0];
  assign leaves = word_valid_o && word_ready_i;
  assign rest = leaves ? {128'd0, bytes_q[255:128]} : bytes_q;
  assign kept = (leaves && word_last_o) ? 6'd0 : (held_q - (leaves ? 6'd16 : 6'd0));
  assign move = left_q != 6'd0 && kept <= 6'd16;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      held_q <= 6'd0;
      bytes_q <= 256'd0;
    end else begin
      held_q <= kept + (move ? {1'b0, moved} : 6'd0);
      bytes_q <= move ? rest | ({128'd0, send_q[127:0]} << {kept[4:0], 3'd0}) : rest;
    end
  end

  logic unused;
  assign unused = &{1'b0, chunk_turn_i};

`ifndef SYNTHESIS
  always @(posedge clk_i) begin
    if (rst_ni && ^{chunk_valid_i, word_ready_i} === 1'bx) $fatal(1, "%m: control input unknown");
  end
`endif

endmodule
