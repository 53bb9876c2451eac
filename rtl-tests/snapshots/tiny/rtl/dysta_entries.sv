// dysta 0.1.0, config tiny, digest b93da4205507f7e3
// SPDX-License-Identifier: 0BSD

// Keeps the live entries, dense from position 0.
// Latency: 1 clock from read position to fields; a read of a position that is written in the same
// clock returns the old fields.
// Throughput: one read and one write a clock in each group.
module dysta_entries (
  input  logic        clk_i,
  input  logic        rst_ni,

  // The request that is appended in this clock.
  input  logic        admit_valid_i,
  input  logic [15:0] admit_id_i,
  input  logic [1:0]  admit_profile_i,
  input  logic [47:0] admit_deadline_i,
  input  logic [7:0]  admit_priority_i,
  input  logic [31:0] admit_number_i,
  input  logic [2:0]  append_position_i,

  // Its profile row.
  input  logic [4:0]  row_last_layer_i,
  input  logic [23:0] row_inv_isolated_i,
  input  logic [31:0] row_initial_0_i,

  // The entry that just ran or that moves into the place of a completed one.
  input  logic        deciding_i,
  input  logic        release_i,
  input  logic        write_progress_i,
  input  logic        move_i,
  input  logic [2:0]  special_position_i,
  input  logic [47:0] latest_i,

  // Results of the update unit for that entry.
  input  logic        values_valid_i,
  input  logic [31:0] values_value_0_i,
  input  logic        sum_valid_i,
  input  logic [25:0] sum_gamma_sum_i,

  // Read positions: of all groups, of the update unit.
  input  logic [2:0]  read_position_i,

  // Fields of the entry at the read position, one clock later.
  output logic [15:0] id_o,
  output logic [1:0]  profile_o,
  output logic [47:0] deadline_o,
  output logic [4:0]  layer_o,
  output logic        last_o,
  output logic [25:0] gamma_sum_o,

  // The candidate of one bank in the row of the read position, one clock later; its number when
  // the lane has its score.
  output logic [31:0] bank0_number_o,
  output logic [31:0] bank0_value_0_o,
  output logic [47:0] bank0_deadline_o,
  output logic [41:0] bank0_last_run_o,
  output logic [23:0] bank0_inv_isolated_o
);

  logic [2:0] append_row;
  logic [2:0] read_row;
  logic [2:0] special_row;
  dysta_row_map #(
    .ROW_W (3)
  ) u_row_map (
    .clk_i              (clk_i),
    .rst_ni             (rst_ni),
    .append_i           (admit_valid_i),
    .append_position_i  (append_position_i),
    .append_row_o       (append_row),
    .release_i          (release_i),
    .move_i             (move_i),
    .special_position_i (special_position_i),
    .read_position_i    (read_position_i),
    .read_row_o         (read_row),
    .hold_i             (deciding_i),
    .special_row_o      (special_row)
  );

  logic        request_write;
  logic [2:0]  request_address;
  logic [94:0] request_data;
  logic [94:0] request_word;
  assign request_write = admit_valid_i;
  assign request_address = append_row;
  assign request_data = {
    row_inv_isolated_i,
    row_last_layer_i,
    admit_deadline_i,
    admit_profile_i,
    admit_id_i
  };
  dysta_ram_lut #(
    .WIDTH  (95),
    .DEPTH  (8),
    .ADDR_W (3)
  ) u_request (
    .clk_i   (clk_i),
    .we_i    (request_write),
    .waddr_i (request_address),
    .wdata_i (request_data),
    .re_i    (1'b1),
    .raddr_i (read_row),
    .rdata_o (request_word)
  );

  logic [2:0] number_row;
  dysta_delay #(
    .WIDTH (3),
    .DEPTH (7)
  ) u_number_row (
    .clk_i  (clk_i),
    .data_i (read_row),
    .data_o (number_row)
  );

  logic        number_write;
  logic [2:0]  number_address;
  logic [31:0] number_data;
  logic [31:0] number_word;
  assign number_write = admit_valid_i;
  assign number_address = append_row;
  assign number_data = {admit_number_i};
  dysta_ram_lut #(
    .WIDTH  (32),
    .DEPTH  (8),
    .ADDR_W (3)
  ) u_number (
    .clk_i   (clk_i),
    .we_i    (number_write),
    .waddr_i (number_address),
    .wdata_i (number_data),
    .re_i    (1'b1),
    .raddr_i (number_row),
    .rdata_o (number_word)
  );

  logic [4:0] next_layer;

  logic        progress_write;
  logic [2:0]  progress_address;
  logic [47:0] progress_data;
  logic [47:0] progress_word;
  assign progress_write = admit_valid_i | write_progress_i;
  assign progress_address = write_progress_i ? special_row : append_row;
  assign progress_data = {
    latest_i[47:6],
    write_progress_i ? next_layer == request_word[70:66] : row_last_layer_i == 5'd0,
    write_progress_i ? next_layer : 5'd0
  };
  dysta_ram_lut #(
    .WIDTH  (48),
    .DEPTH  (8),
    .ADDR_W (3)
  ) u_progress (
    .clk_i   (clk_i),
    .we_i    (progress_write),
    .waddr_i (progress_address),
    .wdata_i (progress_data),
    .re_i    (1'b1),
    .raddr_i (read_row),
    .rdata_o (progress_word)
  );
  assign next_layer = progress_word[4:0] + 5'd1;

  logic        values_write;
  logic [2:0]  values_address;
  logic [31:0] values_data;
  logic [31:0] values_word;
  assign values_write = admit_valid_i | values_valid_i;
  assign values_address = values_valid_i ? special_row : append_row;
  assign values_data = values_valid_i ? {values_value_0_i} : {row_initial_0_i};
  dysta_ram_lut #(
    .WIDTH  (32),
    .DEPTH  (8),
    .ADDR_W (3)
  ) u_values (
    .clk_i   (clk_i),
    .we_i    (values_write),
    .waddr_i (values_address),
    .wdata_i (values_data),
    .re_i    (1'b1),
    .raddr_i (read_row),
    .rdata_o (values_word)
  );

  logic        sum_write;
  logic [2:0]  sum_address;
  logic [25:0] sum_data;
  logic [25:0] sum_word;
  assign sum_write = sum_valid_i;
  assign sum_address = special_row;
  assign sum_data = {sum_gamma_sum_i};
  dysta_ram_lut #(
    .WIDTH  (26),
    .DEPTH  (8),
    .ADDR_W (3)
  ) u_sum (
    .clk_i   (clk_i),
    .we_i    (sum_write),
    .waddr_i (sum_address),
    .wdata_i (sum_data),
    .re_i    (1'b1),
    .raddr_i (special_row),
    .rdata_o (sum_word)
  );

  assign id_o = request_word[15:0];
  assign profile_o = request_word[17:16];
  assign deadline_o = request_word[65:18];
  assign layer_o = progress_word[4:0];
  assign last_o = progress_word[5];
  assign gamma_sum_o = sum_word;
  assign bank0_number_o = number_word;
  assign bank0_value_0_o = values_word;
  assign bank0_deadline_o = request_word[65:18];
  assign bank0_last_run_o = progress_word[47:6];
  assign bank0_inv_isolated_o = request_word[94:71];

  logic unused_inputs;
  assign unused_inputs = ^{latest_i[5:0], admit_priority_i};
endmodule
