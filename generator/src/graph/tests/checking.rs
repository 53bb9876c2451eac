use super::*;
use crate::estimate::leaf_cost;
use crate::graph::{Estimate, PASSES, run};

fn problems(graph: &mut Graph) -> String {
    run(graph).unwrap_err().to_string()
}

#[test]
fn passes_are_described() {
    let list: Vec<String> = PASSES
        .iter()
        .map(|pass| format!("{}: {}", pass.name, pass.doc))
        .collect();
    insta::assert_snapshot!(list.join("\n"));
}

#[test]
fn wrong_nodes() {
    let mut graph = Graph::new("dysta_wrong", "");
    graph.add(Node::new(NodeKind::Port, "empty", ""));
    graph.add(Node::new(NodeKind::Leaf, "twin", "dysta_twin"));
    let twin = Node::new(NodeKind::Leaf, "twin", "dysta_twin")
        .with_port(Port::output_value("x", Protocol::Signal, 0))
        .with_port(Port::output("y", Protocol::Signal, vec![Field::new("x", 3)]).bare())
        .with_port(Port::output_value("clk", Protocol::Config, 1))
        .with_port(Port::input("clk", Protocol::Config, vec![]).bare())
        .with_port(Port::output("rst", Protocol::Signal, vec![Field::back("rst_n", 1)]).bare())
        .path("x", "y")
        .path(End::back("absent"), "x");
    graph.add(twin);
    insta::assert_snapshot!(problems(&mut graph));
}

#[test]
fn wrong_channels() {
    let mut graph = Graph::new("dysta_wrong", "");
    let other = || vec![Field::new("id", 4), Field::new("time", 12)];
    let renamed = || vec![Field::new("id", 4), Field::new("stamp", 16)];
    let returned = || vec![Field::new("id", 4), Field::back("time", 16)];
    let a = graph.add(
        stage("a")
            .with_port(Port::output("narrow", Protocol::Stream, other()))
            .with_port(Port::output("renamed", Protocol::Stream, renamed()))
            .with_port(Port::output("returned", Protocol::Stream, returned()))
            .with_port(Port::output("pulse", Protocol::Pulse, item())),
    );
    let mut target = Node::new(NodeKind::Printed, "b", "dysta_b");
    for name in ["one", "two", "three", "four", "five"] {
        target = target.with_port(Port::input(name, Protocol::Stream, item()));
    }
    let b = graph.add(target);
    graph.connect((a, "narrow"), (b, "one"), Buffer::None);
    graph.connect((a, "renamed"), (b, "two"), Buffer::None);
    graph.connect((a, "returned"), (b, "three"), Buffer::None);
    graph.connect((a, "pulse"), (b, "four"), Buffer::None);
    graph.connect((a, "absent"), (b, "nowhere"), Buffer::None);
    graph.connect((a, "in"), (a, "out"), Buffer::None);
    insta::assert_snapshot!(problems(&mut graph));
}

#[test]
fn wrong_counts() {
    let mut graph = Graph::new("dysta_wrong", "");
    let [a, b, c] = ["a", "b", "c"].map(|name| graph.add(stage(name)));
    graph.connect((a, "out"), (b, "in"), Buffer::None);
    graph.connect((a, "out"), (c, "in"), Buffer::None);
    graph.connect((b, "out"), (c, "in"), Buffer::None);
    insta::assert_snapshot!(problems(&mut graph));
}

#[test]
fn wrong_buffers() {
    let mut graph = chain(Buffer::Fifo(17));
    let flag = graph.add(
        Node::new(NodeKind::Printed, "flag", "dysta_flag")
            .with_port(Port::output_value("flag", Protocol::Signal, 1))
            .with_port(Port::output("empty", Protocol::Stream, vec![])),
    );
    let reader = graph.add(
        Node::new(NodeKind::Printed, "reader", "dysta_reader")
            .with_port(Port::input_value("flag", Protocol::Signal, 1))
            .with_port(Port::input("empty", Protocol::Stream, vec![])),
    );
    graph.connect((flag, "flag"), (reader, "flag"), Buffer::Skid);
    graph.connect((flag, "empty"), (reader, "empty"), Buffer::Skid);
    insta::assert_snapshot!(problems(&mut graph));
    assert_eq!(graph.nodes().count(), 6, "a wrong graph gets no buffers");
}

