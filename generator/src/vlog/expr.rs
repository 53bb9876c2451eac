//! Expressions, and the operators that build them in Rust.

use std::ops;

/// A prefix operator with one operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnaryOp {
    /// `~`, bitwise complement.
    BitNot,
    /// `!`, logical negation.
    LogicalNot,
    /// `-`, two's complement negation.
    Negate,
    /// `&`, conjunction of all bits.
    ReduceAnd,
    /// `|`, disjunction of all bits.
    ReduceOr,
    /// `^`, parity of all bits.
    ReduceXor,
}

impl UnaryOp {
    /// The operator as written in Verilog.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::BitNot => "~",
            Self::LogicalNot => "!",
            Self::Negate => "-",
            Self::ReduceAnd => "&",
            Self::ReduceOr => "|",
            Self::ReduceXor => "^",
        }
    }
}

/// An infix operator with two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BinaryOp {
    /// `*`.
    Mul,
    /// `/`, for parameter arithmetic only.
    Div,
    /// `%`, for parameter arithmetic only.
    Mod,
    /// `+`.
    Add,
    /// `-`.
    Sub,
    /// `<<`.
    Shl,
    /// `>>`.
    Shr,
    /// `>>>`, arithmetic only when the left operand is signed.
    Sra,
    /// `<`.
    Lt,
    /// `<=`.
    Le,
    /// `>`.
    Gt,
    /// `>=`.
    Ge,
    /// `==`.
    Eq,
    /// `!=`.
    Ne,
    /// `&`.
    BitAnd,
    /// `^`.
    BitXor,
    /// `|`.
    BitOr,
    /// `&&`.
    LogicalAnd,
    /// `||`.
    LogicalOr,
}

impl BinaryOp {
    /// The operator as written in Verilog.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Mul => "*",
            Self::Div => "/",
            Self::Mod => "%",
            Self::Add => "+",
            Self::Sub => "-",
            Self::Shl => "<<",
            Self::Shr => ">>",
            Self::Sra => ">>>",
            Self::Lt => "<",
            Self::Le => "<=",
            Self::Gt => ">",
            Self::Ge => ">=",
            Self::Eq => "==",
            Self::Ne => "!=",
            Self::BitAnd => "&",
            Self::BitXor => "^",
            Self::BitOr => "|",
            Self::LogicalAnd => "&&",
            Self::LogicalOr => "||",
        }
    }
}

/// The radix in which a sized literal is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Base {
    /// `'b`.
    Bin,
    /// `'d`.
    Dec,
    /// `'h`.
    Hex,
}

/// A system function with one argument that all three tools evaluate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SystemFunction {
    /// `$signed(x)`: the same bits, read as two's complement.
    Signed,
    /// `$unsigned(x)`: the same bits, read as a natural number.
    Unsigned,
    /// `$clog2(x)`: ceiling of the logarithm to base two, for parameter arithmetic.
    Clog2,
}

impl SystemFunction {
    /// The function name as written in Verilog, with its `$`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Signed => "$signed",
            Self::Unsigned => "$unsigned",
            Self::Clog2 => "$clog2",
        }
    }
}

