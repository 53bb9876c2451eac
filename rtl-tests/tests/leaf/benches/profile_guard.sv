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
  logic offered = 0;
  logic [PROFILE_W-1:0] lookup_profile;
  logic admit = 0;
  logic finish = 0;
  logic [PROFILE_W-1:0] finish_profile;
  logic write_valid = 0;
  logic write_rows;
  logic [PROFILE_W-1:0] write_profile;
  logic ready;
  logic write;
  logic refused;
  logic want_refused;
  logic again;
  logic asked;
  logic judged;
  logic judging_in_use;
  logic taken;
  logic admitted;
  logic [1:0] left;
  logic [PROFILE_W-1:0] left_profile [0:1];
  logic [1:0] waits;
  logic [PROFILE_W-1:0] waiting_profile;
  logic [PROFILES-1:0] known;
  integer live [0:PROFILES-1];
  integer total;
  integer clock;
  integer refusals;
  integer writes;
  integer i;

  dysta_profile_guard #(.PROFILE_W(PROFILE_W), .LIVE_W(LIVE_W)) u_dut (
    .clk_i(clk), .rst_ni(rst_n), .lookup_valid_i(lookup), .lookup_offered_i(offered), .lookup_profile_i(lookup_profile),
    .admit_valid_i(admit), .finish_valid_i(finish), .finish_profile_i(finish_profile),
    .write_valid_i(write_valid), .write_ready_o(ready),
    .write_rows_i(write_rows), .write_known_i(known[write_profile]), .write_profile_i(write_profile),
    .write_o(write), .refused_o(refused));

  task tick;
    begin
      #5 clk = 1;
      #5 clk = 0;
    end
  endtask

  // A request is offered until it is looked up, and admitted one or two clocks after that, never in the clock after a finish. A
  // write stays until it is taken: it is judged from its second clock on, unless the clock before had an admission or the one
  // before that a finish, and taken in the next, unless a request is offered that was not when it was judged.
  task play;
    begin
      admit = waits != 0 && !left[0] && (waits == 2 || $urandom % 4 != 0);
      if (!again) begin
        lookup_profile = $urandom;
        offered = $urandom % 2 == 0;
      end
      finish_profile = $urandom;
      finish = (waits == 0 || admit) && live[finish_profile] > leaving(finish_profile) && $urandom % 3 == 0;
      lookup = offered && (waits == 0 || admit) && known[lookup_profile] && total + (admit ? 1 : 0) < MOST;
      if (!write_valid || taken) begin
        write_valid = $urandom % 4 != 0;
        write_rows = $urandom % 8 != 0;
        write_profile = $urandom;
      end
      #1;
      if (ready !== (judged && (!offered || again))) $fatal(1, "clock %0d: ready %b", clock, ready);
      taken = write_valid && judged && (!offered || again);
      if (taken) want_refused = write_rows && judging_in_use;
      if (write !== (taken && !want_refused)) $fatal(1, "clock %0d: write %b", clock, write);
      if (write && write_rows && in_use(write_profile)) $fatal(1, "clock %0d: rows of a profile in use written", clock);
      if (taken && want_refused) refusals = refusals + 1;
      if (write && write_rows) writes = writes + 1;
      judged = asked && !taken && !admitted && !left[1];
      judging_in_use = in_use(write_profile);
      asked = write_valid && !taken;
      again = offered && !lookup;
      tick;
      if (taken && write_rows && !want_refused) known[write_profile] = 1;
      if (admit) live[waiting_profile] = live[waiting_profile] + 1;
      if (left[1]) live[left_profile[1]] = live[left_profile[1]] - 1;
      total = total + (admit ? 1 : 0) - (left[1] ? 1 : 0);
      if (lookup) waiting_profile = lookup_profile;
      waits = lookup ? 1 : waits == 1 && !admit ? 2 : 0;
      admitted = admit;
      left = {left[0], finish};
      left_profile[1] = left_profile[0];
      left_profile[0] = finish_profile;
      if (refused !== want_refused) $fatal(1, "clock %0d: refused %b", clock, refused);
    end
  endtask

  function automatic integer leaving(input [PROFILE_W-1:0] profile);
    leaving = (left[0] && left_profile[0] == profile ? 1 : 0) + (left[1] && left_profile[1] == profile ? 1 : 0);
  endfunction

  function automatic entering(input [PROFILE_W-1:0] profile);
    entering = offered && lookup_profile == profile;
  endfunction

  function automatic in_use(input [PROFILE_W-1:0] profile);
    in_use = known[profile] && (live[profile] != 0 || entering(profile) || (waits != 0 && waiting_profile == profile));
  endfunction

  task restart;
    begin
      lookup = 0;
      offered = 0;
      admit = 0;
      finish = 0;
      write_valid = 0;
      left = 0;
      admitted = 0;
      waits = 0;
      again = 0;
      asked = 0;
      judged = 0;
      taken = 0;
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
    for (clock = 0; clock < 12000; clock = clock + 1) begin
      if (clock == 6000) restart;
      play;
    end
    if (refusals < 200 || writes < 200) $fatal(1, "%0d refused, %0d carried out", refusals, writes);
    $display("PASS");
    $finish;
  end
endmodule
