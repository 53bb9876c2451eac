// leaves: dysta_array_drain
// case: ROWS=2 COLUMNS=2 GROUP_LOG2=0 WAYS=2 WAY=0
// case: ROWS=4 COLUMNS=3 GROUP_LOG2=1 WAYS=2 WAY=0
// case: ROWS=4 COLUMNS=3 GROUP_LOG2=1 WAYS=2 WAY=1
// case: ROWS=4 COLUMNS=1 GROUP_LOG2=2 WAYS=1 WAY=0
// case: ROWS=4 COLUMNS=8 GROUP_LOG2=1 WAYS=2 WAY=1 SLICES=2
// case: ROWS=2 COLUMNS=6 GROUP_LOG2=1 WAYS=2 WAY=0 SLICES=3
// After reset all sums are cleared; then random layers: every read of its columns in the order of the output, slice by slice, with column, rows, address, parameters and marks, and
// never more sums than the compressor has taken back plus sixteen.
module bench;
  parameter integer ROWS = 4;
  parameter integer COLUMNS = 3;
  parameter integer GROUP_LOG2 = 1;
  parameter integer WAYS = 2;
  parameter integer WAY = 0;
  parameter integer SLICES = 1;
  localparam integer SLICE = COLUMNS / SLICES;
  localparam logic [3:0] SLICE_COLUMNS = SLICE - 1;
  localparam logic [3:0] LAST_SLICE = SLICES - 1;
  localparam integer SUM_W = 6;
  localparam integer GROUPS = ROWS >> GROUP_LOG2;
  localparam logic [3:0] LAST_GROUP = GROUPS - 1;

  logic clk = 0;
  logic rst_n = 0;
  logic start = 0;
  logic busy;
  logic [15:0] tiles = 0;
  logic [11:0] row_tiles = 0;
  logic [7:0] tile_rows = 0;
  logic [7:0] tile_columns = 0;
  logic [11:0] height = 1;
  logic [11:0] width = 1;
  logic [5:0] channels = 0;
  logic [11:0] blocks = 0;
  logic resident = 0;
  logic pooled = 0;
  logic [3:0] rows_before = 0;
  logic [3:0] columns_before = 0;
  logic [11:0] rows_behind = 12'hfff;
  logic [11:0] columns_behind = 12'hfff;
  logic next_finished;
  logic finished = 0;
  logic taken = 0;
  logic drain_valid;
  logic [4:0] drain_column;
  logic drain_all;
  logic [ROWS-1:0] drain_rows;
  logic [SUM_W:0] drain_address;
  logic drain_done;
  logic sum_valid;
  logic sum_adds;
  logic [6:0] sum_parameter;
  logic [3:0] sum_group;
  logic sum_ends;
  logic sum_last_block;
  logic sum_last;

  logic sum_turn;
  // Expected reads: column, group, address, in the output, parameters, ends of position, last block, last of all, turn; a column that is done.
  logic [31:0] expected [0:16383];
  integer count;
  integer seen;
  integer sums;
  integer credit;
  integer run;
  integer clocks;
  integer set;
  integer slot;
  integer tile;
  integer block;
  integer y;
  integer x;
  integer channel;
  integer place;
  integer row;
  integer column;
  integer kind;
  integer slice;
  logic half = 0;
  logic [1:0] parity = 0;
  logic in_output;
  logic whole;
  logic ends;
  integer next;
  logic was_taken;
  logic [31:0] found;
  integer cleared = 0;

  dysta_array_drain #(.ROWS(ROWS), .COLUMNS(COLUMNS), .WAYS(WAYS), .WAY(WAY), .SUM_W(SUM_W)) u_dut (
    .clk_i(clk), .rst_ni(rst_n), .start_i(start), .next_busy_drain_o(busy), .busy_drain_i(1'b0), .tiles_i(tiles), .row_tiles_i(row_tiles), .tile_rows_i(tile_rows),
    .tile_columns_i(tile_columns), .height_i(height), .width_i(width), .channels_i(channels), .blocks_i(blocks), .resident_i(resident),
    .group_log2_i(GROUP_LOG2[2:0]), .groups_i(LAST_GROUP), .slice_columns_i(SLICE_COLUMNS), .slices_i(LAST_SLICE), .pooled_i(pooled), .rows_before_i(rows_before), .columns_before_i(columns_before),
    .rows_behind_i(rows_behind), .columns_behind_i(columns_behind), .next_finished_o(next_finished), .finished_i(finished), .taken_i(taken),
    .drain_valid_o(drain_valid), .drain_column_o(drain_column), .drain_all_o(drain_all), .drain_rows_o(drain_rows),
    .drain_address_o(drain_address), .drain_done_o(drain_done), .sum_valid_o(sum_valid), .sum_adds_o(sum_adds), .sum_parameter_o(sum_parameter),
    .sum_group_o(sum_group), .sum_position_ends_o(sum_ends), .sum_last_block_o(sum_last_block), .sum_last_o(sum_last), .sum_turn_o(sum_turn));

  // Kind of a row or column of a pooled output.
  function [2:0] kind_of(input integer place_in, input integer first, input integer past);
    kind_of = place_in < first ? place_in : place_in < past ? first : first + place_in - past + 1;
  endfunction

  task add_tile;
    begin
      place = 0;
      for (y = 0; y <= tile_rows; y = y + 1) begin
        for (x = 0; x <= tile_columns; x = x + 1) begin
          for (channel = 0; channel <= channels; channel = channel + 1) begin
            row = tile / (row_tiles + 1) * (tile_rows + 1) + y;
            column = tile % (row_tiles + 1) * (tile_columns + 1) + x;
            in_output = row < height && column < width;
            ends = channel == channels && in_output && (y == tile_rows || row == height - 1) && (x == tile_columns || column == width - 1);
            next = (tile == tiles || slot == GROUPS * SLICE - 1) ? 0 : (slot + 1) % SLICE;
            for (slice = 0; slice < SLICES; slice = slice + 1) begin
              whole = in_output && slice == SLICES - 1;
              found = slot % SLICE + SLICE * slice + COLUMNS * (slot / SLICE);
              expected[count] = {1'b0, whole, whole && ends && block == blocks && tile == tiles, whole && ends && next % WAYS != WAY, slice != 0, 3'd0, half, place[SUM_W-1:0],
                pooled ? {1'b0, kind_of(row, rows_before, rows_behind), kind_of(column, columns_before, columns_behind)} : {parity, channel[4:0]},
                channel == channels, block == blocks, found[7:0]};
              if (!whole) expected[count][16:10] = 7'd0;
              count = count + 1;
            end
            sums = sums + in_output;
            place = place + 1;
          end
        end
      end
    end
  endtask

  task make_layer;
    begin
      count = 0;
      sums = 0;
      for (set = 0; set <= tiles; set = set + GROUPS * SLICE) begin
        for (block = 0; block <= blocks; block = block + 1) begin
          for (slot = 0; slot < GROUPS * SLICE; slot = slot + 1) begin
            tile = set + slot;
            if (tile <= tiles && slot % SLICE % WAYS == WAY) add_tile;
            // All rows of a column are done with its last group.
            for (slice = 0; slice < SLICES; slice = slice + 1) begin
              found = slot % SLICE + SLICE * slice + COLUMNS * (slot / SLICE);
              expected[count] = {1'b1, 23'd0, found[7:0]};
              if (slot / SLICE == GROUPS - 1 && slot % SLICE % WAYS == WAY) count = count + 1;
            end
          end
          half = !half;
          if (!resident || set + GROUPS * SLICE > tiles) parity = parity + 1;
        end
      end
    end
  endtask

  task check_event(input logic done);
    begin
      slot = drain_column + COLUMNS * sum_group;
      found = done ? {1'b1, 23'd0, slot[7:0]} : {1'b0, sum_valid, sum_valid && sum_last, sum_turn, sum_adds, 3'd0, drain_address, sum_valid ? sum_parameter : 7'd0, sum_ends, sum_last_block, slot[7:0]};
      if (seen == count || found !== expected[seen]) $fatal(1, "run %0d: event %0d of %0d is %h instead of %h", run, seen, count, found, expected[seen]);
      seen = seen + 1;
    end
  endtask

  initial begin
    #5 clk = 1;
    #5;
    for (clocks = 0; clocks < 2 * (1 << SUM_W); clocks = clocks + 1) begin
      clk = 0;
      rst_n = 1;
      #5;
      if (!drain_valid || !drain_all || !busy || drain_rows !== {ROWS{1'b1}} || drain_address !== clocks) $fatal(1, "clock %0d: clearing", clocks);
      clk = 1;
      #5;
    end
    for (run = 0; run < 40; run = run + 1) begin
      height = 1 + $urandom % 9;
      width = 1 + $urandom % 9;
      tile_rows = $urandom % 3;
      tile_columns = $urandom % 3;
      channels = $urandom % 7;
      blocks = $urandom % 3;
      resident = blocks == 0 && $urandom % 2 == 0;
      row_tiles = (width - 1) / (tile_columns + 1);
      tiles = (row_tiles + 1) * ((height - 1) / (tile_rows + 1) + 1) - 1;
      pooled = run % 3 == 0;
      rows_before = pooled && height > 2;
      columns_before = pooled && width > 3 ? 2 : 0;
      rows_behind = pooled && height > 3 ? height - 2 : 12'hfff;
      columns_behind = pooled && width > 4 ? width - 1 : 12'hfff;
      make_layer;
      seen = 0;
      credit = 0;
      clk = 0;
      start = 1;
      #5 clk = 1;
      #5;
      start = 0;
      for (clocks = 0; clocks < 60000 && (busy || credit > 0); clocks = clocks + 1) begin
        clk = 0;
        finished = $urandom % 4 == 0;
        taken = credit > 0 && $urandom % 3 != 0;
        #5;
        if (next_finished !== 1'b0) $fatal(1, "the chain begins finished");
        if (drain_valid) begin
          if (drain_all) $fatal(1, "run %0d: all are read", run);
          for (kind = 0; kind < ROWS; kind = kind + 1) if (drain_rows[kind] !== (kind >> GROUP_LOG2 == sum_group)) $fatal(1, "run %0d: rows", run);
          check_event(0);
          if (sum_valid) begin
            sums = sums - 1;
            credit = credit + 1;
            if (credit > 16) $fatal(1, "run %0d: too many sums", run);
          end
        end
        if (drain_done) check_event(1);
        was_taken = taken;
        clk = 1;
        #5;
        credit = credit - was_taken;
      end
      taken = 0;
      if (seen != count || sums != 0) $fatal(1, "run %0d: %0d of %0d events", run, seen, count);
    end
    $display("PASS");
    $finish;
  end
endmodule
