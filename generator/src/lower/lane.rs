//! The score lane: one candidate in and one score out every clock.

use std::collections::BTreeMap;

use dysta_config::expr::schedule::{LANE_MULTIPLY, late_difference};
use dysta_config::expr::{Field, Format, Node, NodeId, Op, Program, SHIFT_BITS, binding};
use dysta_config::layout::{NUMBER_WIDTH, STAMP_WIDTH};
use dysta_config::params::SchedulerParams;

use super::arith::{
    Operand, Terms, Value, bits, clamped_difference, combine, factors, low, multiplier, narrow,
    terms, unused,
};
use super::entries::reads_number_late;
use super::float;
use super::names::{leaf_name, node_name};
use super::rom;
use super::shared;
use super::shift::shift_right;
use crate::vlog::{Expr, Instance, Item, Module, Port, Stmt, concat, lit, verilog_stmts};

/// Builds `dysta_lane`: a pipeline of [`Program::lane`]; operators start as soon as their operands are there, values that wait
/// travel through `dysta_delay`.
///
/// ```text
/// module dysta_lane (input logic clk_i, input logic rst_ni, … input logic [31:0] value_0_i, …);
///   // mul_8 = sat_sub_6 * const_7, UQ26.8, clock 4
///   dysta_mul #(.A_W (32), .B_W (16), .LATENCY (2)) u_mul_8 (…);
/// ```
pub(super) fn lane(params: &SchedulerParams) -> Module {
    let program = &params.program;
    let mut lane = Lane {
        program,
        items: Vec::new(),
        at: BTreeMap::new(),
        bound: Vec::new(),
    };
    if program.lane.shared() {
        lane.begin_shared(params);
    }
    for id in program.lane_leaves() {
        let name = lane.leaf(params, id);
        lane.at.insert((id, 0), name);
    }
    for id in program.lane_nodes() {
        if program.nodes[id].op != Op::Field(Field::Running) {
            lane.operator(id);
        }
    }
    if program.lane.shared() {
        lane.end_shared(params);
    }
    lane.score();
    lane.beside(params);
    let pace = match program.lane.ii {
        1 => "a clock".to_string(),
        ii => format!("in {ii} clocks"),
    };
    let mut module = Module::new("dysta_lane").doc(format!(
        "Scores one candidate {pace}.\nLatency: {} clocks. Throughput: one candidate {pace}.\nScore: {}",
        program.lane.depth,
        params.spec.policy.score
    ));
    ports(&mut module, params);
    module.extend(lane.items);
    module
}

/// An input of the lane besides what travels through it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Input {
    /// Pin name without suffix.
    pub name: String,
    /// Bits.
    pub width: u32,
}

/// Inputs that are stable during a decision, and fields of the candidate.
pub(super) fn inputs(params: &SchedulerParams) -> (Vec<Input>, Vec<Input>) {
    let program = &params.program;
    let (mut stable, mut fields) = (Vec::new(), Vec::new());
    for id in program.lane_leaves() {
        let node = &program.nodes[id];
        let (name, width) = match node.op {
            Op::Const(_) => continue,
            Op::Field(Field::Now) => ("stamp".to_string(), STAMP_WIDTH),
            Op::Field(Field::Deadline) => ("deadline".to_string(), STAMP_WIDTH),
            Op::Field(Field::Queue | Field::InvQueue) => {
                ("queue".to_string(), params.layout.live_width)
            }
            _ => (leaf_name(program, id), node.width()),
        };
        let list = if node.stable() {
            &mut stable
        } else {
            &mut fields
        };
        let input = Input { name, width };
        if !list.contains(&input) {
            list.push(input);
        }
    }
    (stable, fields)
}

