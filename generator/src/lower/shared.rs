//! A lane whose operators share units: the modulo schedule of [`dysta_config::expr::binding`] as RTL.
//!
//! A candidate enters every II clocks. A bit, its mark, travels beside it and opens each register in the clock of its
//! operator, so a value stays for II clocks; a value that is needed later is taken over by one more register.

use dysta_config::expr::binding::unit_latency;
use dysta_config::expr::schedule::{UPDATE_MULTIPLY, lent as is_lent, saturating_clocks};
use dysta_config::expr::{LaneIssue, Node, NodeId, Op, Program, SHIFT_BITS, UnitKind};
use dysta_config::params::SchedulerParams;
use dysta_config::soft_float::FloatFormat;

use super::arith::{
    Operand, Terms, Value, bits, clamped, factors, low, multiplier, summed, terms, unused,
};
use super::float;
use super::lane::{Lane, mantissa, shift_of, travelling_mark};
use super::update;
use crate::vlog::{Expr, Item, Port, Stmt, concat, lit, verilog_stmts};

/// The single lane and the update unit share a multiplier.
pub(super) fn with_update(params: &SchedulerParams) -> bool {
    let program = &params.program;
    let mut products = program.update.issues.iter();
    let lent = products.any(|(product, _)| is_lent(&program.nodes, *product));
    params.spec.lanes == 1 && program.lane.shared() && lent
}

/// A unit that several operators of the lane share.
pub(super) struct Unit {
    kind: UnitKind,
    index: u32,
    float: Option<FloatFormat>,
    sides: [Operand; 2],
    /// Low bits of the result that someone reads.
    read: u32,
}

impl Unit {
    /// Bits of the operands.
    pub(super) fn widths(&self) -> [u32; 2] {
        [0, 1].map(|side| self.sides[side].width)
    }

    /// Bits of the result.
    pub(super) fn result(&self) -> u32 {
        result_bits(self.kind, self.float, &self.sides)
    }

    fn net(&self) -> String {
        let name = match self.kind {
            UnitKind::Multiplier => "product",
            UnitKind::Adder => "total",
            UnitKind::Subtractor => "difference",
        };
        format!("{name}_{}", self.index)
    }

    fn operand_nets(&self) -> [String; 2] {
        let name = match self.kind {
            UnitKind::Multiplier => "factor",
            UnitKind::Adder => "term",
            UnitKind::Subtractor => "time",
        };
        ["a", "b"].map(|side| format!("{name}_{side}_{}", self.index))
    }

    /// Net that is set when an adder of integers subtracts.
    fn carry(&self) -> Option<String> {
        let adds = self.kind == UnitKind::Adder && self.float.is_none();
        adds.then(|| format!("subtract_{}", self.index))
    }
}

fn result_bits(kind: UnitKind, float: Option<FloatFormat>, [a, b]: &[Operand; 2]) -> u32 {
    match (kind, float) {
        (_, Some(float)) => float.bits(),
        (UnitKind::Multiplier, None) => a.width + b.width,
        (UnitKind::Adder, None) => a.width.max(b.width),
        // With the sign of the difference of two points in time.
        (UnitKind::Subtractor, None) => a.width.max(b.width) + 1,
    }
}

/// The multiplier of the lane as the update unit sees it.
pub(super) fn lent(params: &SchedulerParams) -> Option<Unit> {
    let float = params.program.float();
    let sides = match float {
        Some(float) => words(float),
        None if with_update(params) => update::product_sides(params),
        None => return None,
    };
    let read = result_bits(UnitKind::Multiplier, float, &sides);
    with_update(params).then_some(Unit {
        kind: UnitKind::Multiplier,
        index: 0,
        float,
        sides,
        read,
    })
}

/// Operands of a floating-point unit.
fn words(float: FloatFormat) -> [Operand; 2] {
    [0, 1].map(|_| Operand::unsigned(lit(1, 0), float.bits()))
}

/// Ports of the lane for the products of the update unit.
pub(super) fn ports(params: &SchedulerParams) -> Vec<Port> {
    let Some(lent) = lent(params) else {
        return Vec::new();
    };
    let [a, b] = lent.widths();
    vec![
        Port::input("product_a_i", a),
        Port::input("product_b_i", b),
        Port::output("product_o", lent.result()),
    ]
}

