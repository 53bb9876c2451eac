// leaves: dysta_array_loader
// case: TILES_MOST=1
// case: TILES_MOST=4
// Random images in random orders of tiles, sets and blocks: every chunk at its address with its bitmap and codes, the non-zeros, rows told as
// loaded when all of their chunks are there, and none unpacked beyond the rows that the buffer holds.
module bench;
  parameter integer TILES_MOST = 4;
  localparam integer CHUNK_W = 10;

  logic clk = 0;
  logic rst_n = 0;
  logic start = 0;
  logic busy;
  logic [11:0] height = 1;
  logic [11:0] width = 1;
  logic [11:0] chunks = 0;
  logic [4:0] last_channels = 0;
  logic [3:0] column_shift = 0;
  logic [3:0] row_shift = 0;
  logic [11:0] buffer_rows = 1;
  logic [11:0] tile_rows = 1;
  logic [11:0] tile_columns = 1;
  logic [7:0] set_tiles = 0;
  logic [11:0] block_chunks = 1;
  logic [15:0] tiles = 0;
  logic word_valid = 0;
  logic word_ready;
  logic [127:0] word = 0;
  logic length_valid;
  logic [31:0] length_told;
  logic [11:0] loaded;
  logic [11:0] freed = 0;
  logic bitmap_we;
  logic [CHUNK_W-1:0] bitmap_waddr;
  logic [31:0] bitmap_wdata;
  logic low_we;
  logic high_we;
  logic [CHUNK_W-1:0] codes_waddr;
  logic [127:0] codes_wdata;
  logic [31:0] nonzeros;

  // The stream; of each chunk in order its address, row, bitmap and codes.
  logic [7:0] stream [0:65535];
  integer length;
  integer places [0:2047];
  integer rows [0:2047];
  logic [31:0] bitmaps [0:2047];
  logic [255:0] codes [0:2047];
  integer count;
  integer seen;
  logic [255:0] memory [0:(1<<CHUNK_W)-1];
  integer ones;
  integer at;
  integer across;
  integer run;
  integer clocks;
  integer i;
  integer k;
  integer first;
  integer block;
  integer tile;
  integer y;
  integer x;
  integer chunk;
  integer density;
  logic taken;

  dysta_array_loader #(.CHUNK_W(CHUNK_W)) u_dut (
    .clk_i(clk), .rst_ni(rst_n), .start_i(start), .busy_o(busy), .height_i(height), .width_i(width), .chunks_i(chunks),
    .last_channels_i(last_channels), .column_shift_i(column_shift), .row_shift_i(row_shift), .buffer_rows_i(buffer_rows),
    .tile_rows_i(tile_rows), .tile_columns_i(tile_columns), .set_tiles_i(set_tiles), .block_chunks_i(block_chunks), .tiles_i(tiles),
    .word_valid_i(word_valid), .word_ready_o(word_ready), .word_data_i(word), .length_valid_o(length_valid), .length_o(length_told),
    .loaded_rows_o(loaded), .freed_rows_i(freed), .bitmap_we_o(bitmap_we), .bitmap_waddr_o(bitmap_waddr), .bitmap_wdata_o(bitmap_wdata),
    .low_we_o(low_we), .high_we_o(high_we), .codes_waddr_o(codes_waddr), .codes_wdata_o(codes_wdata), .nonzeros_o(nonzeros));

  task add_chunk;
    integer channels;
    begin
      channels = chunk == chunks ? last_channels + 1 : 32;
      bitmaps[count] = 0;
      codes[count] = 0;
      places[count] = (y << row_shift) | (x << column_shift) | chunk;
      rows[count] = y;
      for (i = 0; i < channels; i = i + 1) bitmaps[count][i] = $urandom % 8 < density;
      for (i = 0; i < channels; i = i + 8) begin
        stream[length] = bitmaps[count][i +: 8];
        length = length + 1;
      end
      k = 0;
      for (i = 0; i < 32; i = i + 1) begin
        if (bitmaps[count][i]) begin
          stream[length] = $urandom;
          codes[count][8*k +: 8] = stream[length];
          length = length + 1;
          k = k + 1;
        end
      end
      ones = ones + k;
      count = count + 1;
    end
  endtask

  task make_image;
    begin
      length = 16;
      count = 0;
      ones = 0;
      for (first = 0; first <= tiles; first = first + set_tiles + 1) begin
        for (block = 0; block <= chunks; block = block + block_chunks) begin
          for (tile = first; tile <= first + set_tiles && tile <= tiles; tile = tile + 1) begin
            for (y = tile / across * tile_rows; y < (tile / across + 1) * tile_rows && y < height; y = y + 1) begin
              for (x = tile % across * tile_columns; x < (tile % across + 1) * tile_columns && x < width; x = x + 1) begin
                for (chunk = block; chunk < block + block_chunks && chunk <= chunks; chunk = chunk + 1) add_chunk;
              end
            end
          end
        end
      end
      while (length % 16 != 0) begin
        stream[length] = 0;
        length = length + 1;
      end
      for (i = 0; i < 16; i = i + 1) stream[i] = i < 4 ? (length / 16 - 1) >> (8 * i) : 0;
    end
  endtask

  // Chunks of the rows told as loaded have all been written.
  task check_loaded;
    begin
      for (i = seen; i < count; i = i + 1) if (rows[i] < loaded) $fatal(1, "run %0d: row %0d is not loaded", run, rows[i]);
    end
  endtask

  initial begin
    #5 clk = 1;
    #5;
    rst_n = 1;
    for (run = 0; run < 60; run = run + 1) begin
      height = 1 + $urandom % 6;
      width = 1 + $urandom % 6;
      chunks = $urandom % 3;
      last_channels = $urandom;
      density = run % 9;
      tile_rows = TILES_MOST == 1 ? height : 1 + $urandom % 3;
      tile_columns = TILES_MOST == 1 ? width : 1 + $urandom % 4;
      set_tiles = $urandom % TILES_MOST;
      block_chunks = 1 + $urandom % (chunks + 1);
      across = (width + tile_columns - 1) / tile_columns;
      tiles = across * ((height + tile_rows - 1) / tile_rows) - 1;
      column_shift = 2;
      row_shift = 5;
      buffer_rows = run % 3 == 0 ? tile_rows * (2 + set_tiles) : 32;
      make_image;
      at = 0;
      seen = 0;
      freed = 0;
      clk = 0;
      start = 1;
      #5 clk = 1;
      #5;
      start = 0;
      for (clocks = 0; clocks < 6000 && (busy || clocks < 3); clocks = clocks + 1) begin
        clk = 0;
        word_valid = at < length && (word_valid || $urandom % 5 != 0);
        for (i = 0; i < 16; i = i + 1) word[8*i +: 8] = word_valid ? stream[at+i] : 8'hxx;
        #5;
        if (length_valid && length_told != length / 16) $fatal(1, "run %0d: length %0d", run, length_told);
        if (bitmap_we) begin
          if (bitmap_waddr !== places[seen] || bitmap_wdata !== bitmaps[seen]) $fatal(1, "run %0d: chunk %0d of %0d", run, seen, count);
          if (rows[seen] >= freed + buffer_rows) $fatal(1, "run %0d: row %0d is not free", run, rows[seen]);
          seen = seen + 1;
        end
        if (low_we && high_we) $fatal(1, "run %0d: one word for both halves", run);
        if (low_we || high_we) begin
          if (codes_waddr !== places[seen-1]) $fatal(1, "run %0d: codes of chunk %0d", run, seen - 1);
          memory[codes_waddr][128*high_we +: 128] = codes_wdata;
        end
        check_loaded;
        taken = word_valid && word_ready;
        clk = 1;
        #5;
        if (taken) begin
          at = at + 16;
          word_valid = 0;
        end
        // Rows are freed in order, once they are loaded.
        if ($urandom % 8 == 0 && loaded > freed) freed = freed + 1;
      end
      if (busy || seen != count || at != length) $fatal(1, "run %0d: %0d of %0d chunks, %0d of %0d bytes", run, seen, count, at, length);
      if (nonzeros !== ones) $fatal(1, "run %0d: %0d non-zeros of %0d", run, nonzeros, ones);
      if (loaded !== height) $fatal(1, "run %0d: %0d rows loaded", run, loaded);
      for (k = 0; k < count; k = k + 1) begin
        ones = 0;
        for (i = 0; i < 32; i = i + 1) ones = ones + bitmaps[k][i];
        for (i = 0; i < ones; i = i + 1) begin
          if (memory[places[k]][8*i +: 8] !== codes[k][8*i +: 8]) $fatal(1, "run %0d: code %0d of chunk %0d", run, i, k);
        end
      end
    end
    $display("PASS");
    $finish;
  end
endmodule
