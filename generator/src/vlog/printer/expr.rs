//! Expressions as breakable text.
//!
//! Parentheses are minimal where every engineer knows the order (products in sums, chains of one
//! operator) and written out everywhere else, so that no reader needs the precedence table.

use super::layout::Doc;
use crate::vlog::expr::{Base, BinaryOp, Expr, UnaryOp};

/// Makes the document of an expression.
pub(super) fn doc(expr: &Expr) -> Doc {
    match expr {
        Expr::Id(name) => Doc::text(name),
        Expr::Sized { width, value, base } => Doc::text(sized(*width, *value, *base)),
        Expr::Int(value) => Doc::text(value.to_string()),
        Expr::Unary(op, operand) => unary(*op, operand),
        Expr::Binary(op, left, right) => chain(*op, left, right),
        Expr::Ternary(condition, then, otherwise) => ternary(condition, then, otherwise),
        Expr::Concat(parts) => list("{", parts, "}"),
        Expr::Repeat(count, operand) => repeat(count, operand),
        Expr::Index(base, index) => select(base, tight(index)),
        Expr::Slice(base, msb, lsb) => select(base, format!("{}:{}", tight(msb), tight(lsb))),
        Expr::Part(base, offset, width) => {
            select(base, format!("{} +: {}", tight(offset), tight(width)))
        }
        Expr::Call(function, argument) => {
            let open = format!("{}(", function.name());
            list(&open, std::slice::from_ref(argument), ")")
        }
    }
}

/// Prints an expression without spaces around arithmetic and without line ends, as in `[W-1:0]`.
pub(super) fn tight(expr: &Expr) -> String {
    let mut text = flat(&doc(expr));
    if is_arithmetic(expr) {
        text.retain(|c| c != ' ');
    }
    text
}

/// Prints the most significant index of a width: `W-1`, `A*B-1`, `7`.
pub(super) fn msb(width: &Expr) -> String {
    match width {
        Expr::Int(bits) => bits.saturating_sub(1).to_string(),
        _ => tight(&(width.clone() - Expr::Int(1))),
    }
}

fn flat(doc: &Doc) -> String {
    match doc {
        Doc::Text(text) => text.clone(),
        Doc::Space => " ".to_owned(),
        Doc::Nothing => String::new(),
        Doc::Seq(parts) => parts.iter().map(flat).collect(),
        Doc::Nest(_, inner) | Doc::Group(inner) => flat(inner),
    }
}

fn tight_primary(expr: &Expr) -> Doc {
    let text = tight(expr);
    match expr {
        Expr::Id(_) | Expr::Int(_) | Expr::Sized { .. } => Doc::text(text),
        _ => Doc::text(format!("({text})")),
    }
}

/// Names, numbers and sums or products of them, which stay readable without spaces.
fn is_arithmetic(expr: &Expr) -> bool {
    use BinaryOp::{Add, Div, Mod, Mul, Sub};
    match expr {
        Expr::Id(_) | Expr::Int(_) | Expr::Sized { .. } => true,
        Expr::Binary(Add | Sub | Mul | Div | Mod, left, right) => {
            is_arithmetic(left) && is_arithmetic(right)
        }
        Expr::Call(_, argument) => is_arithmetic(argument),
        _ => false,
    }
}

fn sized(width: u32, value: u128, base: Base) -> String {
    match base {
        Base::Bin => format!("{width}'b{value:b}"),
        Base::Dec => format!("{width}'d{value}"),
        Base::Hex => format!("{width}'h{value:x}"),
    }
}

fn unary(op: UnaryOp, operand: &Expr) -> Doc {
    let operand = match operand {
        Expr::Unary(..) | Expr::Binary(..) | Expr::Ternary(..) => parenthesised(operand),
        _ => doc(operand),
    };
    Doc::Seq(vec![Doc::text(op.symbol()), operand])
}