fn ports(module: &mut Module, params: &SchedulerParams) {
    let program = &params.program;
    if params.program.lane.depth > 0 {
        module.add_group("", [Port::input("clk_i", 1), Port::input("rst_ni", 1)]);
    }
    let port = |input: &Input| Port::input(format!("{}_i", input.name), input.width);
    let (stable, fields) = inputs(params);
    if !stable.is_empty() {
        module.add_group(
            "Values of the decision, stable while candidates pass.",
            stable.iter().map(port).collect::<Vec<_>>(),
        );
    }
    let mut candidate = vec![
        Port::input("candidate_valid_i", 1),
        Port::input("candidate_last_i", 1),
        Port::input("candidate_position_i", params.layout.row_width),
        Port::input("candidate_number_i", NUMBER_WIDTH),
    ];
    candidate.extend(fields.iter().map(port));
    module.add_group("Candidate: fields of one entry.", candidate);
    module.add_group(
        "Its score, with what travels beside it.",
        [
            Port::output("scored_valid_o", 1),
            Port::output("scored_last_o", 1),
            Port::output("scored_score_o", program.score_width()),
            Port::output("scored_number_o", NUMBER_WIDTH),
            Port::output("scored_position_o", params.layout.row_width),
        ],
    );
    let products = shared::ports(params);
    if !products.is_empty() {
        module.add_group(
            "Operands of the update unit, taken while no candidate needs the multiplier, and their product 3 clocks later.",
            products,
        );
    }
}

pub(super) struct Lane<'a> {
    pub(super) program: &'a Program,
    pub(super) items: Vec<Item>,
    /// Net that holds the value of a node at a clock of the pipeline.
    at: BTreeMap<(NodeId, u32), String>,
    /// Operators that wait for their shared unit.
    pub(super) bound: Vec<shared::Bound>,
}

/// `dysta_delay` instance from one net to a new one.
pub(super) fn delay(items: &mut Vec<Item>, from: &str, to: &str, width: u32, depth: u32) {
    items.push(Item::net(to, width));
    let instance = Instance::new("dysta_delay", format!("u_{to}"))
        .param("WIDTH", width)
        .param("DEPTH", depth);
    items.push(Item::Instance(
        instance
            .connect("clk_i", "clk_i")
            .connect("data_i", from)
            .connect("data_o", to),
    ));
}

