//! Errors of the expression compiler: what, where inside the string, what to do, why.

use super::ast::Span;
use super::binding::{LONGEST_INTERVAL, UnitKind};

/// One problem of a score expression.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct ExprError {
    /// Stable code, `dysta::expr::…`.
    pub code: &'static str,
    /// What is wrong, with the actual text.
    pub message: String,
    /// Byte range inside the expression string.
    pub span: Span,
    /// What to do.
    pub hint: String,
    /// Why the rule exists.
    pub reason: &'static str,
}

const FIELDS_HINT: &str = "fields: now deadline arrival last_run priority gamma lat_remaining isolated inv_isolated \
                           queue inv_queue layer running; besides the names under `let` and `params`";

impl ExprError {
    /// Malformed text.
    pub fn syntax(message: String, span: Span) -> Self {
        ExprError {
            code: "dysta::expr::syntax",
            message,
            span,
            hint: "see the grammar in the reference of the key `score`".to_string(),
            reason: "the expression becomes hardware, so every character of it must have a meaning",
        }
    }

    /// Call of a function that does not exist.
    pub fn unknown_function(name: &str, span: Span) -> Self {
        ExprError {
            code: "dysta::expr::unknown_function",
            message: format!("unknown function `{name}`"),
            span,
            hint: "functions: min(a, b), max(a, b), select(condition, then, else)".to_string(),
            reason: "each function is a hardware operator with a defined rounding and latency",
        }
    }

    /// Too few units for the candidates to follow each other so fast.
    pub fn interval((kind, count): (UnitKind, u32), wanted: u32, least: u32) -> Self {
        let (name, what) = match kind {
            UnitKind::Multiplier => (kind.name(), "products"),
            UnitKind::Adder => (kind.name(), "sums and differences"),
            UnitKind::Subtractor => (kind.name(), "differences"),
        };
        let units = match count {
            1 => format!("1 {name} takes"),
            n => format!("{n} {name}s take"),
        };
        ExprError {
            code: "dysta::config::interval",
            message: format!(
                "{units} the {what} of a candidate in {least} clocks, not in {wanted}"
            ),
            span: 0..0,
            hint: match least <= LONGEST_INTERVAL {
                true => format!("set `ii` to at least {least}, or add {name}s"),
                false => format!(
                    "add {name}s: `ii` is at most {LONGEST_INTERVAL}, or set `units: dedicated`"
                ),
            },
            reason: "a unit takes the operands of one operator a clock: those of the score and, on the multiplier of a single lane, of the update unit",
        }
    }

    /// Wrong number of arguments.
    pub fn arity(name: &str, found: usize, span: Span) -> Self {
        let wanted = if name == "select" {
            "exactly 3"
        } else {
            "at least 2"
        };
        ExprError {
            code: "dysta::expr::arity",
            message: format!("`{name}` takes {wanted} arguments, found {found}"),
            span,
            hint: "min(a, b), max(a, b), select(condition, then, else)".to_string(),
            reason: "each operator is a circuit with a fixed number of inputs",
        }
    }

    /// A name that is neither field, parameter nor `let`.
    pub fn unknown_name(name: &str, known: &[&str], span: Span) -> Self {
        let near = known
            .iter()
            .map(|k| (strsim::damerau_levenshtein(name, k), *k))
            .filter(|(distance, _)| *distance <= 3)
            .min();
        let hint = match near {
            Some((_, candidate)) => format!("did you mean `{candidate}`? {FIELDS_HINT}"),
            None => FIELDS_HINT.to_string(),
        };
        ExprError {
            code: "dysta::expr::unknown_name",
            message: format!("unknown name `{name}`"),
            span,
            hint,
            reason: "a score may use only what the scheduler stores or measures",
        }
    }

    /// `let` names that refer to each other in a circle.
    pub fn cyclic_let(chain: &[String], span: Span) -> Self {
        ExprError {
            code: "dysta::expr::cyclic_let",
            message: format!("`let` refers to itself: {}", chain.join(" -> ")),
            span,
            hint: "break the circle; a `let` may use only names that do not depend on it"
                .to_string(),
            reason: "a score is computed once a decision and has no memory of its own",
        }
    }

    /// A `let` or parameter that hides a field or another name.
    pub fn duplicate_name(name: &str, with: &str) -> Self {
        ExprError {
            code: "dysta::expr::duplicate_name",
            message: format!("`{name}` is already the name of a {with}"),
            span: 0..0,
            hint: "choose another name".to_string(),
            reason: "one word means one thing in an expression",
        }
    }

    /// Operands whose units do not go together.
    pub fn kinds(operator: &str, left: &str, right: &str, span: Span) -> Self {
        ExprError {
            code: "dysta::expr::units",
            message: format!("`{operator}` cannot combine {left} and {right}"),
            span,
            hint: "times add to times and numbers to numbers; a number becomes a time by a factor such as \
                   `penalty_scale` (a parameter in cycles), a time becomes a number by `inv_isolated`"
                .to_string(),
            reason: "a sum of unlike units changes its meaning with the clock frequency",
        }
    }

    /// A construct that this version does not turn into hardware.
    pub fn unsupported(message: String, hint: &str, span: Span) -> Self {
        ExprError {
            code: "dysta::expr::unsupported",
            message,
            span,
            hint: hint.to_string(),
            reason: "every score that is accepted must have a circuit that computes it to the bit",
        }
    }

    /// A value that lies outside its format for all inputs.
    pub fn overflow(message: String, span: Span) -> Self {
        ExprError {
            code: "dysta::expr::overflow",
            message,
            span,
            hint: "scale the factors down, or multiply a time by `inv_isolated` first".to_string(),
            reason: "a value that always saturates is a constant and tells no requests apart",
        }
    }

    /// A pipeline longer than the hardware should have.
    pub fn too_deep(found: u32, limit: u32) -> Self {
        ExprError {
            code: "dysta::expr::too_deep",
            message: format!("the score takes {found} clocks in a lane, at most {limit} are allowed"),
            span: 0..0,
            hint: "use fewer products in a row, or let factors of the profile meet before those of the decision"
                .to_string(),
            reason: "every clock of the lane is a clock of each decision and a row of registers in every lane",
        }
    }

    /// Replaces the hint.
    pub fn with_hint(mut self, hint: &str) -> Self {
        self.hint = hint.to_string();
        self
    }
}
