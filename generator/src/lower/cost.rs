//! Resource model of the blocks on 7-series devices: what `dysta graph` shows. A model, not a synthesis result.

use dysta_config::expr::schedule::float_latency;
use dysta_config::expr::{Class, Node, Op, Product, UnitKind};
use dysta_config::layout::{Packed, STAMP_WIDTH};
use dysta_config::params::{Predictor, SchedulerParams};

use super::{shared, update};
use crate::graph::Cost;

/// Block memories of 18 Kibit: 512 words of 36 bits, or deeper and narrower.
fn block_memory(width: u32, depth: u32) -> Cost {
    let per_block = match depth {
        0..=512 => 36,
        513..=1024 => 18,
        1025..=2048 => 9,
        _ => 4,
    };
    Cost {
        bram18: width.div_ceil(per_block) * depth.div_ceil(4096).max(1),
        ..Cost::default()
    }
}

/// Four look-up tables hold 3 bits of 64 words.
fn lut_memory(width: u32, depth: u32) -> Cost {
    Cost {
        lut: 4 * width.div_ceil(3) * depth.div_ceil(64),
        ff: width,
        ..Cost::default()
    }
}

fn memory(group: &Packed, depth: u32) -> Cost {
    memory_of(group.width(), depth)
}

fn memory_of(width: u32, depth: u32) -> Cost {
    match width {
        0 => Cost::default(),
        width if super::entries::memory_leaf(depth) == "dysta_ram_lut" => lut_memory(width, depth),
        width => block_memory(width, depth),
    }
}

pub(super) fn admission(params: &SchedulerParams) -> Cost {
    let request =
        params.spec.id_bits + params.layout.profile_width + params.spec.priority_bits + 2 * 48;
    Cost {
        lut: 40,
        ff: request + 33,
        ..Cost::default()
    }
}

pub(super) fn tables(params: &SchedulerParams) -> Cost {
    let layout = &params.layout;
    let registers: u32 = params
        .program
        .statics
        .iter()
        .map(|s| s.format.width())
        .sum();
    let known = 1 << layout.profile_width;
    let rows = memory(&layout.profile_row, 1 << layout.profile_width)
        + memory(
            &layout.layer_row,
            1 << (layout.profile_width + layout.layer_width),
        );
    rows + Cost {
        lut: known / 2,
        ff: registers + known,
        ..Cost::default()
    }
}

pub(super) fn sequencer(params: &SchedulerParams) -> Cost {
    let position = params.layout.position_width;
    Cost {
        lut: 40 + 8 * position,
        ff: 95 + 6 * position,
        ..Cost::default()
    }
}

pub(super) fn entries(params: &SchedulerParams) -> Cost {
    let layout = &params.layout;
    let groups = [
        ("request", &layout.request),
        ("progress", &layout.progress),
        ("values", &layout.values),
        ("sum", &layout.sum),
    ];
    let rows = 1 << layout.row_width;
    let muxes = Cost {
        lut: groups.iter().map(|(_, g)| g.width()).sum(),
        ..Cost::default()
    };
    let bank = groups
        .map(|(name, group)| {
            let in_blocks = super::entries::block_bits(name, group.width(), rows);
            block_memory(in_blocks, rows) + lut_memory(group.width() - in_blocks, rows)
        })
        .into_iter()
        .fold(Cost::default(), |sum, cost| sum + cost);
    (0..params.spec.lanes).fold(muxes, |sum, _| sum + bank)
}

/// One multiplier of DSP slices: 17 by 24 bits each.
fn multiplier(a: u32, b: u32) -> Cost {
    let slices = a.div_ceil(17) * b.div_ceil(24);
    Cost {
        lut: if slices > 1 { a } else { 0 },
        ff: a + b,
        dsp: slices,
        bram18: 0,
    }
}

