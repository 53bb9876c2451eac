// leaves: dysta_array_lookup
// case: SEGMENT_W=6 SUM_W=6
// Random activations and marks: the runs of every kernel place they meet in order, empty columns left out, each from the bank in use; nothing
// begins while no bank is filled.
module bench;
  parameter integer SEGMENT_W = 6;
  parameter integer SUM_W = 6;
  localparam integer ENTRY_W = 7;

  logic clk = 0;
  logic rst_n = 0;
  logic act_valid = 0;
  logic act_ready;
  logic mark;
  logic [9:0] value;
  logic [SEGMENT_W-1:0] segment;
  logic [SUM_W-1:0] base;
  logic [2:0] rows;
  logic [2:0] columns;
  logic loaded = 0;
  logic re;
  logic [SEGMENT_W:0] raddr;
  logic [ENTRY_W+6:0] rdata;
  logic run_valid;
  logic run_ready = 0;
  logic run_mark;
  logic [9:0] run_value;
  logic [SUM_W-1:0] run_base;
  logic [ENTRY_W:0] run_start;
  logic [6:0] run_count;
  logic looks;

  logic [ENTRY_W+6:0] memory [0:2*(1<<SEGMENT_W)-1];
  // Expected runs: mark, value, base, start, count.
  logic [SUM_W+ENTRY_W+18:0] expected [0:4095];
  integer queued = 0;
  integer seen = 0;
  integer banks = 0;
  logic bank = 0;
  integer step;
  integer i;
  integer k;
  logic taken;
  logic swaps;
  logic [SUM_W+ENTRY_W+18:0] found;

  dysta_array_lookup #(.SEGMENT_W(SEGMENT_W), .ENTRY_W(ENTRY_W), .SUM_W(SUM_W)) u_dut (
    .clk_i(clk), .rst_ni(rst_n), .segment_column_step_i(6'd3), .segment_row_step_i(6'd11), .base_column_step_i(6'd5), .base_row_step_i(6'd17),
    .act_valid_i(act_valid), .act_ready_o(act_ready), .act_word_i({mark, value, segment, base, rows, columns}), .loaded_i(loaded),
    .re_o(re), .raddr_o(raddr), .rdata_i(rdata), .run_valid_o(run_valid), .run_ready_i(run_ready), .run_mark_o(run_mark), .run_value_o(run_value),
    .run_base_o(run_base), .run_start_o(run_start), .run_count_o(run_count), .looks_o(looks));

  always @(posedge clk) if (re) rdata <= memory[raddr];

  task expect_runs;
    logic [SEGMENT_W-1:0] place;
    logic [SUM_W-1:0] sum;
    logic [ENTRY_W+6:0] pointer;
    begin
      if (mark) begin
        expected[queued%4096] = {1'b1, value, {(SUM_W + ENTRY_W + 8){1'b0}}};
        queued = queued + 1;
      end else begin
        for (i = 0; i < rows; i = i + 1) begin
          for (k = 0; k < columns; k = k + 1) begin
            place = segment + 11 * i + 3 * k;
            sum = base - 17 * i - 5 * k;
            pointer = memory[{bank, place}];
            if (pointer[6:0] != 0) begin
              expected[queued%4096] = {1'b0, value, sum, bank, pointer};
              queued = queued + 1;
            end
          end
        end
      end
    end
  endtask

  initial begin
    for (i = 0; i < 2 * (1 << SEGMENT_W); i = i + 1) begin
      memory[i] = $urandom;
      memory[i][6:0] = $urandom % 3 == 0 ? 0 : $urandom % 33;
    end
    #5 clk = 1;
    #5;
    rst_n = 1;
    for (step = 0; step < 30000; step = step + 1) begin
      clk = 0;
      if (!act_valid && $urandom % 4 != 0) begin
        act_valid = 1;
        mark = $urandom % 20 == 0;
        value = mark ? $urandom % 4 : $urandom;
        segment = $urandom;
        base = $urandom;
        rows = 1 + $urandom % 3;
        columns = 1 + $urandom % 4;
        expect_runs;
      end
      loaded = banks < 2 && $urandom % 60 == 0;
      run_ready = $urandom % 4 != 0;
      #5;
      if (looks !== act_valid) $fatal(1, "step %0d: looks", step);
      if ((re || act_ready) && banks == 0) $fatal(1, "step %0d: no bank is filled", step);
      if (run_valid && run_ready) begin
        found = run_mark ? {1'b1, run_value, {(SUM_W + ENTRY_W + 8){1'b0}}} : {1'b0, run_value, run_base, run_start, run_count};
        if (seen == queued || found !== expected[seen%4096]) $fatal(1, "step %0d: run %0d", step, seen);
        seen = seen + 1;
      end
      taken = act_valid && act_ready;
      swaps = taken && mark && value[0];
      clk = 1;
      #5;
      if (taken) act_valid = 0;
      banks = banks + loaded - swaps;
      bank = bank ^ swaps;
    end
    if (seen < 10000) $fatal(1, "%0d runs", seen);
    $display("PASS");
    $finish;
  end
endmodule
