use super::*;
use crate::graph::{run, structural};
use crate::leaf;
use crate::vlog::tests::tools::assert_reads;
use crate::vlog::{self, Expr, Item, Module, Stmt};

/// A module with the interface of a node that drives zero from registers.
fn body(graph: &Graph, id: NodeIndex) -> Module {
    let interface = graph.node(id).interface();
    let mut module = Module::new(&interface.name);
    for name in &interface.params {
        module.add_param(vlog::Param::new(name, 1, ""));
    }
    for port in &interface.ports {
        module.add_port(port.clone());
        if port.direction == Direction::Output {
            module.push(Item::always_ff(
                "clk_i",
                vec![Stmt::non_blocking(port.name.as_str(), Expr::id(&port.name))],
            ));
        }
    }
    module
}

/// Checks the top, prints it and lets all tools read it together with its modules.
fn top(mut graph: Graph) -> String {
    run(&mut graph).unwrap();
    let module = structural(&graph);
    module.check(&graph.library()).unwrap();
    let text = module.print(&[]);
    let mut files = vec![(graph.name.as_str(), text.clone())];
    for (id, node) in graph
        .nodes()
        .filter(|(_, node)| node.kind != NodeKind::Port)
    {
        if files.iter().any(|(name, _)| *name == node.module) {
            continue;
        }
        let text = match leaf::find(&node.module) {
            Some(leaf) => leaf.render(&[]).unwrap(),
            None => body(&graph, id).print(&[]),
        };
        files.push((node.module.as_str(), text));
    }
    assert_reads(&files, &graph.name, &["UNUSED"]);
    text
}

#[test]
fn chain_of_streams() {
    insta::assert_snapshot!(top(chain(Buffer::None)));
}

#[test]
fn buffers_take_packed_payloads() {
    insta::assert_snapshot!(top(chain(Buffer::Fifo(4))));
}

#[test]
fn every_protocol() {
    insta::assert_snapshot!(top(every_kind()));
}

#[test]
fn single_field_needs_no_word() {
    let value = || vec![Field::new("value", 8)];
    let mut graph = Graph::new("dysta_wire", "A buffer between two ports.");
    let a = graph.add(Node::port(Direction::Input, "a", Protocol::Stream, value()));
    let y = graph.add(Node::port(
        Direction::Output,
        "y",
        Protocol::Stream,
        value(),
    ));
    graph.connect((a, "a"), (y, "y"), Buffer::Skid);
    insta::assert_snapshot!(top(graph));
}

#[test]
fn ports_joined_directly() {
    let mut graph = Graph::new("dysta_through", "Wires.");
    let a = graph.add(Node::port(Direction::Input, "a", Protocol::Stream, item()));
    let y = graph.add(Node::port(Direction::Output, "y", Protocol::Stream, item()));
    graph.connect((a, "a"), (y, "y"), Buffer::None);
    insta::assert_snapshot!(top(graph));
}

/// Buffers are instances of the leaves as the registry describes them.
#[test]
fn buffers_are_the_leaves() {
    for (buffer, name) in [
        (Buffer::Skid, "submit_skid"),
        (Buffer::Fifo(4), "submit_fifo"),
    ] {
        let mut graph = Graph::new("dysta_buffer", "");
        let (submit, done) = (source(&mut graph), sink(&mut graph));
        graph.connect((submit, "submit"), (done, "done"), buffer);
        run(&mut graph).unwrap();
        let node = graph.node(graph.find(name).unwrap());
        let values: Vec<(&str, u32)> = node
            .params
            .iter()
            .map(|(n, v)| (n.as_str(), *v as u32))
            .collect();
        let leaf = leaf::find(&node.module)
            .unwrap()
            .interface(&values)
            .unwrap();
        let wanted: Vec<(String, u32)> = leaf
            .ports
            .iter()
            .map(|(p, w)| (p.name.to_owned(), *w))
            .collect();
        let interface = node.interface();
        let ports = interface.ports.iter().map(|port| match port.width {
            vlog::Width::Bits(bits) => (port.name.clone(), bits),
            vlog::Width::Of(_) => panic!("{} has no fixed width", port.name),
        });
        assert_eq!(ports.collect::<Vec<_>>(), wanted);
        let params: Vec<&str> = leaf.parameters.iter().map(|(name, _)| *name).collect();
        assert_eq!(interface.params, params);
    }
}

/// Names depend on the channel alone: an unrelated node changes none of them.
#[test]
fn names_are_stable() {
    let plain = top(chain(Buffer::Fifo(4)));
    let mut graph = chain(Buffer::Fifo(4));
    graph.add(
        Node::new(NodeKind::Printed, "extra", "dysta_extra").with_port(Port::output_value(
            "out",
            Protocol::Signal,
            1,
        )),
    );
    let more = top(graph);
    assert!(plain.lines().all(|line| more.contains(line)));
    assert!(more.contains("unused_extra_out"));
}
