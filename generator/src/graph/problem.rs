//! What the passes may find wrong with a graph.

use std::fmt;

use miette::Diagnostic;

/// A graph that cannot become hardware, with all reasons.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Diagnostic)]
#[error("the graph of `{graph}` cannot become hardware:{}", Bullets(.problems))]
#[diagnostic(code(dysta::graph::illegal))]
pub struct GraphError {
    /// Name of the graph.
    pub graph: String,
    /// The problems, in the order of the passes, nodes and channels.
    pub problems: Vec<Problem>,
}

struct Bullets<'a>(&'a [Problem]);

impl fmt::Display for Bullets<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|p| write!(f, "\n  - {p}"))
    }
}

/// One reason why a graph cannot become hardware. Ports are named `node.port`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// Two nodes of one name.
    #[error("two nodes are named `{node}`")]
    DuplicateNode {
        /// The name.
        node: String,
    },
    /// Two pins of one name on one node.
    #[error("two pins of node `{node}` are named `{pin}`")]
    DuplicatePin {
        /// The node.
        node: String,
        /// The pin.
        pin: String,
    },
    /// A port node without exactly one port.
    #[error("port node `{node}` has {count} ports: it stands for one")]
    PortNode {
        /// The node.
        node: String,
        /// How many ports it has.
        count: usize,
    },
    /// A field without bits.
    #[error("field `{field}` of `{port}` has width 0: the least is 1")]
    ZeroWidth {
        /// The port.
        port: String,
        /// The field.
        field: String,
    },
    /// A channel or path that names a port its node does not have.
    #[error("{place} names port `{port}`, which its node does not have")]
    UnknownPort {
        /// The channel or path.
        place: String,
        /// The port.
        port: String,
    },
    /// A channel that leaves an input or enters an output.
    #[error("channel {from} -> {to}: `{port}` is an {is}, an {wants} is needed there")]
    Direction {
        /// Source of the channel.
        from: String,
        /// Target of the channel.
        to: String,
        /// The port that is wrong.
        port: String,
        /// What it is.
        is: &'static str,
        /// What it should be.
        wants: &'static str,
    },
    /// A path through a node that starts at what it drives or ends at what it reads.
    #[error(
        "node `{node}` declares a path from {from} to {to}: it must lead from what the node reads to what it drives"
    )]
    Path {
        /// The node.
        node: String,
        /// Start of the path.
        from: String,
        /// End of the path.
        to: String,
    },
    /// Two sides with different protocols.
    #[error("channel {from} -> {to} joins a {source_protocol} to a {target_protocol}")]
    Protocol {
        /// Source of the channel.
        from: String,
        /// Target of the channel.
        to: String,
        /// Protocol of the source.
        source_protocol: &'static str,
        /// Protocol of the target.
        target_protocol: &'static str,
    },
    /// Two sides with different payloads.
    #[error("channel {from} -> {to} joins payload {source_payload} to {target_payload}")]
    Payload {
        /// Source of the channel.
        from: String,
        /// Target of the channel.
        to: String,
        /// Fields of the source, as `name:width`.
        source_payload: String,
        /// Fields of the target, as `name:width`.
        target_payload: String,
    },
    /// An input that nothing drives.
    #[error("input `{port}` is not driven")]
    Undriven {
        /// The port.
        port: String,
    },
    /// An input that more than one channel drives.
    #[error("input `{port}` is driven by {drivers}: one channel may enter it")]
    ManyDrivers {
        /// The port.
        port: String,
        /// The sources.
        drivers: String,
    },
    /// A point-to-point output with several consumers.
    #[error("{protocol} `{port}` feeds {consumers}: it is point to point")]
    FanOut {
        /// The port.
        port: String,
        /// Its protocol.
        protocol: &'static str,
        /// The targets.
        consumers: String,
    },
    /// A point-to-point output without consumer.
    #[error("{protocol} `{port}` feeds nothing: nobody would answer it")]
    Dangling {
        /// The port.
        port: String,
        /// Its protocol.
        protocol: &'static str,
    },
    /// A buffer where no stream is, or where nothing would be stored.
    #[error("channel {from} -> {to} cannot hold a buffer: {reason}")]
    Buffer {
        /// Source of the channel.
        from: String,
        /// Target of the channel.
        to: String,
        /// Why.
        reason: String,
    },
    /// A loop of wires without a register.
    #[error("combinational loop: {path}")]
    CombinationalLoop {
        /// The wires in order, the first one repeated at the end.
        path: String,
    },
    /// A loop of streams in which no word can wait.
    #[error("loop of streams without storage: {path}; buffer one of its channels")]
    StreamLoop {
        /// The nodes in order, the first one repeated at the end.
        path: String,
    },
}
