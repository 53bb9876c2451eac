//! Resolved expression graph: names bound, units checked, grouping as written.
//!
//! The f64 evaluation runs on this graph, so its order of operations is the one the user wrote.

use std::collections::BTreeMap;

use super::ast::{Ast, AstNode, Call, Infix, Span};
use super::error::ExprError;
use super::field::{Class, Field, Kind};
use super::parse::parse;

/// Value of a named parameter of a policy.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Param {
    /// A pure number, a constant of the hardware.
    Number(f64),
    /// A time in cycles, a runtime register.
    Cycles(f64),
    /// The cycles of one second, a runtime register: makes a ratio count as seconds.
    Clock,
    /// Mean of isolated over the loaded profiles, a runtime register.
    MeanIsolated,
}

/// A policy as text: the score, its named parts and parameters.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct PolicySpec {
    /// Name for reports.
    pub name: String,
    /// Score expression.
    pub score: String,
    /// Named sub-expressions in file order.
    pub lets: Vec<(String, String)>,
    /// Named parameters in file order.
    pub params: Vec<(String, Param)>,
}

/// Index of a node in a [`Source`].
pub type SourceId = usize;

/// Operators of the source graph.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum SourceOp {
    /// A field.
    Field(Field),
    /// A literal.
    Number(f64),
    /// Parameter by index into [`PolicySpec::params`].
    Param(usize),
    /// a + b
    Add(SourceId, SourceId),
    /// a − b
    Sub(SourceId, SourceId),
    /// a · b
    Mul(SourceId, SourceId),
    /// The smaller one.
    Min(SourceId, SourceId),
    /// The larger one.
    Max(SourceId, SourceId),
    /// a < b
    Lt(SourceId, SourceId),
    /// a ≤ b
    Le(SourceId, SourceId),
    /// `if c { a } else { b }`
    Select(SourceId, SourceId, SourceId),
}

impl SourceOp {
    /// Operands in order.
    pub fn operands(self) -> Vec<SourceId> {
        match self {
            SourceOp::Field(_) | SourceOp::Number(_) | SourceOp::Param(_) => Vec::new(),
            SourceOp::Add(a, b) | SourceOp::Sub(a, b) | SourceOp::Mul(a, b) => vec![a, b],
            SourceOp::Min(a, b) | SourceOp::Max(a, b) => vec![a, b],
            SourceOp::Lt(a, b) | SourceOp::Le(a, b) => vec![a, b],
            SourceOp::Select(c, a, b) => vec![c, a, b],
        }
    }
}

/// One node with its unit, binding time and place.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceNode {
    /// Operator.
    pub op: SourceOp,
    /// Unit.
    pub kind: Kind,
    /// Binding time.
    pub class: Class,
    /// A literal zero fits every unit.
    pub zero: bool,
}

/// The resolved score.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// Nodes, operands before operators.
    pub nodes: Vec<SourceNode>,
    /// The score.
    pub score: SourceId,
}

/// An error with the key under `policy` it belongs to (`score`, `let.NAME`, `params.NAME`).
pub type KeyedError = (String, ExprError);

/// Parses and resolves a policy; reports every independent problem.
pub fn resolve(policy: &PolicySpec) -> Result<Source, Vec<KeyedError>> {
    let mut errors = name_clashes(policy);
    let score = parse(&policy.score)
        .map_err(|e| errors.push(("score".to_string(), e)))
        .ok();
    let mut lets = BTreeMap::new();
    for (name, text) in &policy.lets {
        match parse(text) {
            Ok(ast) => drop(lets.insert(name.clone(), ast)),
            Err(error) => errors.push((format!("let.{name}"), error)),
        }
    }
    let (Some(score), true) = (score, errors.is_empty()) else {
        return Err(errors);
    };
    let mut builder = Builder {
        policy,
        lets: &lets,
        done: BTreeMap::new(),
        open: Vec::new(),
        nodes: Vec::new(),
        key: "score".to_string(),
    };
    for (name, _) in &policy.lets {
        if let Err(error) = builder.binding(name, &(0..0)) {
            errors.push(error);
            builder.open.clear();
        }
    }
    builder.key = "score".to_string();
    let built = builder.build(&score);
    errors.extend(built.as_ref().err().cloned());
    for (name, ast) in &lets {
        builder.unknown_names(&format!("let.{name}"), ast, &mut errors);
    }
    builder.unknown_names("score", &score, &mut errors);
    match built {
        Ok(score_id) if errors.is_empty() => {
            builder.finish(score_id, score.span).map_err(|e| vec![e])
        }
        _ => Err(dedup(errors)),
    }
}

