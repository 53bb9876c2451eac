/*% for line in banner %*/// @{ line }@
/*% endfor %*/// SPDX-License-Identifier: 0BSD
//
// Read channels of the memory interface for two users: bursts of user 1 first, data by their identifier.
// Latency: combinational. Throughput: one burst and one transfer a clock.

module dysta_array_read #(
  // Bytes of a transfer, a power of two, 8 to 64.
  parameter integer MEMORY_BYTES = 16
) (
  input  logic clk_i,
  input  logic rst_ni,

  // Bursts and data of user 0 and 1.
  input  logic burst0_valid_i,
  output logic burst0_ready_o,
  input  logic [31:0] burst0_address_i,
  input  logic [7:0] burst0_length_i,
  output logic data0_valid_o,
  input  logic burst1_valid_i,
  output logic burst1_ready_o,
  input  logic [31:0] burst1_address_i,
  input  logic [7:0] burst1_length_i,
  output logic data1_valid_o,
  output logic [8*MEMORY_BYTES-1:0] data_o,
  // Data came with an error.
  output logic error_o,
  // A burst is taken.
  output logic asked_o,

  // AXI4.
  output logic m_axi_ar_valid_o,
  input  logic m_axi_ar_ready_i,
  output logic m_axi_ar_id_o,
  output logic [31:0] m_axi_ar_addr_o,
  output logic [7:0] m_axi_ar_len_o,
  input  logic m_axi_r_valid_i,
  output logic m_axi_r_ready_o,
  input  logic m_axi_r_id_i,
  input  logic [8*MEMORY_BYTES-1:0] m_axi_r_data_i,
  input  logic [1:0] m_axi_r_resp_i
);

  generate
    if (MEMORY_BYTES < 8 || MEMORY_BYTES > 64 || (MEMORY_BYTES & (MEMORY_BYTES - 1)) != 0) begin : gen_check_memory_bytes
      dysta_error_array_read_memory_bytes_must_be_a_power_of_two_from_8_to_64 u_error ();
    end
  endgenerate

  logic turn_q;
  logic held_q;
  logic pick;
  logic id;

  // User 1 goes first: it asks for no more than it can hold. The burst that is offered stays until it is taken.
  assign pick = burst1_valid_i;
  assign id = held_q ? turn_q : pick;
  assign m_axi_ar_valid_o = burst0_valid_i || burst1_valid_i;
  assign m_axi_ar_id_o = id;
  assign m_axi_ar_addr_o = id ? burst1_address_i : burst0_address_i;
  assign m_axi_ar_len_o = id ? burst1_length_i : burst0_length_i;
  assign burst0_ready_o = m_axi_ar_ready_i && !id;
  assign burst1_ready_o = m_axi_ar_ready_i && id;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      turn_q <= 1'b0;
      held_q <= 1'b0;
    end else if (m_axi_ar_valid_o) begin
      held_q <= !m_axi_ar_ready_i;
      turn_q <= id;
    end
  end

  assign asked_o = m_axi_ar_valid_o && m_axi_ar_ready_i;

  assign m_axi_r_ready_o = 1'b1;
  assign data0_valid_o = m_axi_r_valid_i && !m_axi_r_id_i;
  assign data1_valid_o = m_axi_r_valid_i && m_axi_r_id_i;
  assign data_o = m_axi_r_data_i;
  assign error_o = m_axi_r_valid_i && m_axi_r_resp_i[1];

  logic unused;
  assign unused = m_axi_r_resp_i[0];

`ifndef SYNTHESIS
  always @(posedge clk_i) begin
    if (rst_ni && ^{burst0_valid_i, burst1_valid_i, m_axi_ar_ready_i, m_axi_r_valid_i} === 1'bx) begin
      $fatal(1, "%m: control input unknown");
    end
  end
`endif

endmodule
