//! What the check before printing may find.

use std::fmt;

use miette::Diagnostic;

use super::names::NameError;

/// A module that must not be printed, with all reasons.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Diagnostic)]
#[error("module `{module}` is not legal Verilog:{}", Bullets(.problems))]
#[diagnostic(code(dysta::vlog::illegal_module))]
pub struct VlogError {
    /// Name of the module.
    pub module: String,
    /// The problems in the order of the text.
    pub problems: Vec<Problem>,
}

struct Bullets<'a>(&'a [Problem]);

impl fmt::Display for Bullets<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|p| write!(f, "\n  - {p}"))
    }
}

/// One reason why a module must not be printed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// A name is illegal, reserved or taken.
    #[error(transparent)]
    Name(#[from] NameError),
    /// A name is used that nothing above declares.
    #[error("`{name}` is used in {place} but not declared before")]
    Undeclared {
        /// The name.
        name: String,
        /// Where it is used.
        place: String,
    },
    /// A range of no bits.
    #[error("{place} has width 0: the least is 1")]
    ZeroWidth {
        /// What has the width.
        place: String,
    },
    /// A literal that needs more bits than it has.
    #[error("literal {value} in {place} does not fit {width} bits")]
    LiteralTooLarge {
        /// Its value.
        value: u128,
        /// Its width in bits.
        width: u32,
        /// Where it stands.
        place: String,
    },
    /// A literal without width that 32 signed bits do not hold.
    #[error("literal {value} in {place} needs a width: without one the most is 2147483647")]
    UnsizedTooLarge {
        /// Its value.
        value: u64,
        /// Where it stands.
        place: String,
    },
    /// A concatenation of nothing, or of a literal without width.
    #[error("a concatenation in {place} {fault}")]
    Concatenation {
        /// What is wrong with it.
        fault: &'static str,
        /// Where it stands.
        place: String,
    },
    /// Bits taken from something that is not a name.
    #[error("bits are selected from an expression in {place}: give it a name first")]
    SelectOfExpression {
        /// Where it stands.
        place: String,
    },
    /// An assignment to something that cannot hold a value.
    #[error("the target of {place} is not a variable, a part of one or a concatenation of them")]
    BadTarget {
        /// The assignment.
        place: String,
    },
    /// An assignment to an input or a constant.
    #[error("{place} drives the {what} `{name}`")]
    Constant {
        /// The name.
        name: String,
        /// What it is.
        what: &'static str,
        /// The assignment.
        place: String,
    },
    /// A generated block without label.
    #[error("the generated loop over `{variable}` has no label")]
    UnlabelledGenerate {
        /// Its genvar.
        variable: String,
    },
    /// A `case` alternative without labels.
    #[error("a case alternative in {place} has no label")]
    CaseWithoutLabel {
        /// The block.
        place: String,
    },
    /// An instance of a module whose interface is not in the library.
    #[error("instance `{instance}`: module `{module}` is not in the library")]
    UnknownModule {
        /// The instance.
        instance: String,
        /// The module it names.
        module: String,
    },
    /// An instance whose connections are not the ports of its module in declared order.
    #[error("instance `{instance}` of `{module}`: {fault}")]
    Connections {
        /// The instance.
        instance: String,
        /// Its module.
        module: String,
        /// What is wrong.
        fault: String,
    },
}
