// leaves: dysta_array_feeder
// case: ROWS=2 COLUMNS=2 GROUP_LOG2=1
// case: ROWS=4 COLUMNS=3 GROUP_LOG2=0
// case: ROWS=2 COLUMNS=4 GROUP_LOG2=0 SLICES=2
// Random layers: every position of every patch in the order of the loops, dealt to the slices in turn, with codes, channels, segment, sum and rows, nothing for positions outside of the
// image; marks behind each channel tile; no position before its rows are loaded; rows freed when no later tile needs them.
module bench;
  parameter integer ROWS = 2;
  parameter integer COLUMNS = 2;
  parameter integer GROUP_LOG2 = 1;
  parameter integer SLICES = 1;
  localparam integer SLICE = COLUMNS / SLICES;
  localparam logic [3:0] SLICE_COLUMNS = SLICE - 1;
  localparam logic [3:0] LAST_SLICE = SLICES - 1;
  localparam integer GROUPS = ROWS >> GROUP_LOG2;
  localparam logic [3:0] LAST_GROUP = GROUPS - 1;
  localparam integer CHUNK_W = 9;
  localparam integer SEGMENT_W = 9;
  localparam integer SUM_W = 8;

  logic clk = 0;
  logic rst_n = 0;
  logic start = 0;
  logic busy;
  logic awaits;
  logic [11:0] height = 1;
  logic [11:0] width = 1;
  logic [11:0] chunks = 0;
  logic [3:0] column_shift = 1;
  logic [3:0] row_shift = 4;
  logic [15:0] tiles = 0;
  logic [11:0] row_tiles = 0;
  logic [12:0] first_row = 0;
  logic [12:0] first_column = 0;
  logic [11:0] row_step = 1;
  logic [11:0] column_step = 1;
  logic [6:0] patch_rows = 0;
  logic [6:0] patch_columns = 0;
  logic [11:0] blocks = 0;
  logic [11:0] channel_tiles = 0;
  logic [15:0] tile_channels = 1;
  logic depthwise = 0;
  logic maximum = 0;
  logic resident = 0;
  logic table_we = 0;
  logic [7:0] table_address = 0;
  logic [SEGMENT_W+SUM_W+2:0] table_word = 0;
  logic [11:0] loaded = 0;
  logic [11:0] freed;
  logic bitmap_re;
  logic [CHUNK_W-1:0] bitmap_raddr;
  logic [31:0] bitmap_rdata;
  logic codes_re;
  logic [CHUNK_W-1:0] codes_raddr;
  logic [255:0] codes_rdata;
  logic unit_valid;
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
  logic next_taken;
  logic taken = 0;

  logic [31:0] bitmaps [0:(1<<CHUNK_W)-1];
  logic [255:0] codes [0:(1<<CHUNK_W)-1];
  logic [SEGMENT_W+SUM_W+2:0] rows_table [0:7];
  logic [SEGMENT_W+SUM_W+2:0] columns_table [0:7];

  // Expected words to the columns: image row that must be loaded, and all that is told.
  logic [399:0] expected [0:16383];
  integer needed [0:16383];
  integer tops [0:16383];
  integer count;
  integer seen;
  integer run;
  integer clocks;
  integer i;
  integer k;
  integer set;
  integer block;
  integer channel_tile;
  integer chunk;
  integer px;
  integer py;
  integer slot;
  integer slice;
  integer x;
  integer y;
  integer tile;
  integer channel;
  integer last;
  integer low;
  integer high;
  logic [13:0] before_counts;
  integer bottom;
  integer top;
  integer left;
  logic [31:0] channels;
  logic [31:0] bitmap;
  logic [31:0] stored;
  logic [SEGMENT_W-1:0] segment;
  logic [SEGMENT_W-1:0] local_channel;
  logic [SUM_W-1:0] base;
  logic [ROWS-1:0] mask;
  logic [399:0] found;

  dysta_array_feeder #(.ROWS(ROWS), .COLUMNS(COLUMNS), .CHUNK_W(CHUNK_W), .SEGMENT_W(SEGMENT_W), .SUM_W(SUM_W)) u_dut (
    .clk_i(clk), .rst_ni(rst_n), .start_i(start), .busy_o(busy), .awaits_o(awaits), .height_i(height), .width_i(width), .chunks_i(chunks),
    .column_shift_i(column_shift), .row_shift_i(row_shift), .tiles_i(tiles), .row_tiles_i(row_tiles), .first_row_i(first_row),
    .first_column_i(first_column), .row_step_i(row_step), .column_step_i(column_step), .patch_rows_i(patch_rows), .patch_columns_i(patch_columns),
    .blocks_i(blocks), .channel_tiles_i(channel_tiles), .tile_channels_i(tile_channels), .depthwise_i(depthwise), .maximum_i(maximum),
    .resident_i(resident), .group_log2_i(GROUP_LOG2[2:0]), .groups_i(LAST_GROUP), .slice_columns_i(SLICE_COLUMNS), .slices_i(LAST_SLICE), .table_we_i(table_we), .table_address_i(table_address),
    .table_word_i(table_word), .loaded_rows_i(loaded), .freed_rows_o(freed), .bitmap_re_o(bitmap_re), .bitmap_raddr_o(bitmap_raddr),
    .bitmap_rdata_i(bitmap_rdata), .codes_re_o(codes_re), .codes_raddr_o(codes_raddr), .low_rdata_i(codes_rdata[127:0]), .high_rdata_i(codes_rdata[255:128]),
    .unit_valid_o(unit_valid), .unit_column_o(unit_column), .unit_mark_o(unit_mark),
    .unit_codes_o(unit_codes), .unit_nonzeros_o(unit_nonzeros), .unit_before_o(unit_before), .unit_bits_o(unit_bits),
    .unit_channel_o(unit_channel), .unit_segment_o(unit_segment), .unit_base_o(unit_base), .unit_rows_o(unit_rows), .unit_columns_o(unit_columns),
    .unit_mask_o(unit_mask), .next_taken_o(next_taken), .taken_i(taken));

  always @(posedge clk) begin
    if (bitmap_re) bitmap_rdata <= bitmaps[bitmap_raddr];
    if (codes_re) codes_rdata <= codes[codes_raddr];
  end

  task put(input logic mark, input logic [255:0] word);
    begin
      expected[count] = mark ? {1'b1, slot[4:0], bitmap[1:0]} :
        {word, stored, before_counts, bitmap, local_channel, segment, base, rows_table[py][SEGMENT_W+SUM_W+2 -: 3],
         columns_table[px][SEGMENT_W+SUM_W+2 -: 3], mask, 1'b0, slot[4:0]};
      needed[count] = mark ? 0 : bottom;
      // First row that the set needs.
      tops[count] = set / (row_tiles + 1) * row_step;
      tops[count] = mark ? -1 : tops[count] + top > 0 ? tops[count] + top : 0;
      count = count + 1;
    end
  endtask

  // What a slot gets of a position.
  task add_position;
    integer group;
    begin
      group = slot / SLICE;
      tile = set + slot;
      y = tile / (row_tiles + 1) * row_step + py;
      y = y + top;
      x = tile % (row_tiles + 1) * column_step + px;
      x = x + left;
      if (tile <= tiles && y >= 0 && y < $signed({1'b0, height}) && x >= 0 && x < $signed({1'b0, width}) && rows_table[py][SEGMENT_W+SUM_W+2 -: 3] != 0
          && columns_table[px][SEGMENT_W+SUM_W+2 -: 3] != 0) begin
        i = (y << row_shift) | (x << column_shift) | chunk;
        stored = bitmaps[i];
        low = chunk == channel / 32 ? channel % 32 : 0;
        high = chunk == last / 32 ? last % 32 : 31;
        channels = (32'hffffffff << low) & (32'hffffffff >> (31 - high));
        bitmap = maximum ? channels : stored & channels;
        before_counts = 0;
        for (k = 0; k < 24; k = k + 1) begin
          if (k < 8) before_counts[3:0] = before_counts[3:0] + stored[k];
          if (k < 16) before_counts[8:4] = before_counts[8:4] + stored[k];
          before_counts[13:9] = before_counts[13:9] + stored[k];
        end
        segment = rows_table[py][SUM_W +: SEGMENT_W] + columns_table[px][SUM_W +: SEGMENT_W];
        base = rows_table[py][SUM_W-1:0] + columns_table[px][SUM_W-1:0];
        local_channel = 32 * chunk - channel;
        mask = ((1 << (1 << GROUP_LOG2)) - 1) << (group << GROUP_LOG2);
        slot = slot % SLICE + SLICE * slice;
        if (bitmap != 0) put(0, codes[i]);
        slot = slot % SLICE + SLICE * group;
      end
    end
  endtask

  task make_layer;
    begin
      count = 0;
      for (set = 0; set <= tiles; set = set + GROUPS * SLICE) begin
        slice = 0;
        tile = set + GROUPS * SLICE - 1 < tiles ? set + GROUPS * SLICE - 1 : tiles;
        bottom = tile / (row_tiles + 1) * row_step + patch_rows + 1;
        bottom = bottom + top;
        if (bottom > $signed({1'b0, height})) bottom = height;
        channel = 0;
        for (block = 0; block <= blocks; block = block + 1) begin
          for (channel_tile = 0; channel_tile <= channel_tiles; channel_tile = channel_tile + 1) begin
            last = channel + tile_channels - 1;
            for (chunk = channel / 32; chunk <= last / 32 && chunk <= chunks; chunk = chunk + 1)
              for (py = 0; py <= patch_rows; py = py + 1)
                for (px = 0; px <= patch_columns; px = px + 1) begin
                  for (slot = 0; slot < GROUPS * SLICE; slot = slot + 1) add_position;
                  slice = (slice + 1) % SLICES;
                end
            for (slot = 0; slot < COLUMNS; slot = slot + 1) begin
              bitmap = {30'd0, channel_tile == channel_tiles, !resident || set + GROUPS * SLICE > tiles};
              put(1, 256'd0);
            end
            channel = (channel_tile == channel_tiles && !depthwise) ? 0 : channel + tile_channels;
          end
        end
      end
    end
  endtask

  task write_tables;
    begin
      for (k = 0; k < 16; k = k + 1) begin
        clk = 0;
        table_we = 1;
        table_address = {k >= 8, 4'd0, k[2:0]};
        table_word = {$urandom};
        if ($urandom % 4 != 0) table_word[SEGMENT_W+SUM_W+2 -: 3] = 1 + $urandom % 3;
        if (k < 8) rows_table[k] = table_word;
        else columns_table[k-8] = table_word;
        #5 clk = 1;
        #5;
      end
      table_we = 0;
    end
  endtask

  initial begin
    for (i = 0; i < 1 << CHUNK_W; i = i + 1) begin
      bitmaps[i] = $urandom % 4 == 0 ? 0 : $urandom % 3 == 0 ? $urandom & $urandom & $urandom : $urandom;
      codes[i] = {$urandom, $urandom, $urandom, $urandom, $urandom, $urandom, $urandom, $urandom};
    end
    #5 clk = 1;
    #5;
    rst_n = 1;
    for (run = 0; run < 40; run = run + 1) begin
      height = 1 + $urandom % 8;
      width = 1 + $urandom % 8;
      chunks = $urandom % 2;
      patch_rows = $urandom % 4;
      patch_columns = $urandom % 4;
      row_step = 1 + $urandom % 3;
      column_step = 1 + $urandom % 3;
      top = 0 - $urandom_range(2);
      left = 0 - $urandom_range(1);
      first_row = top;
      first_column = left;
      row_tiles = (width - 1) / column_step;
      tiles = (row_tiles + 1) * ((height - 1) / row_step + 1) - 1;
      depthwise = run % 2;
      maximum = run % 4 == 3;
      tile_channels = depthwise ? 32 : 1 + $urandom % (32 * (chunks + 1));
      blocks = depthwise ? chunks : $urandom % 2;
      channel_tiles = depthwise ? 0 : (32 * (chunks + 1) - 1) / tile_channels;
      resident = blocks == 0 && channel_tiles == 0;
      write_tables;
      make_layer;
      seen = 0;
      loaded = 0;
      taken = 0;
      clk = 0;
      start = 1;
      #5 clk = 1;
      #5;
      start = 0;
      for (clocks = 0; clocks < 60000 && busy; clocks = clocks + 1) begin
        clk = 0;
        taken = $urandom % 4 != 0;
        #1 taken = taken && unit_valid;
        #4;
        if (next_taken !== 1'b0) $fatal(1, "the chain begins taken");
        if (unit_valid && taken) begin
          found = unit_mark ? {1'b1, unit_column, unit_bits[1:0]} :
            {unit_codes, unit_nonzeros, unit_before, unit_bits, unit_channel, unit_segment, unit_base, unit_rows, unit_columns, unit_mask,
             1'b0, unit_column};
          if (seen == count || found !== expected[seen]) $fatal(1, "run %0d: word %0d of %0d is %h instead of %h", run, seen, count, found, expected[seen]);
          if (needed[seen] > $signed({1'b0, loaded})) $fatal(1, "run %0d: row %0d is not loaded", run, needed[seen]);
          if (tops[seen] >= 0 && $signed({1'b0, freed}) > tops[seen]) $fatal(1, "run %0d: row %0d is freed", run, tops[seen]);
          seen = seen + 1;
        end
        clk = 1;
        #5;
        if ($urandom % 16 == 0 && loaded < height) loaded = loaded + 1;
      end
      if (seen != count) $fatal(1, "run %0d: %0d of %0d words", run, seen, count);
    end
    $display("PASS");
    $finish;
  end
endmodule
