// dysta 0.1.0, config tiny, digest b93da4205507f7e3
// SPDX-License-Identifier: 0BSD

// Keeps what software knows of each profile and layer.
// Latency: 1 clock from look-up to row. Throughput: a write in two clocks.
// Rows of a profile are written only while no live request uses it; other writes are refused.
module dysta_tables (
  input  logic        clk_i,
  input  logic        rst_ni,

  // Write port: the table in the top two address bits, then the row.
  input  logic        table_valid_i,
  output logic        table_ready_o,
  input  logic [8:0]  table_addr_i,
  input  logic [63:0] table_data_i,

  // The latest write was refused: a live request uses its profile.
  output logic        refused_o,

  // The request of the latest look-up is admitted; a live request leaves.
  input  logic        admit_valid_i,
  input  logic        finish_valid_i,
  input  logic        finish_failed_i,
  input  logic [1:0]  finish_profile_i,

  // Look-up of a profile row, of a request that is offered.
  input  logic        lookup_valid_i,
  input  logic        lookup_offered_i,
  input  logic [1:0]  lookup_profile_i,

  // The row, one clock later, until the next look-up.
  output logic        known_o,

  output logic [4:0]  row_last_layer_o,
  output logic [23:0] row_inv_isolated_o,
  output logic [31:0] row_initial_0_o,

  // Read of a layer row.
  input  logic        read_valid_i,
  input  logic [1:0]  read_profile_i,
  input  logic [4:0]  read_layer_i,

  // The row, one clock later, until the next read.
  output logic [21:0] layer_inv_density_o,
  output logic [31:0] layer_lat_remaining_o,

  // Runtime registers.
  output logic [23:0] static_0_o
);
  logic [3:0] known_q;
  logic       table_write;
  logic       table_known;
  logic [1:0] table_profile;
  assign table_profile = (table_addr_i[8:7] == 2'd1) ? table_addr_i[6:5] : table_addr_i[1:0];
  assign table_known = known_q[table_profile];
  logic unused_finish;
  assign unused_finish = ^finish_failed_i;
  dysta_profile_guard #(
    .PROFILE_W (2),
    .LIVE_W    (4)
  ) u_guard (
    .clk_i            (clk_i),
    .rst_ni           (rst_ni),
    .lookup_valid_i   (lookup_valid_i),
    .lookup_offered_i (lookup_offered_i),
    .lookup_profile_i (lookup_profile_i),
    .admit_valid_i    (admit_valid_i),
    .finish_valid_i   (finish_valid_i),
    .finish_profile_i (finish_profile_i),
    .write_valid_i    (table_valid_i),
    .write_ready_o    (table_ready_o),
    .write_rows_i     ((table_addr_i[8:7] == 2'd0) | (table_addr_i[8:7] == 2'd1)),
    .write_known_i    (table_known),
    .write_profile_i  (table_profile),
    .write_o          (table_write),
    .refused_o        (refused_o)
  );

  logic        profile_write;
  logic [60:0] profile_word;
  assign profile_write = table_write && (table_addr_i[8:7] == 2'd0);
  dysta_ram_lut #(
    .WIDTH  (61),
    .DEPTH  (4),
    .ADDR_W (2)
  ) u_profile (
    .clk_i   (clk_i),
    .we_i    (profile_write),
    .waddr_i (table_addr_i[1:0]),
    .wdata_i (table_data_i[61:1]),
    .re_i    (lookup_valid_i),
    .raddr_i (lookup_profile_i),
    .rdata_o (profile_word)
  );
  assign {row_initial_0_o, row_inv_isolated_o, row_last_layer_o} = profile_word;
  // A row that was never written is not known; the memory itself has no reset.
  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      known_q <= {4{1'b0}};
    end else if (profile_write) begin
      known_q[table_addr_i[1:0]] <= table_data_i[0];
    end
  end
  always_ff @(posedge clk_i) begin
    if (lookup_valid_i) begin
      known_o <= known_q[lookup_profile_i];
    end
  end

  logic        layer_write;
  logic [53:0] layer_word;
  assign layer_write = table_write && (table_addr_i[8:7] == 2'd1);
  dysta_ram_block #(
    .WIDTH    (54),
    .DEPTH    (128),
    .ADDR_W   (7),
    .DISJOINT (1)
  ) u_layer (
    .clk_i   (clk_i),
    .we_i    (layer_write),
    .waddr_i (table_addr_i[6:0]),
    .wdata_i (table_data_i[53:0]),
    .re_i    (read_valid_i),
    .raddr_i ({read_profile_i, read_layer_i}),
    .rdata_o (layer_word)
  );
  assign {layer_lat_remaining_o, layer_inv_density_o} = layer_word;

  always_ff @(posedge clk_i) begin
    if (table_write && (table_addr_i[8:7] == 2'd2) && (table_addr_i[6:0] == 7'd0)) begin
      static_0_o <= table_data_i[23:0];
    end
  end
  logic unused_write;
  assign unused_write = ^{table_data_i[63:62]};
endmodule
