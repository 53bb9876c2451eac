//! Tests of the graph, its passes, the structural top and the drawings.

mod checking;
mod drawing;
mod structure;

use super::{
    Buffer, Clocking, Cost, Direction, End, Field, Graph, Node, NodeIndex, NodeKind, Port, Protocol,
};

/// The payload of the streams in the small graphs.
fn item() -> Vec<Field> {
    vec![Field::new("id", 4), Field::new("time", 16)]
}

/// A block with one input stream `in` and one output stream `out`.
fn stage(name: &str) -> Node {
    Node::new(NodeKind::Printed, name, format!("dysta_{name}"))
        .doc(format!("Stage {name}."))
        .with_port(Port::input("in", Protocol::Stream, item()))
        .with_port(Port::output("out", Protocol::Stream, item()))
        .cost(
            Cost {
                lut: 10,
                ff: 20,
                dsp: 1,
                bram18: 2,
            },
            3,
        )
}

fn source(graph: &mut Graph) -> NodeIndex {
    let port = Node::port(Direction::Input, "submit", Protocol::Stream, item());
    graph.add(port.doc("Words that enter"))
}

fn sink(graph: &mut Graph) -> NodeIndex {
    let port = Node::port(Direction::Output, "done", Protocol::Stream, item());
    graph.add(port.doc("Words that leave"))
}

/// `submit -> first -> second -> done`, with the buffer in the middle.
fn chain(buffer: Buffer) -> Graph {
    let mut graph = Graph::new("dysta_chain", "Two stages in a row.");
    let submit = source(&mut graph);
    let first = graph.add(stage("first"));
    let second = graph.add(stage("second"));
    let done = sink(&mut graph);
    graph.connect((submit, "submit"), (first, "in"), Buffer::None);
    graph.connect((first, "out"), (second, "in"), buffer);
    graph.connect((second, "out"), (done, "done"), Buffer::None);
    graph
}

/// Every protocol, fan-out, an unused output, a memory port, bare pins and both kinds of buffer.
fn every_kind() -> Graph {
    let mut graph = Graph::new("dysta_every", "Every kind of port.");
    let now = graph.add(Node::port(
        Direction::Input,
        "now",
        Protocol::Signal,
        vec![Field::new("now", 48)],
    ));
    let submit = source(&mut graph);
    let first = graph.add(
        stage("first")
            .with_port(Port::input_value("now", Protocol::Signal, 48))
            .with_port(Port::output_value("busy", Protocol::Signal, 1))
            .with_port(Port::output(
                "took",
                Protocol::Pulse,
                vec![Field::new("valid", 1), Field::new("id", 4)],
            ))
            .with_port(Port::output(
                "store",
                Protocol::MemoryPort,
                vec![
                    Field::new("we", 1),
                    Field::new("addr", 4),
                    Field::back("rdata", 16),
                ],
            )),
    );
    let second = graph.add(
        stage("second")
            .with_port(Port::input_value("stamp", Protocol::Signal, 48))
            .with_port(Port::input(
                "took",
                Protocol::Pulse,
                vec![Field::new("valid", 1), Field::new("id", 4)],
            )),
    );
    let memory = graph.add(
        Node::new(NodeKind::Leaf, "memory", "dysta_memory")
            .clocking(Clocking::Clock)
            .param("WIDTH", 16)
            .with_port(
                Port::input(
                    "store",
                    Protocol::MemoryPort,
                    vec![
                        Field::new("we", 1),
                        Field::new("addr", 4),
                        Field::back("rdata", 16),
                    ],
                )
                .bare(),
            ),
    );
    let busy = graph.add(Node::port(
        Direction::Output,
        "busy",
        Protocol::Signal,
        vec![Field::new("busy", 1)],
    ));
    let again = graph.add(Node::port(
        Direction::Output,
        "active",
        Protocol::Signal,
        vec![Field::new("active", 1)],
    ));
    let done = sink(&mut graph);
    graph.connect((now, "now"), (first, "now"), Buffer::None);
    graph.connect((now, "now"), (second, "stamp"), Buffer::None);
    graph.connect((submit, "submit"), (first, "in"), Buffer::Skid);
    graph.connect((first, "out"), (second, "in"), Buffer::Fifo(4));
    graph.connect((second, "out"), (done, "done"), Buffer::Fifo(2));
    graph.connect((first, "store"), (memory, "store"), Buffer::None);
    graph.connect((first, "busy"), (busy, "busy"), Buffer::None);
    graph.connect((first, "busy"), (again, "active"), Buffer::None);
    graph.connect((first, "took"), (second, "took"), Buffer::None);
    graph
}
