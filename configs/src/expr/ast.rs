//! Syntax tree of a score expression: what the user wrote, with the place of every part.

use std::ops::Range;

/// Byte range inside one expression string.
pub type Span = Range<usize>;

/// Binary operators in infix notation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Infix {
    /// `a + b`
    Add,
    /// `a - b`
    Sub,
    /// `a * b`
    Mul,
    /// `a < b`
    Lt,
    /// `a <= b`
    Le,
    /// `a > b`
    Gt,
}

/// Functions in call notation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// `min(a, b, …)`
    Min,
    /// `max(a, b, …)`
    Max,
    /// `select(condition, then, else)`
    Select,
}

/// One node of the syntax tree.
#[derive(Debug, Clone, PartialEq)]
pub struct Ast {
    /// What stands here.
    pub node: AstNode,
    /// Where it stands.
    pub span: Span,
}

/// The forms a node can take.
#[derive(Debug, Clone, PartialEq)]
pub enum AstNode {
    /// Decimal literal, finite and not negative.
    Number(f64),
    /// Field, parameter or `let` name.
    Name(String),
    /// Prefix minus.
    Negate(Box<Ast>),
    /// Infix operator.
    Infix(Infix, Box<Ast>, Box<Ast>),
    /// Function call.
    Call(Call, Vec<Ast>),
}
