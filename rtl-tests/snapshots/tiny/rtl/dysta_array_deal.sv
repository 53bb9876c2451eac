// dysta 0.1.0, accelerator of tiny, digest b629ca68e063f0ff
// SPDX-License-Identifier: 0BSD
//
// Deals the words of the weight stream to the rows.
// A tile begins with a word of 16 numbers of 8 bits, the words of each row of a group; the words follow in turn, row by row, a
// row without words left passed over. All groups get the same words.
// Throughput: one word a clock; a row that is passed over takes a clock.

module dysta_array_deal #(
  // Rows of the array, a power of two, 1 to 16.
  parameter integer ROWS = 2
) (
  input  logic clk_i,
  input  logic rst_ni,

  // log2 of the rows of a group.
  input  logic [2:0] group_log2_i,

  // Words of the stream.
  input  logic word_valid_i,
  output logic word_ready_o,
  input  logic [127:0] word_data_i,

  // Words to the rows; `room_i` says that the row that is meant has room.
  output logic bus_valid_o,
  output logic [ROWS-1:0] bus_mask_o,
  output logic [127:0] bus_word_o,
  output logic next_room_o,
  input  logic room_i
);

  generate
    if (ROWS < 1 || ROWS > 16) begin : gen_check_rows
      dysta_error_array_deal_rows_must_be_1_to_16 u_error ();
    end
  endgenerate

  logic [ROWS-1:0] turn_q;
  logic [8*ROWS-1:0] left_q;
  logic [ROWS-1:0] some;
  logic any;
  logic meant;
  logic send;
  logic pass;
  logic [2*ROWS-1:0] turned;
  logic [ROWS-1:0] group_end;
  logic turns_end;

  generate
    for (genvar i = 0; i < ROWS; i = i + 1) begin : gen_row
      assign some[i] = left_q[8*i +: 8] != 8'd0;
    end
  endgenerate
  assign any = some != {ROWS{1'b0}};
  assign meant = (some & turn_q) != {ROWS{1'b0}};
  assign send = word_valid_i && meant && room_i;
  assign pass = any && !meant;
  assign word_ready_o = !any || send;
  assign bus_valid_o = send;
  // A row of the first group means the rows of all groups with the same place.
  logic [3:0] place_mask;
  assign place_mask = 4'd15 >> (3'd4 - group_log2_i);
  generate
    for (genvar i = 0; i < ROWS; i = i + 1) begin : gen_mask
      localparam logic [3:0] ROW = i;
      logic [3:0] place;
      assign place = ROW & place_mask;
      assign bus_mask_o[i] = (turn_q & ({{(ROWS - 1){1'b0}}, 1'b1} << place)) != {ROWS{1'b0}};
    end
  endgenerate
  assign bus_word_o = word_data_i;
  assign next_room_o = 1'b1;
  assign group_end = {{(ROWS - 1){1'b0}}, 1'b1} << place_mask;
  assign turns_end = (turn_q & group_end) != {ROWS{1'b0}};
  assign turned = {turn_q, turn_q} << 1;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) turn_q <= {{(ROWS - 1){1'b0}}, 1'b1};
    else if (!any || (send || pass) && turns_end) turn_q <= {{(ROWS - 1){1'b0}}, 1'b1};
    else if (send || pass) turn_q <= turned[2*ROWS-1:ROWS];
  end

  generate
    for (genvar i = 0; i < ROWS; i = i + 1) begin : gen_left
      always_ff @(posedge clk_i) begin
        if (!rst_ni) left_q[8*i +: 8] <= 8'd0;
        else if (!any && word_valid_i) left_q[8*i +: 8] <= word_data_i[8*i +: 8];
        else if (send && turn_q[i]) left_q[8*i +: 8] <= left_q[8*i +: 8] - 8'd1;
      end
    end
  endgenerate

  logic unused;
  assign unused = &{1'b0, turned[ROWS-1:0]};

`ifndef SYNTHESIS
  always @(posedge clk_i) begin
    if (rst_ni && ^{word_valid_i, room_i} === 1'bx) $fatal(1, "%m: control input unknown");
  end
`endif

endmodule
