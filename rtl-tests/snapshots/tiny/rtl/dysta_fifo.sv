// dysta 0.1.0, config tiny, digest b93da4205507f7e3
// SPDX-License-Identifier: 0BSD
//
// First-in first-out queue of a valid/ready stream, kept in a small memory, a single word in a register.
// Latency: 1 clock, a word that enters in clock c is offered in c+1. Throughput: one word a clock while not full.
// `in_ready_o` depends on registers alone, so a full queue accepts nothing in the clock in which a word leaves.

module dysta_fifo #(
  // Bits of a word, >= 1.
  parameter integer WIDTH = 8,
  // Words, 1 to 16.
  parameter integer DEPTH = 4
) (
  input  logic clk_i,
  input  logic rst_ni,

  // Words that enter.
  input  logic in_valid_i,
  output logic in_ready_o,
  input  logic [WIDTH-1:0] in_data_i,

  // Words that leave, oldest first.
  output logic out_valid_o,
  input  logic out_ready_i,
  output logic [WIDTH-1:0] out_data_o
);

  generate
    if (WIDTH < 1) begin : gen_check_width
      dysta_error_fifo_width_must_be_at_least_1 u_error ();
    end
    if (DEPTH < 1 || DEPTH > 16) begin : gen_check_depth
      dysta_error_fifo_depth_must_be_1_to_16 u_error ();
    end
  endgenerate

  logic push;
  logic pop;

  assign push = in_valid_i && in_ready_o;
  assign pop = out_valid_o && out_ready_i;

  generate
    if (DEPTH == 1) begin : gen_register
      logic full_q;
      logic [WIDTH-1:0] data_q;

      assign in_ready_o = !full_q;
      assign out_valid_o = full_q;
      assign out_data_o = data_q;

      always_ff @(posedge clk_i) begin
        if (!rst_ni) full_q <= 1'b0;
        else full_q <= push || (full_q && !pop);
      end

      always_ff @(posedge clk_i) if (push) data_q <= in_data_i;
    end else begin : gen_memory
      localparam integer INDEX_W = $clog2(DEPTH);
      localparam integer LAST_INTEGER = DEPTH - 1;
      localparam logic [INDEX_W:0] LAST = LAST_INTEGER[INDEX_W:0];
      localparam logic [INDEX_W:0] EMPTY = {(INDEX_W + 1){1'b1}};
      localparam logic [INDEX_W:0] ONE = {{INDEX_W{1'b0}}, 1'b1};

      // Age of the oldest word; the top bit is set when there is none.
      logic [INDEX_W:0] oldest_q;
      logic [INDEX_W-1:0] write_q;
      logic [INDEX_W-1:0] read_q;

      (* ram_style = "distributed" *)
      logic [WIDTH-1:0] memory_q [0:(1<<INDEX_W)-1];

      assign in_ready_o = oldest_q != LAST;
      assign out_valid_o = !oldest_q[INDEX_W];
      assign out_data_o = memory_q[read_q];

      always_ff @(posedge clk_i) begin
        if (!rst_ni) oldest_q <= EMPTY;
        else if (push && !pop) oldest_q <= oldest_q + ONE;
        else if (pop && !push) oldest_q <= oldest_q - ONE;
      end

      always_ff @(posedge clk_i) begin
        if (!rst_ni) begin
          write_q <= {INDEX_W{1'b0}};
          read_q <= {INDEX_W{1'b0}};
        end else begin
          write_q <= write_q + {{(INDEX_W - 1){1'b0}}, push};
          read_q <= read_q + {{(INDEX_W - 1){1'b0}}, pop};
        end
      end

      always_ff @(posedge clk_i) if (push) memory_q[write_q] <= in_data_i;
    end
  endgenerate

`ifndef SYNTHESIS
  always @(posedge clk_i) begin
    if (rst_ni && ^{in_valid_i, out_ready_i} === 1'bx) $fatal(1, "%m: in_valid_i or out_ready_i unknown");
  end
`endif

endmodule
