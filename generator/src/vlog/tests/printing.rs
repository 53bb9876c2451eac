use super::{bench, id, tools};
use crate::vlog::{
    Base, CaseArm, Expr, GenerateFor, Instance, Item, LINE_WIDTH, Library, Localparam, Module,
    ModuleInterface, Net, Param, Port, Stmt, Width, concat, lit,
};

/// Prints expressions, one per line, as the right side of an assignment.
fn assigned(values: impl IntoIterator<Item = Expr>) -> String {
    let mut module = Module::new("dysta_bench");
    module.extend(values.into_iter().map(|value| Item::assign("y", value)));
    module.print(&[])
}

#[test]
fn literals() {
    insta::assert_snapshot!(assigned([
        lit(1, 0),
        lit(1, 1),
        lit(8, 3),
        lit(16, 9999),
        lit(16, 10_000),
        lit(48, 0xdead_beef_cafe),
        lit(128, u128::MAX),
        Expr::Sized {
            width: 4,
            value: 5,
            base: Base::Bin
        },
        Expr::from(7),
        Expr::from(-7),
        Expr::from(7_usize),
    ]));
}

#[test]
fn operators() {
    let (a, b) = (|| id("a"), || id("b"));
    insta::assert_snapshot!(assigned([
        !a(),
        a().logical_not(),
        -a(),
        a().reduce_and(),
        a().reduce_or(),
        a().reduce_xor(),
        a() + b(),
        a() - b(),
        a() * b(),
        a() / b(),
        a() % b(),
        a() << b(),
        a() >> b(),
        a().shift_right_arithmetic(b()),
        a().less(b()),
        a().at_most(b()),
        a().greater(b()),
        a().at_least(b()),
        a().equals(b()),
        a().differs(b()),
        a() & b(),
        a() ^ b(),
        a() | b(),
        a().and_also(b()),
        a().or_else(b()),
        id("s").select(a(), b()),
        concat([a(), b()]),
        a().repeat(4),
        a().repeat(id("W") - 1),
        concat(["a", "b"]).repeat(2),
        a().at(3),
        a().at(id("i") + 1),
        a().slice(7, 0),
        a().slice(id("W") * 2 - 1, id("W")),
        a().part(id("i") * 8, 8),
        a().at("i").slice(3, 0),
        a().signed(),
        a().unsigned(),
        Expr::call(crate::vlog::SystemFunction::Clog2, id("DEPTH")),
    ]));
}

#[test]
fn parentheses() {
    let [a, b, c] = ["a", "b", "c"].map(|name| move || id(name));
    insta::assert_snapshot!(assigned([
        a() + b() + c(),
        a() - b() + c(),
        a() - (b() + c()),
        a() + b() * c(),
        (a() + b()) * c(),
        a() * b() * c(),
        a() * (b() * c()),
        a() & b() & c(),
        a() & b() | c(),
        (a() | b()) & c(),
        a() ^ (b() & c()),
        (a() << 1) + b(),
        a() << (b() + c()),
        a() << 1 << 2,
        (a() + b()).equals(c()),
        a().equals(b()).and_also(b().less(c())),
        a().and_also(b()).or_else(c()),
        a().equals(b()).equals(c()),
        !(a() & b()),
        !(!a()),
        !(a().reduce_and()),
        a() & b().reduce_and(),
        a() & !b(),
        a() - (-b()),
        -a() + b(),
        a().equals(b()).select(a() + b(), c()),
        a().select(b(), c()) + c(),
        a().select(b().select(a(), b()), c()),
        a().select(b(), b().select(a(), c())),
        concat([a() + b(), c()]),
        (a() / 2) * c(),
        a() * (b() / 2),
    ]));
}

#[test]
fn items() {
    let module = bench([
        Item::Comment("A comment.\nIts second line.".into()),
        Item::Blank,
        Item::net("wide", 48),
        Item::net("flag", 1),
        Item::net("generic", "WIDTH"),
        Item::net("both", id("WIDTH") + id("DEPTH")),
        Item::Net(Net::new("level", 8).signed()),
        Item::Net(Net::new("memory", 8).with_depth(16)),
        Item::Net(Net::new("table_q", "WIDTH").with_depth("DEPTH")),
        Item::localparam("StIdle", 2, lit(2, 0)),
        Item::Localparam(Localparam {
            name: "HALF".into(),
            width: None,
            value: id("DEPTH") / 2,
        }),
        Item::assign(id("wide").slice(7, 0), "a_i"),
        Item::assign(concat(["flag", "x"]), concat([id("b_i"), id("c_i")])),
    ]);
    insta::assert_snapshot!(
        module.print(&["Banner.".into(), "SPDX-License-Identifier: 0BSD".into()])
    );
}

