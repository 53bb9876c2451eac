//! Procedural statements, the bodies of `always_comb` and `always_ff`.
//!
//! Icarus 11 says "sorry" for a constant select that `always_comb` reads, such as `a[7:0]`, and then waits
//! for all bits of `a`. The result is the same; an `assign` that names the part avoids the message.

use super::expr::Expr;

/// A procedural statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stmt {
    /// `target = value;`
    Blocking(Expr, Expr),
    /// `target <= value;`
    NonBlocking(Expr, Expr),
    /// `if (condition) begin … end else begin … end`
    If {
        /// The condition, one bit or compared with zero.
        condition: Expr,
        /// Statements of the taken branch.
        then: Vec<Stmt>,
        /// Statements of the other branch; empty when there is no `else`, a single `If` for `else if`.
        otherwise: Vec<Stmt>,
    },
    /// `case (subject) … endcase`
    Case {
        /// The value compared with the labels.
        subject: Expr,
        /// The alternatives in order.
        arms: Vec<CaseArm>,
        /// Statements under `default`; none leaves it out.
        default: Option<Vec<Stmt>>,
    },
    /// `// text`, one comment line per line of text.
    Comment(String),
}

/// One alternative of a `case` statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseArm {
    /// Values that choose this alternative, at least one.
    pub labels: Vec<Expr>,
    /// What is done then.
    pub body: Vec<Stmt>,
}

impl CaseArm {
    /// Makes an alternative with one label: prints `label: begin … end`.
    pub fn new(label: impl Into<Expr>, body: Vec<Stmt>) -> Self {
        Self {
            labels: vec![label.into()],
            body,
        }
    }
}

impl Stmt {
    /// Assigns within `always_comb`: prints `target = value;`.
    pub fn blocking(target: impl Into<Expr>, value: impl Into<Expr>) -> Self {
        Self::Blocking(target.into(), value.into())
    }

    /// Assigns within `always_ff`: prints `target <= value;`.
    pub fn non_blocking(target: impl Into<Expr>, value: impl Into<Expr>) -> Self {
        Self::NonBlocking(target.into(), value.into())
    }

    /// Branches: prints `if (condition) begin … end`.
    pub fn when(condition: impl Into<Expr>, then: Vec<Stmt>) -> Self {
        Self::when_else(condition, then, Vec::new())
    }

    /// Branches two ways: prints `if (condition) begin … end else begin … end`.
    pub fn when_else(condition: impl Into<Expr>, then: Vec<Stmt>, otherwise: Vec<Stmt>) -> Self {
        Self::If {
            condition: condition.into(),
            then,
            otherwise,
        }
    }

    /// Branches many ways: prints `case (subject) … default: … endcase`.
    pub fn case(subject: impl Into<Expr>, arms: Vec<CaseArm>, default: Option<Vec<Stmt>>) -> Self {
        Self::Case {
            subject: subject.into(),
            arms,
            default,
        }
    }
}
