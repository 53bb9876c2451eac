//! Tests of the tree, the check, the printer and the quote.

mod checking;
mod naming;
mod printing;
mod quote;
pub(crate) mod tools;

use super::{Expr, Item, Module, Net, Port};

/// Makes a reference to a name.
fn id(name: &str) -> Expr {
    Expr::id(name)
}

/// A module with the ports and variables that the small cases use.
fn bench(items: impl IntoIterator<Item = Item>) -> Module {
    let mut module = Module::new("dysta_bench");
    module.add_group("", [Port::input("clk_i", 1), Port::input("rst_ni", 1)]);
    let inputs = ["a_i", "b_i", "c_i"].map(|name| Port::input(name, 8));
    module.add_group("Operands", inputs);
    module.add_group("Result", [Port::output("y_o", 8)]);
    module.push(Item::Net(Net::new("x", 8)));
    module.extend(items);
    module
}
