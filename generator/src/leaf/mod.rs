//! The leaf modules: readable SystemVerilog templates for everything that does not depend on the graph.
//!
//! The text of a leaf is an askama template (`templates/leaf/NAME.sv`) in which real Verilog parameters carry all sizes; only
//! the banner is filled in. Its header is also the description in [`LEAVES`]: purpose, parameters, ports. The ranges of the
//! parameters are listed in `registry.rs`.
//!
//! To add a leaf: write the template and add its line in `registry.rs`.

mod header;
mod interface;
mod registry;
mod testbench;
#[cfg(test)]
mod tests;

pub use interface::{Interface, Leaf, Parameter, Port, Width};
pub use registry::LEAVES;
pub use testbench::{ArrayTestbench, Testbench};

use crate::vlog::Library;

/// The interfaces of all leaves, for the check of modules that instantiate them.
pub fn library() -> Library {
    LEAVES
        .iter()
        .map(|leaf| (leaf.name.to_owned(), leaf.module_interface()))
        .collect()
}

/// Finds a leaf by its module name.
///
/// ```
/// let leaf = dysta_generator::leaf::find("dysta_fifo").expect("a leaf");
/// assert_eq!(leaf.parameters[0].name, "WIDTH");
/// ```
pub fn find(name: &str) -> Option<&'static Leaf> {
    LEAVES.iter().find(|leaf| leaf.name == name)
}
