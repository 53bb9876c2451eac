// dysta 0.1.0, config tiny, digest b93da4205507f7e3
// SPDX-License-Identifier: 0BSD
//
// Counts the events of the scheduler. Each event has a short counter of its own; one adder visits them in turn and moves
// their counts into one small memory, the low half of a count and then the high half, which takes a third of the look-up tables
// of six full counters. The memory has one port: a count is read when the adder visits it.
// Latency: 13 clocks from address to data, as long as the address is held; an event of clock c is in every count addressed in
// c+13 or later, and counts can be addressed from the 13th clock after reset on. Throughput: events as the ports say.

module dysta_statistics #(
  // Bits of a count, an even number from 8 to 64; counts wrap.
  parameter integer WIDTH = 32
) (
  input  logic clk_i,
  input  logic rst_ni,

  // Events, one each clock in which the signal is high; counts 0 to 5 in this order. In any 12 clocks there are at most
  // 3 decisions, 6 misses and rejects, 2 preemptions and saturations; clocks may be exposed without limit.
  input  logic decision_i,
  input  logic preemption_i,
  input  logic miss_i,
  input  logic reject_i,
  input  logic saturation_i,
  input  logic exposed_i,

  // Read port, the address held for 13 clocks; counts that do not exist read as 0.
  input  logic [2:0] address_i,
  output logic [WIDTH-1:0] data_o
);

  generate
    if (WIDTH < 8 || WIDTH > 64 || WIDTH % 2 != 0) begin : gen_check_width
      dysta_error_statistics_width_must_be_even_and_8_to_64 u_error ();
    end
  endgenerate

  localparam integer EVENTS = 6;
  localparam integer HALF = WIDTH / 2;
  localparam logic [2:0] LAST = 3'd5;

  // Each turn visits half a count: the event, then 0 for the low half.
  (* ram_style = "distributed" *)
  logic [HALF-1:0] count_q [0:15];
  logic [EVENTS-1:0] events;
  logic [4*EVENTS-1:0] selected;
  logic [3:0] visited;
  logic [3:0] turn_q;
  logic cleared_q;
  logic carry_q;
  logic [HALF-1:0] former;
  logic [HALF-1:0] low_q;
  logic [HALF:0] next;
  logic shown;

  assign events = {exposed_i, saturation_i, reject_i, miss_i, preemption_i, decision_i};

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      turn_q <= 4'd0;
      cleared_q <= 1'b0;
    end else begin
      turn_q <= (turn_q == {LAST, 1'b1}) ? 4'd0 : turn_q + 4'd1;
      cleared_q <= cleared_q || turn_q == {LAST, 1'b1};
    end
  end

  // Between two visits lie 12 clocks; the short counters are as wide as the events of that time need.
  generate
    for (genvar i = 0; i < EVENTS; i = i + 1) begin : gen_event
      localparam integer BITS = (i == 5) ? 4 : (i == 2 || i == 3) ? 3 : 2;
      localparam integer BEFORE_INTEGER = (i == 0) ? 2 * EVENTS - 1 : 2 * i - 1;
      localparam logic [3:0] BEFORE = BEFORE_INTEGER[3:0];
      logic visit_q;
      logic [BITS-1:0] pending_q;
      logic [BITS-1:0] sum;
      assign sum = (visit_q ? {BITS{1'b0}} : pending_q) + {{(BITS - 1){1'b0}}, events[i]};
      always_ff @(posedge clk_i) begin
        if (!rst_ni) begin
          pending_q <= {BITS{1'b0}};
          visit_q <= 1'b0;
        end else begin
          pending_q <= sum;
          visit_q <= turn_q == BEFORE;
        end
      end
      assign selected[4*i +: 4] = visit_q ? {{(4 - BITS){1'b0}}, pending_q} : 4'd0;
`ifndef SYNTHESIS
      always @(posedge clk_i) begin
        if (rst_ni && sum == {BITS{1'b0}} && events[i]) $fatal(1, "%m: events come too fast");
      end
`endif
    end
  endgenerate

  // Nothing is selected when a high half is visited; it takes the carry.
  assign visited = selected[3:0] | selected[7:4] | selected[11:8] | selected[15:12] | selected[19:16] | selected[23:20]
      | {3'd0, turn_q[0] && carry_q};

  // As a reduction: Yosys turns a comparison into an inverter for each bit of the register it enables.
  assign shown = &({address_i, 1'b1} ~^ turn_q);

  assign former = count_q[turn_q];
  assign next = {{(HALF - 3){1'b0}}, visited} + {1'b0, former & {HALF{cleared_q}}};

  // The memory has no reset: the first visit after reset overwrites.
  always_ff @(posedge clk_i) begin
    count_q[turn_q] <= next[HALF-1:0];
    carry_q <= next[HALF];
    low_q <= former;
    if (address_i > LAST) data_o <= {WIDTH{1'b0}};
    else if (shown) data_o <= {former, low_q};
  end

`ifndef SYNTHESIS
  always @(posedge clk_i) begin
    if (rst_ni && ^events === 1'bx) $fatal(1, "%m: event unknown");
  end
`endif

endmodule