impl Lane<'_> {
    /// Net of a value that enters the lane; times come in cycles and are used in units.
    fn leaf(&mut self, params: &SchedulerParams, id: NodeId) -> String {
        match self.node(id).op {
            Op::Field(Field::Now) => self.in_units("now", "stamp_i", params),
            Op::Field(Field::Deadline) => self.in_units("deadline", "deadline_i", params),
            Op::Field(Field::InvQueue) => {
                self.items.extend(rom::inv_queue(
                    &params.spec.numbers,
                    "queue_i",
                    params.layout.live_width,
                    params.spec.capacity,
                    params.spec.number_format.float(),
                ));
                "inv_queue".to_string()
            }
            _ => format!("{}_i", leaf_name(self.program, id)),
        }
    }

    fn in_units(&mut self, name: &str, cycles: &str, params: &SchedulerParams) -> String {
        let unit = params.unit_log2;
        self.items.push(Item::net(name, params.instant_width));
        self.items.push(Item::assign(
            name,
            bits(cycles, STAMP_WIDTH, STAMP_WIDTH - 1, unit),
        ));
        if unit > 0 {
            self.items
                .extend(unused(name, low(cycles, STAMP_WIDTH, unit)));
        }
        name.to_string()
    }

    fn node(&self, id: NodeId) -> &Node {
        &self.program.nodes[id]
    }

    /// The value of a node at a clock of the pipeline; delays it when it is there earlier.
    pub(super) fn value(&mut self, id: NodeId, clock: u32) -> Value {
        let node = self.node(id);
        let format = node.format;
        if let Op::Const(raw) = node.op {
            return Value::Const(raw, format);
        }
        Value::Net(self.newest(id, clock).0, format)
    }

    /// The net that holds a node's value at a clock of the pipeline, and the clock from which it does; a new one when the
    /// value is only there earlier.
    pub(super) fn newest(&mut self, id: NodeId, clock: u32) -> (String, u32) {
        let (node, name) = (self.node(id), node_name(self.program, id));
        let (stable, width) = (node.stable(), node.width());
        let newest = self.at.range((id, 0)..=(id, clock)).next_back();
        let Some(((_, there), from)) = newest else {
            return (name, clock);
        };
        let (from, there) = (from.clone(), *there);
        if stable || there == clock {
            return (from, there);
        }
        let (to, since) = match self.program.lane.shared() {
            true => self.held((from, there), clock, &name, width),
            false => {
                let to = format!("{name}_s{clock}");
                delay(&mut self.items, &from, &to, width, clock - there);
                (to, clock)
            }
        };
        self.at.insert((id, since), to.clone());
        (to, since)
    }

    fn operator(&mut self, id: NodeId) {
        let node = self.node(id).clone();
        let name = node_name(self.program, id);
        let operands = node.op.operands();
        let stage = self.program.lane.stage[id].unwrap_or(0);
        let start = self.program.lane.start(&self.program.nodes, id);
        let terms: Vec<String> = operands
            .iter()
            .map(|o| node_name(self.program, *o))
            .collect();
        self.items.push(Item::Comment(format!(
            "{name} = {}({}), {}, clock {stage}",
            node.op.name(),
            terms.join(", "),
            node.format_name()
        )));
        let issue = self.program.lane.issues.iter().find(|i| i.node == id);
        if let Some(issue) = issue {
            let result = self.on_shared_unit(*issue, &node, &name);
            self.at.insert((id, stage), result);
            return;
        }
        let values: Vec<Value> = operands.iter().map(|o| self.value(*o, start)).collect();
        if let Some(format) = float::format(self.program, &node) {
            self.items
                .extend(float::operator(&name, &node, format, &values));
            let result = match self.program.lane.shared() {
                true => self.operator_register(&name, node.width(), stage - 1),
                false => format!("{name}_d"),
            };
            self.at.insert((id, stage), result);
            return;
        }
        let result = match node.op {
            Op::Mul(..) => self.product(&name, &node, &values),
            Op::MulInv(..) => self.reciprocal_product(&name, &node, &values),
            Op::SatSub(a, _) if self.inverted(a) => {
                self.saturating_inverse(&name, &node, &values, start)
            }
            Op::SatSub(..) if node.saturates => {
                let clamped = clamped_difference(&name, &node, &values[0], &values[1]);
                self.saturating(&name, &node, clamped, start);
                self.operator_register(&name, node.width(), start + 1)
            }
            Op::Sub(..) if self.saturates_late(&node) => {
                let difference = Terms::of(&node, &values).difference();
                let saturated = self.late(&name, &node, difference, start);
                match self.program.lane.shared() {
                    true => saturated,
                    false => self.operator_register(&name, node.width(), start + 1),
                }
            }
            _ => {
                self.items.extend(combine(&name, &node, &values));
                self.operator_register(&name, node.width(), start)
            }
        };
        self.at.insert((id, stage), result);
    }

    /// A difference is saturated behind its register, where a clock has no room for both.
    pub(super) fn saturates_late(&self, node: &Node) -> bool {
        self.program.lane.saturates_late && late_difference(node)
    }

    /// The register of the difference `total`, with so many bits and fraction bits, and behind it what `node` keeps of it.
    ///
    /// ```text
    /// always_ff @(posedge clk_i) begin sub_10_exact_q <= sub_10_exact; end
    /// assign sub_10_d = |sub_10_exact_q[41:32] ? {32{1'b1}} : sub_10_exact_q[31:0];
    /// ```
    pub(super) fn late(
        &mut self,
        name: &str,
        node: &Node,
        (total, width, frac): (Expr, u32, u32),
        clock: u32,
    ) -> String {
        let [exact, held] = ["exact", "exact_q"].map(|part| format!("{name}_{part}"));
        self.items
            .extend([Item::net(&exact, width), Item::assign(&exact, total)]);
        self.stage_register(&exact, &held, width, clock);
        let signed = node.exact.signed;
        let int = width - frac - u32::from(signed);
        self.items
            .extend(narrow(name, &held, Format { signed, int, frac }, node));
        format!("{name}_d")
    }

    fn inverted(&self, id: NodeId) -> bool {
        binding::inverted(&self.program.nodes, &self.program.lane.issues, id)
    }

    /// The same for a difference whose minuend is inverted: everything is inverted up to the net behind the last register.
    ///
    /// ```text
    /// assign sat_sub_6_exact = {sub_5_n[42], sub_5_n} + {12'd0, value_0_i};
    /// assign sat_sub_6_clamped = sat_sub_6_exact[43] ? sat_sub_6_exact[42:0] : {43{1'b1}};
    /// assign sat_sub_6_d = &sat_sub_6_clamped_q[42:32] ? sat_sub_6_clamped_q[31:0] : 32'd0;
    /// assign sat_sub_6 = ~sat_sub_6_q;
    /// ```
    fn saturating_inverse(
        &mut self,
        name: &str,
        node: &Node,
        values: &[Value],
        clock: u32,
    ) -> String {
        let [exact, clamped, held] =
            ["exact", "clamped", "clamped_q"].map(|part| format!("{name}_{part}"));
        let Terms {
            operands: [x, y],
            width,
            frac,
            ..
        } = terms(node, &values[0], &values[1]);
        let (keep, cut) = (node.width(), frac - node.format.frac);
        let positive = Expr::id(&exact).at(width - 1);
        let chosen = positive.select(low(&exact, width, width - 1), lit(1, 1).repeat(width - 1));
        self.items.extend([
            Item::net(&exact, width),
            Item::assign(&exact, x + y),
            Item::net(&clamped, width - 1),
            Item::assign(&clamped, chosen),
        ]);
        self.stage_register(&clamped, &held, width - 1, clock);
        let fits = bits(&held, width - 1, width - 2, cut + keep).reduce_and();
        let kept = bits(&held, width - 1, cut + keep - 1, cut);
        let wire = format!("{name}_d");
        self.items.extend([
            Item::net(&wire, keep),
            Item::assign(&wire, fits.select(kept, lit(keep, 0))),
        ]);
        if cut > 0 {
            self.items.extend(unused(
                &format!("{name}_clamped"),
                low(&held, width - 1, cut),
            ));
        }
        let register = self.operator_register(name, keep, clock + 1);
        self.items.extend([
            Item::net(name, keep),
            Item::assign(name, !Expr::id(register)),
        ]);
        name.to_string()
    }

    /// A difference that is clamped at 0 in `clock`, in one register, and saturated behind it.
    ///
    /// ```text
    /// always_ff @(posedge clk_i) begin sat_sub_6_clamped_q <= sat_sub_6_clamped; end
    /// assign sat_sub_6_d = |sat_sub_6_clamped_q[42:32] ? {32{1'b1}} : sat_sub_6_clamped_q[31:0];
    /// ```
    pub(super) fn saturating(
        &mut self,
        name: &str,
        node: &Node,
        (items, format): (Vec<Item>, Format),
        clock: u32,
    ) {
        self.items.extend(items);
        let (wide, held) = (format!("{name}_clamped"), format!("{name}_clamped_q"));
        self.stage_register(&wide, &held, format.width(), clock);
        self.items.extend(narrow(name, &held, format, node));
    }

    fn operator_register(&mut self, name: &str, width: u32, clock: u32) -> String {
        let (wire, register) = (format!("{name}_d"), format!("{name}_q"));
        self.stage_register(&wire, &register, width, clock);
        register
    }

    /// Register of a pipeline stage that takes `wire` in `clock`.
    fn stage_register(&mut self, wire: &str, register: &str, width: u32, clock: u32) {
        if self.program.lane.shared() {
            self.marked_register(wire, register, width, clock);
            return;
        }
        self.items.push(Item::net(register, width));
        self.items.push(Item::always_ff(
            "clk_i",
            verilog_stmts! { #register <= #wire; },
        ));
    }

    fn register(&mut self, name: &str, width: u32) -> String {
        let (wire, register) = (format!("{name}_d"), format!("{name}_q"));
        self.stage_register(&wire, &register, width, 0);
        register
    }

    fn multiplier(&mut self, name: &str, a: Operand, b: Operand) -> String {
        let product = format!("{name}_p");
        self.items.push(Item::net(&product, a.width + b.width));
        let instance = multiplier(&format!("u_{name}"), LANE_MULTIPLY, [&a, &b]);
        let instance = instance
            .connect("clk_i", "clk_i")
            .connect("a_i", a.value)
            .connect("b_i", b.value)
            .connect("p_o", &product);
        self.items.push(Item::Instance(instance));
        product
    }

    fn product(&mut self, name: &str, node: &Node, values: &[Value]) -> String {
        let (a, b) = (&values[0], &values[1]);
        let ([a, b], format) = factors(a, b);
        let product = self.multiplier(name, a, b);
        self.items.extend(narrow(name, &product, format, node));
        if node.saturates {
            self.register(name, node.width())
        } else {
            format!("{name}_d")
        }
    }

    fn reciprocal_product(&mut self, name: &str, node: &Node, values: &[Value]) -> String {
        let (a, packed) = (&values[0], &values[1]);
        let (wa, wp) = (a.format().width(), packed.format().width());
        let Value::Net(reciprocal, _) = packed else {
            return String::new();
        };
        let mantissa = mantissa(reciprocal, wp);
        let width = wa + mantissa.width;
        let product = self.multiplier(name, Operand::whole(a), mantissa);
        let shift = format!("{name}_shift");
        let amount = format!("{name}_amount");
        self.items.push(Item::net(&amount, SHIFT_BITS));
        self.items
            .push(Item::assign(&amount, shift_of(reciprocal, wp)));
        delay(&mut self.items, &amount, &shift, SHIFT_BITS, 2);
        let product = Shifted {
            net: &product,
            width,
            point: point(a.format(), wp),
        };
        self.items
            .extend(shifted(name, product, &shift, a.format(), node));
        self.register(name, node.width())
    }

    /// `{name}_d` of a product on a shared multiplier that is there in `done`.
    pub(super) fn narrowed(
        &mut self,
        name: &str,
        node: &Node,
        a: &Value,
        b: &Value,
        (factor, done): (NodeId, u32),
    ) {
        let product = format!("{name}_p");
        if let Op::MulInv(..) = node.op {
            let shift = self.shift_in(name, factor, done);
            let packed = b.format().width();
            let product = Shifted {
                net: &product,
                width: a.format().width() + packed - SHIFT_BITS,
                point: point(a.format(), packed),
            };
            self.items
                .extend(shifted(name, product, &shift, a.format(), node));
            return;
        }
        let (_, exact) = factors(a, b);
        self.items.extend(narrow(name, &product, exact, node));
    }

    /// Connects the score; one that can be negative is mapped so that it compares as an unsigned number.
    fn score(&mut self) {
        let score = self.program.score;
        let value = self.value(score, self.program.lane.depth);
        let width = self.program.score_width();
        let node = self.node(score);
        let biased = match (&value, value.format().signed) {
            (Value::Net(name, _), _) if node.float.is_some() && node.range.0 < 0 => {
                float::ordered(name, width)
            }
            (Value::Net(name, _), true) => Expr::id(name) ^ lit(width, 1 << (width - 1)),
            _ => value.expr(),
        };
        self.items.push(Item::assign("scored_score_o", biased));
    }

    /// Valid, last, position and admission number of the candidate.
    fn beside(&mut self, params: &SchedulerParams) {
        let depth = self.program.lane.depth;
        let travellers = [
            ("number", NUMBER_WIDTH),
            ("position", params.layout.row_width),
        ];
        for (name, width) in travellers {
            let (from, to) = (format!("candidate_{name}_i"), format!("scored_{name}_o"));
            if depth == 0 || (name == "number" && reads_number_late(params)) {
                self.items.push(Item::assign(&to, Expr::id(&from)));
                continue;
            }
            let mut wire = format!("{name}_last");
            match self.program.lane.shared() {
                true => wire = self.held((from, 0), depth, name, width).0,
                false => delay(&mut self.items, &from, &wire, width, depth),
            }
            self.items.push(Item::assign(&to, Expr::id(&wire)));
        }
        let marks: &[&str] = match self.program.lane.shared() {
            true => &["last"],
            false => &["valid", "last"],
        };
        for name in marks {
            let (from, to) = (format!("candidate_{name}_i"), format!("scored_{name}_o"));
            self.items.extend(travelling_mark(name, &from, &to, depth));
        }
    }
}

