//! Typed Verilog: a syntax tree, the rules for names, one check and one printer.
//!
//! The tree covers the subset that Verilator 5.006, Yosys 0.23 and Icarus 11 all read: Verilog-2005
//! structure with `logic`, `always_ff` and `always_comb`. It knows nothing of schedulers or graphs.
//!
//! A module is built as values, checked by [`Module::check`], then printed by [`Module::print`].
//! The printer cannot fail and prints whatever it is given; what must not be printed is refused by
//! the check. Deep expressions are printed as deep expressions: naming the parts is up to the caller.
//!
//! ```
//! use dysta_generator::vlog::{Library, Module, Port, verilog};
//! let mut module = Module::new("dysta_and");
//! module.add_port(Port::input("a_i", 8)).add_port(Port::input("b_i", 8));
//! module.add_port(Port::output("y_o", 8));
//! module.extend(verilog! { assign y_o = a_i & b_i; });
//! module.check(&Library::new()).unwrap();
//! assert!(module.print(&[]).contains("  assign y_o = a_i & b_i;\n"));
//! ```

mod check;
mod expr;
mod interface;
mod item;
mod module;
pub mod names;
mod printer;
mod problem;
mod stmt;
#[cfg(test)]
pub(crate) mod tests;
pub use dysta_macros::{verilog, verilog_expr, verilog_stmts};
pub use expr::{Base, BinaryOp, Expr, SystemFunction, ToExpr, UnaryOp, concat, lit};
pub use interface::{Library, ModuleInterface};
pub use item::{Connection, GenerateFor, Instance, Item, Localparam, Net};
pub use module::{Direction, Module, Param, Port, PortGroup, Width};
pub use printer::LINE_WIDTH;
pub use problem::{Problem, VlogError};
pub use stmt::{CaseArm, Stmt};