fn dedup(errors: Vec<KeyedError>) -> Vec<KeyedError> {
    let mut unique: Vec<KeyedError> = Vec::new();
    for error in errors {
        if !unique.contains(&error) {
            unique.push(error);
        }
    }
    unique
}

fn name_clashes(policy: &PolicySpec) -> Vec<KeyedError> {
    let mut errors = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    let named = policy
        .lets
        .iter()
        .map(|(n, _)| ("let", n))
        .chain(policy.params.iter().map(|(n, _)| ("params", n)));
    for (section, name) in named {
        let clash = if Field::by_name(name).is_some() {
            Some("field")
        } else if seen.contains(&name.as_str()) {
            Some("let or parameter")
        } else {
            None
        };
        if let Some(with) = clash {
            errors.push((
                format!("{section}.{name}"),
                ExprError::duplicate_name(name, with),
            ));
        }
        seen.push(name);
    }
    errors
}

struct Builder<'a> {
    policy: &'a PolicySpec,
    lets: &'a BTreeMap<String, Ast>,
    done: BTreeMap<String, SourceId>,
    open: Vec<String>,
    nodes: Vec<SourceNode>,
    key: String,
}

impl Builder<'_> {
    fn finish(self, score: SourceId, span: Span) -> Result<Source, KeyedError> {
        match self.nodes[score].kind {
            Kind::Bool | Kind::Inverse => {
                let message = format!("the score is {}", self.nodes[score].kind.name());
                let hint =
                    "a score must be a time, a point in time, a number or a product of times";
                Err((
                    "score".to_string(),
                    ExprError::unsupported(message, hint, span),
                ))
            }
            _ => Ok(Source {
                nodes: self.nodes,
                score,
            }),
        }
    }

    fn fail<T>(&self, error: ExprError) -> Result<T, KeyedError> {
        Err((self.key.clone(), error))
    }

    fn push(&mut self, op: SourceOp, kind: Kind, class: Class) -> SourceId {
        let node = SourceNode {
            op,
            kind,
            class,
            zero: op == SourceOp::Number(0.0),
        };
        if let Some(same) = self.nodes.iter().position(|n| *n == node) {
            return same;
        }
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    fn build(&mut self, ast: &Ast) -> Result<SourceId, KeyedError> {
        match &ast.node {
            AstNode::Number(value) => {
                Ok(self.push(SourceOp::Number(*value), Kind::Ratio, Class::Static))
            }
            AstNode::Name(name) => self.name(name, &ast.span),
            AstNode::Negate(inner) => {
                let zero = self.push(SourceOp::Number(0.0), Kind::Ratio, Class::Static);
                let inner = self.build(inner)?;
                self.binary(Infix::Sub, zero, inner, &ast.span)
            }
            AstNode::Infix(op, left, right) => {
                let (a, b) = (self.build(left)?, self.build(right)?);
                self.binary(*op, a, b, &ast.span)
            }
            AstNode::Call(Call::Select, arguments) => self.select(arguments, &ast.span),
            AstNode::Call(call, arguments) => self.fold(*call, arguments, &ast.span),
        }
    }

    fn name(&mut self, name: &str, span: &Span) -> Result<SourceId, KeyedError> {
        if let Some(field) = Field::by_name(name) {
            return Ok(self.push(SourceOp::Field(field), field.kind(), field.class()));
        }
        if let Some(index) = self.policy.params.iter().position(|(n, _)| n == name) {
            let kind = match self.policy.params[index].1 {
                Param::Number(_) => Kind::Ratio,
                Param::Cycles(_) | Param::Clock | Param::MeanIsolated => Kind::Duration,
            };
            return Ok(self.push(SourceOp::Param(index), kind, Class::Static));
        }
        if self.policy.lets.iter().any(|(n, _)| n == name) {
            return self.binding(name, span);
        }
        self.fail(self.unknown(name, span))
    }

    fn unknown(&self, name: &str, span: &Span) -> ExprError {
        let mut known: Vec<&str> = Field::ALL.iter().map(|f| f.name()).collect();
        known.extend(self.policy.lets.iter().map(|(n, _)| n.as_str()));
        known.extend(self.policy.params.iter().map(|(n, _)| n.as_str()));
        ExprError::unknown_name(name, &known, span.clone())
    }

    /// Every unknown name of an expression; building stops at the first problem.
    fn unknown_names(&self, key: &str, ast: &Ast, errors: &mut Vec<KeyedError>) {
        match &ast.node {
            AstNode::Number(_) => {}
            AstNode::Name(name) => {
                let bound = self.lets.contains_key(name)
                    || Field::by_name(name).is_some()
                    || self.policy.params.iter().any(|(n, _)| n == name);
                if !bound {
                    errors.push((key.to_string(), self.unknown(name, &ast.span)));
                }
            }
            AstNode::Negate(inner) => self.unknown_names(key, inner, errors),
            AstNode::Infix(_, left, right) => {
                self.unknown_names(key, left, errors);
                self.unknown_names(key, right, errors);
            }
            AstNode::Call(_, arguments) => {
                for argument in arguments {
                    self.unknown_names(key, argument, errors);
                }
            }
        }
    }

    fn binding(&mut self, name: &str, span: &Span) -> Result<SourceId, KeyedError> {
        if let Some(id) = self.done.get(name) {
            return Ok(*id);
        }
        if let Some(start) = self.open.iter().position(|n| n == name) {
            let mut chain = self.open[start..].to_vec();
            chain.push(name.to_string());
            return self.fail(ExprError::cyclic_let(&chain, span.clone()));
        }
        let lets = self.lets;
        let Some(ast) = lets.get(name) else {
            return self.fail(ExprError::unknown_name(name, &[], span.clone()));
        };
        let outer = std::mem::replace(&mut self.key, format!("let.{name}"));
        self.open.push(name.to_string());
        let id = self.build(ast)?;
        self.open.pop();
        self.key = outer;
        self.done.insert(name.to_string(), id);
        Ok(id)
    }

    fn binary(
        &mut self,
        op: Infix,
        a: SourceId,
        b: SourceId,
        span: &Span,
    ) -> Result<SourceId, KeyedError> {
        let class = self.nodes[a].class.join(self.nodes[b].class);
        match op {
            Infix::Add => self.sum(SourceOp::Add(a, b), "+", a, b, class, span),
            Infix::Sub => self.sum(SourceOp::Sub(a, b), "-", a, b, class, span),
            Infix::Mul => self.product(a, b, class, span),
            Infix::Lt => self.compare(SourceOp::Lt(a, b), a, b, class, span),
            Infix::Le => self.compare(SourceOp::Le(a, b), a, b, class, span),
            Infix::Gt => self.compare(SourceOp::Lt(b, a), a, b, class, span),
        }
    }

    /// Common unit of two operands; a literal zero takes the unit of the other.
    fn common(&self, a: SourceId, b: SourceId) -> Option<Kind> {
        let (x, y) = (&self.nodes[a], &self.nodes[b]);
        match (x.kind == y.kind, x.zero, y.zero) {
            (true, _, _) => Some(x.kind),
            (_, true, _) if y.kind != Kind::Bool => Some(y.kind),
            (_, _, true) if x.kind != Kind::Bool => Some(x.kind),
            _ => None,
        }
    }

    fn mismatch<T>(
        &self,
        operator: &str,
        a: SourceId,
        b: SourceId,
        span: &Span,
    ) -> Result<T, KeyedError> {
        let (left, right) = (self.nodes[a].kind.name(), self.nodes[b].kind.name());
        self.fail(ExprError::kinds(operator, left, right, span.clone()))
    }

    fn sum(
        &mut self,
        op: SourceOp,
        sign: &str,
        a: SourceId,
        b: SourceId,
        class: Class,
        span: &Span,
    ) -> Result<SourceId, KeyedError> {
        let subtract = sign == "-";
        let kind = match (self.nodes[a].kind, self.nodes[b].kind) {
            (Kind::Instant, Kind::Instant) if subtract => Some(Kind::Duration),
            (Kind::Instant, Kind::Duration) => Some(Kind::Instant),
            (Kind::Duration, Kind::Instant) if !subtract => Some(Kind::Instant),
            (Kind::Instant | Kind::Bool | Kind::Inverse, _)
            | (_, Kind::Instant | Kind::Bool | Kind::Inverse) => None,
            _ => self.common(a, b),
        };
        match kind {
            Some(kind) => Ok(self.push(op, kind, class)),
            None => self.mismatch(sign, a, b, span),
        }
    }

    fn product(
        &mut self,
        a: SourceId,
        b: SourceId,
        class: Class,
        span: &Span,
    ) -> Result<SourceId, KeyedError> {
        let kind = match (self.nodes[a].kind, self.nodes[b].kind) {
            (Kind::Ratio, k @ (Kind::Ratio | Kind::Duration | Kind::Area | Kind::Inverse)) => {
                Some(k)
            }
            (k @ (Kind::Duration | Kind::Area | Kind::Inverse), Kind::Ratio) => Some(k),
            (Kind::Duration, Kind::Inverse) | (Kind::Inverse, Kind::Duration) => Some(Kind::Ratio),
            (Kind::Area, Kind::Inverse) | (Kind::Inverse, Kind::Area) => Some(Kind::Duration),
            (Kind::Duration, Kind::Duration) => Some(Kind::Area),
            _ => None,
        };
        match kind {
            Some(kind) => Ok(self.push(SourceOp::Mul(a, b), kind, class)),
            None => self.mismatch("*", a, b, span),
        }
    }

    fn compare(
        &mut self,
        op: SourceOp,
        a: SourceId,
        b: SourceId,
        class: Class,
        span: &Span,
    ) -> Result<SourceId, KeyedError> {
        match self.common(a, b) {
            Some(Kind::Bool | Kind::Inverse) | None => self.mismatch("<", a, b, span),
            Some(_) => Ok(self.push(op, Kind::Bool, class)),
        }
    }

    fn fold(&mut self, call: Call, arguments: &[Ast], span: &Span) -> Result<SourceId, KeyedError> {
        let mut left = self.build(&arguments[0])?;
        for argument in &arguments[1..] {
            let right = self.build(argument)?;
            let class = self.nodes[left].class.join(self.nodes[right].class);
            let (op, name) = match call {
                Call::Min => (SourceOp::Min(left, right), "min"),
                _ => (SourceOp::Max(left, right), "max"),
            };
            left = match self.common(left, right) {
                Some(Kind::Bool | Kind::Inverse) | None => {
                    return self.mismatch(name, left, right, span);
                }
                Some(kind) => self.push(op, kind, class),
            };
        }
        Ok(left)
    }

    fn select(&mut self, arguments: &[Ast], span: &Span) -> Result<SourceId, KeyedError> {
        let condition = self.build(&arguments[0])?;
        let (a, b) = (self.build(&arguments[1])?, self.build(&arguments[2])?);
        // A field that is 0 or 1 may stand as a condition.
        let boolean = self.nodes[condition].kind == Kind::Bool
            || self.nodes[condition].op == SourceOp::Field(Field::Running);
        if !boolean {
            let hint = "compare first, for instance `select(layer < 1, a, b)`, or use `running`";
            return self.fail(ExprError::unsupported(
                "the first argument of `select` is not a condition".to_string(),
                hint,
                arguments[0].span.clone(),
            ));
        }
        let class = self.nodes[condition]
            .class
            .join(self.nodes[a].class)
            .join(self.nodes[b].class);
        match self.common(a, b) {
            Some(Kind::Bool | Kind::Inverse) | None => self.mismatch("select", a, b, span),
            Some(kind) => Ok(self.push(SourceOp::Select(condition, a, b), kind, class)),
        }
    }
}

impl Source {
    /// f64 value of a static node without runtime parameters; a runtime parameter counts as 1.
    pub fn constant(&self, id: SourceId, policy: &PolicySpec) -> f64 {
        let value = |id: SourceId| self.constant(id, policy);
        match self.nodes[id].op {
            SourceOp::Number(number) => number,
            SourceOp::Param(index) => match policy.params[index].1 {
                Param::Number(number) => number,
                Param::Cycles(_) | Param::Clock | Param::MeanIsolated => 1.0,
            },
            SourceOp::Field(_) => 1.0,
            SourceOp::Add(a, b) => value(a) + value(b),
            SourceOp::Sub(a, b) => value(a) - value(b),
            SourceOp::Mul(a, b) => value(a) * value(b),
            SourceOp::Min(a, b) => value(a).min(value(b)),
            SourceOp::Max(a, b) => value(a).max(value(b)),
            SourceOp::Lt(a, b) => f64::from(value(a) < value(b)),
            SourceOp::Le(a, b) => f64::from(value(a) <= value(b)),
            SourceOp::Select(c, a, b) => value(if value(c) != 0.0 { a } else { b }),
        }
    }
}
