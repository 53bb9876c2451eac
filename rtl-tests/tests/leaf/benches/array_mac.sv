// leaves: dysta_array_mac
// case: ROWS=1 SUM_W=4 MAXIMUM=0
// case: ROWS=4 SUM_W=6 MAXIMUM=0
// case: ROWS=4 SUM_W=6 MAXIMUM=1
// Runs on few sums, so that products wait for each other: every drained sum against sums, or maxima, of its own; drains of one half while the other
// collects; full banks are told.
module bench;
  parameter integer ROWS = 4;
  parameter integer SUM_W = 6;
  parameter integer MAXIMUM = 0;
  localparam integer ENTRY_W = 7;
  localparam integer SUMS = 1 << SUM_W;

  logic clk = 0;
  logic rst_n = 0;
  logic maximum;
  logic run_valid = 0;
  logic run_ready;
  logic run_mark = 0;
  logic [9:0] run_value = 0;
  logic [SUM_W-1:0] run_base = 0;
  logic [ENTRY_W:0] run_start = 0;
  logic [6:0] run_count = 0;
  logic re;
  logic [ENTRY_W-1:0] raddr;
  logic [35:0] rdata;
  logic sum_re;
  logic [SUM_W:0] sum_raddr;
  logic [31:0] sum_rdata;
  logic sum_we;
  logic [SUM_W:0] sum_waddr;
  logic [31:0] sum_wdata;
  logic loaded = 0;
  logic full = 0;
  logic next_full;
  logic drain_valid = 0;
  logic [ROWS-1:0] drain_rows = 0;
  logic [ROWS-1:0] next_drain_rows;
  logic [SUM_W:0] drain_address = 0;
  logic drain_done = 0;
  logic [31:0] chain = 0;
  logic [31:0] next_chain;
  logic finished = 1;
  logic next_finished;
  logic multiplies;
  logic waits;
  logic runs;
  logic [1:0] filled;

  logic [17:0] entries [0:255];
  logic [35:0] entry_memory [0:127];
  logic [31:0] sum_memory [0:2*SUMS-1];
  // Expected sums of both halves; the half that collects.
  logic signed [31:0] expected [0:2*SUMS-1];
  logic half = 0;
  logic draining = 0;
  logic drain_half;
  integer drain_at;
  integer drained = 0;
  integer products = 0;
  integer banks = 0;
  integer finishes = 0;
  integer i;
  integer k;
  logic taken;
  logic was_drain;
  integer was_at;
  logic swaps;

  dysta_array_mac #(.ROWS(ROWS), .ENTRY_W(ENTRY_W), .SUM_W(SUM_W)) u_dut (
    .clk_i(clk), .rst_ni(rst_n), .maximum_i(maximum), .run_valid_i(run_valid), .run_ready_o(run_ready), .run_mark_i(run_mark), .run_value_i(run_value),
    .run_base_i(run_base), .run_start_i(run_start), .run_count_i(run_count), .re_o(re), .raddr_o(raddr), .rdata_i(rdata),
    .sum_re_o(sum_re), .sum_raddr_o(sum_raddr), .sum_rdata_i(sum_rdata), .sum_we_o(sum_we), .sum_waddr_o(sum_waddr), .sum_wdata_o(sum_wdata),
    .loaded_i(loaded), .full_i(full), .next_full_o(next_full), .drain_valid_i(drain_valid), .drain_rows_i(drain_rows),
    .next_drain_rows_o(next_drain_rows), .drain_address_i(drain_address), .drain_done_i(drain_done), .drain_chain_i(chain),
    .next_drain_chain_o(next_chain), .finished_i(finished), .next_finished_o(next_finished),
    .multiplies_o(multiplies), .waits_o(waits), .runs_o(runs), .filled_o(filled));

  // Memories read in one clock and give the old word.
  always @(posedge clk) begin
    if (re) rdata <= entry_memory[raddr];
    if (sum_re) sum_rdata <= sum_memory[sum_raddr];
    if (sum_we) sum_memory[sum_waddr] <= sum_wdata;
  end

  task account;
    logic signed [31:0] product;
    logic [SUM_W:0] place;
    begin
      for (k = 0; k < run_count; k = k + 1) begin
        i = {run_start[ENTRY_W], run_start[ENTRY_W-1:0]} + k;
        place = {half, run_base + entries[i][SUM_W-1:0]};
        product = $signed(run_value) * $signed(entries[i][13:6]);
        if (MAXIMUM == 0) expected[place] = expected[place] + product;
        else if (product > expected[place]) expected[place] = product;
      end
    end
  endtask

  task new_run;
    begin
      run_valid = 1;
      run_mark = $urandom % 40 == 0;
      run_value = MAXIMUM ? 1 + $urandom % 511 : $urandom;
      if (!MAXIMUM && run_value == 10'h200) run_value = 10'h201;
      run_base = $urandom % 3;
      run_start = $urandom % 192;
      run_start[6] = 0;
      run_count = 1 + $urandom % 4;
      if (run_mark) run_value = {8'd0, 1'b1, banks > 0 && $urandom % 2 == 0};
    end
  endtask

  integer step;
  initial begin
    maximum = MAXIMUM;
    for (i = 0; i < 256; i = i + 1) begin
      entries[i] = {4'd0, 8'd1, 4'd0, 2'd0};
      if (!MAXIMUM) entries[i][13:6] = $urandom;
      entries[i][5:0] = $urandom % 3;
    end
    for (i = 0; i < 128; i = i + 1) entry_memory[i] = {entries[2*i+1], entries[2*i]};
    for (i = 0; i < 2 * SUMS; i = i + 1) begin
      sum_memory[i] = 0;
      expected[i] = 0;
    end
    was_drain = 0;
    #5 clk = 1;
    #5;
    rst_n = 1;
    for (step = 0; step < 40000; step = step + 1) begin
      clk = 0;
      if (!run_valid && $urandom % 5 != 0) new_run;
      loaded = banks < 2 && $urandom % 100 == 0;
      full = $urandom;
      finished = $urandom % 4 != 0;
      chain = was_drain ? 32'd0 : $urandom;
      drain_valid = draining && $urandom % 2;
      drain_rows = $urandom;
      drain_address = {drain_half, drain_at[SUM_W-1:0]};
      drain_done = 0;
      if (draining && drain_at == SUMS) begin
        drain_valid = 0;
        drain_done = 1;
      end
      #5;
      if (runs !== run_valid) $fatal(1, "step %0d: runs", step);
      if (next_drain_rows !== drain_rows >> 1) $fatal(1, "step %0d: rows", step);
      if (next_full !== (full || banks == 2) || filled !== banks) $fatal(1, "step %0d: full", step);
      if (next_finished && !finished) $fatal(1, "step %0d: chain of finished halves", step);
      if (was_drain) begin
        if (next_chain !== expected[was_at]) $fatal(1, "step %0d: sum %h is %0d instead of %0d", step, was_at, $signed(next_chain), expected[was_at]);
        expected[was_at] = 0;
        drained = drained + 1;
      end else if (next_chain !== chain) $fatal(1, "step %0d: chain", step);
      was_drain = drain_valid && drain_rows[0];
      was_at = drain_address;
      if (was_drain) drain_at = drain_at + 1;
      if (multiplies) products = products + 1;
      taken = run_valid && run_ready;
      swaps = taken && run_mark && run_value[0];
      if (drain_done) draining = 0;
      else if (next_finished && !draining) begin
        draining = 1;
        drain_half = !half;
        drain_at = 0;
      end
      clk = 1;
      #5;
      if (taken) begin
        if (run_mark) begin
          half = !half;
          finishes = finishes + 1;
        end else account;
        run_valid = 0;
      end
      banks = banks + loaded - swaps;
    end
    if (finishes < 20 || drained < 20 * SUMS || products < 5000) $fatal(1, "%0d finishes, %0d sums, %0d products", finishes, drained, products);
    $display("PASS");
    $finish;
  end
endmodule