/// An operator as its unit sees it.
pub(super) struct Bound {
    issue: LaneIssue,
    sides: [Operand; 2],
    subtracts: bool,
}

/// Operands of an operator with the values `a` and `b`, on a unit of its own width; whether it subtracts.
fn sides(
    program: &Program,
    kind: UnitKind,
    node: &Node,
    a: &Value,
    b: &Value,
) -> ([Operand; 2], bool) {
    let word = |value: Expr, float: FloatFormat| Operand::unsigned(value, float.bits());
    match (node.op, b, float::format(program, node)) {
        (op, ..) if kind == UnitKind::Subtractor => {
            let forward = matches!(op, Op::Sub(a, _) if program.nodes[a].stable());
            let (now, time) = if forward { (a, b) } else { (b, a) };
            ([now, time].map(Operand::whole), forward)
        }
        (Op::Mul(..), _, Some(float)) => ([word(a.expr(), float), word(b.expr(), float)], false),
        (Op::Add(..), _, Some(float)) => ([word(a.expr(), float), word(b.expr(), float)], false),
        (_, _, Some(float)) => {
            let negated = float::negated(b, float);
            ([word(a.expr(), float), word(negated, float)], false)
        }
        (Op::MulInv(..), Value::Net(net, format), None) => {
            let mantissa = mantissa(net, format.width());
            ([Operand::whole(a), mantissa], false)
        }
        (op, _, None) if op.multiplies() => (factors(a, b).0, false),
        _ => {
            let Terms {
                operands: [x, y],
                width,
                subtract,
                ..
            } = terms(node, a, b);
            let y = if subtract { !y } else { y };
            let sides = [x, y].map(|value| Operand::unsigned(value, width));
            (sides, subtract)
        }
    }
}

/// Shape of the operands of an operator.
fn shapes(program: &Program, issue: &LaneIssue) -> [Operand; 2] {
    let node = &program.nodes[issue.node];
    let value = |id: &NodeId| match program.nodes[*id].op {
        Op::Const(raw) => Value::Const(raw, program.nodes[*id].format),
        _ => Value::Net("x".to_string(), program.nodes[*id].format),
    };
    let operands = node.op.operands();
    let [a, b] = [0, 1].map(|side| value(&operands[side]));
    sides(program, issue.kind, node, &a, &b).0
}

/// The unit that takes all its operators, and where it is lent the products of the update unit; none when nobody uses it.
fn unit(params: &SchedulerParams, kind: UnitKind, index: u32) -> Option<Unit> {
    let (program, float) = (&params.program, params.program.float());
    let issues = || program.lane.issues.iter();
    let own = || issues().filter(|issue| (issue.kind, issue.unit) == (kind, index));
    let mut users: Vec<_> = own().map(|issue| shapes(program, issue)).collect();
    if (kind, index) == (UnitKind::Multiplier, 0) {
        users.extend(lent(params).map(|lent| lent.sides));
    }
    let common = |side: usize| Operand::common(users.iter().map(|o| &o[side]));
    let float = float.filter(|_| kind != UnitKind::Subtractor);
    let read = match kind {
        UnitKind::Subtractor => {
            (own().map(|issue| program.nodes[issue.node].exact.width())).max()?
        }
        _ => (users.iter().map(|sides| result_bits(kind, float, sides))).max()?,
    };
    Some(Unit {
        kind,
        index,
        float,
        sides: [0, 1].map(common),
        read,
    })
}

/// Units in use.
pub(super) fn units(params: &SchedulerParams) -> Vec<Unit> {
    let issues = || params.program.lane.issues.iter();
    let of = |kind: UnitKind| {
        let last = issues().filter(move |issue| issue.kind == kind);
        let last = last.map(|issue| issue.unit).max().unwrap_or(0);
        (0..=last).filter_map(move |index| unit(params, kind, index))
    };
    UnitKind::ALL.into_iter().flat_map(of).collect()
}

