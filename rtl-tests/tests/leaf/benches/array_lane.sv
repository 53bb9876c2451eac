// leaves: dysta_array_lane
// case: ROWS=4 ROW=0
// case: ROWS=4 ROW=3
// Codes of random and of extreme sums, multipliers and shifts against the two roundings of TensorFlow Lite Micro in wide numbers; the codes of the
// other rows pass; some sums are added to the one before.
module bench;
  parameter integer ROWS = 4;
  parameter integer ROW = 0;
  localparam integer LATENCY = 7;

  logic clk = 0;
  logic rst_n = 0;
  logic [7:0] zero = 8'd0;
  logic [7:0] least = 8'h80;
  logic [7:0] greatest = 8'h7f;
  logic we = 0;
  logic [6:0] waddr = 0;
  logic [71:0] wdata = 0;
  logic [6:0] raddr = 0;
  logic [31:0] next_chain;
  logic [31:0] chain = 0;
  logic [8*ROWS-1:0] codes = 0;
  logic [8*ROWS-1:0] next_codes;

  logic [71:0] parameters [0:127];
  logic [7:0] wanted [0:15];
  integer i;
  integer k;
  logic [6:0] read;
  logic adds = 0;
  logic added = 0;
  logic [31:0] total;

  dysta_array_lane #(.ROWS(ROWS), .ROW(ROW)) u_dut (
    .clk_i(clk), .rst_ni(rst_n), .zero_point_i(zero), .least_i(least), .greatest_i(greatest),
    .parameter_we_i(we), .parameter_waddr_i(waddr), .parameter_wdata_i(wdata), .parameter_raddr_i(raddr),
    .sum_adds_i(adds), .next_drain_chain_o(next_chain), .drain_chain_i(chain), .codes_i(codes), .next_codes_o(next_codes));

  // Doubling high product of the sum, shifted left first, then a division by a power of two; halves go up, then away from zero.
  function [7:0] requantised(input signed [31:0] sum, input [71:0] parameter_word);
    logic signed [79:0] wide;
    logic signed [31:0] biased;
    logic signed [31:0] high;
    logic signed [79:0] half;
    logic signed [79:0] code;
    begin
      biased = sum + $signed(parameter_word[31:0]);
      wide = biased;
      wide = (wide <<< parameter_word[70:69]) * $signed({1'b0, parameter_word[62:32]});
      wide = (wide + 80'sd1073741824) >>> 31;
      high = wide[31:0];
      half = (80'sd1 <<< parameter_word[68:64]) / 2;
      code = high;
      code = (code < 0) ? -((half - code) >>> parameter_word[68:64]) : (code + half) >>> parameter_word[68:64];
      code = code + $signed(zero);
      requantised = (code < $signed(least)) ? least : (code > $signed(greatest)) ? greatest : code[7:0];
    end
  endfunction

  function [31:0] any_sum(input integer kind);
    case (kind % 4)
      0: any_sum = $urandom;
      1: any_sum = $signed($urandom) >>> 12;
      2: any_sum = $signed($urandom) >>> 24;
      default: any_sum = ($urandom % 5) - 2;
    endcase
  endfunction

  initial begin
    #5 clk = 1;
    #5;
    rst_n = 1;
    for (k = 0; k < 40; k = k + 1) begin
      zero = $urandom;
      least = k % 3 == 0 ? zero : 8'h80;
      greatest = k % 5 == 0 ? 8'd100 : 8'h7f;
      if ($signed(greatest) < $signed(least)) greatest = 8'h7f;
      for (i = 0; i < 128; i = i + 1) begin
        clk = 0;
        we = 1;
        waddr = i;
        wdata = {1'b0, 2'd0, 5'd0, 1'b0, 31'd0, any_sum(i + 1)};
        wdata[62:32] = i % 16 == 0 ? 31'h7fffffff : i % 16 == 1 ? 31'h40000000 : $urandom;
        if (i % 3 == 0) wdata[68:64] = $urandom % 32;
        // A shift to the left belongs to small sums.
        else if (i % 3 == 1) wdata[31:0] = $signed(wdata[31:0]) >>> 4;
        if (i % 3 == 1) wdata[70:69] = $urandom % 4;
        parameters[i] = wdata;
        #5 clk = 1;
        #5;
      end
      we = 0;
      for (i = 0; i < 400; i = i + 1) begin
        clk = 0;
        // The sum of the read in the clock before.
        chain = any_sum(i);
        if (parameters[read][70:69] != 0) chain = $signed(chain) >>> 5;
        total = added ? total + chain : chain;
        if (i > 0) wanted[(i - 1) % 16] = requantised(total, parameters[read]);
        adds = i > 0 && $urandom % 4 == 0;
        if (!adds) raddr = $urandom;
        codes = {$urandom, $urandom, $urandom, $urandom};
        #5;
        if (next_chain !== 32'd0) $fatal(1, "the chain begins with %h", next_chain);
        if (i > LATENCY && next_codes[8*ROW +: 8] !== wanted[(i - LATENCY) % 16]) begin
          $fatal(1, "set %0d, sum %0d: code %0d instead of %0d", k, i, $signed(next_codes[8*ROW +: 8]), $signed(wanted[(i - LATENCY) % 16]));
        end
        codes[8*ROW +: 8] = next_codes[8*ROW +: 8];
        if (next_codes !== codes) $fatal(1, "codes of other rows");
        read = raddr;
        added = adds;
        clk = 1;
        #5;
      end
    end
    $display("PASS");
    $finish;
  end
endmodule
