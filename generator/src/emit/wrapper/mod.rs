//! The wrapper for block designs: Verilog-2005, streams as AXI4-Stream, memory channels as one AXI4 master.
//!
//! It holds wires only, no logic. A stream `submit` that enters is the slave `s_axis_submit`, one that leaves the master
//! `m_axis_submit`. TDATA holds the fields in declared order from bit 0 up, each in whole bytes, zeros above it; a field
//! `last` is TLAST. Streams `m_axi_aw`, `m_axi_w`, `m_axi_b`, `m_axi_ar`, `m_axi_r` are the channels of `m_axi`. All other
//! pins keep their names.

mod memory;

use askama::Template;

use crate::graph::{Direction, Graph, Node, Part, Pin, Port, Protocol};
use memory::Memory;

/// Path of the wrapper in a package.
pub fn path(module: &str) -> String {
    format!("wrapper/{module}.v")
}

/// Path of the page that describes it.
pub fn page(module: &str) -> String {
    format!("doc/{module}.md")
}

/// A pin of the wrapper.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Outer {
    /// Interface and signal as Vivado knows them; empty for a plain pin.
    info: String,
    /// `input ` or `output`.
    direction: &'static str,
    /// Width in bits.
    width: u32,
    name: String,
}

impl Outer {
    fn new(direction: Direction, name: String, width: u32) -> Self {
        let direction = match direction {
            Direction::Input => "input ",
            Direction::Output => "output",
        };
        Self {
            info: String::new(),
            direction,
            width,
            name,
        }
    }

    fn info(mut self, kind: &str, interface: &str, signal: &str) -> Self {
        let signal = signal.to_uppercase();
        self.info = format!("xilinx.com:interface:{kind}:1.0 {interface} {signal}");
        self
    }

    /// `[79:0] `, or nothing for one bit.
    fn range(&self) -> String {
        match self.width {
            1 => String::new(),
            width => format!("[{}:0] ", width - 1),
        }
    }
}

/// Pins under one heading.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Group {
    heading: String,
    pins: Vec<Outer>,
}

/// A field of a stream and where it lies in TDATA.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    field: String,
    high: u32,
    low: u32,
}

/// A stream as an AXI4-Stream interface.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stream {
    /// `s_axis_submit`.
    interface: String,
    doc: String,
    /// Bits of TDATA.
    width: u32,
    places: Vec<Place>,
    last: bool,
}

/// The wrapper of a top module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrapper {
    /// Module name: that of the top and `_axi`.
    pub module: String,
    /// Names of the bus interfaces, in declared order.
    pub interfaces: Vec<String>,
    top: String,
    groups: Vec<Group>,
    streams: Vec<Stream>,
    /// Pin of the top, and what it is connected to.
    connections: Vec<(String, String)>,
    /// Output of the wrapper, and the constant that it carries.
    constants: Vec<(String, String)>,
    /// Inputs of the wrapper that nobody reads.
    unused: Vec<String>,
}

/// `wrapper/TOP_axi.v`.
#[derive(Template)]
#[template(path = "package/wrapper.v", syntax = "sv")]
struct Text<'a> {
    banner: &'a str,
    wrapper: &'a Wrapper,
    page: String,
    associated: String,
}

/// `doc/TOP_axi.md`.
#[derive(Template)]
#[template(path = "package/wrapper.md", syntax = "sv")]
struct Page<'a> {
    name: &'a str,
    wrapper: &'a Wrapper,
    /// Folder of its scripts for Vivado: empty, or `array/`.
    folder: &'a str,
    has_memory: bool,
}

impl Wrapper {
    /// The wrapper of the module that [`structural`](crate::graph::structural) makes of a graph.
    pub fn new(graph: &Graph) -> Self {
        let mut wrapper = Self {
            module: format!("{}_axi", graph.name),
            top: graph.name.clone(),
            interfaces: Vec::new(),
            groups: Vec::new(),
            streams: Vec::new(),
            connections: Vec::new(),
            constants: Vec::new(),
            unused: Vec::new(),
        };
        let memory = Memory::of(graph);
        for (_, node) in graph.nodes().filter(|(_, node)| node.is_port()) {
            for port in &node.ports {
                match (port.protocol, memory::channel(port)) {
                    (Protocol::Stream, Some(channel)) => {
                        wrapper.memory_channel(node, port, channel, memory);
                    }
                    (Protocol::Stream, None) => wrapper.stream(node, port),
                    _ => wrapper.plain(node, port),
                }
            }
        }
        wrapper
    }

