//! Floating-point operators of lane and update unit: instances of the `dysta_fp_*` leaves.
//!
//! Operands are finite and the leaves saturate, so no infinity and no NaN arises: a score is always a finite number.

use dysta_config::expr::schedule::{FLOAT_COMPARE, FLOAT_MULTIPLY, UPDATE_MULTIPLY, float_latency};
use dysta_config::expr::{Node, NodeId, Op, Program};
use dysta_config::soft_float::FloatFormat;

use super::arith::Value;
use crate::vlog::{Expr, Instance, Item, concat, lit, verilog};

/// The format of the leaf that a node needs; `None` for a node without one.
pub(super) fn format(program: &Program, node: &Node) -> Option<FloatFormat> {
    float_latency(&program.nodes, node)?;
    let operand = node.op.operands().first().copied()?;
    node.float.or(program.nodes[operand].float)
}

/// A product that a floating-point multiplier makes.
pub(super) fn is_product(program: &Program, id: NodeId) -> bool {
    let node = &program.nodes[id];
    node.op.multiplies() && node.float.is_some()
}

fn leaf(name: &str, module: &str, format: FloatFormat) -> Instance {
    Instance::new(module, format!("u_{name}"))
        .param("EXP_W", format.exponent_bits())
        .param("MAN_W", format.mantissa_bits())
}

/// Declares `{name}_d`, the value of `node` as many clocks after its operands as its leaf takes.
///
/// ```text
/// logic [15:0] add_9_d;
/// dysta_fp_add #(.EXP_W (5), .MAN_W (10), .SUBTRACT (0), .SATURATE (1)) u_add_9 (…);
/// ```
pub(super) fn operator(
    name: &str,
    node: &Node,
    format: FloatFormat,
    operands: &[Value],
) -> Vec<Item> {
    match (node.op, operands) {
        (Op::ToFloat(..), [a]) => converted(name, format, a),
        (Op::Mul(..), [a, b]) => product(name, format, a.expr(), b.expr()),
        (Op::Add(..), [a, b]) => sum(name, format, a, b, 0),
        (Op::Sub(..), [a, b]) => sum(name, format, a, b, 1),
        (Op::SatSub(..), [a, b]) => clamped(name, format, a, b),
        (Op::Lt(..), [a, b]) => compared(name, format, a, b, "lt"),
        (Op::Le(..), [a, b]) => compared(name, format, a, b, "le"),
        (Op::Min(..), [a, b]) => chosen(name, format, [a, b], "lt", [a, b]),
        (Op::Max(..), [a, b]) => chosen(name, format, [a, b], "le", [b, a]),
        _ => Vec::new(),
    }
}

/// Declares `{name}_d`, the saturating product.
pub(super) fn product(name: &str, format: FloatFormat, a: Expr, b: Expr) -> Vec<Item> {
    let wire = format!("{name}_d");
    let instance = leaf(name, "dysta_fp_mul", format)
        .param("SATURATE", 1u32)
        .connect("clk_i", "clk_i")
        .connect("a_i", a)
        .connect("b_i", b)
        .connect("p_o", &wire);
    vec![Item::net(&wire, format.bits()), Item::Instance(instance)]
}

fn adder(
    name: &str,
    format: FloatFormat,
    a: &Value,
    b: &Value,
    subtract: u32,
    wire: &str,
) -> Vec<Item> {
    let instance = leaf(name, "dysta_fp_add", format)
        .param("SUBTRACT", subtract)
        .param("SATURATE", 1u32)
        .connect("clk_i", "clk_i")
        .connect("a_i", a.expr())
        .connect("b_i", b.expr())
        .connect("s_o", wire);
    vec![Item::net(wire, format.bits()), Item::Instance(instance)]
}

fn sum(name: &str, format: FloatFormat, a: &Value, b: &Value, subtract: u32) -> Vec<Item> {
    adder(name, format, a, b, subtract, &format!("{name}_d"))
}

/// A negative difference, and -0, becomes +0: prints `assign sat_sub_6_d = sat_sub_6_exact[15] ? 16'd0 : sat_sub_6_exact;`.
fn clamped(name: &str, format: FloatFormat, a: &Value, b: &Value) -> Vec<Item> {
    let exact = format!("{name}_exact");
    let mut items = adder(name, format, a, b, 1, &exact);
    items.extend(clamp(name, format, &exact));
    items
}

fn clamp(name: &str, format: FloatFormat, exact: &str) -> Vec<Item> {
    let (wire, width) = (format!("{name}_d"), format.bits());
    let value = Expr::id(exact)
        .at(width - 1)
        .select(lit(width, 0), Expr::id(exact));
    vec![Item::net(&wire, width), Item::assign(&wire, value)]
}

