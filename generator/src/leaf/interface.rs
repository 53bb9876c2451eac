//! What the rest of the generator knows of a leaf.

use std::fmt;

use crate::vlog::{self, Direction, Expr, ModuleInterface};

/// Width of a port in bits, as a function of the parameters of its leaf: a sum of parameters, each some times, and a constant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Width {
    /// How often each parameter counts.
    pub terms: Vec<(u32, &'static str)>,
    /// Bits beyond those.
    pub more: u32,
}

impl Width {
    /// A constant number of bits.
    pub fn bits(bits: u32) -> Self {
        Self {
            terms: Vec::new(),
            more: bits,
        }
    }

    /// The width in bits for given parameter values.
    ///
    /// `value` returns the value of a parameter; nothing if a parameter has no value.
    pub fn evaluate(&self, value: impl Fn(&str) -> Option<u32>) -> Option<u32> {
        self.terms.iter().try_fold(self.more, |sum, (times, name)| {
            sum.checked_add(value(name)?.checked_mul(*times)?)
        })
    }
}

/// The width as Verilog: bits, `WIDTH`, `A_W + B_W` or `8 * ROWS + 1`.
impl From<&Width> for vlog::Width {
    fn from(width: &Width) -> Self {
        let term = |(times, name): &(u32, &'static str)| match times {
            1 => Expr::id(*name),
            _ => Expr::from(*times) * Expr::id(*name),
        };
        let sum = width.terms.iter().map(term).reduce(|sum, term| sum + term);
        match (sum, width.more) {
            (None, bits) => bits.into(),
            (Some(sum), 0) => Self::Of(sum),
            (Some(sum), more) => Self::Of(sum + Expr::from(more)),
        }
    }
}

/// Prints the range of the declaration: nothing, `[47:0]`, `[WIDTH-1:0]`, `[A_W+B_W-1:0]` or
/// `[8*ROWS+4:0]`.
impl fmt::Display for Width {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.terms.is_empty() {
            return match self.more {
                1 => Ok(()),
                bits => write!(f, "[{}:0]", bits.saturating_sub(1)),
            };
        }
        let term = |(times, name): &(u32, &'static str)| match times {
            1 => (*name).to_owned(),
            _ => format!("{times}*{name}"),
        };
        let sum = self.terms.iter().map(term).collect::<Vec<_>>().join("+");
        match self.more {
            0 => write!(f, "[{sum}-1:0]"),
            1 => write!(f, "[{sum}:0]"),
            more => write!(f, "[{sum}+{}:0]", more - 1),
        }
    }
}

/// One port of a leaf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Port {
    /// Name with its direction suffix.
    pub name: &'static str,
    /// Direction.
    pub direction: Direction,
    /// Width.
    pub width: Width,
}

/// One parameter of a leaf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// Name.
    pub name: &'static str,
    /// Value when an instance gives none.
    pub default: u32,
    /// Meaning and constraint: the comment in the template.
    pub doc: String,
    /// Smallest value allowed.
    pub min: u32,
    /// Largest value allowed, whatever the other parameters are.
    pub max: u32,
}

/// The port list of a leaf for given parameter values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interface {
    /// Module name.
    pub name: &'static str,
    /// Name and value of each parameter, in declared order.
    pub parameters: Vec<(&'static str, u32)>,
    /// Port and its width in bits, in declared order.
    pub ports: Vec<(Port, u32)>,
}

/// The description of a leaf, as the header of its template gives it.
#[derive(Debug, Clone)]
pub struct Leaf {
    /// Module name; the file is `NAME.sv`.
    pub name: &'static str,
    /// Purpose in one sentence: the first line of the comment in the template.
    pub doc: &'static str,
    /// Parameters in declared order.
    pub parameters: Vec<Parameter>,
    /// Ports in declared order.
    pub ports: Vec<Port>,
    pub(super) template: fn(&[String]) -> Result<String, askama::Error>,
}

impl Leaf {
    /// Renders the module.
    ///
    /// `banner` are the first comment lines of the file, without `//`.
    ///
    /// # Errors
    /// Only if memory for the text cannot be formatted; the templates hold nothing that can fail.
    pub fn render(&self, banner: &[String]) -> Result<String, askama::Error> {
        (self.template)(banner)
    }

    /// The port list as instances of the printed modules see it, with widths as expressions over the parameters.
    pub fn module_interface(&self) -> ModuleInterface {
        let port = |port: &Port| vlog::Port::new(port.direction, port.name, &port.width);
        ModuleInterface::new(
            self.name,
            self.parameters.iter().map(|parameter| parameter.name),
            self.ports.iter().map(port),
        )
    }

    /// The port list with widths in bits when `values` replace the defaults of the parameters they name.
    ///
    /// Returns nothing if a value names no parameter or lies outside the range of its parameter.
    pub fn interface(&self, values: &[(&str, u32)]) -> Option<Interface> {
        let known = |name: &str| self.parameters.iter().any(|p| p.name == name);
        if !values.iter().all(|(name, _)| known(name)) {
            return None;
        }
        let parameters = self
            .parameters
            .iter()
            .map(|parameter| parameter.value(values).map(|value| (parameter.name, value)))
            .collect::<Option<Vec<_>>>()?;
        let value = |name: &str| Some(parameters.iter().find(|(n, _)| *n == name)?.1);
        let ports = self
            .ports
            .iter()
            .map(|port| Some((port.clone(), port.width.evaluate(value)?)))
            .collect::<Option<Vec<_>>>()?;
        Some(Interface {
            name: self.name,
            parameters,
            ports,
        })
    }
}

impl Parameter {
    fn value(&self, values: &[(&str, u32)]) -> Option<u32> {
        let given = values.iter().find(|(name, _)| *name == self.name);
        let value = given.map_or(self.default, |(_, value)| *value);
        (self.min..=self.max).contains(&value).then_some(value)
    }
}