/// A bit that travels beside the pipeline; with reset, so that nothing undefined passes as a candidate.
pub(super) fn travelling_mark(name: &str, from: &str, to: &str, depth: u32) -> Vec<Item> {
    let register = format!("{name}_q");
    match depth {
        0 => vec![Item::assign(to, Expr::id(from))],
        1 => vec![
            Item::net(&register, 1),
            reset_register(&register, 1, Expr::id(from)),
            Item::assign(to, Expr::id(&register)),
        ],
        _ => {
            let next = concat([bits(&register, depth, depth - 2, 0), Expr::id(from)]);
            vec![
                Item::net(&register, depth),
                reset_register(&register, depth, next),
                Item::assign(to, Expr::id(&register).at(depth - 1)),
            ]
        }
    }
}

fn reset_register(register: &str, width: u32, next: Expr) -> Item {
    let zero = lit(width, 0);
    Item::always_ff_reset(
        "clk_i",
        Expr::id("rst_ni").logical_not(),
        vec![Stmt::non_blocking(register, zero)],
        vec![Stmt::non_blocking(register, next)],
    )
}

/// The mantissa of a packed reciprocal of `width` bits as an operand.
pub(super) fn mantissa(packed: &str, width: u32) -> Operand {
    let bits = width - SHIFT_BITS;
    Operand::unsigned(low(packed, width, bits), bits)
}

