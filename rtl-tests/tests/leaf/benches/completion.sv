// leaves: dysta_completion
// case: ID_W=8
// Records and rejects against a list per kind: none lost, none doubled, finishes first, times, statuses and pulses exact.
module bench;
  parameter integer ID_W = 8;

  logic clk = 0;
  logic rst_n = 0;
  logic layer_end = 0;
  logic finish_valid = 0;
  logic failed;
  logic [47:0] latest;
  logic [ID_W-1:0] id;
  logic [47:0] deadline;
  logic reject_valid = 0;
  logic reject_ready;
  logic [ID_W-1:0] reject_id;
  logic [2:0] reject_status;
  logic record_ready;
  logic complete_valid;
  logic complete_ready = 0;
  logic [ID_W-1:0] complete_id;
  logic [47:0] complete_finish;
  logic [2:0] complete_status;
  logic miss;
  logic reject;
  logic busy;

  logic full = 0;
  logic [ID_W+50:0] record;
  logic taken = 0;
  integer i;
  integer seen [0:7];

  dysta_completion #(.ID_W(ID_W)) u_dut (
    .clk_i(clk), .rst_ni(rst_n), .layer_end_i(layer_end), .finish_valid_i(finish_valid), .finish_failed_i(failed), 
    .running_id_i(id), .running_deadline_i(deadline), .latest_i(latest), .reject_valid_i(reject_valid), .reject_ready_o(reject_ready),
    .reject_id_i(reject_id), .reject_status_i(reject_status),
    .record_ready_o(record_ready), .complete_valid_o(complete_valid), .complete_ready_i(complete_ready),
    .complete_id_o(complete_id), .complete_finish_o(complete_finish), .complete_status_o(complete_status),
    .miss_o(miss), .reject_o(reject), .busy_o(busy));

  task check;
    begin
      if (record_ready !== !full || busy !== full) $fatal(1, "step %0d: ready %b, busy %b", i, record_ready, busy);
      if (complete_valid !== full) $fatal(1, "step %0d: valid %b", i, complete_valid);
      if (reject_ready !== (!full && !finish_valid && !layer_end)) $fatal(1, "step %0d: reject ready %b", i, reject_ready);
      if (reject !== (reject_valid && reject_ready)) $fatal(1, "step %0d: reject pulse %b", i, reject);
      if (full && {complete_id, complete_finish, complete_status} !== record) $fatal(1, "step %0d: record", i);
      if (miss !== (full && complete_ready && record[2:0] == 3'd1)) $fatal(1, "step %0d: miss pulse %b", i, miss);
    end
  endtask

  initial begin
    for (i = 0; i < 8; i = i + 1) seen[i] = 0;
    #5 clk = 1;
    #5;
    for (i = 0; i < 5000; i = i + 1) begin
      clk = 0;
      rst_n = 1;
      // A layer ends only while the register is free, and its request leaves at once or goes on.
      finish_valid = layer_end && $urandom % 2 == 0;
      layer_end = !full && !finish_valid && $urandom % 2 == 0;
      failed = $urandom % 4 == 0;
      latest = {$urandom, $urandom};
      deadline = $urandom % 3 == 0 ? latest : latest + $urandom % 3 - 1;
      if ($urandom % 4 == 0) deadline = {$urandom, $urandom};
      id = $urandom;
      if (!reject_valid || taken) begin
        reject_valid = $urandom % 3 == 0;
        reject_id = $urandom;
        reject_status = 3'd2 + $urandom % 2;
      end
      complete_ready = $urandom % 3 != 0;
      #5 check;
      taken = reject_valid && reject_ready;
      if (complete_valid && complete_ready) begin
        seen[complete_status] = seen[complete_status] + 1;
        full = 0;
      end
      if (finish_valid) begin
        full = 1;
        record = {id, latest, failed ? 3'd4 : (latest <= deadline) ? 3'd0 : 3'd1};
      end else if (taken) begin
        full = 1;
        record = {reject_id, latest, reject_status};
      end
      clk = 1;
      #5;
    end
    for (i = 0; i < 5; i = i + 1) if (seen[i] < 50) $fatal(1, "status %0d seen %0d times", i, seen[i]);
    $display("PASS");
    $finish;
  end
endmodule
