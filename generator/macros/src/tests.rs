//! What the quote refuses, and how it says so.

use proc_macro2::TokenStream;
use syn::parse::{ParseStream, Parser, Result};

fn error(parser: fn(ParseStream) -> Result<TokenStream>, text: &str) -> String {
    let tokens: TokenStream = text.parse().expect("the text lexes as Rust");
    match parser.parse2(tokens) {
        Ok(code) => panic!("{text} was accepted: {code}"),
        Err(error) => {
            let start = error.span().start();
            format!("{text}\n{}^ {error}\n", " ".repeat(start.column))
        }
    }
}

fn errors(parser: fn(ParseStream) -> Result<TokenStream>, texts: &[&str]) -> String {
    texts
        .iter()
        .map(|text| error(parser, text) + "\n")
        .collect()
}

#[test]
fn refused_items() {
    insta::assert_snapshot!(errors(
        crate::item::items,
        &[
            "wire x;",
            "initial begin end",
            "assign a = b",
            "assign a == b;",
            "logic [7:1] x;",
            "logic [W:0] x;",
            "logic [7:0] m [1:4];",
            "logic begin;",
            "always_ff @(negedge clk_i) begin end",
            "always_ff @(posedge clk_i or negedge rst_ni) begin end",
            "always_comb a = b;",
            "always_comb begin a = b;",
            "always @(posedge clk_i) begin end",
            "dysta_fifo u_x (a, b);",
            "a <= b;",
            "3;",
            "for (genvar i = 1; i < N; i = i + 1) begin : g_x end",
            "for (genvar i = 0; i < N; i = i + 1) begin end",
        ],
    ));
}

#[test]
fn refused_statements() {
    insta::assert_snapshot!(errors(
        crate::stmt::statements,
        &[
            "if (a) b = c;",
            "if (a b) begin end",
            "case (a) 1'b0: b = c;",
            "casez (a) endcase",
            "for (i = 0; i < 3; i = i + 1) begin end",
            "a + b;",
            "a == b;",
            "3 = a;",
        ],
    ));
}

#[test]
fn refused_expressions() {
    insta::assert_snapshot!(errors(
        crate::expr::lone,
        &[
            "a +",
            "a b",
            "a === b",
            "~&a",
            "&&a",
            "$bits(a)",
            "8'q3",
            "8'sd3",
            "4'b10x0",
            "4'd16",
            "0x1f",
            "8u32",
            "{a; b}",
            "a[7 -: 2]",
            "# 3",
        ],
    ));
}
