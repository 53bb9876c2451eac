//! The structural top: one instance per node, one bundle of wires per channel.

use super::node::{Node, Port};
use super::pins::{Part, Pin};
use super::{Direction, Graph, NodeIndex};
use crate::vlog::{self, Connection, Expr, Instance, Item, Module, concat, lit};

/// Makes the module that holds an instance of every node and nothing else.
///
/// Wires are named after the node and port that the channel leaves, whatever happens elsewhere in the graph; channels of
/// the top level use its pins. An output that nobody reads goes to a wire `unused_…`. A buffer gets the payload as one
/// word:
///
/// ```text
/// dysta_fifo #(.WIDTH (20), .DEPTH (4)) u_source_item_fifo (…, .in_data_i ({source_item_id, source_item_time}), …);
/// assign {source_item_fifo_out_id, source_item_fifo_out_time} = source_item_fifo_out_data;
/// ```
///
/// Expects a graph that [`run`](super::run) accepts. Of any other graph it makes a module that
/// [`Module::check`](vlog::Module::check) with [`Graph::library`] refuses.
pub fn structural(graph: &Graph) -> Module {
    let mut module = Module::new(&graph.name).doc(&graph.doc);
    let clocks = ["clk_i", "rst_ni"].map(|name| vlog::Port::input(name, 1));
    module.add_group("Clock; reset, synchronous and active low", clocks);
    for (_, node) in graph.nodes().filter(|(_, node)| node.is_port()) {
        let pins = node.ports.iter().flat_map(Port::pins);
        module.add_group(&node.doc, pins.map(|pin| pin.top_port()));
    }
    let wiring = Wiring { graph };
    for (id, node) in graph.nodes().filter(|(_, node)| !node.is_port()) {
        module.extend(wiring.declarations(id, node));
    }
    for (id, node) in graph.nodes().filter(|(_, node)| !node.is_port()) {
        module.extend(wiring.block(id, node));
    }
    let outputs = graph.nodes().filter(|(_, node)| node.is_port());
    let assigns: Vec<Item> = outputs
        .flat_map(|(id, node)| wiring.outputs(id, node))
        .collect();
    if !assigns.is_empty() {
        module.push(Item::Blank).extend(assigns);
    }
    module
}

/// Knows which wire carries which part of which channel.
struct Wiring<'a> {
    graph: &'a Graph,
}

