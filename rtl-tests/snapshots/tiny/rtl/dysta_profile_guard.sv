// dysta 0.1.0, config tiny, digest b93da4205507f7e3
// SPDX-License-Identifier: 0BSD
//
// Keeps the rows of a profile as they are while a live request uses it: counts the live requests of each profile and
// refuses writes to the rows of a counted one.
// Latency: 0 clocks from a write to its verdict, 1 to the status. Throughput: one write a clock, except in the clock of an
// admission and in the clock after a finish, in which the only port of the counts is taken.

module dysta_profile_guard #(
  // Bits of a profile index, 1 to 16.
  parameter integer PROFILE_W = 4,
  // Bits of the number of live requests, >= 1.
  parameter integer LIVE_W = 7
) (
  input  logic clk_i,
  input  logic rst_ni,

  // A request is looked up, and in a later clock admitted; never in the clock after a finish.
  input  logic lookup_valid_i,
  input  logic [PROFILE_W-1:0] lookup_profile_i,
  input  logic admit_valid_i,
  input  logic [PROFILE_W-1:0] admit_profile_i,
  // A live request leaves.
  input  logic finish_valid_i,
  input  logic [PROFILE_W-1:0] finish_profile_i,

  // A write; whether it changes rows of a profile, and whether that profile is known.
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
  logic leave_q;
  logic [PROFILE_W-1:0] leave_profile_q;
  logic [PROFILE_W-1:0] address;
  logic [LIVE_W-1:0] former;
  logic [LIVE_W-1:0] step;
  logic in_use;
  logic taken;

  assign write_ready_o = !admit_valid_i && !leave_q;
  assign taken = write_valid_i && write_ready_o;

  // One port serves all: admissions and finishes come first, writes wait.
  assign address = leave_q ? leave_profile_q : admit_valid_i ? admit_profile_i : write_profile_i;
  assign former = count_q[address];
  assign step = {{(LIVE_W - 1){leave_q}}, 1'b1};

  // The counts have no reset: a profile that is not known has no live request, whatever its count says.
  assign in_use = (write_known_i && former != {LIVE_W{1'b0}}) || (lookup_valid_i && lookup_profile_i == write_profile_i);
  assign write_o = taken && !(write_rows_i && in_use);

  always_ff @(posedge clk_i) begin
    if (!rst_ni) leave_q <= 1'b0;
    else leave_q <= finish_valid_i;
  end

  always_ff @(posedge clk_i) begin
    if (finish_valid_i) leave_profile_q <= finish_profile_i;
    // A profile whose rows are written has no live request: its count starts at 0.
    if (!write_ready_o) count_q[address] <= former + step;
    else if (write_o && write_rows_i) count_q[address] <= {LIVE_W{1'b0}};
  end

  always_ff @(posedge clk_i) begin
    if (!rst_ni) refused_o <= 1'b0;
    else if (taken) refused_o <= write_rows_i && in_use;
  end

`ifndef SYNTHESIS
  always @(posedge clk_i) begin
    if (rst_ni && leave_q && admit_valid_i) $fatal(1, "%m: admission in the clock after a finish");
    if (rst_ni && leave_q && former == {LIVE_W{1'b0}}) $fatal(1, "%m: finish of a profile without live requests");
    if (rst_ni && ^{lookup_valid_i, admit_valid_i, finish_valid_i, write_valid_i} === 1'bx) $fatal(1, "%m: control input unknown");
  end
`endif

endmodule