#[test]
fn statements() {
    let add = || Stmt::blocking("x", id("a_i") + id("b_i"));
    let arms = vec![
        CaseArm::new(lit(2, 0), vec![add()]),
        CaseArm {
            labels: vec![lit(2, 1), lit(2, 2)],
            body: vec![],
        },
    ];
    let chain = Stmt::when_else(
        id("a_i").equals(lit(8, 1)),
        vec![add()],
        vec![Stmt::when_else(
            "b_i",
            vec![add()],
            vec![Stmt::Comment("Kept.".into()), add()],
        )],
    );
    let module = bench([
        Item::AlwaysComb(vec![
            add(),
            Stmt::when("c_i", vec![add()]),
            chain,
            Stmt::case(id("a_i").slice(1, 0), arms.clone(), None),
            Stmt::case(id("a_i").slice(1, 0), arms, Some(vec![add()])),
        ]),
        Item::always_ff("clk_i", vec![Stmt::non_blocking("x", "a_i")]),
        Item::always_ff_reset(
            "clk_i",
            id("rst_ni").logical_not(),
            vec![Stmt::non_blocking("x", lit(8, 0))],
            vec![Stmt::non_blocking("x", "a_i")],
        ),
    ]);
    insta::assert_snapshot!(module.print(&[]));
}

#[test]
fn instances_and_loops() {
    let instance = Instance::new("dysta_fifo", "u_fifo")
        .param("WIDTH", 8)
        .param("DEPTH", id("D") + 1)
        .connect("clk_i", "clk_i")
        .connect("in_data_i", concat(["a_i", "b_i"]))
        .open("out_data_o");
    let nested = GenerateFor {
        label: "g_lane".into(),
        variable: "i".into(),
        count: id("LANES") * 2,
        items: vec![
            Item::assign(id("x").at("i"), id("a_i").at("i")),
            Item::Instance(Instance::new("dysta_lane", "u_lane").connect("clk_i", "clk_i")),
        ],
    };
    let module = bench([Item::Instance(instance), Item::GenerateFor(nested)]);
    insta::assert_snapshot!(module.print(&[]));
}

#[test]
fn headers() {
    let mut module = Module::new("dysta_head").doc("Does one thing.\n\nAnd says how.");
    assert_eq!(
        Module::new("dysta_none").print(&[]),
        "module dysta_none;\nendmodule\n"
    );
    module.add_param(Param::new(
        "WIDTH",
        8,
        "Width of a word in bits, at least 1.",
    ));
    module.add_param(Param {
        width: Some(Width::Bits(4)),
        ..Param::new("MODE", lit(4, 2), "")
    });
    module.add_group(
        "Clock and reset",
        [Port::input("clk_i", 1), Port::input("rst_ni", 1)],
    );
    let long =
        "what it is for, with a great many words that fit no line that also holds the port itself";
    module.add_group(
        "Data",
        [
            Port::input("operand_i", "WIDTH").doc("Operand"),
            Port::input("level_i", 16).signed().doc(long),
            Port::output("sum_o", id("WIDTH") + 1).doc("Sum, one bit wider"),
        ],
    );
    insta::assert_snapshot!(module.print(&[]));
}

#[test]
fn long_lines_are_broken() {
    let name = |i: usize| id(&format!("a_rather_long_signal_name_{i:02}"));
    let all = || (0..9).map(name);
    let sum = all().reduce(|a, b| a + b).unwrap();
    let choice = all()
        .rev()
        .reduce(|rest, n| n.clone().equals(lit(8, 1)).select(n, rest))
        .unwrap();
    let long_condition = all().reduce(Expr::and_also).unwrap();
    let module = bench([
        Item::assign("y_o", sum.clone()),
        Item::assign("y_o", concat(all())),
        Item::assign(concat(all()), concat([concat(all()), id("x").repeat(3)])),
        Item::assign("y_o", choice),
        Item::assign("y_o", (sum.clone() & lit(48, 0xffff_ffff)).signed()),
        Item::AlwaysComb(vec![Stmt::when(
            long_condition,
            vec![Stmt::blocking("x", !sum.clone())],
        )]),
        Item::Instance(
            Instance::new("dysta_fifo", "u_fifo")
                .connect("data_i", concat(all()))
                .connect("sum_i", sum),
        ),
        Item::Comment("word ".repeat(60)),
    ]);
    let text = module.print(&[]);
    assert!(text.lines().all(|line| line.chars().count() <= LINE_WIDTH));
    insta::assert_snapshot!(text);
}

