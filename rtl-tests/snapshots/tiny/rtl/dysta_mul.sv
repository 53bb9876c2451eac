// dysta 0.1.0, config tiny, digest b2b46fc6bc44a2ee
// SPDX-License-Identifier: 0BSD
//
// Pipelined unsigned product a * b, built from partial products of 17 bits of `a` that fit one DSP slice each.
// Latency: LATENCY clocks. Throughput: one product a clock. No reset: the pipeline carries data alone.

module dysta_mul #(
  // Bits of `a_i`, 1 to 64.
  parameter integer A_W = 32,
  // Bits of `b_i`, 1 to 24.
  parameter integer B_W = 16,
  // Clocks from operands to product, 2 or 3; 3 registers the operands first.
  parameter integer LATENCY = 2
) (
  input  logic clk_i,

  // Operands and their product, LATENCY clocks later.
  input  logic [A_W-1:0] a_i,
  input  logic [B_W-1:0] b_i,
  output logic [A_W+B_W-1:0] p_o
);

  generate
    if (A_W < 1 || A_W > 64) begin : gen_check_a_w
      dysta_error_mul_a_w_must_be_1_to_64 u_error ();
    end
    if (B_W < 1 || B_W > 24) begin : gen_check_b_w
      dysta_error_mul_b_w_must_be_1_to_24 u_error ();
    end
    if (LATENCY < 2 || LATENCY > 3) begin : gen_check_latency
      dysta_error_mul_latency_must_be_2_or_3 u_error ();
    end
  endgenerate

  localparam integer CHUNK_W = 17;
  localparam integer CHUNKS = (A_W > CHUNK_W) ? (A_W + CHUNK_W - 1) / CHUNK_W : 1;

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

  // Chunk i holds the registered partial product of its bits of `a` and the sum of this and all higher chunks, in units
  // of its lowest bit. The low 17 bits of a partial product pass the adder by, so that adder fits the DSP slice.
  generate
    for (genvar i = 0; i < CHUNKS; i = i + 1) begin : gen_chunk
      localparam integer LOW = i * CHUNK_W;
      localparam integer BITS = (A_W - LOW < CHUNK_W) ? A_W - LOW : CHUNK_W;
      logic [BITS+B_W-1:0] partial_q;
      logic [A_W-LOW+B_W-1:0] sum;
      always_ff @(posedge clk_i) partial_q <= {{B_W{1'b0}}, a[LOW +: BITS]} * {{BITS{1'b0}}, b};
      if (i == CHUNKS - 1) begin : gen_last
        assign sum = partial_q;
      end else begin : gen_add
        assign sum[CHUNK_W-1:0] = partial_q[CHUNK_W-1:0];
        assign sum[A_W-LOW+B_W-1:CHUNK_W] = gen_chunk[i+1].sum
            + {{(A_W - LOW - CHUNK_W){1'b0}}, partial_q[CHUNK_W+B_W-1:CHUNK_W]};
      end
    end
  endgenerate

  always_ff @(posedge clk_i) p_o <= gen_chunk[0].sum;

endmodule
