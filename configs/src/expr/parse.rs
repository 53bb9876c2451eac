//! Parser of the score expression language.
//!
//! ```text
//! compare := sum (("<" | "<=" | ">") sum)?
//! sum     := product (("+" | "-") product)*
//! product := prefix ("*" prefix)*
//! prefix  := "-" prefix | atom
//! atom    := number | name | name "(" compare ("," compare)* ")" | "(" compare ")"
//! ```

use super::ast::{Ast, AstNode, Call, Infix, Span};
use super::error::ExprError;

/// Deepest nesting of parentheses, calls and prefixes that is accepted; keeps the recursive parser within its stack.
pub const MAX_DEPTH: usize = 64;

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Number(f64),
    Name(String),
    Symbol(&'static str),
    End,
}

const SYMBOLS: [&str; 9] = ["<=", "<", ">", "+", "-", "*", "(", ")", ","];

/// Parses one expression; errors carry the byte range inside `text`.
pub fn parse(text: &str) -> Result<Ast, ExprError> {
    let mut parser = Parser {
        tokens: lex(text)?,
        at: 0,
        depth: 0,
    };
    let ast = parser.compare()?;
    match parser.peek() {
        Token::End => Ok(ast),
        other => Err(unexpected(
            other,
            parser.span(),
            "an operator or the end of the expression",
        )),
    }
}

fn lex(text: &str) -> Result<Vec<(Token, Span)>, ExprError> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let first = rest.chars().next().unwrap_or(' ');
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        let (token, length) = lex_one(rest, first, at)?;
        tokens.push((token, at..at + length));
        at += length;
    }
    tokens.push((Token::End, text.len()..text.len()));
    Ok(tokens)
}

fn lex_one(rest: &str, first: char, at: usize) -> Result<(Token, usize), ExprError> {
    if first.is_ascii_digit() || first == '.' {
        return lex_number(rest, at);
    }
    if first.is_ascii_alphabetic() || first == '_' {
        let length = rest
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .unwrap_or(rest.len());
        return Ok((Token::Name(rest[..length].to_string()), length));
    }
    match SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol)) {
        Some(symbol) => Ok((Token::Symbol(symbol), symbol.len())),
        None => Err(ExprError::syntax(
            format!("unexpected character `{first}`"),
            at..at + first.len_utf8(),
        )
        .with_hint(character_hint(first))),
    }
}

fn character_hint(character: char) -> &'static str {
    match character {
        '/' => {
            "multiply by `inv_isolated` or `inv_queue`; other divisors must be constants written as their reciprocal"
        }
        '?' | ':' => "write `select(condition, then, else)`",
        '=' => "compare with `<`, `<=` or `>`",
        _ => "the language has names, numbers, + - * < <= > and the functions min, max, select",
    }
}

fn lex_number(rest: &str, at: usize) -> Result<(Token, usize), ExprError> {
    let mut length = 0;
    let mut previous = ' ';
    for c in rest.chars() {
        let exponent_sign = matches!(c, '+' | '-') && matches!(previous, 'e' | 'E');
        if !(c.is_ascii_alphanumeric() || c == '.' || c == '_' || exponent_sign) {
            break;
        }
        length += c.len_utf8();
        previous = c;
    }
    let text = rest[..length].replace('_', "");
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok((Token::Number(value), length)),
        _ => Err(ExprError::syntax(
            format!("`{}` is not a finite number", &rest[..length]),
            at..at + length,
        )
        .with_hint("write a decimal number such as 0.01 or 2.5e-3")),
    }
}

struct Parser {
    tokens: Vec<(Token, Span)>,
    at: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> &Token {
        &self.tokens[self.at].0
    }

    fn span(&self) -> Span {
        self.tokens[self.at].1.clone()
    }

    fn take(&mut self) -> (Token, Span) {
        let token = self.tokens[self.at].clone();
        self.at = (self.at + 1).min(self.tokens.len() - 1);
        token
    }

