// dysta 0.1.0, config tiny, digest b93da4205507f7e3
// SPDX-License-Identifier: 0BSD
//
// Self-checking testbench of dysta_scheduler. It loads the tables, submits the requests, plays the accelerator, and
// compares every event with the list that the golden model wrote on its own. The first difference, an unknown (X) on a
// stream, or a standstill ends the run with an error; a run that finds none prints `PASS: N events compared`.
//
// Vectors: text files of one 64-bit word in hexadecimal a line. Word 0 is the digest of the configuration, word 1 the
// number of records, then the records follow, fields in this order, one word each, and the digest again:
//   tables.hex      address, data                                    table writes in order
//   requests.hex    id, profile, deadline, priority, arrival, row    row: the first of its layers in layers.hex
//   layers.hex      latency, nnz, status                             layers of a request lie one behind the other
//   expected.hex    kind, stamp, and five fields                     unused fields are 0
//   statistics.hex  count                                            counts 0, 1, ... after the run
// Kinds: 0 admit (id, profile, deadline, priority: the submit handshake), 1 dispatch (id, position, profile, layer,
// score), 2 layer_done (nnz, status), 3 complete (id, finish, status). Events of one clock come in this order.
//
// Stimulus is driven at the falling edge and outputs are sampled before the rising edge, so that all simulators agree.