/// A ring `a -> b -> a` of streams; the stages are as `change` makes them.
fn ring(buffer: Buffer, change: impl Fn(Node) -> Node) -> Graph {
    let mut graph = Graph::new("dysta_ring", "A ring.");
    let [a, b] = ["a", "b"].map(|name| graph.add(change(stage(name))));
    graph.connect((a, "out"), (b, "in"), Buffer::None);
    graph.connect((b, "out"), (a, "in"), buffer);
    graph
}

#[test]
fn loops_without_storage() {
    let forward = |node: Node| node.path("in", "out");
    let ready = |node: Node| node.path(End::back("out"), End::back("in")).holds_words();
    let crossed = |node: Node| {
        node.path("in", End::back("in"))
            .path(End::back("out"), "out")
            .holds_words()
    };
    let texts = [
        problems(&mut ring(Buffer::None, forward)),
        problems(&mut ring(Buffer::None, ready)),
        problems(&mut ring(Buffer::None, crossed)),
        problems(&mut ring(Buffer::None, |node| node)),
    ];
    insta::assert_snapshot!(texts.join("\n\n"));
}

#[test]
fn storage_breaks_loops() {
    let comb = |node: Node| {
        node.path("in", "out")
            .path(End::back("out"), End::back("in"))
    };
    for buffer in [Buffer::Skid, Buffer::Fifo(2)] {
        let estimate = run(&mut ring(buffer, comb)).unwrap();
        assert_eq!(estimate.nodes.len(), 3);
    }
    run(&mut ring(Buffer::None, Node::holds_words)).unwrap();
}

#[test]
fn signals_close_loops_too() {
    let mut graph = Graph::new("dysta_flags", "");
    let inverter = |name: &str| {
        Node::new(NodeKind::Printed, name, "dysta_not")
            .with_port(Port::input_value("a", Protocol::Signal, 1))
            .with_port(Port::output_value("y", Protocol::Signal, 1))
            .path("a", "y")
    };
    let [a, b, c] = ["a", "b", "c"].map(|name| graph.add(inverter(name)));
    graph.connect((a, "y"), (b, "a"), Buffer::None);
    graph.connect((b, "y"), (c, "a"), Buffer::None);
    graph.connect((b, "y"), (a, "a"), Buffer::None);
    insta::assert_snapshot!(problems(&mut graph));
}

#[test]
fn estimates_add_up() {
    let mut graph = chain(Buffer::Fifo(4));
    let Estimate {
        nodes,
        cost,
        latency_cycles,
    } = run(&mut graph).unwrap();
    let names: Vec<&str> = nodes.iter().map(|n| n.node.as_str()).collect();
    assert_eq!(names, ["first", "second", "first_out_fifo"]);
    let stages = Cost {
        lut: 20,
        ff: 40,
        dsp: 2,
        bram18: 4,
    };
    let fifo = leaf_cost(
        "dysta_fifo",
        &[("WIDTH".to_owned(), 20), ("DEPTH".to_owned(), 4)],
    );
    assert!(fifo.lut >= 16 && fifo.ff >= 5, "{fifo:?}");
    assert_eq!((nodes[2].cost, cost), (fifo, stages + fifo));
    assert_eq!(latency_cycles, 3 + 1 + 3);
    // A channel back does not count.
    assert_eq!(
        run(&mut ring(Buffer::Skid, |n| n)).unwrap().latency_cycles,
        3 + 3 + 1
    );
}
