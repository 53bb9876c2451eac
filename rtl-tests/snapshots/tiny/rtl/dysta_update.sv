// dysta 0.1.0, config tiny, digest b93da4205507f7e3
// SPDX-License-Identifier: 0BSD

// Computes, after each layer, gamma and the entry values of the request that ran, and the values
// of the decision.
// Latency: entry values in clock 14, decision values in clock 6 of a decision. Throughput: one
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
  logic [31:0] mul_2_q;
  logic [25:0] sum_q;
  logic [3:0]  step_q;
  logic        last_step;
  logic        continues_q;
  assign last_step = (step_q == 4'd14) | (single_i & (step_q == 4'd5));
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
  logic first_layer_q;
  always_ff @(posedge clk_i) begin
    if (begin_i) begin
      first_layer_q <= layer_i == 5'd0;
    end
  end
  logic [23:0] inv_layers;
  always_comb begin
    case (layer_q)
      5'd1: inv_layers = 24'h400000;
      5'd2: inv_layers = 24'h2aaaab;
      5'd3: inv_layers = 24'h200000;
      5'd4: inv_layers = 24'h19999a;
      5'd5: inv_layers = 24'h155555;
      5'd6: inv_layers = 24'h124925;
      5'd7: inv_layers = 24'h100000;
      5'd8: inv_layers = 24'he38e4;
      5'd9: inv_layers = 24'hccccd;
      5'd10: inv_layers = 24'hba2e9;
      5'd11: inv_layers = 24'haaaab;
      5'd12: inv_layers = 24'h9d89e;
      5'd13: inv_layers = 24'h92492;
      5'd14: inv_layers = 24'h88889;
      5'd15: inv_layers = 24'h80000;
      5'd16: inv_layers = 24'h78788;
      5'd17: inv_layers = 24'h71c72;
      5'd18: inv_layers = 24'h6bca2;
      5'd19: inv_layers = 24'h66666;
      5'd20: inv_layers = 24'h61862;
      5'd21: inv_layers = 24'h5d174;
      5'd22: inv_layers = 24'h590b2;
      5'd23: inv_layers = 24'h55555;
      5'd24: inv_layers = 24'h51eb8;
      5'd25: inv_layers = 24'h4ec4f;
      5'd26: inv_layers = 24'h4bda1;
      5'd27: inv_layers = 24'h49249;
      5'd28: inv_layers = 24'h469ee;
      5'd29: inv_layers = 24'h44444;
      5'd30: inv_layers = 24'h42108;
      5'd31: inv_layers = 24'h40000;
      default: inv_layers = 24'h800000;
    endcase
  end
  logic [2:0] queue_index;
  assign queue_index = queue_i[2:0];
  logic [15:0] inv_queue;
  always_comb begin
    case (queue_index)
      3'd3: inv_queue = 16'h5555;
      3'd4: inv_queue = 16'h4000;
      3'd5: inv_queue = 16'h3333;
      3'd6: inv_queue = 16'h2aab;
      3'd7: inv_queue = 16'd9362;
      3'd0: inv_queue = 16'd8192;
      default: inv_queue = 16'h8000;
    endcase
  end
  logic unused_queue;
  assign unused_queue = ^queue_i[3];

  logic [31:0] mul_a_1;
  assign mul_a_1 = nnz_i;
  logic [23:0] mul_b_1;
  assign mul_b_1 = {6'd0, layer_inv_density_i[17:0]};
  logic [31:0] mul_a_2;
  assign mul_a_2 = {8'd0, static_0_i};
  logic [23:0] mul_b_2;
  assign mul_b_2 = {8'd0, inv_queue};
  logic [31:0] mul_a_6;
  assign mul_a_6 = {6'd0, sum_q};
  logic [23:0] mul_b_6;
  assign mul_b_6 = inv_layers;
  logic [31:0] mul_a_10;
  assign mul_a_10 = layer_lat_remaining_i;
  logic [23:0] mul_b_10;
  assign mul_b_10 = {7'd0, gamma_q};
  logic [1:0] mul_issue_q;
  always_ff @(posedge clk_i) begin
    if ((~busy_o & ~begin_i) | last_step) begin
      mul_issue_q <= 2'd0;
    end else if (begin_i | (step_q == 4'd2) | (step_q == 4'd6)) begin
      mul_issue_q <= mul_issue_q + 2'd1;
    end
  end
  logic [31:0] mul_a;
  logic [23:0] mul_b;
  always_comb begin
    case (mul_issue_q)
      2'd1: begin
        mul_a = mul_a_2;
        mul_b = mul_b_2;
      end
      2'd2: begin
        mul_a = mul_a_6;
        mul_b = mul_b_6;
      end
      2'd3: begin
        mul_a = mul_a_10;
        mul_b = mul_b_10;
      end
      default: begin
        mul_a = mul_a_1;
        mul_b = mul_b_1;
      end
    endcase
  end
  logic [55:0] mul_p;
  dysta_mul #(
    .A_W     (32),
    .B_W     (24),
    .LATENCY (3)
  ) u_mul (
    .clk_i (clk_i),
    .a_i   (mul_a),
    .b_i   (mul_b),
    .p_o   (mul_p)
  );

  // density ratio of the layer, UQ4.14, clock 5
  logic unused_moved_p;
  assign unused_moved_p = ^mul_p[2:0];
  logic [46:0] moved_wide;
  assign moved_wide = mul_p[49:3];
  logic [3:0] amount;
  assign amount = layer_inv_density_i[21:18];
  logic [15:0] moved_above;
  assign moved_above[0] = |moved_wide[46:18];
  assign moved_above[1] = |moved_wide[46:22];
  assign moved_above[2] = |moved_wide[46:26];
  assign moved_above[3] = |moved_wide[46:30];
  assign moved_above[4] = |moved_wide[46:34];
  assign moved_above[5] = |moved_wide[46:38];
  assign moved_above[6] = |moved_wide[46:42];
  assign moved_above[7] = moved_wide[46];
  assign moved_above[8] = 1'b0;
  assign moved_above[9] = 1'b0;
  assign moved_above[10] = 1'b0;
  assign moved_above[11] = 1'b0;
  assign moved_above[12] = 1'b0;
  assign moved_above[13] = 1'b0;
  assign moved_above[14] = 1'b0;
  assign moved_above[15] = 1'b0;
  logic moved_over;
  assign moved_over = moved_above[amount];
  logic [29:0] moved_shift2;
  assign moved_shift2 = (amount[3:2] == 2'd0) ? moved_wide[29:0] :
      (amount[3:2] == 2'd1) ? moved_wide[45:16] :
      (amount[3:2] == 2'd2) ? {15'd0, moved_wide[46:32]} :
      30'd0;
  logic [17:0] moved_shift0;
  assign moved_shift0 = (amount[1:0] == 2'd0) ? moved_shift2[17:0] :
      (amount[1:0] == 2'd1) ? moved_shift2[21:4] :
      (amount[1:0] == 2'd2) ? moved_shift2[25:8] :
      moved_shift2[29:12];
  logic [17:0] moved;
  assign moved = moved_shift0;
  logic [17:0] ratio_d;
  assign ratio_d = moved_over ? {18{1'b1}} : moved;
  always_ff @(posedge clk_i) begin
    if (step_q == 4'd4) begin
      ratio_q <= ratio_d;
    end
  end

  // mul_14, UQ3.21, clock 6
  logic [23:0] mul_14_d;
  assign mul_14_d = mul_p[38:15];
  logic unused_mul_14;
  assign unused_mul_14 = ^{mul_p[55:39], mul_p[14:0]};
  always_ff @(posedge clk_i) begin
    if (step_q == 4'd5) begin
      mul_14_q <= mul_14_d;
    end
  end

  // gamma, UQ3.14, clock 10
  logic [17:0] moved_gamma;
  assign moved_gamma = mul_p[39:22];
  logic unused_mean_low;
  assign unused_mean_low = ^mul_p[21:0];
  logic unused_mean_above;
  assign unused_mean_above = ^mul_p[55:42];
  logic [18:0] gamma_rounded;
  logic        gamma_over;
  logic [16:0] gamma_d;
  assign gamma_rounded = {1'b0, moved_gamma} + {18'd0, 1'b1};
  assign gamma_over = (|mul_p[41:40]) | gamma_rounded[18];
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
  assign mul_2_d = |mul_p[55:46] ? {32{1'b1}} : mul_p[45:14];
  logic unused_mul_2;
  assign unused_mul_2 = ^{mul_p[13:0]};
  always_ff @(posedge clk_i) begin
    if (step_q == 4'd13) begin
      mul_2_q <= mul_2_d;
    end
  end

  // sum of the layer ratios, UQ12.14, clock 6
  logic [25:0] sum_before;
  assign sum_before = first_layer_q ? 26'd0 : gamma_sum_i;
  logic [26:0] sum_exact;
  assign sum_exact = {{9{1'b0}}, ratio_q} + {1'b0, sum_before};
  logic [25:0] sum_d;
  assign sum_d = sum_exact[25:0];
  logic unused_sum;
  assign unused_sum = ^sum_exact[26];
  always_ff @(posedge clk_i) begin
    if (step_q == 4'd5) begin
      sum_q <= sum_d;
    end
  end
  assign sum_valid_o = (step_q == 4'd5) & continues_q;
  assign sum_gamma_sum_o = sum_d;

  assign decision_0_o = mul_14_q;
  assign values_value_0_o = mul_2_q;
  assign values_valid_o = (step_q == 4'd14) & (continues_q & ~single_i);
  assign block_o = (step_q == 4'd13) & (continues_q & ~single_i);
  logic saturates;
  logic saturated_q;
  assign saturates = ((step_q == 4'd4) & moved_over) | ((step_q == 4'd9) & gamma_over);
  assign saturated_o = values_valid_o & (saturates | saturated_q);
  always_ff @(posedge clk_i) begin
    saturated_q <= ~begin_i & (saturates | saturated_q);
  end
endmodule
