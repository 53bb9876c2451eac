//! The headers of the templates give the descriptions of the leaves.

use super::registry::SOURCES;
use super::{LEAVES, Leaf, find, header, library};
use crate::vlog::{Direction, Expr, Item, Module};

fn rendered(leaf: &Leaf) -> String {
    let banner = ["dysta 0".to_owned(), "config 0123".to_owned()];
    leaf.render(&banner).expect("the template renders")
}

/// The lines of a header from `module` on, without comments and commas.
fn declarations(text: &str) -> Vec<&str> {
    let lines = text.lines().skip_while(|line| !line.starts_with("module "));
    let lines = lines.map(|line| line.trim().trim_end_matches(','));
    let declared = lines.take_while(|line| *line != ");");
    declared
        .filter(|line| !line.is_empty() && !line.starts_with("//") && *line != ") (")
        .collect()
}

/// The same lines from the description of a leaf; the type of a parameter is taken from the text.
fn described(leaf: &Leaf, found: &[&str]) -> Vec<String> {
    let open = if leaf.parameters.is_empty() {
        "("
    } else {
        "#("
    };
    let head = format!("module {} {open}", leaf.name);
    let parameters = leaf.parameters.iter().zip(&found[1..]);
    let parameters = parameters.map(|(parameter, line)| match line.contains("32'd") {
        true => format!(
            "parameter logic [31:0] {} = 32'd{}",
            parameter.name, parameter.default
        ),
        false => format!(
            "parameter integer {} = {}",
            parameter.name, parameter.default
        ),
    });
    let ports = leaf.ports.iter().map(|port| {
        let direction = match port.direction {
            Direction::Input => "input  logic",
            Direction::Output => "output logic",
        };
        let range = port.width.to_string();
        [direction, &range, port.name]
            .join(" ")
            .replace("logic  ", "logic ")
    });
    [head].into_iter().chain(parameters).chain(ports).collect()
}

#[test]
fn headers_are_understood() {
    assert_eq!(LEAVES.len(), SOURCES.len(), "a header is not understood");
    for leaf in LEAVES.iter() {
        let text = rendered(leaf);
        let found = declarations(&text);
        assert_eq!(found, described(leaf, &found), "{}", leaf.name);
        assert!(
            text.contains(&format!("\n// {}\n", leaf.doc)),
            "{}",
            leaf.name
        );
        for parameter in &leaf.parameters {
            let range = parameter.min..=parameter.max;
            assert!(
                range.contains(&parameter.default),
                "{} {}",
                leaf.name,
                parameter.name
            );
            assert!(
                !parameter.doc.is_empty(),
                "{} {}",
                leaf.name,
                parameter.name
            );
        }
    }
}

#[test]
fn other_headers_are_not_understood() {
    let header = "// SPDX-License-Identifier: 0BSD\n//\n// Purpose.\nmodule dysta_x (\n";
    for line in [
        "  inout  logic a_i\n);",
        "  input  logic [3:1] a_i\n);",
        "  input  logic [3:0] [1:0] a_i\n);",
        "  input  wire a_i\n);",
        "  input  logic a_i\n",
    ] {
        let text: &'static str = format!("{header}{line}").leak();
        assert!(header::parse(text).is_none(), "{line}");
    }
}

/// A range in the comment of a parameter is that of the registry.
#[test]
fn comments_tell_the_ranges() {
    for (leaf, parameter) in LEAVES
        .iter()
        .flat_map(|leaf| leaf.parameters.iter().map(move |p| (leaf, p)))
    {
        let words: Vec<&str> = parameter.doc.split([' ', ',', '.', ';', ':']).collect();
        let told = words.windows(3).find_map(|w| match w {
            [low, "to", high] => Some((low.parse::<u32>().ok()?, high.parse::<u32>().ok()?)),
            _ => None,
        });
        if let Some(told) = told {
            let range = (parameter.min, parameter.max);
            assert!(
                told == range,
                "{} {}: {told:?} {range:?}",
                leaf.name,
                parameter.name
            );
        }
    }
}

#[test]
fn banner_comes_first() {
    for leaf in LEAVES.iter() {
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
    for leaf in LEAVES.iter() {
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
    for leaf in LEAVES.iter() {
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
