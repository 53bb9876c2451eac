//! The predictor in the update unit: ratio of the layer that ended, what is remembered of the layers before, γ.

use dysta_config::expr::schedule::RUN_TIME_CYCLE;
use dysta_config::expr::{
    Class, Field, Format, INV_LAYERS, Kind, Node, Numbers, Op, Program, Reciprocal, SHIFT_BITS,
    SUM_CYCLE,
};
use dysta_config::layout::STAMP_WIDTH;
use dysta_config::params::{Predictor, SchedulerParams};

use super::arith::{Operand, bits, low, narrow, unused};
use super::lane::{mantissa, shift_of};
use super::rom;
use super::shift::shift_right;
use super::update::Unit;
use crate::vlog::{Expr, Item, Port, concat, lit, verilog};

/// Bits of a count of non-zeros.
const NNZ_WIDTH: u32 = 32;

/// What is measured while a layer runs: output that shows it, input of the update unit, bits.
pub(super) fn measured(program: &Program) -> &'static [(&'static str, &'static str, u32)] {
    match program.prediction() {
        Predictor::None => &[],
        Predictor::LatencyRatio => &[
            ("now", "now", STAMP_WIDTH),
            ("decision", "dispatched", 1),
            ("latest", "latest", STAMP_WIDTH),
        ],
        _ => &[("nnz", "nnz", NNZ_WIDTH)],
    }
}

/// Inputs of the update unit that γ needs.
pub(super) fn inputs(params: &SchedulerParams) -> Vec<Port> {
    let measured = measured(&params.program).iter();
    let measured = measured.map(|(_, name, width)| Port::input(format!("{name}_i"), *width));
    let sum = params.layout.sum.fields.iter();
    let sum = sum.map(|(name, width)| Port::input(format!("{name}_i"), *width));
    measured.chain(sum).collect()
}

/// Outputs of the update unit that carry what γ remembers.
pub(super) fn outputs(params: &SchedulerParams) -> Vec<Port> {
    let sum = &params.layout.sum.fields;
    let valid = (!sum.is_empty()).then(|| Port::output("sum_valid_o", 1));
    let sum = sum.iter();
    let sum = sum.map(|(name, width)| Port::output(format!("sum_{name}_o"), *width));
    valid.into_iter().chain(sum).collect()
}

/// γ is a mean, so the number of layers that have run takes part in it.
pub(super) fn counts_layers(program: &Program) -> bool {
    matches!(
        program.prediction(),
        Predictor::DensityAverage | Predictor::DensityLastN(_)
    )
}

/// Last cycle of an update with one candidate: only what γ remembers matters then.
pub(super) fn end_of_single(program: &Program) -> u32 {
    if program.prediction().keeps_sum() {
        SUM_CYCLE
    } else {
        2
    }
}

/// Operands of the ratio's product.
pub(super) fn ratio_operands(params: &SchedulerParams) -> [Operand; 2] {
    let packed = Reciprocal::width(params.spec.numbers.reciprocal);
    [
        Operand::unsigned(Expr::id("nnz_i"), NNZ_WIDTH),
        mantissa("layer_inv_density_i", packed),
    ]
}

/// Operands of γ's product.
pub(super) fn gamma_operands(params: &SchedulerParams) -> [Operand; 2] {
    let numbers = &params.spec.numbers;
    let (sum, inverse) = match params.program.prediction() {
        Predictor::LatencyRatio => (
            params.run_time(),
            mantissa("layer_inv_elapsed_i", Reciprocal::width(numbers.reciprocal)),
        ),
        _ => (
            numbers.sum(),
            Operand::unsigned(Expr::id("inv_layers"), INV_LAYERS.width()),
        ),
    };
    [Operand::unsigned(Expr::id("sum_q"), sum.width()), inverse]
}

