// leaves: dysta_array_add
// case: ROWS=2
// Additions of random tensors, with streams that pause: every code with the roundings of TensorFlow Lite Micro seven clocks after it is told, position
// ends, non-zeros, lengths; what is no addition passes through.
module bench;
  parameter integer ROWS = 2;

  logic clk = 0;
  logic rst_n = 0;
  logic add = 1;
  logic start = 0;
  logic start_sums = 0;
  logic [11:0] chunks = 0;
  logic [4:0] last_channels = 0;
  logic [7:0] zero [0:2];
  logic [7:0] least = 8'h80;
  logic [7:0] greatest = 8'h7f;
  logic table_we = 0;
  logic [7:0] table_address = 0;
  logic [31:0] table_data = 0;
  logic [1:0] valid = 0;
  logic [1:0] ready;
  logic [127:0] data [0:1];
  logic loader_valid;
  logic loader_ready = 0;
  logic [127:0] loader_data;
  logic length_valid = 0;
  logic [31:0] length = 0;
  logic total_first_valid;
  logic [31:0] total_first;
  logic weights_valid;
  logic weights_ready = 0;
  logic [127:0] weights_data;
  logic total_second_valid;
  logic [31:0] total_second;
  logic [7:0] drained = 0;
  logic drain_taken;
  logic sum_valid;
  logic [3:0] sum_group;
  logic sum_ends;
  logic sum_last_block;
  logic sum_last;
  logic taken = 0;
  logic [8*ROWS-1:0] codes = 0;
  logic [8*ROWS-1:0] next_codes;
  logic [31:0] counted = 0;
  logic [31:0] nonzeros;

  logic [7:0] stream0 [0:8191];
  logic [7:0] stream1 [0:8191];
  integer bytes [0:1];
  integer at [0:1];
  logic [7:0] expected [0:4095];
  logic ends [0:4095];
  integer count;
  integer told;
  integer ones;
  logic [31:0] factor [0:2];
  logic [4:0] shift [0:2];
  integer positions;
  integer run;
  integer clocks;
  integer i;
  integer k;
  integer position;
  integer chunk;
  integer channels;
  integer density;
  integer credit;
  logic [7:0] pair [0:1];
  logic [7:0] delayed [0:7];
  logic [7:0] delayed_valid;
  logic [1:0] popped;

  dysta_array_add #(.ROWS(ROWS)) u_dut (
    .clk_i(clk), .rst_ni(rst_n), .add_i(add), .start_i(start), .start_sums_i(start_sums), .chunks_i(chunks), .last_channels_i(last_channels),
    .in_zero_i(zero[0]), .out_zero_i(zero[2]), .least_i(least), .greatest_i(greatest),
    .table_we_i(table_we), .table_address_i(table_address), .table_data_i(table_data),
    .first_valid_i(valid[0]), .first_ready_o(ready[0]), .first_data_i(data[0]),
    .loader_valid_o(loader_valid), .loader_ready_i(loader_ready), .loader_data_o(loader_data), .length_valid_i(length_valid), .length_i(length),
    .total_first_valid_o(total_first_valid), .total_first_o(total_first),
    .second_valid_i(valid[1]), .second_ready_o(ready[1]), .second_data_i(data[1]),
    .weights_valid_o(weights_valid), .weights_ready_i(weights_ready), .weights_data_o(weights_data),
    .total_second_valid_o(total_second_valid), .total_second_o(total_second),
    .drain_valid_i(drained[7]), .drain_group_i(drained[6:3]), .drain_position_ends_i(drained[2]), .drain_last_block_i(drained[1]),
    .drain_last_i(drained[0]), .drain_taken_o(drain_taken), .sum_valid_o(sum_valid), .sum_group_o(sum_group), .sum_position_ends_o(sum_ends),
    .sum_last_block_o(sum_last_block), .sum_last_o(sum_last), .taken_i(taken), .codes_i(codes), .next_codes_o(next_codes),
    .counted_i(counted), .nonzeros_o(nonzeros));

  function signed [79:0] rescaled(input signed [79:0] value, input integer index);
    logic signed [79:0] high;
    logic signed [79:0] half;
    begin
      high = (value * $signed({1'b0, factor[index]}) + 80'sd1073741824) >>> 31;
      half = (80'sd1 <<< shift[index]) / 2;
      rescaled = (high < 0) ? -((half - high) >>> shift[index]) : (high + half) >>> shift[index];
    end
  endfunction

  function [7:0] sum_of(input [7:0] a, input [7:0] b);
    logic signed [79:0] sum;
    logic signed [79:0] first;
    logic signed [79:0] second;
    begin
      first = $signed(a);
      first = (first - $signed(zero[0])) <<< 20;
      second = $signed(b);
      second = (second - $signed(zero[1])) <<< 20;
      sum = rescaled(first, 0) + rescaled(second, 1);
      sum = rescaled(sum, 2);
      sum = sum + $signed(zero[2]);
      sum_of = (sum < $signed(least)) ? least : (sum > $signed(greatest)) ? greatest : sum[7:0];
    end
  endfunction

  task put(input integer which, input [7:0] value);
    begin
      if (which == 0) stream0[bytes[0]] = value;
      else stream1[bytes[1]] = value;
      bytes[which] = bytes[which] + 1;
    end
  endtask

  task make_chunk;
    logic [31:0] bitmaps [0:1];
    logic [7:0] values [0:63];
    begin
      channels = chunk == chunks ? last_channels + 1 : 32;
      for (k = 0; k < 2; k = k + 1) begin
        bitmaps[k] = 0;
        for (i = 0; i < channels; i = i + 1) begin
          values[32*k+i] = ($urandom % 8 < density) ? $urandom : zero[k];
          bitmaps[k][i] = values[32*k+i] !== zero[k];
          ones = ones + bitmaps[k][i];
        end
        for (i = 0; i < channels; i = i + 8) put(k, bitmaps[k][i +: 8]);
        for (i = 0; i < channels; i = i + 1) if (bitmaps[k][i]) put(k, values[32*k+i]);
      end
      for (i = 0; i < channels; i = i + 1) begin
        expected[count] = sum_of(values[i], values[32+i]);
        ends[count] = i == channels - 1;
        count = count + 1;
      end
    end
  endtask

  task make_tensors;
    begin
      for (i = 0; i < 3; i = i + 1) begin
        zero[i] = $urandom;
        factor[i] = 32'h40000000 | ($urandom >> 2);
        shift[i] = i == 2 ? 14 + $urandom % 6 : $urandom % 6;
      end
      bytes[0] = 16;
      bytes[1] = 16;
      count = 0;
      ones = 0;
      for (position = 0; position < positions; position = position + 1) begin
        for (chunk = 0; chunk <= chunks; chunk = chunk + 1) make_chunk;
      end
      for (k = 0; k < 2; k = k + 1) begin
        while (bytes[k] % 16 != 0) put(k, 8'd0);
        for (i = 0; i < 16; i = i + 1) begin
          if (k == 0) stream0[i] = i < 4 ? (bytes[0] / 16 - 1) >> (8 * i) : 0;
          else stream1[i] = i < 4 ? (bytes[1] / 16 - 1) >> (8 * i) : 0;
        end
        at[k] = 0;
      end
    end
  endtask

  task write_table(input [7:0] address, input [31:0] value);
    begin
      clk = 0;
      table_we = 1;
      table_address = address;
      table_data = value;
      #5 clk = 1;
      #5;
      table_we = 0;
    end
  endtask

  task run_addition;
    begin
      write_table(8'd0, factor[0]);
      write_table(8'd1, factor[1]);
      write_table(8'd2, factor[2]);
      write_table(8'd3, {9'd0, zero[1], shift[2], shift[1], shift[0]});
      write_table(8'd128, positions * (chunks + 1) - 1);
      clk = 0;
      start = 1;
      #5 clk = 1;
      #5;
      start = 0;
      told = 0;
      credit = 0;
      delayed_valid = 0;
      for (clocks = 0; clocks < 30000 && (told < count || delayed_valid != 0 || credit != 0); clocks = clocks + 1) begin
        clk = 0;
        for (k = 0; k < 2; k = k + 1) begin
          valid[k] = at[k] < bytes[k] && (valid[k] || $urandom % 4 != 0);
          for (i = 0; i < 16; i = i + 1) data[k][8*i +: 8] = !valid[k] ? 8'hxx : k == 0 ? stream0[at[k]+i] : stream1[at[k]+i];
        end
        taken = credit > 0 && $urandom % 3 != 0;
        codes = $urandom;
        #5;
        if (total_first_valid && total_first != bytes[0] / 16 || total_second_valid && total_second != bytes[1] / 16) $fatal(1, "run %0d: lengths", run);
        if (weights_valid || drain_taken) $fatal(1, "run %0d: an addition passes something on", run);
        if (delayed_valid[6] && next_codes[7:0] !== delayed[6]) $fatal(1, "run %0d: code %0d is %0d instead of %0d", run, told, $signed(next_codes[7:0]), $signed(delayed[6]));
        for (i = 7; i > 0; i = i - 1) delayed[i] = delayed[i-1];
        delayed_valid = {delayed_valid[6:0], sum_valid};
        if (sum_valid) begin
          if (told == count || sum_ends !== ends[told] || sum_last !== (told == count - 1) || sum_group !== 4'd0) $fatal(1, "run %0d: sum %0d", run, told);
          delayed[0] = expected[told];
          told = told + 1;
          credit = credit + 1;
          if (credit > 16) $fatal(1, "run %0d: too many sums", run);
        end
        credit = credit - taken;
        popped = valid & ready;
        clk = 1;
        #5;
        for (k = 0; k < 2; k = k + 1) begin
          if (popped[k]) begin
            at[k] = at[k] + 16;
            valid[k] = 0;
          end
        end
      end
      taken = 0;
      if (told != count || nonzeros !== ones) $fatal(1, "run %0d: %0d of %0d sums, %0d of %0d non-zeros", run, told, count, nonzeros, ones);
    end
  endtask

  task pass_through;
    begin
      add = 0;
      clk = 0;
      start_sums = 1;
      #5 clk = 1;
      #5;
      start_sums = 0;
      for (i = 0; i < 200; i = i + 1) begin
        clk = 0;
        valid = $urandom;
        data[0] = {$urandom, $urandom, $urandom, $urandom};
        data[1] = {$urandom, $urandom, $urandom, $urandom};
        {loader_ready, weights_ready, taken, length_valid, drained} = $urandom;
        {length, counted} = {$urandom, $urandom};
        codes = $urandom;
        #5;
        if (loader_valid !== valid[0] || loader_data !== data[0] || ready[0] !== loader_ready) $fatal(1, "first input");
        if (weights_valid !== valid[1] || weights_data !== data[1] || ready[1] !== weights_ready) $fatal(1, "weights");
        if (total_first_valid !== length_valid || total_first !== length || total_second_valid !== 1'b0) $fatal(1, "length");
        if ({sum_valid, sum_group, sum_ends, sum_last_block, sum_last} !== drained || drain_taken !== taken) $fatal(1, "sums");
        if (next_codes !== codes || nonzeros !== counted) $fatal(1, "codes");
        clk = 1;
        #5;
      end
      add = 1;
      valid = 0;
      {length_valid, drained, taken} = 0;
    end
  endtask

  initial begin
    #5 clk = 1;
    #5;
    rst_n = 1;
    for (run = 0; run < 24; run = run + 1) begin
      positions = 1 + $urandom % 8;
      chunks = $urandom % 3;
      last_channels = $urandom;
      density = run % 9;
      least = run % 4 == 1 ? 8'd0 : 8'h80;
      make_tensors;
      run_addition;
      if (run % 3 == 2) pass_through;
    end
    $display("PASS");
    $finish;
  end
endmodule
