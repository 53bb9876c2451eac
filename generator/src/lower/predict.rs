//! The predictor in the update unit: ratio of the layer that ended, sum of the ratios, γ.

use dysta_config::expr::format::MANTISSA_FRAC;
use dysta_config::expr::schedule::UPDATE_MULTIPLY;
use dysta_config::expr::{
    Class, Field, Format, GAMMA, Kind, LAYER_RATIO, Node, Op, Product, Program, RATIO_SUM,
    RECIPROCAL_WIDTH, SUM_CYCLE, UNIT_FRAC,
};

use super::arith::{Operand, bits, low, narrow, unused};
use super::rom;
use super::shift::{AMOUNT_BITS, shift_right};
use super::update::Unit;
use crate::vlog::{Expr, Item, Port, concat, lit, verilog};

/// Bits of the shifter's result: a ratio, or γ with one bit to round it.
const MOVED_BITS: u32 = LAYER_RATIO.int + LAYER_RATIO.frac;
const _: () = assert!(MOVED_BITS == GAMMA.int + GAMMA.frac + 1);

/// Inputs of the update unit that γ needs.
pub(super) fn inputs(program: &Program) -> Vec<Port> {
    if !program.uses(Field::Gamma) {
        return Vec::new();
    }
    vec![
        Port::input("nnz_i", 32),
        Port::input("gamma_sum_i", RATIO_SUM.width()),
    ]
}

/// Outputs of the update unit that carry what γ remembers.
pub(super) fn outputs(program: &Program) -> Vec<Port> {
    if !program.uses(Field::Gamma) {
        return Vec::new();
    }
    vec![
        Port::output("sum_valid_o", 1),
        Port::output("sum_gamma_sum_o", RATIO_SUM.width()),
    ]
}

/// Last cycle of an update with one candidate: only the γ sum matters then.
pub(super) fn end_of_single(program: &Program) -> u32 {
    if program.uses(Field::Gamma) {
        SUM_CYCLE
    } else {
        2
    }
}

/// Operands of the ratio's product.
pub(super) fn ratio_operands() -> [Operand; 2] {
    let mantissa = low("layer_inv_density_i", RECIPROCAL_WIDTH, 16);
    [
        Operand::unsigned(Expr::id("nnz_i"), 32),
        Operand::unsigned(mantissa, 16),
    ]
}

/// Operands of γ's product.
pub(super) fn gamma_operands() -> [Operand; 2] {
    let mantissa = low("inv_layers", rom::LAYER_WORD, 16);
    [
        Operand::unsigned(Expr::id("sum_q"), RATIO_SUM.width()),
        Operand::unsigned(mantissa, 16),
    ]
}

