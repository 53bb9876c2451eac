use proptest::prelude::*;

use super::*;
use crate::graph::run;
use crate::graph::write::{Layout, dot, json, svg};

#[test]
fn dot_text() {
    insta::assert_snapshot!(dot(&every_kind()));
}

#[test]
fn json_text() {
    let mut graph = chain(Buffer::Fifo(4));
    run(&mut graph).unwrap();
    insta::assert_snapshot!(serde_json::to_string_pretty(&json(&graph).unwrap()).unwrap());
}

#[test]
fn svg_text() {
    let mut graph = chain(Buffer::Skid);
    run(&mut graph).unwrap();
    insta::assert_snapshot!(svg(&graph));
}

/// Requires that every element is closed in order and every `&` starts an entity.
fn assert_well_formed(text: &str) {
    let mut open: Vec<&str> = Vec::new();
    for part in text.split('<').skip(1) {
        let (tag, rest) = part.split_once('>').expect("a tag ends");
        let name = tag
            .split([' ', '/'])
            .find(|word| !word.is_empty())
            .expect("a tag has a name");
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name));
        } else if !tag.ends_with('/') {
            open.push(name);
        }
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
        let entities = ["&amp;", "&lt;", "&gt;", "&quot;"].map(|e| part.matches(e).count());
        assert_eq!(
            part.matches('&').count(),
            entities.iter().sum::<usize>(),
            "{rest}"
        );
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn svg_escapes_text() {
    let mut graph = Graph::new("a<b>&\"c\"", "");
    let odd = graph.add(stage("x").doc("1 < 2 & \"3\" > 0"));
    graph.connect((odd, "out"), (odd, "in"), Buffer::None);
    let text = svg(&graph);
    assert_well_formed(&text);
    assert!(text.contains("to itself: out 20"));
}

/// A graph with the given numbers of nodes and channels between any of them.
fn any_graph() -> impl Strategy<Value = Graph> {
    (1..14_usize).prop_flat_map(|nodes| {
        proptest::collection::vec((0..nodes, 0..nodes), 0..30).prop_map(move |edges| {
            let mut graph = Graph::new("dysta_any", "");
            let ids: Vec<NodeIndex> = (0..nodes)
                .map(|i| graph.add(stage(&format!("stage{i}"))))
                .collect();
            for (a, b) in edges {
                graph.connect((ids[a], "out"), (ids[b], "in"), Buffer::None);
            }
            graph
        })
    })
}

proptest! {
    #[test]
    fn nothing_overlaps(graph in any_graph()) {
        let Layout { cells, arrows, width, height } = Layout::new(&graph);
        for (i, a) in cells.iter().enumerate() {
            prop_assert!(a.x + a.width <= width && a.y + a.height <= height);
            for b in &cells[i + 1..] {
                let beside = a.x + a.width <= b.x || b.x + b.width <= a.x;
                let above = a.y + a.height <= b.y || b.y + b.height <= a.y;
                prop_assert!(beside || above);
            }
        }
        // Straight pieces, which carry the labels, lie between columns and never on one another.
        let mut stubs: Vec<(u32, u32)> = arrows.iter().flat_map(|a| &a.points).map(|p| (p[0], p[1])).collect();
        let count = stubs.len();
        stubs.sort_unstable();
        stubs.dedup();
        prop_assert_eq!(stubs.len(), count);
        prop_assert!(stubs.windows(2).all(|s| s[0].0 != s[1].0 || s[1].1 - s[0].1 >= 12));
        for arrow in &arrows {
            prop_assert!(arrow.points.iter().all(|p| p[0] + p[2] < p[3]));
        }
        let text = svg(&graph);
        assert_well_formed(&text);
        prop_assert_eq!(text, svg(&graph.clone()));
    }
}
