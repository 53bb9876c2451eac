//! What a processing element of `edge` takes on a 7-series device, by Yosys.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use dysta_config::accelerator::Accelerator;
use dysta_rtl_tests::array::files;

/// Number of cells of each type in the last table that `stat` printed.
fn cells(text: &str) -> BTreeMap<String, u32> {
    let table = text.rsplit("Number of cells:").next().unwrap_or_default();
    let row = |line: &str| {
        let (name, count) = line.trim().split_once(' ')?;
        Some((name.to_owned(), count.trim().parse().ok()?))
    };
    table.lines().skip(1).map_while(row).collect()
}

/// The modules of an element. Others would change the names of its nets, and with them what the mapping finds by a few cells.
const MODULES: [&str; 7] = [
    "pe",
    "array_tap",
    "array_lookup",
    "array_mac",
    "array_activity",
    "ram_block",
    "fifo",
];

fn synthesised(accelerator: &Accelerator, top: &str) -> BTreeMap<String, u32> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut names = Vec::new();
    let is_part = |name: &str| {
        MODULES
            .iter()
            .any(|part| name == format!("dysta_{part}.sv"))
    };
    for file in files(accelerator).into_iter().filter(|f| is_part(&f.name)) {
        fs::write(folder.path().join(&file.name), &file.text).expect("a file is written");
        names.push(file.name);
    }
    let script = format!(
        "read_verilog -sv {}; synth_xilinx -family xc7 -flatten -noiopad -top {top}; stat",
        names.join(" ")
    );
    let output = Command::new("yosys")
        .current_dir(folder.path())
        .args(["-p", &script])
        .output()
        .expect("yosys");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}");
    cells(&text)
}

#[test]
fn an_element_is_small() {
    let found = synthesised(&Accelerator::EDGE, "dysta_pe");
    let sum = |weights: &[(&str, u32)]| -> u32 {
        let each = weights
            .iter()
            .map(|(name, weight)| found.get(*name).unwrap_or(&0) * weight);
        each.sum()
    };
    let luts = sum(&[
        ("LUT1", 1),
        ("LUT2", 1),
        ("LUT3", 1),
        ("LUT4", 1),
        ("LUT5", 1),
        ("LUT6", 1),
    ]);
    // A RAM32M takes four look-up tables.
    let memory = sum(&[
        ("RAM32M", 4),
        ("RAM64M", 4),
        ("RAM32X1D", 2),
        ("SRL16E", 1),
        ("SRLC32E", 1),
    ]);
    let registers = sum(&[("FDRE", 1), ("FDSE", 1)]);
    let counts = [
        luts + memory,
        registers,
        sum(&[("DSP48E1", 1)]),
        sum(&[("RAMB18E1", 1), ("RAMB36E1", 2)]),
        sum(&[("LDCE", 1), ("LDPE", 1)]),
    ];
    println!("{counts:?} {found:?}");
    let limits = [350, 400, 1, 3, 0];
    assert!(
        counts
            .iter()
            .zip(limits)
            .all(|(count, limit)| *count <= limit),
        "{counts:?}: {found:?}"
    );
    assert_eq!(counts[2..], [1, 3, 0], "{found:?}");
}
