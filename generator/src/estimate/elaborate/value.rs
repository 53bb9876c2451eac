//! Expressions.

use super::{Scope, constant, extended, index, literal};
use crate::estimate::bits::{FALSE, Lit, is_constant, not};
use crate::vlog::{BinaryOp, Expr, SystemFunction, UnaryOp};

impl Scope<'_> {
    pub(super) fn width(&self, expr: &Expr) -> u32 {
        match expr {
            Expr::Id(name) => {
                let constant = self.constants.get(name.as_str()).map(|(width, _)| *width);
                let net = self.widths.get(name.as_str()).map(|(width, _)| *width);
                net.or(constant).unwrap_or(1)
            }
            Expr::Sized { width, .. } => *width,
            Expr::Int(value) => (64 - value.leading_zeros()).max(1),
            Expr::Unary(UnaryOp::BitNot | UnaryOp::Negate, a) => self.width(a),
            Expr::Unary(..) | Expr::Index(..) => 1,
            Expr::Binary(op, a, b) => match op {
                BinaryOp::Shl | BinaryOp::Shr | BinaryOp::Sra => self.width(a),
                op if is_truth(*op) => 1,
                _ => self.width(a).max(self.width(b)),
            },
            Expr::Ternary(_, a, b) => self.width(a).max(self.width(b)),
            Expr::Concat(parts) => parts.iter().map(|part| self.width(part)).sum(),
            Expr::Repeat(count, a) => index(count) * self.width(a),
            Expr::Slice(_, high, low) => index(high) + 1 - index(low),
            Expr::Part(_, _, width) => index(width),
            Expr::Call(SystemFunction::Clog2, _) => 32,
            Expr::Call(_, a) => self.width(a),
        }
    }

    fn is_signed(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Id(name) => self.widths.get(name.as_str()).is_some_and(|(_, s)| *s),
            Expr::Call(function, _) => *function == SystemFunction::Signed,
            Expr::Binary(op, a, b) => !is_truth(*op) && self.is_signed(a) && self.is_signed(b),
            Expr::Ternary(_, a, b) => self.is_signed(a) && self.is_signed(b),
            Expr::Unary(UnaryOp::BitNot | UnaryOp::Negate, a) => self.is_signed(a),
            _ => false,
        }
    }

    pub(super) fn truth(&mut self, expr: &Expr) -> Lit {
        let bits = self.eval(expr, self.width(expr));
        self.bits.any(&bits)
    }

    /// The lowest `width` bits of an expression in a context of as many bits.
    pub(super) fn eval(&mut self, expr: &Expr, width: u32) -> Vec<Lit> {
        let signed = self.is_signed(expr);
        let own = match expr {
            Expr::Id(name) => self.net(name),
            Expr::Sized { value, width, .. } => constant(*value, *width),
            Expr::Int(value) => constant(u128::from(*value), 64),
            Expr::Unary(op, a) => return extended(self.unary(*op, a, width), width, signed),
            Expr::Binary(op, a, b) if !is_truth(*op) => {
                return extended(self.word(*op, a, b, width), width, signed);
            }
            Expr::Binary(op, a, b) => vec![self.compared(*op, a, b)],
            Expr::Ternary(condition, a, b) => {
                let condition = self.truth(condition);
                let (a, b) = (self.eval(a, width), self.eval(b, width));
                self.bits.choose(condition, &a, &b)
            }
            Expr::Concat(parts) => {
                let mut all = Vec::new();
                for part in parts.iter().rev() {
                    all.extend(self.eval(part, self.width(part)));
                }
                all
            }
            Expr::Repeat(count, a) => {
                let word = self.eval(a, self.width(a));
                word.repeat(index(count) as usize)
            }
            Expr::Index(base, at) => vec![self.element(base, at)],
            Expr::Slice(base, high, low) => {
                let word = self.eval(base, self.width(base));
                let (high, low) = (index(high) as usize, index(low) as usize);
                word.into_iter().skip(low).take(high + 1 - low).collect()
            }
            Expr::Part(base, at, count) => {
                let word = self.eval(base, self.width(base));
                let at = self.eval(at, self.width(at));
                let count = index(count) as usize;
                let moved = (0..word.len()).map(|low| {
                    let part = word.iter().skip(low).take(count);
                    part.copied().collect()
                });
                let moved: Vec<Vec<Lit>> = moved.collect();
                self.bits.at(&moved, &at)
            }
            Expr::Call(_, a) => self.eval(a, self.width(a)),
        };
        extended(own, width, signed)
    }

    fn element(&mut self, base: &Expr, at: &Expr) -> Lit {
        let word = self.eval(base, self.width(base));
        match literal(at) {
            Some(at) => word.get(at as usize).copied().unwrap_or(FALSE),
            None => {
                let at = self.eval(at, self.width(at));
                let words: Vec<Vec<Lit>> = word.into_iter().map(|bit| vec![bit]).collect();
                self.bits.at(&words, &at).first().copied().unwrap_or(FALSE)
            }
        }
    }

    fn unary(&mut self, op: UnaryOp, a: &Expr, width: u32) -> Vec<Lit> {
        let own = self.width(a);
        match op {
            UnaryOp::BitNot => self.eval(a, width).into_iter().map(not).collect(),
            UnaryOp::Negate => {
                let a = self.eval(a, width);
                let inverted: Vec<Lit> = a.into_iter().map(not).collect();
                self.sum(&constant(0, width), &inverted)
            }
            UnaryOp::LogicalNot => vec![not(self.truth(a))],
            UnaryOp::ReduceOr => vec![self.truth(a)],
            UnaryOp::ReduceAnd => {
                let a = self.eval(a, own);
                vec![self.bits.all(&a)]
            }
            UnaryOp::ReduceXor => {
                let a = self.eval(a, own);
                vec![
                    a.into_iter()
                        .fold(FALSE, |sum, bit| self.bits.xor(sum, bit)),
                ]
            }
        }
    }

    fn word(&mut self, op: BinaryOp, a: &Expr, b: &Expr, width: u32) -> Vec<Lit> {
        let width = width.max(1);
        if let BinaryOp::Shl | BinaryOp::Shr | BinaryOp::Sra = op {
            return self.shifted(op, a, b, width);
        }
        let (a, b) = (self.eval(a, width), self.eval(b, width));
        let pairs = a.iter().zip(&b);
        match op {
            BinaryOp::Add => self.sum(&a, &b),
            BinaryOp::Sub => {
                let inverted: Vec<Lit> = b.iter().map(|bit| not(*bit)).collect();
                self.sum(&a, &inverted)
            }
            BinaryOp::BitAnd => pairs.map(|(a, b)| self.bits.and(*a, *b)).collect(),
            BinaryOp::BitOr => pairs.map(|(a, b)| self.bits.or(*a, *b)).collect(),
            BinaryOp::BitXor => pairs.map(|(a, b)| self.bits.xor(*a, *b)).collect(),
            // Products stand in leaves.
            _ => self.bits.leaves(width),
        }
    }

    fn shifted(&mut self, op: BinaryOp, a: &Expr, b: &Expr, width: u32) -> Vec<Lit> {
        let a = self.eval(a, width.max(self.width(a)));
        let amount = self.eval(b, self.width(b));
        let moved = (0..a.len()).map(|by| match op {
            BinaryOp::Shl => [vec![FALSE; by], a[..a.len() - by].to_vec()].concat(),
            _ => extended(a[by..].to_vec(), a.len() as u32, op == BinaryOp::Sra),
        });
        let moved: Vec<Vec<Lit>> = moved.collect();
        let mut word = self.bits.at(&moved, &amount);
        word.truncate(width as usize);
        word
    }

    /// A carry chain: each bit takes a look-up table for both operands, and the left operand enters the chain by itself.
    /// Bits below the first at which both operands can be set need none.
    fn sum(&mut self, a: &[Lit], b: &[Lit]) -> Vec<Lit> {
        let mut carries = false;
        let mut word = Vec::new();
        for (a, b) in a.iter().zip(b) {
            let single = match (*a, *b) {
                (FALSE, other) | (other, FALSE) => Some(other),
                _ => None,
            };
            match single {
                Some(bit) if !carries => word.push(bit),
                _ => {
                    carries = true;
                    let both = self.bits.xor(*a, *b);
                    self.roots.extend([both, *a]);
                    word.push(self.bits.leaf());
                }
            }
        }
        word
    }

    fn compared(&mut self, op: BinaryOp, a: &Expr, b: &Expr) -> Lit {
        let width = self.width(a).max(self.width(b));
        match op {
            BinaryOp::LogicalAnd => {
                let (a, b) = (self.truth(a), self.truth(b));
                self.bits.and(a, b)
            }
            BinaryOp::LogicalOr => {
                let (a, b) = (self.truth(a), self.truth(b));
                self.bits.or(a, b)
            }
            BinaryOp::Eq | BinaryOp::Ne => {
                let (a, b) = (self.eval(a, width), self.eval(b, width));
                let equal = self.bits.equal(&a, &b);
                if op == BinaryOp::Eq {
                    equal
                } else {
                    not(equal)
                }
            }
            _ => {
                let (a, b) = (self.eval(a, width), self.eval(b, width));
                let fixed = |bits: &[Lit]| bits.iter().all(|bit| is_constant(*bit));
                // Half as much against a constant.
                self.parts.compared += match fixed(&a) || fixed(&b) {
                    true => width / 2,
                    false => width,
                };
                self.roots.extend(a);
                self.roots.extend(b);
                self.bits.leaf()
            }
        }
    }
}

fn is_truth(op: BinaryOp) -> bool {
    matches!(
        op,
        BinaryOp::Lt
            | BinaryOp::Le
            | BinaryOp::Gt
            | BinaryOp::Ge
            | BinaryOp::Eq
            | BinaryOp::Ne
            | BinaryOp::LogicalAnd
            | BinaryOp::LogicalOr
    )
}
