//! The `verilog!` quasi-quote: Verilog fragments that become typed nodes at compile time.
//!
//! The tokens are parsed here and only here; what is emitted is Rust code that builds values of
//! `::dysta_generator::vlog`. No token of the quote is ever printed, so the one printer formats it all.

mod expr;
mod item;
mod name;
mod stmt;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;
use syn::parse::Parser;

/// Makes module items (`Vec<Item>`) from Verilog text.
///
/// ```text
/// verilog! {
///     logic [#width - 1:0] sum_d, sum_q;
///     assign sum_d = #left + 8'd3;
///     always_ff @(posedge clk_i) begin
///         if (!rst_ni) begin sum_q <= {#width{1'b0}}; end
///         else begin sum_q <= sum_d; end
///     end
/// }
/// ```
///
/// Items: `logic`, `localparam`, `assign`, `always_comb`, `always_ff`, instances with named ports and
/// labelled `for (genvar …)`. `#name` and `#(rust expression)` stand for an expression (anything that is
/// `ToExpr`) or, where a name is declared, for a string (`AsRef<str>`). `begin` and `end` are needed
/// around every body.
///
/// Limits, all from the Rust lexer or from the subset: comments vanish (use `Item::Comment`);
/// `'0`, `'{` and back-tick directives do not lex; literals are unsigned `'b`, `'d` or `'h` without `x` and
/// `z`; `~&`, `~|` and `~^` are written `~(&x)`; a range is `[W-1:0]`.
///
/// Anything else is a compile error that points at the token.
#[proc_macro]
pub fn verilog(input: TokenStream) -> TokenStream {
    expand(item::items, input)
}

/// Makes one expression (`Expr`) from Verilog text: `verilog_expr!(a_q + #step)`.
///
/// The rules and limits are those of [`verilog!`].
#[proc_macro]
pub fn verilog_expr(input: TokenStream) -> TokenStream {
    expand(expr::lone, input)
}

/// Makes statements (`Vec<Stmt>`) from Verilog text: `verilog_stmts! { count_q <= count_d; }`.
///
/// The rules and limits are those of [`verilog!`].
#[proc_macro]
pub fn verilog_stmts(input: TokenStream) -> TokenStream {
    expand(stmt::statements, input)
}

/// Runs a parser of Verilog, or reports where it stopped.
fn expand(
    parser: impl Parser<Output = proc_macro2::TokenStream>,
    input: TokenStream,
) -> TokenStream {
    parser
        .parse(input)
        .unwrap_or_else(|error| error.to_compile_error())
        .into()
}
