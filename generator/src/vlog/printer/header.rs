//! The head of a module: parameters and ports, aligned, one per line.

use super::layout::{Doc, align};
use super::{LINE_WIDTH, Printer, expr, range, spaced};
use crate::vlog::module::{Direction, Module, Param, Port};

impl Printer {
    /// Writes `module name #(…) (…);`.
    pub(super) fn header(&mut self, module: &Module) {
        let ports = module.all_ports().next().is_some();
        let open = if ports { " (" } else { ";" };
        if module.params.is_empty() {
            self.line(&format!("module {}{open}", module.name));
        } else {
            self.line(&format!("module {} #(", module.name));
            self.nested(|p| p.params(&module.params));
            self.line(&format!("){open}"));
        }
        if ports {
            self.nested(|p| p.ports(module));
            self.line(");");
        }
    }

    /// Writes each parameter under its comment: `parameter WIDTH = 8,`.
    fn params(&mut self, params: &[Param]) {
        for (i, param) in params.iter().enumerate() {
            self.comment(&param.doc);
            let range = spaced(param.width.as_ref().map_or(String::new(), range));
            let before = format!("parameter{range} {} = ", param.name);
            let after = if i + 1 == params.len() { "" } else { "," };
            self.broken_line(&before, expr::doc(&param.value), after);
        }
    }

    /// Writes the groups of ports, with an empty line between them.
    fn ports(&mut self, module: &Module) {
        let mut lines = port_lines(module).into_iter();
        let groups = module.ports.iter().filter(|g| !g.ports.is_empty());
        for (i, group) in groups.enumerate() {
            if i > 0 {
                self.line("");
            }
            self.comment(&group.heading);
            for port in &group.ports {
                let line = lines.next().unwrap_or_default();
                self.port(port, &line);
            }
        }
    }

    /// Writes a port with its comment at the end of the line, or above when that is too long.
    fn port(&mut self, port: &Port, line: &str) {
        let length = self.indent + line.chars().count() + 4 + port.doc.chars().count();
        if port.doc.is_empty() {
            self.line(line.trim_end());
        } else if length > LINE_WIDTH || port.doc.contains('\n') {
            self.comment(&port.doc);
            self.line(line.trim_end());
        } else {
            self.broken_line("", Doc::text(format!("{line}  // {}", port.doc)), "");
        }
    }
}

/// Makes the aligned declarations of all ports, padded to one length, with commas except after the last.
fn port_lines(module: &Module) -> Vec<String> {
    let count = module.all_ports().count();
    let rows: Vec<Vec<String>> = module
        .all_ports()
        .enumerate()
        .map(|(i, port)| port_row(port, if i + 1 == count { "" } else { "," }))
        .collect();
    let lines = align(&rows);
    let longest = lines.iter().map(|l| l.chars().count()).max().unwrap_or(0);
    lines
        .into_iter()
        .map(|line| format!("{line:longest$}"))
        .collect()
}

fn port_row(port: &Port, comma: &str) -> Vec<String> {
    let direction = match port.direction {
        Direction::Input => "input",
        Direction::Output => "output",
    };
    let signed = if port.signed { "signed" } else { "" };
    let name = format!("{}{comma}", port.name);
    [direction, "logic", signed, &range(&port.width), &name]
        .map(str::to_owned)
        .to_vec()
}
