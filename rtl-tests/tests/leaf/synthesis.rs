//! The cells that Yosys infers for 7-series: memories, shift registers and multipliers must not become flip-flops.

use std::collections::BTreeMap;

use dysta_generator::leaf::find;

use crate::tools::{run, write_leaf};

type Values<'a> = &'a [(&'a str, u32)];

/// Number of cells of each type in the last table that `stat` printed.
fn cells(text: &str) -> BTreeMap<String, u32> {
    let (_, table) = text
        .rsplit_once("Number of cells:")
        .expect("statistics of Yosys");
    table
        .lines()
        .skip(1)
        .map_while(|line| {
            let (name, count) = line.trim().split_once(' ')?;
            Some((name.to_owned(), count.trim().parse().ok()?))
        })
        .collect()
}

fn synthesised(name: &str, values: Values) -> BTreeMap<String, u32> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    write_leaf(folder.path(), find(name).expect("a leaf"));
    let sets = values
        .iter()
        .map(|(parameter, value)| format!("-set {parameter} {value} "))
        .collect::<String>();
    let script = format!(
        "read_verilog -sv {name}.sv; chparam {sets}{name}; synth_xilinx -family xc7 -flatten -noiopad -top {name}; stat"
    );
    let ran = run(folder.path(), "yosys", &["-p".to_owned(), script]);
    assert!(ran.success, "{name} {values:?}:\n{}", ran.text);
    cells(&ran.text)
}

fn check_cells(name: &str, values: Values, expected: &[(&str, u32)]) {
    let found = synthesised(name, values);
    for (cell, count) in expected {
        let number = found.get(*cell).copied().unwrap_or(0);
        assert_eq!(number, *count, "{cell} in {name} {values:?}: {found:?}");
    }
}

#[test]
fn small_memory_is_lutram() {
    let values = [("WIDTH", 12), ("DEPTH", 64), ("ADDR_W", 6)];
    check_cells(
        "dysta_ram_lut",
        &values,
        &[("RAM64M", 4), ("FDRE", 12), ("LUT6", 0), ("RAMB18E1", 0)],
    );
}

#[test]
fn large_memory_is_block_ram() {
    let values = [("WIDTH", 32), ("DEPTH", 512), ("ADDR_W", 9)];
    check_cells(
        "dysta_ram_block",
        &values,
        &[("RAMB18E1", 1), ("FDRE", 0), ("LUT6", 0), ("LUT3", 0)],
    );
}

#[test]
fn multiplier_is_two_slices() {
    let values = [("A_W", 32), ("B_W", 16), ("LATENCY", 2)];
    check_cells(
        "dysta_mul",
        &values,
        &[("DSP48E1", 2), ("CARRY4", 0), ("LUT2", 0)],
    );
    let values = [("A_W", 32), ("B_W", 24), ("LATENCY", 3)];
    check_cells(
        "dysta_mul",
        &values,
        &[("DSP48E1", 2), ("CARRY4", 0), ("LUT2", 0)],
    );
}

#[test]
fn delays_are_shift_registers_and_queues_small_memories() {
    check_cells(
        "dysta_delay",
        &[("WIDTH", 8), ("DEPTH", 12)],
        &[("SRL16E", 8), ("FDRE", 0)],
    );
    check_cells(
        "dysta_fifo",
        &[("WIDTH", 8), ("DEPTH", 16)],
        &[("RAM32M", 2), ("SRL16E", 0)],
    );
}

/// Look-up tables and flip-flops of a floating-point leaf stay within their bounds; the DSP slices are exact.
fn check_float(name: &str, values: Values, luts: u32, flip_flops: u32, slices: u32) {
    let found = synthesised(name, values);
    let sum = |prefix: &str| {
        let counts = found.iter().filter(|(cell, _)| cell.starts_with(prefix));
        counts.map(|(_, count)| count).sum::<u32>()
    };
    let within = sum("LUT") <= luts && sum("FD") <= flip_flops && sum("DSP") == slices;
    assert!(within, "{name} {values:?}: {found:?}");
}

#[test]
fn floating_point_is_small() {
    const FP32: Values = &[("EXP_W", 8), ("MAN_W", 23)];
    check_float("dysta_fp_mul", &[("EXP_W", 5)], 60, 40, 1);
    check_float("dysta_fp_mul", FP32, 90, 80, 2);
    check_float("dysta_fp_add", &[("EXP_W", 5)], 190, 100, 0);
    check_float("dysta_fp_add", FP32, 440, 180, 0);
}
