//! The header of every rendered leaf agrees with its description.

use super::{LEAVES, Leaf, find, library};
use crate::vlog::{Direction, Expr, Item, Module};

/// Header of a module as a small scanner sees it: one declaration per line.
#[derive(Debug, Default, PartialEq, Eq)]
struct Header {
    module: String,
    doc: String,
    /// Comment, name, default value.
    parameters: Vec<(String, String, String)>,
    /// Direction, range, name.
    ports: Vec<(String, String, String)>,
}

fn rendered(leaf: &Leaf) -> String {
    let banner = ["dysta 0".to_owned(), "config 0123".to_owned()];
    leaf.render(&banner).expect("the template renders")
}

fn described(leaf: &Leaf) -> Header {
    let direction = |d| match d {
        Direction::Input => "input",
        Direction::Output => "output",
    };
    Header {
        module: leaf.name.to_owned(),
        doc: leaf.doc.to_owned(),
        parameters: leaf
            .parameters
            .iter()
            .map(|p| (p.doc.to_owned(), p.name.to_owned(), p.default.to_string()))
            .collect(),
        ports: leaf
            .ports
            .iter()
            .map(|p| {
                (
                    direction(p.direction).to_owned(),
                    p.width.to_string(),
                    p.name.to_owned(),
                )
            })
            .collect(),
    }
}

fn scan(text: &str) -> Header {
    let mut header = Header::default();
    let mut lines = text.lines().skip_while(|line| !line.starts_with("// SPDX"));
    let mut comment = Vec::new();
    header.doc = lines
        .nth(2)
        .unwrap_or_default()
        .trim_start_matches("// ")
        .to_owned();
    for line in lines.map(|line| line.trim().trim_end_matches(',')) {
        let words = line.split_whitespace().collect::<Vec<_>>();
        match words[..] {
            [");"] => break,
            ["//", ref rest @ ..] => comment.push(rest.join(" ")),
            ["module", name, ..] => header.module = name.to_owned(),
            ["parameter", .., name, "=", value] => {
                let value = value.trim_start_matches("32'd").to_owned();
                header
                    .parameters
                    .push((comment.join(" "), name.to_owned(), value));
            }
            [
                direction @ ("input" | "output"),
                "logic",
                ref range @ ..,
                name,
            ] => {
                header
                    .ports
                    .push((direction.to_owned(), range.concat(), name.to_owned()));
            }
            _ => {}
        }
        if !line.starts_with("//") {
            comment.clear();
        }
    }
    header
}

#[test]
fn headers_agree_with_the_registry() {
    for leaf in LEAVES {
        assert_eq!(scan(&rendered(leaf)), described(leaf), "{}", leaf.name);
    }
}

#[test]
fn banner_comes_first() {
    for leaf in LEAVES {
        let text = rendered(leaf);
        assert!(
            text.starts_with("// dysta 0\n// config 0123\n// SPDX-License-Identifier: 0BSD\n//\n"),
            "{text}"
        );
        assert!(text.ends_with("endmodule\n"), "{}", leaf.name);
    }
}

#[test]
fn names_are_unique_and_prefixed() {
    for leaf in LEAVES {
        assert!(leaf.name.starts_with("dysta_"), "{}", leaf.name);
        assert!(std::ptr::eq(find(leaf.name).expect("found by name"), leaf));
    }
}

#[test]
fn interface_evaluates_widths() {
    let mul = find("dysta_mul").expect("a leaf");
    let widths = |values: &[(&str, u32)]| {
        let interface = mul.interface(values)?;
        Some(
            interface
                .ports
                .iter()
                .map(|(_, width)| *width)
                .collect::<Vec<_>>(),
        )
    };
    assert_eq!(widths(&[]), Some(vec![1, 32, 16, 48]));
    assert_eq!(
        widths(&[("A_W", 40), ("B_W", 24)]),
        Some(vec![1, 40, 24, 64])
    );
    assert_eq!(widths(&[("A_W", 73)]), None, "above the range");
    let add = find("dysta_fp_add").expect("a leaf");
    let binary32 = add.interface(&[("EXP_W", 8), ("MAN_W", 23)]);
    let bits = binary32.map(|interface| interface.ports.iter().map(|(_, bits)| *bits).collect());
    assert_eq!(bits, Some(vec![1, 32, 32, 32]));
    assert_eq!(widths(&[("WIDTH", 8)]), None, "no such parameter");
}

/// The steps of a program count with the clocks that the leaves take.
#[test]
fn leaves_take_the_clocks_of_the_schedule() {
    use dysta_config::expr::schedule;
    for (name, clocks) in [
        ("dysta_fp_mul", schedule::FLOAT_MULTIPLY),
        ("dysta_fp_add", schedule::FLOAT_ADD),
        ("dysta_fp_compare", schedule::FLOAT_COMPARE),
        ("dysta_fp_from_fixed", schedule::FLOAT_CONVERT),
    ] {
        let text = find(name).and_then(|leaf| leaf.render(&[]).ok());
        let unit = if clocks == 1 { "clock" } else { "clocks" };
        let line = format!("// Latency: {clocks} {unit}.");
        assert!(text.is_some_and(|text| text.contains(&line)), "{name}");
    }
}

/// An instance made from the interface passes the check and prints all ports in declared order.
#[test]
fn leaves_can_be_instantiated() {
    for leaf in LEAVES {
        let interface = leaf.module_interface();
        let mut top = Module::new("dysta_top");
        for port in &interface.ports {
            let mut port = port.clone();
            port.width = 1.into();
            top.add_port(port);
        }
        let instance = interface.instantiate("u_leaf", |port| Some(Expr::id(&port.name)));
        top.push(Item::Instance(instance));
        top.check(&library()).expect(leaf.name);
        let text = top.print(&[]);
        let connected = text
            .lines()
            .filter_map(|line| line.trim().strip_prefix('.')?.split_once(' '))
            .map(|(name, _)| name);
        let declared = leaf.ports.iter().map(|port| port.name);
        assert!(connected.eq(declared), "{text}");
    }
}
