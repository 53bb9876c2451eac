//! A lane whose products share multipliers: the modulo schedule of [`dysta_config::expr::binding`] as RTL.
//!
//! A candidate enters every II clocks. A bit, its mark, travels beside it and opens each register in the clock of its
//! operator, so a value stays for II clocks; a value that is needed later is taken over by one more register.

use dysta_config::expr::schedule::UPDATE_MULTIPLY;
use dysta_config::expr::{LaneIssue, Node, NodeId, Op, Program, SHIFT_BITS};
use dysta_config::params::SchedulerParams;

use super::arith::{Operand, Value, bits, factors, multiplier, unused};
use super::lane::{Lane, mantissa, shift_of, travelling_mark};
use super::update;
use crate::vlog::{Expr, Item, Port, Stmt, lit, verilog_stmts};

/// The single lane and the update unit share a multiplier.
pub(super) fn with_update(params: &SchedulerParams) -> bool {
    let program = &params.program;
    params.spec.lanes == 1 && program.lane.shared() && !program.update.issues.is_empty()
}

/// Shape of the update unit's operands on the shared multiplier.
pub(super) fn update_sides(params: &SchedulerParams) -> Option<[Operand; 2]> {
    with_update(params).then(|| update::product_sides(params))
}

/// Ports of the lane for the products of the update unit.
pub(super) fn ports(params: &SchedulerParams) -> Vec<Port> {
    let Some([a, b]) = update_sides(params) else {
        return Vec::new();
    };
    let (a, b) = (a.width, b.width);
    vec![
        Port::input("product_a_i", a),
        Port::input("product_b_i", b),
        Port::output("product_o", a + b),
    ]
}

/// A product as its multiplier sees it.
pub(super) struct Bound {
    issue: LaneIssue,
    sides: [Operand; 2],
}

/// Operands of a product with the values `a` and `b`.
fn sides(node: &Node, a: &Value, b: &Value) -> [Operand; 2] {
    match (node.op, b) {
        (Op::MulInv(..), Value::Net(net, format)) => {
            [Operand::whole(a), mantissa(net, format.width())]
        }
        _ => factors(a, b).0,
    }
}

/// Shape of the operands of a product.
fn shapes(program: &Program, id: NodeId) -> [Operand; 2] {
    let node = &program.nodes[id];
    let value = |id: &NodeId| match program.nodes[*id].op {
        Op::Const(raw) => Value::Const(raw, program.nodes[*id].format),
        _ => Value::Net(String::new(), program.nodes[*id].format),
    };
    let operands = node.op.operands();
    match node.op {
        Op::MulInv(..) => [
            Operand::whole(&value(&operands[0])),
            Operand::unsigned(lit(1, 0), program.nodes[operands[1]].width() - SHIFT_BITS),
        ],
        _ => factors(&value(&operands[0]), &value(&operands[1])).0,
    }
}

/// Shapes of all products of a multiplier, those of the update unit last.
fn users(params: &SchedulerParams, unit: u32) -> Vec<[Operand; 2]> {
    let issues = params.program.lane.issues.iter();
    let own = issues
        .filter(|issue| issue.unit == unit)
        .map(|issue| shapes(&params.program, issue.node));
    own.chain(update_sides(params).filter(|_| unit == 0))
        .collect()
}

/// Shape that all operands of a multiplier fit in; none when nothing is computed on it.
fn unit_sides(params: &SchedulerParams, unit: u32) -> Option<[Operand; 2]> {
    let users = users(params, unit);
    let common = |side: usize| Operand::common(users.iter().map(|o| &o[side]));
    (!users.is_empty()).then(|| [0, 1].map(common))
}

/// Low bits of a multiplier's product that someone reads.
fn read_bits(params: &SchedulerParams, unit: u32) -> u32 {
    let width = |[a, b]: &[Operand; 2]| a.width + b.width;
    let users = users(params, unit);
    users.iter().map(width).max().unwrap_or(0)
}

/// Units in use.
fn units(params: &SchedulerParams) -> Vec<(u32, [Operand; 2])> {
    let issues = params.program.lane.issues.iter();
    let last = issues.map(|issue| issue.unit).max().unwrap_or(0);
    (0..=last)
        .filter_map(|unit| Some((unit, unit_sides(params, unit)?)))
        .collect()
}

fn product_net(unit: u32) -> String {
    format!("product_{unit}")
}

