//! Policies of the score language, compiled: operators run over blocks of live requests, and each as seldom as its operands allow.
//!
//! A value that is the same for all candidates is computed once for a decision. One that depends on a request and not on the decision is
//! computed when the request is admitted or has run a layer, and kept. Only the rest runs for each candidate at each decision. The order of
//! operations within a score is the one of [`crate::float::FloatScore`], so both give the same bits.

use dysta_config::expr::{Field, PolicySpec, Program, SourceId, SourceOp};

use crate::engine::{Averages, Live, Needs, Policy, Smallest};
use crate::float::{FloatScore, Scale};

/// Candidates that are scored together.
const BLOCK: usize = 8;

/// One value for each candidate of a block.
type Lanes = [f64; BLOCK];

/// When a node changes, and where its value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The same for all candidates and decisions.
    Constant,
    /// The same for all candidates of a decision.
    Scalar,
    /// A column of [`Live`].
    Live(Field),
    /// Kept for each request, in this column.
    Kept(usize),
    /// Part of kept values only: not kept itself.
    Part,
    /// Computed for each candidate at each decision.
    Varying,
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
    /// Kept values by column, then position.
    kept: Vec<Vec<f64>>,
    /// Values of one request's nodes, while they are computed; constants stay.
    values: Vec<f64>,
    /// Nodes that depend on a request and not on the decision.
    stable: Vec<SourceId>,
    /// Nodes computed once for a decision.
    scalars: Vec<SourceId>,
    /// Nodes read from a column.
    loads: Vec<SourceId>,
    /// Nodes computed for each candidate.
    varying: Vec<SourceId>,
    /// Values of the nodes for a block of candidates; constants stay.
    lanes: Vec<Lanes>,
}

impl Expression {
    /// Compiles the score of `program`, with the parameters of `policy` in the unit of `scale`, seconds for the engine.
    pub fn new(program: &Program, policy: &PolicySpec, scale: Scale) -> Self {
        let (steps, score) = steps(&FloatScore::new(program, policy, scale));
        let (places, read) = places(&steps, score);
        let nodes = |wanted: &dyn Fn(SourceId) -> bool| {
            let nodes = 0..steps.len();
            nodes.filter(|node| wanted(*node)).collect::<Vec<_>>()
        };
        let kept = |place: &&Place| matches!(place, Place::Kept(_));
        let is_column = |node| matches!(places[node], Place::Live(_) | Place::Kept(_));
        let mut values = vec![0.0; steps.len()];
        for node in nodes(&|node| places[node] == Place::Constant) {
            values[node] = apply(steps[node], |operand| values[operand]);
        }
        Self {
            name: policy.name.clone(),
            needs: Needs {
                averages: Averages::Pattern,
                gamma: steps
                    .iter()
                    .any(|step| matches!(step, Step::Field(Field::Gamma))),
            },
            score,
            kept: vec![Vec::new(); places.iter().filter(kept).count()],
            stable: nodes(&|node| is_column(node) || places[node] == Place::Part),
            scalars: nodes(&|node| places[node] == Place::Scalar),
            loads: nodes(&|node| read[node] && is_column(node)),
            varying: nodes(&|node| places[node] == Place::Varying),
            lanes: values.iter().map(|value| [*value; BLOCK]).collect(),
            values,
            steps,
            places,
        }
    }

    /// Computes what is kept of the request at `position`, and hands it to `store` with its column.
    fn keep(&mut self, live: &Live, position: usize, store: impl Fn(&mut Vec<f64>, f64)) {
        for &node in &self.stable {
            let value = match (self.places[node], self.steps[node]) {
                (Place::Live(field), _) => column(live, field)[position],
                (_, Step::Field(field)) => own(live, field, position),
                (_, step) => apply(step, |operand| self.values[operand]),
            };
            self.values[node] = value;
            if let Place::Kept(index) = self.places[node] {
                store(&mut self.kept[index], value);
            }
        }
    }

