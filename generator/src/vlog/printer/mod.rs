//! The one printer: modules, items and statements as text.

mod expr;
mod header;
mod layout;

use layout::{Doc, align, render, wrap};

use super::expr::Expr;
use super::item::{Connection, GenerateFor, Instance, Item, Localparam};
use super::module::{Module, Width};
use super::stmt::{CaseArm, Stmt};

/// Longest line the printer writes, in characters.
pub const LINE_WIDTH: usize = 99;

/// Columns per level of nesting.
const STEP: usize = 2;

pub(super) fn print(module: &Module, banner: &[String]) -> String {
    let mut printer = Printer::default();
    for line in banner {
        printer.comment(line);
    }
    if !banner.is_empty() {
        printer.line("");
    }
    printer.comment(&module.doc);
    printer.header(module);
    printer.nested(|p| p.items(&module.items));
    printer.line("endmodule");
    printer.out
}

/// Text written so far and the level of nesting.
#[derive(Default)]
struct Printer {
    out: String,
    indent: usize,
}

impl Printer {
    fn line(&mut self, text: &str) {
        if !text.is_empty() {
            self.out.push_str(&" ".repeat(self.indent));
            self.out.push_str(text);
        }
        self.out.push('\n');
    }

    fn nested(&mut self, body: impl FnOnce(&mut Self)) {
        self.indent += STEP;
        body(self);
        self.indent -= STEP;
    }

    fn comment(&mut self, text: &str) {
        let room = LINE_WIDTH.saturating_sub(self.indent + 3);
        for line in wrap(text, room) {
            self.line(format!("// {line}").trim_end());
        }
    }

    /// Writes a line with a breakable part between two fixed ones.
    fn broken_line(&mut self, before: &str, doc: Doc, after: &str) {
        let indent = " ".repeat(self.indent);
        self.out.push_str(&indent);
        let whole = doc.between(before, after);
        render(&mut self.out, &whole, self.indent, self.indent, LINE_WIDTH);
        self.out.push('\n');
    }

    fn expr_line(&mut self, before: &str, value: &Expr, after: &str) {
        self.broken_line(before, expr::doc(value), after);
    }

    /// Writes `target OP value;`.
    fn assignment(&mut self, keyword: &str, target: &Expr, op: &str, value: &Expr) {
        let sides = vec![
            expr::doc(target),
            Doc::text(format!(" {op} ")),
            expr::doc(value),
        ];
        self.broken_line(keyword, Doc::Seq(sides), ";");
    }

    fn items(&mut self, items: &[Item]) {
        let both_nets = |a: &Item, b: &Item| matches!((a, b), (Item::Net(_), Item::Net(_)));
        for run in items.chunk_by(both_nets) {
            match run {
                [Item::Net(_), ..] => self.nets(run),
                _ => run.iter().for_each(|item| self.item(item)),
            }
        }
    }

    fn item(&mut self, item: &Item) {
        match item {
            Item::Net(_) => self.nets(std::slice::from_ref(item)),
            Item::Localparam(constant) => self.localparam(constant),
            Item::Assign(target, value) => self.assignment("assign ", target, "=", value),
            Item::AlwaysComb(body) => self.block("always_comb", body),
            Item::AlwaysFf { clock, body } => {
                self.block(&format!("always_ff @(posedge {clock})"), body);
            }
            Item::Instance(instance) => self.instance(instance),
            Item::GenerateFor(generate) => self.generate_for(generate),
            Item::Comment(text) => self.comment(text),
            Item::Blank => self.line(""),
        }
    }

    /// Writes neighbouring declarations with their names aligned.
    fn nets(&mut self, nets: &[Item]) {
        let rows: Vec<Vec<String>> = nets.iter().filter_map(net_row).collect();
        for line in align(&rows) {
            self.line(&line);
        }
    }

    /// Writes `localparam [1:0] NAME = 2'd0;`.
    fn localparam(&mut self, constant: &Localparam) {
        let range = spaced(constant.width.as_ref().map_or(String::new(), range));
        let before = format!("localparam{range} {} = ", constant.name);
        self.expr_line(&before, &constant.value, ";");
    }

    fn block(&mut self, head: &str, body: &[Stmt]) {
        self.line(&format!("{head} begin"));
        self.nested(|p| p.statements(body));
        self.line("end");
    }

