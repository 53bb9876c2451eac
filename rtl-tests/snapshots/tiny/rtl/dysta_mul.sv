// dysta 0.1.0, config tiny, digest b93da4205507f7e3
// SPDX-License-Identifier: 0BSD
//
// Pipelined product a * b, built from partial products of 17 bits of `a` and PART_W bits of `b` that fit one DSP slice each.
// An operand is unsigned, or in two's complement when its SIGNED parameter is 1; then the product is, too.
// Latency: LATENCY clocks, for every width: all partial products are added in the last one. Throughput: one product a
// clock. No reset: the pipeline carries data alone.

module dysta_mul #(
  // Bits of `a_i`, 1 to 72.
  parameter integer A_W = 32,
  // Bits of `b_i`, 1 to 72.
  parameter integer B_W = 16,
  // Clocks from operands to product, 2 or 3; 3 registers the operands first.
  parameter integer LATENCY = 2,
  // 1: `a_i` is in two's complement.
  parameter integer A_SIGNED = 0,
  // 1: `b_i` is in two's complement.
  parameter integer B_SIGNED = 0,
  // Bits of `b` in a partial product, 2 to 24: 24 for slices of 18 x 25 bits, 17 for those of 18 x 18.
  parameter integer PART_W = 24
) (
  input  logic clk_i,

  // Operands and their product, LATENCY clocks later.
  input  logic [A_W-1:0] a_i,
  input  logic [B_W-1:0] b_i,
  output logic [A_W+B_W-1:0] p_o
);

  generate
    if (A_W < 1 || A_W > 72) begin : gen_check_a_w
      dysta_error_mul_a_w_must_be_1_to_72 u_error ();
    end
    if (B_W < 1 || B_W > 72) begin : gen_check_b_w
      dysta_error_mul_b_w_must_be_1_to_72 u_error ();
    end
    if (LATENCY < 2 || LATENCY > 3) begin : gen_check_latency
      dysta_error_mul_latency_must_be_2_or_3 u_error ();
    end
    if (PART_W < 2 || PART_W > 24) begin : gen_check_part_w
      dysta_error_mul_part_w_must_be_2_to_24 u_error ();
    end
    if (A_SIGNED < 0 || A_SIGNED > 1 || B_SIGNED < 0 || B_SIGNED > 1) begin : gen_check_signed
      dysta_error_mul_signed_must_be_0_or_1 u_error ();
    end
  endgenerate

  localparam integer CHUNK_W = 17;
  localparam integer CHUNKS = (A_W > CHUNK_W) ? (A_W + CHUNK_W - 1) / CHUNK_W : 1;
  localparam integer ROW_W = PART_W;
  localparam integer ROWS = (B_W > ROW_W) ? (B_W + ROW_W - 1) / ROW_W : 1;

  logic [A_W-1:0] a;
  logic [B_W-1:0] b;

  generate
    if (LATENCY == 3) begin : gen_operand_registers
      logic [A_W-1:0] a_q;
      logic [B_W-1:0] b_q;
      always_ff @(posedge clk_i) begin
        a_q <= a_i;
        b_q <= b_i;
      end
      assign a = a_q;
      assign b = b_q;
    end else begin : gen_operand_wires
      assign a = a_i;
      assign b = b_i;
    end
  endgenerate

  // Row j holds the product with its bits of `b`, and `total` the sum of this and all higher rows, in units of its lowest
  // bit. Chunk i holds the registered partial product of its bits of `a` and the sum of this and all higher chunks. The
  // low 17 bits of a partial product pass the adder by, so that adder fits the DSP slice. Only the highest chunk and the
  // highest row carry a sign.
  generate
    for (genvar j = 0; j < ROWS; j = j + 1) begin : gen_row
      localparam integer BASE = j * ROW_W;
      localparam integer PART = (B_W - BASE < ROW_W) ? B_W - BASE : ROW_W;
      localparam integer B_NEG = (j == ROWS - 1) ? B_SIGNED : 0;
      logic [A_W+B_W-BASE-1:0] total;
      for (genvar i = 0; i < CHUNKS; i = i + 1) begin : gen_chunk
        localparam integer LOW = i * CHUNK_W;
        localparam integer BITS = (A_W - LOW < CHUNK_W) ? A_W - LOW : CHUNK_W;
        localparam integer A_NEG = (i == CHUNKS - 1) ? A_SIGNED : 0;
        logic [BITS+PART-1:0] partial_q;
        logic [A_W-LOW+PART-1:0] sum;
        if (A_NEG + B_NEG == 0) begin : gen_unsigned
          always_ff @(posedge clk_i) begin
            partial_q <= {{PART{1'b0}}, a[LOW +: BITS]} * {{BITS{1'b0}}, b[BASE +: PART]};
          end
        end else begin : gen_signed
          logic signed [BITS+PART-1:0] x;
          logic signed [BITS+PART-1:0] y;
          assign x = {{PART{A_NEG == 1 && a[LOW+BITS-1]}}, a[LOW +: BITS]};
          assign y = {{BITS{B_NEG == 1 && b[BASE+PART-1]}}, b[BASE +: PART]};
          always_ff @(posedge clk_i) partial_q <= x * y;
        end
        if (i == CHUNKS - 1) begin : gen_last
          assign sum = partial_q;
        end else begin : gen_add
          assign sum[CHUNK_W-1:0] = partial_q[CHUNK_W-1:0];
          assign sum[A_W-LOW+PART-1:CHUNK_W] = gen_chunk[i+1].sum
              + {{(A_W - LOW - CHUNK_W){B_NEG == 1 && partial_q[CHUNK_W+PART-1]}}, partial_q[CHUNK_W+PART-1:CHUNK_W]};
        end
      end
      if (j == ROWS - 1) begin : gen_top
        assign total = gen_chunk[0].sum;
      end else begin : gen_below
        assign total[ROW_W-1:0] = gen_chunk[0].sum[ROW_W-1:0];
        assign total[A_W+B_W-BASE-1:ROW_W] = gen_row[j+1].total
            + {{(B_W - BASE - ROW_W){A_SIGNED == 1 && gen_chunk[0].sum[A_W+PART-1]}}, gen_chunk[0].sum[A_W+PART-1:ROW_W]};
      end
    end
  endgenerate

  always_ff @(posedge clk_i) p_o <= gen_row[0].total;

endmodule
