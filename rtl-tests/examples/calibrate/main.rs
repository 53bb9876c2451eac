//! Measures the factors of the resource model, and its error on configurations that they do not come from.
//!
//! `make calibrate` synthesises drawn configurations, writes `generator/src/estimate/table.json` and, with the errors,
//! `docs/estimate.md`; `--parts` prints every module by itself, too, `--array` measures arrays alone. Results of Yosys are kept below `target/estimate` by the digest of what was synthesised.

mod array;
mod draw;
mod fit;
mod report;
mod synthesis;

use std::path::{Path, PathBuf};

use array::ArraySample;
use dysta_generator::estimate::Table;
use synthesis::{Sample, Yosys};

/// What is written about the errors.
const PAGE: &str = "docs/estimate.md";

/// Configurations that factors come from.
const FITTED: u64 = 9;
/// Arrays that factors come from; twelve configurations with the schedulers.
pub const FITTED_ARRAYS: u64 = 3;
/// Arrays that errors are measured on.
const JUDGED_ARRAYS: u64 = 3;
/// Configurations that errors are measured on.
const JUDGED: u64 = 12;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn write(path: &str, text: &str) {
    let path = root().join(path);
    std::fs::write(&path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

/// Measures schedulers; writes the page without its part about arrays.
fn schedulers(yosys: &Yosys) -> (Table, String, bool) {
    let sample = |seed: u64, by_module: bool| {
        let sample = Sample::new(draw::system(seed), yosys, by_module);
        eprintln!("{seed}: {}", sample.name());
        sample
    };
    let fitted: Vec<Sample> = (0..FITTED).map(|seed| sample(seed, true)).collect();
    let table = fit::table(&fitted, &yosys.version);
    if std::env::args().any(|argument| argument == "--parts") {
        print!("{}", report::parts(&table, &fitted));
    }
    let judged: Vec<Sample> = (FITTED..FITTED + JUDGED)
        .map(|seed| sample(seed, false))
        .collect();
    print!("{}", report::summary(&table, &judged));
    let keeps_bounds = report::keeps_bounds(&table, &judged);
    (
        table.clone(),
        report::page(&table, &fitted, &judged),
        keeps_bounds,
    )
}

/// The table in the binary and the page as it is, for a run that measures arrays alone.
fn kept() -> (Table, String, bool) {
    let path = root().join(PAGE);
    let page = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{PAGE}: {error}"));
    let page = page.split(report::ARRAYS).next().unwrap_or_default();
    (Table::built_in().clone(), page.to_owned(), true)
}

fn arrays(table: &mut Table, yosys: &Yosys) -> (String, bool) {
    let sample = |seed: u64, by_module: bool| {
        let sample = ArraySample::new(draw::array(seed), yosys, by_module);
        eprintln!("{seed}: {}", sample.name());
        sample
    };
    let fitted: Vec<ArraySample> = (0..FITTED_ARRAYS).map(|seed| sample(seed, true)).collect();
    fit::arrays(table, &fitted);
    let judged = FITTED_ARRAYS..FITTED_ARRAYS + JUDGED_ARRAYS;
    let judged: Vec<ArraySample> = judged.map(|seed| sample(seed, false)).collect();
    if std::env::args().any(|argument| argument == "--parts") {
        for (name, count, cost) in judged.iter().flat_map(|sample| sample.blocks(table)) {
            println!("{name:<28} x {count:<4} {cost:?}");
        }
    }
    report::arrays(table, &judged)
}

fn main() {
    let yosys = Yosys::new(&root().join("target/estimate"));
    let (mut table, page, schedulers_keep) =
        match std::env::args().any(|argument| argument == "--array") {
            true => kept(),
            false => schedulers(&yosys),
        };
    let (of_arrays, arrays_keep) = arrays(&mut table, &yosys);
    let text = serde_json::to_string_pretty(&table).expect("numbers");
    write("generator/src/estimate/table.json", &format!("{text}\n"));
    write(PAGE, &format!("{page}{of_arrays}"));
    print!("{of_arrays}");
    if !schedulers_keep || !arrays_keep {
        eprintln!("the model leaves its bounds, see {PAGE}");
        std::process::exit(1);
    }
}
