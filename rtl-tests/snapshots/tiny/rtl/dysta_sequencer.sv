// dysta 0.1.0, config tiny, digest b93da4205507f7e3
// SPDX-License-Identifier: 0BSD
//
// Orders the clocks of a decision: completion, update, scan of the live entries, dispatch, layer in flight.
// Latency: from the clock after Ts, the sample clock, max(Q, SPECIAL_SLOT) * SLOT_CLOCKS + SCAN_DELAY + 2 clocks to the last
// slot, where Q is the number of members; a single member is dispatched 4 + READ_CLOCKS clocks after Ts. Throughput: a slot in
// SLOT_CLOCKS.
// Entry h, the one that just ran or the one moved into its place, is masked in its slot and read in the last one.

module dysta_sequencer #(
  // Bits of a position, row above bank, >= 1.
  parameter integer POS_W = 6,
  // Bits of the number of live entries, at least POS_W.
  parameter integer LIVE_W = 7,
  // Banks of entries, each scanned by its own lane, a power of two, >= 1.
  parameter integer LANES = 1,
  // Bits of a row within a bank, >= 1: LANES is 2**(POS_W-ROW_W).
  parameter integer ROW_W = 6,
  // Clocks of a slot, 1 to 8; a candidate stays on the memory outputs for so long.
  parameter integer SLOT_CLOCKS = 1,
  // First slot in which the updated entry can be read, >= 1.
  parameter integer SPECIAL_SLOT = 1,
  // Clocks between the clock after Ts and slot 0, >= 0, for decision values that take longer than the first candidate.
  parameter integer SCAN_DELAY = 0,
  // Registers in front of the entry memories, 0 or 1: so much later come their outputs.
  parameter integer READ_CLOCKS = 0
) (
  input  logic clk_i,
  input  logic rst_ni,

  // Time in clocks.
  input  logic [47:0] now_i,

  // An entry is appended in this clock.
  input  logic admit_valid_i,

  // Reports of the accelerator; status 0 ok, else the request has failed.
  input  logic layer_done_valid_i,
  output logic layer_done_ready_o,
  input  logic [31:0] layer_done_nnz_i,
  input  logic [1:0] layer_done_status_i,

  // Memory output while a layer is in flight: the running entry is at its last layer.
  input  logic running_last_i,
  // The finish record register is free.
  input  logic record_ready_i,

  // Offer of the next layer; the payload is on the memory outputs.
  output logic dispatch_valid_o,
  input  logic dispatch_ready_i,

  // Result of the scan.
  input  logic best_done_i,
  input  logic [POS_W-1:0] best_position_i,

  // Time of the former clock; it stands still in the clock in which progress is written, so that a request that waits for the
  // write port keeps its arrival.
  output logic [47:0] latest_o,

  // A layer ends: Ts of a decision.
  output logic layer_end_o,

  // Values captured in Ts, held during the decision: the time from clock 2 on.
  output logic [47:0] stamp_o,
  output logic [31:0] nnz_o,

  // Number of live entries, the position of the next one, and the number of members of the decision.
  output logic [LIVE_W-1:0] live_o,
  output logic [POS_W-1:0] append_position_o,
  output logic [LIVE_W-1:0] queue_o,

  // Clock 1 of a decision: the running entry goes on and its progress is written, or it leaves.
  output logic update_start_o,
  output logic finish_valid_o,
  output logic finish_failed_o,

  // Clock 1: the running entry leaves, the last position is read.
  output logic release_o,

  // Clock 2: move the last entry into its place.
  output logic move_o,

  // Positions: of h, of all entry memories, of the memories of the update unit.
  output logic [POS_W-1:0] special_position_o,
  output logic [POS_W-1:0] read_position_o,
  output logic [POS_W-1:0] update_position_o,

  // Candidates of one row, a bit a bank, in the clock in which their data leave the memories. The last slot may come
  // without a candidate; `running` marks the entry that just ran.
  output logic [LANES-1:0] candidate_valid_o,
  output logic candidate_last_o,
  output logic candidate_running_o,
  output logic [ROW_W-1:0] candidate_row_o,
  output logic clear_o,

  // The dispatched entry; it is the only member, so it has no score.
  output logic single_o,
  output logic [POS_W-1:0] position_o,

  // State: entry write port taken in the next clock; nothing changes without a handshake; a decision with members runs.
  output logic block_o,
  output logic quiet_o,
  output logic deciding_o,

  // Pulses for the statistics: dispatch handshake, and that of another entry than the live one that just ran.
  output logic decision_o,
  output logic preemption_o
);

  generate
    if (POS_W < 1 || LIVE_W < POS_W) begin : gen_check_widths
      dysta_error_sequencer_live_w_must_be_at_least_pos_w u_error ();
    end
    if (ROW_W < 1 || ROW_W > POS_W || LANES != (1 << (POS_W - ROW_W))) begin : gen_check_lanes
      dysta_error_sequencer_lanes_must_be_the_banks_beside_row_w u_error ();
    end
    if (SLOT_CLOCKS < 1 || SLOT_CLOCKS > 8) begin : gen_check_slot_clocks
      dysta_error_sequencer_slot_clocks_must_be_1_to_8 u_error ();
    end
    if (SPECIAL_SLOT < 1) begin : gen_check_special_slot
      dysta_error_sequencer_special_slot_must_be_at_least_1 u_error ();
    end
    if (SCAN_DELAY < 0) begin : gen_check_scan_delay
      dysta_error_sequencer_scan_delay_must_not_be_negative u_error ();
    end
    if (READ_CLOCKS < 0 || READ_CLOCKS > 1) begin : gen_check_read_clocks
      dysta_error_sequencer_read_clocks_must_be_0_or_1 u_error ();
    end
  endgenerate

  localparam logic [2:0] IDLE = 3'd0;
  localparam logic [2:0] START = 3'd1;
  localparam logic [2:0] PAUSE = 3'd2;
  localparam logic [2:0] SCAN = 3'd3;
  localparam logic [2:0] SELECT = 3'd4;
  localparam logic [2:0] SINGLE = 3'd5;
  localparam logic [2:0] OFFER = 3'd6;
  localparam logic [2:0] FLIGHT = 3'd7;

  // The slot counter also counts the pause and the clocks of a single member, so it holds the largest constant and all positions.
  localparam integer LARGER = (SPECIAL_SLOT > SCAN_DELAY) ? SPECIAL_SLOT : SCAN_DELAY;
  localparam integer LIMIT = (LARGER > 2 * READ_CLOCKS) ? LARGER : 2 * READ_CLOCKS;
  localparam integer LIMIT_W = $clog2(LIMIT + 1);
  localparam integer SLOT_W = (LIMIT_W > LIVE_W) ? LIMIT_W : LIVE_W;
  localparam integer PAUSE_INTEGER = (SCAN_DELAY > 0) ? SCAN_DELAY - 1 : 0;
  localparam logic [SLOT_W-1:0] PAUSE_LAST = PAUSE_INTEGER[SLOT_W-1:0];
  localparam logic [SLOT_W-1:0] SPECIAL = SPECIAL_SLOT[SLOT_W-1:0];
  localparam logic [SLOT_W-1:0] SLOT_ONE = {{(SLOT_W - 1){1'b0}}, 1'b1};
  localparam logic [LIVE_W-1:0] LIVE_ONE = {{(LIVE_W - 1){1'b0}}, 1'b1};
  localparam integer TWO_INTEGER = 2;
  localparam logic [LIVE_W-1:0] LIVE_TWO = TWO_INTEGER[LIVE_W-1:0];

  logic [2:0] state_q;
  logic [2:0] state_d;
  logic [LIVE_W-1:0] live_after;
  logic [SLOT_W-1:0] slot_q;
  logic [POS_W-1:0] position_q;
  logic failed_q;
  logic leaves_q;
  logic completing;
  logic hole;
  logic none_left;
  logic one_left;
  logic none_live_q;
  logic one_live_q;
  logic begin_decision;
  logic has_special_q;
  logic continues_q;
  logic preempts_q;
  logic in_place_q;
  logic closing;
  logic at_special;
  logic single;
  logic single_first;
  logic single_end;
  logic slot_rests;
  logic slot_steps;
  logic slot_begins;
  logic slot_ends;
  logic [POS_W-1:0] last_position;
  logic [POS_W-1:0] slot_position;
  logic [ROW_W-1:0] slot_row;
  logic [SLOT_W-1:0] next_slot;
  logic [LIVE_W-1:0] rows;
  logic [LANES-1:0] slot_valid_q;
  logic slot_last_q;
  logic [ROW_W-1:0] slot_row_q;
  logic slot_running_q;
  logic [LANES-1:0] member;
  logic [LANES-1:0] special;

  // Live entries. A completing entry counts no more, so an admission of the same clock takes the last position. It leaves a
  // hole unless it was the last one.
  generate
    if (READ_CLOCKS == 0) begin : gen_leaves
      assign live_after = live_o - {{(LIVE_W - 1){1'b0}}, completing};
      assign hole = position_q != last_position;
    end else begin : gen_late_leaves
      logic [LIVE_W-1:0] live_less;
      assign live_less = live_o - LIVE_ONE;
      assign live_after = completing ? live_less : live_o;
      assign hole = position_q != live_less[POS_W-1:0];
    end
  endgenerate
  assign completing = state_q == START && leaves_q;
  assign none_left = completing ? one_live_q : none_live_q;
  assign one_left = completing ? live_o == LIVE_TWO : one_live_q;
  assign last_position = live_after[POS_W-1:0];
  assign append_position_o = last_position;
  assign begin_decision = (state_q == START || state_q == IDLE) && !none_left;

  // What a decision asks of the number of live entries is kept beside it: it starts the update and the scan.
  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      live_o <= {LIVE_W{1'b0}};
      none_live_q <= 1'b1;
      one_live_q <= 1'b0;
    end else begin
      live_o <= live_after + {{(LIVE_W - 1){1'b0}}, admit_valid_i};
      none_live_q <= none_left && !admit_valid_i;
      one_live_q <= admit_valid_i ? none_left : one_left;
    end
  end

  always_ff @(posedge clk_i) begin
    if (begin_decision) begin
      queue_o <= live_after;
      single_o <= one_left;
    end
  end

  // Ts is the clock before the one in which a decision begins.
  always_ff @(posedge clk_i) begin
    if (!update_start_o) latest_o <= now_i;
    if (begin_decision) stamp_o <= latest_o;
    if (state_q == FLIGHT) begin
      nnz_o <= layer_done_nnz_i;
      failed_q <= layer_done_status_i != 2'd0;
      leaves_q <= running_last_i || layer_done_status_i != 2'd0;
    end
  end

  // States.
  always_comb begin
    state_d = state_q;
    case (state_q)
      IDLE, START: begin
        if (none_left) state_d = IDLE;
        else if (one_left) state_d = SINGLE;
        else state_d = (SCAN_DELAY > 0) ? PAUSE : SCAN;
      end
      PAUSE: if (slot_q == PAUSE_LAST) state_d = SCAN;
      SCAN: if (closing && slot_ends) state_d = SELECT;
      SELECT: if (best_done_i) state_d = (READ_CLOCKS > 0) ? SINGLE : OFFER;
      SINGLE: if (single_end) state_d = OFFER;
      OFFER: if (dispatch_ready_i) state_d = FLIGHT;
      default: if (layer_end_o) state_d = START;
    endcase
  end

  always_ff @(posedge clk_i) begin
    if (!rst_ni) state_q <= IDLE;
    else state_q <= state_d;
  end

  assign dispatch_valid_o = state_q == OFFER;
  assign layer_done_ready_o = state_q == FLIGHT && record_ready_i;
  assign layer_end_o = layer_done_valid_i && layer_done_ready_o;
  assign block_o = state_q == START;
  assign quiet_o = state_q == FLIGHT || (state_q == IDLE && none_left);
  assign deciding_o = begin_decision || state_q == PAUSE || state_q == SCAN || state_q == SELECT || state_q == SINGLE;

  // The entry that just ran.
  assign update_start_o = state_q == START && !completing;
  assign finish_valid_o = completing;
  assign release_o = completing;
  assign finish_failed_o = failed_q;
  assign clear_o = begin_decision;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      move_o <= 1'b0;
    end else begin
      move_o <= completing && hole;
    end
  end

  always_ff @(posedge clk_i) begin
    if (begin_decision) begin
      has_special_q <= state_q == START && (!completing || hole);
      continues_q <= update_start_o;
    end
  end

  // Slots. After the last member in place the scan waits for the updated entry.
  assign slot_row = slot_q[ROW_W-1:0];
  assign next_slot = slot_q + SLOT_ONE;
  assign closing = !in_place_q && slot_q >= SPECIAL;
  assign at_special = has_special_q && slot_row == position_q[POS_W-1:POS_W-ROW_W];

  // Members of a row: all banks, in the last row only those below the number of members.
  generate
    if (LANES == 1) begin : gen_one_bank
      assign slot_position = slot_row;
      assign rows = queue_o;
      assign member = 1'b1;
      assign special = 1'b1;
    end else begin : gen_banks
      localparam integer BANK_W = POS_W - ROW_W;
      logic [LIVE_W-1:0] whole;
      logic partial;
      assign slot_position = {slot_row, {BANK_W{1'b0}}};
      assign whole = {{BANK_W{1'b0}}, queue_o[LIVE_W-1:BANK_W]};
      assign partial = {{(LIVE_W - ROW_W){1'b0}}, slot_row} == whole;
      assign member = partial ? ~({LANES{1'b1}} << queue_o[BANK_W-1:0]) : {LANES{1'b1}};
      assign rows = whole + {{(LIVE_W - 1){1'b0}}, |queue_o[BANK_W-1:0]};
      for (genvar b = 0; b < LANES; b = b + 1) begin : gen_bank
        localparam integer BANK_INTEGER = b;
        localparam logic [BANK_W-1:0] BANK = BANK_INTEGER[BANK_W-1:0];
        assign special[b] = position_q[BANK_W-1:0] == BANK;
      end
    end
  endgenerate

  // The state SINGLE waits until the entry that runs next is on the memory outputs.
  generate
    if (READ_CLOCKS == 0) begin : gen_single
      assign single_first = !slot_q[0];
      assign single_end = slot_q[0];
      assign single = 1'b1;
    end else begin : gen_late_single
      assign single_first = single_o && slot_q[1:0] == 2'd0;
      assign single_end = !single_o || slot_q[1];
      assign single = single_o;
    end
  endgenerate

  // Clocks of a slot.
  generate
    if (SLOT_CLOCKS == 1) begin : gen_slot_of_one_clock
      assign slot_begins = 1'b1;
      assign slot_ends = 1'b1;
    end else begin : gen_slot_of_clocks
      localparam integer CLOCK_W = $clog2(SLOT_CLOCKS);
      localparam integer LAST_INTEGER = SLOT_CLOCKS - 1;
      localparam logic [CLOCK_W-1:0] LAST_CLOCK = LAST_INTEGER[CLOCK_W-1:0];
      localparam logic [CLOCK_W-1:0] CLOCK_ONE = {{(CLOCK_W - 1){1'b0}}, 1'b1};
      logic [CLOCK_W-1:0] clock_q;
      always_ff @(posedge clk_i) begin
        if (state_q != SCAN || slot_ends) clock_q <= {CLOCK_W{1'b0}};
        else clock_q <= clock_q + CLOCK_ONE;
      end
      assign slot_begins = clock_q == {CLOCK_W{1'b0}};
      assign slot_ends = clock_q == LAST_CLOCK;
    end
  endgenerate

  assign slot_rests = !(state_q == SCAN || state_q == SINGLE || (state_q == PAUSE && slot_q != PAUSE_LAST));
  assign slot_steps = state_q != SCAN || slot_ends;

  always_ff @(posedge clk_i) begin
    if (slot_rests) slot_q <= {SLOT_W{1'b0}};
    else if (slot_steps) slot_q <= next_slot;
    if (slot_rests) in_place_q <= 1'b1;
    else if (slot_steps && next_slot[LIVE_W-1:0] == rows) in_place_q <= 1'b0;
  end

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      slot_valid_q <= {LANES{1'b0}};
      slot_last_q <= 1'b0;
    end else begin
      slot_valid_q <= {LANES{state_q == SCAN && slot_begins}}
          & (in_place_q ? member & ~({LANES{at_special}} & special) : special & {LANES{closing && has_special_q}});
      slot_last_q <= state_q == SCAN && closing && slot_begins;
    end
  end

  always_ff @(posedge clk_i) begin
    slot_row_q <= read_position_o[POS_W-1:POS_W-ROW_W];
    slot_running_q <= closing && continues_q;
  end

  generate
    if (READ_CLOCKS == 0) begin : gen_candidate
      assign candidate_valid_o = slot_valid_q;
      assign candidate_last_o = slot_last_q;
      assign candidate_row_o = slot_row_q;
      assign candidate_running_o = slot_running_q;
    end else begin : gen_late_candidate
      always_ff @(posedge clk_i) begin
        if (!rst_ni) begin
          candidate_valid_o <= {LANES{1'b0}};
          candidate_last_o <= 1'b0;
        end else begin
          candidate_valid_o <= slot_valid_q;
          candidate_last_o <= slot_last_q;
        end
      end
      always_ff @(posedge clk_i) begin
        candidate_row_o <= slot_row_q;
        candidate_running_o <= slot_running_q;
      end
    end
  endgenerate

  // The position register holds h until the next entry to run is known.
  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      position_q <= {POS_W{1'b0}};
      preempts_q <= 1'b0;
    end else if (state_q == SELECT && best_done_i) begin
      position_q <= best_position_i;
      preempts_q <= continues_q && best_position_i != position_q;
    end else if (state_q == SINGLE && single) begin
      position_q <= {POS_W{1'b0}};
      preempts_q <= 1'b0;
    end
  end

  // A single member is read from position 0: first the slot counter, then the position register says so.
  always_comb begin
    read_position_o = position_q;
    if (completing) read_position_o = last_position;
    else if (state_q == SELECT) read_position_o = best_position_i;
    else if ((state_q == SINGLE && single_first) || (state_q == SCAN && in_place_q)) read_position_o = slot_position;
  end

  assign special_position_o = position_q;
  assign update_position_o = completing ? last_position : position_q;
  assign position_o = position_q;
  assign decision_o = dispatch_valid_o && dispatch_ready_i;
  assign preemption_o = decision_o && preempts_q;

`ifndef SYNTHESIS
  always @(posedge clk_i) begin
    if (rst_ni && best_done_i && state_q != SELECT) $fatal(1, "%m: result outside a scan");
    if (rst_ni && ^{admit_valid_i, layer_done_valid_i, record_ready_i, dispatch_ready_i, best_done_i} === 1'bx) begin
      $fatal(1, "%m: control input unknown");
    end
  end
`endif

endmodule
