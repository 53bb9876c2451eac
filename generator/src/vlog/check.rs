//! The check before printing: everything that would make illegal or ambiguous Verilog.

use super::expr::Expr;
use super::interface::{Library, ModuleInterface};
use super::item::{Connection, GenerateFor, Instance, Item, Localparam, Net};
use super::module::{Direction, Module, Width};
use super::names::{self, NameKind, Resolver};
use super::problem::{Problem, VlogError};
use super::stmt::Stmt;

pub(super) fn check(module: &Module, library: &Library) -> Result<(), VlogError> {
    let mut checker = Checker::new(module, library);
    checker.header(module);
    checker.items(&module.items);
    if checker.problems.is_empty() {
        return Ok(());
    }
    let (module, problems) = (module.name.clone(), checker.problems);
    Err(VlogError { module, problems })
}

/// What is declared so far and what was found wrong.
struct Checker<'a> {
    library: &'a Library,
    inputs: Vec<&'a str>,
    scope: Resolver,
    problems: Vec<Problem>,
}

impl<'a> Checker<'a> {
    fn new(module: &'a Module, library: &'a Library) -> Self {
        let inputs = module
            .all_ports()
            .filter(|port| port.direction == Direction::Input)
            .map(|port| port.name.as_str())
            .collect();
        Self {
            library,
            inputs,
            scope: Resolver::new(),
            problems: Vec::new(),
        }
    }

    fn declare(&mut self, kind: NameKind, name: &str) {
        if let Err(error) = self.scope.declare(kind, name) {
            self.problems.push(error.into());
        }
    }

    fn header(&mut self, module: &Module) {
        // The module name lives in a scope of its own.
        if let Err(error) = names::check_name(NameKind::Module, &module.name) {
            self.problems.push(error.into());
        }
        for param in &module.params {
            let place = format!("parameter `{}`", param.name);
            self.optional_width(param.width.as_ref(), &place);
            self.expr(&param.value, &place);
            self.declare(NameKind::Parameter, &param.name);
        }
        for port in module.all_ports() {
            self.width(&port.width, &format!("port `{}`", port.name));
            self.declare(NameKind::Port, &port.name);
        }
    }

    fn width(&mut self, width: &Width, place: &str) {
        match width {
            Width::Bits(0) | Width::Of(Expr::Int(0)) => {
                let place = place.to_owned();
                self.problems.push(Problem::ZeroWidth { place });
            }
            Width::Bits(_) => {}
            Width::Of(expr) => self.expr(expr, place),
        }
    }

    fn optional_width(&mut self, width: Option<&Width>, place: &str) {
        if let Some(width) = width {
            self.width(width, place);
        }
    }

    fn items(&mut self, items: &[Item]) {
        items.iter().for_each(|item| self.item(item));
    }

    fn item(&mut self, item: &Item) {
        match item {
            Item::Net(net) => self.net(net),
            Item::Localparam(constant) => self.localparam(constant),
            Item::Assign(target, value) => self.assignment(target, value),
            Item::AlwaysComb(body) => self.statements(body, "always_comb"),
            Item::AlwaysFf { clock, body } => {
                self.name(clock, "always_ff");
                self.statements(body, "always_ff");
            }
            Item::Instance(instance) => self.instance(instance),
            Item::GenerateFor(generate) => self.generate_for(generate),
            Item::Comment(_) | Item::Blank => {}
        }
    }

    fn net(&mut self, net: &Net) {
        let place = format!("net `{}`", net.name);
        self.width(&net.width, &place);
        self.optional_width(net.depth.clone().map(Width::Of).as_ref(), &place);
        self.declare(NameKind::Net, &net.name);
    }

    fn localparam(&mut self, constant: &Localparam) {
        let place = format!("localparam `{}`", constant.name);
        self.optional_width(constant.width.as_ref(), &place);
        self.expr(&constant.value, &place);
        self.declare(NameKind::Localparam, &constant.name);
    }

    fn assignment(&mut self, target: &Expr, value: &Expr) {
        let place = match target_name(target) {
            Some(name) => format!("the assignment of `{name}`"),
            None => "an assignment".to_owned(),
        };
        self.target(target, &place);
        self.expr(target, &place);
        self.expr(value, &place);
    }

