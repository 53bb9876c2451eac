// dysta 0.1.0, accelerator of tiny, digest b629ca68e063f0ff
// SPDX-License-Identifier: 0BSD

// Wires between dysta_array and the interfaces of block designs; Verilog-2005.
// Where the fields of the streams lie in TDATA: doc/dysta_array_axi.md
module dysta_array_axi (
  (* X_INTERFACE_INFO = "xilinx.com:signal:clock:1.0 clk CLK" *)
  (* X_INTERFACE_PARAMETER = "XIL_INTERFACENAME clk, ASSOCIATED_BUSIF s_axis_descriptor:m_axis_layer_done:m_axi, ASSOCIATED_RESET rst_ni" *)
  input  wire clk_i,
  (* X_INTERFACE_INFO = "xilinx.com:signal:reset:1.0 rst RST" *)
  (* X_INTERFACE_PARAMETER = "XIL_INTERFACENAME rst, POLARITY ACTIVE_LOW" *)
  input  wire rst_ni,

  // Descriptors of layers.
  (* X_INTERFACE_INFO = "xilinx.com:interface:axis:1.0 s_axis_descriptor TVALID" *)
  input  wire s_axis_descriptor_tvalid,
  (* X_INTERFACE_INFO = "xilinx.com:interface:axis:1.0 s_axis_descriptor TREADY" *)
  output wire s_axis_descriptor_tready,
  (* X_INTERFACE_INFO = "xilinx.com:interface:axis:1.0 s_axis_descriptor TDATA" *)
  input  wire [31:0] s_axis_descriptor_tdata,
  (* X_INTERFACE_INFO = "xilinx.com:interface:axis:1.0 s_axis_descriptor TLAST" *)
  input  wire s_axis_descriptor_tlast,

  // Ends of layers: non-zeros of the input; status 0 ok, 1 error.
  (* X_INTERFACE_INFO = "xilinx.com:interface:axis:1.0 m_axis_layer_done TVALID" *)
  output wire m_axis_layer_done_tvalid,
  (* X_INTERFACE_INFO = "xilinx.com:interface:axis:1.0 m_axis_layer_done TREADY" *)
  input  wire m_axis_layer_done_tready,
  (* X_INTERFACE_INFO = "xilinx.com:interface:axis:1.0 m_axis_layer_done TDATA" *)
  output wire [39:0] m_axis_layer_done_tdata,

  // AXI4 read addresses: bursts of transfers of 16 bytes.
  (* X_INTERFACE_INFO = "xilinx.com:interface:aximm:1.0 m_axi ARID" *)
  output wire m_axi_arid,
  (* X_INTERFACE_INFO = "xilinx.com:interface:aximm:1.0 m_axi ARADDR" *)
  output wire [31:0] m_axi_araddr,
  (* X_INTERFACE_INFO = "xilinx.com:interface:aximm:1.0 m_axi ARLEN" *)
  output wire [7:0] m_axi_arlen,
  (* X_INTERFACE_INFO = "xilinx.com:interface:aximm:1.0 m_axi ARSIZE" *)
  output wire [2:0] m_axi_arsize,
  (* X_INTERFACE_INFO = "xilinx.com:interface:aximm:1.0 m_axi ARBURST" *)
  output wire [1:0] m_axi_arburst,
  (* X_INTERFACE_INFO = "xilinx.com:interface:aximm:1.0 m_axi ARCACHE" *)
  output wire [3:0] m_axi_arcache,
  (* X_INTERFACE_INFO = "xilinx.com:interface:aximm:1.0 m_axi ARPROT" *)
  output wire [2:0] m_axi_arprot,
  (* X_INTERFACE_INFO = "xilinx.com:interface:aximm:1.0 m_axi ARVALID" *)
  output wire m_axi_arvalid,
  (* X_INTERFACE_INFO = "xilinx.com:interface:aximm:1.0 m_axi ARREADY" *)
  input  wire m_axi_arready,

  // AXI4 read data.
  (* X_INTERFACE_INFO = "xilinx.com:interface:aximm:1.0 m_axi RID" *)
  input  wire m_axi_rid,
  (* X_INTERFACE_INFO = "xilinx.com:interface:aximm:1.0 m_axi RDATA" *)
  input  wire [127:0] m_axi_rdata,
  (* X_INTERFACE_INFO = "xilinx.com:interface:aximm:1.0 m_axi RRESP" *)
  input  wire [1:0] m_axi_rresp,
  (* X_INTERFACE_INFO = "xilinx.com:interface:aximm:1.0 m_axi RLAST" *)
  input  wire m_axi_rlast,
  (* X_INTERFACE_INFO = "xilinx.com:interface:aximm:1.0 m_axi RVALID" *)
  input  wire m_axi_rvalid,
  (* X_INTERFACE_INFO = "xilinx.com:interface:aximm:1.0 m_axi RREADY" *)
  output wire m_axi_rready,

  // AXI4 write addresses.
  (* X_INTERFACE_INFO = "xilinx.com:interface:aximm:1.0 m_axi AWID" *)
  output wire m_axi_awid,
  (* X_INTERFACE_INFO = "xilinx.com:interface:aximm:1.0 m_axi AWADDR" *)
  output wire [31:0] m_axi_awaddr,
  (* X_INTERFACE_INFO = "xilinx.com:interface:aximm:1.0 m_axi AWLEN" *)
  output wire [7:0] m_axi_awlen,
  (* X_INTERFACE_INFO = "xilinx.com:interface:aximm:1.0 m_axi AWSIZE" *)
  output wire [2:0] m_axi_awsize,
  (* X_INTERFACE_INFO = "xilinx.com:interface:aximm:1.0 m_axi AWBURST" *)
  output wire [1:0] m_axi_awburst,
  (* X_INTERFACE_INFO = "xilinx.com:interface:aximm:1.0 m_axi AWCACHE" *)
  output wire [3:0] m_axi_awcache,
  (* X_INTERFACE_INFO = "xilinx.com:interface:aximm:1.0 m_axi AWPROT" *)
  output wire [2:0] m_axi_awprot,
  (* X_INTERFACE_INFO = "xilinx.com:interface:aximm:1.0 m_axi AWVALID" *)
  output wire m_axi_awvalid,
  (* X_INTERFACE_INFO = "xilinx.com:interface:aximm:1.0 m_axi AWREADY" *)
  input  wire m_axi_awready,

  // AXI4 write data.
  (* X_INTERFACE_INFO = "xilinx.com:interface:aximm:1.0 m_axi WDATA" *)
  output wire [127:0] m_axi_wdata,
  (* X_INTERFACE_INFO = "xilinx.com:interface:aximm:1.0 m_axi WSTRB" *)
  output wire [15:0] m_axi_wstrb,
  (* X_INTERFACE_INFO = "xilinx.com:interface:aximm:1.0 m_axi WLAST" *)
  output wire m_axi_wlast,
  (* X_INTERFACE_INFO = "xilinx.com:interface:aximm:1.0 m_axi WVALID" *)
  output wire m_axi_wvalid,
  (* X_INTERFACE_INFO = "xilinx.com:interface:aximm:1.0 m_axi WREADY" *)
  input  wire m_axi_wready,

  // AXI4 write answers.
  (* X_INTERFACE_INFO = "xilinx.com:interface:aximm:1.0 m_axi BID" *)
  input  wire m_axi_bid,
  (* X_INTERFACE_INFO = "xilinx.com:interface:aximm:1.0 m_axi BRESP" *)
  input  wire [1:0] m_axi_bresp,
  (* X_INTERFACE_INFO = "xilinx.com:interface:aximm:1.0 m_axi BVALID" *)
  input  wire m_axi_bvalid,
  (* X_INTERFACE_INFO = "xilinx.com:interface:aximm:1.0 m_axi BREADY" *)
  output wire m_axi_bready,

  // Counter to read: 0 clocks, 1 products, idle clocks 2 no activation, 3 no weight, 4 conflict, 5 drain, 6 memory.
  input  wire [2:0] statistics_address_i,

  // Its value, a clock later; final 24 clocks after the end of the layer, until the next one begins.
  output wire [47:0] statistics_data_o
);

  dysta_array u_top (
    .clk_i (clk_i),
    .rst_ni (rst_ni),
    .descriptor_valid_i (s_axis_descriptor_tvalid),
    .descriptor_ready_o (s_axis_descriptor_tready),
    .descriptor_data_i (s_axis_descriptor_tdata[31:0]),
    .descriptor_last_i (s_axis_descriptor_tlast),
    .layer_done_valid_o (m_axis_layer_done_tvalid),
    .layer_done_ready_i (m_axis_layer_done_tready),
    .layer_done_nnz_o (m_axis_layer_done_tdata[31:0]),
    .layer_done_status_o (m_axis_layer_done_tdata[33:32]),
    .m_axi_ar_valid_o (m_axi_arvalid),
    .m_axi_ar_ready_i (m_axi_arready),
    .m_axi_ar_id_o (m_axi_arid),
    .m_axi_ar_addr_o (m_axi_araddr),
    .m_axi_ar_len_o (m_axi_arlen),
    .m_axi_r_valid_i (m_axi_rvalid),
    .m_axi_r_ready_o (m_axi_rready),
    .m_axi_r_id_i (m_axi_rid),
    .m_axi_r_data_i (m_axi_rdata),
    .m_axi_r_resp_i (m_axi_rresp),
    .m_axi_aw_valid_o (m_axi_awvalid),
    .m_axi_aw_ready_i (m_axi_awready),
    .m_axi_aw_addr_o (m_axi_awaddr),
    .m_axi_aw_len_o (m_axi_awlen),
    .m_axi_w_valid_o (m_axi_wvalid),
    .m_axi_w_ready_i (m_axi_wready),
    .m_axi_w_data_o (m_axi_wdata),
    .m_axi_w_strb_o (m_axi_wstrb),
    .m_axi_w_last_o (m_axi_wlast),
    .m_axi_b_valid_i (m_axi_bvalid),
    .m_axi_b_ready_o (m_axi_bready),
    .m_axi_b_resp_i (m_axi_bresp),
    .statistics_address_i (statistics_address_i),
    .statistics_data_o (statistics_data_o)
  );

  assign m_axis_layer_done_tdata[39:34] = 6'd0;
  assign m_axi_arsize = 3'd4;
  assign m_axi_arburst = 2'd1;
  assign m_axi_arcache = 4'd3;
  assign m_axi_arprot = 3'd0;
  assign m_axi_awid = 1'd0;
  assign m_axi_awsize = 3'd4;
  assign m_axi_awburst = 2'd1;
  assign m_axi_awcache = 4'd3;
  assign m_axi_awprot = 3'd0;

  // Inputs without a meaning here
  wire unused_inputs;
  assign unused_inputs = &{1'b0, m_axi_rlast, m_axi_bid};

endmodule
