// dysta 0.1.0, config tiny, digest b93da4205507f7e3
// SPDX-License-Identifier: 0BSD
//
// Forms the finish record of a request that leaves and merges it with the rejects into the `complete` stream.
// Latency: 1 clock from finish or reject to record. Throughput: a record every second clock.
// A finish goes before the rejects, which leave the register free from the end of a layer on: it holds up the accelerator.

module dysta_completion #(
  // Bits of a request id, >= 1.
  parameter integer ID_W = 16
) (
  input  logic clk_i,
  input  logic rst_ni,

  // A layer ends in this clock; only while `record_ready_o`.
  input  logic layer_end_i,

  // The running entry leaves, in the clock after.
  input  logic finish_valid_i,
  input  logic finish_failed_i,
  input  logic [ID_W-1:0] running_id_i,
  input  logic [47:0] running_deadline_i,

  // Time of the former clock: the end of the layer, or of the wait of a reject.
  input  logic [47:0] latest_i,

  // Rejected requests.
  input  logic reject_valid_i,
  output logic reject_ready_o,
  input  logic [ID_W-1:0] reject_id_i,
  input  logic [2:0] reject_status_i,

  // The record register is free.
  output logic record_ready_o,

  // Records towards the `complete` queue; status 0 met, 1 late, 2 rejected_profile, 3 rejected_full, 4 failed.
  output logic complete_valid_o,
  input  logic complete_ready_i,
  output logic [ID_W-1:0] complete_id_o,
  output logic [47:0] complete_finish_o,
  output logic [2:0] complete_status_o,

  // Pulses for the statistics: a late record leaves, a reject is taken.
  output logic miss_o,
  output logic reject_o,
  // The record register is full.
  output logic busy_o
);

  generate
    if (ID_W < 1) begin : gen_check_id_w
      dysta_error_completion_id_w_must_be_at_least_1 u_error ();
    end
  endgenerate

  logic late;

  assign late = running_deadline_i < latest_i;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) busy_o <= 1'b0;
    else busy_o <= finish_valid_i || reject_o || (busy_o && !complete_ready_i);
  end

  always_ff @(posedge clk_i) begin
    if (!busy_o) begin
      complete_id_o <= finish_valid_i ? running_id_i : reject_id_i;
      complete_finish_o <= latest_i;
      complete_status_o <= finish_valid_i ? {finish_failed_i, 1'b0, late && !finish_failed_i} : reject_status_i;
    end
  end

  assign record_ready_o = !busy_o;
  assign complete_valid_o = busy_o;
  assign reject_ready_o = !busy_o && !finish_valid_i && !layer_end_i;
  assign miss_o = busy_o && complete_ready_i && complete_status_o == 3'd1;
  assign reject_o = reject_valid_i && reject_ready_o;

`ifndef SYNTHESIS
  always @(posedge clk_i) begin
    if (rst_ni && finish_valid_i && busy_o) $fatal(1, "%m: record formed while the register is full");
    if (rst_ni && ^{finish_valid_i, reject_valid_i, complete_ready_i} === 1'bx) $fatal(1, "%m: control input unknown");
  end
`endif

endmodule