impl Lane<'_> {
    /// Marks and results, which operators read before they are driven.
    ///
    /// ```text
    /// logic [11:0] valid_q;
    /// always_ff @(posedge clk_i) … valid_q <= {valid_q[10:0], candidate_valid_i};
    /// logic [55:0] product_0;
    /// ```
    pub(super) fn begin_shared(&mut self, params: &SchedulerParams) {
        let depth = self.program.lane.depth;
        let marks = travelling_mark("valid", "candidate_valid_i", "scored_valid_o", depth);
        self.items.extend(marks);
        for unit in units(params) {
            self.items.push(Item::net(unit.net(), unit.result()));
        }
    }

    /// High in the clock in which a candidate is so many clocks behind its fields.
    fn mark(&self, clock: u32) -> Expr {
        match (clock, self.program.lane.depth) {
            (0, _) => Expr::id("candidate_valid_i"),
            (_, 1) => Expr::id("valid_q"),
            _ => Expr::id("valid_q").at(clock - 1),
        }
    }

    /// Register that takes net `from` in `clock`.
    pub(super) fn marked_register(&mut self, from: &str, to: &str, width: u32, clock: u32) {
        let enable = self.mark(clock);
        self.items.push(Item::net(to, width));
        self.items.push(Item::always_ff(
            "clk_i",
            verilog_stmts! { if (#enable) begin #to <= #from; end },
        ));
    }

    /// The net `from`, valid from clock `there` on for II clocks, as long as `clock` needs it; the new net and its clock.
    pub(super) fn held(
        &mut self,
        (from, there): (String, u32),
        clock: u32,
        name: &str,
        width: u32,
    ) -> (String, u32) {
        let ii = self.program.lane.ii;
        if clock < there + ii {
            return (from, there);
        }
        let to = format!("{name}_s{}", there + ii);
        self.marked_register(&from, &to, width, there + ii - 1);
        self.held((to, there + ii), clock, name, width)
    }

    /// An operator on a shared unit and its register.
    ///
    /// ```text
    /// assign mul_8_p = product_0[47:0];
    /// always_ff @(posedge clk_i) begin if (valid_q[4]) begin mul_8_q <= mul_8_d; end end
    /// ```
    pub(super) fn on_shared_unit(&mut self, issue: LaneIssue, node: &Node, name: &str) -> String {
        let operands = node.op.operands();
        let (a, b) = (
            self.value(operands[0], issue.clock),
            self.value(operands[1], issue.clock),
        );
        let (sides, subtracts) = sides(self.program, issue.kind, node, &a, &b);
        let width = result_bits(issue.kind, float::format(self.program, node), &sides);
        let net = match issue.kind {
            UnitKind::Multiplier => format!("product_{}", issue.unit),
            UnitKind::Adder => format!("total_{}", issue.unit),
            UnitKind::Subtractor => format!("difference_{}", issue.unit),
        };
        let done = issue.clock + unit_latency(&self.program.nodes, issue.node);
        match (float::format(self.program, node), issue.kind) {
            (Some(format), _) => self.items.extend(float::of_unit(name, node, format, &net)),
            (None, UnitKind::Multiplier) => {
                let product = format!("{name}_p");
                self.items.push(Item::net(&product, width));
                let low_bits = Expr::id(net).slice(width - 1, 0);
                self.items.push(Item::assign(&product, low_bits));
                self.narrowed(name, node, &a, &b, (operands[1], done));
            }
            (None, UnitKind::Adder) => {
                let frac = terms(node, &a, &b).frac;
                let total = Expr::id(net).slice(width - 1, 0);
                match saturating_clocks(node) {
                    0 => self.items.extend(summed(name, node, (width, frac), total)),
                    _ => self.saturating(
                        name,
                        node,
                        clamped(name, (width, frac), total),
                        issue.clock,
                    ),
                }
            }
            (None, UnitKind::Subtractor) if self.saturates_late(node) => {
                let exact = node.exact.width();
                let total = Expr::id(net).slice(exact - 1, 0);
                let result = self.late(name, node, (total, exact, 0), done);
                self.bound.push(Bound {
                    issue,
                    sides,
                    subtracts,
                });
                return result;
            }
            (None, UnitKind::Subtractor) => {
                let exact = node.exact.width();
                let total = Expr::id(net).slice(exact - 1, 0);
                self.items.extend(summed(name, node, (exact, 0), total));
            }
        }
        self.bound.push(Bound {
            issue,
            sides,
            subtracts,
        });
        let register = format!("{name}_q");
        self.marked_register(&format!("{name}_d"), &register, node.width(), done);
        register
    }

    /// The shift of a packed reciprocal in `clock`.
    pub(super) fn shift_in(&mut self, name: &str, reciprocal: NodeId, clock: u32) -> String {
        let amount = format!("{name}_amount");
        let width = self.program.nodes[reciprocal].width();
        let issued = clock - UPDATE_MULTIPLY;
        let (net, there) = self.newest(reciprocal, issued);
        self.items.push(Item::net(&amount, SHIFT_BITS));
        self.items
            .push(Item::assign(&amount, shift_of(&net, width)));
        if self.program.nodes[reciprocal].stable() {
            return amount;
        }
        let shift = format!("{name}_shift");
        self.held((amount, there), clock, &shift, SHIFT_BITS).0
    }

    /// The units with a choice of operands by the marks, else those of the update unit.
    ///
    /// ```text
    /// always_comb begin
    ///   if (valid_q[0]) begin factor_a_0 = …; factor_b_0 = …; end
    ///   else … else begin factor_a_0 = {…, product_a_i}; … end
    /// end
    /// dysta_mul #(.A_W (32), .B_W (24), .LATENCY (3)) u_mul_0 (…);
    /// ```
    pub(super) fn end_shared(&mut self, params: &SchedulerParams) {
        let bound = std::mem::take(&mut self.bound);
        for unit in units(params) {
            self.items.push(Item::Blank);
            if unit.kind == UnitKind::Subtractor {
                self.subtractor(
                    &unit,
                    bound.iter().filter(|b| b.issue.kind == unit.kind).collect(),
                );
                continue;
            }
            let is_its = |b: &&Bound| (b.issue.kind, b.issue.unit) == (unit.kind, unit.index);
            let own: Vec<&Bound> = bound.iter().filter(is_its).collect();
            let lent =
                lent(params).filter(|lent| (lent.kind, lent.index) == (unit.kind, unit.index));
            self.operands(&unit, &own, lent);
            self.unit(&unit);
            let (total, read) = (unit.result(), unit.read);
            if read < total {
                let rest = bits(&unit.net(), total, total - 1, read);
                self.items.extend(unused(&unit.net(), rest));
            }
        }
        if let Some(lent) = lent(params) {
            let result = Expr::id("product_0").slice(lent.result() - 1, 0);
            self.items.push(Item::assign("product_o", result));
        }
    }

    fn unit(&mut self, unit: &Unit) {
        let (names, net) = (unit.operand_nets(), unit.net());
        let instance = match (unit.kind, unit.float) {
            (UnitKind::Multiplier, Some(format)) => {
                float::multiplier_unit(&format!("mul_{}", unit.index), format, &names, &net)
            }
            (UnitKind::Adder, Some(format)) => {
                float::adder_unit(&format!("add_{}", unit.index), format, &names, &net)
            }
            (UnitKind::Multiplier, None) => {
                let [a, b] = &unit.sides;
                let name = format!("u_mul_{}", unit.index);
                multiplier(&name, UPDATE_MULTIPLY, [a, b])
                    .connect("clk_i", "clk_i")
                    .connect("a_i", names[0].as_str())
                    .connect("b_i", names[1].as_str())
                    .connect("p_o", net)
            }
            (UnitKind::Adder, None) => return self.integer_adder(unit),
            (UnitKind::Subtractor, _) => return,
        };
        self.items.push(Item::Instance(instance));
    }

    /// A sum, or with the second operand inverted a difference: the bit below both carries into it.
    ///
    /// ```text
    /// assign total_0_wide = {term_a_0, subtract_0} + {term_b_0, subtract_0};
    /// assign total_0 = total_0_wide[42:1];
    /// ```
    fn integer_adder(&mut self, unit: &Unit) {
        let ([a, b], net, width) = (unit.operand_nets(), unit.net(), unit.result());
        let Some(carry) = unit.carry() else { return };
        let wide = format!("{net}_wide");
        let with_carry = |term: String| concat([Expr::id(term), Expr::id(&carry)]);
        self.items.extend([
            Item::net(&wide, width + 1),
            Item::assign(&wide, with_carry(a) + with_carry(b)),
            Item::assign(&net, Expr::id(&wide).slice(width, 1)),
        ]);
        self.items.extend(unused(&wide, low(&wide, width + 1, 1)));
    }

    /// A difference with `now`, or when it is not taken forward the inverse of the opposite difference; both take one look-up
    /// table a bit, because `now` is always an operand of the carry chain.
    ///
    /// ```text
    /// always_comb begin
    ///   if (difference_0_at_0) begin time_0 = last_run_i; forward_0 = 1'b1; end
    ///   else begin time_0 = deadline; forward_0 = 1'b0; end
    /// end
    /// assign difference_0_wide = {1'b0, now, forward_0} + {1'b1, ~time_0, forward_0};
    /// assign difference_0 = difference_0_wide[43:1];
    /// ```
    fn subtractor(&mut self, unit: &Unit, mut own: Vec<&Bound>) {
        let Some(last) = own.pop() else { return };
        let (net, width) = (unit.net(), unit.result());
        let [time, forward] = ["time", "forward"].map(|name| format!("{name}_{}", unit.index));
        let taken = |bound: &Bound| {
            let forward_value = lit(1, u128::from(bound.subtracts));
            vec![
                Stmt::blocking(&time, bound.sides[1].extended(width - 1)),
                Stmt::blocking(&forward, forward_value),
            ]
        };
        let mut choice = taken(last);
        for bound in own.into_iter().rev() {
            let mark = format!("{net}_at_{}", bound.issue.clock);
            self.items.push(Item::net(&mark, 1));
            self.items
                .push(Item::assign(&mark, self.mark(bound.issue.clock)));
            choice = vec![Stmt::when_else(Expr::id(mark), taken(bound), choice)];
        }
        let now = last.sides[0].extended(width - 1);
        let wide = format!("{net}_wide");
        let minuend = concat([lit(1, 0), now, Expr::id(&forward)]);
        let inverse = concat([lit(1, 1), !Expr::id(&time), Expr::id(&forward)]);
        self.items.extend([
            Item::net(&time, width - 1),
            Item::net(&forward, 1),
            Item::AlwaysComb(choice),
            Item::net(&wide, width + 1),
            Item::assign(&wide, minuend + inverse),
            Item::assign(&net, Expr::id(&wide).slice(width, 1)),
        ]);
        self.items.extend(unused(&wide, low(&wide, width + 1, 1)));
    }

    fn operands(&mut self, unit: &Unit, own: &[&Bound], lent: Option<Unit>) {
        let names = unit.operand_nets();
        let (mut own, mut choice) = (own.to_vec(), Vec::new());
        if let Some(lent) = lent {
            let [a, b] = &lent.sides;
            let sides = [
                a.with(Expr::id("product_a_i")),
                b.with(Expr::id("product_b_i")),
            ];
            choice = self.choice(unit, "update", &sides, false);
        } else if let Some(last) = own.pop() {
            let of = last.issue.clock.to_string();
            choice = self.choice(unit, &of, &last.sides, last.subtracts);
        }
        for bound in own.into_iter().rev() {
            let clock = bound.issue.clock;
            let taken = self.choice(unit, &clock.to_string(), &bound.sides, bound.subtracts);
            let mark = format!("{}_at_{clock}", unit.net());
            self.items.push(Item::net(&mark, 1));
            self.items.push(Item::assign(&mark, self.mark(clock)));
            choice = vec![Stmt::when_else(Expr::id(mark), taken, choice)];
        }
        self.items.push(Item::net(&names[0], unit.sides[0].width));
        self.items.push(Item::net(&names[1], unit.sides[1].width));
        if let Some(carry) = unit.carry() {
            self.items.push(Item::net(carry, 1));
        }
        self.items.push(Item::AlwaysComb(choice));
    }

    /// Takes these operands; they get nets of their own, because Icarus reads no part of a net in `always_comb`.
    fn choice(
        &mut self,
        unit: &Unit,
        of: &str,
        sides: &[Operand; 2],
        subtracts: bool,
    ) -> Vec<Stmt> {
        let mut stmts = Vec::new();
        let names = unit.operand_nets();
        for ((name, shape), side) in names.iter().zip(&unit.sides).zip(sides) {
            let net = format!("{name}_{of}");
            self.items.push(Item::net(&net, shape.width));
            self.items
                .push(Item::assign(&net, side.extended(shape.width)));
            stmts.push(Stmt::blocking(name, &net));
        }
        if let Some(carry) = unit.carry() {
            stmts.push(Stmt::blocking(&carry, lit(1, u128::from(subtracts))));
        }
        stmts
    }
}
