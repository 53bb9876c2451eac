use super::{bench, id};
use crate::vlog::{
    CaseArm, Expr, GenerateFor, Instance, Item, Library, Module, ModuleInterface, Net, Param, Port,
    Stmt, concat, lit,
};

fn library() -> Library {
    let ports = [
        Port::input("clk_i", 1),
        Port::input("a_i", 8),
        Port::output("y_o", 8),
    ];
    let leaf = ModuleInterface::new("dysta_leaf", ["WIDTH", "DEPTH"], ports);
    Library::from([(leaf.name.clone(), leaf)])
}

fn problems(module: &Module) -> String {
    module.check(&library()).unwrap_err().to_string()
}

#[test]
fn names() {
    let mut module = bench([
        Item::net("x", 8),
        Item::net("clk_i", 1),
        Item::net("wire", 1),
        Item::net("2x", 1),
        Item::assign("early", "a_i"),
        Item::net("early", 8),
        Item::assign("y_o", id("nowhere") + id("early").at("i")),
        Item::always_ff("clock", vec![Stmt::when("enable", vec![])]),
    ]);
    module.name = "dysta-bench".into();
    insta::assert_snapshot!(problems(&module));
}

#[test]
fn widths_and_literals() {
    let mut module = bench([
        Item::net("none", 0),
        Item::net("empty", Expr::from(0)),
        Item::Net(Net::new("memory", 8).with_depth(0)),
        Item::assign("x", lit(0, 0)),
        Item::assign("x", lit(8, 256)),
        Item::assign("x", lit(127, 1 << 127)),
        Item::assign("x", lit(128, u128::MAX)),
        Item::assign("x", Expr::from(1_u64 << 31)),
        Item::assign("x", concat([id("a_i"), Expr::from(3)])),
        Item::assign("x", concat::<Expr>([])),
        Item::assign("x", Expr::from(0).repeat(3)),
    ]);
    module.add_param(Param::new("P", lit(2, 4), ""));
    module.add_port(Port::input("z_i", 0));
    insta::assert_snapshot!(problems(&module));
}

#[test]
fn targets_and_selects() {
    let module = bench([
        Item::localparam("K", 8, lit(8, 1)),
        Item::assign(id("a_i"), "b_i"),
        Item::assign(concat([id("x"), id("K")]), "b_i"),
        Item::assign(id("x") + 1, "b_i"),
        Item::assign("x", (id("a_i") + id("b_i")).at(3)),
        Item::assign("x", concat(["a_i", "b_i"]).slice(3, 0)),
        Item::AlwaysComb(vec![Stmt::case(
            "a_i",
            vec![CaseArm {
                labels: vec![],
                body: vec![Stmt::blocking("a_i", lit(8, 1))],
            }],
            None,
        )]),
    ]);
    insta::assert_snapshot!(problems(&module));
}

#[test]
fn generated_loops() {
    let body = |label: &str| {
        Item::GenerateFor(GenerateFor {
            label: label.into(),
            variable: "i".into(),
            count: 8.into(),
            items: vec![
                Item::net("inner", 1),
                Item::assign("inner", id("a_i").at("i")),
                Item::assign("i", lit(1, 0)),
            ],
        })
    };
    let outside = Item::assign("x", concat(["inner", "i"]));
    let module = bench([body(""), body("g_one"), body("g_one"), outside]);
    insta::assert_snapshot!(problems(&module));
}

#[test]
fn instances() {
    let new = |name: &str| Instance::new("dysta_leaf", name);
    let module = bench([
        Item::Instance(Instance::new("dysta_absent", "u_absent")),
        Item::Instance(
            new("u_missing")
                .connect("clk_i", "clk_i")
                .connect("a_i", "a_i"),
        ),
        Item::Instance(new("u_open").open("clk_i").open("a_i").open("y_o")),
        Item::Instance(
            new("u_order")
                .connect("a_i", "a_i")
                .connect("clk_i", "clk_i")
                .open("y_o"),
        ),
        Item::Instance(
            new("u_twice")
                .connect("clk_i", "x")
                .connect("a_i", "x")
                .connect("a_i", "x")
                .open("y_o"),
        ),
        Item::Instance(
            new("u_wrong")
                .param("DEPTH", 2)
                .param("WIDTH", 8)
                .param("W", 1)
                .connect("clk_i", "clk_i")
                .connect("b_i", "b_i")
                .connect("a_i", "unknown")
                .open("y_o"),
        ),
        Item::Instance(
            new("x")
                .connect("clk_i", "clk_i")
                .connect("a_i", "a_i")
                .open("y_o"),
        ),
    ]);
    insta::assert_snapshot!(problems(&module));
}

#[test]
fn interfaces_connect_every_port() {
    let library = library();
    let leaf = &library["dysta_leaf"];
    let instance = leaf.instantiate("u_leaf", |port| {
        (port.name != "y_o").then(|| id(&port.name))
    });
    let module = bench([Item::Instance(instance)]);
    assert_eq!(module.check(&library), Ok(()));
    assert!(module.print(&[]).contains("    .y_o   ()\n"));
    assert_eq!(leaf.port("a_i").map(|port| port.name.as_str()), Some("a_i"));
}
