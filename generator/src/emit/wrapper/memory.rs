//! The AXI4 master: its channels are streams of the top; what they leave out is constant.

use super::{Outer, Wrapper, field_name};
use crate::graph::{Direction, Graph, Node, Part, Port};

/// Name of the interface, and of its streams before `_aw`, `_w`, `_b`, `_ar`, `_r`.
pub(super) const INTERFACE: &str = "m_axi";

/// A signal of a channel besides valid and ready.
struct Signal {
    name: &'static str,
    /// Bits.
    width: fn(Memory) -> u32,
    /// Value where the top has no such field, of as many bits.
    value: fn(Memory) -> u32,
}

const fn signal(name: &'static str, width: fn(Memory) -> u32, value: fn(Memory) -> u32) -> Signal {
    Signal { name, width, value }
}

/// Bursts of whole words to increasing addresses; normal memory that may be buffered; unprivileged, secure, data.
const ADDRESS: &[Signal] = &[
    signal("id", |m| m.id, |_| 0),
    signal("addr", |m| m.address, |_| 0),
    signal("len", |_| 8, |_| 0),
    signal("size", |_| 3, |m| (m.data / 8).ilog2()),
    signal("burst", |_| 2, |_| 1),
    signal("cache", |_| 4, |_| 3),
    signal("prot", |_| 3, |_| 0),
];
const WRITE: &[Signal] = &[
    signal("data", |m| m.data, |_| 0),
    signal(
        "strb",
        |m| m.data / 8,
        |m| u32::MAX >> (32 - (m.data / 8).min(32)),
    ),
    signal("last", |_| 1, |_| 1),
];
const ANSWER: &[Signal] = &[signal("id", |m| m.id, |_| 0), signal("resp", |_| 2, |_| 0)];
const READ: &[Signal] = &[
    signal("id", |m| m.id, |_| 0),
    signal("data", |m| m.data, |_| 0),
    signal("resp", |_| 2, |_| 0),
    signal("last", |_| 1, |_| 0),
];

/// A channel of the interface.
#[derive(Clone, Copy)]
pub(super) struct Channel {
    prefix: &'static str,
    signals: &'static [Signal],
}

/// The channel that a stream is; nothing for a stream of its own.
pub(super) fn channel(port: &Port) -> Option<Channel> {
    let prefix = port.name.strip_prefix(INTERFACE)?.strip_prefix('_')?;
    let all = [
        ("aw", ADDRESS),
        ("w", WRITE),
        ("b", ANSWER),
        ("ar", ADDRESS),
        ("r", READ),
    ];
    let found = all.into_iter().find(|(name, _)| *name == prefix);
    found.map(|(prefix, signals)| Channel { prefix, signals })
}

/// Widths of the interface in bits, 8 to 256 of them data.
#[derive(Debug, Clone, Copy)]
pub(super) struct Memory {
    id: u32,
    address: u32,
    data: u32,
}

impl Memory {
    /// The widths that the channels of a top have.
    pub(super) fn of(graph: &Graph) -> Self {
        let widest = |field: &str| {
            let ports = graph.nodes().filter(|(_, node)| node.is_port());
            let ports = ports.flat_map(|(_, node)| &node.ports);
            let fields = ports
                .filter(|p| channel(p).is_some())
                .flat_map(|p| &p.payload);
            let widths = fields.filter(|f| f.name == field).map(|f| f.width_bits);
            widths.max().unwrap_or(1)
        };
        Self {
            id: widest("id"),
            address: widest("addr"),
            data: widest("data").max(8),
        }
    }
}

impl Wrapper {
    pub(super) fn memory_channel(
        &mut self,
        node: &Node,
        port: &Port,
        channel: Channel,
        memory: Memory,
    ) {
        let name = |signal: &str| format!("{INTERFACE}_{}{signal}", channel.prefix);
        let outer = |signal: &str, direction, width| {
            let info = format!("{}{signal}", channel.prefix);
            Outer::new(direction, name(signal), width).info("aximm", INTERFACE, &info)
        };
        let forward = port.direction.reversed();
        let mut pins = Vec::new();
        for signal in channel.signals {
            let width = (signal.width)(memory);
            pins.push(outer(signal.name, forward, width));
            let has = port.payload.iter().any(|field| field.name == signal.name);
            match forward {
                _ if has => {}
                Direction::Input => self.unused.push(name(signal.name)),
                Direction::Output => {
                    let value = format!("{width}'d{}", (signal.value)(memory));
                    self.constants.push((name(signal.name), value));
                }
            }
        }
        pins.push(outer("valid", forward, 1));
        pins.push(outer("ready", forward.reversed(), 1));
        for pin in port.pins() {
            let signal = match pin.part {
                Part::Valid => "valid",
                Part::Ready => "ready",
                _ => field_name(port, &pin),
            };
            self.connect(&pin, name(signal));
        }
        self.group(node, pins);
        if !self.interfaces.iter().any(|name| name == INTERFACE) {
            self.interfaces.push(INTERFACE.to_owned());
        }
    }
}