/// A floating-point multiplier or adder of so many bits.
fn float_unit(kind: UnitKind, bits: u32) -> Cost {
    let (lut, ff, dsp) = match kind {
        UnitKind::Multiplier => (2 * bits + 26, 5 * bits / 2, bits.div_ceil(24)),
        UnitKind::Adder | UnitKind::Subtractor => (14 * bits - 40, 11 * bits / 2, 0),
    };
    Cost {
        lut,
        ff,
        dsp,
        bram18: 0,
    }
}

/// A floating-point leaf, from the synthesis of the leaves in fp16 and fp32.
fn float_operator(nodes: &[Node], node: &Node) -> Option<Cost> {
    float_latency(nodes, node)?;
    let float = node.op.operands().iter().find_map(|id| nodes[*id].float);
    let bits = node.float.or(float)?.bits();
    let (lut, ff, dsp) = match node.op {
        Op::Mul(..) => return Some(float_unit(UnitKind::Multiplier, bits)),
        Op::Add(..) | Op::Sub(..) | Op::SatSub(..) => {
            return Some(float_unit(UnitKind::Adder, bits));
        }
        Op::ToFloat(a) => (3 * nodes[a].width() + 2 * bits, 2 * bits, 0),
        Op::Min(..) | Op::Max(..) => (3 * bits, 2 * bits + 1, 0),
        _ => (2 * bits, 1, 0),
    };
    Some(Cost {
        lut,
        ff,
        dsp,
        bram18: 0,
    })
}

fn operator(nodes: &[Node], node: &Node) -> Cost {
    if let Some(cost) = float_operator(nodes, node) {
        return cost;
    }
    let width = node.exact.width();
    let register = Cost {
        lut: width,
        ff: node.width(),
        ..Cost::default()
    };
    match node.op {
        Op::Mul(a, b) => multiplier(nodes[a].width(), nodes[b].width()),
        Op::MulInv(a, _) => {
            multiplier(nodes[a].width(), 16)
                + Cost {
                    lut: 3 * node.width(),
                    ff: node.width(),
                    ..Cost::default()
                }
        }
        Op::SatSub(..) | Op::Min(..) | Op::Max(..) => {
            register
                + Cost {
                    lut: width,
                    ..Cost::default()
                }
        }
        _ => register,
    }
}

/// A choice among `users` operands of so many bits: one look-up table holds two of them and their selection.
fn choice(users: u32, width: u32) -> Cost {
    Cost {
        lut: width * users / 2,
        ..Cost::default()
    }
}

/// γ: reciprocals of counts, the shifter behind the products, what is remembered of the layers.
fn predictor(params: &SchedulerParams) -> Cost {
    let numbers = &params.spec.numbers;
    let (gamma, ratio) = (numbers.gamma().width(), numbers.ratio().width());
    let (sum, time) = (numbers.sum().width(), params.run_time().width());
    let reciprocals = |count: u32| (numbers.reciprocal + 4) * count.div_ceil(64);
    // Three stages that choose among four.
    let shifter = |kept: u32| 3 * (kept + 16);
    let (lut, ff) = match params.program.prediction() {
        Predictor::None => (0, 0),
        Predictor::DensityLast => (shifter(gamma), gamma),
        Predictor::DensityAverage => {
            let lut = shifter(ratio) + 2 * sum + gamma + reciprocals(params.spec.layers);
            (lut, ratio + sum + gamma)
        }
        Predictor::DensityLastN(window) => {
            let lut = shifter(ratio) + 3 * sum + gamma + reciprocals(window);
            (lut + window * ratio, ratio + sum + gamma)
        }
        Predictor::LatencyRatio => (
            shifter(gamma + 1) + STAMP_WIDTH + 2 * time + gamma,
            2 * STAMP_WIDTH + time + gamma,
        ),
    };
    Cost {
        lut,
        ff,
        ..Cost::default()
    }
}