    fn accept(&mut self, symbols: &[&'static str]) -> Option<&'static str> {
        let found = match self.peek() {
            Token::Symbol(symbol) if symbols.contains(symbol) => *symbol,
            _ => return None,
        };
        self.take();
        Some(found)
    }

    fn expect(&mut self, symbol: &'static str) -> Result<Span, ExprError> {
        let span = self.span();
        match self.accept(&[symbol]) {
            Some(_) => Ok(span),
            None => Err(unexpected(self.peek(), span, &format!("`{symbol}`"))),
        }
    }

    fn compare(&mut self) -> Result<Ast, ExprError> {
        let left = self.sum()?;
        let operator = match self.accept(&["<", "<=", ">"]) {
            Some("<") => Infix::Lt,
            Some("<=") => Infix::Le,
            Some(_) => Infix::Gt,
            None => return Ok(left),
        };
        let right = self.sum()?;
        Ok(infix(operator, left, right))
    }

    fn sum(&mut self) -> Result<Ast, ExprError> {
        let mut left = self.product()?;
        while let Some(symbol) = self.accept(&["+", "-"]) {
            let operator = if symbol == "+" {
                Infix::Add
            } else {
                Infix::Sub
            };
            left = infix(operator, left, self.product()?);
        }
        Ok(left)
    }

    fn product(&mut self) -> Result<Ast, ExprError> {
        let mut left = self.prefix()?;
        while self.accept(&["*"]).is_some() {
            left = infix(Infix::Mul, left, self.prefix()?);
        }
        Ok(left)
    }

    fn prefix(&mut self) -> Result<Ast, ExprError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(ExprError::syntax(
                format!("nested deeper than {MAX_DEPTH} levels"),
                self.span(),
            )
            .with_hint("name parts of the expression under `let:`"));
        }
        let start = self.span().start;
        let ast = match self.accept(&["-"]) {
            Some(_) => {
                let inner = self.prefix()?;
                let span = start..inner.span.end;
                Ast {
                    node: AstNode::Negate(Box::new(inner)),
                    span,
                }
            }
            None => self.atom()?,
        };
        self.depth -= 1;
        Ok(ast)
    }

    fn atom(&mut self) -> Result<Ast, ExprError> {
        let (token, span) = self.take();
        match token {
            Token::Number(value) => Ok(Ast {
                node: AstNode::Number(value),
                span,
            }),
            Token::Name(name) if *self.peek() == Token::Symbol("(") => self.call(&name, span),
            Token::Name(name) => Ok(Ast {
                node: AstNode::Name(name),
                span,
            }),
            Token::Symbol("(") => {
                let inner = self.compare()?;
                self.expect(")")?;
                Ok(inner)
            }
            other => Err(unexpected(&other, span, "a number, a name or `(`")),
        }
    }

    fn call(&mut self, name: &str, span: Span) -> Result<Ast, ExprError> {
        let (call, arity) = match name {
            "min" => (Call::Min, None),
            "max" => (Call::Max, None),
            "select" => (Call::Select, Some(3)),
            _ => return Err(ExprError::unknown_function(name, span)),
        };
        self.expect("(")?;
        let mut arguments = vec![self.compare()?];
        while self.accept(&[","]).is_some() {
            arguments.push(self.compare()?);
        }
        let end = self.expect(")")?.end;
        let span = span.start..end;
        let fits = arity.map_or(arguments.len() >= 2, |n| arguments.len() == n);
        if !fits {
            return Err(ExprError::arity(name, arguments.len(), span));
        }
        Ok(Ast {
            node: AstNode::Call(call, arguments),
            span,
        })
    }
}

fn infix(operator: Infix, left: Ast, right: Ast) -> Ast {
    let span = left.span.start..right.span.end;
    Ast {
        node: AstNode::Infix(operator, Box::new(left), Box::new(right)),
        span,
    }
}

fn unexpected(token: &Token, span: Span, wanted: &str) -> ExprError {
    let found = match token {
        Token::Number(value) => format!("the number {value}"),
        Token::Name(name) => format!("the name `{name}`"),
        Token::Symbol(symbol) => format!("`{symbol}`"),
        Token::End => "the end of the expression".to_string(),
    };
    ExprError::syntax(format!("expected {wanted}, found {found}"), span)
}