    /// The Verilog text.
    ///
    /// # Errors
    /// Only if memory for the text cannot be had.
    pub fn text(&self, banner: &str) -> Result<String, askama::Error> {
        let associated = self.interfaces.join(":");
        super::template::ended(&Text {
            banner,
            wrapper: self,
            page: page(&self.module),
            associated,
        })
    }

    /// The page that tells where the fields of the streams lie. `folder` is that of its scripts for Vivado: empty, or `array/`.
    ///
    /// # Errors
    /// Only if memory for the text cannot be had.
    pub fn page(&self, name: &str, folder: &str) -> Result<String, askama::Error> {
        super::template::ended(&Page {
            name,
            wrapper: self,
            folder,
            has_memory: self.interfaces.iter().any(|name| name == memory::INTERFACE),
        })
    }

    fn connect(&mut self, pin: &Pin, to: impl Into<String>) {
        self.connections.push((pin.top_name(), to.into()));
    }

    fn group(&mut self, node: &Node, pins: Vec<Outer>) {
        let heading = node.doc.clone();
        self.groups.push(Group { heading, pins });
    }

    fn plain(&mut self, node: &Node, port: &Port) {
        let mut pins = Vec::new();
        for pin in port.pins() {
            let name = pin.top_name();
            self.connect(&pin, &name);
            pins.push(Outer::new(pin.direction.reversed(), name, pin.width_bits));
        }
        self.group(node, pins);
    }

    fn stream(&mut self, node: &Node, port: &Port) {
        // A port node sees a channel from the other side: what leaves it enters the top.
        let side = match port.direction {
            Direction::Output => 's',
            Direction::Input => 'm',
        };
        let interface = format!("{side}_axis_{}", port.name);
        let forward = port.direction.reversed();
        let mut stream = Stream {
            interface: interface.clone(),
            doc: node.doc.clone(),
            width: 0,
            places: Vec::new(),
            last: false,
        };
        for pin in port.pins() {
            self.stream_pin(port, &pin, &mut stream);
        }
        let outer = |signal: &str, direction, width| {
            Outer::new(direction, format!("{interface}_{signal}"), width)
                .info("axis", &interface, signal)
        };
        let mut pins = vec![
            outer("tvalid", forward, 1),
            outer("tready", forward.reversed(), 1),
        ];
        if stream.width > 0 {
            pins.push(outer("tdata", forward, stream.width));
        }
        if stream.last {
            pins.push(outer("tlast", forward, 1));
        }
        self.group(node, pins);
        self.interfaces.push(interface);
        self.streams.push(stream);
    }

    /// Connects one pin of a stream, and ends its field at a whole byte.
    fn stream_pin(&mut self, port: &Port, pin: &Pin, stream: &mut Stream) {
        let interface = &stream.interface;
        let name = field_name(port, pin);
        match (pin.part, name) {
            (Part::Valid, _) => self.connect(pin, format!("{interface}_tvalid")),
            (Part::Ready, _) => self.connect(pin, format!("{interface}_tready")),
            (_, "last") if pin.width_bits == 1 => {
                self.connect(pin, format!("{interface}_tlast"));
                stream.last = true;
            }
            (_, field) => {
                let (low, high) = (stream.width, stream.width + pin.width_bits - 1);
                stream.width += pin.width_bits.next_multiple_of(8);
                let data = format!("{interface}_tdata");
                self.connect(pin, slice(&data, high, low));
                self.padding(
                    port,
                    slice(&data, stream.width - 1, high + 1),
                    stream.width - 1 - high,
                );
                let field = field.to_owned();
                stream.places.push(Place { field, high, low });
            }
        }
    }

    /// The bits between a field and the next byte.
    fn padding(&mut self, port: &Port, bits: String, width: u32) {
        match port.direction {
            _ if width == 0 => {}
            Direction::Output => self.unused.push(bits),
            Direction::Input => self.constants.push((bits, format!("{width}'d0"))),
        }
    }
}

fn field_name<'a>(port: &'a Port, pin: &Pin) -> &'a str {
    match pin.part {
        Part::Field(index) => port.payload.get(index).map_or("data", |f| f.name.as_str()),
        _ => "data",
    }
}

fn slice(signal: &str, high: u32, low: u32) -> String {
    match high == low {
        true => format!("{signal}[{high}]"),
        false => format!("{signal}[{high}:{low}]"),
    }
}

#[cfg(test)]
mod tests;