pub(super) fn update(params: &SchedulerParams) -> Cost {
    let (program, nodes) = (&params.program, &params.program.nodes);
    let stepped = |n: &&Node| {
        matches!(n.class, Class::Entry | Class::Decision)
            && !n.op.operands().is_empty()
            && !n.op.multiplies()
    };
    let (mut fixed, mut float) = (0, 0);
    for (product, _) in &program.update.issues {
        match product {
            Product::Node(id) if nodes[*id].float.is_some() => float += 1,
            _ => fixed += 1,
        }
    }
    // What the lane lends is counted there.
    let own = |lends: bool, unit: Cost| match shared::with_update(params) && lends {
        true => Cost::default(),
        false => unit,
    };
    let mut cost = predictor(params);
    if fixed > 0 {
        cost = cost + choice(fixed, 32 + 24) + own(program.float().is_none(), multiplier(32, 17));
    }
    if let Some(format) = program.float().filter(|_| float > 0) {
        let unit = float_unit(UnitKind::Multiplier, format.bits());
        cost = cost + choice(float, 2 * format.bits()) + own(true, unit);
    }
    debug_assert!(update::needed(program));
    let operators = nodes.iter().filter(stepped);
    operators.fold(cost, |cost, node| cost + operator(nodes, node))
}

/// A shared unit of the lane with the choice of its operands.
fn shared_unit(unit: &shared::Unit) -> Cost {
    let [a, b] = unit.widths();
    let own = match (unit.float(), unit.kind()) {
        (Some(format), kind) => float_unit(kind, format.bits()),
        (None, UnitKind::Multiplier) => multiplier(a, b),
        (None, UnitKind::Adder | UnitKind::Subtractor) => Cost {
            lut: a.max(b),
            ..Cost::default()
        },
    };
    // The choice of a subtractor fits in the look-up tables of its carry chain.
    match unit.kind() {
        UnitKind::Subtractor => own,
        _ => own + choice(unit.users(), a + b),
    }
}

pub(super) fn lane(params: &SchedulerParams) -> Cost {
    let program = &params.program;
    let beside = 32 + params.layout.position_width;
    let travelling = Cost {
        lut: beside,
        ff: beside,
        ..Cost::default()
    };
    let bound = |id: &usize| program.lane.issues.iter().any(|issue| issue.node == *id);
    let operators = program
        .lane_nodes()
        .filter(|id| !program.nodes[*id].op.operands().is_empty());
    let cost = operators.fold(travelling, |cost, id| {
        let node = &program.nodes[id];
        cost + match bound(&id) {
            // What narrows the result, and its register.
            true => Cost {
                lut: node.width(),
                ff: node.width(),
                ..Cost::default()
            },
            false => operator(&program.nodes, node),
        }
    });
    let units = shared::units(params);
    let units = units.iter().filter(|_| program.lane.shared());
    units.fold(cost, |cost, unit| cost + shared_unit(unit))
}

pub(super) fn argmin(params: &SchedulerParams) -> Cost {
    let score = params.program.score_width();
    Cost {
        lut: score + 40,
        ff: score + 33 + params.layout.position_width,
        ..Cost::default()
    }
}

/// One comparison and two multiplexers a pair.
pub(super) fn tree(params: &SchedulerParams) -> Cost {
    let word = params.program.score_width() + 32 + params.layout.position_width;
    let pairs = params.spec.lanes.saturating_sub(1);
    Cost {
        lut: pairs * (word + word / 2),
        ff: pairs * word,
        ..Cost::default()
    }
}

pub(super) fn dispatcher(params: &SchedulerParams) -> Cost {
    Cost {
        lut: params.program.score_width(),
        ..Cost::default()
    }
}

pub(super) fn completion(params: &SchedulerParams) -> Cost {
    let record = params.spec.id_bits + 48;
    Cost {
        lut: record + 24,
        ff: record + 3,
        ..Cost::default()
    }
}

pub(super) fn statistics() -> Cost {
    Cost {
        lut: 6 * 32,
        ff: 7 * 32,
        ..Cost::default()
    }
}