impl Unit<'_> {
    /// Reciprocals of the number of ratios that γ is the mean of.
    ///
    /// ```text
    /// assign last_ratio = layer_q < 6'd3 ? layer_q : 6'd3;
    /// ```
    pub(super) fn predictor_tables(&mut self) {
        let (width, layers) = (self.params.layout.layer_width, self.params.spec.layers);
        match self.program.prediction() {
            Predictor::DensityAverage => {
                self.items.extend(rom::inv_layers("layer_q", width, layers));
            }
            Predictor::DensityLastN(window) if window < layers => {
                let last = lit(width, u128::from(window - 1));
                let value = Expr::id("layer_q")
                    .less(last.clone())
                    .select(Expr::id("layer_q"), last);
                self.shift_net("last_ratio", value, width);
                self.items
                    .extend(rom::inv_layers("last_ratio", width, window));
            }
            Predictor::DensityLastN(_) => {
                self.items.extend(rom::inv_layers("layer_q", width, layers));
            }
            Predictor::None | Predictor::DensityLast | Predictor::LatencyRatio => {}
        }
    }

    /// Takes the ratio of the layer from the multiplier in `cycle` into its register; without a sum it is γ.
    pub(super) fn ratio(&mut self, cycle: u32, width: u32) {
        let numbers = self.params.spec.numbers;
        let is_gamma = self.program.prediction() == Predictor::DensityLast;
        let (name, what, format) = match is_gamma {
            true => (
                "gamma",
                "gamma, the density ratio of the layer",
                numbers.gamma(),
            ),
            false => ("ratio", "density ratio of the layer", numbers.ratio()),
        };
        let text = format!("{what}, {format}, clock {}", cycle + 1);
        self.items.push(Item::Comment(text));
        self.shifter(width);
        let bits_of = format.width();
        let ones = lit(1, 1).repeat(bits_of);
        let value = Expr::id("moved_over").select(ones, "moved");
        self.shift_net(&format!("{name}_d"), value, bits_of);
        if is_gamma {
            self.gamma_register(cycle, "moved_over");
            return;
        }
        self.saturations
            .push(self.cycle(cycle) & Expr::id("moved_over"));
        self.register("ratio", bits_of, cycle);
    }

    /// Bits of the shifter's result: a ratio, γ itself, or γ with one bit to round it.
    fn moved_bits(&self) -> u32 {
        let numbers = &self.params.spec.numbers;
        match self.program.prediction() {
            Predictor::DensityLast => numbers.gamma().width(),
            Predictor::LatencyRatio => numbers.gamma().width() + 1,
            _ => numbers.ratio().width(),
        }
    }

    /// Bits that a product has more than its result at a fraction of `to` bits, before the shift of the reciprocal.
    fn excess(&self, to: u32) -> i64 {
        let point = self.params.spec.numbers.reciprocal - 1;
        i64::from(point) - i64::from(to)
    }

    /// Shifts the product of the ratio: `moved`, and `moved_over`, set when a bit above it is lost.
    fn shifter(&mut self, width: u32) {
        let numbers = self.params.spec.numbers;
        let frac = match self.program.prediction() {
            Predictor::DensityLast => numbers.gamma_frac,
            _ => numbers.ratio_frac,
        };
        self.shifted_product(width, (NNZ_WIDTH, frac), "layer_inv_density_i");
    }

    /// Shifts the product of a value of `bits_of` bits and a packed reciprocal to `frac` fraction bits.
    fn shifted_product(&mut self, width: u32, (bits_of, frac): (u32, u32), reciprocal: &str) {
        let mantissa = self.params.spec.numbers.reciprocal;
        let wide = self.moved_wide(width, bits_of + mantissa, self.excess(frac));
        let amount = shift_of(reciprocal, Reciprocal::width(mantissa));
        self.shift_net("amount", amount, SHIFT_BITS);
        self.moved(wide, "amount");
    }

    /// Declares `moved_wide`, the low `product` bits of the multiplier's `width` (other products may be wider) without the lowest
    /// `dropped` ones, or with as many more where that is negative; gives its bits.
    fn moved_wide(&mut self, width: u32, product: u32, dropped: i64) -> u32 {
        let count = dropped.unsigned_abs() as u32;
        let whole = || low("mul_p", width, product);
        let (value, wide) = match dropped {
            0 => (whole(), product),
            1.. => {
                self.items
                    .extend(unused("moved_p", low("mul_p", width, count)));
                (bits("mul_p", width, product - 1, count), product - count)
            }
            _ => (concat([whole(), lit(count, 0)]), product + count),
        };
        self.shift_net("moved_wide", value, wide);
        wide
    }

    /// Declares `moved` and `moved_over`: the net `moved_wide` moved right by the net `amount`.
    fn moved(&mut self, width: u32, amount: &str) {
        let kept = self.moved_bits();
        let (stages, moved) = shift_right("moved", "moved_wide", width, amount, kept);
        self.items.extend(stages);
        self.shift_net("moved", moved, kept);
    }

    /// γ = sum / layers or run time / average time, rounded half up: one bit more than needed, plus one, halved.
    pub(super) fn gamma(&mut self, cycle: u32, product_width: u32) {
        let numbers: Numbers = self.params.spec.numbers;
        let gamma = numbers.gamma();
        let text = format!("gamma, {gamma}, clock {}", cycle + 1);
        self.items.push(Item::Comment(text));
        let lost = match self.program.prediction() {
            Predictor::LatencyRatio => self.quotient_of_times(product_width),
            _ => self.mean_of_ratios(product_width),
        };
        let width = gamma.width();
        let (moved, rounded) = (width + 1, width + 2);
        let zero = lit(moved, 0);
        let value = bits("gamma_rounded", rounded, width, 1);
        let ones = lit(1, 1).repeat(width);
        let above = bits("gamma_rounded", rounded, moved, moved);
        let over = lost | above;
        self.items.extend(verilog! {
            logic [#rounded - 1:0] gamma_rounded;
            logic gamma_over;
            logic [#width - 1:0] gamma_d;
            assign gamma_rounded = {1'b0, moved_gamma} + {#zero, 1'b1};
            assign gamma_over = #over;
            assign gamma_d = gamma_over ? #ones : #value;
        });
        self.items
            .extend(unused("gamma", Expr::id("gamma_rounded").at(0)));
        self.gamma_register(cycle, "gamma_over");
    }

    /// Declares `moved_gamma`: γ with one bit to round it, from the run time and the reciprocal of its average.
    fn quotient_of_times(&mut self, width: u32) -> Expr {
        let (run_time, frac) = (
            self.params.run_time().width(),
            self.params.spec.numbers.gamma_frac + 1,
        );
        self.shifted_product(width, (run_time, frac), "layer_inv_elapsed_i");
        self.shift_net("moved_gamma", Expr::id("moved"), self.moved_bits());
        Expr::id("moved_over")
    }

    /// Declares `moved_gamma`: γ with one bit to round it, from the sum of the ratios and the reciprocal of their number. A ratio
    /// stays below 2^ratio_int, and the errors of the reciprocals together below 1.
    fn mean_of_ratios(&mut self, width: u32) -> Expr {
        let numbers = self.params.spec.numbers;
        let low_end = numbers.ratio_frac + INV_LAYERS.frac - (numbers.gamma_frac + 1);
        let moved = numbers.gamma().width() + 1;
        let end = low_end + moved;
        let guard = (numbers.ratio_int + 1)
            .saturating_sub(numbers.gamma_int)
            .max(1);
        self.shift_net("moved_gamma", bits("mul_p", width, end - 1, low_end), moved);
        self.items
            .extend(unused("mean_low", low("mul_p", width, low_end)));
        if end + guard < width {
            let above = bits("mul_p", width, width - 1, end + guard);
            self.items.extend(unused("mean_above", above));
        }
        match guard {
            1 => bits("mul_p", width, end, end),
            _ => bits("mul_p", width, end + guard - 1, end).reduce_or(),
        }
    }

    fn gamma_register(&mut self, cycle: u32, over: &str) {
        self.saturations.push(self.cycle(cycle) & Expr::id(over));
        if self.held(|n, _| n.op == Op::Field(Field::Gamma), cycle + 1) {
            self.register("gamma", self.params.spec.numbers.gamma().width(), cycle);
        }
    }

    /// What γ remembers.
    pub(super) fn sum(&mut self) {
        match self.program.prediction() {
            Predictor::None | Predictor::DensityLast => {}
            Predictor::LatencyRatio => self.run_time(),
            Predictor::DensityLastN(window) => self.window_sum(window),
            Predictor::DensityAverage => self.ratio_sum(),
        }
    }

    /// Declares `{name}_before`: what is remembered, or zero before the first layer.
    fn before(&mut self, name: &str, input: &str, width: u32) {
        let zero = lit(width, 0);
        let (to, from) = (format!("{name}_before"), format!("{input}_i"));
        self.items.extend(verilog! {
            logic [#width - 1:0] #to;
            assign #to = first_layer_q ? #zero : #from;
        });
    }

    fn sum_comment(&mut self, what: &str, format: Format, cycle: u32) {
        self.items.push(Item::Blank);
        let text = format!("{what}, {format}, clock {}", cycle + 1);
        self.items.push(Item::Comment(text));
    }

    /// Writes what γ remembers, in clock 5: `(field, value)`.
    fn write_sum(&mut self, values: &[(&str, &str)]) {
        let write = self.cycle(SUM_CYCLE) & Expr::id("continues_q");
        self.items.push(Item::assign("sum_valid_o", write));
        for (field, value) in values {
            self.items
                .push(Item::assign(format!("sum_{field}_o"), Expr::id(*value)));
        }
    }

    /// Sum of the layer ratios: the stored one, or zero before the first layer, plus the new one. With few layers it cannot leave its
    /// format.
    fn ratio_sum(&mut self) {
        let numbers = self.params.spec.numbers;
        let format = numbers.sum();
        let width = format.width();
        let exact = width + 1;
        let pad = exact - numbers.ratio().width();
        self.sum_comment("sum of the layer ratios", format, SUM_CYCLE);
        self.before("sum", "gamma_sum", width);
        self.items.extend(verilog! {
            logic [#exact - 1:0] sum_exact;
            assign sum_exact = {{#pad{1'b0}}, ratio_q} + {1'b0, sum_before};
        });
        if u64::from(self.params.spec.layers) << numbers.ratio_int <= 1 << numbers.sum_int {
            self.shift_net("sum_d", low("sum_exact", exact, width), width);
            self.items
                .extend(unused("sum", Expr::id("sum_exact").at(width)));
            self.register("sum", width, SUM_CYCLE);
        } else {
            let from = Format::unsigned(format.int + 1, format.frac);
            self.saturating_sum(from, format, SUM_CYCLE);
        }
        self.write_sum(&[("gamma_sum", "sum_d")]);
    }

    /// `sum_exact` of format `from`, saturated to `format` and held from the clock after `cycle` on.
    fn saturating_sum(&mut self, from: Format, format: Format, cycle: u32) {
        let node = pseudo(format);
        self.items.extend(narrow("sum", "sum_exact", from, &node));
        let over = bits("sum_exact", from.width(), from.width() - 1, format.width());
        let over = match from.width() - format.width() {
            1 => over,
            _ => over.reduce_or(),
        };
        self.saturations.push(self.cycle(cycle) & over);
        self.register("sum", format.width(), cycle);
    }

    /// Sum of the latest ratios: the stored one plus the new ratio minus the one that leaves the window. It never saturates, and
    /// what was added is what is taken away, so it stays exact.
    fn window_sum(&mut self, window: u32) {
        let numbers = self.params.spec.numbers;
        let (width, one) = (numbers.sum().width(), numbers.ratio().width());
        let (pad, ratios) = (width - one, window * one);
        let what = format!("sum of the latest {window} layer ratios");
        self.sum_comment(&what, numbers.sum(), SUM_CYCLE);
        self.before("sum", "gamma_sum", width);
        self.before("ratios", "ratios", ratios);
        let oldest = bits("ratios_before", ratios, ratios - 1, ratios - one);
        let kept = low("ratios_before", ratios, ratios - one);
        self.items.extend(verilog! {
            logic [#ratios - 1:0] ratios_d;
            logic [#width - 1:0] sum_d;
            assign ratios_d = {#kept, ratio_q};
            assign sum_d = sum_before + {{#pad{1'b0}}, ratio_q} - {{#pad{1'b0}}, #oldest};
        });
        self.register("sum", width, SUM_CYCLE);
        self.write_sum(&[("gamma_sum", "sum_d"), ("ratios", "ratios_d")]);
    }

    /// Time that the request has run: from dispatch handshake to layer_done handshake, added up.
    fn run_time(&mut self) {
        let format = self.params.run_time();
        let (stamp, exact) = (STAMP_WIDTH, STAMP_WIDTH + 1);
        let pad = exact - format.width();
        self.sum_comment("time that the request has run", format, RUN_TIME_CYCLE);
        self.before("sum", "run_time", format.width());
        self.items.extend(verilog! {
            logic [#stamp - 1:0] dispatched_at_q;
            logic [#stamp - 1:0] ran_d;
            logic [#exact - 1:0] sum_exact;
            always_ff @(posedge clk_i) begin
                if (dispatched_i) begin dispatched_at_q <= now_i; end
            end
            assign ran_d = latest_i - dispatched_at_q;
            assign sum_exact = {1'b0, ran_q} + {{#pad{1'b0}}, sum_before};
        });
        self.register("ran", stamp, 1);
        self.saturating_sum(Format::unsigned(exact, 0), format, RUN_TIME_CYCLE);
        self.write_sum(&[("run_time", "sum_q")]);
    }
}

/// A saturating value that is no node of the program.
fn pseudo(format: Format) -> Node {
    Node {
        op: Op::Const(0),
        kind: Kind::Ratio,
        class: Class::Entry,
        format,
        reciprocal: false,
        float: None,
        range: (format.min_raw(), format.max_raw()),
        exact: Format {
            int: format.int + 16,
            ..format
        },
        saturates: true,
    }
}
