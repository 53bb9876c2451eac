//! Policies of the score language, compiled: operators run over columns of live requests, and each as seldom as its operands allow.
//!
//! A value that is the same for all candidates is computed once for a decision. One that depends on a request and not on the decision is
//! computed when the request is admitted or has run a layer, and kept. Only the rest runs for each candidate at each decision. The order of
//! operations within a score is the one of [`crate::float::FloatScore`], so both give the same bits.

use dysta_config::expr::{Field, PolicySpec, Program, SourceId, SourceOp};

use super::scan::smallest;
use crate::engine::{Averages, Live, Needs, Policy};
use crate::float::{FloatScore, Scale};

/// When a node changes, and where its value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The same for all candidates.
    Scalar,
    /// A column of [`Live`].
    Live(Field),
    /// Kept for each request, in this column.
    Kept(usize),
    /// Part of kept values only: not kept itself.
    Part,
    /// Computed for each candidate at each decision, in this buffer.
    Buffer(usize),
}

/// One operator; reciprocals have become divisions.
#[derive(Debug, Clone, Copy)]
enum Step {
    Leaf(f64),
    Field(Field),
    Add(SourceId, SourceId),
    Sub(SourceId, SourceId),
    Mul(SourceId, SourceId),
    Div(SourceId, SourceId),
    Min(SourceId, SourceId),
    Max(SourceId, SourceId),
    Lt(SourceId, SourceId),
    Le(SourceId, SourceId),
    Select(SourceId, SourceId, SourceId),
}

/// A score expression ready to run; the smallest score wins, ties go to the earliest admitted.
#[derive(Debug, Clone)]
pub struct Expression {
    name: String,
    needs: Needs,
    steps: Vec<Step>,
    places: Vec<Place>,
    score: SourceId,
    /// Values of the scalar nodes, by node.
    scalars: Vec<f64>,
    /// Kept values by column, then position.
    kept: Vec<Vec<f64>>,
    buffers: Vec<Vec<f64>>,
    /// Values of one request's nodes, while they are computed.
    scratch: Vec<f64>,
}

impl Expression {
    /// Compiles the score of `program`, with the parameters of `policy` in the unit of `scale`, seconds for the engine.
    pub fn new(program: &Program, policy: &PolicySpec, scale: Scale) -> Self {
        let float = FloatScore::new(program, policy, scale);
        let (steps, score) = steps(&float);
        let places = places(&steps, score);
        let count = |wanted: fn(&Place) -> bool| places.iter().filter(|p| wanted(p)).count();
        let gamma = |step: &Step| matches!(step, Step::Field(Field::Gamma));
        Self {
            name: policy.name.clone(),
            needs: Needs {
                averages: Averages::Pattern,
                gamma: steps.iter().any(gamma),
            },
            score,
            scalars: vec![0.0; steps.len()],
            kept: vec![Vec::new(); count(|place| matches!(place, Place::Kept(_)))],
            buffers: vec![Vec::new(); count(|place| matches!(place, Place::Buffer(_)))],
            scratch: vec![0.0; steps.len()],
            steps,
            places,
        }
    }

    /// Computes what is kept of the request at `position`, and gives it by `store`.
    fn keep(&mut self, live: &Live, position: usize, mut store: impl FnMut(&mut Vec<f64>, f64)) {
        for node in 0..self.steps.len() {
            let step = self.steps[node];
            self.scratch[node] = match (self.places[node], step) {
                (Place::Buffer(_) | Place::Scalar, _) => continue,
                (Place::Live(field), _) => column(live, field)[position],
                (_, Step::Field(field)) => own(live, field, position),
                _ => apply(step, |operand| self.scratch[operand]),
            };
            if let Place::Kept(index) = self.places[node] {
                store(&mut self.kept[index], self.scratch[node]);
            }
        }
    }

    fn set_scalars(&mut self, now: f64, queue: f64) {
        for node in 0..self.steps.len() {
            if self.places[node] == Place::Scalar {
                self.scalars[node] = match self.steps[node] {
                    Step::Field(Field::Now) => now,
                    Step::Field(Field::Queue) => queue,
                    Step::Field(_) => 1.0 / queue,
                    step => apply(step, |operand| self.scalars[operand]),
                };
            }
        }
    }

    fn operand<'a>(&'a self, live: &'a Live, node: SourceId) -> Operand<'a> {
        match self.places[node] {
            Place::Scalar => Operand::Same(self.scalars[node]),
            Place::Live(field) => Operand::Each(column(live, field)),
            Place::Kept(index) => Operand::Each(&self.kept[index]),
            Place::Buffer(index) => Operand::Each(&self.buffers[index]),
            Place::Part => Operand::Same(f64::NAN),
        }
    }