impl Unit<'_> {
    pub(super) fn predictor_tables(&mut self) {
        if self.program.uses(Field::Gamma) {
            self.items.extend(rom::inv_layers(
                "layer_q",
                self.params.layout.layer_width,
                self.params.spec.layers,
            ));
        }
    }

    /// Takes the ratio of the layer from the multiplier in `cycle` into its register.
    pub(super) fn ratio(&mut self, cycle: u32, width: u32) {
        self.items.push(Item::Comment(format!(
            "density ratio of the layer, {LAYER_RATIO}, clock {}",
            cycle + 1
        )));
        self.shifter(width);
        let ones = lit(1, 1).repeat(LAYER_RATIO.width());
        self.shift_net(
            "ratio_d",
            Expr::id("moved_over").select(ones, "moved"),
            LAYER_RATIO.width(),
        );
        self.saturations
            .push(self.cycle(cycle) & Expr::id("moved_over"));
        self.register("ratio", LAYER_RATIO.width(), cycle);
    }

    /// One shifter for the ratio and, after its product, for γ: `moved` holds either with one bit to round γ, `moved_over` is
    /// set when it saturates.
    ///
    /// ```text
    /// assign amount = step_q == 4'd9 ? {2'd0, inv_layers[19:16]} + 6'd13 : layer_inv_density_i[21:16];
    /// ```
    fn shifter(&mut self, width: u32) {
        let dropped = MANTISSA_FRAC - LAYER_RATIO.frac;
        let wide = bits("mul_p", width, width - 1, dropped);
        self.items
            .extend(unused("moved_p", low("mul_p", width, dropped)));
        self.shift_net("moved_wide", wide, width - dropped);
        let of_gamma = MANTISSA_FRAC + RATIO_SUM.frac - (GAMMA.frac + 1) - dropped;
        let layers = bits("inv_layers", rom::LAYER_WORD, 19, 16);
        let gamma = concat([lit(AMOUNT_BITS - 4, 0), layers]) + lit(AMOUNT_BITS, of_gamma.into());
        let ratio = bits("layer_inv_density_i", RECIPROCAL_WIDTH, 21, 16);
        let amount = self.cycle(self.gamma_cycle()).select(gamma, ratio);
        self.shift_net("amount", amount, AMOUNT_BITS);
        let (stages, moved) =
            shift_right("moved", "moved_wide", width - dropped, "amount", MOVED_BITS);
        self.items.extend(stages);
        self.shift_net("moved", moved, MOVED_BITS);
    }

    /// Cycle in which γ's product leaves the multiplier.
    fn gamma_cycle(&self) -> u32 {
        let issues = self.program.update.issues.iter();
        let issue = issues.filter(|(product, _)| matches!(product, Product::Gamma));
        issue
            .map(|(_, cycle)| cycle + UPDATE_MULTIPLY)
            .max()
            .unwrap_or(0)
    }

    /// γ = sum / layers, rounded half up: one bit more than needed, plus one, halved.
    pub(super) fn gamma(&mut self, cycle: u32) {
        self.items.push(Item::Comment(format!(
            "gamma, {GAMMA}, clock {}",
            cycle + 1
        )));
        let rounded = MOVED_BITS + 1;
        let zero = lit(MOVED_BITS, 0);
        let value = bits("gamma_rounded", rounded, GAMMA.width(), 1);
        let ones = lit(1, 1).repeat(GAMMA.width());
        let width = GAMMA.width();
        self.items.extend(verilog! {
            logic [#rounded - 1:0] gamma_rounded;
            logic gamma_over;
            logic [#width - 1:0] gamma_d;
            assign gamma_rounded = {1'b0, moved} + {#zero, 1'b1};
            assign gamma_over = moved_over | gamma_rounded[#width + 1];
            assign gamma_d = gamma_over ? #ones : #value;
        });
        self.items
            .extend(unused("gamma", Expr::id("gamma_rounded").at(0)));
        self.saturations
            .push(self.cycle(cycle) & Expr::id("gamma_over"));
        if self.held(|n, _| n.op == Op::Field(Field::Gamma), cycle + 1) {
            self.register("gamma", GAMMA.width(), cycle);
        }
    }

    /// Sum of the layer ratios: the stored one, or zero before the first layer, plus the new one.
    pub(super) fn sum(&mut self) {
        if !self.program.uses(Field::Gamma) {
            return;
        }
        let width = RATIO_SUM.width();
        let exact = width + 1;
        let pad = exact - LAYER_RATIO.width();
        let (zero, layers) = (lit(width, 0), lit(self.params.layout.layer_width, 0));
        self.items.push(Item::Blank);
        self.items.push(Item::Comment(format!(
            "sum of the layer ratios, {RATIO_SUM}, clock {}",
            SUM_CYCLE + 1
        )));
        self.items.extend(verilog! {
            logic [#width - 1:0] sum_before;
            logic [#exact - 1:0] sum_exact;
            assign sum_before = layer_q == #layers ? #zero : gamma_sum_i;
            assign sum_exact = {{#pad{1'b0}}, ratio_q} + {1'b0, sum_before};
        });
        self.items.extend(narrow(
            "sum",
            "sum_exact",
            Format::unsigned(RATIO_SUM.int + 1, RATIO_SUM.frac),
            &pseudo(RATIO_SUM),
        ));
        self.saturations
            .push(self.cycle(SUM_CYCLE) & Expr::id("sum_exact").at(width));
        self.register("sum", width, SUM_CYCLE);
        let write = self.cycle(SUM_CYCLE) & Expr::id("continues_q");
        self.items.extend(verilog! {
            assign sum_valid_o = #write;
            assign sum_gamma_sum_o = sum_d;
        });
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
            int: format.int + UNIT_FRAC,
            ..format
        },
        saturates: true,
    }
}
