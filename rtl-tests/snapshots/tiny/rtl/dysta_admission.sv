// dysta 0.1.0, config tiny, digest b93da4205507f7e3
// SPDX-License-Identifier: 0BSD
//
// Takes requests in, numbers them, and appends them to the live entries or rejects them.
// Latency: 1 clock from the `submit` handshake to `reject_valid_o` or `admit_valid_o`, 2 while `hold_i`. Throughput: one request a clock.
// A reject stays in the input register, and stops `submit`, until it is taken.

module dysta_admission #(
  // Bits of a request id, >= 1.
  parameter integer ID_W = 16,
  // Bits of a profile index, >= 1.
  parameter integer PROFILE_W = 4,
  // Bits of a priority, >= 1.
  parameter integer PRIORITY_W = 4,
  // Bits of the number of live entries, 2**LIVE_W > CAPACITY.
  parameter integer LIVE_W = 7,
  // Entries that can be live at a time, >= 2.
  parameter integer CAPACITY = 64,
  // Number of the first admission; numbers count up modulo 2**32.
  parameter logic [31:0] NUMBER_INIT = 32'd0,
  // 0: `submit` waits while all entries are live; 1: such requests are rejected.
  parameter integer REJECT_FULL = 0
) (
  input  logic clk_i,
  input  logic rst_ni,

  // Requests that enter.
  input  logic submit_valid_i,
  output logic submit_ready_o,
  input  logic [ID_W-1:0] submit_id_i,
  input  logic [PROFILE_W-1:0] submit_profile_i,
  input  logic [47:0] submit_deadline_i,
  input  logic [PRIORITY_W-1:0] submit_priority_i,

  // The entry write port is taken in the next clock, in this clock; never twice in a row.
  input  logic block_i,
  input  logic hold_i,
  // Number of live entries.
  input  logic [LIVE_W-1:0] live_i,

  // Look-up of the profile row: the answer comes in the clock after the request and holds until the next one. Offered is a
  // request that may be looked up in this clock.
  output logic lookup_valid_o,
  output logic lookup_offered_o,
  output logic [PROFILE_W-1:0] lookup_profile_o,
  input  logic profile_known_i,

  // The request that is appended in this clock.
  output logic admit_valid_o,
  output logic [ID_W-1:0] admit_id_o,
  output logic [PROFILE_W-1:0] admit_profile_o,
  output logic [47:0] admit_deadline_o,
  output logic [PRIORITY_W-1:0] admit_priority_o,
  output logic [31:0] admit_number_o,

  // The request that is rejected; status 2 unknown profile, 3 full.
  output logic reject_valid_o,
  input  logic reject_ready_i,
  output logic [ID_W-1:0] reject_id_o,
  output logic [2:0] reject_status_o,

  // A request sits in the input register.
  output logic busy_o
);

  generate
    if (ID_W < 1 || PROFILE_W < 1 || PRIORITY_W < 1) begin : gen_check_widths
      dysta_error_admission_widths_must_be_at_least_1 u_error ();
    end
    if (CAPACITY < 2) begin : gen_check_capacity
      dysta_error_admission_capacity_must_be_at_least_2 u_error ();
    end
    if (LIVE_W < 1 || LIVE_W > 30 || (1 << LIVE_W) <= CAPACITY) begin : gen_check_live_w
      dysta_error_admission_live_w_must_count_capacity u_error ();
    end
    if (REJECT_FULL < 0 || REJECT_FULL > 1) begin : gen_check_reject_full
      dysta_error_admission_reject_full_must_be_0_or_1 u_error ();
    end
  endgenerate

  localparam integer NEARLY_INTEGER = CAPACITY - 1;
  localparam logic [LIVE_W-1:0] FULL = CAPACITY[LIVE_W-1:0];
  localparam logic [LIVE_W-1:0] NEARLY_FULL = NEARLY_INTEGER[LIVE_W-1:0];

  logic load;
  logic wait_full;
  logic reject;

  generate
    if (REJECT_FULL == 1) begin : gen_reject_full
      // A request is judged in its first clock in the register; room that opens later does not revoke a reject.
      logic judged_q;
      always_ff @(posedge clk_i) begin
        if (!rst_ni) judged_q <= 1'b0;
        else judged_q <= reject_valid_o && !reject_ready_i;
      end
      assign wait_full = 1'b0;
      assign reject = !profile_known_i || judged_q || live_i == FULL;
    end else begin : gen_wait_full
      assign wait_full = live_i == FULL || (live_i == NEARLY_FULL && admit_valid_o);
      assign reject = !profile_known_i;
    end
  endgenerate

  assign submit_ready_o = !wait_full && !block_i && !reject_valid_o;
  assign load = submit_valid_i && submit_ready_o;
  assign lookup_valid_o = load;
  assign lookup_offered_o = submit_valid_i;
  assign lookup_profile_o = submit_profile_i;

  assign admit_valid_o = busy_o && !reject && !hold_i;
  assign reject_valid_o = busy_o && reject;
  assign reject_id_o = admit_id_o;
  assign reject_status_o = {2'b01, profile_known_i};

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      busy_o <= 1'b0;
      admit_number_o <= NUMBER_INIT;
    end else begin
      busy_o <= load || (reject_valid_o ? !reject_ready_i : busy_o && hold_i);
      if (admit_valid_o) admit_number_o <= admit_number_o + 32'd1;
    end
  end

  always_ff @(posedge clk_i) begin
    if (load) begin
      admit_id_o <= submit_id_i;
      admit_profile_o <= submit_profile_i;
      admit_deadline_o <= submit_deadline_i;
      admit_priority_o <= submit_priority_i;
    end
  end

`ifndef SYNTHESIS
  always @(posedge clk_i) begin
    if (rst_ni && ^{submit_valid_i, block_i, hold_i, live_i, reject_ready_i} === 1'bx) $fatal(1, "%m: control input unknown");
    if (rst_ni && live_i > FULL) $fatal(1, "%m: more live entries than the capacity");
    if (rst_ni && hold_i && busy_o && load) $fatal(1, "%m: request taken while one is held");
    if (rst_ni && admit_valid_o && live_i == FULL) $fatal(1, "%m: admission without room");
  end
`endif

endmodule