    fn target(&mut self, target: &Expr, place: &str) {
        match target {
            Expr::Id(name) => self.assignable(name, place),
            Expr::Index(base, _) | Expr::Slice(base, ..) | Expr::Part(base, ..) => {
                self.target(base, place);
            }
            Expr::Concat(parts) => parts.iter().for_each(|part| self.target(part, place)),
            _ => self.problems.push(Problem::BadTarget {
                place: place.to_owned(),
            }),
        }
    }

    fn assignable(&mut self, name: &str, place: &str) {
        let what = match self.scope.get(name) {
            Some(NameKind::Port) if self.inputs.contains(&name) => "input",
            Some(NameKind::Parameter) => "parameter",
            Some(NameKind::Localparam) => "localparam",
            Some(NameKind::Genvar) => "genvar",
            _ => return,
        };
        self.problems.push(Problem::Constant {
            name: name.to_owned(),
            what,
            place: place.to_owned(),
        });
    }

    fn statements(&mut self, statements: &[Stmt], place: &str) {
        for statement in statements {
            self.statement(statement, place);
        }
    }

    fn statement(&mut self, statement: &Stmt, place: &str) {
        match statement {
            Stmt::Blocking(target, value) | Stmt::NonBlocking(target, value) => {
                self.assignment(target, value);
            }
            Stmt::If {
                condition,
                then,
                otherwise,
            } => {
                self.expr(condition, place);
                self.statements(then, place);
                self.statements(otherwise, place);
            }
            Stmt::Case {
                subject,
                arms,
                default,
            } => {
                self.expr(subject, place);
                for arm in arms {
                    self.labels(&arm.labels, place);
                    self.statements(&arm.body, place);
                }
                self.statements(default.as_deref().unwrap_or_default(), place);
            }
            Stmt::Comment(_) => {}
        }
    }

    fn labels(&mut self, labels: &[Expr], place: &str) {
        if labels.is_empty() {
            let place = place.to_owned();
            self.problems.push(Problem::CaseWithoutLabel { place });
        }
        labels.iter().for_each(|label| self.expr(label, place));
    }

    /// Names of a generated block are seen inside it only.
    fn generate_for(&mut self, generate: &GenerateFor) {
        let variable = &generate.variable;
        if generate.label.is_empty() {
            let variable = variable.clone();
            self.problems.push(Problem::UnlabelledGenerate { variable });
        } else {
            self.declare(NameKind::Label, &generate.label);
        }
        let outer = self.scope.clone();
        self.expr(&generate.count, &format!("the loop over `{variable}`"));
        self.declare(NameKind::Genvar, variable);
        self.items(&generate.items);
        self.scope = outer;
    }

    fn instance(&mut self, instance: &Instance) {
        let place = format!("instance `{}`", instance.name);
        self.declare(NameKind::Instance, &instance.name);
        let values = instance.params.iter().chain(&instance.connections);
        for value in values.filter_map(|c| c.value.as_ref()) {
            self.expr(value, &place);
        }
        match self.library.get(&instance.module) {
            Some(interface) => self.against(instance, interface),
            None => self.problems.push(Problem::UnknownModule {
                instance: instance.name.clone(),
                module: instance.module.clone(),
            }),
        }
    }

    fn against(&mut self, instance: &Instance, interface: &ModuleInterface) {
        let params = interface
            .params
            .iter()
            .map(String::as_str)
            .collect::<Vec<_>>();
        let ports = interface.ports.iter().map(|p| p.name.as_str());
        let mut faults = order_faults("parameter", &params, &instance.params);
        faults.extend(order_faults(
            "port",
            &ports.clone().collect::<Vec<_>>(),
            &instance.connections,
        ));
        let connected = |name| instance.connections.iter().any(|c| c.name == name);
        let missing = ports.filter(|name| !connected(*name));
        faults.extend(missing.map(|name| format!("port `{name}` is not mentioned")));
        faults.extend(open_inputs(instance, interface));
        self.problems
            .extend(faults.into_iter().map(|fault| Problem::Connections {
                instance: instance.name.clone(),
                module: instance.module.clone(),
                fault,
            }));
    }

    fn name(&mut self, name: &str, place: &str) {
        if self.scope.get(name).is_none() {
            let (name, place) = (name.to_owned(), place.to_owned());
            self.problems.push(Problem::Undeclared { name, place });
        }
    }