impl Wiring<'_> {
    /// Names the wire that carries a part of the channel that leaves `port`.
    fn wire(&self, node: NodeIndex, port: &Port, pin: &Pin) -> String {
        if let Some(top) = self.top_pin(node, port, pin) {
            return top;
        }
        let own = format!("{}_{}", self.graph.node(node).name, pin.stem);
        match self.graph.consumers(node, &port.name).is_empty() {
            true => format!("unused_{own}"),
            false => own,
        }
    }

    /// Names the pin of the top that carries the channel by itself: that of its source, or of its only sink.
    fn top_pin(&self, node: NodeIndex, port: &Port, pin: &Pin) -> Option<String> {
        if self.graph.node(node).is_port() {
            return Some(pin.top_name());
        }
        let consumers = self.graph.consumers(node, &port.name);
        let [only] = consumers.as_slice() else {
            return None;
        };
        let target = self.graph.node(only.target);
        let top = target
            .find_port(&only.channel.to)
            .filter(|_| target.is_port())?;
        part_of(top, pin.part).map(|pin| pin.top_name())
    }

    /// Names the wire that carries a part of the channel that enters `port`.
    fn incoming(&self, node: NodeIndex, port: &Port, part: Part) -> Option<String> {
        let links = self.graph.producers(node, &port.name);
        let link = links.first()?;
        let source = self.graph.node(link.source).find_port(&link.channel.from)?;
        Some(self.wire(link.source, source, &part_of(source, part)?))
    }

    /// Declares the wires of all channels that leave a node, except those that are pins of the top.
    fn declarations(&self, id: NodeIndex, node: &Node) -> Vec<Item> {
        let outputs = node
            .ports
            .iter()
            .filter(|port| port.direction == Direction::Output);
        let mut nets = Vec::new();
        for port in outputs {
            let inner = carried(port).into_iter();
            let inner = inner.filter(|pin| self.top_pin(id, port, pin).is_none());
            nets.extend(inner.map(|pin| Item::net(self.wire(id, port, &pin), pin.width_bits)));
            if let Some(word) = packed_word(node, port) {
                nets.push(Item::net(word, port.width_bits()));
            }
        }
        if !nets.is_empty() {
            let heading = Item::Comment(format!("Channels that leave {}", node.name));
            nets.splice(0..0, [Item::Blank, heading]);
        }
        nets
    }

    /// Makes the instance of a node, and the unpacking of the word of a buffer.
    fn block(&self, id: NodeIndex, node: &Node) -> Vec<Item> {
        let mut instance = Instance::new(&node.module, format!("u_{}", node.name));
        for (name, value) in &node.params {
            instance = instance.param(name, parameter(*value));
        }
        for pin in node.clocking.pins() {
            instance = instance.connect(*pin, *pin);
        }
        for port in &node.ports {
            instance
                .connections
                .extend(self.connections(id, node, port));
        }
        let mut items = vec![Item::Blank];
        if !node.doc.is_empty() {
            items.push(Item::Comment(node.doc.clone()));
        }
        items.push(Item::Instance(instance));
        items.extend(
            node.ports
                .iter()
                .filter_map(|port| self.unpacking(id, node, port)),
        );
        items
    }

    fn connections(&self, id: NodeIndex, node: &Node, port: &Port) -> Vec<Connection> {
        let connect = |pin: Pin| Connection {
            name: pin.name(),
            value: self.connected(id, node, port, &pin),
        };
        port.pins().into_iter().map(connect).collect()
    }

    fn connected(&self, id: NodeIndex, node: &Node, port: &Port, pin: &Pin) -> Option<Expr> {
        match (port.direction, pin.part) {
            (Direction::Output, Part::Data) => match packed_word(node, port) {
                Some(word) => Some(Expr::Id(word)),
                None => self.fields(id, port),
            },
            (Direction::Output, _) => Some(Expr::Id(self.wire(id, port, pin))),
            (Direction::Input, Part::Data) => self.fields(id, port),
            (Direction::Input, part) => self.incoming(id, port, part).map(Expr::Id),
        }
    }

    /// All fields of a channel as one expression, the first in the highest bits.
    fn fields(&self, id: NodeIndex, port: &Port) -> Option<Expr> {
        let pins = port.field_pins();
        let wires = pins.iter().map(|pin| match port.direction {
            Direction::Output => Some(self.wire(id, port, pin)),
            Direction::Input => self.incoming(id, port, pin.part),
        });
        let mut wires: Vec<Expr> = wires
            .collect::<Option<Vec<_>>>()?
            .into_iter()
            .map(Expr::Id)
            .collect();
        match wires.len() {
            1 => wires.pop(),
            _ => Some(concat(wires)),
        }
    }

    fn unpacking(&self, id: NodeIndex, node: &Node, port: &Port) -> Option<Item> {
        let word = packed_word(node, port)?;
        Some(Item::assign(self.fields(id, port)?, word))
    }

    /// Joins the pins of an output of the top to its channel where they are not the channel themselves.
    fn outputs(&self, id: NodeIndex, node: &Node) -> Vec<Item> {
        let inputs = node
            .ports
            .iter()
            .filter(|port| port.direction == Direction::Input);
        let pins = inputs.flat_map(|port| port.pins().into_iter().map(move |pin| (port, pin)));
        pins.filter_map(|(port, pin)| {
            let (wire, top) = (self.incoming(id, port, pin.part)?, pin.top_name());
            match port.is_backward(pin.part) {
                _ if wire == top => None,
                true => Some(Item::assign(wire, top)),
                false => Some(Item::assign(top, wire)),
            }
        })
        .collect()
    }
}

fn part_of(port: &Port, part: Part) -> Option<Pin> {
    carried(port).into_iter().find(|pin| pin.part == part)
}

/// Lists what a channel carries, field by field even where the module has one word.
fn carried(port: &Port) -> Vec<Pin> {
    let mut pins = port.pins();
    pins.retain(|pin| !matches!(pin.part, Part::Data | Part::Field(_)));
    pins.extend(port.field_pins());
    pins
}

/// Names the word of a packed output with several fields, which an assignment takes apart.
fn packed_word(node: &Node, port: &Port) -> Option<String> {
    let several = port.packed && port.direction == Direction::Output && port.payload.len() > 1;
    several.then(|| format!("{}_{}_data", node.name, port.name))
}

/// Value of a parameter; a bare decimal number has only 31 bits: prints `64`, `32'hfffffffd`.
fn parameter(value: u64) -> Expr {
    match i32::try_from(value) {
        Ok(_) => value.into(),
        Err(_) => lit(64 - value.leading_zeros(), value.into()),
    }
}
