//! From the lanes to one candidate a row.

use dysta_config::layout::NUMBER_WIDTH;
use dysta_config::params::SchedulerParams;

use super::arith::unused;
use crate::vlog::{Expr, Instance, Item, Module, Port, concat, lit};

/// Builds `dysta_distributor`: `assign valid3_o = valid_i[3];`.
pub(super) fn distributor(params: &SchedulerParams) -> Module {
    let lanes = params.spec.lanes;
    let mut module = Module::new("dysta_distributor")
        .doc("Hands each lane its candidate of a row.\nLatency: none, combinational.");
    module.add_group(
        "Candidates of a row, a bit a bank.",
        [Port::input("valid_i", lanes)],
    );
    let outputs = (0..lanes).map(|bank| Port::output(format!("valid{bank}_o"), 1));
    module.add_group("One bit a lane.", outputs);
    module.extend(
        (0..lanes).map(|bank| Item::assign(format!("valid{bank}_o"), Expr::id("valid_i").at(bank))),
    );
    module
}

/// Fields that a candidate carries, with their widths.
fn fields(params: &SchedulerParams, position_width: u32) -> [(&'static str, u32); 4] {
    [
        ("valid", 1),
        ("score", params.program.score_width()),
        ("number", NUMBER_WIDTH),
        ("position", position_width),
    ]
}

/// Builds `dysta_argmin_tree`: pairs of candidates, level by level, `dysta_pair_min` each.
///
/// ```text
/// assign level0_position_5 = {scored5_position_i, 3'd5};
/// dysta_pair_min #(.SCORE_W (40), .POS_W (9)) u_level1_2 (…);
/// ```
pub(super) fn tree(params: &SchedulerParams) -> Module {
    let (layout, lanes) = (&params.layout, params.spec.lanes);
    let levels = lanes.trailing_zeros();
    let mut module = Module::new("dysta_argmin_tree").doc(format!(
        "Passes on the best candidate of a row.\nLatency: {levels} clocks. Throughput: one row a clock."
    ));
    ports(&mut module, params);
    for bank in 0..lanes {
        let position = concat([
            Expr::id(format!("scored{bank}_position_i")),
            lit(layout.bank_width, u128::from(bank)),
        ]);
        module.extend(declare(params, 0, bank));
        for (field, _) in fields(params, layout.position_width) {
            let value = match field {
                "position" => position.clone(),
                _ => Expr::id(format!("scored{bank}_{field}_i")),
            };
            module.push(Item::assign(net(0, field, bank), value));
        }
    }
    for level in 1..=levels {
        for pair in 0..lanes >> level {
            module.extend(declare(params, level, pair));
            module.push(Item::Instance(pair_min(params, level, pair)));
        }
    }
    for (field, _) in fields(params, layout.position_width) {
        module.push(Item::assign(
            format!("best_{field}_o"),
            net(levels, field, 0),
        ));
    }
    module.extend(last(levels, lanes));
    module
}

fn ports(module: &mut Module, params: &SchedulerParams) {
    let layout = &params.layout;
    module.add_group("", [Port::input("clk_i", 1), Port::input("rst_ni", 1)]);
    let order = |position_width: u32| {
        let [valid, rest @ ..] = fields(params, position_width);
        [valid, ("last", 1)].into_iter().chain(rest)
    };
    for bank in 0..params.spec.lanes {
        let ports = order(layout.row_width)
            .map(|(field, width)| Port::input(format!("scored{bank}_{field}_i"), width));
        module.add_group(
            "Candidate of one lane; its position counts within its bank.",
            ports,
        );
    }
    let ports = order(layout.position_width)
        .map(|(field, width)| Port::output(format!("best_{field}_o"), width));
    module.add_group("The best of the row.", ports);
}

fn net(level: u32, field: &str, index: u32) -> Expr {
    Expr::id(format!("level{level}_{field}_{index}"))
}

fn declare(params: &SchedulerParams, level: u32, index: u32) -> Vec<Item> {
    let fields = fields(params, params.layout.position_width).into_iter();
    fields
        .map(|(field, width)| Item::net(format!("level{level}_{field}_{index}"), width))
        .collect()
}

fn pair_min(params: &SchedulerParams, level: u32, pair: u32) -> Instance {
    let mut instance = Instance::new("dysta_pair_min", format!("u_level{level}_{pair}"))
        .param("SCORE_W", params.program.score_width())
        .param("POS_W", params.layout.position_width)
        .connect("clk_i", "clk_i")
        .connect("rst_ni", "rst_ni");
    for (side, index) in [("a", 2 * pair), ("b", 2 * pair + 1)] {
        for (field, _) in fields(params, 0) {
            instance = instance.connect(format!("{side}_{field}_i"), net(level - 1, field, index));
        }
    }
    for (field, _) in fields(params, 0) {
        instance = instance.connect(format!("min_{field}_o"), net(level, field, pair));
    }
    instance
}

/// The mark of the last row travels beside the tree; all lanes give the same.
fn last(levels: u32, lanes: u32) -> Vec<Item> {
    let mut items = super::lane::travelling_mark("last", "scored0_last_i", "best_last_o", levels);
    items.extend(unused(
        "last",
        concat((1..lanes).map(|bank| Expr::id(format!("scored{bank}_last_i")))),
    ));
    items
}
