//! Expressions of the quote.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Result};
use syn::{Error, Lifetime, LitInt, Token, token};

use crate::name::{Name, interpolation};

/// A parsed expression; emits Rust code of type `Expr`.
pub(crate) enum Expr {
    Name(Name),
    Int(u64),
    Sized {
        width: u32,
        value: u128,
        base: Ident,
    },
    Unary(Ident, Box<Expr>),
    Binary(Ident, Box<Expr>, Box<Expr>),
    Ternary(Box<Expr>, Box<Expr>, Box<Expr>),
    Concat(Vec<Expr>),
    Repeat(Box<Expr>, Box<Expr>),
    Index(Box<Expr>, Box<Expr>),
    Slice(Box<Expr>, Box<Expr>, Box<Expr>),
    Part(Box<Expr>, Box<Expr>, Box<Expr>),
    Call(Ident, Box<Expr>),
}

impl ToTokens for Expr {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let vlog = quote!(::dysta_generator::vlog);
        tokens.extend(match self {
            Self::Name(Name::Value(value)) => quote!(#vlog::ToExpr::to_expr(&#value)),
            Self::Name(name) => quote!(#vlog::Expr::Id(#name)),
            Self::Int(value) => quote!(#vlog::Expr::Int(#value)),
            Self::Sized { width, value, base } => quote! {
                #vlog::Expr::Sized { width: #width, value: #value, base: #vlog::Base::#base }
            },
            Self::Unary(op, a) => quote!(#vlog::Expr::unary(#vlog::UnaryOp::#op, #a)),
            Self::Binary(op, a, b) => quote!(#vlog::Expr::binary(#vlog::BinaryOp::#op, #a, #b)),
            Self::Ternary(c, a, b) => quote!(#vlog::Expr::select(#c, #a, #b)),
            Self::Concat(parts) => quote!(#vlog::Expr::Concat(::std::vec![#(#parts),*])),
            Self::Repeat(count, a) => quote!(#vlog::Expr::repeat(#a, #count)),
            Self::Index(base, i) => quote!(#vlog::Expr::at(#base, #i)),
            Self::Slice(base, msb, lsb) => quote!(#vlog::Expr::slice(#base, #msb, #lsb)),
            Self::Part(base, from, width) => quote!(#vlog::Expr::part(#base, #from, #width)),
            Self::Call(function, a) => {
                quote!(#vlog::Expr::call(#vlog::SystemFunction::#function, #a))
            }
        });
    }
}

/// Parses a whole quote as one expression.
pub(crate) fn lone(input: ParseStream) -> Result<TokenStream> {
    let expr = expression(input)?;
    if input.is_empty() {
        return Ok(expr.into_token_stream());
    }
    Err(input.error("expected an operator or the end of the expression"))
}

/// Parses an expression up to the first token that cannot continue it.
pub(crate) fn expression(input: ParseStream) -> Result<Expr> {
    let condition = binary(input, 0)?;
    if !input.peek(Token![?]) {
        return Ok(condition);
    }
    input.parse::<Token![?]>()?;
    let then = expression(input)?;
    input.parse::<Token![:]>()?;
    let otherwise = expression(input)?;
    Ok(Expr::Ternary(
        condition.into(),
        then.into(),
        otherwise.into(),
    ))
}

/// Parses a left-associative chain of operators that bind at least as strongly as `least`.
fn binary(input: ParseStream, least: u8) -> Result<Expr> {
    let mut left = unary(input)?;
    while let Some((op, strength)) = peek_operator(input)? {
        if strength < least {
            break;
        }
        take_operator(input, op)?;
        let right = binary(input, strength + 1)?;
        let op = Ident::new(op, Span::call_site());
        left = Expr::Binary(op, left.into(), right.into());
    }
    Ok(left)
}

/// Tells which operator is next and how strongly it binds, in the order of IEEE 1800-2017 table 11-2.
fn peek_operator(input: ParseStream) -> Result<Option<(&'static str, u8)>> {
    if input.peek(Token![==]) && input.peek3(Token![=]) {
        return Err(input.error("`===` is not known to verilog!: write `==`"));
    }
    let operator = match () {
        () if input.peek(Token![||]) => ("LogicalOr", 0),
        () if input.peek(Token![&&]) => ("LogicalAnd", 1),
        () if input.peek(Token![|]) => ("BitOr", 2),
        () if input.peek(Token![^]) => ("BitXor", 3),
        () if input.peek(Token![&]) => ("BitAnd", 4),
        () if input.peek(Token![==]) => ("Eq", 5),
        () if input.peek(Token![!=]) => ("Ne", 5),
        () if input.peek(Token![>>]) => ("Shr", 7),
        () if input.peek(Token![<<]) => ("Shl", 7),
        () if input.peek(Token![<=]) => ("Le", 6),
        () if input.peek(Token![>=]) => ("Ge", 6),
        () if input.peek(Token![<]) => ("Lt", 6),
        () if input.peek(Token![>]) => ("Gt", 6),
        // `+:` ends the offset of a part select.
        () if input.peek(Token![+]) && !input.peek2(Token![:]) => ("Add", 8),
        () if input.peek(Token![-]) && !input.peek2(Token![:]) => ("Sub", 8),
        () if input.peek(Token![*]) => ("Mul", 9),
        () if input.peek(Token![/]) => ("Div", 9),
        () if input.peek(Token![%]) => ("Mod", 9),
        () => return Ok(None),
    };
    Ok(Some(shift(input, operator)))
}

/// `>>>` reaches us as `>>` and `>`.
fn shift(input: ParseStream, operator: (&'static str, u8)) -> (&'static str, u8) {
    if operator.0 == "Shr" && is_triple(input) {
        ("Sra", 7)
    } else {
        operator
    }
}

fn is_triple(input: ParseStream) -> bool {
    let ahead = input.fork();
    ahead.parse::<Token![>>]>().is_ok() && ahead.peek(Token![>]) && !ahead.peek(Token![>=])
}

fn take_operator(input: ParseStream, op: &str) -> Result<()> {
    match op {
        "LogicalOr" => input.parse::<Token![||]>().map(drop),
        "LogicalAnd" => input.parse::<Token![&&]>().map(drop),
        "Eq" => input.parse::<Token![==]>().map(drop),
        "Ne" => input.parse::<Token![!=]>().map(drop),
        "Shl" => input.parse::<Token![<<]>().map(drop),
        "Shr" => input.parse::<Token![>>]>().map(drop),
        "Sra" => {
            input.parse::<Token![>>]>()?;
            input.parse::<Token![>]>().map(drop)
        }
        "Le" => input.parse::<Token![<=]>().map(drop),
        "Ge" => input.parse::<Token![>=]>().map(drop),
        _ => input.parse::<proc_macro2::Punct>().map(drop),
    }
}

fn unary(input: ParseStream) -> Result<Expr> {
    let op = match () {
        () if input.peek(Token![~]) => "BitNot",
        () if input.peek(Token![!]) => "LogicalNot",
        () if input.peek(Token![-]) => "Negate",
        () if input.peek(Token![&&]) || input.peek(Token![||]) => {
            return Err(input.error("expected an operand before this operator"));
        }
        () if input.peek(Token![&]) => "ReduceAnd",
        () if input.peek(Token![|]) => "ReduceOr",
        () if input.peek(Token![^]) => "ReduceXor",
        () => return postfix(input),
    };
    input.parse::<proc_macro2::Punct>()?;
    if op == "BitNot" && (input.peek(Token![&]) || input.peek(Token![|]) || input.peek(Token![^])) {
        return Err(input.error("`~&`, `~|` and `~^` are not known to verilog!: write `~(&x)`"));
    }
    Ok(Expr::Unary(format_ident!("{op}"), unary(input)?.into()))
}

/// Parses an operand with its selects: `a`, `a[3]`, `a[7:0]`, `a[i*8 +: 8]`.
pub(crate) fn postfix(input: ParseStream) -> Result<Expr> {
    let mut base = primary(input)?;
    while input.peek(token::Bracket) {
        let range;
        syn::bracketed!(range in input);
        base = select(base, &range)?;
        if !range.is_empty() {
            return Err(range.error("expected `]`, `:` or `+:`"));
        }
    }
    Ok(base)
}

fn select(base: Expr, range: ParseStream) -> Result<Expr> {
    let from = expression(range)?.into();
    if range.peek(Token![:]) {
        range.parse::<Token![:]>()?;
        return Ok(Expr::Slice(base.into(), from, expression(range)?.into()));
    }
    if range.peek(Token![+]) {
        range.parse::<Token![+]>()?;
        range.parse::<Token![:]>()?;
        return Ok(Expr::Part(base.into(), from, expression(range)?.into()));
    }
    Ok(Expr::Index(base.into(), from))
}

fn primary(input: ParseStream) -> Result<Expr> {
    if input.peek(LitInt) {
        number(input)
    } else if input.peek(token::Paren) {
        let inner;
        syn::parenthesized!(inner in input);
        whole(&inner)
    } else if input.peek(token::Brace) {
        let inner;
        syn::braced!(inner in input);
        braces(&inner)
    } else if input.peek(Token![$]) {
        call(input)
    } else if input.peek(Token![#]) {
        Ok(Expr::Name(Name::Value(interpolation(input)?)))
    } else if input.peek(syn::Ident::peek_any) {
        Name::parse(input).map(Expr::Name)
    } else {
        Err(input.error("expected an expression"))
    }
}

/// Parses an expression that fills its brackets.
pub(crate) fn whole(input: ParseStream) -> Result<Expr> {
    let expr = expression(input)?;
    if input.is_empty() {
        return Ok(expr);
    }
    Err(input.error("expected an operator or the closing bracket"))
}

/// Parses what is between braces: `a, b` or `4{a}`.
fn braces(input: ParseStream) -> Result<Expr> {
    let first = expression(input)?;
    if input.peek(token::Brace) {
        let inner;
        syn::braced!(inner in input);
        let mut operands = list(&inner)?;
        let operand = match operands.len() {
            1 => operands.remove(0),
            _ => Expr::Concat(operands),
        };
        return Ok(Expr::Repeat(first.into(), operand.into()));
    }
    let mut parts = vec![first];
    if input.peek(Token![,]) {
        input.parse::<Token![,]>()?;
        parts.extend(list(input)?);
    }
    if input.is_empty() {
        return Ok(Expr::Concat(parts));
    }
    Err(input.error("expected `,` or `}`"))
}

fn list(input: ParseStream) -> Result<Vec<Expr>> {
    let mut parts = vec![expression(input)?];
    while input.peek(Token![,]) {
        input.parse::<Token![,]>()?;
        parts.push(expression(input)?);
    }
    Ok(parts)
}

fn call(input: ParseStream) -> Result<Expr> {
    input.parse::<Token![$]>()?;
    let name = syn::Ident::parse_any(input)?;
    let function = match name.to_string().as_str() {
        "signed" => "Signed",
        "unsigned" => "Unsigned",
        "clog2" => "Clog2",
        other => {
            let message =
                format!("`${other}` is not known to verilog!: only $signed, $unsigned, $clog2");
            return Err(Error::new(name.span(), message));
        }
    };
    let argument;
    syn::parenthesized!(argument in input);
    Ok(Expr::Call(
        format_ident!("{function}"),
        whole(&argument)?.into(),
    ))
}

/// Parses `3` or `8'd3`; the latter reaches us as the literal `8` and the lifetime `'d3`.
fn number(input: ParseStream) -> Result<Expr> {
    let literal: LitInt = input.parse()?;
    if literal
        .to_string()
        .contains(|c: char| !c.is_ascii_digit() && c != '_')
    {
        let message = "expected a decimal number or a sized literal such as `8'h1f`";
        return Err(Error::new(literal.span(), message));
    }
    if input.peek(Lifetime) {
        return sized(literal.base10_parse()?, &input.parse()?);
    }
    Ok(Expr::Int(literal.base10_parse()?))
}

fn sized(width: u32, digits: &Lifetime) -> Result<Expr> {
    let text = digits
        .ident
        .to_string()
        .to_ascii_lowercase()
        .replace('_', "");
    let fail = |message: &str| Err(Error::new(digits.span(), message));
    let (base, radix) = match text.chars().next() {
        Some('b') => ("Bin", 2),
        Some('d') => ("Dec", 10),
        Some('h') => ("Hex", 16),
        Some('s') => {
            return fail("signed literals are not known to verilog!: write `$signed(8'd3)`");
        }
        _ => return fail("expected base `b`, `d` or `h` after the quote of a sized literal"),
    };
    let Ok(value) = u128::from_str_radix(&text[1..], radix) else {
        return fail("expected digits of the base, at most 128 bits, no `x` and no `z`");
    };
    if width == 0 || value.checked_shr(width).is_some_and(|rest| rest != 0) {
        return fail("the value does not fit the width of the literal");
    }
    let base = format_ident!("{base}");
    Ok(Expr::Sized { width, value, base })
}
