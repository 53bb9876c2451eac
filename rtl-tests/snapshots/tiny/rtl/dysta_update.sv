// dysta 0.1.0, config tiny, digest b93da4205507f7e3
// SPDX-License-Identifier: 0BSD

// Computes, after each layer, gamma and the entry values of the request that ran, and the values
// of the decision.
// Latency: entry values in clock 13, decision values in clock 6 of a decision. Throughput: one
// decision at a time.
module dysta_update (
  input  logic        clk_i,
  input  logic        rst_ni,

  // Clock 1 of a decision, whether the entry that ran goes on; from clock 2 on: one candidate,
  // number of candidates.
  input  logic        begin_i,
  input  logic        continue_i,
  input  logic        single_i,
  input  logic [3:0]  queue_i,

  // What was measured and the entry that ran, in clock 1; what its gamma remembers from clock 2
  // on; its layer row throughout.
  input  logic [31:0] nnz_i,
  input  logic [25:0] gamma_sum_i,
  input  logic [4:0]  layer_i,
  input  logic [21:0] layer_inv_density_i,
  input  logic [31:0] layer_lat_remaining_i,

  // Runtime registers.
  input  logic [23:0] static_0_i,

  // What gamma remembers of the entry that ran.
  output logic        sum_valid_o,
  output logic [25:0] sum_gamma_sum_o,

  // Entry values of the entry that ran.
  output logic        values_valid_o,
  output logic [31:0] values_value_0_o,

  // Values of the decision.
  output logic [23:0] decision_0_o,

  // The entry write port is taken in the next clock; steps are running; the written values come
  // from a saturated gamma.
  output logic        block_o,
  output logic        busy_o,
  output logic        saturated_o
);
  logic [17:0] ratio_q;
  logic [23:0] mul_14_q;
  logic [16:0] gamma_q;
  logic [25:0] sum_q;
  logic [3:0]  step_q;
  logic        last_step;
  logic        continues_q;
  assign last_step = (step_q == 4'd13) | (single_i & (step_q == 4'd5));
  assign busy_o = step_q != 4'd0;
  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      step_q <= 4'd0;
    end else if (begin_i) begin
      step_q <= 4'd2;
    end else if (last_step) begin
      step_q <= 4'd0;
    end else if (busy_o) begin
      step_q <= step_q + 4'd1;
    end
  end
  always_ff @(posedge clk_i) begin
    if (begin_i) begin
      continues_q <= continue_i;
    end
  end
  logic [4:0] layer_q;
  always_ff @(posedge clk_i) begin
    if (begin_i) begin
      layer_q <= layer_i;
    end
  end
  logic [19:0] inv_layers;
  always_comb begin
    case (layer_q)
      5'd1: inv_layers = 20'h18000;
      5'd2: inv_layers = 20'h2aaab;
      5'd3: inv_layers = 20'h28000;
      5'd4: inv_layers = 20'h3cccd;
      5'd5: inv_layers = 20'h3aaab;
      5'd6: inv_layers = 20'h39249;
      5'd7: inv_layers = 20'h38000;
      5'd8: inv_layers = 20'h4e38e;
      5'd9: inv_layers = 20'h4cccd;
      5'd10: inv_layers = 20'h4ba2f;
      5'd11: inv_layers = 20'h4aaab;
      5'd12: inv_layers = 20'h49d8a;
      5'd13: inv_layers = 20'h49249;
      5'd14: inv_layers = 20'h48889;
      5'd15: inv_layers = 20'h48000;
      5'd16: inv_layers = 20'h5f0f1;
      5'd17: inv_layers = 20'h5e38e;
      5'd18: inv_layers = 20'h5d794;
      5'd19: inv_layers = 20'h5cccd;
      5'd20: inv_layers = 20'h5c30c;
      5'd21: inv_layers = 20'h5ba2f;
      5'd22: inv_layers = 20'h5b216;
      5'd23: inv_layers = 20'h5aaab;
      5'd24: inv_layers = 20'h5a3d7;
      5'd25: inv_layers = 20'h59d8a;
      5'd26: inv_layers = 20'h597b4;
      5'd27: inv_layers = 20'h59249;
      5'd28: inv_layers = 20'h58d3e;
      5'd29: inv_layers = 20'h58889;
      5'd30: inv_layers = 20'h58421;
      5'd31: inv_layers = 20'h58000;
      default: inv_layers = 20'h8000;
    endcase
  end
  logic [15:0] inv_queue;
  always_comb begin
    case (queue_i)
      4'd3: inv_queue = 16'h5555;
      4'd4: inv_queue = 16'h4000;
      4'd5: inv_queue = 16'h3333;
      4'd6: inv_queue = 16'h2aab;
      4'd7: inv_queue = 16'd9362;
      4'd8: inv_queue = 16'd8192;
      default: inv_queue = 16'h8000;
    endcase
  end

  logic [31:0] mul_a_10;
  assign mul_a_10 = layer_lat_remaining_i;
  logic [16:0] mul_b_10;
  assign mul_b_10 = gamma_q;
  logic [31:0] mul_a_6;
  assign mul_a_6 = {6'd0, sum_q};
  logic [16:0] mul_b_6;
  assign mul_b_6 = {1'b0, inv_layers[15:0]};
  logic [31:0] mul_a_2;
  assign mul_a_2 = {8'd0, static_0_i};
  logic [16:0] mul_b_2;
  assign mul_b_2 = {1'b0, inv_queue};
  logic [31:0] mul_a_1;
  assign mul_a_1 = nnz_i;
  logic [16:0] mul_b_1;
  assign mul_b_1 = {1'b0, layer_inv_density_i[15:0]};
  logic [31:0] mul_a;
  logic [16:0] mul_b;
  always_comb begin
    if (begin_i) begin
      mul_a = mul_a_1;
      mul_b = mul_b_1;
    end else if (step_q == 4'd2) begin
      mul_a = mul_a_2;
      mul_b = mul_b_2;
    end else if (step_q == 4'd6) begin
      mul_a = mul_a_6;
      mul_b = mul_b_6;
    end else begin
      mul_a = mul_a_10;
      mul_b = mul_b_10;
    end
  end
  logic [48:0] mul_p;
  dysta_mul #(
    .A_W     (32),
    .B_W     (17),
    .LATENCY (3)
  ) u_mul (
    .clk_i (clk_i),
    .a_i   (mul_a),
    .b_i   (mul_b),
    .p_o   (mul_p)
  );

  // density ratio of the layer, UQ4.14, clock 5
  logic unused_moved_p;
  assign unused_moved_p = ^mul_p[0];
  logic [47:0] moved_wide;
  assign moved_wide = mul_p[48:1];
  logic [5:0] amount;
  assign amount = (step_q == 4'd9) ? {2'd0, inv_layers[19:16]} + 6'd13 :
      layer_inv_density_i[21:16];
  logic [32:0] moved_shift4;
  assign moved_shift4 = (amount[5:4] == 2'd0) ? moved_wide[32:0] :
      (amount[5:4] == 2'd1) ? {1'b0, moved_wide[47:16]} :
      (amount[5:4] == 2'd2) ? {17'd0, moved_wide[47:32]} :
      33'd0;
  logic moved_shift4_over;
  assign moved_shift4_over = (amount[5:4] == 2'd0) ? |moved_wide[47:33] :
      (amount[5:4] == 2'd1) ? 1'b0 :
      (amount[5:4] == 2'd2) ? 1'b0 :
      1'b0;
  logic [20:0] moved_shift2;
  assign moved_shift2 = (amount[3:2] == 2'd0) ? moved_shift4[20:0] :
      (amount[3:2] == 2'd1) ? moved_shift4[24:4] :
      (amount[3:2] == 2'd2) ? moved_shift4[28:8] :
      moved_shift4[32:12];
  logic moved_shift2_over;
  assign moved_shift2_over = (amount[3:2] == 2'd0) ? |moved_shift4[32:21] :
      (amount[3:2] == 2'd1) ? |moved_shift4[32:25] :
      (amount[3:2] == 2'd2) ? |moved_shift4[32:29] :
      1'b0;
  logic [17:0] moved_shift0;
  assign moved_shift0 = (amount[1:0] == 2'd0) ? moved_shift2[17:0] :
      (amount[1:0] == 2'd1) ? moved_shift2[18:1] :
      (amount[1:0] == 2'd2) ? moved_shift2[19:2] :
      moved_shift2[20:3];
  logic moved_shift0_over;
  assign moved_shift0_over = (amount[1:0] == 2'd0) ? |moved_shift2[20:18] :
      (amount[1:0] == 2'd1) ? |moved_shift2[20:19] :
      (amount[1:0] == 2'd2) ? |moved_shift2[20] :
      1'b0;
  logic moved_over;
  assign moved_over = moved_shift4_over | moved_shift2_over | moved_shift0_over;
  logic [17:0] moved;
  assign moved = moved_shift0;
  logic ratio_over;
  assign ratio_over = moved_over;
  logic [17:0] ratio_d;
  assign ratio_d = ratio_over ? {18{1'b1}} : moved;
  always_ff @(posedge clk_i) begin
    if (step_q == 4'd4) begin
      ratio_q <= ratio_d;
    end
  end

  // mul_14, UQ17.7, clock 6
  logic [23:0] mul_14_d;
  assign mul_14_d = mul_p[38:15];
  logic unused_mul_14;
  assign unused_mul_14 = ^{mul_p[48:39], mul_p[14:0]};
  always_ff @(posedge clk_i) begin
    if (step_q == 4'd5) begin
      mul_14_q <= mul_14_d;
    end
  end

  // gamma, UQ3.14, clock 10
  logic [18:0] gamma_rounded;
  logic        gamma_over;
  logic [16:0] gamma_d;
  assign gamma_rounded = {1'b0, moved} + {18'd0, 1'b1};
  assign gamma_over = moved_over | gamma_rounded[18];
  assign gamma_d = gamma_over ? {17{1'b1}} : gamma_rounded[17:1];
  logic unused_gamma;
  assign unused_gamma = ^gamma_rounded[0];
  always_ff @(posedge clk_i) begin
    if (step_q == 4'd9) begin
      gamma_q <= gamma_d;
    end
  end

  // mul_2, UQ32.0, clock 14
  logic [31:0] mul_2_d;
  assign mul_2_d = |mul_p[48:46] ? {32{1'b1}} : mul_p[45:14];
  logic unused_mul_2;
  assign unused_mul_2 = ^{mul_p[13:0]};

  // sum of the layer ratios, UQ12.14, clock 6
  logic [25:0] sum_before;
  assign sum_before = (layer_q == 5'd0) ? 26'd0 : gamma_sum_i;
  logic [26:0] sum_exact;
  assign sum_exact = {{9{1'b0}}, ratio_q} + {1'b0, sum_before};
  logic [25:0] sum_d;
  assign sum_d = |sum_exact[26] ? {26{1'b1}} : sum_exact[25:0];
  always_ff @(posedge clk_i) begin
    if (step_q == 4'd5) begin
      sum_q <= sum_d;
    end
  end
  assign sum_valid_o = (step_q == 4'd5) & continues_q;
  assign sum_gamma_sum_o = sum_d;

  assign decision_0_o = mul_14_q;
  assign values_value_0_o = mul_2_d;
  assign values_valid_o = (step_q == 4'd13) & (continues_q & ~single_i);
  assign block_o = (step_q == 4'd12) & (continues_q & ~single_i);
  logic saturates;
  logic saturated_q;
  assign saturates = ((step_q == 4'd4) & ratio_over) |
      ((step_q == 4'd9) & gamma_over) |
      ((step_q == 4'd5) & sum_exact[26]);
  assign saturated_o = values_valid_o & (saturates | saturated_q);
  always_ff @(posedge clk_i) begin
    saturated_q <= ~begin_i & (saturates | saturated_q);
  end
endmodule
