//! Self-checking benches, one file per subject in `benches/`. The head of a file names the leaves it needs and the
//! parameter values it runs with; a bench that finds no difference prints `PASS`.

use std::path::{Path, PathBuf};

use dysta_generator::leaf::find;

use crate::tools::{run, words, write_leaf};

fn benches() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/leaf/benches");
    let mut files = std::fs::read_dir(folder)
        .expect("the folder of benches")
        .map(|entry| entry.expect("a readable entry").path())
        .collect::<Vec<_>>();
    files.sort();
    files
}

/// Values of the head lines that start with `// KEY:`.
fn head<'a>(text: &'a str, key: &'a str) -> impl Iterator<Item = Vec<String>> + 'a {
    text.lines()
        .filter_map(move |line| Some(words(line.strip_prefix("// ")?.strip_prefix(key)?)))
}

fn check_bench(file: &Path) {
    let text = std::fs::read_to_string(file).expect("a readable bench");
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("bench.sv"), &text).expect("the bench is written");
    let leaves = head(&text, "leaves:").flatten().collect::<Vec<_>>();
    assert!(!leaves.is_empty(), "{} names no leaves", file.display());
    for name in &leaves {
        write_leaf(folder.path(), find(name).expect("a leaf"));
    }
    let mut cases = 0;
    for case in head(&text, "case:") {
        check_case(folder.path(), file, &leaves, &case);
        cases += 1;
    }
    assert!(cases > 0, "{} has no cases", file.display());
}

fn check_case(folder: &Path, file: &Path, leaves: &[String], case: &[String]) {
    let mut arguments = words("-g2012 -s bench -o bench.vvp bench.sv");
    arguments.extend(leaves.iter().map(|name| format!("{name}.sv")));
    arguments.extend(case.iter().map(|value| format!("-Pbench.{value}")));
    let compiled = run(folder, "iverilog", &arguments);
    assert!(
        compiled.success,
        "{} {case:?}:\n{}",
        file.display(),
        compiled.text
    );
    let ran = run(folder, "vvp", &words("-n bench.vvp"));
    let passed = ran.text.lines().any(|line| line == "PASS");
    assert!(
        ran.success && passed,
        "{} {case:?}:\n{}",
        file.display(),
        ran.text
    );
}

#[test]
fn benches_pass() {
    let files = benches();
    assert!(!files.is_empty(), "no benches found");
    for file in files {
        check_bench(&file);
    }
}

/// Leaves without a bench of their own: what they do shows in whole layers alone, in `tests/array`.
const WHOLE: &[&str] = &[
    "dysta_array_control",
    "dysta_array_activity",
    "dysta_array_stalls",
    "dysta_array_statistics",
];

#[test]
fn every_leaf_has_a_bench() {
    let covered = benches()
        .iter()
        .flat_map(|file| {
            let text = std::fs::read_to_string(file).expect("a readable bench");
            head(&text, "leaves:").flatten().collect::<Vec<_>>()
        })
        .collect::<Vec<_>>();
    for leaf in dysta_generator::leaf::LEAVES.iter() {
        let whole = WHOLE.contains(&leaf.name);
        let has_bench = covered.iter().any(|name| name == leaf.name);
        assert!(whole != has_bench, "{}", leaf.name);
    }
}