/// Declares `{name}_d`, what `node` makes of the result of a shared unit on net `total`.
pub(super) fn of_unit(name: &str, node: &Node, format: FloatFormat, total: &str) -> Vec<Item> {
    if let Op::SatSub(..) = node.op {
        return clamp(name, format, total);
    }
    let wire = format!("{name}_d");
    vec![
        Item::net(&wire, format.bits()),
        Item::assign(&wire, Expr::id(total)),
    ]
}

/// A floating-point number with the other sign: an adder of sums takes differences then.
pub(super) fn negated(value: &Value, format: FloatFormat) -> Expr {
    let sign = format.bits() - 1;
    match value {
        Value::Net(name, _) => {
            concat([!Expr::id(name).at(sign), Expr::id(name).slice(sign - 1, 0)])
        }
        Value::Const(raw, _) => lit(format.bits(), (*raw as u128) ^ (1 << sign)),
    }
}

/// A shared multiplier on nets.
pub(super) fn multiplier_unit(
    name: &str,
    format: FloatFormat,
    [a, b]: &[String; 2],
    p: &str,
) -> Instance {
    leaf(name, "dysta_fp_mul", format)
        .param("SATURATE", 1u32)
        .connect("clk_i", "clk_i")
        .connect("a_i", a.as_str())
        .connect("b_i", b.as_str())
        .connect("p_o", p)
}

/// A shared adder on nets.
pub(super) fn adder_unit(
    name: &str,
    format: FloatFormat,
    [a, b]: &[String; 2],
    s: &str,
) -> Instance {
    leaf(name, "dysta_fp_add", format)
        .param("SUBTRACT", 0u32)
        .param("SATURATE", 1u32)
        .connect("clk_i", "clk_i")
        .connect("a_i", a.as_str())
        .connect("b_i", b.as_str())
        .connect("s_o", s)
}

/// `lt_o` or `le_o` of a comparison as `wire`; the other answer is left out.
fn comparison(
    name: &str,
    format: FloatFormat,
    [a, b]: [&Value; 2],
    port: &str,
    wire: &str,
) -> Vec<Item> {
    let other = format!("unused_{name}");
    let answer = |of: &str| if of == port { wire } else { &other };
    let instance = leaf(name, "dysta_fp_compare", format)
        .connect("clk_i", "clk_i")
        .connect("a_i", a.expr())
        .connect("b_i", b.expr())
        .connect("lt_o", answer("lt"))
        .connect("le_o", answer("le"));
    vec![
        Item::net(wire, 1),
        Item::net(&other, 1),
        Item::Instance(instance),
    ]
}

fn compared(name: &str, format: FloatFormat, a: &Value, b: &Value, port: &str) -> Vec<Item> {
    comparison(name, format, [a, b], port, &format!("{name}_d"))
}

/// The first of `values` where the comparison of `operands` holds, else the second; both wait for the comparison.
fn chosen(
    name: &str,
    format: FloatFormat,
    operands: [&Value; 2],
    port: &str,
    values: [&Value; 2],
) -> Vec<Item> {
    let (answer, wire, width) = (format!("{name}_{port}"), format!("{name}_d"), format.bits());
    let mut items = comparison(name, format, operands, port, &answer);
    let [then, otherwise] = ["then", "else"].map(|side| format!("{name}_{side}_q"));
    for (register, value) in [&then, &otherwise].into_iter().zip(values) {
        let (register, value) = (register.as_str(), value.expr());
        items.extend(verilog! {
            logic [#width - 1:0] #register;
            always_ff @(posedge clk_i) begin #register <= #value; end
        });
    }
    let choice = Expr::id(&answer).select(Expr::id(&then), Expr::id(&otherwise));
    items.extend([Item::net(&wire, width), Item::assign(&wire, choice)]);
    items
}

const _: () = assert!(FLOAT_COMPARE == 1, "choices wait in one register");
const _: () = assert!(FLOAT_MULTIPLY == UPDATE_MULTIPLY, "one step schedule");

/// The floating-point number of a fixed-point value of at least two bits; a single bit gets a zero in front.
fn converted(name: &str, format: FloatFormat, a: &Value) -> Vec<Item> {
    let (wire, from) = (format!("{name}_d"), a.format());
    let (value, width) = match from.width() {
        1 => (concat([lit(1, 0), a.expr()]), 2),
        width => (a.expr(), width),
    };
    let instance = leaf(name, "dysta_fp_from_fixed", format)
        .param("INT_W", width - from.frac)
        .param("FRAC_W", from.frac)
        .param("SIGNED", u32::from(from.signed))
        .connect("clk_i", "clk_i")
        .connect("x_i", value)
        .connect("y_o", &wire);
    vec![Item::net(&wire, format.bits()), Item::Instance(instance)]
}

/// A score that can be negative as an unsigned number of the same order: `{~s[15], s[14:0] ^ {15{s[15]}}}`.
pub(super) fn ordered(score: &str, width: u32) -> Expr {
    let sign = Expr::id(score).at(width - 1);
    let flipped = Expr::id(score).slice(width - 2, 0) ^ sign.clone().repeat(width - 1);
    concat([!sign, flipped])
}
