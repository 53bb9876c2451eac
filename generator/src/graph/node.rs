//! Nodes, ports and channels.

use std::fmt;

use serde::Serialize;

use crate::vlog::Direction;

/// How the two sides of a channel take turns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Protocol {
    /// A valid/ready stream: a word passes in every clock in which both are high. Point to point.
    Stream,
    /// A request to a memory; fields that come back belong to the same port. Point to point.
    MemoryPort,
    /// A value that means something for one clock only, when one of its fields says so.
    Pulse,
    /// A value that changes only while nothing runs.
    Config,
    /// A value that is always meaningful.
    Signal,
}

impl Protocol {
    /// The name used in messages and drawings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stream => "stream",
            Self::MemoryPort => "memory port",
            Self::Pulse => "pulse",
            Self::Config => "configuration",
            Self::Signal => "signal",
        }
    }
}

/// One named part of a payload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Field {
    /// Name, part of the pin and wire names.
    pub name: String,
    /// Width in bits, at least 1.
    pub width_bits: u32,
    /// Whether it flows from the input port back to the output port, as read data do.
    pub backward: bool,
}

impl Field {
    /// Makes a field that flows with the channel.
    pub fn new(name: impl Into<String>, width_bits: u32) -> Self {
        Self {
            name: name.into(),
            width_bits,
            backward: false,
        }
    }

    /// Makes a field that flows against the channel.
    pub fn back(name: impl Into<String>, width_bits: u32) -> Self {
        Self {
            backward: true,
            ..Self::new(name, width_bits)
        }
    }
}

/// A typed port of a node.
///
/// How it maps to pins of the module is told at [`Port::pins`](Port::pins).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Port {
    /// Name without direction suffix.
    pub name: String,
    /// Whether the channel enters or leaves the node.
    pub direction: Direction,
    /// Protocol.
    pub protocol: Protocol,
    /// What is carried; the first field lies in the highest bits where a payload is packed.
    pub payload: Vec<Field>,
    /// Whether the port name is left out of the pin names.
    pub bare: bool,
    /// Whether the payload is one pin `data`, as buffers have it.
    pub packed: bool,
}

impl Port {
    /// Makes a port that a channel enters.
    pub fn input(name: impl Into<String>, protocol: Protocol, payload: Vec<Field>) -> Self {
        Self {
            name: name.into(),
            direction: Direction::Input,
            protocol,
            payload,
            bare: false,
            packed: false,
        }
    }

    /// Makes a port that a channel leaves.
    pub fn output(name: impl Into<String>, protocol: Protocol, payload: Vec<Field>) -> Self {
        Self {
            direction: Direction::Output,
            ..Self::input(name, protocol, payload)
        }
    }

    /// Makes an input with one field of its own name: pin `name_i`.
    pub fn input_value(name: &str, protocol: Protocol, width_bits: u32) -> Self {
        Self::input(name, protocol, vec![Field::new(name, width_bits)])
    }

    /// Makes an output with one field of its own name: pin `name_o`.
    pub fn output_value(name: &str, protocol: Protocol, width_bits: u32) -> Self {
        Self::output(name, protocol, vec![Field::new(name, width_bits)])
    }

    /// Leaves the port name out of the pin names: field `waddr` becomes pin `waddr_i`.
    pub fn bare(mut self) -> Self {
        self.bare = true;
        self
    }

    /// Makes the payload one pin `data`.
    pub(super) fn packed(mut self) -> Self {
        self.packed = true;
        self
    }

    /// Total width of the fields that flow with the channel, in bits.
    pub fn width_bits(&self) -> u32 {
        let forward = self.payload.iter().filter(|field| !field.backward);
        forward.fold(0, |sum, field| sum.saturating_add(field.width_bits))
    }

    /// Tells whether something flows against the channel, which allows one consumer only.
    pub fn is_point_to_point(&self) -> bool {
        matches!(self.protocol, Protocol::Stream | Protocol::MemoryPort)
            || self.payload.iter().any(|field| field.backward)
    }
}

/// One side of a combinational path through a node: all wires of a port that flow one way.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    /// What flows with the channel: valid and payload.
    Forward(String),
    /// What flows against the channel: ready and read data.
    Backward(String),
}

impl From<&str> for End {
    fn from(port: &str) -> Self {
        Self::Forward(port.to_owned())
    }
}

impl End {
    /// Names what flows against the channel of a port.
    pub fn back(port: impl Into<String>) -> Self {
        Self::Backward(port.into())
    }

    /// The name of the port.
    pub fn port(&self) -> &str {
        match self {
            Self::Forward(port) | Self::Backward(port) => port,
        }
    }
}

/// Prints `port`, or `port (back)` for what flows against the channel.
impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Forward(port) => f.write_str(port),
            Self::Backward(port) => write!(f, "{port} (back)"),
        }
    }
}

/// A way through a node without a register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CombPath {
    /// What the node reads: forward of an input port or backward of an output port.
    pub from: End,
    /// What the node drives: forward of an output port or backward of an input port.
    pub to: End,
}

/// Where the module of a node comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NodeKind {
    /// A leaf template.
    Leaf,
    /// A module printed from the syntax tree.
    Printed,
    /// No module: a port of the top level.
    Port,
}

/// The port at which a reset of its own enters a node: pin `rst_ni`.
pub const RESET: &str = "rst_n";

