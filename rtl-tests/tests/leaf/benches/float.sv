// leaves: dysta_fp_mul dysta_fp_add dysta_fp_compare dysta_fp_from_fixed dysta_fp_to_fixed
// case: EXP_W=5 MAN_W=10
// case: EXP_W=8 MAN_W=23
// The rules at their limits, on numbers worked out by hand. Operands are known in one clock alone, so a result that is
// early, late or mixed with another is unknown.
module bench;
  parameter integer EXP_W = 5;
  parameter integer MAN_W = 10;
  localparam integer W = EXP_W + MAN_W + 1;

  logic clk = 0;
  logic [W-1:0] a;
  logic [W-1:0] b;
  logic [39:0] x;
  logic [W-1:0] product;
  logic [W-1:0] sum;
  logic [W-1:0] difference;
  logic lt;
  logic le;
  logic [W-1:0] number;
  logic [W-1:0] signed_number;
  logic [39:0] fixed;
  integer failures = 0;

  dysta_fp_mul #(.EXP_W(EXP_W), .MAN_W(MAN_W)) u_mul (.clk_i(clk), .a_i(a), .b_i(b), .p_o(product));
  dysta_fp_add #(.EXP_W(EXP_W), .MAN_W(MAN_W)) u_add (.clk_i(clk), .a_i(a), .b_i(b), .s_o(sum));
  dysta_fp_add #(.EXP_W(EXP_W), .MAN_W(MAN_W), .SUBTRACT(1)) u_subtract (
    .clk_i(clk), .a_i(a), .b_i(b), .s_o(difference)
  );
  dysta_fp_compare #(.EXP_W(EXP_W), .MAN_W(MAN_W)) u_compare (.clk_i(clk), .a_i(a), .b_i(b), .lt_o(lt), .le_o(le));
  dysta_fp_from_fixed #(.EXP_W(EXP_W), .MAN_W(MAN_W)) u_from_fixed (.clk_i(clk), .x_i(x), .y_o(number));
  dysta_fp_from_fixed #(.EXP_W(EXP_W), .MAN_W(MAN_W), .SIGNED(1)) u_from_signed (
    .clk_i(clk), .x_i(x), .y_o(signed_number)
  );
  dysta_fp_to_fixed #(.EXP_W(EXP_W), .MAN_W(MAN_W)) u_to_fixed (.clk_i(clk), .x_i(a), .y_o(fixed));

  task tick;
    begin
      #5 clk = 1;
      #5 clk = 0;
    end
  endtask

  // Operands for one clock, then LATENCY - 1 clocks of unknown ones.
  task apply(input [W-1:0] a_value, input [W-1:0] b_value, input [39:0] x_value, input integer latency);
    begin
      a = a_value;
      b = b_value;
      x = x_value;
      tick;
      a = {W{1'bx}};
      b = {W{1'bx}};
      x = 40'bx;
      repeat (latency - 1) tick;
    end
  endtask

  task check(input [39:0] found, input [39:0] expected);
    begin
      if (found !== expected) begin
        $display("%m at %0t: %h, expected %h", $time, found, expected);
        failures = failures + 1;
      end
    end
  endtask

  task mul(input [W-1:0] left, input [W-1:0] right, input [W-1:0] expected);
    begin
      apply(left, right, 40'bx, 3);
      check(product, expected);
      apply(right, left, 40'bx, 3);
      check(product, expected);
    end
  endtask

  task add(input [W-1:0] left, input [W-1:0] right, input [W-1:0] expected);
    begin
      apply(left, right, 40'bx, 4);
      check(sum, expected);
      apply(right, left, 40'bx, 4);
      check(sum, expected);
    end
  endtask

  task subtract(input [W-1:0] left, input [W-1:0] right, input [W-1:0] expected);
    begin
      apply(left, right, 40'bx, 4);
      check(difference, expected);
    end
  endtask

  task compare(input [W-1:0] left, input [W-1:0] right, input [1:0] expected);
    begin
      apply(left, right, 40'bx, 1);
      check({lt, le}, expected);
    end
  endtask

  task from_fixed(input [39:0] value, input [W-1:0] expected, input [W-1:0] expected_signed);
    begin
      apply({W{1'bx}}, {W{1'bx}}, value, 2);
      check(number, expected);
      check(signed_number, expected_signed);
    end
  endtask

  task to_fixed(input [W-1:0] value, input [39:0] expected);
    begin
      apply(value, {W{1'bx}}, 40'bx, 2);
      check(fixed, expected);
    end
  endtask

  task fp16;
    begin
      mul(16'h3C00, 16'hC000, 16'hC000);
      mul(16'h3555, 16'h4200, 16'h3C00); // 1 - 2**-12: tie, to even
      mul(16'h7BFF, 16'h3C01, 16'h7C00); // overflow
      mul(16'h0400, 16'h3800, 16'h0000); // subnormal result
      mul(16'h8401, 16'h3BFE, 16'h8000); // would round to the smallest normal number
      mul(16'h0001, 16'h7BFF, 16'h0000); // subnormal operand
      mul(16'h7C00, 16'h8400, 16'hFC00);
      mul(16'hFC00, 16'h0001, 16'h7E00);
      mul(16'hFC01, 16'h3C00, 16'h7E00);
      add(16'h3C00, 16'hBC00, 16'h0000);
      add(16'h8000, 16'h8000, 16'h8000);
      add(16'h0000, 16'h8000, 16'h0000);
      add(16'h3C00, 16'h1000, 16'h3C00); // 1 + 2**-11: tie, to even
      add(16'h3C01, 16'h1000, 16'h3C02);
      add(16'h3C00, 16'h1001, 16'h3C01);
      add(16'h3C00, 16'h8C00, 16'h3C00); // 1 - 2**-12: tie at the change of the exponent
      add(16'h3C00, 16'h8C01, 16'h3BFF);
      add(16'h7BFF, 16'h4C00, 16'h7C00); // 65520: tie, to infinity
      add(16'h7BFF, 16'h4BFF, 16'h7BFF);
      add(16'h8401, 16'h0400, 16'h8000); // subnormal result
      add(16'h3C00, 16'h83FF, 16'h3C00); // subnormal operand
      add(16'h83FF, 16'h83FF, 16'h8000);
      add(16'h7C00, 16'hFC00, 16'h7E00);
      add(16'hFC00, 16'h7BFF, 16'hFC00);
      add(16'h7C01, 16'h0000, 16'h7E00);
      subtract(16'h4000, 16'h3C00, 16'h3C00);
      subtract(16'h3C00, 16'h4000, 16'hBC00);
      subtract(16'h8000, 16'h0000, 16'h8000);
      subtract(16'h7C00, 16'h7C00, 16'h7E00);
      compare(16'h3C00, 16'h3C00, 2'b01);
      compare(16'h8000, 16'h0000, 2'b01);
      compare(16'h03FF, 16'h8001, 2'b01);
      compare(16'hC000, 16'hBC00, 2'b11);
      compare(16'hBC00, 16'hC000, 2'b00);
      compare(16'hFC00, 16'h7C00, 2'b11);
      compare(16'h8400, 16'h0000, 2'b11);
      compare(16'h7E00, 16'h7E00, 2'b00);
      compare(16'hFC01, 16'h3C00, 2'b00);
      from_fixed(40'h0000000000, 16'h0000, 16'h0000);
      from_fixed(40'h0000000001, 16'h1C00, 16'h1C00);
      from_fixed(40'h0000FFEFFF, 16'h7BFF, 16'h7BFF);
      from_fixed(40'h0000FFF000, 16'h7BFF, 16'h7BFF); // saturates
      from_fixed(40'h0000100080, 16'h6C00, 16'h6C00); // 4096.5
      from_fixed(40'h0000100200, 16'h6C00, 16'h6C00); // 4098: tie, to even
      from_fixed(40'h0000100600, 16'h6C02, 16'h6C02);
      from_fixed(40'hFFFFFFFF00, 16'h7BFF, 16'hBC00);
      from_fixed(40'h8000000000, 16'h7BFF, 16'hFBFF);
      to_fixed(16'h3C00, 40'h0000000100);
      to_fixed(16'h3BFF, 40'h00000000FF);
      to_fixed(16'h1C00, 40'h0000000001);
      to_fixed(16'h1BFF, 40'h0000000000);
      to_fixed(16'h7BFF, 40'h0000FFE000);
      to_fixed(16'h7C00, 40'hFFFFFFFFFF);
      to_fixed(16'hFC00, 40'h0000000000);
      to_fixed(16'h7E00, 40'h0000000000);
      to_fixed(16'hBC00, 40'h0000000000);
    end
  endtask

  task fp32;
    begin
      mul(32'h3F800000, 32'hC0000000, 32'hC0000000);
      mul(32'h3F800001, 32'h3F800001, 32'h3F800002);
      mul(32'h7F7FFFFF, 32'h3F800001, 32'h7F800000); // overflow
      mul(32'h80800001, 32'h3F7FFFFE, 32'h80000000); // would round to the smallest normal number
      mul(32'h807FFFFF, 32'h7F7FFFFF, 32'h80000000); // subnormal operand
      mul(32'hFF800000, 32'h00000001, 32'h7FC00000);
      add(32'h3F800000, 32'h33800000, 32'h3F800000); // 1 + 2**-24: tie, to even
      add(32'h3F800001, 32'h33800000, 32'h3F800002);
      add(32'h3F800000, 32'h33800001, 32'h3F800001);
      add(32'h3F800000, 32'hB3000000, 32'h3F800000); // 1 - 2**-25: tie at the change of the exponent
      add(32'h3F800000, 32'hB3000001, 32'h3F7FFFFF);
      add(32'h7F7FFFFF, 32'h73000000, 32'h7F800000); // tie, to infinity
      add(32'h80800001, 32'h00800000, 32'h80000000); // subnormal result
      add(32'h7F800000, 32'hFF800000, 32'h7FC00000);
      subtract(32'h40000000, 32'h3F800000, 32'h3F800000);
      subtract(32'h3F800000, 32'h3F800000, 32'h00000000);
      compare(32'h80000001, 32'h007FFFFF, 2'b01);
      compare(32'hC0000000, 32'hBF800000, 2'b11);
      compare(32'h7FC00000, 32'h3F800000, 2'b00);
      from_fixed(40'h0000000001, 32'h3B800000, 32'h3B800000);
      from_fixed(40'h0001000001, 32'h47800000, 32'h47800000); // tie, to even
      from_fixed(40'h0001000003, 32'h47800002, 32'h47800002);
      from_fixed(40'hFFFFFFFFFF, 32'h4F800000, 32'hBB800000);
      to_fixed(32'h3F800000, 40'h0000000100);
      to_fixed(32'h4F7FFFFF, 40'hFFFFFF0000);
      to_fixed(32'h4F800000, 40'hFFFFFFFFFF); // saturates
      to_fixed(32'h7F800000, 40'hFFFFFFFFFF);
      to_fixed(32'hFFC00000, 40'h0000000000);
    end
  endtask

  initial begin
    a = {W{1'bx}};
    b = {W{1'bx}};
    x = 40'bx;
    if (EXP_W == 5) fp16;
    else fp32;
    if (failures == 0) $display("PASS");
    $finish;
  end
endmodule