    /// Computes what all candidates of a decision share.
    fn share(&mut self, now: f64, queue: f64) {
        for &node in &self.scalars {
            let value = match self.steps[node] {
                Step::Field(Field::Now) => now,
                Step::Field(Field::Queue) => queue,
                Step::Field(_) => 1.0 / queue,
                step => apply(step, |operand| self.lanes[operand][0]),
            };
            self.lanes[node] = [value; BLOCK];
        }
    }

    /// Scores the candidates from `start` on, at most a block of them.
    fn score_block(&mut self, live: &Live, start: usize) -> &[f64] {
        let count = BLOCK.min(live.len() - start);
        for &node in &self.loads {
            let values = match self.places[node] {
                Place::Kept(index) => &self.kept[index],
                Place::Live(field) => column(live, field),
                _ => continue,
            };
            self.lanes[node][..count].copy_from_slice(&values[start..start + count]);
        }
        for &node in &self.varying {
            self.lanes[node] = match self.steps[node] {
                // The only field that varies.
                Step::Field(_) => {
                    std::array::from_fn(|lane| f64::from(live.running() == Some(start + lane)))
                }
                step => apply_lanes(step, &self.lanes),
            };
        }
        &self.lanes[self.score][..count]
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
        if live.len() == 1 {
            return 0;
        }
        self.share(now, live.len() as f64);
        let mut best = Smallest::none();
        for start in (0..live.len()).step_by(BLOCK) {
            let scores = self.score_block(live, start);
            for (lane, &score) in scores.iter().enumerate() {
                best.offer(start + lane, score);
            }
        }
        best.position
    }

    fn values(&self, live: &Live, now: f64, position: usize, values: &mut Vec<f64>) {
        let mut again = self.clone();
        again.share(now, live.len() as f64);
        let start = position - position % BLOCK;
        values.push(again.score_block(live, start)[position - start]);
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

/// Where the value of each node is, and which nodes are read for each candidate.
fn places(steps: &[Step], score: SourceId) -> (Vec<Place>, Vec<bool>) {
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
    let mut read = vec![false; steps.len()];
    read[score] = true;
    for (step, node) in steps.iter().zip(&depends) {
        if node.request && node.decision {
            operands(*step).for_each(|operand| read[operand] = true);
        }
    }
    let mut kept = 0..;
    let place = |node: usize| match (depends[node].request, depends[node].decision, steps[node]) {
        (false, false, _) => Place::Constant,
        (false, true, _) => Place::Scalar,
        (true, true, _) => Place::Varying,
        (true, false, Step::Field(field)) if is_column(field) => Place::Live(field),
        (true, false, _) if read[node] => Place::Kept(kept.next().unwrap_or(0)),
        (true, false, _) => Place::Part,
    };
    ((0..steps.len()).map(place).collect(), read)
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

/// Applies an operator to a block of candidates.
fn apply_lanes(step: Step, lanes: &[Lanes]) -> Lanes {
    match step {
        Step::Leaf(value) => [value; BLOCK],
        Step::Field(_) => [f64::NAN; BLOCK],
        Step::Add(a, b) => each(&lanes[a], &lanes[b], |a, b| a + b),
        Step::Sub(a, b) => each(&lanes[a], &lanes[b], |a, b| a - b),
        Step::Mul(a, b) => each(&lanes[a], &lanes[b], |a, b| a * b),
        Step::Div(a, b) => each(&lanes[a], &lanes[b], |a, b| a / b),
        Step::Min(a, b) => each(&lanes[a], &lanes[b], f64::min),
        Step::Max(a, b) => each(&lanes[a], &lanes[b], f64::max),
        Step::Lt(a, b) => each(&lanes[a], &lanes[b], |a, b| f64::from(a < b)),
        Step::Le(a, b) => each(&lanes[a], &lanes[b], |a, b| f64::from(a <= b)),
        Step::Select(c, a, b) => {
            let (c, a, b) = (&lanes[c], &lanes[a], &lanes[b]);
            std::array::from_fn(|lane| if c[lane] != 0.0 { a[lane] } else { b[lane] })
        }
    }
}

#[inline]
fn each(a: &Lanes, b: &Lanes, operator: impl Fn(f64, f64) -> f64) -> Lanes {
    std::array::from_fn(|lane| operator(a[lane], b[lane]))
}
