// leaves: dysta_profile_guard
// case: PROFILE_W=2 LIVE_W=4
// case: PROFILE_W=1 LIVE_W=1
// case: PROFILE_W=4 LIVE_W=7
// Random requests of random profiles come and go while writes of all kinds try every profile, before and after a reset.
module bench;
  parameter integer PROFILE_W = 2;
  parameter integer LIVE_W = 4;
  localparam integer PROFILES = 1 << PROFILE_W;
  localparam integer MOST = (1 << LIVE_W) - 1;

  logic clk = 0;
  logic rst_n = 0;
  logic lookup = 0;
  logic [PROFILE_W-1:0] lookup_profile;
  logic admit = 0;
  logic [PROFILE_W-1:0] admit_profile;
  logic finish = 0;
  logic [PROFILE_W-1:0] finish_profile;
  logic write_valid = 0;
  logic write_rows;
  logic [PROFILE_W-1:0] write_profile;
  logic ready;
  logic write;
  logic refused;
  logic want_refused;
  logic left;
  logic [PROFILES-1:0] known;
  integer live [0:PROFILES-1];
  integer total;
  integer clock;
  integer refusals;
  integer writes;
  integer i;
  integer in_use;

  dysta_profile_guard #(.PROFILE_W(PROFILE_W), .LIVE_W(LIVE_W)) u_dut (
    .clk_i(clk), .rst_ni(rst_n), .lookup_valid_i(lookup), .lookup_profile_i(lookup_profile),
    .admit_valid_i(admit), .admit_profile_i(admit_profile), .finish_valid_i(finish),
    .finish_profile_i(finish_profile), .write_valid_i(write_valid), .write_ready_o(ready),
    .write_rows_i(write_rows), .write_known_i(known[write_profile]), .write_profile_i(write_profile),
    .write_o(write), .refused_o(refused));

  task tick;
    begin
      #5 clk = 1;
      #5 clk = 0;
    end
  endtask

  // A request that was looked up is admitted in the next clock; a finish keeps the clock after it free of both.
  task play;
    begin
      admit = lookup;
      admit_profile = lookup_profile;
      lookup_profile = $urandom;
      finish_profile = $urandom;
      finish = !admit && !left && live[finish_profile] != 0 && $urandom % 3 == 0;
      lookup = !finish && known[lookup_profile] && total + (admit ? 1 : 0) < MOST && $urandom % 2 == 0;
      write_valid = $urandom % 4 != 0;
      write_rows = $urandom % 8 != 0;
      write_profile = $urandom;
      #1;
      if (ready !== !(admit || left)) $fatal(1, "clock %0d: ready %b", clock, ready);
      in_use = live[write_profile] != 0 || (lookup && lookup_profile == write_profile);
      if (write !== (write_valid && ready && !(write_rows && in_use != 0))) $fatal(1, "clock %0d: write %b", clock, write);
      if (write_valid && ready) want_refused = write_rows && in_use != 0;
      if (write_valid && ready && want_refused) refusals = refusals + 1;
      if (write && write_rows) writes = writes + 1;
      tick;
      if (write_valid && !admit && !left && write_rows && in_use == 0) known[write_profile] = 1;
      if (admit) live[admit_profile] = live[admit_profile] + 1;
      if (left) live[i] = live[i] - 1;
      if (admit) total = total + 1;
      if (left) total = total - 1;
      left = finish;
      i = finish_profile;
      if (refused !== want_refused) $fatal(1, "clock %0d: refused %b", clock, refused);
    end
  endtask

  task restart;
    begin
      lookup = 0;
      admit = 0;
      finish = 0;
      write_valid = 0;
      left = 0;
      rst_n = 0;
      tick;
      rst_n = 1;
      known = 0;
      total = 0;
      want_refused = 0;
      for (i = 0; i < PROFILES; i = i + 1) live[i] = 0;
    end
  endtask

  initial begin
    refusals = 0;
    writes = 0;
    restart;
    for (clock = 0; clock < 8000; clock = clock + 1) begin
      if (clock == 4000) restart;
      play;
    end
    if (refusals < 200 || writes < 200) $fatal(1, "%0d refused, %0d carried out", refusals, writes);
    $display("PASS");
    $finish;
  end
endmodule
