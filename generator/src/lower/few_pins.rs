//! A module around another that has hardly any pins, so that place and route fits every package.

use crate::vlog::{
    Direction, Expr, Instance, Item, Module, ModuleInterface, Port, Stmt, Width, concat, lit,
};

/// Name of the module.
pub const FEW_PINS: &str = "dysta_few_pins";
/// Pins of a module that the wrapper connects itself.
const CLOCKS: [&str; 2] = ["clk_i", "rst_ni"];

/// Builds `dysta_few_pins`: one register chain drives all inputs, another holds all outputs and is shifted out, so that every way
/// in the module begins and ends at a register.
///
/// ```text
/// always_ff @(posedge clk_i) begin
///   in_q <= {in_q[10:0], scan_q};
///   if (shift_q) begin
///     out_q <= {out_q[6:0], 1'b0};
///   end else begin
///     out_q <= out;
///   end
/// end
/// dysta_fifo u_design (.clk_i (clk_i), .rst_ni (rst_q), .in_data_i (in_q[7:0]), …);
/// ```
pub fn few_pins(interface: &ModuleInterface) -> Module {
    let mut module = Module::new(FEW_PINS).doc(
        "Joins all ports of a module to few pins, for place and route.\nLatency: not of use; the ways inside are measured.",
    );
    module.add_group("", CLOCKS.map(|name| Port::input(name, 1)));
    module.add_group(
        "Chain of inputs, whether outputs are shifted, chain of outputs.",
        [
            Port::input("scan_i", 1),
            Port::input("shift_i", 1),
            Port::output("scan_o", 1),
        ],
    );
    let (inputs, outputs) = (
        chain(interface, Direction::Input),
        chain(interface, Direction::Output),
    );
    module.extend(registers(length(&inputs), length(&outputs)));
    let mut instance = Instance::new(&interface.name, "u_design");
    for port in &interface.ports {
        let value = match port.name.as_str() {
            "clk_i" => Expr::id("clk_i"),
            "rst_ni" => Expr::id("reset_q"),
            name => inputs
                .iter()
                .map(|bits| (bits, "in_q"))
                .chain(outputs.iter().map(|bits| (bits, "out")))
                .find(|(bits, _)| bits.name == name)
                .map_or_else(|| lit(1, 0), |(bits, chain)| bits.of(chain)),
        };
        instance = instance.connect(&port.name, value);
    }
    module.push(Item::Instance(instance));
    module
}

/// Bits of a chain that belong to a port.
struct Bits<'a> {
    name: &'a str,
    from: u32,
    width: u32,
}

impl Bits<'_> {
    /// `in_q[7:4]`
    fn of(&self, chain: &str) -> Expr {
        Expr::id(chain).slice(self.from + self.width - 1, self.from)
    }
}

/// The ports of one direction, one after the other.
fn chain(interface: &ModuleInterface, direction: Direction) -> Vec<Bits<'_>> {
    let mut from = 0;
    let ports = interface.ports.iter();
    let ports =
        ports.filter(|port| port.direction == direction && !CLOCKS.contains(&port.name.as_str()));
    ports
        .map(|port| {
            let width = match port.width {
                Width::Bits(bits) => bits,
                Width::Of(_) => 1,
            };
            let bits = Bits {
                name: &port.name,
                from,
                width,
            };
            from += width;
            bits
        })
        .collect()
}

/// Bits of a chain; two at least, so that it can be shifted.
fn length(chain: &[Bits<'_>]) -> u32 {
    chain.iter().map(|bits| bits.width).sum::<u32>().max(2)
}

fn registers(inputs: u32, outputs: u32) -> Vec<Item> {
    let one_bit = ["reset_q", "scan_q", "shift_q"].map(|name| Item::net(name, 1));
    let words = [("in_q", inputs), ("out_q", outputs), ("out", outputs)];
    let words = words.map(|(name, width)| Item::net(name, width));
    let shifted = concat([Expr::id("in_q").slice(inputs - 2, 0u32), Expr::id("scan_q")]);
    let out = concat([Expr::id("out_q").slice(outputs - 2, 0u32), lit(1, 0)]);
    let body = vec![
        Stmt::non_blocking("reset_q", "rst_ni"),
        Stmt::non_blocking("scan_q", "scan_i"),
        Stmt::non_blocking("shift_q", "shift_i"),
        Stmt::non_blocking("in_q", shifted),
        Stmt::when_else(
            "shift_q",
            vec![Stmt::non_blocking("out_q", out)],
            vec![Stmt::non_blocking("out_q", "out")],
        ),
    ];
    let mut items: Vec<Item> = one_bit.into_iter().chain(words).collect();
    items.push(Item::always_ff("clk_i", body));
    items.push(Item::assign("scan_o", Expr::id("out_q").at(outputs - 1)));
    items
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vlog::Library;

    #[test]
    fn every_port_is_on_a_chain() {
        let ports = [
            Port::input("clk_i", 1),
            Port::input("rst_ni", 1),
            Port::input("in_valid_i", 1),
            Port::output("in_ready_o", 1),
            Port::input("in_data_i", 8),
            Port::output("out_data_o", 8),
        ];
        let interface = ModuleInterface::new("dysta_part", [""; 0], ports);
        let module = few_pins(&interface);
        let library = Library::from([("dysta_part".to_owned(), interface)]);
        assert!(module.check(&library).is_ok());
        insta::assert_snapshot!(module.print(&[]));
    }
}