/// Which of `clk_i` and `rst_ni` a module has; they come first in its port list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clocking {
    /// Neither: the block is combinational.
    None,
    /// `clk_i`.
    Clock,
    /// `clk_i` and `rst_ni`.
    ClockAndReset,
}

/// Estimated resources of a 7-series device, from a model and not from synthesis.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Cost {
    /// Look-up tables, those used as memory and shift registers included.
    pub lut: u32,
    /// Flip-flops.
    pub ff: u32,
    /// DSP slices.
    pub dsp: u32,
    /// Block RAMs of 18 Kibit.
    pub bram18: u32,
}

impl std::ops::Add for Cost {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            lut: self.lut.saturating_add(other.lut),
            ff: self.ff.saturating_add(other.ff),
            dsp: self.dsp.saturating_add(other.dsp),
            bram18: self.bram18.saturating_add(other.bram18),
        }
    }
}

/// A hardware block, or a port of the top level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Name, unique in the graph; the instance is `u_NAME`, its wires start with `NAME_`.
    pub name: String,
    /// Name of the module it instantiates; empty for a port of the top level.
    pub module: String,
    /// Where that module comes from.
    pub kind: NodeKind,
    /// What it is for: the comment above the instance, or the heading of the top-level ports.
    pub doc: String,
    /// Parameter values, in declared order.
    pub params: Vec<(String, u64)>,
    /// Clock and reset pins.
    pub clocking: Clocking,
    /// Ports in declared order; one for a port of the top level, seen from the graph.
    pub ports: Vec<Port>,
    /// All ways through the block without a register.
    pub paths: Vec<CombPath>,
    /// Whether it takes a word from its input streams and keeps it while its output streams stand still.
    pub holds_words: bool,
    /// Estimated resources.
    pub cost: Cost,
    /// Clocks from its inputs to its outputs.
    pub latency_cycles: u32,
}

impl Node {
    /// Makes a block with clock and reset, without ports, paths and cost.
    pub fn new(kind: NodeKind, name: impl Into<String>, module: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            module: module.into(),
            kind,
            doc: String::new(),
            params: Vec::new(),
            clocking: Clocking::ClockAndReset,
            ports: Vec::new(),
            paths: Vec::new(),
            holds_words: false,
            cost: Cost::default(),
            latency_cycles: 0,
        }
    }

    /// Makes a port of the top level, `direction` as seen from outside.
    ///
    /// An input of the top is the source of a channel, an output its sink: `submit` with field `id` as input makes
    /// the pins `submit_valid_i`, `submit_ready_o`, `submit_id_i`.
    pub fn port(direction: Direction, name: &str, protocol: Protocol, payload: Vec<Field>) -> Self {
        let port = match direction {
            Direction::Input => Port::output(name, protocol, payload),
            Direction::Output => Port::input(name, protocol, payload),
        };
        let mut node = Self::new(NodeKind::Port, name, "").with_port(port);
        node.clocking = Clocking::None;
        node
    }

    /// Sets the comment.
    pub fn doc(mut self, doc: impl Into<String>) -> Self {
        self.doc = doc.into();
        self
    }

    /// Adds a parameter value.
    pub fn param(mut self, name: impl Into<String>, value: u64) -> Self {
        self.params.push((name.into(), value));
        self
    }

    /// Sets which of clock and reset the module has.
    pub fn clocking(mut self, clocking: Clocking) -> Self {
        self.clocking = clocking;
        self
    }

    /// Takes the reset from a channel, which enters at port [`RESET`], instead of the reset of the top level.
    pub fn own_reset(mut self) -> Self {
        if self.clocking == Clocking::ClockAndReset {
            self.clocking = Clocking::Clock;
            let reset = Port::input_value(RESET, Protocol::Signal, 1);
            self.ports.insert(0, reset);
        }
        self
    }

    /// Adds a port.
    pub fn with_port(mut self, port: Port) -> Self {
        self.ports.push(port);
        self
    }

    /// Declares a way without a register; a plain name is what flows with the channel.
    pub fn path(mut self, from: impl Into<End>, to: impl Into<End>) -> Self {
        let (from, to) = (from.into(), to.into());
        self.paths.push(CombPath { from, to });
        self
    }

    /// Declares that the block keeps words while its output streams stand still.
    pub fn holds_words(mut self) -> Self {
        self.holds_words = true;
        self
    }

    /// Sets the estimated resources and the clocks from input to output.
    pub fn cost(mut self, cost: Cost, latency_cycles: u32) -> Self {
        self.cost = cost;
        self.latency_cycles = latency_cycles;
        self
    }

    /// Sets the clocks from input to output.
    pub fn latency(mut self, latency_cycles: u32) -> Self {
        self.latency_cycles = latency_cycles;
        self
    }

    /// Finds a port by name.
    pub fn find_port(&self, name: &str) -> Option<&Port> {
        self.ports.iter().find(|port| port.name == name)
    }
}

/// What stands between the two sides of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Buffer {
    /// Wires.
    None,
    /// Two registers that cut every combinational path: leaf `dysta_skid`.
    Skid,
    /// A queue of this many words: leaf `dysta_fifo`.
    Fifo(u32),
}

/// A channel from an output port to an input port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// Name of the output port.
    pub from: String,
    /// Name of the input port.
    pub to: String,
    /// What is put in between.
    pub buffer: Buffer,
}
