//! The header of a template, read into the description of its leaf.
//!
//! Headers are written in one way, a declaration a line:
//!
//! ```systemverilog
//! // SPDX-License-Identifier: 0BSD
//! //
//! // Purpose in one sentence.
//!
//! module dysta_name #(
//!   // Meaning and constraint.
//!   parameter integer WIDTH = 8
//! ) (
//!   input  logic clk_i,
//!   output logic [2*WIDTH+3:0] data_o
//! );
//! ```

use std::str::Lines;

use super::interface::{Port, Width};
use crate::vlog::Direction;

/// A parameter as declared.
pub(super) struct Declared {
    pub name: &'static str,
    pub default: u32,
    /// The comment before it.
    pub doc: String,
}

/// A header as declared.
pub(super) struct Header {
    pub name: &'static str,
    /// First line of the comment behind the licence.
    pub doc: &'static str,
    pub parameters: Vec<Declared>,
    pub ports: Vec<Port>,
}

/// Reads the header of a template; nothing if a line of it is not understood.
pub(super) fn parse(text: &'static str) -> Option<Header> {
    let mut lines = text.lines();
    lines.find(|line| line.contains("SPDX-License-Identifier"))?;
    let doc = lines.nth(1)?.strip_prefix("// ")?;
    let module = lines.find_map(|line| line.strip_prefix("module "))?;
    let mut header = Header {
        name: module.split_whitespace().next()?,
        doc,
        parameters: Vec::new(),
        ports: Vec::new(),
    };
    header.declarations(lines)?;
    Some(header)
}

impl Header {
    fn declarations(&mut self, lines: Lines<'static>) -> Option<()> {
        let mut comment: Vec<&str> = Vec::new();
        for line in lines.map(|line| line.trim().trim_end_matches(',')) {
            if let Some(text) = line.strip_prefix("//") {
                comment.push(text.trim());
                continue;
            }
            match line {
                ");" => return Some(()),
                ") (" | "" => {}
                _ => self.declaration(line, &comment)?,
            }
            comment.clear();
        }
        None
    }

    fn declaration(&mut self, line: &'static str, comment: &[&str]) -> Option<()> {
        let words: Vec<&'static str> = line.split_whitespace().collect();
        match words[..] {
            ["parameter", .., name, "=", value] => self.parameters.push(Declared {
                name,
                default: value.trim_start_matches("32'd").parse().ok()?,
                doc: comment.join(" "),
            }),
            [direction, "logic", ref range @ .., name] => self.ports.push(Port {
                name,
                direction: match direction {
                    "input" => Direction::Input,
                    "output" => Direction::Output,
                    _ => return None,
                },
                width: match range {
                    [] => Width::bits(1),
                    [range] => width(range)?,
                    _ => return None,
                },
            }),
            _ => return None,
        }
        Some(())
    }
}

/// The width of a range: its left end and one bit more.
fn width(range: &'static str) -> Option<Width> {
    let left = range.strip_prefix('[')?.strip_suffix(":0]")?;
    let (sum, less) = match left.strip_suffix("-1") {
        Some(sum) => (sum, 0),
        None => (left, 1),
    };
    let mut width = Width::bits(less);
    for term in sum.split('+') {
        match (term.parse::<u32>(), term.split_once('*')) {
            (Ok(bits), _) => width.more += bits,
            (_, Some((times, name))) => width.terms.push((times.parse().ok()?, name)),
            (_, None) => width.terms.push((1, term)),
        }
    }
    Some(width)
}
