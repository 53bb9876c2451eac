//! The update unit: γ, entry values and decision values on one multiplier, step by step.

use dysta_config::expr::schedule::{UPDATE_MULTIPLY, float_latency};
use dysta_config::expr::{Class, Field, Format, Node, NodeId, Op, Product, Program, SHIFT_BITS};
use dysta_config::params::SchedulerParams;

use super::arith::{Operand, Value, combine, factors, multiplier, narrow};
use super::float;
use super::lane::{Shifted, mantissa, point, shift_of, shifted};
use super::names::{decision_name, node_name};
use super::{predict, rom, shared};
use crate::vlog::{CaseArm, Expr, Item, Module, Port, Stmt, lit, verilog, verilog_expr};

/// Whether the policy leaves the update unit anything to do.
pub(super) fn needed(program: &Program) -> bool {
    !program.entry_values.is_empty() || !program.decision_values.is_empty()
}

/// Builds `dysta_update`: the steps of [`dysta_config::expr::UpdateSchedule`], counted in cycles from Ts.
///
/// ```text
/// always_comb begin
///   if (begin_i) begin mul_a = nnz_i; mul_b = {1'd0, layer_inv_density_i[15:0]}; end
///   else if (step_q == 4'd2) …
/// dysta_mul #(.A_W (32), .B_W (17), .LATENCY (3)) u_mul (…);
/// ```
pub(super) fn update(params: &SchedulerParams) -> Module {
    let program = &params.program;
    let mut unit = Unit::new(params);
    let mut module = Module::new("dysta_update").doc(format!(
        "Computes, after each layer, gamma and the entry values of the request that ran, and the values of the decision.\nLatency: entry values in clock {}, decision values in clock {} of a decision. Throughput: one decision at a time.",
        program.update.write_cycle.unwrap_or(1),
        program.decision_values.iter().filter_map(|id| program.update.visible[*id]).max().unwrap_or(1),
    ));
    unit.steps();
    unit.captures();
    unit.tables();
    unit.products();
    unit.sum();
    unit.operators();
    unit.outputs();
    ports(&mut module, params);
    module.extend(unit.registers);
    module.extend(unit.items);
    module
}

/// Shape of the operands of the unit's products.
pub(super) fn product_sides(params: &SchedulerParams) -> [Operand; 2] {
    let unit = Unit::new(params);
    let issues = params.program.update.issues.iter();
    let operands: Vec<_> = issues
        .map(|(product, cycle)| unit.operands(*product, *cycle))
        .collect();
    [0, 1].map(|side| Operand::common(operands.iter().map(|o| &o[side])))
}

fn uses_layer(program: &Program) -> bool {
    program.prediction().keeps_sum() || uses_in_steps(program, Op::Field(Field::Layer))
}

/// A leaf that an entry or decision operator reads, or that is itself stored.
fn uses_in_steps(program: &Program, leaf: Op) -> bool {
    let stepped = |n: &Node| matches!(n.class, Class::Entry | Class::Decision);
    let stored = program
        .entry_values
        .iter()
        .any(|v| program.nodes[v.node].op == leaf);
    stored
        || program
            .nodes
            .iter()
            .any(|n| stepped(n) && n.op.operands().iter().any(|o| program.nodes[*o].op == leaf))
}

/// Columns that entry operators read.
pub(super) fn columns(program: &Program) -> Vec<usize> {
    (0..program.columns.len())
        .filter(|index| uses_in_steps(program, Op::Profile(*index)))
        .collect()
}

/// Runtime registers that the steps read.
pub(super) fn registers(program: &Program) -> Vec<usize> {
    (0..program.statics.len())
        .filter(|index| uses_in_steps(program, Op::Static(*index)))
        .collect()
}

/// The number of candidates takes part in a decision value.
pub(super) fn uses_queue(program: &Program) -> bool {
    uses_in_steps(program, Op::Field(Field::InvQueue))
        || uses_in_steps(program, Op::Field(Field::Queue))
}

/// The layer of the entry that ran takes part in γ or in an entry value.
pub(super) fn reads_layer(program: &Program) -> bool {
    uses_layer(program)
}

