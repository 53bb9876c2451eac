use super::id;
use crate::vlog::{
    Base, CaseArm, Expr, GenerateFor, Instance, Item, Localparam, Net, Stmt, Width, concat, lit,
    verilog, verilog_expr, verilog_stmts,
};

#[test]
fn expressions() {
    let (a, b, c) = (|| id("a"), || id("b"), || id("c"));
    let hex = |width, value| Expr::Sized {
        width,
        value,
        base: Base::Hex,
    };
    let cases = [
        (verilog_expr!(a), a()),
        (verilog_expr!(7), 7.into()),
        (verilog_expr!(1_000), 1000.into()),
        (verilog_expr!(8'd3), lit(8, 3)),
        (verilog_expr!(1'b1), lit(1, 1)),
        (verilog_expr!({8'd3,4'd2}), concat([lit(8, 3), lit(4, 2)])),
        (verilog_expr!(48'hdead_BEEF), hex(48, 0xdead_beef)),
        (verilog_expr!(4'hf + 4'he), hex(4, 15) + hex(4, 14)),
        (verilog_expr!(a + b * c - 1), a() + b() * c() - 1),
        (verilog_expr!(a - (b - c)), a() - (b() - c())),
        (
            verilog_expr!(a << 1 >> 2 >>> 3),
            (a() << 1 >> 2).shift_right_arithmetic(3),
        ),
        (verilog_expr!(a + b < c), (a() + b()).less(c())),
        (verilog_expr!(a <= b), a().at_most(b())),
        (
            verilog_expr!(a > b == c >= a),
            a().greater(b()).equals(c().at_least(a())),
        ),
        (verilog_expr!(a & b ^ c | a), ((a() & b()) ^ c()) | a()),
        (
            verilog_expr!(a != b && !c || a),
            a().differs(b()).and_also(c().logical_not()).or_else(a()),
        ),
        (verilog_expr!(~a & -b), !a() & -b()),
        (
            verilog_expr!(&a | (|b) ^ (^c)),
            a().reduce_and() | (b().reduce_or() ^ c().reduce_xor()),
        ),
        (verilog_expr!(a & &b), a() & b().reduce_and()),
        (
            verilog_expr!(a ? b : c ? a : b),
            a().select(b(), c().select(a(), b())),
        ),
        (verilog_expr!({4{a}}), a().repeat(4)),
        (
            verilog_expr!({ W { a, b } }),
            concat(["a", "b"]).repeat("W"),
        ),
        (verilog_expr!(a[3]), a().at(3)),
        (verilog_expr!(a[W - 1:0]), a().slice(id("W") - 1, 0)),
        (verilog_expr!(a[i * 8 +: 8]), a().part(id("i") * 8, 8)),
        (verilog_expr!(a[i][3:0]), a().at("i").slice(3, 0)),
        (
            verilog_expr!($signed(a) >>> 2),
            a().signed().shift_right_arithmetic(2),
        ),
        (
            verilog_expr!($unsigned(a) % $clog2(b)),
            a().unsigned() % Expr::call(crate::vlog::SystemFunction::Clog2, b()),
        ),
        (verilog_expr!(a / 2), a() / 2),
    ];
    for (quoted, built) in cases {
        assert_eq!(quoted, built);
    }
}

#[test]
fn interpolation() {
    let (name, width, value) = ("left", 8_u32, id("right") + 1);
    let owned = String::from("sum_q");
    assert_eq!(
        verilog_expr!(#name + #value),
        id("left") + (id("right") + 1)
    );
    assert_eq!(
        verilog_expr!(#(lit(width, 3)) | #owned[#width - 1:0]),
        lit(8, 3) | id("sum_q").slice(id_of(8) - 1, 0)
    );
    let items = verilog! {
        logic [#width - 1:0] #owned;
        assign #owned = #value;
        dysta_leaf #(.WIDTH(#width)) #(format!("u_{name}")) (.y_o(#owned));
    };
    let instance = Instance::new("dysta_leaf", "u_left")
        .param("WIDTH", 8)
        .connect("y_o", "sum_q");
    let built = [
        Item::net("sum_q", 8),
        Item::assign("sum_q", value),
        Item::Instance(instance),
    ];
    assert_eq!(items, built);
}

fn id_of(value: u32) -> Expr {
    value.into()
}

#[test]
fn items() {
    let quoted = verilog! {
        // Comments vanish.
        logic flag, other;
        logic signed [7:0] level_q;
        logic [W-1:0] memory_q [0:D-1];
        localparam [1:0] StIdle = 2'd0;
        localparam HALF = D / 2;
        assign {flag, other} = a[1:0];
        always_ff @(posedge clk_i) begin
            if (!rst_ni) begin level_q <= 8'd0; end
            else begin level_q <= level_d; end
        end
        dysta_leaf #(.W(8)) u_leaf (.clk_i(clk_i), .y_o());
        for (genvar i = 0; i < N; i = i + 1) begin : g_bit
            assign y[i] = x[i];
        end
    };
    let built = vec![
        Item::net("flag", 1),
        Item::net("other", 1),
        Item::Net(Net::new("level_q", 8).signed()),
        Item::Net(Net::new("memory_q", "W").with_depth("D")),
        Item::localparam("StIdle", Width::Bits(2), lit(2, 0)),
        Item::Localparam(Localparam {
            name: "HALF".into(),
            width: None,
            value: id("D") / 2,
        }),
        Item::assign(concat(["flag", "other"]), id("a").slice(1, 0)),
        Item::always_ff_reset(
            "clk_i",
            id("rst_ni").logical_not(),
            vec![Stmt::non_blocking("level_q", lit(8, 0))],
            vec![Stmt::non_blocking("level_q", "level_d")],
        ),
        Item::Instance(
            Instance::new("dysta_leaf", "u_leaf")
                .param("W", 8)
                .connect("clk_i", "clk_i")
                .open("y_o"),
        ),
        Item::GenerateFor(GenerateFor {
            label: "g_bit".into(),
            variable: "i".into(),
            count: "N".into(),
            items: vec![Item::assign(id("y").at("i"), id("x").at("i"))],
        }),
    ];
    assert_eq!(quoted, built);
}

#[test]
fn statements() {
    let quoted = verilog_stmts! {
        x = a <= b;
        if (a) begin x = b; end else if (b) begin {x, y} = c; end
        case (state_q)
            StIdle: x = a;
            2'd1, 2'd2: begin end
            default: begin x = b; y = c; end
        endcase
    };
    let else_if = Stmt::when("b", vec![Stmt::blocking(concat(["x", "y"]), "c")]);
    let arms = vec![
        CaseArm::new("StIdle", vec![Stmt::blocking("x", "a")]),
        CaseArm {
            labels: vec![lit(2, 1), lit(2, 2)],
            body: vec![],
        },
    ];
    let default = vec![Stmt::blocking("x", "b"), Stmt::blocking("y", "c")];
    let built = vec![
        Stmt::blocking("x", id("a").at_most("b")),
        Stmt::when_else("a", vec![Stmt::blocking("x", "b")], vec![else_if]),
        Stmt::case("state_q", arms, Some(default)),
    ];
    assert_eq!(quoted, built);
}
