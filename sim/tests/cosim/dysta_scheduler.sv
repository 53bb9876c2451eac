// A scheduler of four entries that runs the earliest deadline, written as behaviour: it lets the shim, the cache and the
// comparison be tested without the generator. Table word: address = profile row, data = its number of layers.
module dysta_scheduler (
    input  logic        clk_i,
    input  logic        rst_ni,
    input  logic [47:0] now_i,
    input  logic        submit_valid_i,
    output logic        submit_ready_o,
    input  logic [15:0] submit_id_i,
    input  logic [3:0]  submit_profile_i,
    input  logic [47:0] submit_deadline_i,
    input  logic [3:0]  submit_priority_i,
    output logic        dispatch_valid_o,
    input  logic        dispatch_ready_i,
    output logic [15:0] dispatch_id_o,
    output logic [2:0]  dispatch_position_o,
    output logic [3:0]  dispatch_profile_o,
    output logic [5:0]  dispatch_layer_o,
    output logic [47:0] dispatch_score_o,
    input  logic        layer_done_valid_i,
    output logic        layer_done_ready_o,
    input  logic [31:0] layer_done_nnz_i,
    input  logic [1:0]  layer_done_status_i,
    output logic        complete_valid_o,
    input  logic        complete_ready_i,
    output logic [15:0] complete_id_o,
    output logic [47:0] complete_finish_o,
    output logic [2:0]  complete_status_o,
    input  logic        table_valid_i,
    output logic        table_ready_o,
    input  logic [3:0]  table_addr_i,
    input  logic [63:0] table_data_i,
    input  logic [2:0]  statistics_address_i,
    output logic [31:0] statistics_data_o,
    output logic        quiescent_o
);
  localparam int unsigned N = 4;
  localparam int unsigned U = 9;
  localparam int unsigned C = 7;
  localparam int unsigned W = 10;
  localparam int unsigned S = 5;
  localparam int unsigned Depth = 2;
  typedef enum logic [2:0] {Idle, Start, Wait, Offer, Flight} state_e;

  logic [5:0] rows[16];
  logic [15:0] id[N];
  logic [3:0] profile[N];
  logic [47:0] deadline[N];
  logic [5:0] layer[N];
  logic [31:0] number[N];
  int unsigned n, at, last_entry, queue, age, due, cycle;
  logic [31:0] count, stat[8];
  logic [47:0] latest, sample, best;
  state_e state;
  logic running, updating, compares, writes, full_nnz, saturated, preempts, fits, done, free, finishing, held_back;
  logic [1:0] status;

  logic cap, cap_known;
  logic [15:0] cap_id;
  logic [3:0] cap_profile;
  logic [47:0] cap_deadline;

  logic rec;
  logic [66:0] rec_q, fifo[Depth];
  int unsigned held;

  wire block = state == Start || (updating && writes && cycle == W - 1);
  wire full = n == N || (n == N - 1 && cap && cap_known);
  assign submit_ready_o = !full && !block && !(cap && !cap_known);
  assign dispatch_valid_o = state == Offer;
  assign dispatch_id_o = id[at[1:0]];
  assign dispatch_position_o = at[2:0];
  assign dispatch_profile_o = profile[at[1:0]];
  assign dispatch_layer_o = layer[at[1:0]];
  assign dispatch_score_o = best;
  assign layer_done_ready_o = state == Flight && !rec;
  assign complete_valid_o = held != 0;
  assign {complete_id_o, complete_finish_o, complete_status_o} = fifo[0];
  assign table_ready_o = 1'b1;
  assign statistics_data_o = stat[statistics_address_i];
  assign quiescent_o = ((state == Idle && n == 0) || state == Flight) && !cap && !updating && !rec;

  function automatic void decide(input int unsigned ran, input logic continuing);
    queue = n;
    updating = queue != 0;
    compares = queue > 1;
    at = 0;
    for (int unsigned i = 1; i < queue; i++)
      if (deadline[i] < deadline[at] || (deadline[i] == deadline[at] && 32'(number[i] - number[at]) > 32'h7fffffff)) at = i;
    due = queue == 1 ? 4 : (queue > U ? queue : U) + C;
    best = queue == 1 ? 48'd0 : deadline[at];
    preempts = continuing && at != ran;
    state = queue == 0 ? Idle : Wait;
    if (queue != 0) stat[5] = stat[5] + due - 1;
  endfunction

  always @(posedge clk_i) begin
    if (table_valid_i) rows[table_addr_i] = table_data_i[5:0];
    if (!rst_ni) begin
      state = Idle;
      n = 0;
      held_back = 0;
      count = 32'hfffffffd;
      cap = 0;
      rec = 0;
      held = 0;
      updating = 0;
      for (int i = 0; i < 8; i++) stat[i] = 0;
      for (int i = 0; i < 16; i++) rows[i] = 0;
    end else begin
      // Handshakes see the state at the beginning of the clock.
      fits = held < Depth;
      done = layer_done_valid_i && layer_done_ready_o;
      free = !rec;
      finishing = 0;
      held_back = 0;
      last_entry = n;
      age = {31'd0, submit_valid_i && submit_ready_o};
      if (complete_valid_o && complete_ready_i) begin
        fifo[0] = fifo[1];
        held = held - 1;
      end
      if (fits && rec) begin
        fifo[held[0]] = rec_q;
        held = held + 1;
        rec = 0;
      end
      if (updating && cycle == (compares ? W : S)) begin
        updating = 0;
        stat[4] = stat[4] + {31'd0, writes && saturated};
      end
      cycle = cycle + 1;
      case (state)
        Idle: if (n != 0) begin
          cycle = 2;
          writes = 0;
          decide(0, 0);
        end
        Start: begin
          cycle = 2;
          layer[at[1:0]] = layer[at[1:0]] + 1;
          running = layer[at[1:0]] != rows[profile[at[1:0]]] && status == 0;
          saturated = full_nnz;
          held_back = running;
          finishing = !running;
          if (!running) begin
            rec = 1;
            rec_q = {id[at[1:0]], sample, status != 0 ? 3'd4 : {2'd0, sample > deadline[at[1:0]]}};
            if (rec_q[2:0] == 1) stat[2] = stat[2] + 1;
            n = n - 1;
            id[at[1:0]] = id[n[1:0]];
            profile[at[1:0]] = profile[n[1:0]];
            deadline[at[1:0]] = deadline[n[1:0]];
            layer[at[1:0]] = layer[n[1:0]];
            number[at[1:0]] = number[n[1:0]];
          end
          writes = running && n > 1;
          decide(at, running);
        end
        Wait: if (cycle == due) state = Offer;
        Offer: if (dispatch_ready_i) begin
          state = Flight;
          stat[0] = stat[0] + 1;
          stat[1] = stat[1] + {31'd0, preempts};
        end
        Flight: if (done) begin
          state = Start;
          sample = now_i;
          status = layer_done_status_i;
          full_nnz = &layer_done_nnz_i;
        end
        default: state = Idle;
      endcase
      if (free && !finishing && !done && cap && !cap_known) begin
        rec = 1;
        rec_q = {cap_id, latest, 3'd2};
        cap = 0;
        stat[3] = stat[3] + 1;
      end
      if (cap && cap_known && !held_back) begin
        id[n[1:0]] = cap_id;
        profile[n[1:0]] = cap_profile;
        deadline[n[1:0]] = cap_deadline;
        layer[n[1:0]] = 0;
        number[n[1:0]] = count;
        count = count + 1;
        n = n + 1;
        cap = 0;
      end
      if (age != 0) begin
        cap = 1;
        cap_id = submit_id_i;
        cap_profile = submit_profile_i;
        cap_deadline = submit_deadline_i;
        cap_known = rows[submit_profile_i] != 0;
      end
    end
    if (!held_back) latest = now_i;
  end
endmodule
