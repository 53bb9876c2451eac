// dysta 0.1.0, config tiny, digest b93da4205507f7e3
// SPDX-License-Identifier: 0BSD

// Wires between dysta_scheduler and the interfaces of block designs; Verilog-2005.
// Where the fields of the streams lie in TDATA: doc/dysta_scheduler_axi.md
module dysta_scheduler_axi (
  (* X_INTERFACE_INFO = "xilinx.com:signal:clock:1.0 clk CLK" *)
  (* X_INTERFACE_PARAMETER = "XIL_INTERFACENAME clk, ASSOCIATED_BUSIF s_axis_submit:m_axis_dispatch:s_axis_layer_done:m_axis_complete:s_axis_table, ASSOCIATED_RESET rst_ni" *)
  input  wire clk_i,
  (* X_INTERFACE_INFO = "xilinx.com:signal:reset:1.0 rst RST" *)
  (* X_INTERFACE_PARAMETER = "XIL_INTERFACENAME rst, POLARITY ACTIVE_LOW" *)
  input  wire rst_ni,

  // Time in cycles; grows by at least 1 every clock.
  input  wire [47:0] now_i,

  // Requests.
  (* X_INTERFACE_INFO = "xilinx.com:interface:axis:1.0 s_axis_submit TVALID" *)
  input  wire s_axis_submit_tvalid,
  (* X_INTERFACE_INFO = "xilinx.com:interface:axis:1.0 s_axis_submit TREADY" *)
  output wire s_axis_submit_tready,
  (* X_INTERFACE_INFO = "xilinx.com:interface:axis:1.0 s_axis_submit TDATA" *)
  input  wire [79:0] s_axis_submit_tdata,

  // Layers to run.
  (* X_INTERFACE_INFO = "xilinx.com:interface:axis:1.0 m_axis_dispatch TVALID" *)
  output wire m_axis_dispatch_tvalid,
  (* X_INTERFACE_INFO = "xilinx.com:interface:axis:1.0 m_axis_dispatch TREADY" *)
  input  wire m_axis_dispatch_tready,
  (* X_INTERFACE_INFO = "xilinx.com:interface:axis:1.0 m_axis_dispatch TDATA" *)
  output wire [79:0] m_axis_dispatch_tdata,

  // Ends of layers; status 0 ok, 1 error, 2 aborted.
  (* X_INTERFACE_INFO = "xilinx.com:interface:axis:1.0 s_axis_layer_done TVALID" *)
  input  wire s_axis_layer_done_tvalid,
  (* X_INTERFACE_INFO = "xilinx.com:interface:axis:1.0 s_axis_layer_done TREADY" *)
  output wire s_axis_layer_done_tready,
  (* X_INTERFACE_INFO = "xilinx.com:interface:axis:1.0 s_axis_layer_done TDATA" *)
  input  wire [39:0] s_axis_layer_done_tdata,

  // Requests that leave; status 0 met, 1 late, 2 rejected_profile, 3 rejected_full, 4 failed.
  (* X_INTERFACE_INFO = "xilinx.com:interface:axis:1.0 m_axis_complete TVALID" *)
  output wire m_axis_complete_tvalid,
  (* X_INTERFACE_INFO = "xilinx.com:interface:axis:1.0 m_axis_complete TREADY" *)
  input  wire m_axis_complete_tready,
  (* X_INTERFACE_INFO = "xilinx.com:interface:axis:1.0 m_axis_complete TDATA" *)
  output wire [71:0] m_axis_complete_tdata,

  // Writes of table rows and runtime registers.
  (* X_INTERFACE_INFO = "xilinx.com:interface:axis:1.0 s_axis_table TVALID" *)
  input  wire s_axis_table_tvalid,
  (* X_INTERFACE_INFO = "xilinx.com:interface:axis:1.0 s_axis_table TREADY" *)
  output wire s_axis_table_tready,
  (* X_INTERFACE_INFO = "xilinx.com:interface:axis:1.0 s_axis_table TDATA" *)
  input  wire [79:0] s_axis_table_tdata,

  // Counter to read.
  input  wire [2:0] statistics_address_i,

  // Its value, 13 clocks later; the address is held.
  output wire [31:0] statistics_data_o,

  // The latest table write was refused: a live request uses its profile.
  output wire table_refused_o,

  // No state changes in the next clock without a new handshake.
  output wire quiescent_o
);

  dysta_scheduler u_top (
    .clk_i (clk_i),
    .rst_ni (rst_ni),
    .now_i (now_i),
    .submit_valid_i (s_axis_submit_tvalid),
    .submit_ready_o (s_axis_submit_tready),
    .submit_id_i (s_axis_submit_tdata[15:0]),
    .submit_profile_i (s_axis_submit_tdata[17:16]),
    .submit_deadline_i (s_axis_submit_tdata[71:24]),
    .submit_priority_i (s_axis_submit_tdata[79:72]),
    .dispatch_valid_o (m_axis_dispatch_tvalid),
    .dispatch_ready_i (m_axis_dispatch_tready),
    .dispatch_id_o (m_axis_dispatch_tdata[15:0]),
    .dispatch_position_o (m_axis_dispatch_tdata[18:16]),
    .dispatch_profile_o (m_axis_dispatch_tdata[25:24]),
    .dispatch_layer_o (m_axis_dispatch_tdata[36:32]),
    .dispatch_score_o (m_axis_dispatch_tdata[79:40]),
    .layer_done_valid_i (s_axis_layer_done_tvalid),
    .layer_done_ready_o (s_axis_layer_done_tready),
    .layer_done_nnz_i (s_axis_layer_done_tdata[31:0]),
    .layer_done_status_i (s_axis_layer_done_tdata[33:32]),
    .complete_valid_o (m_axis_complete_tvalid),
    .complete_ready_i (m_axis_complete_tready),
    .complete_id_o (m_axis_complete_tdata[15:0]),
    .complete_finish_o (m_axis_complete_tdata[63:16]),
    .complete_status_o (m_axis_complete_tdata[66:64]),
    .table_valid_i (s_axis_table_tvalid),
    .table_ready_o (s_axis_table_tready),
    .table_addr_i (s_axis_table_tdata[8:0]),
    .table_data_i (s_axis_table_tdata[79:16]),
    .statistics_address_i (statistics_address_i),
    .statistics_data_o (statistics_data_o),
    .table_refused_o (table_refused_o),
    .quiescent_o (quiescent_o)
  );

  assign m_axis_dispatch_tdata[23:19] = 5'd0;
  assign m_axis_dispatch_tdata[31:26] = 6'd0;
  assign m_axis_dispatch_tdata[39:37] = 3'd0;
  assign m_axis_complete_tdata[71:67] = 5'd0;

  // Inputs without a meaning here
  wire unused_inputs;
  assign unused_inputs = &{1'b0, s_axis_submit_tdata[23:18], s_axis_layer_done_tdata[39:34], s_axis_table_tdata[15:9]};

endmodule
