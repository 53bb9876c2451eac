// leaves: dysta_sequencer dysta_argmin
// case: CAPACITY=8 SPECIAL_SLOT=1 SCAN_DELAY=0 DEPTH=1
// case: CAPACITY=8 SPECIAL_SLOT=6 SCAN_DELAY=0 DEPTH=3
// case: CAPACITY=13 SPECIAL_SLOT=20 SCAN_DELAY=0 DEPTH=2
// case: CAPACITY=7 SPECIAL_SLOT=2 SCAN_DELAY=5 DEPTH=4
// case: CAPACITY=16 SPECIAL_SLOT=14 SCAN_DELAY=1 DEPTH=5
// case: CAPACITY=8 SPECIAL_SLOT=1 SCAN_DELAY=0 DEPTH=1 READ_CLOCKS=1
// case: CAPACITY=13 SPECIAL_SLOT=9 SCAN_DELAY=2 DEPTH=3 READ_CLOCKS=1
// The sequencer with behavioural memories and a lane of DEPTH clocks against a list of requests: which entry is
// dispatched, when to the clock, how many members, stamps, finish pulses, preemptions, exposed clocks, quiescence.
module bench;
  parameter integer CAPACITY = 8;
  parameter integer SPECIAL_SLOT = 1;
  parameter integer SCAN_DELAY = 0;
  parameter integer READ_CLOCKS = 0;
  parameter integer DEPTH = 1;
  localparam integer POS_W = $clog2(CAPACITY);
  localparam integer LIVE_W = $clog2(CAPACITY + 1);
  localparam integer STEPS = 60000;
  localparam integer IDLE = 0;
  localparam integer DECIDE = 1;
  localparam integer OFFER = 2;
  localparam integer FLIGHT = 3;

  logic clk = 0;
  logic rst_n = 0;
  logic [47:0] now = 48'd1000;
  logic admit = 0;
  logic done_valid = 0;
  logic done_ready;
  logic [31:0] nnz;
  logic [1:0] status;
  logic record_ready = 0;
  logic dispatch_valid;
  logic dispatch_ready = 0;
  logic best_done;
  logic [POS_W-1:0] best_position;
  logic [47:0] latest;
  logic layer_end;
  logic [47:0] stamp;
  logic [31:0] nnz_captured;
  logic [LIVE_W-1:0] live;
  logic [POS_W-1:0] append_position;
  logic [LIVE_W-1:0] queue;
  logic update_start;
  logic finish_valid;
  logic finish_failed;
  logic move;
  logic [POS_W-1:0] special_position;
  logic [POS_W-1:0] read_position;
  logic [POS_W-1:0] update_position;
  logic candidate_valid;
  logic candidate_last;
  logic [POS_W-1:0] candidate_position;
  logic candidate_running;
  logic clear;
  logic single;
  logic [POS_W-1:0] position;
  logic block;
  logic quiet;
  logic deciding;
  logic decision;
  logic preemption;

  // Entries and the memory outputs. A value holds the score, as the update unit would leave it.
  logic [15:0] id_memory [0:CAPACITY-1];
  logic [7:0] left_memory [0:CAPACITY-1];
  logic [7:0] value_memory [0:CAPACITY-1];
  logic [15:0] id_read;
  logic [7:0] left_read;
  logic [7:0] value_read;

  // Requests by id, which is also the admission number.
  logic [7:0] left [0:65535];
  logic alive [0:65535];
  integer arrival [0:65535];
  integer submitted = 0;
  integer oldest = 0;

  integer t;
  integer i;
  integer phase = IDLE;
  integer due = 0;
  integer members;
  integer best;
  integer running;
  integer report;
  integer report_time = -10;
  logic [47:0] sampled;
  logic left_now = 0;
  logic failed_now = 0;
  logic goes_on = 0;
  logic pending = 0;
  logic kept = 0;
  logic take;
  integer decisions = 0;
  integer preemptions = 0;
  integer singles = 0;
  integer crowded = 0;

  function [7:0] score(input [15:0] id, input [7:0] layers_left);
    score = (id * 7 + layers_left * 13) % 8;
  endfunction

  function [7:0] layers(input [15:0] id);
    layers = 1 + (id * 5) % 4;
  endfunction

  dysta_sequencer #(
    .POS_W(POS_W), .LIVE_W(LIVE_W), .LANES(1), .ROW_W(POS_W), .SPECIAL_SLOT(SPECIAL_SLOT), .SCAN_DELAY(SCAN_DELAY),
    .READ_CLOCKS(READ_CLOCKS)
  ) u_dut (
    .clk_i(clk), .rst_ni(rst_n), .now_i(now), .admit_valid_i(admit), .layer_done_valid_i(done_valid),
    .layer_done_ready_o(done_ready), .layer_done_nnz_i(nnz), .layer_done_status_i(status),
    .running_last_i(left_read == 8'd1), .record_ready_i(record_ready), .dispatch_valid_o(dispatch_valid),
    .dispatch_ready_i(dispatch_ready), .best_done_i(best_done), .best_position_i(best_position), .latest_o(latest), .layer_end_o(layer_end), .stamp_o(stamp),
    .nnz_o(nnz_captured), .live_o(live), .append_position_o(append_position), .queue_o(queue),
    .update_start_o(update_start), .finish_valid_o(finish_valid), .finish_failed_o(finish_failed),
    .release_o(), .move_o(move), .special_position_o(special_position),
    .read_position_o(read_position), .update_position_o(update_position), .candidate_valid_o(candidate_valid),
    .candidate_last_o(candidate_last), .candidate_running_o(candidate_running), .candidate_row_o(candidate_position), .clear_o(clear), .single_o(single),
    .position_o(position), .block_o(block), .quiet_o(quiet), .deciding_o(deciding), .decision_o(decision),
    .preemption_o(preemption));

  // The lane: DEPTH clocks from candidate to score.
  logic [DEPTH:0] lane_valid = 0;
  logic [DEPTH:0] lane_last = 0;
  logic [POS_W-1:0] lane_position [0:DEPTH];
  logic [15:0] lane_number [0:DEPTH];
  logic [7:0] lane_score [0:DEPTH];

  always @* begin
    lane_valid[0] = candidate_valid;
    lane_last[0] = candidate_last;
    lane_position[0] = candidate_position;
    lane_number[0] = id_read;
    lane_score[0] = value_read;
  end

  always @(posedge clk) begin
    for (i = 0; i < DEPTH; i = i + 1) begin
      lane_valid[i+1] <= lane_valid[i];
      lane_last[i+1] <= lane_last[i];
      lane_position[i+1] <= lane_position[i];
      lane_number[i+1] <= lane_number[i];
      lane_score[i+1] <= lane_score[i];
    end
  end

  dysta_argmin #(.SCORE_W(8), .POS_W(POS_W)) u_argmin (
    .clk_i(clk), .rst_ni(rst_n), .clear_i(clear), .candidate_valid_i(lane_valid[DEPTH]),
    .candidate_last_i(lane_last[DEPTH]), .candidate_score_i(lane_score[DEPTH]),
    .candidate_number_i({16'd0, lane_number[DEPTH]}), .candidate_position_i(lane_position[DEPTH]),
    .best_done_o(best_done), .best_score_o(), .best_position_o(best_position));

  // The update unit: the new value is written SPECIAL_SLOT clocks after the start, and only when it will be compared.
  logic [SPECIAL_SLOT:0] updating = 0;
  logic [7:0] new_value;
  logic update_block;

  always @* updating[0] = update_start;
  assign update_block = block || (SPECIAL_SLOT > 1 && updating[SPECIAL_SLOT-1] && queue > 1);

  // What enters the memories, READ_CLOCKS later: marks, positions, the new entry, the new value.
  logic [3:0] marks;
  logic [4*POS_W-1:0] positions;
  logic [15:0] new_id;
  logic [7:0] written_value;
  logic m_admit, m_start, m_move, m_update;
  logic [POS_W-1:0] m_append, m_special, m_read, m_position;

  assign marks = {admit, update_start, move, updating[SPECIAL_SLOT] && queue > 1};
  assign positions = {append_position, special_position, read_position, update_position};

  generate
    if (READ_CLOCKS == 0) begin : gen_direct
      always @* begin
        {m_admit, m_start, m_move, m_update} = marks;
        {m_append, m_special, m_read, m_position} = positions;
        new_id = submitted - 1;
        written_value = new_value;
      end
    end else begin : gen_registered
      always @(posedge clk) begin
        {m_admit, m_start, m_move, m_update} <= rst_n ? marks : 4'd0;
        {m_append, m_special, m_read, m_position} <= positions;
        new_id <= submitted - 1;
        written_value <= new_value;
      end
    end
  endgenerate

  always @(posedge clk) begin
    updating[SPECIAL_SLOT:1] <= updating[SPECIAL_SLOT-1:0];
    if (update_start) new_value <= score(id_read, left_read - 8'd1);
    id_read <= id_memory[m_read];
    left_read <= left_memory[m_read];
    value_read <= value_memory[m_read];
    if (m_admit) begin
      id_memory[m_append] <= new_id;
      left_memory[m_append] <= layers(new_id);
      value_memory[m_append] <= score(new_id, layers(new_id));
    end
    if (m_start) left_memory[m_special] <= left_read - 8'd1;
    if (m_move) begin
      id_memory[m_special] <= id_read;
      left_memory[m_special] <= left_read;
      value_memory[m_special] <= value_read;
    end
    if (m_update) value_memory[m_position] <= written_value;
  end

  // Members of a decision with sample clock t, and the best of them.
  task sample;
    begin
      members = 0;
      while (oldest < submitted && !alive[oldest]) oldest = oldest + 1;
      for (i = oldest; i < submitted; i = i + 1) begin
        if (alive[i] && arrival[i] < t) begin
          if (members == 0 || score(i, left[i]) < score(best, left[best])) best = i;
          members = members + 1;
        end
      end
      if (members == 0) phase = IDLE;
      else begin
        phase = DECIDE;
        sampled = now;
        due = t + 4 + READ_CLOCKS;
        if (members > 1) due = t + SCAN_DELAY + DEPTH + 5 + 2 * READ_CLOCKS + (members > SPECIAL_SLOT ? members : SPECIAL_SLOT);
      end
    end
  endtask

  task check;
    begin
      if (dispatch_valid !== (phase == OFFER)) $fatal(1, "clock %0d: dispatch %b, due in %0d", t, dispatch_valid, due);
      if (phase == OFFER && {id_read, left_read} !== {best[15:0], left[best]}) begin
        $fatal(1, "clock %0d: dispatch of %0d, expected %0d", t, id_read, best);
      end
      if (phase == OFFER && (queue !== members || single !== (members == 1))) $fatal(1, "clock %0d: Q %0d", t, queue);
      if (phase == OFFER && stamp !== sampled) $fatal(1, "clock %0d: stamp %0d, expected %0d", t, stamp, sampled);
      if (deciding !== (phase == DECIDE)) $fatal(1, "clock %0d: deciding %b", t, deciding);
      if (quiet !== (phase == FLIGHT || (phase == IDLE && t != report_time + 1))) $fatal(1, "clock %0d: quiet", t);
      if (layer_end !== (done_valid && done_ready)) $fatal(1, "clock %0d: end %b", t, layer_end);
      if (done_ready !== (phase == FLIGHT && record_ready)) $fatal(1, "clock %0d: layer_done %b", t, done_ready);
      if (finish_valid !== (t == report_time + 1 && left_now)) $fatal(1, "clock %0d: finish %b", t, finish_valid);
      if (update_start !== (t == report_time + 1 && !left_now)) $fatal(1, "clock %0d: update %b", t, update_start);
      if (t > 1 && latest !== now - (t == report_time + 2 && goes_on ? 48'd2 : 48'd1)) $fatal(1, "clock %0d: latest", t);
      if (t == report_time + 1) begin
        if (id_read !== running || latest !== now - 48'd1 || nnz_captured !== nnz) $fatal(1, "clock %0d: captured", t);
        if (finish_valid && finish_failed !== failed_now) $fatal(1, "clock %0d: failed %b", t, finish_failed);
      end
      if (candidate_valid && candidate_running !== (goes_on && id_read == running)) begin
        $fatal(1, "clock %0d: running %b", t, candidate_running);
      end
      if (decision !== (dispatch_valid && dispatch_ready)) $fatal(1, "clock %0d: decision pulse", t);
      if (preemption !== (decision && goes_on && best != running)) $fatal(1, "clock %0d: preemption %b", t, preemption);
    end
  endtask

  // What the clock edge does to the requests.
  task follow;
    begin
      if (phase == OFFER && dispatch_ready) begin
        decisions = decisions + 1;
        if (preemption) preemptions = preemptions + 1;
        if (members == 1) singles = singles + 1;
        if (members > CAPACITY / 2) crowded = crowded + 1;
        running = best;
        phase = FLIGHT;
        report = t + 1 + ($urandom % 3 == 0 ? $urandom % 30 : 0);
      end else if (done_valid && done_ready) begin
        report_time = t;
        failed_now = status != 0;
        left[running] = left[running] - 8'd1;
        left_now = failed_now || left[running] == 0;
        alive[running] = !left_now;
        goes_on = !left_now;
        sample;
      end else if (phase == IDLE) begin
        goes_on = 0;
        sample;
      end else if (phase == DECIDE && t == due - 1) phase = OFFER;
      if (take) begin
        left[submitted] = layers(submitted);
        alive[submitted] = 1;
        arrival[submitted] = t;
      end
    end
  endtask

  initial begin
    #5 clk = 1;
    #5;
    for (t = 0; t < STEPS; t = t + 1) begin
      clk = 0;
      rst_n = 1;
      now = now + 1;
      kept = pending && update_start;
      admit = pending && !kept;
      if (phase == FLIGHT && !done_valid && t >= report) begin
        done_valid = 1;
        nnz = $urandom;
        status = $urandom % 16 == 0 ? 1 + $urandom % 2 : 0;
      end else if (phase != FLIGHT) done_valid = 0;
      record_ready = $urandom % 8 != 0;
      dispatch_ready = $urandom % 4 != 0;
      #5;
      take = $urandom % ((t / 4000) % 2 == 0 ? 8 : 150) == 0 && !update_block
          && !(live == CAPACITY || (live == CAPACITY - 1 && pending));
      check;
      follow;
      clk = 1;
      #1;
      pending = take || kept;
      if (take) submitted = submitted + 1;
      #4;
    end
    if (decisions < 1000 || preemptions < 100 || singles < 100 || crowded < 100) begin
      $fatal(1, "%0d decisions, %0d preemptions, %0d alone, %0d crowded", decisions, preemptions, singles, crowded);
    end
    $display("PASS");
    $finish;
  end
endmodule
