// leaves: dysta_array_read
// case: MEMORY_BYTES=16
// case: MEMORY_BYTES=64
// An offered burst stays until it is taken, user 1 goes first, data go to the user whose identifier they bear, errors are told.
module bench;
  parameter integer MEMORY_BYTES = 16;

  logic clk = 0;
  logic rst_n = 0;
  logic [1:0] valid = 0;
  logic [1:0] ready;
  logic [31:0] address [0:1];
  logic [7:0] length [0:1];
  logic [1:0] data_valid;
  logic [8*MEMORY_BYTES-1:0] data;
  logic error;
  logic asked;
  logic ar_valid;
  logic ar_ready = 0;
  logic ar_id;
  logic [31:0] ar_addr;
  logic [7:0] ar_len;
  logic r_valid = 0;
  logic r_ready;
  logic r_id = 0;
  logic [8*MEMORY_BYTES-1:0] r_data = 0;
  logic [1:0] r_resp = 0;
  logic held = 0;
  logic held_id;
  logic [1:0] taken;
  integer i;
  integer k;

  dysta_array_read #(.MEMORY_BYTES(MEMORY_BYTES)) u_dut (
    .clk_i(clk), .rst_ni(rst_n),
    .burst0_valid_i(valid[0]), .burst0_ready_o(ready[0]), .burst0_address_i(address[0]), .burst0_length_i(length[0]), .data0_valid_o(data_valid[0]),
    .burst1_valid_i(valid[1]), .burst1_ready_o(ready[1]), .burst1_address_i(address[1]), .burst1_length_i(length[1]), .data1_valid_o(data_valid[1]),
    .data_o(data), .error_o(error), .asked_o(asked),
    .m_axi_ar_valid_o(ar_valid), .m_axi_ar_ready_i(ar_ready), .m_axi_ar_id_o(ar_id), .m_axi_ar_addr_o(ar_addr), .m_axi_ar_len_o(ar_len),
    .m_axi_r_valid_i(r_valid), .m_axi_r_ready_o(r_ready), .m_axi_r_id_i(r_id), .m_axi_r_data_i(r_data), .m_axi_r_resp_i(r_resp));

  initial begin
    #5 clk = 1;
    #5;
    for (i = 0; i < 5000; i = i + 1) begin
      clk = 0;
      rst_n = 1;
      for (k = 0; k < 2; k = k + 1) begin
        if (!valid[k] && $urandom % 3 == 0) begin
          valid[k] = 1;
          address[k] = $urandom;
          length[k] = $urandom;
        end
      end
      ar_ready = $urandom % 3 != 0;
      {r_valid, r_id, r_resp} = $urandom;
      r_data = {$urandom, $urandom, $urandom, $urandom};
      #5;
      if (ar_valid !== (valid != 0) || r_ready !== 1'b1) $fatal(1, "step %0d: valid", i);
      if (ar_valid) begin
        if (!valid[ar_id] || ar_addr !== address[ar_id] || ar_len !== length[ar_id]) $fatal(1, "step %0d: burst", i);
        if (!held && ar_id !== valid[1]) $fatal(1, "step %0d: user 1 waits", i);
        if (held && ar_id !== held_id) $fatal(1, "step %0d: the offered burst changes", i);
        if (ready !== (ar_ready ? 2'd1 << ar_id : 2'd0)) $fatal(1, "step %0d: ready %b", i, ready);
      end
      if (asked !== (ar_valid && ar_ready)) $fatal(1, "step %0d: asked", i);
      if (data_valid !== (r_valid ? 2'd1 << r_id : 2'd0) || data !== r_data) $fatal(1, "step %0d: data", i);
      if (error !== (r_valid && r_resp[1])) $fatal(1, "step %0d: error", i);
      held = ar_valid && !ar_ready;
      held_id = ar_id;
      taken = ar_valid && ar_ready ? 2'd1 << ar_id : 2'd0;
      clk = 1;
      #5;
      valid = valid & ~taken;
    end
    $display("PASS");
    $finish;
  end
endmodule
