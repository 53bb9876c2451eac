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
  input  logic [21:0] inv_isolated_i,

  // Its score, with what travels beside it.
  output logic        scored_valid_o,
  output logic        scored_last_o,
  output logic [39:0] scored_score_o,
  output logic [31:0] scored_number_o,
  output logic [2:0]  scored_position_o
);
  logic [41:0] now;
  assign now = stamp_i[47:6];
  logic unused_now;
  assign unused_now = ^stamp_i[5:0];
  logic [41:0] deadline;
  assign deadline = deadline_i[47:6];
  logic unused_deadline;
  assign unused_deadline = ^deadline_i[5:0];
  // sat_sub_5 = sat_sub(deadline, now), UQ32.0, clock 1
  logic [42:0] sat_sub_5_exact;
  assign sat_sub_5_exact = {{1{1'b0}}, deadline} - {{1{1'b0}}, now};
  logic [41:0] sat_sub_5_clamped;
  assign sat_sub_5_clamped = sat_sub_5_exact[42] ? 42'd0 : sat_sub_5_exact[41:0];
  logic [31:0] sat_sub_5_d;
  assign sat_sub_5_d = |sat_sub_5_clamped[41:32] ? {32{1'b1}} : sat_sub_5_clamped[31:0];
  logic [31:0] sat_sub_5_q;
  always_ff @(posedge clk_i) begin
    sat_sub_5_q <= sat_sub_5_d;
  end
  // sat_sub_6 = sat_sub(sat_sub_5, mul_2), UQ32.0, clock 2
  logic [31:0] mul_2_s1;
  dysta_delay #(
    .WIDTH (32),
    .DEPTH (1)
  ) u_mul_2_s1 (
    .clk_i  (clk_i),
    .data_i (value_0_i),
    .data_o (mul_2_s1)
  );
  logic [32:0] sat_sub_6_exact;
  assign sat_sub_6_exact = {{1{1'b0}}, sat_sub_5_q} - {{1{1'b0}}, mul_2_s1};
  logic [31:0] sat_sub_6_clamped;
  assign sat_sub_6_clamped = sat_sub_6_exact[32] ? 32'd0 : sat_sub_6_exact[31:0];
  logic [31:0] sat_sub_6_d;
  assign sat_sub_6_d = sat_sub_6_clamped;
  logic [31:0] sat_sub_6_q;
  always_ff @(posedge clk_i) begin
    sat_sub_6_q <= sat_sub_6_d;
  end
  // mul_8 = mul(sat_sub_6, const_7), UQ26.8, clock 4
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
  // mul_inv_15 = mul_inv(sub_10, inv_isolated), UQ16.16, clock 4
  logic [21:0] inv_isolated_s1;
  dysta_delay #(
    .WIDTH (22),
    .DEPTH (1)
  ) u_inv_isolated_s1 (
    .clk_i  (clk_i),
    .data_i (inv_isolated_i),
    .data_o (inv_isolated_s1)
  );
  logic [47:0] mul_inv_15_p;
  dysta_mul #(
    .A_W     (32),
    .B_W     (16),
    .LATENCY (2)
  ) u_mul_inv_15 (
    .clk_i (clk_i),
    .a_i   (sub_10_q),
    .b_i   (inv_isolated_s1[15:0]),
    .p_o   (mul_inv_15_p)
  );
  logic [5:0] mul_inv_15_amount;
  assign mul_inv_15_amount = inv_isolated_s1[21:16];
  logic [5:0] mul_inv_15_shift;
  dysta_delay #(
    .WIDTH (6),
    .DEPTH (2)
  ) u_mul_inv_15_shift (
    .clk_i  (clk_i),
    .data_i (mul_inv_15_amount),
    .data_o (mul_inv_15_shift)
  );
  logic [48:0] mul_inv_15_wide;
  assign mul_inv_15_wide = {mul_inv_15_p, 1'b0};
  logic [46:0] mul_inv_15_shift4;
  assign mul_inv_15_shift4 = (mul_inv_15_shift[5:4] == 2'd0) ? mul_inv_15_wide[46:0] :
      (mul_inv_15_shift[5:4] == 2'd1) ? {14'd0, mul_inv_15_wide[48:16]} :
      (mul_inv_15_shift[5:4] == 2'd2) ? {30'd0, mul_inv_15_wide[48:32]} :
      {46'd0, mul_inv_15_wide[48]};
  logic mul_inv_15_shift4_over;
  assign mul_inv_15_shift4_over = (mul_inv_15_shift[5:4] == 2'd0) ? |mul_inv_15_wide[48:47] :
      (mul_inv_15_shift[5:4] == 2'd1) ? 1'b0 :
      (mul_inv_15_shift[5:4] == 2'd2) ? 1'b0 :
      1'b0;
  logic [34:0] mul_inv_15_shift2;
  assign mul_inv_15_shift2 = (mul_inv_15_shift[3:2] == 2'd0) ? mul_inv_15_shift4[34:0] :
      (mul_inv_15_shift[3:2] == 2'd1) ? mul_inv_15_shift4[38:4] :
      (mul_inv_15_shift[3:2] == 2'd2) ? mul_inv_15_shift4[42:8] :
      mul_inv_15_shift4[46:12];
  logic mul_inv_15_shift2_over;
  assign mul_inv_15_shift2_over = (mul_inv_15_shift[3:2] == 2'd0) ? |mul_inv_15_shift4[46:35] :
      (mul_inv_15_shift[3:2] == 2'd1) ? |mul_inv_15_shift4[46:39] :
      (mul_inv_15_shift[3:2] == 2'd2) ? |mul_inv_15_shift4[46:43] :
      1'b0;
  logic [31:0] mul_inv_15_shift0;
  assign mul_inv_15_shift0 = (mul_inv_15_shift[1:0] == 2'd0) ? mul_inv_15_shift2[31:0] :
      (mul_inv_15_shift[1:0] == 2'd1) ? mul_inv_15_shift2[32:1] :
      (mul_inv_15_shift[1:0] == 2'd2) ? mul_inv_15_shift2[33:2] :
      mul_inv_15_shift2[34:3];
  logic mul_inv_15_shift0_over;
  assign mul_inv_15_shift0_over = (mul_inv_15_shift[1:0] == 2'd0) ? |mul_inv_15_shift2[34:32] :
      (mul_inv_15_shift[1:0] == 2'd1) ? |mul_inv_15_shift2[34:33] :
      (mul_inv_15_shift[1:0] == 2'd2) ? |mul_inv_15_shift2[34] :
      1'b0;
  logic mul_inv_15_over;
  assign mul_inv_15_over = mul_inv_15_shift4_over |
      mul_inv_15_shift2_over |
      mul_inv_15_shift0_over;
  logic [31:0] mul_inv_15_d;
  assign mul_inv_15_d = mul_inv_15_over ? {32{1'b1}} : mul_inv_15_shift0;
  logic [31:0] mul_inv_15_q;
  always_ff @(posedge clk_i) begin
    mul_inv_15_q <= mul_inv_15_d;
  end
  // mul_16 = mul(mul_inv_15, mul_14), UQ33.8, clock 6
  logic [55:0] mul_16_p;
  dysta_mul #(
    .A_W     (32),
    .B_W     (24),
    .LATENCY (2)
  ) u_mul_16 (
    .clk_i (clk_i),
    .a_i   (mul_inv_15_q),
    .b_i   (decision_0_i),
    .p_o   (mul_16_p)
  );
  logic [40:0] mul_16_d;
  assign mul_16_d = mul_16_p[55:15];
  logic unused_mul_16;
  assign unused_mul_16 = ^{mul_16_p[14:0]};
  // add_17 = add(mul_2, mul_8), UQ33.8, clock 5
  logic [31:0] mul_2_s4;
  dysta_delay #(
    .WIDTH (32),
    .DEPTH (3)
  ) u_mul_2_s4 (
    .clk_i  (clk_i),
    .data_i (mul_2_s1),
    .data_o (mul_2_s4)
  );
  logic [40:0] add_17_exact;
  assign add_17_exact = {{1{1'b0}}, mul_2_s4, 8'd0} + {{7{1'b0}}, mul_8_d};
  logic [40:0] add_17_d;
  assign add_17_d = add_17_exact;
  logic [40:0] add_17_q;
  always_ff @(posedge clk_i) begin
    add_17_q <= add_17_d;
  end
  // add_18 = add(add_17, mul_16), UQ32.8, clock 7
  logic [40:0] add_17_s6;
  dysta_delay #(
    .WIDTH (41),
    .DEPTH (1)
  ) u_add_17_s6 (
    .clk_i  (clk_i),
    .data_i (add_17_q),
    .data_o (add_17_s6)
  );
  logic [41:0] add_18_exact;
  assign add_18_exact = {{1{1'b0}}, add_17_s6} + {{1{1'b0}}, mul_16_d};
  logic [39:0] add_18_d;
  assign add_18_d = |add_18_exact[41:40] ? {40{1'b1}} : add_18_exact[39:0];
  logic [39:0] add_18_q;
  always_ff @(posedge clk_i) begin
    add_18_q <= add_18_d;
  end
  assign scored_score_o = add_18_q;
  logic [31:0] number_last;
  dysta_delay #(
    .WIDTH (32),
    .DEPTH (7)
  ) u_number_last (
    .clk_i  (clk_i),
    .data_i (candidate_number_i),
    .data_o (number_last)
  );
  assign scored_number_o = number_last;
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