fn ports(module: &mut Module, params: &SchedulerParams) {
    let (program, layout) = (&params.program, &params.layout);
    module.add_group("", [Port::input("clk_i", 1), Port::input("rst_ni", 1)]);
    let mut control = vec![
        Port::input("begin_i", 1),
        Port::input("continue_i", 1),
        Port::input("single_i", 1),
    ];
    if uses_queue(program) {
        control.push(Port::input("queue_i", layout.live_width));
    }
    module.add_group("Clock 1 of a decision, whether the entry that ran goes on; from clock 2 on: one candidate, number of candidates.", control);
    let mut entry = predict::inputs(params);
    if uses_layer(program) {
        entry.push(Port::input("layer_i", layout.layer_width));
    }
    for index in columns(program) {
        let column = &program.columns[index];
        entry.push(Port::input(format!("{}_i", column.name), column.width()));
    }
    for (name, width) in &layout.layer_row.fields {
        entry.push(Port::input(format!("layer_{name}_i"), *width));
    }
    if !entry.is_empty() {
        module.add_group("What was measured and the entry that ran, in clock 1; what its gamma remembers from clock 2 on; its layer row throughout.", entry);
    }
    let registers = registers(program).into_iter().map(|i| {
        Port::input(
            format!("{}_i", program.statics[i].name),
            program.statics[i].format.width(),
        )
    });
    let registers: Vec<Port> = registers.collect();
    if !registers.is_empty() {
        module.add_group("Runtime registers.", registers);
    }
    if let Some(lent) = shared::lent(params) {
        let [a, b] = lent.widths();
        let ports = [
            Port::output("product_a_o", a),
            Port::output("product_b_o", b),
            Port::input("product_i", lent.result()),
        ];
        module.add_group(
            "Operands for the multiplier of the lane, and their product 3 clocks later.",
            ports,
        );
    }
    let sums = predict::outputs(params);
    if !sums.is_empty() {
        module.add_group("What gamma remembers of the entry that ran.", sums);
    }
    if !program.entry_values.is_empty() {
        let mut values = vec![Port::output("values_valid_o", 1)];
        values.extend(
            layout
                .values
                .fields
                .iter()
                .map(|(name, width)| Port::output(format!("values_{name}_o"), *width)),
        );
        module.add_group("Entry values of the entry that ran.", values);
    }
    let decisions = program.decision_values.iter().enumerate();
    let decisions: Vec<Port> = decisions
        .map(|(i, id)| {
            Port::output(
                format!("{}_o", decision_name(i)),
                program.nodes[*id].width(),
            )
        })
        .collect();
    if !decisions.is_empty() {
        module.add_group("Values of the decision.", decisions);
    }
    module.add_group(
        "The entry write port is taken in the next clock; steps are running; the written values come from a saturated gamma.",
        [Port::output("block_o", 1), Port::output("busy_o", 1), Port::output("saturated_o", 1)],
    );
}

pub(super) struct Unit<'a> {
    pub(super) params: &'a SchedulerParams,
    pub(super) program: &'a Program,
    pub(super) items: Vec<Item>,
    /// Registers, declared before everything because the multiplier reads them.
    registers: Vec<Item>,
    /// Conditions under which ratio, sum or γ saturates.
    pub(super) saturations: Vec<Expr>,
}