/// Operators of one level share a number; only 0 and 1 stand without parentheses in each other.
fn level(op: BinaryOp) -> u8 {
    match op {
        BinaryOp::Mul => 0,
        BinaryOp::Add | BinaryOp::Sub => 1,
        BinaryOp::BitAnd => 2,
        BinaryOp::BitXor => 3,
        BinaryOp::BitOr => 4,
        BinaryOp::LogicalAnd => 5,
        BinaryOp::LogicalOr => 6,
        // Shifts, comparisons, division: never in a chain.
        _ => u8::MAX,
    }
}

/// Prints `a + b - c` with a possible line end after each operator.
fn chain(op: BinaryOp, left: &Expr, right: &Expr) -> Doc {
    let mut operands = vec![operand(op, right, false)];
    let mut operator = op;
    let mut first = left;
    while let Expr::Binary(inner, l, r) = first
        && level(*inner) == level(op)
        && level(op) != u8::MAX
    {
        let separator = format!(" {}", operator.symbol());
        operands.extend([Doc::Space, Doc::text(separator), operand(*inner, r, false)]);
        operator = *inner;
        first = l;
    }
    let separator = format!(" {}", operator.symbol());
    operands.extend([Doc::Space, Doc::text(separator), operand(op, first, true)]);
    operands.reverse();
    Doc::Seq(operands).nest(4).group()
}

/// Prints an operand of an infix operator, in parentheses unless the order is plain.
fn operand(parent: BinaryOp, expr: &Expr, leftmost: bool) -> Doc {
    let plain = match expr {
        Expr::Binary(op, ..) => {
            let product_in_sum = level(parent) == 1 && level(*op) == 0;
            let chained = leftmost && level(parent) == level(*op) && level(parent) != u8::MAX;
            product_in_sum || chained
        }
        Expr::Unary(op, _) => matches!(op, UnaryOp::BitNot | UnaryOp::LogicalNot),
        Expr::Ternary(..) => false,
        _ => true,
    };
    if plain {
        doc(expr)
    } else {
        parenthesised(expr)
    }
}

/// Prints `c ? a : d ? b : e`, with a possible line end after each colon.
fn ternary(condition: &Expr, then: &Expr, otherwise: &Expr) -> Doc {
    let mut parts = choice(condition, then);
    let mut rest = otherwise;
    while let Expr::Ternary(condition, then, otherwise) = rest {
        parts.push(Doc::Space);
        parts.extend(choice(condition, then));
        rest = otherwise;
    }
    parts.extend([Doc::Space, doc(rest)]);
    Doc::Seq(parts).nest(4).group()
}

/// Prints `condition ? then :`.
fn choice(condition: &Expr, then: &Expr) -> Vec<Doc> {
    let condition = match condition {
        Expr::Binary(..) | Expr::Ternary(..) => parenthesised(condition),
        _ => doc(condition),
    };
    let then = match then {
        Expr::Ternary(..) => parenthesised(then),
        _ => doc(then),
    };
    vec![condition, Doc::text(" ? "), then, Doc::text(" :")]
}

fn parenthesised(expr: &Expr) -> Doc {
    doc(expr).between("(", ")")
}

/// Prints a list between brackets, one element per line when it does not fit.
fn list(open: &str, parts: &[impl std::borrow::Borrow<Expr>], close: &str) -> Doc {
    let mut inner = vec![Doc::Nothing];
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            inner.extend([Doc::text(","), Doc::Space]);
        }
        inner.push(doc(part.borrow()));
    }
    Doc::Seq(vec![
        Doc::text(open),
        Doc::Seq(inner).nest(2),
        Doc::Nothing,
        Doc::text(close),
    ])
    .group()
}

/// Prints `{4{a}}` or `{4{a, b}}`.
fn repeat(count: &Expr, operand: &Expr) -> Doc {
    let operands = match operand {
        Expr::Concat(parts) => list("{", parts, "}"),
        _ => list("{", &[operand], "}"),
    };
    Doc::Seq(vec![tight_primary(count), operands]).between("{", "}")
}

fn select(base: &Expr, range: String) -> Doc {
    Doc::Seq(vec![doc(base), Doc::text(format!("[{range}]"))])
}