/// A Verilog expression.
///
/// Build it from [`Expr::id`], [`lit`] and Rust operators:
/// `Expr::id("a") + lit(8, 3)` prints `a + 8'd3`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expr {
    /// A net, variable, parameter, local parameter or genvar.
    Id(String),
    /// A literal with a width in bits: `8'd3`.
    Sized {
        /// Width in bits, at least 1.
        width: u32,
        /// Value, less than `2^width`.
        value: u128,
        /// Radix it is written in.
        base: Base,
    },
    /// A decimal literal without width, for indices, ranges and parameters.
    Int(u64),
    /// A prefix operator and its operand.
    Unary(UnaryOp, Box<Expr>),
    /// An infix operator, its left and its right operand.
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// `condition ? then : otherwise`.
    Ternary(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `{first, second}`, the first operand in the highest bits.
    Concat(Vec<Expr>),
    /// `{count{operand}}`.
    Repeat(Box<Expr>, Box<Expr>),
    /// `base[index]`: one bit of a vector, one word of a memory.
    Index(Box<Expr>, Box<Expr>),
    /// `base[msb:lsb]` with constant bounds.
    Slice(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `base[offset +: width]` with constant width.
    Part(Box<Expr>, Box<Expr>, Box<Expr>),
    /// A system function and its argument.
    Call(SystemFunction, Box<Expr>),
}

/// Makes a sized literal: `lit(8, 3)` prints `8'd3`.
///
/// One bit is written in binary, values up to 9999 in decimal, larger ones in hexadecimal.
/// [`Module::check`](super::Module::check) refuses a value that does not fit its width.
pub fn lit(width: u32, value: u128) -> Expr {
    let base = match (width, value) {
        (1, _) => Base::Bin,
        (_, 0..=9999) => Base::Dec,
        _ => Base::Hex,
    };
    Expr::Sized { width, value, base }
}

/// Makes a concatenation, highest bits first: `concat(["a", "b"])` prints `{a, b}`.
pub fn concat<E: Into<Expr>>(parts: impl IntoIterator<Item = E>) -> Expr {
    Expr::Concat(parts.into_iter().map(Into::into).collect())
}

impl Expr {
    /// Makes a reference to a name: `Expr::id("a")` prints `a`.
    pub fn id(name: impl Into<String>) -> Self {
        Self::Id(name.into())
    }

    /// Applies a prefix operator.
    pub fn unary(op: UnaryOp, operand: impl Into<Expr>) -> Self {
        Self::Unary(op, Box::new(operand.into()))
    }

    /// Applies an infix operator.
    pub fn binary(op: BinaryOp, left: impl Into<Expr>, right: impl Into<Expr>) -> Self {
        Self::Binary(op, Box::new(left.into()), Box::new(right.into()))
    }

    /// Chooses by this condition: prints `self ? then : otherwise`.
    pub fn select(self, then: impl Into<Expr>, otherwise: impl Into<Expr>) -> Self {
        Self::Ternary(
            Box::new(self),
            Box::new(then.into()),
            Box::new(otherwise.into()),
        )
    }

    /// Repeats the operand: `Expr::id("a").repeat(4)` prints `{4{a}}`.
    pub fn repeat(self, count: impl Into<Expr>) -> Self {
        Self::Repeat(Box::new(count.into()), Box::new(self))
    }

    /// Takes one bit of a vector or one word of a memory: prints `self[index]`.
    pub fn at(self, index: impl Into<Expr>) -> Self {
        Self::Index(Box::new(self), Box::new(index.into()))
    }

    /// Takes a constant range of bits: prints `self[msb:lsb]`.
    pub fn slice(self, msb: impl Into<Expr>, lsb: impl Into<Expr>) -> Self {
        Self::Slice(Box::new(self), Box::new(msb.into()), Box::new(lsb.into()))
    }

    /// Takes `width` bits from `offset` upwards: prints `self[offset +: width]`.
    pub fn part(self, offset: impl Into<Expr>, width: impl Into<Expr>) -> Self {
        Self::Part(
            Box::new(self),
            Box::new(offset.into()),
            Box::new(width.into()),
        )
    }

    /// Applies a system function.
    pub fn call(function: SystemFunction, argument: impl Into<Expr>) -> Self {
        Self::Call(function, Box::new(argument.into()))
    }

    /// Reads the bits as two's complement: prints `$signed(self)`.
    pub fn signed(self) -> Self {
        Self::call(SystemFunction::Signed, self)
    }

    /// Reads the bits as a natural number: prints `$unsigned(self)`.
    pub fn unsigned(self) -> Self {
        Self::call(SystemFunction::Unsigned, self)
    }

    /// Negates logically: prints `!self`.
    pub fn logical_not(self) -> Self {
        Self::unary(UnaryOp::LogicalNot, self)
    }

    /// Reduces by conjunction: prints `&self`.
    pub fn reduce_and(self) -> Self {
        Self::unary(UnaryOp::ReduceAnd, self)
    }

    /// Reduces by disjunction: prints `|self`.
    pub fn reduce_or(self) -> Self {
        Self::unary(UnaryOp::ReduceOr, self)
    }

    /// Reduces by parity: prints `^self`.
    pub fn reduce_xor(self) -> Self {
        Self::unary(UnaryOp::ReduceXor, self)
    }
}

/// Methods for the infix operators whose Rust operator means something else.
macro_rules! infix_methods {
    ($($(#[$doc:meta])* $method:ident => $op:ident;)*) => {
        impl Expr {
            $($(#[$doc])*
            pub fn $method(self, right: impl Into<Expr>) -> Self {
                Self::binary(BinaryOp::$op, self, right)
            })*
        }
    };
}

infix_methods! {
    /// Compares: prints `self == right`.
    equals => Eq;
    /// Compares: prints `self != right`.
    differs => Ne;
    /// Compares: prints `self < right`.
    less => Lt;
    /// Compares: prints `self <= right`.
    at_most => Le;
    /// Compares: prints `self > right`.
    greater => Gt;
    /// Compares: prints `self >= right`.
    at_least => Ge;
    /// Combines conditions: prints `self && right`.
    and_also => LogicalAnd;
    /// Combines conditions: prints `self || right`.
    or_else => LogicalOr;
    /// Shifts right with the sign when `self` is signed: prints `self >>> right`.
    shift_right_arithmetic => Sra;
}

macro_rules! infix_operators {
    ($($trait:ident $method:ident $op:ident;)*) => {
        $(impl<R: Into<Expr>> ops::$trait<R> for Expr {
            type Output = Expr;
            fn $method(self, right: R) -> Expr {
                Expr::binary(BinaryOp::$op, self, right)
            }
        })*
    };
}

infix_operators! {
    Add add Add;
    Sub sub Sub;
    Mul mul Mul;
    Div div Div;
    Rem rem Mod;
    Shl shl Shl;
    Shr shr Shr;
    BitAnd bitand BitAnd;
    BitOr bitor BitOr;
    BitXor bitxor BitXor;
}

impl ops::Not for Expr {
    type Output = Expr;
    /// Complements every bit: prints `~self`.
    fn not(self) -> Expr {
        Expr::unary(UnaryOp::BitNot, self)
    }
}

impl ops::Neg for Expr {
    type Output = Expr;
    fn neg(self) -> Expr {
        Expr::unary(UnaryOp::Negate, self)
    }
}

impl From<&Expr> for Expr {
    fn from(expr: &Expr) -> Self {
        expr.clone()
    }
}

impl From<&str> for Expr {
    fn from(name: &str) -> Self {
        Self::id(name)
    }
}

impl From<String> for Expr {
    fn from(name: String) -> Self {
        Self::Id(name)
    }
}

impl From<&String> for Expr {
    fn from(name: &String) -> Self {
        Self::id(name.as_str())
    }
}

impl From<u32> for Expr {
    fn from(value: u32) -> Self {
        Self::Int(value.into())
    }
}

impl From<u64> for Expr {
    fn from(value: u64) -> Self {
        Self::Int(value)
    }
}

impl From<usize> for Expr {
    fn from(value: usize) -> Self {
        Self::Int(value as u64)
    }
}

impl From<i32> for Expr {
    fn from(value: i32) -> Self {
        let magnitude = Self::from(value.unsigned_abs());
        if value < 0 { -magnitude } else { magnitude }
    }
}

/// What `verilog!` may interpolate as an expression: everything that converts into [`Expr`].
///
/// Strings become identifiers, integers become literals without width.
pub trait ToExpr {
    /// Makes the expression; the value stays usable.
    fn to_expr(&self) -> Expr;
}

impl<T: Clone + Into<Expr>> ToExpr for T {
    fn to_expr(&self) -> Expr {
        self.clone().into()
    }
}