    fn fill(&mut self, live: &Live, node: SourceId, index: usize) {
        let mut out = std::mem::take(&mut self.buffers[index]);
        out.clear();
        out.resize(live.len(), 0.0);
        let of = |operand| self.operand(live, operand);
        match self.steps[node] {
            Step::Leaf(value) => out.fill(value),
            // The only field of a candidate.
            Step::Field(_) => {
                if let Some(position) = live.running() {
                    out[position] = 1.0;
                }
            }
            Step::Add(a, b) => each(&mut out, of(a), of(b), |a, b| a + b),
            Step::Sub(a, b) => each(&mut out, of(a), of(b), |a, b| a - b),
            Step::Mul(a, b) => each(&mut out, of(a), of(b), |a, b| a * b),
            Step::Div(a, b) => each(&mut out, of(a), of(b), |a, b| a / b),
            Step::Min(a, b) => each(&mut out, of(a), of(b), f64::min),
            Step::Max(a, b) => each(&mut out, of(a), of(b), f64::max),
            Step::Lt(a, b) => each(&mut out, of(a), of(b), |a, b| f64::from(a < b)),
            Step::Le(a, b) => each(&mut out, of(a), of(b), |a, b| f64::from(a <= b)),
            Step::Select(c, a, b) => {
                let (c, a, b) = (of(c), of(a), of(b));
                for (position, out) in out.iter_mut().enumerate() {
                    let chosen = if c.at(position) != 0.0 { &a } else { &b };
                    *out = chosen.at(position);
                }
            }
        }
        self.buffers[index] = out;
    }
}

impl Policy for Expression {
    fn name(&self) -> &str {
        &self.name
    }

    fn needs(&self) -> Needs {
        self.needs
    }

    fn reset(&mut self) {
        self.kept.iter_mut().for_each(Vec::clear);
        self.set_scalars(0.0, 1.0);
        self.scratch.copy_from_slice(&self.scalars);
    }

    fn admitted(&mut self, live: &Live) {
        self.keep(live, live.len() - 1, Vec::push);
    }

    fn progressed(&mut self, live: &Live, position: usize) {
        self.keep(live, position, |column, value| column[position] = value);
    }

    fn removed(&mut self, position: usize) {
        for column in &mut self.kept {
            column.remove(position);
        }
    }

    fn choose(&mut self, live: &Live, now: f64) -> usize {
        self.set_scalars(now, live.len() as f64);
        for node in 0..self.steps.len() {
            if let Place::Buffer(index) = self.places[node] {
                self.fill(live, node, index);
            }
        }
        match self.operand(live, self.score) {
            Operand::Same(_) => 0,
            Operand::Each(scores) => smallest(scores),
        }
    }

    fn values(&self, live: &Live, _now: f64, position: usize, values: &mut Vec<f64>) {
        values.push(self.operand(live, self.score).at(position));
        values.push(live.gamma[position]);
    }
}

/// Nodes that stand before those of the source: what reciprocals divide by.
const DIVISORS: [Field; 2] = [Field::Isolated, Field::Queue];

/// The operators of a score in the order of its nodes, and the node of the score.
fn steps(float: &FloatScore) -> (Vec<Step>, SourceId) {
    let source = float.source();
    let at = |id: SourceId| id + DIVISORS.len();
    let divisor = |field| {
        DIVISORS
            .iter()
            .position(|known| *known == field)
            .unwrap_or(0)
    };
    let step = |op: SourceOp| match op {
        SourceOp::Field(field) => Step::Field(field),
        SourceOp::Number(number) => Step::Leaf(number),
        SourceOp::Param(index) => Step::Leaf(float.param(index)),
        SourceOp::Add(a, b) => Step::Add(at(a), at(b)),
        SourceOp::Sub(a, b) => Step::Sub(at(a), at(b)),
        SourceOp::Mul(a, b) => match float.as_quotient(a, b) {
            Some((dividend, field)) => Step::Div(at(dividend), divisor(field)),
            None => Step::Mul(at(a), at(b)),
        },
        SourceOp::Min(a, b) => Step::Min(at(a), at(b)),
        SourceOp::Max(a, b) => Step::Max(at(a), at(b)),
        SourceOp::Lt(a, b) => Step::Lt(at(a), at(b)),
        SourceOp::Le(a, b) => Step::Le(at(a), at(b)),
        SourceOp::Select(c, a, b) => Step::Select(at(c), at(a), at(b)),
    };
    let nodes = source.nodes.iter().map(|node| step(node.op));
    let steps = DIVISORS.into_iter().map(Step::Field).chain(nodes);
    (steps.collect(), at(source.score))
}

/// What a node depends on.
#[derive(Debug, Clone, Copy, Default)]
struct Depends {
    request: bool,
    decision: bool,
}

impl Depends {
    fn of(field: Field) -> Self {
        let decision = matches!(
            field,
            Field::Now | Field::Queue | Field::InvQueue | Field::Running
        );
        Self {
            request: !decision || field == Field::Running,
            decision,
        }
    }
}

