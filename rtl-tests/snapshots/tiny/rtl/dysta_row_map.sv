// dysta 0.1.0, config tiny, digest b93da4205507f7e3
// SPDX-License-Identifier: 0BSD
//
// Row of each position, so that an entry changes its position without a move of its fields.
// The last position and the hole that a completed entry leaves exchange their rows.
// Latency: none from read position to row. Throughput: one read a clock, one append or half an exchange a clock.
// Rows that were never used are taken in order; only their count has a reset.

module dysta_row_map #(
  // Bits of a position and of a row, 1 to 10.
  parameter integer ROW_W = 6
) (
  input  logic clk_i,
  input  logic rst_ni,

  // An entry is appended at the position behind the last live one; its row.
  input  logic append_i,
  input  logic [ROW_W-1:0] append_position_i,
  output logic [ROW_W-1:0] append_row_o,

  // The entry that ran leaves: in this clock the position read is the last live one, and it is the append position.
  input  logic release_i,
  // The clock after it, when they differ: the entry of that last position takes the special position. Nothing is appended.
  input  logic move_i,
  input  logic [ROW_W-1:0] special_position_i,

  // Row of the read position.
  input  logic [ROW_W-1:0] read_position_i,
  output logic [ROW_W-1:0] read_row_o,

  // Row read two clocks ago, held while `hold_i`: the row of the entry that ran.
  input  logic hold_i,
  output logic [ROW_W-1:0] special_row_o
);

  generate
    if (ROW_W < 1 || ROW_W > 10) begin : gen_check_row_w
      dysta_error_row_map_row_w_must_be_1_to_10 u_error ();
    end
  endgenerate

  localparam logic [ROW_W:0] ONE = {{ROW_W{1'b0}}, 1'b1};

  (* ram_style = "distributed" *)
  logic [ROW_W-1:0] map_q [0:(1<<ROW_W)-1];
  logic [ROW_W-1:0] row_q;
  // Rows below this count have been used; no position is above it.
  logic [ROW_W:0] used_q;
  logic unused;
  logic write;
  logic [ROW_W-1:0] write_position;
  logic [ROW_W-1:0] write_row;
  logic [ROW_W-1:0] former;

  assign write = append_i || release_i || move_i;
  assign write_position = move_i ? special_position_i : append_position_i;
  assign write_row = move_i ? row_q : append_row_o;
  assign former = map_q[write_position];
  assign unused = {1'b0, append_position_i} == used_q;

  always_comb begin
    if (release_i) append_row_o = special_row_o;
    else if (unused) append_row_o = append_position_i;
    else append_row_o = former;
  end

  always_ff @(posedge clk_i) begin
    if (!rst_ni) used_q <= {(ROW_W + 1){1'b0}};
    else if (append_i && unused) used_q <= used_q + ONE;
  end

  assign read_row_o = map_q[read_position_i];

  always_ff @(posedge clk_i) begin
    if (write) map_q[write_position] <= write_row;
    row_q <= read_row_o;
    if (!hold_i) special_row_o <= row_q;
  end

`ifndef SYNTHESIS
  always @(posedge clk_i) begin
    if (rst_ni && append_i && move_i) $fatal(1, "%m: an entry is appended while another moves");
    if (rst_ni && ^{append_i, release_i, move_i} === 1'bx) $fatal(1, "%m: control input unknown");
  end
`endif

endmodule
