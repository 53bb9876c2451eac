// leaves: dysta_admission
// case: REJECT_FULL=0 CAPACITY=4
// case: REJECT_FULL=1 CAPACITY=4
// case: REJECT_FULL=0 CAPACITY=7
// Random requests, removals and blocks: readiness, admission, holds, rejects and numbers against a model.
module bench;
  parameter integer REJECT_FULL = 0;
  parameter integer CAPACITY = 4;
  localparam logic [31:0] NUMBER_INIT = 32'hFFFFFFF0;

  logic clk = 0;
  logic rst_n = 0;
  logic submit_valid = 0;
  logic submit_ready;
  logic [7:0] id;
  logic [3:0] profile;
  logic [47:0] deadline;
  logic [1:0] priority_value;
  logic block = 0;
  logic hold = 0;
  logic [2:0] live = 0;
  logic [2:0] next_live = 0;
  logic known = 0;
  logic lookup;
  logic offered;
  logic [3:0] lookup_profile;
  logic admit;
  logic [7:0] admit_id;
  logic [3:0] admit_profile;
  logic [47:0] admit_deadline;
  logic [1:0] admit_priority;
  logic [31:0] number;
  logic reject;
  logic reject_ready = 0;
  logic [7:0] reject_id;
  logic [2:0] reject_status;
  logic busy;

  logic held = 0;
  logic fresh = 0;
  logic [2:0] status = 0;
  logic [7:0] held_id;
  logic [53:0] held_payload;
  logic [31:0] want_number = NUMBER_INIT;
  logic ready;
  logic taken = 0;
  integer i;
  integer admitted = 0;
  integer unknown = 0;
  integer refused = 0;
  integer waited = 0;
  integer kept = 0;

  dysta_admission #(
    .ID_W(8), .PROFILE_W(4), .PRIORITY_W(2), .LIVE_W(3), .CAPACITY(CAPACITY), .NUMBER_INIT(NUMBER_INIT),
    .REJECT_FULL(REJECT_FULL)
  ) u_dut (
    .clk_i(clk), .rst_ni(rst_n), .submit_valid_i(submit_valid), .submit_ready_o(submit_ready),
    .submit_id_i(id), .submit_profile_i(profile), .submit_deadline_i(deadline), .submit_priority_i(priority_value),
    .block_i(block), .hold_i(hold), .live_i(live), .lookup_valid_o(lookup), .lookup_offered_o(offered),
    .lookup_profile_o(lookup_profile), .profile_known_i(known), .admit_valid_o(admit), .admit_id_o(admit_id), .admit_profile_o(admit_profile),
    .admit_deadline_o(admit_deadline), .admit_priority_o(admit_priority),
    .admit_number_o(number), .reject_valid_o(reject), .reject_ready_i(reject_ready), .reject_id_o(reject_id),
    .reject_status_o(reject_status), .busy_o(busy));

  task check;
    begin
      if (fresh && !known) status = 3'd2;
      else if (fresh && REJECT_FULL == 1 && live == CAPACITY) status = 3'd3;
      if (busy !== held) $fatal(1, "step %0d: busy %b", i, busy);
      if (admit !== (held && status == 0 && !hold)) $fatal(1, "step %0d: admit %b", i, admit);
      if (reject !== (held && status != 0)) $fatal(1, "step %0d: reject %b", i, reject);
      ready = !block && !reject;
      if (REJECT_FULL == 0 && (live == CAPACITY || (live == CAPACITY - 1 && admit))) ready = 0;
      if (submit_ready !== ready) $fatal(1, "step %0d: ready %b with %0d live", i, submit_ready, live);
      if (lookup !== (submit_valid && ready) || offered !== submit_valid || lookup_profile !== profile) $fatal(1, "step %0d: look-up", i);
      if (admit && {admit_id, number} !== {held_id, want_number}) begin
        $fatal(1, "step %0d: admitted %0d as %0d", i, admit_id, number);
      end
      if (admit && {admit_profile, admit_deadline, admit_priority} !== held_payload) $fatal(1, "step %0d: payload", i);
      if (reject && {reject_id, reject_status} !== {held_id, status}) begin
        $fatal(1, "step %0d: rejected %0d with %0d, expected %0d", i, reject_id, reject_status, status);
      end
    end
  endtask

  initial begin
    #5 clk = 1;
    #5;
    for (i = 0; i < 8000; i = i + 1) begin
      clk = 0;
      rst_n = 1;
      live = next_live;
      if (!submit_valid || taken) begin
        submit_valid = $urandom % 4 != 0;
        id = $urandom;
        profile = $urandom;
        deadline = {$urandom, $urandom};
        priority_value = $urandom;
      end
      // As in the scheduler: while a request may be held, none is taken.
      hold = $urandom % 8 == 0 && !hold;
      block = hold || $urandom % 8 == 0;
      reject_ready = $urandom % 2 == 0;
      if (fresh) known = $urandom % 8 != 0;
      #5 check;
      if (live == CAPACITY) waited = waited + 1;
      if (held && status == 0 && hold) kept = kept + 1;
      if (admit) begin
        admitted = admitted + 1;
        want_number = want_number + 1;
      end
      if (reject && reject_ready && status == 2) unknown = unknown + 1;
      if (reject && reject_ready && status == 3) refused = refused + 1;
      if (admit || (reject && reject_ready)) held = 0;
      next_live = live + admit - (live != 0 && $urandom % 3 == 0);
      taken = submit_valid && submit_ready;
      fresh = taken;
      if (taken) begin
        held = 1;
        status = 0;
        held_id = id;
        held_payload = {profile, deadline, priority_value};
      end
      clk = 1;
      #5;
    end
    if (kept < 100 || admitted < 500 || unknown < 50 || waited < 500) $fatal(1, "%0d, %0d, %0d", admitted, unknown, waited);
    if ((refused > 50) != (REJECT_FULL == 1)) $fatal(1, "%0d requests rejected as full", refused);
    $display("PASS");
    $finish;
  end
endmodule
