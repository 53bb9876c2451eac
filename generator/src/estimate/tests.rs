use super::*;
use crate::vlog::{Expr, Item, Module, Port, Stmt, lit, verilog};

/// A module with inputs `a` and `b` of 8 bits, one bit `s`, and an output `y`.
fn module(width: u32, items: Vec<Item>) -> Module {
    let mut module = Module::new("dysta_sample");
    for (name, width) in [("clk_i", 1), ("a_i", 8), ("b_i", 8), ("s_i", 1)] {
        module.add_port(Port::input(name, width));
    }
    module.add_port(Port::output("y_o", width));
    module.extend(items);
    module
}

#[track_caller]
fn check(width: u32, items: Vec<Item>, tables: u32, compared: u32, registers: u32) {
    let parts = elaborate::parts(&module(width, items));
    let found = (parts.tables, parts.compared, parts.registers);
    assert_eq!(found, (tables, compared, registers));
}

#[test]
fn logic_is_covered_with_tables_of_six_inputs() {
    check(8, verilog! { assign y_o = a_i; }, 0, 0, 0);
    check(8, verilog! { assign y_o = a_i & b_i; }, 8, 0, 0);
    check(
        8,
        verilog! { assign y_o = s_i ? a_i & b_i : a_i ^ b_i; },
        8,
        0,
        0,
    );
    // Eight bits need two tables, sixteen compared bits three and one that joins them.
    check(1, verilog! { assign y_o = |a_i; }, 2, 0, 0);
    check(1, verilog! { assign y_o = a_i == b_i; }, 4, 0, 0);
    check(1, verilog! { assign y_o = a_i == 8'd0; }, 2, 0, 0);
    check(1, verilog! { assign y_o = a_i < b_i; }, 0, 8, 0);
    // What is constant takes nothing.
    check(
        8,
        verilog! { assign y_o = 1'b0 ? a_i & b_i : 8'd3; },
        0,
        0,
        0,
    );
}

#[test]
fn a_sum_takes_a_table_a_bit() {
    check(8, verilog! { assign y_o = a_i + b_i; }, 8, 0, 0);
    check(8, verilog! { assign y_o = a_i - b_i; }, 8, 0, 0);
    check(8, verilog! { assign y_o = a_i + 8'd1; }, 0, 0, 0);
    // The left operand enters the carry chain by itself.
    check(
        8,
        verilog! { assign y_o = (s_i ? a_i : b_i) + b_i; },
        16,
        0,
        0,
    );
    check(
        8,
        verilog! { assign y_o = b_i + (s_i ? a_i : b_i); },
        8,
        0,
        0,
    );
}

#[test]
fn a_table_of_constants_takes_a_table_a_bit() {
    let arms = (0..40).map(|i| {
        let word = u128::from(i * 37 % 256_u32);
        crate::vlog::CaseArm::new(
            lit(6, u128::from(i)),
            vec![Stmt::blocking("y_o", lit(8, word))],
        )
    });
    let subject = Expr::id("a_i").slice(5_u32, 0_u32);
    let default = Some(vec![Stmt::blocking("y_o", lit(8, 5))]);
    let case = Item::AlwaysComb(vec![Stmt::case(subject, arms.collect(), default)]);
    check(8, vec![case], 8, 0, 0);
}

#[test]
fn enables_and_resets_of_registers_are_free() {
    let register = |body| {
        let mut items = vec![Item::net("q", 8)];
        items.extend(verilog! { assign y_o = q; });
        items.push(Item::always_ff("clk_i", body));
        items
    };
    let load = || vec![Stmt::non_blocking("q", "a_i")];
    let clear = || vec![Stmt::non_blocking("q", lit(8, 0))];
    check(8, register(load()), 0, 0, 8);
    check(8, register(vec![Stmt::when("s_i", load())]), 0, 0, 8);
    check(
        8,
        register(vec![Stmt::when_else("s_i", clear(), load())]),
        0,
        0,
        8,
    );
    let either = vec![Stmt::when_else(
        "s_i",
        load(),
        vec![Stmt::non_blocking("q", "b_i")],
    )];
    check(8, register(either), 8, 0, 8);
}

#[test]
fn memories_and_multipliers_follow_rules() {
    let cost = |module: &str, params: &[(&str, u64)]| {
        let params: Vec<(String, u64)> =
            params.iter().map(|(n, v)| ((*n).to_owned(), *v)).collect();
        let known = known(module, &params).expect("a model");
        (
            known.fixed.lut,
            known.fixed.ff,
            known.fixed.dsp,
            known.fixed.bram18,
        )
    };
    let memory = |leaf, width, depth| cost(leaf, &[("WIDTH", width), ("DEPTH", depth)]);
    assert_eq!(memory("dysta_ram_lut", 62, 16), (44, 62, 0, 0));
    assert_eq!(memory("dysta_ram_lut", 49, 64), (68, 49, 0, 0));
    assert_eq!(memory("dysta_ram_block", 54, 1024), (0, 0, 0, 3));
    assert_eq!(memory("dysta_ram_block", 54, 128), (0, 0, 0, 2));
    assert_eq!(memory("dysta_delay", 32, 2), (0, 64, 0, 0));
    assert_eq!(memory("dysta_delay", 32, 7), (32, 0, 0, 0));
    let product = |a, b| cost("dysta_mul", &[("A_W", a), ("B_W", b)]).2;
    assert_eq!(
        [
            product(32, 24),
            product(17, 24),
            product(34, 25),
            product(35, 24)
        ],
        [2, 1, 2, 2]
    );
}

/// Every leaf of a scheduler has a model, and the table has as many factors as the model has quantities.
#[test]
fn the_table_fits_the_models() {
    let table = Table::built_in();
    assert!(!table.origin.is_empty());
    assert!(table.printed.values().all(|factors| factors.len() == 4));
    for (name, factors) in &table.leaves {
        let known = known(name, &[]).expect("a model");
        for factors in [&factors.lut, &factors.ff] {
            assert_eq!(factors.len(), known.features.len(), "{name}");
        }
    }
    // Nothing has this.
    let unused = "dysta_fp_to_fixed";
    for leaf in crate::leaf::LEAVES
        .iter()
        .filter(|leaf| leaf.name != unused)
    {
        let known = known(leaf.name, &[]).unwrap_or_else(|| panic!("{} has no model", leaf.name));
        let has_factors = table.leaves.contains_key(leaf.name);
        assert!(
            known.features.is_empty() || has_factors,
            "{} has no factors",
            leaf.name
        );
    }
}
