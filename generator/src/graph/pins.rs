//! How ports become pins of modules.

use super::node::{Clocking, Node, NodeKind, Port, Protocol};
use crate::vlog::{self, Direction, ModuleInterface};

/// What a pin carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// `valid` of a stream.
    Valid,
    /// `ready` of a stream, against the channel.
    Ready,
    /// The payload field with this index.
    Field(usize),
    /// The whole payload as one word.
    Data,
}

/// One pin of a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin {
    /// What it carries.
    pub part: Part,
    /// Name without direction suffix.
    pub stem: String,
    /// Direction, seen from the node.
    pub direction: Direction,
    /// Width in bits.
    pub width_bits: u32,
}

impl Pin {
    /// The name of the pin: the stem with `_i` or `_o`; `_n`, active low, becomes `_ni` or `_no`.
    pub fn name(&self) -> String {
        suffixed(&self.stem, self.direction)
    }

    /// The name of the pin of the top level that this pin of a port node stands for.
    pub fn top_name(&self) -> String {
        suffixed(&self.stem, self.direction.reversed())
    }

    /// The port of the top level that this pin of a port node stands for.
    pub(super) fn top_port(&self) -> vlog::Port {
        vlog::Port::new(self.direction.reversed(), self.top_name(), self.width_bits)
    }
}

fn suffixed(stem: &str, direction: Direction) -> String {
    let between = if stem.ends_with("_n") { "" } else { "_" };
    match direction {
        Direction::Input => format!("{stem}{between}i"),
        Direction::Output => format!("{stem}{between}o"),
    }
}

impl Port {
    /// Lists the pins of this port, in declared order.
    ///
    /// An input stream `x` with fields `a` and `b` has the pins `x_valid_i`, `x_ready_o`, `x_a_i`, `x_b_i`; every other
    /// protocol has only the fields. A field named like its port gives `x_i`, and a bare port leaves `x_` out.
    pub fn pins(&self) -> Vec<Pin> {
        let mut pins = Vec::new();
        if self.protocol == Protocol::Stream {
            pins.push(self.pin(Part::Valid, "valid", 1));
            pins.push(self.pin(Part::Ready, "ready", 1));
        }
        if self.packed {
            pins.push(self.pin(Part::Data, "data", self.width_bits()));
        } else {
            pins.extend(self.field_pins());
        }
        pins
    }

    /// Lists the pins of the payload fields, packed or not.
    pub(super) fn field_pins(&self) -> Vec<Pin> {
        let fields = self.payload.iter().enumerate();
        fields
            .map(|(i, field)| self.pin(Part::Field(i), &field.name, field.width_bits))
            .collect()
    }

    fn pin(&self, part: Part, name: &str, width_bits: u32) -> Pin {
        let direction = match self.is_backward(part) {
            true => self.direction.reversed(),
            false => self.direction,
        };
        Pin {
            part,
            stem: self.stem(part, name),
            direction,
            width_bits,
        }
    }

    fn stem(&self, part: Part, name: &str) -> String {
        let own_name = matches!(part, Part::Field(_)) && name == self.name;
        if self.bare || own_name {
            name.to_owned()
        } else {
            format!("{}_{name}", self.name)
        }
    }

    /// Tells whether a part flows against the channel.
    pub(super) fn is_backward(&self, part: Part) -> bool {
        match part {
            Part::Ready => true,
            Part::Field(i) => self.payload.get(i).is_some_and(|field| field.backward),
            Part::Valid | Part::Data => false,
        }
    }
}

impl Clocking {
    /// The pins that come first in the port list of a module.
    pub fn pins(self) -> &'static [&'static str] {
        match self {
            Self::None => &[],
            Self::Clock => &["clk_i"],
            Self::ClockAndReset => &["clk_i", "rst_ni"],
        }
    }
}

impl Node {
    /// Gives the port list that the module of this node must have, parameters by name only.
    pub fn interface(&self) -> ModuleInterface {
        let clocks = self.clocking.pins().iter();
        let clocks = clocks.map(|name| vlog::Port::input(*name, 1));
        let ports = self.ports.iter().flat_map(Port::pins);
        let ports = ports.map(|pin| vlog::Port::new(pin.direction, pin.name(), pin.width_bits));
        let params = self.params.iter().map(|(name, _)| name.clone());
        ModuleInterface::new(&self.module, params, clocks.chain(ports))
    }

    /// Tells whether the node is a port of the top level.
    pub fn is_port(&self) -> bool {
        self.kind == NodeKind::Port
    }
}