    fn expr(&mut self, expr: &Expr, place: &str) {
        match expr {
            Expr::Id(name) => self.name(name, place),
            Expr::Sized { width, value, .. } => self.literal(*width, *value, place),
            Expr::Int(value) => self.unsized_literal(*value, place),
            Expr::Unary(_, operand) | Expr::Call(_, operand) => self.expr(operand, place),
            Expr::Binary(_, left, right) => self.exprs([left, right], place),
            Expr::Ternary(condition, then, otherwise) => {
                self.exprs([condition, then, otherwise], place);
            }
            Expr::Concat(parts) => self.concatenation(parts, place),
            Expr::Repeat(count, operand) => {
                self.expr(count, place);
                self.concatenation(std::slice::from_ref(operand), place);
            }
            Expr::Index(base, index) => self.select(base, [index], place),
            Expr::Slice(base, from, to) | Expr::Part(base, from, to) => {
                self.select(base, [from, to], place);
            }
        }
    }

    fn exprs<const N: usize>(&mut self, exprs: [&Expr; N], place: &str) {
        exprs.into_iter().for_each(|expr| self.expr(expr, place));
    }

    fn literal(&mut self, width: u32, value: u128, place: &str) {
        let place = place.to_owned();
        if width == 0 {
            let place = format!("a literal in {place}");
            self.problems.push(Problem::ZeroWidth { place });
        } else if value.checked_shr(width).is_some_and(|rest| rest != 0) {
            let problem = Problem::LiteralTooLarge {
                value,
                width,
                place,
            };
            self.problems.push(problem);
        }
    }

    fn unsized_literal(&mut self, value: u64, place: &str) {
        if i32::try_from(value).is_err() {
            let place = place.to_owned();
            self.problems
                .push(Problem::UnsizedTooLarge { value, place });
        }
    }

    fn concatenation(&mut self, parts: &[impl std::borrow::Borrow<Expr>], place: &str) {
        let fault = if parts.is_empty() {
            Some("is empty")
        } else if parts
            .iter()
            .any(|part| matches!(part.borrow(), Expr::Int(_)))
        {
            Some("holds a literal without width")
        } else {
            None
        };
        if let Some(fault) = fault {
            let place = place.to_owned();
            self.problems.push(Problem::Concatenation { fault, place });
        }
        for part in parts {
            self.expr(part.borrow(), place);
        }
    }

    /// Only a name, or a word of a memory, can have its bits taken.
    fn select<const N: usize>(&mut self, base: &Expr, range: [&Expr; N], place: &str) {
        let named = match base {
            Expr::Id(_) => true,
            Expr::Index(memory, _) => matches!(**memory, Expr::Id(_)),
            _ => false,
        };
        if !named {
            let place = place.to_owned();
            self.problems.push(Problem::SelectOfExpression { place });
        }
        self.expr(base, place);
        self.exprs(range, place);
    }
}

/// Finds connections that name nothing, stand twice or stand out of the declared order.
fn order_faults(what: &str, declared: &[&str], connections: &[Connection]) -> Vec<String> {
    let mut faults = Vec::new();
    let mut latest = None;
    for connection in connections {
        let name = &connection.name;
        let position = declared.iter().position(|d| d == name);
        match position {
            None => faults.push(format!("there is no {what} `{name}`")),
            Some(_) if position == latest => faults.push(format!("{what} `{name}` stands twice")),
            Some(_) if position < latest => {
                faults.push(format!("{what} `{name}` is not in its declared place"));
            }
            Some(_) => latest = position,
        }
    }
    faults
}

fn open_inputs(instance: &Instance, interface: &ModuleInterface) -> Vec<String> {
    let is_input = |name: &str| {
        let port = interface.port(name);
        port.is_some_and(|port| port.direction == Direction::Input)
    };
    let open = instance.connections.iter().filter(|c| c.value.is_none());
    open.filter(|c| is_input(&c.name))
        .map(|c| format!("input `{}` is not connected", c.name))
        .collect()
}

/// Names the variable an assignment is about, for messages.
fn target_name(target: &Expr) -> Option<&str> {
    match target {
        Expr::Id(name) => Some(name),
        Expr::Index(base, _) | Expr::Slice(base, ..) | Expr::Part(base, ..) => target_name(base),
        Expr::Concat(parts) => parts.first().and_then(target_name),
        _ => None,
    }
}