module dysta_scheduler_tb #(
  // First 64 bits of the configuration digest.
  parameter logic [63:0] DIGEST = 64'hb93da4205507f7e3,
  // Bits of the ports.
  parameter integer ID_W = 16,
  parameter integer POSITION_W = 3,
  parameter integer PROFILE_W = 2,
  parameter integer LAYER_W = 5,
  parameter integer PRIORITY_W = 8,
  parameter integer SCORE_W = 40,
  parameter integer TABLE_ADDR_W = 9,
  // Records of the vector files.
  parameter integer TABLE_WRITES = 43,
  parameter integer REQUESTS = 20,
  parameter integer LAYERS = 400,
  parameter integer EVENTS = 840,
  parameter integer STATISTICS = 6,
  // Time of the first clock in which requests can come; until then the tables are loaded.
  parameter logic [47:0] START = 48'd0,
  // Seed and share (of 256) of the clocks in which `dispatch_ready` and `complete_ready` are low.
  parameter logic [31:0] SEED = 32'd0,
  parameter logic [7:0] PRESSURE = 8'd64,
  // 1: time jumps ahead while nothing happens; 0: every clock is simulated.
  parameter integer JUMP = 1,
  // Clocks without an event after which the run fails.
  parameter integer WATCHDOG = 612695
);

  localparam integer REQUEST_WORDS = 6;
  localparam integer EVENT_WORDS = 7;
  localparam logic [63:0] ADMIT = 64'd0;
  localparam logic [63:0] DISPATCH = 64'd1;
  localparam logic [63:0] LAYER_DONE = 64'd2;
  localparam logic [63:0] COMPLETE = 64'd3;

  logic clk = 1'b0;
  logic rst_n = 1'b0;
  logic [47:0] now = START;
  logic submit_valid = 1'b0;
  logic submit_ready;
  logic [ID_W-1:0] submit_id = {ID_W{1'b0}};
  logic [PROFILE_W-1:0] submit_profile = {PROFILE_W{1'b0}};
  logic [47:0] submit_deadline = 48'd0;
  logic [PRIORITY_W-1:0] submit_priority = {PRIORITY_W{1'b0}};
  logic dispatch_valid;
  logic dispatch_ready = 1'b0;
  logic [ID_W-1:0] dispatch_id;
  logic [POSITION_W-1:0] dispatch_position;
  logic [PROFILE_W-1:0] dispatch_profile;
  logic [LAYER_W-1:0] dispatch_layer;
  logic [SCORE_W-1:0] dispatch_score;
  logic layer_done_valid = 1'b0;
  logic layer_done_ready;
  logic [31:0] layer_done_nnz = 32'd0;
  logic [1:0] layer_done_status = 2'd0;
  logic complete_valid;
  logic complete_ready = 1'b0;
  logic [ID_W-1:0] complete_id;
  logic [47:0] complete_finish;
  logic [2:0] complete_status;
  logic table_valid = 1'b0;
  logic table_ready;
  logic table_refused;
  logic [TABLE_ADDR_W-1:0] table_addr = {TABLE_ADDR_W{1'b0}};
  logic [63:0] table_data = 64'd0;
  logic [2:0] statistics_address = 3'd0;
  logic [31:0] statistics_data;
  logic quiescent;

  dysta_scheduler u_dut (
    .clk_i(clk),
    .rst_ni(rst_n),
    .now_i(now),
    .submit_valid_i(submit_valid),
    .submit_ready_o(submit_ready),
    .submit_id_i(submit_id),
    .submit_profile_i(submit_profile),
    .submit_deadline_i(submit_deadline),
    .submit_priority_i(submit_priority),
    .dispatch_valid_o(dispatch_valid),
    .dispatch_ready_i(dispatch_ready),
    .dispatch_id_o(dispatch_id),
    .dispatch_position_o(dispatch_position),
    .dispatch_profile_o(dispatch_profile),
    .dispatch_layer_o(dispatch_layer),
    .dispatch_score_o(dispatch_score),
    .layer_done_valid_i(layer_done_valid),
    .layer_done_ready_o(layer_done_ready),
    .layer_done_nnz_i(layer_done_nnz),
    .layer_done_status_i(layer_done_status),
    .complete_valid_o(complete_valid),
    .complete_ready_i(complete_ready),
    .complete_id_o(complete_id),
    .complete_finish_o(complete_finish),
    .complete_status_o(complete_status),
    .table_valid_i(table_valid),
    .table_ready_o(table_ready),
    .table_addr_i(table_addr),
    .table_data_i(table_data),
    .table_refused_o(table_refused),
    .statistics_address_i(statistics_address),
    .statistics_data_o(statistics_data),
    .quiescent_o(quiescent)
  );

  // Vectors, each with its two head words and its end.
  logic [63:0] tables [0:2*TABLE_WRITES+2];
  logic [63:0] requests [0:REQUEST_WORDS*REQUESTS+2];
  logic [63:0] layers [0:3*LAYERS+2];
  logic [63:0] expected [0:EVENT_WORDS*EVENTS+2];
  logic [63:0] statistics [0:STATISTICS+2];

  // Progress of the run. A request is open from its submit handshake to its record.
  logic open [0:REQUESTS];
  integer submitted = 0;
  integer oldest = 0;
  integer completed = 0;
  integer compared = 0;
  integer idle_clocks = 0;

  // The layer in flight.
  logic flight = 1'b0;
  logic [47:0] flight_due = 48'd0;
  integer flight_row = 0;

  logic [47:0] next_now = START;
  logic [63:0] score = 64'd0;
  integer i;
  integer base;

  function ready(input [31:0] stream);
    logic [31:0] mixed;
    logic [8:0] margin;
    begin
      mixed = (now[31:0] + SEED + stream * 32'h9E3779B9) * 32'h85EBCA6B;
      mixed = (mixed ^ (mixed >> 13)) * 32'hC2B2AE35;
      margin = {1'b0, mixed[31:24]} - {1'b0, PRESSURE};
      ready = !margin[8];
    end
  endfunction

  task check_frame(input [63:0] digest, input [63:0] found, input integer wanted, input [63:0] tail);
    begin
      if (digest !== DIGEST) $fatal(1, "vectors of configuration %h, this testbench is for %h", digest, DIGEST);
      if (found !== {32'd0, wanted}) $fatal(1, "vectors hold %0d records where %0d belong", found, wanted);
      if (tail !== DIGEST) $fatal(1, "vectors are cut short");
    end
  endtask

  task read_vectors;
    begin
      $readmemh("tb/vectors/tables.hex", tables);
      $readmemh("tb/vectors/requests.hex", requests);
      $readmemh("tb/vectors/layers.hex", layers);
      $readmemh("tb/vectors/expected.hex", expected);
      $readmemh("tb/vectors/statistics.hex", statistics);
      check_frame(tables[0], tables[1], TABLE_WRITES, tables[2*TABLE_WRITES+2]);
      check_frame(requests[0], requests[1], REQUESTS, requests[REQUEST_WORDS*REQUESTS+2]);
      check_frame(layers[0], layers[1], LAYERS, layers[3*LAYERS+2]);
      check_frame(expected[0], expected[1], EVENTS, expected[EVENT_WORDS*EVENTS+2]);
      check_frame(statistics[0], statistics[1], STATISTICS, statistics[STATISTICS+2]);
      if (EVENTS == 0) $fatal(1, "nothing to compare");
      for (i = 0; i <= REQUESTS; i = i + 1) open[i] = 1'b0;
    end
  endtask

  task show(input [63:0] kind, input [63:0] stamp, input [63:0] a, input [63:0] b, input [63:0] c, input [63:0] d,
            input [63:0] e);
    begin
      case (kind)
        ADMIT: $display("  admit at %0d: id %0d, profile %0d, deadline %0d, priority %0d", stamp, a, b, c, d);
        DISPATCH: begin
          $display("  dispatch at %0d: id %0d, position %0d, profile %0d, layer %0d, score %0d", stamp, a, b, c, d, e);
        end
        LAYER_DONE: $display("  layer_done at %0d: nnz %0d, status %0d", stamp, a, b);
        default: $display("  complete at %0d: id %0d, finish %0d, status %0d", stamp, a, b, c);
      endcase
    end
  endtask

  task compare(input [63:0] kind, input [63:0] a, input [63:0] b, input [63:0] c, input [63:0] d, input [63:0] e);
    begin
      idle_clocks = 0;
      if (compared == EVENTS) begin
        $display("Found:");
        show(kind, {16'd0, now}, a, b, c, d, e);
        $fatal(1, "an event beyond the %0d expected", EVENTS);
      end
      base = 2 + EVENT_WORDS * compared;
      if (expected[base] !== kind || expected[base+1] !== {16'd0, now} || expected[base+2] !== a
          || expected[base+3] !== b || expected[base+4] !== c || expected[base+5] !== d || expected[base+6] !== e) begin
        $display("Expected:");
        show(expected[base], expected[base+1], expected[base+2], expected[base+3], expected[base+4], expected[base+5],
             expected[base+6]);
        $display("Found:");
        show(kind, {16'd0, now}, a, b, c, d, e);
        $fatal(1, "event %0d differs", compared);
      end
      compared = compared + 1;
    end
  endtask

  task check_known;
    begin
      if (^{submit_ready, dispatch_valid, layer_done_ready, complete_valid, table_ready, quiescent} === 1'bx) begin
        $fatal(1, "unknown handshake at %0d: submit %b, dispatch %b, layer_done %b, complete %b, table %b, quiescent %b",
               now, submit_ready, dispatch_valid, layer_done_ready, complete_valid, table_ready, quiescent);
      end
      if (dispatch_valid
          && ^{dispatch_id, dispatch_position, dispatch_profile, dispatch_layer, dispatch_score} === 1'bx) begin
        $fatal(1, "unknown dispatch at %0d: id %b, position %b, profile %b, layer %b, score %b", now, dispatch_id,
               dispatch_position, dispatch_profile, dispatch_layer, dispatch_score);
      end
      if (complete_valid && ^{complete_id, complete_finish, complete_status} === 1'bx) begin
        $fatal(1, "unknown record at %0d: id %b, finish %b, status %b", now, complete_id, complete_finish,
               complete_status);
      end
    end
  endtask

  // Leaves in `i` the open request with this id.
  task find_open(input [ID_W-1:0] id);
    begin
      while (oldest < submitted && !open[oldest]) oldest = oldest + 1;
      i = oldest;
      while (i < submitted && !(open[i] && requests[2+REQUEST_WORDS*i][ID_W-1:0] == id)) i = i + 1;
      if (i == submitted) $fatal(1, "no open request has the id %0d at %0d", id, now);
    end
  endtask

  // Stimulus of this clock. Payloads are wrong on purpose while their valid is low.
  task drive;
    begin
      base = 2 + REQUEST_WORDS * ((submitted < REQUESTS) ? submitted : 0);
      submit_valid = submitted < REQUESTS && requests[base+4] <= {16'd0, now};
      submit_id = requests[base][ID_W-1:0] ^ {ID_W{!submit_valid}};
      submit_profile = requests[base+1][PROFILE_W-1:0] ^ {PROFILE_W{!submit_valid}};
      submit_deadline = requests[base+2][47:0] ^ {48{!submit_valid}};
      submit_priority = requests[base+3][PRIORITY_W-1:0] ^ {PRIORITY_W{!submit_valid}};
      layer_done_valid = flight && now >= flight_due;
      layer_done_nnz = layers[flight_row+1][31:0] ^ {32{!layer_done_valid}};
      layer_done_status = layers[flight_row+2][1:0] ^ {2{!layer_done_valid}};
      dispatch_ready = ready(32'd0);
      complete_ready = ready(32'd1);
    end
  endtask

  // Events of this clock, and what follows from them.
  task sample;
    begin
      idle_clocks = idle_clocks + 1;
      if (submit_valid && submit_ready) begin
        compare(ADMIT, {{(64 - ID_W){1'b0}}, submit_id}, {{(64 - PROFILE_W){1'b0}}, submit_profile},
                {16'd0, submit_deadline}, {{(64 - PRIORITY_W){1'b0}}, submit_priority}, 64'd0);
        open[submitted] = 1'b1;
        submitted = submitted + 1;
      end
      if (dispatch_valid && dispatch_ready) begin
        score = 64'd0;
        score[SCORE_W-1:0] = dispatch_score;
        compare(DISPATCH, {{(64 - ID_W){1'b0}}, dispatch_id}, {{(64 - POSITION_W){1'b0}}, dispatch_position},
                {{(64 - PROFILE_W){1'b0}}, dispatch_profile}, {{(64 - LAYER_W){1'b0}}, dispatch_layer},
                score);
        find_open(dispatch_id);
        flight_row = 2 + 3 * (requests[2+REQUEST_WORDS*i+5][31:0] + {{(32 - LAYER_W){1'b0}}, dispatch_layer});
        flight_due = now + layers[flight_row][47:0];
        flight = 1'b1;
      end
      if (layer_done_valid && layer_done_ready) begin
        compare(LAYER_DONE, {32'd0, layer_done_nnz}, {62'd0, layer_done_status}, 64'd0, 64'd0, 64'd0);
        flight = 1'b0;
      end
      if (complete_valid && complete_ready) begin
        compare(COMPLETE, {{(64 - ID_W){1'b0}}, complete_id}, {16'd0, complete_finish}, {61'd0, complete_status},
                64'd0, 64'd0);
        find_open(complete_id);
        open[i] = 1'b0;
        completed = completed + 1;
      end
      if (idle_clocks > WATCHDOG) $fatal(1, "no event for %0d clocks at %0d, %0d compared", WATCHDOG, now, compared);
    end
  endtask

  // Time of the next clock: one more, or one clock before the next stimulus when nothing can happen until then.
  task advance;
    logic [47:0] target;
    begin
      next_now = now + 48'd1;
      target = next_now;
      if (submitted < REQUESTS) target = requests[2+REQUEST_WORDS*submitted+4][47:0];
      if (flight && (submitted == REQUESTS || flight_due < target)) target = flight_due;
      if (JUMP != 0 && quiescent && !submit_valid && !dispatch_valid && !layer_done_valid && !complete_valid
          && target > next_now) next_now = target - 48'd1;
    end
  endtask

  task load_tables;
    begin
      base = 2;
      while (base < 2 * TABLE_WRITES + 2) begin
        clk = 1'b0;
        table_valid = 1'b1;
        table_addr = tables[base][TABLE_ADDR_W-1:0];
        table_data = tables[base+1];
        #5;
        check_known;
        if (base > 2 && table_refused !== 1'b0) $fatal(1, "table write before address %h refused", table_addr);
        if (table_ready) base = base + 2;
        else idle_clocks = idle_clocks + 1;
        if (idle_clocks > WATCHDOG) $fatal(1, "table write port stands still");
        clk = 1'b1;
        #5;
      end
    end
  endtask

  task run_clock;
    begin
      clk = 1'b0;
      drive;
      #5;
      check_known;
      sample;
      advance;
      clk = 1'b1;
      #5;
      now = next_now;
    end
  endtask

  task check_statistics;
    begin
      for (i = 0; i < STATISTICS; i = i + 1) begin
        statistics_address = i[2:0];
        repeat (13) begin
          clk = 1'b0;
          #5;
          clk = 1'b1;
          #5;
        end
        if ({32'd0, statistics_data} !== statistics[i+2]) begin
          $fatal(1, "statistics %0d is %0d, expected %0d", i, statistics_data, statistics[i+2]);
        end
      end
    end
  endtask

  initial begin
    read_vectors;
    for (i = 0; i < 4; i = i + 1) begin
      clk = 1'b0;
      #5;
      clk = 1'b1;
      #5;
    end
    rst_n = 1'b1;
    load_tables;
    table_valid = 1'b0;
    idle_clocks = 0;
    while (completed < REQUESTS) run_clock;
    // Late events would show here; the statistics follow their events by up to 13 clocks.
    repeat (16) run_clock;
    if (compared != EVENTS) $fatal(1, "%0d of %0d events, then every request was complete", compared, EVENTS);
    check_statistics;
    $display("PASS: %0d events compared", compared);
    $finish;
  end

endmodule
