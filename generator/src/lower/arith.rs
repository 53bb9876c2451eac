//! Wires for the operators of a program: alignment, exact result, truncation, saturation.

use dysta_config::expr::{Format, Node, Op};

use crate::vlog::{Expr, Instance, Item, concat, lit};

/// A value on a net, or a constant.
#[derive(Debug, Clone)]
pub(super) enum Value {
    /// Net name and format.
    Net(String, Format),
    /// Raw constant and format.
    Const(i128, Format),
}

impl Value {
    pub(super) fn format(&self) -> Format {
        match self {
            Value::Net(_, format) | Value::Const(_, format) => *format,
        }
    }

    /// The value at `frac` fraction bits, sign- or zero-extended to `width` bits.
    ///
    /// Prints `{{4{x[7]}}, x, 3'd0}`, or a literal.
    fn extended(&self, frac: u32, width: u32) -> Expr {
        let format = self.format();
        let zeros = frac - format.frac;
        match self {
            Value::Const(raw, _) => literal(width, raw << zeros),
            Value::Net(name, _) => {
                let above = width - zeros - format.width();
                let msb = if format.width() == 1 {
                    Expr::id(name)
                } else {
                    Expr::id(name).at(format.width() - 1)
                };
                let sign = if format.signed { msb } else { lit(1, 0) };
                let mut parts = Vec::new();
                if above > 0 {
                    parts.push(sign.repeat(above));
                }
                parts.push(Expr::id(name));
                if zeros > 0 {
                    parts.push(lit(zeros, 0));
                }
                if parts.len() == 1 {
                    Expr::id(name)
                } else {
                    concat(parts)
                }
            }
        }
    }

    /// The value as it is.
    pub(super) fn expr(&self) -> Expr {
        match self {
            Value::Net(name, _) => Expr::id(name),
            Value::Const(raw, format) => literal(format.width(), *raw),
        }
    }
}

/// An operand of a multiplier.
#[derive(Debug, Clone)]
pub(super) struct Operand {
    /// The bits.
    pub value: Expr,
    /// How many.
    pub width: u32,
    /// In two's complement.
    pub signed: bool,
    /// The raw value of a constant.
    constant: Option<i128>,
}

impl Operand {
    /// All bits of a value.
    pub(super) fn whole(value: &Value) -> Operand {
        Operand {
            value: value.expr(),
            width: value.format().width(),
            signed: value.format().signed,
            constant: match value {
                Value::Const(raw, _) => Some(*raw),
                Value::Net(..) => None,
            },
        }
    }

    /// A factor of a product: of a constant that is not negative only the bits it needs, but no fewer than `least`.
    fn factor(value: &Value, least: u32) -> Operand {
        match value {
            Value::Const(raw @ 0.., format) => {
                let needed = (i128::BITS - raw.leading_zeros()).max(least).max(1);
                let width = needed.min(format.width());
                Operand {
                    value: literal(width, *raw),
                    width,
                    signed: false,
                    constant: Some(*raw),
                }
            }
            _ => Operand::whole(value),
        }
    }

    /// The operand that all of `operands` fit in.
    pub(super) fn common<'a>(operands: impl Iterator<Item = &'a Operand> + Clone) -> Operand {
        let signed = operands.clone().any(|o| o.signed);
        let width = |o: &Operand| o.width + u32::from(signed && !o.signed);
        Operand {
            value: lit(1, 0),
            width: operands.map(width).max().unwrap_or(1),
            signed,
            constant: None,
        }
    }

    /// The operand extended to `width` bits.
    pub(super) fn extended(&self, width: u32) -> Expr {
        let value = || self.value.clone();
        match (width - self.width, self.signed, self.constant) {
            (0, ..) => value(),
            (_, _, Some(raw)) => literal(width, raw),
            (zeros, false, _) => concat([lit(zeros, 0), value()]),
            (1.., true, _) if self.width == 1 => value().repeat(width),
            (above, true, _) => concat([value().at(self.width - 1).repeat(above), value()]),
        }
    }

    /// The bits of `value`, in the shape of this operand.
    pub(super) fn with(&self, value: Expr) -> Operand {
        Operand {
            value,
            ..self.clone()
        }
    }

    /// Bits that are never negative.
    pub(super) fn unsigned(value: Expr, width: u32) -> Operand {
        Operand {
            value,
            width,
            signed: false,
            constant: None,
        }
    }
}

/// A `dysta_mul` for operands of these widths and signs; the parameter of a sign is left out where there is none.
pub(super) fn multiplier(name: &str, latency: u32, [a, b]: [&Operand; 2]) -> Instance {
    let mut instance = Instance::new("dysta_mul", name)
        .param("A_W", a.width)
        .param("B_W", b.width)
        .param("LATENCY", latency);
    for (parameter, operand) in [("A_SIGNED", a), ("B_SIGNED", b)] {
        if operand.signed {
            instance = instance.param(parameter, 1u32);
        }
    }
    instance
}

