use super::*;
use crate::expr::Param;

fn policy(name: &str, score: &str, lets: &[(&str, &str)]) -> PolicySpec {
    let own = |text: &str| text.to_string();
    PolicySpec {
        name: own(name),
        score: own(score),
        lets: lets.iter().map(|(n, e)| (own(n), own(e))).collect(),
        params: vec![
            (own("beta"), Param::Number(0.01)),
            (own("penalty_scale"), Param::MeanIsolated),
        ],
    }
}

fn dysta() -> PolicySpec {
    let lets = [
        ("t_rem", "gamma * lat_remaining"),
        ("slack", "max(0, deadline - now - t_rem)"),
        (
            "penalty",
            "(now - last_run) * inv_isolated * inv_queue * penalty_scale",
        ),
    ];
    policy("dysta", "t_rem + beta * (slack + penalty)", &lets)
}

fn spec(policy: PolicySpec) -> SchedulerSpec {
    SchedulerSpec {
        name: "edge".to_string(),
        capacity: 64,
        lanes: 1,
        profiles: 16,
        layers: 64,
        id_bits: 16,
        priority_bits: 8,
        on_full: OnFull::Wait,
        complete_depth: 4,
        predictor: Predictor::DensityAverage,
        number_format: NumberFormat::Fixed,
        time_unit_cycles: 64,
        numbers: Numbers::default(),
        binding: Binding::Dedicated,
        pipeline: Pipeline::Short,
        statistics: true,
        admission_start: 0,
        policy,
    }
}

fn listing(params: &SchedulerParams) -> String {
    let program = &params.program;
    let mut text = String::new();
    for (id, node) in program.nodes.iter().enumerate() {
        let at = program.lane.stage[id]
            .map(|s| format!(" lane {s}"))
            .or(program.update.visible[id].map(|v| format!(" update {v}")));
        let saturates = if node.saturates { " saturates" } else { "" };
        let reciprocal = if node.reciprocal { " reciprocal" } else { "" };
        text += &format!(
            "{id:2} {:?} {:?} {}{reciprocal}{saturates}{}\n",
            node.op,
            node.class,
            node.float
                .map_or(node.format.to_string(), |f| f.to_string()),
            at.unwrap_or_default()
        );
    }
    text + &format!(
        "score {}\n{:?}\n{:?}\n{:?}\n",
        program.score, program.update.issues, program.timing, params.layout
    )
}

#[test]
fn programs_of_the_policies() {
    let cases = [
        dysta(),
        policy("fcfs", "arrival", &[]),
        policy("edf", "deadline", &[]),
        policy("edf_relative", "max(0, deadline - now)", &[]),
        policy(
            "late_last",
            "select(deadline - now < 0, 2, 1) * max(0, deadline - now) + select(layer < 1, 0.5, 1) * lat_remaining",
            &[],
        ),
    ];
    for case in cases {
        let name = case.name.clone();
        let params = SchedulerParams::new(spec(case)).expect("valid");
        insta::assert_snapshot!(name, listing(&params));
    }
}

#[test]
fn programs_in_floating_point() {
    let cases = [
        (dysta(), NumberFormat::Fp16),
        (policy("edf", "deadline", &[]), NumberFormat::Fp16),
        (
            policy(
                "signed",
                "select(deadline - now < 0, priority, max(gamma - 1, layer)) - running",
                &[],
            ),
            NumberFormat::Fp32,
        ),
    ];
    for (case, number_format) in cases {
        let name = format!("{number_format:?}_{}", case.name);
        let spec = SchedulerSpec {
            number_format,
            ..spec(case)
        };
        let params = SchedulerParams::new(spec).expect("valid");
        insta::assert_snapshot!(name, listing(&params));
    }
}

#[test]
fn floating_point_errors() {
    let cases = [
        "deadline - lat_remaining",
        "min(deadline, 40 * (now - arrival))",
        "70000 * lat_remaining",
        "0.00002 * lat_remaining",
    ];
    let mut text = String::new();
    for case in cases {
        let spec = SchedulerSpec {
            number_format: NumberFormat::Fp16,
            ..spec(policy("p", case, &[]))
        };
        let errors = SchedulerParams::new(spec).expect_err(case);
        text += &format!("{case}\n");
        for error in errors {
            text += &format!("  {}\n    {}\n", error.message, error.hint);
        }
    }
    insta::assert_snapshot!(text);
}

#[test]
fn no_gamma_multiplier_in_the_lane() {
    let params = SchedulerParams::new(spec(dysta())).expect("valid");
    let program = &params.program;
    let lane_products = program
        .lane_nodes()
        .filter(|id| program.nodes[*id].op.multiplies());
    for product in lane_products {
        for operand in program.nodes[product].op.operands() {
            assert_ne!(
                program.nodes[operand].op,
                crate::expr::Op::Field(crate::expr::Field::Gamma)
            );
            assert_ne!(
                program.nodes[operand].op,
                crate::expr::Op::Field(crate::expr::Field::LatRemaining)
            );
        }
    }
}

#[test]
fn latency_formula() {
    let timing = SchedulerParams::new(spec(dysta()))
        .expect("valid")
        .program
        .timing;
    for (queue, expected) in [
        (1, 4),
        (2, timing.update_slot + timing.constant),
        (64, 64 + timing.constant),
    ] {
        assert_eq!(timing.latency(queue, 1), expected, "Q = {queue}");
    }
    assert!(
        timing.update_slot <= 14 && timing.constant <= 16,
        "{timing:?}"
    );
}

#[test]
fn expression_errors() {
    let cases = [
        "t_rem +",
        "gama * 2",
        "arrival + deadline",
        "gamma / 2",
        "select(gamma, 1, 2)",
        "min(1)",
        "a",
        "gamma * (now - deadline)",
        "1000000 * (priority + 1)",
        "(gamma - 1) * (priority - 1) * (layer - 1) * (queue - 1) * (running - 1) * (gamma - 2) * (priority - 2) * (layer - 2) * (queue - 2) * (running - 2) * (priority - 3) * (layer - 3) * (queue - 3) * (priority - 4) * (priority - 5)",
        "0.0000000001 * lat_remaining",
        "now < deadline",
        "foo(1)",
        "1e999",
        "beta * penalty_scale * penalty_scale + lat_remaining",
        "isolated * 3 * inv_isolated",
    ];
    let mut text = String::new();
    for case in cases {
        let outcome = SchedulerParams::new(spec(policy(
            "p",
            case,
            &[("a", "b"), ("b", "a + 1")][..if case == "a" { 2 } else { 0 }],
        )));
        text += &format!("{case}\n");
        match outcome {
            Ok(_) => text += "  accepted\n",
            Err(errors) => errors.iter().for_each(|e| {
                text += &format!("  {} {:?} {}\n    {}\n", e.field, e.span, e.message, e.hint)
            }),
        }
    }
    insta::assert_snapshot!(text);
}
