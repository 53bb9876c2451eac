// leaves: dysta_row_map
// case: ROW_W=1
// case: ROW_W=3
// case: ROW_W=6
// Entries keep their place in a list of positions while the rows of a model memory do not move: appends, completions with an
// append in the same clock, reads between them, and a reset in the middle.
module bench;
  parameter integer ROW_W = 3;
  localparam integer ROWS = 1 << ROW_W;

  logic clk = 0;
  logic rst_n = 0;
  logic append = 0;
  logic leaves = 0;
  logic move = 0;
  logic hold = 0;
  logic [ROW_W-1:0] append_position = 0;
  logic [ROW_W-1:0] append_row;
  logic [ROW_W-1:0] special_position = 0;
  logic [ROW_W-1:0] read_position = 0;
  logic [ROW_W-1:0] read_row;
  logic [ROW_W-1:0] special_row;
  integer memory [0:ROWS-1];
  integer list [0:ROWS];
  integer live = 0;
  integer number = 0;
  integer completions = 0;
  integer full = 0;
  integer h;
  integer i;

  dysta_row_map #(.ROW_W(ROW_W)) u_dut (
    .clk_i(clk), .rst_ni(rst_n), .append_i(append), .append_position_i(append_position), .append_row_o(append_row),
    .release_i(leaves), .move_i(move), .special_position_i(special_position), .read_position_i(read_position),
    .read_row_o(read_row), .hold_i(hold), .special_row_o(special_row));

  // Half a clock: the outputs are stable; then the edge.
  task settle; begin clk = 0; #5; end endtask
  task step; begin clk = 1; #5; append = 0; leaves = 0; move = 0; end endtask

  // Drives an append before the outputs settle.
  task want(input integer some); begin
    append = some != 0 && live < ROWS;
    append_position = live;
  end endtask

  // Stores the appended entry at the row of the map.
  task store; begin
    if (append) begin
      memory[append_row] = number;
      list[live] = number;
      live = live + 1;
      number = number + 1;
    end
  end endtask

  task check; begin
    if (read_position < live && memory[read_row] !== list[read_position]) begin
      $fatal(1, "position %0d is in row %0d with %0d, expected %0d", read_position, read_row, memory[read_row], list[read_position]);
    end
  end endtask

  // The entry at position h leaves: it is read, then released with the last position read, then the hole is filled.
  task complete(input integer with_append); begin
    special_position = h;
    read_position = h;
    hold = 0;
    repeat (2) begin settle; check; step; end
    hold = 1;
    settle;
    if (memory[special_row] !== list[h]) $fatal(1, "special row %0d is not that of position %0d", special_row, h);
    live = live - 1;
    leaves = 1;
    read_position = live;
    list[h] = list[live];
    want(with_append);
    #1;
    if (memory[read_row] !== list[h]) $fatal(1, "the last position has row %0d", read_row);
    store;
    step;
    move = h != live - with_append;
    // With an append in the same clock the last position is taken again; it still moves unless h was the last.
    settle;
    step;
    completions = completions + 1;
  end endtask

  initial begin
    repeat (2) begin settle; step; end
    for (i = 0; i < 6000; i = i + 1) begin
      rst_n = i != 3000;
      if (!rst_n) begin
        settle;
        step;
        live = 0;
      end else if (live > 0 && $urandom % 3 == 0) begin
        h = $urandom % live;
        complete($urandom % 2);
      end else begin
        read_position = $urandom;
        want(i % 1000 < 500 ? 1 : $urandom % 2);
        settle;
        check;
        store;
        step;
        full = full + (live == ROWS ? 1 : 0);
      end
    end
    if (completions < 500 || full < 20) $fatal(1, "only %0d completions, %0d times full", completions, full);
    $display("PASS");
    $finish;
  end
endmodule