/// Operands of a product of two values, and the format of the whole product.
pub(super) fn factors(a: &Value, b: &Value) -> ([Operand; 2], Format) {
    let (signed, frac) = (
        a.format().signed || b.format().signed,
        a.format().frac + b.format().frac,
    );
    let point = frac + u32::from(signed);
    let least = |other: &Value| point.saturating_sub(other.format().width());
    let operands = [Operand::factor(a, least(b)), Operand::factor(b, least(a))];
    let format = Format {
        signed,
        int: operands[0].width + operands[1].width - point,
        frac,
    };
    (operands, format)
}

/// Two's complement literal.
fn literal(width: u32, raw: i128) -> Expr {
    let mask = if width >= 128 {
        u128::MAX
    } else {
        (1u128 << width) - 1
    };
    lit(width, raw as u128 & mask)
}

/// Reads bits nobody needs, so that lint knows they are left out on purpose: prints `assign unused_x = ^x[3:0];`.
pub(super) fn unused(name: &str, bits: Expr) -> Vec<Item> {
    let name = format!("unused_{name}");
    vec![Item::net(&name, 1), Item::assign(&name, bits.reduce_xor())]
}

/// The low bits `0..count` of a net of `width` bits.
pub(super) fn low(name: &str, width: u32, count: u32) -> Expr {
    bits(name, width, count - 1, 0)
}

/// Bits `high..=low` of a net of `width` bits.
pub(super) fn bits(name: &str, width: u32, high: u32, low: u32) -> Expr {
    match (high, low) {
        (0, 0) if width == 1 => Expr::id(name),
        (h, 0) if h + 1 == width => Expr::id(name),
        (h, l) if h == l => Expr::id(name).at(h),
        (h, l) => Expr::id(name).slice(h, l),
    }
}

/// Declares `{name}_d`, the value of `node` from its operands; products are not made here.
///
/// Prints for instance
/// ```text
/// logic [32:0] add_7_exact;
/// assign add_7_exact = {1'd0, a} + {1'd0, b};
/// logic [31:0] add_7_d;
/// assign add_7_d = (|add_7_exact[32]) ? {32{1'b1}} : add_7_exact[31:0];
/// ```
pub(super) fn combine(name: &str, node: &Node, operands: &[Value]) -> Vec<Item> {
    match (node.op, operands) {
        (Op::Add(..) | Op::Sub(..) | Op::SatSub(..), [a, b]) => sum(name, node, a, b),
        (Op::Lt(..), [a, b]) => compared(name, less(a, b)),
        (Op::Le(..), [a, b]) => compared(name, less(b, a).logical_not()),
        (Op::Min(..), [a, b]) => chosen(name, node, less(a, b), a, b),
        (Op::Max(..), [a, b]) => chosen(name, node, less(a, b), b, a),
        (Op::Select(..), [c, a, b]) => chosen(name, node, c.expr(), a, b),
        _ => Vec::new(),
    }
}

fn common_frac(a: &Value, b: &Value) -> u32 {
    a.format().frac.max(b.format().frac)
}

/// Bits that hold both values at the common fraction, signed if one is.
fn common_width(a: &Value, b: &Value) -> u32 {
    let signed = a.format().signed || b.format().signed;
    let int = a.format().int.max(b.format().int);
    (u32::from(signed) + int + common_frac(a, b)).max(1)
}

/// Operands of a sum or difference, aligned and extended so that the result is exact.
pub(super) struct Terms {
    /// The operands.
    pub operands: [Expr; 2],
    /// Bits of both and of the result.
    pub width: u32,
    /// Fraction bits of both.
    pub frac: u32,
    /// The second is taken off the first.
    pub subtract: bool,
}

impl Terms {
    /// The operands of a difference `node` with these values.
    pub(super) fn of(node: &Node, values: &[Value]) -> Terms {
        terms(node, &values[0], &values[1])
    }

    /// The difference, its bits and fraction bits.
    pub(super) fn difference(self) -> (Expr, u32, u32) {
        let [x, y] = self.operands;
        (x - y, self.width, self.frac)
    }
}

/// Operands of the sum or difference of `node`.
pub(super) fn terms(node: &Node, a: &Value, b: &Value) -> Terms {
    let frac = common_frac(a, b);
    let clamped = matches!(node.op, Op::SatSub(..));
    let width = match clamped {
        true => common_width(a, b) + 1,
        // Operands may be wider than a difference that is known not to be negative.
        false => node.exact.width().max(common_width(a, b)),
    };
    Terms {
        operands: [a.extended(frac, width), b.extended(frac, width)],
        width,
        frac,
        subtract: clamped || matches!(node.op, Op::Sub(..)),
    }
}

/// Declares `{name}_exact`, the value `total` of a sum or difference, and `{name}_d`, what `node` keeps of it.
pub(super) fn summed(name: &str, node: &Node, (width, frac): (u32, u32), total: Expr) -> Vec<Item> {
    if matches!(node.op, Op::SatSub(..)) {
        let (mut items, format) = clamped(name, (width, frac), total);
        items.extend(narrow(name, &format!("{name}_clamped"), format, node));
        return items;
    }
    let exact = format!("{name}_exact");
    let mut items = vec![Item::net(&exact, width), Item::assign(&exact, total)];
    let signed = node.exact.signed;
    let int = width - frac - u32::from(signed);
    items.extend(narrow(name, &exact, Format { signed, int, frac }, node));
    items
}