/// The shift of a packed reciprocal of `width` bits.
pub(super) fn shift_of(packed: &str, width: u32) -> Expr {
    bits(packed, width, width - 1, width - SHIFT_BITS)
}

/// Fraction bits of the product of a value of format `from` with the mantissa of a packed reciprocal of `width` bits.
pub(super) fn point(from: Format, width: u32) -> u32 {
    from.frac + width - SHIFT_BITS - 1
}

/// A product with a mantissa.
#[derive(Clone, Copy)]
pub(super) struct Shifted<'a> {
    /// Net that holds it.
    pub net: &'a str,
    /// Its bits.
    pub width: u32,
    /// Its fraction bits.
    pub point: u32,
}

/// Declares `{name}_d` from the product of a value of format `from` with a mantissa, moved right by the fraction bits and the net
/// `shift`, at the fraction of `node`.
///
/// A negative product is inverted, moved and inverted back: that rounds towards minus infinity, as for a positive one.
pub(super) fn shifted(
    name: &str,
    product: Shifted<'_>,
    shift: &str,
    from: Format,
    node: &Node,
) -> Vec<Item> {
    if !from.signed {
        return shifted_magnitude(name, product, shift, node);
    }
    let Shifted { net, width, point } = product;
    let magnitude = format!("{name}_m");
    let sign = || Expr::id(net).at(width - 1);
    let mut items = vec![
        Item::net(&magnitude, width - 1),
        Item::assign(
            &magnitude,
            low(net, width, width - 1) ^ sign().repeat(width - 1),
        ),
    ];
    let of_magnitude = Node {
        format: Format::unsigned(node.format.int, node.format.frac),
        ..node.clone()
    };
    let inner = format!("{name}_u");
    let product = Shifted {
        net: &magnitude,
        width: width - 1,
        point,
    };
    let moved = shifted_magnitude(&inner, product, shift, &of_magnitude);
    items.extend(moved);
    let (wire, bits_of) = (format!("{name}_d"), of_magnitude.width());
    let value = Expr::id(format!("{inner}_d")) ^ sign().repeat(bits_of);
    items.push(Item::net(&wire, node.width()));
    if node.format.signed {
        items.push(Item::assign(&wire, concat([sign(), value])));
    } else {
        items.push(Item::assign(&wire, value));
    }
    items
}

