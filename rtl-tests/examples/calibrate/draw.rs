//! Configurations drawn from a seed.
//!
//! Every third is in floating point, fp16 and fp32 in turn, every fourth has the long pipeline; some of those with the policy that needs every operator, so that
//! no factor is without a measurement.

use dysta_config::accelerator::Accelerator;
use dysta_config::system::{System, check_system};
use dysta_rtl_tests::Words;

/// The configuration of a seed and the settings that make it; those that the checks refuse are drawn again.
pub fn system(seed: u64) -> (System, Vec<String>) {
    let mut words = Words::new(seed);
    loop {
        let sets = settings(seed, &mut words);
        if let Ok((system, _)) = check_system("tiny", &sets) {
            return (system, sets);
        }
    }
}

fn settings(seed: u64, words: &mut Words) -> Vec<String> {
    let mut one = |values: &[&str]| values[words.word() as usize % values.len()].to_owned();
    let format = ["fixed", "fixed", "fp16", "fixed", "fixed", "fp32"][seed as usize % 6];
    let lanes = match format {
        "fixed" => one(&["1", "1", "2", "4"]),
        _ => one(&["1", "1", "2"]),
    };
    let policies = [
        "dysta",
        "dysta",
        "dysta",
        "slack_ramp",
        "slack_srpt",
        "weighted_srpt",
        "llf",
        "sjf_sparse",
        "edf",
    ];
    let predictors = [
        "density_average",
        "density_average",
        "density_last",
        "density_last_n",
        "latency_ratio",
    ];
    let policy = match seed % 12 {
        5 | 8 => "slack_ramp".to_owned(),
        _ => one(&policies),
    };
    let mut sets = vec![
        format!(
            "scheduler.capacity={}",
            one(&["16", "24", "32", "64", "64", "128", "256"])
        ),
        format!("scheduler.lanes={lanes}"),
        format!("scheduler.profiles={}", one(&["4", "8", "16", "24", "32"])),
        format!("scheduler.layers={}", one(&["24", "32", "54", "64", "128"])),
        format!("scheduler.id_bits={}", one(&["8", "12", "16", "24"])),
        format!("scheduler.priority_bits={}", one(&["2", "4", "8"])),
        format!("scheduler.on_full={}", one(&["wait", "wait", "reject"])),
        format!("scheduler.complete_depth={}", one(&["1", "2", "4", "8"])),
        format!("scheduler.statistics={}", one(&["true", "true", "false"])),
        format!("scheduler.policy={policy}"),
        format!("scheduler.predictor={}", one(&predictors)),
        format!("scheduler.numbers.format={format}"),
    ];
    if seed % 4 == 3 {
        sets.push("scheduler.pipeline=long".to_owned());
    }
    let units = one(&["dedicated", "shared"]);
    if units == "shared" {
        sets.push(format!(
            "scheduler.binding={{units: shared, multipliers: {}}}",
            one(&["1", "2", "3"])
        ));
    }
    sets
}

/// The array of a seed. The first have different numbers of rows and columns, so that no factor is without a measurement.
pub fn array(seed: u64) -> Accelerator {
    let mut words = Words::new(seed);
    let mut one = |values: &[u32]| values[words.word() as usize % values.len()];
    let rows = match seed {
        0..3 => 1 << seed,
        _ => one(&[1, 2, 4]),
    };
    Accelerator {
        rows,
        columns: match seed {
            0 => 1,
            _ => one(&[2, 3, 1]),
        },
        chunk_bits: one(&[9, 10, 11]),
        segment_bits: one(&[8, 9, 10]),
        entry_bits: one(&[9, 10]),
        sum_bits: one(&[6, 7, 8]),
        prefetch_words: one(&[32, 64, 128, 256]),
        ..Accelerator::TINY
    }
}