/// Declares `{name}_exact`, the difference `total`, and `{name}_clamped`, it or 0 with all its bits; gives the format.
pub(super) fn clamped(name: &str, (width, frac): (u32, u32), total: Expr) -> (Vec<Item>, Format) {
    let [exact, clamped] = ["exact", "clamped"].map(|part| format!("{name}_{part}"));
    // As a choice of a constant it becomes the reset of the register behind it.
    let positive = Expr::id(&exact)
        .at(width - 1)
        .select(lit(width - 1, 0), low(&exact, width, width - 1));
    let items = vec![
        Item::net(&exact, width),
        Item::assign(&exact, total),
        Item::net(&clamped, width - 1),
        Item::assign(&clamped, positive),
    ];
    (items, Format::unsigned(width - 1 - frac, frac))
}

fn sum(name: &str, node: &Node, a: &Value, b: &Value) -> Vec<Item> {
    let Terms {
        operands: [x, y],
        width,
        frac,
        subtract,
    } = terms(node, a, b);
    let total = if subtract { x - y } else { x + y };
    summed(name, node, (width, frac), total)
}

/// [`clamped`] of the difference of two values.
pub(super) fn clamped_difference(
    name: &str,
    node: &Node,
    a: &Value,
    b: &Value,
) -> (Vec<Item>, Format) {
    let Terms {
        operands: [x, y],
        width,
        frac,
        ..
    } = terms(node, a, b);
    clamped(name, (width, frac), x - y)
}

/// `a < b`
fn less(a: &Value, b: &Value) -> Expr {
    let (frac, width) = (common_frac(a, b), common_width(a, b));
    let (x, y) = (a.extended(frac, width), b.extended(frac, width));
    if a.format().signed || b.format().signed {
        x.signed().less(y.signed())
    } else {
        x.less(y)
    }
}

fn compared(name: &str, condition: Expr) -> Vec<Item> {
    let wire = format!("{name}_d");
    vec![Item::net(&wire, 1), Item::assign(&wire, condition)]
}

fn chosen(name: &str, node: &Node, condition: Expr, then: &Value, otherwise: &Value) -> Vec<Item> {
    let (frac, width) = (common_frac(then, otherwise), common_width(then, otherwise));
    let exact = format!("{name}_exact");
    let mut items = vec![
        Item::net(&exact, width),
        Item::assign(
            &exact,
            condition.select(then.extended(frac, width), otherwise.extended(frac, width)),
        ),
    ];
    let signed = then.format().signed || otherwise.format().signed;
    items.extend(narrow(
        name,
        &exact,
        Format {
            signed,
            int: width - frac - u32::from(signed),
            frac,
        },
        node,
    ));
    items
}

/// Declares `{name}_d`: the net `source` of format `from`, truncated and saturated to the format of `node`.
pub(super) fn narrow(name: &str, source: &str, from: Format, node: &Node) -> Vec<Item> {
    let (to, wire) = (node.format, format!("{name}_d"));
    let cut = from.frac - to.frac;
    let top = from.frac + to.int;
    let mut items = vec![Item::net(&wire, to.width())];
    let kept = kept_bits(source, from, to, cut, top);
    // The sign of a value that is known not to be negative is one more bit above.
    let sign = u32::from(from.signed && to.signed);
    let above = (from.width() - sign).saturating_sub(top);
    let value = if node.saturates && above > 0 {
        saturated(source, from, to, top, kept)
    } else {
        kept
    };
    items.push(Item::assign(&wire, value));
    let dropped_high = !node.saturates && above > 0;
    let mut rest = Vec::new();
    if dropped_high {
        rest.push(bits(source, from.width(), from.width() - 1, top));
    }
    if cut > 0 {
        rest.push(low(source, from.width(), cut));
    }
    if !rest.is_empty() {
        items.extend(unused(name, concat(rest)));
    }
    items
}

fn kept_bits(source: &str, from: Format, to: Format, cut: u32, top: u32) -> Expr {
    if to.signed {
        let body = if top > cut {
            Some(bits(source, from.width(), top - 1, cut))
        } else {
            None
        };
        let sign = bits(source, from.width(), from.width() - 1, from.width() - 1);
        return concat(std::iter::once(sign).chain(body));
    }
    if top > cut {
        bits(source, from.width(), top - 1, cut)
    } else {
        lit(1, 0)
    }
}

fn saturated(source: &str, from: Format, to: Format, top: u32, kept: Expr) -> Expr {
    let above = bits(source, from.width(), from.width() - 1, top);
    if !to.signed {
        return above.reduce_or().select(lit(1, 1).repeat(to.width()), kept);
    }
    let sign = bits(source, from.width(), from.width() - 1, from.width() - 1);
    let fits = above.clone().reduce_and() | (!above.reduce_or());
    let limit = concat([sign.clone(), (!sign).repeat(to.width() - 1)]);
    fits.select(kept, limit)
}
