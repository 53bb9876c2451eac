// dysta 0.1.0, accelerator of tiny, digest b629ca68e063f0ff
// SPDX-License-Identifier: 0BSD
//
// Multiplies an activation with a run of weights and adds each product to its partial sum, one a clock.
// Or it keeps the greatest value for each sum. Sums lie in two halves: one collects while the other is drained; draining reads a sum and clears it, and
// takes the slot of a product. Latency: 5 clocks from run to sum. Throughput: one product a clock; one that changes the sum of the two before it takes it
// from their registers.

module dysta_array_mac #(
  // Rows of the array, a power of two, 1 to 16.
  parameter integer ROWS = 2,
  // Bits of an entry index, 7 to 12.
  parameter integer ENTRY_W = 9,
  // Bits of the address of a sum within a half, 4 to 12.
  parameter integer SUM_W = 8
) (
  input  logic clk_i,
  input  logic rst_ni,

  // Sums are maxima: the weights are 1, the values above 0.
  input  logic maximum_i,

  // Runs of weights and marks; a mark has `swap` in bit 0 of its value and `finish` in bit 1.
  input  logic run_valid_i,
  output logic run_ready_o,
  input  logic run_mark_i,
  input  logic [9:0] run_value_i,
  input  logic [SUM_W-1:0] run_base_i,
  input  logic [ENTRY_W:0] run_start_i,
  input  logic [6:0] run_count_i,

  // Entry memory, two entries a word: weight above the index of its output channel, each in 18 bits.
  output logic re_o,
  output logic [ENTRY_W-1:0] raddr_o,
  input  logic [35:0] rdata_i,

  // Sum memory, half above address.
  output logic sum_re_o,
  output logic [SUM_W:0] sum_raddr_o,
  input  logic [31:0] sum_rdata_i,
  output logic sum_we_o,
  output logic [SUM_W:0] sum_waddr_o,
  output logic [31:0] sum_wdata_o,

  // A weight bank was filled; some element up to this one has both banks in use.
  input  logic loaded_i,
  input  logic full_i,
  output logic next_full_o,

  // Draining: rows, bit 0 this one and the others passed on; half above address; the sum joins the chain one clock later.
  input  logic drain_valid_i,
  input  logic [ROWS-1:0] drain_rows_i,
  output logic [ROWS-1:0] next_drain_rows_o,
  input  logic [SUM_W:0] drain_address_i,
  input  logic drain_done_i,
  input  logic [31:0] drain_chain_i,
  output logic [31:0] next_drain_chain_o,
  // All elements of the column up to this one have a finished half.
  input  logic finished_i,
  output logic next_finished_o,

  // For the counters: a product begins, one stands in front of the sums, a run or a mark is there; filled banks.
  output logic multiplies_o,
  output logic waits_o,
  output logic runs_o,
  output logic [1:0] filled_o
);

  generate
    if (ROWS < 1 || ROWS > 16) begin : gen_check_rows
      dysta_error_array_mac_rows_must_be_1_to_16 u_error ();
    end
    if (ENTRY_W < 7 || ENTRY_W > 12) begin : gen_check_entry_w
      dysta_error_array_mac_entry_w_must_be_7_to_12 u_error ();
    end
    if (SUM_W < 4 || SUM_W > 12) begin : gen_check_sum_w
      dysta_error_array_mac_sum_w_must_be_4_to_12 u_error ();
    end
  endgenerate

  // Stage 0: the entry of the run that is read.
  logic [6:0] index_q;
  logic [ENTRY_W-1:0] entry;
  logic take_run;
  logic take_mark;
  logic run_ends;
  logic swap;
  logic finish;
  logic half_q;
  logic [1:0] banks_q;
  // The other half waits for its drain to end; marks on their way.
  logic waiting_q;
  logic mark1_q;
  logic mark2_q;
  logic mark3_q;
  logic finished_q;

  // Stage 1: the entry, its sum's address; stages 2 to 4: read of the sum and product, addition, new sum.
  logic valid1_q;
  logic odd1_q;
  logic half1_q;
  logic signed [9:0] value1_q;
  logic [SUM_W-1:0] base1_q;
  logic [13:0] entry1;
  logic [SUM_W+5:0] index1;
  logic [SUM_W:0] address1;
  logic drain;
  logic go2;
  logic leave1;
  logic leave2;
  logic valid2_q;
  logic valid3_q;
  logic valid4_q;
  logic drain3_q;
  logic [SUM_W:0] address2_q;
  logic [SUM_W:0] address3_q;
  logic [SUM_W:0] address4_q;
  logic signed [9:0] value2_q;
  logic signed [7:0] weight2_q;
  logic signed [17:0] product3_q;
  logic signed [31:0] sum4_q;
  // The sum of the product before; the one that was written while this was read.
  logic latest3_q;
  logic written3_q;
  logic signed [31:0] sum3_q;
  logic signed [31:0] sum3;
  logic signed [31:0] kept3;
  logic signed [31:0] taken3;
  logic greater3;

  assign entry = run_start_i[ENTRY_W-1:0] + {{(ENTRY_W - 7){1'b0}}, index_q};
  assign take_run = run_valid_i && !run_mark_i && leave1;
  assign run_ends = index_q + 7'd1 == run_count_i;
  assign take_mark = run_valid_i && run_mark_i && leave1 && !(run_value_i[1] && waiting_q);
  assign swap = take_mark && run_value_i[0];
  assign finish = take_mark && run_value_i[1];
  assign run_ready_o = take_mark || (take_run && run_ends);
  assign re_o = take_run;
  assign raddr_o = {run_start_i[ENTRY_W], entry[ENTRY_W-1:1]};

  always_ff @(posedge clk_i) begin
    if (!rst_ni) index_q <= 7'd0;
    else if (take_run) index_q <= run_ends ? 7'd0 : index_q + 7'd1;
  end

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      half_q <= 1'b0;
      waiting_q <= 1'b0;
      mark1_q <= 1'b0;
      mark2_q <= 1'b0;
      mark3_q <= 1'b0;
      finished_q <= 1'b0;
      banks_q <= 2'd0;
    end else begin
      half_q <= half_q ^ finish;
      waiting_q <= finish || (waiting_q && !drain_done_i);
      if (leave1) mark1_q <= finish;
      if (leave2) mark2_q <= mark1_q;
      mark3_q <= mark2_q && leave2;
      finished_q <= mark3_q || (finished_q && !drain_done_i);
      if (loaded_i && !swap) banks_q <= banks_q + 2'd1;
      else if (swap && !loaded_i) banks_q <= banks_q - 2'd1;
    end
  end

  assign next_full_o = full_i || banks_q == 2'd2;
  assign next_finished_o = finished_i && finished_q;

  assign entry1 = odd1_q ? rdata_i[31:18] : rdata_i[13:0];
  assign index1 = {{SUM_W{1'b0}}, entry1[5:0]};
  assign address1 = {half1_q, base1_q + index1[SUM_W-1:0]};
  assign next_drain_rows_o = drain_rows_i >> 1;
  assign drain = drain_valid_i && drain_rows_i[0];
  assign go2 = valid2_q && !drain;
  assign leave2 = !valid2_q || go2;
  assign leave1 = (!valid1_q && !mark1_q) || leave2;
  assign sum_re_o = go2 || drain;
  assign sum_raddr_o = drain ? drain_address_i : address2_q;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      valid1_q <= 1'b0;
      valid2_q <= 1'b0;
      valid3_q <= 1'b0;
      valid4_q <= 1'b0;
    end else begin
      if (leave1) valid1_q <= take_run;
      if (leave2) valid2_q <= valid1_q;
      valid3_q <= go2 || drain;
      valid4_q <= valid3_q;
    end
  end

  always_ff @(posedge clk_i) begin
    if (leave1) begin
      odd1_q <= entry[0];
      half1_q <= half_q;
      value1_q <= run_value_i;
      base1_q <= run_base_i;
    end
    if (leave2) begin
      address2_q <= address1;
      value2_q <= value1_q;
      weight2_q <= entry1[13:6];
    end
    drain3_q <= drain;
    address3_q <= sum_raddr_o;
    product3_q <= value2_q * weight2_q;
    latest3_q <= valid3_q && address2_q == address3_q;
    written3_q <= valid4_q && address2_q == address4_q;
    sum3_q <= sum4_q;
    address4_q <= address3_q;
    // A sum that is drained is cleared.
    if (drain3_q) sum4_q <= 32'sd0;
    else sum4_q <= kept3 + taken3;
  end

  assign sum3 = latest3_q ? sum4_q : written3_q ? sum3_q : sum_rdata_i;
  // Of a sum and a value for a maximum, ten bits each, the smaller one counts as 0.
  assign greater3 = product3_q[9:0] > sum3[9:0];
  assign kept3 = {sum3[31:10], sum3[9:0] & {10{!(maximum_i && greater3)}}};
  assign taken3 = {{14{product3_q[17]}}, product3_q[17:10], product3_q[9:0] & {10{!maximum_i || greater3}}};
  assign next_drain_chain_o = drain_chain_i | (sum_rdata_i & {32{drain3_q && valid3_q}});
  assign sum_we_o = valid4_q;
  assign sum_waddr_o = address4_q;
  assign sum_wdata_o = sum4_q;

  assign multiplies_o = go2;
  assign waits_o = valid2_q;
  assign runs_o = run_valid_i;
  assign filled_o = banks_q;

  logic unused;
  assign unused = &{1'b0, rdata_i[35:32], rdata_i[17:14], index1[SUM_W+5:SUM_W]};

`ifndef SYNTHESIS
  always @(posedge clk_i) begin
    if (rst_ni && ^{run_valid_i, loaded_i, drain_valid_i, drain_done_i} === 1'bx) $fatal(1, "%m: control input unknown");
    if (rst_ni && take_run && run_count_i == 7'd0) $fatal(1, "%m: empty run");
  end
`endif

endmodule
