// One request at a time, without a decision: just enough to run the testbench of the scheduler against.
// UNKNOWN 1: the score is unknown; 2: the valid of `complete` is unknown for one clock; 3: the run stands still.
module dysta_scheduler #(
  parameter integer UNKNOWN = 0
) (
  input  logic clk_i,
  input  logic rst_ni,
  input  logic [47:0] now_i,
  input  logic submit_valid_i,
  output logic submit_ready_o,
  input  logic [7:0] submit_id_i,
  input  logic [3:0] submit_profile_i,
  input  logic [47:0] submit_deadline_i,
  input  logic [1:0] submit_priority_i,
  output logic dispatch_valid_o,
  input  logic dispatch_ready_i,
  output logic [7:0] dispatch_id_o,
  output logic [2:0] dispatch_position_o,
  output logic [3:0] dispatch_profile_o,
  output logic [5:0] dispatch_layer_o,
  output logic [39:0] dispatch_score_o,
  input  logic layer_done_valid_i,
  output logic layer_done_ready_o,
  input  logic [31:0] layer_done_nnz_i,
  input  logic [1:0] layer_done_status_i,
  output logic complete_valid_o,
  input  logic complete_ready_i,
  output logic [7:0] complete_id_o,
  output logic [47:0] complete_finish_o,
  output logic [2:0] complete_status_o,
  input  logic table_valid_i,
  output logic table_ready_o,
  input  logic [9:0] table_addr_i,
  input  logic [63:0] table_data_i,
  output logic table_refused_o,
  input  logic [2:0] statistics_address_i,
  output logic [31:0] statistics_data_o,
  output logic quiescent_o
);

  localparam logic [1:0] FREE = 2'd0;
  localparam logic [1:0] OFFER = 2'd1;
  localparam logic [1:0] FLIGHT = 2'd2;
  localparam logic [1:0] LEAVE = 2'd3;

  logic [1:0] state_q;
  logic [47:0] deadline_q;
  logic [31:0] decisions_q;
  logic [63:0] written_q;
  logic unused;

  assign unused = ^{submit_priority_i, layer_done_nnz_i, layer_done_status_i, written_q, 1'b0};
  assign submit_ready_o = state_q == FREE && rst_ni;
  assign dispatch_valid_o = state_q == OFFER && UNKNOWN != 3;
  assign layer_done_ready_o = state_q == FLIGHT;
  assign complete_valid_o = (UNKNOWN == 2 && state_q == LEAVE) ? 1'bx : state_q == LEAVE;
  assign quiescent_o = state_q == FREE || state_q == FLIGHT;
  assign table_refused_o = 1'b0;
  assign table_ready_o = now_i[0] || decisions_q == 32'd0;
  assign dispatch_position_o = 3'd0;
  assign dispatch_score_o = (UNKNOWN == 1) ? {40{1'bx}} : 40'd0;
  assign complete_id_o = dispatch_id_o;
  assign complete_status_o = (complete_finish_o <= deadline_q) ? 3'd0 : 3'd1;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      state_q <= FREE;
      decisions_q <= 32'd0;
    end else begin
      case (state_q)
        FREE: if (submit_valid_i) state_q <= OFFER;
        OFFER: if (dispatch_valid_o && dispatch_ready_i) begin
          state_q <= FLIGHT;
          decisions_q <= decisions_q + 32'd1;
        end
        FLIGHT: if (layer_done_valid_i) begin
          state_q <= (dispatch_layer_o + 6'd1 == {2'd0, dispatch_profile_o}) ? LEAVE : OFFER;
        end
        default: if (complete_ready_i) state_q <= FREE;
      endcase
    end
  end

  always_ff @(posedge clk_i) begin
    if (state_q == FREE) begin
      dispatch_id_o <= submit_id_i;
      dispatch_profile_o <= submit_profile_i;
      deadline_q <= submit_deadline_i;
      dispatch_layer_o <= 6'd0;
    end
    if (state_q == FLIGHT) complete_finish_o <= now_i;
    if (state_q == FLIGHT && layer_done_valid_i) dispatch_layer_o <= dispatch_layer_o + 6'd1;
    if (table_valid_i) written_q <= {54'd0, table_addr_i} ^ table_data_i;
    statistics_data_o <= (statistics_address_i == 3'd0) ? decisions_q : 32'd0;
  end

endmodule
