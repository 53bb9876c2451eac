//! Every leaf alone is clean in Verilator, Yosys and Icarus, and forbidden parameters stop all three.

use std::path::Path;

use dysta_generator::leaf::{LEAVES, Leaf, find};

use crate::tools::{Run, run, words, write_leaf};

type Values<'a> = &'a [(&'a str, u32)];

fn verilator(folder: &Path, leaf: &Leaf, values: Values) -> Run {
    let name = leaf.name;
    let mut arguments = words(&format!("--lint-only -Wall --top-module {name} {name}.sv"));
    arguments.extend(
        values
            .iter()
            .map(|(name, value)| format!("-G{name}={value}")),
    );
    run(folder, "verilator", &arguments)
}

fn icarus(folder: &Path, leaf: &Leaf, values: Values) -> Run {
    let name = leaf.name;
    let mut arguments = words(&format!("-g2012 -Wall -t null -s {name} {name}.sv"));
    arguments.extend(
        values
            .iter()
            .map(|(parameter, value)| format!("-P{name}.{parameter}={value}")),
    );
    run(folder, "iverilog", &arguments)
}

fn yosys(folder: &Path, leaf: &Leaf, values: Values) -> Run {
    let name = leaf.name;
    let sets = values
        .iter()
        .map(|(parameter, value)| format!("-set {parameter} {value} "))
        .collect::<String>();
    let chparam = if values.is_empty() {
        String::new()
    } else {
        format!("chparam {sets}{name}; ")
    };
    let script = format!(
        "read_verilog -sv {name}.sv; {chparam}hierarchy -check -top {name}; proc; check -assert"
    );
    run(folder, "yosys", &["-q".to_owned(), "-p".to_owned(), script])
}

const TOOLS: [fn(&Path, &Leaf, Values) -> Run; 3] = [verilator, icarus, yosys];

fn check_clean(leaf: &Leaf, values: Values) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    write_leaf(folder.path(), leaf);
    for tool in TOOLS {
        let Run { success, text } = tool(folder.path(), leaf, values);
        assert!(
            success && text.is_empty(),
            "{} {values:?}:\n{text}",
            leaf.name
        );
    }
}

fn check_stops(leaf: &Leaf, values: Values) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    write_leaf(folder.path(), leaf);
    for tool in TOOLS {
        let Run { success, text } = tool(folder.path(), leaf, values);
        assert!(!success, "{} accepts {values:?}", leaf.name);
        // Verilator 5.006 gives up on some vectors of no bits before it reports the constraint.
        let named = text.contains("dysta_error_") || text.contains("Internal Error");
        assert!(named, "{} {values:?}:\n{text}", leaf.name);
    }
}

#[test]
fn defaults_are_clean() {
    for leaf in LEAVES.iter() {
        check_clean(leaf, &[]);
    }
}

/// The leaves of the array with each of their parameters at its ends, unless it is bound to another one.
#[test]
fn leaves_of_the_array_are_clean_at_the_ends() {
    for leaf in LEAVES
        .iter()
        .filter(|leaf| leaf.name.starts_with("dysta_array_"))
    {
        let free = leaf.parameters.iter().filter(|p| !p.doc.contains("below"));
        for parameter in free.filter(|p| p.max < 1 << 16) {
            check_clean(leaf, &[(parameter.name, parameter.min)]);
            check_clean(leaf, &[(parameter.name, parameter.max)]);
        }
    }
}

