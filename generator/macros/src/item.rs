//! Module items of the quote.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::parse::{ParseStream, Result};
use syn::{Error, Token, token};

use crate::expr::{Expr, expression, postfix, whole};
use crate::name::{Name, expect_word, take_word};
use crate::stmt::{block, semicolon};

/// Parses items to the end of the quote; emits a `Vec<Item>`.
pub(crate) fn items(input: ParseStream) -> Result<TokenStream> {
    let mut items = Vec::new();
    while !input.is_empty() {
        item(input, &mut items)?;
    }
    Ok(quote!(::std::vec![#(#items),*]))
}

/// Parses one item, which may declare several names.
fn item(input: ParseStream, items: &mut Vec<TokenStream>) -> Result<()> {
    let vlog = quote!(::dysta_generator::vlog);
    if take_word(input, "logic")? {
        return nets(input, items);
    }
    items.push(if take_word(input, "assign")? {
        let (target, value) = equation(input)?;
        quote!(#vlog::Item::Assign(#target, #value))
    } else if take_word(input, "localparam")? {
        localparam(input)?
    } else if take_word(input, "always_comb")? {
        let body = block(input)?;
        quote!(#vlog::Item::AlwaysComb(#body))
    } else if take_word(input, "always_ff")? {
        let clock = clock(input)?;
        let body = block(input)?;
        quote!(#vlog::Item::AlwaysFf { clock: #clock, body: #body })
    } else if take_word(input, "for")? {
        generate_for(input)?
    } else {
        instance(input)?
    });
    Ok(())
}

fn equation(input: ParseStream) -> Result<(Expr, Expr)> {
    let target = postfix(input)?;
    if input.peek(Token![==]) {
        return Err(input.error("expected `=`, found `==`"));
    }
    input.parse::<Token![=]>()?;
    let value = expression(input)?;
    semicolon(input)?;
    Ok((target, value))
}

/// Parses `signed [7:0] a, b [0:15];` after `logic`.
fn nets(input: ParseStream, items: &mut Vec<TokenStream>) -> Result<()> {
    let signed = take_word(input, "signed")?;
    let width =
        optional_width(input)?.unwrap_or_else(|| quote!(::dysta_generator::vlog::Width::Bits(1)));
    loop {
        let name = Name::parse(input)?;
        let depth = match input.peek(token::Bracket) {
            true => memory_depth(input)?,
            false => quote!(::core::option::Option::None),
        };
        items.push(quote! {
            ::dysta_generator::vlog::Item::Net(::dysta_generator::vlog::Net {
                name: #name, width: #width, signed: #signed, depth: #depth,
            })
        });
        if !input.peek(Token![,]) {
            return semicolon(input);
        }
        input.parse::<Token![,]>()?;
    }
}

/// Parses `[W-1:0]`, if there is a range, as the width `W`.
fn optional_width(input: ParseStream) -> Result<Option<TokenStream>> {
    if !input.peek(token::Bracket) {
        return Ok(None);
    }
    let range;
    let bracket = syn::bracketed!(range in input);
    let msb = expression(&range)?;
    range.parse::<Token![:]>()?;
    let lsb = whole(&range)?;
    if !matches!(lsb, Expr::Int(0)) {
        let message = "expected a range that ends at 0, as in `[W-1:0]`";
        return Err(Error::new(bracket.span.join(), message));
    }
    let count = plus_one(msb, bracket.span.join())?;
    Ok(Some(quote!(::dysta_generator::vlog::Width::from(#count))))
}

/// Parses `[0:D-1]` as the depth `D`.
fn memory_depth(input: ParseStream) -> Result<TokenStream> {
    let range;
    let bracket = syn::bracketed!(range in input);
    let first = expression(&range)?;
    range.parse::<Token![:]>()?;
    let last = whole(&range)?;
    if !matches!(first, Expr::Int(0)) {
        let message = "expected words that start at 0, as in `[0:D-1]`";
        return Err(Error::new(bracket.span.join(), message));
    }
    let count = plus_one(last, bracket.span.join())?;
    Ok(quote!(::core::option::Option::Some(#count)))
}

/// Turns the highest index into the count: `7` into `8`, `W-1` into `W`.
fn plus_one(highest: Expr, span: Span) -> Result<Expr> {
    match highest {
        Expr::Int(n) => Ok(Expr::Int(n + 1)),
        Expr::Binary(op, count, one) if op == "Sub" && matches!(*one, Expr::Int(1)) => Ok(*count),
        _ => {
            let message = "expected a number or `W-1` as the highest index";
            Err(Error::new(span, message))
        }
    }
}

fn localparam(input: ParseStream) -> Result<TokenStream> {
    let width = match optional_width(input)? {
        Some(width) => quote!(::core::option::Option::Some(#width)),
        None => quote!(::core::option::Option::None),
    };
    let name = Name::parse(input)?;
    input.parse::<Token![=]>()?;
    let value = expression(input)?;
    semicolon(input)?;
    Ok(quote! {
        ::dysta_generator::vlog::Item::Localparam(::dysta_generator::vlog::Localparam {
            name: #name, width: #width, value: #value,
        })
    })
}

/// Parses `@(posedge clock)`.
fn clock(input: ParseStream) -> Result<Name> {
    input.parse::<Token![@]>()?;
    let event;
    syn::parenthesized!(event in input);
    expect_word(&event, "posedge")?;
    let clock = Name::parse(&event)?;
    if event.is_empty() {
        return Ok(clock);
    }
    Err(event.error("expected `)`: one clock edge only, reset is synchronous"))
}

/// Parses `(genvar i = 0; i < N; i = i + 1) begin : label … end` after `for`.
fn generate_for(input: ParseStream) -> Result<TokenStream> {
    let head;
    let paren = syn::parenthesized!(head in input);
    let (variable, count) = loop_head(&head).map_err(|error| {
        let shape = "`for (genvar i = 0; i < N; i = i + 1) begin : label`";
        Error::new(paren.span.join(), format!("expected {shape}: {error}"))
    })?;
    expect_word(input, "begin")?;
    input
        .parse::<Token![:]>()
        .map_err(|error| Error::new(error.span(), "expected `: label` after `begin`"))?;
    let label = Name::parse(input)?;
    let mut body = Vec::new();
    while !take_word(input, "end")? {
        if input.is_empty() {
            return Err(input.error("expected `end`"));
        }
        item(input, &mut body)?;
    }
    Ok(quote! {
        ::dysta_generator::vlog::Item::GenerateFor(::dysta_generator::vlog::GenerateFor {
            label: #label, variable: #variable, count: #count, items: ::std::vec![#(#body),*],
        })
    })
}

/// Parses `genvar i = 0; i < N; i = i + 1` and returns the variable and `N`.
fn loop_head(input: ParseStream) -> Result<(Name, Expr)> {
    expect_word(input, "genvar")?;
    let variable = Name::parse(input)?;
    input.parse::<Token![=]>()?;
    let start = expression(input)?;
    semicolon(input)?;
    Name::parse(input)?;
    input.parse::<Token![<]>()?;
    let count = expression(input)?;
    semicolon(input)?;
    Name::parse(input)?;
    input.parse::<Token![=]>()?;
    let step = whole(input)?;
    let by_one =
        matches!(&step, Expr::Binary(op, _, one) if op == "Add" && matches!(**one, Expr::Int(1)));
    if matches!(start, Expr::Int(0)) && by_one {
        return Ok((variable, count));
    }
    Err(Error::new(Span::call_site(), "it counts from 0 by 1"))
}

/// Parses `module #(.W(8)) name (.a_i(a), .b_o());`.
fn instance(input: ParseStream) -> Result<TokenStream> {
    let module = item_start(input)?;
    let mut params = Vec::new();
    if input.peek(Token![#]) && input.peek2(token::Paren) {
        input.parse::<Token![#]>()?;
        params = connections(input)?;
    }
    let name = Name::parse(input)?;
    let ports = connections(input)?;
    semicolon(input)?;
    Ok(quote! {
        ::dysta_generator::vlog::Item::Instance(::dysta_generator::vlog::Instance {
            module: #module, name: #name,
            params: ::std::vec![#(#params),*], connections: ::std::vec![#(#ports),*],
        })
    })
}

/// Parses the module name of an instance, the only item that starts with a free name.
fn item_start(input: ParseStream) -> Result<Name> {
    let known = "`logic`, `localparam`, `assign`, `always_comb`, `always_ff`, `for` or an instance";
    let starts_name = input.peek(Token![#]) || input.peek(syn::Ident);
    let name = if starts_name {
        Some(Name::parse(input)?)
    } else {
        None
    };
    let second = input.peek(Token![#]) || input.peek(syn::Ident);
    match name {
        Some(name) if second => Ok(name),
        _ => Err(input.error(format!("expected {known}"))),
    }
}

fn connections(input: ParseStream) -> Result<Vec<TokenStream>> {
    let inner;
    syn::parenthesized!(inner in input);
    let mut connections = Vec::new();
    while !inner.is_empty() {
        connections.push(connection(&inner)?);
        if inner.is_empty() {
            break;
        }
        inner.parse::<Token![,]>()?;
    }
    Ok(connections)
}

fn connection(input: ParseStream) -> Result<TokenStream> {
    input.parse::<Token![.]>().map_err(|error| {
        Error::new(
            error.span(),
            "expected a connection by name, as in `.clk_i(clk_i)`",
        )
    })?;
    let name = Name::parse(input)?;
    let inner;
    syn::parenthesized!(inner in input);
    let value = if inner.is_empty() {
        quote!(::core::option::Option::None)
    } else {
        let value = whole(&inner)?;
        quote!(::core::option::Option::Some(#value))
    };
    Ok(quote!(::dysta_generator::vlog::Connection { name: #name, value: #value }))
}