impl<'a> Unit<'a> {
    fn new(params: &'a SchedulerParams) -> Unit<'a> {
        Unit {
            params,
            program: &params.program,
            items: Vec::new(),
            registers: Vec::new(),
            saturations: Vec::new(),
        }
    }

    fn last_cycle(&self) -> u32 {
        self.program.update.last_cycle.max(2)
    }

    fn step_width(&self) -> u32 {
        u32::BITS - self.last_cycle().leading_zeros()
    }

    /// Condition of a cycle of the decision.
    pub(super) fn cycle(&self, cycle: u32) -> Expr {
        match cycle {
            0 | 1 => Expr::id("begin_i"),
            _ => Expr::id("step_q").equals(lit(self.step_width(), u128::from(cycle))),
        }
    }

    /// Step counter: 0 at rest, else the cycle of the decision. With one candidate only the γ sum matters.
    fn steps(&mut self) {
        let width = self.step_width();
        let number = |n: u32| lit(width, u128::from(n));
        let (zero, one, two) = (number(0), number(1), number(2));
        let single_end = predict::end_of_single(self.program);
        let last = self.cycle(self.last_cycle()) | (Expr::id("single_i") & self.cycle(single_end));
        self.items.extend(verilog! {
            logic [#width - 1:0] step_q;
            logic last_step;
            logic continues_q;
            assign last_step = #last;
            assign busy_o = step_q != #zero;
            always_ff @(posedge clk_i) begin
                if (!rst_ni) begin step_q <= #zero; end
                else if (begin_i) begin step_q <= #two; end
                else if (last_step) begin step_q <= #zero; end
                else if (busy_o) begin step_q <= step_q + #one; end
            end
            always_ff @(posedge clk_i) begin
                if (begin_i) begin continues_q <= continue_i; end
            end
        });
    }

    /// Fields that the entry memories show in clock 1 only.
    fn captures(&mut self) {
        let mut captured: Vec<(String, u32)> = Vec::new();
        if predict::counts_layers(self.program)
            || uses_in_steps(self.program, Op::Field(Field::Layer))
        {
            captured.push(("layer".to_string(), self.params.layout.layer_width));
        }
        for index in columns(self.program) {
            let column = &self.program.columns[index];
            captured.push((column.name.clone(), column.width()));
        }
        for (name, width) in captured {
            let (from, to) = (format!("{name}_i"), format!("{name}_q"));
            self.items.extend(verilog! {
                logic [#width - 1:0] #to;
                always_ff @(posedge clk_i) begin
                    if (begin_i) begin #to <= #from; end
                end
            });
        }
        if self.program.prediction().keeps_sum() {
            let zero = lit(self.params.layout.layer_width, 0);
            self.items.extend(verilog! {
                logic first_layer_q;
                always_ff @(posedge clk_i) begin
                    if (begin_i) begin first_layer_q <= layer_i == #zero; end
                end
            });
        }
        if uses_in_steps(self.program, Op::Field(Field::Layer)) {
            let width = self.params.layout.layer_width;
            let one = lit(width, 1);
            self.items.extend(verilog! {
                logic [#width - 1:0] executed;
                assign executed = layer_q + #one;
            });
        }
    }

    fn tables(&mut self) {
        let layout = &self.params.layout;
        self.predictor_tables();
        if uses_in_steps(self.program, Op::Field(Field::InvQueue)) {
            self.items.extend(rom::inv_queue(
                &self.params.spec.numbers,
                "queue_i",
                layout.live_width,
                self.params.spec.capacity,
                self.params.spec.number_format.float(),
            ));
        }
    }

    /// A value as an operand in `cycle`; `{name}_d` in the clock before its register holds it.
    fn value(&self, id: NodeId, cycle: u32) -> Value {
        let node = &self.program.nodes[id];
        let format = node.format;
        let net = |name: &str| Value::Net(name.to_string(), format);
        let stage = |name: &str, visible: Option<u32>| {
            let suffix = if visible == Some(cycle + 1) { "d" } else { "q" };
            Value::Net(format!("{name}_{suffix}"), format)
        };
        match node.op {
            Op::Const(raw) => Value::Const(raw, format),
            Op::Static(index) => net(&format!("{}_i", self.program.statics[index].name)),
            Op::Profile(index) => net(&format!("{}_q", self.program.columns[index].name)),
            Op::Field(Field::Gamma) => stage("gamma", self.program.update.gamma_visible),
            Op::Field(Field::LatRemaining) => net("layer_lat_remaining_i"),
            Op::Field(Field::Layer) => net("executed"),
            Op::Field(Field::InvQueue) => net("inv_queue"),
            Op::Field(field) => net(&format!("{}_i", field.name())),
            _ => stage(
                &node_name(self.program, id),
                self.program.update.visible[id],
            ),
        }
    }

    /// Operands of a product: the wide one, then the multiplier's.
    fn operands(&self, product: Product, cycle: u32) -> [Operand; 2] {
        match product {
            Product::Ratio => predict::ratio_operands(self.params),
            Product::Gamma => predict::gamma_operands(self.params),
            Product::Node(id) => {
                let operands = self.program.nodes[id].op.operands();
                let (a, b) = (
                    self.value(operands[0], cycle),
                    self.value(operands[1], cycle),
                );
                match (self.program.nodes[id].op, b) {
                    (Op::MulInv(..), Value::Net(name, format)) => {
                        [Operand::whole(&a), mantissa(&name, format.width())]
                    }
                    (_, b) => factors(&a, &b).0,
                }
            }
        }
    }

    fn products(&mut self) {
        let program = self.program;
        let (floats, fixed): (Vec<_>, Vec<_>) = program.update.issues.iter().partition(
            |(product, _)| matches!(product, Product::Node(id) if float::is_product(program, *id)),
        );
        self.fixed_products(&fixed);
        self.float_products(&floats);
    }

    /// Floating-point products on one multiplier beside that of γ.
    fn float_products(&mut self, issues: &[(Product, u32)]) {
        let Some(format) = self.params.spec.number_format.float() else {
            return;
        };
        if issues.is_empty() {
            return;
        }
        let operands: Vec<_> = issues
            .iter()
            .map(|(product, cycle)| self.operands(*product, *cycle))
            .collect();
        self.choose("fp_mul", issues, &operands, [format.bits(); 2]);
        if shared::with_update(self.params) {
            let width = format.bits();
            self.items.extend(verilog! {
                logic [#width - 1:0] fp_mul_d;
                assign product_a_o = fp_mul_a;
                assign product_b_o = fp_mul_b;
                assign fp_mul_d = product_i;
            });
        } else {
            let [a, b] = ["fp_mul_a", "fp_mul_b"].map(Expr::id);
            self.items.extend(float::product("fp_mul", format, a, b));
        }
        for (product, cycle) in issues {
            let (Product::Node(id), taken) = (*product, cycle + UPDATE_MULTIPLY) else {
                continue;
            };
            let name = node_name(self.program, id);
            let text = format!("{name}, {format}, clock {}", taken + 1);
            self.items.extend([Item::Blank, Item::Comment(text)]);
            self.shift_net(&format!("{name}_d"), Expr::id("fp_mul_d"), format.bits());
            self.node_register(id, &name, taken);
        }
    }

    fn fixed_products(&mut self, issues: &[(Product, u32)]) {
        if issues.is_empty() {
            return;
        }
        let operands: Vec<_> = issues
            .iter()
            .map(|(product, cycle)| self.operands(*product, *cycle))
            .collect();
        let sides = [0, 1].map(|side| Operand::common(operands.iter().map(|o| &o[side])));
        self.multiplier(issues, &operands, &sides);
        for (product, cycle) in issues {
            self.result(
                *product,
                cycle + UPDATE_MULTIPLY,
                sides[0].width + sides[1].width,
            );
        }
    }

    fn multiplier(
        &mut self,
        issues: &[(Product, u32)],
        operands: &[[Operand; 2]],
        sides: &[Operand; 2],
    ) {
        let widths = [sides[0].width, sides[1].width];
        self.choose("mul", issues, operands, widths);
        self.items.push(Item::net("mul_p", widths[0] + widths[1]));
        if self.program.float().is_none() && shared::with_update(self.params) {
            self.items.extend(verilog! {
                assign product_a_o = mul_a;
                assign product_b_o = mul_b;
                assign mul_p = product_i;
            });
            return;
        }
        let instance = multiplier("u_mul", UPDATE_MULTIPLY, [&sides[0], &sides[1]]);
        let instance = instance
            .connect("clk_i", "clk_i")
            .connect("a_i", "mul_a")
            .connect("b_i", "mul_b")
            .connect("p_o", "mul_p");
        self.items.push(Item::Instance(instance));
    }

    /// Declares the operands `{unit}_a` and `{unit}_b` of a multiplier. The number of the next issue is a register, so a choice of
    /// four takes one look-up table a bit; between issues the operands do not matter.
    ///
    /// ```text
    /// if (!busy_o & !begin_i | last_step) begin mul_issue_q <= 2'd0; end
    /// else if (begin_i | step_q == 4'd2 | step_q == 4'd6) begin mul_issue_q <= mul_issue_q + 2'd1; end
    /// case (mul_issue_q) 2'd1: begin mul_a = mul_a_2; mul_b = mul_b_2; end …
    /// ```
    fn choose(
        &mut self,
        unit: &str,
        issues: &[(Product, u32)],
        operands: &[[Operand; 2]],
        widths: [u32; 2],
    ) {
        self.items.push(Item::Blank);
        let [left, right] = ["a", "b"].map(|side| format!("{unit}_{side}"));
        let mut choices: Vec<Vec<Stmt>> = Vec::new();
        for ((_, cycle), operand) in issues.iter().zip(operands) {
            let [a, b] = [&left, &right].map(|side| format!("{side}_{cycle}"));
            self.items.extend([
                Item::net(&a, widths[0]),
                Item::assign(&a, operand[0].extended(widths[0])),
            ]);
            self.items.extend([
                Item::net(&b, widths[1]),
                Item::assign(&b, operand[1].extended(widths[1])),
            ]);
            choices.push(vec![Stmt::blocking(&left, &a), Stmt::blocking(&right, &b)]);
        }
        let cycles: Vec<u32> = issues.iter().map(|(_, cycle)| *cycle).collect();
        let choice = self.chosen(unit, &cycles, choices);
        self.items.extend([
            Item::net(&left, widths[0]),
            Item::net(&right, widths[1]),
            Item::AlwaysComb(choice),
        ]);
    }

    /// The statements of the next issue; counts the issues in `{unit}_issue_q`, from 0 while the unit is at rest.
    fn chosen(&mut self, unit: &str, cycles: &[u32], mut choices: Vec<Vec<Stmt>>) -> Vec<Stmt> {
        let Some(last) = u32::try_from(cycles.len() - 1)
            .ok()
            .filter(|last| *last > 0)
        else {
            return choices.remove(0);
        };
        let width = u32::BITS - last.leading_zeros();
        let number = format!("{unit}_issue_q");
        let (zero, one) = (lit(width, 0), lit(width, 1));
        let moves = cycles[..cycles.len() - 1]
            .iter()
            .map(|cycle| self.cycle(*cycle));
        let Some(moves) = moves.reduce(|a, b| a | b) else {
            return choices.remove(0);
        };
        let rests = verilog_expr!(~busy_o & ~begin_i | last_step);
        self.items.extend(verilog! {
            logic [#width - 1:0] #number;
            always_ff @(posedge clk_i) begin
                if (#rests) begin #number <= #zero; end
                else if (#moves) begin #number <= #number + #one; end
            end
        });
        let default = choices.remove(0);
        let arms = (1..)
            .zip(choices)
            .map(|(at, set)| CaseArm::new(lit(width, at), set));
        vec![Stmt::case(Expr::id(&number), arms.collect(), Some(default))]
    }

    /// Takes a product from the multiplier in `cycle` into its register.
    fn result(&mut self, product: Product, cycle: u32, width: u32) {
        self.items.push(Item::Blank);
        match product {
            Product::Ratio => self.ratio(cycle, width),
            Product::Gamma => self.gamma(cycle, width),
            Product::Node(id) => {
                let node = self.program.nodes[id].clone();
                let name = node_name(self.program, id);
                self.items.push(Item::Comment(format!(
                    "{name}, {}, clock {}",
                    node.format,
                    cycle + 1
                )));
                self.node_product(&name, &node, cycle, width);
                self.node_register(id, &name, cycle);
            }
        }
    }

    pub(super) fn shift_net(&mut self, name: &str, value: Expr, width: u32) {
        self.items
            .extend([Item::net(name, width), Item::assign(name, value)]);
    }

    fn node_product(&mut self, name: &str, node: &Node, cycle: u32, width: u32) {
        let operands = node.op.operands();
        let format = |id: NodeId| self.program.nodes[id].format;
        match (node.op, self.value(operands[1], cycle)) {
            (Op::MulInv(..), Value::Net(reciprocal, packed)) => {
                let shift = format!("{name}_shift");
                self.shift_net(&shift, shift_of(&reciprocal, packed.width()), SHIFT_BITS);
                let from = format(operands[0]);
                let product = Shifted {
                    net: "mul_p",
                    width,
                    point: point(from, packed.width()),
                };
                self.items
                    .extend(shifted(name, product, &shift, from, node));
            }
            _ => {
                let [a, b] = [operands[0], operands[1]].map(format);
                let (signed, frac) = (a.signed || b.signed, a.frac + b.frac);
                let int = width - frac - u32::from(signed);
                let whole = Format { signed, int, frac };
                self.items.extend(narrow(name, "mul_p", whole, node));
            }
        }
    }

    /// Someone reads the register of a value, and not only the wire in front of it.
    pub(super) fn held(&self, leaf: impl Fn(&Node, NodeId) -> bool, visible: u32) -> bool {
        let nodes = &self.program.nodes;
        let is_it = |id: &NodeId| leaf(&nodes[*id], *id);
        let stepped = |n: &&Node| matches!(n.class, Class::Entry | Class::Decision);
        let operand = nodes
            .iter()
            .filter(stepped)
            .any(|n| n.op.operands().iter().any(is_it));
        let decision = self.program.decision_values.iter().any(is_it);
        let written = self.program.update.write_cycle.unwrap_or(0);
        let value = self.program.entry_values.iter().any(|v| is_it(&v.node)) && visible <= written;
        operand || decision || value
    }

    /// Register of a node's value, unless only the wire in front of it is read.
    fn node_register(&mut self, id: NodeId, name: &str, cycle: u32) {
        if self.held(|_, other| other == id, cycle + 1) {
            self.register(name, self.program.nodes[id].width(), cycle);
        }
    }

    pub(super) fn register(&mut self, name: &str, width: u32, cycle: u32) {
        let (from, to) = (format!("{name}_d"), format!("{name}_q"));
        let enable = self.cycle(cycle);
        self.registers.push(Item::net(&to, width));
        self.items.extend(verilog! {
            always_ff @(posedge clk_i) begin
                if (#enable) begin #to <= #from; end
            end
        });
    }

    /// Entry and decision operators other than products.
    fn operators(&mut self) {
        for id in 0..self.program.nodes.len() {
            let node = &self.program.nodes[id];
            let Some(visible) = self.program.update.visible[id] else {
                continue;
            };
            if node.op.multiplies() {
                continue;
            }
            let name = node_name(self.program, id);
            let latency = float_latency(&self.program.nodes, node).unwrap_or(0);
            let operands: Vec<Value> = node
                .op
                .operands()
                .iter()
                .map(|o| self.value(*o, visible - 1 - latency))
                .collect();
            let combined = match float::format(self.program, node) {
                Some(format) => float::operator(&name, node, format, &operands),
                None => combine(&name, node, &operands),
            };
            self.items.push(Item::Blank);
            self.items.extend(combined);
            self.node_register(id, &name, visible - 1);
        }
    }

    fn outputs(&mut self) {
        self.items.push(Item::Blank);
        for (index, id) in self.program.decision_values.iter().enumerate() {
            let visible = self.program.update.visible[*id].unwrap_or(2);
            let value = self.value(*id, visible).expr();
            self.items
                .push(Item::assign(format!("{}_o", decision_name(index)), value));
        }
        let Some(write_cycle) = self.program.update.write_cycle else {
            self.items
                .extend(verilog! { assign block_o = 1'b0; assign saturated_o = 1'b0; });
            return;
        };
        for value in &self.program.entry_values {
            let expr = self.value(value.node, write_cycle).expr();
            self.items
                .push(Item::assign(format!("values_{}_o", value.name), expr));
        }
        let write = self.cycle(write_cycle) & verilog_expr!(continues_q & ~single_i);
        self.items.push(Item::assign("values_valid_o", write));
        self.block(write_cycle);
        self.saturated();
    }

    /// `block_o` in the clock before the write; from a register where `submit_ready_o` must come early.
    fn block(&mut self, write_cycle: u32) {
        let goes_on = || verilog_expr!(continues_q & ~single_i);
        // From cycle 2 on it is known whether there is one candidate.
        if self.params.spec.pipeline.is_long() && write_cycle > 3 {
            let next = self.cycle(write_cycle - 2) & goes_on();
            self.items.extend(verilog! {
                always_ff @(posedge clk_i) begin
                    block_o <= #next;
                end
            });
        } else {
            let now = self.cycle(write_cycle - 1) & goes_on();
            self.items.push(Item::assign("block_o", now));
        }
    }

    fn saturated(&mut self) {
        let Some(now) = std::mem::take(&mut self.saturations)
            .into_iter()
            .reduce(|a, b| a | b)
        else {
            self.items.extend(verilog! { assign saturated_o = 1'b0; });
            return;
        };
        // A factor that is stored as it is saturates in the clock in which it is written.
        let update = &self.program.update;
        let early = self.params.spec.pipeline.is_long()
            && update.gamma_visible.unwrap_or(0) <= update.write_cycle.unwrap_or(0);
        self.items.extend(verilog! {
            logic saturates;
            logic saturated_q;
        });
        if early {
            self.items.extend(verilog! {
                logic saturates_q;
                always_ff @(posedge clk_i) begin
                    saturates_q <= #now;
                end
                assign saturates = saturates_q;
            });
        } else {
            self.items.extend(verilog! { assign saturates = #now; });
        }
        self.items.extend(verilog! {
            assign saturated_o = values_valid_o & (saturates | saturated_q);
            always_ff @(posedge clk_i) begin
                saturated_q <= ~begin_i & (saturates | saturated_q);
            end
        });
    }
}