#[test]
fn sweeps_are_clean() {
    let sweeps: &[(&str, Values)] = &[
        (
            "dysta_ram_lut",
            &[("WIDTH", 1), ("DEPTH", 2), ("ADDR_W", 1)],
        ),
        (
            "dysta_ram_lut",
            &[("WIDTH", 100), ("DEPTH", 100), ("ADDR_W", 7)],
        ),
        (
            "dysta_ram_block",
            &[("WIDTH", 36), ("DEPTH", 1024), ("ADDR_W", 10)],
        ),
        (
            "dysta_ram_block",
            &[("WIDTH", 1), ("DEPTH", 3), ("ADDR_W", 2)],
        ),
        ("dysta_row_map", &[("ROW_W", 1)]),
        ("dysta_row_map", &[("ROW_W", 10)]),
        ("dysta_mul", &[("A_W", 1), ("B_W", 1)]),
        ("dysta_mul", &[("A_W", 17), ("B_W", 24), ("LATENCY", 3)]),
        ("dysta_mul", &[("A_W", 18), ("B_W", 24), ("LATENCY", 3)]),
        ("dysta_mul", &[("A_W", 64), ("B_W", 17)]),
        ("dysta_mul", &[("A_W", 33), ("B_W", 24), ("A_SIGNED", 1)]),
        ("dysta_mul", &[("A_W", 1), ("B_W", 1), ("B_SIGNED", 1)]),
        (
            "dysta_mul",
            &[("A_W", 72), ("B_W", 49), ("A_SIGNED", 1), ("B_SIGNED", 1)],
        ),
        ("dysta_delay", &[("WIDTH", 1), ("DEPTH", 1)]),
        ("dysta_delay", &[("WIDTH", 77), ("DEPTH", 33)]),
        ("dysta_fifo", &[("WIDTH", 1), ("DEPTH", 2)]),
        ("dysta_fifo", &[("WIDTH", 67), ("DEPTH", 3)]),
        ("dysta_fifo", &[("DEPTH", 16)]),
        ("dysta_skid", &[("WIDTH", 1)]),
        ("dysta_admission", &[("REJECT_FULL", 1)]),
        (
            "dysta_admission",
            &[
                ("CAPACITY", 100),
                ("ID_W", 1),
                ("PROFILE_W", 1),
                ("PRIORITY_W", 1),
            ],
        ),
        (
            "dysta_admission",
            &[
                ("CAPACITY", 1024),
                ("LIVE_W", 11),
                ("NUMBER_INIT", 0xFFFF_FFFD),
            ],
        ),
        (
            "dysta_sequencer",
            &[("SPECIAL_SLOT", 14), ("SCAN_DELAY", 3)],
        ),
        (
            "dysta_sequencer",
            &[
                ("POS_W", 3),
                ("LIVE_W", 4),
                ("ROW_W", 3),
                ("SPECIAL_SLOT", 40),
            ],
        ),
        (
            "dysta_sequencer",
            &[
                ("POS_W", 7),
                ("LIVE_W", 7),
                ("LANES", 8),
                ("ROW_W", 4),
                ("SCAN_DELAY", 1),
            ],
        ),
        (
            "dysta_sequencer",
            &[("POS_W", 1), ("LIVE_W", 2), ("ROW_W", 1), ("SCAN_DELAY", 9)],
        ),
        ("dysta_pair_min", &[("SCORE_W", 1), ("POS_W", 1)]),
        ("dysta_pair_min", &[("SCORE_W", 64), ("POS_W", 10)]),
        ("dysta_argmin", &[("SCORE_W", 1), ("POS_W", 1)]),
        ("dysta_argmin", &[("SCORE_W", 64), ("POS_W", 10)]),
        ("dysta_completion", &[("ID_W", 1)]),
        ("dysta_statistics", &[("WIDTH", 8)]),
        ("dysta_statistics", &[("WIDTH", 64)]),
        ("dysta_profile_guard", &[("PROFILE_W", 1), ("LIVE_W", 2)]),
        ("dysta_fp_mul", &[("EXP_W", 8), ("MAN_W", 23)]),
        ("dysta_fp_mul", &[("EXP_W", 6), ("MAN_W", 17)]),
        ("dysta_fp_add", &[("EXP_W", 8), ("MAN_W", 23)]),
        ("dysta_fp_add", &[("EXP_W", 5), ("MAN_W", 13)]),
        ("dysta_fp_add", &[("MAN_W", 7), ("SUBTRACT", 1)]),
        ("dysta_fp_compare", &[("EXP_W", 8), ("MAN_W", 23)]),
        ("dysta_fp_from_fixed", &[("EXP_W", 8), ("MAN_W", 23)]),
        (
            "dysta_fp_from_fixed",
            &[("INT_W", 64), ("FRAC_W", 0), ("SIGNED", 1)],
        ),
        ("dysta_fp_from_fixed", &[("INT_W", 0), ("FRAC_W", 2)]),
        (
            "dysta_fp_from_fixed",
            &[("EXP_W", 8), ("INT_W", 0), ("FRAC_W", 64)],
        ),
        ("dysta_fp_to_fixed", &[("EXP_W", 8), ("MAN_W", 23)]),
        ("dysta_fp_to_fixed", &[("INT_W", 64), ("FRAC_W", 0)]),
        (
            "dysta_fp_to_fixed",
            &[("EXP_W", 8), ("INT_W", 0), ("FRAC_W", 2)],
        ),
        ("dysta_fp_to_fixed", &[("INT_W", 0), ("FRAC_W", 64)]),
        ("dysta_array_read", &[("MEMORY_BYTES", 64)]),
        ("dysta_array_fetch", &[("MEMORY_BYTES", 8)]),
        ("dysta_array_fetch", &[("MEMORY_BYTES", 32)]),
        ("dysta_array_fetch", &[("MEMORY_BYTES", 64), ("DEPTH", 32)]),
        ("dysta_array_write", &[("MEMORY_BYTES", 8)]),
        ("dysta_array_write", &[("MEMORY_BYTES", 32)]),
        ("dysta_array_write", &[("MEMORY_BYTES", 64)]),
        ("dysta_array_control", &[("MEMORY_BYTES", 64)]),
    ];
    for (name, values) in sweeps {
        check_clean(find(name).expect("a leaf"), values);
    }
}

#[test]
fn values_outside_their_range_stop_elaboration() {
    for leaf in LEAVES.iter() {
        for parameter in &leaf.parameters {
            if let Some(below) = parameter.min.checked_sub(1) {
                check_stops(leaf, &[(parameter.name, below)]);
            }
            if let Some(above) = parameter.max.checked_add(1) {
                check_stops(leaf, &[(parameter.name, above)]);
            }
        }
    }
}

#[test]
fn values_that_do_not_fit_each_other_stop_elaboration() {
    let cases: &[(&str, Values)] = &[
        ("dysta_ram_lut", &[("DEPTH", 65)]),
        ("dysta_ram_block", &[("DEPTH", 17), ("ADDR_W", 4)]),
        ("dysta_admission", &[("CAPACITY", 128)]),
        ("dysta_admission", &[("LIVE_W", 6)]),
        ("dysta_sequencer", &[("LIVE_W", 5)]),
        ("dysta_sequencer", &[("LANES", 2)]),
        ("dysta_fp_from_fixed", &[("INT_W", 1), ("FRAC_W", 0)]),
        ("dysta_fp_from_fixed", &[("INT_W", 33), ("FRAC_W", 32)]),
        ("dysta_fp_to_fixed", &[("INT_W", 0), ("FRAC_W", 1)]),
        ("dysta_fp_to_fixed", &[("INT_W", 33), ("FRAC_W", 32)]),
        ("dysta_array_write", &[("MEMORY_BYTES", 24)]),
    ];
    for (name, values) in cases {
        check_stops(find(name).expect("a leaf"), values);
    }
}
