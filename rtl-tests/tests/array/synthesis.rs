//! What the array takes on a 7-series device, by Yosys: an element of `edge`, and how the whole of `tiny` is inferred.

use std::fs;
use std::process::Command;

use dysta_config::accelerator::Accelerator;
use dysta_rtl_tests::array::files;
use dysta_sim::synthesis::Cells;

use crate::TINY;

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

/// The cells that the commands behind `read_verilog` leave, of those modules that are meant.
fn cells(accelerator: &Accelerator, is_part: impl Fn(&str) -> bool, commands: &str) -> Cells {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut names = Vec::new();
    for file in files(accelerator).into_iter().filter(|f| is_part(&f.name)) {
        fs::write(folder.path().join(&file.name), &file.text).expect("a file is written");
        names.push(file.name);
    }
    let script = format!("read_verilog -sv {}; {commands}; stat", names.join(" "));
    let output = Command::new("yosys")
        .current_dir(folder.path())
        .args(["-p", &script])
        .output()
        .expect("yosys");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{text}{errors}");
    Cells::parse(&text).expect("a table of cells")
}

#[test]
fn an_element_is_small() {
    let is_part = |name: &str| {
        let mut modules = MODULES.iter();
        modules.any(|part| name == format!("dysta_{part}.sv"))
    };
    let synth = "synth_xilinx -family xc7 -flatten -noiopad -top dysta_pe";
    let area = cells(&Accelerator::EDGE, is_part, synth).area();
    println!("element of edge: {area} (origin: yosys, xc7)");
    assert!(area.tables() <= 350 && area.ff <= 400, "{area}");
    assert_eq!([area.dsp, area.bram, area.latch], [1, 3, 0], "{area}");
}

/// Multipliers of 18 x 25 bits: one for an element; four for the product of a lane, which has 32 x 32 bits, two lanes for a row; of the adder two for each input and
/// four for the sum; of the control four for the sums of a tile.
fn multipliers(a: &Accelerator) -> u32 {
    a.elements() + 4 * a.rows * a.columns.min(2) + 2 * 2 + 4 + 4
}

/// Memories, multipliers and latches are inferred long before logic is mapped, so the check ends there.
#[test]
fn the_whole_array_is_inferred_well() {
    let commands = [
        "synth_xilinx -family xc7 -flatten -noiopad -top dysta_array -run begin:map_ffram",
        "select -assert-none t:$mem_v2 r:WR_PORTS>0 %i",
        "select -assert-none t:$dlatch t:$adlatch t:$dlatchsr",
    ];
    let cells = cells(&TINY, |_| true, &commands.join("; "));
    let area = cells.area();
    println!("tiny, memories and multipliers: {area} (origin: yosys, xc7)");
    assert_eq!(area.dsp, multipliers(&TINY), "{area}");
    // Three for an element; bitmaps and codes of the activation buffer, two read buffers of 128 x 128 bits.
    let element = 3 * TINY.elements();
    let centre = 1 + 8 + 2 * 4;
    assert_eq!([area.bram, area.latch], [element + centre, 0], "{area}");
}
