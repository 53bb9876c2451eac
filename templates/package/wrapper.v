// @{ banner }@
// SPDX-License-Identifier: 0BSD

// Wires between @{ wrapper.top }@ and the interfaces of block designs; Verilog-2005.
// Where the fields of the streams lie in TDATA: @{ page }@
module @{ wrapper.module }@ (
  (* X_INTERFACE_INFO = "xilinx.com:signal:clock:1.0 clk CLK" *)
  (* X_INTERFACE_PARAMETER = "XIL_INTERFACENAME clk, ASSOCIATED_BUSIF @{ associated }@, ASSOCIATED_RESET rst_ni" *)
  input  wire clk_i,
  (* X_INTERFACE_INFO = "xilinx.com:signal:reset:1.0 rst RST" *)
  (* X_INTERFACE_PARAMETER = "XIL_INTERFACENAME rst, POLARITY ACTIVE_LOW" *)
  input  wire rst_ni/*% for group in wrapper.groups %*/,

  // @{ group.heading }@/*% for pin in group.pins %*//*% if !pin.info.is_empty() %*/
  (* X_INTERFACE_INFO = "@{ pin.info }@" *)/*% endif %*/
  @{ pin.direction }@ wire @{ pin.range() }@@{ pin.name }@/*% if !loop.last %*/,/*% endif %*//*% endfor %*//*% endfor %*/
);

  @{ wrapper.top }@ u_top (
    .clk_i (clk_i),
    .rst_ni (rst_ni)/*% for (pin, outer) in wrapper.connections %*/,
    .@{ pin }@ (@{ outer }@)/*% endfor %*/
  );
/*% for (signal, value) in wrapper.constants %*/
  assign @{ signal }@ = @{ value }@;/*% endfor %*//*% if !wrapper.unused.is_empty() %*/

  // Inputs without a meaning here
  wire unused_inputs;
  assign unused_inputs = &{1'b0/*% for input in wrapper.unused %*/, @{ input }@/*% endfor %*/};/*% endif %*/

endmodule
