// leaves: dysta_statistics
// case: WIDTH=32
// case: WIDTH=8
// Random events counted one by one; every count is exact 13 clocks after the last event, and shows 13 clocks after its address.
module bench;
  parameter integer WIDTH = 32;

  logic clk = 0;
  logic rst_n = 0;
  logic [5:0] events = 0;
  logic [2:0] address = 0;
  logic [WIDTH-1:0] data;
  logic [WIDTH-1:0] model [0:7];
  integer i;
  integer k;
  integer phase = 0;

  dysta_statistics #(.WIDTH(WIDTH)) u_dut (
    .clk_i(clk), .rst_ni(rst_n), .decision_i(events[0]), .preemption_i(events[1]), .miss_i(events[2]),
    .reject_i(events[3]), .saturation_i(events[4]), .exposed_i(events[5]), .address_i(address), .data_o(data));

  task tick;
    begin
      #5 clk = 1;
      #5 clk = 0;
    end
  endtask

  initial begin
    repeat (3) tick;
    rst_n = 1;
    for (k = 0; k < 8; k = k + 1) model[k] = 0;
    for (i = 0; i < 50; i = i + 1) begin
      repeat ($urandom % 60) begin
        events = $urandom;
        if (i % 3 == 0) events = 6'h3f;
        // As many in 12 clocks as the ports allow, at every phase against the turns of the adder.
        phase = phase + 1;
        if (phase % 12 > 2) events = events & 6'b111110;
        if (phase % 12 > 5) events = events & 6'b110011;
        if (phase % 12 < 10) events = events & 6'b101101;
        for (k = 0; k < 6; k = k + 1) model[k] = model[k] + events[k];
        tick;
      end
      phase = i;
      events = 0;
      repeat (12) tick;
      for (k = 0; k < 8; k = k + 1) begin
        address = k;
        repeat (13) tick;
        if (data !== model[k]) $fatal(1, "round %0d: count %0d is %0d, expected %0d", i, k, data, model[k]);
      end
    end
    $display("PASS");
    $finish;
  end
endmodule
