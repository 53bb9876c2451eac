// dysta 0.1.0, accelerator of tiny, digest b629ca68e063f0ff
// SPDX-License-Identifier: 0BSD
//
// Counters of a layer: clocks, products, and clocks of idle elements by reason.
// Clocks count from the first read burst to the last write answer. In each of them every element begins a product or is idle for one reason:
// products and idle clocks add up to the clocks times the elements.
// Latency: a counter is read one clock after its address. It is final COLUMNS + 4 clocks after the last write answer and stays until the next layer begins.

module dysta_array_statistics (
  input  logic clk_i,
  input  logic rst_ni,

  // A layer begins; it runs; a read burst is taken; the last write is answered.
  input  logic start_i,
  input  logic running_i,
  input  logic asked_i,
  input  logic answered_i,

  // Why elements have nothing to do: an addition runs; the feeder is at work, waits for rows of the image; the input, the weights are under way and not there;
  // sums are drained; the writer takes no word.
  input  logic add_i,
  input  logic feeding_i,
  input  logic awaits_i,
  input  logic input_dry_i,
  input  logic weights_dry_i,
  input  logic draining_i,
  input  logic output_full_i,
  output logic counted_o,
  output logic [1:0] starved_o,

  // Counts of all columns: chain.
  output logic [53:0] next_counts_o,
  input  logic [53:0] counts_i,

  // Counter to read: 0 clocks, 1 products, 2 no activation, 3 no weight, 4 conflict, 5 drain, 6 memory.
  input  logic [2:0] address_i,
  output logic [47:0] data_o
);

  localparam integer COUNTERS = 6;

  logic open_q;
  logic [47:0] clocks_q;
  logic [48*COUNTERS-1:0] counters;
  logic [48*COUNTERS+47:0] all;

  assign counted_o = open_q || (running_i && asked_i);

  always_ff @(posedge clk_i) begin
    if (!rst_ni || start_i) open_q <= 1'b0;
    else open_q <= counted_o && running_i && !answered_i;
  end

  // Elements are empty when all is fed; what is left is to drain and to write.
  always_comb begin
    if (add_i) starved_o = (input_dry_i || weights_dry_i || output_full_i) ? 2'd2 : 2'd0;
    else if (feeding_i) starved_o = (input_dry_i && awaits_i) ? 2'd2 : 2'd0;
    else starved_o = (draining_i && !output_full_i) ? 2'd1 : 2'd2;
  end

  always_ff @(posedge clk_i) begin
    if (!rst_ni || start_i) clocks_q <= 48'd0;
    else clocks_q <= clocks_q + {47'd0, counted_o};
  end

  generate
    for (genvar i = 0; i < COUNTERS; i = i + 1) begin : gen_counter
      logic [47:0] counter_q;
      always_ff @(posedge clk_i) begin
        if (!rst_ni || start_i) counter_q <= 48'd0;
        else counter_q <= counter_q + {39'd0, counts_i[9*i +: 9]};
      end
      assign counters[48*i +: 48] = counter_q;
    end
  endgenerate
  assign all = {counters, clocks_q};

  always_ff @(posedge clk_i) data_o <= (address_i == 3'd7) ? 48'd0 : all[address_i * 48 +: 48];

  assign next_counts_o = 54'd0;

endmodule
