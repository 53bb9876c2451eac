//! What stands between the port list and `endmodule`.

use super::expr::Expr;
use super::module::Width;
use super::stmt::Stmt;

/// An item of a module body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// `logic [7:0] x;`
    Net(Net),
    /// `localparam [1:0] StIdle = 2'd0;`
    Localparam(Localparam),
    /// `assign target = value;`
    Assign(Expr, Expr),
    /// `always_comb begin … end`
    AlwaysComb(Vec<Stmt>),
    /// `always_ff @(posedge clock) begin … end`
    AlwaysFf {
        /// Name of the clock.
        clock: String,
        /// Statements of the block.
        body: Vec<Stmt>,
    },
    /// An instance of another module.
    Instance(Instance),
    /// A labelled `for` of generated items.
    GenerateFor(GenerateFor),
    /// `// text`, one comment line per line of text.
    Comment(String),
    /// An empty line.
    Blank,
}

/// A declared variable, or a memory when it has a depth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Net {
    /// Name.
    pub name: String,
    /// Width of one word.
    pub width: Width,
    /// Whether arithmetic on it is signed.
    pub signed: bool,
    /// Number of words of a memory; none for a plain variable.
    pub depth: Option<Expr>,
}

/// A named constant of the module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Localparam {
    /// Name.
    pub name: String,
    /// Width; none takes the width of the value.
    pub width: Option<Width>,
    /// Constant expression.
    pub value: Expr,
}

/// A connection by name: `.port (value)`, or `.port ()` when nothing is connected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// Name of the port or parameter of the instantiated module.
    pub name: String,
    /// What it is connected to.
    pub value: Option<Expr>,
}

/// An instance of another module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// Name of the module.
    pub module: String,
    /// Name of the instance.
    pub name: String,
    /// Parameter overrides, in the declared order.
    pub params: Vec<Connection>,
    /// Port connections, in the declared order.
    pub connections: Vec<Connection>,
}

/// A generated loop: `for (genvar VAR = 0; VAR < COUNT; VAR = VAR + 1) begin : LABEL … end`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GenerateFor {
    /// Label of the block, needed because tools invent different names without one.
    pub label: String,
    /// Name of the genvar.
    pub variable: String,
    /// Number of rounds, a constant expression.
    pub count: Expr,
    /// What is generated in each round.
    pub items: Vec<Item>,
}

impl Net {
    /// Makes an unsigned variable: prints `logic [width-1:0] name;`.
    pub fn new(name: impl Into<String>, width: impl Into<Width>) -> Self {
        Self {
            name: name.into(),
            width: width.into(),
            signed: false,
            depth: None,
        }
    }

    /// Makes the variable signed: prints `logic signed [width-1:0] name;`.
    pub fn signed(mut self) -> Self {
        self.signed = true;
        self
    }

    /// Makes the variable a memory: prints `logic [width-1:0] name [0:depth-1];`.
    pub fn with_depth(mut self, depth: impl Into<Expr>) -> Self {
        self.depth = Some(depth.into());
        self
    }
}

impl Instance {
    /// Makes an instance without connections: prints `module name ();`.
    pub fn new(module: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            module: module.into(),
            name: name.into(),
            params: Vec::new(),
            connections: Vec::new(),
        }
    }

    /// Overrides a parameter: prints `.name (value)` in the parameter list.
    pub fn param(mut self, name: impl Into<String>, value: impl Into<Expr>) -> Self {
        let (name, value) = (name.into(), Some(value.into()));
        self.params.push(Connection { name, value });
        self
    }

    /// Connects a port: prints `.name (value)`.
    pub fn connect(mut self, name: impl Into<String>, value: impl Into<Expr>) -> Self {
        let (name, value) = (name.into(), Some(value.into()));
        self.connections.push(Connection { name, value });
        self
    }

    /// Leaves an output unconnected, visibly: prints `.name ()`.
    pub fn open(mut self, name: impl Into<String>) -> Self {
        let name = name.into();
        self.connections.push(Connection { name, value: None });
        self
    }
}

impl Item {
    /// Declares an unsigned variable: prints `logic [width-1:0] name;`.
    pub fn net(name: impl Into<String>, width: impl Into<Width>) -> Self {
        Self::Net(Net::new(name, width))
    }

    /// Declares a sized constant: prints `localparam [width-1:0] name = value;`.
    pub fn localparam(
        name: impl Into<String>,
        width: impl Into<Width>,
        value: impl Into<Expr>,
    ) -> Self {
        Self::Localparam(Localparam {
            name: name.into(),
            width: Some(width.into()),
            value: value.into(),
        })
    }

    /// Assigns continuously: prints `assign target = value;`.
    pub fn assign(target: impl Into<Expr>, value: impl Into<Expr>) -> Self {
        Self::Assign(target.into(), value.into())
    }

    /// Describes registers without reset: prints `always_ff @(posedge clock) begin … end`.
    pub fn always_ff(clock: impl Into<String>, body: Vec<Stmt>) -> Self {
        let clock = clock.into();
        Self::AlwaysFf { clock, body }
    }

    /// Describes registers with synchronous reset. Prints
    /// `always_ff @(posedge clock) begin if (reset) begin … end else begin … end end`.
    pub fn always_ff_reset(
        clock: impl Into<String>,
        reset: impl Into<Expr>,
        reset_body: Vec<Stmt>,
        body: Vec<Stmt>,
    ) -> Self {
        Self::always_ff(clock, vec![Stmt::when_else(reset, reset_body, body)])
    }
}
