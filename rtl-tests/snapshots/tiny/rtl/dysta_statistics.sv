// dysta 0.1.0, config tiny, digest b93da4205507f7e3
// SPDX-License-Identifier: 0BSD
//
// Counts the events of the scheduler. Each event has a short counter of its own; one adder visits them in turn and moves
// their counts into one small memory, which takes half the look-up tables of six full counters.
// The memory has one port: a count is read when the adder visits it.
// Latency: 7 clocks from address to data, as long as the address is held; an event of clock c is in every count addressed in
// c+7 or later, and counts can be addressed from the seventh clock after reset on. Throughput: events as the ports say.

module dysta_statistics #(
  // Bits of a count, 4 to 64; counts wrap.
  parameter integer WIDTH = 32
) (
  input  logic clk_i,
  input  logic rst_ni,

  // Events, one each clock in which the signal is high; counts 0 to 5 in this order. In any 6 clocks there are at most
  // 3 decisions, misses and rejects, 1 preemption and saturation; clocks may be exposed without limit.
  input  logic decision_i,
  input  logic preemption_i,
  input  logic miss_i,
  input  logic reject_i,
  input  logic saturation_i,
  input  logic exposed_i,

  // Read port, the address held for 7 clocks; counts that do not exist read as 0.
  input  logic [2:0] address_i,
  output logic [WIDTH-1:0] data_o
);

  generate
    if (WIDTH < 4 || WIDTH > 64) begin : gen_check_width
      dysta_error_statistics_width_must_be_4_to_64 u_error ();
    end
  endgenerate

  localparam integer EVENTS = 6;
  localparam logic [2:0] LAST = 3'd5;

  (* ram_style = "distributed" *)
  logic [WIDTH-1:0] count_q [0:7];
  logic [EVENTS-1:0] events;
  logic [3*EVENTS-1:0] selected;
  logic [2:0] visited;
  logic [2:0] turn_q;
  logic cleared_q;
  logic [WIDTH-1:0] former;

  assign events = {exposed_i, saturation_i, reject_i, miss_i, preemption_i, decision_i};

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      turn_q <= 3'd0;
      cleared_q <= 1'b0;
    end else begin
      turn_q <= (turn_q == LAST) ? 3'd0 : turn_q + 3'd1;
      cleared_q <= cleared_q || turn_q == LAST;
    end
  end

  // Between two visits lie 6 clocks; the short counters are as wide as the events of that time need.
  generate
    for (genvar i = 0; i < EVENTS; i = i + 1) begin : gen_event
      localparam integer BITS = (i == 5) ? 3 : (i == 1 || i == 4) ? 1 : 2;
      localparam integer TURN_INTEGER = i;
      localparam logic [2:0] TURN = TURN_INTEGER[2:0];
      logic [BITS-1:0] pending_q;
      logic [BITS-1:0] sum;
      assign sum = ((turn_q == TURN) ? {BITS{1'b0}} : pending_q) + {{(BITS - 1){1'b0}}, events[i]};
      always_ff @(posedge clk_i) begin
        if (!rst_ni) pending_q <= {BITS{1'b0}};
        else pending_q <= sum;
      end
      assign selected[3*i +: 3] = (turn_q == TURN) ? {{(3 - BITS){1'b0}}, pending_q} : 3'd0;
`ifndef SYNTHESIS
      always @(posedge clk_i) begin
        if (rst_ni && sum == {BITS{1'b0}} && events[i]) $fatal(1, "%m: events come too fast");
      end
`endif
    end
  endgenerate

  assign visited = selected[2:0] | selected[5:3] | selected[8:6] | selected[11:9] | selected[14:12] | selected[17:15];

  assign former = count_q[turn_q];

  // The memory has no reset: the first visit after reset overwrites.
  always_ff @(posedge clk_i) begin
    count_q[turn_q] <= {{(WIDTH - 3){1'b0}}, visited} + (former & {WIDTH{cleared_q}});
    if (address_i > LAST) data_o <= {WIDTH{1'b0}};
    else if (address_i == turn_q) data_o <= former;
  end

`ifndef SYNTHESIS
  always @(posedge clk_i) begin
    if (rst_ni && ^events === 1'bx) $fatal(1, "%m: event unknown");
  end
`endif

endmodule