/// The same for a product that is not negative.
fn shifted_magnitude(name: &str, product: Shifted<'_>, shift: &str, node: &Node) -> Vec<Item> {
    let Shifted {
        net: product,
        width,
        point,
    } = product;
    let frac = node.format.frac;
    let wide = format!("{name}_wide");
    let mut items = Vec::new();
    let (aligned, wide_width) = if frac >= point {
        let zeros = frac - point;
        let value = if zeros == 0 {
            Expr::id(product)
        } else {
            concat([Expr::id(product), lit(zeros, 0)])
        };
        (value, width + zeros)
    } else {
        let drop = point - frac;
        items.extend(unused(&format!("{name}_p"), low(product, width, drop)));
        (bits(product, width, width - 1, drop), width - drop)
    };
    items.push(Item::net(&wide, wide_width));
    items.push(Item::assign(&wide, aligned));
    let (stages, kept) = shift_right(name, &wide, wide_width, shift, node.width());
    items.extend(stages);
    let wire = format!("{name}_d");
    let over = Expr::id(format!("{name}_over"));
    items.push(Item::net(&wire, node.width()));
    if node.saturates {
        let ones = lit(1, 1).repeat(node.width());
        items.push(Item::assign(&wire, over.select(ones, kept)));
    } else {
        items.push(Item::assign(&wire, kept));
        items.extend(unused(name, over));
    }
    items
}