impl Lane<'_> {
    /// Marks and products, which operators read before they are driven.
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
        for (unit, [a, b]) in units(params) {
            self.items
                .push(Item::net(product_net(unit), a.width + b.width));
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

    /// A product on a shared multiplier and its register.
    ///
    /// ```text
    /// assign mul_8_p = product_0[47:0];
    /// always_ff @(posedge clk_i) begin if (valid_q[4]) begin mul_8_q <= mul_8_d; end end
    /// ```
    pub(super) fn shared_product(&mut self, issue: LaneIssue, node: &Node, name: &str) -> String {
        let operands = node.op.operands();
        let (a, b) = (
            self.value(operands[0], issue.clock),
            self.value(operands[1], issue.clock),
        );
        let sides = sides(node, &a, &b);
        let width = sides[0].width + sides[1].width;
        self.products.push(Bound { issue, sides });
        let product = format!("{name}_p");
        let low_bits = Expr::id(product_net(issue.unit)).slice(width - 1, 0);
        self.items.push(Item::net(&product, width));
        self.items.push(Item::assign(&product, low_bits));
        let done = issue.clock + UPDATE_MULTIPLY;
        self.narrowed(name, node, &a, &b, (operands[1], done));
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

    /// The multipliers with a choice of operands by the marks, else those of the update unit.
    ///
    /// ```text
    /// always_comb begin
    ///   if (valid_q[0]) begin factor_a_0 = …; factor_b_0 = …; end
    ///   else … else begin factor_a_0 = {…, product_a_i}; … end
    /// end
    /// dysta_mul #(.A_W (32), .B_W (24), .LATENCY (3)) u_mul_0 (…);
    /// ```
    pub(super) fn end_shared(&mut self, params: &SchedulerParams) {
        let products = std::mem::take(&mut self.products);
        for (unit, sides) in units(params) {
            self.items.push(Item::Blank);
            let own = products.iter().filter(|p| p.issue.unit == unit);
            let own: Vec<&Bound> = own.collect();
            let update = update_sides(params).filter(|_| unit == 0);
            self.factors(unit, &sides, &own, update);
            let names = ["a", "b"].map(|side| format!("factor_{side}_{unit}"));
            let name = format!("u_mul_{unit}");
            let instance = multiplier(&name, UPDATE_MULTIPLY, [&sides[0], &sides[1]])
                .connect("clk_i", "clk_i")
                .connect("a_i", names[0].as_str())
                .connect("b_i", names[1].as_str())
                .connect("p_o", product_net(unit));
            self.items.push(Item::Instance(instance));
            let (total, read) = (sides[0].width + sides[1].width, read_bits(params, unit));
            if read < total {
                let rest = bits(&product_net(unit), total, total - 1, read);
                self.items.extend(unused(&product_net(unit), rest));
            }
        }
        if let Some([a, b]) = update_sides(params) {
            let result = Expr::id(product_net(0)).slice(a.width + b.width - 1, 0);
            self.items.push(Item::assign("product_o", result));
        }
    }

    fn factors(
        &mut self,
        unit: u32,
        shapes: &[Operand; 2],
        own: &[&Bound],
        update: Option<[Operand; 2]>,
    ) {
        let names = ["a", "b"].map(|side| format!("factor_{side}_{unit}"));
        let (mut own, mut choice) = (own.to_vec(), Vec::new());
        if let Some([a, b]) = update {
            let sides = [
                a.with(Expr::id("product_a_i")),
                b.with(Expr::id("product_b_i")),
            ];
            choice = self.choice(&names, "update", shapes, &sides);
        } else if let Some(last) = own.pop() {
            choice = self.choice(&names, &last.issue.clock.to_string(), shapes, &last.sides);
        }
        for product in own.into_iter().rev() {
            let clock = product.issue.clock;
            let taken = self.choice(&names, &clock.to_string(), shapes, &product.sides);
            let mark = format!("issue_{unit}_{clock}");
            self.items.push(Item::net(&mark, 1));
            self.items.push(Item::assign(&mark, self.mark(clock)));
            choice = vec![Stmt::when_else(Expr::id(mark), taken, choice)];
        }
        self.items.push(Item::net(&names[0], shapes[0].width));
        self.items.push(Item::net(&names[1], shapes[1].width));
        self.items.push(Item::AlwaysComb(choice));
    }

    /// Takes these operands; they get nets of their own, because Icarus reads no part of a net in `always_comb`.
    fn choice(
        &mut self,
        names: &[String; 2],
        of: &str,
        shapes: &[Operand; 2],
        sides: &[Operand; 2],
    ) -> Vec<Stmt> {
        let mut stmts = Vec::new();
        for ((name, shape), side) in names.iter().zip(shapes).zip(sides) {
            let net = format!("{name}_{of}");
            self.items.push(Item::net(&net, shape.width));
            self.items
                .push(Item::assign(&net, side.extended(shape.width)));
            stmts.push(Stmt::blocking(name, &net));
        }
        stmts
    }
}
