//! Modules, their parameters and their ports.

use super::check;
use super::expr::Expr;
use super::interface::{Library, ModuleInterface};
use super::item::Item;
use super::printer;
use super::problem::VlogError;

/// The width of a port, variable or constant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Width {
    /// A number of bits, at least 1; 1 prints as a scalar.
    Bits(u32),
    /// A constant expression over parameters; prints `[expr-1:0]`.
    Of(Expr),
}

impl From<u32> for Width {
    fn from(bits: u32) -> Self {
        Self::Bits(bits)
    }
}

impl From<Expr> for Width {
    /// A literal becomes a number of bits, anything else stays an expression.
    fn from(expr: Expr) -> Self {
        match expr {
            Expr::Int(bits) => u32::try_from(bits).map_or(Self::Of(expr), Self::Bits),
            _ => Self::Of(expr),
        }
    }
}

impl From<&str> for Width {
    fn from(parameter: &str) -> Self {
        Self::Of(Expr::id(parameter))
    }
}

/// The direction of a port, seen from inside the module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// `input`.
    Input,
    /// `output`.
    Output,
}

impl Direction {
    /// The direction as the other side of a pin sees it.
    pub fn reversed(self) -> Self {
        match self {
            Self::Input => Self::Output,
            Self::Output => Self::Input,
        }
    }
}

/// A port of a module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Port {
    /// Name, with its direction suffix.
    pub name: String,
    /// Direction.
    pub direction: Direction,
    /// Width.
    pub width: Width,
    /// Whether arithmetic on it is signed.
    pub signed: bool,
    /// What it carries, with unit; printed as a comment, empty prints none.
    pub doc: String,
}

impl Port {
    /// Makes an input: prints `input  logic [width-1:0] name`.
    pub fn input(name: impl Into<String>, width: impl Into<Width>) -> Self {
        Self::new(Direction::Input, name, width)
    }

    /// Makes an output: prints `output logic [width-1:0] name`.
    pub fn output(name: impl Into<String>, width: impl Into<Width>) -> Self {
        Self::new(Direction::Output, name, width)
    }

    /// Makes a port of the given direction.
    pub fn new(direction: Direction, name: impl Into<String>, width: impl Into<Width>) -> Self {
        Self {
            name: name.into(),
            direction,
            width: width.into(),
            signed: false,
            doc: String::new(),
        }
    }

    /// Makes the port signed: prints `input  logic signed [width-1:0] name`.
    pub fn signed(mut self) -> Self {
        self.signed = true;
        self
    }

    /// Says what the port carries: prints `// doc` at the end of its line, or above it.
    pub fn doc(mut self, doc: impl Into<String>) -> Self {
        self.doc = doc.into();
        self
    }
}

/// Ports that belong together, under one comment heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortGroup {
    /// Heading; empty prints none.
    pub heading: String,
    /// The ports in declared order.
    pub ports: Vec<Port>,
}

/// A parameter of a module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Param {
    /// Name.
    pub name: String,
    /// Width; none leaves it as wide as its value.
    pub width: Option<Width>,
    /// Default value.
    pub value: Expr,
    /// Meaning and constraint; printed as a comment above, empty prints none.
    pub doc: String,
}

impl Param {
    /// Makes a parameter: prints `parameter name = value`.
    pub fn new(name: impl Into<String>, value: impl Into<Expr>, doc: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            width: None,
            value: value.into(),
            doc: doc.into(),
        }
    }
}

/// A Verilog module, built as values, then checked, then printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Module {
    /// Name.
    pub name: String,
    /// Comment lines above the module: purpose first.
    pub doc: String,
    /// Parameters in declared order.
    pub params: Vec<Param>,
    /// Ports in declared order, in groups.
    pub ports: Vec<PortGroup>,
    /// Body.
    pub items: Vec<Item>,
}

impl Module {
    /// Makes an empty module.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            doc: String::new(),
            params: Vec::new(),
            ports: Vec::new(),
            items: Vec::new(),
        }
    }

    /// Sets the comment above the module.
    pub fn doc(mut self, doc: impl Into<String>) -> Self {
        self.doc = doc.into();
        self
    }

    /// Adds a parameter.
    pub fn add_param(&mut self, param: Param) -> &mut Self {
        self.params.push(param);
        self
    }

    /// Adds a port to the latest group, which is opened without heading when there is none.
    pub fn add_port(&mut self, port: Port) -> &mut Self {
        if self.ports.is_empty() {
            self.add_group("", []);
        }
        if let Some(group) = self.ports.last_mut() {
            group.ports.push(port);
        }
        self
    }

    /// Adds a group of ports: prints `// heading` above them.
    pub fn add_group(
        &mut self,
        heading: impl Into<String>,
        ports: impl IntoIterator<Item = Port>,
    ) -> &mut Self {
        let (heading, ports) = (heading.into(), ports.into_iter().collect());
        self.ports.push(PortGroup { heading, ports });
        self
    }

    /// Adds an item to the body.
    pub fn push(&mut self, item: Item) -> &mut Self {
        self.items.push(item);
        self
    }

    /// Adds items to the body, for instance those of `verilog!`.
    pub fn extend(&mut self, items: impl IntoIterator<Item = Item>) -> &mut Self {
        self.items.extend(items);
        self
    }

    /// Lists all ports in declared order.
    pub fn all_ports(&self) -> impl Iterator<Item = &Port> {
        self.ports.iter().flat_map(|group| &group.ports)
    }

    /// Tells what another module needs to know to instantiate this one.
    pub fn interface(&self) -> ModuleInterface {
        ModuleInterface {
            name: self.name.clone(),
            params: self.params.iter().map(|p| p.name.clone()).collect(),
            ports: self.all_ports().cloned().collect(),
        }
    }

    /// Checks everything the printer relies on; `library` holds the interfaces of the instantiated modules.
    ///
    /// # Errors
    /// All problems found, in the order of the text; see [`Problem`](super::Problem).
    pub fn check(&self, library: &Library) -> Result<(), VlogError> {
        check::check(self, library)
    }

    /// Prints the module, `banner` as comment lines first. Same module, same bytes.
    ///
    /// No line is longer than [`LINE_WIDTH`](super::LINE_WIDTH) unless a single name, literal or comment word is.
    pub fn print(&self, banner: &[String]) -> String {
        printer::print(self, banner)
    }
}