/// Where the value of each node is.
fn places(steps: &[Step], score: SourceId) -> Vec<Place> {
    let mut depends: Vec<Depends> = Vec::with_capacity(steps.len());
    for step in steps {
        let mut node = match step {
            Step::Field(field) => Depends::of(*field),
            _ => Depends::default(),
        };
        for operand in operands(*step) {
            node.request |= depends[operand].request;
            node.decision |= depends[operand].decision;
        }
        depends.push(node);
    }
    let varies = |node: &Depends| node.request && node.decision;
    let mut read = vec![false; steps.len()];
    read[score] = true;
    for (step, _) in steps.iter().zip(&depends).filter(|(_, node)| varies(node)) {
        operands(*step).for_each(|operand| read[operand] = true);
    }
    let (mut kept, mut buffers) = (0.., 0..);
    let place = |(node, step): (usize, &Step)| match (depends[node], step) {
        (Depends { request: false, .. }, _) => Place::Scalar,
        (Depends { decision: true, .. }, _) => Place::Buffer(buffers.next().unwrap_or(0)),
        (_, Step::Field(field)) if is_column(*field) => Place::Live(*field),
        _ if read[node] => Place::Kept(kept.next().unwrap_or(0)),
        _ => Place::Part,
    };
    steps.iter().enumerate().map(place).collect()
}

fn operands(step: Step) -> impl Iterator<Item = SourceId> {
    let operands = match step {
        Step::Leaf(_) | Step::Field(_) => [None; 3],
        Step::Add(a, b) | Step::Sub(a, b) | Step::Mul(a, b) | Step::Div(a, b) => {
            [Some(a), Some(b), None]
        }
        Step::Min(a, b) | Step::Max(a, b) | Step::Lt(a, b) | Step::Le(a, b) => {
            [Some(a), Some(b), None]
        }
        Step::Select(c, a, b) => [Some(c), Some(a), Some(b)],
    };
    operands.into_iter().flatten()
}

fn apply(step: Step, of: impl Fn(SourceId) -> f64) -> f64 {
    match step {
        Step::Leaf(value) => value,
        // Fields are read where they are.
        Step::Field(_) => f64::NAN,
        Step::Add(a, b) => of(a) + of(b),
        Step::Sub(a, b) => of(a) - of(b),
        Step::Mul(a, b) => of(a) * of(b),
        Step::Div(a, b) => of(a) / of(b),
        Step::Min(a, b) => of(a).min(of(b)),
        Step::Max(a, b) => of(a).max(of(b)),
        Step::Lt(a, b) => f64::from(of(a) < of(b)),
        Step::Le(a, b) => f64::from(of(a) <= of(b)),
        Step::Select(c, a, b) => of(if of(c) != 0.0 { a } else { b }),
    }
}

/// Whether [`Live`] has the field as a column.
fn is_column(field: Field) -> bool {
    !matches!(field, Field::InvIsolated | Field::Layer)
}

/// A column of [`Live`]; empty for the fields that are none.
fn column(live: &Live, field: Field) -> &[f64] {
    match field {
        Field::Deadline => &live.deadline,
        Field::Arrival => &live.arrival,
        Field::LastRun => &live.last_run,
        Field::Priority => &live.priority,
        Field::Gamma => &live.gamma,
        Field::LatRemaining => &live.lat_remaining,
        Field::Isolated => &live.isolated,
        Field::Now
        | Field::InvIsolated
        | Field::Queue
        | Field::InvQueue
        | Field::Layer
        | Field::Running => &[],
    }
}

/// A field of a request that is no column.
fn own(live: &Live, field: Field, position: usize) -> f64 {
    match field {
        Field::Layer => live.layer(position) as f64,
        _ => 1.0 / live.isolated[position],
    }
}

/// An operand of an operator over all candidates.
#[derive(Clone, Copy)]
enum Operand<'a> {
    Same(f64),
    Each(&'a [f64]),
}

impl Operand<'_> {
    #[inline]
    fn at(&self, position: usize) -> f64 {
        match self {
            Self::Same(value) => *value,
            Self::Each(values) => values[position],
        }
    }
}

/// Applies an operator to all candidates.
#[inline]
fn each(out: &mut [f64], a: Operand<'_>, b: Operand<'_>, operator: impl Fn(f64, f64) -> f64) {
    match (a, b) {
        (Operand::Each(a), Operand::Each(b)) => {
            let operands = a.iter().zip(b);
            out.iter_mut()
                .zip(operands)
                .for_each(|(out, (&a, &b))| *out = operator(a, b));
        }
        (Operand::Each(a), Operand::Same(b)) => {
            out.iter_mut()
                .zip(a)
                .for_each(|(out, &a)| *out = operator(a, b));
        }
        (Operand::Same(a), Operand::Each(b)) => {
            out.iter_mut()
                .zip(b)
                .for_each(|(out, &b)| *out = operator(a, b));
        }
        (Operand::Same(a), Operand::Same(b)) => out.fill(operator(a, b)),
    }
}
