//! What the rest of the generator knows of a leaf.

use std::fmt;

use crate::vlog::{self, Direction, Expr, ModuleInterface};

/// Width of a port in bits, as a function of the parameters of its leaf.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Width {
    /// A constant number of bits; one bit has no range.
    Bits(u32),
    /// The value of a parameter.
    Parameter(&'static str),
    /// The sum of the values of two parameters.
    Sum(&'static str, &'static str),
    /// A floating-point number: a sign, and the bits of exponent and mantissa that two parameters give.
    Float(&'static str, &'static str),
    /// The value of a parameter and some bits more.
    Plus(&'static str, u32),
    /// The values of two parameters and some bits more.
    SumPlus(&'static str, &'static str, u32),
    /// A number of bits for each unit of a parameter.
    Times(u32, &'static str),
}

impl Width {
    /// The width in bits for given parameter values.
    ///
    /// `value` returns the value of a parameter; nothing if a parameter has no value.
    pub fn bits(self, value: impl Fn(&str) -> Option<u32>) -> Option<u32> {
        match self {
            Width::Bits(bits) => Some(bits),
            Width::Parameter(name) => value(name),
            Width::Sum(left, right) => value(left)?.checked_add(value(right)?),
            Width::Float(exponent, mantissa) => value(exponent)?
                .checked_add(value(mantissa)?)?
                .checked_add(1),
            Width::Plus(name, more) => value(name)?.checked_add(more),
            Width::SumPlus(left, right, more) => {
                value(left)?.checked_add(value(right)?)?.checked_add(more)
            }
            Width::Times(bits, name) => value(name)?.checked_mul(bits),
        }
    }
}

/// The width as Verilog: bits, `WIDTH`, `A_W + B_W` or `EXP_W + MAN_W + 1`.
impl From<Width> for vlog::Width {
    fn from(width: Width) -> Self {
        match width {
            Width::Bits(bits) => bits.into(),
            Width::Parameter(name) => name.into(),
            Width::Sum(left, right) => Self::Of(Expr::id(left) + Expr::id(right)),
            Width::Float(exponent, mantissa) => {
                Self::Of(Expr::id(exponent) + Expr::id(mantissa) + Expr::from(1_u32))
            }
            Width::Plus(name, more) => Self::Of(Expr::id(name) + Expr::from(more)),
            Width::SumPlus(left, right, more) => {
                Self::Of(Expr::id(left) + Expr::id(right) + Expr::from(more))
            }
            Width::Times(bits, name) => Self::Of(Expr::from(bits) * Expr::id(name)),
        }
    }
}

/// Prints the range of the declaration: nothing, `[47:0]`, `[WIDTH-1:0]`, `[A_W+B_W-1:0]` or
/// `[EXP_W+MAN_W:0]`.
impl fmt::Display for Width {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Width::Bits(1) => Ok(()),
            Width::Bits(bits) => write!(f, "[{}:0]", bits.saturating_sub(1)),
            Width::Parameter(name) => write!(f, "[{name}-1:0]"),
            Width::Sum(left, right) => write!(f, "[{left}+{right}-1:0]"),
            Width::Float(exponent, mantissa) => write!(f, "[{exponent}+{mantissa}:0]"),
            Width::Plus(name, 1) => write!(f, "[{name}:0]"),
            Width::Plus(name, more) => write!(f, "[{name}+{}:0]", more - 1),
            Width::SumPlus(left, right, more) => write!(f, "[{left}+{right}+{}:0]", more - 1),
            Width::Times(bits, name) => write!(f, "[{bits}*{name}-1:0]"),
        }
    }
}

/// One port of a leaf.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Port {
    /// Name with its direction suffix.
    pub name: &'static str,
    /// Direction.
    pub direction: Direction,
    /// Width.
    pub width: Width,
}

/// One parameter of a leaf.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameter {
    /// Name.
    pub name: &'static str,
    /// Value when an instance gives none.
    pub default: u32,
    /// Meaning and constraint, word for word the comment in the template.
    pub doc: &'static str,
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

/// The description of a leaf.
#[derive(Debug, Clone, Copy)]
pub struct Leaf {
    /// Module name; the file is `NAME.sv`.
    pub name: &'static str,
    /// Purpose in one sentence, word for word the first sentences of the template.
    pub doc: &'static str,
    /// Parameters in declared order.
    pub parameters: &'static [Parameter],
    /// Ports in declared order.
    pub ports: &'static [Port],
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
        let port = |port: &Port| vlog::Port::new(port.direction, port.name, port.width);
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
            .map(|port| Some((*port, port.width.bits(value)?)))
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
