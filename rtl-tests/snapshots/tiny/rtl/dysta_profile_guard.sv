// dysta 0.1.0, config tiny, digest b93da4205507f7e3
// SPDX-License-Identifier: 0BSD
//
// Keeps the rows of a profile as they are while a live request uses it: counts the live requests of each profile and
// refuses writes to the rows of a counted one.
// Latency: a write is registered in its first clock, judged in the second and taken in the third, 1 clock from there to the
// status. Throughput: a write in three clocks; its judgement waits for admissions and finishes, which take the only port of the
// counts, and is made again for a request that is offered first in the clock after it.

module dysta_profile_guard #(
  // Bits of a profile index, 1 to 16.
  parameter integer PROFILE_W = 4,
  // Bits of the number of live requests, >= 1.
  parameter integer LIVE_W = 7
) (
  input  logic clk_i,
  input  logic rst_ni,

  // A request is offered until it is looked up, and admitted one or two clocks after its look-up, before the next one; never in
  // the clock after a finish.
  input  logic lookup_valid_i,
  input  logic lookup_offered_i,
  input  logic [PROFILE_W-1:0] lookup_profile_i,
  input  logic admit_valid_i,
  // A live request leaves.
  input  logic finish_valid_i,
  input  logic [PROFILE_W-1:0] finish_profile_i,

  // A write, stable until it is taken; whether it changes rows of a profile, and whether that profile is known.
  input  logic write_valid_i,
  output logic write_ready_o,
  input  logic write_rows_i,
  input  logic write_known_i,
  input  logic [PROFILE_W-1:0] write_profile_i,
  // The write is carried out.
  output logic write_o,
  // The latest write was refused.
  output logic refused_o
);

  generate
    if (PROFILE_W < 1 || PROFILE_W > 16) begin : gen_check_profile_w
      dysta_error_profile_guard_profile_w_must_be_1_to_16 u_error ();
    end
    if (LIVE_W < 1) begin : gen_check_live_w
      dysta_error_profile_guard_live_w_must_be_at_least_1 u_error ();
    end
  endgenerate

  localparam integer PROFILES = 1 << PROFILE_W;

  (* ram_style = "distributed" *)
  logic [LIVE_W-1:0] count_q [0:PROFILES-1];
  logic looked_up_q;
  logic looked_up_before_q;
  logic [PROFILE_W-1:0] looked_up_profile_q;
  logic leave_q;
  logic [PROFILE_W-1:0] leave_profile_q;
  logic counting_q;
  logic down_q;
  logic [PROFILE_W-1:0] counting_profile_q;
  logic [PROFILE_W-1:0] address;
  logic [LIVE_W-1:0] former;
  logic rows_q;
  logic known_q;
  logic [PROFILE_W-1:0] profile_q;
  logic entering;
  logic waiting;
  logic again_q;
  logic asked_q;
  logic judged_q;
  logic in_use_q;
  logic taken;

  // One port serves all: admissions and finishes come first, writes wait.
  assign address = counting_q ? counting_profile_q : profile_q;
  assign former = count_q[address];

  // A request that is not counted yet: it may be looked up in this clock, or was in one of the two before.
  assign entering = lookup_offered_i && lookup_profile_i == profile_q;
  assign waiting = (looked_up_q || looked_up_before_q) && looked_up_profile_q == profile_q;

  // Only one that was offered in the clock before is part of the judgement.
  assign write_ready_o = judged_q && (!lookup_offered_i || again_q);
  assign taken = write_valid_i && write_ready_o;
  assign write_o = taken && !in_use_q;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      looked_up_q <= 1'b0;
      looked_up_before_q <= 1'b0;
      leave_q <= 1'b0;
      counting_q <= 1'b0;
      again_q <= 1'b0;
      asked_q <= 1'b0;
      judged_q <= 1'b0;
    end else begin
      looked_up_q <= lookup_valid_i;
      looked_up_before_q <= looked_up_q;
      leave_q <= finish_valid_i;
      counting_q <= admit_valid_i || leave_q;
      again_q <= lookup_offered_i && !lookup_valid_i;
      asked_q <= write_valid_i && !taken;
      judged_q <= asked_q && !taken && !counting_q;
    end
  end

  always_ff @(posedge clk_i) begin
    if (lookup_valid_i) looked_up_profile_q <= lookup_profile_i;
    if (finish_valid_i) leave_profile_q <= finish_profile_i;
    down_q <= leave_q;
    counting_profile_q <= leave_q ? leave_profile_q : looked_up_profile_q;
    rows_q <= write_rows_i;
    known_q <= write_known_i;
    profile_q <= write_profile_i;
    // A request of a profile that is not known is rejected, so it does not use it.
    if (!rows_q || !known_q) in_use_q <= 1'b0;
    else in_use_q <= former != {LIVE_W{1'b0}} || entering || waiting;
    // The counts have no reset: a profile that is not known has no live request, so its count starts at 0.
    if (counting_q) count_q[address] <= former + {{(LIVE_W - 1){down_q}}, 1'b1};
    else if (!known_q) count_q[address] <= {LIVE_W{1'b0}};
  end

  always_ff @(posedge clk_i) begin
    if (!rst_ni) refused_o <= 1'b0;
    else if (taken) refused_o <= in_use_q;
  end

`ifndef SYNTHESIS
  always @(posedge clk_i) begin
    if (rst_ni && leave_q && admit_valid_i) $fatal(1, "%m: admission in the clock after a finish");
    if (rst_ni && counting_q && down_q && former == {LIVE_W{1'b0}}) $fatal(1, "%m: finish of a profile without live requests");
    if (rst_ni && ^{lookup_valid_i, admit_valid_i, finish_valid_i, write_valid_i} === 1'bx) $fatal(1, "%m: control input unknown");
  end
`endif

endmodule