/// A module that uses every construct and is legal as a whole.
fn everything() -> (Module, ModuleInterface, Module) {
    let mut leaf = Module::new("dysta_leaf").doc("Adds one.");
    leaf.add_param(Param::new("WIDTH", 8, "Width in bits, at least 1."));
    leaf.add_port(Port::input("a_i", "WIDTH"));
    leaf.add_port(Port::output("y_o", "WIDTH"));
    leaf.add_port(Port::output("odd_o", 1));
    leaf.push(Item::assign(
        "y_o",
        id("a_i") + concat([lit(1, 0).repeat(id("WIDTH") - 1), lit(1, 1)]),
    ));
    leaf.push(Item::assign("odd_o", id("a_i").reduce_xor()));
    let (a, b) = (|| id("a_i"), || id("b_i"));
    let interface = leaf.interface();
    let mut module = bench([
        Item::localparam("StIdle", 2, lit(2, 0)),
        Item::localparam("StRun", 2, lit(2, 1)),
        Item::net("state_q", 2),
        Item::net("sums", 32),
        Item::Net(Net::new("level_q", 8).signed()),
        Item::Net(Net::new("memory_q", 8).with_depth(4)),
        Item::net("flags", 8),
        Item::net("second", 8),
        Item::GenerateFor(GenerateFor {
            label: "g_sum".into(),
            variable: "i".into(),
            count: 4.into(),
            items: vec![Item::Instance(
                Instance::new("dysta_leaf", "u_leaf")
                    .param("WIDTH", 8)
                    .connect("a_i", id("a_i") + id("b_i"))
                    .connect("y_o", id("sums").part(id("i") * 8, 8))
                    .open("odd_o"),
            )],
        }),
        Item::assign(
            "flags",
            concat([
                a().reduce_and(),
                a().reduce_or().and_also(a().reduce_xor()),
                a().less(b()).or_else(a().at_most("c_i")),
                a().greater(b()) & a().at_least("c_i"),
                a().equals(b()) ^ a().differs("c_i"),
                a().equals(lit(8, 3))
                    .select(lit(1, 1), a().at(0))
                    .logical_not(),
                a().part(2, 2),
            ]),
        ),
        Item::assign("second", id("sums").slice(15, 8)),
        Item::AlwaysComb(vec![
            Stmt::blocking("x", (a() & b()) | !id("c_i")),
            Stmt::case(
                "state_q",
                vec![
                    CaseArm::new("StIdle", vec![Stmt::blocking("x", (a() << 1) ^ (b() >> 2))]),
                    CaseArm::new("StRun", vec![Stmt::blocking("x", id("second") - b())]),
                ],
                Some(vec![Stmt::blocking("x", -a())]),
            ),
        ]),
        Item::always_ff_reset(
            "clk_i",
            id("rst_ni").logical_not(),
            vec![Stmt::non_blocking("state_q", "StIdle")],
            vec![Stmt::when_else(
                id("flags").equals(lit(8, 0)),
                vec![Stmt::non_blocking("state_q", "StRun")],
                vec![Stmt::non_blocking("state_q", "StIdle")],
            )],
        ),
        Item::always_ff(
            "clk_i",
            vec![
                Stmt::non_blocking(
                    "level_q",
                    id("level_q").shift_right_arithmetic(1) + id("x").signed(),
                ),
                Stmt::non_blocking(id("memory_q").at(id("state_q")), "x"),
            ],
        ),
        Item::assign(
            "y_o",
            id("level_q").unsigned()
                ^ id("memory_q").at(id("a_i").slice(1, 0))
                ^ id("sums").slice(31, 24),
        ),
    ]);
    module.doc = "Every construct of the tree.".into();
    (module, interface, leaf)
}

#[test]
fn every_construct_is_read_by_all_tools() {
    let (module, interface, leaf) = everything();
    let library = Library::from([(interface.name.clone(), interface)]);
    leaf.check(&library).unwrap();
    module.check(&library).unwrap();
    let files = [
        ("dysta_bench", module.print(&[])),
        ("dysta_leaf", leaf.print(&[])),
    ];
    tools::assert_reads(&files, "dysta_bench", &["UNUSED", "PINCONNECTEMPTY"]);
    insta::assert_snapshot!(files[0].1);
}
