//! Identifiers, reserved words and interpolation.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Result};
use syn::{Error, Token, token};

/// Words that cannot start or stand in for what this quote knows, and what to write instead.
const UNSUPPORTED: &[(&str, &str)] = &[
    ("wire", "declare it with `logic`"),
    ("reg", "declare it with `logic`"),
    ("integer", "declare it with `logic signed [31:0]`"),
    ("always", "write `always_ff` or `always_comb`"),
    ("always_latch", "latches are not part of the subset"),
    ("initial", "initial blocks are not part of the subset"),
    ("function", "functions belong in a leaf template"),
    ("task", "tasks belong in a leaf template"),
    ("generate", "write the `for` without `generate`"),
    ("casez", "write `case`"),
    ("casex", "write `case`"),
    ("parameter", "add it with `Module::add_param`"),
    ("input", "add it with `Module::add_port`"),
    ("output", "add it with `Module::add_port`"),
    ("module", "build the module with `Module::new`"),
];

/// Words with a meaning of their own, which therefore name nothing.
const STRUCTURE: &[&str] = &[
    "always_comb",
    "always_ff",
    "assign",
    "begin",
    "case",
    "default",
    "else",
    "end",
    "endcase",
    "for",
    "genvar",
    "if",
    "localparam",
    "logic",
    "negedge",
    "posedge",
    "signed",
    "unsigned",
];

/// A declared or used name: written out, or a Rust value.
pub(crate) enum Name {
    /// An identifier of the text.
    Written(String),
    /// A Rust expression.
    Value(TokenStream),
}

impl Name {
    /// Parses `name` or `#value`.
    pub(crate) fn parse(input: ParseStream) -> Result<Self> {
        if input.peek(Token![#]) {
            return interpolation(input).map(Self::Value);
        }
        let ident = word(input, "a name")?;
        let text = ident.to_string();
        if STRUCTURE.contains(&text.as_str()) {
            let message = format!("expected a name, found the reserved word `{text}`");
            return Err(Error::new(ident.span(), message));
        }
        Ok(Self::Written(text))
    }
}

/// Emits Rust code of type `String`.
impl ToTokens for Name {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(match self {
            Self::Written(text) => quote!(::std::string::String::from(#text)),
            Self::Value(value) => {
                quote!(::std::string::String::from(::core::convert::AsRef::<str>::as_ref(&#value)))
            }
        });
    }
}

/// Parses `#name` or `#(rust expression)`.
pub(crate) fn interpolation(input: ParseStream) -> Result<TokenStream> {
    input.parse::<Token![#]>()?;
    if input.peek(token::Paren) {
        let content;
        syn::parenthesized!(content in input);
        let value: syn::Expr = content.parse()?;
        return Ok(quote!((#value)));
    }
    let ident: Ident = input.parse().map_err(|error| {
        Error::new(
            error.span(),
            "expected a Rust name or `(expression)` after `#`",
        )
    })?;
    Ok(ident.to_token_stream())
}

/// Tells whether the next token is this word.
pub(crate) fn peek_word(input: ParseStream, word: &str) -> bool {
    let ahead = input.fork();
    Ident::parse_any(&ahead).is_ok_and(|ident| ident == word)
}

/// Takes this word if it is next.
pub(crate) fn take_word(input: ParseStream, word: &str) -> Result<bool> {
    let found = peek_word(input, word);
    if found {
        Ident::parse_any(input)?;
    }
    Ok(found)
}

/// Takes this word or says that it was expected.
pub(crate) fn expect_word(input: ParseStream, word: &str) -> Result<()> {
    if take_word(input, word)? {
        return Ok(());
    }
    Err(input.error(format!("expected `{word}`")))
}

/// Takes any word except those of Verilog that this quote does not know.
pub(crate) fn word(input: ParseStream, expected: &str) -> Result<Ident> {
    let ident = Ident::parse_any(input)
        .map_err(|error| Error::new(error.span(), format!("expected {expected}")))?;
    match UNSUPPORTED.iter().find(|(word, _)| ident == word) {
        Some((word, instead)) => {
            let message = format!("`{word}` is not known to verilog!: {instead}");
            Err(Error::new(ident.span(), message))
        }
        None => Ok(ident),
    }
}
