//! Names: what is a legal identifier, which words are reserved, and how collisions are settled.
//!
//! Names derive from what they name and stay the same from run to run. Where two sources want one
//! name, the later one gets `_2`, `_3`, … in the order of declaration.

use std::collections::BTreeMap;
use std::fmt;

/// The reserved words of IEEE 1800-2017, which contain those of Verilog-2005; sorted.
#[rustfmt::skip]
pub const KEYWORDS: &[&str] = &[
    "accept_on", "alias", "always", "always_comb", "always_ff", "always_latch", "and", "assert",
    "assign", "assume", "automatic", "before", "begin", "bind", "bins", "binsof", "bit", "break",
    "buf", "bufif0", "bufif1", "byte", "case", "casex", "casez", "cell", "chandle", "checker",
    "class", "clocking", "cmos", "config", "const", "constraint", "context", "continue", "cover",
    "covergroup", "coverpoint", "cross", "deassign", "default", "defparam", "design", "disable",
    "dist", "do", "edge", "else", "end", "endcase", "endchecker", "endclass", "endclocking",
    "endconfig", "endfunction", "endgenerate", "endgroup", "endinterface", "endmodule",
    "endpackage", "endprimitive", "endprogram", "endproperty", "endsequence", "endspecify",
    "endtable", "endtask", "enum", "event", "eventually", "expect", "export", "extends", "extern",
    "final", "first_match", "for", "force", "foreach", "forever", "fork", "forkjoin", "function",
    "generate", "genvar", "global", "highz0", "highz1", "if", "iff", "ifnone", "ignore_bins",
    "illegal_bins", "implements", "implies", "import", "incdir", "include", "initial", "inout",
    "input", "inside", "instance", "int", "integer", "interconnect", "interface", "intersect",
    "join", "join_any", "join_none", "large", "let", "liblist", "library", "local", "localparam",
    "logic", "longint", "macromodule", "matches", "medium", "modport", "module", "nand", "negedge",
    "nettype", "new", "nexttime", "nmos", "nor", "noshowcancelled", "not", "notif0", "notif1",
    "null", "or", "output", "package", "packed", "parameter", "pmos", "posedge", "primitive",
    "priority", "program", "property", "protected", "pull0", "pull1", "pulldown", "pullup",
    "pulsestyle_ondetect", "pulsestyle_onevent", "pure", "rand", "randc", "randcase",
    "randsequence", "rcmos", "real", "realtime", "ref", "reg", "reject_on", "release", "repeat",
    "restrict", "return", "rnmos", "rpmos", "rtran", "rtranif0", "rtranif1", "s_always",
    "s_eventually", "s_nexttime", "s_until", "s_until_with", "scalared", "sequence", "shortint",
    "shortreal", "showcancelled", "signed", "small", "soft", "solve", "specify", "specparam",
    "static", "string", "strong", "strong0", "strong1", "struct", "super", "supply0", "supply1",
    "sync_accept_on", "sync_reject_on", "table", "tagged", "task", "this", "throughout", "time",
    "timeprecision", "timeunit", "tran", "tranif0", "tranif1", "tri", "tri0", "tri1", "triand",
    "trior", "trireg", "type", "typedef", "union", "unique", "unique0", "unsigned", "until",
    "until_with", "untyped", "use", "uwire", "var", "vectored", "virtual", "void", "wait",
    "wait_order", "wand", "weak", "weak0", "weak1", "while", "wildcard", "wire", "with", "within",
    "wor", "xnor", "xor",
];

/// What a name stands for, to say so in messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameKind {
    /// A module.
    Module,
    /// A parameter of a module.
    Parameter,
    /// A port.
    Port,
    /// A variable or memory.
    Net,
    /// A local parameter.
    Localparam,
    /// An instance.
    Instance,
    /// The label of a generated block.
    Label,
    /// The variable of a generated loop.
    Genvar,
}

impl fmt::Display for NameKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Module => "module",
            Self::Parameter => "parameter",
            Self::Port => "port",
            Self::Net => "net",
            Self::Localparam => "localparam",
            Self::Instance => "instance",
            Self::Label => "generate label",
            Self::Genvar => "genvar",
        })
    }
}

/// Why a name cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// The name is not a plain identifier.
    #[error(
        "{kind} `{name}` is not a Verilog identifier: use letters, digits and `_`, not starting with a digit"
    )]
    Illegal {
        /// What it was to name.
        kind: NameKind,
        /// The name.
        name: String,
    },
    /// The name is a reserved word.
    #[error("{kind} `{name}` is a reserved word of SystemVerilog")]
    Keyword {
        /// What it was to name.
        kind: NameKind,
        /// The name.
        name: String,
    },
    /// The name is taken in the same scope.
    #[error("{kind} `{name}` has the name of a {first}")]
    Duplicate {
        /// What it was to name.
        kind: NameKind,
        /// The name.
        name: String,
        /// What holds the name.
        first: NameKind,
    },
}

/// Tells whether the word is reserved in SystemVerilog.
pub fn is_keyword(word: &str) -> bool {
    KEYWORDS.binary_search(&word).is_ok()
}

/// Tells whether the text is a plain identifier: letters, digits and `_`, not starting with a digit.
///
/// Escaped identifiers and `$` are left out, because not every tool keeps them.
pub fn is_identifier(text: &str) -> bool {
    let mut chars = text.chars();
    chars
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Checks that a name is an identifier and not a reserved word.
///
/// # Errors
/// [`NameError::Illegal`] or [`NameError::Keyword`].
pub fn check_name(kind: NameKind, name: &str) -> Result<(), NameError> {
    let owned = name.to_owned();
    if !is_identifier(name) {
        return Err(NameError::Illegal { kind, name: owned });
    }
    if is_keyword(name) {
        return Err(NameError::Keyword { kind, name: owned });
    }
    Ok(())
}

/// The names of one scope; the only place where names are given out or found taken.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Resolver {
    names: BTreeMap<String, NameKind>,
}

impl Resolver {
    /// Makes an empty scope.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a name exactly as it is.
    ///
    /// # Errors
    /// The name is illegal, reserved or taken. An illegal name is taken nevertheless, so that its uses
    /// are not reported a second time.
    pub fn declare(&mut self, kind: NameKind, name: &str) -> Result<(), NameError> {
        if let Some(&first) = self.names.get(name) {
            let name = name.to_owned();
            return Err(NameError::Duplicate { kind, name, first });
        }
        self.names.insert(name.to_owned(), kind);
        check_name(kind, name)
    }

    /// Finds what a name stands for.
    pub fn get(&self, name: &str) -> Option<NameKind> {
        self.names.get(name).copied()
    }

    /// Takes the wanted name, or the first free one of `wanted_2`, `wanted_3`, …
    ///
    /// Characters that no identifier has become `_`; a reserved word counts as taken.
    pub fn resolve(&mut self, kind: NameKind, wanted: &str) -> String {
        let base = sanitise(wanted);
        let name = std::iter::once(base.clone())
            .chain((2_u64..).map(|n| format!("{base}_{n}")))
            .find(|name| !is_keyword(name) && !self.names.contains_key(name))
            .unwrap_or(base);
        self.names.insert(name.clone(), kind);
        name
    }
}

/// Makes an identifier of any text: other characters become `_`, a leading digit gets one in front.
fn sanitise(text: &str) -> String {
    let keep = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    let name: String = text.chars().map(keep).collect();
    if is_identifier(&name) {
        name
    } else {
        format!("_{name}")
    }
}
