// leaves: dysta_array_column
// case: ROWS=4 COLUMN=0 MAXIMUM=0 DEPTHWISE=0
// case: ROWS=4 COLUMN=2 MAXIMUM=0 DEPTHWISE=1
// case: ROWS=4 COLUMN=1 MAXIMUM=1 DEPTHWISE=1
// Random positions for this column and others: the activations of each position, those of even channels before those of odd ones or in depthwise layers both at
// a time, with value, segment, sum and rows, marks behind all of them, nothing for other columns; with a maximum also what is zero.
module bench;
  parameter integer ROWS = 4;
  parameter integer COLUMN = 0;
  parameter integer MAXIMUM = 0;
  parameter integer DEPTHWISE = 0;
  localparam integer COLUMNS = 3;
  localparam integer SEGMENT_W = 9;
  localparam integer SUM_W = 8;
  localparam integer GROUP_LOG2 = 2;

  logic clk = 0;
  logic rst_n = 0;
  logic [7:0] zero = 0;
  logic maximum;
  logic depthwise;
  logic unit_valid = 0;
  logic [4:0] unit_column;
  logic unit_mark;
  logic [255:0] unit_codes;
  logic [31:0] unit_nonzeros;
  logic [13:0] unit_before;
  logic [31:0] unit_bits;
  logic [SEGMENT_W-1:0] unit_channel;
  logic [SEGMENT_W-1:0] unit_segment;
  logic [SUM_W-1:0] unit_base;
  logic [2:0] unit_rows;
  logic [2:0] unit_columns;
  logic [ROWS-1:0] unit_mask;
  logic taken_chain = 0;
  logic next_taken;
  logic act_valid;
  logic [ROWS-1:0] act_mask;
  logic [SEGMENT_W+SUM_W+16:0] act_word;
  logic [SEGMENT_W+SUM_W+16:0] act_odd_word;
  localparam logic [ROWS-1:0] EVEN = {((ROWS + 1) / 2){2'b01}};
  integer part;
  logic next_room;
  logic room = 0;
  logic drain_valid = 0;
  logic drain_all = 0;
  logic [4:0] drain_column = 0;
  logic drain_done = 0;
  logic column_drain;
  logic column_done;
  logic next_finished;
  logic finished = 0;
  logic drain_finished = 0;
  logic next_drain_finished;

  // Expected activations of even and of odd channels, a list for each sum address, which names a position.
  logic [ROWS+SEGMENT_W+SUM_W+16:0] expected [0:511][0:15];
  integer queued [0:511];
  integer seen [0:511];
  // Activations that are expected before each mark, modulo 4; number of the mark behind each position.
  integer open [0:3];
  integer epoch [0:255];
  integer marks_taken = 0;
  integer sent = 0;
  integer marks = 0;
  integer acts = 0;
  integer pairs = 0;
  logic [1:0] mark_bits [0:3];
  integer step;
  integer i;
  integer k;
  logic taken;
  logic [SEGMENT_W-1:0] channel;
  logic [ROWS-1:0] mask;
  logic [9:0] value;
  logic [SEGMENT_W+SUM_W+16:0] wanted;

  dysta_array_column #(.ROWS(ROWS), .COLUMNS(COLUMNS), .COLUMN(COLUMN), .SEGMENT_W(SEGMENT_W), .SUM_W(SUM_W)) u_dut (
    .clk_i(clk), .rst_ni(rst_n), .zero_point_i(zero), .depthwise_i(depthwise), .maximum_i(maximum), .group_log2_i(GROUP_LOG2[2:0]),
    .unit_valid_i(unit_valid), .unit_column_i(unit_column), .unit_mark_i(unit_mark),
    .unit_codes_i(unit_codes), .unit_nonzeros_i(unit_nonzeros), .unit_before_i(unit_before), .unit_bits_i(unit_bits),
    .unit_channel_i(unit_channel), .unit_segment_i(unit_segment), .unit_base_i(unit_base), .unit_rows_i(unit_rows),
    .unit_columns_i(unit_columns), .unit_mask_i(unit_mask), .taken_i(taken_chain), .next_taken_o(next_taken),
    .act_valid_o(act_valid), .act_mask_o(act_mask), .act_word_o(act_word), .act_odd_word_o(act_odd_word), .next_room_o(next_room), .room_i(room),
    .drain_valid_i(drain_valid), .drain_all_i(drain_all), .drain_column_i(drain_column), .drain_done_i(drain_done),
    .column_drain_o(column_drain), .column_done_o(column_done), .next_finished_o(next_finished), .finished_i(finished),
    .drain_finished_i(drain_finished), .next_drain_finished_o(next_drain_finished));

  // A position whose tile has some of its channels, or a mark.
  task new_unit;
    begin
      unit_valid = 1;
      unit_column = $urandom % 3 == 0 ? $urandom % COLUMNS : COLUMN;
      unit_mark = $urandom % 16 == 0;
      unit_bits = (32'hffffffff >> ($urandom % 32)) & (32'hffffffff << ($urandom % 4 == 0 ? $urandom % 32 : 0));
      if (unit_bits == 0) unit_bits = 32'hffffffff;
      unit_nonzeros = $urandom & ($urandom % 3 == 0 ? $urandom : 32'hffffffff);
      if (!MAXIMUM && (unit_nonzeros & unit_bits) == 0) unit_nonzeros = unit_bits;
      if (!MAXIMUM) unit_bits = unit_bits & unit_nonzeros;
      unit_before = 0;
      for (i = 0; i < 24; i = i + 1) begin
        if (i < 8) unit_before[3:0] = unit_before[3:0] + unit_nonzeros[i];
        if (i < 16) unit_before[8:4] = unit_before[8:4] + unit_nonzeros[i];
        unit_before[13:9] = unit_before[13:9] + unit_nonzeros[i];
      end
      unit_channel = $urandom % 64;
      if (DEPTHWISE) unit_channel[0] = 1'b0;
      unit_segment = $urandom % 256;
      unit_base = sent;
      unit_rows = 1 + $urandom % 3;
      unit_columns = 1 + $urandom % 3;
      unit_mask = DEPTHWISE ? {ROWS{1'b1}} : $urandom;
      for (i = 0; i < 32; i = i + 1) unit_codes[8*i +: 8] = $urandom;
      if (unit_mark) unit_bits = {30'd0, 2'b11 & $urandom};
    end
  endtask

  task expect_position;
    begin
      k = 0;
      for (i = 0; i < 2; i = i + 1) begin
        queued[2*unit_base+i] = 0;
        seen[2*unit_base+i] = 0;
      end
      for (i = 0; i < 32; i = i + 1) begin
        part = 2 * unit_base + i % 2;
        if (unit_bits[i]) begin
          value = unit_nonzeros[i] ? {{2{unit_codes[8*k+7]}}, unit_codes[8*k +: 8]} - {{2{zero[7]}}, zero} : 10'd0;
          if (MAXIMUM) value = value + 10'd256;
          channel = unit_channel + i;
          mask = unit_mask;
          if (DEPTHWISE) mask = unit_mask & (4'd1 << channel[1:0]);
          channel = unit_segment + (DEPTHWISE ? channel >> GROUP_LOG2 : channel);
          expected[part][queued[part]] = {mask, 1'b0, value, channel, unit_base, unit_rows, unit_columns};
          queued[part] = queued[part] + 1;
          open[marks_taken%4] = open[marks_taken%4] + 1;
        end
        if (unit_nonzeros[i]) k = k + 1;
      end
      epoch[unit_base] = marks_taken;
      sent = (sent + 1) % 256;
    end
  endtask

  task check_one(input logic odd, input logic [ROWS-1:0] rows, input logic [SEGMENT_W+SUM_W+16:0] word);
    begin
      part = 2 * word[6 +: SUM_W] + odd;
      if (seen[part] == queued[part] || {rows, word} !== expected[part][seen[part]]) $fatal(1, "step %0d: activation %0d of %0d, %0d", step, seen[part], part / 2, odd);
      seen[part] = seen[part] + 1;
      if (epoch[part/2] != marks) $fatal(1, "step %0d: activation beside a mark", step);
      open[marks%4] = open[marks%4] - 1;
      acts = acts + 1;
    end
  endtask

  task check_act;
    begin
      if (!room) $fatal(1, "step %0d: no room", step);
      if (act_word[SEGMENT_W+SUM_W+16]) begin
        if (marks == marks_taken || open[marks%4] != 0 || act_mask !== {ROWS{1'b1}}) $fatal(1, "step %0d: mark", step);
        if (act_word[SEGMENT_W+SUM_W+6 +: 2] !== mark_bits[marks%4] || act_odd_word[SEGMENT_W+SUM_W+6 +: 11] !== act_word[SEGMENT_W+SUM_W+6 +: 11]) $fatal(1, "step %0d: kind of mark", step);
        marks = marks + 1;
      end else begin
        k = act_word[6 +: SUM_W];
        if (!DEPTHWISE) begin
          if (act_odd_word !== act_word) $fatal(1, "step %0d: odd rows get another activation", step);
          check_one(seen[2*k] == queued[2*k], act_mask, act_word);
        end else begin
          // For an even row and for an odd row while the position has both.
          if (seen[2*k] != queued[2*k]) check_one(0, act_mask & EVEN, act_word);
          else if ((act_mask & EVEN) != 0) $fatal(1, "step %0d: an even row too many", step);
          if (seen[2*k+1] != queued[2*k+1]) check_one(1, act_mask & ~EVEN, act_odd_word);
          else if ((act_mask & ~EVEN) != 0) $fatal(1, "step %0d: an odd row too many", step);
          if ((act_mask & EVEN) != 0 && (act_mask & ~EVEN) != 0) pairs = pairs + 1;
        end
      end
    end
  endtask

  initial begin
    maximum = MAXIMUM;
    depthwise = DEPTHWISE;
    zero = $urandom;
    for (i = 0; i < 4; i = i + 1) open[i] = 0;
    for (i = 0; i < 512; i = i + 1) begin
      queued[i] = 0;
      seen[i] = 0;
    end
    #5 clk = 1;
    #5;
    rst_n = 1;
    for (step = 0; step < 40000; step = step + 1) begin
      clk = 0;
      if (!unit_valid && $urandom % 8 != 0) new_unit;
      room = $urandom % 4 != 0;
      taken_chain = $urandom;
      {drain_valid, drain_all, drain_done, finished, drain_finished} = $urandom;
      drain_column = $urandom % COLUMNS;
      #5;
      if (unit_valid && unit_column != COLUMN && next_taken !== taken_chain) $fatal(1, "step %0d: chain of taken", step);
      if (column_drain !== (drain_valid && (drain_all || drain_column == COLUMN))) $fatal(1, "step %0d: drain", step);
      if (column_done !== (drain_done && drain_column == COLUMN)) $fatal(1, "step %0d: done", step);
      if (next_drain_finished !== (drain_column == COLUMN ? finished : drain_finished)) $fatal(1, "step %0d: finished", step);
      if (act_valid) check_act;
      taken = unit_valid && (unit_column == COLUMN ? next_taken : 1'b1);
      clk = 1;
      #5;
      if (taken) begin
        if (unit_column == COLUMN && unit_mark) begin
          mark_bits[marks_taken%4] = unit_bits[1:0];
          marks_taken = marks_taken + 1;
        end else if (unit_column == COLUMN) expect_position;
        unit_valid = 0;
      end
    end
    if (acts < 8000 || marks < 50 || (pairs == 0) == (DEPTHWISE != 0)) $fatal(1, "%0d activations, %0d pairs, %0d marks", acts, pairs, marks);
    $display("PASS");
    $finish;
  end
endmodule
