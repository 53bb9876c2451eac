//! Measures the factors of the resource model, and its error on configurations that they do not come from.
//!
//! `make calibrate` synthesises drawn configurations, writes `generator/src/estimate/table.json` and, with the errors,
//! `docs/estimate.md`; `--parts` prints every module by itself, too. Results of Yosys are kept below `target/estimate` by the digest of what was synthesised.

mod draw;
mod fit;
mod report;
mod synthesis;

use std::path::{Path, PathBuf};

use synthesis::{Sample, Yosys};

/// Configurations that factors come from.
const FITTED: u64 = 10;
/// Configurations that errors are measured on.
const JUDGED: u64 = 12;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn write(path: &str, text: &str) {
    let path = root().join(path);
    std::fs::write(&path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

fn main() {
    let yosys = Yosys::new(&root().join("target/estimate"));
    let sample = |seed: u64, by_module: bool| {
        let sample = Sample::new(draw::system(seed), &yosys, by_module);
        eprintln!("{seed}: {}", sample.name());
        sample
    };
    let fitted: Vec<Sample> = (0..FITTED).map(|seed| sample(seed, true)).collect();
    let table = fit::table(&fitted, &yosys.version);
    if std::env::args().any(|argument| argument == "--parts") {
        print!("{}", report::parts(&table, &fitted));
    }
    let text = serde_json::to_string_pretty(&table).expect("numbers");
    write("generator/src/estimate/table.json", &format!("{text}\n"));
    let judged: Vec<Sample> = (FITTED..FITTED + JUDGED)
        .map(|seed| sample(seed, false))
        .collect();
    let page = report::page(&table, &fitted, &judged);
    write("docs/estimate.md", &page);
    print!("{}", report::summary(&table, &judged));
    if !report::keeps_bounds(&table, &judged) {
        eprintln!("the model leaves its bounds, see docs/estimate.md");
        std::process::exit(1);
    }
}
