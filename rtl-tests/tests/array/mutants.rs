//! Planted bugs: random layers must notice every one, and a bug that no longer applies to the emitted text fails as well.

use dysta_rtl_tests::array::files;
use dysta_rtl_tests::{Mutant, cache};
use dysta_sim::cosim::ArrayModel;

use crate::TINY;
use crate::random::Case;

/// Layers that a mutant would have to survive.
const LAYERS: u32 = 200;

const MUTANTS: [Mutant; 14] = [
    Mutant {
        name: "a product takes a sum that is about to change",
        module: "dysta_array_mac",
        edits: &[("written3_q ? sum3_q : sum_rdata_i", "sum_rdata_i")],
    },
    Mutant {
        name: "drained sums are not cleared",
        module: "dysta_array_mac",
        edits: &[("if (drain3_q) sum4_q <= 32'sd0;\n    else sum4_q", "sum4_q")],
    },
    Mutant {
        name: "negative sums shift in zeros",
        module: "dysta_array_lane",
        edits: &[("nudged6 >>> shift5_q", "nudged6 >> shift5_q")],
    },
    Mutant {
        name: "a chunk of 16 codes is taken for a longer one",
        module: "dysta_array_loader",
        edits: &[("second_q || ones <= 6'd16", "second_q || ones < 6'd16")],
    },
    Mutant {
        name: "non-zeros of a long chunk count twice",
        module: "dysta_array_loader",
        edits: &[(
            "if (unpack && !second_q) nonzeros_o",
            "if (unpack) nonzeros_o",
        )],
    },
    Mutant {
        name: "the padding on the right holds what lies in the buffer",
        module: "dysta_array_feeder",
        edits: &[("x < {1'b0, width_i}", "x <= {1'b0, width_i}")],
    },
    Mutant {
        name: "pairs of weights begin at odd entries",
        module: "dysta_array_weights",
        edits: &[("!entry_q[0] && rest1", "rest1")],
    },
    Mutant {
        name: "kernel columns add to one sum",
        module: "dysta_array_lookup",
        edits: &[(
            "? base_row_step_i : base_column_step_i);",
            "? base_row_step_i : {SUM_W{1'b0}});",
        )],
    },
    Mutant {
        name: "the half that is drained does not change",
        module: "dysta_array_drain",
        edits: &[("half_q <= !half_q;", "half_q <= half_q;")],
    },
    Mutant {
        name: "behind the last tile the other drain goes on, not the one of the first column",
        module: "dysta_array_drain",
        edits: &[(
            "(slot_ends || tile_q == tiles_i) ? first_other",
            "slot_ends ? first_other",
        )],
    },
    Mutant {
        name: "an element that waits for its drain is not counted",
        module: "dysta_array_stalls",
        edits: &[(
            "output_full_q ? 3'd5 : 3'd4)",
            "output_full_q ? 3'd5 : 3'd6)",
        )],
    },
    Mutant {
        name: "the clock of the last write answer is not counted",
        module: "dysta_array_statistics",
        edits: &[(
            "assign counted_o = open_q ",
            "assign counted_o = (open_q && !answered_i) ",
        )],
    },
    Mutant {
        name: "an addition takes the second value where the first is not zero",
        module: "dysta_array_add",
        edits: &[("second1_q <= second_has ?", "second1_q <= first_has ?")],
    },
    Mutant {
        name: "write bursts end early",
        module: "dysta_array_write",
        edits: &[(
            "left_q == {{LINE_W{1'b0}}, 1'b1}",
            "left_q == {{(LINE_W - 1){1'b0}}, 2'd2}",
        )],
    },
];

/// The first random layer that shows the bug.
fn killer(mutant: &Mutant) -> Option<String> {
    let mut files = files(&TINY);
    let name = format!("{}.sv", mutant.module);
    let file = files.iter_mut().find(|file| file.name == name);
    let file = file.unwrap_or_else(|| panic!("{}: there is no {name}", mutant.name));
    file.text = mutant.edit(&file.text).unwrap_or_else(|e| panic!("{e}"));
    let model = ArrayModel::build(&files, &cache(), false).unwrap_or_else(|e| panic!("{e}"));
    let mut session = model.session(1, None).expect("a session");
    (0..LAYERS).find_map(|number| Case::of(number).run(&mut session, &TINY).err())
}

#[track_caller]
fn check(mutants: &[Mutant]) {
    for mutant in mutants {
        let killer = killer(mutant);
        let reason = killer.unwrap_or_else(|| panic!("survives: {}", mutant.name));
        println!("{}: {reason}", mutant.name);
    }
}

#[test]
fn every_planted_bug_of_the_first_half_is_noticed() {
    check(&MUTANTS[..MUTANTS.len() / 2]);
}

#[test]
fn every_planted_bug_of_the_second_half_is_noticed() {
    check(&MUTANTS[MUTANTS.len() / 2..]);
}
