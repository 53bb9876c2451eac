//! Statements of the quote.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Token;
use syn::parse::{ParseStream, Result};

use crate::expr::{expression, postfix, whole};
use crate::name::{expect_word, peek_word, take_word};

/// Parses statements to the end of the quote; emits a `Vec<Stmt>`.
pub(crate) fn statements(input: ParseStream) -> Result<TokenStream> {
    let mut statements = Vec::new();
    while !input.is_empty() {
        statements.push(statement(input)?);
    }
    Ok(quote!(::std::vec![#(#statements),*]))
}

/// Parses `begin … end`; emits a `Vec<Stmt>`.
pub(crate) fn block(input: ParseStream) -> Result<TokenStream> {
    expect_word(input, "begin")?;
    let mut statements = Vec::new();
    while !take_word(input, "end")? {
        if input.is_empty() {
            return Err(input.error("expected `end`"));
        }
        statements.push(statement(input)?);
    }
    Ok(quote!(::std::vec![#(#statements),*]))
}

fn statement(input: ParseStream) -> Result<TokenStream> {
    if take_word(input, "if")? {
        branch(input)
    } else if take_word(input, "case")? {
        case(input)
    } else {
        assignment(input)
    }
}

/// Parses `(condition) begin … end else …` after `if`.
fn branch(input: ParseStream) -> Result<TokenStream> {
    let inner;
    syn::parenthesized!(inner in input);
    let condition = whole(&inner)?;
    let then = block(input)?;
    let otherwise = if !take_word(input, "else")? {
        quote!(::std::vec::Vec::new())
    } else if take_word(input, "if")? {
        let nested = branch(input)?;
        quote!(::std::vec![#nested])
    } else {
        block(input)?
    };
    Ok(quote!(::dysta_generator::vlog::Stmt::when_else(#condition, #then, #otherwise)))
}

/// Parses `(subject) label: begin … end … endcase` after `case`.
fn case(input: ParseStream) -> Result<TokenStream> {
    let inner;
    syn::parenthesized!(inner in input);
    let subject = whole(&inner)?;
    let mut arms = Vec::new();
    let mut default = quote!(::core::option::Option::None);
    while !take_word(input, "endcase")? {
        if input.is_empty() {
            return Err(input.error("expected `endcase`"));
        }
        if take_word(input, "default")? {
            input.parse::<Token![:]>()?;
            let body = arm_body(input)?;
            default = quote!(::core::option::Option::Some(#body));
        } else {
            arms.push(arm(input)?);
        }
    }
    Ok(quote!(::dysta_generator::vlog::Stmt::case(#subject, ::std::vec![#(#arms),*], #default)))
}

fn arm(input: ParseStream) -> Result<TokenStream> {
    let mut labels = vec![expression(input)?];
    while input.peek(Token![,]) {
        input.parse::<Token![,]>()?;
        labels.push(expression(input)?);
    }
    input.parse::<Token![:]>()?;
    let body = arm_body(input)?;
    Ok(quote! {
        ::dysta_generator::vlog::CaseArm { labels: ::std::vec![#(#labels),*], body: #body }
    })
}

/// Parses `begin … end` or a single statement.
fn arm_body(input: ParseStream) -> Result<TokenStream> {
    if peek_word(input, "begin") {
        return block(input);
    }
    let only = statement(input)?;
    Ok(quote!(::std::vec![#only]))
}

/// Parses `target = value;` or `target <= value;`.
fn assignment(input: ParseStream) -> Result<TokenStream> {
    // Only an operand, because `<=` after it is no comparison.
    let target = if input.peek(syn::token::Brace) || input.peek(Token![#]) || input.peek(syn::Ident)
    {
        postfix(input)?
    } else {
        return Err(input.error("expected a statement: an assignment, `if` or `case`"));
    };
    let kind = if input.peek(Token![<=]) {
        input.parse::<Token![<=]>()?;
        quote!(non_blocking)
    } else if input.peek(Token![=]) && !input.peek(Token![==]) {
        input.parse::<Token![=]>()?;
        quote!(blocking)
    } else {
        return Err(input.error("expected `=` or `<=`"));
    };
    let value = expression(input)?;
    semicolon(input)?;
    Ok(quote!(::dysta_generator::vlog::Stmt::#kind(#target, #value)))
}

/// Takes the `;` that ends a statement or item.
pub(crate) fn semicolon(input: ParseStream) -> Result<()> {
    if input.peek(Token![;]) {
        return input.parse::<Token![;]>().map(drop);
    }
    Err(input.error("expected an operator or `;`"))
}
