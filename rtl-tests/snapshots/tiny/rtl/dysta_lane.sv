// dysta 0.1.0, config tiny, digest b93da4205507f7e3
// SPDX-License-Identifier: 0BSD

// Scores one candidate a clock.
// Latency: 7 clocks. Throughput: one candidate a clock.
// Score: t_rem + beta * (slack + penalty)
module dysta_lane (
  input  logic        clk_i,
  input  logic        rst_ni,

  // Values of the decision, stable while candidates pass.
  input  logic [47:0] stamp_i,
  input  logic [23:0] decision_0_i,

  // Candidate: fields of one entry.
  input  logic        candidate_valid_i,
  input  logic        candidate_last_i,
  input  logic [2:0]  candidate_position_i,
  input  logic [31:0] candidate_number_i,
  input  logic [31:0] value_0_i,
  input  logic [47:0] deadline_i,
  input  logic [41:0] last_run_i,
  input  logic [23:0] inv_isolated_i,

  // Its score, with what travels beside it.
  output logic        scored_valid_o,
  output logic        scored_last_o,
  output logic [39:0] scored_score_o,
  output logic [31:0] scored_number_o,
  output logic [2:0]  scored_position_o
);
  logic [41:0] deadline;
  assign deadline = deadline_i[47:6];
  logic unused_deadline;
  assign unused_deadline = ^deadline_i[5:0];
  logic [41:0] now;
  assign now = stamp_i[47:6];
  logic unused_now;
  assign unused_now = ^stamp_i[5:0];
  // sub_5 = sub(deadline, now), SQ42.0, clock 1
  logic [42:0] sub_5_exact;
  assign sub_5_exact = {{1{1'b0}}, deadline} - {{1{1'b0}}, now};
  logic [42:0] sub_5_d;
  assign sub_5_d = {sub_5_exact[42], sub_5_exact[41:0]};
  logic [42:0] sub_5_q;
  always_ff @(posedge clk_i) begin
    sub_5_q <= sub_5_d;
  end
  // sat_sub_6 = sat_sub(sub_5, mul_2), UQ32.0, clock 3
  logic [31:0] mul_2_s1;
  dysta_delay #(
    .WIDTH (32),
    .DEPTH (1)
  ) u_mul_2_s1 (
    .clk_i  (clk_i),
    .data_i (value_0_i),
    .data_o (mul_2_s1)
  );
  logic [43:0] sat_sub_6_exact;
  assign sat_sub_6_exact = {{1{sub_5_q[42]}}, sub_5_q} - {{12{1'b0}}, mul_2_s1};
  logic [42:0] sat_sub_6_clamped;
  assign sat_sub_6_clamped = sat_sub_6_exact[43] ? 43'd0 : sat_sub_6_exact[42:0];
  logic [42:0] sat_sub_6_clamped_q;
  always_ff @(posedge clk_i) begin
    sat_sub_6_clamped_q <= sat_sub_6_clamped;
  end
  logic [31:0] sat_sub_6_d;
  assign sat_sub_6_d = |sat_sub_6_clamped_q[42:32] ? {32{1'b1}} : sat_sub_6_clamped_q[31:0];
  logic [31:0] sat_sub_6_q;
  always_ff @(posedge clk_i) begin
    sat_sub_6_q <= sat_sub_6_d;
  end
  // mul_8 = mul(sat_sub_6, const_7), UQ26.8, clock 5
  logic [47:0] mul_8_p;
  dysta_mul #(
    .A_W     (32),
    .B_W     (16),
    .LATENCY (2)
  ) u_mul_8 (
    .clk_i (clk_i),
    .a_i   (sat_sub_6_q),
    .b_i   (16'ha3d7),
    .p_o   (mul_8_p)
  );
  logic [33:0] mul_8_d;
  assign mul_8_d = mul_8_p[47:14];
  logic unused_mul_8;
  assign unused_mul_8 = ^{mul_8_p[13:0]};
  // sub_10 = sub(now, last_run), UQ32.0, clock 1
  logic [41:0] sub_10_exact;
  assign sub_10_exact = now - last_run_i;
  logic [31:0] sub_10_d;
  assign sub_10_d = |sub_10_exact[41:32] ? {32{1'b1}} : sub_10_exact[31:0];
  logic [31:0] sub_10_q;
  always_ff @(posedge clk_i) begin
    sub_10_q <= sub_10_d;
  end
  // mul_15 = mul(sub_10, inv_isolated), UQ32.2, clock 4
  logic [23:0] inv_isolated_s1;
  dysta_delay #(
    .WIDTH (24),
    .DEPTH (1)
  ) u_inv_isolated_s1 (
    .clk_i  (clk_i),
    .data_i (inv_isolated_i),
    .data_o (inv_isolated_s1)
  );
  logic [55:0] mul_15_p;
  dysta_mul #(
    .A_W     (32),
    .B_W     (24),
    .LATENCY (2)
  ) u_mul_15 (
    .clk_i (clk_i),
    .a_i   (sub_10_q),
    .b_i   (inv_isolated_s1),
    .p_o   (mul_15_p)
  );
  logic [33:0] mul_15_d;
  assign mul_15_d = |mul_15_p[55:52] ? {34{1'b1}} : mul_15_p[51:18];
  logic unused_mul_15;
  assign unused_mul_15 = ^{mul_15_p[17:0]};
  logic [33:0] mul_15_q;
  always_ff @(posedge clk_i) begin
    mul_15_q <= mul_15_d;
  end
  // mul_16 = mul(mul_15, mul_14), UQ35.8, clock 6
  logic [57:0] mul_16_p;
  dysta_mul #(
    .A_W     (34),
    .B_W     (24),
    .LATENCY (2)
  ) u_mul_16 (
    .clk_i (clk_i),
    .a_i   (mul_15_q),
    .b_i   (decision_0_i),
    .p_o   (mul_16_p)
  );
  logic [42:0] mul_16_d;
  assign mul_16_d = mul_16_p[57:15];
  logic unused_mul_16;
  assign unused_mul_16 = ^{mul_16_p[14:0]};
  // add_17 = add(mul_2, mul_8), UQ33.8, clock 6
  logic [31:0] mul_2_s5;
  dysta_delay #(
    .WIDTH (32),
    .DEPTH (4)
  ) u_mul_2_s5 (
    .clk_i  (clk_i),
    .data_i (mul_2_s1),
    .data_o (mul_2_s5)
  );
  logic [40:0] add_17_exact;
  assign add_17_exact = {{1{1'b0}}, mul_2_s5, 8'd0} + {{7{1'b0}}, mul_8_d};
  logic [40:0] add_17_d;
  assign add_17_d = add_17_exact;
  logic [40:0] add_17_q;
  always_ff @(posedge clk_i) begin
    add_17_q <= add_17_d;
  end
  // add_18 = add(add_17, mul_16), UQ32.8, clock 7
  logic [43:0] add_18_exact;
  assign add_18_exact = {{3{1'b0}}, add_17_q} + {{1{1'b0}}, mul_16_d};
  logic [39:0] add_18_d;
  assign add_18_d = |add_18_exact[43:40] ? {40{1'b1}} : add_18_exact[39:0];
  logic [39:0] add_18_q;
  always_ff @(posedge clk_i) begin
    add_18_q <= add_18_d;
  end
  assign scored_score_o = add_18_q;
  assign scored_number_o = candidate_number_i;
  logic [2:0] position_last;
  dysta_delay #(
    .WIDTH (3),
    .DEPTH (7)
  ) u_position_last (
    .clk_i  (clk_i),
    .data_i (candidate_position_i),
    .data_o (position_last)
  );
  assign scored_position_o = position_last;
  logic [6:0] valid_q;
  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      valid_q <= 7'd0;
    end else begin
      valid_q <= {valid_q[5:0], candidate_valid_i};
    end
  end
  assign scored_valid_o = valid_q[6];
  logic [6:0] last_q;
  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      last_q <= 7'd0;
    end else begin
      last_q <= {last_q[5:0], candidate_last_i};
    end
  end
  assign scored_last_o = last_q[6];
endmodule