    fn statements(&mut self, statements: &[Stmt]) {
        for statement in statements {
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &Stmt) {
        match statement {
            Stmt::Blocking(target, value) => self.assignment("", target, "=", value),
            Stmt::NonBlocking(target, value) => self.assignment("", target, "<=", value),
            Stmt::If {
                condition,
                then,
                otherwise,
            } => self.branch("", condition, then, otherwise),
            Stmt::Case {
                subject,
                arms,
                default,
            } => self.case(subject, arms, default.as_deref()),
            Stmt::Comment(text) => self.comment(text),
        }
    }

    /// Writes `if (condition) begin … end else if (…) begin … end else begin … end`.
    fn branch(&mut self, before: &str, condition: &Expr, then: &[Stmt], otherwise: &[Stmt]) {
        self.expr_line(&format!("{before}if ("), condition, ") begin");
        self.nested(|p| p.statements(then));
        match otherwise {
            [] => self.line("end"),
            [
                Stmt::If {
                    condition,
                    then,
                    otherwise,
                },
            ] => self.branch("end else ", condition, then, otherwise),
            _ => {
                self.line("end else begin");
                self.nested(|p| p.statements(otherwise));
                self.line("end");
            }
        }
    }

    fn case(&mut self, subject: &Expr, arms: &[CaseArm], default: Option<&[Stmt]>) {
        self.expr_line("case (", subject, ")");
        self.nested(|p| {
            for arm in arms {
                let labels: Vec<String> = arm.labels.iter().map(expr::tight).collect();
                p.arm(&labels.join(", "), &arm.body);
            }
            if let Some(body) = default {
                p.arm("default", body);
            }
        });
        self.line("endcase");
    }

    /// Writes `4'd3: a = b;`, or a block where there is more than one assignment, so that tables stay readable.
    fn arm(&mut self, label: &str, body: &[Stmt]) {
        match body {
            [Stmt::Blocking(target, value)] => {
                self.assignment(&format!("{label}: "), target, "=", value)
            }
            [Stmt::NonBlocking(target, value)] => {
                self.assignment(&format!("{label}: "), target, "<=", value)
            }
            _ => self.block(&format!("{label}:"), body),
        }
    }

    /// Writes `module #(…) name (…);` with one connection per line.
    fn instance(&mut self, instance: &Instance) {
        if instance.params.is_empty() {
            self.line(&format!("{} {} (", instance.module, instance.name));
        } else {
            self.line(&format!("{} #(", instance.module));
            self.nested(|p| p.connections(&instance.params));
            self.line(&format!(") {} (", instance.name));
        }
        self.nested(|p| p.connections(&instance.connections));
        self.line(");");
    }

    fn connections(&mut self, connections: &[Connection]) {
        let rows: Vec<Vec<String>> = connections
            .iter()
            .map(|c| vec![format!(".{}", c.name), "(".to_owned()])
            .collect();
        let last = connections.len().saturating_sub(1);
        for (i, (connection, before)) in connections.iter().zip(align(&rows)).enumerate() {
            let after = if i == last { ")" } else { ")," };
            match &connection.value {
                Some(value) => self.expr_line(&before, value, after),
                None => self.line(&format!("{before}{after}")),
            }
        }
    }

    /// Writes `for (genvar i = 0; i < N; i = i + 1) begin : label … end`.
    fn generate_for(&mut self, generate: &GenerateFor) {
        let v = &generate.variable;
        let count = Expr::id(v).less(&generate.count);
        let after = format!("; {v} = {v} + 1) begin : {}", generate.label);
        self.expr_line(&format!("for (genvar {v} = 0; "), &count, &after);
        self.nested(|p| p.items(&generate.items));
        self.line("end");
    }
}

/// Makes the cells of `logic signed [7:0] name [0:15];`.
fn net_row(item: &Item) -> Option<Vec<String>> {
    let Item::Net(net) = item else {
        return None;
    };
    let signed = if net.signed { "signed" } else { "" };
    let words = net
        .depth
        .as_ref()
        .map(|depth| format!(" [0:{}]", expr::msb(depth)));
    let name = format!("{}{};", net.name, words.unwrap_or_default());
    Some(
        ["logic", signed, &range(&net.width), &name]
            .map(str::to_owned)
            .to_vec(),
    )
}

/// Prints `[7:0]` or `[W-1:0]`, and nothing for a scalar.
fn range(width: &Width) -> String {
    match width {
        Width::Bits(1) => String::new(),
        Width::Bits(bits) => format!("[{}:0]", bits.saturating_sub(1)),
        Width::Of(expr) => format!("[{}:0]", expr::msb(expr)),
    }
}

/// Puts a space in front unless there is nothing.
fn spaced(text: String) -> String {
    if text.is_empty() {
        text
    } else {
        format!(" {text}")
    }
}
